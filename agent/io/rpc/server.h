/* SPDX-License-Identifier: Apache-2.0 */
/* A server: one bound address, TLS 1.3, client certificates required and verified against a private
 * CA, a table of methods. Calls of other methods end with UNIMPLEMENTED. Used by the gateway and by
 * tests; the agent never makes one (P1). */
#ifndef REEVE_AGENT_IO_RPC_SERVER_H
#define REEVE_AGENT_IO_RPC_SERVER_H

#include "agent/io/rpc/call.h"
#include "agent/io/rpc/loop.h"
#include "agent/io/rpc/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_server;

struct reeve_rpc_method {
    const char *path; /* "/reeve.v1.WorkerService/Connect"; must outlive the server */
    /* A call came in; the peer is known (reeve_rpc_call_peer). It must be accepted and later
     * released by the handler, or refused by reeve_rpc_call_refuse(). */
    void (*on_call)(void *ctx, struct reeve_rpc_call *call);
    void *ctx;
};

/* Zero means the default in brackets. Borrowed for the call that takes it, methods[] until the
 * server is freed. */
struct reeve_rpc_server_options {
    const char *address; /* "address:port"; port 0: any free one */
    struct reeve_rpc_tls tls;
    const struct reeve_rpc_method *methods;
    size_t method_count;
    size_t max_calls;                /* at once; more end with RESOURCE_EXHAUSTED [4,096] */
    size_t max_calls_per_connection; /* [128] */
    size_t max_message_bytes;        /* [4 MiB] */
    size_t max_metadata_bytes;       /* [16 KiB] */
    size_t window_bytes;             /* flow-control window of a call [1 MiB] */
    size_t max_memory_bytes;         /* what gRPC may hold for all connections [unbounded] */
    uint64_t handshake_timeout_ms;   /* [10,000] */
    uint64_t keepalive_ms;           /* [20,000] */
    uint64_t keepalive_timeout_ms;   /* [10,000] */
};

/* The loop's thread. Binds and listens; the first call comes from poll. The caller owns *out.
 * INVALID: an option is missing. IO: the address cannot be bound. NO_MEMORY. */
enum reeve_status reeve_rpc_server_new(struct reeve_rpc_loop *loop,
                                       const struct reeve_rpc_server_options *options,
                                       struct reeve_rpc_server **out) REEVE_MUST_CHECK;

/* The port that is bound. */
int reeve_rpc_server_port(const struct reeve_rpc_server *server);

/* New handshakes use this from now on; connections that stand are not touched. Any thread. INVALID:
 * a part is missing; the old material stays. NO_MEMORY. */
enum reeve_status reeve_rpc_server_set_tls(struct reeve_rpc_server *server,
                                           const struct reeve_rpc_tls *tls) REEVE_MUST_CHECK;

/* Refuses a call in place of accepting it; the handler forgets it. Server, within on_call. */
void reeve_rpc_call_refuse(struct reeve_rpc_call *call, int code, const char *text);

/* Stops: no new connections and calls (GOAWAY); calls under way may end by themselves until
 * reeve_rpc_server_cancel_calls() or the loop's end. `on_stopped` (may be NULL) comes once when the
 * last is gone. The loop's thread; a second time does nothing. */
void reeve_rpc_server_stop(struct reeve_rpc_server *server, void (*on_stopped)(void *ctx),
                           void *ctx);
/* Cancels every call that is still there: for the end of the drain time. */
void reeve_rpc_server_cancel_calls(struct reeve_rpc_server *server);
/* The calls under way. */
size_t reeve_rpc_server_calls(const struct reeve_rpc_server *server);

/* The loop's thread. Stops (cancelling what is left) if that was not done, and frees when gRPC is
 * done with it; no callback of the server follows. NULL is fine. */
void reeve_rpc_server_release(struct reeve_rpc_server *server);

#ifdef __cplusplus
}
#endif
#endif
