/* SPDX-License-Identifier: Apache-2.0 */
/* One link of the audit chain (reeve.v1.AuditRecord): a header and exactly one event. The stored
 * bytes are what is hashed; a decoded record is for reading only and is never encoded again. */
#ifndef REEVE_AGENT_CODEC_AUDIT_RECORD_H
#define REEVE_AGENT_CODEC_AUDIT_RECORD_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/outcome_status.h"
#include "agent/codec/signature.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_AUDIT_APPROVERS_MAX 16u
#define REEVE_AUDIT_ALLOWED_TASKS_MAX 4096u

/* The numbers are the field numbers of the contract. */
enum reeve_audit_event {
    REEVE_AUDIT_NONE = 0,
    REEVE_AUDIT_CHAIN_OPENED = 8,
    REEVE_AUDIT_JOB_ENDED = 9,
    REEVE_AUDIT_SESSION = 10,
    REEVE_AUDIT_GAP = 11,
    REEVE_AUDIT_SETTLEMENT = 12,
    REEVE_AUDIT_CONFIGURATION = 13,
    REEVE_AUDIT_PLAN_DECIDED = 14,
};

enum reeve_session_event_kind {
    REEVE_SESSION_EVENT_UNSPECIFIED = 0,
    REEVE_SESSION_EVENT_OPENED = 1,
    REEVE_SESSION_EVENT_CLOSED = 2,
    REEVE_SESSION_EVENT_VIOLATION = 3,
    REEVE_SESSION_EVENT_ROLLED_BACK = 4,
    REEVE_SESSION_EVENT_READMITTED = 5,
    REEVE_SESSION_EVENT_CLONED = 6,
};

/* The first record of a chain: introduces the audit key. */
struct reeve_chain_opened {
    struct reeve_public_key audit_public_key;
    bool has_predecessor_journal_id;
    struct reeve_id predecessor_journal_id;
    uint64_t predecessor_sequence;
    bool has_predecessor_hash;
    struct reeve_digest predecessor_hash;
    struct reeve_bytes identity;
    struct reeve_bytes identity_signature;
    struct reeve_bytes identity_scheme;
    struct reeve_bytes identity_certificate; /* DER */
    struct reeve_bytes build;
};

/* A salted commitment to a message's bytes: SHA-256(salt || bytes). */
struct reeve_commitment {
    struct reeve_digest digest;
    bool has_body_digest; /* the body beside the record is not the complete message */
    struct reeve_digest body_digest;
    uint64_t size_bytes;
};

struct reeve_job_ended {
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint32_t attempt;
    uint64_t dispatch_sequence;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_bytes binding; /* empty: nothing was tried */
    struct reeve_digest job_digest;
    struct reeve_views approved_by; /* key ids, at most 16 */
    bool has_input;
    struct reeve_commitment input;
    bool has_output;
    struct reeve_commitment output;
    int64_t started_unix_ms; /* 0: not started */
    int64_t ended_unix_ms;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    enum reeve_reason reason;
    struct reeve_bytes reference;
    uint32_t upstream_code;
    uint64_t results;
};

struct reeve_session_event {
    enum reeve_session_event_kind kind;
    uint64_t epoch;
    struct reeve_bytes code;
    bool has_journal_id; /* in a gateway's own chain: whose session it was */
    struct reeve_id journal_id;
};

struct reeve_gap {
    uint64_t from_sequence;
    uint64_t to_sequence;
    struct reeve_bytes code;
    bool has_journal_id; /* in a gateway's own chain: whose records are lost */
    struct reeve_id journal_id;
};

struct reeve_settlement {
    struct reeve_id job_id;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    enum reeve_reason reason;
    struct reeve_bytes source;
    struct reeve_bytes note;
};

struct reeve_configuration_loaded {
    struct reeve_digest digest;
    struct reeve_views allowed_tasks; /* at most 4,096 */
};

struct reeve_plan_decided {
    struct reeve_id plan_id;
    struct reeve_bytes decision;
    struct reeve_bytes by;
    struct reeve_digest statement_digest;
    bool has_job_id;
    struct reeve_id job_id;
};

struct reeve_audit_record {
    uint64_t sequence;
    struct reeve_digest previous_hash;
    struct reeve_id journal_id;
    int64_t time_unix_ms;
    enum reeve_audit_event event; /* says which member of `as` holds; NONE: one from the future */
    union {
        struct reeve_chain_opened chain_opened;
        struct reeve_job_ended job_ended;
        struct reeve_session_event session;
        struct reeve_gap gap;
        struct reeve_settlement settlement;
        struct reeve_configuration_loaded configuration;
        struct reeve_plan_decided plan_decided;
    } as;
};

/* `out` borrows from `bytes`; lists are in the arena. Unknown fields are ignored; a record whose
 * event is unknown decodes with event NONE. MALFORMED (also: two events), UTF8, EMBEDDED_NUL,
 * TOO_LARGE, NO_MEMORY. */
enum reeve_status reeve_audit_record_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                            struct reeve_audit_record *out) REEVE_MUST_CHECK;
/* Appends. INVALID for event NONE; LIMIT, NO_MEMORY. */
enum reeve_status reeve_audit_record_encode(const struct reeve_audit_record *record,
                                            struct reeve_buffer *out) REEVE_MUST_CHECK;
/* "JOB_ENDED"; static. */
const char *reeve_audit_event_name(enum reeve_audit_event event);
const char *reeve_session_event_kind_name(enum reeve_session_event_kind kind);

#ifdef __cplusplus
}
#endif
#endif
