/* SPDX-License-Identifier: Apache-2.0 */
/* A credential as a request header. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_AUTH_H
#define REEVE_AGENT_BINDINGS_HTTP_AUTH_H

#include "agent/bindings/http/http_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fetches the system's credential and writes the whole header line, NUL included, into `line`. Not
 * called for AUTH_NONE. CREDENTIAL_UNAVAILABLE and others as reeve_secret_registry_fetch();
 * INVALID: the secret has a line break or NUL in it. */
enum reeve_status reeve_http_auth_line(const struct reeve_http_system *system,
                                       struct reeve_secret_registry *secrets,
                                       struct reeve_secret *line,
                                       struct reeve_secret_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
