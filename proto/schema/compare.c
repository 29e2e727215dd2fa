/* SPDX-License-Identifier: Apache-2.0 */
/* Walks two tasks side by side, once from their inputs and once from their outputs, and notes what
 * differs. */
#include "proto/schema/compare.h"

#include <stdarg.h>

#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/type.h"
#include "proto/schema/comparer.h"

#define TEXT_MAX 2048u

const char *reeve_comparer_text(struct reeve_comparer *c, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    reeve_format_list_cut(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *copy = reeve_arena_strdup(c->arena, reeve_bytes_cstr(text));
    if (copy == NULL && c->status == REEVE_OK) {
        c->status = REEVE_NO_MEMORY;
    }
    return copy == NULL ? "" : copy;
}

static bool same(const char *a, const char *b)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(a), b);
}

/* The change that says the same of the same element, seen from the other side or from another
 * field; a new one otherwise. */
static struct reeve_change *noted(struct reeve_comparer *c, const char *element, const char *what)
{
    for (struct reeve_noted_change *n = c->first; n != NULL; n = n->next) {
        if (same(n->change.element, element) && same(n->change.what, what)) {
            return &n->change;
        }
    }
    struct reeve_noted_change *n = reeve_arena_alloc(c->arena, sizeof *n);
    if (n == NULL) {
        c->status = c->status == REEVE_OK ? REEVE_NO_MEMORY : c->status;
        return NULL;
    }
    *n = (struct reeve_noted_change){.change = {.element = element, .what = what}};
    if (c->last == NULL) {
        c->first = n;
    } else {
        c->last->next = n;
    }
    c->last = n;
    c->count++;
    return &n->change;
}

void reeve_comparer_note(struct reeve_comparer *c, const char *element, const char *what,
                         const char *breaks_inputs, const char *breaks_outputs)
{
    struct reeve_change *change = c->status == REEVE_OK ? noted(c, element, what) : NULL;
    if (change == NULL) {
        return;
    }
    change->sides |= c->side;
    if ((c->side & REEVE_SIDE_INPUTS) != 0 && breaks_inputs != NULL) {
        change->breaks_inputs = breaks_inputs;
    }
    if ((c->side & REEVE_SIDE_OUTPUTS) != 0 && breaks_outputs != NULL) {
        change->breaks_outputs = breaks_outputs;
    }
}

/* ---- fields ---- */

static const char *type_text(struct reeve_comparer *c, const struct reeve_field *f)
{
    char text[TEXT_MAX];
    reeve_type_text(f, text, sizeof text);
    return reeve_comparer_text(c, "%s", text);
}

static const char *oneof_name(const struct reeve_message *m, const struct reeve_field *f)
{
    return f->oneof == 0 ? "" : m->oneofs[f->oneof - 1].name;
}

/* Whether a message without the field passes its rules. */
static bool may_be_absent(struct reeve_comparer *c, const struct reeve_message *m,
                          const struct reeve_field *f)
{
    struct reeve_message alone = *m;
    void *empty = reeve_message_new(m, c->arena);
    if (empty == NULL) {
        c->status = c->status == REEVE_OK ? REEVE_NO_MEMORY : c->status;
        return false;
    }
    alone.fields = f;
    alone.fields_count = 1;
    alone.oneof_rules_count = 0;
    alone.oneofs_count = 0;
    alone.has_rules = true;
    return f->oneof != 0 || reeve_message_validate(&alone, empty, 0, NULL) == REEVE_OK;
}

static void added(struct reeve_comparer *c, const struct reeve_message *m,
                  const struct reeve_field *f)
{
    const char *element = reeve_comparer_text(c, "%s.%s", m->name, f->name);
    const char *what =
        reeve_comparer_text(c, "field %u (%s) is new", (unsigned)f->number, type_text(c, f));
    reeve_comparer_note(c, element, what,
                        may_be_absent(c, m, f) ? NULL : "its rules fail where it is absent",
                        "the older version does not declare it");
}

static void removed(struct reeve_comparer *c, const struct reeve_message *m,
                    const struct reeve_field *f)
{
    const char *element = reeve_comparer_text(c, "%s.%s", m->name, f->name);
    const char *what =
        reeve_comparer_text(c, "field %u (%s) is gone", (unsigned)f->number, type_text(c, f));
    reeve_comparer_note(c, element, what, "an input may carry it",
                        may_be_absent(c, m, f) ? NULL : "its rules fail where it is absent");
}

/* What a well-known type is, its name says. */
static bool same_shape(const struct reeve_message *was, const struct reeve_message *is)
{
    const bool plain =
        was->well_known == REEVE_WELL_KNOWN_NONE && is->well_known == REEVE_WELL_KNOWN_NONE;
    return plain || same(was->name, is->name);
}

/* Values of one kind on the wire and for people, whatever their types are called. */
static bool same_kind(const struct reeve_field *was, const struct reeve_field *is)
{
    if (was->type != is->type || was->cardinality != is->cardinality) {
        return false;
    }
    if (was->cardinality == REEVE_MAP) {
        return reeve_map_key_field(was)->type == reeve_map_key_field(is)->type &&
               same_kind(reeve_map_value_field(was), reeve_map_value_field(is));
    }
    return was->message == NULL || same_shape(was->message, is->message);
}

static void compare_names(struct reeve_comparer *c, const char *element,
                          const struct reeve_field *was, const struct reeve_field *is)
{
    if (!same(was->name, is->name)) {
        const char *why = "whether it still means the same is not for a program to say";
        reeve_comparer_note(c, element, reeve_comparer_text(c, "its name was %s", was->name), why,
                            why);
    }
    if (!same(was->json_name, is->json_name)) {
        const char *why = "its JSON is read under one name only";
        reeve_comparer_note(
            c, element,
            reeve_comparer_text(c, "its JSON name is %s and was %s", is->json_name, was->json_name),
            why, why);
    }
}

static void compare_flags(struct reeve_comparer *c, const char *element,
                          const struct reeve_field *was, const struct reeve_field *is)
{
    const unsigned differ = (unsigned)was->flags ^ is->flags;
    if ((differ & REEVE_FIELD_PACKED) != 0) {
        reeve_comparer_note(c, element, "packed or not", NULL, NULL);
    }
    if ((differ & REEVE_FIELD_SENSITIVE) == 0) {
        return;
    }
    if ((is->flags & REEVE_FIELD_SENSITIVE) != 0) {
        reeve_comparer_note(c, element, "is sensitive now", NULL,
                            "the older version shows it to everybody");
        return;
    }
    const char *why = "the older version promises that it is not shown";
    reeve_comparer_note(c, element, "is no longer sensitive", why, why);
}

static void compare_messages(struct reeve_comparer *c, const struct reeve_message *older,
                             const struct reeve_message *newer);

static void compare_types(struct reeve_comparer *c, const char *element,
                          const struct reeve_field *was, const struct reeve_field *is)
{
    const bool is_map = is->cardinality == REEVE_MAP;
    const struct reeve_field *old_value = is_map ? reeve_map_value_field(was) : was;
    const struct reeve_field *new_value = is_map ? reeve_map_value_field(is) : is;
    if (!same(reeve_type_name(old_value), reeve_type_name(new_value))) {
        reeve_comparer_note(c, element,
                            reeve_comparer_text(c, "its type is called %s and was %s",
                                                reeve_type_name(new_value),
                                                reeve_type_name(old_value)),
                            NULL, NULL);
    }
    if (new_value->message != NULL) {
        compare_messages(c, old_value->message, new_value->message);
    }
    if (new_value->enumeration != NULL) {
        reeve_compare_enums(c, element, was, is);
    }
}

static void compare_fields(struct reeve_comparer *c, const struct reeve_message *older,
                           const struct reeve_message *newer, const struct reeve_field *was,
                           const struct reeve_field *is)
{
    const char *element = reeve_comparer_text(c, "%s.%s", newer->name, is->name);
    compare_names(c, element, was, is);
    if (!same_kind(was, is)) {
        const char *why = "values of the two are not the same";
        reeve_comparer_note(
            c, element,
            reeve_comparer_text(c, "is %s and was %s", type_text(c, is), type_text(c, was)), why,
            why);
        return;
    }
    const char *old_oneof = oneof_name(older, was);
    const char *new_oneof = oneof_name(newer, is);
    if (!same(old_oneof, new_oneof)) {
        const char *why = "what excludes it is not the same";
        reeve_comparer_note(
            c, element,
            reeve_comparer_text(c, "is in oneof \"%s\" and was in \"%s\"", new_oneof, old_oneof),
            why, why);
    }
    compare_flags(c, element, was, is);
    reeve_compare_rules(c, element, was, is);
    compare_types(c, element, was, is);
}

/* ---- messages ---- */

static const struct reeve_oneof *oneof_named(const struct reeve_message *m, const char *name)
{
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        if (same(m->oneofs[i].name, name)) {
            return &m->oneofs[i];
        }
    }
    return NULL;
}

static bool is_required(const struct reeve_oneof *oneof)
{
    return oneof != NULL && oneof->required;
}

static void compare_oneofs(struct reeve_comparer *c, const struct reeve_message *older,
                           const struct reeve_message *newer)
{
    for (uint16_t i = 0; i < newer->oneofs_count; i++) {
        const struct reeve_oneof *is = &newer->oneofs[i];
        if (is->required && !is_required(oneof_named(older, is->name))) {
            reeve_comparer_note(c, reeve_comparer_text(c, "%s.%s", newer->name, is->name),
                                "the oneof is required now", "an input may have none of it", NULL);
        }
    }
    for (uint16_t i = 0; i < older->oneofs_count; i++) {
        const struct reeve_oneof *was = &older->oneofs[i];
        if (was->required && !is_required(oneof_named(newer, was->name))) {
            reeve_comparer_note(c, reeve_comparer_text(c, "%s.%s", newer->name, was->name),
                                "the oneof is no longer required", NULL,
                                "an output may have none of it");
        }
    }
}

static bool same_oneof_rule(const struct reeve_message *m, const struct reeve_oneof_rule *a,
                            const struct reeve_message *n, const struct reeve_oneof_rule *b)
{
    if (a->fields_count != b->fields_count || a->required != b->required) {
        return false;
    }
    for (uint16_t i = 0; i < a->fields_count; i++) {
        if (m->fields[a->fields[i]].number != n->fields[b->fields[i]].number) {
            return false;
        }
    }
    return true;
}

static bool has_oneof_rule(const struct reeve_message *m, const struct reeve_message *n,
                           const struct reeve_oneof_rule *rule)
{
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        if (same_oneof_rule(m, &m->oneof_rules[i], n, rule)) {
            return true;
        }
    }
    return false;
}

static const char *oneof_rule_text(struct reeve_comparer *c, const struct reeve_message *m,
                                   const struct reeve_oneof_rule *rule, const char *end)
{
    const char *text = rule->required ? "the rule that one is set of"
                                      : "the rule that at most one "
                                        "is set of";
    for (uint16_t i = 0; i < rule->fields_count; i++) {
        text = reeve_comparer_text(c, "%s%s %s", text, i == 0 ? "" : ",",
                                   m->fields[rule->fields[i]].name);
    }
    return reeve_comparer_text(c, "%s %s", text, end);
}

static void compare_oneof_rules(struct reeve_comparer *c, const struct reeve_message *older,
                                const struct reeve_message *newer)
{
    for (uint16_t i = 0; i < newer->oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &newer->oneof_rules[i];
        if (!has_oneof_rule(older, newer, rule)) {
            reeve_comparer_note(c, newer->name, oneof_rule_text(c, newer, rule, "is new"),
                                "an input that the older version allows may fail it", NULL);
        }
    }
    for (uint16_t i = 0; i < older->oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &older->oneof_rules[i];
        if (!has_oneof_rule(newer, older, rule)) {
            reeve_comparer_note(c, newer->name, oneof_rule_text(c, older, rule, "is gone"), NULL,
                                "an output that the newer version allows may fail it");
        }
    }
}

static bool is_compared(struct reeve_comparer *c, const struct reeve_message *older,
                        const struct reeve_message *newer)
{
    for (const struct reeve_compared_pair *p = c->pairs; p != NULL; p = p->next) {
        if (p->older == older && p->newer == newer && p->side == c->side) {
            return true;
        }
    }
    struct reeve_compared_pair *pair = reeve_arena_alloc(c->arena, sizeof *pair);
    if (pair == NULL) {
        c->status = c->status == REEVE_OK ? REEVE_NO_MEMORY : c->status;
        return true;
    }
    *pair = (struct reeve_compared_pair){
        .next = c->pairs, .older = older, .newer = newer, .side = c->side};
    c->pairs = pair;
    return false;
}

static void compare_messages(struct reeve_comparer *c, const struct reeve_message *older,
                             const struct reeve_message *newer)
{
    if (c->status != REEVE_OK || newer->well_known != REEVE_WELL_KNOWN_NONE ||
        is_compared(c, older, newer)) {
        return;
    }
    uint16_t o = 0;
    uint16_t n = 0;
    while (o < older->fields_count || n < newer->fields_count) {
        const struct reeve_field *was = o < older->fields_count ? &older->fields[o] : NULL;
        const struct reeve_field *is = n < newer->fields_count ? &newer->fields[n] : NULL;
        if (was != NULL && (is == NULL || was->number < is->number)) {
            removed(c, older, was);
            o++;
        } else if (is != NULL && (was == NULL || is->number < was->number)) {
            added(c, newer, is);
            n++;
        } else if (was != NULL && is != NULL) {
            compare_fields(c, older, newer, was, is);
            o++;
            n++;
        }
    }
    compare_oneofs(c, older, newer);
    compare_oneof_rules(c, older, newer);
}

/* ---- tasks ---- */

/* How often a task may be started, as a promise: the more, the larger. */
static int promise(uint8_t idempotency)
{
    switch ((enum reeve_idempotency)idempotency) {
    case REEVE_NOT_IDEMPOTENT:
        return 0;
    case REEVE_IDEMPOTENT:
        return 1;
    case REEVE_NO_SIDE_EFFECTS:
        return 2;
    }
    return 0;
}

static void compare_promises(struct reeve_comparer *c, const struct reeve_task *older,
                             const struct reeve_task *newer)
{
    static const char *const names[] = {"not idempotent", "idempotent", "without side effects"};
    if (older->idempotency != newer->idempotency) {
        const int is = promise(newer->idempotency);
        const int was = promise(older->idempotency);
        reeve_comparer_note(c, newer->name,
                            reeve_comparer_text(c, "is %s and was %s", names[is], names[was]),
                            is < was ? "a gateway relies on the older promise" : NULL, NULL);
    }
    if (older->approvals != newer->approvals) {
        reeve_comparer_note(
            c, newer->name,
            reeve_comparer_text(c, "takes %u approvals and took %u", (unsigned)newer->approvals,
                                (unsigned)older->approvals),
            newer->approvals > older->approvals ? "a job may have fewer" : NULL, NULL);
    }
}

static void compare_tasks(struct reeve_comparer *c, const struct reeve_task *older,
                          const struct reeve_task *newer)
{
    c->side = REEVE_SIDE_INPUTS | REEVE_SIDE_OUTPUTS;
    if (!same(older->name, newer->name)) {
        const char *why = "a job names its task";
        reeve_comparer_note(c, newer->name, reeve_comparer_text(c, "its name was %s", older->name),
                            why, why);
    }
    if (older->server_streaming != newer->server_streaming) {
        reeve_comparer_note(c, newer->name,
                            newer->server_streaming ? "answers with a stream now"
                                                    : "answers once now",
                            NULL, "a stream and one answer are read differently");
    }
    c->side = REEVE_SIDE_INPUTS;
    compare_promises(c, older, newer);
    if (!same(older->input->name, newer->input->name)) {
        reeve_comparer_note(c, newer->name,
                            reeve_comparer_text(c, "its input is called %s and was %s",
                                                newer->input->name, older->input->name),
                            NULL, NULL);
    }
}

static void compare_roots(struct reeve_comparer *c, const char *task,
                          const struct reeve_message *older, const struct reeve_message *newer)
{
    if (!same_shape(older, newer)) {
        const char *why = "the two have nothing in common";
        reeve_comparer_note(c, task, reeve_comparer_text(c, "%s was %s", newer->name, older->name),
                            why, why);
        return;
    }
    compare_messages(c, older, newer);
}

static enum reeve_status gather(struct reeve_comparer *c, struct reeve_comparison *out)
{
    struct reeve_change *changes = reeve_arena_alloc_array(c->arena, c->count, sizeof *changes);
    if (changes == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (const struct reeve_noted_change *n = c->first; n != NULL; n = n->next) {
        changes[out->changes_count++] = n->change;
        out->inputs_compatible = out->inputs_compatible && n->change.breaks_inputs == NULL;
        out->outputs_compatible = out->outputs_compatible && n->change.breaks_outputs == NULL;
    }
    out->changes = changes;
    return REEVE_OK;
}

enum reeve_status reeve_task_compare(const struct reeve_task *older, const struct reeve_task *newer,
                                     struct reeve_arena *arena, struct reeve_comparison *out)
{
    struct reeve_comparer c = {.arena = arena};
    *out = (struct reeve_comparison){
        .inputs_compatible = true,
        .outputs_compatible = true,
        .same = reeve_bytes_equal(reeve_bytes_of(older->fingerprint, sizeof older->fingerprint),
                                  reeve_bytes_of(newer->fingerprint, sizeof newer->fingerprint)),
    };
    if (out->same) {
        return REEVE_OK;
    }
    compare_tasks(&c, older, newer);
    compare_roots(&c, newer->name, older->input, newer->input);
    c.side = REEVE_SIDE_OUTPUTS;
    if (!same(older->output->name, newer->output->name)) {
        reeve_comparer_note(&c, newer->name,
                            reeve_comparer_text(&c, "its output is called %s and was %s",
                                                newer->output->name, older->output->name),
                            NULL, NULL);
    }
    compare_roots(&c, newer->name, older->output, newer->output);
    REEVE_TRY(c.status);
    return gather(&c, out);
}
