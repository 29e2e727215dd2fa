/* SPDX-License-Identifier: Apache-2.0 */
/* The runner's bookkeeping, on the loop's thread: see runner.h. */
#include "agent/runner/runner.h"

#include "agent/base/budget.h"
#include "agent/base/list.h"
#include "agent/base/map.h"
#include "agent/base/time.h"
#include "agent/runner/run.h"

#define JOB_MEMORY (4u * 1024u * 1024u)
#define ALL_JOB_MEMORY (UINT64_C(256) << 20)
#define ARENA_BLOCK 256u /* the first: most inputs are small, and thousands may wait */
#define ALL_RESULTS_BYTES (UINT64_C(256) << 20)
#define PROGRESS_EVERY_MS 1000u

struct reeve_runner {
    struct reeve_runner_options options;
    struct reeve_map *runs; /* by handle */
    struct reeve_run_task *about;
    struct reeve_budget memory; /* of all runs' arenas */
    uint64_t results_bytes;     /* atomic */
};

/* ---- from other threads to the loop ---- */

static struct reeve_run *run_of(struct reeve_work *work)
{
    return REEVE_OWNER(work, struct reeve_run, work);
}

const struct reeve_runner_options *reeve_run_options(const struct reeve_run *run)
{
    return &run->runner->options;
}

uint64_t *reeve_run_results_bytes(const struct reeve_run *run)
{
    return &run->runner->results_bytes;
}

static void free_run(struct reeve_run *run)
{
    reeve_run_forget_results(run);
    reeve_answer_clear(&run->work.answer);
    reeve_buffer_clear(&run->redacted_input);
    reeve_buffer_clear(&run->redacted_output);
    reeve_arena_clear(&run->arena);
    reeve_free(NULL, run, sizeof(*run));
}

static void list_violations(const struct reeve_run *run, struct reeve_engine_violation *to)
{
    for (size_t i = 0; i < run->problems.count; i++) {
        const struct reeve_problem *problem = &run->problems.items[i];
        to[i] = (struct reeve_engine_violation){.field = reeve_bytes_cstr(problem->field),
                                                .rule = reeve_bytes_cstr(problem->rule),
                                                .message = reeve_bytes_cstr(problem->text)};
    }
}

static void report(struct reeve_run *run)
{
    struct reeve_runner *runner = run->runner;
    struct reeve_answer *answer = &run->work.answer;
    struct reeve_engine_violation violations[REEVE_RUN_VIOLATIONS];
    bool succeeded = answer->status == REEVE_OUTCOME_SUCCEEDED;

    list_violations(run, violations);
    struct reeve_engine_result result = {
        .status = (uint8_t)answer->status,
        .effect = (uint8_t)answer->effect,
        .reason = (uint32_t)answer->reason,
        .upstream_code = answer->upstream_code,
        .message = reeve_bytes_cstr(reeve_answer_message(answer)),
        .reference = reeve_bytes_cstr(answer->reference),
        .violations = violations,
        .violations_count = (uint32_t)run->problems.count,
        .violations_total = (uint32_t)run->problems.total,
        .output = succeeded ? &answer->output : NULL,
        .redacted_input = run->about->sensitive_input ? &run->redacted_input : NULL,
        .redacted_output = succeeded && run->about->sensitive_output ? &run->redacted_output : NULL,
    };
    runner->options.on_finished(runner->options.ctx, run->handle, &result);
}

static void run_finished(struct reeve_task_node *node)
{
    struct reeve_run *run = REEVE_OWNER(node, struct reeve_run, node);

    (void)reeve_map_remove(run->runner->runs, reeve_bytes_of(&run->handle, sizeof(run->handle)));
    report(run);
    free_run(run);
}

/* The run whose binding goes on, on the loop's thread: it ends there without another post. */
static _Thread_local struct reeve_run *going_on;

static void on_work_done(struct reeve_work *work)
{
    struct reeve_run *run = run_of(work);

    reeve_run_inspect(run, run->runner->options.redactor);
    if (run == going_on) {
        run_finished(&run->node);
        return;
    }
    run->node.run = run_finished;
    reeve_loop_post(run->runner->options.loop, &run->node);
}

static void go_on(struct reeve_task_node *node)
{
    struct reeve_run *run = REEVE_OWNER(node, struct reeve_run, node);

    going_on = run;
    run->work.then(&run->work);
    going_on = NULL;
}

static void on_work_later(struct reeve_work *work)
{
    struct reeve_run *run = run_of(work);

    run->node.run = go_on;
    reeve_loop_post(run->runner->options.loop, &run->node);
}

static void run_progress(struct reeve_task_node *node)
{
    struct reeve_run *run = REEVE_OWNER(node, struct reeve_run, progress_node);
    struct reeve_runner *runner = run->runner;

    __atomic_store_n(&run->progress_posted, 0, __ATOMIC_RELEASE);
    runner->options.on_progress(runner->options.ctx, run->handle,
                                __atomic_load_n(&run->steps_done, __ATOMIC_RELAXED),
                                __atomic_load_n(&run->steps_total, __ATOMIC_RELAXED));
}

/* Posts before the work's end arrive before it: the loop keeps the order of one thread's posts, and
 * a handler reports no progress after its answer. */
static void on_work_progress(struct reeve_work *work, uint64_t steps_done, uint64_t steps_total)
{
    struct reeve_run *run = run_of(work);
    uint64_t now = reeve_now_read().boot_ms;
    uint64_t before = __atomic_load_n(&run->progress_at_ms, __ATOMIC_RELAXED);

    __atomic_store_n(&run->steps_done, steps_done, __ATOMIC_RELAXED);
    __atomic_store_n(&run->steps_total, steps_total, __ATOMIC_RELAXED);
    if (before != 0 && now - before < PROGRESS_EVERY_MS) {
        return;
    }
    if (__atomic_exchange_n(&run->progress_posted, 1, __ATOMIC_ACQ_REL) == 0) {
        __atomic_store_n(&run->progress_at_ms, now, __ATOMIC_RELAXED);
        run->progress_node.run = run_progress;
        reeve_loop_post(run->runner->options.loop, &run->progress_node);
    }
}

static enum reeve_work_flow on_work_emit(struct reeve_work *work, struct reeve_buffer *message)
{
    return reeve_run_emit(run_of(work), message);
}

static const struct reeve_work_owner OWNER = {.done = on_work_done,
                                              .progress = on_work_progress,
                                              .emit = on_work_emit,
                                              .later = on_work_later};

static void begin_on_pool(struct reeve_task_node *node)
{
    reeve_run_begin(REEVE_OWNER(node, struct reeve_run, node));
}

/* ---- the loop's side ---- */

static void fill_run(struct reeve_run *run, struct reeve_runner *runner,
                     const struct reeve_engine_start_job *job)
{
    size_t memory = runner->options.max_job_memory;

    run->runner = runner;
    run->handle = job->handle;
    run->input = job->input;
    run->about = &runner->about[job->task_index];
    run->work.task = job->task;
    run->work.arena = &run->arena;
    run->work.job_id = job->job_id;
    run->work.attempt = job->attempt;
    run->work.deadline_ms = job->deadline_ms;
    run->work.max_output_bytes = (size_t)job->max_output_bytes;
    run->work.owner = &OWNER;
    run->work.binding = runner->options.bindings[job->task_index];
    reeve_arena_init(&run->arena, &runner->memory.allocator, memory, ARENA_BLOCK);
    reeve_buffer_init(&run->work.answer.output, NULL, run->work.max_output_bytes);
    reeve_buffer_init(&run->redacted_input, NULL, memory);
    reeve_buffer_init(&run->redacted_output, NULL, memory);
    run->node.run = begin_on_pool;
}

enum reeve_status reeve_runner_start(struct reeve_runner *runner,
                                     const struct reeve_engine_start_job *job)
{
    struct reeve_run *run = reeve_alloc(NULL, sizeof(*run));

    if (run == NULL) {
        return REEVE_NO_MEMORY;
    }
    fill_run(run, runner, job);
    enum reeve_status status =
        reeve_map_put(runner->runs, reeve_bytes_of(&run->handle, sizeof(run->handle)), run);
    if (status != REEVE_OK) {
        free_run(run);
        return status;
    }
    reeve_pool_submit(runner->options.pool, &run->node);
    return REEVE_OK;
}

void reeve_runner_cancel(struct reeve_runner *runner, reeve_job_handle handle,
                         enum reeve_cancel_why why)
{
    struct reeve_run *run = reeve_map_get(runner->runs, reeve_bytes_of(&handle, sizeof(handle)));
    int reason =
        why == REEVE_CANCEL_DEADLINE ? REEVE_REASON_DEADLINE : REEVE_REASON_CANCEL_REQUESTED;
    int none = REEVE_REASON_UNSPECIFIED;

    if (run == NULL || !__atomic_compare_exchange_n(&run->work.cancel_reason, &none, reason, false,
                                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        return;
    }
    struct reeve_binding *binding = run->work.binding;
    if (binding != NULL && binding->vtable->cancel != NULL) {
        binding->vtable->cancel(binding, &run->work);
    }
}

void reeve_runner_release(struct reeve_runner *runner, reeve_job_handle handle, uint64_t results,
                          uint64_t bytes)
{
    struct reeve_run *run = reeve_map_get(runner->runs, reeve_bytes_of(&handle, sizeof(handle)));

    if (run != NULL) {
        reeve_run_release(run, results, bytes);
    }
}

size_t reeve_runner_count(const struct reeve_runner *runner)
{
    return reeve_map_count(runner->runs);
}

/* ---- life ---- */

static enum reeve_status learn_tasks(struct reeve_runner *runner)
{
    const struct reeve_task_table *tasks = runner->options.tasks;

    runner->about = reeve_alloc_array(NULL, tasks->count, sizeof(*runner->about));
    if (runner->about == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < tasks->count; i++) {
        runner->about[i].sensitive_input = reeve_message_has_sensitive(tasks->tasks[i]->input);
        runner->about[i].sensitive_output = reeve_message_has_sensitive(tasks->tasks[i]->output);
    }
    return REEVE_OK;
}

static void set_defaults(struct reeve_runner_options *o)
{
    o->max_job_memory = o->max_job_memory == 0 ? JOB_MEMORY : o->max_job_memory;
    o->max_all_job_memory = o->max_all_job_memory == 0 ? ALL_JOB_MEMORY : o->max_all_job_memory;
    o->max_results = o->max_results == 0 ? REEVE_ENGINE_WINDOW_RESULTS : o->max_results;
    o->max_results_bytes =
        o->max_results_bytes == 0 ? REEVE_ENGINE_WINDOW_BYTES : o->max_results_bytes;
    o->max_all_results_bytes =
        o->max_all_results_bytes == 0 ? ALL_RESULTS_BYTES : o->max_all_results_bytes;
}

enum reeve_status reeve_runner_new(const struct reeve_runner_options *options,
                                   struct reeve_runner **out)
{
    struct reeve_runner *runner = reeve_alloc(NULL, sizeof(*runner));

    *out = NULL;
    if (runner == NULL) {
        return REEVE_NO_MEMORY;
    }
    runner->options = *options;
    set_defaults(&runner->options);
    reeve_budget_init(&runner->memory, NULL, runner->options.max_all_job_memory);
    runner->runs = reeve_map_new(NULL, reeve_random_system(), SIZE_MAX);
    if (runner->runs == NULL || learn_tasks(runner) != REEVE_OK) {
        reeve_runner_free(runner);
        return REEVE_NO_MEMORY;
    }
    *out = runner;
    return REEVE_OK;
}

void reeve_runner_free(struct reeve_runner *runner)
{
    if (runner == NULL) {
        return;
    }
    reeve_map_free(runner->runs);
    if (runner->about != NULL) {
        reeve_free(NULL, runner->about, runner->options.tasks->count * sizeof(*runner->about));
    }
    reeve_free(NULL, runner, sizeof(*runner));
}
