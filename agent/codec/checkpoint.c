/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoint, SignedCheckpoint and Countersignature (checkpoint.h). */
#include "agent/codec/checkpoint.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"

PB_BIND(reeve_v1_Checkpoint, reeve_checkpoint, 4)
PB_BIND(reeve_v1_SignedCheckpoint, reeve_signed_checkpoint, 4)
PB_BIND(reeve_v1_Countersignature, reeve_countersignature, 4)

enum reeve_status reeve_checkpoint_decode(struct reeve_bytes bytes, struct reeve_checkpoint *out)
{
    *out = (struct reeve_checkpoint){.sequence = 0};
    REEVE_TRY(reeve_pb_decode(&reeve_checkpoint_msg, bytes, out));
    REEVE_TRY(reeve_check_id(out->journal_id));
    REEVE_TRY(reeve_check_digest(out->head_hash));
    return out->sequence > 0 ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_checkpoint_encode(const struct reeve_checkpoint *checkpoint,
                                          struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_checkpoint_msg, checkpoint, out);
}

static enum reeve_status check_signed(struct reeve_bytes checkpoint, bool has_signature,
                                      const struct reeve_signature *signature)
{
    if (checkpoint.len == 0 || !has_signature) {
        return REEVE_MALFORMED;
    }
    REEVE_TRY(reeve_check_length(signature->key_id, REEVE_KEY_ID_LENGTH));
    return reeve_check_length(signature->signature, REEVE_SIGNATURE_LENGTH);
}

enum reeve_status reeve_signed_checkpoint_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                               void *out)
{
    reeve_signed_checkpoint *checkpoint = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_signed_checkpoint_msg, bytes, out));
    return check_signed(checkpoint->checkpoint, checkpoint->has_signature, &checkpoint->signature);
}

enum reeve_status reeve_countersignature_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                              void *out)
{
    reeve_countersignature *countersignature = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_countersignature_msg, bytes, out));
    return check_signed(countersignature->checkpoint, countersignature->has_signature,
                        &countersignature->signature);
}

enum reeve_status reeve_signed_checkpoint_decode(struct reeve_bytes bytes,
                                                 struct reeve_signed_checkpoint *out)
{
    *out = (struct reeve_signed_checkpoint){.has_signature = false};
    return reeve_signed_checkpoint_read(bytes, NULL, out);
}

enum reeve_status reeve_signed_checkpoint_encode(const struct reeve_signed_checkpoint *checkpoint,
                                                 struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_signed_checkpoint_msg, checkpoint, out);
}

enum reeve_status reeve_countersignature_decode(struct reeve_bytes bytes,
                                                struct reeve_countersignature *out)
{
    *out = (struct reeve_countersignature){.has_signature = false};
    return reeve_countersignature_read(bytes, NULL, out);
}

enum reeve_status
reeve_countersignature_encode(const struct reeve_countersignature *countersignature,
                              struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_countersignature_msg, countersignature, out);
}
