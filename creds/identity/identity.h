/* SPDX-License-Identifier: Apache-2.0 */
/* The identity that this process shows: a certificate chain and its private key, from two PEM files
 * that something else renews. Loaded and replaced as a whole: what does not parse, match or hold
 * now never replaces what worked. The key lives in guarded memory and leaves it in one place:
 * towards the TLS library (reeve_identity_key_pem).
 *
 *   struct reeve_identity_error why;
 *   enum reeve_status s = reeve_identity_new(&files, now, &id, &why);
 *   … why.text: "identity key /etc/reeve/key.pem may be read by others (mode 0644); next: chmod 600
 * …" every minute or so: if (reeve_identity_poll(id, now, &why) == REEVE_IDENTITY_CHANGED) … open a
 * second connection …
 *
 * One thread at a time. */
#ifndef REEVE_CREDS_IDENTITY_IDENTITY_H
#define REEVE_CREDS_IDENTITY_IDENTITY_H

#include "agent/base/buffer.h"
#include "agent/base/time.h"
#include "creds/identity/certificate.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_identity;

/* Paths, copied. */
struct reeve_identity_files {
    const char *certificate_file; /* chain, leaf first; at most 256 KiB */
    const char *key_file;         /* regular file; at most 64 KiB */
};

/* Says what is wrong and what to do next. Local text: names files, never a key's content (P2). */
struct reeve_identity_error {
    char text[1024];
};

enum reeve_identity_change {
    REEVE_IDENTITY_SAME,    /* the files are as they were */
    REEVE_IDENTITY_CHANGED, /* a new identity was loaded whole; the views of the old one are gone */
    REEVE_IDENTITY_KEPT, /* the files changed but cannot be used: the old identity stays, `why` says
                            why; said once for each state of the files */
};

/* `why` may be NULL. The caller owns *out.
 *   NOT_FOUND: a file is missing. PERMISSION: the system refuses to read it, or a key file may be
 * read or written by group or others. TOO_LARGE. MALFORMED: not PEM, not X.509, no supported key.
 *   CONSTRAINT: not exactly one SPIFFE ID, a CA's certificate, or the key is not the certificate's.
 *   EXPIRED, NOT_YET_VALID: by now->unix_ms. IO, NO_MEMORY. */
enum reeve_status reeve_identity_new(const struct reeve_identity_files *files,
                                     const struct reeve_now *now, struct reeve_identity **out,
                                     struct reeve_identity_error *why) REEVE_MUST_CHECK;
void reeve_identity_free(struct reeve_identity *id); /* wipes the key; NULL is fine */

/* Looks at the files (two stat calls when nothing changed) and takes a change over if it holds. */
enum reeve_identity_change reeve_identity_poll(struct reeve_identity *id,
                                               const struct reeve_now *now,
                                               struct reeve_identity_error *why);

/* Views and pointers below are valid until a poll that says CHANGED, or free. */
const struct reeve_certificate *reeve_identity_certificate(const struct reeve_identity *id);
const char *reeve_identity_spiffe_id(const struct reeve_identity *id);
struct reeve_bytes reeve_identity_chain_pem(const struct reeve_identity *id);
struct reeve_bytes reeve_identity_key_pem(const struct reeve_identity *id); /* secret */
struct reeve_bytes reeve_identity_leaf_der(const struct reeve_identity *id);

/* How reeve_identity_sign() signs with this key, as reeve.v1.ChainOpened.identity_scheme names it:
 * "ed25519", "ecdsa-p256-sha256" or "rsa-pss-sha256". */
const char *reeve_identity_scheme(const struct reeve_identity *id);
/* Appends the signature over `message` to `out` (ECDSA: ASN.1 DER; RSA: PSS, salt as long as the
 * digest); reeve_certificate_verify() checks it. LIMIT, NO_MEMORY: `out`. INTERNAL: the crypto
 * library refused. */
enum reeve_status reeve_identity_sign(const struct reeve_identity *id, struct reeve_bytes message,
                                      struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
