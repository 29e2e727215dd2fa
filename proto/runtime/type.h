/* SPDX-License-Identifier: Apache-2.0 */
/* What each field type is on the wire and in a struct. */
#ifndef REEVE_PROTO_RUNTIME_TYPE_H
#define REEVE_PROTO_RUNTIME_TYPE_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_wire {
    REEVE_WIRE_VARINT = 0,
    REEVE_WIRE_FIXED64 = 1,
    REEVE_WIRE_LENGTH = 2,
    REEVE_WIRE_GROUP = 3,
    REEVE_WIRE_GROUP_END = 4,
    REEVE_WIRE_FIXED32 = 5,
};

struct reeve_type {
    const char *name; /* as in a .proto file */
    uint8_t size;     /* bytes of one value in a struct or array; 0: there is no such type */
    uint8_t wire;     /* enum reeve_wire of one value */
};

#define REEVE_TYPE_END 19
extern const struct reeve_type reeve_types[REEVE_TYPE_END];

/* reeve_types[type].wire without a look into memory: three bits a type. */
static inline uint8_t reeve_type_wire(uint8_t type)
{
#define REEVE_WIRE_AT(type_, wire_) ((uint64_t)(wire_) << (3 * (type_)))
    static const uint64_t wires = REEVE_WIRE_AT(REEVE_TYPE_DOUBLE, REEVE_WIRE_FIXED64) |
                                  REEVE_WIRE_AT(REEVE_TYPE_FIXED64, REEVE_WIRE_FIXED64) |
                                  REEVE_WIRE_AT(REEVE_TYPE_SFIXED64, REEVE_WIRE_FIXED64) |
                                  REEVE_WIRE_AT(REEVE_TYPE_FLOAT, REEVE_WIRE_FIXED32) |
                                  REEVE_WIRE_AT(REEVE_TYPE_FIXED32, REEVE_WIRE_FIXED32) |
                                  REEVE_WIRE_AT(REEVE_TYPE_SFIXED32, REEVE_WIRE_FIXED32) |
                                  REEVE_WIRE_AT(REEVE_TYPE_STRING, REEVE_WIRE_LENGTH) |
                                  REEVE_WIRE_AT(REEVE_TYPE_BYTES, REEVE_WIRE_LENGTH) |
                                  REEVE_WIRE_AT(REEVE_TYPE_MESSAGE, REEVE_WIRE_LENGTH);
#undef REEVE_WIRE_AT
    return (uint8_t)(wires >> (3 * type) & 7);
}

/* The type of one value of a field as a .proto file names it: "string", "package.Message". */
const char *reeve_type_name(const struct reeve_field *f);
/* The field's whole type: "repeated string", "map<string, package.Message>"; cut to `size`. */
void reeve_type_text(const struct reeve_field *f, char *out, size_t size);

/* google.protobuf.NullValue, which JSON writes as null. */
bool reeve_enum_is_null(const struct reeve_enum *e);

/* Scalars whose repeated form may be packed. */
static inline bool reeve_type_is_packable(uint8_t type)
{
    return reeve_type_wire(type) != REEVE_WIRE_LENGTH;
}

#ifdef __cplusplus
}
#endif
#endif
