/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's end of a hash chain (chain.h). */
#include "agent/audit/chain.h"

#include "agent/base/hash.h"

#define RECORD_PREFIX "reeve.audit.v1" /* with its NUL */

struct reeve_digest reeve_audit_record_hash(struct reeve_bytes record_bytes)
{
    const struct reeve_bytes parts[2] = {reeve_bytes_of(RECORD_PREFIX, sizeof RECORD_PREFIX),
                                         record_bytes};
    return reeve_sha256(parts, 2);
}

void reeve_audit_chain_init(struct reeve_audit_chain *chain, struct reeve_id journal_id)
{
    *chain = (struct reeve_audit_chain){.journal_id = journal_id, .last_unix_ms = INT64_MIN};
}

void reeve_audit_chain_restore(struct reeve_audit_chain *chain, struct reeve_id journal_id,
                               uint64_t sequence, struct reeve_digest head, int64_t last_unix_ms)
{
    *chain = (struct reeve_audit_chain){journal_id, sequence, head, last_unix_ms};
}

static void advance(struct reeve_audit_chain *chain, const struct reeve_audit_record *record,
                    struct reeve_bytes record_bytes)
{
    chain->head = reeve_audit_record_hash(record_bytes);
    chain->sequence = record->sequence;
    chain->last_unix_ms = record->time_unix_ms;
}

enum reeve_status reeve_audit_chain_append(struct reeve_audit_chain *chain,
                                           struct reeve_audit_record *record, int64_t now_unix_ms,
                                           struct reeve_buffer *out)
{
    size_t start = out->len;
    if (chain->sequence == UINT64_MAX) {
        return REEVE_OVERFLOW;
    }
    record->sequence = chain->sequence + 1;
    record->previous_hash = chain->head;
    record->journal_id = chain->journal_id;
    record->time_unix_ms = now_unix_ms > chain->last_unix_ms ? now_unix_ms : chain->last_unix_ms;
    REEVE_TRY(reeve_audit_record_encode(record, out));
    advance(chain, record, reeve_bytes_slice(reeve_buffer_view(out), start, SIZE_MAX));
    return REEVE_OK;
}

enum reeve_status reeve_audit_chain_follow(struct reeve_audit_chain *chain,
                                           struct reeve_bytes record_bytes,
                                           struct reeve_arena *arena)
{
    struct reeve_audit_record record;
    REEVE_TRY(reeve_audit_record_decode(record_bytes, arena, &record));
    if (chain->sequence == UINT64_MAX || record.sequence != chain->sequence + 1 ||
        !reeve_digest_equal(record.previous_hash, chain->head) ||
        !reeve_id_equal(record.journal_id, chain->journal_id) ||
        record.time_unix_ms < chain->last_unix_ms) {
        return REEVE_CHAIN_BROKEN;
    }
    advance(chain, &record, record_bytes);
    return REEVE_OK;
}
