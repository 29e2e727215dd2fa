/* SPDX-License-Identifier: Apache-2.0 */
/* Handing jobs out: sessions with room take from the queues that they serve, the highest priority
 * first and else one each in turn, so that no session empties a queue while another idles and no
 * queue starves another. */
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/queue.h"
#include "gateway-stub/core/recall.h"
#include "gateway-stub/core/session.h"

#define SEQUENCE_BLOCK 65536u

void reeve_session_dirty(struct reeve_gateway *g, struct reeve_session *session)
{
    if (!reeve_list_linked(&session->dirty)) {
        reeve_list_push_back(&g->dirty_sessions, &session->dirty);
    }
}

static bool has_room(const struct reeve_gateway *g, const struct reeve_session *s)
{
    if (s->state != REEVE_SESSION_STATE_ACTIVE || s->draining ||
        s->store_in_flight >= g->limits.max_session_store) {
        return false;
    }
    uint64_t unsent = s->to_send.count + s->to_assign.count;
    return s->in_flight < s->max_in_flight &&
           s->dispatches + unsent + s->reserved_dispatches < s->dispatches_limit &&
           s->next_sequence + unsent + s->reserved_dispatches <= s->sequence_limit;
}

static struct reeve_job *first_for(const struct reeve_lane *lane)
{
    struct reeve_job *job = reeve_queue_first(lane->queue);
    if (job == NULL || lane->offer->in_flight >= lane->offer->max_in_flight) {
        return NULL;
    }
    return lane->session->rolled_back && !job->idempotent ? NULL : job;
}

/* From the next lane on, the first with the most urgent job; NULL: no lane has one. */
static struct reeve_lane *most_urgent(const struct reeve_gateway *g, const struct reeve_session *s)
{
    struct reeve_lane *start = s->next_lane == NULL ? s->lanes : s->next_lane;
    struct reeve_lane *lane = start;
    struct reeve_lane *found = NULL;
    int highest = reeve_queue_highest(g);
    int best = -1;
    do {
        const struct reeve_job *job = first_for(lane);
        if (job != NULL && job->priority > best) {
            best = job->priority;
            found = lane;
        }
        lane = lane->next == NULL ? s->lanes : lane->next;
    } while (lane != start && best < highest);
    return found;
}

/* One job for the session. */
static bool pull(struct reeve_gateway *g, struct reeve_session *s)
{
    if (g->ready_jobs == 0 || s->lanes == NULL || !has_room(g, s)) {
        return false;
    }
    struct reeve_lane *lane = most_urgent(g, s);
    if (lane == NULL) {
        return false;
    }
    s->next_lane = lane->next == NULL ? s->lanes : lane->next;
    reeve_job_lease(g, lane, first_for(lane));
    return true;
}

static enum reeve_status assign_request(struct reeve_session *s,
                                        struct reeve_store_request *request)
{
    struct reeve_store_assign *a = &request->u.assign;
    a->journal_id = s->journal_id;
    a->epoch = s->epoch;
    a->jobs = reeve_arena_alloc_array(&request->arena, s->to_assign.count, sizeof(*a->jobs));
    if (a->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_pop_front(&s->to_assign)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, queue_node);
        a->jobs[a->count].job_id = job->id;
        a->jobs[a->count].attempt = job->attempt;
        a->count++;
    }
    s->reserved_dispatches += a->count;
    return REEVE_OK;
}

static void flush_assign(struct reeve_gateway *g, struct reeve_session *s)
{
    if (reeve_list_empty(&s->to_assign)) {
        return;
    }
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_ASSIGN);
    if (request == NULL || assign_request(s, request) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 1000); /* they go back */
        return;
    }
    s->store_in_flight++;
    reeve_out_store(g, request);
}

static void reserve(struct reeve_gateway *g, struct reeve_session *s)
{
    bool live = s->state == REEVE_SESSION_STATE_ACTIVE;
    if (!live || s->reserving || s->sequence_limit - s->next_sequence > SEQUENCE_BLOCK / 2) {
        return;
    }
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_RESERVE);
    if (request == NULL) {
        return; /* tried again at the next turn */
    }
    s->reserving = true;
    request->u.reserve.journal_id = s->journal_id;
    request->u.reserve.epoch = s->epoch;
    request->u.reserve.block = SEQUENCE_BLOCK;
    reeve_out_store(g, request);
}

static void pump_once(struct reeve_gateway *g)
{
    struct reeve_list served;
    reeve_list_init(&served);
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_pop_front(&g->dirty_sessions)) != NULL) {
        struct reeve_session *s = REEVE_OWNER(n, struct reeve_session, dirty);
        bool more = pull(g, s);
        if (reeve_list_linked(&s->dirty)) { /* pulling a job can mark it again */
            reeve_list_remove(&g->dirty_sessions, &s->dirty);
        }
        reeve_list_push_back(more ? &g->dirty_sessions : &served, &s->dirty);
    }
    while ((n = reeve_list_pop_front(&served)) != NULL) {
        struct reeve_session *s = REEVE_OWNER(n, struct reeve_session, dirty);
        flush_assign(g, s);
        reserve(g, s);
        if (g->ready_jobs > 0) {
            reeve_recall_for_urgent(g, s, !has_room(g, s));
        }
    }
}

void reeve_session_pump(struct reeve_gateway *g)
{
    while (!reeve_list_empty(&g->dirty_sessions)) {
        g->turn++;
        pump_once(g);
    }
}

void reeve_session_wake(struct reeve_gateway *g, struct reeve_queue *queue)
{
    if (queue->marked == g->turn) {
        return;
    }
    queue->marked = g->turn;
    for (struct reeve_list_node *n = reeve_list_front(&queue->lanes); n != NULL;
         n = reeve_list_next(&queue->lanes, n)) {
        reeve_session_dirty(g, REEVE_OWNER(n, struct reeve_lane, node)->session);
    }
}

/* ---- the store's answers ---- */

static void assigned_one(struct reeve_gateway *g, struct reeve_session *s, enum reeve_status status,
                         const struct reeve_store_assignment *assignment)
{
    struct reeve_job *job = reeve_job_by_id(g, &assignment->job_id);
    if (job == NULL || job->phase != REEVE_PHASE_ASSIGNING || reeve_list_linked(&job->queue_node)) {
        return;
    }
    if (status != REEVE_OK) {
        reeve_job_unlease(g, job);
        return;
    }
    bool ours =
        s != NULL && job->session == s && s->state == REEVE_SESSION_STATE_ACTIVE && !s->draining;
    bool wanted = !job->cancel_requested && !reeve_job_is_doubtful(g, job);
    if (!ours || !assignment->applied || !wanted) {
        job->attempt--;
        reeve_job_release(g, job);
        return;
    }
    job->phase = REEVE_PHASE_SENDING;
    reeve_list_push_back(&s->to_send, &job->queue_node);
    reeve_out_touch(g, s);
}

void reeve_session_assigned(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    const struct reeve_store_assign *a = &request->u.assign;
    struct reeve_session *s = reeve_session_by_epoch(g, &a->journal_id, a->epoch);
    for (size_t i = 0; i < a->count; i++) {
        assigned_one(g, s, request->status, &a->jobs[i]);
    }
    if (s == NULL) {
        return;
    }
    s->store_in_flight--;
    s->reserved_dispatches -= a->count;
    reeve_session_dirty(g, s);
    if (request->status != REEVE_OK) {
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 2000);
    }
}

void reeve_session_reserved(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    const struct reeve_store_reserve *r = &request->u.reserve;
    struct reeve_session *s = reeve_session_by_epoch(g, &r->journal_id, r->epoch);
    if (s == NULL) {
        return;
    }
    s->reserving = false;
    if (request->status == REEVE_OK) {
        s->sequence_limit = r->dispatch_limit;
        reeve_session_dirty(g, s);
        reeve_out_touch(g, s);
    }
}

const char *reeve_session_waiting_for(const struct reeve_gateway *g, const struct reeve_job *job)
{
    (void)g;
    return reeve_list_empty(&job->queue->lanes) ? "NO_ALIGNED_WORKER" : "WORKERS_BUSY";
}
