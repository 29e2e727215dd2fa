/* SPDX-License-Identifier: Apache-2.0 */
/* The http binding: a task is a request to an internal system's REST API, by google.api.http. One
 * object per system.
 *
 * What happened becomes status, effect and reason:
 *   2xx, and the body fits the output          SUCCEEDED, effect DONE
 *   2xx, and it does not                        FAILED OUTPUT_INVALID, effect DONE
 *   401                                         FAILED CREDENTIAL_REFUSED, effect NONE
 *   other 4xx                                   FAILED UPSTREAM_REFUSED, effect NONE (408: in
 * doubt) 3xx (redirects are not followed)            FAILED UPSTREAM_FAILED, in doubt 5xx FAILED
 * UPSTREAM_FAILED, in doubt nothing was sent                            FAILED
 * UPSTREAM_UNREACHABLE, effect NONE the connection broke                        FAILED
 * UPSTREAM_INTERRUPTED, in doubt the time ran out                            TIMED_OUT, in doubt or
 * NONE "In doubt" is MAYBE; NONE for tasks without side effects, for which DONE is NONE, too. What
 * the system said stays in the local log under the answer's reference. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_HTTP_BINDING_H
#define REEVE_AGENT_BINDINGS_HTTP_HTTP_BINDING_H

#include "agent/bindings/work.h"
#include "agent/io/http/http.h"
#include "agent/io/pool/pool.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_http_auth {
    REEVE_HTTP_AUTH_NONE,
    REEVE_HTTP_AUTH_BEARER, /* Authorization: Bearer SECRET */
    REEVE_HTTP_AUTH_BASIC,  /* Authorization: Basic base64(NAME:SECRET) */
    REEVE_HTTP_AUTH_HEADER, /* NAME: SECRET */
};

/* Strings are copied. */
struct reeve_http_system {
    const char *base_url;       /* "https://host[:port][/base]" */
    const char *ca_file;        /* NULL: the machine's bundle */
    const char *unix_socket;    /* NULL: none */
    const char *const *headers; /* "Name: value" */
    size_t headers_count;
    enum reeve_http_auth auth;
    const char *auth_name;       /* user or header name */
    const char *auth_secret;     /* name in the registry */
    uint64_t connect_timeout_ms; /* 0: 10,000 */
    size_t max_response_bytes;   /* 0: 1 MiB */
};

/* `loop`, `pool` and `secrets` are borrowed and outlive the binding. INVALID, NO_MEMORY. */
enum reeve_status reeve_http_binding_new(const struct reeve_http_system *system,
                                         struct reeve_http_loop *loop, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
