/* SPDX-License-Identifier: Apache-2.0 */
/* The journal failed: what is not on disk now may never be, so nothing may follow from it. Nothing
 * more is started, stored or sent, and the process ends; the next one finds out what is on disk.
 *
 *   what runs                 until the end                        behind the restart
 *   ------------------------  -----------------------------------  --------------------------------
 *   and may run again         cancelled at once                    given out again
 *   and must not              goes on for its effect's sake, for   UNKNOWN, whatever it came to: no
 *                             a while; then it is cancelled, and   outcome of it can be stored
 *                             left when it does not answer
 *
 * An outcome that was not sent is not known to anybody, so none is contradicted. */
#include "agent/core/engine_state.h"

/* For those that are cancelled, to end in order. */
#define UNTIL_EXIT_MS 2000u

static bool may_run_again(const struct reeve_engine *e, const struct reeve_engine_job *job)
{
    return reeve_engine_job_task(e, job)->idempotency != REEVE_NOT_IDEMPOTENT;
}

static void cancel_running(struct reeve_engine *e, bool all)
{
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        struct reeve_engine_job *job = e->slots[i];
        if (job && job->state == REEVE_JOB_RUNNING && (all || may_run_again(e, job))) {
            reeve_engine_job_cancel(e, job, REEVE_CANCEL_DRAIN);
        }
    }
}

void reeve_engine_failure_hurry(struct reeve_engine *e, uint64_t cancel_ms, uint64_t exit_ms)
{
    struct reeve_engine_failure *f = &e->failure;
    f->cancel_ms = cancel_ms < f->cancel_ms ? cancel_ms : f->cancel_ms;
    f->exit_ms = exit_ms < f->exit_ms ? exit_ms : f->exit_ms;
}

void reeve_engine_journal_failed(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    if (e->appends.failed) {
        return;
    }
    e->appends.failed = true;
    e->appends.failure = event->u.failed.status;
    reeve_engine_note(e, REEVE_NOTE_JOURNAL_FAILED, event->u.failed.status, e->appends.synced_lsn);
    reeve_engine_takeover_abandon(e);
    reeve_engine_link_close(e, REEVE_SESSION_INTERNAL, event->u.failed.status);
    e->failure.cancel_ms = e->now.boot_ms + e->failed_grace_ms;
    e->failure.exit_ms = e->failure.cancel_ms + UNTIL_EXIT_MS;
    if (e->drain.active) {
        reeve_engine_failure_hurry(e, e->drain.cancel_ms, e->drain.deadline_ms);
    }
    cancel_running(e, false);
}

void reeve_engine_failure_step(struct reeve_engine *e)
{
    struct reeve_engine_failure *f = &e->failure;
    if (!e->appends.failed) {
        return;
    }
    if (e->jobs_running == 0 || e->now.boot_ms >= f->exit_ms) {
        reeve_engine_exit(e, e->appends.failure);
        return;
    }
    if (e->now.boot_ms >= f->cancel_ms) {
        f->cancel_ms = REEVE_NEVER_MS;
        cancel_running(e, true);
    }
}

uint64_t reeve_engine_failure_next_ms(const struct reeve_engine *e)
{
    const struct reeve_engine_failure *f = &e->failure;
    if (!e->appends.failed) {
        return REEVE_NEVER_MS;
    }
    return f->cancel_ms < f->exit_ms ? f->cancel_ms : f->exit_ms;
}
