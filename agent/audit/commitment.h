/* SPDX-License-Identifier: Apache-2.0 */
/* Salted commitments to what went in and came out: the chain can be verified, and later be shown to
 * match a body, without holding the body itself. Any thread. */
#ifndef REEVE_AGENT_AUDIT_COMMITMENT_H
#define REEVE_AGENT_AUDIT_COMMITMENT_H

#include "agent/codec/audit_record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Commits to `complete`, and to `body` where that is what travels beside the record because
 * sensitive fields were removed; pass the same view (or data == NULL) when nothing was removed. */
struct reeve_commitment reeve_audit_commit(struct reeve_id salt, struct reeve_bytes complete,
                                           struct reeve_bytes body);
/* CHAIN_BROKEN: `body` is not what the commitment was made over (the body where one is committed
 * to, else the complete message). */
enum reeve_status reeve_audit_commitment_check(const struct reeve_commitment *commitment,
                                               struct reeve_id salt,
                                               struct reeve_bytes body) REEVE_MUST_CHECK;

/* The same for the complete message, whatever travels beside the record. */
enum reeve_status
reeve_audit_commitment_check_complete(const struct reeve_commitment *commitment,
                                      struct reeve_id salt,
                                      struct reeve_bytes complete) REEVE_MUST_CHECK;

/* The head of a chain of results behind one more message; start with a zero head. What a
 * server-streaming task's output is committed to: audit.proto, Commitment. */
struct reeve_digest reeve_audit_results_head(struct reeve_digest head, struct reeve_bytes message);

#ifdef __cplusplus
}
#endif
#endif
