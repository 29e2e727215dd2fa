/* SPDX-License-Identifier: Apache-2.0 */
/* A call's metadata: the system's headers, the job's id as idempotency key, the credential.
 * Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_HEADERS_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_HEADERS_H

#include "agent/bindings/grpc/grpc_system.h"
#include "agent/bindings/work.h"
#include "agent/io/rpc/call.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_GRPC_IDEMPOTENCY_KEY "idempotency-key"

struct reeve_grpc_headers {
    struct reeve_rpc_metadata *list; /* in the job's arena */
    size_t count;
    struct reeve_secret credential; /* whole value, "Bearer …" */
    uint64_t version;               /* of the secret; 0: none */
    char key[REEVE_ID_TEXT_SIZE];
};

void reeve_grpc_headers_init(struct reeve_grpc_headers *headers);
void reeve_grpc_headers_clear(struct reeve_grpc_headers *headers); /* wipes the credential */

/* Fetches the credential, which may block, and fills the list; may be called again.
 * CREDENTIAL_UNAVAILABLE with a problem; NO_MEMORY. */
enum reeve_status reeve_grpc_headers_fill(struct reeve_grpc_headers *headers,
                                          const struct reeve_grpc_system *system,
                                          const struct reeve_work *work,
                                          struct reeve_secret_registry *secrets,
                                          struct reeve_secret_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
