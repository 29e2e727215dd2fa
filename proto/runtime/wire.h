/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, one item at a time (protobuf.dev, "Encoding"): reading from a view,
 * writing to a buffer. */
#ifndef REEVE_PROTO_RUNTIME_WIRE_H
#define REEVE_PROTO_RUNTIME_WIRE_H

#include "agent/base/buffer.h"
#include "proto/runtime/type.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_LENGTH_MAX 5 /* bytes of a length's varint */

struct reeve_reader {
    const uint8_t *at;
    const uint8_t *end;
};

static inline struct reeve_reader reeve_reader_of(struct reeve_bytes b)
{
    struct reeve_reader r = {b.data, b.data == NULL ? NULL : b.data + b.len};
    return r;
}

static inline size_t reeve_reader_left(const struct reeve_reader *r)
{
    return (size_t)(r->end - r->at);
}

/* TRUNCATED; MALFORMED when it has more than ten bytes or more than 64 bits. Padding with zero
 * groups within ten bytes is allowed, as everywhere in protobuf. */
enum reeve_status reeve_read_long_varint(struct reeve_reader *r, uint64_t *out) REEVE_MUST_CHECK;

REEVE_MUST_CHECK static inline enum reeve_status reeve_read_varint(struct reeve_reader *r,
                                                                   uint64_t *out)
{
    if (r->at < r->end && *r->at < 0x80) {
        *out = *r->at++;
        return REEVE_OK;
    }
    if (reeve_reader_left(r) >= 2 && r->at[1] < 0x80) {
        *out = (uint64_t)(r->at[0] & 0x7f) | (uint64_t)r->at[1] << 7;
        r->at += 2;
        return REEVE_OK;
    }
    return reeve_read_long_varint(r, out);
}

enum reeve_status reeve_read_long_tag(struct reeve_reader *r, uint32_t *number,
                                      uint8_t *wire) REEVE_MUST_CHECK;

/* TRUNCATED; MALFORMED for field number 0 or one above 2^29 - 1, for wire types 6 and 7, and for
 * more than five bytes. */
REEVE_MUST_CHECK static inline enum reeve_status reeve_read_tag(struct reeve_reader *r,
                                                                uint32_t *number, uint8_t *wire)
{
    const uint8_t first = r->at < r->end ? *r->at : 0;
    if (first >= 0x80 || first < 0x08 || (first & 7) > REEVE_WIRE_FIXED32) {
        return reeve_read_long_tag(r, number, wire);
    }
    *number = first >> 3;
    *wire = first & 7;
    r->at++;
    return REEVE_OK;
}

enum reeve_status reeve_read_fixed32(struct reeve_reader *r, uint32_t *out) REEVE_MUST_CHECK;
enum reeve_status reeve_read_fixed64(struct reeve_reader *r, uint64_t *out) REEVE_MUST_CHECK;
/* A length and that many bytes, as a view of the input. TRUNCATED; MALFORMED for a length of more
 * than five bytes, where C++ protobuf stops too, padding or not. */
REEVE_MUST_CHECK static inline enum reeve_status reeve_read_length(struct reeve_reader *r,
                                                                   struct reeve_bytes *out)
{
    const uint8_t *start = r->at;
    uint64_t len;
    const enum reeve_status status = reeve_read_varint(r, &len);
    if (status != REEVE_OK) {
        return status;
    }
    if (len > reeve_reader_left(r)) {
        return REEVE_TRUNCATED;
    }
    if (r->at - start > REEVE_LENGTH_MAX) {
        return REEVE_MALFORMED;
    }
    out->data = r->at;
    out->len = (size_t)len;
    r->at += len;
    return REEVE_OK;
}

/* Skips a value whose tag was read; groups to at most `depth` levels: DEPTH. MALFORMED for a group
 * end without start or of another number. */
enum reeve_status reeve_skip_value(struct reeve_reader *r, uint32_t number, uint8_t wire,
                                   uint32_t depth) REEVE_MUST_CHECK;

enum reeve_status reeve_write_long_varint(struct reeve_buffer *to, uint64_t v) REEVE_MUST_CHECK;

/* LIMIT, NO_MEMORY. */
REEVE_MUST_CHECK static inline enum reeve_status reeve_write_varint(struct reeve_buffer *to,
                                                                    uint64_t v)
{
    if (v >= 0x80 || to->len == to->capacity) {
        return reeve_write_long_varint(to, v);
    }
    to->data[to->len++] = (uint8_t)v;
    return REEVE_OK;
}

REEVE_MUST_CHECK static inline enum reeve_status reeve_write_tag(struct reeve_buffer *to,
                                                                 uint32_t number, uint8_t wire)
{
    return reeve_write_varint(to, (uint64_t)number << 3 | wire);
}

enum reeve_status reeve_write_fixed32(struct reeve_buffer *to, uint32_t v) REEVE_MUST_CHECK;
enum reeve_status reeve_write_fixed64(struct reeve_buffer *to, uint64_t v) REEVE_MUST_CHECK;
enum reeve_status reeve_write_length(struct reeve_buffer *to,
                                     struct reeve_bytes b) REEVE_MUST_CHECK;

/* A nested message whose size is not known before it is written: begin, write it, end. */
enum reeve_status reeve_write_nested_begin(struct reeve_buffer *to, size_t *mark) REEVE_MUST_CHECK;
enum reeve_status reeve_write_nested_end(struct reeve_buffer *to, size_t mark) REEVE_MUST_CHECK;

static inline uint64_t reeve_zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t reeve_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

#ifdef __cplusplus
}
#endif
#endif
