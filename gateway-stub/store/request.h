/* SPDX-License-Identifier: Apache-2.0 */
/* A store request: one whole transition, or one query. A transition happens altogether and durably,
 * or not at all. What it needs is checked inside the transaction, against what is stored: the
 * core's own memory is only a forecast.
 *
 * A request owns all that it points to through its arena: the submitter copies its arguments there,
 * the store allocates results there. It has one owner at a time: the submitter until it is handed
 * to reeve_store_submit(), the store until `done`, then the submitter again, who frees it. */
#ifndef REEVE_GATEWAY_STUB_STORE_REQUEST_H
#define REEVE_GATEWAY_STUB_STORE_REQUEST_H

#include "agent/base/arena.h"
#include "agent/base/list.h"
#include "gateway-stub/store/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_store_kind {
    /* transitions, on the writer, in the order of submission */
    REEVE_STORE_REGISTER_TASKS,
    REEVE_STORE_SUBMIT_PLAN,
    REEVE_STORE_APPROVE_PLAN,
    REEVE_STORE_END_PLAN,
    REEVE_STORE_END_JOBS,
    REEVE_STORE_OPEN_SESSION,
    REEVE_STORE_CLOSE_SESSION,
    REEVE_STORE_RESERVE,
    REEVE_STORE_ASSIGN,
    REEVE_STORE_RELEASE,
    REEVE_STORE_SETTLE,
    REEVE_STORE_FAIL_ATTEMPTS,
    REEVE_STORE_REQUEUE,
    REEVE_STORE_CANCEL,
    REEVE_STORE_RESOLVE,
    REEVE_STORE_READMIT,
    REEVE_STORE_REVOKE,
    REEVE_STORE_CHECKPOINT,
    /* queries, on the reader: they see every transition whose `done` came before their submission
     */
    REEVE_STORE_LOAD_META,
    REEVE_STORE_LOAD_TASKS,
    REEVE_STORE_LOAD_PLANS,
    REEVE_STORE_LOAD_JOURNALS,
    REEVE_STORE_GET_PLAN,
    REEVE_STORE_LIST_PLANS,
    REEVE_STORE_LIST_JOBS,
    REEVE_STORE_LIST_RESULTS,
    REEVE_STORE_LIST_JOURNALS,
    REEVE_STORE_LIST_AUDIT,
    REEVE_STORE_EXPORT_AUDIT,
};
#define REEVE_STORE_FIRST_QUERY REEVE_STORE_LOAD_META

/* Adds versions that are new; `tasks[i].added` says which. */
struct reeve_store_register_tasks {
    struct reeve_store_task *tasks;
    size_t count;
};

/* Stores a plan with its jobs. With an idempotency key that the tenant used before: nothing is
 * stored, `existing` is set and `existing_plan_id` names the first plan. EXISTS for a plan or job
 * id that is taken. */
struct reeve_store_submit_plan {
    struct reeve_store_plan plan;
    bool existing;                    /* out */
    struct reeve_id existing_plan_id; /* out */
};

/* NOT_FOUND; STATE when the plan is not pending; EXISTS when the key or the operator signed before;
 * EXPIRED when now is not before the plan's not_after. */
struct reeve_store_approve_plan {
    struct reeve_bytes tenant;
    struct reeve_id plan_id;
    struct reeve_store_approval approval;
    uint8_t state; /* out */
};

/* One job that ends without a worker. `applied` is false when it had ended already, or when it was
 * given to a worker and `only_unassigned` is set. */
struct reeve_store_end_job {
    struct reeve_store_end end;
    bool only_unassigned;
    bool applied; /* out */
};

/* Rejects, cancels or expires a plan and ends the given jobs of it. NOT_FOUND; STATE when the plan
 * is not in one of `from` (bits 1 << state). */
struct reeve_store_end_plan {
    struct reeve_bytes tenant;
    struct reeve_id plan_id;
    uint32_t from;
    uint8_t state;
    struct reeve_bytes reason;
    struct reeve_store_end_job *jobs;
    size_t count;
};

struct reeve_store_end_jobs {
    struct reeve_store_end_job *jobs;
    size_t count;
};

/* Opens a journal's next epoch; the one before it is fenced from here on. Status:
 *   NOT_ALLOWED      the journal belongs to another identity or tenant
 *   UNAUTHENTICATED  the identity is revoked
 *   CLONED           an old epoch, and not the nonce of a Hello whose Welcome got lost
 *   CHAIN_BROKEN     equal audit sequences with different hashes, or another audit key
 *   LIMIT            a new journal, and the tenant has max_journals of them */
struct reeve_store_open_session {
    struct reeve_bytes tenant;
    struct reeve_bytes identity;
    struct reeve_id journal_id;
    struct reeve_id boot_id;
    struct reeve_id nonce;
    uint64_t last_epoch;
    uint64_t dispatch_mark;
    uint64_t audit_sequence;
    struct reeve_bytes audit_hash; /* empty or 32 bytes */
    uint64_t settled_mark;
    bool rolled_back;
    uint8_t audit_public_key[32];
    struct reeve_bytes build;
    uint64_t block; /* dispatch sequences to reserve */
    uint32_t max_journals;
    uint64_t loaded_plans; /* LOAD_PLANS' last `after`: doubtful, if this store was behind */
    /* out */
    uint64_t epoch;
    uint64_t stored_mark;   /* every sequence that was ever given out is at or below it */
    uint64_t dispatch_base; /* sequences of this session: (base, limit] */
    uint64_t dispatch_limit;
    uint64_t stored_sequence; /* of the audit chain */
    struct reeve_digest stored_hash;
    bool is_rolled_back;    /* no non-idempotent jobs until it is readmitted */
    bool was_readmitted;    /* an operator let it in, whatever its marks are */
    bool worker_was_behind; /* the journal lost what it had acknowledged */
    bool store_was_behind;  /* this store lost what it had acknowledged */
};

/* The session ended. STATE when `epoch` is not the newest (nothing is changed). */
struct reeve_store_close_session {
    struct reeve_id journal_id;
    uint64_t epoch;
    /* What it was given may still run there, and leases are in no store: a gateway that starts now
     * gives the journal its grace. */
    bool awaited;
    /* It ended before, seen or not: what is stored of when it did stays, or, where nothing is, the
     * journal is away from now on. */
    bool ended_before;
};

/* More dispatch sequences for a session. STATE when it is fenced. */
struct reeve_store_reserve {
    struct reeve_id journal_id;
    uint64_t epoch;
    uint64_t block;
    uint64_t dispatch_limit; /* out */
};

/* Gives jobs of non-idempotent tasks to a journal, durably, before they are dispatched. STATE when
 * the session is fenced. */
struct reeve_store_assignment {
    struct reeve_id job_id;
    uint32_t attempt;
    bool applied; /* out: false when the job has ended or belongs to another journal */
};

struct reeve_store_assign {
    struct reeve_id journal_id;
    uint64_t epoch;
    struct reeve_store_assignment *jobs;
    size_t count;
};

/* Takes jobs back that the journal is known not to have started. */
struct reeve_store_release {
    struct reeve_id journal_id;
    struct reeve_store_assignment *jobs;
    size_t count;
};

enum reeve_settled {
    REEVE_SETTLED_NONE,      /* the item carries no outcome */
    REEVE_SETTLED_APPLIED,   /* the job has ended with this outcome */
    REEVE_SETTLED_DUPLICATE, /* stored before */
    REEVE_SETTLED_RETRIED,   /* the attempt is over, the job is not */
    REEVE_SETTLED_LATE,      /* the job had ended otherwise: a settlement was appended */
    REEVE_SETTLED_UNKNOWN,   /* no such job in this tenant */
};

/* What is to become of a job whose attempt failed. It takes place where trying again is harmless
 * only (P4): the task is idempotent, or the attempt had no effect; else the outcome ends the job.
 */
struct reeve_store_again {
    bool wanted;
    bool dead;             /* its attempts are used up: an operator's to requeue */
    int64_t retry_unix_ms; /* no earlier than this */
};

/* One record of a journal's chain, with the outcome that it came with, if any. */
struct reeve_store_item {
    struct reeve_store_audit audit;
    bool has_end;
    struct reeve_store_end end;
    uint64_t dispatch_sequence;
    int64_t ended_unix_ms;
    struct reeve_store_again again;
    enum reeve_settled settled; /* out */
};

/* One message of a streaming job's results, complete. */
struct reeve_store_result {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t index;
    struct reeve_bytes message;
};

/* Outcomes, audit records, results and checkpoints as they came in one message of a journal. Items
 * at or below the stored sequence are duplicates. STATE when the session is fenced; CHAIN_BROKEN
 * when the first new item does not continue the stored chain: a higher sequence is then let through
 * only with `rebase`, after this store lost records that the journal no longer has; the hole is
 * recorded in the gateway's own chain. */
struct reeve_store_settle {
    struct reeve_bytes tenant;
    struct reeve_bytes identity;
    struct reeve_id journal_id;
    uint64_t epoch;
    struct reeve_digest previous_hash; /* of the record before items[0] */
    bool rebase;
    struct reeve_store_item *items;
    size_t count;
    struct reeve_store_result *results;
    size_t results_count;
    struct reeve_store_checkpoint *checkpoint; /* NULL: none */
    bool has_predecessor; /* the chain was opened in the place of another one */
    struct reeve_id predecessor_id;
    uint64_t audit_sequence; /* out: durable now */
};

/* Attempts of idempotent tasks that nobody reported on, and that are given up. Jobs that have ended
 * are left as they are. */
struct reeve_store_failed_attempt {
    struct reeve_store_end end;
    struct reeve_id journal_id; /* whose it was; zero: not known */
    bool dead;
};

struct reeve_store_fail_attempts {
    struct reeve_store_failed_attempt *attempts;
    size_t count;
};

/* Puts on record that a job is to be cancelled wherever it runs, for a gateway that starts. One
 * that has ended stays as it is. NOT_FOUND. */
struct reeve_store_cancel {
    struct reeve_bytes tenant;
    struct reeve_id job_id;
};

/* A dead letter gets a new series of attempts. NOT_FOUND; STATE when it is none (any more); EXPIRED
 * when its plan is. */
struct reeve_store_requeue {
    struct reeve_bytes tenant;
    struct reeve_id job_id;
    uint32_t base; /* out: attempts that do not count any more */
};

/* An operator's word on a job that ended UNKNOWN: recorded as a settlement. NOT_FOUND, STATE. */
struct reeve_store_resolve {
    struct reeve_bytes tenant;
    struct reeve_id job_id;
    uint8_t status;
    uint8_t effect;
    struct reeve_bytes by;
    struct reeve_bytes note;
};

/* The next Hello of the journal is taken as it is, rolled back or not. NOT_FOUND. */
struct reeve_store_readmit {
    struct reeve_bytes tenant;
    struct reeve_id journal_id;
};

struct reeve_store_revoke {
    struct reeve_bytes tenant;
    struct reeve_bytes identity;
    uint32_t sessions_ended; /* the core's count; the store does not look at it */
};

/* A checkpoint of the tenant's own chain, signed over a head that a request gave back. SEQUENCE
 * when it is ahead of what is stored. */
struct reeve_store_own_checkpoint {
    struct reeve_bytes tenant;
    struct reeve_store_checkpoint checkpoint;
};

struct reeve_store_load_meta {
    struct reeve_id gateway_id;  /* out: as old as the store */
    uint64_t generation;         /* out: counts how often the store was opened */
    struct reeve_bytes *revoked; /* out: identities */
    size_t revoked_count;
};

struct reeve_store_load_tasks {
    uint64_t after; /* in and out: start with 0 */
    size_t limit;
    struct reeve_store_task *tasks; /* out, oldest first */
    size_t count;
    bool more;
};

/* Plans with open jobs, those jobs with them. */
struct reeve_store_load_plans {
    uint64_t after; /* in and out: start with 0 */
    size_t limit;
    struct reeve_store_plan *plans; /* out, oldest first */
    size_t count;
    bool more;
};

/* Journals that are connected or awaited as far as the store knows, or hold assigned jobs. */
struct reeve_store_load_journals {
    struct reeve_store_journal *journals; /* out */
    size_t count;
};

/* NOT_FOUND. Exactly one of plan_id and job_id is set; with a job_id the plan comes with that job
 * alone. `only` has a bit for each job that is wanted, all zero: every job. */
struct reeve_store_get_plan {
    struct reeve_bytes tenant;
    struct reeve_id plan_id;
    struct reeve_id job_id;
    uint64_t only[REEVE_PLAN_JOBS_MAX / 64];
    bool want_outputs;
    struct reeve_store_plan plan; /* out */
};

/* Newest first, without jobs. */
struct reeve_store_list_plans {
    struct reeve_bytes tenant;
    uint8_t state; /* 0: all */
    size_t limit;
    struct reeve_id before;         /* zero: from the newest */
    struct reeve_store_plan *plans; /* out */
    size_t count;
};

/* Newest first, without specs and outputs. */
struct reeve_store_list_jobs {
    struct reeve_bytes tenant;
    uint32_t states;         /* bits 1 << state; 0: all */
    struct reeve_bytes task; /* empty: all */
    struct reeve_id plan_id; /* zero: all */
    size_t limit;
    struct reeve_id before;
    struct reeve_store_job *jobs; /* out */
    size_t count;
};

/* Results of a streaming job in order, of its newest attempt: from `index` on if that is `attempt`,
 * else from the first. A page has at most `limit` messages and about 1 MiB, at least one message.
 * NOT_FOUND. */
struct reeve_store_list_results {
    struct reeve_bytes tenant;
    struct reeve_id job_id;
    uint32_t attempt; /* in and out; 0: no attempt has results */
    uint64_t index;   /* in and out: behind the last of the page */
    size_t limit;
    struct reeve_store_result *results; /* out */
    size_t count;
    bool more;
};

struct reeve_store_list_journals {
    struct reeve_bytes tenant;
    size_t limit;
    struct reeve_store_journal *journals; /* out, newest session first */
    size_t count;
};

/* What concerns a job or plan, one chain (chain_id set), or every chain of the tenant, newest
 * first. Of one chain alone: only what lies behind after_sequence, oldest first then, and in front
 * of before_sequence; 0: no bound. */
struct reeve_store_list_audit {
    struct reeve_bytes tenant;
    struct reeve_id chain_id;
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint64_t after_sequence;
    uint64_t before_sequence;
    size_t limit;
    struct reeve_store_audit *entries; /* out */
    size_t count;
};

/* An export is read page by page, of `limit` records or about 1 MiB, whichever is less (so is a
 * list): set chain_id for one chain only (`one_chain`), start with cursor
 * zero. A page holds records of one chain; when it starts a chain `begins` is set, when it ends one
 * `ends` is set and the newest checkpoint is given, when it exists. `finished`: nothing more. */
struct reeve_store_export_audit {
    struct reeve_bytes tenant;
    bool one_chain;
    struct reeve_id chain_id;
    uint64_t cursor_chain; /* in and out */
    uint64_t cursor_sequence;
    size_t limit;
    /* out */
    bool begins;
    bool ends;
    bool finished;
    struct reeve_store_journal chain;
    struct reeve_store_audit *entries;
    size_t count;
    bool has_checkpoint;
    struct reeve_store_checkpoint checkpoint;
};

struct reeve_store_request {
    enum reeve_store_kind kind;
    enum reeve_status status; /* out */
    struct reeve_arena arena;
    int64_t now_unix_ms;
    /* Appended to the own chain of `own_tenant` in the same transaction, if it happens. A record of
     * an end_job that is not applied is left out: own[i].job_id names it. */
    struct reeve_bytes own_tenant;
    struct reeve_own_record *own;
    size_t own_count;
    /* out: the head of that chain; own_sequence 0 when it was not touched */
    struct reeve_id own_chain_id;
    uint64_t own_sequence;
    struct reeve_digest own_hash;
    /* Whoever submits sets it; called once. */
    void (*done)(void *ctx, struct reeve_store_request *request);
    void *done_ctx;
    /* The store's, while it has the request; the submitter's otherwise. */
    struct reeve_list_node node;
    /* The core's: what the request was for. The store never looks at them. */
    uint64_t tag;
    uint64_t serial;
    union {
        struct reeve_store_register_tasks register_tasks;
        struct reeve_store_submit_plan submit_plan;
        struct reeve_store_approve_plan approve_plan;
        struct reeve_store_end_plan end_plan;
        struct reeve_store_end_jobs end_jobs;
        struct reeve_store_cancel cancel;
        struct reeve_store_open_session open_session;
        struct reeve_store_close_session close_session;
        struct reeve_store_reserve reserve;
        struct reeve_store_assign assign;
        struct reeve_store_release release;
        struct reeve_store_settle settle;
        struct reeve_store_fail_attempts fail_attempts;
        struct reeve_store_requeue requeue;
        struct reeve_store_resolve resolve;
        struct reeve_store_readmit readmit;
        struct reeve_store_revoke revoke;
        struct reeve_store_own_checkpoint checkpoint;
        struct reeve_store_load_meta load_meta;
        struct reeve_store_load_tasks load_tasks;
        struct reeve_store_load_plans load_plans;
        struct reeve_store_load_journals load_journals;
        struct reeve_store_get_plan get_plan;
        struct reeve_store_list_plans list_plans;
        struct reeve_store_list_jobs list_jobs;
        struct reeve_store_list_results list_results;
        struct reeve_store_list_journals list_journals;
        struct reeve_store_list_audit list_audit;
        struct reeve_store_export_audit export_audit;
    } u;
};

/* A zeroed request whose arena holds at most `max_bytes`; NULL when memory is short. */
struct reeve_store_request *reeve_store_request_new(const struct reeve_allocator *a,
                                                    enum reeve_store_kind kind, size_t max_bytes);
void reeve_store_request_free(struct reeve_store_request *request); /* NULL is fine */
bool reeve_store_request_is_query(const struct reeve_store_request *request);

#ifdef __cplusplus
}
#endif
#endif
