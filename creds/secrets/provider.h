/* SPDX-License-Identifier: Apache-2.0 */
/* A credential provider: where one secret's value comes from. One file per kind of source
 * (environment.c, file.c); whatever wraps others (registry.h) speaks the same two methods.
 *
 * fetch() may block, within a time limit of its own, and is called from pool threads only, several
 * at once; a provider locks for itself. A value carries a version: whoever found a credential
 * refused names the version that was used, so a newer one is never thrown away for an older one's
 * fault. */
#ifndef REEVE_CREDS_SECRETS_PROVIDER_H
#define REEVE_CREDS_SECRETS_PROVIDER_H

#include "agent/base/secret.h"
#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a fetch failed, for the local log: names the source, never its value. */
#define REEVE_SECRET_PROBLEM_SIZE 256
struct reeve_secret_problem {
    char text[REEVE_SECRET_PROBLEM_SIZE];
};

/* Owned by the caller; _init before, _clear after, on every path. */
struct reeve_secret_value {
    struct reeve_secret secret;
    uint64_t version; /* 1, 2, 3 … per secret */
};

struct reeve_secret_provider {
    const struct reeve_secret_provider_vtable *vtable;
};

struct reeve_secret_provider_vtable {
    const char *kind; /* "environment", "file" */
    /* CREDENTIAL_UNAVAILABLE with a problem, TOO_LARGE, NO_MEMORY. On failure `out` is empty. */
    enum reeve_status (*fetch)(struct reeve_secret_provider *provider,
                               struct reeve_secret_value *out,
                               struct reeve_secret_problem *problem);
    void (*free)(struct reeve_secret_provider *provider);
};

void reeve_secret_value_init(struct reeve_secret_value *value);
void reeve_secret_value_clear(struct reeve_secret_value *value); /* wipes; may be called twice */

/* Wipes what the provider holds; NULL is fine. */
void reeve_secret_provider_free(struct reeve_secret_provider *provider);

#ifdef __cplusplus
}
#endif
#endif
