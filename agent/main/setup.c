/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration in use: bindings for its systems, and the runner that uses them. */
#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/native/native.h"
#include "agent/main/worker_state.h"

/* ---- the runner's events ---- */

static void on_finished(void *ctx, reeve_job_handle handle,
                        const struct reeve_engine_result *result)
{
    const struct reeve_engine_event event = {.type = REEVE_EVENT_JOB_FINISHED,
                                             .u.finished = {handle, result}};
    reeve_worker_handle(ctx, &event);
}

static void on_progress(void *ctx, reeve_job_handle handle, uint64_t steps_done,
                        uint64_t steps_total)
{
    const struct reeve_engine_event event = {.type = REEVE_EVENT_JOB_PROGRESS,
                                             .u.progress = {handle, steps_done, steps_total}};
    reeve_worker_handle(ctx, &event);
}

static void on_result(void *ctx, reeve_job_handle handle, struct reeve_buffer *message)
{
    const struct reeve_engine_event event = {.type = REEVE_EVENT_JOB_RESULT,
                                             .u.job_result = {handle, message}};
    reeve_worker_handle(ctx, &event);
}

/* ---- making ---- */

/* What carries out a system's tasks; native ones share one. */
static enum reeve_status make_system(struct reeve_worker *w, const struct reeve_setup *setup,
                                     const struct reeve_config_system *system,
                                     struct reeve_binding **out)
{
    switch ((enum reeve_binding_kind)system->binding) {
    case REEVE_BINDING_HTTP:
        return reeve_http_binding_new(&system->u.http, w->http, w->pool, setup->secrets, out);
    case REEVE_BINDING_NATIVE:
    case REEVE_BINDING_GRPC:
    case REEVE_BINDING_SQL:
    case REEVE_BINDING_EXEC:
        break;
    }
    return REEVE_OK;
}

static enum reeve_status make_systems(struct reeve_worker *w, struct reeve_setup *setup)
{
    const struct reeve_agent_config *config = setup->config;
    enum reeve_status status = reeve_native_binding_new(&setup->native);
    for (uint32_t i = 0; i < config->systems_count && status == REEVE_OK; i++) {
        status = make_system(w, setup, &config->systems[i], &setup->systems[i]);
    }
    return status;
}

static struct reeve_binding *binding_of(const struct reeve_setup *setup, uint32_t index)
{
    const struct reeve_agent_config *config = setup->config;
    const struct reeve_task *task = config->table->tasks[index];
    const uint32_t system = config->tasks[index].system;
    if (task->binding == REEVE_BINDING_NATIVE) {
        return setup->native;
    }
    if (system == REEVE_CONFIG_NO_SYSTEM || config->systems[system].binding != task->binding) {
        return NULL;
    }
    return setup->systems[system];
}

static enum reeve_status fill(struct reeve_worker *w, struct reeve_setup *setup)
{
    const struct reeve_agent_config *config = setup->config;
    setup->systems =
        reeve_alloc_array(NULL, (size_t)config->systems_count + 1, sizeof(struct reeve_binding *));
    setup->bindings =
        reeve_alloc_array(NULL, (size_t)w->tasks->count + 1, sizeof(struct reeve_binding *));
    if (setup->systems == NULL || setup->bindings == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(make_systems(w, setup));
    for (uint32_t i = 0; i < w->tasks->count; i++) {
        setup->bindings[i] = binding_of(setup, i);
    }
    const struct reeve_runner_options options = {
        .loop = w->loop,
        .pool = w->pool,
        .redactor = w->redactor,
        .tasks = w->tasks,
        .bindings = setup->bindings,
        .on_finished = on_finished,
        .on_progress = on_progress,
        .on_result = on_result,
        .max_all_results_bytes = setup->config->limits.max_memory_bytes,
        .ctx = w,
    };
    return reeve_runner_new(&options, &setup->runner);
}

/* All that the setup made; not what it was given. */
static void free_made(struct reeve_setup *setup)
{
    reeve_runner_free(setup->runner);
    for (uint32_t i = 0; setup->systems != NULL && i < setup->config->systems_count; i++) {
        reeve_binding_free(setup->systems[i]);
    }
    reeve_binding_free(setup->native);
    reeve_free(NULL, setup->systems,
               ((size_t)setup->config->systems_count + 1) * sizeof(struct reeve_binding *));
    reeve_free(NULL, setup->bindings,
               ((size_t)setup->config->table->count + 1) * sizeof(struct reeve_binding *));
}

enum reeve_status reeve_setup_new(struct reeve_worker *w, struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets, struct reeve_setup **out)
{
    struct reeve_setup *setup = reeve_alloc(NULL, sizeof(*setup));
    *out = NULL;
    if (setup == NULL) {
        return REEVE_NO_MEMORY;
    }
    setup->config = config;
    setup->secrets = secrets;
    const enum reeve_status status = fill(w, setup);
    if (status != REEVE_OK) {
        free_made(setup);
        reeve_free(NULL, setup, sizeof(*setup));
        return status;
    }
    *out = setup;
    return REEVE_OK;
}

void reeve_setup_free(struct reeve_setup *setup)
{
    if (setup == NULL) {
        return;
    }
    free_made(setup);
    reeve_secret_registry_free(setup->secrets);
    reeve_agent_config_free(setup->config);
    reeve_free(NULL, setup, sizeof(*setup));
}

/* ---- using ---- */

struct reeve_engine_policy reeve_setup_policy(const struct reeve_setup *setup)
{
    const struct reeve_config_limits *limits = &setup->config->limits;
    const struct reeve_engine_policy policy = {
        .trust = setup->config->trust,
        .unconfigured = setup->config->unconfigured,
        .limits = {.max_in_flight = limits->max_in_flight,
                   .max_input_bytes = limits->max_input_bytes,
                   .max_output_bytes = limits->max_output_bytes,
                   .max_memory_bytes = limits->max_memory_bytes},
        .configuration_digest = &setup->config->digest,
    };
    return policy;
}

void reeve_worker_retire_setups(struct reeve_worker *w)
{
    struct reeve_list_node *next;
    for (struct reeve_list_node *n = reeve_list_front(&w->old_setups); n != NULL; n = next) {
        struct reeve_setup *setup = REEVE_OWNER(n, struct reeve_setup, node);
        next = reeve_list_next(&w->old_setups, n);
        if (reeve_runner_count(setup->runner) == 0) {
            reeve_list_remove(&w->old_setups, n);
            reeve_setup_free(setup);
        }
    }
}

size_t reeve_worker_running(const struct reeve_worker *w)
{
    size_t count = w->setup != NULL ? reeve_runner_count(w->setup->runner) : 0;
    for (struct reeve_list_node *n = reeve_list_front(&w->old_setups); n != NULL;
         n = reeve_list_next(&w->old_setups, n)) {
        count += reeve_runner_count(REEVE_OWNER(n, struct reeve_setup, node)->runner);
    }
    return count;
}

void reeve_worker_cancel(struct reeve_worker *w, reeve_job_handle handle, enum reeve_cancel_why why)
{
    reeve_runner_cancel(w->setup->runner, handle, why);
    for (struct reeve_list_node *n = reeve_list_front(&w->old_setups); n != NULL;
         n = reeve_list_next(&w->old_setups, n)) {
        reeve_runner_cancel(REEVE_OWNER(n, struct reeve_setup, node)->runner, handle, why);
    }
}

void reeve_worker_release(struct reeve_worker *w, reeve_job_handle handle, uint64_t results,
                          uint64_t bytes)
{
    reeve_runner_release(w->setup->runner, handle, results, bytes);
    for (struct reeve_list_node *n = reeve_list_front(&w->old_setups); n != NULL;
         n = reeve_list_next(&w->old_setups, n)) {
        reeve_runner_release(REEVE_OWNER(n, struct reeve_setup, node)->runner, handle, results,
                             bytes);
    }
}
