/* SPDX-License-Identifier: Apache-2.0 */
/* Calls about the registry. */
#include "agent/codec/wire.h"
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/schema.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/task_entry.h"
#include "proto/runtime/fingerprint.h"

#define TASK_NAME_MAX 255u

/* ---- register ---- */

static enum reeve_status task_name(struct reeve_bytes schema, struct reeve_bytes *name)
{
    REEVE_TRY(reeve_wire_only(schema, 1, name));
    bool good = name->data != NULL && name->len > 0 && name->len <= TASK_NAME_MAX &&
                reeve_bytes_is_utf8(*name) && !reeve_bytes_contains(*name, reeve_bytes_of("", 1));
    return good ? REEVE_OK : REEVE_INVALID;
}

/* The entry as it will be stored, checked: fingerprint, name, and that its tables can be built. */
static enum reeve_status take_entry(struct reeve_gateway *g, struct reeve_call *call,
                                    struct reeve_v1_task_entry *entry,
                                    struct reeve_store_request *request,
                                    struct reeve_store_task *task)
{
    struct reeve_bytes schema = reeve_bytes_of(entry->schema.data, entry->schema.len);
    struct reeve_bytes claimed = reeve_bytes_of(entry->fingerprint.data, entry->fingerprint.len);
    struct reeve_bytes name;
    struct reeve_buffer bytes;
    const struct reeve_message *input = NULL;
    task->fingerprint = reeve_fingerprint_of(schema);
    if (!reeve_bytes_equal(claimed, reeve_digest_view(&task->fingerprint))) {
        return REEVE_FINGERPRINT;
    }
    REEVE_TRY(task_name(schema, &name));
    REEVE_TRY(reeve_arena_dup(&request->arena, name, &task->task));
    task->tenant = call->tenant->name;
    reeve_buffer_init(&bytes, g->allocator, (size_t)4 * 1024 * 1024);
    enum reeve_status status = reeve_message_encode(&reeve_v1_task_entry_message, entry, &bytes);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(&request->arena, reeve_buffer_view(&bytes), &task->entry);
    }
    reeve_buffer_clear(&bytes);
    REEVE_TRY(status);
    struct reeve_version version = {.fingerprint = task->fingerprint, .entry = task->entry};
    REEVE_TRY(reeve_task_entry_read(&version));
    return reeve_schema_input(g, &version, &input);
}

static void refuse_entry(struct reeve_gateway *g, struct reeve_call *call, size_t i,
                         enum reeve_status status)
{
    struct reeve_problem problem = {.line = 0};
    struct reeve_problems problems = {.items = &problem, .capacity = 1, .count = 1, .total = 1};
    reeve_format_cut(problem.field, sizeof(problem.field), "manifest.tasks[%zu]", i);
    reeve_format_cut(problem.rule, sizeof(problem.rule), "%s",
                     status == REEVE_FINGERPRINT ? "fingerprint" : "schema");
    reeve_format_cut(problem.text, sizeof(problem.text), "%s", reeve_status_text(status));
    const struct reeve_refusal refusal = {
        .status = status == REEVE_NO_MEMORY ? status : REEVE_INVALID,
        .code = "MANIFEST_INVALID",
        .message = "the manifest is refused; nothing was registered",
        .hint = "generate it again with this version's protoc-gen-reeve",
        .problems = &problems,
    };
    reeve_refuse(g, call, &refusal);
}

static bool over_bounds(struct reeve_gateway *g, struct reeve_call *call, size_t more)
{
    if (g->versions_count + more <= g->limits.max_task_versions) {
        return false;
    }
    const struct reeve_refusal refusal = {
        .status = REEVE_LIMIT,
        .code = "TOO_MANY_TASKS",
        .message = "the registry is full; nothing was registered",
        .hint = "raise limits of the gateway",
    };
    reeve_refuse(g, call, &refusal);
    return true;
}

static void refuse_empty(struct reeve_gateway *g, struct reeve_call *call)
{
    const struct reeve_refusal refusal = {
        .status = REEVE_INVALID,
        .code = "MANIFEST_EMPTY",
        .message = "the manifest has no tasks; nothing was registered",
        .hint = "name the .proto files with task services when the manifest is generated",
    };
    reeve_refuse(g, call, &refusal);
}

void reeve_control_register(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_register_tasks_request *in = message;
    if (in->manifest == NULL || in->manifest->n_tasks == 0) {
        refuse_empty(g, call);
        return;
    }
    size_t count = in->manifest->n_tasks;
    if (over_bounds(g, call, count)) {
        return;
    }
    struct reeve_store_request *request =
        reeve_control_request(g, call, REEVE_STORE_REGISTER_TASKS);
    if (request == NULL) {
        return;
    }
    struct reeve_store_register_tasks *s = &request->u.register_tasks;
    s->tasks = reeve_arena_alloc_array(&request->arena, count, sizeof(*s->tasks));
    enum reeve_status status = s->tasks == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    for (; status == REEVE_OK && s->count < count; s->count++) {
        status = take_entry(g, call, in->manifest->tasks[s->count], request, &s->tasks[s->count]);
        if (status != REEVE_OK) {
            break;
        }
    }
    if (status != REEVE_OK) {
        refuse_entry(g, call, s->count, status);
        reeve_store_request_free(request);
        return;
    }
    reeve_out_store(g, request);
}

void reeve_control_apply_registered(struct reeve_gateway *g, struct reeve_store_request *request)
{
    const struct reeve_store_register_tasks *s = &request->u.register_tasks;
    if (request->status != REEVE_OK || s->count == 0) {
        return;
    }
    struct reeve_tenant *tenant = reeve_tenant_of(g, s->tasks[0].tenant);
    for (size_t i = 0; tenant != NULL && i < s->count; i++) {
        if (reeve_registry_add(g, tenant, &s->tasks[i]) != REEVE_OK) {
            reeve_out_note(g, REEVE_NO_MEMORY, "a stored task does not fit into the registry");
        }
    }
    if (tenant != NULL) {
        reeve_session_realign_all(g, tenant);
    }
}

void reeve_control_registered(struct reeve_gateway *g, struct reeve_call *call,
                              struct reeve_store_request *request)
{
    const struct reeve_store_register_tasks *s = &request->u.register_tasks;
    struct reeve_arena *arena = &call->arena;
    struct reeve_v1_register_tasks_response *response =
        reeve_message_new(&reeve_v1_register_tasks_response_message, arena);
    struct reeve_v1_registered_task **tasks =
        reeve_arena_alloc_array(arena, s->count, sizeof(struct reeve_v1_registered_task *));
    bool good = response != NULL && tasks != NULL;
    for (size_t i = 0; good && i < s->count; i++) {
        tasks[i] = reeve_message_new(&reeve_v1_registered_task_message, arena);
        good = tasks[i] != NULL;
        if (good) {
            tasks[i]->task = reeve_arena_strdup(arena, s->tasks[i].task);
            tasks[i]->fingerprint = reeve_view_bytes(reeve_digest_view(&s->tasks[i].fingerprint));
            tasks[i]->added = s->tasks[i].added;
        }
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->tasks = tasks;
    response->n_tasks = s->count;
    reeve_reply(g, call, &reeve_v1_register_tasks_response_message, response);
}

/* ---- list, get ---- */

static struct reeve_v1_task_summary *summary(struct reeve_gateway *g, struct reeve_arena *arena,
                                             const struct reeve_task_versions *task)
{
    struct reeve_v1_task_summary *view = reeve_message_new(&reeve_v1_task_summary_message, arena);
    size_t count = task->versions.count;
    struct reeve_v1_task_version **versions =
        reeve_arena_alloc_array(arena, count, sizeof(struct reeve_v1_task_version *));
    if (view == NULL || versions == NULL) {
        return NULL;
    }
    view->task = reeve_arena_strdup(arena, task->name);
    view->versions = versions;
    for (struct reeve_list_node *n = reeve_list_front(&task->versions); n != NULL;
         n = reeve_list_next(&task->versions, n)) {
        struct reeve_v1_task_version *version =
            reeve_view_version(g, arena, REEVE_OWNER(n, struct reeve_version, node));
        if (version == NULL) {
            return NULL;
        }
        versions[count - 1 - view->n_versions++] = version; /* newest first */
    }
    return view;
}

void reeve_control_list_tasks(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    (void)message;
    struct reeve_v1_list_tasks_response *response =
        reeve_message_new(&reeve_v1_list_tasks_response_message, &call->arena);
    struct reeve_v1_task_summary **tasks = reeve_arena_alloc_array(
        &call->arena, g->tasks_list.count, sizeof(struct reeve_v1_task_summary *));
    bool good = response != NULL && tasks != NULL;
    for (struct reeve_list_node *n = reeve_list_front(&g->tasks_list); good && n != NULL;
         n = reeve_list_next(&g->tasks_list, n)) {
        const struct reeve_task_versions *task = REEVE_OWNER(n, struct reeve_task_versions, node);
        if (task->tenant != call->tenant) {
            continue;
        }
        tasks[response->n_tasks] = summary(g, &call->arena, task);
        good = tasks[response->n_tasks++] != NULL;
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->tasks = tasks;
    reeve_reply(g, call, &reeve_v1_list_tasks_response_message, response);
}

static struct reeve_version *wanted_version(struct reeve_gateway *g, struct reeve_call *call,
                                            const struct reeve_v1_get_task_request *in)
{
    struct reeve_digest fingerprint;
    struct reeve_task_versions *task =
        reeve_registry_task(g, call->tenant, reeve_bytes_cstr(in->task));
    if (task == NULL || in->fingerprint.len == 0) {
        return task == NULL ? NULL : reeve_registry_newest(task);
    }
    struct reeve_bytes bytes = reeve_bytes_of(in->fingerprint.data, in->fingerprint.len);
    return reeve_digest_from_bytes(bytes, &fingerprint) == REEVE_OK
               ? reeve_registry_version(task, &fingerprint)
               : NULL;
}

void reeve_control_get_task(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    struct reeve_version *version = wanted_version(g, call, message);
    if (version == NULL) {
        reeve_refuse_store(g, call, REEVE_NOT_FOUND, "task");
        return;
    }
    struct reeve_v1_get_task_response *response =
        reeve_message_new(&reeve_v1_get_task_response_message, &call->arena);
    void *entry = NULL;
    if (response == NULL ||
        reeve_message_decode(&reeve_v1_task_entry_message, version->entry, &options, &call->arena,
                             &entry, NULL) != REEVE_OK) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->entry = entry;
    response->version = reeve_view_version(g, &call->arena, version);
    reeve_reply(g, call, &reeve_v1_get_task_response_message, response);
}
