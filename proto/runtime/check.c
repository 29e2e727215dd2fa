/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of values: one small function each, chosen by the rule's kind. */
#include "proto/runtime/check.h"

#include <math.h>

#include "proto/runtime/form.h"
#include "proto/runtime/pattern.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/text.h"

typedef bool (*test)(const struct reeve_subject *s, const struct reeve_rule *rule);

bool reeve_subject_of(const struct reeve_field *field, const void *slot, struct reeve_subject *out)
{
    out->field = field;
    out->slot = slot;
    out->time = NULL;
    out->mask = NULL;
    if (field->type != REEVE_TYPE_MESSAGE) {
        return true;
    }
    const struct reeve_message *m = field->message;
    const void *message = reeve_load_pointer(slot);
    if (message == NULL) {
        return false;
    }
    if (m->well_known == REEVE_WELL_KNOWN_WRAPPER) {
        out->field = &m->fields[0];
        out->slot = reeve_slot_of(out->field, message);
        return true;
    }
    if (m->well_known == REEVE_WELL_KNOWN_FIELD_MASK) {
        out->field = &m->fields[0];
        out->slot = NULL;
        out->mask = message;
        return true;
    }
    if (m->well_known != REEVE_WELL_KNOWN_TIMESTAMP && m->well_known != REEVE_WELL_KNOWN_DURATION) {
        return false;
    }
    out->slot = NULL;
    out->time = m;
    out->instant = reeve_instant_load(m, message);
    return true;
}

/* ---- order ---- */

static int compare_signed(const struct reeve_subject *s, int64_t operand)
{
    if (s->time != NULL) {
        return reeve_instant_compare(s->instant, reeve_instant_from_nanos(operand));
    }
    const int64_t v = reeve_load_signed(s->field->type, s->slot);
    return (v > operand) - (v < operand);
}

static int compare_unsigned(const struct reeve_subject *s, uint64_t operand)
{
    const uint64_t v = reeve_load_unsigned(s->field->type, s->slot);
    return (v > operand) - (v < operand);
}

static int compare_double(const struct reeve_subject *s, double operand)
{
    const double v = reeve_load_double(s->field->type, s->slot);
    if (isnan(v) || isnan(operand)) {
        return 2;
    }
    return (v > operand) - (v < operand);
}

static int compare_view(const struct reeve_subject *s, struct reeve_bytes operand)
{
    return reeve_bytes_compare(reeve_load_view(s->field->type, s->slot), operand);
}

int reeve_subject_compare(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    switch (rule->kind) {
    case REEVE_OPERAND_SIGNED:
        return compare_signed(s, rule->operand.i64);
    case REEVE_OPERAND_UNSIGNED:
        return compare_unsigned(s, rule->operand.u64);
    case REEVE_OPERAND_DOUBLE:
        return compare_double(s, rule->operand.f64);
    case REEVE_OPERAND_BOOL:
        return compare_unsigned(s, rule->operand.boolean ? 1 : 0);
    case REEVE_OPERAND_STRING:
    case REEVE_OPERAND_BYTES:
        return compare_view(s, rule->operand.bytes);
    default:
        return 2;
    }
}

static bool equals_item(const struct reeve_subject *s, const struct reeve_rule *rule, uint32_t i)
{
    switch (rule->kind) {
    case REEVE_OPERAND_SIGNED_LIST:
        return compare_signed(s, rule->operand.i64_list[i]) == 0;
    case REEVE_OPERAND_UNSIGNED_LIST:
        return compare_unsigned(s, rule->operand.u64_list[i]) == 0;
    case REEVE_OPERAND_DOUBLE_LIST:
        return compare_double(s, rule->operand.f64_list[i]) == 0;
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        return compare_view(s, rule->operand.bytes_list[i]) == 0;
    default:
        return false;
    }
}

static bool test_const(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_subject_compare(s, rule) == 0;
}

static bool test_in(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i++) {
        if (equals_item(s, rule, i)) {
            return true;
        }
    }
    return false;
}

static bool test_not_in(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return !test_in(s, rule);
}

static bool test_finite(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    (void)rule;
    return isfinite(reeve_load_double(s->field->type, s->slot));
}

static bool test_lt(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_subject_compare(s, rule) == -1;
}

static bool test_lte(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_subject_compare(s, rule) <= 0;
}

static bool test_gt(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_subject_compare(s, rule) == 1;
}

static bool test_gte(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const int order = reeve_subject_compare(s, rule);
    return order == 0 || order == 1;
}

/* ---- text and bytes ---- */

static struct reeve_bytes view(const struct reeve_subject *s)
{
    return reeve_load_view(s->field->type, s->slot);
}

static bool test_len(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_text_length(view(s)) == rule->operand.u64;
}

/* A character has one to four bytes: mostly the bytes say enough. */
static bool test_min_len(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_bytes text = view(s);
    return text.len / 4 >= rule->operand.u64 || reeve_text_length(text) >= rule->operand.u64;
}

static bool test_max_len(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_bytes text = view(s);
    return text.len <= rule->operand.u64 || reeve_text_length(text) <= rule->operand.u64;
}

static bool test_len_bytes(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return view(s).len == rule->operand.u64;
}

static bool test_min_bytes(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return view(s).len >= rule->operand.u64;
}

static bool test_max_bytes(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return view(s).len <= rule->operand.u64;
}

/* Bytes that are no text match nothing. */
static bool test_pattern(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_bytes text = view(s);
    return (s->field->type == REEVE_TYPE_STRING || reeve_bytes_is_utf8(text)) &&
           reeve_pattern_matches(*rule->pattern, text);
}

static bool test_form(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_form *form = reeve_form_of(rule->code);
    return form != NULL && form->holds(view(s));
}

static bool test_header_name(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_is_header_name(view(s), rule->operand.boolean);
}

static bool test_header_value(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_is_header_value(view(s), rule->operand.boolean);
}

static bool test_prefix(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return reeve_bytes_starts_with(view(s), rule->operand.bytes);
}

static bool test_suffix(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_bytes v = view(s);
    const struct reeve_bytes suffix = rule->operand.bytes;
    return v.len >= suffix.len &&
           reeve_bytes_equal(reeve_bytes_slice(v, v.len - suffix.len, suffix.len), suffix);
}

static bool test_contains(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return rule->operand.bytes.len == 0 || reeve_bytes_contains(view(s), rule->operand.bytes);
}

static bool test_not_contains(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return !test_contains(s, rule);
}

/* ---- now ---- */

static bool test_lt_now(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    (void)rule;
    return reeve_instant_compare(s->instant, s->now) <= 0;
}

static bool test_gt_now(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    (void)rule;
    return reeve_instant_compare(s->instant, s->now) >= 0;
}

static bool test_within(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const int64_t span = rule->operand.i64;
    if (span < 0) {
        return false;
    }
    return reeve_instant_compare(s->instant, reeve_instant_add(s->now, -span)) >= 0 &&
           reeve_instant_compare(s->instant, reeve_instant_add(s->now, span)) <= 0;
}

/* ---- field masks ---- */

static struct reeve_bytes mask_path(const struct reeve_subject *s, size_t i)
{
    return reeve_load_view(REEVE_TYPE_STRING, reeve_slot_element(s->field, s->mask, i));
}

/* The path itself, or one inside what it names. */
static bool covers(struct reeve_bytes path, struct reeve_bytes inner)
{
    return reeve_bytes_starts_with(inner, path) &&
           (inner.len == path.len || inner.data[path.len] == '.');
}

static bool is_covered(const struct reeve_rule *rule, struct reeve_bytes path)
{
    for (uint32_t i = 0; i < rule->count; i++) {
        if (covers(rule->operand.bytes_list[i], path)) {
            return true;
        }
    }
    return false;
}

static bool test_paths_const(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    if (reeve_slot_count(s->field, s->mask) != rule->count) {
        return false;
    }
    for (uint32_t i = 0; i < rule->count; i++) {
        if (!reeve_bytes_equal(mask_path(s, i), rule->operand.bytes_list[i])) {
            return false;
        }
    }
    return true;
}

/* Whether the list covers all of the mask's paths, or none of them. */
static bool all_paths(const struct reeve_subject *s, const struct reeve_rule *rule, bool wanted)
{
    const size_t count = reeve_slot_count(s->field, s->mask);
    for (size_t i = 0; i < count; i++) {
        if (is_covered(rule, mask_path(s, i)) != wanted) {
            return false;
        }
    }
    return true;
}

static bool test_paths_in(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return all_paths(s, rule, true);
}

static bool test_paths_not_in(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    return all_paths(s, rule, false);
}

/* ---- enums ---- */

static bool test_defined_only(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_enum *e = s->field->enumeration;
    const int64_t number = reeve_load_signed(s->field->type, s->slot);
    (void)rule;
    for (uint32_t i = 0; i < e->values_count; i++) {
        if (e->values[i].number == number) {
            return true;
        }
    }
    return false;
}

/* The others are not about a value by itself: validate.c sees to them. */
static const test tests[REEVE_TEST_COUNT_] = {
    [REEVE_TEST_CONST] = test_const,
    [REEVE_TEST_LT] = test_lt,
    [REEVE_TEST_LTE] = test_lte,
    [REEVE_TEST_GT] = test_gt,
    [REEVE_TEST_GTE] = test_gte,
    [REEVE_TEST_IN] = test_in,
    [REEVE_TEST_NOT_IN] = test_not_in,
    [REEVE_TEST_FINITE] = test_finite,
    [REEVE_TEST_LEN] = test_len,
    [REEVE_TEST_MIN_LEN] = test_min_len,
    [REEVE_TEST_MAX_LEN] = test_max_len,
    [REEVE_TEST_LEN_BYTES] = test_len_bytes,
    [REEVE_TEST_MIN_BYTES] = test_min_bytes,
    [REEVE_TEST_MAX_BYTES] = test_max_bytes,
    [REEVE_TEST_PATTERN] = test_pattern,
    [REEVE_TEST_PREFIX] = test_prefix,
    [REEVE_TEST_SUFFIX] = test_suffix,
    [REEVE_TEST_CONTAINS] = test_contains,
    [REEVE_TEST_NOT_CONTAINS] = test_not_contains,
    [REEVE_TEST_FORM] = test_form,
    [REEVE_TEST_HEADER_NAME] = test_header_name,
    [REEVE_TEST_HEADER_VALUE] = test_header_value,
    [REEVE_TEST_LT_NOW] = test_lt_now,
    [REEVE_TEST_GT_NOW] = test_gt_now,
    [REEVE_TEST_WITHIN] = test_within,
    [REEVE_TEST_PATHS_CONST] = test_paths_const,
    [REEVE_TEST_PATHS_IN] = test_paths_in,
    [REEVE_TEST_PATHS_NOT_IN] = test_paths_not_in,
    [REEVE_TEST_DEFINED_ONLY] = test_defined_only,
};

enum reeve_status reeve_check(const struct reeve_subject *s, const struct reeve_rule *rule)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    if (kind == NULL || tests[kind->test] == NULL) {
        return REEVE_INTERNAL;
    }
    if (kind->test == REEVE_TEST_PATTERN && (rule->pattern == NULL || *rule->pattern == NULL)) {
        return REEVE_STATE;
    }
    return tests[kind->test](s, rule) ? REEVE_OK : REEVE_CONSTRAINT;
}
