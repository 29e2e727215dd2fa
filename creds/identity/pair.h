/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a certificate and a private key belong together: for TLS identities that are none of this
 * worker's own (creds/identity/identity.h), such as a client certificate for an internal system. */
#ifndef REEVE_CREDS_IDENTITY_PAIR_H
#define REEVE_CREDS_IDENTITY_PAIR_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any thread. `chain_pem`: leaf first. MALFORMED: either is not PEM, or the key has a passphrase.
 * CONSTRAINT: the key is not the leaf's. */
enum reeve_status reeve_identity_check_pair(struct reeve_bytes chain_pem,
                                            struct reeve_bytes key_pem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
