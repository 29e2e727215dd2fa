/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's setups: the one in use, and older ones that still have jobs. */
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

enum reeve_status reeve_worker_make_setup(struct reeve_worker *w, struct reeve_agent_config *config,
                                          struct reeve_secret_registry *secrets,
                                          struct reeve_setup **out)
{
    const struct reeve_setup_listener listener = {
        .on_finished = on_finished, .on_progress = on_progress, .on_result = on_result, .ctx = w};
    return reeve_setup_new(&w->tools, &listener, config, secrets, out);
}

/* ---- using ---- */

struct reeve_engine_policy reeve_worker_policy(const struct reeve_worker *w,
                                               const struct reeve_setup *setup)
{
    const bool spools = w->spool.spool != NULL;
    const struct reeve_config_limits *limits = &setup->config->limits;
    const uint64_t drain_ms = setup->config->drain_timeout_ms;
    const struct reeve_engine_policy policy = {
        .trust = setup->config->trust,
        .unconfigured = setup->config->unconfigured,
        .limits = {.max_in_flight = limits->max_in_flight,
                   .max_running = limits->max_running,
                   .max_input_bytes = limits->max_input_bytes,
                   .max_output_bytes = limits->max_output_bytes,
                   .max_memory_bytes = limits->max_memory_bytes,
                   .max_spool_bytes = spools ? setup->config->spool_max_bytes : 0},
        .backoff_cap_ms = setup->config->max_backoff_ms,
        .failed_grace_ms = drain_ms < UINT32_MAX ? (uint32_t)drain_ms : UINT32_MAX,
        .configuration_digest = &setup->config->digest,
    };
    return policy;
}

/* ---- retiring ---- */

static struct reeve_worker *retiring(struct reeve_task_node *node)
{
    return REEVE_OWNER(node, struct reeve_worker, retirement.node);
}

/* The loop's thread, or what runs the loop's last tasks: then there are no upkeep threads any more,
 * and whatever setups are left are freed with the worker. */
static void run_retired(struct reeve_task_node *node)
{
    struct reeve_worker *w = retiring(node);
    w->retirement.setup = NULL;
    if (!w->exiting) {
        reeve_worker_retire_setups(w);
    }
}

/* An upkeep thread. What a binding has under way may end on a pool thread only, and jobs may hold
 * all of those; some of them until the loop wakes them: so the loop must not wait here. */
static void run_retire(struct reeve_task_node *node)
{
    struct reeve_worker *w = retiring(node);
    reeve_setup_free(w->retirement.setup);
    node->run = run_retired;
    reeve_loop_post(w->tools.loop, node);
}

static struct reeve_setup *take_idle(struct reeve_list *setups)
{
    for (struct reeve_list_node *n = reeve_list_front(setups); n != NULL;
         n = reeve_list_next(setups, n)) {
        struct reeve_setup *setup = REEVE_OWNER(n, struct reeve_setup, node);
        if (reeve_runner_count(setup->runner) == 0) {
            reeve_list_remove(setups, n);
            return setup;
        }
    }
    return NULL;
}

void reeve_worker_retire_setups(struct reeve_worker *w)
{
    struct reeve_worker_retirement *retirement = &w->retirement;
    if (retirement->setup != NULL) {
        return; /* its end comes back here */
    }
    retirement->setup = take_idle(&w->old_setups);
    if (retirement->setup != NULL) {
        retirement->node.run = run_retire;
        reeve_pool_submit(w->upkeep, &retirement->node);
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
