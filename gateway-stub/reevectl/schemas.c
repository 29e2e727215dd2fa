/* SPDX-License-Identifier: Apache-2.0 */
/* Fetching and keeping schemas: see schemas.h. */
#include "gateway-stub/reevectl/schemas.h"

#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/schema/dynamic.h"

struct schema {
    struct schema *next;
    const char *name;
    bool newest; /* it was asked for without a fingerprint */
    struct reeve_dynamic *tables;
};

struct reeve_schemas {
    struct schema *first;
};

void reeve_schemas_free(struct reeve_schemas *schemas)
{
    for (struct schema *s = schemas != NULL ? schemas->first : NULL; s != NULL; s = s->next) {
        reeve_dynamic_free(s->tables);
        s->tables = NULL;
    }
}

const struct reeve_task *reeve_schemas_have(const struct reeve_ctl *c, const char *name,
                                            struct reeve_bytes fingerprint)
{
    const struct schema *s = c->schemas != NULL ? c->schemas->first : NULL;
    for (; s != NULL; s = s->next) {
        const struct reeve_task *task = reeve_dynamic_task(s->tables);
        const bool same =
            fingerprint.len == 0
                ? s->newest
                : reeve_bytes_equal(fingerprint,
                                    reeve_bytes_of(task->fingerprint, sizeof(task->fingerprint)));
        if (same && reeve_bytes_equal_cstr(reeve_bytes_cstr(s->name), name)) {
            return task;
        }
    }
    return NULL;
}

static enum reeve_ctl_exit keep(struct reeve_ctl *c, const char *name, bool newest,
                                struct reeve_dynamic *tables, const struct reeve_task **task)
{
    struct schema *s = reeve_arena_alloc(c->arena, sizeof(*s));
    if (c->schemas == NULL) {
        c->schemas = reeve_arena_alloc(c->arena, sizeof(*c->schemas));
    }
    if (s == NULL || c->schemas == NULL) {
        reeve_dynamic_free(tables);
        return reeve_ctl_refuse_memory(c);
    }
    *s =
        (struct schema){c->schemas->first, reeve_output_text(c->arena, "%s", name), newest, tables};
    c->schemas->first = s;
    *task = reeve_dynamic_task(tables);
    return REEVE_CTL_DONE;
}

/* The fingerprint must be the schema's, and the one that was asked for. */
static enum reeve_ctl_exit build(struct reeve_ctl *c, const char *name,
                                 struct reeve_bytes fingerprint,
                                 const struct reeve_v1_task_entry *entry,
                                 const struct reeve_task **task)
{
    struct reeve_digest claimed;
    struct reeve_dynamic *tables = NULL;
    struct reeve_problem problem = {.line = 0};
    const struct reeve_bytes given = reeve_words_bytes(entry->fingerprint);
    if (reeve_digest_from_bytes(given, &claimed) != REEVE_OK ||
        (fingerprint.len != 0 && !reeve_bytes_equal(fingerprint, given))) {
        return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, REEVE_SCHEMAS_NEXT,
                                "the gateway gave another fingerprint of %s than was asked for",
                                name);
    }
    const enum reeve_status status =
        reeve_dynamic_new(reeve_words_bytes(entry->schema), &claimed, NULL, &tables, &problem);
    if (status != REEVE_OK) {
        return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, REEVE_SCHEMAS_NEXT,
                                "the gateway's schema of %s cannot be used: %s%s%s (%s)", name,
                                problem.field, problem.field[0] != '\0' ? ": " : "", problem.text,
                                reeve_status_text(status));
    }
    if (!reeve_bytes_equal_cstr(reeve_bytes_cstr(reeve_dynamic_task(tables)->name), name)) {
        const enum reeve_ctl_exit status_of_name =
            reeve_ctl_refuse(c, REEVE_CTL_REFUSED, REEVE_SCHEMAS_NEXT,
                             "the gateway gave the schema of %s in place of %s's",
                             reeve_dynamic_task(tables)->name, name);
        reeve_dynamic_free(tables);
        return status_of_name;
    }
    return keep(c, name, fingerprint.len == 0, tables, task);
}

enum reeve_ctl_exit reeve_schemas_get(struct reeve_ctl *c, const char *name,
                                      struct reeve_bytes fingerprint,
                                      const struct reeve_task **task)
{
    const void *answer = NULL;
    *task = reeve_schemas_have(c, name, fingerprint);
    if (*task != NULL) {
        return REEVE_CTL_DONE;
    }
    struct reeve_v1_get_task_request *request = reeve_api_request(c, &reeve_api_get_task);
    if (request != NULL) {
        request->task = reeve_output_text(c->arena, "%s", name);
        request->fingerprint = reeve_words_binary(fingerprint);
    }
    const enum reeve_ctl_exit status = reeve_api_look_up(c, &reeve_api_get_task, request, &answer);
    if (status != REEVE_CTL_DONE || answer == NULL) {
        return status;
    }
    const struct reeve_v1_get_task_response *response = answer;
    if (response->entry == NULL) {
        return reeve_ctl_refuse_answer(c, reeve_output_text(c->arena, "the schema of %s", name));
    }
    return build(c, name, fingerprint, response->entry, task);
}

/* ---- as JSON ---- */

/* Lines behind the first get `indent` more spaces. */
static enum reeve_status append_indented(struct reeve_bytes text, uint32_t indent,
                                         struct reeve_buffer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        REEVE_TRY(reeve_buffer_append_byte(out, text.data[i]));
        if (text.data[i] == '\n') {
            REEVE_TRY(reeve_buffer_append_format(out, "%*s", (int)indent, ""));
        }
    }
    return REEVE_OK;
}

static enum reeve_status write_json(const struct reeve_message *table, const void *message,
                                    bool show, uint32_t indent, struct reeve_buffer *out)
{
    const bool one_line = indent == REEVE_SCHEMAS_ONE_LINE;
    const struct reeve_json_options options = {.mask_sensitive = !show, .indent = one_line ? 0 : 2};
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    enum reeve_status status = reeve_message_to_json(table, message, &options, &text);
    if (status == REEVE_OK) {
        status = append_indented(reeve_buffer_view(&text), one_line ? 0 : indent, out);
    }
    reeve_buffer_clear(&text);
    return status;
}

const char *reeve_schemas_json(struct reeve_ctl *c, const struct reeve_message *table,
                               struct reeve_bytes binary, bool strict, bool show, uint32_t indent)
{
    const struct reeve_decode_options options = {.unknown = strict ? REEVE_UNKNOWN_REFUSE
                                                                   : REEVE_UNKNOWN_DROP};
    struct reeve_buffer text;
    void *message = NULL;
    const char *copy = NULL;
    if (reeve_message_decode(table, binary, &options, c->arena, &message, NULL) != REEVE_OK) {
        return NULL;
    }
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    if (write_json(table, message, show, indent, &text) == REEVE_OK) {
        copy = reeve_arena_strdup(c->arena, reeve_buffer_view(&text));
    }
    reeve_buffer_clear(&text);
    return copy;
}
