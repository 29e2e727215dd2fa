/* Made by protoc-gen-reeve from gentest/v2/same.proto: change that, not this. */
#include "gentest/v2/same.reeve.h"

#include <stddef.h>

#if REEVE_TABLE_VERSION != 1
#error "gentest/v2/same.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- gentest.v2.Same ---- */

static const struct reeve_field fields_of_gentest_v2_same[] = {
    {.name = "other",
     .json_name = "other",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct gentest_v2_same, other),
     .message = &gentest_v1_same_message},
    {.name = "role",
     .json_name = "role",
     .number = 2,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct gentest_v2_same, role),
     .enumeration = &gentest_v1_holder_role_enum},
};

const struct reeve_message gentest_v2_same_message = {
    .name = "gentest.v2.Same",
    .size = sizeof(struct gentest_v2_same),
    .fields_count = 2,
    .fields = fields_of_gentest_v2_same,
    .descriptor = &gentest_v2_same_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_gentest_v2_same[] = {
    {.name = "other", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct gentest_v2_same, other),
     .descriptor = &gentest_v1_same_descriptor},
    {.name = "role", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct gentest_v2_same, role),
     .descriptor = &gentest_v1_holder_role_descriptor},
};

static const unsigned pb_names_of_gentest_v2_same[] = {
    0, /* other */
    1, /* role */
};

static const ProtobufCIntRange pb_ranges_of_gentest_v2_same[] = {{1, 0}, {0, 2}};

void gentest_v2_same_init(struct gentest_v2_same *message)
{
    *message = (struct gentest_v2_same){.base = {.descriptor = &gentest_v2_same_descriptor}};
}

static void pb_init_of_gentest_v2_same(ProtobufCMessage *base)
{
    gentest_v2_same_init((struct gentest_v2_same *)base);
}

const ProtobufCMessageDescriptor gentest_v2_same_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "gentest.v2.Same",
    .short_name = "Same",
    .c_name = "gentest_v2_same",
    .package_name = "gentest.v2",
    .sizeof_message = sizeof(struct gentest_v2_same),
    .n_fields = 2,
    .fields = pb_fields_of_gentest_v2_same,
    .fields_sorted_by_name = pb_names_of_gentest_v2_same,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_gentest_v2_same,
    .message_init = pb_init_of_gentest_v2_same,
};
