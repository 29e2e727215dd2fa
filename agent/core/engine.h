/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's engine: everything a worker decides, nothing that it does by itself. No socket,
 * thread, clock, file or randomness of its own, no callback into its owner.
 *
 *   engine = reeve_engine_new(&options)
 *   for each record of the journal, oldest first:  reeve_engine_replay(engine, type, lsn, record)
 *   reeve_engine_start(engine, now)
 *   loop:
 *     while (reeve_engine_next_action(engine, &action)) { carry it out }
 *     wait for something, at most until reeve_engine_next_deadline(engine)
 *     reeve_engine_handle(engine, &event, now)        // TICK when only the deadline came
 *
 * After each handle() (and after start()) the driver takes all actions before the next handle().
 * Nothing is reported through a return value: what goes wrong becomes a typed outcome, the end of
 * the session, or a NOTE; what cannot go on becomes EXIT.
 *
 * One thread at a time; the driver's loop. Contracts:
 * proto/reeve/v1/{worker,job,audit,journal}.proto.
 */
#ifndef REEVE_AGENT_CORE_ENGINE_H
#define REEVE_AGENT_CORE_ENGINE_H

#include "agent/base/alloc.h"
#include "agent/base/buffer.h"
#include "agent/base/bytes.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/trust/key.h"
#include "agent/trust/policy.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

/* ---- what it is made of ---- */

/* What a runner may have unreleased of one streaming job: see JOB_RESULT. */
#define REEVE_ENGINE_WINDOW_RESULTS 64u
#define REEVE_ENGINE_WINDOW_BYTES (UINT64_C(1) << 20)

/* Bounds (P7). Zero means the default in brackets. */
struct reeve_engine_limits {
    /* Jobs held in all: queued, waiting for the journal, running. [256] Fixed at _new. */
    uint32_t max_in_flight;
    /* Of them, jobs that were begun: waiting for the journal, running, delivering the last of their
     * results, not let go by their runner. The others are queued, where Recall reaches them.
     * [max_in_flight, which is the most] */
    uint32_t max_running;
    /* Outcomes that the gateway has not acknowledged. [4 * max_in_flight] Fixed at _new. */
    uint32_t max_unsettled;
    /* Job ids with approvals that are remembered. [65536] Fixed at _new. */
    uint32_t max_replay_entries;
    /* One JobSpec's input and one output, or result message. [1 MiB each] */
    uint64_t max_input_bytes;
    uint64_t max_output_bytes;
    /* Inputs held plus unsettled outcomes and results. [256 MiB] */
    uint64_t max_memory_bytes;
    /* Results on disk that no memory holds, block by block: see SPOOL_WRITE. [0: none; results wait
     * in memory alone] */
    uint64_t max_spool_bytes;
    /* As the runner has them. [REEVE_ENGINE_WINDOW_…] */
    uint32_t window_results;
    uint64_t window_bytes;
    /* One frame that the gateway may send. [4 MiB] */
    uint32_t max_frame_bytes;
    /* How long a cancelled or timed-out job may go on before it is ended without its runner's word
     * (effect MAYBE unless the task has no side effects). [10,000] */
    uint32_t cancel_grace_ms;
};

/* What local configuration says. */
struct reeve_engine_policy {
    /* Allowlist, approvers, approvals. Must outlive the engine, or the handling of the
     * CONFIGURATION event that replaces it. */
    const struct reeve_policy *trust;
    /* One for each task of the table, in its order; NULL: all are configured. true: the task's
     * system or credential is not configured, jobs for it are REJECTED(NOT_CONFIGURED) and it is
     * not offered as allowed. */
    const bool *unconfigured;
    struct reeve_engine_limits limits;
    /* The longest pause between two tries to connect. 0: 30,000 */
    uint32_t backoff_cap_ms;
    /* What runs and must not run twice may go on for so long when the journal failed, though its
     * outcome cannot be stored. 0: 10,000 */
    uint32_t failed_grace_ms;
    /* SHA-256 of the configuration for the audit trail; NULL: no record is made. */
    const struct reeve_digest *configuration_digest;
};

struct reeve_engine_label {
    const char *key;
    const char *value;
};

/* How the identity introduces the audit key; goes into a new chain's first record. Copied. See
 * agent/audit/introduction.h. */
struct reeve_engine_introduction {
    struct reeve_bytes signature;
    const char *scheme; /* NULL: "" */
    struct reeve_bytes certificate;
};

/* Everything is copied but `tasks`, `policy.trust`, `audit_key`, `random` and `allocator`, which
 * must outlive the engine. */
struct reeve_engine_options {
    const struct reeve_task_table *tasks;
    struct reeve_engine_policy policy;
    const char *identity; /* SPIFFE ID */
    const char *build;    /* "reeve-agent/0.1.0" */
    struct reeve_id journal_id;
    struct reeve_id boot_id;
    const char *const *pools; /* to narrow; NULL: all */
    uint32_t pools_count;
    const struct reeve_engine_label *labels;
    uint32_t labels_count;
    const struct reeve_key *audit_key; /* signs checkpoints */
    struct reeve_engine_introduction introduction;
    const struct reeve_random *random;
    const struct reeve_allocator *allocator; /* NULL: reeve_heap() */
    /* Reconnecting; 0: 200 and 60,000. */
    uint32_t backoff_base_ms;
    uint32_t backoff_refused_ms; /* after CLONED, IDENTITY_UNKNOWN, VERSION_UNSUPPORTED … */
    uint32_t connect_timeout_ms; /* CONNECT to Welcome; 0: 15,000 */
};

/* INVALID: an option is missing or out of range. NO_MEMORY. *out is NULL unless OK. */
enum reeve_status reeve_engine_new(const struct reeve_engine_options *options,
                                   struct reeve_engine **out) REEVE_MUST_CHECK;
/* Frees everything, also of jobs that still run: their runners must have let go. NULL is fine. */
void reeve_engine_free(struct reeve_engine *engine);

/* ---- the journal ---- */

/* Hands over one record of the journal, before _start, in order. `type` is the field number in
 * reeve.v1.JournalRecord; the record is borrowed for the call. `lsn` rises; the records that the
 * journal writes by itself (JournalOpened, type 1) have the lsn of the record behind them, or 0.
 * CORRUPT: the record does not decode or contradicts an earlier one. LIMIT: more open jobs or
 * unsettled outcomes than the limits allow. NO_MEMORY. */
enum reeve_status reeve_engine_replay(struct reeve_engine *engine, uint8_t type, uint64_t lsn,
                                      struct reeve_bytes record) REEVE_MUST_CHECK;

/* Ends the replay and begins to work. The first record that is appended has the lsn after the last
 * replayed one, or 1. `next_lsn` is what the journal will give; a difference is CORRUPT. NO_MEMORY.
 */
enum reeve_status reeve_engine_start(struct reeve_engine *engine, uint64_t next_lsn,
                                     struct reeve_now now) REEVE_MUST_CHECK;

/* For the head of a new journal segment, and for clean-up. Valid at any time after _start. */
struct reeve_engine_marks {
    uint64_t audit_sequence; /* last appended */
    struct reeve_digest audit_hash;
    uint64_t dispatch_mark;
    /* Records below this lsn will not be asked for again after a restart. */
    uint64_t oldest_needed_lsn;
};
struct reeve_engine_marks reeve_engine_read_marks(const struct reeve_engine *engine);

/* ---- events ---- */

/* How a job ended, in the runner's words. Views are borrowed for the call. */
struct reeve_engine_violation {
    struct reeve_bytes field;
    struct reeve_bytes rule;
    struct reeve_bytes message;
};

struct reeve_engine_result {
    uint8_t status;  /* number of reeve.v1.OutcomeStatus */
    uint8_t effect;  /* number of reeve.v1.Effect; 0: NONE when REJECTED, DONE when SUCCEEDED, else
                        MAYBE */
    uint32_t reason; /* number of reeve.v1.Reason; 0 when SUCCEEDED */
    uint32_t upstream_code;
    struct reeve_bytes message;                      /* our own words, at most 512 bytes */
    struct reeve_bytes reference;                    /* at most 32 bytes of [0-9a-z-] */
    const struct reeve_engine_violation *violations; /* at most 32 */
    uint32_t violations_count;
    uint32_t violations_total;
    /* The output message, when SUCCEEDED. Moved: empty after the call. */
    struct reeve_buffer *output;
    /* For tasks with sensitive fields: input and output without them, for the audit trail. Moved.
     * NULL: the bodies are the input and output themselves. */
    struct reeve_buffer *redacted_input;
    struct reeve_buffer *redacted_output;
};

/* Names a job between START_JOB and JOB_FINISHED; never used twice by one engine. */
typedef uint64_t reeve_job_handle;

enum reeve_engine_event_type {
    /* The stream that CONNECT asked for is open. */
    REEVE_EVENT_LINK_UP = 1,
    /* One message; its bytes are borrowed for the call. */
    REEVE_EVENT_LINK_MESSAGE,
    /* The last SEND is complete: the link takes the next. */
    REEVE_EVENT_LINK_SENT,
    /* The link ended, or could not be opened; exactly once for each CONNECT, also after CLOSE. */
    REEVE_EVENT_LINK_DOWN,
    /* The link's peer, or a proxy on the way, goes away soon (GOAWAY), while the link still works:
     * a second link is made, as for RENEW, and the first stays until it took over. */
    REEVE_EVENT_LINK_LEAVING,
    /* Exactly once for each START_JOB. */
    REEVE_EVENT_JOB_FINISHED,
    REEVE_EVENT_JOB_PROGRESS,
    /* One result message of a server-streaming task, in order, before its JOB_FINISHED. It is held
     * until the gateway acknowledged it; RELEASE_RESULTS says when it is off the runner's account.
     * What a job may have unreleased is the runner's to bound. */
    REEVE_EVENT_JOB_RESULT,
    /* Everything up to and including `lsn` is on disk. */
    REEVE_EVENT_JOURNAL_SYNCED,
    /* The journal takes no more; nothing after the last synced lsn may be believed. Nothing more is
     * started or sent; EXIT follows when what runs has ended (failed_grace_ms). */
    REEVE_EVENT_JOURNAL_FAILED,
    REEVE_EVENT_TICK,
    /* Stop: finish what runs until `deadline_ms` (boot time), then EXIT. A deadline that has passed
     * exits at once; a second DRAIN replaces the first. */
    REEVE_EVENT_DRAIN,
    REEVE_EVENT_CONFIGURATION,
    /* What links are dialled with is new: a second link is made at once, takes over what the first
     * has, and the first is closed. Nothing when there is none, or one on its way that was asked
     * for after this. */
    REEVE_EVENT_RENEW,
    /* Exactly once for each SPOOL_ action. */
    REEVE_EVENT_SPOOL_DONE,
};

struct reeve_engine_event {
    enum reeve_engine_event_type type;
    union {
        struct {
            uint32_t link;              /* as given by CONNECT; all LINK_ events */
            struct reeve_bytes message; /* LINK_MESSAGE */
            enum reeve_status status;   /* LINK_DOWN */
        } link;
        struct {
            reeve_job_handle handle;
            const struct reeve_engine_result *result;
        } finished;
        struct {
            reeve_job_handle handle;
            uint64_t steps_done;
            uint64_t steps_total;
        } progress;
        struct {
            reeve_job_handle handle;
            struct reeve_buffer *message; /* moved: empty after the call */
        } job_result;
        struct {
            uint64_t lsn;
            /* What the journal may still grow by; UINT64_MAX: no bound. Limits stop growing before
             * it is used up. 0 means 0. */
            uint64_t free_bytes;
        } synced;
        struct {
            enum reeve_status status;
        } failed;
        struct {
            uint64_t deadline_ms;
        } drain;
        struct {
            enum reeve_status status;
            struct reeve_buffer *bytes; /* what was read; may be moved out; NULL: nothing was */
        } spool;
        /* Borrowed for the call; _in_flight, _unsettled and _replay_entries limits stay as they
         * were. */
        const struct reeve_engine_policy *policy;
    } u;
};

/* Never fails (see above). */
void reeve_engine_handle(struct reeve_engine *engine, const struct reeve_engine_event *event,
                         struct reeve_now now);

/* ---- actions ---- */

enum reeve_cancel_why {
    REEVE_CANCEL_REQUESTED = 1, /* by the gateway */
    REEVE_CANCEL_DEADLINE,
    REEVE_CANCEL_DRAIN, /* the worker stops, and its time for what runs is over */
};

/* Typed events for the local log. X(NAME, log level, text) */
#define REEVE_ENGINE_NOTE_MAP(X)                                                                   \
    X(STARTED, INFO, "engine started")                                                             \
    X(SESSION_OPENED, INFO, "session opened")                                                      \
    X(SESSION_CLOSED, INFO, "session closed")                                                      \
    X(SESSION_VIOLATION, WARN, "gateway broke the protocol; session ended")                        \
    X(SESSION_REFUSED, ERROR, "gateway refused this worker")                                       \
    X(RETRY, INFO, "gateway asked to come back later")                                             \
    X(PEER_LEAVING, INFO, "the connection's peer goes away; making another")                       \
    X(TAKEOVER, INFO, "a new connection takes over")                                               \
    X(TAKEOVER_FAILED, WARN, "a new connection could not take over")                               \
    X(CONNECT_LATER, DEBUG, "connecting again after a pause")                                      \
    X(LIVENESS_LOST, WARN, "gateway's heartbeats stopped; connecting anew")                        \
    X(LEASE_EXPIRED, WARN, "lease ran out; nothing is started until a heartbeat is answered")      \
    X(ROLLED_BACK, ERROR, "a store was rolled back; waiting for readmission")                      \
    X(READMITTED, INFO, "readmitted after a rollback")                                             \
    X(CLOCK_DIFFERS, WARN, "this clock differs from the gateway's by more than 60 s")              \
    X(TASK_NOT_ALIGNED, WARN, "the gateway's registry differs for a task")                         \
    X(FRAME_IGNORED, DEBUG, "unknown frames ignored")                                              \
    X(JOB_ACCEPTED, DEBUG, "job accepted")                                                         \
    X(JOB_REJECTED, INFO, "job rejected")                                                          \
    X(JOB_STARTED, DEBUG, "job started")                                                           \
    X(JOB_ENDED, INFO, "job ended")                                                                \
    X(JOB_FORGOTTEN, DEBUG, "unstarted job forgotten")                                             \
    X(JOB_LATE, WARN, "a runner finished after its job had been ended")                            \
    X(JOB_LOST_AT_RESTART, WARN, "job was running when the worker stopped; its end is unknown")    \
    X(JOURNAL_FAILED, ERROR, "journal failed; nothing more is started, and the worker ends")       \
    X(CHECKPOINT_FAILED, ERROR, "a checkpoint could not be signed")                                \
    X(SPOOL_FULL, WARN, "the spool is full; streaming jobs wait for the gateway")                  \
    X(SPOOL_FAILED, WARN, "the spool cannot be written; streaming jobs wait for the gateway")      \
    X(SPOOL_WRITABLE, INFO, "the spool is written again")                                          \
    X(SPOOL_LOST, ERROR, "spooled results cannot be read back; their job fails")                   \
    X(SPOOL_LEFT, WARN, "spooled results could not be removed; tried again every five seconds")    \
    X(COUNTERSIGNATURE_INVALID, WARN, "a countersignature does not verify")                        \
    X(DRAINING, INFO, "draining")                                                                  \
    X(DRAINED, INFO, "drained")                                                                    \
    X(MEMORY_SHORT, ERROR, "memory is short")                                                      \
    X(INVARIANT, ERROR, "an internal invariant does not hold")                                     \
    X(STATE, DEBUG, "state changed")

enum reeve_engine_note {
#define X(name, level, text) REEVE_NOTE_##name,
    REEVE_ENGINE_NOTE_MAP(X)
#undef X
};

const char *reeve_engine_note_name(enum reeve_engine_note note); /* "SESSION_OPENED" */
const char *reeve_engine_note_text(enum reeve_engine_note note);
int reeve_engine_note_level(enum reeve_engine_note note); /* enum reeve_log_level */

struct reeve_engine_note_fields {
    enum reeve_engine_note code;
    enum reeve_status status; /* OK when none applies */
    uint32_t reason;          /* number of reeve.v1.Reason; 0: none */
    uint32_t session_code;    /* number of reeve.v1.SessionCode; 0: none */
    struct reeve_id job_id;   /* zero: none */
    const char *task;         /* static; NULL: none */
    const char *state;        /* static name; NULL: none */
    uint64_t number;          /* epoch, milliseconds, count: what the code is about */
    struct reeve_bytes text;  /* a peer's words (Retry.message); only until the next call */
};

struct reeve_engine_start_job {
    reeve_job_handle handle;
    const struct reeve_task *task;
    uint32_t task_index; /* in the task table */
    /* The engine's memory, until JOB_FINISHED. */
    struct reeve_bytes input;
    const char *traceparent; /* "" when there is none; until JOB_FINISHED */
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint32_t attempt;
    uint64_t deadline_ms; /* boot time; the engine cancels at it, too */
    uint64_t max_output_bytes;
};

enum reeve_engine_action_type {
    REEVE_ACTION_CONNECT = 1,
    REEVE_ACTION_CLOSE,
    REEVE_ACTION_SEND,
    REEVE_ACTION_APPEND,
    REEVE_ACTION_START_JOB,
    REEVE_ACTION_CANCEL_JOB,
    REEVE_ACTION_RELEASE_RESULTS,
    /* The spool: blocks of bytes, named by a stream and a number, that need not outlive this
     * process. One action at a time: the next comes only after SPOOL_DONE. */
    REEVE_ACTION_SPOOL_WRITE,
    REEVE_ACTION_SPOOL_READ,
    REEVE_ACTION_SPOOL_REMOVE,
    REEVE_ACTION_NOTE,
    REEVE_ACTION_EXIT,
};

struct reeve_engine_action {
    enum reeve_engine_action_type type;
    union {
        struct {
            uint32_t link; /* the new link's number; its events quote it */
        } connect;
        /* End the link after what was given to it; LINK_DOWN follows. */
        struct {
            uint32_t link;
            uint32_t session_code; /* number of reeve.v1.SessionCode */
            enum reeve_status status;
        } close;
        /* One message. The driver owns the buffer from here on and clears it. The next SEND comes
         * only after LINK_SENT. */
        struct {
            uint32_t link;
            struct reeve_buffer message;
        } send;
        /* Append to the journal and sync soon; JOURNAL_SYNCED follows. The bytes are the engine's,
         * valid until the next call of _next_action or _handle. */
        struct {
            uint8_t type; /* field number in reeve.v1.JournalRecord */
            uint64_t lsn; /* what the journal must give it */
            struct reeve_bytes record;
        } append;
        struct reeve_engine_start_job start;
        struct {
            reeve_job_handle handle;
            enum reeve_cancel_why why;
        } cancel;
        /* Of the job's messages, `results`, `bytes` in all, are off the runner's account: the
         * gateway has them, or the disk, or they were sent and the engine's own bound holds them.
         * Absolute counts, which only rise; only while the runner has the job. */
        struct {
            reeve_job_handle handle;
            uint64_t results;
            uint64_t bytes;
        } release;
        /* The driver owns the buffer from here on and clears it. Nothing needs to be durable. */
        struct {
            uint64_t stream; /* never used twice by one engine */
            uint64_t number;
            struct reeve_buffer bytes;
        } spool_write;
        /* The whole block, `bytes` long. */
        struct {
            uint64_t stream;
            uint64_t number;
            uint64_t bytes;
        } spool_read;
        /* Blocks from `from` on, below `until`; those that there are. */
        struct {
            uint64_t stream;
            uint64_t from;
            uint64_t until;
        } spool_remove;
        struct reeve_engine_note_fields note;
        /* The engine is done; nothing follows. OK: drained. */
        struct {
            enum reeve_status status;
        } exit;
    } u;
};

/* The next thing to do; false: nothing until the next event. Actions come in the order in which
 * they must be carried out. */
bool reeve_engine_next_action(struct reeve_engine *engine, struct reeve_engine_action *out);

/* Boot time at which a TICK is due, REEVE_NEVER_MS: none. */
uint64_t reeve_engine_next_deadline(const struct reeve_engine *engine);

/* ---- status ---- */

/* What keeps the worker from being ready (P8). X(NAME, name on the wire, next step) */
#define REEVE_CONDITION_MAP(X)                                                                     \
    X(NOT_CONNECTED, "not_connected", "check gateway.address and the network path")                \
    X(REFUSED, "refused", "see the log: the gateway refused this identity, version or journal")    \
    X(NOT_WELCOMED, "not_welcomed", "the gateway has not answered Hello yet")                      \
    X(HEARTBEAT_LATE, "heartbeat_late", "the gateway does not answer heartbeats")                  \
    X(JOURNAL, "journal", "check the journal's disk; the journal is not writable")                 \
    X(DRAINING, "draining", "the worker is stopping")                                              \
    X(NO_ALIGNED_TASK, "no_aligned_task", "allow a task, and register it with this fingerprint")   \
    X(ROLLED_BACK, "rolled_back", "run reevectl worker readmit after finding the cause")

enum reeve_condition {
#define X(name, text, step) REEVE_CONDITION_##name,
    REEVE_CONDITION_MAP(X)
#undef X
        REEVE_CONDITION_COUNT,
};

const char *reeve_condition_name(enum reeve_condition condition); /* "heartbeat_late" */
const char *reeve_condition_next_step(enum reeve_condition condition);

struct reeve_engine_status {
    bool ready;
    uint32_t conditions;        /* bit 1 << enum reeve_condition: not ready because of it */
    const char *link_state;     /* static: "LIVE" */
    enum reeve_status last_end; /* why the last link ended */
    uint32_t last_session_code; /* number of reeve.v1.SessionCode */
    uint64_t connect_at_ms;     /* boot time of the next try; REEVE_NEVER_MS: none planned */
    uint64_t connects;          /* tries */
    uint64_t takeovers;         /* connections that took over from one that stood */
    uint64_t epoch;
    struct reeve_id gateway_id;
    struct reeve_id journal_id;
    char tenant[64];
    bool rolled_back;
    uint64_t dispatch_mark;
    uint64_t audit_sequence;
    uint64_t settled_mark;
    uint64_t checkpoint_sequence;
    uint64_t countersigned_sequence;
    uint64_t synced_lsn;
    uint64_t appended_lsn;
    uint32_t jobs_queued;
    uint32_t jobs_starting; /* intent on its way to disk */
    uint32_t jobs_running;
    uint32_t jobs_delivering; /* done, but for results that the gateway has not acknowledged */
    uint32_t unsettled;
    uint64_t memory_bytes;
    uint64_t spool_bytes;           /* on disk, or on their way there or from there */
    uint64_t spool_max_bytes;       /* 0: there is none */
    uint64_t spool_results;         /* messages that are on disk alone */
    enum reeve_status spool_status; /* OK, LIMIT (full), or why the last write failed */
    uint64_t granted;               /* Limit of this session */
    uint64_t received;              /* Dispatch frames of this session */
    uint32_t aligned_tasks;
    uint64_t lease_left_ms;
    uint64_t oldest_unsynced_ms;
    uint64_t oldest_unstarted_ms;
    /* Since the engine was made. */
    uint64_t accepted, started, succeeded, failed, rejected, cancelled, timed_out, unknown;
    uint64_t frames_ignored, violations, notes_dropped;
};

void reeve_engine_read_status(const struct reeve_engine *engine, struct reeve_now now,
                              struct reeve_engine_status *out);

#ifdef __cplusplus
}
#endif
#endif
