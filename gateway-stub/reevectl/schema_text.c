/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas for people: see schema_text.h. */
#include "gateway-stub/reevectl/schema_text.h"

#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/fingerprint.h"
#include "proto/runtime/type.h"
#include "proto/runtime/violation.h"
#include "proto/schema/dynamic.h"

#define MESSAGES_MAX 256u
#define TYPE_TEXT_MAX 1024u

/* Messages that were shown or wait for it, in order. */
struct queue {
    const struct reeve_message *items[MESSAGES_MAX];
    size_t count;
};

static void enqueue(struct queue *q, const struct reeve_message *m)
{
    for (size_t i = 0; i < q->count; i++) {
        if (q->items[i] == m) {
            return;
        }
    }
    if (q->count < MESSAGES_MAX && m->well_known == REEVE_WELL_KNOWN_NONE) {
        q->items[q->count++] = m;
    }
}

/* ---- a field ---- */

static const char *type_text(struct reeve_ctl *c, const struct reeve_field *f)
{
    char text[TYPE_TEXT_MAX];
    reeve_type_text(f, text, sizeof(text));
    return reeve_output_text(c->arena, "%s", text);
}

static const char *target_text(uint8_t target)
{
    switch ((enum reeve_rule_target)target) {
    case REEVE_TARGET_FIELD:
        return "";
    case REEVE_TARGET_ITEM:
        return "each item ";
    case REEVE_TARGET_KEY:
        return "each key ";
    case REEVE_TARGET_VALUE:
        return "each value ";
    }
    return "";
}

static const char *rules_text(struct reeve_ctl *c, const struct reeve_message *m,
                              const struct reeve_field *f)
{
    const char *text = (f->flags & REEVE_FIELD_SENSITIVE) != 0 ? "sensitive" : "";
    for (uint32_t i = 0; i < f->rules_count; i++) {
        char rule[REEVE_VIOLATION_TEXT];
        reeve_violation_text(&f->rules[i], rule);
        if (rule[0] == '\0') { /* it only says when others apply */
            continue;
        }
        text = reeve_output_text(c->arena, "%s%s%s%s", text, text[0] != '\0' ? "; " : "",
                                 target_text(f->rules[i].target), rule);
    }
    if (f->oneof == 0) {
        return text;
    }
    const struct reeve_oneof *oneof = &m->oneofs[f->oneof - 1];
    return reeve_output_text(c->arena, "%s%sone of %s%s", text, text[0] != '\0' ? "; " : "",
                             oneof->name, oneof->required ? ", one is required" : "");
}

/* ---- messages ---- */

/* (buf.validate.message).oneof */
static void say_oneof_rules(struct reeve_ctl *c, const struct reeve_message *m)
{
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &m->oneof_rules[i];
        const char *names = "";
        for (uint16_t j = 0; j < rule->fields_count; j++) {
            names = reeve_output_text(c->arena, "%s%s%s", names, j == 0 ? "" : ", ",
                                      m->fields[rule->fields[j]].json_name);
        }
        reeve_ctl_say(c, "  %s one of: %s\n", rule->required ? "exactly" : "at most",
                      reeve_ctl_safe(c, names));
    }
}

static void say_message(struct reeve_ctl *c, const struct reeve_message *m, struct queue *q)
{
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 3);
    reeve_ctl_say(c, "\n%s\n", reeve_ctl_painted(c, "1", reeve_ctl_safe(c, m->name)));
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        const char *cells[] = {reeve_output_text(c->arena, "  %s", f->json_name), type_text(c, f),
                               rules_text(c, m, f)};
        reeve_ctl_row(c, &rows, cells);
        const struct reeve_message *inner =
            f->cardinality == REEVE_MAP ? f->message->fields[1].message : f->message;
        if (inner != NULL) {
            enqueue(q, inner);
        }
    }
    reeve_ctl_rows(c, &rows);
    say_oneof_rules(c, m);
}

static void say_enums(struct reeve_ctl *c, const struct queue *q)
{
    const struct reeve_enum *said[MESSAGES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < q->count; i++) {
        for (uint16_t f = 0; f < q->items[i]->fields_count; f++) {
            const struct reeve_enum *e = q->items[i]->fields[f].enumeration;
            size_t at = 0;
            while (at < count && said[at] != e) {
                at++;
            }
            if (e == NULL || at < count || count == MESSAGES_MAX) {
                continue;
            }
            said[count++] = e;
            reeve_ctl_say(c, "\n%s\n", reeve_ctl_painted(c, "1", reeve_ctl_safe(c, e->name)));
            for (uint32_t v = 0; v < e->values_count; v++) {
                reeve_ctl_say(c, "  %s\n", reeve_ctl_safe(c, e->values[v].name));
            }
        }
    }
}

/* ---- the task ---- */

static const char *kind_text(const struct reeve_v1_task_version *version)
{
    switch (version->idempotency) {
    case REEVE_V1_IDEMPOTENCY_NO_SIDE_EFFECTS:
        return "reads only; may be repeated";
    case REEVE_V1_IDEMPOTENCY_IDEMPOTENT:
        return "writes; may be repeated";
    case REEVE_V1_IDEMPOTENCY_UNSPECIFIED:
        return "writes; is never started twice";
    }
    return "writes; is never started twice";
}

static void say_head(struct reeve_ctl *c, const struct reeve_task *task,
                     const struct reeve_v1_get_task_response *response)
{
    const struct reeve_v1_task_version *version = response->version;
    reeve_ctl_say(c, "task         %s\n", reeve_ctl_painted(c, "1", reeve_ctl_safe(c, task->name)));
    if (response->entry->documentation[0] != '\0') {
        reeve_ctl_say(c, "             %s\n", reeve_ctl_safe(c, response->entry->documentation));
    }
    reeve_ctl_say(c, "fingerprint  %s\n",
                  reeve_words_hex(c, reeve_bytes_of(task->fingerprint, sizeof(task->fingerprint))));
    if (version != NULL) {
        reeve_ctl_say(c, "kind         %s\n", kind_text(version));
        reeve_ctl_say(c, "approvals    %u\n", version->approvals);
        reeve_ctl_say(c, "timeout      %s\n",
                      version->timeout_ms > 0 ? reeve_words_duration(c, version->timeout_ms)
                                              : "the gateway's");
        reeve_ctl_say(c, "workers      %u connected that have this version and allow it\n",
                      version->aligned_workers);
        reeve_ctl_say(c, "registered   %s\n", reeve_words_time(c, version->registered_unix_ms));
    }
    reeve_ctl_say(c, "input        %s\n", reeve_ctl_safe(c, task->input->name));
    reeve_ctl_say(c, "output       %s%s\n", task->server_streaming ? "stream of " : "",
                  reeve_ctl_safe(c, task->output->name));
}

static enum reeve_ctl_exit say_json(struct reeve_ctl *c,
                                    const struct reeve_v1_get_task_response *response)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    const struct reeve_view view = {.c = c, .one_line = true};
    void *schema = NULL;
    if (reeve_message_decode(&reeve_v1_task_schema_message,
                             reeve_words_bytes(response->entry->schema), &options, c->arena,
                             &schema, NULL) != REEVE_OK) {
        return REEVE_CTL_REFUSED;
    }
    reeve_ctl_say(c, "{\"version\":");
    if (response->version != NULL) {
        reeve_view_say(&view, &reeve_v1_task_version_message, response->version);
    } else {
        reeve_ctl_say(c, "null");
    }
    reeve_ctl_say(c, ",\"schema\":");
    reeve_view_say(&view, &reeve_v1_task_schema_message, schema);
    reeve_ctl_say(c, "}\n");
    return REEVE_CTL_DONE;
}

static void say_task(struct reeve_ctl *c, const struct reeve_task *task,
                     const struct reeve_v1_get_task_response *response)
{
    struct queue q = {.count = 0};
    say_head(c, task, response);
    enqueue(&q, task->input);
    enqueue(&q, task->output);
    for (size_t i = 0; i < q.count; i++) {
        say_message(c, q.items[i], &q);
    }
    say_enums(c, &q);
}

enum reeve_ctl_exit reeve_schema_text(struct reeve_ctl *c,
                                      const struct reeve_v1_get_task_response *response)
{
    struct reeve_dynamic *tables = NULL;
    struct reeve_digest fingerprint;
    struct reeve_problem problem = {.line = 0};
    if (response->entry == NULL ||
        reeve_digest_from_bytes(reeve_words_bytes(response->entry->fingerprint), &fingerprint) !=
            REEVE_OK ||
        reeve_dynamic_new(reeve_words_bytes(response->entry->schema), &fingerprint, NULL, &tables,
                          &problem) != REEVE_OK) {
        return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, REEVE_SCHEMAS_NEXT,
                                "the gateway's schema cannot be used: %s %s", problem.field,
                                problem.text);
    }
    enum reeve_ctl_exit status = REEVE_CTL_DONE;
    if (c->json) {
        status = say_json(c, response);
    } else {
        say_task(c, reeve_dynamic_task(tables), response);
    }
    reeve_dynamic_free(tables);
    return status;
}
