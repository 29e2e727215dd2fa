/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, field by field, for what this codec reads itself: batches, frames, lists,
 * and the strictness of signed messages. Private to agent/codec.
 * Source: protobuf encoding reference (varints, tags, length-delimited fields). */
#ifndef REEVE_AGENT_CODEC_WIRE_H
#define REEVE_AGENT_CODEC_WIRE_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_wire_type {
    REEVE_WIRE_VARINT = 0,
    REEVE_WIRE_FIXED64 = 1,
    REEVE_WIRE_BYTES = 2,
    REEVE_WIRE_FIXED32 = 5,
};

struct reeve_wire_field {
    uint32_t number; /* 0: the message is at its end */
    enum reeve_wire_type type;
    uint64_t varint;          /* VARINT */
    struct reeve_bytes bytes; /* BYTES */
};

/* Takes the next field off `rest`. TRUNCATED; MALFORMED: a varint over 64 bits, field number 0 or
 * over 2^29-1, a group or a reserved wire type. */
enum reeve_status reeve_wire_next(struct reeve_bytes *rest,
                                  struct reeve_wire_field *out) REEVE_MUST_CHECK;
/* One varint off `rest`. TRUNCATED, MALFORMED. */
enum reeve_status reeve_wire_varint(struct reeve_bytes *rest, uint64_t *out) REEVE_MUST_CHECK;

/* Every field is one of the numbers in `known` (bit n: number n), and only those in `repeated` come
 * more than once. UNKNOWN_FIELD, DUPLICATE_FIELD, or the status of bytes that do not parse. */
enum reeve_status reeve_wire_check_strict(struct reeve_bytes message, uint64_t known,
                                          uint64_t repeated) REEVE_MUST_CHECK;
/* The payload of the one length-delimited field `number`; data == NULL when there is none.
 * DUPLICATE_FIELD: there are two. */
enum reeve_status reeve_wire_only(struct reeve_bytes message, uint32_t number,
                                  struct reeve_bytes *out) REEVE_MUST_CHECK;

/* Decodes one element of a list into zeroed memory. */
typedef enum reeve_status (*reeve_wire_read)(struct reeve_bytes bytes, struct reeve_arena *arena,
                                             void *out);

struct reeve_wire_list {
    uint32_t number;
    size_t max;
    size_t item_size;
    reeve_wire_read read;
};

/* Counts the field, refuses more than `max` (TOO_LARGE) before it allocates exactly that many
 * elements, then decodes each. NO_MEMORY, and the statuses of `read`. */
enum reeve_status reeve_wire_read_list(struct reeve_bytes message,
                                       const struct reeve_wire_list *list,
                                       struct reeve_arena *arena, void **items,
                                       size_t *count) REEVE_MUST_CHECK;
/* Lists of strings (UTF8, EMBEDDED_NUL; TOO_LARGE: one is longer than max_bytes) and of bytes. */
enum reeve_status reeve_wire_read_texts(struct reeve_bytes message, uint32_t number, size_t max,
                                        size_t max_bytes, struct reeve_arena *arena,
                                        struct reeve_views *out) REEVE_MUST_CHECK;
/* `length` 0: any length; else MALFORMED for another one. */
enum reeve_status reeve_wire_read_blobs(struct reeve_bytes message, uint32_t number, size_t max,
                                        size_t length, struct reeve_arena *arena,
                                        struct reeve_views *out) REEVE_MUST_CHECK;
/* A list of uint64, packed or not. */
enum reeve_status reeve_wire_read_numbers(struct reeve_bytes message, uint32_t number, size_t max,
                                          struct reeve_arena *arena,
                                          struct reeve_numbers *out) REEVE_MUST_CHECK;

/* Writing. */
/* The tag of a length-delimited field and the length of its payload; `to` has room. */
size_t reeve_wire_header_size(uint32_t number, size_t length);
size_t reeve_wire_put_header(uint8_t *to, uint32_t number, size_t length);

#ifdef __cplusplus
}
#endif
#endif
