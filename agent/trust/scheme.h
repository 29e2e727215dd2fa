/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to this folder and creds/identity. The signature schemes that the key of a certificate
 * may have, by the names of reeve.v1.ChainOpened.identity_scheme: RFC 8032, FIPS 186-5, RFC 8017.
 */
#ifndef REEVE_AGENT_TRUST_SCHEME_H
#define REEVE_AGENT_TRUST_SCHEME_H

#include <openssl/evp.h>

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha256" (keys of 2048 to 8192 bits); NULL for any other
 * key. */
const char *reeve_scheme_of(const EVP_PKEY *key);
/* SIGNATURE: the key is of another kind than the scheme. UNSUPPORTED: no scheme has this name. */
enum reeve_status reeve_scheme_check(const EVP_PKEY *key, struct reeve_bytes name) REEVE_MUST_CHECK;

/* What signing and verifying with a key of a scheme are set up with: NULL where the scheme hashes
 * by itself. */
const EVP_MD *reeve_scheme_digest(const EVP_PKEY *key);
/* RSA: PSS, salt as long as the digest. The others have nothing to choose. */
bool reeve_scheme_set_padding(const EVP_PKEY *key, EVP_PKEY_CTX *context);

#ifdef __cplusplus
}
#endif
#endif
