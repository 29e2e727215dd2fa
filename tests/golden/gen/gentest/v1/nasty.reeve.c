/* Made by protoc-gen-reeve from gentest/v1/nasty.proto: change that, not this. */
#include "gentest/v1/nasty.reeve.h"

#include <stddef.h>

#if REEVE_TABLE_VERSION != 1
#error "gentest/v1/nasty.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- gentest.v1.Role ---- */

static const struct reeve_enum_value values_of_gentest_v1_role[] = {
    {"ROLE_UNSPECIFIED", GENTEST_V1_ROLE_UNSPECIFIED},
    {"WORKER", GENTEST_V1_ROLE_WORKER},
    {"ROLE_WORKER", GENTEST_V1_ROLE_ROLE_WORKER},
    {"ROLE_ADMIN", GENTEST_V1_ROLE_ADMIN},
    {"linux", GENTEST_V1_ROLE_linux},
    {"ROLE_2ND", GENTEST_V1_ROLE_2ND},
};

const struct reeve_enum gentest_v1_role_enum = {
    .name = "gentest.v1.Role",
    .values = values_of_gentest_v1_role,
    .values_count = 6,
};

static const ProtobufCEnumValue pb_values_of_gentest_v1_role[] = {
    {"ROLE_UNSPECIFIED", "GENTEST_V1_ROLE_UNSPECIFIED", GENTEST_V1_ROLE_UNSPECIFIED},
    {"WORKER", "GENTEST_V1_ROLE_WORKER", GENTEST_V1_ROLE_WORKER},
    {"ROLE_ADMIN", "GENTEST_V1_ROLE_ADMIN", GENTEST_V1_ROLE_ADMIN},
    {"linux", "GENTEST_V1_ROLE_linux", GENTEST_V1_ROLE_linux},
    {"ROLE_2ND", "GENTEST_V1_ROLE_2ND", GENTEST_V1_ROLE_2ND},
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_role[] = {{GENTEST_V1_ROLE_UNSPECIFIED, 0}, {GENTEST_V1_ROLE_WORKER, 1}, {0, 5}};

static const ProtobufCEnumValueIndex pb_names_of_gentest_v1_role[] = {
    {"ROLE_2ND", 4},
    {"ROLE_ADMIN", 2},
    {"ROLE_UNSPECIFIED", 0},
    {"ROLE_WORKER", 1},
    {"WORKER", 1},
    {"linux", 3},
};

const ProtobufCEnumDescriptor gentest_v1_role_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Role",
    .short_name = "Role",
    .c_name = "gentest_v1_role",
    .package_name = "gentest.v1",
    .n_values = 5,
    .values = pb_values_of_gentest_v1_role,
    .n_value_names = 6,
    .values_by_name = pb_names_of_gentest_v1_role,
    .n_value_ranges = 2,
    .value_ranges = pb_ranges_of_gentest_v1_role,
};

/* ---- gentest.v1.HTTPMode ---- */

static const struct reeve_enum_value values_of_gentest_v1_http_mode[] = {
    {"HTTP_MODE_NONE", GENTEST_V1_HTTP_MODE_NONE},
    {"Mode_Two", GENTEST_V1_HTTP_MODE_Mode_Two},
};

const struct reeve_enum gentest_v1_http_mode_enum = {
    .name = "gentest.v1.HTTPMode",
    .values = values_of_gentest_v1_http_mode,
    .values_count = 2,
};

static const ProtobufCEnumValue pb_values_of_gentest_v1_http_mode[] = {
    {"HTTP_MODE_NONE", "GENTEST_V1_HTTP_MODE_NONE", GENTEST_V1_HTTP_MODE_NONE},
    {"Mode_Two", "GENTEST_V1_HTTP_MODE_Mode_Two", GENTEST_V1_HTTP_MODE_Mode_Two},
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_http_mode[] = {{GENTEST_V1_HTTP_MODE_NONE, 0}, {GENTEST_V1_HTTP_MODE_Mode_Two, 1}, {0, 2}};

static const ProtobufCEnumValueIndex pb_names_of_gentest_v1_http_mode[] = {
    {"HTTP_MODE_NONE", 0},
    {"Mode_Two", 1},
};

const ProtobufCEnumDescriptor gentest_v1_http_mode_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.HTTPMode",
    .short_name = "HTTPMode",
    .c_name = "gentest_v1_http_mode",
    .package_name = "gentest.v1",
    .n_values = 2,
    .values = pb_values_of_gentest_v1_http_mode,
    .n_value_names = 2,
    .values_by_name = pb_names_of_gentest_v1_http_mode,
    .n_value_ranges = 2,
    .value_ranges = pb_ranges_of_gentest_v1_http_mode,
};

/* ---- gentest.v1.Holder.Role ---- */

static const struct reeve_enum_value values_of_gentest_v1_holder_role[] = {
    {"ROLE_UNSPECIFIED", GENTEST_V1_HOLDER_ROLE_UNSPECIFIED},
    {"ROLE_INNER", GENTEST_V1_HOLDER_ROLE_INNER},
};

const struct reeve_enum gentest_v1_holder_role_enum = {
    .name = "gentest.v1.Holder.Role",
    .values = values_of_gentest_v1_holder_role,
    .values_count = 2,
};

static const ProtobufCEnumValue pb_values_of_gentest_v1_holder_role[] = {
    {"ROLE_UNSPECIFIED", "GENTEST_V1_HOLDER_ROLE_UNSPECIFIED", GENTEST_V1_HOLDER_ROLE_UNSPECIFIED},
    {"ROLE_INNER", "GENTEST_V1_HOLDER_ROLE_INNER", GENTEST_V1_HOLDER_ROLE_INNER},
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_holder_role[] = {{GENTEST_V1_HOLDER_ROLE_UNSPECIFIED, 0}, {0, 2}};

static const ProtobufCEnumValueIndex pb_names_of_gentest_v1_holder_role[] = {
    {"ROLE_INNER", 1},
    {"ROLE_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor gentest_v1_holder_role_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Holder.Role",
    .short_name = "Role",
    .c_name = "gentest_v1_holder_role",
    .package_name = "gentest.v1",
    .n_values = 2,
    .values = pb_values_of_gentest_v1_holder_role,
    .n_value_names = 2,
    .values_by_name = pb_names_of_gentest_v1_holder_role,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_gentest_v1_holder_role,
};

/* ---- gentest.v1.Nasty.UnionEntry ---- */

static const struct reeve_field fields_of_gentest_v1_nasty_union_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty_union_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty_union_entry, value)},
};

const struct reeve_message gentest_v1_nasty_union_entry_message = {
    .name = "gentest.v1.Nasty.UnionEntry",
    .size = sizeof(struct gentest_v1_nasty_union_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_gentest_v1_nasty_union_entry,
    .descriptor = &gentest_v1_nasty_union_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_nasty_union_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty_union_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty_union_entry, value), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_gentest_v1_nasty_union_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_nasty_union_entry[] = {{1, 0}, {0, 2}};

void gentest_v1_nasty_union_entry_init(struct gentest_v1_nasty_union_entry *message)
{
    *message = (struct gentest_v1_nasty_union_entry){.base = {.descriptor = &gentest_v1_nasty_union_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
    message->value = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_nasty_union_entry(ProtobufCMessage *base)
{
    gentest_v1_nasty_union_entry_init((struct gentest_v1_nasty_union_entry *)base);
}

const ProtobufCMessageDescriptor gentest_v1_nasty_union_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Nasty.UnionEntry",
    .short_name = "UnionEntry",
    .c_name = "gentest_v1_nasty_union_entry",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_nasty_union_entry),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_nasty_union_entry,
    .fields_sorted_by_name = pb_names_of_gentest_v1_nasty_union_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_nasty_union_entry,
    .message_init = pb_init_of_gentest_v1_nasty_union_entry,
};

/* ---- gentest.v1.Nasty ---- */

static const struct reeve_field fields_of_gentest_v1_nasty[] = {
    {.name = "base",
     .json_name = "base",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, base_)},
    {.name = "linux",
     .json_name = "linux",
     .number = 3,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, linux_)},
    {.name = "unix",
     .json_name = "unix",
     .number = 4,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, unix_)},
    {.name = "int",
     .json_name = "int",
     .number = 5,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, int_)},
    {.name = "class",
     .json_name = "class",
     .number = 6,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, class_)},
    {.name = "errno",
     .json_name = "errno",
     .number = 7,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, errno_)},
    {.name = "NULL",
     .json_name = "NULL",
     .number = 8,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, NULL_)},
    {.name = "st_mtime",
     .json_name = "stMtime",
     .number = 9,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, st_mtime_)},
    {.name = "x",
     .json_name = "x",
     .number = 10,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_nasty, x),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, n_x)},
    {.name = "n_x",
     .json_name = "nX",
     .number = 11,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, n_x_)},
    {.name = "y",
     .json_name = "y",
     .number = 12,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, y),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, has_y)},
    {.name = "has_y",
     .json_name = "hasY",
     .number = 13,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, has_y_)},
    {.name = "while",
     .json_name = "while",
     .number = 14,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_nasty, while_),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, which_case)},
    {.name = "default",
     .json_name = "default",
     .number = 15,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct gentest_v1_nasty, default_),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, which_case)},
    {.name = "which_case",
     .json_name = "whichCase",
     .number = 16,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, which_case_)},
    {.name = "for",
     .json_name = "for",
     .number = 17,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct gentest_v1_nasty, for_),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, n_for_)},
    {.name = "if",
     .json_name = "if",
     .number = 18,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, if_),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, has_if_)},
    {.name = "Foo",
     .json_name = "Foo",
     .number = 19,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, Foo)},
    {.name = "fooBar",
     .json_name = "fooBar",
     .number = 21,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, fooBar)},
    {.name = "union",
     .json_name = "union",
     .number = 22,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct gentest_v1_nasty, union_),
     .quantifier_offset = offsetof(struct gentest_v1_nasty, n_union_),
     .message = &gentest_v1_nasty_union_entry_message},
    {.name = "message",
     .json_name = "message",
     .number = 23,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, message)},
    {.name = "true",
     .json_name = "true",
     .number = 24,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, true_)},
    {.name = "stdin",
     .json_name = "stdin",
     .number = 25,
     .type = REEVE_TYPE_BOOL,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, stdin_)},
    {.name = "assert",
     .json_name = "assert",
     .number = 26,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_nasty, assert_)},
};

static const struct reeve_oneof oneofs_of_gentest_v1_nasty[] = {
    {.name = "which", .case_offset = offsetof(struct gentest_v1_nasty, which_case), .required = false},
};

const struct reeve_message gentest_v1_nasty_message = {
    .name = "gentest.v1.Nasty",
    .size = sizeof(struct gentest_v1_nasty),
    .fields_count = 24,
    .fields = fields_of_gentest_v1_nasty,
    .oneofs_count = 1,
    .oneofs = oneofs_of_gentest_v1_nasty,
    .descriptor = &gentest_v1_nasty_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_nasty[] = {
    {.name = "base", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty, base_), .default_value = &protobuf_c_empty_string},
    {.name = "linux", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, linux_)},
    {.name = "unix", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, unix_)},
    {.name = "int", .id = 5, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, int_)},
    {.name = "class", .id = 6, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, class_)},
    {.name = "errno", .id = 7, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, errno_)},
    {.name = "NULL", .id = 8, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, NULL_)},
    {.name = "st_mtime", .id = 9, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, st_mtime_)},
    {.name = "x", .id = 10, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty, x), .quantifier_offset = offsetof(struct gentest_v1_nasty, n_x)},
    {.name = "n_x", .id = 11, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct gentest_v1_nasty, n_x_)},
    {.name = "y", .id = 12, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, y), .quantifier_offset = offsetof(struct gentest_v1_nasty, has_y)},
    {.name = "has_y", .id = 13, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_nasty, has_y_)},
    {.name = "while", .id = 14, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty, while_), .quantifier_offset = offsetof(struct gentest_v1_nasty, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "default", .id = 15, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty, default_), .quantifier_offset = offsetof(struct gentest_v1_nasty, which_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "which_case", .id = 16, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, which_case_)},
    {.name = "for", .id = 17, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct gentest_v1_nasty, for_), .quantifier_offset = offsetof(struct gentest_v1_nasty, n_for_)},
    {.name = "if", .id = 18, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct gentest_v1_nasty, if_), .quantifier_offset = offsetof(struct gentest_v1_nasty, has_if_)},
    {.name = "Foo", .id = 19, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, Foo)},
    {.name = "fooBar", .id = 21, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, fooBar)},
    {.name = "union", .id = 22, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_nasty, union_), .quantifier_offset = offsetof(struct gentest_v1_nasty, n_union_),
     .descriptor = &gentest_v1_nasty_union_entry_descriptor},
    {.name = "message", .id = 23, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, message)},
    {.name = "true", .id = 24, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, true_)},
    {.name = "stdin", .id = 25, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct gentest_v1_nasty, stdin_)},
    {.name = "assert", .id = 26, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_nasty, assert_)},
};

static const unsigned pb_names_of_gentest_v1_nasty[] = {
    17, /* Foo */
    6, /* NULL */
    23, /* assert */
    0, /* base */
    4, /* class */
    13, /* default */
    5, /* errno */
    18, /* fooBar */
    15, /* for */
    11, /* has_y */
    16, /* if */
    3, /* int */
    1, /* linux */
    20, /* message */
    9, /* n_x */
    7, /* st_mtime */
    22, /* stdin */
    21, /* true */
    19, /* union */
    2, /* unix */
    14, /* which_case */
    12, /* while */
    8, /* x */
    10, /* y */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_nasty[] = {{1, 0}, {3, 1}, {21, 18}, {0, 24}};

void gentest_v1_nasty_init(struct gentest_v1_nasty *message)
{
    *message = (struct gentest_v1_nasty){.base = {.descriptor = &gentest_v1_nasty_descriptor}};
    message->base_ = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_gentest_v1_nasty(ProtobufCMessage *base)
{
    gentest_v1_nasty_init((struct gentest_v1_nasty *)base);
}

const ProtobufCMessageDescriptor gentest_v1_nasty_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Nasty",
    .short_name = "Nasty",
    .c_name = "gentest_v1_nasty",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_nasty),
    .n_fields = 24,
    .fields = pb_fields_of_gentest_v1_nasty,
    .fields_sorted_by_name = pb_names_of_gentest_v1_nasty,
    .n_field_ranges = 3,
    .field_ranges = pb_ranges_of_gentest_v1_nasty,
    .message_init = pb_init_of_gentest_v1_nasty,
};

/* ---- gentest.v1.HTTPServer2Config ---- */

static const struct reeve_field fields_of_gentest_v1_http_server2_config[] = {
    {.name = "x",
     .json_name = "x",
     .number = 1,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_http_server2_config, x)},
};

const struct reeve_message gentest_v1_http_server2_config_message = {
    .name = "gentest.v1.HTTPServer2Config",
    .size = sizeof(struct gentest_v1_http_server2_config),
    .fields_count = 1,
    .fields = fields_of_gentest_v1_http_server2_config,
    .descriptor = &gentest_v1_http_server2_config_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_http_server2_config[] = {
    {.name = "x", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_http_server2_config, x)},
};

static const unsigned pb_names_of_gentest_v1_http_server2_config[] = {
    0, /* x */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_http_server2_config[] = {{1, 0}, {0, 1}};

void gentest_v1_http_server2_config_init(struct gentest_v1_http_server2_config *message)
{
    *message = (struct gentest_v1_http_server2_config){.base = {.descriptor = &gentest_v1_http_server2_config_descriptor}};
}

static void pb_init_of_gentest_v1_http_server2_config(ProtobufCMessage *base)
{
    gentest_v1_http_server2_config_init((struct gentest_v1_http_server2_config *)base);
}

const ProtobufCMessageDescriptor gentest_v1_http_server2_config_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.HTTPServer2Config",
    .short_name = "HTTPServer2Config",
    .c_name = "gentest_v1_http_server2_config",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_http_server2_config),
    .n_fields = 1,
    .fields = pb_fields_of_gentest_v1_http_server2_config,
    .fields_sorted_by_name = pb_names_of_gentest_v1_http_server2_config,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_http_server2_config,
    .message_init = pb_init_of_gentest_v1_http_server2_config,
};

/* ---- gentest.v1.Snake_Case ---- */

static const struct reeve_field fields_of_gentest_v1_snake_case[] = {
    {.name = "x",
     .json_name = "x",
     .number = 1,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_snake_case, x)},
};

const struct reeve_message gentest_v1_snake_case_message = {
    .name = "gentest.v1.Snake_Case",
    .size = sizeof(struct gentest_v1_snake_case),
    .fields_count = 1,
    .fields = fields_of_gentest_v1_snake_case,
    .descriptor = &gentest_v1_snake_case_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_snake_case[] = {
    {.name = "x", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_snake_case, x)},
};

static const unsigned pb_names_of_gentest_v1_snake_case[] = {
    0, /* x */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_snake_case[] = {{1, 0}, {0, 1}};

void gentest_v1_snake_case_init(struct gentest_v1_snake_case *message)
{
    *message = (struct gentest_v1_snake_case){.base = {.descriptor = &gentest_v1_snake_case_descriptor}};
}

static void pb_init_of_gentest_v1_snake_case(ProtobufCMessage *base)
{
    gentest_v1_snake_case_init((struct gentest_v1_snake_case *)base);
}

const ProtobufCMessageDescriptor gentest_v1_snake_case_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Snake_Case",
    .short_name = "Snake_Case",
    .c_name = "gentest_v1_snake_case",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_snake_case),
    .n_fields = 1,
    .fields = pb_fields_of_gentest_v1_snake_case,
    .fields_sorted_by_name = pb_names_of_gentest_v1_snake_case,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_snake_case,
    .message_init = pb_init_of_gentest_v1_snake_case,
};

/* ---- gentest.v1.Holder ---- */

static const struct reeve_field fields_of_gentest_v1_holder[] = {
    {.name = "role",
     .json_name = "role",
     .number = 1,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_holder, role),
     .enumeration = &gentest_v1_holder_role_enum},
    {.name = "same",
     .json_name = "same",
     .number = 2,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v1_holder, same),
     .message = &gentest_v1_same_message},
};

const struct reeve_message gentest_v1_holder_message = {
    .name = "gentest.v1.Holder",
    .size = sizeof(struct gentest_v1_holder),
    .fields_count = 2,
    .fields = fields_of_gentest_v1_holder,
    .descriptor = &gentest_v1_holder_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_holder[] = {
    {.name = "role", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v1_holder, role),
     .descriptor = &gentest_v1_holder_role_descriptor},
    {.name = "same", .id = 2, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v1_holder, same),
     .descriptor = &gentest_v1_same_descriptor},
};

static const unsigned pb_names_of_gentest_v1_holder[] = {
    0, /* role */
    1, /* same */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_holder[] = {{1, 0}, {0, 2}};

void gentest_v1_holder_init(struct gentest_v1_holder *message)
{
    *message = (struct gentest_v1_holder){.base = {.descriptor = &gentest_v1_holder_descriptor}};
}

static void pb_init_of_gentest_v1_holder(ProtobufCMessage *base)
{
    gentest_v1_holder_init((struct gentest_v1_holder *)base);
}

const ProtobufCMessageDescriptor gentest_v1_holder_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Holder",
    .short_name = "Holder",
    .c_name = "gentest_v1_holder",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_holder),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v1_holder,
    .fields_sorted_by_name = pb_names_of_gentest_v1_holder,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_holder,
    .message_init = pb_init_of_gentest_v1_holder,
};

/* ---- gentest.v1.Same ---- */

static const struct reeve_field fields_of_gentest_v1_same[] = {
    {.name = "one",
     .json_name = "one",
     .number = 1,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v1_same, one)},
};

const struct reeve_message gentest_v1_same_message = {
    .name = "gentest.v1.Same",
    .size = sizeof(struct gentest_v1_same),
    .fields_count = 1,
    .fields = fields_of_gentest_v1_same,
    .descriptor = &gentest_v1_same_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v1_same[] = {
    {.name = "one", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct gentest_v1_same, one)},
};

static const unsigned pb_names_of_gentest_v1_same[] = {
    0, /* one */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v1_same[] = {{1, 0}, {0, 1}};

void gentest_v1_same_init(struct gentest_v1_same *message)
{
    *message = (struct gentest_v1_same){.base = {.descriptor = &gentest_v1_same_descriptor}};
}

static void pb_init_of_gentest_v1_same(ProtobufCMessage *base)
{
    gentest_v1_same_init((struct gentest_v1_same *)base);
}

const ProtobufCMessageDescriptor gentest_v1_same_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v1.Same",
    .short_name = "Same",
    .c_name = "gentest_v1_same",
    .package_name = "gentest.v1",
    .sizeof_message = sizeof(struct gentest_v1_same),
    .n_fields = 1,
    .fields = pb_fields_of_gentest_v1_same,
    .fields_sorted_by_name = pb_names_of_gentest_v1_same,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v1_same,
    .message_init = pb_init_of_gentest_v1_same,
};
