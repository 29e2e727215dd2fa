/* SPDX-License-Identifier: Apache-2.0 */
/* Services as tasks: the options of reeve/v1/task.proto and protobuf's own, checked. */
#include <stdlib.h>

#include "agent/base/character.h"
#include "proto/gen/model.h"
#include "proto/gen/wire.h"

enum {
    FILE_SERVICE = 6,
    SERVICE_METHOD = 2,
    REEVE_SYSTEM = 51901,
    REEVE_TASK = 51902,
    GOOGLE_HTTP = 72295728,
    TASK_TIMEOUT = 1,
    TASK_APPROVALS = 2,
    TASK_MAX_IN_FLIGHT = 3,
    TASK_MAX_RESULT_BYTES = 4,
    TASK_BINDING = 5,
    TASK_OPERATION = 6,
    TASK_READ_WRITE = 7,
    APPROVALS_MAX = 16,
    NAME_MAX_BYTES = 255,
    SYSTEM_MAX_BYTES = 63,
    OPERATION_MAX_BYTES = 63,
};

#define DEFAULT_TIMEOUT_MS UINT64_C(30000)
#define TIMEOUT_MAX_MS UINT64_C(86400000)
#define DEFAULT_RESULT_BYTES UINT64_C(1048576)

static void refuse(struct reeve_gen_model *model, const struct reeve_gen_task *task,
                   const char *what, const char *next)
{
    reeve_gen_refuse(&model->report, &task->place, what, next);
}

/* (reeve.v1.task).timeout in milliseconds. */
static void read_timeout(struct reeve_gen_model *model, struct reeve_gen_task *task,
                         struct reeve_bytes options)
{
    bool present;
    struct reeve_bytes duration = reeve_gen_wire_message(options, TASK_TIMEOUT, &present);
    uint64_t seconds = 0;
    uint64_t nanos = 0;
    task->table.timeout_ms = DEFAULT_TIMEOUT_MS;
    if (!present) {
        return;
    }
    (void)reeve_gen_wire_number(duration, 1, &seconds);
    (void)reeve_gen_wire_number(duration, 2, &nanos);
    const bool in_range = seconds <= TIMEOUT_MAX_MS / 1000 && nanos < UINT64_C(1000000000);
    const uint64_t ms = in_range ? seconds * 1000 + nanos / 1000000 : 0;
    if (ms == 0 || ms > TIMEOUT_MAX_MS) {
        refuse(model, task, "(reeve.v1.task).timeout is not between 1 ms and 24 h",
               "Give a time in that range, such as timeout { seconds: 30 }");
        return;
    }
    task->table.timeout_ms = ms;
}

/* ---- how the task is carried out ---- */

static const char *binding_word(uint64_t binding)
{
    static const char *const WORDS[] = {[REEVE_BINDING_NATIVE] = "native",
                                        [REEVE_BINDING_HTTP] = "http",
                                        [REEVE_BINDING_GRPC] = "grpc",
                                        [REEVE_BINDING_SQL] = "sql",
                                        [REEVE_BINDING_EXEC] = "exec"};
    return binding < sizeof WORDS / sizeof WORDS[0] ? WORDS[binding] : NULL;
}

static bool has_operation(const struct reeve_gen_task *task)
{
    return task->table.binding == REEVE_BINDING_SQL || task->table.binding == REEVE_BINDING_EXEC;
}

static bool is_operation_name(const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        const char c = name[n];
        if (!(reeve_is_alphanumeric(c) || c == '_' || c == '.' || c == '-')) {
            return false;
        }
    }
    return n >= 1 && n <= OPERATION_MAX_BYTES;
}

/* The statement's or program's name in the system's configuration. */
static void read_operation(struct reeve_gen_model *model, struct reeve_gen_task *task,
                           struct reeve_bytes options, const char *method)
{
    const char *operation = "";
    const bool given =
        reeve_gen_wire_text(options, TASK_OPERATION, &operation) && operation[0] != '\0';
    task->table.operation = "";
    if (!has_operation(task)) {
        if (given) {
            refuse(model, task, "(reeve.v1.task).operation is for the sql and exec bindings only",
                   "Remove it, or set binding: BINDING_SQL or BINDING_EXEC");
        }
        return;
    }
    task->table.operation = given ? operation : method;
    if (!is_operation_name(task->table.operation)) {
        refuse(model, task,
               given ? "(reeve.v1.task).operation is not 1 to 63 characters of [A-Za-z0-9_.-]"
                     : "the rpc's name is too long for the name of a statement or program",
               "Give operation: \"…\" such a name; the worker's configuration refers to it");
    }
}

static void read_transaction(struct reeve_gen_model *model, struct reeve_gen_task *task,
                             struct reeve_bytes options)
{
    uint64_t read_write = 0;
    (void)reeve_gen_wire_number(options, TASK_READ_WRITE, &read_write);
    task->table.read_write = read_write != 0;
    if (!task->table.read_write) {
        return;
    }
    if (task->table.binding != REEVE_BINDING_SQL) {
        refuse(model, task, "(reeve.v1.task).read_write is for the sql binding only",
               "Remove it, or set binding: BINDING_SQL");
    }
    if (task->table.idempotency == REEVE_NO_SIDE_EFFECTS) {
        refuse(model, task, "read_write contradicts idempotency_level = NO_SIDE_EFFECTS",
               "Remove one of the two");
    }
}

static void read_binding(struct reeve_gen_model *model, struct reeve_gen_task *task,
                         struct reeve_bytes options, bool has_http)
{
    uint64_t binding = 0;
    (void)reeve_gen_wire_number(options, TASK_BINDING, &binding);
    if (binding == 0) {
        binding = has_http ? REEVE_BINDING_HTTP : REEVE_BINDING_NATIVE;
    }
    const char *word = binding_word(binding);
    if (word == NULL) {
        refuse(model, task,
               reeve_gen_concat("(reeve.v1.task).binding is ", reeve_gen_number((int64_t)binding),
                                ", which names no binding", NULL),
               "Use BINDING_NATIVE, BINDING_HTTP, BINDING_GRPC, BINDING_SQL or BINDING_EXEC");
        binding = REEVE_BINDING_NATIVE;
    }
    task->table.binding = (uint8_t)binding;
    if (binding == REEVE_BINDING_HTTP && !has_http) {
        refuse(model, task, "the binding is http, and there is no (google.api.http) option",
               "Add option (google.api.http) = { … } to the rpc");
    }
    if (binding != REEVE_BINDING_NATIVE && task->table.system[0] == '\0') {
        refuse(model, task,
               reeve_gen_concat("the binding is ", word, ", and the service names no system", NULL),
               "Add option (reeve.v1.system) = \"…\" to the service");
    }
}

static void read_task_options(struct reeve_gen_model *model, struct reeve_gen_task *task,
                              struct reeve_bytes options)
{
    struct reeve_bytes rest = options;
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&rest, &entry)) {
        if (entry.number > TASK_READ_WRITE) {
            refuse(model, task,
                   reeve_gen_concat("(reeve.v1.task) has a field of number ",
                                    reeve_gen_number(entry.number),
                                    ", which this generator does not know", NULL),
                   "Use the protoc-gen-reeve that belongs to your reeve/v1/task.proto");
        }
    }
    uint64_t approvals = 0;
    uint64_t in_flight = 0;
    uint64_t bytes = 0;
    (void)reeve_gen_wire_number(options, TASK_APPROVALS, &approvals);
    (void)reeve_gen_wire_number(options, TASK_MAX_IN_FLIGHT, &in_flight);
    (void)reeve_gen_wire_number(options, TASK_MAX_RESULT_BYTES, &bytes);
    if (approvals > APPROVALS_MAX) {
        refuse(model, task, "(reeve.v1.task).approvals is over 16", "Ask for at most 16");
        approvals = 0;
    }
    task->table.approvals = (uint8_t)approvals;
    task->table.max_in_flight = (uint32_t)in_flight;
    task->table.max_result_bytes = bytes == 0 ? DEFAULT_RESULT_BYTES : bytes;
    read_timeout(model, task, options);
}

static const struct reeve_message *message_of(struct reeve_gen_model *model,
                                              const struct reeve_gen_task *task, const char *type)
{
    struct reeve_gen_message *m = reeve_gen_find_message(model, type[0] == '.' ? type + 1 : type);
    if (m == NULL || !m->file->proto3) {
        refuse(model, task, reeve_gen_concat(type, " is not declared in a proto3 file", NULL),
               "Use a message from a proto3 file");
        return NULL;
    }
    return &m->table;
}

static bool is_system_name(const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        const char c = name[n];
        if (!(reeve_is_lower(c) || reeve_is_digit(c) || c == '-')) {
            return false;
        }
    }
    return n >= 1 && n <= SYSTEM_MAX_BYTES;
}

static void read_method(struct reeve_gen_model *model, struct reeve_gen_task *task,
                        const Google__Protobuf__MethodDescriptorProto *from)
{
    struct reeve_bytes options =
        reeve_gen_wire_extensions(from->options == NULL ? NULL : &from->options->base);
    bool has_task;
    bool has_http;
    struct reeve_bytes ours = reeve_gen_wire_message(options, REEVE_TASK, &has_task);
    struct reeve_bytes http = reeve_gen_wire_message(options, GOOGLE_HTTP, &has_http);
    task->table.input = message_of(model, task, from->input_type);
    task->table.output = message_of(model, task, from->output_type);
    task->table.server_streaming = from->server_streaming;
    task->table.idempotency =
        from->options == NULL ? REEVE_NOT_IDEMPOTENT : (uint8_t)from->options->idempotency_level;
    if (from->client_streaming) {
        refuse(model, task, "a task takes one request; client streaming is not supported",
               "Remove `stream` in front of the request type");
    }
    if (reeve_bytes_cstr(task->table.name).len > NAME_MAX_BYTES) {
        refuse(model, task, "the task's name is over 255 bytes", "Use shorter names");
    }
    read_task_options(model, task, ours);
    read_binding(model, task, ours, has_http);
    read_operation(model, task, ours, from->name);
    read_transaction(model, task, ours);
    if (task->table.binding == REEVE_BINDING_HTTP && has_http && task->table.input != NULL &&
        task->table.output != NULL) {
        reeve_gen_http(model, task, http);
    }
}

static void add_method(struct reeve_gen_model *model, const struct reeve_gen_file *file,
                       struct reeve_gen_service *service, const char *system, size_t index,
                       const Google__Protobuf__MethodDescriptorProto *from,
                       struct reeve_gen_path path)
{
    struct reeve_gen_path at = reeve_gen_path_add(path, SERVICE_METHOD, index);
    struct reeve_gen_task *task = reeve_gen_alloc(sizeof *task);
    task->table.name = reeve_gen_concat(service->name, "/", from->name, NULL);
    task->table.system = system;
    task->comment = reeve_gen_source_comment(&file->source, &at);
    task->table.documentation = reeve_gen_documentation(task->comment);
    task->place =
        (struct reeve_gen_place){.file = file->name,
                                 .line = reeve_gen_source_line(&file->source, &at),
                                 .element = reeve_gen_concat(service->name, ".", from->name, NULL)};
    read_method(model, task, from);
    reeve_gen_list_add(&service->tasks, task);
    reeve_gen_list_add(&model->tasks, task);
}

static void add_service(struct reeve_gen_model *model, struct reeve_gen_file *file, size_t index)
{
    const Google__Protobuf__ServiceDescriptorProto *from = file->descriptor->service[index];
    const char *package = file->descriptor->package;
    const struct reeve_gen_path root = {.count = 0};
    const struct reeve_gen_path path = reeve_gen_path_add(root, FILE_SERVICE, index);
    const char *system = "";
    struct reeve_gen_service *service = reeve_gen_alloc(sizeof *service);
    service->name = package == NULL || *package == '\0'
                        ? from->name
                        : reeve_gen_concat(package, ".", from->name, NULL);
    service->comment = reeve_gen_source_comment(&file->source, &path);
    service->place = (struct reeve_gen_place){.file = file->name,
                                              .line = reeve_gen_source_line(&file->source, &path),
                                              .element = service->name};
    struct reeve_bytes options =
        reeve_gen_wire_extensions(from->options == NULL ? NULL : &from->options->base);
    if (reeve_gen_wire_text(options, REEVE_SYSTEM, &system) && !is_system_name(system)) {
        reeve_gen_refuse(&model->report, &service->place,
                         "(reeve.v1.system) is not 1 to 63 characters of [a-z0-9-]",
                         "Use such a name; the worker's configuration refers to it");
    }
    for (size_t i = 0; i < from->n_method; i++) {
        add_method(model, file, service, system, i, from->method[i], path);
    }
    reeve_gen_list_add(&file->services, service);
}

static int compare_tasks(const void *a, const void *b)
{
    return reeve_gen_order((*(const struct reeve_gen_task *const *)a)->table.name,
                           (*(const struct reeve_gen_task *const *)b)->table.name);
}

void reeve_gen_tasks(struct reeve_gen_model *model)
{
    if (!model->parameters.tasks) {
        return;
    }
    for (size_t f = 0; f < model->files.count; f++) {
        struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; file->generate && i < file->descriptor->n_service; i++) {
            add_service(model, file, i);
        }
    }
    if (model->tasks.count > 0) {
        qsort(model->tasks.items, model->tasks.count, sizeof *model->tasks.items, compare_tasks);
    }
}
