/* SPDX-License-Identifier: Apache-2.0 */
/* The deterministic encoder: fields by number, implicit defaults omitted, maps by key, kept unknown
 * fields last in the order they came. */
#include "proto/runtime/bounds.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/sort.h"
#include "proto/runtime/text.h"
#include "proto/runtime/wire.h"

static enum reeve_status encode_message(const struct reeve_message *m, const void *message,
                                        uint32_t depth, struct reeve_buffer *to);

static uint64_t varint_of(uint8_t type, const void *slot)
{
    if (type == REEVE_TYPE_SINT32 || type == REEVE_TYPE_SINT64) {
        return reeve_zigzag(reeve_load_signed(type, slot));
    }
    if (reeve_type_is_unsigned(type)) {
        return reeve_load_unsigned(type, slot);
    }
    return (uint64_t)reeve_load_signed(type, slot);
}

static inline enum reeve_status write_number(uint8_t type, const void *slot,
                                             struct reeve_buffer *to)
{
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED32) {
        return reeve_write_fixed32(to, *(const reeve_slot_u32 *)slot);
    }
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED64) {
        return reeve_write_fixed64(to, *(const reeve_slot_u64 *)slot);
    }
    return reeve_write_varint(to, varint_of(type, slot));
}

static enum reeve_status write_message(const struct reeve_message *m, const void *message,
                                       uint32_t depth, struct reeve_buffer *to)
{
    size_t mark;
    if (depth == 0) {
        return REEVE_DEPTH;
    }
    REEVE_TRY(reeve_write_nested_begin(to, &mark));
    if (message != NULL) {
        REEVE_TRY(encode_message(m, message, depth - 1, to));
    }
    return reeve_write_nested_end(to, mark);
}

static enum reeve_status write_value(const struct reeve_field *field, const void *slot,
                                     uint32_t depth, struct reeve_buffer *to)
{
    REEVE_TRY(reeve_write_tag(to, field->number, reeve_type_wire(field->type)));
    if (field->type == REEVE_TYPE_STRING) {
        const struct reeve_bytes text = reeve_bytes_cstr(reeve_load_text(slot));
        REEVE_TRY(reeve_text_check(text));
        return reeve_write_length(to, text);
    }
    if (field->type == REEVE_TYPE_BYTES) {
        return reeve_write_length(to, reeve_load_bytes(slot));
    }
    if (field->type == REEVE_TYPE_MESSAGE) {
        return write_message(field->message, reeve_load_pointer(slot), depth, to);
    }
    return write_number(field->type, slot, to);
}

static enum reeve_status write_packed(const struct reeve_field *field, const void *message,
                                      struct reeve_buffer *to)
{
    size_t mark;
    REEVE_TRY(reeve_write_tag(to, field->number, REEVE_WIRE_LENGTH));
    REEVE_TRY(reeve_write_nested_begin(to, &mark));
    const size_t count = reeve_slot_count(field, message);
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(write_number(field->type, reeve_slot_element(field, message, i), to));
    }
    return reeve_write_nested_end(to, mark);
}

static enum reeve_status write_repeated(const struct reeve_field *field, const void *message,
                                        uint32_t depth, struct reeve_buffer *to)
{
    if ((field->flags & REEVE_FIELD_PACKED) != 0 && reeve_type_is_packable(field->type)) {
        return write_packed(field, message, to);
    }
    const size_t count = reeve_slot_count(field, message);
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(write_value(field, reeve_slot_element(field, message, i), depth, to));
    }
    return REEVE_OK;
}

/* Key and value are both written even when they are defaults, as protobuf's own serialisers do. */
static enum reeve_status write_entry(const struct reeve_field *map, const void *entry,
                                     uint32_t depth, struct reeve_buffer *to)
{
    const struct reeve_field *key = reeve_map_key_field(map);
    const struct reeve_field *value = reeve_map_value_field(map);
    size_t mark;
    if (depth == 0) {
        return REEVE_DEPTH;
    }
    REEVE_TRY(reeve_write_tag(to, map->number, REEVE_WIRE_LENGTH));
    REEVE_TRY(reeve_write_nested_begin(to, &mark));
    REEVE_TRY(write_value(key, reeve_slot_of(key, entry), depth - 1, to));
    REEVE_TRY(write_value(value, reeve_slot_of(value, entry), depth - 1, to));
    return reeve_write_nested_end(to, mark);
}

static enum reeve_status write_sorted(const struct reeve_field *map, const void *message,
                                      const void **scratch, uint32_t depth, struct reeve_buffer *to)
{
    const size_t count = reeve_slot_count(map, message);
    for (size_t i = 0; i < count; i++) {
        scratch[i] = reeve_map_entry_at(map, message, i);
        if (scratch[i] == NULL) {
            return REEVE_INVALID;
        }
    }
    reeve_sort(scratch, scratch + count, count, reeve_map_entry_compare, reeve_map_key_field(map));
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(write_entry(map, scratch[i], depth, to));
    }
    return REEVE_OK;
}

static enum reeve_status write_map(const struct reeve_field *map, const void *message,
                                   uint32_t depth, struct reeve_buffer *to)
{
    const size_t count = reeve_slot_count(map, message);
    const void **scratch = reeve_alloc_array(to->allocator, count, 2 * sizeof *scratch);
    if (scratch == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status = write_sorted(map, message, scratch, depth, to);
    reeve_free(to->allocator, scratch, count * 2 * sizeof *scratch);
    return status;
}

static enum reeve_status encode_field(const struct reeve_field *field, const void *message,
                                      uint32_t depth, struct reeve_buffer *to)
{
    if (!reeve_slot_is_set(field, message)) {
        return REEVE_OK;
    }
    if (field->cardinality == REEVE_MAP) {
        return write_map(field, message, depth, to);
    }
    if (field->cardinality == REEVE_REPEATED) {
        return write_repeated(field, message, depth, to);
    }
    return write_value(field, reeve_slot_of(field, message), depth, to);
}

static enum reeve_status write_unknown(const ProtobufCMessage *base, struct reeve_buffer *to)
{
    for (unsigned i = 0; i < base->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *u = &base->unknown_fields[i];
        REEVE_TRY(reeve_write_tag(to, u->tag, (uint8_t)u->wire_type));
        REEVE_TRY(reeve_buffer_append(to, reeve_bytes_of(u->data, u->len)));
    }
    return REEVE_OK;
}

static enum reeve_status encode_message(const struct reeve_message *m, const void *message,
                                        uint32_t depth, struct reeve_buffer *to)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        REEVE_TRY(encode_field(&m->fields[i], message, depth, to));
    }
    return write_unknown(message, to);
}

enum reeve_status reeve_message_encode(const struct reeve_message *m, const void *message,
                                       struct reeve_buffer *to)
{
    const size_t before = to->len;
    const enum reeve_status status = encode_message(m, message, REEVE_DEPTH_MAX - 1, to);
    if (status != REEVE_OK) {
        to->len = before;
    }
    return status;
}
