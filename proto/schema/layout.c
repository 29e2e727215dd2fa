/* SPDX-License-Identifier: Apache-2.0 */
/* Members in the order of fields; the members of a oneof share one place, where its first is. */
#include "proto/schema/layout.h"

#include <stdalign.h>

#include "proto/runtime/type.h"

/* The alignment of a value of `size` bytes: of 16 (length and pointer) that of a pointer. */
static uint32_t alignment_of(uint32_t size)
{
    if (size == 0) {
        return 1;
    }
    return size < alignof(void *) ? size : (uint32_t)alignof(void *);
}

static uint32_t align_up(uint32_t at, uint32_t alignment)
{
    return (at + alignment - 1) / alignment * alignment;
}

/* The offset of a member, and *at moves behind it. */
static uint32_t place(uint32_t *at, uint32_t size)
{
    const uint32_t offset = align_up(*at, alignment_of(size));
    *at = offset + size;
    return offset;
}

static uint32_t largest_member(const struct reeve_message *m, const struct reeve_field *fields,
                               uint8_t oneof)
{
    uint32_t largest = 0;
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const uint32_t size = reeve_types[fields[i].type].size;
        if (fields[i].oneof == oneof && size > largest) {
            largest = size;
        }
    }
    return largest;
}

/* Where the union of a oneof is; it is placed with its first member. */
static void place_oneof(const struct reeve_message *m, struct reeve_field *fields, uint16_t first,
                        struct reeve_oneof *oneof, uint32_t *at)
{
    const uint8_t which = fields[first].oneof;
    oneof->case_offset = place(at, sizeof(uint32_t));
    const uint32_t offset = place(at, largest_member(m, fields, which));
    for (uint16_t i = first; i < m->fields_count; i++) {
        if (fields[i].oneof == which) {
            fields[i].quantifier_offset = oneof->case_offset;
            fields[i].offset = offset;
        }
    }
}

static bool has_flag(const struct reeve_field *f)
{
    return f->cardinality == REEVE_EXPLICIT && f->type != REEVE_TYPE_MESSAGE &&
           f->type != REEVE_TYPE_STRING;
}

static void place_field(struct reeve_field *f, uint32_t *at)
{
    if (f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP) {
        f->quantifier_offset = place(at, sizeof(size_t));
        f->offset = place(at, sizeof(void *));
        return;
    }
    if (has_flag(f)) {
        f->quantifier_offset = place(at, sizeof(protobuf_c_boolean));
    }
    f->offset = place(at, reeve_types[f->type].size);
}

void reeve_layout(struct reeve_message *m, struct reeve_field *fields, struct reeve_oneof *oneofs)
{
    uint32_t at = sizeof(ProtobufCMessage);
    for (uint16_t i = 0; i < m->fields_count; i++) {
        if (fields[i].oneof == 0) {
            place_field(&fields[i], &at);
            continue;
        }
        if (fields[i].offset == 0) {
            place_oneof(m, fields, i, &oneofs[fields[i].oneof - 1], &at);
        }
    }
    /* A oneof without members has a case all the same, and it stays 0. */
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        if (oneofs[i].case_offset == 0) {
            oneofs[i].case_offset = place(&at, sizeof(uint32_t));
        }
    }
    m->size = align_up(at, (uint32_t)alignof(ProtobufCMessage));
}
