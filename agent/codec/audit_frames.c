/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail on the stream (audit_frames.h). */
#include "agent/codec/audit_frames.h"

#include "agent/codec/bind.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Audit, reeve_audit_batch, 4)
PB_BIND(reeve_v1_OutcomeAck, reeve_outcome_ack, 4)
PB_BIND(reeve_v1_AuditAck, reeve_audit_ack, 4)

#define ENTRIES 1u
#define CHECKPOINT 2u

enum reeve_status reeve_audit_batch_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                         void *out)
{
    static const struct reeve_wire_list entries = {
        ENTRIES, REEVE_AUDIT_ENTRIES_MAX, sizeof(struct reeve_audit_entry), reeve_audit_entry_read};
    struct reeve_audit_batch *batch = out;
    struct reeve_bytes checkpoint;
    void *items;
    REEVE_TRY(reeve_wire_read_list(bytes, &entries, arena, &items, &batch->entries.count));
    batch->entries.items = items;
    REEVE_TRY(reeve_wire_only(bytes, CHECKPOINT, &checkpoint));
    batch->has_checkpoint = checkpoint.data != NULL;
    if (!batch->has_checkpoint) {
        return REEVE_OK;
    }
    return reeve_signed_checkpoint_read(checkpoint, arena, &batch->checkpoint);
}

enum reeve_status reeve_outcome_ack_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                         void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_outcome_ack_msg, bytes, out);
}

#define COUNTERSIGNATURE 1u

enum reeve_status reeve_audit_ack_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    struct reeve_audit_ack *ack = out;
    struct reeve_bytes countersignature;
    REEVE_TRY(reeve_wire_only(bytes, COUNTERSIGNATURE, &countersignature));
    if (countersignature.data == NULL) {
        return REEVE_MALFORMED;
    }
    ack->has_countersignature = true;
    return reeve_countersignature_read(countersignature, arena, &ack->countersignature);
}
