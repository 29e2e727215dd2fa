/* SPDX-License-Identifier: Apache-2.0 */
/* A block of the spool, as bytes: a header, then each message behind its length. It is read by the
 * process that wrote it, so its form may change at any time; what is checked is that the disk gives
 * back what it was given. */
#include "agent/base/hash.h"
#include "agent/core/engine_state.h"

static const char MAGIC[] = "reevespl";

/* Where the header's fields stand. */
enum {
    AT_MAGIC = 0,
    AT_CHECKSUM = 8, /* of all that is behind it */
    AT_COUNT = 12,
    AT_STREAM = 16,
    AT_NUMBER = 24,
    AT_FIRST = 32,
    HEADER_SIZE = 40,
    LENGTH_SIZE = 8,
};

static void write_header(const struct reeve_engine_spool_block *block, uint8_t *to)
{
    reeve_move(to + AT_MAGIC, MAGIC, sizeof(MAGIC) - 1);
    reeve_store_le32(to + AT_COUNT, (uint32_t)block->count);
    reeve_store_le64(to + AT_STREAM, block->stream);
    reeve_store_le64(to + AT_NUMBER, block->number);
    reeve_store_le64(to + AT_FIRST, block->first);
}

static uint32_t checksum_of(struct reeve_bytes bytes)
{
    return reeve_crc32c(0, reeve_bytes_slice(bytes, AT_COUNT, SIZE_MAX));
}

static enum reeve_status append_message(struct reeve_bytes message, struct reeve_buffer *out)
{
    uint8_t length[LENGTH_SIZE];
    reeve_store_le64(length, message.len);
    REEVE_TRY(reeve_buffer_append(out, reeve_bytes_of(length, sizeof length)));
    return reeve_buffer_append(out, message);
}

enum reeve_status reeve_engine_block_encode(struct reeve_engine_spool_block *block,
                                            const struct reeve_list *list,
                                            const struct reeve_engine_result_message *first,
                                            struct reeve_buffer *out)
{
    uint8_t header[HEADER_SIZE] = {0};
    block->size = HEADER_SIZE + block->count * LENGTH_SIZE + block->message_bytes;
    write_header(block, header);
    REEVE_TRY(reeve_buffer_reserve(out, (size_t)block->size));
    REEVE_TRY(reeve_buffer_append(out, reeve_bytes_of(header, sizeof header)));
    const struct reeve_engine_result_message *message = first;
    for (uint64_t i = 0; i < block->count; i++) {
        REEVE_TRY(append_message(reeve_buffer_view(&message->bytes), out));
        message = reeve_engine_message_of(reeve_list_next(list, &message->node));
    }
    reeve_store_le32(out->data + AT_CHECKSUM, checksum_of(reeve_buffer_view(out)));
    return REEVE_OK;
}

/* The lengths lead from message to message to the very end. */
static bool is_whole(const struct reeve_engine_spool_block *block, struct reeve_bytes messages)
{
    for (uint64_t i = 0; i < block->count; i++) {
        if (messages.len < LENGTH_SIZE ||
            reeve_load_le64(messages.data) > messages.len - LENGTH_SIZE) {
            return false;
        }
        size_t len = (size_t)reeve_load_le64(messages.data);
        messages = reeve_bytes_slice(messages, LENGTH_SIZE + len, SIZE_MAX);
    }
    return messages.len == 0;
}

enum reeve_status reeve_engine_block_open(const struct reeve_engine_spool_block *block,
                                          struct reeve_bytes bytes,
                                          struct reeve_engine_block_reader *out)
{
    uint8_t header[HEADER_SIZE] = {0};
    if (bytes.len != block->size || bytes.len < HEADER_SIZE) {
        return REEVE_CORRUPT;
    }
    write_header(block, header);
    reeve_store_le32(header + AT_CHECKSUM, checksum_of(bytes));
    if (!reeve_bytes_starts_with(bytes, reeve_bytes_of(header, sizeof header))) {
        return REEVE_CORRUPT;
    }
    out->left = reeve_bytes_slice(bytes, HEADER_SIZE, SIZE_MAX);
    return is_whole(block, out->left) ? REEVE_OK : REEVE_CORRUPT;
}

struct reeve_bytes reeve_engine_block_next(struct reeve_engine_block_reader *reader)
{
    size_t len = (size_t)reeve_load_le64(reader->left.data);
    struct reeve_bytes message = reeve_bytes_slice(reader->left, LENGTH_SIZE, len);
    reader->left = reeve_bytes_slice(reader->left, LENGTH_SIZE + len, SIZE_MAX);
    return message;
}
