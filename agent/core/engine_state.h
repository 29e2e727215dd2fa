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

#include "agent/audit/head.h"
#include "agent/base/arena.h"
#include "agent/base/list.h"
#include "agent/base/map.h"
#include "agent/codec/batch.h"
#include "agent/codec/journal_record.h"
#include "agent/core/backoff.h"
#include "agent/core/deadlines.h"
#include "agent/core/engine.h"
#include "agent/core/states.h"
#include "agent/trust/job_check.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_ENGINE_SKEW_MS 60000
/* The longest pause that a gateway can ask for: none keeps a worker away for good (P6). */
#define REEVE_ENGINE_RETRY_MAX_MS 3600000u
#define REEVE_ENGINE_RESTATE_BYTES (UINT64_C(1) << 20)
/* Numbers that only rise (epochs, dispatch and audit sequences) last for the journal's life. One
 * message that jumped to the end of their range would lock the worker out for good, also of a
 * gateway that is in good hands again. */
#define REEVE_ENGINE_LARGEST_STEP (UINT64_C(1) << 40)
#define REEVE_ENGINE_RETRY_MS 50u /* after an allocation failed */
#define REEVE_ENGINE_NOTES 256u
#define REEVE_ENGINE_EVENTS 16u
#define REEVE_ENGINE_HEARTBEATS 32u
#define REEVE_ENGINE_ADVISORY 1024u
#define REEVE_ENGINE_PROGRESS 64u
#define REEVE_ENGINE_APPROVERS 16u
#define REEVE_ENGINE_ACK_LAZY_MS 1000u
/* Results of all jobs together that may be under way at once: what is stored in one go at the other
 * end, not more than it may have to hold. */
#define REEVE_ENGINE_RESULTS 512u
#define REEVE_ENGINE_RESULT_BYTES (UINT64_C(8) << 20)
#define REEVE_ENGINE_CHECKPOINT_MS 1000u
#define REEVE_ENGINE_CHECKPOINT_RECORDS 1000u
#define REEVE_ENGINE_LIVENESS_MS 10000u
/* Audit records of sessions that wait for the gateway; beyond, they are counted, not made. */
#define REEVE_ENGINE_SESSION_RECORDS 1024u

/* ---- jobs ---- */

struct reeve_seen;

/* A result message that the gateway has not acknowledged. */
struct reeve_engine_result_message {
    struct reeve_list_node node; /* in its stream's messages or behind */
    bool counted;                /* against the runner's window: not released */
    bool loaded;                 /* read back from the spool */
    struct reeve_buffer bytes;
};

/* Result messages that lie one behind the other on disk, and in no memory (spool.c). */
struct reeve_engine_spool_block {
    struct reeve_list_node node; /* in its stream's blocks, or in the engine's removals */
    uint64_t stream;             /* of removals: of those from number on, below until */
    uint64_t number;
    uint64_t until;
    uint64_t first; /* index of its first message */
    uint64_t count;
    uint64_t message_bytes;
    uint64_t size;  /* encoded; of removals: on disk, of all together */
    uint32_t tries; /* to read it; of removals: whether it was tried */
};

/* How a job ended while its results are on their way (DELIVERING). */
struct reeve_engine_stream_end {
    uint8_t status;
    uint8_t effect;
    uint32_t reason;
    uint32_t upstream_code;
    char message[REEVE_JOB_ERROR_MESSAGE_MAX];
    size_t message_len;
    char reference[REEVE_JOB_ERROR_REFERENCE_MAX];
    size_t reference_len;
    bool has_redacted_input;
    struct reeve_buffer redacted_input;
};

/* What a server-streaming job emitted. Indexes count from its first message. */
struct reeve_engine_stream {
    struct reeve_list_node ready;    /* linked while something may be sent: reeve_engine.streams */
    struct reeve_list_node releases; /* linked while RELEASE_RESULTS is due */
    struct reeve_list_node spills;   /* linked while something could be spooled */
    struct reeve_list_node loads;    /* linked while a block could be read back */
    struct reeve_list *spill_list;   /* the one that `spills` is in */
    struct reeve_engine_job *job;
    /* What is not acknowledged, in order: in memory, then on disk, then in memory again. `behind`
     * is empty where there are no blocks. What was ever sent is in `messages`. */
    struct reeve_list messages;
    struct reeve_list blocks;
    struct reeve_list behind;
    uint64_t message_bytes; /* of `messages` */
    uint64_t next_block;    /* number */
    uint64_t emitted;
    uint64_t emitted_bytes;
    uint64_t released; /* off the runner's account; what is not is `counted` */
    uint64_t released_bytes;
    uint64_t sent;            /* indexes below it were sent, in this session or an earlier one,
                                 also such as were cut off afterwards */
    uint64_t acknowledged;    /* index of the first in `messages` */
    struct reeve_digest head; /* of the chain of acknowledged results */
    /* this session's */
    struct reeve_engine_result_message *to_send; /* NULL: all in `messages` were sent */
    uint64_t to_send_index;
    uint64_t to_send_offset;  /* bytes of it that were sent */
    uint64_t in_flight_bytes; /* sent, not acknowledged */
    uint64_t limit;           /* indexes below it may be sent */
    /* Nothing more is taken, and the job fails for this reason; 0: all is well */
    uint32_t refused;
    struct reeve_engine_stream_end end;
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
    uint8_t priority;   /* at most UINT8_MAX of what its dispatch said */
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

struct reeve_engine_task {
    const struct reeve_task *task;
    const struct reeve_allow *allow; /* NULL: not allowed */
    bool unconfigured;
    struct reeve_list waiting;
    struct reeve_list_node turn; /* linked while it waits and has room */
    uint32_t in_flight;          /* INTENT_SYNC, RUNNING, ENDING, ABANDONED */
    uint8_t standing;            /* enum reeve_standing of this session */
    bool sensitive_input;        /* some field of its request is */
};

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

/* ---- audit chain ---- */

struct reeve_chain_entry {
    struct reeve_list_node node;
    uint64_t sequence;
    uint64_t lsn;
    struct reeve_digest previous_hash;
    struct reeve_digest hash;
    bool is_outcome;
    uint32_t attempt;
    uint64_t dispatch_sequence;
    uint64_t results; /* that the outcome counts */
    struct reeve_id job_id;
    size_t len;
    uint8_t bytes[]; /* encoded Outcome or AuditEntry */
};

struct reeve_engine_chain {
    struct reeve_list entries;         /* not acknowledged, by sequence */
    uint32_t outcomes;                 /* of them */
    struct reeve_audit_chain head;     /* last appended */
    struct reeve_chain_entry *to_sync; /* first that is not on disk; NULL: all are */
    struct reeve_chain_entry *to_send; /* next for this session; NULL: none */
    uint64_t sent;                     /* last sequence given to this session's link */
    struct reeve_audit_chain synced;   /* last on disk */
    uint64_t settled;
    uint64_t settled_journaled;
    uint64_t ack_due_ms;
    /* Bytes of the output of to_send that were sent as chunks, as it fits no frame. */
    uint64_t to_send_offset;
};

struct reeve_engine_checkpoint {
    struct reeve_buffer bytes; /* newest, encoded SignedCheckpoint; empty: none */
    uint64_t sequence;
    struct reeve_digest head_hash;
    uint64_t made_ms;
    uint64_t countersigned;
    bool to_send;
};

/* An audit record of the session that could not be stored yet. */
struct reeve_engine_session_event {
    uint8_t kind; /* enum reeve_session_event_kind */
    uint64_t epoch;
    const char *code; /* static */
};

/* ---- spool ---- */

enum reeve_engine_spool_work {
    REEVE_ENGINE_SPOOL_IDLE,
    REEVE_ENGINE_SPOOL_WRITES,
    REEVE_ENGINE_SPOOL_READS,
    REEVE_ENGINE_SPOOL_REMOVES,
};

struct reeve_engine_spool {
    struct reeve_list spills;   /* streams that fill the runner's window */
    struct reeve_list spares;   /* streams that may spool when memory is short */
    struct reeve_list loads;    /* streams that run out of messages to send */
    struct reeve_list removals; /* blocks; those that could not be removed at the back */
    enum reeve_engine_spool_work work;
    struct reeve_engine_stream *stream;     /* of the work; NULL: it was dropped meanwhile */
    struct reeve_engine_spool_block *block; /* of the work; its own unless it reads */
    uint64_t bytes;                         /* on disk */
    uint64_t results;                       /* in blocks of streams */
    uint64_t loaded_bytes;                  /* messages in memory that were read back */
    enum reeve_status status;               /* of the last write */
    bool full;                              /* and said */
    uint64_t write_at_ms;                   /* not before */
    uint64_t read_at_ms;
    uint64_t remove_at_ms; /* of what could not be removed */
};

/* ---- session ---- */

struct reeve_engine_link {
    enum reeve_engine_link_state state;
    uint32_t number;
    bool connect_pending;
    bool close_pending;
    bool writable;
    uint32_t close_code;
    enum reeve_status close_status;
    uint64_t connect_at_ms;
    uint64_t connect_by_ms;  /* Welcome until then */
    uint64_t retry_after_ms; /* from Retry, for the next pause; 0: backoff decides */
    uint64_t not_before_ms;  /* as the last Retry asked */
    bool refused;
    bool reconnect_now; /* the gateway asked to connect anew */
    struct reeve_engine_backoff backoff;
    uint64_t connects;
    uint64_t hello_lsn;
    uint64_t epoch_lsn;
    enum reeve_status last_end;
    uint32_t last_code;
};

/* The link that is to take over (takeover.c). It has no session: only what leads to one. */
struct reeve_engine_next {
    enum reeve_engine_next_state state;
    uint32_t number;
    bool wanted;        /* the identity is newer than the link's */
    bool again;         /* and newer than the next link's, too */
    bool leaving;       /* the link's peer goes away */
    bool leaving_again; /* and the next link's, too */
    bool draining;      /* the gateway wants the session gone */
    bool connect_pending;
    bool writable;
    bool hello_due;
    uint64_t at_ms; /* WAITING until then */
    uint64_t by_ms; /* its state ends by then */
    uint64_t hello_lsn;
    uint64_t hello_sent_ms;
    uint64_t heard_ms;
    struct reeve_engine_backoff backoff;
    struct reeve_buffer held; /* messages from Welcome on */
};

/* A link that is no session's any more and has to be closed. */
struct reeve_engine_farewell {
    uint32_t number;
    uint32_t code;
    enum reeve_status status;
};
#define REEVE_ENGINE_FAREWELLS 4u /* in one event: at most the serving link and the next one */

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

/* ---- chain.c ---- */
struct reeve_engine_chain_item {
    struct reeve_audit_record *record; /* event and `as`; the header is filled in */
    struct reeve_audit_entry *entry;   /* salts and bodies; the record is filled in */
    struct reeve_outcome *outcome;     /* NULL: an audit record of its own */
    int64_t not_after_unix_ms;
    bool approved;
};
enum reeve_status reeve_engine_chain_append(struct reeve_engine *e,
                                            struct reeve_engine_chain_item *item,
                                            uint64_t *lsn) REEVE_MUST_CHECK;
enum reeve_status reeve_engine_chain_restore(struct reeve_engine *e, uint64_t lsn,
                                             struct reeve_bytes bytes,
                                             const struct reeve_outcome *outcome,
                                             const struct reeve_audit_record *record,
                                             struct reeve_bytes record_bytes) REEVE_MUST_CHECK;
void reeve_engine_chain_synced(struct reeve_engine *e);
void reeve_engine_chain_settle(struct reeve_engine *e, uint64_t sequence);
void reeve_engine_chain_rewind(struct reeve_engine *e, uint64_t after_sequence);
void reeve_engine_chain_clear(struct reeve_engine *e);
void reeve_engine_chain_journal_ack(struct reeve_engine *e); /* when due */
enum reeve_status reeve_engine_chain_open(struct reeve_engine *e) REEVE_MUST_CHECK;
void reeve_engine_audit_session(struct reeve_engine *e, enum reeve_session_event_kind kind,
                                const char *code);
void reeve_engine_audit_pending(struct reeve_engine *e); /* stores what is pending */

/* ---- checkpoint.c ---- */
void reeve_engine_checkpoint_make(struct reeve_engine *e, bool now);
uint64_t reeve_engine_checkpoint_due_ms(const struct reeve_engine *e);
void reeve_engine_countersigned(struct reeve_engine *e, const struct reeve_countersignature *c);

/* ---- outcome.c ---- */
struct reeve_engine_end {
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint32_t attempt;
    uint64_t sequence;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_digest job_digest;
    const char *binding;
    struct reeve_views approved_by;
    bool has_commitment; /* else one is made when has_input */
    struct reeve_commitment commitment;
    bool has_input_salt;
    struct reeve_id input_salt;
    bool has_input;
    struct reeve_bytes input;
    struct reeve_bytes input_body;
    /* The request has sensitive fields: without a redacted body, none is audited. */
    bool sensitive_input;
    bool has_output;
    struct reeve_bytes output;
    struct reeve_bytes output_body;
    /* Server-streaming: acknowledged messages, and the head of their chain. */
    uint64_t results;
    struct reeve_digest results_head;
    int64_t started_unix_ms;
    int64_t not_after_unix_ms;
    bool approved;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    struct reeve_job_error error;
};
enum reeve_status reeve_engine_outcome(struct reeve_engine *e,
                                       const struct reeve_engine_end *end) REEVE_MUST_CHECK;
const char *reeve_engine_binding_name(uint8_t binding);

/* ---- link.c ---- */
void reeve_engine_link_move(struct reeve_engine *e, enum reeve_engine_link_state to);
void reeve_engine_link_plan(struct reeve_engine *e);
void reeve_engine_link_connect(struct reeve_engine *e);
void reeve_engine_link_close(struct reeve_engine *e, enum reeve_session_code code,
                             enum reeve_status status);
void reeve_engine_link_up(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_link_sent(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_link_down(struct reeve_engine *e, const struct reeve_engine_event *event);
bool reeve_engine_link_is_up(const struct reeve_engine *e); /* LIVE or RESUMING */
bool reeve_engine_is_refusal(enum reeve_status status);
/* CLOSE for a link that this engine has let go of. */
void reeve_engine_farewell(struct reeve_engine *e, uint32_t number, enum reeve_session_code code,
                           enum reeve_status status);
void reeve_engine_farewell_take_back(struct reeve_engine *e, uint32_t number);

/* ---- takeover.c ---- */
void reeve_engine_takeover_init(struct reeve_engine *e);
void reeve_engine_takeover_clear(struct reeve_engine *e);
/* The gateway sent Drain. */
void reeve_engine_takeover_drain(struct reeve_engine *e);
void reeve_engine_takeover_leaving(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_renew(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_takeover_abandon(struct reeve_engine *e);
/* The serving link ends: true when the next one is in its place now. */
bool reeve_engine_takeover_promote(struct reeve_engine *e, bool superseded);
bool reeve_engine_takeover_is(const struct reeve_engine *e, uint32_t link);
void reeve_engine_takeover_up(struct reeve_engine *e);
void reeve_engine_takeover_synced(struct reeve_engine *e);
void reeve_engine_takeover_sent(struct reeve_engine *e);
void reeve_engine_takeover_down(struct reeve_engine *e, enum reeve_status status);
void reeve_engine_takeover_message(struct reeve_engine *e, struct reeve_bytes message);
void reeve_engine_takeover_step(struct reeve_engine *e);
uint64_t reeve_engine_takeover_next_ms(const struct reeve_engine *e);
/* No record behind it may be sent now. */
uint64_t reeve_engine_takeover_last_record(const struct reeve_engine *e);
bool reeve_engine_takeover_hello_due(const struct reeve_engine *e);
void reeve_engine_takeover_hello_left(struct reeve_engine *e);
void reeve_engine_takeover_hello_failed(struct reeve_engine *e, enum reeve_status status);

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

/* ---- dispatch.c, approvals.c, seen.c ---- */
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

/* ---- stream.c ---- */
struct reeve_engine_result_message *reeve_engine_message_of(struct reeve_list_node *node);
size_t reeve_engine_message_held_bytes(const struct reeve_engine_result_message *message);
/* Takes it out of `list`, one of its stream's two. */
void reeve_engine_message_free(struct reeve_engine *e, struct reeve_engine_stream *stream,
                               struct reeve_list *list,
                               struct reeve_engine_result_message *message);
/* To be called when what may be sent of a stream has changed. */
void reeve_engine_stream_make_ready(struct reeve_engine *e, struct reeve_engine_stream *stream);
/* Off the runner's account. */
void reeve_engine_stream_release(struct reeve_engine *e, struct reeve_engine_stream *stream,
                                 struct reeve_engine_result_message *message);
/* Drops everything from `index` on, which was not acknowledged, and ends the stream there: its job
 * fails for `reason`. */
void reeve_engine_stream_cut(struct reeve_engine *e, struct reeve_engine_stream *stream,
                             uint64_t index, enum reeve_reason reason);
/* The gateway would not take one of this size. */
bool reeve_engine_stream_is_too_large(const struct reeve_engine *e, size_t len);
void reeve_engine_stream_when_delivered(struct reeve_engine *e, struct reeve_engine_stream *stream);
bool reeve_engine_stream_is_behind(const struct reeve_engine_stream *stream);
void reeve_engine_stream_init(struct reeve_engine *e, struct reeve_engine_job *job,
                              struct reeve_engine_stream *stream);
/* Lets go of what is not acknowledged. */
void reeve_engine_stream_drop(struct reeve_engine *e, struct reeve_engine_stream *stream);
void reeve_engine_stream_clear(struct reeve_engine *e, struct reeve_engine_stream *stream);
void reeve_engine_job_result(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_result_ack(struct reeve_engine *e, const struct reeve_result_ack *ack);
/* A session begins or is lost: nothing of any stream was sent in it. */
void reeve_engine_streams_rewind(struct reeve_engine *e);
enum reeve_status reeve_engine_streams_write(struct reeve_engine *e,
                                             struct reeve_batch_writer *w) REEVE_MUST_CHECK;
/* Whether some result may be sent. */
bool reeve_engine_streams_wait(const struct reeve_engine *e);
bool reeve_engine_releases_take(struct reeve_engine *e, struct reeve_engine_action *out);

/* ---- spool.c ---- */
void reeve_engine_spool_init(struct reeve_engine *e);
void reeve_engine_spool_clear(struct reeve_engine *e);
bool reeve_engine_spool_is_on(const struct reeve_engine *e);
/* To be called when a stream's messages have changed. */
void reeve_engine_spool_touch(struct reeve_engine *e, struct reeve_engine_stream *stream);
/* Lets go of all blocks of a stream. */
void reeve_engine_spool_drop(struct reeve_engine *e, struct reeve_engine_stream *stream);
bool reeve_engine_spool_take(struct reeve_engine *e, struct reeve_engine_action *out);
void reeve_engine_spool_done(struct reeve_engine *e, const struct reeve_engine_event *event);
uint64_t reeve_engine_spool_next_ms(const struct reeve_engine *e);
enum reeve_status reeve_engine_spool_status(const struct reeve_engine *e);

/* ---- spool_block.c ---- */
/* Encodes `block->count` messages from `first` on, and sets the block's sizes. NO_MEMORY. */
enum reeve_status reeve_engine_block_encode(struct reeve_engine_spool_block *block,
                                            const struct reeve_list *list,
                                            const struct reeve_engine_result_message *first,
                                            struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Reads the messages of a block one by one. */
struct reeve_engine_block_reader {
    struct reeve_bytes left;
};
/* CORRUPT: these are not the block's bytes. */
enum reeve_status reeve_engine_block_open(const struct reeve_engine_spool_block *block,
                                          struct reeve_bytes bytes,
                                          struct reeve_engine_block_reader *out) REEVE_MUST_CHECK;
struct reeve_bytes reeve_engine_block_next(struct reeve_engine_block_reader *reader);

/* ---- chunk.c ---- */
/* One message on its way in ResultChunks. */
struct reeve_engine_chunks {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t index;
    struct reeve_bytes message;
    uint64_t offset; /* bytes that were sent; moves on */
    bool done;       /* the last chunk is in a batch */
};
/* Writes chunks, each as large as a frame may be, until the message is at its end or the batch is
 * full (LIMIT). */
enum reeve_status reeve_engine_chunks_write(const struct reeve_engine *e,
                                            struct reeve_batch_writer *w,
                                            struct reeve_engine_chunks *chunks) REEVE_MUST_CHECK;

/* ---- schedule.c ---- */
void reeve_engine_enqueue(struct reeve_engine *e, struct reeve_engine_job *job);
void reeve_engine_schedule(struct reeve_engine *e);
void reeve_engine_intents_synced(struct reeve_engine *e);
void reeve_engine_intents_forsake(struct reeve_engine *e);
void reeve_engine_task_turn(struct reeve_engine *e, struct reeve_engine_task *task);
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
