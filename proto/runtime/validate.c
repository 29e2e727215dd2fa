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
    reeve_violation_text(rule, text);
    report(v, path, rule->id, text);
}

static void report_value(struct validator *v, const struct reeve_path *path,
                         const struct reeve_rule *rule, const struct reeve_subject *s)
{
    char id[64];
    char text[REEVE_VIOLATION_TEXT];
    const bool empty = s->slot != NULL && reeve_value_is_zero(s->field->type, s->slot);
    reeve_violation_id(rule, empty, id);
    reeve_violation_text(rule, text);
    report(v, path, id, text);
}

/* The rules of a field that are for one target, with a bit for each test that they ask for: most
 * questions end at the bit. */
struct rule_set {
    const struct reeve_field *field;
    uint64_t tests;
    const struct reeve_rule *lower; /* gt or gte; NULL */
    const struct reeve_rule *upper; /* lt or lte; NULL */
    uint8_t target;
};

#define BIT(test_) (UINT64_C(1) << REEVE_TEST_##test_)
#define LOWER_TESTS (BIT(GT) | BIT(GTE))
#define UPPER_TESTS (BIT(LT) | BIT(LTE))
/* Of other levels than a single value. */
#define FIELD_TESTS                                                                                \
    (BIT(REQUIRED) | BIT(IGNORE_IF_ZERO) | BIT(IGNORE_ALWAYS) | BIT(MIN_COUNT) | BIT(MAX_COUNT) |  \
     BIT(UNIQUE))

_Static_assert(REEVE_TEST_COUNT_ <= 64, "a bit for each test");

/* 0 for a rule that is for another target, or that nobody knows. */
static uint64_t test_bit(const struct reeve_rule *rule, uint8_t target)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    return rule->target == target && kind != NULL ? UINT64_C(1) << kind->test : 0;
}

static struct rule_set rules_for(const struct reeve_field *f, uint8_t target)
{
    struct rule_set rules = {.field = f, .target = target};
    for (uint32_t i = 0; i < f->rules_count; i++) {
        const uint64_t test = test_bit(&f->rules[i], target);
        rules.tests |= test;
        if ((test & LOWER_TESTS) != 0) {
            rules.lower = &f->rules[i];
        } else if ((test & UPPER_TESTS) != 0) {
            rules.upper = &f->rules[i];
        }
    }
    return rules;
}

/* The rule with this test; NULL. */
static const struct reeve_rule *find_rule(const struct rule_set *rules, uint64_t wanted)
{
    if ((rules->tests & wanted) == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < rules->field->rules_count; i++) {
        if (test_bit(&rules->field->rules[i], rules->target) == wanted) {
            return &rules->field->rules[i];
        }
    }
    return NULL;
}

/* ---- ranges ---- */

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
    reeve_violation_range_text(lower, upper, exclusive, text);
    report(v, path, id, text);
}

/* ---- values ---- */

static enum reeve_status check_each(struct validator *v, const struct rule_set *rules,
                                    uint64_t wanted, const struct reeve_subject *s,
                                    const struct reeve_path *path)
{
    for (uint32_t i = 0; i < rules->field->rules_count; i++) {
        const struct reeve_rule *rule = &rules->field->rules[i];
        if ((test_bit(rule, rules->target) & wanted) == 0) {
            continue;
        }
        const enum reeve_status status = reeve_check(s, rule);
        if (status == REEVE_CONSTRAINT) {
            report_value(v, path, rule, s);
        } else if (status != REEVE_OK) {
            return status;
        }
    }
    return REEVE_OK;
}

static enum reeve_status check_rules(struct validator *v, const struct rule_set *rules,
                                     const struct reeve_subject *s, const struct reeve_path *path)
{
    /* A lower and an upper bound mean something together. */
    const bool range = rules->lower != NULL && rules->upper != NULL;
    const uint64_t others = FIELD_TESTS | (range ? LOWER_TESTS | UPPER_TESTS : 0);
    if ((rules->tests & ~others) != 0) {
        REEVE_TRY(check_each(v, rules, ~others, s, path));
    }
    if (range) {
        check_both_bounds(v, s, rules->lower, rules->upper, path);
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
static bool is_ignored(const struct rule_set *rules, const struct reeve_field *value,
                       const void *slot)
{
    if ((rules->tests & BIT(IGNORE_ALWAYS)) != 0) {
        return true;
    }
    return rules->target != REEVE_TARGET_FIELD && (rules->tests & BIT(IGNORE_IF_ZERO)) != 0 &&
           is_zero(value, slot);
}

/* A value: the field's own, an item, a key or a map's value; `value` has its type. */
static enum reeve_status validate_value(struct validator *v, const struct rule_set *rules,
                                        const struct reeve_field *value, const void *slot,
                                        const struct reeve_path *path, uint32_t depth)
{
    struct reeve_subject subject;
    subject.now = v->now;
    if (rules->tests != 0 && is_ignored(rules, value, slot)) {
        return REEVE_OK;
    }
    if ((rules->tests & ~FIELD_TESTS) != 0 && reeve_subject_of(value, slot, &subject)) {
        REEVE_TRY(check_rules(v, rules, &subject, path));
    }
    if (value->type != REEVE_TYPE_MESSAGE || reeve_load_pointer(slot) == NULL) {
        return REEVE_OK;
    }
    return validate_message(v, value->message, reeve_load_pointer(slot), path, depth);
}

/* ---- lists and maps ---- */

static enum reeve_status check_counts(struct validator *v, const struct rule_set *rules,
                                      const void *message, const struct reeve_path *path)
{
    const struct reeve_field *f = rules->field;
    const size_t count = reeve_slot_count(f, message);
    const struct reeve_rule *least = find_rule(rules, BIT(MIN_COUNT));
    const struct reeve_rule *most = find_rule(rules, BIT(MAX_COUNT));
    const struct reeve_rule *unique = find_rule(rules, BIT(UNIQUE));
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

/* No rules for these values, and none below them: a long list costs nothing. */
static bool is_idle(const struct rule_set *rules, const struct reeve_field *value)
{
    return rules->tests == 0 && (value->type != REEVE_TYPE_MESSAGE || !value->message->has_rules);
}

static enum reeve_status validate_items(struct validator *v, const struct reeve_field *f,
                                        const void *message, struct reeve_path *path,
                                        uint32_t depth)
{
    const struct rule_set rules = rules_for(f, REEVE_TARGET_ITEM);
    const size_t count = is_idle(&rules, f) ? 0 : reeve_slot_count(f, message);
    path->subscript = REEVE_SUBSCRIPT_INDEX;
    for (size_t i = 0; i < count; i++) {
        path->index = i;
        REEVE_TRY(validate_value(v, &rules, f, reeve_slot_element(f, message, i), path, depth));
    }
    return REEVE_OK;
}

static enum reeve_status validate_pairs(struct validator *v, const struct reeve_field *f,
                                        const void *message, struct reeve_path *path,
                                        uint32_t depth)
{
    const struct reeve_field *key = reeve_map_key_field(f);
    const struct reeve_field *value = reeve_map_value_field(f);
    const struct rule_set key_rules = rules_for(f, REEVE_TARGET_KEY);
    const struct rule_set value_rules = rules_for(f, REEVE_TARGET_VALUE);
    const bool idle = is_idle(&key_rules, key) && is_idle(&value_rules, value);
    const size_t count = idle ? 0 : reeve_slot_count(f, message);
    path->subscript = REEVE_SUBSCRIPT_KEY;
    path->key_field = key;
    path->hide_key = (f->flags & REEVE_FIELD_SENSITIVE) != 0;
    for (size_t i = 0; i < count; i++) {
        const void *entry = reeve_map_entry_at(f, message, i);
        path->key = reeve_slot_of(key, entry);
        v->in_key = true;
        REEVE_TRY(validate_value(v, &key_rules, key, path->key, path, depth));
        v->in_key = false;
        REEVE_TRY(validate_value(v, &value_rules, value, reeve_slot_of(value, entry), path, depth));
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
    if (is_free(f)) {
        return REEVE_OK;
    }
    const struct rule_set rules = rules_for(f, REEVE_TARGET_FIELD);
    if ((rules.tests & BIT(IGNORE_ALWAYS)) != 0) {
        return REEVE_OK;
    }
    struct reeve_path path = reeve_path_to(up, f);
    const bool asks = f->cardinality == REEVE_EXPLICIT ||
                      (rules.tests & (BIT(REQUIRED) | BIT(IGNORE_IF_ZERO))) != 0;
    const bool set = !asks || reeve_slot_is_set(f, message);
    const struct reeve_rule *required = find_rule(&rules, BIT(REQUIRED));
    if (required != NULL && !set) {
        report_rule(v, &path, required);
        return REEVE_OK;
    }
    if (!set && (f->cardinality == REEVE_EXPLICIT || (rules.tests & BIT(IGNORE_IF_ZERO)) != 0)) {
        return REEVE_OK;
    }
    if (f->cardinality == REEVE_IMPLICIT || f->cardinality == REEVE_EXPLICIT) {
        return validate_value(v, &rules, f, reeve_slot_of(f, message), &path, depth);
    }
    REEVE_TRY(check_counts(v, &rules, message, &path));
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
