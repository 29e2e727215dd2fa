/* SPDX-License-Identifier: Apache-2.0 */
/* Metadata that a client's call sends. It may hold credentials: each value is a copy in memory of
 * its own, which is wiped when gRPC drops the last reference to it. What gRPC writes into its
 * connection's buffers is its own. */
#include <grpc/slice.h>

#include "agent/base/secret.h"
#include "agent/io/rpc/call_internal.h"

struct value {
    const struct reeve_allocator *allocator;
    size_t size; /* of the whole */
    uint8_t bytes[];
};

static void free_value(void *user_data)
{
    struct value *v = user_data;
    const struct reeve_allocator *a = v->allocator;
    const size_t size = v->size;
    reeve_wipe(v, size);
    reeve_free(a, v, size);
}

static enum reeve_status copy_value(const struct reeve_allocator *a, struct reeve_bytes value,
                                    grpc_slice *out)
{
    const size_t size = sizeof(struct value) + value.len;
    struct value *v = reeve_alloc(a, size);
    if (v == NULL) {
        return REEVE_NO_MEMORY;
    }
    v->allocator = a;
    v->size = size;
    reeve_move(v->bytes, value.data, value.len);
    *out = grpc_slice_new_with_user_data(v->bytes, value.len, free_value, v);
    return REEVE_OK;
}

bool reeve_rpc_metadata_is_legal(const struct reeve_rpc_metadata *metadata)
{
    const grpc_slice name = grpc_slice_from_static_string(metadata->name);
    const grpc_slice value =
        grpc_slice_from_static_buffer(metadata->value.data, metadata->value.len);
    if (!grpc_header_key_is_legal(name)) {
        return false;
    }
    return grpc_is_binary_header(name) || grpc_header_nonbin_value_is_legal(value);
}

enum reeve_status reeve_rpc_call_set_headers(struct reeve_rpc_call *c,
                                             const struct reeve_rpc_metadata *list, size_t count)
{
    if (count > REEVE_RPC_METADATA_MAX) {
        return REEVE_INVALID;
    }
    if (count == 0) {
        return REEVE_OK;
    }
    c->headers = reeve_alloc_array(c->allocator, count, sizeof *c->headers);
    if (c->headers == NULL) {
        return REEVE_NO_MEMORY;
    }
    c->headers_capacity = count;
    for (size_t i = 0; i < count; i++) {
        if (!reeve_rpc_metadata_is_legal(&list[i])) {
            return REEVE_INVALID;
        }
        REEVE_TRY(copy_value(c->allocator, list[i].value, &c->headers[i].value));
        c->headers[i].key = grpc_slice_from_copied_string(list[i].name);
        c->headers_count = i + 1;
    }
    return REEVE_OK;
}

void reeve_rpc_call_drop_headers(struct reeve_rpc_call *c)
{
    for (size_t i = 0; i < c->headers_count; i++) {
        grpc_slice_unref(c->headers[i].key);
        grpc_slice_unref(c->headers[i].value);
    }
    if (c->headers != NULL) {
        reeve_free(c->allocator, c->headers, c->headers_capacity * sizeof *c->headers);
    }
}
