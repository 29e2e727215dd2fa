/* SPDX-License-Identifier: Apache-2.0 */
/* A loop of its own, a setup, one job: see local_run.h. */
#include "agent/main/local_run.h"

#include "agent/base/time.h"
#include "agent/cli/program.h"
#include "agent/io/loop/event_loop.h"
#include "agent/io/process/process.h"
#include "agent/io/process/signals.h"

#define HANDLE ((reeve_job_handle)1)

struct running {
    const struct reeve_local_run *run;
    struct reeve_tools tools;
    struct reeve_event_loop *loop;
    struct reeve_setup *setup;
    uint64_t deadline_ms;
    uint64_t results;
    uint64_t result_bytes;
    bool cancelled;
    bool finished;
};

static void cancel(struct running *r, enum reeve_cancel_why why)
{
    r->cancelled = true;
    reeve_runner_cancel(r->setup->runner, HANDLE, why);
}

/* ---- what comes of it ---- */

static void on_finished(void *ctx, reeve_job_handle handle,
                        const struct reeve_engine_result *result)
{
    struct running *r = ctx;
    (void)handle;
    r->finished = true;
    r->run->listener.on_finished(r->run->listener.ctx, result);
}

static void on_progress(void *ctx, reeve_job_handle handle, uint64_t steps_done,
                        uint64_t steps_total)
{
    struct running *r = ctx;
    (void)handle;
    r->run->listener.on_progress(r->run->listener.ctx, steps_done, steps_total);
}

static void on_result(void *ctx, reeve_job_handle handle, struct reeve_buffer *message)
{
    struct running *r = ctx;
    const bool wanted = r->cancelled || r->run->listener.on_result(r->run->listener.ctx,
                                                                   reeve_buffer_view(message));
    r->results++;
    r->result_bytes += message->len;
    reeve_runner_release(r->setup->runner, handle, r->results, r->result_bytes);
    if (!wanted) {
        cancel(r, REEVE_CANCEL_REQUESTED);
    }
}

static void on_signals(void *ctx, bool stop, bool reload)
{
    struct running *r = ctx;
    (void)reload;
    if (stop && r->cancelled) {
        reeve_process_leave(REEVE_EXIT_BROKEN_OFF);
    }
    if (stop) {
        cancel(r, REEVE_CANCEL_REQUESTED);
    }
}

/* ---- running ---- */

static enum reeve_status start(struct running *r)
{
    const struct reeve_local_run *run = r->run;
    const struct reeve_engine_start_job job = {
        .handle = HANDLE,
        .task = run->tasks->tasks[run->task],
        .task_index = run->task,
        .input = run->input,
        .traceparent = "",
        .job_id = run->job_id,
        .attempt = 1,
        .deadline_ms = r->deadline_ms,
        .max_output_bytes = r->setup->config->limits.max_output_bytes,
    };
    return reeve_runner_start(r->setup->runner, &job);
}

static enum reeve_status wait_for_end(struct running *r)
{
    while (!r->finished) {
        const uint64_t until = r->cancelled ? REEVE_NEVER_MS : r->deadline_ms;
        const enum reeve_status status = reeve_loop_poll(reeve_event_loop_base(r->loop), until);
        if (status != REEVE_OK && status != REEVE_TIMEOUT) {
            return status;
        }
        if (!r->finished && !r->cancelled && reeve_now_read().boot_ms >= r->deadline_ms) {
            cancel(r, REEVE_CANCEL_DEADLINE);
        }
    }
    return REEVE_OK;
}

static enum reeve_status carry_out(struct running *r)
{
    struct reeve_signals *signals = NULL;
    r->deadline_ms = reeve_now_read().boot_ms + r->run->timeout_ms;
    enum reeve_status status = start(r);
    if (status == REEVE_OK) {
        status = reeve_signals_new(reeve_event_loop_base(r->loop), on_signals, r, &signals);
    }
    if (status == REEVE_OK) {
        status = wait_for_end(r);
    }
    reeve_signals_stop(signals);
    if (status != REEVE_OK && reeve_runner_count(r->setup->runner) > 0) {
        reeve_process_leave(REEVE_EXIT_BROKEN_OFF); /* it cannot be waited for */
    }
    reeve_signals_free(signals);
    return status;
}

/* ---- making ---- */

/* Takes config and secrets over in any case. */
static enum reeve_status open_all(struct running *r, struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets)
{
    const struct reeve_setup_listener listener = {
        .on_finished = on_finished, .on_progress = on_progress, .on_result = on_result, .ctx = r};
    enum reeve_status status = reeve_event_loop_new(NULL, &r->loop);
    if (status == REEVE_OK) {
        r->tools.tasks = r->run->tasks;
        r->tools.loop = reeve_event_loop_base(r->loop);
        r->tools.redactor = r->run->redactor;
        status = reeve_tools_open(&r->tools, &config->limits);
    }
    if (status == REEVE_OK) {
        status = reeve_setup_new(&r->tools, &listener, config, secrets, &r->setup);
    }
    if (status != REEVE_OK) {
        reeve_secret_registry_free(secrets);
        reeve_agent_config_free(config);
    }
    return status;
}

static void close_all(struct running *r)
{
    reeve_setup_close(r->setup);
    reeve_tools_close(&r->tools);
    reeve_setup_free(r->setup);
    reeve_event_loop_free(r->loop);
}

enum reeve_status reeve_local_run(const struct reeve_local_run *run,
                                  struct reeve_agent_config *config,
                                  struct reeve_secret_registry *secrets)
{
    struct running r = {.run = run};
    enum reeve_status status = open_all(&r, config, secrets);
    if (status == REEVE_OK) {
        status = carry_out(&r);
    }
    close_all(&r);
    return status;
}

/* ---- explaining ---- */

static enum reeve_status explain(const struct running *r, const void *request,
                                 struct reeve_arena *arena, struct reeve_buffer *text)
{
    const struct reeve_task *task = r->run->tasks->tasks[r->run->task];
    struct reeve_binding *binding = r->setup->bindings[r->run->task];
    if (binding == NULL) {
        return REEVE_NOT_CONFIGURED;
    }
    if (task->binding == REEVE_BINDING_NATIVE) {
        return reeve_buffer_append_format(
            text, "calls the C function %s(), which is linked into this worker\n",
            task->function == NULL ? "of the task" : task->function);
    }
    if (binding->vtable->explain == NULL) {
        return REEVE_UNSUPPORTED;
    }
    return binding->vtable->explain(binding, task, request, arena, text);
}

enum reeve_status reeve_local_explain(const struct reeve_local_run *run, const void *request,
                                      struct reeve_agent_config *config, struct reeve_arena *arena,
                                      struct reeve_buffer *text)
{
    struct running r = {.run = run};
    /* Without a single credential in it: none could be shown. */
    struct reeve_secret_registry *secrets = reeve_secret_registry_new(run->redactor);
    if (secrets == NULL) {
        reeve_agent_config_free(config);
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = open_all(&r, config, secrets);
    if (status == REEVE_OK) {
        status = explain(&r, request, arena, text);
    }
    close_all(&r);
    return status;
}
