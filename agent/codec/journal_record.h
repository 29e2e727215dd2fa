/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker's journal holds: one struct per record type (reeve/v1/journal.proto). The
 * journal's own framing (length, type, sequence, checksum) is not here. */
#ifndef REEVE_AGENT_CODEC_JOURNAL_RECORD_H
#define REEVE_AGENT_CODEC_JOURNAL_RECORD_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/audit_record.h"
#include "agent/codec/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, record type byte, struct) */
#define REEVE_JOURNAL_RECORD_MAP(X)                                                                \
    X(OPENED, 1, journal_opened)                                                                   \
    X(HELLO, 2, hello_prepared)                                                                    \
    X(EPOCH, 3, epoch_entered)                                                                     \
    X(INTENT, 4, job_intent)                                                                       \
    X(OUTCOME, 5, job_outcome)                                                                     \
    X(AUDIT, 6, audit_appended)                                                                    \
    X(ACK, 7, ack_received)                                                                        \
    X(CHECKPOINT, 8, checkpoint_made)                                                              \
    X(STATE, 9, state_changed)                                                                     \
    X(MARK, 10, mark_advanced)                                                                     \
    X(REMEMBERED, 11, job_remembered)

#define X(name, number, type) REEVE_JOURNAL_##name = number,
enum reeve_journal_record_type { REEVE_JOURNAL_NONE = 0, REEVE_JOURNAL_RECORD_MAP(X) };
#undef X

struct reeve_journal_opened {
    uint32_t format;
    struct reeve_id journal_id;
    uint64_t segment;
    uint64_t audit_sequence;
    struct reeve_digest audit_hash; /* zero while audit_sequence is 0 */
    uint64_t dispatch_mark;
    int64_t time_unix_ms;
};

struct reeve_hello_prepared {
    struct reeve_id nonce;
    uint64_t last_epoch;
};

struct reeve_epoch_entered {
    uint64_t epoch;
    struct reeve_id gateway_id;
    struct reeve_id nonce;
};

struct reeve_job_intent {
    uint64_t sequence;
    uint32_t attempt;
    struct reeve_id job_id;
    struct reeve_id plan_id;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_digest job_digest;
    int64_t not_after_unix_ms;
    struct reeve_views approved_by; /* key ids, at most 16 */
    int64_t started_unix_ms;
    bool has_input;
    struct reeve_commitment input;
    bool has_input_salt;
    struct reeve_id input_salt;
    struct reeve_bytes binding;
};

struct reeve_job_outcome {
    struct reeve_bytes frame; /* encoded reeve.v1.Outcome */
    int64_t not_after_unix_ms;
    bool approved;
};

struct reeve_audit_appended {
    struct reeve_bytes entry; /* encoded reeve.v1.AuditEntry */
};

struct reeve_ack_received {
    uint64_t audit_sequence;
};

struct reeve_checkpoint_made {
    bool has_checkpoint;
    struct reeve_signed_checkpoint checkpoint;
    bool has_countersignature;
    struct reeve_countersignature countersignature;
};

struct reeve_state_changed {
    bool rolled_back;
    struct reeve_bytes code;
};

struct reeve_mark_advanced {
    uint64_t dispatch_mark;
};

struct reeve_job_remembered {
    struct reeve_id job_id;
    int64_t not_after_unix_ms;
    uint32_t attempt;
    bool may_run_again;
};

/* `type` says which member of `as` holds; members have the names of their structs. */
struct reeve_journal_record {
    enum reeve_journal_record_type type;
    union {
#define X(name, number, type) struct reeve_##type type;
        REEVE_JOURNAL_RECORD_MAP(X)
#undef X
    } as;
};

/* Decodes the body of a record of the given type byte. `out` borrows from `body`; lists are in the
 * arena. NOT_FOUND: a type of a later version. MALFORMED, UTF8, EMBEDDED_NUL, TOO_LARGE, NO_MEMORY.
 */
enum reeve_status reeve_journal_record_decode(uint8_t type, struct reeve_bytes body,
                                              struct reeve_arena *arena,
                                              struct reeve_journal_record *out) REEVE_MUST_CHECK;
/* Appends the body. INVALID for type NONE; LIMIT, NO_MEMORY. */
enum reeve_status reeve_journal_record_encode(const struct reeve_journal_record *record,
                                              struct reeve_buffer *out) REEVE_MUST_CHECK;
/* How long the body is; 0 for type NONE. For reserving journal space ahead. */
size_t reeve_journal_record_size(const struct reeve_journal_record *record);
const char *reeve_journal_record_name(enum reeve_journal_record_type type); /* static */

#ifdef __cplusplus
}
#endif
#endif
