/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Certificates and keys as BoringSSL has them. */
#ifndef REEVE_CREDS_IDENTITY_X509_H
#define REEVE_CREDS_IDENTITY_X509_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "agent/base/buffer.h"
#include "creds/identity/certificate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first certificate of a PEM text; NULL when there is none. The caller frees it. */
X509 *reeve_x509_leaf(struct reeve_bytes pem);
/* Whether every PEM block is a certificate that parses, at least one. */
bool reeve_x509_chain_is_whole(struct reeve_bytes pem);
/* A private key; NULL when there is none, or one with a passphrase. The caller frees it. */
EVP_PKEY *reeve_x509_key(struct reeve_bytes pem);
/* As reeve_certificate_parse(). */
enum reeve_status reeve_x509_describe(X509 *certificate,
                                      struct reeve_certificate *out) REEVE_MUST_CHECK;
/* Appends the DER. */
enum reeve_status reeve_x509_der(X509 *certificate, struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
