/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration's credentials, ready to be fetched. What comes from the environment is read
 * once, before threads exist, and kept beside the configurations that refer to it, since the
 * variable itself is wiped. */
#ifndef REEVE_AGENT_CONFIG_CREDENTIALS_H
#define REEVE_AGENT_CONFIG_CREDENTIALS_H

#include "agent/config/agent_config.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_environment;

/* NULL when memory is short. Outlives every registry that was opened with it. */
struct reeve_environment *reeve_environment_new(void);
void reeve_environment_free(struct reeve_environment *env); /* wipes; NULL is fine */
/* From now on there are threads: no variable is read any more. */
void reeve_environment_seal(struct reeve_environment *env);

/* Builds the registry and fetches every credential once, so that what is missing, unreadable or too
 * short is known now. CONFIG: see the report; NO_MEMORY. *out is NULL unless OK. Blocking. */
enum reeve_status reeve_credentials_open(const struct reeve_agent_config *config,
                                         struct reeve_environment *env,
                                         struct reeve_redactor *redactor,
                                         struct reeve_config_report *report,
                                         struct reeve_secret_registry **out) REEVE_MUST_CHECK;

/* Every log line passes through the redactor from now on; NULL ends that. */
void reeve_credentials_scrub_log(struct reeve_redactor *redactor);

#ifdef __cplusplus
}
#endif
#endif
