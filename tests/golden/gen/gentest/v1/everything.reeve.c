/* Made by protoc-gen-reeve from gentest/v1/everything.proto: change that, not this. */
#include "gentest/v1/everything.reeve.h"

#include <math.h>
#include <stddef.h>

#include "proto/runtime/rule.h"

#include "reeve/handler.h"

#if REEVE_TABLE_VERSION != 1
#error "gentest/v1/everything.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- gentest.v1.Color ---- */

static const struct reeve_enum_value values_of_gentest_v1_color[] = {
    {"COLOR_BELOW", GENTEST_V1_COLOR_BELOW},
    {"COLOR_UNSPECIFIED", GENTEST_V1_COLOR_UNSPECIFIED},
    {"COLOR_RED", GENTEST_V1_COLOR_RED},
    {"COLOR_CRIMSON", GENTEST_V1_COLOR_CRIMSON},
    {"COLOR_BLUE", GENTEST_V1_COLOR_BLUE},
    {"COLOR_GREEN", GENTEST_V1_COLOR_GREEN},
};

const struct reeve_enum gentest_v1_color_enum = {
    .name = "gentest.v1.Color",
    .values = values_of_gentest_v1_color,
    .values_count = 6,
};

static const ProtobufCEnumValue pb_values_of_gentest_v1_color[] = {
    {"COLOR_BELOW", "GENTEST_V1_COLOR_BELOW", GENTEST_V1_COLOR_BELOW},
    {"COLOR_UNSPECIFIED", "GENTEST_V1_COLOR_UNSPECIFIED", GENTEST_V1_COLOR_UNSPECIFIED},
    {"COLOR_RED", "GENTEST_V1_COLOR_RED", GENTEST_V1_COLOR_RED},
    {"COLOR_BLUE", "GENTEST_V1_COLOR_BLUE", GENTEST_V1_COLOR_BLUE},
    {"COLOR_GREEN", "GENTEST_V1_COLOR_GREEN", GENTEST_V1_COLOR_GREEN},
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_color[] = {{GENTEST_V1_COLOR_BELOW, 0}, {GENTEST_V1_COLOR_UNSPECIFIED, 1}, {GENTEST_V1_COLOR_BLUE, 3}, {0, 5}};

static const ProtobufCEnumValueIndex pb_names_of_gentest_v1_color[] = {
    {"COLOR_BELOW", 0},
    {"COLOR_BLUE", 3},
    {"COLOR_CRIMSON", 2},
    {"COLOR_GREEN", 4},
    {"COLOR_RED", 2},
    {"COLOR_UNSPECIFIED", 1},
};

const ProtobufCEnumDescriptor gentest_v1_color_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Color",
    .short_name = "Color",
    .c_name = "gentest_v1_color",
    .package_name = "gentest.v1",
    .n_values = 5,
    .values = pb_values_of_gentest_v1_color,
    .n_value_names = 6,
    .values_by_name = pb_names_of_gentest_v1_color,
    .n_value_ranges = 3,
    .value_ranges = pb_ranges_of_gentest_v1_color,
};

/* ---- gentest.v1.Tree.Nested.Deeper.Inner ---- */

static const struct reeve_enum_value values_of_gentest_v1_tree_nested_deeper_inner[] = {
    {"INNER_UNSPECIFIED", GENTEST_V1_TREE_NESTED_DEEPER_INNER_UNSPECIFIED},
    {"DEEP", GENTEST_V1_TREE_NESTED_DEEPER_INNER_DEEP},
};

const struct reeve_enum gentest_v1_tree_nested_deeper_inner_enum = {
    .name = "gentest.v1.Tree.Nested.Deeper.Inner",
    .values = values_of_gentest_v1_tree_nested_deeper_inner,
    .values_count = 2,
};

static const ProtobufCEnumValue pb_values_of_gentest_v1_tree_nested_deeper_inner[] = {
    {"INNER_UNSPECIFIED", "GENTEST_V1_TREE_NESTED_DEEPER_INNER_UNSPECIFIED", GENTEST_V1_TREE_NESTED_DEEPER_INNER_UNSPECIFIED},
    {"DEEP", "GENTEST_V1_TREE_NESTED_DEEPER_INNER_DEEP", GENTEST_V1_TREE_NESTED_DEEPER_INNER_DEEP},
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_tree_nested_deeper_inner[] = {{GENTEST_V1_TREE_NESTED_DEEPER_INNER_UNSPECIFIED, 0}, {0, 2}};

static const ProtobufCEnumValueIndex pb_names_of_gentest_v1_tree_nested_deeper_inner[] = {
    {"DEEP", 1},
    {"INNER_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor gentest_v1_tree_nested_deeper_inner_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Tree.Nested.Deeper.Inner",
    .short_name = "Inner",
    .c_name = "gentest_v1_tree_nested_deeper_inner",
    .package_name = "gentest.v1",
    .n_values = 2,
    .values = pb_values_of_gentest_v1_tree_nested_deeper_inner,
    .n_value_names = 2,
    .values_by_name = pb_names_of_gentest_v1_tree_nested_deeper_inner,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_gentest_v1_tree_nested_deeper_inner,
};

/* ---- gentest.v1.Implicit ---- */

static const struct reeve_field fields_of_gentest_v1_implicit[] = {
    {.name = "a_double",
     .json_name = "aDouble",
     .number = 1,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_double)},
    {.name = "a_float",
     .json_name = "aFloat",
     .number = 2,
     .type = REEVE_TYPE_FLOAT,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_float)},
    {.name = "an_int32",
     .json_name = "anInt32",
     .number = 3,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, an_int32)},
    {.name = "an_int64",
     .json_name = "anInt64",
     .number = 4,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, an_int64)},
    {.name = "a_uint32",
     .json_name = "aUint32",
     .number = 5,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_uint32)},
    {.name = "a_uint64",
     .json_name = "aUint64",
     .number = 6,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_uint64)},
    {.name = "a_sint32",
     .json_name = "aSint32",
     .number = 7,
     .type = REEVE_TYPE_SINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_sint32)},
    {.name = "a_sint64",
     .json_name = "aSint64",
     .number = 8,
     .type = REEVE_TYPE_SINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_sint64)},
    {.name = "a_fixed32",
     .json_name = "aFixed32",
     .number = 9,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_fixed32)},
    {.name = "a_fixed64",
     .json_name = "aFixed64",
     .number = 10,
     .type = REEVE_TYPE_FIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_fixed64)},
    {.name = "a_sfixed32",
     .json_name = "aSfixed32",
     .number = 11,
     .type = REEVE_TYPE_SFIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_sfixed32)},
    {.name = "a_sfixed64",
     .json_name = "aSfixed64",
     .number = 12,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_sfixed64)},
    {.name = "a_bool",
     .json_name = "aBool",
     .number = 13,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_bool)},
    {.name = "a_string",
     .json_name = "aString",
     .number = 14,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_string)},
    {.name = "a_bytes",
     .json_name = "aBytes",
     .number = 15,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_bytes)},
    {.name = "a_color",
     .json_name = "aColor",
     .number = 16,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, a_color),
     .enumeration = &gentest_v1_color_enum},
    {.name = "between",
     .json_name = "between",
     .number = 1000,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, between)},
    {.name = "far",
     .json_name = "veryFar",
     .number = 536870911,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_implicit, far)},
};

const struct reeve_message gentest_v1_implicit_message = {
    .name = "gentest.v1.Implicit",
    .size = sizeof(struct gentest_v1_implicit),
    .fields_count = 18,
    .fields = fields_of_gentest_v1_implicit,
    .descriptor = &gentest_v1_implicit_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_implicit[] = {
    {.name = "a_double", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_implicit, a_double)},
    {.name = "a_float", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FLOAT,
     .offset = offsetof(struct gentest_v1_implicit, a_float)},
    {.name = "an_int32", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_implicit, an_int32)},
    {.name = "an_int64", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_implicit, an_int64)},
    {.name = "a_uint32", .id = 5, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_implicit, a_uint32)},
    {.name = "a_uint64", .id = 6, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_implicit, a_uint64)},
    {.name = "a_sint32", .id = 7, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT32,
     .offset = offsetof(struct gentest_v1_implicit, a_sint32)},
    {.name = "a_sint64", .id = 8, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT64,
     .offset = offsetof(struct gentest_v1_implicit, a_sint64)},
    {.name = "a_fixed32", .id = 9, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_implicit, a_fixed32)},
    {.name = "a_fixed64", .id = 10, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED64,
     .offset = offsetof(struct gentest_v1_implicit, a_fixed64)},
    {.name = "a_sfixed32", .id = 11, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED32,
     .offset = offsetof(struct gentest_v1_implicit, a_sfixed32)},
    {.name = "a_sfixed64", .id = 12, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_implicit, a_sfixed64)},
    {.name = "a_bool", .id = 13, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_implicit, a_bool)},
    {.name = "a_string", .id = 14, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_implicit, a_string), .default_value = &protobuf_c_empty_string},
    {.name = "a_bytes", .id = 15, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_implicit, a_bytes)},
    {.name = "a_color", .id = 16, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_implicit, a_color),
     .descriptor = &gentest_v1_color_descriptor},
    {.name = "between", .id = 1000, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_implicit, between), .default_value = &protobuf_c_empty_string},
    {.name = "far", .id = 536870911, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_implicit, far), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_gentest_v1_implicit[] = {
    12, /* a_bool */
    14, /* a_bytes */
    15, /* a_color */
    0, /* a_double */
    8, /* a_fixed32 */
    9, /* a_fixed64 */
    1, /* a_float */
    10, /* a_sfixed32 */
    11, /* a_sfixed64 */
    6, /* a_sint32 */
    7, /* a_sint64 */
    13, /* a_string */
    4, /* a_uint32 */
    5, /* a_uint64 */
    2, /* an_int32 */
    3, /* an_int64 */
    16, /* between */
    17, /* far */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_implicit[] = {{1, 0}, {1000, 16}, {536870911, 17}, {0, 18}};

void gentest_v1_implicit_init(struct gentest_v1_implicit *message)
{
    *message = (struct gentest_v1_implicit){.base = {.descriptor = &gentest_v1_implicit_descriptor}};
    message->a_string = (char *)(uintptr_t)protobuf_c_empty_string;
    message->between = (char *)(uintptr_t)protobuf_c_empty_string;
    message->far = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_implicit(ProtobufCMessage *base)
{
    gentest_v1_implicit_init((struct gentest_v1_implicit *)base);
}

const ProtobufCMessageDescriptor gentest_v1_implicit_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Implicit",
    .short_name = "Implicit",
    .c_name = "gentest_v1_implicit",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_implicit),
    .n_fields = 18,
    .fields = pb_fields_of_gentest_v1_implicit,
    .fields_sorted_by_name = pb_names_of_gentest_v1_implicit,
    .n_field_ranges = 3,
    .field_ranges = pb_ranges_of_gentest_v1_implicit,
    .message_init = pb_init_of_gentest_v1_implicit,
};

/* ---- gentest.v1.Optional ---- */

static const struct reeve_field fields_of_gentest_v1_optional[] = {
    {.name = "a_double",
     .json_name = "aDouble",
     .number = 1,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_double),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_double)},
    {.name = "a_float",
     .json_name = "aFloat",
     .number = 2,
     .type = REEVE_TYPE_FLOAT,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_float),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_float)},
    {.name = "an_int32",
     .json_name = "anInt32",
     .number = 3,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, an_int32),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_an_int32)},
    {.name = "an_int64",
     .json_name = "anInt64",
     .number = 4,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, an_int64),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_an_int64)},
    {.name = "a_uint32",
     .json_name = "aUint32",
     .number = 5,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_uint32),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_uint32)},
    {.name = "a_uint64",
     .json_name = "aUint64",
     .number = 6,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_uint64),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_uint64)},
    {.name = "a_sint32",
     .json_name = "aSint32",
     .number = 7,
     .type = REEVE_TYPE_SINT32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_sint32),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sint32)},
    {.name = "a_sint64",
     .json_name = "aSint64",
     .number = 8,
     .type = REEVE_TYPE_SINT64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_sint64),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sint64)},
    {.name = "a_fixed32",
     .json_name = "aFixed32",
     .number = 9,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_fixed32),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_fixed32)},
    {.name = "a_fixed64",
     .json_name = "aFixed64",
     .number = 10,
     .type = REEVE_TYPE_FIXED64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_fixed64),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_fixed64)},
    {.name = "a_sfixed32",
     .json_name = "aSfixed32",
     .number = 11,
     .type = REEVE_TYPE_SFIXED32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_sfixed32),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sfixed32)},
    {.name = "a_sfixed64",
     .json_name = "aSfixed64",
     .number = 12,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_sfixed64),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sfixed64)},
    {.name = "a_bool",
     .json_name = "aBool",
     .number = 13,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_bool),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_bool)},
    {.name = "a_string",
     .json_name = "aString",
     .number = 14,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_string)},
    {.name = "a_bytes",
     .json_name = "aBytes",
     .number = 15,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_bytes),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_bytes)},
    {.name = "a_color",
     .json_name = "aColor",
     .number = 16,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_color),
     .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_color),
     .enumeration = &gentest_v1_color_enum},
    {.name = "a_message",
     .json_name = "aMessage",
     .number = 17,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_optional, a_message),
     .message = &gentest_v1_implicit_message},
};

const struct reeve_message gentest_v1_optional_message = {
    .name = "gentest.v1.Optional",
    .size = sizeof(struct gentest_v1_optional),
    .fields_count = 17,
    .fields = fields_of_gentest_v1_optional,
    .descriptor = &gentest_v1_optional_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_optional[] = {
    {.name = "a_double", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_optional, a_double), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_double)},
    {.name = "a_float", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_FLOAT,
     .offset = offsetof(struct gentest_v1_optional, a_float), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_float)},
    {.name = "an_int32", .id = 3, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_optional, an_int32), .quantifier_offset = offsetof(struct gentest_v1_optional, has_an_int32)},
    {.name = "an_int64", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_optional, an_int64), .quantifier_offset = offsetof(struct gentest_v1_optional, has_an_int64)},
    {.name = "a_uint32", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_optional, a_uint32), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_uint32)},
    {.name = "a_uint64", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_optional, a_uint64), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_uint64)},
    {.name = "a_sint32", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_SINT32,
     .offset = offsetof(struct gentest_v1_optional, a_sint32), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sint32)},
    {.name = "a_sint64", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_SINT64,
     .offset = offsetof(struct gentest_v1_optional, a_sint64), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sint64)},
    {.name = "a_fixed32", .id = 9, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_optional, a_fixed32), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_fixed32)},
    {.name = "a_fixed64", .id = 10, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_FIXED64,
     .offset = offsetof(struct gentest_v1_optional, a_fixed64), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_fixed64)},
    {.name = "a_sfixed32", .id = 11, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_SFIXED32,
     .offset = offsetof(struct gentest_v1_optional, a_sfixed32), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sfixed32)},
    {.name = "a_sfixed64", .id = 12, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_optional, a_sfixed64), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_sfixed64)},
    {.name = "a_bool", .id = 13, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_optional, a_bool), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_bool)},
    {.name = "a_string", .id = 14, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_optional, a_string)},
    {.name = "a_bytes", .id = 15, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_optional, a_bytes), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_bytes)},
    {.name = "a_color", .id = 16, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_optional, a_color), .quantifier_offset = offsetof(struct gentest_v1_optional, has_a_color),
     .descriptor = &gentest_v1_color_descriptor},
    {.name = "a_message", .id = 17, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_optional, a_message),
     .descriptor = &gentest_v1_implicit_descriptor},
};

static const unsigned pb_names_of_gentest_v1_optional[] = {
    12, /* a_bool */
    14, /* a_bytes */
    15, /* a_color */
    0, /* a_double */
    8, /* a_fixed32 */
    9, /* a_fixed64 */
    1, /* a_float */
    16, /* a_message */
    10, /* a_sfixed32 */
    11, /* a_sfixed64 */
    6, /* a_sint32 */
    7, /* a_sint64 */
    13, /* a_string */
    4, /* a_uint32 */
    5, /* a_uint64 */
    2, /* an_int32 */
    3, /* an_int64 */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_optional[] = {{1, 0}, {0, 17}};

void gentest_v1_optional_init(struct gentest_v1_optional *message)
{
    *message = (struct gentest_v1_optional){.base = {.descriptor = &gentest_v1_optional_descriptor}};
}

static void pb_init_of_gentest_v1_optional(ProtobufCMessage *base)
{
    gentest_v1_optional_init((struct gentest_v1_optional *)base);
}

const ProtobufCMessageDescriptor gentest_v1_optional_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Optional",
    .short_name = "Optional",
    .c_name = "gentest_v1_optional",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_optional),
    .n_fields = 17,
    .fields = pb_fields_of_gentest_v1_optional,
    .fields_sorted_by_name = pb_names_of_gentest_v1_optional,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_optional,
    .message_init = pb_init_of_gentest_v1_optional,
};

/* ---- gentest.v1.Repeated ---- */

static const struct reeve_field fields_of_gentest_v1_repeated[] = {
    {.name = "doubles",
     .json_name = "doubles",
     .number = 1,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, doubles),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_doubles)},
    {.name = "floats",
     .json_name = "floats",
     .number = 2,
     .type = REEVE_TYPE_FLOAT,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, floats),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_floats)},
    {.name = "int32s",
     .json_name = "int32s",
     .number = 3,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, int32s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_int32s)},
    {.name = "int64s",
     .json_name = "int64s",
     .number = 4,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, int64s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_int64s)},
    {.name = "uint32s",
     .json_name = "uint32s",
     .number = 5,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, uint32s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_uint32s)},
    {.name = "uint64s",
     .json_name = "uint64s",
     .number = 6,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, uint64s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_uint64s)},
    {.name = "sint32s",
     .json_name = "sint32s",
     .number = 7,
     .type = REEVE_TYPE_SINT32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, sint32s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sint32s)},
    {.name = "sint64s",
     .json_name = "sint64s",
     .number = 8,
     .type = REEVE_TYPE_SINT64,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, sint64s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sint64s)},
    {.name = "fixed32s",
     .json_name = "fixed32s",
     .number = 9,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, fixed32s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_fixed32s)},
    {.name = "fixed64s",
     .json_name = "fixed64s",
     .number = 10,
     .type = REEVE_TYPE_FIXED64,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, fixed64s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_fixed64s)},
    {.name = "sfixed32s",
     .json_name = "sfixed32s",
     .number = 11,
     .type = REEVE_TYPE_SFIXED32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, sfixed32s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sfixed32s)},
    {.name = "sfixed64s",
     .json_name = "sfixed64s",
     .number = 12,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, sfixed64s),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sfixed64s)},
    {.name = "bools",
     .json_name = "bools",
     .number = 13,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, bools),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_bools)},
    {.name = "strings",
     .json_name = "strings",
     .number = 14,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, strings),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_strings)},
    {.name = "many_bytes",
     .json_name = "manyBytes",
     .number = 15,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, many_bytes),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_many_bytes)},
    {.name = "colors",
     .json_name = "colors",
     .number = 16,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_repeated, colors),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_colors),
     .enumeration = &gentest_v1_color_enum},
    {.name = "messages",
     .json_name = "messages",
     .number = 17,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, messages),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_messages),
     .message = &gentest_v1_implicit_message},
    {.name = "unpacked",
     .json_name = "unpacked",
     .number = 18,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, unpacked),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked)},
    {.name = "unpacked_doubles",
     .json_name = "unpackedDoubles",
     .number = 19,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, unpacked_doubles),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked_doubles)},
    {.name = "unpacked_colors",
     .json_name = "unpackedColors",
     .number = 20,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_repeated, unpacked_colors),
     .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked_colors),
     .enumeration = &gentest_v1_color_enum},
};

const struct reeve_message gentest_v1_repeated_message = {
    .name = "gentest.v1.Repeated",
    .size = sizeof(struct gentest_v1_repeated),
    .fields_count = 20,
    .fields = fields_of_gentest_v1_repeated,
    .descriptor = &gentest_v1_repeated_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_repeated[] = {
    {.name = "doubles", .id = 1, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_repeated, doubles), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_doubles), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "floats", .id = 2, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_FLOAT,
     .offset = offsetof(struct gentest_v1_repeated, floats), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_floats), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "int32s", .id = 3, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_repeated, int32s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_int32s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "int64s", .id = 4, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_repeated, int64s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_int64s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "uint32s", .id = 5, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_repeated, uint32s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_uint32s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "uint64s", .id = 6, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_repeated, uint64s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_uint64s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "sint32s", .id = 7, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_SINT32,
     .offset = offsetof(struct gentest_v1_repeated, sint32s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sint32s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "sint64s", .id = 8, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_SINT64,
     .offset = offsetof(struct gentest_v1_repeated, sint64s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sint64s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "fixed32s", .id = 9, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_repeated, fixed32s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_fixed32s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "fixed64s", .id = 10, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_FIXED64,
     .offset = offsetof(struct gentest_v1_repeated, fixed64s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_fixed64s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "sfixed32s", .id = 11, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_SFIXED32,
     .offset = offsetof(struct gentest_v1_repeated, sfixed32s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sfixed32s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "sfixed64s", .id = 12, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_repeated, sfixed64s), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_sfixed64s), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "bools", .id = 13, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_repeated, bools), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_bools), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "strings", .id = 14, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_repeated, strings), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_strings)},
    {.name = "many_bytes", .id = 15, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_repeated, many_bytes), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_many_bytes)},
    {.name = "colors", .id = 16, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_repeated, colors), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_colors),
     .descriptor = &gentest_v1_color_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "messages", .id = 17, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_repeated, messages), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_messages),
     .descriptor = &gentest_v1_implicit_descriptor},
    {.name = "unpacked", .id = 18, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_repeated, unpacked), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked)},
    {.name = "unpacked_doubles", .id = 19, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_repeated, unpacked_doubles), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked_doubles)},
    {.name = "unpacked_colors", .id = 20, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_repeated, unpacked_colors), .quantifier_offset = offsetof(struct gentest_v1_repeated, n_unpacked_colors),
     .descriptor = &gentest_v1_color_descriptor},
};

static const unsigned pb_names_of_gentest_v1_repeated[] = {
    12, /* bools */
    15, /* colors */
    0, /* doubles */
    8, /* fixed32s */
    9, /* fixed64s */
    1, /* floats */
    2, /* int32s */
    3, /* int64s */
    14, /* many_bytes */
    16, /* messages */
    10, /* sfixed32s */
    11, /* sfixed64s */
    6, /* sint32s */
    7, /* sint64s */
    13, /* strings */
    4, /* uint32s */
    5, /* uint64s */
    17, /* unpacked */
    19, /* unpacked_colors */
    18, /* unpacked_doubles */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_repeated[] = {{1, 0}, {0, 20}};

void gentest_v1_repeated_init(struct gentest_v1_repeated *message)
{
    *message = (struct gentest_v1_repeated){.base = {.descriptor = &gentest_v1_repeated_descriptor}};
}

static void pb_init_of_gentest_v1_repeated(ProtobufCMessage *base)
{
    gentest_v1_repeated_init((struct gentest_v1_repeated *)base);
}

const ProtobufCMessageDescriptor gentest_v1_repeated_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Repeated",
    .short_name = "Repeated",
    .c_name = "gentest_v1_repeated",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_repeated),
    .n_fields = 20,
    .fields = pb_fields_of_gentest_v1_repeated,
    .fields_sorted_by_name = pb_names_of_gentest_v1_repeated,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_repeated,
    .message_init = pb_init_of_gentest_v1_repeated,
};

/* ---- gentest.v1.Maps.ByStringEntry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_string_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_string_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_string_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_string_entry_message = {
    .name = "gentest.v1.Maps.ByStringEntry",
    .size = sizeof(struct gentest_v1_maps_by_string_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_string_entry,
    .descriptor = &gentest_v1_maps_by_string_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_string_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_maps_by_string_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_maps_by_string_entry, value), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_gentest_v1_maps_by_string_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_string_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_string_entry_init(struct gentest_v1_maps_by_string_entry *message)
{
    *message = (struct gentest_v1_maps_by_string_entry){.base = {.descriptor = &gentest_v1_maps_by_string_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
    message->value = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_maps_by_string_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_string_entry_init((struct gentest_v1_maps_by_string_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_string_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByStringEntry",
    .short_name = "ByStringEntry",
    .c_name = "gentest_v1_maps_by_string_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_string_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_string_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_string_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_string_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_string_entry,
};

/* ---- gentest.v1.Maps.ByInt32Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_int32_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_int32_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_int32_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_int32_entry_message = {
    .name = "gentest.v1.Maps.ByInt32Entry",
    .size = sizeof(struct gentest_v1_maps_by_int32_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_int32_entry,
    .descriptor = &gentest_v1_maps_by_int32_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_int32_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_maps_by_int32_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_maps_by_int32_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_int32_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_int32_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_int32_entry_init(struct gentest_v1_maps_by_int32_entry *message)
{
    *message = (struct gentest_v1_maps_by_int32_entry){.base = {.descriptor = &gentest_v1_maps_by_int32_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_int32_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_int32_entry_init((struct gentest_v1_maps_by_int32_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_int32_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByInt32Entry",
    .short_name = "ByInt32Entry",
    .c_name = "gentest_v1_maps_by_int32_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_int32_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_int32_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_int32_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_int32_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_int32_entry,
};

/* ---- gentest.v1.Maps.ByBoolEntry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_bool_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_bool_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_bool_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_bool_entry_message = {
    .name = "gentest.v1.Maps.ByBoolEntry",
    .size = sizeof(struct gentest_v1_maps_by_bool_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_bool_entry,
    .descriptor = &gentest_v1_maps_by_bool_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_bool_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_maps_by_bool_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_maps_by_bool_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_bool_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_bool_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_bool_entry_init(struct gentest_v1_maps_by_bool_entry *message)
{
    *message = (struct gentest_v1_maps_by_bool_entry){.base = {.descriptor = &gentest_v1_maps_by_bool_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_bool_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_bool_entry_init((struct gentest_v1_maps_by_bool_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_bool_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByBoolEntry",
    .short_name = "ByBoolEntry",
    .c_name = "gentest_v1_maps_by_bool_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_bool_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_bool_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_bool_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_bool_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_bool_entry,
};

/* ---- gentest.v1.Maps.ByUint64Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_uint64_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_uint64_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_uint64_entry, value),
     .enumeration = &gentest_v1_color_enum},
};

const struct reeve_message gentest_v1_maps_by_uint64_entry_message = {
    .name = "gentest.v1.Maps.ByUint64Entry",
    .size = sizeof(struct gentest_v1_maps_by_uint64_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_uint64_entry,
    .descriptor = &gentest_v1_maps_by_uint64_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_uint64_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_maps_by_uint64_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_maps_by_uint64_entry, value),
     .descriptor = &gentest_v1_color_descriptor},
};

static const unsigned pb_names_of_gentest_v1_maps_by_uint64_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_uint64_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_uint64_entry_init(struct gentest_v1_maps_by_uint64_entry *message)
{
    *message = (struct gentest_v1_maps_by_uint64_entry){.base = {.descriptor = &gentest_v1_maps_by_uint64_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_uint64_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_uint64_entry_init((struct gentest_v1_maps_by_uint64_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_uint64_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByUint64Entry",
    .short_name = "ByUint64Entry",
    .c_name = "gentest_v1_maps_by_uint64_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_uint64_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_uint64_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_uint64_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_uint64_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_uint64_entry,
};

/* ---- gentest.v1.Maps.MessagesEntry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_messages_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_messages_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_maps_messages_entry, value),
     .message = &gentest_v1_implicit_message},
};

const struct reeve_message gentest_v1_maps_messages_entry_message = {
    .name = "gentest.v1.Maps.MessagesEntry",
    .size = sizeof(struct gentest_v1_maps_messages_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_messages_entry,
    .descriptor = &gentest_v1_maps_messages_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_messages_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_maps_messages_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps_messages_entry, value),
     .descriptor = &gentest_v1_implicit_descriptor},
};

static const unsigned pb_names_of_gentest_v1_maps_messages_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_messages_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_messages_entry_init(struct gentest_v1_maps_messages_entry *message)
{
    *message = (struct gentest_v1_maps_messages_entry){.base = {.descriptor = &gentest_v1_maps_messages_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_maps_messages_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_messages_entry_init((struct gentest_v1_maps_messages_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_messages_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.MessagesEntry",
    .short_name = "MessagesEntry",
    .c_name = "gentest_v1_maps_messages_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_messages_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_messages_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_messages_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_messages_entry,
    .message_init = pb_init_of_gentest_v1_maps_messages_entry,
};

/* ---- gentest.v1.Maps.BySint64Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_sint64_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_SINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sint64_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sint64_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_sint64_entry_message = {
    .name = "gentest.v1.Maps.BySint64Entry",
    .size = sizeof(struct gentest_v1_maps_by_sint64_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_sint64_entry,
    .descriptor = &gentest_v1_maps_by_sint64_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_sint64_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT64,
     .offset = offsetof(struct gentest_v1_maps_by_sint64_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_maps_by_sint64_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_sint64_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_sint64_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_sint64_entry_init(struct gentest_v1_maps_by_sint64_entry *message)
{
    *message = (struct gentest_v1_maps_by_sint64_entry){.base = {.descriptor = &gentest_v1_maps_by_sint64_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_sint64_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_sint64_entry_init((struct gentest_v1_maps_by_sint64_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_sint64_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.BySint64Entry",
    .short_name = "BySint64Entry",
    .c_name = "gentest_v1_maps_by_sint64_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_sint64_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_sint64_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_sint64_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_sint64_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_sint64_entry,
};

/* ---- gentest.v1.Maps.ByInt64Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_int64_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_int64_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_FLOAT,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_int64_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_int64_entry_message = {
    .name = "gentest.v1.Maps.ByInt64Entry",
    .size = sizeof(struct gentest_v1_maps_by_int64_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_int64_entry,
    .descriptor = &gentest_v1_maps_by_int64_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_int64_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_maps_by_int64_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FLOAT,
     .offset = offsetof(struct gentest_v1_maps_by_int64_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_int64_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_int64_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_int64_entry_init(struct gentest_v1_maps_by_int64_entry *message)
{
    *message = (struct gentest_v1_maps_by_int64_entry){.base = {.descriptor = &gentest_v1_maps_by_int64_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_int64_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_int64_entry_init((struct gentest_v1_maps_by_int64_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_int64_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByInt64Entry",
    .short_name = "ByInt64Entry",
    .c_name = "gentest_v1_maps_by_int64_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_int64_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_int64_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_int64_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_int64_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_int64_entry,
};

/* ---- gentest.v1.Maps.ByUint32Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_uint32_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_uint32_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_uint32_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_uint32_entry_message = {
    .name = "gentest.v1.Maps.ByUint32Entry",
    .size = sizeof(struct gentest_v1_maps_by_uint32_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_uint32_entry,
    .descriptor = &gentest_v1_maps_by_uint32_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_uint32_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_maps_by_uint32_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_maps_by_uint32_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_uint32_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_uint32_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_uint32_entry_init(struct gentest_v1_maps_by_uint32_entry *message)
{
    *message = (struct gentest_v1_maps_by_uint32_entry){.base = {.descriptor = &gentest_v1_maps_by_uint32_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_uint32_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_uint32_entry_init((struct gentest_v1_maps_by_uint32_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_uint32_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByUint32Entry",
    .short_name = "ByUint32Entry",
    .c_name = "gentest_v1_maps_by_uint32_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_uint32_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_uint32_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_uint32_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_uint32_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_uint32_entry,
};

/* ---- gentest.v1.Maps.BySint32Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_sint32_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_SINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sint32_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_SINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sint32_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_sint32_entry_message = {
    .name = "gentest.v1.Maps.BySint32Entry",
    .size = sizeof(struct gentest_v1_maps_by_sint32_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_sint32_entry,
    .descriptor = &gentest_v1_maps_by_sint32_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_sint32_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT32,
     .offset = offsetof(struct gentest_v1_maps_by_sint32_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT32,
     .offset = offsetof(struct gentest_v1_maps_by_sint32_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_sint32_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_sint32_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_sint32_entry_init(struct gentest_v1_maps_by_sint32_entry *message)
{
    *message = (struct gentest_v1_maps_by_sint32_entry){.base = {.descriptor = &gentest_v1_maps_by_sint32_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_sint32_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_sint32_entry_init((struct gentest_v1_maps_by_sint32_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_sint32_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.BySint32Entry",
    .short_name = "BySint32Entry",
    .c_name = "gentest_v1_maps_by_sint32_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_sint32_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_sint32_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_sint32_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_sint32_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_sint32_entry,
};

/* ---- gentest.v1.Maps.ByFixed32Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_fixed32_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_fixed32_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_fixed32_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_fixed32_entry_message = {
    .name = "gentest.v1.Maps.ByFixed32Entry",
    .size = sizeof(struct gentest_v1_maps_by_fixed32_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_fixed32_entry,
    .descriptor = &gentest_v1_maps_by_fixed32_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_fixed32_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_maps_by_fixed32_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_maps_by_fixed32_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_fixed32_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_fixed32_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_fixed32_entry_init(struct gentest_v1_maps_by_fixed32_entry *message)
{
    *message = (struct gentest_v1_maps_by_fixed32_entry){.base = {.descriptor = &gentest_v1_maps_by_fixed32_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_fixed32_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_fixed32_entry_init((struct gentest_v1_maps_by_fixed32_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_fixed32_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByFixed32Entry",
    .short_name = "ByFixed32Entry",
    .c_name = "gentest_v1_maps_by_fixed32_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_fixed32_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_fixed32_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_fixed32_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_fixed32_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_fixed32_entry,
};

/* ---- gentest.v1.Maps.ByFixed64Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_fixed64_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_FIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_fixed64_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_fixed64_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_fixed64_entry_message = {
    .name = "gentest.v1.Maps.ByFixed64Entry",
    .size = sizeof(struct gentest_v1_maps_by_fixed64_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_fixed64_entry,
    .descriptor = &gentest_v1_maps_by_fixed64_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_fixed64_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED64,
     .offset = offsetof(struct gentest_v1_maps_by_fixed64_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_maps_by_fixed64_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_fixed64_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_fixed64_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_fixed64_entry_init(struct gentest_v1_maps_by_fixed64_entry *message)
{
    *message = (struct gentest_v1_maps_by_fixed64_entry){.base = {.descriptor = &gentest_v1_maps_by_fixed64_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_fixed64_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_fixed64_entry_init((struct gentest_v1_maps_by_fixed64_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_fixed64_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.ByFixed64Entry",
    .short_name = "ByFixed64Entry",
    .c_name = "gentest_v1_maps_by_fixed64_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_fixed64_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_fixed64_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_fixed64_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_fixed64_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_fixed64_entry,
};

/* ---- gentest.v1.Maps.BySfixed32Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_sfixed32_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_SFIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed32_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed32_entry, value)},
};

const struct reeve_message gentest_v1_maps_by_sfixed32_entry_message = {
    .name = "gentest.v1.Maps.BySfixed32Entry",
    .size = sizeof(struct gentest_v1_maps_by_sfixed32_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_sfixed32_entry,
    .descriptor = &gentest_v1_maps_by_sfixed32_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_sfixed32_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED32,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed32_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed32_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_maps_by_sfixed32_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_sfixed32_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_sfixed32_entry_init(struct gentest_v1_maps_by_sfixed32_entry *message)
{
    *message = (struct gentest_v1_maps_by_sfixed32_entry){.base = {.descriptor = &gentest_v1_maps_by_sfixed32_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_sfixed32_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_sfixed32_entry_init((struct gentest_v1_maps_by_sfixed32_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_sfixed32_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.BySfixed32Entry",
    .short_name = "BySfixed32Entry",
    .c_name = "gentest_v1_maps_by_sfixed32_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_sfixed32_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_sfixed32_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_sfixed32_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_sfixed32_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_sfixed32_entry,
};

/* ---- gentest.v1.Maps.BySfixed64Entry ---- */

static const struct reeve_field fields_of_gentest_v1_maps_by_sfixed64_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed64_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed64_entry, value),
     .message = &gentest_v1_nothing_message},
};

const struct reeve_message gentest_v1_maps_by_sfixed64_entry_message = {
    .name = "gentest.v1.Maps.BySfixed64Entry",
    .size = sizeof(struct gentest_v1_maps_by_sfixed64_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_maps_by_sfixed64_entry,
    .descriptor = &gentest_v1_maps_by_sfixed64_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps_by_sfixed64_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed64_entry, key)},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps_by_sfixed64_entry, value),
     .descriptor = &gentest_v1_nothing_descriptor},
};

static const unsigned pb_names_of_gentest_v1_maps_by_sfixed64_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps_by_sfixed64_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_maps_by_sfixed64_entry_init(struct gentest_v1_maps_by_sfixed64_entry *message)
{
    *message = (struct gentest_v1_maps_by_sfixed64_entry){.base = {.descriptor = &gentest_v1_maps_by_sfixed64_entry_descriptor}};
}

static void pb_init_of_gentest_v1_maps_by_sfixed64_entry(ProtobufCMessage *base)
{
    gentest_v1_maps_by_sfixed64_entry_init((struct gentest_v1_maps_by_sfixed64_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_by_sfixed64_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps.BySfixed64Entry",
    .short_name = "BySfixed64Entry",
    .c_name = "gentest_v1_maps_by_sfixed64_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps_by_sfixed64_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_maps_by_sfixed64_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps_by_sfixed64_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps_by_sfixed64_entry,
    .message_init = pb_init_of_gentest_v1_maps_by_sfixed64_entry,
};

/* ---- gentest.v1.Maps ---- */

static const struct reeve_field fields_of_gentest_v1_maps[] = {
    {.name = "by_string",
     .json_name = "byString",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_string),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_string),
     .message = &gentest_v1_maps_by_string_entry_message},
    {.name = "by_int32",
     .json_name = "byInt32",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_int32),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_int32),
     .message = &gentest_v1_maps_by_int32_entry_message},
    {.name = "by_bool",
     .json_name = "byBool",
     .number = 3,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_bool),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_bool),
     .message = &gentest_v1_maps_by_bool_entry_message},
    {.name = "by_uint64",
     .json_name = "byUint64",
     .number = 4,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_uint64),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_uint64),
     .message = &gentest_v1_maps_by_uint64_entry_message},
    {.name = "messages",
     .json_name = "messages",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, messages),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_messages),
     .message = &gentest_v1_maps_messages_entry_message},
    {.name = "by_sint64",
     .json_name = "bySint64",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_sint64),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sint64),
     .message = &gentest_v1_maps_by_sint64_entry_message},
    {.name = "by_int64",
     .json_name = "byInt64",
     .number = 7,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_int64),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_int64),
     .message = &gentest_v1_maps_by_int64_entry_message},
    {.name = "by_uint32",
     .json_name = "byUint32",
     .number = 8,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_uint32),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_uint32),
     .message = &gentest_v1_maps_by_uint32_entry_message},
    {.name = "by_sint32",
     .json_name = "bySint32",
     .number = 9,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_sint32),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sint32),
     .message = &gentest_v1_maps_by_sint32_entry_message},
    {.name = "by_fixed32",
     .json_name = "byFixed32",
     .number = 10,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_fixed32),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_fixed32),
     .message = &gentest_v1_maps_by_fixed32_entry_message},
    {.name = "by_fixed64",
     .json_name = "byFixed64",
     .number = 11,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_fixed64),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_fixed64),
     .message = &gentest_v1_maps_by_fixed64_entry_message},
    {.name = "by_sfixed32",
     .json_name = "bySfixed32",
     .number = 12,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_sfixed32),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sfixed32),
     .message = &gentest_v1_maps_by_sfixed32_entry_message},
    {.name = "by_sfixed64",
     .json_name = "bySfixed64",
     .number = 13,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_maps, by_sfixed64),
     .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sfixed64),
     .message = &gentest_v1_maps_by_sfixed64_entry_message},
};

const struct reeve_message gentest_v1_maps_message = {
    .name = "gentest.v1.Maps",
    .size = sizeof(struct gentest_v1_maps),
    .fields_count = 13,
    .fields = fields_of_gentest_v1_maps,
    .descriptor = &gentest_v1_maps_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_maps[] = {
    {.name = "by_string", .id = 1, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_string), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_string),
     .descriptor = &gentest_v1_maps_by_string_entry_descriptor},
    {.name = "by_int32", .id = 2, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_int32), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_int32),
     .descriptor = &gentest_v1_maps_by_int32_entry_descriptor},
    {.name = "by_bool", .id = 3, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_bool), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_bool),
     .descriptor = &gentest_v1_maps_by_bool_entry_descriptor},
    {.name = "by_uint64", .id = 4, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_uint64), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_uint64),
     .descriptor = &gentest_v1_maps_by_uint64_entry_descriptor},
    {.name = "messages", .id = 5, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, messages), .quantifier_offset = offsetof(struct gentest_v1_maps, n_messages),
     .descriptor = &gentest_v1_maps_messages_entry_descriptor},
    {.name = "by_sint64", .id = 6, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_sint64), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sint64),
     .descriptor = &gentest_v1_maps_by_sint64_entry_descriptor},
    {.name = "by_int64", .id = 7, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_int64), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_int64),
     .descriptor = &gentest_v1_maps_by_int64_entry_descriptor},
    {.name = "by_uint32", .id = 8, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_uint32), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_uint32),
     .descriptor = &gentest_v1_maps_by_uint32_entry_descriptor},
    {.name = "by_sint32", .id = 9, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_sint32), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sint32),
     .descriptor = &gentest_v1_maps_by_sint32_entry_descriptor},
    {.name = "by_fixed32", .id = 10, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_fixed32), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_fixed32),
     .descriptor = &gentest_v1_maps_by_fixed32_entry_descriptor},
    {.name = "by_fixed64", .id = 11, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_fixed64), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_fixed64),
     .descriptor = &gentest_v1_maps_by_fixed64_entry_descriptor},
    {.name = "by_sfixed32", .id = 12, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_sfixed32), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sfixed32),
     .descriptor = &gentest_v1_maps_by_sfixed32_entry_descriptor},
    {.name = "by_sfixed64", .id = 13, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_maps, by_sfixed64), .quantifier_offset = offsetof(struct gentest_v1_maps, n_by_sfixed64),
     .descriptor = &gentest_v1_maps_by_sfixed64_entry_descriptor},
};

static const unsigned pb_names_of_gentest_v1_maps[] = {
    2, /* by_bool */
    9, /* by_fixed32 */
    10, /* by_fixed64 */
    1, /* by_int32 */
    6, /* by_int64 */
    11, /* by_sfixed32 */
    12, /* by_sfixed64 */
    8, /* by_sint32 */
    5, /* by_sint64 */
    0, /* by_string */
    7, /* by_uint32 */
    3, /* by_uint64 */
    4, /* messages */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_maps[] = {{1, 0}, {0, 13}};

void gentest_v1_maps_init(struct gentest_v1_maps *message)
{
    *message = (struct gentest_v1_maps){.base = {.descriptor = &gentest_v1_maps_descriptor}};
}

static void pb_init_of_gentest_v1_maps(ProtobufCMessage *base)
{
    gentest_v1_maps_init((struct gentest_v1_maps *)base);
}

const ProtobufCMessageDescriptor gentest_v1_maps_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Maps",
    .short_name = "Maps",
    .c_name = "gentest_v1_maps",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_maps),
    .n_fields = 13,
    .fields = pb_fields_of_gentest_v1_maps,
    .fields_sorted_by_name = pb_names_of_gentest_v1_maps,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_maps,
    .message_init = pb_init_of_gentest_v1_maps,
};

/* ---- gentest.v1.Choice ---- */

static const struct reeve_field fields_of_gentest_v1_choice[] = {
    {.name = "text",
     .json_name = "text",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, text),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case)},
    {.name = "raw",
     .json_name = "raw",
     .number = 2,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, raw),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case)},
    {.name = "number",
     .json_name = "number",
     .number = 3,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, number),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case)},
    {.name = "color",
     .json_name = "color",
     .number = 4,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, color),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case),
     .enumeration = &gentest_v1_color_enum},
    {.name = "message",
     .json_name = "message",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, message),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case),
     .message = &gentest_v1_implicit_message},
    {.name = "before",
     .json_name = "before",
     .number = 6,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_choice, before)},
    {.name = "flag",
     .json_name = "flag",
     .number = 7,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_choice, flag),
     .quantifier_offset = offsetof(struct gentest_v1_choice, which_case)},
    {.name = "left",
     .json_name = "left",
     .number = 8,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 2,
     .offset = offsetof(struct gentest_v1_choice, left),
     .quantifier_offset = offsetof(struct gentest_v1_choice, second_case)},
    {.name = "right",
     .json_name = "right",
     .number = 9,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 2,
     .offset = offsetof(struct gentest_v1_choice, right),
     .quantifier_offset = offsetof(struct gentest_v1_choice, second_case)},
};

static const struct reeve_oneof oneofs_of_gentest_v1_choice[] = {
    {.name = "which", .case_offset = offsetof(struct gentest_v1_choice, which_case), .required = true},
    {.name = "second", .case_offset = offsetof(struct gentest_v1_choice, second_case), .required = false},
};

const struct reeve_message gentest_v1_choice_message = {
    .name = "gentest.v1.Choice",
    .size = sizeof(struct gentest_v1_choice),
    .has_rules = true,
    .fields_count = 9,
    .fields = fields_of_gentest_v1_choice,
    .oneofs_count = 2,
    .oneofs = oneofs_of_gentest_v1_choice,
    .descriptor = &gentest_v1_choice_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_choice[] = {
    {.name = "text", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_choice, text), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "raw", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_choice, raw), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "number", .id = 3, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_choice, number), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "color", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_choice, color), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case),
     .descriptor = &gentest_v1_color_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "message", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_choice, message), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case),
     .descriptor = &gentest_v1_implicit_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "before", .id = 6, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_choice, before), .default_value = &protobuf_c_empty_string},
    {.name = "flag", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_choice, flag), .quantifier_offset = offsetof(struct gentest_v1_choice, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "left", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_choice, left), .quantifier_offset = offsetof(struct gentest_v1_choice, second_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "right", .id = 9, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_choice, right), .quantifier_offset = offsetof(struct gentest_v1_choice, second_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
};

static const unsigned pb_names_of_gentest_v1_choice[] = {
    5, /* before */
    3, /* color */
    6, /* flag */
    7, /* left */
    4, /* message */
    2, /* number */
    1, /* raw */
    8, /* right */
    0, /* text */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_choice[] = {{1, 0}, {0, 9}};

void gentest_v1_choice_init(struct gentest_v1_choice *message)
{
    *message = (struct gentest_v1_choice){.base = {.descriptor = &gentest_v1_choice_descriptor}};
    message->before = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_choice(ProtobufCMessage *base)
{
    gentest_v1_choice_init((struct gentest_v1_choice *)base);
}

const ProtobufCMessageDescriptor gentest_v1_choice_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Choice",
    .short_name = "Choice",
    .c_name = "gentest_v1_choice",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_choice),
    .n_fields = 9,
    .fields = pb_fields_of_gentest_v1_choice,
    .fields_sorted_by_name = pb_names_of_gentest_v1_choice,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_choice,
    .message_init = pb_init_of_gentest_v1_choice,
};

/* ---- gentest.v1.WellKnown ---- */

static const struct reeve_field fields_of_gentest_v1_well_known[] = {
    {.name = "timestamp",
     .json_name = "timestamp",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, timestamp),
     .message = &google_protobuf_timestamp_message},
    {.name = "duration",
     .json_name = "duration",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, duration),
     .message = &google_protobuf_duration_message},
    {.name = "empty",
     .json_name = "empty",
     .number = 3,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, empty),
     .message = &google_protobuf_empty_message},
    {.name = "mask",
     .json_name = "mask",
     .number = 4,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, mask),
     .message = &google_protobuf_field_mask_message},
    {.name = "string_value",
     .json_name = "stringValue",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, string_value),
     .message = &google_protobuf_string_value_message},
    {.name = "int64_value",
     .json_name = "int64Value",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, int64_value),
     .message = &google_protobuf_int64_value_message},
    {.name = "double_value",
     .json_name = "doubleValue",
     .number = 7,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, double_value),
     .message = &google_protobuf_double_value_message},
    {.name = "bytes_value",
     .json_name = "bytesValue",
     .number = 8,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, bytes_value),
     .message = &google_protobuf_bytes_value_message},
    {.name = "bool_value",
     .json_name = "boolValue",
     .number = 9,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_well_known, bool_value),
     .message = &google_protobuf_bool_value_message},
};

const struct reeve_message gentest_v1_well_known_message = {
    .name = "gentest.v1.WellKnown",
    .size = sizeof(struct gentest_v1_well_known),
    .fields_count = 9,
    .fields = fields_of_gentest_v1_well_known,
    .descriptor = &gentest_v1_well_known_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_well_known[] = {
    {.name = "timestamp", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, timestamp),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "duration", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, duration),
     .descriptor = &google_protobuf_duration_descriptor},
    {.name = "empty", .id = 3, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, empty),
     .descriptor = &google_protobuf_empty_descriptor},
    {.name = "mask", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, mask),
     .descriptor = &google_protobuf_field_mask_descriptor},
    {.name = "string_value", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, string_value),
     .descriptor = &google_protobuf_string_value_descriptor},
    {.name = "int64_value", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, int64_value),
     .descriptor = &google_protobuf_int64_value_descriptor},
    {.name = "double_value", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, double_value),
     .descriptor = &google_protobuf_double_value_descriptor},
    {.name = "bytes_value", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, bytes_value),
     .descriptor = &google_protobuf_bytes_value_descriptor},
    {.name = "bool_value", .id = 9, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_well_known, bool_value),
     .descriptor = &google_protobuf_bool_value_descriptor},
};

static const unsigned pb_names_of_gentest_v1_well_known[] = {
    8, /* bool_value */
    7, /* bytes_value */
    6, /* double_value */
    1, /* duration */
    2, /* empty */
    5, /* int64_value */
    3, /* mask */
    4, /* string_value */
    0, /* timestamp */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_well_known[] = {{1, 0}, {0, 9}};

void gentest_v1_well_known_init(struct gentest_v1_well_known *message)
{
    *message = (struct gentest_v1_well_known){.base = {.descriptor = &gentest_v1_well_known_descriptor}};
}

static void pb_init_of_gentest_v1_well_known(ProtobufCMessage *base)
{
    gentest_v1_well_known_init((struct gentest_v1_well_known *)base);
}

const ProtobufCMessageDescriptor gentest_v1_well_known_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.WellKnown",
    .short_name = "WellKnown",
    .c_name = "gentest_v1_well_known",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_well_known),
    .n_fields = 9,
    .fields = pb_fields_of_gentest_v1_well_known,
    .fields_sorted_by_name = pb_names_of_gentest_v1_well_known,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_well_known,
    .message_init = pb_init_of_gentest_v1_well_known,
};

/* ---- gentest.v1.Tree.Nested.Deeper ---- */

static const struct reeve_field fields_of_gentest_v1_tree_nested_deeper[] = {
    {.name = "inner",
     .json_name = "inner",
     .number = 1,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_tree_nested_deeper, inner),
     .enumeration = &gentest_v1_tree_nested_deeper_inner_enum},
};

const struct reeve_message gentest_v1_tree_nested_deeper_message = {
    .name = "gentest.v1.Tree.Nested.Deeper",
    .size = sizeof(struct gentest_v1_tree_nested_deeper),
    .fields_count = 1,
    .fields = fields_of_gentest_v1_tree_nested_deeper,
    .descriptor = &gentest_v1_tree_nested_deeper_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_tree_nested_deeper[] = {
    {.name = "inner", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_tree_nested_deeper, inner),
     .descriptor = &gentest_v1_tree_nested_deeper_inner_descriptor},
};

static const unsigned pb_names_of_gentest_v1_tree_nested_deeper[] = {
    0, /* inner */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_tree_nested_deeper[] = {{1, 0}, {0, 1}};

void gentest_v1_tree_nested_deeper_init(struct gentest_v1_tree_nested_deeper *message)
{
    *message = (struct gentest_v1_tree_nested_deeper){.base = {.descriptor = &gentest_v1_tree_nested_deeper_descriptor}};
}

static void pb_init_of_gentest_v1_tree_nested_deeper(ProtobufCMessage *base)
{
    gentest_v1_tree_nested_deeper_init((struct gentest_v1_tree_nested_deeper *)base);
}

const ProtobufCMessageDescriptor gentest_v1_tree_nested_deeper_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Tree.Nested.Deeper",
    .short_name = "Deeper",
    .c_name = "gentest_v1_tree_nested_deeper",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_tree_nested_deeper),
    .n_fields = 1,
    .fields = pb_fields_of_gentest_v1_tree_nested_deeper,
    .fields_sorted_by_name = pb_names_of_gentest_v1_tree_nested_deeper,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_tree_nested_deeper,
    .message_init = pb_init_of_gentest_v1_tree_nested_deeper,
};

/* ---- gentest.v1.Tree.Nested ---- */

static const struct reeve_field fields_of_gentest_v1_tree_nested[] = {
    {.name = "deeper",
     .json_name = "deeper",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_tree_nested, deeper),
     .message = &gentest_v1_tree_nested_deeper_message},
};

const struct reeve_message gentest_v1_tree_nested_message = {
    .name = "gentest.v1.Tree.Nested",
    .size = sizeof(struct gentest_v1_tree_nested),
    .fields_count = 1,
    .fields = fields_of_gentest_v1_tree_nested,
    .descriptor = &gentest_v1_tree_nested_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_tree_nested[] = {
    {.name = "deeper", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_tree_nested, deeper),
     .descriptor = &gentest_v1_tree_nested_deeper_descriptor},
};

static const unsigned pb_names_of_gentest_v1_tree_nested[] = {
    0, /* deeper */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_tree_nested[] = {{1, 0}, {0, 1}};

void gentest_v1_tree_nested_init(struct gentest_v1_tree_nested *message)
{
    *message = (struct gentest_v1_tree_nested){.base = {.descriptor = &gentest_v1_tree_nested_descriptor}};
}

static void pb_init_of_gentest_v1_tree_nested(ProtobufCMessage *base)
{
    gentest_v1_tree_nested_init((struct gentest_v1_tree_nested *)base);
}

const ProtobufCMessageDescriptor gentest_v1_tree_nested_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Tree.Nested",
    .short_name = "Nested",
    .c_name = "gentest_v1_tree_nested",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_tree_nested),
    .n_fields = 1,
    .fields = pb_fields_of_gentest_v1_tree_nested,
    .fields_sorted_by_name = pb_names_of_gentest_v1_tree_nested,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_tree_nested,
    .message_init = pb_init_of_gentest_v1_tree_nested,
};

/* ---- gentest.v1.Tree ---- */

static const struct reeve_rule rules_of_gentest_v1_tree_1[] = {
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_field fields_of_gentest_v1_tree[] = {
    {.name = "name",
     .json_name = "name",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_tree, name),
     .rules = rules_of_gentest_v1_tree_1,
     .rules_count = 1},
    {.name = "children",
     .json_name = "children",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_tree, children),
     .quantifier_offset = offsetof(struct gentest_v1_tree, n_children),
     .message = &gentest_v1_tree_message},
    {.name = "nothing",
     .json_name = "nothing",
     .number = 3,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_tree, nothing),
     .message = &gentest_v1_nothing_message},
    {.name = "nested",
     .json_name = "nested",
     .number = 4,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_tree, nested),
     .message = &gentest_v1_tree_nested_message},
};

const struct reeve_message gentest_v1_tree_message = {
    .name = "gentest.v1.Tree",
    .size = sizeof(struct gentest_v1_tree),
    .has_rules = true,
    .fields_count = 4,
    .fields = fields_of_gentest_v1_tree,
    .descriptor = &gentest_v1_tree_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_tree[] = {
    {.name = "name", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_tree, name), .default_value = &protobuf_c_empty_string},
    {.name = "children", .id = 2, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_tree, children), .quantifier_offset = offsetof(struct gentest_v1_tree, n_children),
     .descriptor = &gentest_v1_tree_descriptor},
    {.name = "nothing", .id = 3, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_tree, nothing),
     .descriptor = &gentest_v1_nothing_descriptor},
    {.name = "nested", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_tree, nested),
     .descriptor = &gentest_v1_tree_nested_descriptor},
};

static const unsigned pb_names_of_gentest_v1_tree[] = {
    1, /* children */
    0, /* name */
    3, /* nested */
    2, /* nothing */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_tree[] = {{1, 0}, {0, 4}};

void gentest_v1_tree_init(struct gentest_v1_tree *message)
{
    *message = (struct gentest_v1_tree){.base = {.descriptor = &gentest_v1_tree_descriptor}};
    message->name = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_tree(ProtobufCMessage *base)
{
    gentest_v1_tree_init((struct gentest_v1_tree *)base);
}

const ProtobufCMessageDescriptor gentest_v1_tree_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Tree",
    .short_name = "Tree",
    .c_name = "gentest_v1_tree",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_tree),
    .n_fields = 4,
    .fields = pb_fields_of_gentest_v1_tree,
    .fields_sorted_by_name = pb_names_of_gentest_v1_tree,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_tree,
    .message_init = pb_init_of_gentest_v1_tree,
};

/* ---- gentest.v1.Nothing ---- */

const struct reeve_message gentest_v1_nothing_message = {
    .name = "gentest.v1.Nothing",
    .size = sizeof(struct gentest_v1_nothing),
    .descriptor = &gentest_v1_nothing_descriptor,
};

void gentest_v1_nothing_init(struct gentest_v1_nothing *message)
{
    *message = (struct gentest_v1_nothing){.base = {.descriptor = &gentest_v1_nothing_descriptor}};
}

static void pb_init_of_gentest_v1_nothing(ProtobufCMessage *base)
{
    gentest_v1_nothing_init((struct gentest_v1_nothing *)base);
}

const ProtobufCMessageDescriptor gentest_v1_nothing_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Nothing",
    .short_name = "Nothing",
    .c_name = "gentest_v1_nothing",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_nothing),
    .message_init = pb_init_of_gentest_v1_nothing,
};

/* ---- gentest.v1.Ring ---- */

static const struct reeve_field fields_of_gentest_v1_ring[] = {
    {.name = "next",
     .json_name = "next",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_ring, next),
     .message = &gentest_v1_ring_message},
    {.name = "tree",
     .json_name = "tree",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_ring, tree),
     .message = &gentest_v1_tree_message},
};

const struct reeve_message gentest_v1_ring_message = {
    .name = "gentest.v1.Ring",
    .size = sizeof(struct gentest_v1_ring),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_ring,
    .descriptor = &gentest_v1_ring_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_ring[] = {
    {.name = "next", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_ring, next),
     .descriptor = &gentest_v1_ring_descriptor},
    {.name = "tree", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_ring, tree),
     .descriptor = &gentest_v1_tree_descriptor},
};

static const unsigned pb_names_of_gentest_v1_ring[] = {
    0, /* next */
    1, /* tree */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_ring[] = {{1, 0}, {0, 2}};

void gentest_v1_ring_init(struct gentest_v1_ring *message)
{
    *message = (struct gentest_v1_ring){.base = {.descriptor = &gentest_v1_ring_descriptor}};
}

static void pb_init_of_gentest_v1_ring(ProtobufCMessage *base)
{
    gentest_v1_ring_init((struct gentest_v1_ring *)base);
}

const ProtobufCMessageDescriptor gentest_v1_ring_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Ring",
    .short_name = "Ring",
    .c_name = "gentest_v1_ring",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_ring),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_ring,
    .fields_sorted_by_name = pb_names_of_gentest_v1_ring,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_ring,
    .message_init = pb_init_of_gentest_v1_ring,
};

/* ---- gentest.v1.Rules.MapEntry ---- */

static const struct reeve_field fields_of_gentest_v1_rules_map_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules_map_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules_map_entry, value)},
};

const struct reeve_message gentest_v1_rules_map_entry_message = {
    .name = "gentest.v1.Rules.MapEntry",
    .size = sizeof(struct gentest_v1_rules_map_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_rules_map_entry,
    .descriptor = &gentest_v1_rules_map_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_rules_map_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules_map_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_rules_map_entry, value)},
};

static const unsigned pb_names_of_gentest_v1_rules_map_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_rules_map_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_rules_map_entry_init(struct gentest_v1_rules_map_entry *message)
{
    *message = (struct gentest_v1_rules_map_entry){.base = {.descriptor = &gentest_v1_rules_map_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_rules_map_entry(ProtobufCMessage *base)
{
    gentest_v1_rules_map_entry_init((struct gentest_v1_rules_map_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_rules_map_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Rules.MapEntry",
    .short_name = "MapEntry",
    .c_name = "gentest_v1_rules_map_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_rules_map_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_rules_map_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_rules_map_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_rules_map_entry,
    .message_init = pb_init_of_gentest_v1_rules_map_entry,
};

/* ---- gentest.v1.Rules ---- */

static const struct reeve_bytes list_of_gentest_v1_rules_1_1[] = {
    {(const uint8_t *)"x", 1},
    {(const uint8_t *)"y", 1},
};

static const struct reeve_bytes list_of_gentest_v1_rules_1_7[] = {
    {(const uint8_t *)"z", 1},
};

static struct reeve_pattern *pattern_of_gentest_v1_rules_1_8;

static const struct reeve_rule rules_of_gentest_v1_rules_1[] = {
    {.id = "string.contains",
     .code = REEVE_RULE_STRING_CONTAINS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"\077\077=", 3}},
    {.id = "string.in",
     .code = REEVE_RULE_STRING_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING_LIST,
     .operand.bytes_list = list_of_gentest_v1_rules_1_1,
     .count = 2},
    {.id = "string.max_bytes",
     .code = REEVE_RULE_STRING_MAX_BYTES,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(40)},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(10)},
    {.id = "string.min_bytes",
     .code = REEVE_RULE_STRING_MIN_BYTES,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.not_contains",
     .code = REEVE_RULE_STRING_NOT_CONTAINS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"\n", 1}},
    {.id = "string.not_in",
     .code = REEVE_RULE_STRING_NOT_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING_LIST,
     .operand.bytes_list = list_of_gentest_v1_rules_1_7,
     .count = 1},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[^\\s]+$", 8},
     .pattern = &pattern_of_gentest_v1_rules_1_8},
    {.id = "string.prefix",
     .code = REEVE_RULE_STRING_PREFIX,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"a\"b\\", 4}},
    {.id = "string.suffix",
     .code = REEVE_RULE_STRING_SUFFIX,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"\303\251", 2}},
};

static const struct reeve_rule rules_of_gentest_v1_rules_2[] = {
    {.id = "required",
     .code = REEVE_RULE_REQUIRED,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(5)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_bytes list_of_gentest_v1_rules_3_1[] = {
    {(const uint8_t *)"\000", 1},
};

static const struct reeve_rule rules_of_gentest_v1_rules_3[] = {
    {.id = "bytes.const",
     .code = REEVE_RULE_BYTES_CONST,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_BYTES,
     .operand.bytes = {(const uint8_t *)"\000\001\002\377", 4}},
    {.id = "bytes.in",
     .code = REEVE_RULE_BYTES_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_BYTES_LIST,
     .operand.bytes_list = list_of_gentest_v1_rules_3_1,
     .count = 1},
    {.id = "bytes.len",
     .code = REEVE_RULE_BYTES_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(4)},
    {.id = "bytes.prefix",
     .code = REEVE_RULE_BYTES_PREFIX,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_BYTES,
     .operand.bytes = {(const uint8_t *)"\000", 1}},
};

static const int64_t list_of_gentest_v1_rules_4_1[] = {
    INT64_C(-1),
    INT64_C(0),
    INT64_C(1),
};

static const struct reeve_rule rules_of_gentest_v1_rules_4[] = {
    {.id = "int32.gt",
     .code = REEVE_RULE_INT32_GT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(-2147483648)},
    {.id = "int32.in",
     .code = REEVE_RULE_INT32_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED_LIST,
     .operand.i64_list = list_of_gentest_v1_rules_4_1,
     .count = 3},
    {.id = "int32.lt",
     .code = REEVE_RULE_INT32_LT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(2147483647)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_5[] = {
    {.id = "sint64.gte",
     .code = REEVE_RULE_SINT64_GTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_MIN},
    {.id = "sint64.lte",
     .code = REEVE_RULE_SINT64_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(9223372036854775807)},
};

static const uint64_t list_of_gentest_v1_rules_6_1[] = {
    UINT64_C(18446744073709551615),
};

static const struct reeve_rule rules_of_gentest_v1_rules_6[] = {
    {.id = "uint64.lte",
     .code = REEVE_RULE_UINT64_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(18446744073709551615)},
    {.id = "uint64.not_in",
     .code = REEVE_RULE_UINT64_NOT_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED_LIST,
     .operand.u64_list = list_of_gentest_v1_rules_6_1,
     .count = 1},
};

static const struct reeve_rule rules_of_gentest_v1_rules_7[] = {
    {.id = "fixed32.const",
     .code = REEVE_RULE_FIXED32_CONST,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(4294967295)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_8[] = {
    {.id = "sfixed32.gte",
     .code = REEVE_RULE_SFIXED32_GTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(-5)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_9[] = {
    {.id = "sfixed64.lt",
     .code = REEVE_RULE_SFIXED64_LT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(-5)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_10[] = {
    {.id = "float.finite",
     .code = REEVE_RULE_FLOAT_FINITE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "float.gt",
     .code = REEVE_RULE_FLOAT_GT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_DOUBLE,
     .operand.f64 = 0x1p-1 /* 0.5 */},
    {.id = "float.lt",
     .code = REEVE_RULE_FLOAT_LT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_DOUBLE,
     .operand.f64 = (double)INFINITY},
};

static const double list_of_gentest_v1_rules_11_1[] = {
    0x1.8p+0 /* 1.5 */,
    -(double)INFINITY,
};

static const struct reeve_rule rules_of_gentest_v1_rules_11[] = {
    {.id = "double.gte",
     .code = REEVE_RULE_DOUBLE_GTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_DOUBLE,
     .operand.f64 = -0x1.999999999999ap-4 /* -0.10000000000000001 */},
    {.id = "double.in",
     .code = REEVE_RULE_DOUBLE_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_DOUBLE_LIST,
     .operand.f64_list = list_of_gentest_v1_rules_11_1,
     .count = 2},
};

static const struct reeve_rule rules_of_gentest_v1_rules_12[] = {
    {.id = "bool.const",
     .code = REEVE_RULE_BOOL_CONST,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_BOOL,
     .operand.boolean = true},
};

static const int64_t list_of_gentest_v1_rules_13_1[] = {
    INT64_C(0),
    INT64_C(-3),
};

static const int64_t list_of_gentest_v1_rules_13_2[] = {
    INT64_C(5),
};

static const struct reeve_rule rules_of_gentest_v1_rules_13[] = {
    {.id = "enum.defined_only",
     .code = REEVE_RULE_ENUM_DEFINED_ONLY,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "enum.in",
     .code = REEVE_RULE_ENUM_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED_LIST,
     .operand.i64_list = list_of_gentest_v1_rules_13_1,
     .count = 2},
    {.id = "enum.not_in",
     .code = REEVE_RULE_ENUM_NOT_IN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED_LIST,
     .operand.i64_list = list_of_gentest_v1_rules_13_2,
     .count = 1},
};

static const struct reeve_rule rules_of_gentest_v1_rules_14[] = {
    {.id = "repeated.max_items",
     .code = REEVE_RULE_REPEATED_MAX_ITEMS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(3)},
    {.id = "repeated.min_items",
     .code = REEVE_RULE_REPEATED_MIN_ITEMS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "repeated.unique",
     .code = REEVE_RULE_REPEATED_UNIQUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_ITEM,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(3)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_15[] = {
    {.id = "map.max_pairs",
     .code = REEVE_RULE_MAP_MAX_PAIRS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(9)},
    {.id = "map.min_pairs",
     .code = REEVE_RULE_MAP_MIN_PAIRS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_KEY,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "int32.gte",
     .code = REEVE_RULE_INT32_GTE,
     .target = REEVE_TARGET_VALUE,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(0)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_16[] = {
    {.id = "duration.gt",
     .code = REEVE_RULE_DURATION_GT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(1)},
    {.id = "duration.lte",
     .code = REEVE_RULE_DURATION_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(5000000007)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_17[] = {
    {.id = "timestamp.gte",
     .code = REEVE_RULE_TIMESTAMP_GTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(1577836800000000000)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_18[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(2)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_19[] = {
    {.id = "ignore_if_zero_value",
     .code = REEVE_RULE_IGNORE_IF_ZERO_VALUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.len",
     .code = REEVE_RULE_STRING_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(2)},
};

static const struct reeve_rule rules_of_gentest_v1_rules_24[] = {
    {.id = "int64.gt",
     .code = REEVE_RULE_INT64_GT,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_SIGNED,
     .operand.i64 = INT64_C(0)},
};

static const struct reeve_field fields_of_gentest_v1_rules[] = {
    {.name = "text",
     .json_name = "text",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, text),
     .rules = rules_of_gentest_v1_rules_1,
     .rules_count = 11},
    {.name = "merged",
     .json_name = "merged",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, merged),
     .rules = rules_of_gentest_v1_rules_2,
     .rules_count = 3},
    {.name = "data",
     .json_name = "data",
     .number = 3,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, data),
     .rules = rules_of_gentest_v1_rules_3,
     .rules_count = 4},
    {.name = "an_int32",
     .json_name = "anInt32",
     .number = 4,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, an_int32),
     .rules = rules_of_gentest_v1_rules_4,
     .rules_count = 3},
    {.name = "a_sint64",
     .json_name = "aSint64",
     .number = 5,
     .type = REEVE_TYPE_SINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_sint64),
     .rules = rules_of_gentest_v1_rules_5,
     .rules_count = 2},
    {.name = "a_uint64",
     .json_name = "aUint64",
     .number = 6,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_uint64),
     .rules = rules_of_gentest_v1_rules_6,
     .rules_count = 2},
    {.name = "a_fixed32",
     .json_name = "aFixed32",
     .number = 7,
     .type = REEVE_TYPE_FIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_fixed32),
     .rules = rules_of_gentest_v1_rules_7,
     .rules_count = 1},
    {.name = "a_sfixed32",
     .json_name = "aSfixed32",
     .number = 8,
     .type = REEVE_TYPE_SFIXED32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_sfixed32),
     .rules = rules_of_gentest_v1_rules_8,
     .rules_count = 1},
    {.name = "a_sfixed64",
     .json_name = "aSfixed64",
     .number = 9,
     .type = REEVE_TYPE_SFIXED64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_sfixed64),
     .rules = rules_of_gentest_v1_rules_9,
     .rules_count = 1},
    {.name = "a_float",
     .json_name = "aFloat",
     .number = 10,
     .type = REEVE_TYPE_FLOAT,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_float),
     .rules = rules_of_gentest_v1_rules_10,
     .rules_count = 3},
    {.name = "a_double",
     .json_name = "aDouble",
     .number = 11,
     .type = REEVE_TYPE_DOUBLE,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_double),
     .rules = rules_of_gentest_v1_rules_11,
     .rules_count = 2},
    {.name = "a_bool",
     .json_name = "aBool",
     .number = 12,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, a_bool),
     .rules = rules_of_gentest_v1_rules_12,
     .rules_count = 1},
    {.name = "color",
     .json_name = "color",
     .number = 13,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, color),
     .enumeration = &gentest_v1_color_enum,
     .rules = rules_of_gentest_v1_rules_13,
     .rules_count = 3},
    {.name = "items",
     .json_name = "items",
     .number = 14,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_rules, items),
     .quantifier_offset = offsetof(struct gentest_v1_rules, n_items),
     .rules = rules_of_gentest_v1_rules_14,
     .rules_count = 4},
    {.name = "map",
     .json_name = "map",
     .number = 15,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_rules, map),
     .quantifier_offset = offsetof(struct gentest_v1_rules, n_map),
     .message = &gentest_v1_rules_map_entry_message,
     .rules = rules_of_gentest_v1_rules_15,
     .rules_count = 4},
    {.name = "duration",
     .json_name = "duration",
     .number = 16,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_rules, duration),
     .message = &google_protobuf_duration_message,
     .rules = rules_of_gentest_v1_rules_16,
     .rules_count = 2},
    {.name = "timestamp",
     .json_name = "timestamp",
     .number = 17,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_rules, timestamp),
     .message = &google_protobuf_timestamp_message,
     .rules = rules_of_gentest_v1_rules_17,
     .rules_count = 1},
    {.name = "wrapped",
     .json_name = "wrapped",
     .number = 18,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_rules, wrapped),
     .message = &google_protobuf_string_value_message,
     .rules = rules_of_gentest_v1_rules_18,
     .rules_count = 1},
    {.name = "if_set",
     .json_name = "ifSet",
     .number = 19,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, if_set),
     .rules = rules_of_gentest_v1_rules_19,
     .rules_count = 2},
    {.name = "never",
     .json_name = "never",
     .number = 20,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, never)},
    {.name = "example_only",
     .json_name = "exampleOnly",
     .number = 21,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, example_only)},
    {.name = "off",
     .json_name = "off",
     .number = 22,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_rules, off),
     .quantifier_offset = offsetof(struct gentest_v1_rules, n_off)},
    {.name = "secret",
     .json_name = "secret",
     .number = 23,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .flags = REEVE_FIELD_SENSITIVE,
     .offset = offsetof(struct gentest_v1_rules, secret)},
    {.name = "an_int64",
     .json_name = "anInt64",
     .number = 24,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_rules, an_int64),
     .rules = rules_of_gentest_v1_rules_24,
     .rules_count = 1},
};

const struct reeve_message gentest_v1_rules_message = {
    .name = "gentest.v1.Rules",
    .size = sizeof(struct gentest_v1_rules),
    .has_rules = true,
    .fields_count = 24,
    .fields = fields_of_gentest_v1_rules,
    .descriptor = &gentest_v1_rules_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_rules[] = {
    {.name = "text", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, text), .default_value = &protobuf_c_empty_string},
    {.name = "merged", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, merged), .default_value = &protobuf_c_empty_string},
    {.name = "data", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_rules, data)},
    {.name = "an_int32", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_rules, an_int32)},
    {.name = "a_sint64", .id = 5, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SINT64,
     .offset = offsetof(struct gentest_v1_rules, a_sint64)},
    {.name = "a_uint64", .id = 6, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_rules, a_uint64)},
    {.name = "a_fixed32", .id = 7, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FIXED32,
     .offset = offsetof(struct gentest_v1_rules, a_fixed32)},
    {.name = "a_sfixed32", .id = 8, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED32,
     .offset = offsetof(struct gentest_v1_rules, a_sfixed32)},
    {.name = "a_sfixed64", .id = 9, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_SFIXED64,
     .offset = offsetof(struct gentest_v1_rules, a_sfixed64)},
    {.name = "a_float", .id = 10, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_FLOAT,
     .offset = offsetof(struct gentest_v1_rules, a_float)},
    {.name = "a_double", .id = 11, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_DOUBLE,
     .offset = offsetof(struct gentest_v1_rules, a_double)},
    {.name = "a_bool", .id = 12, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_rules, a_bool)},
    {.name = "color", .id = 13, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_rules, color),
     .descriptor = &gentest_v1_color_descriptor},
    {.name = "items", .id = 14, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, items), .quantifier_offset = offsetof(struct gentest_v1_rules, n_items)},
    {.name = "map", .id = 15, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_rules, map), .quantifier_offset = offsetof(struct gentest_v1_rules, n_map),
     .descriptor = &gentest_v1_rules_map_entry_descriptor},
    {.name = "duration", .id = 16, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_rules, duration),
     .descriptor = &google_protobuf_duration_descriptor},
    {.name = "timestamp", .id = 17, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_rules, timestamp),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "wrapped", .id = 18, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_rules, wrapped),
     .descriptor = &google_protobuf_string_value_descriptor},
    {.name = "if_set", .id = 19, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, if_set), .default_value = &protobuf_c_empty_string},
    {.name = "never", .id = 20, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, never), .default_value = &protobuf_c_empty_string},
    {.name = "example_only", .id = 21, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, example_only), .default_value = &protobuf_c_empty_string},
    {.name = "off", .id = 22, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_rules, off), .quantifier_offset = offsetof(struct gentest_v1_rules, n_off), .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "secret", .id = 23, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_rules, secret), .default_value = &protobuf_c_empty_string},
    {.name = "an_int64", .id = 24, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT64,
     .offset = offsetof(struct gentest_v1_rules, an_int64)},
};

static const unsigned pb_names_of_gentest_v1_rules[] = {
    11, /* a_bool */
    10, /* a_double */
    6, /* a_fixed32 */
    9, /* a_float */
    7, /* a_sfixed32 */
    8, /* a_sfixed64 */
    4, /* a_sint64 */
    5, /* a_uint64 */
    3, /* an_int32 */
    23, /* an_int64 */
    12, /* color */
    2, /* data */
    15, /* duration */
    20, /* example_only */
    18, /* if_set */
    13, /* items */
    14, /* map */
    1, /* merged */
    19, /* never */
    21, /* off */
    22, /* secret */
    0, /* text */
    16, /* timestamp */
    17, /* wrapped */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_rules[] = {{1, 0}, {0, 24}};

void gentest_v1_rules_init(struct gentest_v1_rules *message)
{
    *message = (struct gentest_v1_rules){.base = {.descriptor = &gentest_v1_rules_descriptor}};
    message->text = (char *)(uintptr_t)protobuf_c_empty_string;
    message->merged = (char *)(uintptr_t)protobuf_c_empty_string;
    message->if_set = (char *)(uintptr_t)protobuf_c_empty_string;
    message->never = (char *)(uintptr_t)protobuf_c_empty_string;
    message->example_only = (char *)(uintptr_t)protobuf_c_empty_string;
    message->secret = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_rules(ProtobufCMessage *base)
{
    gentest_v1_rules_init((struct gentest_v1_rules *)base);
}

const ProtobufCMessageDescriptor gentest_v1_rules_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Rules",
    .short_name = "Rules",
    .c_name = "gentest_v1_rules",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_rules),
    .n_fields = 24,
    .fields = pb_fields_of_gentest_v1_rules,
    .fields_sorted_by_name = pb_names_of_gentest_v1_rules,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_rules,
    .message_init = pb_init_of_gentest_v1_rules,
};

/* ---- gentest.v1.All ---- */

static const struct reeve_field fields_of_gentest_v1_all[] = {
    {.name = "optional",
     .json_name = "optional",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, optional),
     .message = &gentest_v1_optional_message},
    {.name = "repeated",
     .json_name = "repeated",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, repeated),
     .message = &gentest_v1_repeated_message},
    {.name = "maps",
     .json_name = "maps",
     .number = 3,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, maps),
     .message = &gentest_v1_maps_message},
    {.name = "well_known",
     .json_name = "wellKnown",
     .number = 4,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, well_known),
     .message = &gentest_v1_well_known_message},
    {.name = "ring",
     .json_name = "ring",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, ring),
     .message = &gentest_v1_ring_message},
    {.name = "rules",
     .json_name = "rules",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, rules),
     .message = &gentest_v1_rules_message},
    {.name = "choice",
     .json_name = "choice",
     .number = 7,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_all, choice),
     .message = &gentest_v1_choice_message},
};

const struct reeve_message gentest_v1_all_message = {
    .name = "gentest.v1.All",
    .size = sizeof(struct gentest_v1_all),
    .has_rules = true,
    .fields_count = 7,
    .fields = fields_of_gentest_v1_all,
    .descriptor = &gentest_v1_all_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_all[] = {
    {.name = "optional", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, optional),
     .descriptor = &gentest_v1_optional_descriptor},
    {.name = "repeated", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, repeated),
     .descriptor = &gentest_v1_repeated_descriptor},
    {.name = "maps", .id = 3, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, maps),
     .descriptor = &gentest_v1_maps_descriptor},
    {.name = "well_known", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, well_known),
     .descriptor = &gentest_v1_well_known_descriptor},
    {.name = "ring", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, ring),
     .descriptor = &gentest_v1_ring_descriptor},
    {.name = "rules", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, rules),
     .descriptor = &gentest_v1_rules_descriptor},
    {.name = "choice", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_all, choice),
     .descriptor = &gentest_v1_choice_descriptor},
};

static const unsigned pb_names_of_gentest_v1_all[] = {
    6, /* choice */
    2, /* maps */
    0, /* optional */
    1, /* repeated */
    4, /* ring */
    5, /* rules */
    3, /* well_known */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_all[] = {{1, 0}, {0, 7}};

void gentest_v1_all_init(struct gentest_v1_all *message)
{
    *message = (struct gentest_v1_all){.base = {.descriptor = &gentest_v1_all_descriptor}};
}

static void pb_init_of_gentest_v1_all(ProtobufCMessage *base)
{
    gentest_v1_all_init((struct gentest_v1_all *)base);
}

const ProtobufCMessageDescriptor gentest_v1_all_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.All",
    .short_name = "All",
    .c_name = "gentest_v1_all",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_all),
    .n_fields = 7,
    .fields = pb_fields_of_gentest_v1_all,
    .fields_sorted_by_name = pb_names_of_gentest_v1_all,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_all,
    .message_init = pb_init_of_gentest_v1_all,
};

/* ---- gentest.v1.PutRequest ---- */

static const struct reeve_field fields_of_gentest_v1_put_request[] = {
    {.name = "parent",
     .json_name = "parent",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_put_request, parent),
     .message = &gentest_v1_parent_message},
    {.name = "number",
     .json_name = "number",
     .number = 2,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_put_request, number)},
    {.name = "path",
     .json_name = "path",
     .number = 3,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_put_request, path)},
    {.name = "content",
     .json_name = "content",
     .number = 4,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_put_request, content),
     .message = &gentest_v1_implicit_message},
    {.name = "colors",
     .json_name = "colors",
     .number = 5,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct gentest_v1_put_request, colors),
     .quantifier_offset = offsetof(struct gentest_v1_put_request, n_colors),
     .enumeration = &gentest_v1_color_enum},
    {.name = "since",
     .json_name = "since",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_put_request, since),
     .message = &google_protobuf_timestamp_message},
};

const struct reeve_message gentest_v1_put_request_message = {
    .name = "gentest.v1.PutRequest",
    .size = sizeof(struct gentest_v1_put_request),
    .fields_count = 6,
    .fields = fields_of_gentest_v1_put_request,
    .descriptor = &gentest_v1_put_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_put_request[] = {
    {.name = "parent", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_put_request, parent),
     .descriptor = &gentest_v1_parent_descriptor},
    {.name = "number", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct gentest_v1_put_request, number)},
    {.name = "path", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_put_request, path), .default_value = &protobuf_c_empty_string},
    {.name = "content", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_put_request, content),
     .descriptor = &gentest_v1_implicit_descriptor},
    {.name = "colors", .id = 5, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_put_request, colors), .quantifier_offset = offsetof(struct gentest_v1_put_request, n_colors),
     .descriptor = &gentest_v1_color_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "since", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_put_request, since),
     .descriptor = &google_protobuf_timestamp_descriptor},
};

static const unsigned pb_names_of_gentest_v1_put_request[] = {
    4, /* colors */
    3, /* content */
    1, /* number */
    0, /* parent */
    2, /* path */
    5, /* since */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_put_request[] = {{1, 0}, {0, 6}};

void gentest_v1_put_request_init(struct gentest_v1_put_request *message)
{
    *message = (struct gentest_v1_put_request){.base = {.descriptor = &gentest_v1_put_request_descriptor}};
    message->path = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_put_request(ProtobufCMessage *base)
{
    gentest_v1_put_request_init((struct gentest_v1_put_request *)base);
}

const ProtobufCMessageDescriptor gentest_v1_put_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.PutRequest",
    .short_name = "PutRequest",
    .c_name = "gentest_v1_put_request",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_put_request),
    .n_fields = 6,
    .fields = pb_fields_of_gentest_v1_put_request,
    .fields_sorted_by_name = pb_names_of_gentest_v1_put_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_put_request,
    .message_init = pb_init_of_gentest_v1_put_request,
};

/* ---- gentest.v1.Parent ---- */

static const struct reeve_field fields_of_gentest_v1_parent[] = {
    {.name = "kind",
     .json_name = "kind",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_parent, kind)},
    {.name = "id",
     .json_name = "id",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_parent, id)},
};

const struct reeve_message gentest_v1_parent_message = {
    .name = "gentest.v1.Parent",
    .size = sizeof(struct gentest_v1_parent),
    .fields_count = 2,
    .fields = fields_of_gentest_v1_parent,
    .descriptor = &gentest_v1_parent_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_parent[] = {
    {.name = "kind", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_parent, kind), .default_value = &protobuf_c_empty_string},
    {.name = "id", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_parent, id), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_gentest_v1_parent[] = {
    1, /* id */
    0, /* kind */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_parent[] = {{1, 0}, {0, 2}};

void gentest_v1_parent_init(struct gentest_v1_parent *message)
{
    *message = (struct gentest_v1_parent){.base = {.descriptor = &gentest_v1_parent_descriptor}};
    message->kind = (char *)(uintptr_t)protobuf_c_empty_string;
    message->id = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_parent(ProtobufCMessage *base)
{
    gentest_v1_parent_init((struct gentest_v1_parent *)base);
}

const ProtobufCMessageDescriptor gentest_v1_parent_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Parent",
    .short_name = "Parent",
    .c_name = "gentest_v1_parent",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_parent),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_parent,
    .fields_sorted_by_name = pb_names_of_gentest_v1_parent,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_parent,
    .message_init = pb_init_of_gentest_v1_parent,
};

/* ---- gentest.v1.PutResponse ---- */

static const struct reeve_oneof_rule oneof_rules_of_gentest_v1_put_response[] = {
    {.fields = (const uint16_t[]){0 /* thing */, 1 /* note */}, .fields_count = 2, .required = true},
    {.fields = (const uint16_t[]){1 /* note */}, .fields_count = 1, .required = false},
};

static const struct reeve_field fields_of_gentest_v1_put_response[] = {
    {.name = "thing",
     .json_name = "thing",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_put_response, thing),
     .message = &gentest_v1_implicit_message},
    {.name = "note",
     .json_name = "note",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_put_response, note)},
};

const struct reeve_message gentest_v1_put_response_message = {
    .name = "gentest.v1.PutResponse",
    .size = sizeof(struct gentest_v1_put_response),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_put_response,
    .oneof_rules = oneof_rules_of_gentest_v1_put_response,
    .oneof_rules_count = 2,
    .descriptor = &gentest_v1_put_response_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_put_response[] = {
    {.name = "thing", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_put_response, thing),
     .descriptor = &gentest_v1_implicit_descriptor},
    {.name = "note", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_put_response, note), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_gentest_v1_put_response[] = {
    1, /* note */
    0, /* thing */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_put_response[] = {{1, 0}, {0, 2}};

void gentest_v1_put_response_init(struct gentest_v1_put_response *message)
{
    *message = (struct gentest_v1_put_response){.base = {.descriptor = &gentest_v1_put_response_descriptor}};
    message->note = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_put_response(ProtobufCMessage *base)
{
    gentest_v1_put_response_init((struct gentest_v1_put_response *)base);
}

const ProtobufCMessageDescriptor gentest_v1_put_response_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.PutResponse",
    .short_name = "PutResponse",
    .c_name = "gentest_v1_put_response",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_put_response),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_put_response,
    .fields_sorted_by_name = pb_names_of_gentest_v1_put_response,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_put_response,
    .message_init = pb_init_of_gentest_v1_put_response,
};

/* ---- gentest.v1.Things/Put ---- */

static const uint16_t path_of_gentest_v1_things_put_1[] = {0 /* parent */, 1 /* id */};

static const uint16_t path_of_gentest_v1_things_put_3[] = {1 /* number */};

static const uint16_t path_of_gentest_v1_things_put_5[] = {2 /* path */};

static const struct reeve_path_part parts_of_gentest_v1_things_put[] = {
    {.literal = "/v1/"},
    {.field = path_of_gentest_v1_things_put_1, .field_depth = 2},
    {.literal = "/things/"},
    {.field = path_of_gentest_v1_things_put_3, .field_depth = 1},
    {.literal = "/files/"},
    {.field = path_of_gentest_v1_things_put_5, .field_depth = 1, .multi_segment = true, .pattern = "**"},
    {.literal = ":replace"},
};

static const struct reeve_path_part parts1_of_gentest_v1_things_put[] = {
    {.literal = "/v1/old"},
};

static const struct reeve_http_rule more_http_of_gentest_v1_things_put[] = {
    {
        .method = "POST",
        .parts = parts1_of_gentest_v1_things_put,
        .parts_count = 1,
        .body_all = true,
        .body_field = -1,
        .response_field = -1,
    },
};

static const struct reeve_http_rule http_of_gentest_v1_things_put = {
    .method = "PUT",
    .parts = parts_of_gentest_v1_things_put,
    .parts_count = 7,
    .body_all = false,
    .body_field = 3,
    .response_field = 0,
    .additional = more_http_of_gentest_v1_things_put,
    .additional_count = 1,
};

const struct reeve_task gentest_v1_things_put_task = {
    .name = "gentest.v1.Things/Put",
    .system = "things-1",
    .input = &gentest_v1_put_request_message,
    .output = &gentest_v1_put_response_message,
    .fingerprint = {0x0e, 0xe8, 0x05, 0x66, 0x02, 0xe9, 0xa8, 0xda, 0x47, 0x9b, 0x5c, 0x99, 0x22, 0x0c, 0x12, 0xea,
                    0xbf, 0x1c, 0x4c, 0x9a, 0x31, 0x68, 0xa3, 0x82, 0x1a, 0xde, 0x00, 0xd6, 0x58, 0xae, 0x96, 0xe1},
    .idempotency = REEVE_IDEMPOTENT,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 16,
    .max_in_flight = 3,
    .timeout_ms = 1500,
    .max_result_bytes = 77,
    .operation = "",
    .read_write = false,
    .http = &http_of_gentest_v1_things_put,
    .documentation = "Every kind of path part.\n  Indented, with \"quotes\", a \\ and a \077.",
};

/* ---- gentest.v1.Things/Watch ---- */

static void run_gentest_v1_things_watch(struct reeve_native_call *call)
{
    const struct google_protobuf_empty *request = reeve_native_request(call);
    gentest_v1_things_watch(call, request);
}

const struct reeve_task gentest_v1_things_watch_task = {
    .name = "gentest.v1.Things/Watch",
    .system = "things-1",
    .input = &google_protobuf_empty_message,
    .output = &gentest_v1_put_response_message,
    .fingerprint = {0x4e, 0x9b, 0x00, 0x0a, 0xb7, 0x14, 0xaf, 0x33, 0xae, 0xaa, 0x60, 0x64, 0x7a, 0xb9, 0xe4, 0xe8,
                    0x94, 0x39, 0xa4, 0xbc, 0x09, 0x8f, 0x11, 0x37, 0x1d, 0xdc, 0x2c, 0x99, 0xa5, 0x69, 0x17, 0xfd},
    .idempotency = REEVE_NOT_IDEMPOTENT,
    .binding = REEVE_BINDING_NATIVE,
    .server_streaming = true,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 30000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .native = run_gentest_v1_things_watch,
    .function = "gentest_v1_things_watch",
    .documentation = "",
};

/* ---- gentest.v1.Things/Everything ---- */

static void run_gentest_v1_things_everything(struct reeve_native_call *call)
{
    const struct gentest_v1_all *request = reeve_native_request(call);
    gentest_v1_things_everything(call, request);
}

const struct reeve_task gentest_v1_things_everything_task = {
    .name = "gentest.v1.Things/Everything",
    .system = "things-1",
    .input = &gentest_v1_all_message,
    .output = &gentest_v1_nothing_message,
    .fingerprint = {0x10, 0x67, 0x7b, 0xb5, 0x10, 0xb4, 0xb3, 0x3d, 0x34, 0xe4, 0x8a, 0x0c, 0x70, 0xeb, 0x6f, 0xf8,
                    0xa8, 0x16, 0xe9, 0x4c, 0x5c, 0xe6, 0x71, 0xf3, 0x0c, 0xb9, 0xb8, 0x0e, 0x20, 0x8c, 0xd1, 0x1b},
    .idempotency = REEVE_NOT_IDEMPOTENT,
    .binding = REEVE_BINDING_NATIVE,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 30000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .native = run_gentest_v1_things_everything,
    .function = "gentest_v1_things_everything",
    .documentation = "",
};

/* ---- gentest.v1.Things/List ---- */

static const struct reeve_path_part parts_of_gentest_v1_things_list[] = {
    {.literal = "/v1/things"},
};

static const struct reeve_http_rule http_of_gentest_v1_things_list = {
    .method = "LIST",
    .parts = parts_of_gentest_v1_things_list,
    .parts_count = 1,
    .body_all = false,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task gentest_v1_things_list_task = {
    .name = "gentest.v1.Things/List",
    .system = "things-1",
    .input = &gentest_v1_choice_message,
    .output = &google_protobuf_empty_message,
    .fingerprint = {0xb1, 0x60, 0x22, 0xe3, 0xed, 0xb5, 0x3f, 0xe8, 0x72, 0xbb, 0x14, 0x3f, 0xe8, 0x25, 0x02, 0xfb,
                    0xca, 0x7a, 0xbc, 0x84, 0x57, 0x7a, 0x63, 0x25, 0xf5, 0x1a, 0xe3, 0x20, 0x80, 0xfd, 0xe4, 0x32},
    .idempotency = REEVE_NOT_IDEMPOTENT,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 30000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_gentest_v1_things_list,
    .documentation = "",
};
