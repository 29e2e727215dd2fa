/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest as JSON, for people and for diffs: the same content, schemas opened up, one field a
 * line. Programs read the binary form. */
#include <inttypes.h>

#include "proto/gen/closure.h"
#include "proto/gen/print.h"

static void print_bytes(struct reeve_bytes text, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "\"");
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t byte = text.data[i];
        if (byte == '"' || byte == '\\') {
            REEVE_GEN_PRINT(to, "\\%c", byte);
        } else if (byte == '\n') {
            REEVE_GEN_PRINT(to, "\\n");
        } else if (byte < 0x20) {
            REEVE_GEN_PRINT(to, "\\u%04x", byte);
        } else {
            reeve_gen_must(reeve_buffer_append_byte(to, byte));
        }
    }
    REEVE_GEN_PRINT(to, "\"");
}

static void print_text(const char *text, struct reeve_buffer *to)
{
    print_bytes(reeve_bytes_cstr(text), to);
}

static void print_hex(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "\"");
    for (size_t i = 0; i < bytes.len; i++) {
        REEVE_GEN_PRINT(to, "%02x", bytes.data[i]);
    }
    REEVE_GEN_PRINT(to, "\"");
}

static const char *scalar_name(uint8_t type)
{
    switch ((enum reeve_field_type)type) {
    case REEVE_TYPE_DOUBLE:
        return "double";
    case REEVE_TYPE_FLOAT:
        return "float";
    case REEVE_TYPE_INT64:
        return "int64";
    case REEVE_TYPE_UINT64:
        return "uint64";
    case REEVE_TYPE_INT32:
        return "int32";
    case REEVE_TYPE_FIXED64:
        return "fixed64";
    case REEVE_TYPE_FIXED32:
        return "fixed32";
    case REEVE_TYPE_BOOL:
        return "bool";
    case REEVE_TYPE_STRING:
        return "string";
    case REEVE_TYPE_MESSAGE:
        return "message";
    case REEVE_TYPE_BYTES:
        return "bytes";
    case REEVE_TYPE_UINT32:
        return "uint32";
    case REEVE_TYPE_ENUM:
        return "enum";
    case REEVE_TYPE_SFIXED32:
        return "sfixed32";
    case REEVE_TYPE_SFIXED64:
        return "sfixed64";
    case REEVE_TYPE_SINT32:
        return "sint32";
    case REEVE_TYPE_SINT64:
        return "sint64";
    }
    return "";
}

/* The type as it stands in a .proto. */
static const char *type_of(const struct reeve_field *field)
{
    if (field->cardinality == REEVE_MAP) {
        return reeve_gen_concat("map<", type_of(&field->message->fields[0]), ", ",
                                type_of(&field->message->fields[1]), ">", NULL);
    }
    const char *name = scalar_name(field->type);
    if (field->message != NULL) {
        name = field->message->name;
    }
    if (field->enumeration != NULL) {
        name = field->enumeration->name;
    }
    if (field->cardinality == REEVE_REPEATED) {
        return reeve_gen_concat("repeated ", name, NULL);
    }
    const bool optional = field->cardinality == REEVE_EXPLICIT && field->oneof == 0 &&
                          field->type != REEVE_TYPE_MESSAGE;
    return optional ? reeve_gen_concat("optional ", name, NULL) : name;
}

static void print_list(const struct reeve_rule *rule, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "[");
    for (uint32_t i = 0; i < rule->count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "" : ", ");
        if (rule->kind == REEVE_OPERAND_UNSIGNED_LIST) {
            REEVE_GEN_PRINT(to, "%" PRIu64, rule->operand.u64_list[i]);
        } else if (rule->kind == REEVE_OPERAND_SIGNED_LIST) {
            REEVE_GEN_PRINT(to, "%" PRId64, rule->operand.i64_list[i]);
        } else if (rule->kind == REEVE_OPERAND_DOUBLE_LIST) {
            REEVE_GEN_PRINT(to, "\"%.17g\"", rule->operand.f64_list[i]);
        } else if (rule->kind == REEVE_OPERAND_BYTES_LIST) {
            print_hex(rule->operand.bytes_list[i], to);
        } else {
            print_bytes(rule->operand.bytes_list[i], to);
        }
    }
    REEVE_GEN_PRINT(to, "]");
}

static void print_operand(const struct reeve_rule *rule, struct reeve_buffer *to)
{
    switch ((enum reeve_operand_kind)rule->kind) {
    case REEVE_OPERAND_NONE:
        REEVE_GEN_PRINT(to, "true");
        return;
    case REEVE_OPERAND_UNSIGNED:
        REEVE_GEN_PRINT(to, "%" PRIu64, rule->operand.u64);
        return;
    case REEVE_OPERAND_SIGNED:
        REEVE_GEN_PRINT(to, "%" PRId64, rule->operand.i64);
        return;
    case REEVE_OPERAND_DOUBLE:
        REEVE_GEN_PRINT(to, "\"%.17g\"", rule->operand.f64); /* may be NaN or infinite */
        return;
    case REEVE_OPERAND_BOOL:
        REEVE_GEN_PRINT(to, rule->operand.boolean ? "true" : "false");
        return;
    case REEVE_OPERAND_STRING:
        print_bytes(rule->operand.bytes, to);
        return;
    case REEVE_OPERAND_BYTES:
        print_hex(rule->operand.bytes, to);
        return;
    case REEVE_OPERAND_UNSIGNED_LIST:
    case REEVE_OPERAND_SIGNED_LIST:
    case REEVE_OPERAND_DOUBLE_LIST:
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        print_list(rule, to);
        return;
    }
}

static void print_rules(const struct reeve_field *field, struct reeve_buffer *to)
{
    static const char *const prefixes[] = {"", "items: ", "keys: ", "values: "};
    if (field->rules_count == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, ", \"rules\": {");
    for (uint32_t i = 0; i < field->rules_count; i++) {
        const struct reeve_rule *rule = &field->rules[i];
        REEVE_GEN_PRINT(to, "%s\"%s%s\": ", i == 0 ? "" : ", ", prefixes[rule->target], rule->id);
        print_operand(rule, to);
    }
    REEVE_GEN_PRINT(to, "}");
}

static void print_field(const struct reeve_message *m, const struct reeve_field *field,
                        struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to,
                    "            {\"number\": %u, \"name\": \"%s\", \"json_name\": ", field->number,
                    field->name);
    print_text(field->json_name, to);
    REEVE_GEN_PRINT(to, ", \"type\": \"%s\"", type_of(field));
    if (field->oneof != 0) {
        REEVE_GEN_PRINT(to, ", \"oneof\": \"%s\"", m->oneofs[field->oneof - 1].name);
    }
    if ((field->flags & REEVE_FIELD_SENSITIVE) != 0) {
        REEVE_GEN_PRINT(to, ", \"sensitive\": true");
    }
    print_rules(field, to);
    REEVE_GEN_PRINT(to, "}");
}

static void print_required_oneofs(const struct reeve_message *m, struct reeve_buffer *to)
{
    const char *separator = ", \"required_oneofs\": [";
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        if (m->oneofs[i].required) {
            REEVE_GEN_PRINT(to, "%s\"%s\"", separator, m->oneofs[i].name);
            separator = ", ";
        }
    }
    if (reeve_gen_same(separator, ", ")) {
        REEVE_GEN_PRINT(to, "]");
    }
}

static void print_oneof_rule(const struct reeve_message *m, const struct reeve_oneof_rule *rule,
                             struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "{\"fields\": [");
    for (uint16_t i = 0; i < rule->fields_count; i++) {
        REEVE_GEN_PRINT(to, "%s\"%s\"", i == 0 ? "" : ", ", m->fields[rule->fields[i]].name);
    }
    REEVE_GEN_PRINT(to, "]%s}", rule->required ? ", \"required\": true" : "");
}

static void print_oneof_rules(const struct reeve_message *m, struct reeve_buffer *to)
{
    if (m->oneof_rules_count == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, ", \"oneof_rules\": [");
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "" : ", ");
        print_oneof_rule(m, &m->oneof_rules[i], to);
    }
    REEVE_GEN_PRINT(to, "]");
}

static void print_message(const struct reeve_message *m, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "        {\"name\": \"%s\"", m->name);
    print_required_oneofs(m, to);
    print_oneof_rules(m, to);
    REEVE_GEN_PRINT(to, ", \"fields\": [");
    for (uint16_t i = 0; m->well_known == REEVE_WELL_KNOWN_NONE && i < m->fields_count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "\n" : ",\n");
        print_field(m, &m->fields[i], to);
    }
    REEVE_GEN_PRINT(to, "]}");
}

static void print_enum(const struct reeve_enum *e, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "        {\"name\": \"%s\", \"values\": {", e->name);
    for (uint32_t i = 0; i < e->values_count; i++) {
        REEVE_GEN_PRINT(to, "%s\"%s\": %d", i == 0 ? "" : ", ", e->values[i].name,
                        e->values[i].number);
    }
    REEVE_GEN_PRINT(to, "}}");
}

static const char *idempotency_name(uint8_t idempotency)
{
    switch ((enum reeve_idempotency)idempotency) {
    case REEVE_NOT_IDEMPOTENT:
        return "NOT_IDEMPOTENT";
    case REEVE_NO_SIDE_EFFECTS:
        return "NO_SIDE_EFFECTS";
    case REEVE_IDEMPOTENT:
        return "IDEMPOTENT";
    }
    return "";
}

static void print_types(const struct reeve_task *table, struct reeve_buffer *to)
{
    const struct reeve_gen_closure closure = reeve_gen_closure_of(table);
    REEVE_GEN_PRINT(to, "      \"messages\": [\n");
    for (size_t i = 0; i < closure.messages.count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "" : ",\n");
        print_message(closure.messages.items[i], to);
    }
    REEVE_GEN_PRINT(to, "],\n      \"enums\": [");
    for (size_t i = 0; i < closure.enums.count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "\n" : ",\n");
        print_enum(closure.enums.items[i], to);
    }
    REEVE_GEN_PRINT(to, "]");
}

static void print_task(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    const struct reeve_task *table = &task->table;
    REEVE_GEN_PRINT(to, "    {\n      \"task\": \"%s\",\n      \"fingerprint\": ", table->name);
    print_hex(reeve_bytes_of(table->fingerprint, sizeof table->fingerprint), to);
    REEVE_GEN_PRINT(to, ",\n      \"documentation\": ");
    print_text(table->documentation, to);
    REEVE_GEN_PRINT(to,
                    ",\n      \"input\": \"%s\",\n      \"output\": \"%s\",\n"
                    "      \"server_streaming\": %s,\n      \"idempotency\": \"%s\",\n"
                    "      \"approvals\": %u,\n      \"timeout_ms\": %" PRIu64 ",\n"
                    "      \"max_result_bytes\": %" PRIu64 ",\n",
                    table->input->name, table->output->name,
                    table->server_streaming ? "true" : "false",
                    idempotency_name(table->idempotency), table->approvals, table->timeout_ms,
                    table->max_result_bytes);
    print_types(table, to);
    REEVE_GEN_PRINT(to, "\n    }");
}

void reeve_gen_print_manifest_json(const struct reeve_gen_model *model, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to,
                    "{\n  \"format\": 1,\n  \"generator\": \"protoc-gen-reeve " REEVE_GEN_VERSION
                    "\",\n  \"tasks\": [\n");
    for (size_t i = 0; i < model->tasks.count; i++) {
        REEVE_GEN_PRINT(to, i == 0 ? "" : ",\n");
        print_task(model->tasks.items[i], to);
    }
    REEVE_GEN_PRINT(to, "\n  ]\n}\n");
}
