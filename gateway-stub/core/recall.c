/* SPDX-License-Identifier: Apache-2.0 */
/* Taking back what a worker holds unstarted when something more urgent waits for it: else what was
 * handed out ahead would undo the priorities. The worker gives back what it has not started; what
 * it has started it keeps. One question is under way at a time: the worker's answer, or its next
 * heartbeat, makes room for another. */
#include "gateway-stub/core/recall.h"

#include "gateway-stub/core/out.h"
#include "gateway-stub/core/queue.h"

void reeve_recall_forget(struct reeve_session *s, struct reeve_job *job)
{
    if (reeve_list_linked(&job->recall_node)) {
        reeve_list_remove(&s->recalls, &job->recall_node);
    }
    if (job->recallable) {
        s->recallable[job->priority]--;
        job->recallable = false;
    }
}

void reeve_recall_sent(struct reeve_session *s, struct reeve_job *job)
{
    job->recallable = true;
    s->recallable[job->priority]++;
}

static void ask(struct reeve_session *s, struct reeve_job *job)
{
    reeve_recall_forget(s, job);
    reeve_list_push_back(&s->recalls, &job->recall_node);
    s->recalls_open++;
}

/* The newest first: the least likely to have been started. `offer` NULL: of any task. */
static void take(struct reeve_session *s, uint8_t priority, const struct reeve_offer *offer,
                 size_t wanted)
{
    struct reeve_list_node *n = reeve_list_back(&s->journal->jobs);
    while (n != NULL && wanted > 0 && s->recallable[priority] > 0) {
        struct reeve_list_node *next = reeve_list_previous(&s->journal->jobs, n);
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, journal_node);
        if (job->session == s && job->recallable && job->priority == priority &&
            (offer == NULL || job->offer == offer)) {
            ask(s, job);
            wanted--;
        }
        n = next;
    }
}

/* For the first job of a lane that has no room: as many less urgent ones as wait like it. */
static void make_room(struct reeve_session *s, const struct reeve_lane *lane, uint8_t priority,
                      bool full)
{
    const struct reeve_offer *only = lane->offer;
    bool saturated = only->in_flight >= only->max_in_flight;
    if (!full && !saturated) {
        return;
    }
    size_t wanted = reeve_queue_count_from(lane->queue, priority);
    wanted = wanted < REEVE_RECALLS_MAX ? wanted : REEVE_RECALLS_MAX;
    for (uint8_t p = 0; p < priority && s->recalls_open < wanted; p++) {
        take(s, p, saturated ? only : NULL, wanted - s->recalls_open);
    }
}

/* For the lanes whose next job has this priority. */
static void make_room_at(struct reeve_session *s, uint8_t priority, bool full)
{
    for (const struct reeve_lane *lane = s->lanes; lane != NULL && s->recalls_open == 0;
         lane = lane->next) {
        const struct reeve_job *first = reeve_queue_first(lane->queue);
        bool may_go = first != NULL && (!s->rolled_back || first->idempotent);
        if (may_go && first->priority == priority) {
            make_room(s, lane, priority, full);
        }
    }
}

static bool has_less_urgent(const struct reeve_session *s, int than)
{
    for (int p = 0; p < than; p++) {
        if (s->recallable[p] > 0) {
            return true;
        }
    }
    return false;
}

void reeve_recall_for_urgent(struct reeve_gateway *g, struct reeve_session *s, bool full)
{
    if (s->state != REEVE_SESSION_STATE_ACTIVE || s->draining || s->recalls_open > 0 ||
        !has_less_urgent(s, reeve_queue_highest(g))) {
        return;
    }
    for (int p = reeve_queue_highest(g); p > 0 && s->recalls_open == 0; p--) {
        make_room_at(s, (uint8_t)p, full);
    }
    if (s->recalls_open > 0) {
        reeve_out_touch(g, s);
    }
}
