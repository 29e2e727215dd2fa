/* SPDX-License-Identifier: Apache-2.0 */
/* <file>.reeve.c: the tables of proto/runtime/table.h. */
#include "proto/gen/print.h"

static const char *cardinality_name(uint8_t cardinality)
{
    switch ((enum reeve_cardinality)cardinality) {
    case REEVE_IMPLICIT:
        return "REEVE_IMPLICIT";
    case REEVE_EXPLICIT:
        return "REEVE_EXPLICIT";
    case REEVE_REPEATED:
        return "REEVE_REPEATED";
    case REEVE_MAP:
        return "REEVE_MAP";
    }
    return "0";
}

static const char *well_known_name(uint8_t kind)
{
    switch ((enum reeve_well_known)kind) {
    case REEVE_WELL_KNOWN_NONE:
        return "REEVE_WELL_KNOWN_NONE";
    case REEVE_WELL_KNOWN_TIMESTAMP:
        return "REEVE_WELL_KNOWN_TIMESTAMP";
    case REEVE_WELL_KNOWN_DURATION:
        return "REEVE_WELL_KNOWN_DURATION";
    case REEVE_WELL_KNOWN_EMPTY:
        return "REEVE_WELL_KNOWN_EMPTY";
    case REEVE_WELL_KNOWN_WRAPPER:
        return "REEVE_WELL_KNOWN_WRAPPER";
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return "REEVE_WELL_KNOWN_FIELD_MASK";
    case REEVE_WELL_KNOWN_STRUCT:
        return "REEVE_WELL_KNOWN_STRUCT";
    case REEVE_WELL_KNOWN_VALUE:
        return "REEVE_WELL_KNOWN_VALUE";
    case REEVE_WELL_KNOWN_LIST_VALUE:
        return "REEVE_WELL_KNOWN_LIST_VALUE";
    case REEVE_WELL_KNOWN_ANY:
        return "REEVE_WELL_KNOWN_ANY";
    }
    return "0";
}

static void print_flags(uint8_t flags, struct reeve_buffer *to)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{REEVE_FIELD_SENSITIVE, "REEVE_FIELD_SENSITIVE"},
                 {REEVE_FIELD_PACKED, "REEVE_FIELD_PACKED"},
                 {REEVE_FIELD_ONEOF, "REEVE_FIELD_ONEOF"}};
    const char *separator = "";
    if (flags == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, ",\n     .flags = ");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((flags & names[i].bit) != 0) {
            REEVE_GEN_PRINT(to, "%s%s", separator, names[i].name);
            separator = " | ";
        }
    }
}

static void print_field(const struct reeve_gen_message *m, const struct reeve_gen_field *field,
                        struct reeve_buffer *to)
{
    const struct reeve_field *table = field->table;
    REEVE_GEN_PRINT(to, "    {.name = \"%s\",\n     .json_name = ", table->name);
    reeve_gen_print_cstr(table->json_name, to);
    REEVE_GEN_PRINT(
        to, ",\n     .number = %u,\n     .type = REEVE_TYPE_%s,\n     .cardinality = %s",
        table->number, reeve_gen_type_word(table), cardinality_name(table->cardinality));
    print_flags(table->flags, to);
    if (table->oneof != 0) {
        REEVE_GEN_PRINT(to, ",\n     .oneof = %u", table->oneof);
    }
    REEVE_GEN_PRINT(to, ",\n     .offset = offsetof(struct %s, %s)", m->c_name, field->c_name);
    reeve_gen_print_quantifier(m, field, ",\n     ", to);
    if (field->message != NULL) {
        REEVE_GEN_PRINT(to, ",\n     .message = &%s_message", field->message->c_name);
    }
    if (field->enumeration != NULL) {
        REEVE_GEN_PRINT(to, ",\n     .enumeration = &%s_enum", field->enumeration->c_name);
    }
    if (table->rules_count > 0) {
        REEVE_GEN_PRINT(to, ",\n     .rules = rules_of_%s_%u,\n     .rules_count = %u", m->c_name,
                        table->number, table->rules_count);
    }
    REEVE_GEN_PRINT(to, "},\n");
}

static void print_oneofs(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    if (m->table.oneofs_count == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_oneof oneofs_of_%s[] = {\n", m->c_name);
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        REEVE_GEN_PRINT(
            to,
            "    {.name = \"%s\", .case_offset = offsetof(struct %s, %s_case), .required = %s},\n",
            m->oneofs[i].name, m->c_name, m->oneof_names[i].c_name,
            m->oneofs[i].required ? "true" : "false");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

void reeve_gen_print_message_table(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    reeve_gen_print_rules(m, to);
    if (m->table.fields_count > 0) {
        REEVE_GEN_PRINT(to, "\nstatic const struct reeve_field fields_of_%s[] = {\n", m->c_name);
        for (size_t i = 0; i < m->table.fields_count; i++) {
            print_field(m, &m->field_names[i], to);
        }
        REEVE_GEN_PRINT(to, "};\n");
    }
    print_oneofs(m, to);
    REEVE_GEN_PRINT(to,
                    "\nconst struct reeve_message %s_message = {\n"
                    "    .name = \"%s\",\n    .size = sizeof(struct %s),\n",
                    m->c_name, m->table.name, m->c_name);
    if (m->table.well_known != REEVE_WELL_KNOWN_NONE) {
        REEVE_GEN_PRINT(to, "    .well_known = %s,\n", well_known_name(m->table.well_known));
    }
    if (m->table.map_entry) {
        REEVE_GEN_PRINT(to, "    .map_entry = true,\n");
    }
    if (m->table.has_rules) {
        REEVE_GEN_PRINT(to, "    .has_rules = true,\n");
    }
    if (m->table.fields_count > 0) {
        REEVE_GEN_PRINT(to, "    .fields_count = %u,\n    .fields = fields_of_%s,\n",
                        m->table.fields_count, m->c_name);
    }
    if (m->table.oneofs_count > 0) {
        REEVE_GEN_PRINT(to, "    .oneofs_count = %u,\n    .oneofs = oneofs_of_%s,\n",
                        m->table.oneofs_count, m->c_name);
    }
    if (m->table.oneof_rules_count > 0) {
        REEVE_GEN_PRINT(to, "    .oneof_rules = oneof_rules_of_%s,\n    .oneof_rules_count = %u,\n",
                        m->c_name, m->table.oneof_rules_count);
    }
    REEVE_GEN_PRINT(to, "    .descriptor = &%s_descriptor,\n};\n", m->c_name);
}

static bool has_rules(const struct reeve_gen_file *file)
{
    for (size_t i = 0; i < file->messages.count; i++) {
        const struct reeve_gen_message *m = file->messages.items[i];
        for (size_t j = 0; j < m->table.fields_count; j++) {
            if (m->fields[j].rules_count > 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_special(double v)
{
    return v - v != 0; /* NaN and the infinities */
}

static bool rule_needs_math(const struct reeve_rule *rule)
{
    if (rule->kind == REEVE_OPERAND_DOUBLE) {
        return is_special(rule->operand.f64);
    }
    for (uint32_t i = 0; rule->kind == REEVE_OPERAND_DOUBLE_LIST && i < rule->count; i++) {
        if (is_special(rule->operand.f64_list[i])) {
            return true;
        }
    }
    return false;
}

static bool field_needs_math(const struct reeve_field *field)
{
    for (uint32_t i = 0; i < field->rules_count; i++) {
        if (rule_needs_math(&field->rules[i])) {
            return true;
        }
    }
    return false;
}

static bool needs_math(const struct reeve_gen_file *file)
{
    for (size_t i = 0; i < file->messages.count; i++) {
        const struct reeve_gen_message *m = file->messages.items[i];
        for (size_t j = 0; j < m->table.fields_count; j++) {
            if (field_needs_math(&m->fields[j])) {
                return true;
            }
        }
    }
    return false;
}

void reeve_gen_print_source(const struct reeve_gen_file *file, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "/* Made by protoc-gen-reeve from ");
    reeve_gen_print_in_comment(file->name, "", to);
    REEVE_GEN_PRINT(to,
                    ": change that, not this. */\n"
                    "#include \"%s.reeve.h\"\n\n%s#include <stddef.h>\n",
                    file->stem, needs_math(file) ? "#include <math.h>\n" : "");
    if (has_rules(file)) {
        REEVE_GEN_PRINT(to, "\n#include \"proto/runtime/rule.h\"\n");
    }
    if (file->services.count > 0) {
        REEVE_GEN_PRINT(to, "\n#include \"reeve/handler.h\"\n");
    }
    REEVE_GEN_PRINT(to, "\n");
    reeve_gen_print_version_check(reeve_gen_concat(file->stem, ".reeve.c", NULL), to);
    for (size_t i = 0; i < file->enums.count; i++) {
        reeve_gen_print_enum_tables(file->enums.items[i], to);
    }
    for (size_t i = 0; i < file->messages.count; i++) {
        const struct reeve_gen_message *m = file->messages.items[i];
        REEVE_GEN_PRINT(to, "\n/* ---- %s ---- */\n", m->table.name);
        reeve_gen_print_message_table(m, to);
        reeve_gen_print_descriptor(m, to);
    }
    reeve_gen_print_tasks(file, to);
}
