/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's end of a hash chain: gives each record its sequence, its predecessor's hash, the
 * chain's owner and a time that never goes back (P5). A small value that the owner of the journal
 * keeps; copy it before an append to be able to take that append back. One thread at a time. */
#ifndef REEVE_AGENT_AUDIT_CHAIN_H
#define REEVE_AGENT_AUDIT_CHAIN_H

#include "agent/base/buffer.h"
#include "agent/codec/audit_record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_audit_chain {
    struct reeve_id journal_id;
    uint64_t sequence;        /* of the last record; 0: none yet */
    struct reeve_digest head; /* its hash; 32 zero bytes when there is none */
    int64_t last_unix_ms;
};

/* A new chain, or one whose last record is known from the journal. */
void reeve_audit_chain_init(struct reeve_audit_chain *chain, struct reeve_id journal_id);
void reeve_audit_chain_restore(struct reeve_audit_chain *chain, struct reeve_id journal_id,
                               uint64_t sequence, struct reeve_digest head, int64_t last_unix_ms);
/* Fills sequence, previous_hash, journal_id and time of `record`, appends its bytes to `out` and
 * advances. The caller has filled event and `as`. On failure chain and `out` stay as they were:
 * INVALID (event NONE), OVERFLOW (sequence), LIMIT, NO_MEMORY. */
enum reeve_status reeve_audit_chain_append(struct reeve_audit_chain *chain,
                                           struct reeve_audit_record *record, int64_t now_unix_ms,
                                           struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Takes over a record that exists already (journal replay). CHAIN_BROKEN: it is not the next one;
 * the statuses of reeve_audit_record_decode(). */
enum reeve_status reeve_audit_chain_follow(struct reeve_audit_chain *chain,
                                           struct reeve_bytes record_bytes,
                                           struct reeve_arena *arena) REEVE_MUST_CHECK;

/* SHA-256("reeve.audit.v1" NUL record_bytes) */
struct reeve_digest reeve_audit_record_hash(struct reeve_bytes record_bytes);

#ifdef __cplusplus
}
#endif
#endif
