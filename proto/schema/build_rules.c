/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a schema become rules of a table: only those that rule.h lists, each with the operand
 * and on the types it says. */
#include "proto/runtime/rule.h"
#include "proto/schema/builder.h"
#include "proto/schema/dynamic.h"

static enum reeve_status refuse(const struct reeve_builder *b, const char *text)
{
    return reeve_builder_refuse(b, REEVE_INVALID, "rule", text);
}

static enum reeve_status wrong_operand(const struct reeve_builder *b)
{
    return refuse(b, "a rule has an operand of the wrong kind");
}

/* The member of the oneof that an operand of this kind is in. */
static enum reeve_v1_rule_operand_case case_of(uint8_t kind)
{
    switch ((enum reeve_operand_kind)kind) {
    case REEVE_OPERAND_NONE:
        return REEVE_V1_RULE_OPERAND_NOT_SET;
    case REEVE_OPERAND_UNSIGNED:
        return REEVE_V1_RULE_OPERAND_UNSIGNED_VALUE;
    case REEVE_OPERAND_SIGNED:
        return REEVE_V1_RULE_OPERAND_SIGNED_VALUE;
    case REEVE_OPERAND_DOUBLE:
        return REEVE_V1_RULE_OPERAND_DOUBLE_VALUE;
    case REEVE_OPERAND_BOOL:
        return REEVE_V1_RULE_OPERAND_BOOL_VALUE;
    case REEVE_OPERAND_STRING:
        return REEVE_V1_RULE_OPERAND_STRING_VALUE;
    case REEVE_OPERAND_BYTES:
        return REEVE_V1_RULE_OPERAND_BYTES_VALUE;
    case REEVE_OPERAND_UNSIGNED_LIST:
    case REEVE_OPERAND_SIGNED_LIST:
    case REEVE_OPERAND_DOUBLE_LIST:
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        return REEVE_V1_RULE_OPERAND_LIST;
    }
    return REEVE_V1_RULE_OPERAND_NOT_SET;
}

/* ---- lists ---- */

static enum reeve_status copy_numbers(struct reeve_builder *b, struct reeve_rule *rule,
                                      const void *from, size_t count)
{
    /* All three kinds of numbers are eight bytes. */
    uint64_t *copy = reeve_arena_alloc_array(b->arena, count, sizeof *copy);
    if (copy == NULL) {
        return reeve_builder_no_memory(b);
    }
    if (count > 0) {
        reeve_move(copy, from, count * sizeof *copy);
    }
    rule->operand.u64_list = copy;
    rule->count = (uint32_t)count;
    return REEVE_OK;
}

static enum reeve_status copy_view(struct reeve_builder *b, struct reeve_bytes from,
                                   struct reeve_bytes *out)
{
    const char *copy = reeve_arena_strdup(b->arena, from);
    if (copy == NULL) {
        return reeve_builder_no_memory(b);
    }
    *out = reeve_bytes_of(copy, from.len);
    return REEVE_OK;
}

static enum reeve_status copy_views(struct reeve_builder *b, struct reeve_rule *rule,
                                    const struct reeve_v1_rule_list *from)
{
    const bool text = rule->kind == REEVE_OPERAND_STRING_LIST;
    const size_t count = text ? from->n_string_values : from->n_bytes_values;
    struct reeve_bytes *copy = reeve_arena_alloc_array(b->arena, count, sizeof *copy);
    if (copy == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < count; i++) {
        const struct reeve_bytes item =
            text ? reeve_bytes_cstr(from->string_values[i])
                 : reeve_bytes_of(from->bytes_values[i].data, from->bytes_values[i].len);
        REEVE_TRY(copy_view(b, item, &copy[i]));
    }
    rule->operand.bytes_list = copy;
    rule->count = (uint32_t)count;
    return REEVE_OK;
}

/* A list holds values of one kind; others would be lost when the schema is written again. */
static enum reeve_status copy_list(struct reeve_builder *b, struct reeve_rule *rule,
                                   const struct reeve_v1_rule_list *from)
{
    switch ((enum reeve_operand_kind)rule->kind) {
    case REEVE_OPERAND_UNSIGNED_LIST:
        return copy_numbers(b, rule, from->unsigned_values, from->n_unsigned_values);
    case REEVE_OPERAND_SIGNED_LIST:
        return copy_numbers(b, rule, from->signed_values, from->n_signed_values);
    case REEVE_OPERAND_DOUBLE_LIST:
        return copy_numbers(b, rule, from->double_values, from->n_double_values);
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        return copy_views(b, rule, from);
    case REEVE_OPERAND_NONE:
    case REEVE_OPERAND_UNSIGNED:
    case REEVE_OPERAND_SIGNED:
    case REEVE_OPERAND_DOUBLE:
    case REEVE_OPERAND_BOOL:
    case REEVE_OPERAND_STRING:
    case REEVE_OPERAND_BYTES:
        break;
    }
    return wrong_operand(b);
}

static enum reeve_status copy_operand(struct reeve_builder *b, struct reeve_rule *rule,
                                      const struct reeve_v1_rule *from)
{
    switch (from->operand_case) {
    case REEVE_V1_RULE_OPERAND_NOT_SET:
        return REEVE_OK;
    case REEVE_V1_RULE_OPERAND_UNSIGNED_VALUE:
        rule->operand.u64 = from->unsigned_value;
        return REEVE_OK;
    case REEVE_V1_RULE_OPERAND_SIGNED_VALUE:
        rule->operand.i64 = from->signed_value;
        return REEVE_OK;
    case REEVE_V1_RULE_OPERAND_DOUBLE_VALUE:
        rule->operand.f64 = from->double_value;
        return REEVE_OK;
    case REEVE_V1_RULE_OPERAND_BOOL_VALUE:
        rule->operand.boolean = from->bool_value != 0;
        return REEVE_OK;
    case REEVE_V1_RULE_OPERAND_STRING_VALUE:
        return copy_view(b, reeve_bytes_cstr(from->string_value), &rule->operand.bytes);
    case REEVE_V1_RULE_OPERAND_BYTES_VALUE:
        return copy_view(b, reeve_bytes_of(from->bytes_value.data, from->bytes_value.len),
                         &rule->operand.bytes);
    case REEVE_V1_RULE_OPERAND_LIST:
        return copy_list(b, rule, from->list);
    default:
        break;
    }
    return wrong_operand(b);
}

/* ---- patterns ---- */

static enum reeve_status make_pattern_slot(struct reeve_builder *b, struct reeve_rule *rule)
{
    if (b->patterns_count == REEVE_SCHEMA_PATTERNS_MAX) {
        return reeve_builder_refuse(b, REEVE_TOO_LARGE, "patterns", "too many patterns");
    }
    rule->pattern = reeve_arena_alloc(
        b->arena, sizeof(struct reeve_pattern *)) /* NOLINT(bugprone-sizeof-expression) */;
    if (rule->pattern == NULL) {
        return reeve_builder_no_memory(b);
    }
    b->patterns[b->patterns_count++] = rule->pattern;
    return REEVE_OK;
}

/* ---- rules ---- */

static enum reeve_status build_rule(struct reeve_builder *b, const struct reeve_field *field,
                                    struct reeve_rule *rule, const struct reeve_v1_rule *from)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_find(reeve_bytes_cstr(from->id));
    if (kind == NULL) {
        return refuse(b, "a rule is none that reeve knows");
    }
    if ((int)from->target < REEVE_TARGET_FIELD || (int)from->target > REEVE_TARGET_VALUE ||
        !reeve_rule_kind_applies(kind, field, (enum reeve_rule_target)from->target)) {
        return refuse(b, "a rule does not fit the field's type");
    }
    if (from->operand_case != case_of(kind->operand)) {
        return wrong_operand(b);
    }
    *rule = (struct reeve_rule){
        .id = kind->id, .code = kind->code, .target = (uint8_t)from->target, .kind = kind->operand};
    REEVE_TRY(copy_operand(b, rule, from));
    return kind->test == REEVE_TEST_PATTERN ? make_pattern_slot(b, rule) : REEVE_OK;
}

static bool is_after(const struct reeve_rule *a, const struct reeve_rule *b)
{
    const int order = reeve_bytes_compare(reeve_bytes_cstr(a->id), reeve_bytes_cstr(b->id));
    return order > 0 || (order == 0 && a->target > b->target);
}

enum reeve_status reeve_build_rules(struct reeve_builder *b, struct reeve_field *field,
                                    const struct reeve_v1_field_schema *from)
{
    struct reeve_rule *rules = reeve_arena_alloc_array(b->arena, from->n_rules, sizeof *rules);
    if (rules == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < from->n_rules; i++) {
        REEVE_TRY(build_rule(b, field, &rules[i], from->rules[i]));
        if (i > 0 && !is_after(&rules[i], &rules[i - 1])) {
            return refuse(b, "rules are not in the order of id and target, each once");
        }
    }
    field->rules = rules;
    field->rules_count = (uint32_t)from->n_rules;
    return REEVE_OK;
}

/* ---- rules over several fields ---- */

static bool find_field(const struct reeve_message *m, uint32_t number, uint16_t *index)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        if (m->fields[i].number == number) {
            *index = i;
            return true;
        }
    }
    return false;
}

static enum reeve_status build_oneof_rule(struct reeve_builder *b, const struct reeve_message *m,
                                          struct reeve_oneof_rule *rule,
                                          const struct reeve_v1_oneof_rule *from)
{
    uint16_t *fields = reeve_arena_alloc_array(b->arena, from->n_fields, sizeof *fields);
    if (fields == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < from->n_fields; i++) {
        if (!find_field(m, from->fields[i], &fields[i])) {
            return refuse(b, "a rule is on a field that the message does not have");
        }
        if (i > 0 && fields[i] <= fields[i - 1]) {
            return refuse(b, "the fields of a rule are not in order, each once");
        }
    }
    *rule = (struct reeve_oneof_rule){.fields = fields,
                                      .fields_count = (uint16_t)from->n_fields,
                                      .required = from->required != 0};
    return from->n_fields > 0 ? REEVE_OK : refuse(b, "a rule is on no field");
}

enum reeve_status reeve_build_oneof_rules(struct reeve_builder *b, struct reeve_message *m,
                                          const struct reeve_v1_message_schema *from)
{
    if (from->n_oneof_rules > REEVE_SCHEMA_FIELDS_MAX) {
        return reeve_builder_refuse(b, REEVE_TOO_LARGE, "rule", "too many rules on a message");
    }
    struct reeve_oneof_rule *rules =
        reeve_arena_alloc_array(b->arena, from->n_oneof_rules, sizeof *rules);
    if (rules == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < from->n_oneof_rules; i++) {
        REEVE_TRY(build_oneof_rule(b, m, &rules[i], from->oneof_rules[i]));
        if (i > 0 && reeve_oneof_rule_compare(&rules[i - 1], &rules[i]) > 0) {
            return refuse(b, "the rules of a message are not in order");
        }
    }
    m->oneof_rules = rules;
    m->oneof_rules_count = (uint16_t)from->n_oneof_rules;
    return REEVE_OK;
}
