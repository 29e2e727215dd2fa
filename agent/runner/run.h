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

/* What the runner knows of a task beforehand. */
struct reeve_run_task {
    bool sensitive_input;
    bool sensitive_output;
};

/* What a server-streaming task emitted and the engine still holds: written by whoever emits, and by
 * the loop as it is released. Atomics. */
struct reeve_run_stream {
    uint64_t emitted;
    uint64_t emitted_bytes;
    uint64_t released;
    uint64_t released_bytes;
    uint64_t paused; /* behind which message PAUSE was said, and resume is owed; 0: none */
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
    struct reeve_run_stream stream;
};

/* Pool thread: decodes and checks the input, then starts the binding or answers. */
void reeve_run_begin(struct reeve_run *run);
/* Any thread, when the binding has answered: everything that is to be checked before a result may
 * leave. */
void reeve_run_inspect(struct reeve_run *run, struct reeve_redactor *redactor);

/* ---- result.c ---- */
/* Any thread, one at a time: looks at one result message and sends it to the loop. */
enum reeve_work_flow reeve_run_emit(struct reeve_run *run, struct reeve_buffer *message);
/* The loop's thread: the engine let go of what came before. Says resume where it is owed. */
void reeve_run_release(struct reeve_run *run, uint64_t released, uint64_t released_bytes);
/* The loop's thread: nothing of the run's results counts any more. */
void reeve_run_forget_results(struct reeve_run *run);

/* ---- runner.c: what a run needs of it ---- */
const struct reeve_runner_options *reeve_run_options(const struct reeve_run *run);
/* Bytes of results that all runs together emitted and that are not released. Atomic. */
uint64_t *reeve_run_results_bytes(const struct reeve_run *run);

#ifdef __cplusplus
}
#endif
#endif
