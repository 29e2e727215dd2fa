/* SPDX-License-Identifier: Apache-2.0 */
/* One task carried out here and now: with the worker's runner, bindings, credentials, constraints
 * and redaction, without a gateway and without a journal. */
#ifndef REEVE_AGENT_MAIN_LOCAL_RUN_H
#define REEVE_AGENT_MAIN_LOCAL_RUN_H

#include "agent/config/credentials.h"
#include "agent/main/setup.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The loop's thread, all of them. */
struct reeve_local_listener {
    /* False: nobody reads them any more; the task is cancelled. */
    bool (*on_result)(void *ctx, struct reeve_bytes message);
    void (*on_progress)(void *ctx, uint64_t steps_done, uint64_t steps_total);
    void (*on_finished)(void *ctx, const struct reeve_engine_result *result);
    void *ctx;
};

/* All borrowed. `input` is the request message's binary form. */
struct reeve_local_run {
    const struct reeve_task_table *tasks;
    uint32_t task; /* index in the table */
    struct reeve_bytes input;
    uint64_t timeout_ms;
    struct reeve_id job_id;
    struct reeve_redactor *redactor;
    struct reeve_local_listener listener;
};

/* Runs until the task has ended; on_finished has been called then. SIGINT and SIGTERM cancel it,
 * a second one ends the process. Takes config and secrets over, in failure too. Signals are blocked
 * (reeve_signals_block). The statuses of reeve_tools_open() and reeve_setup_new(). */
enum reeve_status reeve_local_run(const struct reeve_local_run *run,
                                  struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets) REEVE_MUST_CHECK;

/* Appends what would happen, for a request that was checked: nothing is connected to, started or
 * read. Takes config over, in failure too. INVALID: the task cannot be carried out with this
 * request, the text says why; NOT_CONFIGURED: its system is not configured. Else as above. */
enum reeve_status reeve_local_explain(const struct reeve_local_run *run, const void *request,
                                      struct reeve_agent_config *config, struct reeve_arena *arena,
                                      struct reeve_buffer *text) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
