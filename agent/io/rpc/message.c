/* SPDX-License-Identifier: Apache-2.0 */
/* A sent buffer becomes a slice whose destructor frees it; a received message of one slice is
 * looked at where it lies. */
#include "agent/io/rpc/message.h"

#include <grpc/byte_buffer_reader.h>
#include <grpc/slice.h>

#include "agent/io/rpc/tag.h"

/* Below this, one copy costs less than the second allocation that carries the buffer along. */
#define COPY_BELOW_BYTES 512u

static void free_given(void *user_data)
{
    /* gRPC's thread: what orders our writes to the memory before its release is gRPC's affair,
     * which ThreadSanitizer cannot see. */
    REEVE_RPC_ACQUIRE(user_data);
    struct reeve_buffer *given = user_data;
    const struct reeve_allocator *a = given->allocator;
    reeve_buffer_clear(given);
    reeve_free(a, given, sizeof *given);
}

static enum reeve_status slice_of(struct reeve_buffer *message, grpc_slice *out)
{
    if (message->len < COPY_BELOW_BYTES) {
        *out = grpc_slice_from_copied_buffer((const char *)message->data, message->len);
        reeve_buffer_clear(message);
        return REEVE_OK;
    }
    struct reeve_buffer *given = reeve_alloc(message->allocator, sizeof *given);
    if (given == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_buffer_init(given, message->allocator, message->max);
    reeve_buffer_take(given, message);
    REEVE_RPC_RELEASE(given);
    *out = grpc_slice_new_with_user_data(given->data, given->len, free_given, given);
    return REEVE_OK;
}

enum reeve_status reeve_rpc_message_give(struct reeve_buffer *message, grpc_byte_buffer **out)
{
    grpc_slice slice;
    if (message->len == 0) {
        slice = grpc_empty_slice();
        reeve_buffer_clear(message);
    } else {
        REEVE_TRY(slice_of(message, &slice));
    }
    *out = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return REEVE_OK;
}

struct reeve_bytes reeve_rpc_slice_view(const grpc_slice *slice)
{
    return reeve_bytes_of(GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
}

enum reeve_status reeve_rpc_message_read(grpc_byte_buffer *from, struct reeve_rpc_message *out)
{
    grpc_byte_buffer_reader reader;
    grpc_slice *first = NULL;
    out->joined = grpc_empty_slice();
    out->bytes = reeve_bytes_of(NULL, 0);
    if (from->type != GRPC_BB_RAW || from->data.raw.compression != GRPC_COMPRESS_NONE) {
        return REEVE_UNSUPPORTED;
    }
    const size_t len = grpc_byte_buffer_length(from);
    if (len == 0) {
        return REEVE_OK;
    }
    if (!grpc_byte_buffer_reader_init(&reader, from)) {
        return REEVE_MALFORMED;
    }
    if (grpc_byte_buffer_reader_peek(&reader, &first) && GRPC_SLICE_LENGTH(*first) == len) {
        out->bytes = reeve_rpc_slice_view(first);
        grpc_byte_buffer_reader_destroy(&reader);
        return REEVE_OK;
    }
    grpc_byte_buffer_reader_destroy(&reader);
    /* A peek moves the reader on: joining starts from the beginning. */
    if (!grpc_byte_buffer_reader_init(&reader, from)) {
        return REEVE_MALFORMED;
    }
    out->joined = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    out->bytes = reeve_rpc_slice_view(&out->joined);
    return REEVE_OK;
}

void reeve_rpc_message_clear(struct reeve_rpc_message *m)
{
    grpc_slice_unref(m->joined);
}
