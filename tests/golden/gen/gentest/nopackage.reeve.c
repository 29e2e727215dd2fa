/* Made by protoc-gen-reeve from gentest/nopackage.proto: change that, not this. */
#include "gentest/nopackage.reeve.h"

#include <stddef.h>

#if REEVE_TABLE_VERSION != 1
#error "gentest/nopackage.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- Errno ---- */

static const struct reeve_enum_value values_of_errno_[] = {
    {"ERRNO_UNSPECIFIED", ERRNO__UNSPECIFIED},
};

const struct reeve_enum errno__enum = {
    .name = "Errno",
    .values = values_of_errno_,
    .values_count = 1,
};

static const ProtobufCEnumValue pb_values_of_errno_[] = {
    {"ERRNO_UNSPECIFIED", "ERRNO__UNSPECIFIED", ERRNO__UNSPECIFIED},
};

static const ProtobufCIntRange pb_ranges_of_errno_[] = {{ERRNO__UNSPECIFIED, 0}, {0, 1}};

static const ProtobufCEnumValueIndex pb_names_of_errno_[] = {
    {"ERRNO_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor errno__descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "Errno",
    .short_name = "Errno",
    .c_name = "errno_",
    .package_name = "",
    .n_values = 1,
    .values = pb_values_of_errno_,
    .n_value_names = 1,
    .values_by_name = pb_names_of_errno_,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_errno_,
};

/* ---- Linux ---- */

static const struct reeve_field fields_of_linux_[] = {
    {.name = "unix",
     .json_name = "unix",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct linux_, unix_),
     .message = &int__message},
    {.name = "errno",
     .json_name = "errno",
     .number = 2,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct linux_, errno_),
     .enumeration = &errno__enum},
};

const struct reeve_message linux__message = {
    .name = "Linux",
    .size = sizeof(struct linux_),
    .fields_count = 2,
    .fields = fields_of_linux_,
    .descriptor = &linux__descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_linux_[] = {
    {.name = "unix", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct linux_, unix_),
     .descriptor = &int__descriptor},
    {.name = "errno", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct linux_, errno_),
     .descriptor = &errno__descriptor},
};

static const unsigned pb_names_of_linux_[] = {
    1, /* errno */
    0, /* unix */
};

static const ProtobufCIntRange pb_ranges_of_linux_[] = {{1, 0}, {0, 2}};

void linux__init(struct linux_ *message)
{
    *message = (struct linux_){.base = {.descriptor = &linux__descriptor}};
}

static void pb_init_of_linux_(ProtobufCMessage *base)
{
    linux__init((struct linux_ *)base);
}

const ProtobufCMessageDescriptor linux__descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "Linux",
    .short_name = "Linux",
    .c_name = "linux_",
    .package_name = "",
    .sizeof_message = sizeof(struct linux_),
    .n_fields = 2,
    .fields = pb_fields_of_linux_,
    .fields_sorted_by_name = pb_names_of_linux_,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_linux_,
    .message_init = pb_init_of_linux_,
};

/* ---- Int ---- */

static const struct reeve_field fields_of_int_[] = {
    {.name = "value",
     .json_name = "value",
     .number = 1,
     .type = REEVE_TYPE_INT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct int_, value)},
};

const struct reeve_message int__message = {
    .name = "Int",
    .size = sizeof(struct int_),
    .fields_count = 1,
    .fields = fields_of_int_,
    .descriptor = &int__descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_int_[] = {
    {.name = "value", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32,
     .offset = offsetof(struct int_, value)},
};

static const unsigned pb_names_of_int_[] = {
    0, /* value */
};

static const ProtobufCIntRange pb_ranges_of_int_[] = {{1, 0}, {0, 1}};

void int__init(struct int_ *message)
{
    *message = (struct int_){.base = {.descriptor = &int__descriptor}};
}

static void pb_init_of_int_(ProtobufCMessage *base)
{
    int__init((struct int_ *)base);
}

const ProtobufCMessageDescriptor int__descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "Int",
    .short_name = "Int",
    .c_name = "int_",
    .package_name = "",
    .sizeof_message = sizeof(struct int_),
    .n_fields = 1,
    .fields = pb_fields_of_int_,
    .fields_sorted_by_name = pb_names_of_int_,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_int_,
    .message_init = pb_init_of_int_,
};
