/* SPDX-License-Identifier: Apache-2.0 */
/* A slot: the place of a field's value in its struct. The only code that turns a table's offsets
 * into pointers. Reads and writes go through types that may alias, as the structs are declared in
 * generated code this runtime has never seen. */
#ifndef REEVE_PROTO_RUNTIME_SLOT_H
#define REEVE_PROTO_RUNTIME_SLOT_H

#include "proto/runtime/type.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void *reeve_slot_pointer __attribute__((may_alias));
typedef char *reeve_slot_text __attribute__((may_alias));
typedef uint32_t reeve_slot_u32 __attribute__((may_alias));
typedef int32_t reeve_slot_i32 __attribute__((may_alias));
typedef uint64_t reeve_slot_u64 __attribute__((may_alias));
typedef int64_t reeve_slot_i64 __attribute__((may_alias));
typedef size_t reeve_slot_size __attribute__((may_alias));
typedef double reeve_slot_f64 __attribute__((may_alias));
typedef float reeve_slot_f32 __attribute__((may_alias));
typedef protobuf_c_boolean reeve_slot_bool __attribute__((may_alias));

/* Strings that are absent or empty point here. */
extern char reeve_empty_text[1];

static inline void *reeve_slot(const struct reeve_field *f, void *message)
{
    return (char *)message + f->offset;
}

static inline const void *reeve_slot_of(const struct reeve_field *f, const void *message)
{
    return (const char *)message + f->offset;
}

static inline uint32_t reeve_slot_case(const struct reeve_field *f, const void *message)
{
    return *(const reeve_slot_u32 *)((const char *)message + f->quantifier_offset);
}

/* Elements of a repeated field or a map. */
static inline size_t reeve_slot_count(const struct reeve_field *f, const void *message)
{
    return *(const reeve_slot_size *)((const char *)message + f->quantifier_offset);
}

static inline void reeve_slot_set_count(const struct reeve_field *f, void *message, size_t count)
{
    *(reeve_slot_size *)((char *)message + f->quantifier_offset) = count;
}

/* Element i of a repeated field or a map, i < count. */
static inline void *reeve_slot_element(const struct reeve_field *f, const void *message, size_t i)
{
    char *array = *(char *const *)reeve_slot_of(f, message);
    return array + i * reeve_types[f->type].size;
}

static inline void *reeve_load_pointer(const void *slot)
{
    return *(const reeve_slot_pointer *)slot;
}

static inline void reeve_store_pointer(void *slot, void *pointer)
{
    *(reeve_slot_pointer *)slot = pointer;
}

/* The text of a string slot, never NULL. */
static inline const char *reeve_load_text(const void *slot)
{
    const char *text = *(const reeve_slot_text *)slot;
    return text == NULL ? reeve_empty_text : text;
}

static inline struct reeve_bytes reeve_load_bytes(const void *slot)
{
    const ProtobufCBinaryData *b = (const ProtobufCBinaryData *)slot;
    return reeve_bytes_of(b->data, b->len);
}

/* A STRING or BYTES slot as a view. */
struct reeve_bytes reeve_load_view(uint8_t type, const void *slot);

/* Whether one value (not a message) is its type's zero. */
bool reeve_value_is_zero(uint8_t type, const void *slot);

/* Whether the field is present: an implicit one differs from zero, an explicit one is set, a
 * repeated one or a map has elements. */
bool reeve_slot_is_set(const struct reeve_field *f, const void *message);

/* Notes that an explicit field is present (has_x, the oneof's case); others need nothing. A oneof
 * that changes its member forgets the old one's value. */
void reeve_slot_mark(const struct reeve_field *f, void *message);

/* Back to absent. */
void reeve_slot_clear(const struct reeve_field *f, void *message);

/* The signed integer types and enum as one; zero for others. */
int64_t reeve_load_signed(uint8_t type, const void *slot);
/* The unsigned integer types and bool as one; zero for others. */
uint64_t reeve_load_unsigned(uint8_t type, const void *slot);
bool reeve_type_is_unsigned(uint8_t type);
/* FLOAT and DOUBLE. */
double reeve_load_double(uint8_t type, const void *slot);

#ifdef __cplusplus
}
#endif
#endif
