/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's core: making it, events in, actions out. */
#include "gateway-stub/core/gateway.h"

#include "agent/codec/batch.h"
#include "gateway-stub/core/call.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/load.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"
#include "gateway-stub/core/plan.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/retry.h"
#include "gateway-stub/core/schema.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/settle.h"
#include "gateway-stub/core/watch.h"

#define END_JOBS_MAX 256u
#define REGISTRY_BYTES ((size_t)512 * 1024 * 1024)
#define APPROVERS_BYTES ((size_t)16 * 1024 * 1024)
#define SESSIONS_OVER 64u /* streams over the limit, on their way out */
#define LONGEST_WAIT_MS 60000u

/* ---- options ---- */

static void default_u32(uint32_t *value, uint32_t fallback)
{
    *value = *value == 0 ? fallback : *value;
}

static void default_u64(uint64_t *value, uint64_t fallback)
{
    *value = *value == 0 ? fallback : *value;
}

static void fill_defaults(struct reeve_gateway *g)
{
    struct reeve_gateway_limits *l = &g->limits;
    struct reeve_gateway_delivery *d = &g->delivery;
    default_u32(&l->max_frame_bytes, 1024 * 1024);
    l->max_frame_bytes =
        l->max_frame_bytes < REEVE_BATCH_BYTES ? REEVE_BATCH_BYTES : l->max_frame_bytes;
    default_u32(&l->max_job_spec_bytes, 256 * 1024);
    default_u64(&l->max_result_bytes, 1024 * 1024);
    default_u64(&l->max_job_results, 1000000);
    default_u64(&l->max_job_result_bytes, (uint64_t)256 * 1024 * 1024);
    default_u64(&l->max_open_jobs, 1000000);
    default_u64(&l->max_open_bytes, (uint64_t)512 * 1024 * 1024);
    default_u32(&l->max_workers, 1024);
    default_u32(&l->max_calls, 1024);
    default_u32(&l->max_task_versions, 16384);
    default_u32(&l->max_session_store, 1024);
    default_u32(&d->heartbeat_interval_ms, 3000);
    default_u32(&d->lease_ms, 9000);
    default_u32(&d->grace_ms, 15000);
    default_u64(&d->lost_after_ms, (uint64_t)24 * 3600 * 1000);
    default_u32(&d->max_attempts, 3);
    default_u64(&d->default_expiry_ms, 3600 * 1000);
    if (d->lease_ms / 3 < d->heartbeat_interval_ms) {
        d->lease_ms = d->heartbeat_interval_ms * 3;
    }
}

static enum reeve_status copy_approvers(struct reeve_arena *arena,
                                        const struct reeve_gateway_approver *from, size_t count,
                                        struct reeve_gateway_approver *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i].tenant = reeve_arena_strdup(arena, reeve_bytes_cstr(from[i].tenant));
        to[i].name = reeve_arena_strdup(arena, reeve_bytes_cstr(from[i].name));
        reeve_move(to[i].public_key, from[i].public_key, sizeof(to[i].public_key));
        if (to[i].tenant == NULL || to[i].name == NULL) {
            return REEVE_NO_MEMORY;
        }
    }
    return REEVE_OK;
}

enum reeve_status reeve_gateway_set_approvers(struct reeve_gateway *g,
                                              const struct reeve_gateway_approver *approvers,
                                              size_t count)
{
    struct reeve_arena arena;
    reeve_arena_init(&arena, g->allocator, APPROVERS_BYTES, 0);
    struct reeve_gateway_approver *copies = reeve_arena_alloc_array(&arena, count, sizeof(*copies));
    enum reeve_status status =
        copies == NULL ? REEVE_NO_MEMORY : copy_approvers(&arena, approvers, count, copies);
    if (status != REEVE_OK) {
        reeve_arena_clear(&arena);
        return status;
    }
    reeve_arena_clear(&g->approvers_arena);
    g->approvers_arena = arena;
    g->approvers = copies;
    g->approvers_count = count;
    return REEVE_OK;
}

static enum reeve_status make_maps(struct reeve_gateway *g)
{
    const struct reeve_allocator *a = g->allocator;
    size_t jobs = (size_t)g->limits.max_open_jobs + REEVE_PLAN_JOBS_MAX;
    g->tasks = reeve_map_new(a, g->random, g->limits.max_task_versions);
    g->plans = reeve_map_new(a, g->random, jobs);
    g->jobs = reeve_map_new(a, g->random, jobs);
    g->journals = reeve_map_new(a, g->random, jobs + g->limits.max_workers);
    g->sessions = reeve_map_new(
        a, g->random, (size_t)g->limits.max_workers + REEVE_GATEWAY_TAKEOVERS + SESSIONS_OVER);
    g->calls = reeve_map_new(a, g->random, (size_t)g->limits.max_calls + 1);
    g->schemas = reeve_map_new(a, g->random, REEVE_SCHEMA_CACHE);
    bool made = g->tasks != NULL && g->plans != NULL && g->jobs != NULL && g->journals != NULL &&
                g->sessions != NULL && g->calls != NULL && g->schemas != NULL;
    return made ? REEVE_OK : REEVE_NO_MEMORY;
}

static void init_lists(struct reeve_gateway *g)
{
    struct reeve_list *lists[] = {
        &g->tenants,    &g->tasks_list,     &g->sessions_list, &g->calls_list,
        &g->watches,    &g->requests,       &g->ending,        &g->todo_sessions,
        &g->todo_calls, &g->dirty_sessions, &g->schemas_list,
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        reeve_list_init(lists[i]);
    }
}

static enum reeve_status fill(struct reeve_gateway *g, const struct reeve_gateway_options *options)
{
    struct reeve_public_key key;
    reeve_move(key.bytes, options->signer.public_key, sizeof(key.bytes));
    reeve_key_id(&key, g->signer_key_id);
    REEVE_TRY(reeve_arena_dup(&g->arena, reeve_bytes_cstr(options->build), &g->build));
    REEVE_TRY(reeve_gateway_set_approvers(g, options->approvers, options->approvers_count));
    REEVE_TRY(reeve_retry_take(g, options));
    REEVE_TRY(make_maps(g));
    return reeve_timers_reserve(&g->boot_timers, 1);
}

enum reeve_status reeve_gateway_new(const struct reeve_gateway_options *options,
                                    struct reeve_gateway **out)
{
    *out = NULL;
    if (options->build == NULL || options->signer.sign == NULL || options->random == NULL ||
        options->delivery.heartbeat_interval_ms > REEVE_HEARTBEAT_INTERVAL_MAX_MS) {
        return REEVE_INVALID;
    }
    struct reeve_gateway *g = reeve_alloc(options->allocator, sizeof(*g));
    if (g == NULL) {
        return REEVE_NO_MEMORY;
    }
    g->allocator = options->allocator;
    g->random = options->random;
    g->limits = options->limits;
    g->delivery = options->delivery;
    g->signer = options->signer;
    g->housekeeping.due = reeve_own_housekeeping;
    fill_defaults(g);
    init_lists(g);
    reeve_arena_init(&g->arena, g->allocator, REGISTRY_BYTES, 0);
    reeve_arena_init(&g->approvers_arena, g->allocator, APPROVERS_BYTES, 0);
    reeve_timers_init(&g->boot_timers, g->allocator);
    reeve_timers_init(&g->wall_timers, g->allocator);
    enum reeve_status status = fill(g, options);
    if (status != REEVE_OK) {
        reeve_gateway_free(g);
        return status;
    }
    *out = g;
    return REEVE_OK;
}

/* ---- the end ---- */

static void free_plans(struct reeve_gateway *g)
{
    size_t cursor = 0;
    struct reeve_plan *plan = NULL;
    while (g->plans != NULL && (plan = reeve_map_next(g->plans, &cursor)) != NULL) {
        reeve_plan_forget(g, plan);
    }
}

static void free_journals(struct reeve_gateway *g)
{
    size_t cursor = 0;
    struct reeve_journal *journal = NULL;
    while (g->journals != NULL && (journal = reeve_map_next(g->journals, &cursor)) != NULL) {
        journal->session = NULL;
        journal->expected = false;
        journal->awaited = false;
        reeve_journal_settle_down(g, journal);
    }
}

static void free_sessions_and_calls(struct reeve_gateway *g)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&g->calls_list)) != NULL) {
        reeve_call_free(g, REEVE_OWNER(n, struct reeve_call, node));
    }
    while ((n = reeve_list_front(&g->sessions_list)) != NULL) {
        reeve_session_free(g, REEVE_OWNER(n, struct reeve_session, node));
    }
    while ((n = reeve_list_pop_front(&g->requests)) != NULL) {
        reeve_store_request_free(REEVE_OWNER(n, struct reeve_store_request, node));
    }
}

void reeve_gateway_free(struct reeve_gateway *g)
{
    if (g == NULL) {
        return;
    }
    free_plans(g);
    free_journals(g);
    free_sessions_and_calls(g);
    reeve_schema_free_all(g);
    struct reeve_map *maps[] = {g->tasks,    g->plans, g->jobs,   g->journals,
                                g->sessions, g->calls, g->schemas};
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        reeve_map_free(maps[i]);
    }
    reeve_timers_clear(&g->boot_timers);
    reeve_timers_clear(&g->wall_timers);
    reeve_arena_clear(&g->approvers_arena);
    reeve_arena_clear(&g->arena);
    reeve_free(g->allocator, g, sizeof(*g));
}

/* ---- jobs that the gateway ends ---- */

static enum reeve_status end_request(struct reeve_gateway *g, struct reeve_tenant *tenant,
                                     struct reeve_store_request *request)
{
    struct reeve_store_end_jobs *s = &request->u.end_jobs;
    s->jobs = reeve_arena_alloc_array(&request->arena, END_JOBS_MAX, sizeof(*s->jobs));
    REEVE_TRY(reeve_own_begin(request, tenant, END_JOBS_MAX));
    if (s->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_list_node *n = NULL;
    while (s->count < END_JOBS_MAX && (n = reeve_list_front(&g->ending)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, queue_node);
        if (job->plan->tenant != tenant) {
            return REEVE_OK;
        }
        REEVE_TRY(reeve_own_job_ended(g, request, job, &s->jobs[s->count].end));
        s->count++;
        reeve_list_remove(&g->ending, n);
    }
    return REEVE_OK;
}

static void flush_ending(struct reeve_gateway *g)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&g->ending)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, queue_node);
        struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_END_JOBS);
        if (request == NULL) {
            return; /* the next event tries again */
        }
        if (end_request(g, job->plan->tenant, request) != REEVE_OK &&
            request->u.end_jobs.count == 0) {
            reeve_store_request_free(request);
            return;
        }
        reeve_out_store(g, request);
    }
}

static void jobs_ended(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    const struct reeve_store_end_jobs *s = &request->u.end_jobs;
    for (size_t i = 0; i < s->count; i++) {
        struct reeve_job *job = reeve_job_by_id(g, &s->jobs[i].end.job_id);
        if (job == NULL || job->phase != REEVE_PHASE_ENDING) {
            continue;
        }
        if (request->status == REEVE_OK) {
            reeve_job_gone(g, job); /* ended here, or before by a worker's word */
            continue;
        }
        reeve_timer_set(&g->wall_timers, &job->timer, (uint64_t)g->now.unix_ms + 1000);
    }
}

/* ---- events ---- */

static void attempts_failed(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    if (request->status != REEVE_OK) {
        reeve_out_note(g, request->status, "lost attempts of jobs could not be recorded");
    }
}

static void assigned(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    if (request->tag == 0) {
        reeve_session_assigned(g, request);
    }
}

static void store_done(struct reeve_gateway *g, struct reeve_store_request *request)
{
    reeve_own_noted(g, request);
    switch (request->kind) {
    case REEVE_STORE_OPEN_SESSION:
        reeve_session_welcomed(g, request);
        break;
    case REEVE_STORE_RESERVE:
        reeve_session_reserved(g, request);
        break;
    case REEVE_STORE_ASSIGN:
        assigned(g, request);
        break;
    case REEVE_STORE_RELEASE:
        reeve_journal_released(g, request);
        break;
    case REEVE_STORE_SETTLE:
        reeve_settled(g, request);
        break;
    case REEVE_STORE_END_JOBS:
        jobs_ended(g, request);
        reeve_control_continue(g, request); /* of a cancelled job */
        break;
    case REEVE_STORE_END_PLAN:
        reeve_plan_ended(g, request);
        reeve_control_continue(g, request);
        break;
    case REEVE_STORE_CHECKPOINT:
        reeve_own_checkpointed(g, request);
        break;
    case REEVE_STORE_FAIL_ATTEMPTS:
        attempts_failed(g, request);
        break;
    case REEVE_STORE_CLOSE_SESSION:
        break;
    case REEVE_STORE_LOAD_META:
    case REEVE_STORE_LOAD_TASKS:
    case REEVE_STORE_LOAD_PLANS:
    case REEVE_STORE_LOAD_JOURNALS:
        reeve_load_continue(g, request);
        break;
    case REEVE_STORE_REGISTER_TASKS:
    case REEVE_STORE_SUBMIT_PLAN:
    case REEVE_STORE_APPROVE_PLAN:
    case REEVE_STORE_REQUEUE:
    case REEVE_STORE_CANCEL:
    case REEVE_STORE_RESOLVE:
    case REEVE_STORE_READMIT:
    case REEVE_STORE_REVOKE:
    case REEVE_STORE_GET_PLAN:
    case REEVE_STORE_LIST_PLANS:
    case REEVE_STORE_LIST_JOBS:
    case REEVE_STORE_LIST_RESULTS:
    case REEVE_STORE_LIST_JOURNALS:
    case REEVE_STORE_LIST_AUDIT:
    case REEVE_STORE_EXPORT_AUDIT:
        reeve_control_continue(g, request);
        break;
    }
    reeve_store_request_free(request);
}

static void drain(struct reeve_gateway *g, uint64_t within_ms)
{
    g->state = REEVE_GATEWAY_STATE_DRAINING;
    g->drained_due = true;
    struct reeve_list_node *n = reeve_list_front(&g->sessions_list);
    for (; n != NULL; n = reeve_list_next(&g->sessions_list, n)) {
        reeve_session_close(g, REEVE_OWNER(n, struct reeve_session, node), REEVE_SESSION_RESTARTING,
                            within_ms);
    }
}

static void dispatch_event(struct reeve_gateway *g, const struct reeve_gateway_event *event)
{
    switch (event->kind) {
    case REEVE_GATEWAY_SESSION_OPENED:
        reeve_session_opened(g, event->session, event->peer);
        return;
    case REEVE_GATEWAY_SESSION_MESSAGE:
        reeve_session_message(g, event->session, event->bytes);
        return;
    case REEVE_GATEWAY_SESSION_SENT:
        reeve_session_sent(g, event->session);
        return;
    case REEVE_GATEWAY_SESSION_CLOSED:
        reeve_session_closed(g, event->session);
        return;
    case REEVE_GATEWAY_CALL:
        reeve_call_opened(g, event);
        return;
    case REEVE_GATEWAY_CALL_SENT:
        reeve_call_sent(g, event->call);
        return;
    case REEVE_GATEWAY_CALL_CANCELLED:
        reeve_call_cancelled(g, event->call);
        return;
    case REEVE_GATEWAY_STORE_DONE:
        store_done(g, event->request);
        return;
    case REEVE_GATEWAY_TICK:
        return;
    case REEVE_GATEWAY_DRAIN:
        drain(g, event->within_ms);
        return;
    }
}

static void fire(struct reeve_gateway *g, struct reeve_timers *timers, uint64_t now_ms)
{
    struct reeve_timer *timer = NULL;
    while ((timer = reeve_timers_take(timers, now_ms)) != NULL) {
        timer->due(timer->owner, g);
    }
}

enum reeve_status reeve_gateway_start(struct reeve_gateway *g, struct reeve_now now)
{
    g->now = now;
    g->started_ms = now.boot_ms;
    return reeve_load_begin(g);
}

bool reeve_gateway_ready(const struct reeve_gateway *g)
{
    return g->state == REEVE_GATEWAY_STATE_READY;
}

enum reeve_status reeve_gateway_failure(const struct reeve_gateway *g)
{
    return g->failure;
}

void reeve_gateway_handle(struct reeve_gateway *g, const struct reeve_gateway_event *event,
                          struct reeve_now now)
{
    g->now = now;
    g->turn++;
    dispatch_event(g, event);
    fire(g, &g->boot_timers, now.boot_ms);
    fire(g, &g->wall_timers, now.unix_ms < 0 ? 0 : (uint64_t)now.unix_ms);
    reeve_session_pump(g);
    flush_ending(g);
    reeve_watch_pump(g);
}

/* ---- actions ---- */

static bool store_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    struct reeve_list_node *n = reeve_list_pop_front(&g->requests);
    if (n == NULL) {
        return false;
    }
    action->kind = REEVE_GATEWAY_STORE;
    action->request = REEVE_OWNER(n, struct reeve_store_request, node);
    return true;
}

static bool session_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&g->todo_sessions)) != NULL) {
        struct reeve_session *session = REEVE_OWNER(n, struct reeve_session, todo);
        if (reeve_out_session_action(g, session, action)) {
            return true;
        }
        reeve_list_remove(&g->todo_sessions, &session->todo);
    }
    return false;
}

static bool call_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&g->todo_calls)) != NULL) {
        struct reeve_call *call = REEVE_OWNER(n, struct reeve_call, todo);
        if (reeve_call_action(g, call, action)) {
            return true;
        }
        reeve_list_remove(&g->todo_calls, &call->todo);
    }
    return false;
}

static bool turn_away_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    if (!g->turned_away) {
        return false;
    }
    g->turned_away = false;
    action->grpc_code = reeve_status_grpc_code(REEVE_NO_MEMORY);
    action->text = reeve_session_code_name(REEVE_SESSION_OVERLOADED);
    action->kind = g->turned_away_call ? REEVE_GATEWAY_REPLY : REEVE_GATEWAY_CLOSE_SESSION;
    action->call = g->turned_away_call ? g->turned_away_handle : 0;
    action->session = g->turned_away_call ? 0 : g->turned_away_handle;
    reeve_buffer_init(&action->buffer, g->allocator, 0);
    return true;
}

static bool note_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    if (g->notes_count == 0) {
        return false;
    }
    const struct reeve_note *note = &g->notes[g->notes_first];
    g->notes_first = (g->notes_first + 1) % REEVE_NOTES;
    g->notes_count--;
    action->kind = REEVE_GATEWAY_NOTE;
    action->status = note->status;
    action->text = note->text;
    return true;
}

static bool drained_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    if (!g->drained_due || g->sessions_list.count != 0 || g->calls_list.count != 0) {
        return false;
    }
    g->drained_due = false;
    action->kind = REEVE_GATEWAY_DRAINED;
    return true;
}

bool reeve_gateway_next_action(struct reeve_gateway *g, struct reeve_gateway_action *action)
{
    *action = (struct reeve_gateway_action){.status = REEVE_OK};
    return turn_away_action(g, action) || session_action(g, action) || call_action(g, action) ||
           store_action(g, action) || note_action(g, action) || drained_action(g, action);
}

uint64_t reeve_gateway_next_deadline(const struct reeve_gateway *g)
{
    uint64_t boot = reeve_timers_next(&g->boot_timers);
    uint64_t wall = reeve_timers_next(&g->wall_timers);
    if (wall == REEVE_NEVER_MS) {
        return boot;
    }
    uint64_t now_wall = g->now.unix_ms < 0 ? 0 : (uint64_t)g->now.unix_ms;
    uint64_t left = wall > now_wall ? wall - now_wall : 0;
    /* The wall clock may jump: look at it again after a while. */
    uint64_t at = g->now.boot_ms + (left < LONGEST_WAIT_MS ? left : LONGEST_WAIT_MS);
    return at < boot ? at : boot;
}

struct reeve_gateway_counts reeve_gateway_count(const struct reeve_gateway *g)
{
    return (struct reeve_gateway_counts){
        .sessions = g->sessions_list.count,
        .calls = g->calls_list.count,
        .plans = reeve_map_count(g->plans),
        .jobs = reeve_map_count(g->jobs),
        .queued = g->ready_jobs,
        .leased = g->leased_jobs,
        .open_bytes = g->open_bytes,
        .unknown_frames = g->unknown_frames,
    };
}
