/* SPDX-License-Identifier: Apache-2.0 */
/* The credentials of one worker, by the names that its configuration gives them. Whatever is
 * fetched passes through here, so the redactor knows a value before anybody can use it.
 *
 * Built once at start (reeve_secret_registry_add), read from any thread afterwards. */
#ifndef REEVE_CREDS_SECRETS_REGISTRY_H
#define REEVE_CREDS_SECRETS_REGISTRY_H

#include "creds/secrets/provider.h"
#include "creds/secrets/redactor.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_secret_registry;

/* `redactor` is borrowed and outlives the registry. NULL when memory is short. */
struct reeve_secret_registry *reeve_secret_registry_new(struct reeve_redactor *redactor);
void reeve_secret_registry_free(struct reeve_secret_registry *registry); /* NULL is fine */

/* Takes the provider over, in failure too. `allow_short`: values below REEVE_SECRET_MIN_LENGTH are
 * handed out although they cannot be scrubbed. EXISTS, NO_MEMORY. */
enum reeve_status reeve_secret_registry_add(struct reeve_secret_registry *registry,
                                            const char *name,
                                            struct reeve_secret_provider *provider,
                                            bool allow_short) REEVE_MUST_CHECK;

/* From pool threads; may block as the provider says. NOT_FOUND: no such name;
 * SECRET_TOO_SHORT: refused, see allow_short; else what the provider says. */
enum reeve_status
reeve_secret_registry_fetch(struct reeve_secret_registry *registry, struct reeve_bytes name,
                            struct reeve_secret_value *out,
                            struct reeve_secret_problem *problem) REEVE_MUST_CHECK;

/* For values that no provider hands out, a token that was asked for or a private key: the redactor
 * knows them from now on. Any thread. SECRET_TOO_SHORT, NO_MEMORY. */
enum reeve_status reeve_secret_registry_remember(struct reeve_secret_registry *registry,
                                                 struct reeve_bytes value) REEVE_MUST_CHECK;

/* The same for a private key in PEM, in the forms that it could be seen in. */
enum reeve_status reeve_secret_registry_remember_key(struct reeve_secret_registry *registry,
                                                     struct reeve_bytes pem) REEVE_MUST_CHECK;

/* Overwrites known secrets in `text`, as reeve_redactor_scrub(). From any thread. For text that is
 * about to be cut: whoever cuts first may cut a secret in two, and its parts are not found. */
void reeve_secret_registry_scrub(struct reeve_secret_registry *registry, char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
