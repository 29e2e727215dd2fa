/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. A channel's struct, and the list of arguments that channels and servers are made with.
 */
#ifndef REEVE_AGENT_IO_RPC_CHANNEL_INTERNAL_H
#define REEVE_AGENT_IO_RPC_CHANNEL_INTERNAL_H

#include <grpc/grpc.h>

#include "agent/base/list.h"
#include "agent/io/rpc/channel.h"
#include "agent/io/rpc/tag.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_channel {
    struct reeve_rpc_loop *loop;
    const struct reeve_allocator *allocator;
    grpc_channel *channel; /* NULL once the loop's end destroyed it */
    size_t max_message_bytes;

    /* The watch; all unused until there is one. */
    struct reeve_list_node watched; /* in loop->watched while gRPC has the tag */
    struct reeve_rpc_tag left;
    void (*on_leaving)(void *ctx);
    void *leaving_ctx;
    bool settling; /* not READY any more; a call's end may be on its way */
    bool released; /* frees itself when gRPC gives the tag back */
};

/* The loop's end: gRPC gives the tag back, and nobody is told. */
void reeve_rpc_channel_end_watch(struct reeve_rpc_channel *channel);

#define REEVE_RPC_ARGS_MAX 32u

/* Arguments under construction. Strings are borrowed until the channel or server is made. */
struct reeve_rpc_args {
    grpc_arg list[REEVE_RPC_ARGS_MAX];
    size_t count;
};

/* Nothing is added beyond REEVE_RPC_ARGS_MAX; the number of arguments is fixed in our code. */
void reeve_rpc_args_int(struct reeve_rpc_args *args, const char *key, uint64_t value);
void reeve_rpc_args_string(struct reeve_rpc_args *args, const char *key, const char *value);
void reeve_rpc_args_pointer(struct reeve_rpc_args *args, const char *key, void *value,
                            const grpc_arg_pointer_vtable *vtable);

/* What both sides have in common; every number has its default in place of 0. */
struct reeve_rpc_bounds {
    size_t max_message_bytes;
    size_t max_send_bytes; /* max_message_bytes when 0 */
    size_t max_metadata_bytes;
    size_t window_bytes;
    uint64_t keepalive_ms;
    uint64_t keepalive_timeout_ms;
};
#define REEVE_RPC_MESSAGE_DEFAULT ((size_t)4 * 1024 * 1024)
void reeve_rpc_args_bounds(struct reeve_rpc_args *args, const struct reeve_rpc_bounds *bounds);
uint64_t reeve_rpc_or_default(uint64_t value, uint64_t fallback);

#ifdef __cplusplus
}
#endif
#endif
