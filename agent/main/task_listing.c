/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled-in tasks as messages: see task_listing.h. */
#include "agent/main/task_listing.h"

#include "agent/cli/output.h"
#include "proto/runtime/message.h"

/* What people read of a fingerprint; --json has all of it. */
#define SHORT_FINGERPRINT 12

static const char *binding_name(uint8_t binding)
{
    static const char *const NAMES[] = {"none", "native", "http", "grpc", "sql", "exec"};
    return binding < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[binding] : "unknown";
}

static const char *idempotency_name(uint8_t idempotency)
{
    static const char *const NAMES[] = {"not_idempotent", "no_side_effects", "idempotent"};
    return idempotency < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[idempotency] : "unknown";
}

static const char *state_name(enum reeve_config_task_state state)
{
    switch (state) {
    case REEVE_CONFIG_TASK_ALLOWED:
        return "allowed";
    case REEVE_CONFIG_TASK_NOT_ALLOWED:
        return "not_allowed";
    case REEVE_CONFIG_TASK_NOT_CONFIGURED:
        return "not_configured";
    }
    return "";
}

static char *why_not(const struct reeve_task *task, enum reeve_config_task_state state,
                     struct reeve_arena *arena)
{
    switch (state) {
    case REEVE_CONFIG_TASK_ALLOWED:
        return reeve_output_text(arena, "%s", "");
    case REEVE_CONFIG_TASK_NOT_ALLOWED:
        return reeve_output_text(arena, "%s", "no entry of allow names it");
    case REEVE_CONFIG_TASK_NOT_CONFIGURED:
        return reeve_output_text(arena,
                                 "system %s is not configured, and no entry of allow names it",
                                 task->system[0] != '\0' ? task->system : "(none)");
    }
    return reeve_output_text(arena, "%s", "");
}

static struct reeve_v1_local_task *describe(const struct reeve_task *task,
                                            struct reeve_arena *arena)
{
    struct reeve_v1_local_task *out = reeve_message_new(&reeve_v1_local_task_message, arena);
    if (out == NULL) {
        return NULL;
    }
    out->name = reeve_output_text(arena, "%s", task->name);
    out->fingerprint = reeve_output_hex(arena, task->fingerprint, sizeof(task->fingerprint));
    out->binding = reeve_output_text(arena, "%s", binding_name(task->binding));
    out->system = reeve_output_text(arena, "%s", task->system);
    out->idempotency = reeve_output_text(arena, "%s", idempotency_name(task->idempotency));
    out->approvals = task->approvals;
    out->timeout_ms = task->timeout_ms;
    out->max_in_flight = task->max_in_flight;
    out->documentation =
        reeve_output_text(arena, "%s", task->documentation != NULL ? task->documentation : "");
    return out;
}

static void apply(struct reeve_v1_local_task *out, const struct reeve_task *task,
                  const struct reeve_config_task *is, struct reeve_arena *arena)
{
    out->state = reeve_output_text(arena, "%s", state_name(is->state));
    out->why = why_not(task, is->state, arena);
    out->approvals = is->approvals;
    out->max_in_flight = is->max_in_flight;
}

struct reeve_v1_task_listing *reeve_task_listing(const struct reeve_task_table *tasks,
                                                 const struct reeve_agent_config *config,
                                                 struct reeve_arena *arena)
{
    struct reeve_v1_task_listing *listing =
        reeve_message_new(&reeve_v1_task_listing_message, arena);
    if (listing == NULL) {
        return NULL;
    }
    listing->configured = config != NULL;
    listing->tasks = reeve_arena_alloc_array(arena, (size_t)tasks->count + 1,
                                             sizeof(struct reeve_v1_local_task *));
    if (listing->tasks == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < tasks->count; i++) {
        struct reeve_v1_local_task *task = describe(tasks->tasks[i], arena);
        if (task == NULL) {
            return NULL;
        }
        if (config != NULL) {
            apply(task, tasks->tasks[i], &config->tasks[i], arena);
        }
        listing->tasks[listing->n_tasks++] = task;
    }
    return listing;
}

/* ---- for people ---- */

static char *time_text(uint64_t ms, struct reeve_arena *arena)
{
    if (ms % 1000 == 0) {
        return reeve_output_text(arena, "%llus", (unsigned long long)(ms / 1000));
    }
    return reeve_output_text(arena, "%llums", (unsigned long long)ms);
}

static const char *repeat_text(const char *idempotency)
{
    const struct reeve_bytes name = reeve_bytes_cstr(idempotency);
    if (reeve_bytes_equal_cstr(name, "no_side_effects")) {
        return "reads";
    }
    return reeve_bytes_equal_cstr(name, "idempotent") ? "repeatable" : "once";
}

static enum reeve_status add_row(struct reeve_rows *rows, const struct reeve_v1_local_task *task,
                                 struct reeve_arena *arena)
{
    const char *cells[] = {
        task->name,
        reeve_output_text(arena, "%.*s", SHORT_FINGERPRINT, task->fingerprint),
        task->binding,
        task->system[0] != '\0' ? task->system : "-",
        repeat_text(task->idempotency),
        reeve_output_text(arena, "%u", task->approvals),
        time_text(task->timeout_ms, arena),
        task->state[0] != '\0' && task->why[0] != '\0'
            ? reeve_output_text(arena, "no: %s", task->why)
            : (task->state[0] != '\0' ? "yes" : "?"),
    };
    return reeve_rows_add(rows, cells);
}

enum reeve_status reeve_task_listing_print(const struct reeve_v1_task_listing *listing,
                                           struct reeve_arena *arena, struct reeve_buffer *out)
{
    static const char *const HEAD[] = {"TASK",   "FINGERPRINT", "BINDING", "SYSTEM",
                                       "EFFECT", "APPROVALS",   "TIMEOUT", "ALLOWED"};
    struct reeve_rows rows;
    reeve_rows_init(&rows, arena, listing->configured ? 8 : 7);
    REEVE_TRY(reeve_rows_add(&rows, HEAD));
    for (size_t i = 0; i < listing->n_tasks; i++) {
        REEVE_TRY(add_row(&rows, listing->tasks[i], arena));
    }
    return reeve_rows_print(&rows, 0, out);
}
