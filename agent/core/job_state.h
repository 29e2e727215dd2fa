/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs, the tasks that they are of, and the ids that were seen. Part of engine_state.h. */
#ifndef REEVE_AGENT_CORE_JOB_STATE_H
#define REEVE_AGENT_CORE_JOB_STATE_H

#include "agent/base/list.h"
#include "agent/codec/journal_record.h"
#include "agent/core/deadlines.h"
#include "agent/core/engine.h"
#include "agent/core/states.h"
#include "agent/core/stream_state.h"
#include "agent/trust/job_check.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

#define REEVE_ENGINE_APPROVERS 16u

/* A job id with approvals that was, or is about to be, run here. */
struct reeve_seen {
    struct reeve_list_node node; /* by lsn; those that never ran stand where they were put */
    struct reeve_id job_id;
    int64_t not_after_unix_ms;
    uint64_t lsn; /* of the record that a later start knows it by; 0: none yet */
    uint32_t attempt;
    bool may_run_again; /* idempotent, or every attempt ended with effect NONE */
    bool active;        /* a job refers to it */
};

struct reeve_engine_job {
    struct reeve_list_node queue;     /* its task's waiting list, intents, or ending */
    struct reeve_list_node unstarted; /* all QUEUED ones, by sequence */
    struct reeve_list_node action;    /* starts or cancels */
    struct reeve_deadline timer;      /* QUEUED: start_by; RUNNING: deadline, then grace */
    reeve_job_handle handle;
    size_t size; /* of this allocation */
    enum reeve_engine_job_state state;
    uint8_t cancel;     /* enum reeve_cancel_why; 0: not cancelled */
    uint8_t priority;   /* what its dispatch said, at most the highest that there is */
    bool forsaken;      /* INTENT_SYNC when its session was lost */
    bool start_given;   /* START_JOB was taken by the driver */
    bool cancel_listed; /* `action` is in cancels, not in starts */
    bool in_flight;     /* counted in its task */
    bool was_started;   /* for the audit record */
    uint8_t version; /* 0: the task's own fingerprint, else its place among the accepted, from 1 */
    uint32_t task_index;
    uint32_t attempt;
    uint64_t sequence;
    uint64_t received_ms;
    uint64_t start_by_ms;
    uint64_t deadline_ms;
    uint64_t intent_lsn;
    uint64_t progress_ms;
    int64_t not_after_unix_ms;
    int64_t started_unix_ms;
    struct reeve_id job_id;
    struct reeve_id plan_id;
    struct reeve_id input_salt;
    struct reeve_digest job_digest;
    struct reeve_commitment input_commitment; /* from the intent on */
    bool has_commitment;
    struct reeve_seen *seen;            /* NULL: no approvals */
    struct reeve_engine_stream *stream; /* NULL: unary */
    /* How it ended, while its outcome could not be stored yet (ENDING). */
    uint8_t end_status;
    uint8_t end_effect;
    uint32_t end_reason;
    bool runner_has_it;
    uint32_t approvers_count;
    char traceparent[REEVE_DISPATCH_TRACEPARENT_MAX + 1];
    char (*approvers)[REEVE_KEY_ID_SIZE]; /* behind the input */
    struct reeve_bytes input;             /* behind this struct */
};

#define REEVE_ENGINE_PRIORITIES 10u /* the contract's 0 to 9 */

struct reeve_engine_task {
    const struct reeve_task *task;
    const struct reeve_allow *allow; /* NULL: not allowed */
    bool unconfigured;
    struct reeve_list waiting[REEVE_ENGINE_PRIORITIES];
    struct reeve_list_node turn; /* linked while it waits and has room */
    uint32_t in_flight;          /* INTENT_SYNC, RUNNING, ENDING, ABANDONED */
    uint8_t standing;            /* enum reeve_standing of this session */
    bool sensitive_input;        /* some field of its request is */
};

/* ---- dispatch.c, seen.c ---- */
void reeve_engine_dispatch(struct reeve_engine *e, const struct reeve_dispatch *dispatch);
struct reeve_engine_approvals {
    char key_ids[REEVE_ENGINE_APPROVERS][REEVE_KEY_ID_SIZE];
    struct reeve_bytes views[REEVE_ENGINE_APPROVERS];
    uint32_t count;
};
enum reeve_reason reeve_engine_seen_check(struct reeve_engine *e, struct reeve_id job_id,
                                          uint32_t attempt, bool idempotent);
enum reeve_status reeve_engine_seen_reserve(struct reeve_engine *e, struct reeve_id job_id,
                                            int64_t not_after_unix_ms,
                                            struct reeve_seen **out) REEVE_MUST_CHECK;
void reeve_engine_seen_ran(struct reeve_engine *e, struct reeve_seen *entry, uint32_t attempt,
                           bool may_run_again, uint64_t lsn);
void reeve_engine_seen_release(struct reeve_engine *e, struct reeve_seen *entry);
/* Says again what old records alone know, when much was appended since. */
void reeve_engine_seen_restate(struct reeve_engine *e);
/* The oldest record that is needed for an id; UINT64_MAX: none is. */
uint64_t reeve_engine_seen_oldest_lsn(const struct reeve_engine *e);
void reeve_engine_seen_clear(struct reeve_engine *e);

/* ---- job.c ---- */
struct reeve_engine_job_request {
    const struct reeve_dispatch *dispatch;
    const struct reeve_job_spec *spec;
    struct reeve_digest job_digest;
    uint32_t task_index;
    uint8_t version;
    const struct reeve_engine_approvals *approvals;
};
enum reeve_status reeve_engine_job_new(struct reeve_engine *e,
                                       const struct reeve_engine_job_request *request,
                                       struct reeve_engine_job **out) REEVE_MUST_CHECK;
void reeve_engine_job_free(struct reeve_engine *e, struct reeve_engine_job *job);
void reeve_engine_job_move(struct reeve_engine *e, struct reeve_engine_job *job,
                           enum reeve_engine_job_state to);
struct reeve_engine_job *reeve_engine_job_by_handle(const struct reeve_engine *e,
                                                    reeve_job_handle handle);
const struct reeve_task *reeve_engine_job_task(const struct reeve_engine *e,
                                               const struct reeve_engine_job *job);
/* The one that the job was approved with: the task's own, or one that it accepts. 32 bytes. */
const uint8_t *reeve_engine_job_fingerprint(const struct reeve_engine *e,
                                            const struct reeve_engine_job *job);
/* Whose approvals let it run, as views of the job in the caller's memory. */
void reeve_engine_job_approvers(const struct reeve_engine_job *job,
                                struct reeve_bytes approvers[REEVE_ENGINE_APPROVERS],
                                struct reeve_views *out);
uint32_t reeve_engine_jobs_held(const struct reeve_engine *e);
/* Ends a job without a result of its runner; tried again until it is stored. */
void reeve_engine_job_end(struct reeve_engine *e, struct reeve_engine_job *job,
                          enum reeve_outcome_status status, enum reeve_effect effect,
                          enum reeve_reason reason);
void reeve_engine_job_forget(struct reeve_engine *e, struct reeve_engine_job *job);
void reeve_engine_jobs_ending(struct reeve_engine *e);
void reeve_engine_job_finished(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_job_progress(struct reeve_engine *e, const struct reeve_engine_event *event);

/* The runner's word is complete, and so are its results. */
void reeve_engine_job_delivered(struct reeve_engine *e, struct reeve_engine_job *job);

/* ---- schedule.c ---- */
void reeve_engine_enqueue(struct reeve_engine *e, struct reeve_engine_job *job);
void reeve_engine_schedule(struct reeve_engine *e);
void reeve_engine_intents_synced(struct reeve_engine *e);
void reeve_engine_intents_forsake(struct reeve_engine *e);
void reeve_engine_task_turn(struct reeve_engine *e, struct reeve_engine_task *task);
/* The job that waits and is to begin next: of the most urgent the oldest. NULL: none waits. */
struct reeve_engine_job *reeve_engine_next_of(const struct reeve_engine_task *task);
/* A job of the task that was begun is gone: others may begin. */
void reeve_engine_let_next(struct reeve_engine *e, struct reeve_engine_task *task);
uint32_t reeve_engine_task_room(const struct reeve_engine *e, const struct reeve_engine_task *task);
void reeve_engine_job_timers(struct reeve_engine *e);
void reeve_engine_job_cancel(struct reeve_engine *e, struct reeve_engine_job *job,
                             enum reeve_cancel_why why);
void reeve_engine_cancel(struct reeve_engine *e, const struct reeve_cancel *cancel);
void reeve_engine_recall(struct reeve_engine *e, const struct reeve_recall *recall);
bool reeve_engine_starts_take(struct reeve_engine *e, struct reeve_engine_action *out);

/* Asks the runner to stop, once. */
void reeve_engine_ask_runner(struct reeve_engine *e, struct reeve_engine_job *job,
                             enum reeve_cancel_why why);

#ifdef __cplusplus
}
#endif
#endif
