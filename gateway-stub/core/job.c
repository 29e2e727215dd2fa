/* SPDX-License-Identifier: Apache-2.0 */
/* Moves of a job from phase to phase. Every move begins with unlink, so a job is in exactly the
 * lists that its phase names. */
#include "gateway-stub/core/job.h"

#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/plan.h"
#include "gateway-stub/core/queue.h"
#include "gateway-stub/core/recall.h"
#include "gateway-stub/core/retry.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/watch.h"

struct reeve_job *reeve_job_by_id(struct reeve_gateway *g, const struct reeve_id *id)
{
    return reeve_map_get(g->jobs, reeve_id_view(id));
}

static struct reeve_list *queue_list(struct reeve_gateway *g, struct reeve_job *job)
{
    switch (job->phase) {
    case REEVE_PHASE_ASSIGNING:
        return &job->session->to_assign;
    case REEVE_PHASE_SENDING:
        return &job->session->to_send;
    case REEVE_PHASE_ENDING:
        return &g->ending;
    case REEVE_PHASE_PENDING:
    case REEVE_PHASE_HELD:
    case REEVE_PHASE_DELAYED:
    case REEVE_PHASE_DEAD:
    case REEVE_PHASE_READY:
    case REEVE_PHASE_LEASED:
    case REEVE_PHASE_ORPHANED:
    case REEVE_PHASE_RELEASING:
    case REEVE_PHASE_GONE:
        break;
    }
    return NULL;
}

static void leave_session(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_session *session = job->session;
    if (session == NULL) {
        return;
    }
    if (reeve_list_linked(&job->cancel_node)) {
        reeve_list_remove(&session->cancels, &job->cancel_node);
    }
    if (reeve_list_linked(&job->ack_node)) {
        reeve_list_remove(&session->result_acks, &job->ack_node);
    }
    reeve_recall_forget(session, job);
    session->in_flight--;
    if (job->offer != NULL) {
        job->offer->in_flight--;
    }
    g->leased_jobs--;
    job->session = NULL;
    job->offer = NULL;
    reeve_session_dirty(g, session);
}

static void leave_journal(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_journal *journal = job->journal;
    if (journal == NULL) {
        return;
    }
    reeve_list_remove(&journal->jobs, &job->journal_node);
    job->journal = NULL;
    reeve_journal_settle_down(g, journal);
}

void reeve_job_unlink(struct reeve_gateway *g, struct reeve_job *job)
{
    if (reeve_list_linked(&job->queue_node)) {
        reeve_list_remove(queue_list(g, job), &job->queue_node);
    }
    if (job->phase == REEVE_PHASE_READY) {
        reeve_queue_remove(g, job);
        g->ready_jobs--;
    }
    if (job->phase == REEVE_PHASE_HELD) {
        g->held_jobs--;
    }
    leave_session(g, job);
    leave_journal(g, job);
    reeve_timer_stop(&g->wall_timers, &job->timer);
    reeve_buffer_clear(&job->chunk);
    job->results_received = 0;
    job->results_stored = 0;
    job->result_bytes = 0;
    reeve_zero(&job->results_head, sizeof(job->results_head));
    job->results_head_known = true;
    job->cancel_sent = false;
    job->phase = REEVE_PHASE_PENDING; /* in no list: to be unlinked again counts nothing twice */
}

static uint64_t wall(int64_t unix_ms)
{
    return unix_ms < 0 ? 0 : (uint64_t)unix_ms;
}

static uint64_t lost_at(const struct reeve_gateway *g, const struct reeve_job *job)
{
    uint64_t not_after = wall(job->plan->not_after_unix_ms);
    uint64_t lost_after = g->delivery.lost_after_ms;
    return not_after > REEVE_NEVER_MS - 1 - lost_after ? REEVE_NEVER_MS - 1
                                                       : not_after + lost_after;
}

enum reeve_effect reeve_job_effect(const struct reeve_job *job)
{
    return job->maybe_started && !job->no_side_effects ? REEVE_EFFECT_MAYBE : REEVE_EFFECT_NONE;
}

/* Expired: what can be said of its last attempt decides. */
static void expire(struct reeve_gateway *g, struct reeve_job *job)
{
    enum reeve_effect effect = reeve_job_effect(job);
    bool failed = job->failed_attempt != 0 && job->failed_attempt == job->attempt;
    if (job->dead) {
        reeve_job_end(g, job, REEVE_OUTCOME_FAILED, effect, REEVE_REASON_ATTEMPTS_EXHAUSTED);
        return;
    }
    if (failed && !job->unanswered) {
        reeve_job_end(g, job, REEVE_OUTCOME_FAILED, effect, (enum reeve_reason)job->failed_reason);
        return;
    }
    bool started = job->maybe_started;
    reeve_job_end(g, job, started ? REEVE_OUTCOME_UNKNOWN : REEVE_OUTCOME_REJECTED, effect,
                  started ? REEVE_REASON_WORKER_LOST : REEVE_REASON_EXPIRED);
}

bool reeve_job_is_doubtful(const struct reeve_gateway *g, const struct reeve_job *job)
{
    bool forgotten = job->plan->doubtful || (g->store_was_behind && job->loaded);
    return forgotten && !job->idempotent;
}

/* A job that waits and must not go out any more ends here. */
static bool ends_instead(struct reeve_gateway *g, struct reeve_job *job)
{
    enum reeve_effect effect = reeve_job_effect(job);
    if (reeve_job_is_doubtful(g, job)) {
        job->maybe_started = true;
        reeve_job_end(g, job, REEVE_OUTCOME_UNKNOWN, REEVE_EFFECT_MAYBE, REEVE_REASON_ROLLED_BACK);
        return true;
    }
    if (job->cancel_requested || job->plan->state != REEVE_PLAN_APPROVED) {
        reeve_job_end(g, job, REEVE_OUTCOME_CANCELLED, effect, REEVE_REASON_CANCEL_REQUESTED);
        return true;
    }
    if (g->now.unix_ms >= job->plan->not_after_unix_ms) {
        expire(g, job);
        return true;
    }
    if (!job->dead && reeve_retry_used_up(g, job)) {
        reeve_job_end(g, job, REEVE_OUTCOME_FAILED, effect, REEVE_REASON_ATTEMPTS_EXHAUSTED);
        return true;
    }
    return false;
}

int64_t reeve_job_not_before(const struct reeve_job *job)
{
    return job->retry_unix_ms > job->not_before_unix_ms ? job->retry_unix_ms
                                                        : job->not_before_unix_ms;
}

void reeve_job_ready(struct reeve_gateway *g, struct reeve_job *job)
{
    if (ends_instead(g, job)) {
        return;
    }
    if (job->dead) {
        job->phase = REEVE_PHASE_DEAD;
        reeve_timer_set(&g->wall_timers, &job->timer, wall(job->plan->not_after_unix_ms));
        reeve_watch_touch(g, job);
        return;
    }
    int64_t from = reeve_job_not_before(job);
    if (from > g->now.unix_ms) {
        int64_t until = from < job->plan->not_after_unix_ms ? from : job->plan->not_after_unix_ms;
        job->phase = REEVE_PHASE_DELAYED;
        reeve_timer_set(&g->wall_timers, &job->timer, wall(until));
        reeve_watch_touch(g, job);
        return;
    }
    job->phase = REEVE_PHASE_READY;
    g->ready_jobs++;
    reeve_timer_set(&g->wall_timers, &job->timer, wall(job->plan->not_after_unix_ms));
    reeve_queue_push(g, job);
    reeve_watch_touch(g, job);
    reeve_session_wake(g, job->queue);
}

void reeve_job_hold(struct reeve_gateway *g, struct reeve_job *job)
{
    job->phase = REEVE_PHASE_HELD;
    g->held_jobs++;
    reeve_watch_touch(g, job);
}

void reeve_job_doubt(struct reeve_gateway *g, struct reeve_job *job)
{
    if (!reeve_job_is_doubtful(g, job)) {
        return;
    }
    if (job->phase == REEVE_PHASE_READY) {
        reeve_job_unlink(g, job);
        reeve_job_hold(g, job);
    } else if (job->phase == REEVE_PHASE_SENDING) {
        job->attempt--;
        reeve_job_release(g, job);
    }
}

static void enter_lease(struct reeve_gateway *g, struct reeve_session *session,
                        struct reeve_offer *offer, struct reeve_job *job)
{
    job->session = session;
    job->offer = offer;
    job->journal = session->journal;
    reeve_list_push_back(&session->journal->jobs, &job->journal_node);
    session->in_flight++;
    if (offer != NULL) {
        offer->in_flight++;
    }
    g->leased_jobs++;
    reeve_timer_set(&g->wall_timers, &job->timer, lost_at(g, job));
}

void reeve_job_lease(struct reeve_gateway *g, struct reeve_lane *lane, struct reeve_job *job)
{
    struct reeve_session *session = lane->session;
    reeve_queue_pop(g, job);
    reeve_job_unlink(g, job);
    enter_lease(g, session, lane->offer, job);
    job->attempt++;
    if (job->idempotent) {
        job->phase = REEVE_PHASE_SENDING;
        reeve_list_push_back(&session->to_send, &job->queue_node);
        reeve_out_touch(g, session);
        return;
    }
    job->phase = REEVE_PHASE_ASSIGNING;
    reeve_list_push_back(&session->to_assign, &job->queue_node);
}

void reeve_job_unlease(struct reeve_gateway *g, struct reeve_job *job)
{
    reeve_job_unlink(g, job);
    job->attempt--;
    reeve_job_ready(g, job);
}

static struct reeve_offer *offer_for(struct reeve_session *session, const struct reeve_job *job)
{
    for (struct reeve_lane *lane = session->lanes; lane != NULL; lane = lane->next) {
        if (lane->queue == job->queue) {
            return lane->offer;
        }
    }
    return NULL;
}

/* The worker goes on behind what it knows to be stored, or behind what is, if this process knows
 * better: the acknowledgement may have been lost with the session. */
static void adopt_results(struct reeve_job *job, const struct reeve_job *before,
                          const struct reeve_resume_entry *entry)
{
    bool same = before->attempt == entry->attempt && before->results_stored >= entry->next_index;
    job->results_stored = same ? before->results_stored : entry->next_index;
    job->results_received = job->results_stored;
    job->result_bytes = same ? before->result_bytes : 0;
    job->results_head_known = same ? before->results_head_known : entry->next_index == 0;
    if (same) {
        job->results_head = before->results_head;
    }
}

void reeve_job_adopt(struct reeve_gateway *g, struct reeve_session *session, struct reeve_job *job,
                     const struct reeve_resume_entry *entry)
{
    const struct reeve_job before = *job;
    reeve_job_unlink(g, job);
    enter_lease(g, session, offer_for(session, job), job);
    job->phase = REEVE_PHASE_LEASED;
    job->maybe_started = true;
    job->attempt = entry->attempt > job->attempt ? entry->attempt : job->attempt;
    job->sequence = entry->sequence;
    job->resumed_epoch = session->epoch;
    job->dead = false; /* its worker is back: what it says decides */
    adopt_results(job, &before, entry);
    if (job->queue->version->server_streaming && entry->state == REEVE_RESUME_RUNNING) {
        reeve_list_push_back(&session->result_acks, &job->ack_node);
        reeve_out_touch(g, session);
    }
    if (job->cancel_requested || job->plan->state == REEVE_PLAN_CANCELLED) {
        reeve_list_push_back(&session->cancels, &job->cancel_node);
        reeve_out_touch(g, session);
    }
    reeve_watch_touch(g, job);
}

void reeve_job_orphan(struct reeve_gateway *g, struct reeve_job *job, struct reeve_journal *journal)
{
    uint64_t return_by = wall(g->now.unix_ms) + reeve_journal_return_ms(g);
    uint64_t lost = lost_at(g, job);
    job->maybe_started = true;
    job->journal = journal;
    job->phase = REEVE_PHASE_ORPHANED;
    reeve_list_push_back(&journal->jobs, &job->journal_node);
    reeve_timer_set(&g->wall_timers, &job->timer, lost > return_by ? lost : return_by);
}

void reeve_job_release(struct reeve_gateway *g, struct reeve_job *job)
{
    if (job->idempotent) {
        reeve_job_unlink(g, job);
        reeve_job_ready(g, job);
        return;
    }
    if (reeve_list_linked(&job->queue_node)) {
        reeve_list_remove(queue_list(g, job), &job->queue_node);
    }
    leave_session(g, job);
    job->phase = REEVE_PHASE_RELEASING;
    if (reeve_journal_release(g, job) != REEVE_OK) {
        job->phase = REEVE_PHASE_ORPHANED; /* the next Resume or lost_after decides */
    }
}

void reeve_job_detach(struct reeve_gateway *g, struct reeve_job *job)
{
    if (job->phase == REEVE_PHASE_LEASED) {
        leave_session(g, job);
        job->phase = REEVE_PHASE_ORPHANED;
        return;
    }
    if (job->phase == REEVE_PHASE_SENDING && !job->idempotent) {
        job->attempt--;
        reeve_job_release(g, job);
        return;
    }
    if (reeve_list_linked(&job->queue_node)) {
        reeve_job_unlease(g, job);
        return;
    }
    leave_session(g, job); /* ASSIGNING: the store's answer decides */
}

void reeve_job_end(struct reeve_gateway *g, struct reeve_job *job, enum reeve_outcome_status status,
                   enum reeve_effect effect, enum reeve_reason reason)
{
    if (job->phase == REEVE_PHASE_ENDING || job->phase == REEVE_PHASE_GONE) {
        return;
    }
    reeve_job_unlink(g, job);
    job->phase = REEVE_PHASE_ENDING;
    job->end_status = (uint8_t)status;
    job->end_effect = (uint8_t)effect;
    job->end_reason = (uint16_t)reason;
    reeve_list_push_back(&g->ending, &job->queue_node);
}

void reeve_job_gone(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_plan *plan = job->plan;
    reeve_job_unlink(g, job);
    reeve_watch_touch(g, job);
    (void)reeve_map_remove(g->jobs, reeve_id_view(&job->id));
    job->phase = REEVE_PHASE_GONE;
    plan->open_jobs--;
    if (plan->open_jobs == 0) {
        reeve_plan_forget(g, plan);
    }
}

bool reeve_job_is_unassigned(const struct reeve_job *job)
{
    switch (job->phase) {
    case REEVE_PHASE_PENDING:
    case REEVE_PHASE_HELD:
    case REEVE_PHASE_DELAYED:
    case REEVE_PHASE_DEAD:
    case REEVE_PHASE_READY:
        return true;
    case REEVE_PHASE_ASSIGNING:
    case REEVE_PHASE_SENDING:
    case REEVE_PHASE_LEASED:
    case REEVE_PHASE_ORPHANED:
    case REEVE_PHASE_RELEASING:
    case REEVE_PHASE_ENDING:
    case REEVE_PHASE_GONE:
        break;
    }
    return false;
}

void reeve_job_due(void *owner, void *context)
{
    struct reeve_job *job = owner;
    struct reeve_gateway *g = context;
    switch (job->phase) {
    case REEVE_PHASE_DELAYED:
    case REEVE_PHASE_DEAD:
    case REEVE_PHASE_READY:
    case REEVE_PHASE_HELD:
        reeve_job_unlink(g, job);
        reeve_job_ready(g, job);
        return;
    case REEVE_PHASE_ASSIGNING:
    case REEVE_PHASE_SENDING:
    case REEVE_PHASE_LEASED:
    case REEVE_PHASE_ORPHANED:
    case REEVE_PHASE_RELEASING:
        reeve_job_end(g, job, REEVE_OUTCOME_UNKNOWN,
                      job->no_side_effects ? REEVE_EFFECT_NONE : REEVE_EFFECT_MAYBE,
                      REEVE_REASON_WORKER_LOST);
        return;
    case REEVE_PHASE_ENDING: /* the store could not: once more */
        if (!reeve_list_linked(&job->queue_node)) {
            reeve_list_push_back(&g->ending, &job->queue_node);
        }
        return;
    case REEVE_PHASE_PENDING:
    case REEVE_PHASE_GONE:
        return;
    }
}

const char *reeve_job_waiting_for(const struct reeve_gateway *g, const struct reeve_job *job)
{
    switch (job->phase) {
    case REEVE_PHASE_PENDING:
        return "APPROVAL";
    case REEVE_PHASE_HELD:
        return "WORKERS_RETURNING";
    case REEVE_PHASE_DELAYED:
        return job->not_before_unix_ms > g->now.unix_ms ? "NOT_BEFORE" : "RETRY_BACKOFF";
    case REEVE_PHASE_DEAD:
        return "REQUEUE";
    case REEVE_PHASE_READY:
        return reeve_session_waiting_for(g, job);
    case REEVE_PHASE_ORPHANED:
        return "WORKER_AWAY";
    case REEVE_PHASE_ASSIGNING:
    case REEVE_PHASE_SENDING:
    case REEVE_PHASE_LEASED:
    case REEVE_PHASE_RELEASING:
    case REEVE_PHASE_ENDING:
    case REEVE_PHASE_GONE:
        break;
    }
    return "";
}
