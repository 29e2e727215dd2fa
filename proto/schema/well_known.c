/* SPDX-License-Identifier: Apache-2.0 */
/* The list. */
#include "proto/schema/well_known.h"

#define FIELD(name_, number_, type_)                                                               \
    {                                                                                              \
        .name = (name_), .json_name = (name_), .number = (number_), .type = (type_),               \
        .cardinality = REEVE_IMPLICIT                                                              \
    }

#define WRAPPER(name_, type_)                                                                      \
    {                                                                                              \
        .name = "google.protobuf." name_, .kind = REEVE_WELL_KNOWN_WRAPPER, .fields_count = 1,     \
        .fields = {                                                                                \
            FIELD("value", 1, (type_))                                                             \
        }                                                                                          \
    }

static const struct reeve_well_known_type types[] = {
    {.name = "google.protobuf.Timestamp",
     .kind = REEVE_WELL_KNOWN_TIMESTAMP,
     .fields_count = 2,
     .fields = {FIELD("seconds", 1, REEVE_TYPE_INT64), FIELD("nanos", 2, REEVE_TYPE_INT32)}},
    {.name = "google.protobuf.Duration",
     .kind = REEVE_WELL_KNOWN_DURATION,
     .fields_count = 2,
     .fields = {FIELD("seconds", 1, REEVE_TYPE_INT64), FIELD("nanos", 2, REEVE_TYPE_INT32)}},
    {.name = "google.protobuf.Empty", .kind = REEVE_WELL_KNOWN_EMPTY},
    {.name = "google.protobuf.FieldMask",
     .kind = REEVE_WELL_KNOWN_FIELD_MASK,
     .fields_count = 1,
     .fields = {{.name = "paths",
                 .json_name = "paths",
                 .number = 1,
                 .type = REEVE_TYPE_STRING,
                 .cardinality = REEVE_REPEATED}}},
    WRAPPER("DoubleValue", REEVE_TYPE_DOUBLE),
    WRAPPER("FloatValue", REEVE_TYPE_FLOAT),
    WRAPPER("Int64Value", REEVE_TYPE_INT64),
    WRAPPER("UInt64Value", REEVE_TYPE_UINT64),
    WRAPPER("Int32Value", REEVE_TYPE_INT32),
    WRAPPER("UInt32Value", REEVE_TYPE_UINT32),
    WRAPPER("BoolValue", REEVE_TYPE_BOOL),
    WRAPPER("StringValue", REEVE_TYPE_STRING),
    WRAPPER("BytesValue", REEVE_TYPE_BYTES),
};

const struct reeve_well_known_type *reeve_well_known_find(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(name), types[i].name)) {
            return &types[i];
        }
    }
    return NULL;
}

bool reeve_well_known_is_shapeless(const char *name)
{
    static const char *const names[] = {"google.protobuf.Any", "google.protobuf.Struct",
                                        "google.protobuf.Value", "google.protobuf.ListValue"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(name), names[i])) {
            return true;
        }
    }
    return false;
}
