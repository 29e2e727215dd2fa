/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail on the stream: Audit, OutcomeAck, AuditAck. */
#ifndef REEVE_AGENT_CODEC_AUDIT_FRAMES_H
#define REEVE_AGENT_CODEC_AUDIT_FRAMES_H

#include "agent/codec/audit_entry.h"
#include "agent/codec/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_AUDIT_ENTRIES_MAX 4096u

struct reeve_audit_entries {
    const struct reeve_audit_entry *items;
    size_t count;
};

/* reeve.v1.Audit */
struct reeve_audit_batch {
    struct reeve_audit_entries entries; /* at most 4,096 */
    bool has_checkpoint;
    struct reeve_signed_checkpoint checkpoint;
};

struct reeve_outcome_ack {
    uint64_t audit_sequence; /* cumulative */
};

struct reeve_audit_ack {
    bool has_countersignature; /* a decoder refuses one without */
    struct reeve_countersignature countersignature;
};

#ifdef __cplusplus
}
#endif
#endif
