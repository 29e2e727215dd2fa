/* SPDX-License-Identifier: Apache-2.0 */
/* The session: from Hello to its loss, its limits, lease and heartbeats. Part of engine_state.h. */
#ifndef REEVE_AGENT_CORE_SESSION_STATE_H
#define REEVE_AGENT_CORE_SESSION_STATE_H

#include "agent/base/arena.h"
#include "agent/codec/batch.h"
#include "agent/core/engine.h"
#include "agent/trust/key.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

#define REEVE_ENGINE_HEARTBEATS 32u
#define REEVE_ENGINE_ADVISORY 1024u
#define REEVE_ENGINE_PROGRESS 64u
#define REEVE_ENGINE_LIVENESS_MS 10000u

struct reeve_engine_hello_marks {
    uint64_t dispatch_mark;
    uint64_t audit_sequence;
    struct reeve_digest audit_hash;
    uint64_t settled;
    bool rolled_back;
};

struct reeve_engine_session {
    struct reeve_arena arena; /* pools */
    struct reeve_views pools;
    char tenant[64];
    uint64_t hello_sent_ms;
    uint64_t welcomed_ms;
    uint32_t max_frame_bytes;
    uint32_t max_job_spec_bytes;
    uint64_t result_limit;         /* result indexes below may be sent at once */
    uint64_t max_job_results;      /* of one job; 0: no bound */
    uint64_t max_job_result_bytes; /* of one job; 0: no bound */
    /* Results of all streams that were sent and are not acknowledged. */
    uint64_t results_in_flight;
    uint64_t result_bytes_in_flight;
    uint64_t replay_mark;   /* the mark when the session began: at or below is REPLAYED */
    uint64_t last_sequence; /* must rise */
    uint64_t granted;       /* highest Limit given */
    uint64_t received;
    bool hello_due;
    bool limit_due;
    bool draining_due;
    bool heartbeat_due;
    uint32_t interval_ms;
    uint32_t lease_ms;
    uint64_t next_heartbeat_ms;
    uint64_t heartbeat_sequence;
    uint64_t draining_heartbeat; /* the last one in front of Draining */
    uint64_t heartbeat_answered;
    uint64_t heartbeat_peer;
    uint64_t heartbeat_sent_ms[REEVE_ENGINE_HEARTBEATS]; /* by sequence, modulo */
    uint64_t lease_base_ms;
    bool lease_noted;
    uint64_t answered_ms; /* when an answer last came */
    uint64_t heard_ms;    /* when anything last came */
    uint32_t aligned_tasks;
    bool has_countersign_key;
    struct reeve_public_key countersign_key;
    struct reeve_resume_entry *resume; /* snapshot while RESUMING */
    size_t resume_capacity;
    size_t resume_count;
    size_t resume_next;
    bool resume_done_due;
    uint64_t recalled[REEVE_ENGINE_ADVISORY];
    size_t recalled_count;
    uint64_t accepted[REEVE_ENGINE_ADVISORY];
    size_t accepted_count;
    struct reeve_progress progress[REEVE_ENGINE_PROGRESS];
    size_t progress_count;
};

/* ---- session.c ---- */
void reeve_engine_message(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_violate(struct reeve_engine *e, enum reeve_session_code code,
                          enum reeve_status status);
/* `keep_queue`: superseded by a session of this worker's own. */
void reeve_engine_session_lost(struct reeve_engine *e, bool keep_queue);
/* One message of the serving link. */
void reeve_engine_take_message(struct reeve_engine *e, struct reeve_bytes message);
/* Notes it; returns the pause that it asks for, within bounds. */
uint64_t reeve_engine_take_retry(struct reeve_engine *e, const struct reeve_retry *retry);

/* ---- hello.c, welcome.c, resume.c ---- */
enum reeve_status reeve_engine_hello_prepare(struct reeve_engine *e,
                                             uint64_t *lsn) REEVE_MUST_CHECK;
enum reeve_status reeve_engine_hello_write(struct reeve_engine *e,
                                           struct reeve_batch_writer *w) REEVE_MUST_CHECK;
void reeve_engine_welcome(struct reeve_engine *e, const struct reeve_welcome *welcome);
/* Says again what a later start has to find in the journal, when much was appended since. */
void reeve_engine_restate(struct reeve_engine *e);
void reeve_engine_roll_back(struct reeve_engine *e, bool rolled_back, const char *code);
void reeve_engine_resume_begin(struct reeve_engine *e);
void reeve_engine_resume_clear(struct reeve_engine *e);
enum reeve_status reeve_engine_resume_write(struct reeve_engine *e,
                                            struct reeve_batch_writer *w) REEVE_MUST_CHECK;

/* ---- outbox.c ---- */
bool reeve_engine_outbox_take(struct reeve_engine *e, struct reeve_engine_action *out);
/* The dispatch was not started and never will be; false: no room for another, until some are sent.
 */
bool reeve_engine_recalled(struct reeve_engine *e, uint64_t sequence) REEVE_MUST_CHECK;

/* ---- lease.c, limit.c ---- */
void reeve_engine_lease_begin(struct reeve_engine *e, const struct reeve_welcome *welcome);
bool reeve_engine_lease_holds(const struct reeve_engine *e);
void reeve_engine_heartbeat(struct reeve_engine *e, const struct reeve_heartbeat *heartbeat);
void reeve_engine_lease_tick(struct reeve_engine *e);
uint64_t reeve_engine_lease_next_ms(const struct reeve_engine *e);
enum reeve_status reeve_engine_heartbeat_write(struct reeve_engine *e,
                                               struct reeve_batch_writer *w) REEVE_MUST_CHECK;
uint64_t reeve_engine_liveness_ms(const struct reeve_engine *e);
uint64_t reeve_engine_limit_room(const struct reeve_engine *e);
bool reeve_engine_journal_is_full(const struct reeve_engine *e);
void reeve_engine_limit_update(struct reeve_engine *e);

#ifdef __cplusplus
}
#endif
#endif
