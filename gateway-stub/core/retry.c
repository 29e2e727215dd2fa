/* SPDX-License-Identifier: Apache-2.0 */
/* Retry policies (retry.h). */
#include "gateway-stub/core/retry.h"

#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"

#define DEFAULT_BACKOFF_MS 1000u
#define DEFAULT_MAX_BACKOFF_MS 60000u

/* Worth another try: what failed was not the order itself. */
static const enum reeve_reason passing[] = {
    REEVE_REASON_UPSTREAM_UNREACHABLE,
    REEVE_REASON_UPSTREAM_FAILED,
    REEVE_REASON_UPSTREAM_INTERRUPTED,
    REEVE_REASON_CREDENTIAL_UNAVAILABLE,
    REEVE_REASON_OUT_OF_MEMORY,
    REEVE_REASON_RESULTS_LOST,
    REEVE_REASON_REPLAY_TABLE_FULL,
    REEVE_REASON_DRAINING,
    REEVE_REASON_DEADLINE,
    REEVE_REASON_WORKER_RESTARTED,
};

/* ---- policies ---- */

static void add_reason(struct reeve_gateway_retry *policy, unsigned reason)
{
    policy->reasons[reason / 64] |= UINT64_C(1) << (reason % 64);
}

static void fill_defaults(const struct reeve_gateway *g, struct reeve_gateway_retry *policy)
{
    if (policy->max_attempts == 0) {
        policy->max_attempts = g->delivery.max_attempts;
    }
    if (policy->backoff_ms == 0) {
        policy->backoff_ms = DEFAULT_BACKOFF_MS;
    }
    if (policy->max_backoff_ms == 0) {
        policy->max_backoff_ms = DEFAULT_MAX_BACKOFF_MS;
    }
    if (policy->reasons[0] != 0 || policy->reasons[1] != 0) {
        return;
    }
    for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
        add_reason(policy, (unsigned)passing[i]);
    }
}

enum reeve_status reeve_retry_take(struct reeve_gateway *g,
                                   const struct reeve_gateway_options *options)
{
    g->retries = reeve_arena_alloc_array(&g->arena, options->retries_count, sizeof(*g->retries));
    if (g->retries == NULL && options->retries_count != 0) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < options->retries_count; i++) {
        struct reeve_gateway_retry *policy = &g->retries[i];
        if (options->retries[i].task == NULL) {
            return REEVE_INVALID;
        }
        *policy = options->retries[i];
        policy->task = reeve_arena_strdup(&g->arena, reeve_bytes_cstr(options->retries[i].task));
        if (policy->task == NULL) {
            return REEVE_NO_MEMORY;
        }
        fill_defaults(g, policy);
        g->retries_count++;
    }
    return REEVE_OK;
}

static bool names(const struct reeve_gateway_retry *policy, struct reeve_bytes task)
{
    struct reeve_bytes pattern = reeve_bytes_cstr(policy->task);
    if (pattern.len == 0 || pattern.data[pattern.len - 1] != '*') {
        return reeve_bytes_equal(pattern, task);
    }
    return reeve_bytes_starts_with(task, reeve_bytes_slice(pattern, 0, pattern.len - 1));
}

static const struct reeve_gateway_retry *policy_of(const struct reeve_gateway *g,
                                                   const struct reeve_job *job)
{
    for (size_t i = 0; i < g->retries_count; i++) {
        if (names(&g->retries[i], job->queue->version->task->name)) {
            return &g->retries[i];
        }
    }
    return NULL;
}

static bool is_used_up(const struct reeve_gateway *g, const struct reeve_job *job,
                       const struct reeve_gateway_retry *policy, uint32_t attempt)
{
    uint32_t max = policy == NULL ? g->delivery.max_attempts : policy->max_attempts;
    return attempt - job->attempts_before >= max;
}

bool reeve_retry_used_up(const struct reeve_gateway *g, const struct reeve_job *job)
{
    return is_used_up(g, job, policy_of(g, job), job->attempt);
}

/* ---- an attempt's end ---- */

static bool is_failure(const struct reeve_gateway_retry *policy, const struct reeve_job *job,
                       const struct reeve_store_end *end)
{
    bool tried = end->status == REEVE_OUTCOME_FAILED || end->status == REEVE_OUTCOME_REJECTED ||
                 end->status == REEVE_OUTCOME_TIMED_OUT || end->status == REEVE_OUTCOME_UNKNOWN;
    bool named =
        end->reason < 128 && (policy->reasons[end->reason / 64] >> end->reason % 64 & 1) != 0;
    return tried && named && (job->idempotent || end->effect == REEVE_EFFECT_NONE);
}

/* Doubled for each attempt of this series; between half of that and all of it. */
static uint64_t backoff_ms(struct reeve_gateway *g, const struct reeve_gateway_retry *policy,
                           uint32_t attempts)
{
    uint64_t ms = policy->backoff_ms;
    for (uint32_t i = 1; i < attempts && ms < policy->max_backoff_ms; i++) {
        ms *= 2;
    }
    ms = ms < policy->max_backoff_ms ? ms : policy->max_backoff_ms;
    return ms - reeve_random_below(g->random, ms / 2 + 1);
}

static struct reeve_store_again another(struct reeve_gateway *g, const struct reeve_job *job,
                                        const struct reeve_gateway_retry *policy, uint32_t attempt)
{
    struct reeve_store_again again = {.wanted = true};
    if (attempt < job->attempt) {
        again.dead = job->dead; /* a later one is under way, or was */
        again.retry_unix_ms = job->retry_unix_ms;
        return again;
    }
    if (is_used_up(g, job, policy, attempt)) {
        again.wanted = policy->dead_letters;
        again.dead = true;
        return again;
    }
    uint64_t ms = backoff_ms(g, policy, attempt - job->attempts_before);
    again.retry_unix_ms = g->now.unix_ms + (int64_t)ms;
    again.wanted = again.retry_unix_ms < job->plan->not_after_unix_ms;
    return again;
}

void reeve_retry_judge(struct reeve_gateway *g, const struct reeve_job *job,
                       struct reeve_store_item *item)
{
    if (job == NULL) {
        return;
    }
    const struct reeve_gateway_retry *policy = policy_of(g, job);
    bool open = job->phase != REEVE_PHASE_ENDING && job->phase != REEVE_PHASE_GONE;
    bool wanted = open && !job->cancel_requested && job->plan->state == REEVE_PLAN_APPROVED &&
                  g->now.unix_ms < job->plan->not_after_unix_ms;
    if (policy != NULL && wanted && is_failure(policy, job, &item->end)) {
        item->again = another(g, job, policy, item->end.attempt);
    }
    if (!item->again.wanted && item->end.effect == REEVE_EFFECT_NONE &&
        job->worst_effect > REEVE_EFFECT_NONE) {
        item->end.effect = job->worst_effect;
    }
}

static void note_end(struct reeve_job *job, const struct reeve_store_end *end)
{
    if (end->attempt > job->failed_attempt) {
        job->failed_attempt = end->attempt;
        job->failed_reason = end->reason;
    }
    if (end->effect > job->worst_effect) {
        job->worst_effect = end->effect;
    }
}

/* Whether the job is where this attempt was: nothing newer is under way. */
static bool was_last(const struct reeve_job *job, const struct reeve_id *journal_id,
                     uint32_t attempt)
{
    if (attempt < job->attempt ||
        (job->journal != NULL && !reeve_id_equal(job->journal->id, *journal_id))) {
        return false;
    }
    return job->phase != REEVE_PHASE_ENDING && job->phase != REEVE_PHASE_GONE &&
           job->phase != REEVE_PHASE_ASSIGNING && job->phase != REEVE_PHASE_SENDING;
}

void reeve_retry_recorded(struct reeve_gateway *g, const struct reeve_id *journal_id,
                          const struct reeve_store_item *item)
{
    struct reeve_job *job = reeve_job_by_id(g, &item->end.job_id);
    if (job == NULL) {
        return;
    }
    uint32_t attempt = item->end.attempt;
    job->answered_attempt = attempt > job->answered_attempt ? attempt : job->answered_attempt;
    note_end(job, &item->end);
    if (!was_last(job, journal_id, attempt)) {
        return;
    }
    reeve_job_unlink(g, job);
    job->attempt = attempt;
    job->maybe_started = job->unanswered || job->worst_effect > REEVE_EFFECT_NONE;
    job->retry_unix_ms = item->again.retry_unix_ms;
    job->dead = item->again.dead;
    reeve_job_ready(g, job);
}

void reeve_retry_load(struct reeve_job *job, const struct reeve_store_retry *stored)
{
    job->attempt = stored->attempt > job->attempt ? stored->attempt : job->attempt;
    job->failed_attempt = stored->attempt;
    job->failed_reason = stored->reason;
    job->answered_attempt = stored->answered;
    job->attempts_before = stored->base;
    job->worst_effect = stored->effect;
    job->retry_unix_ms = stored->retry_unix_ms;
    job->dead = stored->dead;
    job->unanswered = job->idempotent; /* a lease would not be on record */
}

/* ---- attempts that nobody reported on ---- */

static enum reeve_status begin_lost(struct reeve_store_request *request,
                                    const struct reeve_journal *journal)
{
    struct reeve_store_fail_attempts *s = &request->u.fail_attempts;
    size_t max = journal->jobs.count;
    s->attempts = reeve_arena_alloc_array(&request->arena, max, sizeof(*s->attempts));
    return s->attempts == NULL ? REEVE_NO_MEMORY : reeve_own_begin(request, journal->tenant, max);
}

struct reeve_store_request *reeve_retry_begin_lost(struct reeve_gateway *g,
                                                   const struct reeve_journal *journal)
{
    if (g->retries_count == 0 || reeve_list_empty(&journal->jobs)) {
        return NULL;
    }
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_FAIL_ATTEMPTS);
    if (request == NULL || begin_lost(request, journal) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_out_note(g, REEVE_NO_MEMORY, "lost attempts of jobs could not be recorded");
        return NULL;
    }
    return request;
}

void reeve_retry_lost(struct reeve_gateway *g, struct reeve_store_request *request,
                      struct reeve_job *job)
{
    const struct reeve_gateway_retry *policy = policy_of(g, job);
    job->unanswered = true;
    if (request == NULL || policy == NULL) {
        return;
    }
    struct reeve_store_fail_attempts *s = &request->u.fail_attempts;
    struct reeve_store_failed_attempt *lost = &s->attempts[s->count];
    job->end_status = REEVE_OUTCOME_UNKNOWN;
    job->end_effect = job->no_side_effects ? REEVE_EFFECT_NONE : REEVE_EFFECT_MAYBE;
    job->end_reason = REEVE_REASON_WORKER_LOST;
    if (reeve_own_job_ended(g, request, job, &lost->end) != REEVE_OK) {
        return;
    }
    s->count++;
    lost->journal_id = job->journal->id;
    lost->dead = policy->dead_letters && is_used_up(g, job, policy, job->attempt);
    job->dead = lost->dead;
    job->retry_unix_ms = 0;
    note_end(job, &lost->end);
}

void reeve_retry_end_lost(struct reeve_gateway *g, struct reeve_store_request *request)
{
    if (request == NULL || request->u.fail_attempts.count == 0) {
        reeve_store_request_free(request);
        return;
    }
    reeve_out_store(g, request);
}

/* ---- dead letters ---- */

void reeve_retry_requeued(struct reeve_gateway *g, struct reeve_store_request *request)
{
    const struct reeve_store_requeue *s = &request->u.requeue;
    struct reeve_job *job = request->status == REEVE_OK ? reeve_job_by_id(g, &s->job_id) : NULL;
    if (job == NULL) {
        return;
    }
    job->attempts_before = s->base;
    job->retry_unix_ms = 0;
    job->dead = false;
    if (job->phase == REEVE_PHASE_DEAD) {
        reeve_job_unlink(g, job);
        reeve_job_ready(g, job);
    }
}
