/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The signature schemes that an identity key can have. */
#ifndef REEVE_CREDS_IDENTITY_SIGN_H
#define REEVE_CREDS_IDENTITY_SIGN_H

#include <openssl/evp.h>

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha256"; NULL for any other key. */
const char *reeve_sign_scheme_of(const EVP_PKEY *key);
/* Appends a signature made with the key's scheme. */
enum reeve_status reeve_sign_with(EVP_PKEY *key, struct reeve_bytes message,
                                  struct reeve_buffer *out) REEVE_MUST_CHECK;
/* SIGNATURE when it does not verify. */
enum reeve_status reeve_sign_check(EVP_PKEY *key, const char *scheme, struct reeve_bytes message,
                                   struct reeve_bytes signature) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
