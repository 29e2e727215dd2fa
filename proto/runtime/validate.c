/* SPDX-License-Identifier: Apache-2.0 */
/* All rules of a message, as protovalidate applies them: a field that tracks presence is checked
 * when it is set, also to its zero; one that does not is checked always unless
 * `ignore_if_zero_value` says otherwise, and so are items, keys and values; a required field that
 * is absent has that one violation. */
#include "proto/runtime/bounds.h"
#include "proto/runtime/check.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/path.h"
#include "proto/runtime/unique.h"
#include "proto/runtime/violation.h"

struct validator {
    struct reeve_problems *problems;
    struct reeve_instant now;
    bool broken; /* there was a violation */
    bool in_key; /* a map's key is being checked */
};

static enum reeve_status validate_message(struct validator *v, const struct reeve_message *m,
                                          const void *message, const struct reeve_path *up,
                                          uint32_t depth);

static void report(struct validator *v, const struct reeve_path *path, const char *rule,
                   const char *text)
{
    struct reeve_problems *p = v->problems;
    v->broken = true;
    if (p == NULL) {
        return;
    }
    p->total++;
    if (p->count < p->capacity) {
        struct reeve_problem *problem = &p->items[p->count++];
        reeve_problem_set(problem, path, rule, text);
        if (v->in_key) {
            reeve_format_cut(problem->text, sizeof problem->text, "the key %s", text);
            problem->for_key = true;
        }
    }
}

/* Of a field as a whole. */
static void report_rule(struct validator *v, const struct reeve_path *path,
                        const struct reeve_rule *rule)
{
    char text[REEVE_VIOLATION_TEXT];
    reeve_violation_text(rule, NULL, text);
    report(v, path, rule->id, text);
}

static void report_value(struct validator *v, const struct reeve_path *path,
                         const struct reeve_rule *rule, const struct reeve_subject *s)
{
    char id[64];
    char text[REEVE_VIOLATION_TEXT];
    const bool empty = s->slot != NULL && reeve_value_is_zero(s->field->type, s->slot);
    reeve_violation_id(rule, empty, id);
    reeve_violation_text(rule, s->time, text);
    report(v, path, id, text);
}

/* The rule of a field's target that is tested so; NULL. */
static const struct reeve_rule *find_rule(const struct reeve_field *f, uint8_t target,
                                          enum reeve_rule_test wanted)
{
    for (uint32_t i = 0; i < f->rules_count; i++) {
        const struct reeve_rule *rule = &f->rules[i];
        const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
        if (rule->target == target && kind != NULL && kind->test == (uint8_t)wanted) {
            return rule;
        }
    }
    return NULL;
}

/* ---- ranges ---- */

static const struct reeve_rule *either(const struct reeve_rule *a, const struct reeve_rule *b)
{
    return a != NULL ? a : b;
}

static int compare_operands(const struct reeve_rule *lower, const struct reeve_rule *upper)
{
    if (lower->kind == REEVE_OPERAND_UNSIGNED) {
        return (lower->operand.u64 > upper->operand.u64) -
               (lower->operand.u64 < upper->operand.u64);
    }
    if (lower->kind == REEVE_OPERAND_SIGNED) {
        return (lower->operand.i64 > upper->operand.i64) -
               (lower->operand.i64 < upper->operand.i64);
    }
    return (lower->operand.f64 > upper->operand.f64) - (lower->operand.f64 < upper->operand.f64);
}

static void check_both_bounds(struct validator *v, const struct reeve_subject *s,
                              const struct reeve_rule *lower, const struct reeve_rule *upper,
                              const struct reeve_path *path)
{
    const bool above = reeve_check(s, lower) == REEVE_OK;
    const bool below = reeve_check(s, upper) == REEVE_OK;
    /* A lower bound above the upper one leaves the values outside of both. */
    const bool exclusive = compare_operands(lower, upper) > 0;
    if (exclusive ? above || below : above && below) {
        return;
    }
    char id[64];
    char text[REEVE_VIOLATION_TEXT];
    reeve_violation_range_id(lower, upper, exclusive, id);
    reeve_violation_range_text(lower, upper, exclusive, s->time, text);
    report(v, path, id, text);
}

static bool is_bound(uint8_t test)
{
    return test == REEVE_TEST_LT || test == REEVE_TEST_LTE || test == REEVE_TEST_GT ||
           test == REEVE_TEST_GTE;
}

static void check_range(struct validator *v, const struct reeve_field *f, uint8_t target,
                        const struct reeve_subject *s, const struct reeve_path *path)
{
    const struct reeve_rule *lower =
        either(find_rule(f, target, REEVE_TEST_GT), find_rule(f, target, REEVE_TEST_GTE));
    const struct reeve_rule *upper =
        either(find_rule(f, target, REEVE_TEST_LT), find_rule(f, target, REEVE_TEST_LTE));
    if (lower != NULL && upper != NULL) {
        check_both_bounds(v, s, lower, upper, path);
        return;
    }
    const struct reeve_rule *only = either(lower, upper);
    if (only != NULL && reeve_check(s, only) != REEVE_OK) {
        report_value(v, path, only, s);
    }
}

/* ---- values ---- */

/* Rules of other levels than a single value. */
static bool is_value_test(uint8_t test)
{
    return test != REEVE_TEST_REQUIRED && test != REEVE_TEST_IGNORE_IF_ZERO &&
           test != REEVE_TEST_IGNORE_ALWAYS && test != REEVE_TEST_MIN_COUNT &&
           test != REEVE_TEST_MAX_COUNT && test != REEVE_TEST_UNIQUE;
}

static enum reeve_status check_rules(struct validator *v, const struct reeve_field *f,
                                     uint8_t target, const struct reeve_subject *s,
                                     const struct reeve_path *path)
{
    bool has_bounds = false;
    for (uint32_t i = 0; i < f->rules_count; i++) {
        const struct reeve_rule *rule = &f->rules[i];
        const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
        if (rule->target != target || kind == NULL || !is_value_test(kind->test)) {
            continue;
        }
        if (is_bound(kind->test)) {
            has_bounds = true;
            continue;
        }
        const enum reeve_status status = reeve_check(s, rule);
        if (status == REEVE_CONSTRAINT) {
            report_value(v, path, rule, s);
        } else if (status != REEVE_OK) {
            return status;
        }
    }
    if (has_bounds) {
        check_range(v, f, target, s, path);
    }
    return REEVE_OK;
}

/* Of an item, a key or a map's value, which have no presence: a number is zero by value, also with
 * a sign, and a message when nothing in it is set. */
static bool is_zero(const struct reeve_field *value, const void *slot)
{
    if (value->type == REEVE_TYPE_DOUBLE || value->type == REEVE_TYPE_FLOAT) {
        return reeve_load_double(value->type, slot) == 0;
    }
    if (value->type != REEVE_TYPE_MESSAGE) {
        return reeve_value_is_zero(value->type, slot);
    }
    const void *message = reeve_load_pointer(slot);
    return message == NULL || reeve_message_encoded_size(value->message, message) == 0;
}

/* What `ignore` says of a value. A field of its own is there, or nobody would ask: with presence,
 * its zero is a value like any other; without, validate_field() has seen to it. */
static bool is_ignored(const struct reeve_field *rules_of, uint8_t target,
                       const struct reeve_field *value, const void *slot)
{
    if (find_rule(rules_of, target, REEVE_TEST_IGNORE_ALWAYS) != NULL) {
        return true;
    }
    return target != REEVE_TARGET_FIELD &&
           find_rule(rules_of, target, REEVE_TEST_IGNORE_IF_ZERO) != NULL && is_zero(value, slot);
}

/* A value: the field's own, an item, a key or a map's value. `rules_of` has the rules, `value` the
 * type. */
static enum reeve_status validate_value(struct validator *v, const struct reeve_field *rules_of,
                                        uint8_t target, const struct reeve_field *value,
                                        const void *slot, const struct reeve_path *path,
                                        uint32_t depth)
{
    struct reeve_subject subject = {.now = v->now};
    if (rules_of->rules_count > 0 && is_ignored(rules_of, target, value, slot)) {
        return REEVE_OK;
    }
    if (rules_of->rules_count > 0 && reeve_subject_of(value, slot, &subject)) {
        REEVE_TRY(check_rules(v, rules_of, target, &subject, path));
    }
    if (value->type != REEVE_TYPE_MESSAGE || reeve_load_pointer(slot) == NULL) {
        return REEVE_OK;
    }
    return validate_message(v, value->message, reeve_load_pointer(slot), path, depth);
}

/* ---- lists and maps ---- */

static enum reeve_status check_counts(struct validator *v, const struct reeve_field *f,
                                      const void *message, const struct reeve_path *path)
{
    const size_t count = reeve_slot_count(f, message);
    const struct reeve_rule *least = find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_MIN_COUNT);
    const struct reeve_rule *most = find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_MAX_COUNT);
    const struct reeve_rule *unique = find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_UNIQUE);
    if (least != NULL && count < least->operand.u64) {
        report_rule(v, path, least);
    }
    if (most != NULL && count > most->operand.u64) {
        report_rule(v, path, most);
    }
    if (unique == NULL) {
        return REEVE_OK;
    }
    const enum reeve_status status = reeve_check_unique(f, message, NULL);
    if (status == REEVE_CONSTRAINT) {
        report_rule(v, path, unique);
        return REEVE_OK;
    }
    return status;
}

static enum reeve_status validate_items(struct validator *v, const struct reeve_field *f,
                                        const void *message, struct reeve_path *path,
                                        uint32_t depth)
{
    const size_t count = reeve_slot_count(f, message);
    path->subscript = REEVE_SUBSCRIPT_INDEX;
    for (size_t i = 0; i < count; i++) {
        path->index = i;
        REEVE_TRY(validate_value(v, f, REEVE_TARGET_ITEM, f, reeve_slot_element(f, message, i),
                                 path, depth));
    }
    return REEVE_OK;
}

static enum reeve_status validate_pairs(struct validator *v, const struct reeve_field *f,
                                        const void *message, struct reeve_path *path,
                                        uint32_t depth)
{
    const struct reeve_field *key = reeve_map_key_field(f);
    const struct reeve_field *value = reeve_map_value_field(f);
    const size_t count = reeve_slot_count(f, message);
    path->subscript = REEVE_SUBSCRIPT_KEY;
    path->key_field = key;
    path->hide_key = (f->flags & REEVE_FIELD_SENSITIVE) != 0;
    for (size_t i = 0; i < count; i++) {
        const void *entry = reeve_map_entry_at(f, message, i);
        path->key = reeve_slot_of(key, entry);
        v->in_key = true;
        REEVE_TRY(validate_value(v, f, REEVE_TARGET_KEY, key, path->key, path, depth));
        v->in_key = false;
        REEVE_TRY(validate_value(v, f, REEVE_TARGET_VALUE, value, reeve_slot_of(value, entry), path,
                                 depth));
    }
    return REEVE_OK;
}

/* ---- fields and messages ---- */

/* Nothing to do: no rules here, and none below. */
static bool is_free(const struct reeve_field *f)
{
    if (f->rules_count > 0) {
        return false;
    }
    return f->message == NULL || !f->message->has_rules;
}

static enum reeve_status validate_field(struct validator *v, const struct reeve_field *f,
                                        const void *message, const struct reeve_path *up,
                                        uint32_t depth)
{
    struct reeve_path path = reeve_path_to(up, f);
    if (is_free(f)) {
        return REEVE_OK;
    }
    if (f->rules_count > 0 && find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_IGNORE_ALWAYS) != NULL) {
        return REEVE_OK;
    }
    const bool set = reeve_slot_is_set(f, message);
    const struct reeve_rule *required = find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_REQUIRED);
    if (required != NULL && !set) {
        report_rule(v, &path, required);
        return REEVE_OK;
    }
    if (!set && (f->cardinality == REEVE_EXPLICIT ||
                 find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_IGNORE_IF_ZERO) != NULL)) {
        return REEVE_OK;
    }
    if (f->cardinality == REEVE_IMPLICIT || f->cardinality == REEVE_EXPLICIT) {
        return validate_value(v, f, REEVE_TARGET_FIELD, f, reeve_slot_of(f, message), &path, depth);
    }
    REEVE_TRY(check_counts(v, f, message, &path));
    return f->cardinality == REEVE_MAP ? validate_pairs(v, f, message, &path, depth)
                                       : validate_items(v, f, message, &path, depth);
}

static void check_oneofs(struct validator *v, const struct reeve_message *m, const void *message,
                         const struct reeve_path *up)
{
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        const struct reeve_oneof *o = &m->oneofs[i];
        const uint32_t set = *(const reeve_slot_u32 *)((const char *)message + o->case_offset);
        if (o->required && set == 0) {
            const struct reeve_path path = {.up = up, .name = o->name};
            report(v, &path, "required", "one of its fields must be set");
        }
    }
}

static void check_oneof_rules(struct validator *v, const struct reeve_message *m,
                              const void *message, const struct reeve_path *up)
{
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &m->oneof_rules[i];
        uint32_t set = 0;
        for (uint16_t j = 0; j < rule->fields_count; j++) {
            set += reeve_slot_is_set(&m->fields[rule->fields[j]], message) ? 1 : 0;
        }
        if (set > 1 || (set == 0 && rule->required)) {
            report(v, up, "message.oneof",
                   rule->required ? "exactly one of the declared fields must be set"
                                  : "at most one of the declared fields may be set");
        }
    }
}

static enum reeve_status validate_message(struct validator *v, const struct reeve_message *m,
                                          const void *message, const struct reeve_path *up,
                                          uint32_t depth)
{
    if (!m->has_rules) {
        return REEVE_OK;
    }
    if (depth == 0) {
        return REEVE_DEPTH;
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        REEVE_TRY(validate_field(v, &m->fields[i], message, up, depth - 1));
    }
    check_oneofs(v, m, message, up);
    check_oneof_rules(v, m, message, up);
    return REEVE_OK;
}

enum reeve_status reeve_message_validate(const struct reeve_message *m, const void *message,
                                         int64_t now_ms, struct reeve_problems *problems)
{
    struct validator v = {.problems = problems, .now = reeve_instant_from_ms(now_ms)};
    if (problems != NULL) {
        problems->count = 0;
        problems->total = 0;
    }
    REEVE_TRY(validate_message(&v, m, message, NULL, REEVE_DEPTH_MAX));
    return v.broken ? REEVE_CONSTRAINT : REEVE_OK;
}
