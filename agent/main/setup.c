/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration in use: see setup.h. */
#include "agent/main/setup.h"

#include "agent/bindings/exec/exec_binding.h"
#include "agent/bindings/grpc/grpc_binding.h"
#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/native/native.h"
#include "agent/bindings/sql/sql_binding.h"

#define TOKEN_CONNECTIONS 16u
#define JOB_MEMORY_FACTOR 8u
#define JOB_MEMORY_MIN (UINT64_C(4) << 20)

/* ---- tools ---- */

/* A job has one request under way at a time; beside them a token may be fetched for each system. */
static uint32_t http_connections(const struct reeve_config_limits *limits)
{
    return limits->max_in_flight + TOKEN_CONNECTIONS;
}

enum reeve_status reeve_tools_open(struct reeve_tools *tools,
                                   const struct reeve_config_limits *limits)
{
    const struct reeve_http_loop_options http = {.max_connections = http_connections(limits)};

    REEVE_TRY(reeve_pool_new(limits->pool_threads, &tools->pool));
    REEVE_TRY(reeve_http_loop_new(&http, &tools->http));
    REEVE_TRY(reeve_sql_loop_new(&tools->sql));
    return reeve_child_loop_new(NULL, &tools->children);
}

void reeve_tools_close(struct reeve_tools *tools)
{
    reeve_child_loop_free(tools->children);
    tools->children = NULL;
    reeve_sql_loop_free(tools->sql);
    tools->sql = NULL;
    reeve_http_loop_free(tools->http);
    tools->http = NULL;
    reeve_pool_free(tools->pool);
    tools->pool = NULL;
}

/* ---- making ---- */

/* What a job's messages are when they are decoded is several times what they were: a small message
 * in a list is a pointer and a struct. Not above what all jobs may have. */
static size_t job_memory(const struct reeve_config_limits *limits)
{
    const uint64_t wanted =
        JOB_MEMORY_FACTOR * (limits->max_input_bytes + limits->max_output_bytes);
    const uint64_t least = wanted > JOB_MEMORY_MIN ? wanted : JOB_MEMORY_MIN;

    return (size_t)(least < limits->max_memory_bytes ? least : limits->max_memory_bytes);
}

/* The first grpc system brings gRPC's client and its thread with it. */
static enum reeve_status make_grpc(const struct reeve_tools *tools, struct reeve_setup *setup,
                                   const struct reeve_grpc_system *system,
                                   struct reeve_binding **out)
{
    if (setup->rpc == NULL) {
        REEVE_TRY(reeve_rpc_client_new(&setup->rpc));
    }
    return reeve_grpc_binding_new(system, setup->rpc, tools->pool, setup->secrets, out);
}

/* What carries out a system's tasks; native ones share one. */
static enum reeve_status make_system(const struct reeve_tools *tools, struct reeve_setup *setup,
                                     const struct reeve_config_system *system,
                                     struct reeve_binding **out)
{
    switch ((enum reeve_binding_kind)system->binding) {
    case REEVE_BINDING_HTTP:
        return reeve_http_binding_new(&system->u.http, tools->http, tools->pool, setup->secrets,
                                      out);
    case REEVE_BINDING_EXEC:
        return reeve_exec_binding_new(&system->u.exec, tools->children, tools->pool, setup->secrets,
                                      out);
    case REEVE_BINDING_SQL:
        return reeve_sql_binding_new(&system->u.sql, tools->sql, tools->pool, setup->secrets, out);
    case REEVE_BINDING_GRPC:
        return make_grpc(tools, setup, &system->u.grpc, out);
    case REEVE_BINDING_NATIVE:
        break;
    }
    return REEVE_OK;
}

static enum reeve_status make_systems(const struct reeve_tools *tools, struct reeve_setup *setup)
{
    const struct reeve_agent_config *config = setup->config;
    enum reeve_status status = reeve_native_binding_new(&setup->native);
    for (uint32_t i = 0; i < config->systems_count && status == REEVE_OK; i++) {
        status = make_system(tools, setup, &config->systems[i], &setup->systems[i]);
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

static enum reeve_status fill(const struct reeve_tools *tools,
                              const struct reeve_setup_listener *listener,
                              struct reeve_setup *setup)
{
    const struct reeve_agent_config *config = setup->config;
    setup->systems =
        reeve_alloc_array(NULL, (size_t)config->systems_count + 1, sizeof(struct reeve_binding *));
    setup->bindings =
        reeve_alloc_array(NULL, (size_t)tools->tasks->count + 1, sizeof(struct reeve_binding *));
    if (setup->systems == NULL || setup->bindings == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(make_systems(tools, setup));
    for (uint32_t i = 0; i < tools->tasks->count; i++) {
        setup->bindings[i] = binding_of(setup, i);
    }
    const struct reeve_runner_options options = {
        .loop = tools->loop,
        .pool = tools->pool,
        .redactor = tools->redactor,
        .tasks = tools->tasks,
        .bindings = setup->bindings,
        .on_finished = listener->on_finished,
        .on_progress = listener->on_progress,
        .on_result = listener->on_result,
        .max_job_memory = job_memory(&setup->config->limits),
        .max_all_job_memory = setup->config->limits.max_memory_bytes,
        .max_all_results_bytes = setup->config->limits.max_memory_bytes,
        .ctx = listener->ctx,
    };
    return reeve_runner_new(&options, &setup->runner);
}

void reeve_setup_close(struct reeve_setup *setup)
{
    if (setup == NULL) {
        return;
    }
    for (uint32_t i = 0; setup->bindings != NULL && i < setup->config->table->count; i++) {
        setup->bindings[i] = NULL;
    }
    for (uint32_t i = 0; setup->systems != NULL && i < setup->config->systems_count; i++) {
        reeve_binding_free(setup->systems[i]);
        setup->systems[i] = NULL;
    }
    reeve_rpc_client_free(setup->rpc);
    setup->rpc = NULL;
    reeve_binding_free(setup->native);
    setup->native = NULL;
}

/* All that the setup made; not what it was given. */
static void free_made(struct reeve_setup *setup)
{
    reeve_setup_close(setup);
    reeve_runner_free(setup->runner);
    reeve_free(NULL, setup->systems,
               ((size_t)setup->config->systems_count + 1) * sizeof(struct reeve_binding *));
    reeve_free(NULL, setup->bindings,
               ((size_t)setup->config->table->count + 1) * sizeof(struct reeve_binding *));
}

enum reeve_status reeve_setup_new(const struct reeve_tools *tools,
                                  const struct reeve_setup_listener *listener,
                                  struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets, struct reeve_setup **out)
{
    struct reeve_setup *setup = reeve_alloc(NULL, sizeof(*setup));
    *out = NULL;
    if (setup == NULL) {
        return REEVE_NO_MEMORY;
    }
    setup->config = config;
    setup->secrets = secrets;
    const enum reeve_status status = fill(tools, listener, setup);
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
