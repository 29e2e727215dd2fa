/* SPDX-License-Identifier: Apache-2.0 */
/* The redactor knows every secret that was ever fetched, in the forms in which a system may hand it
 * back or a log may show it, and finds them in any bytes (P2):
 *   plain; base64 in all three alignments, standard and URL-safe; hex in both cases;
 *   each of them as it is, percent-encoded, form-encoded, or JSON-escaped, whatever subset of the
 *   characters the encoder chose to escape.
 * An output that contains one is withheld whole; a log line has it overwritten.
 *
 * Thread-safe: many may search while one adds. Search time is linear in the text: the first eight
 * bytes of every form are looked up in a bit filter. */
#ifndef REEVE_CREDS_SECRETS_REDACTOR_H
#define REEVE_CREDS_SECRETS_REDACTOR_H

#include "agent/base/random.h"
#include "agent/base/secret.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_redactor;

/* A value shorter than this cannot be told from ordinary text. */
#define REEVE_SECRET_MIN_LENGTH 8u
/* Values that are remembered: the oldest is forgotten beyond. */
#define REEVE_REDACTOR_MAX_VALUES 1024u

struct reeve_redactor *reeve_redactor_new(void);    /* NULL when memory is short */
void reeve_redactor_free(struct reeve_redactor *r); /* wipes; NULL is fine */

/* Remembers a value; one that is known already is not added again. SECRET_TOO_SHORT below
 * REEVE_SECRET_MIN_LENGTH (nothing is added), NO_MEMORY. */
enum reeve_status reeve_redactor_add(struct reeve_redactor *r,
                                     struct reeve_bytes value) REEVE_MUST_CHECK;
/* Whether any form of any known value occurs in `text`. */
bool reeve_redactor_finds(struct reeve_redactor *r, struct reeve_bytes text);
/* Overwrites every occurrence in place with '*'. Returns how many. Eight or more first bytes of a
 * value that end where the text was cut (its end, a quote, "…") are an occurrence, too. */
size_t reeve_redactor_scrub(struct reeve_redactor *r, char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
