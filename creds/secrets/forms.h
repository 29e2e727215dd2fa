/* SPDX-License-Identifier: Apache-2.0 */
/* The forms in which a secret's value may appear: what the redactor looks for, plainly and through
 * every escape (escape.h). Internal to this folder. */
#ifndef REEVE_CREDS_SECRETS_FORMS_H
#define REEVE_CREDS_SECRETS_FORMS_H

#include "agent/base/secret.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_FORMS_MAX                                                                            \
    9 /* plain, hex in two cases, base64 in three alignments and two alphabets */

/* All forms of one value, back to back in one block of guarded memory. */
struct reeve_forms {
    struct reeve_secret memory;
    size_t count;
    struct {
        size_t at;
        size_t len;
    } spans[REEVE_FORMS_MAX];
};

void reeve_forms_init(struct reeve_forms *forms);
void reeve_forms_clear(struct reeve_forms *forms);
/* Makes the forms of `value` (at least REEVE_SECRET_MIN_LENGTH bytes); equal ones appear once, and
 * every one is at least that long. NO_MEMORY, TOO_LARGE. */
enum reeve_status reeve_forms_make(struct reeve_forms *forms,
                                   struct reeve_bytes value) REEVE_MUST_CHECK;
struct reeve_bytes reeve_forms_get(const struct reeve_forms *forms, size_t index);

#ifdef __cplusplus
}
#endif
#endif
