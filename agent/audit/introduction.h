/* SPDX-License-Identifier: Apache-2.0 */
/* How a chain's audit key is tied to an identity: ChainOpened carries a signature of the identity's
 * private key over "reeve.audit.key.v1" NUL journal_id audit_public_key, and the certificate that
 * verifies it. Whether that certificate is trusted is the reader's decision. */
#ifndef REEVE_AGENT_AUDIT_INTRODUCTION_H
#define REEVE_AGENT_AUDIT_INTRODUCTION_H

#include "agent/base/buffer.h"
#include "agent/codec/audit_record.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_AUDIT_INTRODUCTION_BYTES 67u /* 19 + 16 + 32 */

/* The bytes that the identity's key signs; whoever holds that key signs them with its own scheme.
 */
void reeve_audit_introduction_bytes(struct reeve_id journal_id,
                                    const struct reeve_public_key *audit_key,
                                    uint8_t out[REEVE_AUDIT_INTRODUCTION_BYTES]);
/* Verifies the signature with the certificate's key and the scheme that the record names:
 * "ed25519", "ecdsa-p256-sha256" (DER signature) or "rsa-pss-sha256" (salt as long as the digest),
 * and that the certificate's one SPIFFE URI is the record's identity. SIGNATURE: it does not
 * verify, or key and scheme differ; UNSUPPORTED: another scheme; MALFORMED: not a certificate;
 * WRONG_AUDIENCE: another identity; NO_MEMORY. */
enum reeve_status
reeve_audit_introduction_verify(struct reeve_id journal_id,
                                const struct reeve_chain_opened *opened) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
