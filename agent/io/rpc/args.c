/* SPDX-License-Identifier: Apache-2.0 */
/* Channel arguments: what is switched off in gRPC core, and its bounds. */
#include <limits.h>

#include <grpc/impl/codegen/grpc_types.h>

#include "agent/io/rpc/channel_internal.h"

static grpc_arg *next_of(struct reeve_rpc_args *args)
{
    static grpc_arg overflow;
    if (args->count >= REEVE_RPC_ARGS_MAX) {
        return &overflow;
    }
    return &args->list[args->count++];
}

/* gRPC takes keys and strings without const and copies them. */
static char *unconst(const char *text)
{
    return (char *)(uintptr_t)text;
}

void reeve_rpc_args_int(struct reeve_rpc_args *args, const char *key, uint64_t value)
{
    grpc_arg *arg = next_of(args);
    arg->type = GRPC_ARG_INTEGER;
    arg->key = unconst(key);
    arg->value.integer = value > INT_MAX ? INT_MAX : (int)value;
}

void reeve_rpc_args_string(struct reeve_rpc_args *args, const char *key, const char *value)
{
    grpc_arg *arg = next_of(args);
    arg->type = GRPC_ARG_STRING;
    arg->key = unconst(key);
    arg->value.string = unconst(value);
}

void reeve_rpc_args_pointer(struct reeve_rpc_args *args, const char *key, void *value,
                            const grpc_arg_pointer_vtable *vtable)
{
    grpc_arg *arg = next_of(args);
    arg->type = GRPC_ARG_POINTER;
    arg->key = unconst(key);
    arg->value.pointer.p = value;
    arg->value.pointer.vtable = vtable;
}

uint64_t reeve_rpc_or_default(uint64_t value, uint64_t fallback)
{
    return value != 0 ? value : fallback;
}

void reeve_rpc_args_bounds(struct reeve_rpc_args *args, const struct reeve_rpc_bounds *b)
{
    const uint64_t message = reeve_rpc_or_default(b->max_message_bytes, REEVE_RPC_MESSAGE_DEFAULT);
    reeve_rpc_args_int(args, GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, message);
    reeve_rpc_args_int(args, GRPC_ARG_MAX_SEND_MESSAGE_LENGTH,
                       reeve_rpc_or_default(b->max_send_bytes, message));
    reeve_rpc_args_int(args, GRPC_ARG_MAX_METADATA_SIZE,
                       reeve_rpc_or_default(b->max_metadata_bytes, 16u << 10));
    /* A fixed window: gRPC's probe of the bandwidth would grow it on its own. */
    reeve_rpc_args_int(args, GRPC_ARG_HTTP2_BDP_PROBE, 0);
    reeve_rpc_args_int(args, GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES,
                       reeve_rpc_or_default(b->window_bytes, 1u << 20));
    reeve_rpc_args_int(args, GRPC_ARG_KEEPALIVE_TIME_MS,
                       reeve_rpc_or_default(b->keepalive_ms, 20000));
    reeve_rpc_args_int(args, GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                       reeve_rpc_or_default(b->keepalive_timeout_ms, 10000));
    reeve_rpc_args_int(args, GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    /* No compression, in either direction: a small message cannot become a large one. */
    reeve_rpc_args_int(args, GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_CHANNELZ, 0);
}
