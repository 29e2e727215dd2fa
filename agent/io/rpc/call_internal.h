/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. A call's state, shared by call.c (its life), call_client.c and call_server.c (how each
 * side starts and ends it).
 *
 * Slots: each kind of operation has one tag, so at most one of each is with gRPC. `closed` is there
 * from the start to the end and alone says why a call ended. on_closed comes when it is done and no
 * other operation is outstanding, so every message that was received comes before it.
 *
 * References: one of the owner, one for each operation with gRPC; the memory goes with the last. */
#ifndef REEVE_AGENT_IO_RPC_CALL_INTERNAL_H
#define REEVE_AGENT_IO_RPC_CALL_INTERNAL_H

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include "agent/base/list.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/loop_internal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_server;

struct reeve_rpc_call {
    struct reeve_list_node node; /* in loop->calls until the end */
    struct reeve_rpc_loop *loop;
    struct reeve_rpc_server *server; /* NULL: a client's call */
    const struct reeve_allocator *allocator;
    grpc_call *call;                            /* NULL after the end */
    const struct reeve_rpc_call_events *events; /* NULL: refused, or given up */
    void *ctx;

    struct reeve_rpc_tag opened;   /* headers are sent */
    struct reeve_rpc_tag received; /* one message, or none any more */
    struct reeve_rpc_tag sent;     /* one message, or the client's half-close */
    struct reeve_rpc_tag finished; /* the server's status */
    struct reeve_rpc_tag closed;   /* the end */

    size_t references;
    size_t operations; /* with gRPC */
    bool accepted;     /* server */
    bool receiving;
    bool unreadable;  /* a message came compressed */
    bool read_closed; /* no message comes any more */
    bool sending;
    bool half_close_sent;
    bool write_closed;   /* half-closed or finished, as far as the owner is concerned */
    bool finish_started; /* server */
    bool finish_told;    /* server: the status left */
    bool closed_done;    /* `closed` came */
    bool ended;          /* on_closed was due */

    grpc_metadata *headers; /* client: what start sends; values are wiped with the call */
    size_t headers_count;
    size_t headers_capacity;
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_metadata error_metadata; /* server: what finish() adds */
    grpc_byte_buffer *incoming;
    grpc_byte_buffer *outgoing;
    grpc_status_code code;
    grpc_slice details;
    size_t max_message_bytes; /* client: its channel's bound */
    int cancelled;            /* server */
    uint64_t deadline_boot_ms;

    grpc_auth_context *auth;
    char *address; /* gRPC's memory */
};

/* A call's memory, with one reference; NULL when short. Takes `call` over on success. */
struct reeve_rpc_call *reeve_rpc_call_make(struct reeve_rpc_loop *loop, grpc_call *call);
/* Starts a batch for `tag`, which holds a reference until it is done. */
enum reeve_status reeve_rpc_call_batch(struct reeve_rpc_call *c, const grpc_op *ops, size_t count,
                                       struct reeve_rpc_tag *tag) REEVE_MUST_CHECK;
/* Copies of `list` in c->headers. NO_MEMORY, INVALID. */
enum reeve_status reeve_rpc_call_set_headers(struct reeve_rpc_call *c,
                                             const struct reeve_rpc_metadata *list,
                                             size_t count) REEVE_MUST_CHECK;
void reeve_rpc_call_drop_headers(struct reeve_rpc_call *c);
/* Every tag's handler begins with _done and ends with _settle. */
void reeve_rpc_call_done(struct reeve_rpc_call *c);
void reeve_rpc_call_settle(struct reeve_rpc_call *c);
void reeve_rpc_call_unreference(struct reeve_rpc_call *c);
/* The server's status, now that nothing is in flight. */
void reeve_rpc_call_send_status(struct reeve_rpc_call *c);
/* The client's half-close, likewise. */
void reeve_rpc_call_send_half_close(struct reeve_rpc_call *c);
/* Reads who the peer is, once it is known. */
void reeve_rpc_call_learn_peer(struct reeve_rpc_call *c);

/* server.c: the call ended; the server counts. */
void reeve_rpc_server_call_ended(struct reeve_rpc_server *server);

#ifdef __cplusplus
}
#endif
#endif
