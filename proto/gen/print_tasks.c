/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: handler prototypes, task entries, HTTP rules, the table of all. */
#include <inttypes.h>
#include <stdlib.h>

#include "proto/gen/print.h"

static const char *c_name_of(const struct reeve_message *table)
{
    return ((const struct reeve_gen_message *)table)->c_name;
}

static bool is_native(const struct reeve_gen_task *task)
{
    return task->table.binding == REEVE_BINDING_NATIVE;
}

static bool is_http(const struct reeve_gen_task *task)
{
    return task->table.binding == REEVE_BINDING_HTTP;
}

static const char *binding_name(uint8_t binding)
{
    switch ((enum reeve_binding_kind)binding) {
    case REEVE_BINDING_NATIVE:
        return "REEVE_BINDING_NATIVE";
    case REEVE_BINDING_HTTP:
        return "REEVE_BINDING_HTTP";
    case REEVE_BINDING_GRPC:
        return "REEVE_BINDING_GRPC";
    case REEVE_BINDING_SQL:
        return "REEVE_BINDING_SQL";
    case REEVE_BINDING_EXEC:
        return "REEVE_BINDING_EXEC";
    }
    return "0";
}

static void print_declaration(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "\n");
    if (!is_native(task)) {
        REEVE_GEN_PRINT(to, "/* %s */\nextern const struct reeve_task %s_task;\n", task->table.name,
                        task->c_name);
        return;
    }
    reeve_gen_print_comment(task->comment, "", to);
    REEVE_GEN_PRINT(to,
                    "/* To be written by the task's author (reeve/handler.h): answers with struct "
                    "%s. */\n"
                    "void %s(struct reeve_native_call *call,\n"
                    "        const struct %s *request);\n"
                    "extern const struct reeve_task %s_task;\n",
                    c_name_of(task->table.output), task->c_name, c_name_of(task->table.input),
                    task->c_name);
}

void reeve_gen_print_task_declarations(const struct reeve_gen_file *file, struct reeve_buffer *to)
{
    for (size_t i = 0; i < file->services.count; i++) {
        const struct reeve_gen_service *service = file->services.items[i];
        REEVE_GEN_PRINT(to, "\n/* ---- service %s ---- */\n", service->name);
        reeve_gen_print_comment(service->comment, "", to);
        for (size_t j = 0; j < service->tasks.count; j++) {
            print_declaration(service->tasks.items[j], to);
        }
    }
}

/* One rule of a task: the main one is number 0, behind it its additional_bindings. */
struct rule_view {
    const struct reeve_gen_task *task;
    const struct reeve_http_rule *rule;
    const char *mark; /* "" or "1", "2" … */
};

static void print_part(const struct rule_view *v, uint16_t index, struct reeve_buffer *to)
{
    const struct reeve_path_part *part = &v->rule->parts[index];
    if (part->literal != NULL) {
        REEVE_GEN_PRINT(to, "    {.literal = ");
        reeve_gen_print_cstr(part->literal, to);
        REEVE_GEN_PRINT(to, "},\n");
        return;
    }
    REEVE_GEN_PRINT(to, "    {.field = path%s_of_%s_%u, .field_depth = %u%s", v->mark,
                    v->task->c_name, index, part->field_depth,
                    part->multi_segment ? ", .multi_segment = true" : "");
    if (part->pattern != NULL) {
        REEVE_GEN_PRINT(to, ", .pattern = ");
        reeve_gen_print_cstr(part->pattern, to);
    }
    REEVE_GEN_PRINT(to, "},\n");
}

/* The indexes with the fields' names beside them. */
static void print_variable(const struct rule_view *v, uint16_t index, struct reeve_buffer *to)
{
    const struct reeve_path_part *part = &v->rule->parts[index];
    const struct reeve_message *m = v->task->table.input;
    REEVE_GEN_PRINT(to, "\nstatic const uint16_t path%s_of_%s_%u[] = {", v->mark, v->task->c_name,
                    index);
    for (uint8_t i = 0; i < part->field_depth; i++) {
        const struct reeve_field *field = &m->fields[part->field[i]];
        REEVE_GEN_PRINT(to, "%s%u /* %s */", i == 0 ? "" : ", ", part->field[i], field->name);
        m = field->message;
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_parts(const struct rule_view *v, struct reeve_buffer *to)
{
    for (uint16_t i = 0; i < v->rule->parts_count; i++) {
        if (v->rule->parts[i].literal == NULL) {
            print_variable(v, i, to);
        }
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_path_part parts%s_of_%s[] = {\n", v->mark,
                    v->task->c_name);
    for (uint16_t i = 0; i < v->rule->parts_count; i++) {
        print_part(v, i, to);
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_rule(const struct rule_view *v, const char *indent, struct reeve_buffer *to)
{
    const struct reeve_http_rule *rule = v->rule;
    REEVE_GEN_PRINT(to,
                    "%s.method = \"%s\",\n%s.parts = parts%s_of_%s,\n%s.parts_count = %u,\n"
                    "%s.body_all = %s,\n%s.body_field = %d,\n%s.response_field = %d,\n",
                    indent, rule->method, indent, v->mark, v->task->c_name, indent,
                    rule->parts_count, indent, rule->body_all ? "true" : "false", indent,
                    rule->body_field, indent, rule->response_field);
}

static struct rule_view additional_view(const struct reeve_gen_task *task, uint16_t index)
{
    return (struct rule_view){task, &task->http.additional[index], reeve_gen_number(index + 1)};
}

static void print_additional(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    for (uint16_t i = 0; i < task->http.additional_count; i++) {
        struct rule_view view = additional_view(task, i);
        print_parts(&view, to);
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_http_rule more_http_of_%s[] = {\n",
                    task->c_name);
    for (uint16_t i = 0; i < task->http.additional_count; i++) {
        struct rule_view view = additional_view(task, i);
        REEVE_GEN_PRINT(to, "    {\n");
        print_rule(&view, "        ", to);
        REEVE_GEN_PRINT(to, "    },\n");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_http(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    struct rule_view view = {task, &task->http, ""};
    print_parts(&view, to);
    if (task->http.additional_count > 0) {
        print_additional(task, to);
    }
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_http_rule http_of_%s = {\n", task->c_name);
    print_rule(&view, "    ", to);
    if (task->http.additional_count > 0) {
        REEVE_GEN_PRINT(to, "    .additional = more_http_of_%s,\n    .additional_count = %u,\n",
                        task->c_name, task->http.additional_count);
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_trampoline(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to,
                    "\nstatic void run_%s(struct reeve_native_call *call)\n{\n"
                    "    const struct %s *request = reeve_native_request(call);\n"
                    "    %s(call, request);\n}\n",
                    task->c_name, c_name_of(task->table.input), task->c_name);
}

static const char *idempotency_name(uint8_t idempotency)
{
    switch ((enum reeve_idempotency)idempotency) {
    case REEVE_NOT_IDEMPOTENT:
        return "REEVE_NOT_IDEMPOTENT";
    case REEVE_NO_SIDE_EFFECTS:
        return "REEVE_NO_SIDE_EFFECTS";
    case REEVE_IDEMPOTENT:
        return "REEVE_IDEMPOTENT";
    }
    return "0";
}

static void print_digest(const uint8_t *digest, const char *next_line, struct reeve_buffer *to)
{
    for (size_t i = 0; i < 32; i++) {
        REEVE_GEN_PRINT(to, "%s%s0x%02x", i == 0 ? "" : (i % 16 == 0 ? "," : ", "),
                        i > 0 && i % 16 == 0 ? next_line : "", digest[i]);
    }
}

static void print_fingerprint(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "    .fingerprint = {");
    print_digest(task->table.fingerprint, "\n                    ", to);
    REEVE_GEN_PRINT(to, "},\n");
    if (task->table.accepted_count > 0) {
        REEVE_GEN_PRINT(to, "    .accepted = accepted_of_%s,\n    .accepted_count = %u,\n",
                        task->c_name, task->table.accepted_count);
    }
}

/* Older versions whose jobs this one takes. */
static void print_accepted(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    if (task->table.accepted_count == 0) {
        return;
    }
    REEVE_GEN_PRINT(to, "\nstatic const uint8_t accepted_of_%s[][32] = {\n", task->c_name);
    for (uint32_t i = 0; i < task->table.accepted_count; i++) {
        REEVE_GEN_PRINT(to, "    {");
        print_digest(task->table.accepted[i], "\n     ", to);
        REEVE_GEN_PRINT(to, "},\n");
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_task(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    const struct reeve_task *table = &task->table;
    REEVE_GEN_PRINT(to, "\n/* ---- %s ---- */\n", table->name);
    print_accepted(task, to);
    if (is_native(task)) {
        print_trampoline(task, to);
    } else if (is_http(task)) {
        print_http(task, to);
    }
    REEVE_GEN_PRINT(
        to,
        "\nconst struct reeve_task %s_task = {\n    .name = \"%s\",\n"
        "    .system = \"%s\",\n    .input = &%s_message,\n    .output = &%s_message,\n",
        task->c_name, table->name, table->system, c_name_of(table->input),
        c_name_of(table->output));
    print_fingerprint(task, to);
    REEVE_GEN_PRINT(to,
                    "    .idempotency = %s,\n    .binding = %s,\n    .server_streaming = %s,\n"
                    "    .approvals = %u,\n    .max_in_flight = %u,\n"
                    "    .timeout_ms = %" PRIu64 ",\n    .max_result_bytes = %" PRIu64 ",\n",
                    idempotency_name(table->idempotency), binding_name(table->binding),
                    table->server_streaming ? "true" : "false", table->approvals,
                    table->max_in_flight, table->timeout_ms, table->max_result_bytes);
    REEVE_GEN_PRINT(to, "    .operation = \"%s\",\n    .read_write = %s,\n", table->operation,
                    table->read_write ? "true" : "false");
    if (is_native(task)) {
        REEVE_GEN_PRINT(to, "    .native = run_%s,\n    .function = \"%s\",\n", task->c_name,
                        task->c_name);
    } else if (is_http(task)) {
        REEVE_GEN_PRINT(to, "    .http = &http_of_%s,\n", task->c_name);
    }
    REEVE_GEN_PRINT(to, "    .documentation = ");
    reeve_gen_print_cstr(table->documentation, to);
    REEVE_GEN_PRINT(to, ",\n};\n");
}

void reeve_gen_print_tasks(const struct reeve_gen_file *file, struct reeve_buffer *to)
{
    for (size_t i = 0; i < file->services.count; i++) {
        const struct reeve_gen_service *service = file->services.items[i];
        for (size_t j = 0; j < service->tasks.count; j++) {
            print_task(service->tasks.items[j], to);
        }
    }
}

void reeve_gen_print_table_header(const struct reeve_gen_model *model, struct reeve_buffer *to)
{
    const char *name = model->parameters.table;
    REEVE_GEN_PRINT(to,
                    "/* Made by protoc-gen-reeve: every task of one worker. */\n"
                    "#ifndef REEVE_TASK_TABLE_%s_H\n#define REEVE_TASK_TABLE_%s_H\n\n"
                    "#include \"proto/runtime/table.h\"\n\n",
                    name, name);
    reeve_gen_print_version_check(reeve_gen_concat(name, ".reeve.h", NULL), to);
    REEVE_GEN_PRINT(to,
                    "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
                    "extern const struct reeve_task_table %s;\n\n"
                    "#ifdef __cplusplus\n}\n#endif\n#endif\n",
                    name);
}

static void print_service_includes(const struct reeve_gen_model *model, struct reeve_buffer *to)
{
    struct reeve_gen_list files = {0};
    for (size_t i = 0; i < model->files.count; i++) {
        struct reeve_gen_file *file = model->files.items[i];
        if (file->services.count > 0) {
            reeve_gen_list_add(&files, file);
        }
    }
    if (files.count > 0) {
        qsort(files.items, files.count, sizeof *files.items, reeve_gen_compare_files);
    }
    for (size_t i = 0; i < files.count; i++) {
        const struct reeve_gen_file *file = files.items[i];
        REEVE_GEN_PRINT(to, "#include \"%s.reeve.h\"\n", file->stem);
    }
}

void reeve_gen_print_table_source(const struct reeve_gen_model *model, struct reeve_buffer *to)
{
    const char *name = model->parameters.table;
    REEVE_GEN_PRINT(to,
                    "/* Made by protoc-gen-reeve: every task of one worker. */\n"
                    "#include \"%s.reeve.h\"\n\n",
                    name);
    print_service_includes(model, to);
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_task *const tasks[] = {\n");
    for (size_t i = 0; i < model->tasks.count; i++) {
        const struct reeve_gen_task *task = model->tasks.items[i];
        REEVE_GEN_PRINT(to, "    &%s_task, /* %s */\n", task->c_name, task->table.name);
    }
    REEVE_GEN_PRINT(
        to,
        "};\n\nconst struct reeve_task_table %s = {\n"
        "    .version = REEVE_TABLE_VERSION,\n    .count = %zu,\n    .tasks = tasks,\n};\n",
        name, model->tasks.count);
}
