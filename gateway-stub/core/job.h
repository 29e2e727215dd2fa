/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an open job in memory: waiting, leased, orphaned, ending. */
#ifndef REEVE_GATEWAY_STUB_CORE_JOB_H
#define REEVE_GATEWAY_STUB_CORE_JOB_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_job *reeve_job_by_id(struct reeve_gateway *g, const struct reeve_id *id);

/* Takes it out of every list, lease and timer that it is in. */
void reeve_job_unlink(struct reeve_gateway *g, struct reeve_job *job);
/* It may go out now, or as soon as its time has come; or it ends, if it may not go out any more.
 * The job is in no list. */
void reeve_job_ready(struct reeve_gateway *g, struct reeve_job *job);
/* It waits until the workers that may have it are back, or had their grace. The job is in no list.
 */
void reeve_job_hold(struct reeve_gateway *g, struct reeve_job *job);
/* Whether this store forgot what became of it since, so that it must not go out (again). */
bool reeve_job_is_doubtful(const struct reeve_gateway *g, const struct reeve_job *job);
/* A doubtful one that was about to go out is held, or taken back from the session that it had not
 * left to. */
void reeve_job_doubt(struct reeve_gateway *g, struct reeve_job *job);
/* No earlier than this does it go out; 0: at once. */
int64_t reeve_job_not_before(const struct reeve_job *job);
/* Gives a READY job to a session; it is the lane's queue's first. */
void reeve_job_lease(struct reeve_gateway *g, struct reeve_lane *lane, struct reeve_job *job);
/* Puts a job back that was leased but never left the gateway: the attempt does not count. */
void reeve_job_unlease(struct reeve_gateway *g, struct reeve_job *job);
/* A job that a journal says it has. */
void reeve_job_adopt(struct reeve_gateway *g, struct reeve_session *session, struct reeve_job *job,
                     const struct reeve_resume_entry *entry);
/* Its session is gone: what left the gateway stays with the journal, the rest goes back. */
void reeve_job_detach(struct reeve_gateway *g, struct reeve_job *job);
/* One that the store has with a journal: it waits for that journal, but not beyond its expiry plus
 * lost_after (P5), whoever comes and goes. */
void reeve_job_orphan(struct reeve_gateway *g, struct reeve_job *job,
                      struct reeve_journal *journal);
/* No worker has it, nor may have: it can be ended at once. */
bool reeve_job_is_unassigned(const struct reeve_job *job);
/* Its journal did not start it: takes it back, durably where that is on record. */
void reeve_job_release(struct reeve_gateway *g, struct reeve_job *job);
/* Ends it on the gateway's own word; the store gets to know when the event is handled. */
void reeve_job_end(struct reeve_gateway *g, struct reeve_job *job, enum reeve_outcome_status status,
                   enum reeve_effect effect, enum reeve_reason reason);
/* What can be said about the effect of a job that nobody reported on. */
enum reeve_effect reeve_job_effect(const struct reeve_job *job);
/* It has ended, durably. Frees its plan with the last one. */
void reeve_job_gone(struct reeve_gateway *g, struct reeve_job *job);
/* The wall-clock timer's function. */
void reeve_job_due(void *owner, void *context);
/* "NO_ALIGNED_WORKER", "WORKERS_BUSY", "NOT_BEFORE" …; "" when it does not wait. */
const char *reeve_job_waiting_for(const struct reeve_gateway *g, const struct reeve_job *job);

#ifdef __cplusplus
}
#endif
#endif
