/* SPDX-License-Identifier: Apache-2.0 */
/* Reading items: see trail_reader.h. */
#include "gateway-stub/reevectl/trail_reader.h"

#include "proto/runtime/message.h"

static enum reeve_status complain(struct reeve_trail_reader *reader, enum reeve_status status,
                                  const char *problem)
{
    reader->problem = problem;
    return status;
}

/* A length in the shortest form. */
static enum reeve_status read_length(struct reeve_trail_reader *reader, size_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        if (reader->at == reader->file.len) {
            return complain(reader, REEVE_TRUNCATED, "the file is cut within an item's length");
        }
        const uint8_t byte = reader->file.data[reader->at++];
        value |= (uint64_t)(byte & 0x7Fu) << shift;
        if (byte < 0x80) {
            if (value > REEVE_TRAIL_ITEM_MAX || (byte == 0 && shift > 0)) {
                break;
            }
            *out = (size_t)value;
            return REEVE_OK;
        }
    }
    return complain(reader, REEVE_MALFORMED, "the length of an item is not valid");
}

static enum reeve_status check_form(struct reeve_trail_reader *reader,
                                    const struct reeve_trail_item *item)
{
    struct reeve_buffer again;
    reeve_buffer_init(&again, NULL, REEVE_TRAIL_ITEM_MAX);
    const enum reeve_status status =
        reeve_message_encode(&reeve_v1_export_audit_response_message, item->message, &again);
    const bool same = reeve_bytes_equal(reeve_buffer_view(&again), item->bytes);
    reeve_buffer_clear(&again);
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    return status == REEVE_OK && same
               ? REEVE_OK
               : complain(reader, REEVE_MALFORMED, "the item is not in the form it is written in");
}

enum reeve_status reeve_trail_next(struct reeve_trail_reader *reader, struct reeve_arena *arena,
                                   struct reeve_trail_item *out)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE};
    void *message = NULL;
    size_t len = 0;
    *out = (struct reeve_trail_item){.index = reader->items, .offset = reader->at};
    if (reader->at == reader->file.len) {
        return REEVE_NOT_FOUND;
    }
    REEVE_TRY(read_length(reader, &len));
    if (len > reader->file.len - reader->at) {
        return complain(reader, REEVE_TRUNCATED,
                        "the file is cut within an item, or the item's length was changed");
    }
    out->bytes = reeve_bytes_slice(reader->file, reader->at, len);
    const enum reeve_status status = reeve_message_decode(
        &reeve_v1_export_audit_response_message, out->bytes, &options, arena, &message, NULL);
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    if (status != REEVE_OK) {
        return complain(reader, REEVE_MALFORMED, "the item does not decode");
    }
    out->message = message;
    REEVE_TRY(check_form(reader, out));
    reader->at += len;
    reader->items++;
    return REEVE_OK;
}
