/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping: the limit is frozen, what is not started goes back, what runs finishes and is
 * acknowledged, then the link is closed and the engine exits. At the deadline it exits as it is:
 * the journal has what counts.
 *
 * Dispatches that were under way when the gateway heard of it go back, too. That none is left is
 * known by the answer to a heartbeat which was sent behind Draining: the gateway hands out nothing
 * more once it has read that. A dispatch that nobody took back would wait for this journal. */
#include "agent/core/engine_state.h"

#define CANCEL_BEFORE_MS                                                                           \
    2000u /* the deadline, so that stopped jobs can still say how they ended                       \
           */

static void give_back(struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    while (node) {
        struct reeve_engine_job *job = REEVE_OWNER(node, struct reeve_engine_job, unstarted);
        /* Without a link the next Resume says that it was not started. */
        if (e->link.state == REEVE_LINK_LIVE && !reeve_engine_recalled(e, job->sequence)) {
            return; /* the rest goes with the next batch */
        }
        reeve_engine_job_forget(e, job);
        node = reeve_list_front(&e->unstarted);
    }
}

void reeve_engine_drain(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_draining *d = &e->drain;
    uint64_t deadline_ms = event->u.drain.deadline_ms;
    if (deadline_ms <= e->now.boot_ms) {
        reeve_engine_exit(e, e->appends.failed ? e->appends.failure : REEVE_TIMEOUT);
        return;
    }
    uint64_t time_ms = deadline_ms - e->now.boot_ms;
    uint64_t before_ms = time_ms / 4 < CANCEL_BEFORE_MS ? time_ms / 4 : CANCEL_BEFORE_MS;
    d->deadline_ms = deadline_ms;
    d->cancel_ms = deadline_ms - before_ms;
    reeve_engine_note(e, REEVE_NOTE_DRAINING, REEVE_OK, time_ms);
    if (e->appends.failed) {
        reeve_engine_failure_hurry(e, d->cancel_ms, d->deadline_ms);
    }
    if (d->active) {
        return;
    }
    d->active = true;
    d->begun_ms = e->now.boot_ms;
    give_back(e);
    e->session.draining_due = e->link.state == REEVE_LINK_LIVE;
}

static void cancel_running(struct reeve_engine *e)
{
    e->drain.cancel_ms = REEVE_NEVER_MS;
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        struct reeve_engine_job *job = e->slots[i];
        if (job && job->state == REEVE_JOB_RUNNING) {
            reeve_engine_job_cancel(e, job, REEVE_CANCEL_DRAIN);
        }
    }
}

/* The gateway has read Draining, and all that it sent before that has arrived. */
static bool heard(const struct reeve_engine *e)
{
    const struct reeve_engine_session *s = &e->session;
    return e->link.state != REEVE_LINK_LIVE ||
           (!s->draining_due && s->heartbeat_answered > s->draining_heartbeat);
}

static bool jobs_done(const struct reeve_engine *e)
{
    return reeve_list_empty(&e->intents) && reeve_list_empty(&e->unstarted) &&
           reeve_list_empty(&e->ending) && e->jobs_running == 0 && e->jobs_delivering == 0;
}

static bool acknowledged(const struct reeve_engine *e)
{
    bool live = e->link.state == REEVE_LINK_LIVE;
    size_t waiting = live ? e->chain.entries.count : e->chain.outcomes;
    return waiting == 0 &&
           !(live && (e->checkpoint.to_send || e->session.recalled_count > 0 || !e->link.writable));
}

static bool all_synced(const struct reeve_engine *e)
{
    return e->appends.synced_lsn + 1 == e->appends.next_lsn;
}

static void leave(struct reeve_engine *e)
{
    if (e->link.state == REEVE_LINK_LIVE) {
        reeve_engine_link_close(e, REEVE_SESSION_DRAINED, REEVE_OK);
    }
    bool down = e->link.state == REEVE_LINK_BACKOFF || e->link.state == REEVE_LINK_IDLE;
    if (down && all_synced(e)) {
        reeve_engine_note(e, REEVE_NOTE_DRAINED, REEVE_OK, e->now.boot_ms - e->drain.begun_ms);
        reeve_engine_exit(e, REEVE_OK);
    }
}

void reeve_engine_drain_step(struct reeve_engine *e)
{
    struct reeve_engine_draining *d = &e->drain;
    if (!d->active || e->appends.failed) {
        return; /* what failed ends in its own way */
    }
    if (e->now.boot_ms >= d->deadline_ms) {
        reeve_engine_exit(e, REEVE_TIMEOUT);
        return;
    }
    if (e->now.boot_ms >= d->cancel_ms) {
        cancel_running(e);
    }
    give_back(e);
    if (!jobs_done(e) || !heard(e)) {
        return;
    }
    reeve_engine_checkpoint_make(e, true);
    if (!d->closing && !acknowledged(e)) {
        return;
    }
    d->closing = true;
    reeve_engine_chain_journal_ack(e);
    leave(e);
}

uint64_t reeve_engine_drain_next_ms(const struct reeve_engine *e)
{
    const struct reeve_engine_draining *d = &e->drain;
    if (!d->active || e->appends.failed) {
        return REEVE_NEVER_MS;
    }
    return d->cancel_ms < d->deadline_ms ? d->cancel_ms : d->deadline_ms;
}
