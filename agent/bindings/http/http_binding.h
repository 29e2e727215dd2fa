/* SPDX-License-Identifier: Apache-2.0 */
/* The http binding: a task is a request to an internal system's REST API, by google.api.http. One
 * object per system. What becomes of an answer is listed in answer.c, and for people in
 * docs/reference/http-binding.md. */
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
    REEVE_HTTP_AUTH_QUERY,  /* ?NAME=SECRET */
    REEVE_HTTP_AUTH_OAUTH2, /* Authorization: Bearer, by client credentials (RFC 6749, 4.4) */
};

/* Where tokens come from. */
struct reeve_http_oauth2 {
    const char *token_url;
    const char *client_id;
    const char *client_secret; /* name in the registry */
    const char *scope;         /* several: separated by blanks; NULL: none */
    const char *audience;      /* NULL: none */
    const char *ca_file;       /* NULL: the system's */
    bool secret_in_body;       /* else as basic authentication (RFC 6749, 2.3.1) */
};

/* For idempotent tasks. */
struct reeve_http_retries {
    uint32_t max_attempts; /* 0, 1: no retry */
    uint64_t backoff_ms;   /* before the second attempt; then doubled, half of it by chance */
    uint64_t max_backoff_ms;
};

/* Strings are copied. */
struct reeve_http_system {
    const char *base_url;         /* "https://host[:port][/base]" */
    const char *ca_file;          /* NULL: the machine's bundle */
    const char *unix_socket;      /* NULL: none */
    const char *certificate_file; /* PEM chain; NULL: none. Read again when it changes */
    const char *key_file;         /* its key */
    const char *const *headers;   /* "Name: value" */
    size_t headers_count;
    enum reeve_http_auth auth;
    const char *auth_name;   /* user, header or parameter name */
    const char *auth_secret; /* name in the registry; not OAUTH2 */
    struct reeve_http_oauth2 oauth2;
    const char *proxy;        /* "http://host:port"; NULL: none */
    const char *proxy_user;   /* NULL: none */
    const char *proxy_secret; /* name in the registry */
    enum reeve_http_version version;
    uint64_t connect_timeout_ms; /* 0: 10,000 */
    uint64_t timeout_ms;         /* of one attempt; 0: the job's */
    struct reeve_http_retries retries;
    uint32_t max_redirects;    /* 0: not followed */
    size_t max_response_bytes; /* 0: 1 MiB; of a stream: of one message */
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
