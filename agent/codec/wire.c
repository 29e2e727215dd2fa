/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, field by field (wire.h). */
#include "agent/codec/wire.h"

#include "agent/base/varint.h"
#include "agent/codec/check.h"

#define FIELD_NUMBER_MAX ((1u << 29) - 1u)

enum reeve_status reeve_wire_varint(struct reeve_bytes *rest, uint64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 0; i < rest->len && i < REEVE_VARINT_MAX; i++) {
        uint8_t byte = rest->data[i];
        if (i == REEVE_VARINT_MAX - 1 && byte > 1) {
            return REEVE_MALFORMED;
        }
        value |= (uint64_t)(byte & 0x7fu) << (7u * i);
        if ((byte & 0x80u) == 0) {
            *rest = reeve_bytes_of(rest->data + i + 1, rest->len - i - 1);
            *out = value;
            return REEVE_OK;
        }
    }
    return rest->len < REEVE_VARINT_MAX ? REEVE_TRUNCATED : REEVE_MALFORMED;
}

static enum reeve_status take(struct reeve_bytes *rest, uint64_t length, struct reeve_bytes *out)
{
    if (length > rest->len) {
        return REEVE_TRUNCATED;
    }
    *out = reeve_bytes_of(rest->data, (size_t)length);
    *rest = reeve_bytes_of(rest->data + length, rest->len - (size_t)length);
    return REEVE_OK;
}

static enum reeve_status take_value(struct reeve_bytes *rest, struct reeve_wire_field *out)
{
    uint64_t length;
    switch (out->type) {
    case REEVE_WIRE_VARINT:
        return reeve_wire_varint(rest, &out->varint);
    case REEVE_WIRE_FIXED64:
        return take(rest, 8, &out->bytes);
    case REEVE_WIRE_BYTES:
        REEVE_TRY(reeve_wire_varint(rest, &length));
        return take(rest, length, &out->bytes);
    case REEVE_WIRE_FIXED32:
        return take(rest, 4, &out->bytes);
    }
    return REEVE_MALFORMED;
}

enum reeve_status reeve_wire_next(struct reeve_bytes *rest, struct reeve_wire_field *out)
{
    uint64_t tag;
    *out = (struct reeve_wire_field){.number = 0};
    if (rest->len == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_wire_varint(rest, &tag));
    if (tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX) {
        return REEVE_MALFORMED;
    }
    out->number = (uint32_t)(tag >> 3);
    out->type = (enum reeve_wire_type)(tag & 7u);
    return take_value(rest, out);
}

enum reeve_status reeve_wire_check_strict(struct reeve_bytes message, uint64_t known,
                                          uint64_t repeated)
{
    uint64_t seen = 0;
    for (;;) {
        struct reeve_wire_field field;
        REEVE_TRY(reeve_wire_next(&message, &field));
        if (field.number == 0) {
            return REEVE_OK;
        }
        uint64_t bit = field.number < 64 ? UINT64_C(1) << field.number : 0;
        if ((known & bit) == 0) {
            return REEVE_UNKNOWN_FIELD;
        }
        if ((seen & bit & ~repeated) != 0) {
            return REEVE_DUPLICATE_FIELD;
        }
        seen |= bit;
    }
}

/* The next length-delimited field `number`; number 0: none is left. */
static enum reeve_status next_of(struct reeve_bytes *message, uint32_t number,
                                 struct reeve_wire_field *out)
{
    do {
        REEVE_TRY(reeve_wire_next(message, out));
    } while (out->number != 0 && out->number != number);
    return out->number == 0 || out->type == REEVE_WIRE_BYTES ? REEVE_OK : REEVE_WIRE_TYPE;
}

enum reeve_status reeve_wire_only(struct reeve_bytes message, uint32_t number,
                                  struct reeve_bytes *out)
{
    *out = reeve_bytes_of(NULL, 0);
    for (;;) {
        struct reeve_wire_field field;
        REEVE_TRY(next_of(&message, number, &field));
        if (field.number == 0) {
            return REEVE_OK;
        }
        if (out->data != NULL) {
            return REEVE_DUPLICATE_FIELD;
        }
        *out = field.bytes;
    }
}

/* How often a length-delimited field occurs. */
static enum reeve_status count_field(struct reeve_bytes message, uint32_t number, size_t max,
                                     size_t *out)
{
    *out = 0;
    for (;;) {
        struct reeve_wire_field field;
        REEVE_TRY(next_of(&message, number, &field));
        if (field.number == 0) {
            return REEVE_OK;
        }
        if (++*out > max) {
            return REEVE_TOO_LARGE;
        }
    }
}

static enum reeve_status read_items(struct reeve_bytes message, const struct reeve_wire_list *list,
                                    struct reeve_arena *arena, uint8_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct reeve_wire_field item;
        REEVE_TRY(next_of(&message, list->number, &item)); /* there are `count` of them */
        REEVE_TRY(list->read(item.bytes, arena, items + i * list->item_size));
    }
    return REEVE_OK;
}

enum reeve_status reeve_wire_read_list(struct reeve_bytes message,
                                       const struct reeve_wire_list *list,
                                       struct reeve_arena *arena, void **items, size_t *count)
{
    size_t n;
    *items = NULL;
    *count = 0;
    REEVE_TRY(count_field(message, list->number, list->max, &n));
    if (n == 0) {
        return REEVE_OK;
    }
    uint8_t *array = reeve_arena_alloc_array(arena, n, list->item_size);
    if (array == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(read_items(message, list, arena, array, n));
    *items = array;
    *count = n;
    return REEVE_OK;
}

static enum reeve_status read_view(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    struct reeve_bytes *view = out;
    (void)arena;
    *view = bytes;
    return REEVE_OK;
}

static enum reeve_status read_views(struct reeve_bytes message, uint32_t number, size_t max,
                                    struct reeve_arena *arena, struct reeve_views *out)
{
    const struct reeve_wire_list list = {number, max, sizeof(struct reeve_bytes), read_view};
    void *items;
    REEVE_TRY(reeve_wire_read_list(message, &list, arena, &items, &out->count));
    out->items = items;
    return REEVE_OK;
}

enum reeve_status reeve_wire_read_texts(struct reeve_bytes message, uint32_t number, size_t max,
                                        size_t max_bytes, struct reeve_arena *arena,
                                        struct reeve_views *out)
{
    REEVE_TRY(read_views(message, number, max, arena, out));
    for (size_t i = 0; i < out->count; i++) {
        REEVE_TRY(reeve_check_text(out->items[i]));
        REEVE_TRY(reeve_check_max(out->items[i], max_bytes));
    }
    return REEVE_OK;
}

enum reeve_status reeve_wire_read_blobs(struct reeve_bytes message, uint32_t number, size_t max,
                                        size_t length, struct reeve_arena *arena,
                                        struct reeve_views *out)
{
    REEVE_TRY(read_views(message, number, max, arena, out));
    for (size_t i = 0; i < out->count && length != 0; i++) {
        if (out->items[i].len != length) {
            return REEVE_MALFORMED;
        }
    }
    return REEVE_OK;
}

/* Numbers in one field of the list: a packed run or a single one. With `out` NULL they are counted.
 */
static enum reeve_status take_numbers(const struct reeve_wire_field *field, uint64_t *out,
                                      size_t max, size_t *count)
{
    struct reeve_bytes run = field->bytes;
    if (field->type == REEVE_WIRE_VARINT) {
        if (*count >= max) {
            return REEVE_TOO_LARGE;
        }
        if (out != NULL) {
            out[*count] = field->varint;
        }
        *count += 1;
        return REEVE_OK;
    }
    if (field->type != REEVE_WIRE_BYTES) {
        return REEVE_WIRE_TYPE;
    }
    while (run.len > 0) {
        struct reeve_wire_field one = {.type = REEVE_WIRE_VARINT};
        REEVE_TRY(reeve_wire_varint(&run, &one.varint));
        REEVE_TRY(take_numbers(&one, out, max, count));
    }
    return REEVE_OK;
}

static enum reeve_status each_number(struct reeve_bytes message, uint32_t number, uint64_t *out,
                                     size_t max, size_t *count)
{
    struct reeve_wire_field field;
    *count = 0;
    do {
        REEVE_TRY(reeve_wire_next(&message, &field));
        if (field.number != number) {
            continue;
        }
        REEVE_TRY(take_numbers(&field, out, max, count));
    } while (field.number != 0);
    return REEVE_OK;
}

enum reeve_status reeve_wire_read_numbers(struct reeve_bytes message, uint32_t number, size_t max,
                                          struct reeve_arena *arena, struct reeve_numbers *out)
{
    size_t count;
    *out = (struct reeve_numbers){NULL, 0};
    REEVE_TRY(each_number(message, number, NULL, max, &count));
    if (count == 0) {
        return REEVE_OK;
    }
    uint64_t *items = reeve_arena_alloc_array(arena, count, sizeof *items);
    if (items == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(each_number(message, number, items, count, &count));
    *out = (struct reeve_numbers){items, count};
    return REEVE_OK;
}

static uint64_t header_tag(uint32_t number)
{
    return (uint64_t)number << 3 | REEVE_WIRE_BYTES;
}

size_t reeve_wire_header_size(uint32_t number, size_t length)
{
    return reeve_varint_size(header_tag(number)) + reeve_varint_size(length);
}

size_t reeve_wire_put_header(uint8_t *to, uint32_t number, size_t length)
{
    size_t size = reeve_varint_put(to, header_tag(number));
    return size + reeve_varint_put(to + size, length);
}
