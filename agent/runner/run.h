/* SPDX-License-Identifier: Apache-2.0 */
/* One job on its way through the runner. Internal to this folder.
 *
 *   loop: new → pool: decode, check, binding → … → whoever ends it: inspect → loop: finished, free
 */
#ifndef REEVE_AGENT_RUNNER_RUN_H
#define REEVE_AGENT_RUNNER_RUN_H

#include "agent/runner/runner.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_RUN_VIOLATIONS 32u

/* What the runner knows of a task beforehand. */
struct reeve_run_task {
    bool sensitive_input;
    bool sensitive_output;
};

struct reeve_run {
    struct reeve_work work; /* what the binding sees */
    struct reeve_runner *runner;
    reeve_job_handle handle; /* also its key in the runner's map */
    struct reeve_bytes input;
    const struct reeve_run_task *about;
    void *request; /* decoded; NULL when the input is bad */
    struct reeve_arena arena;
    struct reeve_task_node node; /* in the pool's queue, then in the loop's */
    struct reeve_problems problems;
    struct reeve_buffer redacted_input;
    struct reeve_buffer redacted_output;
    /* Progress: the newest numbers, and whether a task is on its way to the loop. */
    struct reeve_task_node progress_node;
    uint64_t steps_done;
    uint64_t steps_total;
    int progress_posted;
    uint64_t progress_at_ms;
};

/* Pool thread: decodes and checks the input, then starts the binding or answers. */
void reeve_run_begin(struct reeve_run *run);
/* Any thread, when the binding has answered: everything that is to be checked before a result may
 * leave. */
void reeve_run_inspect(struct reeve_run *run, struct reeve_redactor *redactor);

#ifdef __cplusplus
}
#endif
#endif
