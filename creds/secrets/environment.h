/* SPDX-License-Identifier: Apache-2.0 */
/* A secret from an environment variable. The variable is read once, when the provider is made, and
 * then wiped and removed from the process's environment, so that neither a child nor a later
 * /proc/self/environ reader finds it. */
#ifndef REEVE_CREDS_SECRETS_ENVIRONMENT_H
#define REEVE_CREDS_SECRETS_ENVIRONMENT_H

#include "creds/secrets/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Before other threads exist (the environment is not thread-safe). Two providers for one variable
 * need reeve_environment_provider_new() to be called once and its provider shared.
 * CREDENTIAL_UNAVAILABLE: the variable is not set or empty; NO_MEMORY; TOO_LARGE. */
enum reeve_status
reeve_environment_provider_new(const char *variable, struct reeve_secret_provider **out,
                               struct reeve_secret_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
