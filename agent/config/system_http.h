/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The parts of a system of kind http. */
#ifndef REEVE_AGENT_CONFIG_SYSTEM_HTTP_H
#define REEVE_AGENT_CONFIG_SYSTEM_HTTP_H

#include "agent/config/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Complains through the builder. NO_MEMORY only. */
enum reeve_status reeve_config_build_http_auth(struct reeve_config_builder *b, const char *system,
                                               const struct reeve_v1_http_auth *auth,
                                               struct reeve_http_system *out) REEVE_MUST_CHECK;
/* How the worker authenticates, for people. */
const char *reeve_config_http_auth_text(const struct reeve_config_system *system,
                                        struct reeve_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
