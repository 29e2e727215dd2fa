/* SPDX-License-Identifier: Apache-2.0 */
/* Reads merged options and writes the few messages that the generator makes. */
#include "proto/gen/wire.h"

#include "agent/base/varint.h"
#include "proto/gen/memory.h"

bool reeve_gen_wire_varint(struct reeve_bytes *rest, uint64_t *value)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest->len == 0) {
            return false;
        }
        uint8_t byte = rest->data[0];
        *rest = reeve_bytes_slice(*rest, 1, rest->len - 1);
        v |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *value = v;
            return true;
        }
    }
    return false;
}

static bool take(struct reeve_bytes *rest, size_t n, struct reeve_bytes *out)
{
    if (n > rest->len) {
        return false;
    }
    *out = reeve_bytes_slice(*rest, 0, n);
    *rest = reeve_bytes_slice(*rest, n, rest->len - n);
    return true;
}

static bool take_value(struct reeve_bytes *rest, struct reeve_gen_entry *entry)
{
    struct reeve_bytes raw;
    switch (entry->type) {
    case REEVE_GEN_WIRE_VARINT:
        return reeve_gen_wire_varint(rest, &entry->value);
    case REEVE_GEN_WIRE_FIXED64:
        if (!take(rest, 8, &raw)) {
            return false;
        }
        entry->value = reeve_load_le64(raw.data);
        return true;
    case REEVE_GEN_WIRE_FIXED32:
        if (!take(rest, 4, &raw)) {
            return false;
        }
        entry->value = reeve_load_le32(raw.data);
        return true;
    case REEVE_GEN_WIRE_BYTES:
        return reeve_gen_wire_varint(rest, &entry->value) && entry->value <= rest->len &&
               take(rest, (size_t)entry->value, &entry->bytes);
    }
    return false;
}

bool reeve_gen_wire_next(struct reeve_bytes *rest, struct reeve_gen_entry *entry)
{
    uint64_t tag;
    *entry = (struct reeve_gen_entry){0};
    if (rest->len == 0 || !reeve_gen_wire_varint(rest, &tag)) {
        return false;
    }
    entry->number = (uint32_t)(tag >> 3);
    entry->type = (enum reeve_gen_wire_type)(tag & 7);
    return take_value(rest, entry);
}

struct reeve_bytes reeve_gen_wire_message(struct reeve_bytes message, uint32_t number,
                                          bool *present)
{
    struct reeve_buffer merged = reeve_gen_buffer();
    struct reeve_gen_entry entry;
    *present = false;
    while (reeve_gen_wire_next(&message, &entry)) {
        if (entry.number == number && entry.type == REEVE_GEN_WIRE_BYTES) {
            *present = true;
            reeve_gen_must(reeve_buffer_append(&merged, entry.bytes));
        }
    }
    return reeve_buffer_view(&merged);
}

bool reeve_gen_wire_number(struct reeve_bytes message, uint32_t number, uint64_t *value)
{
    bool present = false;
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&message, &entry)) {
        if (entry.number == number && entry.type != REEVE_GEN_WIRE_BYTES) {
            *value = entry.value;
            present = true;
        }
    }
    return present;
}

bool reeve_gen_wire_text(struct reeve_bytes message, uint32_t number, const char **text)
{
    bool present = false;
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&message, &entry)) {
        if (entry.number == number && entry.type == REEVE_GEN_WIRE_BYTES) {
            *text = reeve_gen_copy(entry.bytes);
            present = true;
        }
    }
    return present;
}

struct reeve_bytes reeve_gen_wire_extensions(const ProtobufCMessage *options)
{
    struct reeve_buffer all = reeve_gen_buffer();
    for (unsigned i = 0; options != NULL && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        reeve_gen_put_varint(&all, (uint64_t)field->tag << 3 | (unsigned)field->wire_type);
        /* protobuf-c keeps the length in front of the payload. */
        reeve_gen_must(reeve_buffer_append(&all, reeve_bytes_of(field->data, field->len)));
    }
    return reeve_buffer_view(&all);
}

void reeve_gen_put_varint(struct reeve_buffer *to, uint64_t value)
{
    uint8_t bytes[REEVE_VARINT_MAX];
    reeve_gen_must(reeve_buffer_append(to, reeve_bytes_of(bytes, reeve_varint_put(bytes, value))));
}

void reeve_gen_put_number(struct reeve_buffer *to, uint32_t number, uint64_t value)
{
    reeve_gen_put_varint(to, (uint64_t)number << 3 | REEVE_GEN_WIRE_VARINT);
    reeve_gen_put_varint(to, value);
}

void reeve_gen_put_bytes(struct reeve_buffer *to, uint32_t number, struct reeve_bytes bytes)
{
    reeve_gen_put_varint(to, (uint64_t)number << 3 | REEVE_GEN_WIRE_BYTES);
    reeve_gen_put_varint(to, bytes.len);
    reeve_gen_must(reeve_buffer_append(to, bytes));
}
