/* SPDX-License-Identifier: Apache-2.0 */
/* How many bytes reeve_message_encode() writes. */
#include "agent/base/varint.h"
#include "proto/runtime/bounds.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/wire.h"

static size_t message_size(const struct reeve_message *m, const void *message, uint32_t depth);

static size_t tag_size(uint32_t number)
{
    return reeve_varint_size((uint64_t)number << 3);
}

static size_t with_length(size_t size)
{
    return reeve_varint_size(size) + size;
}

static size_t number_size(uint8_t type, const void *slot)
{
    if (reeve_types[type].wire == REEVE_WIRE_FIXED32) {
        return sizeof(uint32_t);
    }
    if (reeve_types[type].wire == REEVE_WIRE_FIXED64) {
        return sizeof(uint64_t);
    }
    if (type == REEVE_TYPE_SINT32 || type == REEVE_TYPE_SINT64) {
        return reeve_varint_size(reeve_zigzag(reeve_load_signed(type, slot)));
    }
    if (reeve_type_is_unsigned(type)) {
        return reeve_varint_size(reeve_load_unsigned(type, slot));
    }
    return reeve_varint_size((uint64_t)reeve_load_signed(type, slot));
}

static size_t value_size(const struct reeve_field *f, const void *slot, uint32_t depth)
{
    if (f->type == REEVE_TYPE_STRING || f->type == REEVE_TYPE_BYTES) {
        return tag_size(f->number) + with_length(reeve_load_view(f->type, slot).len);
    }
    if (f->type == REEVE_TYPE_MESSAGE) {
        const void *message = reeve_load_pointer(slot);
        const size_t size =
            message == NULL || depth == 0 ? 0 : message_size(f->message, message, depth - 1);
        return tag_size(f->number) + with_length(size);
    }
    return tag_size(f->number) + number_size(f->type, slot);
}

static size_t packed_size(const struct reeve_field *f, const void *message)
{
    size_t size = 0;
    const size_t count = reeve_slot_count(f, message);
    for (size_t i = 0; i < count; i++) {
        size += number_size(f->type, reeve_slot_element(f, message, i));
    }
    return tag_size(f->number) + with_length(size);
}

static size_t entry_size(const struct reeve_field *map, const void *entry, uint32_t depth)
{
    const struct reeve_field *key = reeve_map_key_field(map);
    const struct reeve_field *value = reeve_map_value_field(map);
    if (entry == NULL || depth == 0) {
        return 0;
    }
    const size_t size = value_size(key, reeve_slot_of(key, entry), depth - 1) +
                        value_size(value, reeve_slot_of(value, entry), depth - 1);
    return tag_size(map->number) + with_length(size);
}

static size_t elements_size(const struct reeve_field *f, const void *message, uint32_t depth)
{
    size_t size = 0;
    const size_t count = reeve_slot_count(f, message);
    if ((f->flags & REEVE_FIELD_PACKED) != 0 && reeve_type_is_packable(f->type)) {
        return packed_size(f, message);
    }
    for (size_t i = 0; i < count; i++) {
        size += f->cardinality == REEVE_MAP
                    ? entry_size(f, reeve_map_entry_at(f, message, i), depth)
                    : value_size(f, reeve_slot_element(f, message, i), depth);
    }
    return size;
}

static size_t message_size(const struct reeve_message *m, const void *message, uint32_t depth)
{
    const ProtobufCMessage *base = message;
    size_t size = 0;
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if (!reeve_slot_is_set(f, message)) {
            continue;
        }
        size += f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP
                    ? elements_size(f, message, depth)
                    : value_size(f, reeve_slot_of(f, message), depth);
    }
    for (unsigned i = 0; i < base->n_unknown_fields; i++) {
        size += tag_size(base->unknown_fields[i].tag) + base->unknown_fields[i].len;
    }
    return size;
}

size_t reeve_message_encoded_size(const struct reeve_message *m, const void *message)
{
    return message_size(m, message, REEVE_DEPTH_MAX - 1);
}
