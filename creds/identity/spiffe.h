/* SPDX-License-Identifier: Apache-2.0 */
/* SPIFFE IDs: "spiffe://trust-domain/path", checked to the letter of the specification (SPIFFE-ID,
 * sections 2.1 to 2.4). A valid ID has one spelling only, so equality is equality of bytes. */
#ifndef REEVE_CREDS_IDENTITY_SPIFFE_H
#define REEVE_CREDS_IDENTITY_SPIFFE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SPIFFE_ID_MAX 2048u          /* bytes, as the specification demands */
#define REEVE_SPIFFE_TRUST_DOMAIN_MAX 255u /* bytes */

/* Views into the ID. */
struct reeve_spiffe_id {
    struct reeve_bytes trust_domain; /* "example.org" */
    struct reeve_bytes path;         /* "/worker/eu" or empty */
};

/* Scheme "spiffe://" in lower case; a trust domain of [a-z0-9._-]; path segments of [a-zA-Z0-9._-]
 * that are not empty, "." or ".."; no trailing slash, query, fragment, port, user or percent sign.
 * Any thread. `out` may be NULL. SYNTAX; TOO_LARGE. */
enum reeve_status reeve_spiffe_parse(struct reeve_bytes text,
                                     struct reeve_spiffe_id *out) REEVE_MUST_CHECK;

/* A pattern is an ID, or an ID followed by slash and star, which stands for every ID below it (and
 * not for itself). SYNTAX; TOO_LARGE. */
enum reeve_status reeve_spiffe_check_pattern(struct reeve_bytes pattern) REEVE_MUST_CHECK;
/* False as well when either is not valid. */
bool reeve_spiffe_matches(struct reeve_bytes id, struct reeve_bytes pattern);

#ifdef __cplusplus
}
#endif
#endif
