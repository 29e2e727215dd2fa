/* SPDX-License-Identifier: Apache-2.0 */
/* An internal gRPC service: where it is, and how this worker shows who it is. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_SYSTEM_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_SYSTEM_H

#include "agent/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_grpc_auth {
    REEVE_GRPC_AUTH_NONE,
    REEVE_GRPC_AUTH_BEARER, /* authorization: Bearer SECRET */
    REEVE_GRPC_AUTH_HEADER, /* NAME: SECRET */
};

struct reeve_grpc_header {
    const char *name; /* lower case */
    const char *value;
};

/* Zero means the default in brackets. */
struct reeve_grpc_system {
    const char *target;           /* "host:port" */
    const char *unix_socket;      /* in place of target */
    bool plaintext;               /* no TLS */
    const char *ca_file;          /* PEM; required with TLS */
    const char *certificate_file; /* own, leaf first; NULL: none is shown */
    const char *key_file;
    const char *server_name; /* to expect in the service's certificate [the host of target] */
    const struct reeve_grpc_header *headers;
    size_t headers_count;
    enum reeve_grpc_auth auth;
    const char *auth_name;       /* header's, lower case */
    const char *auth_secret;     /* name in the registry */
    uint64_t connect_timeout_ms; /* [10,000] */
    size_t max_response_bytes;   /* one message [1 MiB] */
    uint32_t max_attempts;       /* of tasks that are idempotent [3] */
};

/* A copy whose strings are in `memory`, defaults filled in. INVALID: no target, no CA for TLS, a
 * certificate without a key, or an authentication without a secret. NO_MEMORY. */
enum reeve_status reeve_grpc_system_copy(const struct reeve_grpc_system *from,
                                         struct reeve_arena *memory,
                                         struct reeve_grpc_system *to) REEVE_MUST_CHECK;
/* Where it is, for people: "unix:/run/app.sock", "crm.internal:8443". In the arena; NULL when
 * memory is short. */
const char *reeve_grpc_system_endpoint(const struct reeve_grpc_system *system,
                                       struct reeve_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
