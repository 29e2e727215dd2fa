/* SPDX-License-Identifier: Apache-2.0 */
/* Events in, actions out: the engine's hands.
 *
 * All actions of an event are taken before the next event. What fails while they are taken is kept
 * aside and told afterwards. */
#include "agent/core/engine.h"
#include "agent/main/worker_state.h"

/* ---- actions ---- */

static void start_job(struct reeve_worker *w, const struct reeve_engine_start_job *job)
{
    struct reeve_worker_deferred *d = &w->deferred;
    if (reeve_runner_start(w->setup->runner, job) == REEVE_OK) {
        return;
    }
    if (d->refused_count < d->refused_max) {
        d->refused[d->refused_count++] = job->handle;
    }
}

static void leave(struct reeve_worker *w, enum reeve_status status)
{
    w->exiting = true;
    w->exit_status = status;
}

static void carry_out(struct reeve_worker *w, struct reeve_engine_action *action)
{
    switch (action->type) {
    case REEVE_ACTION_CONNECT:
        reeve_worker_connect(w, action->u.connect.link);
        return;
    case REEVE_ACTION_CLOSE:
        reeve_worker_close(w, action->u.close.link, action->u.close.status);
        return;
    case REEVE_ACTION_SEND:
        reeve_worker_send(w, action->u.send.link, &action->u.send.message);
        return;
    case REEVE_ACTION_APPEND:
        reeve_worker_append(w, action->u.append.type, action->u.append.lsn,
                            action->u.append.record);
        return;
    case REEVE_ACTION_START_JOB:
        start_job(w, &action->u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        reeve_worker_cancel(w, action->u.cancel.handle, action->u.cancel.why);
        return;
    case REEVE_ACTION_RELEASE_RESULTS:
        reeve_worker_release(w, action->u.release.handle, action->u.release.results,
                             action->u.release.bytes);
        return;
    case REEVE_ACTION_SPOOL_WRITE:
        reeve_worker_spool_write(w, action->u.spool_write.stream, action->u.spool_write.number,
                                 &action->u.spool_write.bytes);
        return;
    case REEVE_ACTION_SPOOL_READ:
        reeve_spool_read(w->spool.spool, action->u.spool_read.stream, action->u.spool_read.number,
                         action->u.spool_read.bytes);
        return;
    case REEVE_ACTION_SPOOL_REMOVE:
        reeve_spool_remove(w->spool.spool, action->u.spool_remove.stream,
                           action->u.spool_remove.from, action->u.spool_remove.until);
        return;
    case REEVE_ACTION_NOTE:
        reeve_worker_note(&action->u.note);
        return;
    case REEVE_ACTION_EXIT:
        leave(w, action->u.exit.status);
        return;
    }
}

static void take_actions(struct reeve_worker *w)
{
    struct reeve_engine_action action;
    while (reeve_engine_next_action(w->engine, &action)) {
        carry_out(w, &action);
    }
}

/* ---- what failed meanwhile ---- */

static void tell_refused(struct reeve_worker *w, reeve_job_handle handle)
{
    static const char WORDS[] = "memory is short";
    const struct reeve_engine_result result = {.status = REEVE_OUTCOME_FAILED,
                                               .effect = REEVE_EFFECT_NONE,
                                               .reason = REEVE_REASON_OUT_OF_MEMORY,
                                               .message = reeve_bytes_cstr(WORDS)};
    const struct reeve_engine_event event = {.type = REEVE_EVENT_JOB_FINISHED,
                                             .u.finished = {handle, &result}};
    reeve_engine_handle(w->engine, &event, reeve_now_read());
}

/* Tells the engine one thing; false when there is nothing. */
static bool tell_deferred(struct reeve_worker *w)
{
    struct reeve_worker_deferred *d = &w->deferred;
    if (d->refused_count > 0) {
        d->refused_count--;
        tell_refused(w, d->refused[d->refused_count]);
        return true;
    }
    if (d->link_failed != 0) {
        struct reeve_engine_event event = {.type = REEVE_EVENT_LINK_DOWN};
        event.u.link.link = d->link_failed;
        event.u.link.status = d->link_status;
        d->link_failed = 0;
        reeve_engine_handle(w->engine, &event, reeve_now_read());
        return true;
    }
    if (d->spool_status != REEVE_OK) {
        struct reeve_engine_event event = {.type = REEVE_EVENT_SPOOL_DONE};
        event.u.spool.status = d->spool_status;
        d->spool_status = REEVE_OK;
        reeve_engine_handle(w->engine, &event, reeve_now_read());
        return true;
    }
    if (d->journal_status != REEVE_OK) {
        struct reeve_engine_event event = {.type = REEVE_EVENT_JOURNAL_FAILED};
        event.u.failed.status = d->journal_status;
        d->journal_status = REEVE_OK;
        reeve_engine_handle(w->engine, &event, reeve_now_read());
        return true;
    }
    return false;
}

void reeve_worker_act(struct reeve_worker *w)
{
    take_actions(w);
    while (!w->exiting && tell_deferred(w)) {
        take_actions(w);
    }
}

void reeve_worker_handle(struct reeve_worker *w, const struct reeve_engine_event *event)
{
    if (w->exiting) {
        return; /* the engine is done */
    }
    reeve_engine_handle(w->engine, event, reeve_now_read());
    reeve_worker_act(w);
}
