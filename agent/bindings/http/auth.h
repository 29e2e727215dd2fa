/* SPDX-License-Identifier: Apache-2.0 */
/* A credential's place in a request: a header line, or a query parameter. Every buffer that held
 * one is wiped. For this folder, and for the connection to the gateway. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_AUTH_H
#define REEVE_AGENT_BINDINGS_HTTP_AUTH_H

#include "agent/bindings/http/http_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The whole line, NUL included: "Authorization: Bearer …" (BEARER, OAUTH2), "Authorization: Basic
 * …" of `name` and secret (BASIC), "NAME: …" (HEADER). INVALID: the secret has a line break or NUL
 * in it; NO_MEMORY; LIMIT: over 16 KiB. */
enum reeve_status reeve_http_auth_line(enum reeve_http_auth auth, const char *name,
                                       struct reeve_bytes secret,
                                       struct reeve_secret *line) REEVE_MUST_CHECK;
/* A secret that cannot stand where it must is as good as none: what is neither OK nor NO_MEMORY
 * becomes CREDENTIAL_UNAVAILABLE, with a problem that says why. */
enum reeve_status reeve_http_auth_judge(enum reeve_status status,
                                        struct reeve_secret_problem *problem) REEVE_MUST_CHECK;
/* "Proxy-Authorization: Basic …", with the secret of that name; `line` stays empty where `user` is
 * NULL. NO_MEMORY; CREDENTIAL_UNAVAILABLE with a problem. */
enum reeve_status reeve_http_proxy_load(const char *user, const char *secret,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_secret *line,
                                        struct reeve_secret_problem *problem) REEVE_MUST_CHECK;
/* The URL with "?NAME=secret" or "&NAME=secret" behind it, NUL included. NO_MEMORY, LIMIT. */
enum reeve_status reeve_http_auth_url(struct reeve_bytes url, const char *name,
                                      struct reeve_bytes secret,
                                      struct reeve_secret *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
