/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures made by the key of an X.509 certificate, and the one SPIFFE ID in it. Whether the
 * certificate itself is trusted is the caller's decision. Any thread. */
#ifndef REEVE_AGENT_TRUST_CERTIFICATE_H
#define REEVE_AGENT_TRUST_CERTIFICATE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Verifies `signature` over `message` with the key of `certificate` (DER) and the scheme of this
 * name: "ed25519", "ecdsa-p256-sha256" (DER signature) or "rsa-pss-sha256" (salt as long as the
 * digest, key of 2048 to 8192 bits). SIGNATURE: it does not verify, or the key is of another kind
 * than the scheme; UNSUPPORTED: another scheme; MALFORMED: not one certificate; NO_MEMORY. */
enum reeve_status reeve_certificate_verify(struct reeve_bytes certificate,
                                           struct reeve_bytes scheme, struct reeve_bytes message,
                                           struct reeve_bytes signature) REEVE_MUST_CHECK;
/* The certificate has exactly one URI among its subject alternative names, and it is `identity`
 * (SPIFFE X.509-SVID, section 2). WRONG_AUDIENCE: another, none or several; MALFORMED. */
enum reeve_status reeve_certificate_check_identity(struct reeve_bytes certificate,
                                                   struct reeve_bytes identity) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
