/* SPDX-License-Identifier: Apache-2.0 */
/* The signed head of an audit chain, and the gateway's countersignature
 * (reeve.v1.Checkpoint, SignedCheckpoint, Countersignature). */
#ifndef REEVE_AGENT_CODEC_CHECKPOINT_H
#define REEVE_AGENT_CODEC_CHECKPOINT_H

#include "agent/base/buffer.h"
#include "agent/codec/signature.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_checkpoint {
    struct reeve_id journal_id;
    uint64_t sequence;
    struct reeve_digest head_hash;
    int64_t time_unix_ms;
};

/* Checkpoint bytes as they were signed, with one signature. */
struct reeve_signed_checkpoint {
    struct reeve_bytes checkpoint;
    bool has_signature; /* a decoder refuses one without */
    struct reeve_signature signature;
};

struct reeve_countersignature {
    struct reeve_bytes checkpoint;
    bool has_signature;
    struct reeve_signature signature;
};

/* Decoded structs borrow from `bytes`. MALFORMED: an id, hash or signature is missing or has
 * another length. Encoders append: LIMIT, NO_MEMORY. */
enum reeve_status reeve_checkpoint_decode(struct reeve_bytes bytes,
                                          struct reeve_checkpoint *out) REEVE_MUST_CHECK;
enum reeve_status reeve_checkpoint_encode(const struct reeve_checkpoint *checkpoint,
                                          struct reeve_buffer *out) REEVE_MUST_CHECK;
enum reeve_status
reeve_signed_checkpoint_decode(struct reeve_bytes bytes,
                               struct reeve_signed_checkpoint *out) REEVE_MUST_CHECK;
enum reeve_status reeve_signed_checkpoint_encode(const struct reeve_signed_checkpoint *checkpoint,
                                                 struct reeve_buffer *out) REEVE_MUST_CHECK;
enum reeve_status
reeve_countersignature_decode(struct reeve_bytes bytes,
                              struct reeve_countersignature *out) REEVE_MUST_CHECK;
enum reeve_status
reeve_countersignature_encode(const struct reeve_countersignature *countersignature,
                              struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
