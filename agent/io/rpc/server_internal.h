/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. A server's struct, and what server.c and call_server.c need of one another.
 *
 * References: one of the owner, one for each request with gRPC, one for each call, one for the
 * shutdown under way. */
#ifndef REEVE_AGENT_IO_RPC_SERVER_INTERNAL_H
#define REEVE_AGENT_IO_RPC_SERVER_INTERNAL_H

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <pthread.h>

#include "agent/io/rpc/loop_internal.h"
#include "agent/io/rpc/server.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Requests for a call that are with gRPC at once. */
#define REEVE_RPC_REQUESTS 8u

/* A call that is waited for. */
struct reeve_rpc_request {
    struct reeve_rpc_tag arrived;
    struct reeve_rpc_server *server;
    grpc_call *call;
    grpc_call_details details;
    grpc_metadata_array metadata;
};

struct reeve_rpc_server {
    struct reeve_list_node node; /* in loop->servers until it stopped */
    struct reeve_rpc_loop *loop;
    const struct reeve_allocator *allocator;
    grpc_server *server;
    const struct reeve_rpc_method *methods;
    size_t method_count;
    size_t max_calls;
    size_t calls;
    size_t references;
    int port;
    struct reeve_rpc_request requests[REEVE_RPC_REQUESTS];
    struct reeve_rpc_tag stopped;
    bool stopping;
    bool gone; /* `stopped` came */
    void (*on_stopped)(void *ctx);
    void *on_stopped_ctx;

    pthread_mutex_t tls_lock; /* guards what follows: handshakes run on gRPC's threads */
    grpc_ssl_server_certificate_config *tls_next; /* not yet taken by gRPC, or NULL */
};

void reeve_rpc_server_unreference(struct reeve_rpc_server *server);
/* Hands a call that arrived to its method, or refuses it. Takes request->call over. */
void reeve_rpc_server_dispatch(struct reeve_rpc_server *server, struct reeve_rpc_request *request);

#ifdef __cplusplus
}
#endif
#endif
