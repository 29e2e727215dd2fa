/* SPDX-License-Identifier: Apache-2.0 */
/* The transport on gRPC core: one call of /reeve.v1.WorkerService/Connect on a connection of its
 * own. The worker dials; the gateway wraps the calls that its server accepts. */
#ifndef REEVE_AGENT_TRANSPORT_GRPC_H
#define REEVE_AGENT_TRANSPORT_GRPC_H

#include "agent/io/rpc/call.h"
#include "agent/io/rpc/channel.h"
#include "agent/transport/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_TRANSPORT_CONNECT_METHOD "/reeve.v1.WorkerService/Connect"

/* Worker. Copies what it needs of `options`; dials at start. The caller owns *out and frees it
 * before the loop. INVALID: as reeve_rpc_channel_new(). NO_MEMORY. */
enum reeve_status reeve_transport_grpc_dial(struct reeve_rpc_loop *loop,
                                            const struct reeve_rpc_channel_options *options,
                                            struct reeve_transport **out) REEVE_MUST_CHECK;
/* Gateway. Within on_call of the method above: takes `call` over on OK; start must follow within
 * on_call, too. On NO_MEMORY the call is still the caller's to refuse. */
enum reeve_status reeve_transport_grpc_accept(struct reeve_rpc_call *call,
                                              const struct reeve_allocator *a,
                                              struct reeve_transport **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
