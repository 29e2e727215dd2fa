/* SPDX-License-Identifier: Apache-2.0 */
/* What a store keeps, as plain structs: the rows that transitions write and queries give back.
 * Every view points into the arena of the request that the struct belongs to. Numbers of enums are
 * those of the contract (job.proto, control.proto, audit.proto). */
#ifndef REEVE_GATEWAY_STUB_STORE_ROWS_H
#define REEVE_GATEWAY_STUB_STORE_ROWS_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of reeve.v1.PlanState and reeve.v1.JobState. */
enum reeve_plan_state {
    REEVE_PLAN_PENDING = 1,
    REEVE_PLAN_APPROVED = 2,
    REEVE_PLAN_REJECTED = 3,
    REEVE_PLAN_CANCELLED = 4,
    REEVE_PLAN_EXPIRED = 5,
    REEVE_PLAN_COMPLETED = 6,
};

enum reeve_job_state {
    REEVE_JOB_PENDING = 1,
    REEVE_JOB_QUEUED = 2,
    REEVE_JOB_DISPATCHED = 3,
    REEVE_JOB_ENDED = 4,
    REEVE_JOB_DEAD = 5,
};

#define REEVE_PLAN_JOBS_MAX 256u
#define REEVE_PRIORITIES 10
#define REEVE_PLAN_APPROVALS_MAX 16u

/* What an end means for the stored results of its job. */
enum reeve_store_results {
    REEVE_RESULTS_NONE,    /* unary: there are none */
    REEVE_RESULTS_COUNTED, /* its worker counted them: `results` of its attempt stay, others go */
    REEVE_RESULTS_KEPT,    /* nobody did: what came of the newest attempt stays, and is counted */
};

/* How a job ended. `error` is an encoded reeve.v1.JobError, empty when it succeeded. */
struct reeve_store_end {
    struct reeve_id job_id;
    uint32_t attempt;
    uint8_t status; /* reeve.v1.OutcomeStatus */
    uint8_t effect; /* reeve.v1.Effect */
    uint16_t reason;
    struct reeve_bytes error;
    struct reeve_bytes output;
    uint64_t results;
    uint8_t results_are; /* enum reeve_store_results, when it ends */
};

/* An attempt that failed and was not the end of its job. */
struct reeve_store_attempt {
    struct reeve_store_end end;
    bool assigned; /* journal_id and worker are set */
    struct reeve_id journal_id;
    struct reeve_bytes worker;
    int64_t ended_unix_ms;
};

#define REEVE_JOB_ATTEMPTS_MAX 32u

/* What attempts that failed left behind; all zero when none did. */
struct reeve_store_retry {
    uint32_t attempt;  /* the highest that is on record */
    uint32_t answered; /* the highest of them whose end a worker told */
    uint32_t base;     /* attempts before the last requeue */
    uint8_t effect;    /* the worst so far: NONE, DONE, MAYBE */
    uint16_t reason;   /* of the last one */
    int64_t retry_unix_ms;
    bool dead;
};

struct reeve_store_job {
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint32_t index; /* position in the plan */
    struct reeve_bytes tenant;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_bytes pool;
    struct reeve_bytes spec; /* JobSpec bytes, as digested in the plan's statement */
    uint64_t timeout_ms;
    bool idempotent;  /* NO_SIDE_EFFECTS or IDEMPOTENT */
    uint8_t priority; /* 0 to REEVE_PRIORITIES - 1: the higher goes out first */
    int64_t not_before_unix_ms;
    int64_t not_after_unix_ms;
    /* What happened since. A DISPATCHED state is stored for jobs of non-idempotent tasks only:
     * leases of the others live in the gateway's memory, and end.attempt of one that is loaded is
     * the last that streamed results. */
    uint8_t state; /* enum reeve_job_state */
    bool assigned; /* journal_id and worker are set */
    struct reeve_id journal_id;
    struct reeve_bytes worker; /* identity */
    int64_t queued_unix_ms;
    int64_t ended_unix_ms;
    bool cancel_requested;      /* LOAD_PLANS only: while a worker had it */
    struct reeve_store_end end; /* state ENDED */
    struct reeve_store_retry retry;
    struct reeve_store_attempt *attempts; /* newest first, at most REEVE_JOB_ATTEMPTS_MAX */
    size_t attempts_count;
};

struct reeve_store_approval {
    struct reeve_bytes by;
    struct reeve_bytes key_id; /* 32 characters */
    int64_t time_unix_ms;
    struct reeve_bytes signature; /* 64 bytes */
};

struct reeve_store_plan {
    struct reeve_id plan_id;
    struct reeve_bytes tenant;
    uint8_t state; /* enum reeve_plan_state */
    struct reeve_bytes title;
    struct reeve_bytes submitted_by;
    struct reeve_bytes idempotency_key; /* empty: none */
    int64_t submitted_unix_ms;
    int64_t not_after_unix_ms;
    struct reeve_bytes statement; /* PlanStatement bytes, as signed */
    uint32_t approvals_needed;
    struct reeve_bytes reason;
    uint32_t open_jobs; /* not ended */
    /* LOAD_PLANS: the store came from a backup, and a worker remembered more than it: what became
     * of these jobs since is not known. */
    bool doubtful;
    struct reeve_store_approval *approvals;
    size_t approvals_count;
    struct reeve_store_job *jobs; /* in plan order; a query may leave some out */
    size_t jobs_count;
};

/* One version of a task. `entry` is an encoded reeve.v1.TaskEntry. */
struct reeve_store_task {
    struct reeve_bytes tenant;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_bytes entry;
    int64_t registered_unix_ms;
    bool added; /* out: false when this version was there already */
};

/* What is known of a journal, and so of the worker that owns it. */
struct reeve_store_journal {
    struct reeve_id journal_id;
    struct reeve_bytes tenant;
    struct reeve_bytes identity;
    struct reeve_id boot_id;
    uint64_t epoch;
    struct reeve_bytes build;
    bool awaited; /* connected when the store was last left, or away with jobs and in its grace */
    bool rolled_back;
    int64_t opened_unix_ms;
    int64_t closed_unix_ms; /* of the last session whose end was seen; 0: of none */
    int64_t away_unix_ms;   /* since when it is away; 0: nobody saw its session end */
    uint64_t audit_sequence;
    struct reeve_digest audit_hash;
    uint8_t audit_public_key[32];
    bool abandoned;
};

/* An audit record as it is stored, with what travels beside it. */
struct reeve_store_audit {
    struct reeve_id chain_id; /* a journal, or one of the gateway's own chains */
    uint64_t sequence;
    struct reeve_digest hash;
    struct reeve_bytes record;
    struct reeve_bytes input_salt;
    struct reeve_bytes output_salt;
    struct reeve_bytes input_body;
    struct reeve_bytes output_body;
    bool has_input_body;
    bool has_output_body;
    int64_t received_unix_ms;
    struct reeve_bytes identity; /* out */
};

/* A checkpoint of a chain. The signatures are Ed25519, their key ids 32 characters of hex. */
struct reeve_store_checkpoint {
    uint64_t sequence;
    struct reeve_bytes checkpoint; /* Checkpoint bytes */
    struct reeve_bytes key_id;
    struct reeve_bytes signature;
    struct reeve_bytes counter_key_id; /* empty: not countersigned */
    struct reeve_bytes countersignature;
};

/* A record for the gateway's own chain of a tenant. It gets its sequence, the previous record's
 * hash and a time that never goes back inside the transaction that it belongs to. */
enum reeve_own_record_kind {
    REEVE_OWN_CHAIN_OPENED,
    REEVE_OWN_JOB_ENDED,
    REEVE_OWN_SETTLEMENT,
    REEVE_OWN_PLAN_DECIDED,
    REEVE_OWN_SESSION,
    REEVE_OWN_GAP,
};

struct reeve_own_record {
    enum reeve_own_record_kind kind;
    /* JOB_ENDED, SETTLEMENT */
    struct reeve_id job_id;
    uint32_t attempt;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_digest job_digest; /* SHA-256 over the JobSpec */
    uint8_t status;
    uint8_t effect;
    uint16_t reason;
    /* JOB_ENDED, PLAN_DECIDED */
    struct reeve_id plan_id;
    /* SETTLEMENT: source; PLAN_DECIDED: the operator's identity */
    struct reeve_bytes by;
    struct reeve_bytes note;
    /* "submitted", "approved", "rejected", "cancelled", "expired"; "requeued": job_id is set */
    struct reeve_bytes decision;
    struct reeve_digest statement_digest;
    /* SESSION */
    uint8_t session_kind; /* reeve.v1.SessionEvent.Kind */
    uint64_t epoch;
    /* SESSION, GAP: a word, and the journal that it is about (zero: not known) */
    struct reeve_bytes code;
    struct reeve_id journal_id;
    /* GAP: the first and the last record that is lost */
    uint64_t from_sequence;
    uint64_t to_sequence;
};

#ifdef __cplusplus
}
#endif
#endif
