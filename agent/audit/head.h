/* SPDX-License-Identifier: Apache-2.0 */
/* Signed heads of a chain: the worker's checkpoint and the gateway's countersignature over the same
 * bytes. Any thread. */
#ifndef REEVE_AGENT_AUDIT_HEAD_H
#define REEVE_AGENT_AUDIT_HEAD_H

#include "agent/audit/chain.h"
#include "agent/codec/checkpoint.h"
#include "agent/trust/key.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends Checkpoint bytes for the chain's head. STATE: the chain is empty; LIMIT, NO_MEMORY. */
enum reeve_status reeve_audit_checkpoint_make(const struct reeve_audit_chain *chain,
                                              int64_t now_unix_ms,
                                              struct reeve_buffer *out) REEVE_MUST_CHECK;
/* What is signed of Checkpoint bytes, by each side behind its own prefix, in the caller's memory:
 * for keys that are not at hand. MALFORMED: no checkpoint is empty or that long. */
#define REEVE_AUDIT_SIGNED_MAX 320u
enum reeve_status reeve_audit_checkpoint_message(struct reeve_bytes checkpoint,
                                                 uint8_t memory[REEVE_AUDIT_SIGNED_MAX],
                                                 struct reeve_bytes *out) REEVE_MUST_CHECK;
enum reeve_status reeve_audit_countersignature_message(struct reeve_bytes checkpoint,
                                                       uint8_t memory[REEVE_AUDIT_SIGNED_MAX],
                                                       struct reeve_bytes *out) REEVE_MUST_CHECK;
/* Sign the same. */
enum reeve_status reeve_audit_checkpoint_sign(const struct reeve_key *audit_key,
                                              struct reeve_bytes checkpoint,
                                              struct reeve_signed *out) REEVE_MUST_CHECK;
enum reeve_status reeve_audit_countersign(const struct reeve_key *gateway_key,
                                          struct reeve_bytes checkpoint,
                                          struct reeve_signed *out) REEVE_MUST_CHECK;
/* Verify and decode. SIGNATURE: by another key, or it does not verify; MALFORMED. */
enum reeve_status
reeve_audit_checkpoint_verify(const struct reeve_signed_checkpoint *signed_checkpoint,
                              const struct reeve_public_key *audit_key,
                              struct reeve_checkpoint *out) REEVE_MUST_CHECK;
enum reeve_status
reeve_audit_countersignature_verify(const struct reeve_countersignature *countersignature,
                                    const struct reeve_public_key *gateway_key,
                                    struct reeve_checkpoint *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
