/* SPDX-License-Identifier: Apache-2.0 */
/* What a leaf certificate says about whoever shows it. Reads certificates; trusts nothing: chains
 * are verified by the TLS handshake. */
#ifndef REEVE_CREDS_IDENTITY_CERTIFICATE_H
#define REEVE_CREDS_IDENTITY_CERTIFICATE_H

#include <stdint.h>

#include "agent/base/bytes.h"
#include "creds/identity/spiffe.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_certificate {
    char spiffe_id[REEVE_SPIFFE_ID_MAX + 1]; /* a valid one, with NUL */
    int64_t not_before_unix_ms;
    int64_t not_after_unix_ms;
    struct reeve_digest fingerprint; /* SHA-256 over the certificate's DER */
};

/* Reads the first certificate of a PEM text (the leaf of a chain, or what a TLS peer showed).
 * Any thread.
 *   MALFORMED: no PEM certificate, or not X.509. NOT_FOUND: it has no URI SAN.
 *   CONSTRAINT: more than one URI SAN, or it is a CA's (X509-SVID, sections 2 and 4.1).
 *   SYNTAX, TOO_LARGE: the URI is not a SPIFFE ID. */
enum reeve_status reeve_certificate_parse(struct reeve_bytes pem,
                                          struct reeve_certificate *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
