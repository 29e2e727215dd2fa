/* SPDX-License-Identifier: Apache-2.0 */
/* The runner: one job from input bytes to result. It decodes the input strictly, checks the
 * constraints, hands the work to the task's binding, and looks at the output: over its limit, or
 * with a known secret in it, it does not leave (P2, P3).
 *
 * It does not decide whether a job may run; the engine did. All functions and both callbacks: the
 * loop's thread. Decoding, constraints and native handlers run on the pool. */
#ifndef REEVE_AGENT_RUNNER_RUNNER_H
#define REEVE_AGENT_RUNNER_RUNNER_H

#include "agent/bindings/work.h"
#include "agent/core/engine.h"
#include "agent/io/loop/loop.h"
#include "agent/io/pool/pool.h"
#include "creds/secrets/redactor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a job's broken constraints so many are listed, and all are counted. */
#define REEVE_RUN_VIOLATIONS 32u

struct reeve_runner;

/* All borrowed until the runner is freed. */
struct reeve_runner_options {
    struct reeve_loop *loop;
    struct reeve_pool *pool;
    struct reeve_redactor *redactor;
    const struct reeve_task_table *tasks;
    /* One per task of the table, same index; NULL where the task is not configured. */
    struct reeve_binding *const *bindings;
    /* Memory of one job beside its input and output, for what they are decoded, and of all jobs
     * together. 0: 4 MiB and 256 MiB */
    size_t max_job_memory;
    uint64_t max_all_job_memory;
    /* Results that one job emitted and that are not released: beyond it the binding is paused. Any
     * single message passes. 0: 64 and 1 MiB */
    uint32_t max_results;
    uint64_t max_results_bytes;
    /* The same for all jobs together: beyond it a job has at most one. 0: 256 MiB */
    uint64_t max_all_results_bytes;
    /* The result's views are valid during the call; its buffers may be moved out. Never from within
     * reeve_runner_start(). */
    void (*on_finished)(void *ctx, reeve_job_handle handle,
                        const struct reeve_engine_result *result);
    void (*on_progress)(void *ctx, reeve_job_handle handle, uint64_t steps_done,
                        uint64_t steps_total);
    /* One result message of a server-streaming task, in order, before its on_finished. The buffer
     * may be moved out. */
    void (*on_result)(void *ctx, reeve_job_handle handle, struct reeve_buffer *message);
    void *ctx;
};

/* NO_MEMORY. */
enum reeve_status reeve_runner_new(const struct reeve_runner_options *options,
                                   struct reeve_runner **out) REEVE_MUST_CHECK;
/* No job runs any more (reeve_runner_count() is 0). NULL is fine. */
void reeve_runner_free(struct reeve_runner *runner);

/* on_finished follows, exactly once. `job` is copied, its input is borrowed until then. NO_MEMORY:
 * it does not follow. */
enum reeve_status reeve_runner_start(struct reeve_runner *runner,
                                     const struct reeve_engine_start_job *job) REEVE_MUST_CHECK;
/* A handle that is not known (any more) is ignored. */
void reeve_runner_cancel(struct reeve_runner *runner, reeve_job_handle handle,
                         enum reeve_cancel_why why);
/* `results` of a job's messages, `bytes` in all, do not count any more. Counts are absolute: a
 * lower one changes nothing. A handle that is not known (any more) is ignored. */
void reeve_runner_release(struct reeve_runner *runner, reeve_job_handle handle, uint64_t results,
                          uint64_t bytes);
size_t reeve_runner_count(const struct reeve_runner *runner);

#ifdef __cplusplus
}
#endif
#endif
