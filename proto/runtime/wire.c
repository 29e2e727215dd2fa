/* SPDX-License-Identifier: Apache-2.0 */
/* Varints, tags, fixed numbers, lengths. */
#include "proto/runtime/wire.h"

#include "agent/base/varint.h"

#define TAG_MAX 5 /* bytes */
#define FIELD_NUMBER_MAX ((UINT32_C(1) << 29) - 1)

enum reeve_status reeve_read_long_varint(struct reeve_reader *r, uint64_t *out)
{
    const uint8_t *at = r->at;
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (at == r->end) {
            return REEVE_TRUNCATED;
        }
        const uint8_t byte = *at++;
        if (shift == 63 && byte > 1) {
            return REEVE_MALFORMED;
        }
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            r->at = at;
            *out = v;
            return REEVE_OK;
        }
    }
    return REEVE_MALFORMED;
}

enum reeve_status reeve_read_long_tag(struct reeve_reader *r, uint32_t *number, uint8_t *wire)
{
    const uint8_t *start = r->at;
    uint64_t tag;
    REEVE_TRY(reeve_read_varint(r, &tag));
    /* A tag has 32 bits; protobuf's own parsers stop at the fifth byte, padding or not. */
    if (r->at - start > TAG_MAX || (tag >> 3) == 0 || (tag >> 3) > FIELD_NUMBER_MAX ||
        (tag & 7) > REEVE_WIRE_FIXED32) {
        return REEVE_MALFORMED;
    }
    *number = (uint32_t)(tag >> 3);
    *wire = (uint8_t)(tag & 7);
    return REEVE_OK;
}

enum reeve_status reeve_read_fixed32(struct reeve_reader *r, uint32_t *out)
{
    if (reeve_reader_left(r) < sizeof *out) {
        return REEVE_TRUNCATED;
    }
    *out = reeve_load_le32(r->at);
    r->at += sizeof *out;
    return REEVE_OK;
}

enum reeve_status reeve_read_fixed64(struct reeve_reader *r, uint64_t *out)
{
    if (reeve_reader_left(r) < sizeof *out) {
        return REEVE_TRUNCATED;
    }
    *out = reeve_load_le64(r->at);
    r->at += sizeof *out;
    return REEVE_OK;
}

static enum reeve_status skip_group(struct reeve_reader *r, uint32_t group, uint32_t depth)
{
    if (depth == 0) {
        return REEVE_DEPTH;
    }
    for (;;) {
        uint32_t number;
        uint8_t wire;
        REEVE_TRY(reeve_read_tag(r, &number, &wire));
        if (wire == REEVE_WIRE_GROUP_END) {
            return number == group ? REEVE_OK : REEVE_MALFORMED;
        }
        REEVE_TRY(reeve_skip_value(r, number, wire, depth - 1));
    }
}

enum reeve_status reeve_skip_value(struct reeve_reader *r, uint32_t number, uint8_t wire,
                                   uint32_t depth)
{
    uint64_t u64;
    uint32_t u32;
    struct reeve_bytes bytes;
    switch (wire) {
    case REEVE_WIRE_VARINT:
        return reeve_read_varint(r, &u64);
    case REEVE_WIRE_FIXED64:
        return reeve_read_fixed64(r, &u64);
    case REEVE_WIRE_LENGTH:
        return reeve_read_length(r, &bytes);
    case REEVE_WIRE_GROUP:
        return skip_group(r, number, depth);
    case REEVE_WIRE_FIXED32:
        return reeve_read_fixed32(r, &u32);
    default:
        return REEVE_MALFORMED;
    }
}

/* Room for `more` bytes, without a call when there is enough. */
static enum reeve_status make_room(struct reeve_buffer *to, size_t more)
{
    if (to->capacity - to->len >= more) {
        return REEVE_OK;
    }
    return reeve_buffer_reserve(to, more);
}

enum reeve_status reeve_write_long_varint(struct reeve_buffer *to, uint64_t v)
{
    REEVE_TRY(make_room(to, v < 0x80 ? 1 : reeve_varint_size(v)));
    to->len += reeve_varint_put(to->data + to->len, v);
    return REEVE_OK;
}

enum reeve_status reeve_write_fixed32(struct reeve_buffer *to, uint32_t v)
{
    REEVE_TRY(make_room(to, sizeof v));
    reeve_store_le32(to->data + to->len, v);
    to->len += sizeof v;
    return REEVE_OK;
}

enum reeve_status reeve_write_fixed64(struct reeve_buffer *to, uint64_t v)
{
    REEVE_TRY(make_room(to, sizeof v));
    reeve_store_le64(to->data + to->len, v);
    to->len += sizeof v;
    return REEVE_OK;
}

enum reeve_status reeve_write_length(struct reeve_buffer *to, struct reeve_bytes b)
{
    REEVE_TRY(reeve_write_varint(to, b.len));
    return reeve_buffer_append(to, b);
}

enum reeve_status reeve_write_nested_begin(struct reeve_buffer *to, size_t *mark)
{
    REEVE_TRY(make_room(to, 1));
    *mark = to->len++;
    return REEVE_OK;
}

enum reeve_status reeve_write_nested_end(struct reeve_buffer *to, size_t mark)
{
    const size_t size = to->len - mark - 1;
    if (size < 0x80) {
        to->data[mark] = (uint8_t)size;
        return REEVE_OK;
    }
    const size_t prefix = reeve_varint_size(size);
    REEVE_TRY(make_room(to, prefix - 1));
    reeve_move(to->data + mark + prefix, to->data + mark + 1, size);
    to->len += reeve_varint_put(to->data + mark, size) - 1;
    return REEVE_OK;
}
