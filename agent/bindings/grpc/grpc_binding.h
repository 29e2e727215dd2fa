/* SPDX-License-Identifier: Apache-2.0 */
/* The grpc binding: a task is the same rpc of an internal gRPC service. One object per system.
 *
 * The request that passed its checks is encoded anew and sent to "/package.Service/Method"; what
 * comes back is decoded strictly, checked, and passed on without undeclared fields. How a call's
 * end becomes status, effect and reason stands in grpc_status.h; what the service said stays in the
 * local log under the answer's reference.
 *
 * One call is one attempt: gRPC's own retries are off. A task that is not idempotent is called
 * again only where the service refused the credential and a newer one was there. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_BINDING_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_BINDING_H

#include "agent/bindings/grpc/grpc_system.h"
#include "agent/bindings/work.h"
#include "agent/io/pool/pool.h"
#include "agent/io/rpc/client.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `client`, `pool` and `secrets` are borrowed and outlive the binding. INVALID, NO_MEMORY. */
enum reeve_status reeve_grpc_binding_new(const struct reeve_grpc_system *system,
                                         struct reeve_rpc_client *client, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
