/* SPDX-License-Identifier: Apache-2.0 */
/* Which constraints follow from which: a rule of one version breaks nothing when the other
 * version's rules say at least as much. What cannot be shown by equality, bounds and lists is not
 * claimed. */
#include "proto/runtime/rule.h"
#include "proto/runtime/violation.h"
#include "proto/schema/comparer.h"

/* The rules of one target of a field. */
struct rules {
    const struct reeve_field *field;
    uint8_t target;
};

static enum reeve_rule_test test_of(const struct reeve_rule *rule)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    return kind == NULL ? REEVE_TEST_COUNT_ : (enum reeve_rule_test)kind->test;
}

static const struct reeve_rule *find_test(const struct rules *rules, enum reeve_rule_test test)
{
    for (uint32_t i = 0; i < rules->field->rules_count; i++) {
        const struct reeve_rule *rule = &rules->field->rules[i];
        if (rule->target == rules->target && test_of(rule) == test) {
            return rule;
        }
    }
    return NULL;
}

static const struct reeve_rule *find_code(const struct rules *rules, uint16_t code)
{
    for (uint32_t i = 0; i < rules->field->rules_count; i++) {
        const struct reeve_rule *rule = &rules->field->rules[i];
        if (rule->target == rules->target && rule->code == code) {
            return rule;
        }
    }
    return NULL;
}

/* ---- operands ---- */

/* -1, 0, 1 of two single numbers of one kind; 2 when they have no order. */
static int order(const struct reeve_rule *a, const struct reeve_rule *b)
{
    switch (a->kind) {
    case REEVE_OPERAND_UNSIGNED:
        return (a->operand.u64 > b->operand.u64) - (a->operand.u64 < b->operand.u64);
    case REEVE_OPERAND_SIGNED:
        return (a->operand.i64 > b->operand.i64) - (a->operand.i64 < b->operand.i64);
    case REEVE_OPERAND_DOUBLE:
        if (a->operand.f64 != a->operand.f64 || b->operand.f64 != b->operand.f64) {
            return 2;
        }
        return (a->operand.f64 > b->operand.f64) - (a->operand.f64 < b->operand.f64);
    default:
        return 2;
    }
}

/* Item i of one list, item j of another of its kind. */
static bool same_item(const struct reeve_rule *a, uint32_t i, const struct reeve_rule *b,
                      uint32_t j)
{
    switch (a->kind) {
    case REEVE_OPERAND_UNSIGNED_LIST:
        return a->operand.u64_list[i] == b->operand.u64_list[j];
    case REEVE_OPERAND_SIGNED_LIST:
        return a->operand.i64_list[i] == b->operand.i64_list[j];
    case REEVE_OPERAND_DOUBLE_LIST:
        return a->operand.f64_list[i] == b->operand.f64_list[j];
    default:
        return reeve_bytes_equal(a->operand.bytes_list[i], b->operand.bytes_list[j]);
    }
}

static bool has_item(const struct reeve_rule *list, const struct reeve_rule *other, uint32_t i)
{
    for (uint32_t j = 0; j < list->count; j++) {
        if (same_item(list, j, other, i)) {
            return true;
        }
    }
    return false;
}

/* Whether every item of `some` is in `all`. */
static bool holds_all(const struct reeve_rule *all, const struct reeve_rule *some)
{
    for (uint32_t i = 0; i < some->count; i++) {
        if (!has_item(all, some, i)) {
            return false;
        }
    }
    return true;
}

/* Sets, but for the paths of a FieldMask's `const`, whose order counts. */
static bool equal_lists(const struct reeve_rule *a, const struct reeve_rule *b)
{
    if (a->code != REEVE_RULE_FIELD_MASK_CONST) {
        return holds_all(a, b) && holds_all(b, a);
    }
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        if (!same_item(a, i, b, i)) {
            return false;
        }
    }
    return a->count == b->count;
}

static bool equal_operands(const struct reeve_rule *a, const struct reeve_rule *b)
{
    switch ((enum reeve_operand_kind)a->kind) {
    case REEVE_OPERAND_NONE:
        return true;
    case REEVE_OPERAND_UNSIGNED:
    case REEVE_OPERAND_SIGNED:
    case REEVE_OPERAND_DOUBLE:
        return order(a, b) == 0;
    case REEVE_OPERAND_BOOL:
        return a->operand.boolean == b->operand.boolean;
    case REEVE_OPERAND_STRING:
    case REEVE_OPERAND_BYTES:
        return reeve_bytes_equal(a->operand.bytes, b->operand.bytes);
    case REEVE_OPERAND_UNSIGNED_LIST:
    case REEVE_OPERAND_SIGNED_LIST:
    case REEVE_OPERAND_DOUBLE_LIST:
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        return equal_lists(a, b);
    }
    return false;
}

/* ---- bounds ---- */

static const struct reeve_rule *lower_of(const struct rules *rules)
{
    const struct reeve_rule *gt = find_test(rules, REEVE_TEST_GT);
    return gt != NULL ? gt : find_test(rules, REEVE_TEST_GTE);
}

static const struct reeve_rule *upper_of(const struct rules *rules)
{
    const struct reeve_rule *lt = find_test(rules, REEVE_TEST_LT);
    return lt != NULL ? lt : find_test(rules, REEVE_TEST_LTE);
}

/* A lower bound that is not below the upper one allows what is outside. */
static bool is_outside(const struct rules *rules)
{
    const struct reeve_rule *lower = lower_of(rules);
    const struct reeve_rule *upper = upper_of(rules);
    return lower != NULL && upper != NULL && order(lower, upper) >= 0;
}

static bool same_bounds(const struct rules *a, const struct rules *b)
{
    const struct reeve_rule *bounds[4] = {lower_of(a), lower_of(b), upper_of(a), upper_of(b)};
    for (size_t i = 0; i < 4; i += 2) {
        const struct reeve_rule *x = bounds[i];
        const struct reeve_rule *y = bounds[i + 1];
        if ((x == NULL) != (y == NULL) ||
            (x != NULL && (x->code != y->code || !equal_operands(x, y)))) {
            return false;
        }
    }
    return true;
}

static bool bound_follows(const struct rules *given, const struct rules *all,
                          const struct reeve_rule *rule)
{
    const enum reeve_rule_test test = test_of(rule);
    const bool is_lower = test == REEVE_TEST_GT || test == REEVE_TEST_GTE;
    const bool is_strict = test == REEVE_TEST_GT || test == REEVE_TEST_LT;
    if (is_outside(given) || is_outside(all)) {
        return same_bounds(given, all);
    }
    const struct reeve_rule *bound = is_lower ? lower_of(given) : upper_of(given);
    if (bound == NULL) {
        return false;
    }
    const bool stricter = test_of(bound) == REEVE_TEST_GT || test_of(bound) == REEVE_TEST_LT;
    const int compared = is_lower ? order(bound, rule) : order(rule, bound);
    return compared == 1 || (compared == 0 && (stricter || !is_strict));
}

/* ---- following ---- */

static bool count_follows(const struct rules *given, const struct reeve_rule *rule,
                          enum reeve_rule_test exact, int wanted)
{
    const struct reeve_rule *same = find_code(given, rule->code);
    const struct reeve_rule *fixed = find_test(given, exact);
    return (same != NULL && (order(same, rule) == 0 || order(same, rule) == wanted)) ||
           (fixed != NULL && (order(fixed, rule) == 0 || order(fixed, rule) == wanted));
}

/* A single value as the only item of a list. */
static bool constant_is_in(const struct rules *given, const struct reeve_rule *list)
{
    const struct reeve_rule *constant = find_test(given, REEVE_TEST_CONST);
    struct reeve_rule one;
    if (constant == NULL) {
        return false;
    }
    one = *constant;
    one.count = 1;
    one.kind = list->kind;
    switch (list->kind) {
    case REEVE_OPERAND_UNSIGNED_LIST:
        one.operand.u64_list = &constant->operand.u64;
        break;
    case REEVE_OPERAND_SIGNED_LIST:
        one.operand.i64_list = &constant->operand.i64;
        break;
    case REEVE_OPERAND_DOUBLE_LIST:
        one.operand.f64_list = &constant->operand.f64;
        break;
    default:
        one.operand.bytes_list = &constant->operand.bytes;
        break;
    }
    return holds_all(list, &one);
}

/* Whether what passes `given` passes `rule`, one of `all`. */
static bool follows(const struct rules *given, const struct rules *all,
                    const struct reeve_rule *rule)
{
    const struct reeve_rule *same = find_code(given, rule->code);
    const enum reeve_rule_test test = test_of(rule);
    const bool is_bound = test == REEVE_TEST_LT || test == REEVE_TEST_LTE ||
                          test == REEVE_TEST_GT || test == REEVE_TEST_GTE;
    if (is_bound) {
        return bound_follows(given, all, rule);
    }
    if (same != NULL && equal_operands(same, rule)) {
        return true;
    }
    switch ((int)test) {
    case REEVE_TEST_MIN_LEN:
        return count_follows(given, rule, REEVE_TEST_LEN, 1);
    case REEVE_TEST_MAX_LEN:
        return count_follows(given, rule, REEVE_TEST_LEN, -1);
    case REEVE_TEST_MIN_BYTES:
        return count_follows(given, rule, REEVE_TEST_LEN_BYTES, 1);
    case REEVE_TEST_MAX_BYTES:
        return count_follows(given, rule, REEVE_TEST_LEN_BYTES, -1);
    case REEVE_TEST_MIN_COUNT:
        return same != NULL && order(same, rule) == 1;
    case REEVE_TEST_MAX_COUNT:
    case REEVE_TEST_WITHIN:
        return same != NULL && order(same, rule) == -1;
    case REEVE_TEST_IN:
        return (same != NULL && holds_all(rule, same)) || constant_is_in(given, rule);
    case REEVE_TEST_NOT_IN:
        return same != NULL && holds_all(same, rule);
    default:
        return false;
    }
}

/* Rules that say when others do not apply: having one loosens, losing one tightens. */
static bool is_looseness(const struct reeve_rule *rule)
{
    return test_of(rule) == REEVE_TEST_IGNORE_IF_ZERO || test_of(rule) == REEVE_TEST_IGNORE_ALWAYS;
}

static bool has_others(const struct rules *rules)
{
    const struct reeve_message *m = rules->field->message;
    if (m != NULL && m->has_rules) {
        return true;
    }
    for (uint32_t i = 0; i < rules->field->rules_count; i++) {
        const struct reeve_rule *rule = &rules->field->rules[i];
        if (rule->target == rules->target && !is_looseness(rule)) {
            return true;
        }
    }
    return false;
}

/* Whether some value that passes `given` fails `rule` of `all`; `rule` is NULL when `all` has it
 * not, and then `other` is that of `given`. */
static bool breaks(const struct rules *given, const struct rules *all,
                   const struct reeve_rule *rule, const struct reeve_rule *other)
{
    if (rule == NULL) {
        return is_looseness(other) && has_others(all);
    }
    return !is_looseness(rule) && !follows(given, all, rule);
}

/* ---- telling ---- */

static const char *target_text(uint8_t target)
{
    static const char *const texts[] = {"", " of each item", " of each key", " of each value"};
    return target < sizeof texts / sizeof *texts ? texts[target] : "";
}

static const char *rule_text(struct reeve_comparer *c, const struct reeve_rule *rule)
{
    char text[REEVE_VIOLATION_TEXT];
    reeve_violation_text(rule, text);
    return text[0] == '\0' ? rule->id : reeve_comparer_text(c, "%s (%s)", rule->id, text);
}

static void note(struct reeve_comparer *c, const char *element, const struct rules *older,
                 const struct rules *newer, const struct reeve_rule *was,
                 const struct reeve_rule *is)
{
    const char *target = target_text(is != NULL ? is->target : was->target);
    const char *what;
    if (was == NULL) {
        what = reeve_comparer_text(c, "rule %s%s is new", rule_text(c, is), target);
    } else if (is == NULL) {
        what = reeve_comparer_text(c, "rule %s%s is gone", rule_text(c, was), target);
    } else {
        char before[REEVE_VIOLATION_TEXT];
        reeve_violation_text(was, before);
        what = reeve_comparer_text(c, "rule %s%s was: %s", rule_text(c, is), target, before);
    }
    reeve_comparer_note(
        c, element, what,
        breaks(older, newer, is, was) ? "an input that the older version allows may fail it" : NULL,
        breaks(newer, older, was, is)
            ? "an output that the newer version allows may fail the older rules"
            : NULL);
}

static void compare_target(struct reeve_comparer *c, const char *element, const struct rules *older,
                           const struct rules *newer)
{
    for (uint32_t i = 0; i < older->field->rules_count; i++) {
        const struct reeve_rule *was = &older->field->rules[i];
        if (was->target != older->target) {
            continue;
        }
        const struct reeve_rule *is = find_code(newer, was->code);
        if (is == NULL || !equal_operands(was, is)) {
            note(c, element, older, newer, was, is);
        }
    }
    for (uint32_t i = 0; i < newer->field->rules_count; i++) {
        const struct reeve_rule *is = &newer->field->rules[i];
        if (is->target == newer->target && find_code(older, is->code) == NULL) {
            note(c, element, older, newer, NULL, is);
        }
    }
}

void reeve_compare_rules(struct reeve_comparer *c, const char *element,
                         const struct reeve_field *older, const struct reeve_field *newer)
{
    for (unsigned target = REEVE_TARGET_FIELD; target <= REEVE_TARGET_VALUE; target++) {
        const struct rules was = {.field = older, .target = (uint8_t)target};
        const struct rules is = {.field = newer, .target = (uint8_t)target};
        compare_target(c, element, &was, &is);
    }
}

/* ---- enums ---- */

static const struct reeve_enum_value *value_named(const struct reeve_enum *e, const char *name)
{
    for (uint32_t i = 0; i < e->values_count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(e->values[i].name), name)) {
            return &e->values[i];
        }
    }
    return NULL;
}

static bool has_number(const struct reeve_enum *e, int32_t number)
{
    for (uint32_t i = 0; i < e->values_count; i++) {
        if (e->values[i].number == number) {
            return true;
        }
    }
    return false;
}

static bool is_closed(const struct reeve_field *field)
{
    for (uint32_t i = 0; i < field->rules_count; i++) {
        if (test_of(&field->rules[i]) == REEVE_TEST_DEFINED_ONLY) {
            return true;
        }
    }
    return false;
}

static const struct reeve_enum *enum_of(const struct reeve_field *field)
{
    return field->cardinality == REEVE_MAP ? field->message->fields[1].enumeration
                                           : field->enumeration;
}

static void compare_value(struct reeve_comparer *c, const struct reeve_enum_value *was,
                          const struct reeve_enum *newer)
{
    const struct reeve_enum_value *is = value_named(newer, was->name);
    const char *element = reeve_comparer_text(c, "%s.%s", newer->name, was->name);
    if (is == NULL) {
        reeve_comparer_note(c, element,
                            reeve_comparer_text(c, "value %d is gone", (int)was->number),
                            "an input may name it", NULL);
        return;
    }
    if (is->number != was->number) {
        reeve_comparer_note(
            c, element,
            reeve_comparer_text(c, "value %d was %d", (int)is->number, (int)was->number),
            "the name means another number", "the name means another number");
    }
}

/* The order of several names of one number is all that is left to differ. */
static void compare_first_names(struct reeve_comparer *c, const struct reeve_enum *older,
                                const struct reeve_enum *newer)
{
    if (older->values_count != newer->values_count) {
        return;
    }
    for (uint32_t i = 0; i < older->values_count; i++) {
        const struct reeve_enum_value *was = &older->values[i];
        const struct reeve_enum_value *is = &newer->values[i];
        if (was->number == is->number &&
            !reeve_bytes_equal_cstr(reeve_bytes_cstr(was->name), is->name) &&
            value_named(older, is->name) != NULL && value_named(newer, was->name) != NULL) {
            reeve_comparer_note(
                c, newer->name,
                reeve_comparer_text(c, "the names of %d have another order", (int)is->number), NULL,
                NULL);
        }
    }
}

void reeve_compare_enums(struct reeve_comparer *c, const char *element,
                         const struct reeve_field *older, const struct reeve_field *newer)
{
    const struct reeve_enum *was = enum_of(older);
    const struct reeve_enum *is = enum_of(newer);
    for (uint32_t i = 0; i < was->values_count; i++) {
        compare_value(c, &was->values[i], is);
        if (is_closed(newer) && !has_number(is, was->values[i].number)) {
            reeve_comparer_note(c, element,
                                "a value of the enum is gone, and only defined ones are allowed",
                                "an input may have it", NULL);
        }
    }
    for (uint32_t i = 0; i < is->values_count; i++) {
        const struct reeve_enum_value *value = &is->values[i];
        if (value_named(was, value->name) == NULL) {
            reeve_comparer_note(c, reeve_comparer_text(c, "%s.%s", is->name, value->name),
                                reeve_comparer_text(c, "value %d is new", (int)value->number), NULL,
                                NULL);
        }
        if (is_closed(older) && !has_number(was, value->number)) {
            reeve_comparer_note(c, element,
                                "the enum has a new value, and the older version allows only those "
                                "that it defines",
                                NULL, "an output may have it");
        }
    }
    compare_first_names(c, was, is);
}
