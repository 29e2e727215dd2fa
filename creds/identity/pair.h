/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate with its private key, for TLS identities that are none of this worker's own
 * (creds/identity/identity.h), such as a client certificate for an internal system. */
#ifndef REEVE_CREDS_IDENTITY_PAIR_H
#define REEVE_CREDS_IDENTITY_PAIR_H

#include "agent/base/buffer.h"
#include "creds/identity/identity.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any thread. `chain_pem`: leaf first. MALFORMED: either is not PEM, or the key has a passphrase.
 * CONSTRAINT: the key is not the leaf's. */
enum reeve_status reeve_identity_check_pair(struct reeve_bytes chain_pem,
                                            struct reeve_bytes key_pem) REEVE_MUST_CHECK;

struct reeve_identity_pair {
    struct reeve_buffer chain; /* PEM, leaf first; at most 64 KiB */
    struct reeve_buffer key;   /* PEM; at most 64 KiB; wiped by _clear */
};

void reeve_identity_pair_init(struct reeve_identity_pair *pair);
/* Any thread; blocking. Both files, the key's only where it is private (creds/identity/file.h), and
 * only when they belong together. What reeve_identity_read() and _check_pair() say, with words in
 * `why`: "CAUSE; next: STEP". To be cleared in any case. NO_MEMORY without words. */
enum reeve_status reeve_identity_pair_read(struct reeve_identity_pair *pair,
                                           const char *certificate_file, const char *key_file,
                                           struct reeve_identity_error *why) REEVE_MUST_CHECK;
void reeve_identity_pair_clear(struct reeve_identity_pair *pair);

#ifdef __cplusplus
}
#endif
#endif
