/* SPDX-License-Identifier: Apache-2.0 */
/* Presence, and values read by type. */
#include "proto/runtime/slot.h"

char reeve_empty_text[1] = "";

struct reeve_bytes reeve_load_view(uint8_t type, const void *slot)
{
    if (type == REEVE_TYPE_STRING) {
        return reeve_bytes_cstr(reeve_load_text(slot));
    }
    return reeve_load_bytes(slot);
}

bool reeve_value_is_zero(uint8_t type, const void *slot)
{
    if (type == REEVE_TYPE_STRING) {
        return *reeve_load_text(slot) == '\0';
    }
    if (type == REEVE_TYPE_BYTES) {
        return reeve_load_bytes(slot).len == 0;
    }
    if (type == REEVE_TYPE_MESSAGE) {
        return reeve_load_pointer(slot) == NULL;
    }
    /* By bits, as protobuf does: -0.0 is not the default. */
    if (reeve_types[type].size == sizeof(uint32_t)) {
        return *(const reeve_slot_u32 *)slot == 0;
    }
    return *(const reeve_slot_u64 *)slot == 0;
}

static bool explicit_is_set(const struct reeve_field *f, const void *message)
{
    if ((f->flags & REEVE_FIELD_ONEOF) != 0 && reeve_slot_case(f, message) != f->number) {
        return false;
    }
    if (f->type == REEVE_TYPE_MESSAGE || f->type == REEVE_TYPE_STRING) {
        return reeve_load_pointer(reeve_slot_of(f, message)) != NULL;
    }
    return reeve_slot_case(f, message) != 0;
}

bool reeve_slot_is_set(const struct reeve_field *f, const void *message)
{
    if (f->cardinality == REEVE_IMPLICIT) {
        return !reeve_value_is_zero(f->type, reeve_slot_of(f, message));
    }
    if (f->cardinality == REEVE_EXPLICIT) {
        return explicit_is_set(f, message);
    }
    return reeve_slot_count(f, message) > 0;
}

static bool has_quantifier(const struct reeve_field *f)
{
    return f->cardinality == REEVE_EXPLICIT && f->quantifier_offset != 0;
}

void reeve_slot_mark(const struct reeve_field *f, void *message)
{
    if (!has_quantifier(f)) {
        return;
    }
    reeve_slot_u32 *quantifier = (reeve_slot_u32 *)((char *)message + f->quantifier_offset);
    if ((f->flags & REEVE_FIELD_ONEOF) == 0) {
        *quantifier = 1;
        return;
    }
    if (*quantifier != f->number) {
        *quantifier = f->number;
        reeve_zero(reeve_slot(f, message), reeve_types[f->type].size);
    }
}

void reeve_slot_clear(const struct reeve_field *f, void *message)
{
    if (f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP) {
        reeve_slot_set_count(f, message, 0);
        reeve_store_pointer(reeve_slot(f, message), NULL);
        return;
    }
    if ((f->flags & REEVE_FIELD_ONEOF) != 0 && reeve_slot_case(f, message) != f->number) {
        return;
    }
    reeve_zero(reeve_slot(f, message), reeve_types[f->type].size);
    if (has_quantifier(f)) {
        *(reeve_slot_u32 *)((char *)message + f->quantifier_offset) = 0;
    }
    if (f->cardinality == REEVE_IMPLICIT && f->type == REEVE_TYPE_STRING) {
        reeve_store_pointer(reeve_slot(f, message), reeve_empty_text);
    }
}

int64_t reeve_load_signed(uint8_t type, const void *slot)
{
    switch (type) {
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_SINT64:
    case REEVE_TYPE_SFIXED64:
        return *(const reeve_slot_i64 *)slot;
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SFIXED32:
    case REEVE_TYPE_ENUM:
        return *(const reeve_slot_i32 *)slot;
    default:
        return 0;
    }
}

uint64_t reeve_load_unsigned(uint8_t type, const void *slot)
{
    switch (type) {
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_FIXED64:
        return *(const reeve_slot_u64 *)slot;
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_FIXED32:
        return *(const reeve_slot_u32 *)slot;
    case REEVE_TYPE_BOOL:
        return *(const reeve_slot_bool *)slot != 0;
    default:
        return 0;
    }
}

bool reeve_type_is_unsigned(uint8_t type)
{
    return type == REEVE_TYPE_UINT64 || type == REEVE_TYPE_FIXED64 || type == REEVE_TYPE_UINT32 ||
           type == REEVE_TYPE_FIXED32 || type == REEVE_TYPE_BOOL;
}

double reeve_load_double(uint8_t type, const void *slot)
{
    if (type == REEVE_TYPE_FLOAT) {
        return (double)*(const reeve_slot_f32 *)slot;
    }
    return *(const reeve_slot_f64 *)slot;
}
