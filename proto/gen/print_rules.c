/* SPDX-License-Identifier: Apache-2.0 */
/* The rule tables of one message: rules_of_<message>_<field number>. */
#include <inttypes.h>

#include "proto/gen/print.h"
#include "proto/runtime/rule.h"

static const char *target_name(uint8_t target)
{
    switch ((enum reeve_rule_target)target) {
    case REEVE_TARGET_FIELD:
        return "REEVE_TARGET_FIELD";
    case REEVE_TARGET_ITEM:
        return "REEVE_TARGET_ITEM";
    case REEVE_TARGET_KEY:
        return "REEVE_TARGET_KEY";
    case REEVE_TARGET_VALUE:
        return "REEVE_TARGET_VALUE";
    }
    return "0";
}

static void print_signed(int64_t v, struct reeve_buffer *to)
{
    if (v == INT64_MIN) {
        REEVE_GEN_PRINT(to, "INT64_MIN");
        return;
    }
    REEVE_GEN_PRINT(to, "INT64_C(%" PRId64 ")", v);
}

static void print_double(double v, struct reeve_buffer *to)
{
    if (v != v) {
        REEVE_GEN_PRINT(to, "(double)NAN");
        return;
    }
    if (v - v != 0) {
        REEVE_GEN_PRINT(to, "%s(double)INFINITY", v < 0 ? "-" : "");
        return;
    }
    REEVE_GEN_PRINT(to, "%a /* %.17g */", v, v);
}

static void print_bytes(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "{(const uint8_t *)");
    reeve_gen_print_literal(bytes, to);
    REEVE_GEN_PRINT(to, ", %zu}", bytes.len);
}

static void print_list(const struct reeve_rule *rule, const char *name, struct reeve_buffer *to)
{
    const enum reeve_operand_kind kind = (enum reeve_operand_kind)rule->kind;
    const char *type = "struct reeve_bytes";
    if (rule->count == 0) {
        return; /* C has no empty arrays */
    }
    if (kind == REEVE_OPERAND_UNSIGNED_LIST) {
        type = "uint64_t";
    } else if (kind == REEVE_OPERAND_SIGNED_LIST) {
        type = "int64_t";
    } else if (kind == REEVE_OPERAND_DOUBLE_LIST) {
        type = "double";
    } else if (kind != REEVE_OPERAND_STRING_LIST && kind != REEVE_OPERAND_BYTES_LIST) {
        return;
    }
    REEVE_GEN_PRINT(to, "\nstatic const %s %s[] = {\n", type, name);
    for (uint32_t i = 0; i < rule->count; i++) {
        REEVE_GEN_PRINT(to, "    ");
        if (kind == REEVE_OPERAND_UNSIGNED_LIST) {
            REEVE_GEN_PRINT(to, "UINT64_C(%" PRIu64 ")", rule->operand.u64_list[i]);
        } else if (kind == REEVE_OPERAND_SIGNED_LIST) {
            print_signed(rule->operand.i64_list[i], to);
        } else if (kind == REEVE_OPERAND_DOUBLE_LIST) {
            print_double(rule->operand.f64_list[i], to);
        } else {
            print_bytes(rule->operand.bytes_list[i], to);
        }
        REEVE_GEN_PRINT(to, ",\n");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

/* The operand with its kind. */
static void print_operand(const struct reeve_rule *rule, const char *list, struct reeve_buffer *to)
{
    list = rule->count == 0 ? "NULL" : list;
    switch ((enum reeve_operand_kind)rule->kind) {
    case REEVE_OPERAND_NONE:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_NONE");
        return;
    case REEVE_OPERAND_UNSIGNED:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_UNSIGNED,\n     .operand.u64 = UINT64_C(%" PRIu64 ")",
                        rule->operand.u64);
        return;
    case REEVE_OPERAND_SIGNED:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_SIGNED,\n     .operand.i64 = ");
        print_signed(rule->operand.i64, to);
        return;
    case REEVE_OPERAND_DOUBLE:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_DOUBLE,\n     .operand.f64 = ");
        print_double(rule->operand.f64, to);
        return;
    case REEVE_OPERAND_BOOL:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_BOOL,\n     .operand.boolean = %s",
                        rule->operand.boolean ? "true" : "false");
        return;
    case REEVE_OPERAND_STRING:
    case REEVE_OPERAND_BYTES:
        REEVE_GEN_PRINT(to, "%s,\n     .operand.bytes = ",
                        rule->kind == REEVE_OPERAND_STRING ? "REEVE_OPERAND_STRING"
                                                           : "REEVE_OPERAND_BYTES");
        print_bytes(rule->operand.bytes, to);
        return;
    case REEVE_OPERAND_UNSIGNED_LIST:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_UNSIGNED_LIST,\n     .operand.u64_list = %s", list);
        break;
    case REEVE_OPERAND_SIGNED_LIST:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_SIGNED_LIST,\n     .operand.i64_list = %s", list);
        break;
    case REEVE_OPERAND_DOUBLE_LIST:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_DOUBLE_LIST,\n     .operand.f64_list = %s", list);
        break;
    case REEVE_OPERAND_STRING_LIST:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_STRING_LIST,\n     .operand.bytes_list = %s", list);
        break;
    case REEVE_OPERAND_BYTES_LIST:
        REEVE_GEN_PRINT(to, "REEVE_OPERAND_BYTES_LIST,\n     .operand.bytes_list = %s", list);
        break;
    }
    REEVE_GEN_PRINT(to, ",\n     .count = %u", rule->count);
}

static bool is_pattern(const struct reeve_rule *rule)
{
    return reeve_rule_kind_at(rule->code)->test == REEVE_TEST_PATTERN;
}

static void print_field_rules(const struct reeve_gen_message *m, const struct reeve_field *field,
                              struct reeve_buffer *to)
{
    const char *name = reeve_gen_concat(m->c_name, "_", reeve_gen_number(field->number), NULL);
    for (uint32_t i = 0; i < field->rules_count; i++) {
        const struct reeve_rule *rule = &field->rules[i];
        print_list(rule, reeve_gen_concat("list_of_", name, "_", reeve_gen_number(i), NULL), to);
        if (is_pattern(rule)) {
            REEVE_GEN_PRINT(to, "\nstatic struct reeve_pattern *pattern_of_%s_%u;\n", name, i);
        }
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_rule rules_of_%s[] = {\n", name);
    for (uint32_t i = 0; i < field->rules_count; i++) {
        const struct reeve_rule *rule = &field->rules[i];
        REEVE_GEN_PRINT(
            to, "    {.id = \"%s\",\n     .code = %s,\n     .target = %s,\n     .kind = ", rule->id,
            reeve_rule_kind_at(rule->code)->name, target_name(rule->target));
        print_operand(rule, reeve_gen_concat("list_of_", name, "_", reeve_gen_number(i), NULL), to);
        if (is_pattern(rule)) {
            REEVE_GEN_PRINT(to, ",\n     .pattern = &pattern_of_%s_%u", name, i);
        }
        REEVE_GEN_PRINT(to, "},\n");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_oneof_rules(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    if (m->table.oneof_rules_count == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_oneof_rule oneof_rules_of_%s[] = {\n",
                    m->c_name);
    for (uint16_t i = 0; i < m->table.oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &m->table.oneof_rules[i];
        REEVE_GEN_PRINT(to, "    {.fields = (const uint16_t[]){");
        for (uint16_t j = 0; j < rule->fields_count; j++) {
            REEVE_GEN_PRINT(to, "%s%u /* %s */", j == 0 ? "" : ", ", rule->fields[j],
                            m->fields[rule->fields[j]].name);
        }
        REEVE_GEN_PRINT(to, "}, .fields_count = %u, .required = %s},\n", rule->fields_count,
                        rule->required ? "true" : "false");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

void reeve_gen_print_rules(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (m->fields[i].rules_count > 0) {
            print_field_rules(m, &m->fields[i], to);
        }
    }
    print_oneof_rules(m, to);
}
