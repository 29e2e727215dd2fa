/* SPDX-License-Identifier: Apache-2.0 */
/* All rules of a message, as protovalidate applies them: a field that tracks presence is checked
 * when it is set, one that does not is checked always, both unless `ignore_if_zero_value` says
 * otherwise; a required field that is absent has that one violation. */
#include "proto/runtime/bounds.h"
#include "proto/runtime/check.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/path.h"
#include "proto/runtime/unique.h"
#include "proto/runtime/violation.h"

struct validator {
    struct reeve_problems *problems;
    bool broken; /* there was a violation */
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
        reeve_problem_set(&p->items[p->count++], path, rule, text);
    }
}

static void report_rule(struct validator *v, const struct reeve_path *path,
                        const struct reeve_rule *rule, const struct reeve_message *time)
{
    char text[REEVE_VIOLATION_TEXT];
    reeve_violation_text(rule, time, text);
    report(v, path, rule->id, text);
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
        report_rule(v, path, only, s->time);
    }
}

/* ---- values ---- */

/* Rules of other levels than a single value. */
static bool is_value_test(uint8_t test)
{
    return test != REEVE_TEST_REQUIRED && test != REEVE_TEST_IGNORE_IF_ZERO &&
           test != REEVE_TEST_MIN_COUNT && test != REEVE_TEST_MAX_COUNT &&
           test != REEVE_TEST_UNIQUE;
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
            report_rule(v, path, rule, s->time);
        } else if (status != REEVE_OK) {
            return status;
        }
    }
    if (has_bounds) {
        check_range(v, f, target, s, path);
    }
    return REEVE_OK;
}

/* A value: the field's own, an item, a key or a map's value. `rules_of` has the rules, `value` the
 * type. */
static enum reeve_status validate_value(struct validator *v, const struct reeve_field *rules_of,
                                        uint8_t target, const struct reeve_field *value,
                                        const void *slot, const struct reeve_path *path,
                                        uint32_t depth)
{
    struct reeve_subject subject;
    const bool ignored = find_rule(rules_of, target, REEVE_TEST_IGNORE_IF_ZERO) != NULL &&
                         reeve_value_is_zero(value->type, slot);
    if (ignored) {
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
        report_rule(v, path, least, NULL);
    }
    if (most != NULL && count > most->operand.u64) {
        report_rule(v, path, most, NULL);
    }
    if (unique == NULL) {
        return REEVE_OK;
    }
    const enum reeve_status status = reeve_check_unique(f, message);
    if (status == REEVE_CONSTRAINT) {
        report_rule(v, path, unique, NULL);
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
        REEVE_TRY(validate_value(v, f, REEVE_TARGET_KEY, key, path->key, path, depth));
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
    const bool set = reeve_slot_is_set(f, message);
    const struct reeve_rule *required = find_rule(f, REEVE_TARGET_FIELD, REEVE_TEST_REQUIRED);
    if (required != NULL && !set) {
        report_rule(v, &path, required, NULL);
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
    return REEVE_OK;
}

enum reeve_status reeve_message_validate(const struct reeve_message *m, const void *message,
                                         struct reeve_problems *problems)
{
    struct validator v = {.problems = problems};
    if (problems != NULL) {
        problems->count = 0;
        problems->total = 0;
    }
    REEVE_TRY(validate_message(&v, m, message, NULL, REEVE_DEPTH_MAX));
    return v.broken ? REEVE_CONSTRAINT : REEVE_OK;
}
