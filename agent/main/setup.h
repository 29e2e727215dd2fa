/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration in use: bindings for its systems, and the runner that uses them; and what those
 * work with, which outlives any configuration. For the worker, and for `reeve-agent run`. */
#ifndef REEVE_AGENT_MAIN_SETUP_H
#define REEVE_AGENT_MAIN_SETUP_H

#include "agent/base/list.h"
#include "agent/config/agent_config.h"
#include "agent/io/http/http.h"
#include "agent/io/pool/pool.h"
#include "agent/io/process/child.h"
#include "agent/io/sql/sql.h"
#include "agent/runner/runner.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Loops and threads. The first three are set by whoever has them, and borrowed. */
struct reeve_tools {
    const struct reeve_task_table *tasks;
    struct reeve_loop *loop;
    struct reeve_redactor *redactor;
    struct reeve_pool *pool;
    struct reeve_http_loop *http;
    struct reeve_child_loop *children;
    struct reeve_sql_loop *sql;
};

/* Makes the rest, for as many jobs as may be in flight. NO_MEMORY, LIMIT, IO; what was made by then
 * is closed by _close. */
enum reeve_status reeve_tools_open(struct reeve_tools *tools,
                                   const struct reeve_config_limits *limits) REEVE_MUST_CHECK;
/* Ends the threads: no job runs any more, and every setup that uses them is closed. */
void reeve_tools_close(struct reeve_tools *tools);

/* As in struct reeve_runner_options. */
struct reeve_setup_listener {
    void (*on_finished)(void *ctx, reeve_job_handle handle,
                        const struct reeve_engine_result *result);
    void (*on_progress)(void *ctx, reeve_job_handle handle, uint64_t steps_done,
                        uint64_t steps_total);
    void (*on_result)(void *ctx, reeve_job_handle handle, struct reeve_buffer *message);
    void *ctx;
};

struct reeve_setup {
    struct reeve_list_node node; /* its owner's */
    struct reeve_agent_config *config;
    struct reeve_secret_registry *secrets;
    struct reeve_rpc_client *rpc; /* with its thread; NULL without a grpc system */
    struct reeve_binding *native;
    struct reeve_binding **systems;  /* per configured system; NULL for native ones */
    struct reeve_binding **bindings; /* per task of the table; borrowed from the two above */
    struct reeve_runner *runner;
};

/* Takes config and secrets over on OK. NO_MEMORY; a binding's INVALID. */
enum reeve_status reeve_setup_new(const struct reeve_tools *tools,
                                  const struct reeve_setup_listener *listener,
                                  struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets,
                                  struct reeve_setup **out) REEVE_MUST_CHECK;
/* Frees its bindings, which may have work of their own under way on the tools' threads (a token, a
 * pooled connection): before reeve_tools_close(). No job of it runs any more. Again, or NULL: fine.
 */
void reeve_setup_close(struct reeve_setup *setup);
/* Closes it, unless that was done. No job of it runs any more, and the loop, which may hold tasks
 * of its runner, is done with them. May wait for threads of the tools' pool, which jobs may hold:
 * not on a thread that a job waits for. NULL is fine. */
void reeve_setup_free(struct reeve_setup *setup);

#ifdef __cplusplus
}
#endif
#endif
