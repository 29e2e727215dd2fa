/* Made by protoc-gen-reeve from demo/native/v1/native.proto: change that, not this. */
#include "demo/native/v1/native.reeve.h"

#include <stddef.h>

#include "proto/runtime/rule.h"

#include "reeve/handler.h"

#if REEVE_TABLE_VERSION != 1
#error "demo/native/v1/native.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- demo.native.v1.EchoRequest ---- */

static const struct reeve_rule rules_of_demo_native_v1_echo_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(4096)},
};

static const struct reeve_rule rules_of_demo_native_v1_echo_request_2[] = {
    {.id = "bytes.max_len",
     .code = REEVE_RULE_BYTES_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1048576)},
};

static const struct reeve_field fields_of_demo_native_v1_echo_request[] = {
    {.name = "text",
     .json_name = "text",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_echo_request, text),
     .rules = rules_of_demo_native_v1_echo_request_1,
     .rules_count = 1},
    {.name = "data",
     .json_name = "data",
     .number = 2,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_echo_request, data),
     .rules = rules_of_demo_native_v1_echo_request_2,
     .rules_count = 1},
};

const struct reeve_message demo_native_v1_echo_request_message = {
    .name = "demo.native.v1.EchoRequest",
    .size = sizeof(struct demo_native_v1_echo_request),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_native_v1_echo_request,
    .descriptor = &demo_native_v1_echo_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_echo_request[] = {
    {.name = "text", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_native_v1_echo_request, text), .default_value = &protobuf_c_empty_string},
    {.name = "data", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct demo_native_v1_echo_request, data)},
};

static const unsigned pb_names_of_demo_native_v1_echo_request[] = {
    1, /* data */
    0, /* text */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_echo_request[] = {{1, 0}, {0, 2}};

void demo_native_v1_echo_request_init(struct demo_native_v1_echo_request *message)
{
    *message = (struct demo_native_v1_echo_request){.base = {.descriptor = &demo_native_v1_echo_request_descriptor}};
    message->text = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_native_v1_echo_request(ProtobufCMessage *base)
{
    demo_native_v1_echo_request_init((struct demo_native_v1_echo_request *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_echo_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.EchoRequest",
    .short_name = "EchoRequest",
    .c_name = "demo_native_v1_echo_request",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_echo_request),
    .n_fields = 2,
    .fields = pb_fields_of_demo_native_v1_echo_request,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_echo_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_echo_request,
    .message_init = pb_init_of_demo_native_v1_echo_request,
};

/* ---- demo.native.v1.EchoResponse ---- */

static const struct reeve_field fields_of_demo_native_v1_echo_response[] = {
    {.name = "text",
     .json_name = "text",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_echo_response, text)},
    {.name = "data",
     .json_name = "data",
     .number = 2,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_echo_response, data)},
};

const struct reeve_message demo_native_v1_echo_response_message = {
    .name = "demo.native.v1.EchoResponse",
    .size = sizeof(struct demo_native_v1_echo_response),
    .fields_count = 2,
    .fields = fields_of_demo_native_v1_echo_response,
    .descriptor = &demo_native_v1_echo_response_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_echo_response[] = {
    {.name = "text", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_native_v1_echo_response, text), .default_value = &protobuf_c_empty_string},
    {.name = "data", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct demo_native_v1_echo_response, data)},
};

static const unsigned pb_names_of_demo_native_v1_echo_response[] = {
    1, /* data */
    0, /* text */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_echo_response[] = {{1, 0}, {0, 2}};

void demo_native_v1_echo_response_init(struct demo_native_v1_echo_response *message)
{
    *message = (struct demo_native_v1_echo_response){.base = {.descriptor = &demo_native_v1_echo_response_descriptor}};
    message->text = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_native_v1_echo_response(ProtobufCMessage *base)
{
    demo_native_v1_echo_response_init((struct demo_native_v1_echo_response *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_echo_response_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.EchoResponse",
    .short_name = "EchoResponse",
    .c_name = "demo_native_v1_echo_response",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_echo_response),
    .n_fields = 2,
    .fields = pb_fields_of_demo_native_v1_echo_response,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_echo_response,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_echo_response,
    .message_init = pb_init_of_demo_native_v1_echo_response,
};

/* ---- demo.native.v1.StepRequest ---- */

static struct reeve_pattern *pattern_of_demo_native_v1_step_request_1_2;

static const struct reeve_rule rules_of_demo_native_v1_step_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(63)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[a-z0-9-]+$", 12},
     .pattern = &pattern_of_demo_native_v1_step_request_1_2},
};

static const struct reeve_rule rules_of_demo_native_v1_step_request_2[] = {
    {.id = "uint32.lte",
     .code = REEVE_RULE_UINT32_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1000)},
};

static const struct reeve_field fields_of_demo_native_v1_step_request[] = {
    {.name = "name",
     .json_name = "name",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_step_request, name),
     .rules = rules_of_demo_native_v1_step_request_1,
     .rules_count = 3},
    {.name = "by",
     .json_name = "by",
     .number = 2,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_step_request, by),
     .rules = rules_of_demo_native_v1_step_request_2,
     .rules_count = 1},
};

const struct reeve_message demo_native_v1_step_request_message = {
    .name = "demo.native.v1.StepRequest",
    .size = sizeof(struct demo_native_v1_step_request),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_native_v1_step_request,
    .descriptor = &demo_native_v1_step_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_step_request[] = {
    {.name = "name", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_native_v1_step_request, name), .default_value = &protobuf_c_empty_string},
    {.name = "by", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_native_v1_step_request, by)},
};

static const unsigned pb_names_of_demo_native_v1_step_request[] = {
    1, /* by */
    0, /* name */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_step_request[] = {{1, 0}, {0, 2}};

void demo_native_v1_step_request_init(struct demo_native_v1_step_request *message)
{
    *message = (struct demo_native_v1_step_request){.base = {.descriptor = &demo_native_v1_step_request_descriptor}};
    message->name = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_native_v1_step_request(ProtobufCMessage *base)
{
    demo_native_v1_step_request_init((struct demo_native_v1_step_request *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_step_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.StepRequest",
    .short_name = "StepRequest",
    .c_name = "demo_native_v1_step_request",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_step_request),
    .n_fields = 2,
    .fields = pb_fields_of_demo_native_v1_step_request,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_step_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_step_request,
    .message_init = pb_init_of_demo_native_v1_step_request,
};

/* ---- demo.native.v1.StepResponse ---- */

static const struct reeve_field fields_of_demo_native_v1_step_response[] = {
    {.name = "value",
     .json_name = "value",
     .number = 1,
     .type = REEVE_TYPE_UINT64,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_step_response, value)},
};

const struct reeve_message demo_native_v1_step_response_message = {
    .name = "demo.native.v1.StepResponse",
    .size = sizeof(struct demo_native_v1_step_response),
    .fields_count = 1,
    .fields = fields_of_demo_native_v1_step_response,
    .descriptor = &demo_native_v1_step_response_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_step_response[] = {
    {.name = "value", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT64,
     .offset = offsetof(struct demo_native_v1_step_response, value)},
};

static const unsigned pb_names_of_demo_native_v1_step_response[] = {
    0, /* value */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_step_response[] = {{1, 0}, {0, 1}};

void demo_native_v1_step_response_init(struct demo_native_v1_step_response *message)
{
    *message = (struct demo_native_v1_step_response){.base = {.descriptor = &demo_native_v1_step_response_descriptor}};
}

static void pb_init_of_demo_native_v1_step_response(ProtobufCMessage *base)
{
    demo_native_v1_step_response_init((struct demo_native_v1_step_response *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_step_response_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.StepResponse",
    .short_name = "StepResponse",
    .c_name = "demo_native_v1_step_response",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_step_response),
    .n_fields = 1,
    .fields = pb_fields_of_demo_native_v1_step_response,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_step_response,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_step_response,
    .message_init = pb_init_of_demo_native_v1_step_response,
};

/* ---- demo.native.v1.CountRequest ---- */

static const struct reeve_rule rules_of_demo_native_v1_count_request_1[] = {
    {.id = "uint32.lte",
     .code = REEVE_RULE_UINT32_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1000000)},
};

static const struct reeve_rule rules_of_demo_native_v1_count_request_2[] = {
    {.id = "uint32.lte",
     .code = REEVE_RULE_UINT32_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1048576)},
};

static const struct reeve_field fields_of_demo_native_v1_count_request[] = {
    {.name = "to",
     .json_name = "to",
     .number = 1,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_count_request, to),
     .rules = rules_of_demo_native_v1_count_request_1,
     .rules_count = 1},
    {.name = "padding_bytes",
     .json_name = "paddingBytes",
     .number = 2,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_count_request, padding_bytes),
     .rules = rules_of_demo_native_v1_count_request_2,
     .rules_count = 1},
};

const struct reeve_message demo_native_v1_count_request_message = {
    .name = "demo.native.v1.CountRequest",
    .size = sizeof(struct demo_native_v1_count_request),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_native_v1_count_request,
    .descriptor = &demo_native_v1_count_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_count_request[] = {
    {.name = "to", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_native_v1_count_request, to)},
    {.name = "padding_bytes", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_native_v1_count_request, padding_bytes)},
};

static const unsigned pb_names_of_demo_native_v1_count_request[] = {
    1, /* padding_bytes */
    0, /* to */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_count_request[] = {{1, 0}, {0, 2}};

void demo_native_v1_count_request_init(struct demo_native_v1_count_request *message)
{
    *message = (struct demo_native_v1_count_request){.base = {.descriptor = &demo_native_v1_count_request_descriptor}};
}

static void pb_init_of_demo_native_v1_count_request(ProtobufCMessage *base)
{
    demo_native_v1_count_request_init((struct demo_native_v1_count_request *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_count_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.CountRequest",
    .short_name = "CountRequest",
    .c_name = "demo_native_v1_count_request",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_count_request),
    .n_fields = 2,
    .fields = pb_fields_of_demo_native_v1_count_request,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_count_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_count_request,
    .message_init = pb_init_of_demo_native_v1_count_request,
};

/* ---- demo.native.v1.CountResponse ---- */

static const struct reeve_field fields_of_demo_native_v1_count_response[] = {
    {.name = "value",
     .json_name = "value",
     .number = 1,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_count_response, value)},
    {.name = "padding",
     .json_name = "padding",
     .number = 2,
     .type = REEVE_TYPE_BYTES,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_native_v1_count_response, padding)},
};

const struct reeve_message demo_native_v1_count_response_message = {
    .name = "demo.native.v1.CountResponse",
    .size = sizeof(struct demo_native_v1_count_response),
    .fields_count = 2,
    .fields = fields_of_demo_native_v1_count_response,
    .descriptor = &demo_native_v1_count_response_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_native_v1_count_response[] = {
    {.name = "value", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_native_v1_count_response, value)},
    {.name = "padding", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_BYTES,
     .offset = offsetof(struct demo_native_v1_count_response, padding)},
};

static const unsigned pb_names_of_demo_native_v1_count_response[] = {
    1, /* padding */
    0, /* value */
};

static const ProtobufCIntRange pb_ranges_of_demo_native_v1_count_response[] = {{1, 0}, {0, 2}};

void demo_native_v1_count_response_init(struct demo_native_v1_count_response *message)
{
    *message = (struct demo_native_v1_count_response){.base = {.descriptor = &demo_native_v1_count_response_descriptor}};
}

static void pb_init_of_demo_native_v1_count_response(ProtobufCMessage *base)
{
    demo_native_v1_count_response_init((struct demo_native_v1_count_response *)base);
}

const ProtobufCMessageDescriptor demo_native_v1_count_response_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.native.v1.CountResponse",
    .short_name = "CountResponse",
    .c_name = "demo_native_v1_count_response",
    .package_name = "demo.native.v1",
    .sizeof_message = sizeof(struct demo_native_v1_count_response),
    .n_fields = 2,
    .fields = pb_fields_of_demo_native_v1_count_response,
    .fields_sorted_by_name = pb_names_of_demo_native_v1_count_response,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_native_v1_count_response,
    .message_init = pb_init_of_demo_native_v1_count_response,
};

/* ---- demo.native.v1.Native/Echo ---- */

static void run_demo_native_v1_native_echo(struct reeve_native_call *call)
{
    const struct demo_native_v1_echo_request *request = reeve_native_request(call);
    demo_native_v1_native_echo(call, request);
}

const struct reeve_task demo_native_v1_native_echo_task = {
    .name = "demo.native.v1.Native/Echo",
    .system = "",
    .input = &demo_native_v1_echo_request_message,
    .output = &demo_native_v1_echo_response_message,
    .fingerprint = {0x59, 0xbd, 0x7f, 0x9e, 0x2d, 0x9f, 0xa7, 0xcd, 0xe8, 0x73, 0x1e, 0x7c, 0x6f, 0x77, 0xea, 0x59,
                    0x3c, 0x78, 0xcf, 0xee, 0xb0, 0x10, 0xb4, 0x29, 0xca, 0x39, 0xad, 0xde, 0x89, 0x43, 0xe8, 0x50},
    .idempotency = REEVE_NO_SIDE_EFFECTS,
    .binding = REEVE_BINDING_NATIVE,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 5000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .native = run_demo_native_v1_native_echo,
    .function = "demo_native_v1_native_echo",
    .documentation = "Returns what it was given.",
};

/* ---- demo.native.v1.Native/Step ---- */

static void run_demo_native_v1_native_step(struct reeve_native_call *call)
{
    const struct demo_native_v1_step_request *request = reeve_native_request(call);
    demo_native_v1_native_step(call, request);
}

const struct reeve_task demo_native_v1_native_step_task = {
    .name = "demo.native.v1.Native/Step",
    .system = "",
    .input = &demo_native_v1_step_request_message,
    .output = &demo_native_v1_step_response_message,
    .fingerprint = {0x06, 0x50, 0x4f, 0x38, 0x13, 0x6d, 0x28, 0x99, 0x8a, 0x8a, 0x01, 0x71, 0xe4, 0xac, 0x41, 0xc8,
                    0xc0, 0x5c, 0xb1, 0x41, 0x4e, 0x50, 0x74, 0xb0, 0x02, 0x60, 0xc7, 0x54, 0xcd, 0xc8, 0x2a, 0x2e},
    .idempotency = REEVE_NOT_IDEMPOTENT,
    .binding = REEVE_BINDING_NATIVE,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 5000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .native = run_demo_native_v1_native_step,
    .function = "demo_native_v1_native_step",
    .documentation = "Counts a step that must not happen twice: stands for every task that changes something and\ncannot be repeated safely.",
};

/* ---- demo.native.v1.Native/Count ---- */

static void run_demo_native_v1_native_count(struct reeve_native_call *call)
{
    const struct demo_native_v1_count_request *request = reeve_native_request(call);
    demo_native_v1_native_count(call, request);
}

const struct reeve_task demo_native_v1_native_count_task = {
    .name = "demo.native.v1.Native/Count",
    .system = "",
    .input = &demo_native_v1_count_request_message,
    .output = &demo_native_v1_count_response_message,
    .fingerprint = {0xdd, 0x4d, 0x35, 0x72, 0x20, 0xce, 0x19, 0x33, 0x8a, 0x49, 0x83, 0xdd, 0x48, 0x9e, 0x3a, 0x72,
                    0xda, 0x12, 0x70, 0x42, 0x0a, 0xde, 0x00, 0x54, 0xfd, 0xad, 0x5f, 0x0d, 0xca, 0x0c, 0xdd, 0xd4},
    .idempotency = REEVE_NO_SIDE_EFFECTS,
    .binding = REEVE_BINDING_NATIVE,
    .server_streaming = true,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 600000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .native = run_demo_native_v1_native_count,
    .function = "demo_native_v1_native_count",
    .documentation = "Counts from 1 to `to`, one message for each number: stands for everything that comes row by row.",
};
