/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
/* The engine's inside: one struct that its files share. Only agent/core includes this.
 *
 * What happens to each queue
 *
 * A session that is superseded by one of this worker's own keeps tasks[].waiting: see takeover.c.
 *
 *   queue                 on disconnect                           on reconnect
 *   --------------------  --------------------------------------  ------------------------------------
 *   tasks[].waiting       forgotten: not started, the gateway     empty
 *                         gives them out again
 *   intents               stay; once on disk they start, as     listed RUNNING, or ENDED once
 *                         an intent is the start, or end as       ended
 *                         REJECTED(EXPIRED) when the lease is
 *                         over: an intent needs an outcome
 *   running jobs          go on                                   listed RUNNING
 *   results of them       stay, also of delivering jobs, in       sent again, all that was not
 *                         memory or spooled                       acknowledged; listed RUNNING
 *   spool's work          goes on                                 -
 *   ending                stays: tried again until stored         listed RUNNING, ENDED once stored
 *   chain.entries         stay until acknowledged                 ended jobs listed ENDED; sent again,
 *                                                                 all from Welcome.audit_sequence on
 *   checkpoint            stays                                   the newest is sent again
 *   events (audit)        stay: tried again until stored          -
 *   recalled, accepted,   forgotten                               empty
 *   progress, flags
 *   limit                 counts forgotten                        from zero (absolute per session)
 *   appends               stay: they are the journal's            -
 *   notes                 stay: they are the log's                -
 */
/* clang-format on */
#ifndef REEVE_AGENT_CORE_ENGINE_STATE_H
#define REEVE_AGENT_CORE_ENGINE_STATE_H

#include "agent/base/arena.h"
#include "agent/base/list.h"
#include "agent/base/map.h"
#include "agent/codec/journal_record.h"
#include "agent/core/chain_state.h"
#include "agent/core/deadlines.h"
#include "agent/core/engine.h"
#include "agent/core/job_state.h"
#include "agent/core/link_state.h"
#include "agent/core/session_state.h"
#include "agent/core/spool_state.h"
#include "agent/core/stream_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest pause that a gateway can ask for: none keeps a worker away for good (P6). */
#define REEVE_ENGINE_RETRY_MAX_MS 3600000u
#define REEVE_ENGINE_RESTATE_BYTES (UINT64_C(1) << 20)
/* Numbers that only rise (epochs, dispatch and audit sequences) last for the journal's life. One
 * message that jumped to the end of their range would lock the worker out for good, also of a
 * gateway that is in good hands again. */
#define REEVE_ENGINE_LARGEST_STEP (UINT64_C(1) << 40)
#define REEVE_ENGINE_RETRY_MS 50u /* after an allocation failed */
#define REEVE_ENGINE_NOTES 256u

struct reeve_engine_append_item {
    uint8_t type;
    uint64_t lsn;
    size_t offset;
    size_t len;
};

struct reeve_engine_appends {
    struct reeve_buffer bytes;
    struct reeve_engine_append_item *items;
    size_t capacity;
    size_t count;
    size_t next;
    uint64_t next_lsn;
    uint64_t synced_lsn;
    uint64_t oldest_ms; /* when the oldest unsynced one was made; REEVE_NEVER_MS */
    uint64_t free_bytes;
    uint64_t since_epoch_bytes; /* appended behind the last EpochEntered */
    uint64_t since_seen_bytes;  /* since ids of approved jobs were last said again */
    uint64_t seen_lsn;          /* that was the next one then */
    bool failed;
    enum reeve_status failure;
};

struct reeve_engine_draining {
    bool active;
    uint64_t begun_ms;
    uint64_t cancel_ms;
    uint64_t deadline_ms;
    bool closing;
};

/* When what still runs behind a failed journal is cancelled, and left. */
struct reeve_engine_failure {
    uint64_t cancel_ms;
    uint64_t exit_ms;
};

struct reeve_engine_strings {
    struct reeve_arena arena;
    const char *identity;
    const char *build;
    struct reeve_bytes *pools;
    uint32_t pools_count;
    struct reeve_label *labels;
    uint32_t labels_count;
    struct reeve_bytes introduction_signature;
    const char *introduction_scheme;
    struct reeve_bytes introduction_certificate;
};

struct reeve_engine {
    const struct reeve_allocator *allocator;
    const struct reeve_random *random;
    struct reeve_now now;
    struct reeve_engine_strings strings;
    const struct reeve_key *audit_key;
    struct reeve_id journal_id;
    struct reeve_id boot_id;
    struct reeve_engine_limits limits;
    uint32_t backoff_refused_ms;
    uint32_t connect_timeout_ms;
    uint32_t failed_grace_ms;

    const struct reeve_task_table *table;
    struct reeve_engine_task *tasks; /* as in the table */
    struct reeve_list turns;
    const struct reeve_policy *trust;
    struct reeve_plan_cache *plans;
    bool has_configuration_digest;
    struct reeve_digest configuration_digest;
    bool configuration_due; /* its audit record is not made yet */

    struct reeve_engine_job **slots;
    uint32_t *free_slots;
    uint32_t free_slots_count;
    uint64_t next_handle;
    struct reeve_map *jobs_by_id;
    struct reeve_list unstarted;
    struct reeve_list intents; /* by lsn */
    struct reeve_list ending;
    struct reeve_list starts;
    struct reeve_list cancels;
    struct reeve_list streams;  /* with results to send, in turn */
    struct reeve_list releases; /* streams whose runner is to hear of released results */
    struct reeve_engine_spool spool;
    struct reeve_deadlines timers;
    uint32_t jobs_running;
    uint32_t jobs_begun; /* the sum of all tasks' in_flight */
    uint32_t jobs_delivering;
    uint64_t memory_bytes;
    struct reeve_map *seen_by_id;
    struct reeve_list seen_entries;
    int64_t seen_swept_unix_ms;

    struct reeve_engine_chain chain;
    struct reeve_engine_checkpoint checkpoint;
    struct reeve_engine_session_event events[REEVE_ENGINE_EVENTS];
    size_t events_count;

    struct reeve_engine_link link;
    struct reeve_engine_next next;
    struct reeve_engine_farewell farewells[REEVE_ENGINE_FAREWELLS];
    size_t farewells_count;
    uint32_t last_number; /* of a link */
    uint64_t takeovers;
    struct reeve_engine_session session;
    struct reeve_engine_hello_marks hello; /* as of the HelloPrepared record */
    uint32_t peer_max_frame_bytes;         /* of the last Welcome; 0: none yet */
    uint64_t peer_max_result_bytes;
    uint64_t last_epoch;
    struct reeve_id gateway_id;
    struct reeve_id nonce;  /* zero: make one */
    uint64_t dispatch_mark; /* highest sequence in a journaled record */
    uint64_t seen_sequence; /* highest that was accepted, journaled or not */
    bool rolled_back;
    const char *rolled_back_code; /* static */
    bool state_due;               /* its StateChanged record is not made yet */
    bool has_history;             /* the journal had records */

    struct reeve_engine_appends appends;
    struct reeve_engine_draining drain;
    struct reeve_engine_failure failure;
    struct reeve_engine_note_fields notes[REEVE_ENGINE_NOTES];
    size_t notes_first;
    size_t notes_count;
    char note_text[REEVE_RETRY_MESSAGE_MAX + 1];

    struct reeve_arena scratch;       /* lists of the frame in hand */
    struct reeve_buffer record_bytes; /* encoding an AuditRecord */
    struct reeve_buffer frame_bytes;  /* encoding an Outcome or AuditEntry */
    uint64_t retry_ms;                /* something waits for memory; REEVE_NEVER_MS */
    bool exit_pending;
    enum reeve_status exit_status;

    /* Replay only: open intents by job, ended when _start is called. */
    struct reeve_list open_intents;
    bool started;

    uint64_t accepted, starts_count, ended[7];
    uint64_t frames_ignored, violations, notes_dropped, invariants;
};

/* ---- engine.c ---- */
int64_t reeve_engine_unix_ms(const struct reeve_engine *e); /* never before the journal's latest */
void reeve_engine_retry_later(struct reeve_engine *e);
void reeve_engine_exit(struct reeve_engine *e, enum reeve_status status);
void reeve_engine_invariant(struct reeve_engine *e, const char *what);

/* ---- notes.c ---- */
void reeve_engine_note(struct reeve_engine *e, enum reeve_engine_note code,
                       enum reeve_status status, uint64_t number);
void reeve_engine_note_job(struct reeve_engine *e, enum reeve_engine_note code,
                           struct reeve_id job_id, const char *task, uint32_t reason);
void reeve_engine_note_session(struct reeve_engine *e, enum reeve_engine_note code,
                               enum reeve_status status, uint32_t session_code, uint64_t number);
void reeve_engine_note_fields(struct reeve_engine *e, const struct reeve_engine_note_fields *note);
bool reeve_engine_notes_take(struct reeve_engine *e, struct reeve_engine_action *out);

/* ---- appends.c ---- */
enum reeve_status reeve_engine_append(struct reeve_engine *e,
                                      const struct reeve_journal_record *record,
                                      uint64_t *lsn) REEVE_MUST_CHECK;
bool reeve_engine_appends_take(struct reeve_engine *e, struct reeve_engine_action *out);
void reeve_engine_synced(struct reeve_engine *e, const struct reeve_engine_event *event);

/* ---- drain.c ---- */
void reeve_engine_drain(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_drain_step(struct reeve_engine *e);
uint64_t reeve_engine_drain_next_ms(const struct reeve_engine *e);

/* ---- failure.c ---- */
void reeve_engine_journal_failed(struct reeve_engine *e, const struct reeve_engine_event *event);
/* What still runs is cancelled and left earlier. */
void reeve_engine_failure_hurry(struct reeve_engine *e, uint64_t cancel_ms, uint64_t exit_ms);
void reeve_engine_failure_step(struct reeve_engine *e);
uint64_t reeve_engine_failure_next_ms(const struct reeve_engine *e);

/* ---- options.c ---- */
enum reeve_status
reeve_engine_options_copy(struct reeve_engine *e,
                          const struct reeve_engine_options *options) REEVE_MUST_CHECK;
void reeve_engine_configure(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_options_clear(struct reeve_engine *e);

/* ---- replay.c ---- */
enum reeve_status reeve_engine_replay_finish(struct reeve_engine *e) REEVE_MUST_CHECK;
void reeve_engine_replay_clear(struct reeve_engine *e);

/* ---- status.c ---- */
uint32_t reeve_engine_conditions(const struct reeve_engine *e);

#ifdef __cplusplus
}
#endif
#endif
