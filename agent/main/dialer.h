/* SPDX-License-Identifier: Apache-2.0 */
/* Dialling the gateway over gRPC with mutual TLS. */
#ifndef REEVE_AGENT_MAIN_DIALER_H
#define REEVE_AGENT_MAIN_DIALER_H

#include "agent/io/rpc/loop.h"
#include "agent/main/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `loop` is borrowed and outlives the dialer's transports. The CA bundle is read anew for each
 * connection. */
struct reeve_dialer reeve_dialer_grpc(struct reeve_rpc_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
