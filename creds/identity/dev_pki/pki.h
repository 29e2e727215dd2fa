/* SPDX-License-Identifier: Apache-2.0 */
/* Makes certificates for development and tests: a private CA and leaves. FOR DEVELOPMENT ONLY: keys
 * live in files beside each other, nothing is ever revoked. Linked into reeve-dev-pki and tests,
 * never into the agent or the gateway. */
#ifndef REEVE_CREDS_IDENTITY_DEV_PKI_PKI_H
#define REEVE_CREDS_IDENTITY_DEV_PKI_PKI_H

#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_pki_key_type { REEVE_PKI_P256, REEVE_PKI_ED25519, REEVE_PKI_RSA2048 };

struct reeve_pki_ca;

/* A new CA with a P-256 key, valid for `valid_s` from a minute before `now_unix_s`. The caller owns
 * *out. INTERNAL: the crypto library refused. NO_MEMORY. */
enum reeve_status reeve_pki_ca_new(const char *common_name, int64_t now_unix_s, int64_t valid_s,
                                   struct reeve_pki_ca **out) REEVE_MUST_CHECK;
/* One that was written before. MALFORMED; CONSTRAINT: the key is not the certificate's. */
enum reeve_status reeve_pki_ca_load(struct reeve_bytes certificate_pem, struct reeve_bytes key_pem,
                                    struct reeve_pki_ca **out) REEVE_MUST_CHECK;
void reeve_pki_ca_free(struct reeve_pki_ca *ca); /* NULL is fine */

/* A leaf to be signed. Lists end with NULL and may be NULL. Nothing is checked: bad certificates
 * are what tests need. */
struct reeve_pki_leaf {
    const char *common_name;
    const char *const *uris;
    const char *const *dns;
    const char *const *ips; /* "127.0.0.1", "::1"; INVALID when it is none */
    int64_t not_before_unix_s;
    int64_t not_after_unix_s;
    enum reeve_pki_key_type key_type;
    bool is_ca; /* sets basicConstraints CA:TRUE, which no leaf may have */
};

/* Appends PEM to the buffers. Keys are PKCS#8. LIMIT, NO_MEMORY, INTERNAL; INVALID: an address. */
enum reeve_status reeve_pki_ca_export(const struct reeve_pki_ca *ca,
                                      struct reeve_buffer *certificate_pem,
                                      struct reeve_buffer *key_pem) REEVE_MUST_CHECK;
enum reeve_status reeve_pki_ca_sign(const struct reeve_pki_ca *ca,
                                    const struct reeve_pki_leaf *leaf,
                                    struct reeve_buffer *certificate_pem,
                                    struct reeve_buffer *key_pem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
