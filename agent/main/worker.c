/* SPDX-License-Identifier: Apache-2.0 */
/* The worker from start to end: see worker.h. */
#include "agent/main/worker.h"

#include <malloc.h>
#include <stdarg.h>

#include "agent/base/log.h"
#include "agent/main/reload.h"
#include "agent/main/version.h"
#include "agent/main/worker_state.h"
#include "proto/runtime/message.h"

#define UPKEEP_THREADS 2u
#define IDENTITY_INTERVAL_MS UINT64_C(5000)
#define LABELS_MEMORY_MAX ((size_t)64 * 1024)
/* A terminal, a shell and a supervisor may each pass the same signal on: within this time it is one
 * wish to stop. */
#define SAME_STOP_MS UINT64_C(500)

void reeve_worker_say(char why[1024], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(why, 1024, format, args);
    va_end(args);
}

/* ---- start ---- */

static enum reeve_status write_status(void *ctx, struct reeve_buffer *out)
{
    return reeve_worker_write_status(ctx, out);
}

static enum reeve_status start_status(struct reeve_worker *w, char why[1024])
{
    const struct reeve_status_server_options options = {
        .path = w->setup->config->status_socket,
        .loop = w->tools.loop,
        .write = write_status,
        .ctx = w,
    };
    const enum reeve_status status = reeve_status_server_new(&options, &w->status);
    if (status == REEVE_LOCKED) {
        reeve_worker_say(why,
                         "another worker answers on the status socket %s; next: stop it, or "
                         "give this one a status.socket of its own",
                         options.path);
    } else if (status != REEVE_OK) {
        reeve_worker_say(why, "the status socket %s cannot be made: %s; next: check its directory",
                         options.path, reeve_status_text(status));
    }
    return status;
}

static enum reeve_status make_engine(struct reeve_worker *w)
{
    const struct reeve_agent_config *config = w->setup->config;
    struct reeve_arena labels_memory;
    reeve_arena_init(&labels_memory, NULL, LABELS_MEMORY_MAX, 0);
    struct reeve_engine_label *labels =
        reeve_arena_alloc_array(&labels_memory, (size_t)config->labels_count + 1, sizeof(*labels));
    for (uint32_t i = 0; labels != NULL && i < config->labels_count; i++) {
        labels[i].key = config->labels[i].key;
        labels[i].value = config->labels[i].value;
    }
    const struct reeve_engine_options options = {
        .tasks = w->tools.tasks,
        .policy = reeve_worker_policy(w, w->setup),
        .identity = reeve_identity_spiffe_id(w->identity),
        .build = REEVE_AGENT_BUILD,
        .journal_id = reeve_journal_stat(w->journal, 0).journal_id,
        .boot_id = reeve_random_id(reeve_random_system()),
        .pools = config->pools,
        .pools_count = config->pools_count,
        .labels = labels,
        .labels_count = config->labels_count,
        .audit_key = &w->audit_key,
        .introduction = {.signature = reeve_buffer_view(&w->introduction),
                         .scheme = reeve_identity_scheme(w->identity),
                         .certificate = reeve_identity_leaf_der(w->identity)},
        .random = reeve_random_system(),
    };
    const enum reeve_status status =
        labels != NULL ? reeve_engine_new(&options, &w->engine) : REEVE_NO_MEMORY;
    reeve_arena_clear(&labels_memory);
    return status;
}

static enum reeve_status make_deferred(struct reeve_worker *w)
{
    const uint32_t max = w->setup->config->limits.max_in_flight;
    w->deferred.refused = reeve_alloc_array(NULL, max, sizeof(*w->deferred.refused));
    w->deferred.refused_max = max;
    return w->deferred.refused != NULL ? REEVE_OK : REEVE_NO_MEMORY;
}

/* Takes config and secrets over in any case. */
static enum reeve_status make_setup(struct reeve_worker *w, const struct reeve_worker_parts *parts)
{
    enum reeve_status status = reeve_tools_open(&w->tools, &parts->config->limits);
    if (status == REEVE_OK) {
        status = reeve_worker_make_setup(w, parts->config, parts->secrets, &w->setup);
    }
    if (status != REEVE_OK) {
        reeve_secret_registry_free(parts->secrets);
        reeve_agent_config_free(parts->config);
    }
    return status;
}

/* Compiles the patterns of all tasks' messages, before threads use them. */
static enum reeve_status prepare_tasks(const struct reeve_task_table *tasks, char why[1024])
{
    struct reeve_problem problem = {.line = 0};
    for (uint32_t i = 0; i < tasks->count; i++) {
        enum reeve_status status = reeve_message_prepare(tasks->tasks[i]->input, &problem);
        if (status == REEVE_OK) {
            status = reeve_message_prepare(tasks->tasks[i]->output, &problem);
        }
        if (status != REEVE_OK) {
            reeve_worker_say(why, "%s: %s: %s; next: correct the pattern in its .proto file",
                             tasks->tasks[i]->name, problem.field, problem.text);
            return status;
        }
    }
    return REEVE_OK;
}

static enum reeve_status start(struct reeve_worker *w, const struct reeve_worker_parts *parts,
                               char why[1024])
{
    reeve_worker_say(why, "memory or threads are short; next: raise the process's limits");
    REEVE_TRY(make_setup(w, parts));
    REEVE_TRY(reeve_pool_new(UPKEEP_THREADS, &w->upkeep));
    REEVE_TRY(prepare_tasks(w->tools.tasks, why));
    REEVE_TRY(make_deferred(w));
    REEVE_TRY(reeve_worker_open_disk(w, why));
    REEVE_TRY(reeve_worker_open_spool(w, why));
    REEVE_TRY(reeve_worker_introduce(w));
    REEVE_TRY(make_engine(w));
    REEVE_TRY(reeve_worker_replay(w, why));
    /* Reading the journal back took whole segments; the system may have that memory again. */
    (void)malloc_trim(0);
    return start_status(w, why);
}

enum reeve_status reeve_worker_new(const struct reeve_worker_options *options,
                                   struct reeve_worker **out, char why[1024])
{
    struct reeve_worker *w = reeve_alloc(NULL, sizeof(*w));
    *out = NULL;
    if (w == NULL) {
        reeve_worker_say(why, "memory is short");
        return REEVE_NO_MEMORY;
    }
    w->tools.tasks = options->tasks;
    w->config_path = options->config_path;
    w->config_digest = options->config_digest;
    w->tools.loop = options->loop;
    w->dialer = options->dialer;
    w->environment = options->parts.environment;
    w->tools.redactor = options->parts.redactor;
    w->identity = options->parts.identity;
    w->started_ms = reeve_now_read().boot_ms;
    w->identity_at_ms = w->started_ms + IDENTITY_INTERVAL_MS;
    reeve_list_init(&w->old_setups);
    reeve_list_init(&w->links);
    reeve_key_init(&w->audit_key);
    (void)pthread_mutex_init(&w->disk.lock, NULL);
    (void)pthread_mutex_init(&w->spool.lock, NULL);
    reeve_buffer_init(&w->spool.bytes, NULL, SIZE_MAX);
    const enum reeve_status status = start(w, &options->parts, why);
    if (status != REEVE_OK) {
        (void)reeve_worker_stop(w);
        *out = w; /* to be freed after the loop, which may hold its tasks */
        return status;
    }
    *out = w;
    return REEVE_OK;
}

/* ---- run ---- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void warn_identity(struct reeve_worker *w, const struct reeve_identity_error *why)
{
    reeve_format_cut(w->identity_problem, sizeof(w->identity_problem), "%.250s", why->text);
    REEVE_LOG(WARN, "the identity's files changed and cannot be used; going on as before",
              reeve_log_text("why", why->text));
}

bool reeve_worker_look_at_identity(struct reeve_worker *w, const struct reeve_now *now)
{
    struct reeve_identity_error why = {""};
    w->identity_at_ms = now->boot_ms + IDENTITY_INTERVAL_MS;
    switch (reeve_identity_poll(w->identity, now, &why)) {
    case REEVE_IDENTITY_SAME:
        return false;
    case REEVE_IDENTITY_KEPT:
        warn_identity(w, &why);
        return false;
    case REEVE_IDENTITY_CHANGED:
        w->identity_problem[0] = '\0';
        REEVE_LOG(INFO, "a new identity is used from now on",
                  reeve_log_text("identity", reeve_identity_spiffe_id(w->identity)));
        return true;
    }
    return false;
}

void reeve_worker_renew(struct reeve_worker *w, const struct reeve_now *now)
{
    if (w->exiting || !reeve_worker_look_at_identity(w, now)) {
        return;
    }
    const struct reeve_engine_event event = {.type = REEVE_EVENT_RENEW};
    reeve_worker_handle(w, &event);
}

static void turn(struct reeve_worker *w)
{
    const uint64_t deadline =
        earlier(earlier(reeve_engine_next_deadline(w->engine), w->identity_at_ms),
                reeve_worker_links_deadline(w));
    const enum reeve_status status = reeve_loop_poll(w->tools.loop, deadline);
    if (status != REEVE_OK && status != REEVE_TIMEOUT) {
        w->exiting = true;
        w->exit_status = REEVE_INTERNAL;
        return;
    }
    const struct reeve_now now = reeve_now_read();
    if (!w->exiting && now.boot_ms >= reeve_engine_next_deadline(w->engine)) {
        const struct reeve_engine_event tick = {.type = REEVE_EVENT_TICK};
        reeve_worker_handle(w, &tick);
    }
    if (now.boot_ms >= w->identity_at_ms) {
        reeve_worker_renew(w, &now);
        reeve_worker_give_memory_back(w, &now);
    }
    reeve_worker_tend_links(w, now.boot_ms);
    reeve_worker_retire_setups(w);
    /* Once for all that this turn brought: many jobs may have ended in it. */
    reeve_worker_commit(w);
}

enum reeve_status reeve_worker_run(struct reeve_worker *w)
{
    REEVE_LOG(INFO, "worker started", reeve_log_text("build", REEVE_AGENT_BUILD),
              reeve_log_text("identity", reeve_identity_spiffe_id(w->identity)),
              reeve_log_text("gateway", w->setup->config->gateway_address),
              reeve_log_id("journal", reeve_journal_stat(w->journal, 0).journal_id),
              reeve_log_u64("tasks_allowed", w->setup->config->allowed_count),
              reeve_log_text("status", w->setup->config->status_socket));
    reeve_worker_act(w);
    reeve_worker_commit(w);
    while (!w->exiting) {
        turn(w);
    }
    return w->exit_status;
}

/* ---- signals ---- */

static void drain(struct reeve_worker *w, uint64_t deadline_ms)
{
    struct reeve_engine_event event = {.type = REEVE_EVENT_DRAIN};
    event.u.drain.deadline_ms = deadline_ms;
    reeve_worker_handle(w, &event);
}

void reeve_worker_signal_stop(struct reeve_worker *w)
{
    const uint64_t now_ms = reeve_now_read().boot_ms;
    if (w->stopped_ms != 0 && now_ms < w->stopped_ms + SAME_STOP_MS) {
        return;
    }
    const bool first = w->stopped_ms == 0;
    w->stopped_ms = now_ms;
    if (first) {
        REEVE_LOG(INFO, "asked to stop: draining; a second signal stops at once",
                  reeve_log_u64("drain_ms", w->setup->config->drain_timeout_ms));
        drain(w, now_ms + w->setup->config->drain_timeout_ms);
        return;
    }
    REEVE_LOG_EVENT(WARN, "asked to stop again: stopping at once");
    drain(w, 0);
}

/* ---- end ---- */

static void close_outside(struct reeve_worker *w)
{
    reeve_worker_free_links(w);
    reeve_status_server_stop(w->status);
    if (reeve_journal_close(w->journal) != REEVE_OK) {
        REEVE_LOG_EVENT(WARN, "the journal did not close in order; the next start repairs it");
    }
    w->journal = NULL;
    reeve_worker_close_spool(w);
}

static void close_setups(struct reeve_worker *w)
{
    for (struct reeve_list_node *n = reeve_list_front(&w->old_setups); n != NULL;
         n = reeve_list_next(&w->old_setups, n)) {
        reeve_setup_close(REEVE_OWNER(n, struct reeve_setup, node));
    }
    reeve_setup_close(w->setup);
}

bool reeve_worker_stop(struct reeve_worker *w)
{
    w->exiting = true;
    close_outside(w);
    if (reeve_worker_running(w) > 0) {
        REEVE_LOG(WARN, "jobs are still running; leaving without them",
                  reeve_log_u64("jobs", reeve_worker_running(w)));
        return false;
    }
    reeve_pool_free(w->upkeep); /* its setup ends with the tools' threads, as the others do */
    w->upkeep = NULL;
    close_setups(w);
    reeve_tools_close(&w->tools);
    return true;
}

static void free_setups(struct reeve_worker *w)
{
    for (struct reeve_list_node *n = reeve_list_pop_front(&w->old_setups); n != NULL;
         n = reeve_list_pop_front(&w->old_setups)) {
        reeve_setup_free(REEVE_OWNER(n, struct reeve_setup, node));
    }
    reeve_setup_free(w->setup);
}

void reeve_worker_free(struct reeve_worker *w)
{
    if (w == NULL) {
        return;
    }
    reeve_reload_free(w->reload);
    reeve_status_server_free(w->status);
    reeve_engine_free(w->engine);
    free_setups(w);
    reeve_worker_free_spool(w);
    reeve_posix_storage_free(w->storage);
    reeve_key_clear(&w->audit_key);
    reeve_buffer_clear(&w->introduction);
    reeve_identity_free(w->identity);
    reeve_environment_free(w->environment);
    reeve_redactor_free(w->tools.redactor);
    reeve_free(NULL, w->deferred.refused, w->deferred.refused_max * sizeof(*w->deferred.refused));
    (void)pthread_mutex_destroy(&w->disk.lock);
    reeve_free(NULL, w, sizeof(*w));
}
