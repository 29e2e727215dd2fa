/* SPDX-License-Identifier: Apache-2.0 */
/* Signed heads of a chain (head.h). */
#include "agent/audit/head.h"

#include "agent/base/buffer.h"

/* Each with its NUL, so that one side's signature never passes for the other's. */
#define CHECKPOINT_PREFIX "reeve.audit.checkpoint.v1"
#define COUNTERSIGNATURE_PREFIX "reeve.audit.countersignature.v1"

/* A checkpoint has three fixed fields and two numbers; no longer one is ever signed or verified. */
#define CHECKPOINT_MAX_BYTES (REEVE_AUDIT_SIGNED_MAX - 64u)

/* What is signed, in the caller's memory. */
static enum reeve_status signed_bytes(struct reeve_bytes prefix, struct reeve_bytes checkpoint,
                                      uint8_t to[REEVE_AUDIT_SIGNED_MAX], struct reeve_bytes *out)
{
    if (checkpoint.len == 0 || checkpoint.len > CHECKPOINT_MAX_BYTES) {
        return REEVE_MALFORMED;
    }
    reeve_move(to, prefix.data, prefix.len);
    reeve_move(to + prefix.len, checkpoint.data, checkpoint.len);
    *out = reeve_bytes_of(to, prefix.len + checkpoint.len);
    return REEVE_OK;
}

static struct reeve_bytes checkpoint_prefix(void)
{
    return reeve_bytes_of(CHECKPOINT_PREFIX, sizeof CHECKPOINT_PREFIX);
}

static struct reeve_bytes countersignature_prefix(void)
{
    return reeve_bytes_of(COUNTERSIGNATURE_PREFIX, sizeof COUNTERSIGNATURE_PREFIX);
}

enum reeve_status reeve_audit_checkpoint_message(struct reeve_bytes checkpoint,
                                                 uint8_t memory[REEVE_AUDIT_SIGNED_MAX],
                                                 struct reeve_bytes *out)
{
    return signed_bytes(checkpoint_prefix(), checkpoint, memory, out);
}

enum reeve_status reeve_audit_countersignature_message(struct reeve_bytes checkpoint,
                                                       uint8_t memory[REEVE_AUDIT_SIGNED_MAX],
                                                       struct reeve_bytes *out)
{
    return signed_bytes(countersignature_prefix(), checkpoint, memory, out);
}

enum reeve_status reeve_audit_checkpoint_make(const struct reeve_audit_chain *chain,
                                              int64_t now_unix_ms, struct reeve_buffer *out)
{
    if (chain->sequence == 0) {
        return REEVE_STATE;
    }
    const struct reeve_checkpoint checkpoint = {
        .journal_id = chain->journal_id,
        .sequence = chain->sequence,
        .head_hash = chain->head,
        .time_unix_ms = now_unix_ms > chain->last_unix_ms ? now_unix_ms : chain->last_unix_ms,
    };
    return reeve_checkpoint_encode(&checkpoint, out);
}

static enum reeve_status sign(const struct reeve_key *key, struct reeve_bytes prefix,
                              struct reeve_bytes checkpoint, struct reeve_signed *out)
{
    uint8_t memory[REEVE_AUDIT_SIGNED_MAX];
    struct reeve_bytes message;
    REEVE_TRY(signed_bytes(prefix, checkpoint, memory, &message));
    return reeve_key_sign(key, message, out);
}

enum reeve_status reeve_audit_checkpoint_sign(const struct reeve_key *audit_key,
                                              struct reeve_bytes checkpoint,
                                              struct reeve_signed *out)
{
    return sign(audit_key, checkpoint_prefix(), checkpoint, out);
}

enum reeve_status reeve_audit_countersign(const struct reeve_key *gateway_key,
                                          struct reeve_bytes checkpoint, struct reeve_signed *out)
{
    return sign(gateway_key, countersignature_prefix(), checkpoint, out);
}

static enum reeve_status verify(struct reeve_bytes prefix, struct reeve_bytes checkpoint,
                                const struct reeve_signature *signature,
                                const struct reeve_public_key *key, struct reeve_checkpoint *out)
{
    uint8_t memory[REEVE_AUDIT_SIGNED_MAX];
    struct reeve_bytes message;
    char id[REEVE_KEY_ID_SIZE];
    REEVE_TRY(signed_bytes(prefix, checkpoint, memory, &message));
    reeve_key_id(key, id);
    if (!reeve_bytes_equal_cstr(signature->key_id, id)) {
        return REEVE_SIGNATURE;
    }
    REEVE_TRY(reeve_public_key_verify(key, message, signature->signature));
    return reeve_checkpoint_decode(checkpoint, out);
}

enum reeve_status
reeve_audit_checkpoint_verify(const struct reeve_signed_checkpoint *signed_checkpoint,
                              const struct reeve_public_key *audit_key,
                              struct reeve_checkpoint *out)
{
    return verify(checkpoint_prefix(), signed_checkpoint->checkpoint, &signed_checkpoint->signature,
                  audit_key, out);
}

enum reeve_status
reeve_audit_countersignature_verify(const struct reeve_countersignature *countersignature,
                                    const struct reeve_public_key *gateway_key,
                                    struct reeve_checkpoint *out)
{
    return verify(countersignature_prefix(), countersignature->checkpoint,
                  &countersignature->signature, gateway_key, out);
}
