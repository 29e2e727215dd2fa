/* Made by protoc-gen-reeve from demo/crm/v1/crm.proto: change that, not this. */
#include "demo/crm/v1/crm.reeve.h"

#include <stddef.h>

#include "proto/runtime/rule.h"

#include "reeve/handler.h"

#if REEVE_TABLE_VERSION != 1
#error "demo/crm/v1/crm.reeve.c was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

/* ---- demo.crm.v1.CustomerTier ---- */

static const struct reeve_enum_value values_of_demo_crm_v1_customer_tier[] = {
    {"CUSTOMER_TIER_UNSPECIFIED", DEMO_CRM_V1_CUSTOMER_TIER_UNSPECIFIED},
    {"CUSTOMER_TIER_STANDARD", DEMO_CRM_V1_CUSTOMER_TIER_STANDARD},
    {"CUSTOMER_TIER_GOLD", DEMO_CRM_V1_CUSTOMER_TIER_GOLD},
};

const struct reeve_enum demo_crm_v1_customer_tier_enum = {
    .name = "demo.crm.v1.CustomerTier",
    .values = values_of_demo_crm_v1_customer_tier,
    .values_count = 3,
};

static const ProtobufCEnumValue pb_values_of_demo_crm_v1_customer_tier[] = {
    {"CUSTOMER_TIER_UNSPECIFIED", "DEMO_CRM_V1_CUSTOMER_TIER_UNSPECIFIED", DEMO_CRM_V1_CUSTOMER_TIER_UNSPECIFIED},
    {"CUSTOMER_TIER_STANDARD", "DEMO_CRM_V1_CUSTOMER_TIER_STANDARD", DEMO_CRM_V1_CUSTOMER_TIER_STANDARD},
    {"CUSTOMER_TIER_GOLD", "DEMO_CRM_V1_CUSTOMER_TIER_GOLD", DEMO_CRM_V1_CUSTOMER_TIER_GOLD},
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_customer_tier[] = {{DEMO_CRM_V1_CUSTOMER_TIER_UNSPECIFIED, 0}, {0, 3}};

static const ProtobufCEnumValueIndex pb_names_of_demo_crm_v1_customer_tier[] = {
    {"CUSTOMER_TIER_GOLD", 2},
    {"CUSTOMER_TIER_STANDARD", 1},
    {"CUSTOMER_TIER_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor demo_crm_v1_customer_tier_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.CustomerTier",
    .short_name = "CustomerTier",
    .c_name = "demo_crm_v1_customer_tier",
    .package_name = "demo.crm.v1",
    .n_values = 3,
    .values = pb_values_of_demo_crm_v1_customer_tier,
    .n_value_names = 3,
    .values_by_name = pb_names_of_demo_crm_v1_customer_tier,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_demo_crm_v1_customer_tier,
};

/* ---- demo.crm.v1.Priority ---- */

static const struct reeve_enum_value values_of_demo_crm_v1_priority[] = {
    {"PRIORITY_UNSPECIFIED", DEMO_CRM_V1_PRIORITY_UNSPECIFIED},
    {"PRIORITY_LOW", DEMO_CRM_V1_PRIORITY_LOW},
    {"PRIORITY_NORMAL", DEMO_CRM_V1_PRIORITY_NORMAL},
    {"PRIORITY_HIGH", DEMO_CRM_V1_PRIORITY_HIGH},
};

const struct reeve_enum demo_crm_v1_priority_enum = {
    .name = "demo.crm.v1.Priority",
    .values = values_of_demo_crm_v1_priority,
    .values_count = 4,
};

static const ProtobufCEnumValue pb_values_of_demo_crm_v1_priority[] = {
    {"PRIORITY_UNSPECIFIED", "DEMO_CRM_V1_PRIORITY_UNSPECIFIED", DEMO_CRM_V1_PRIORITY_UNSPECIFIED},
    {"PRIORITY_LOW", "DEMO_CRM_V1_PRIORITY_LOW", DEMO_CRM_V1_PRIORITY_LOW},
    {"PRIORITY_NORMAL", "DEMO_CRM_V1_PRIORITY_NORMAL", DEMO_CRM_V1_PRIORITY_NORMAL},
    {"PRIORITY_HIGH", "DEMO_CRM_V1_PRIORITY_HIGH", DEMO_CRM_V1_PRIORITY_HIGH},
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_priority[] = {{DEMO_CRM_V1_PRIORITY_UNSPECIFIED, 0}, {0, 4}};

static const ProtobufCEnumValueIndex pb_names_of_demo_crm_v1_priority[] = {
    {"PRIORITY_HIGH", 3},
    {"PRIORITY_LOW", 1},
    {"PRIORITY_NORMAL", 2},
    {"PRIORITY_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor demo_crm_v1_priority_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.Priority",
    .short_name = "Priority",
    .c_name = "demo_crm_v1_priority",
    .package_name = "demo.crm.v1",
    .n_values = 4,
    .values = pb_values_of_demo_crm_v1_priority,
    .n_value_names = 4,
    .values_by_name = pb_names_of_demo_crm_v1_priority,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_demo_crm_v1_priority,
};

/* ---- demo.crm.v1.TicketState ---- */

static const struct reeve_enum_value values_of_demo_crm_v1_ticket_state[] = {
    {"TICKET_STATE_UNSPECIFIED", DEMO_CRM_V1_TICKET_STATE_UNSPECIFIED},
    {"TICKET_STATE_OPEN", DEMO_CRM_V1_TICKET_STATE_OPEN},
    {"TICKET_STATE_CLOSED", DEMO_CRM_V1_TICKET_STATE_CLOSED},
};

const struct reeve_enum demo_crm_v1_ticket_state_enum = {
    .name = "demo.crm.v1.TicketState",
    .values = values_of_demo_crm_v1_ticket_state,
    .values_count = 3,
};

static const ProtobufCEnumValue pb_values_of_demo_crm_v1_ticket_state[] = {
    {"TICKET_STATE_UNSPECIFIED", "DEMO_CRM_V1_TICKET_STATE_UNSPECIFIED", DEMO_CRM_V1_TICKET_STATE_UNSPECIFIED},
    {"TICKET_STATE_OPEN", "DEMO_CRM_V1_TICKET_STATE_OPEN", DEMO_CRM_V1_TICKET_STATE_OPEN},
    {"TICKET_STATE_CLOSED", "DEMO_CRM_V1_TICKET_STATE_CLOSED", DEMO_CRM_V1_TICKET_STATE_CLOSED},
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_ticket_state[] = {{DEMO_CRM_V1_TICKET_STATE_UNSPECIFIED, 0}, {0, 3}};

static const ProtobufCEnumValueIndex pb_names_of_demo_crm_v1_ticket_state[] = {
    {"TICKET_STATE_CLOSED", 2},
    {"TICKET_STATE_OPEN", 1},
    {"TICKET_STATE_UNSPECIFIED", 0},
};

const ProtobufCEnumDescriptor demo_crm_v1_ticket_state_descriptor = {
    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.TicketState",
    .short_name = "TicketState",
    .c_name = "demo_crm_v1_ticket_state",
    .package_name = "demo.crm.v1",
    .n_values = 3,
    .values = pb_values_of_demo_crm_v1_ticket_state,
    .n_value_names = 3,
    .values_by_name = pb_names_of_demo_crm_v1_ticket_state,
    .n_value_ranges = 1,
    .value_ranges = pb_ranges_of_demo_crm_v1_ticket_state,
};

/* ---- demo.crm.v1.Customer ---- */

static const struct reeve_rule rules_of_demo_crm_v1_customer_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_field fields_of_demo_crm_v1_customer[] = {
    {.name = "customer_id",
     .json_name = "customerId",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, customer_id),
     .rules = rules_of_demo_crm_v1_customer_1,
     .rules_count = 2},
    {.name = "name",
     .json_name = "name",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, name)},
    {.name = "tier",
     .json_name = "tier",
     .number = 3,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, tier),
     .enumeration = &demo_crm_v1_customer_tier_enum},
    {.name = "email",
     .json_name = "email",
     .number = 4,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .flags = REEVE_FIELD_SENSITIVE,
     .offset = offsetof(struct demo_crm_v1_customer, email)},
    {.name = "phone_numbers",
     .json_name = "phoneNumbers",
     .number = 5,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_SENSITIVE,
     .offset = offsetof(struct demo_crm_v1_customer, phone_numbers),
     .quantifier_offset = offsetof(struct demo_crm_v1_customer, n_phone_numbers)},
    {.name = "address",
     .json_name = "address",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, address),
     .message = &demo_crm_v1_postal_address_message},
    {.name = "customer_since",
     .json_name = "customerSince",
     .number = 7,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, customer_since),
     .message = &google_protobuf_timestamp_message},
    {.name = "credit_limit_eur",
     .json_name = "creditLimitEur",
     .number = 8,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_customer, credit_limit_eur),
     .quantifier_offset = offsetof(struct demo_crm_v1_customer, has_credit_limit_eur)},
};

const struct reeve_message demo_crm_v1_customer_message = {
    .name = "demo.crm.v1.Customer",
    .size = sizeof(struct demo_crm_v1_customer),
    .has_rules = true,
    .fields_count = 8,
    .fields = fields_of_demo_crm_v1_customer,
    .descriptor = &demo_crm_v1_customer_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_customer[] = {
    {.name = "customer_id", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_customer, customer_id), .default_value = &protobuf_c_empty_string},
    {.name = "name", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_customer, name), .default_value = &protobuf_c_empty_string},
    {.name = "tier", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct demo_crm_v1_customer, tier),
     .descriptor = &demo_crm_v1_customer_tier_descriptor},
    {.name = "email", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_customer, email), .default_value = &protobuf_c_empty_string},
    {.name = "phone_numbers", .id = 5, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_customer, phone_numbers), .quantifier_offset = offsetof(struct demo_crm_v1_customer, n_phone_numbers)},
    {.name = "address", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_customer, address),
     .descriptor = &demo_crm_v1_postal_address_descriptor},
    {.name = "customer_since", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_customer, customer_since),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "credit_limit_eur", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_crm_v1_customer, credit_limit_eur), .quantifier_offset = offsetof(struct demo_crm_v1_customer, has_credit_limit_eur)},
};

static const unsigned pb_names_of_demo_crm_v1_customer[] = {
    5, /* address */
    7, /* credit_limit_eur */
    0, /* customer_id */
    6, /* customer_since */
    3, /* email */
    1, /* name */
    4, /* phone_numbers */
    2, /* tier */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_customer[] = {{1, 0}, {0, 8}};

void demo_crm_v1_customer_init(struct demo_crm_v1_customer *message)
{
    *message = (struct demo_crm_v1_customer){.base = {.descriptor = &demo_crm_v1_customer_descriptor}};
    message->customer_id = (char *)(uintptr_t)protobuf_c_empty_string;
    message->name = (char *)(uintptr_t)protobuf_c_empty_string;
    message->email = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_customer(ProtobufCMessage *base)
{
    demo_crm_v1_customer_init((struct demo_crm_v1_customer *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_customer_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.Customer",
    .short_name = "Customer",
    .c_name = "demo_crm_v1_customer",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_customer),
    .n_fields = 8,
    .fields = pb_fields_of_demo_crm_v1_customer,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_customer,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_customer,
    .message_init = pb_init_of_demo_crm_v1_customer,
};

/* ---- demo.crm.v1.PostalAddress ---- */

static struct reeve_pattern *pattern_of_demo_crm_v1_postal_address_4_1;

static const struct reeve_rule rules_of_demo_crm_v1_postal_address_4[] = {
    {.id = "ignore_if_zero_value",
     .code = REEVE_RULE_IGNORE_IF_ZERO_VALUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[A-Z]{2}$", 10},
     .pattern = &pattern_of_demo_crm_v1_postal_address_4_1},
};

static const struct reeve_field fields_of_demo_crm_v1_postal_address[] = {
    {.name = "street",
     .json_name = "street",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_postal_address, street)},
    {.name = "postal_code",
     .json_name = "postalCode",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_postal_address, postal_code)},
    {.name = "city",
     .json_name = "city",
     .number = 3,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_postal_address, city)},
    {.name = "country",
     .json_name = "country",
     .number = 4,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_postal_address, country),
     .rules = rules_of_demo_crm_v1_postal_address_4,
     .rules_count = 2},
};

const struct reeve_message demo_crm_v1_postal_address_message = {
    .name = "demo.crm.v1.PostalAddress",
    .size = sizeof(struct demo_crm_v1_postal_address),
    .has_rules = true,
    .fields_count = 4,
    .fields = fields_of_demo_crm_v1_postal_address,
    .descriptor = &demo_crm_v1_postal_address_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_postal_address[] = {
    {.name = "street", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_postal_address, street), .default_value = &protobuf_c_empty_string},
    {.name = "postal_code", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_postal_address, postal_code), .default_value = &protobuf_c_empty_string},
    {.name = "city", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_postal_address, city), .default_value = &protobuf_c_empty_string},
    {.name = "country", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_postal_address, country), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_postal_address[] = {
    2, /* city */
    3, /* country */
    1, /* postal_code */
    0, /* street */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_postal_address[] = {{1, 0}, {0, 4}};

void demo_crm_v1_postal_address_init(struct demo_crm_v1_postal_address *message)
{
    *message = (struct demo_crm_v1_postal_address){.base = {.descriptor = &demo_crm_v1_postal_address_descriptor}};
    message->street = (char *)(uintptr_t)protobuf_c_empty_string;
    message->postal_code = (char *)(uintptr_t)protobuf_c_empty_string;
    message->city = (char *)(uintptr_t)protobuf_c_empty_string;
    message->country = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_postal_address(ProtobufCMessage *base)
{
    demo_crm_v1_postal_address_init((struct demo_crm_v1_postal_address *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_postal_address_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.PostalAddress",
    .short_name = "PostalAddress",
    .c_name = "demo_crm_v1_postal_address",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_postal_address),
    .n_fields = 4,
    .fields = pb_fields_of_demo_crm_v1_postal_address,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_postal_address,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_postal_address,
    .message_init = pb_init_of_demo_crm_v1_postal_address,
};

/* ---- demo.crm.v1.GetCustomerRequest ---- */

static struct reeve_pattern *pattern_of_demo_crm_v1_get_customer_request_1_2;

static const struct reeve_rule rules_of_demo_crm_v1_get_customer_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[A-Za-z0-9-]+$", 15},
     .pattern = &pattern_of_demo_crm_v1_get_customer_request_1_2},
};

static const struct reeve_field fields_of_demo_crm_v1_get_customer_request[] = {
    {.name = "customer_id",
     .json_name = "customerId",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_get_customer_request, customer_id),
     .rules = rules_of_demo_crm_v1_get_customer_request_1,
     .rules_count = 3},
};

const struct reeve_message demo_crm_v1_get_customer_request_message = {
    .name = "demo.crm.v1.GetCustomerRequest",
    .size = sizeof(struct demo_crm_v1_get_customer_request),
    .has_rules = true,
    .fields_count = 1,
    .fields = fields_of_demo_crm_v1_get_customer_request,
    .descriptor = &demo_crm_v1_get_customer_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_get_customer_request[] = {
    {.name = "customer_id", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_get_customer_request, customer_id), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_get_customer_request[] = {
    0, /* customer_id */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_get_customer_request[] = {{1, 0}, {0, 1}};

void demo_crm_v1_get_customer_request_init(struct demo_crm_v1_get_customer_request *message)
{
    *message = (struct demo_crm_v1_get_customer_request){.base = {.descriptor = &demo_crm_v1_get_customer_request_descriptor}};
    message->customer_id = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_get_customer_request(ProtobufCMessage *base)
{
    demo_crm_v1_get_customer_request_init((struct demo_crm_v1_get_customer_request *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_get_customer_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.GetCustomerRequest",
    .short_name = "GetCustomerRequest",
    .c_name = "demo_crm_v1_get_customer_request",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_get_customer_request),
    .n_fields = 1,
    .fields = pb_fields_of_demo_crm_v1_get_customer_request,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_get_customer_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_get_customer_request,
    .message_init = pb_init_of_demo_crm_v1_get_customer_request,
};

/* ---- demo.crm.v1.SearchCustomersRequest ---- */

static const struct reeve_rule rules_of_demo_crm_v1_search_customers_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(100)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(2)},
};

static const int64_t list_of_demo_crm_v1_search_customers_request_2_3[] = {
    INT64_C(0),
};

static const struct reeve_rule rules_of_demo_crm_v1_search_customers_request_2[] = {
    {.id = "repeated.max_items",
     .code = REEVE_RULE_REPEATED_MAX_ITEMS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(2)},
    {.id = "repeated.unique",
     .code = REEVE_RULE_REPEATED_UNIQUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "enum.defined_only",
     .code = REEVE_RULE_ENUM_DEFINED_ONLY,
     .target = REEVE_TARGET_ITEM,
     .kind = REEVE_OPERAND_NONE},
    {.id = "enum.not_in",
     .code = REEVE_RULE_ENUM_NOT_IN,
     .target = REEVE_TARGET_ITEM,
     .kind = REEVE_OPERAND_SIGNED_LIST,
     .operand.i64_list = list_of_demo_crm_v1_search_customers_request_2_3,
     .count = 1},
};

static const struct reeve_rule rules_of_demo_crm_v1_search_customers_request_3[] = {
    {.id = "uint32.lte",
     .code = REEVE_RULE_UINT32_LTE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(100)},
};

static const struct reeve_field fields_of_demo_crm_v1_search_customers_request[] = {
    {.name = "text",
     .json_name = "text",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, text),
     .rules = rules_of_demo_crm_v1_search_customers_request_1,
     .rules_count = 2},
    {.name = "tiers",
     .json_name = "tiers",
     .number = 2,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_REPEATED,
     .flags = REEVE_FIELD_PACKED,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, tiers),
     .quantifier_offset = offsetof(struct demo_crm_v1_search_customers_request, n_tiers),
     .enumeration = &demo_crm_v1_customer_tier_enum,
     .rules = rules_of_demo_crm_v1_search_customers_request_2,
     .rules_count = 4},
    {.name = "limit",
     .json_name = "limit",
     .number = 3,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, limit),
     .rules = rules_of_demo_crm_v1_search_customers_request_3,
     .rules_count = 1},
};

const struct reeve_message demo_crm_v1_search_customers_request_message = {
    .name = "demo.crm.v1.SearchCustomersRequest",
    .size = sizeof(struct demo_crm_v1_search_customers_request),
    .has_rules = true,
    .fields_count = 3,
    .fields = fields_of_demo_crm_v1_search_customers_request,
    .descriptor = &demo_crm_v1_search_customers_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_search_customers_request[] = {
    {.name = "text", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, text), .default_value = &protobuf_c_empty_string},
    {.name = "tiers", .id = 2, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, tiers), .quantifier_offset = offsetof(struct demo_crm_v1_search_customers_request, n_tiers),
     .descriptor = &demo_crm_v1_customer_tier_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
    {.name = "limit", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_crm_v1_search_customers_request, limit)},
};

static const unsigned pb_names_of_demo_crm_v1_search_customers_request[] = {
    2, /* limit */
    0, /* text */
    1, /* tiers */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_search_customers_request[] = {{1, 0}, {0, 3}};

void demo_crm_v1_search_customers_request_init(struct demo_crm_v1_search_customers_request *message)
{
    *message = (struct demo_crm_v1_search_customers_request){.base = {.descriptor = &demo_crm_v1_search_customers_request_descriptor}};
    message->text = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_search_customers_request(ProtobufCMessage *base)
{
    demo_crm_v1_search_customers_request_init((struct demo_crm_v1_search_customers_request *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_search_customers_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.SearchCustomersRequest",
    .short_name = "SearchCustomersRequest",
    .c_name = "demo_crm_v1_search_customers_request",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_search_customers_request),
    .n_fields = 3,
    .fields = pb_fields_of_demo_crm_v1_search_customers_request,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_search_customers_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_search_customers_request,
    .message_init = pb_init_of_demo_crm_v1_search_customers_request,
};

/* ---- demo.crm.v1.SearchCustomersResponse ---- */

static const struct reeve_field fields_of_demo_crm_v1_search_customers_response[] = {
    {.name = "customers",
     .json_name = "customers",
     .number = 1,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct demo_crm_v1_search_customers_response, customers),
     .quantifier_offset = offsetof(struct demo_crm_v1_search_customers_response, n_customers),
     .message = &demo_crm_v1_customer_message},
    {.name = "total",
     .json_name = "total",
     .number = 2,
     .type = REEVE_TYPE_UINT32,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_search_customers_response, total)},
};

const struct reeve_message demo_crm_v1_search_customers_response_message = {
    .name = "demo.crm.v1.SearchCustomersResponse",
    .size = sizeof(struct demo_crm_v1_search_customers_response),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_crm_v1_search_customers_response,
    .descriptor = &demo_crm_v1_search_customers_response_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_search_customers_response[] = {
    {.name = "customers", .id = 1, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_search_customers_response, customers), .quantifier_offset = offsetof(struct demo_crm_v1_search_customers_response, n_customers),
     .descriptor = &demo_crm_v1_customer_descriptor},
    {.name = "total", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32,
     .offset = offsetof(struct demo_crm_v1_search_customers_response, total)},
};

static const unsigned pb_names_of_demo_crm_v1_search_customers_response[] = {
    0, /* customers */
    1, /* total */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_search_customers_response[] = {{1, 0}, {0, 2}};

void demo_crm_v1_search_customers_response_init(struct demo_crm_v1_search_customers_response *message)
{
    *message = (struct demo_crm_v1_search_customers_response){.base = {.descriptor = &demo_crm_v1_search_customers_response_descriptor}};
}

static void pb_init_of_demo_crm_v1_search_customers_response(ProtobufCMessage *base)
{
    demo_crm_v1_search_customers_response_init((struct demo_crm_v1_search_customers_response *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_search_customers_response_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.SearchCustomersResponse",
    .short_name = "SearchCustomersResponse",
    .c_name = "demo_crm_v1_search_customers_response",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_search_customers_response),
    .n_fields = 2,
    .fields = pb_fields_of_demo_crm_v1_search_customers_response,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_search_customers_response,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_search_customers_response,
    .message_init = pb_init_of_demo_crm_v1_search_customers_response,
};

/* ---- demo.crm.v1.CreateTicketRequest.LabelsEntry ---- */

static const struct reeve_field fields_of_demo_crm_v1_create_ticket_request_labels_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request_labels_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request_labels_entry, value)},
};

const struct reeve_message demo_crm_v1_create_ticket_request_labels_entry_message = {
    .name = "demo.crm.v1.CreateTicketRequest.LabelsEntry",
    .size = sizeof(struct demo_crm_v1_create_ticket_request_labels_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_demo_crm_v1_create_ticket_request_labels_entry,
    .descriptor = &demo_crm_v1_create_ticket_request_labels_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_create_ticket_request_labels_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request_labels_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request_labels_entry, value), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_create_ticket_request_labels_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_create_ticket_request_labels_entry[] = {{1, 0}, {0, 2}};

void demo_crm_v1_create_ticket_request_labels_entry_init(struct demo_crm_v1_create_ticket_request_labels_entry *message)
{
    *message = (struct demo_crm_v1_create_ticket_request_labels_entry){.base = {.descriptor = &demo_crm_v1_create_ticket_request_labels_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
    message->value = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_create_ticket_request_labels_entry(ProtobufCMessage *base)
{
    demo_crm_v1_create_ticket_request_labels_entry_init((struct demo_crm_v1_create_ticket_request_labels_entry *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_create_ticket_request_labels_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.CreateTicketRequest.LabelsEntry",
    .short_name = "LabelsEntry",
    .c_name = "demo_crm_v1_create_ticket_request_labels_entry",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_create_ticket_request_labels_entry),
    .n_fields = 2,
    .fields = pb_fields_of_demo_crm_v1_create_ticket_request_labels_entry,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_create_ticket_request_labels_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_create_ticket_request_labels_entry,
    .message_init = pb_init_of_demo_crm_v1_create_ticket_request_labels_entry,
};

/* ---- demo.crm.v1.CreateTicketRequest ---- */

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(200)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_2[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(10000)},
};

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_3[] = {
    {.id = "enum.defined_only",
     .code = REEVE_RULE_ENUM_DEFINED_ONLY,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
};

static struct reeve_pattern *pattern_of_demo_crm_v1_create_ticket_request_4_2;

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_4[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[A-Za-z0-9-]+$", 15},
     .pattern = &pattern_of_demo_crm_v1_create_ticket_request_4_2},
};

static struct reeve_pattern *pattern_of_demo_crm_v1_create_ticket_request_6_3;

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_6[] = {
    {.id = "map.max_pairs",
     .code = REEVE_RULE_MAP_MAX_PAIRS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(16)},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_KEY,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(63)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_KEY,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_KEY,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[a-z0-9_-]+$", 13},
     .pattern = &pattern_of_demo_crm_v1_create_ticket_request_6_3},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_VALUE,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(200)},
};

static struct reeve_pattern *pattern_of_demo_crm_v1_create_ticket_request_7_1;

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_7[] = {
    {.id = "ignore_if_zero_value",
     .code = REEVE_RULE_IGNORE_IF_ZERO_VALUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[0-9]{12,19}$", 14},
     .pattern = &pattern_of_demo_crm_v1_create_ticket_request_7_1},
};

static const struct reeve_rule rules_of_demo_crm_v1_create_ticket_request_9[] = {
    {.id = "repeated.max_items",
     .code = REEVE_RULE_REPEATED_MAX_ITEMS,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(10)},
    {.id = "repeated.unique",
     .code = REEVE_RULE_REPEATED_UNIQUE,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_NONE},
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_ITEM,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(254)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_ITEM,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(3)},
};

static const struct reeve_field fields_of_demo_crm_v1_create_ticket_request[] = {
    {.name = "subject",
     .json_name = "subject",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, subject),
     .rules = rules_of_demo_crm_v1_create_ticket_request_1,
     .rules_count = 2},
    {.name = "description",
     .json_name = "description",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, description),
     .rules = rules_of_demo_crm_v1_create_ticket_request_2,
     .rules_count = 1},
    {.name = "priority",
     .json_name = "priority",
     .number = 3,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, priority),
     .enumeration = &demo_crm_v1_priority_enum,
     .rules = rules_of_demo_crm_v1_create_ticket_request_3,
     .rules_count = 1},
    {.name = "customer_id",
     .json_name = "customerId",
     .number = 4,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, customer_id),
     .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, requester_case),
     .rules = rules_of_demo_crm_v1_create_ticket_request_4,
     .rules_count = 3},
    {.name = "contact",
     .json_name = "contact",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, contact),
     .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, requester_case),
     .message = &demo_crm_v1_new_contact_message},
    {.name = "labels",
     .json_name = "labels",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, labels),
     .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, n_labels),
     .message = &demo_crm_v1_create_ticket_request_labels_entry_message,
     .rules = rules_of_demo_crm_v1_create_ticket_request_6,
     .rules_count = 5},
    {.name = "card_number",
     .json_name = "cardNumber",
     .number = 7,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .flags = REEVE_FIELD_SENSITIVE,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, card_number),
     .rules = rules_of_demo_crm_v1_create_ticket_request_7,
     .rules_count = 2},
    {.name = "due",
     .json_name = "due",
     .number = 8,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, due),
     .message = &google_protobuf_timestamp_message},
    {.name = "watchers",
     .json_name = "watchers",
     .number = 9,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_REPEATED,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, watchers),
     .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, n_watchers),
     .rules = rules_of_demo_crm_v1_create_ticket_request_9,
     .rules_count = 4},
};

static const struct reeve_oneof oneofs_of_demo_crm_v1_create_ticket_request[] = {
    {.name = "requester", .case_offset = offsetof(struct demo_crm_v1_create_ticket_request, requester_case), .required = true},
};

const struct reeve_message demo_crm_v1_create_ticket_request_message = {
    .name = "demo.crm.v1.CreateTicketRequest",
    .size = sizeof(struct demo_crm_v1_create_ticket_request),
    .has_rules = true,
    .fields_count = 9,
    .fields = fields_of_demo_crm_v1_create_ticket_request,
    .oneofs_count = 1,
    .oneofs = oneofs_of_demo_crm_v1_create_ticket_request,
    .descriptor = &demo_crm_v1_create_ticket_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_create_ticket_request[] = {
    {.name = "subject", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, subject), .default_value = &protobuf_c_empty_string},
    {.name = "description", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, description), .default_value = &protobuf_c_empty_string},
    {.name = "priority", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, priority),
     .descriptor = &demo_crm_v1_priority_descriptor},
    {.name = "customer_id", .id = 4, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, customer_id), .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, requester_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "contact", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, contact), .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, requester_case),
     .descriptor = &demo_crm_v1_new_contact_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "labels", .id = 6, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, labels), .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, n_labels),
     .descriptor = &demo_crm_v1_create_ticket_request_labels_entry_descriptor},
    {.name = "card_number", .id = 7, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, card_number), .default_value = &protobuf_c_empty_string},
    {.name = "due", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, due),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "watchers", .id = 9, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_create_ticket_request, watchers), .quantifier_offset = offsetof(struct demo_crm_v1_create_ticket_request, n_watchers)},
};

static const unsigned pb_names_of_demo_crm_v1_create_ticket_request[] = {
    6, /* card_number */
    4, /* contact */
    3, /* customer_id */
    1, /* description */
    7, /* due */
    5, /* labels */
    2, /* priority */
    0, /* subject */
    8, /* watchers */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_create_ticket_request[] = {{1, 0}, {0, 9}};

void demo_crm_v1_create_ticket_request_init(struct demo_crm_v1_create_ticket_request *message)
{
    *message = (struct demo_crm_v1_create_ticket_request){.base = {.descriptor = &demo_crm_v1_create_ticket_request_descriptor}};
    message->subject = (char *)(uintptr_t)protobuf_c_empty_string;
    message->description = (char *)(uintptr_t)protobuf_c_empty_string;
    message->card_number = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_create_ticket_request(ProtobufCMessage *base)
{
    demo_crm_v1_create_ticket_request_init((struct demo_crm_v1_create_ticket_request *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_create_ticket_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.CreateTicketRequest",
    .short_name = "CreateTicketRequest",
    .c_name = "demo_crm_v1_create_ticket_request",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_create_ticket_request),
    .n_fields = 9,
    .fields = pb_fields_of_demo_crm_v1_create_ticket_request,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_create_ticket_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_create_ticket_request,
    .message_init = pb_init_of_demo_crm_v1_create_ticket_request,
};

/* ---- demo.crm.v1.NewContact ---- */

static const struct reeve_rule rules_of_demo_crm_v1_new_contact_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(200)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_rule rules_of_demo_crm_v1_new_contact_2[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(254)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(3)},
};

static const struct reeve_field fields_of_demo_crm_v1_new_contact[] = {
    {.name = "name",
     .json_name = "name",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_new_contact, name),
     .rules = rules_of_demo_crm_v1_new_contact_1,
     .rules_count = 2},
    {.name = "email",
     .json_name = "email",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .flags = REEVE_FIELD_SENSITIVE,
     .offset = offsetof(struct demo_crm_v1_new_contact, email),
     .rules = rules_of_demo_crm_v1_new_contact_2,
     .rules_count = 2},
};

const struct reeve_message demo_crm_v1_new_contact_message = {
    .name = "demo.crm.v1.NewContact",
    .size = sizeof(struct demo_crm_v1_new_contact),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_crm_v1_new_contact,
    .descriptor = &demo_crm_v1_new_contact_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_new_contact[] = {
    {.name = "name", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_new_contact, name), .default_value = &protobuf_c_empty_string},
    {.name = "email", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_new_contact, email), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_new_contact[] = {
    1, /* email */
    0, /* name */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_new_contact[] = {{1, 0}, {0, 2}};

void demo_crm_v1_new_contact_init(struct demo_crm_v1_new_contact *message)
{
    *message = (struct demo_crm_v1_new_contact){.base = {.descriptor = &demo_crm_v1_new_contact_descriptor}};
    message->name = (char *)(uintptr_t)protobuf_c_empty_string;
    message->email = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_new_contact(ProtobufCMessage *base)
{
    demo_crm_v1_new_contact_init((struct demo_crm_v1_new_contact *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_new_contact_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.NewContact",
    .short_name = "NewContact",
    .c_name = "demo_crm_v1_new_contact",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_new_contact),
    .n_fields = 2,
    .fields = pb_fields_of_demo_crm_v1_new_contact,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_new_contact,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_new_contact,
    .message_init = pb_init_of_demo_crm_v1_new_contact,
};

/* ---- demo.crm.v1.GetTicketRequest ---- */

static struct reeve_pattern *pattern_of_demo_crm_v1_get_ticket_request_1_2;

static const struct reeve_rule rules_of_demo_crm_v1_get_ticket_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[A-Za-z0-9-]+$", 15},
     .pattern = &pattern_of_demo_crm_v1_get_ticket_request_1_2},
};

static const struct reeve_field fields_of_demo_crm_v1_get_ticket_request[] = {
    {.name = "ticket_id",
     .json_name = "ticketId",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_get_ticket_request, ticket_id),
     .rules = rules_of_demo_crm_v1_get_ticket_request_1,
     .rules_count = 3},
};

const struct reeve_message demo_crm_v1_get_ticket_request_message = {
    .name = "demo.crm.v1.GetTicketRequest",
    .size = sizeof(struct demo_crm_v1_get_ticket_request),
    .has_rules = true,
    .fields_count = 1,
    .fields = fields_of_demo_crm_v1_get_ticket_request,
    .descriptor = &demo_crm_v1_get_ticket_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_get_ticket_request[] = {
    {.name = "ticket_id", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_get_ticket_request, ticket_id), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_get_ticket_request[] = {
    0, /* ticket_id */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_get_ticket_request[] = {{1, 0}, {0, 1}};

void demo_crm_v1_get_ticket_request_init(struct demo_crm_v1_get_ticket_request *message)
{
    *message = (struct demo_crm_v1_get_ticket_request){.base = {.descriptor = &demo_crm_v1_get_ticket_request_descriptor}};
    message->ticket_id = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_get_ticket_request(ProtobufCMessage *base)
{
    demo_crm_v1_get_ticket_request_init((struct demo_crm_v1_get_ticket_request *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_get_ticket_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.GetTicketRequest",
    .short_name = "GetTicketRequest",
    .c_name = "demo_crm_v1_get_ticket_request",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_get_ticket_request),
    .n_fields = 1,
    .fields = pb_fields_of_demo_crm_v1_get_ticket_request,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_get_ticket_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_get_ticket_request,
    .message_init = pb_init_of_demo_crm_v1_get_ticket_request,
};

/* ---- demo.crm.v1.CloseTicketRequest ---- */

static struct reeve_pattern *pattern_of_demo_crm_v1_close_ticket_request_1_2;

static const struct reeve_rule rules_of_demo_crm_v1_close_ticket_request_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
    {.id = "string.pattern",
     .code = REEVE_RULE_STRING_PATTERN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_STRING,
     .operand.bytes = {(const uint8_t *)"^[A-Za-z0-9-]+$", 15},
     .pattern = &pattern_of_demo_crm_v1_close_ticket_request_1_2},
};

static const struct reeve_rule rules_of_demo_crm_v1_close_ticket_request_2[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(2000)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_field fields_of_demo_crm_v1_close_ticket_request[] = {
    {.name = "ticket_id",
     .json_name = "ticketId",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_close_ticket_request, ticket_id),
     .rules = rules_of_demo_crm_v1_close_ticket_request_1,
     .rules_count = 3},
    {.name = "resolution",
     .json_name = "resolution",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_close_ticket_request, resolution),
     .rules = rules_of_demo_crm_v1_close_ticket_request_2,
     .rules_count = 2},
};

const struct reeve_message demo_crm_v1_close_ticket_request_message = {
    .name = "demo.crm.v1.CloseTicketRequest",
    .size = sizeof(struct demo_crm_v1_close_ticket_request),
    .has_rules = true,
    .fields_count = 2,
    .fields = fields_of_demo_crm_v1_close_ticket_request,
    .descriptor = &demo_crm_v1_close_ticket_request_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_close_ticket_request[] = {
    {.name = "ticket_id", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_close_ticket_request, ticket_id), .default_value = &protobuf_c_empty_string},
    {.name = "resolution", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_close_ticket_request, resolution), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_close_ticket_request[] = {
    1, /* resolution */
    0, /* ticket_id */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_close_ticket_request[] = {{1, 0}, {0, 2}};

void demo_crm_v1_close_ticket_request_init(struct demo_crm_v1_close_ticket_request *message)
{
    *message = (struct demo_crm_v1_close_ticket_request){.base = {.descriptor = &demo_crm_v1_close_ticket_request_descriptor}};
    message->ticket_id = (char *)(uintptr_t)protobuf_c_empty_string;
    message->resolution = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_close_ticket_request(ProtobufCMessage *base)
{
    demo_crm_v1_close_ticket_request_init((struct demo_crm_v1_close_ticket_request *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_close_ticket_request_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.CloseTicketRequest",
    .short_name = "CloseTicketRequest",
    .c_name = "demo_crm_v1_close_ticket_request",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_close_ticket_request),
    .n_fields = 2,
    .fields = pb_fields_of_demo_crm_v1_close_ticket_request,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_close_ticket_request,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_close_ticket_request,
    .message_init = pb_init_of_demo_crm_v1_close_ticket_request,
};

/* ---- demo.crm.v1.Ticket.LabelsEntry ---- */

static const struct reeve_field fields_of_demo_crm_v1_ticket_labels_entry[] = {
    {.name = "key",
     .json_name = "key",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket_labels_entry, key)},
    {.name = "value",
     .json_name = "value",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket_labels_entry, value)},
};

const struct reeve_message demo_crm_v1_ticket_labels_entry_message = {
    .name = "demo.crm.v1.Ticket.LabelsEntry",
    .size = sizeof(struct demo_crm_v1_ticket_labels_entry),
    .map_entry = true,
    .fields_count = 2,
    .fields = fields_of_demo_crm_v1_ticket_labels_entry,
    .descriptor = &demo_crm_v1_ticket_labels_entry_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_ticket_labels_entry[] = {
    {.name = "key", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket_labels_entry, key), .default_value = &protobuf_c_empty_string},
    {.name = "value", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket_labels_entry, value), .default_value = &protobuf_c_empty_string},
};

static const unsigned pb_names_of_demo_crm_v1_ticket_labels_entry[] = {
    0, /* key */
    1, /* value */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_ticket_labels_entry[] = {{1, 0}, {0, 2}};

void demo_crm_v1_ticket_labels_entry_init(struct demo_crm_v1_ticket_labels_entry *message)
{
    *message = (struct demo_crm_v1_ticket_labels_entry){.base = {.descriptor = &demo_crm_v1_ticket_labels_entry_descriptor}};
    message->key = (char *)(uintptr_t)protobuf_c_empty_string;
    message->value = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_ticket_labels_entry(ProtobufCMessage *base)
{
    demo_crm_v1_ticket_labels_entry_init((struct demo_crm_v1_ticket_labels_entry *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_ticket_labels_entry_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.Ticket.LabelsEntry",
    .short_name = "LabelsEntry",
    .c_name = "demo_crm_v1_ticket_labels_entry",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_ticket_labels_entry),
    .n_fields = 2,
    .fields = pb_fields_of_demo_crm_v1_ticket_labels_entry,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_ticket_labels_entry,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_ticket_labels_entry,
    .message_init = pb_init_of_demo_crm_v1_ticket_labels_entry,
};

/* ---- demo.crm.v1.Ticket ---- */

static const struct reeve_rule rules_of_demo_crm_v1_ticket_1[] = {
    {.id = "string.max_len",
     .code = REEVE_RULE_STRING_MAX_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(32)},
    {.id = "string.min_len",
     .code = REEVE_RULE_STRING_MIN_LEN,
     .target = REEVE_TARGET_FIELD,
     .kind = REEVE_OPERAND_UNSIGNED,
     .operand.u64 = UINT64_C(1)},
};

static const struct reeve_field fields_of_demo_crm_v1_ticket[] = {
    {.name = "ticket_id",
     .json_name = "ticketId",
     .number = 1,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, ticket_id),
     .rules = rules_of_demo_crm_v1_ticket_1,
     .rules_count = 2},
    {.name = "subject",
     .json_name = "subject",
     .number = 2,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, subject)},
    {.name = "state",
     .json_name = "state",
     .number = 3,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, state),
     .enumeration = &demo_crm_v1_ticket_state_enum},
    {.name = "priority",
     .json_name = "priority",
     .number = 4,
     .type = REEVE_TYPE_ENUM,
     .cardinality = REEVE_IMPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, priority),
     .enumeration = &demo_crm_v1_priority_enum},
    {.name = "created",
     .json_name = "created",
     .number = 5,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, created),
     .message = &google_protobuf_timestamp_message},
    {.name = "closed",
     .json_name = "closed",
     .number = 6,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, closed),
     .message = &google_protobuf_timestamp_message},
    {.name = "customer_id",
     .json_name = "customerId",
     .number = 7,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct demo_crm_v1_ticket, customer_id),
     .quantifier_offset = offsetof(struct demo_crm_v1_ticket, requester_case)},
    {.name = "contact",
     .json_name = "contact",
     .number = 8,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_EXPLICIT,
     .flags = REEVE_FIELD_ONEOF,
     .oneof = 1,
     .offset = offsetof(struct demo_crm_v1_ticket, contact),
     .quantifier_offset = offsetof(struct demo_crm_v1_ticket, requester_case),
     .message = &demo_crm_v1_new_contact_message},
    {.name = "labels",
     .json_name = "labels",
     .number = 9,
     .type = REEVE_TYPE_MESSAGE,
     .cardinality = REEVE_MAP,
     .offset = offsetof(struct demo_crm_v1_ticket, labels),
     .quantifier_offset = offsetof(struct demo_crm_v1_ticket, n_labels),
     .message = &demo_crm_v1_ticket_labels_entry_message},
    {.name = "assignee",
     .json_name = "assignee",
     .number = 10,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, assignee)},
    {.name = "resolution",
     .json_name = "resolution",
     .number = 11,
     .type = REEVE_TYPE_STRING,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct demo_crm_v1_ticket, resolution)},
};

static const struct reeve_oneof oneofs_of_demo_crm_v1_ticket[] = {
    {.name = "requester", .case_offset = offsetof(struct demo_crm_v1_ticket, requester_case), .required = false},
};

const struct reeve_message demo_crm_v1_ticket_message = {
    .name = "demo.crm.v1.Ticket",
    .size = sizeof(struct demo_crm_v1_ticket),
    .has_rules = true,
    .fields_count = 11,
    .fields = fields_of_demo_crm_v1_ticket,
    .oneofs_count = 1,
    .oneofs = oneofs_of_demo_crm_v1_ticket,
    .descriptor = &demo_crm_v1_ticket_descriptor,
};

static const ProtobufCFieldDescriptor pb_fields_of_demo_crm_v1_ticket[] = {
    {.name = "ticket_id", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket, ticket_id), .default_value = &protobuf_c_empty_string},
    {.name = "subject", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket, subject), .default_value = &protobuf_c_empty_string},
    {.name = "state", .id = 3, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct demo_crm_v1_ticket, state),
     .descriptor = &demo_crm_v1_ticket_state_descriptor},
    {.name = "priority", .id = 4, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM,
     .offset = offsetof(struct demo_crm_v1_ticket, priority),
     .descriptor = &demo_crm_v1_priority_descriptor},
    {.name = "created", .id = 5, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_ticket, created),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "closed", .id = 6, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_ticket, closed),
     .descriptor = &google_protobuf_timestamp_descriptor},
    {.name = "customer_id", .id = 7, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket, customer_id), .quantifier_offset = offsetof(struct demo_crm_v1_ticket, requester_case), .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "contact", .id = 8, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_ticket, contact), .quantifier_offset = offsetof(struct demo_crm_v1_ticket, requester_case),
     .descriptor = &demo_crm_v1_new_contact_descriptor, .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "labels", .id = 9, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct demo_crm_v1_ticket, labels), .quantifier_offset = offsetof(struct demo_crm_v1_ticket, n_labels),
     .descriptor = &demo_crm_v1_ticket_labels_entry_descriptor},
    {.name = "assignee", .id = 10, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket, assignee)},
    {.name = "resolution", .id = 11, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_STRING,
     .offset = offsetof(struct demo_crm_v1_ticket, resolution)},
};

static const unsigned pb_names_of_demo_crm_v1_ticket[] = {
    9, /* assignee */
    5, /* closed */
    7, /* contact */
    4, /* created */
    6, /* customer_id */
    8, /* labels */
    3, /* priority */
    10, /* resolution */
    2, /* state */
    1, /* subject */
    0, /* ticket_id */
};

static const ProtobufCIntRange pb_ranges_of_demo_crm_v1_ticket[] = {{1, 0}, {0, 11}};

void demo_crm_v1_ticket_init(struct demo_crm_v1_ticket *message)
{
    *message = (struct demo_crm_v1_ticket){.base = {.descriptor = &demo_crm_v1_ticket_descriptor}};
    message->ticket_id = (char *)(uintptr_t)protobuf_c_empty_string;
    message->subject = (char *)(uintptr_t)protobuf_c_empty_string;
}

static void pb_init_of_demo_crm_v1_ticket(ProtobufCMessage *base)
{
    demo_crm_v1_ticket_init((struct demo_crm_v1_ticket *)base);
}

const ProtobufCMessageDescriptor demo_crm_v1_ticket_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "demo.crm.v1.Ticket",
    .short_name = "Ticket",
    .c_name = "demo_crm_v1_ticket",
    .package_name = "demo.crm.v1",
    .sizeof_message = sizeof(struct demo_crm_v1_ticket),
    .n_fields = 11,
    .fields = pb_fields_of_demo_crm_v1_ticket,
    .fields_sorted_by_name = pb_names_of_demo_crm_v1_ticket,
    .n_field_ranges = 1,
    .field_ranges = pb_ranges_of_demo_crm_v1_ticket,
    .message_init = pb_init_of_demo_crm_v1_ticket,
};

/* ---- demo.crm.v1.Customers/GetCustomer ---- */

static const uint16_t path_of_demo_crm_v1_customers_get_customer_1[] = {0 /* customer_id */};

static const struct reeve_path_part parts_of_demo_crm_v1_customers_get_customer[] = {
    {.literal = "/api/v1/customers/"},
    {.field = path_of_demo_crm_v1_customers_get_customer_1, .field_depth = 1},
};

static const struct reeve_http_rule http_of_demo_crm_v1_customers_get_customer = {
    .method = "GET",
    .parts = parts_of_demo_crm_v1_customers_get_customer,
    .parts_count = 2,
    .body_all = false,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task demo_crm_v1_customers_get_customer_task = {
    .name = "demo.crm.v1.Customers/GetCustomer",
    .system = "crm",
    .input = &demo_crm_v1_get_customer_request_message,
    .output = &demo_crm_v1_customer_message,
    .fingerprint = {0x02, 0x3c, 0x37, 0x84, 0x60, 0x1e, 0x70, 0xc3, 0x06, 0xfd, 0xb5, 0xb7, 0x97, 0xaf, 0xa4, 0x8c,
                    0xc4, 0x05, 0x02, 0xab, 0xd9, 0x2d, 0x67, 0x05, 0x7d, 0x1b, 0x47, 0x06, 0x78, 0x57, 0xef, 0x84},
    .idempotency = REEVE_NO_SIDE_EFFECTS,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 5000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_demo_crm_v1_customers_get_customer,
    .documentation = "One customer by number.",
};

/* ---- demo.crm.v1.Customers/SearchCustomers ---- */

static const struct reeve_path_part parts_of_demo_crm_v1_customers_search_customers[] = {
    {.literal = "/api/v1/customers"},
};

static const struct reeve_http_rule http_of_demo_crm_v1_customers_search_customers = {
    .method = "GET",
    .parts = parts_of_demo_crm_v1_customers_search_customers,
    .parts_count = 1,
    .body_all = false,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task demo_crm_v1_customers_search_customers_task = {
    .name = "demo.crm.v1.Customers/SearchCustomers",
    .system = "crm",
    .input = &demo_crm_v1_search_customers_request_message,
    .output = &demo_crm_v1_search_customers_response_message,
    .fingerprint = {0xb2, 0x86, 0x8f, 0xa6, 0x3d, 0xd3, 0x85, 0xc3, 0x64, 0x6b, 0x9f, 0xd8, 0x60, 0x85, 0x00, 0xf7,
                    0x43, 0x2b, 0x3d, 0x56, 0xaa, 0x49, 0x49, 0xf6, 0x3d, 0xa8, 0x92, 0xdc, 0x45, 0x46, 0x72, 0x65},
    .idempotency = REEVE_NO_SIDE_EFFECTS,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 4,
    .timeout_ms = 10000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_demo_crm_v1_customers_search_customers,
    .documentation = "Customers whose name or address contains the given text, newest first.",
};

/* ---- demo.crm.v1.Tickets/CreateTicket ---- */

static const struct reeve_path_part parts_of_demo_crm_v1_tickets_create_ticket[] = {
    {.literal = "/api/v2/tickets"},
};

static const struct reeve_http_rule http_of_demo_crm_v1_tickets_create_ticket = {
    .method = "POST",
    .parts = parts_of_demo_crm_v1_tickets_create_ticket,
    .parts_count = 1,
    .body_all = true,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task demo_crm_v1_tickets_create_ticket_task = {
    .name = "demo.crm.v1.Tickets/CreateTicket",
    .system = "ticketing",
    .input = &demo_crm_v1_create_ticket_request_message,
    .output = &demo_crm_v1_ticket_message,
    .fingerprint = {0x32, 0x5b, 0x09, 0x12, 0xe3, 0x1a, 0x41, 0x67, 0x60, 0x11, 0x9a, 0x76, 0xbd, 0x43, 0xd3, 0xdd,
                    0x81, 0xce, 0x00, 0x1d, 0x92, 0x06, 0x6e, 0x0b, 0xac, 0x10, 0xc6, 0xfe, 0x14, 0x12, 0xff, 0x84},
    .idempotency = REEVE_NOT_IDEMPOTENT,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 1,
    .max_in_flight = 8,
    .timeout_ms = 10000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_demo_crm_v1_tickets_create_ticket,
    .documentation = "Opens a ticket. Somebody has to approve it: it writes to the customer's file.",
};

/* ---- demo.crm.v1.Tickets/GetTicket ---- */

static const uint16_t path_of_demo_crm_v1_tickets_get_ticket_1[] = {0 /* ticket_id */};

static const struct reeve_path_part parts_of_demo_crm_v1_tickets_get_ticket[] = {
    {.literal = "/api/v2/tickets/"},
    {.field = path_of_demo_crm_v1_tickets_get_ticket_1, .field_depth = 1},
};

static const struct reeve_http_rule http_of_demo_crm_v1_tickets_get_ticket = {
    .method = "GET",
    .parts = parts_of_demo_crm_v1_tickets_get_ticket,
    .parts_count = 2,
    .body_all = false,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task demo_crm_v1_tickets_get_ticket_task = {
    .name = "demo.crm.v1.Tickets/GetTicket",
    .system = "ticketing",
    .input = &demo_crm_v1_get_ticket_request_message,
    .output = &demo_crm_v1_ticket_message,
    .fingerprint = {0xe4, 0xa3, 0xb9, 0x13, 0x7b, 0x35, 0xe6, 0x07, 0x09, 0x12, 0x18, 0xab, 0x28, 0x73, 0xee, 0xcc,
                    0x30, 0xf6, 0x4c, 0x7f, 0xfa, 0xb5, 0x87, 0xcf, 0xbf, 0x84, 0x5e, 0xf2, 0xe4, 0xf7, 0xd9, 0x13},
    .idempotency = REEVE_NO_SIDE_EFFECTS,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 0,
    .max_in_flight = 0,
    .timeout_ms = 30000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_demo_crm_v1_tickets_get_ticket,
    .documentation = "One ticket by number.",
};

/* ---- demo.crm.v1.Tickets/CloseTicket ---- */

static const uint16_t path_of_demo_crm_v1_tickets_close_ticket_1[] = {0 /* ticket_id */};

static const struct reeve_path_part parts_of_demo_crm_v1_tickets_close_ticket[] = {
    {.literal = "/api/v2/tickets/"},
    {.field = path_of_demo_crm_v1_tickets_close_ticket_1, .field_depth = 1},
    {.literal = ":close"},
};

static const struct reeve_http_rule http_of_demo_crm_v1_tickets_close_ticket = {
    .method = "POST",
    .parts = parts_of_demo_crm_v1_tickets_close_ticket,
    .parts_count = 3,
    .body_all = true,
    .body_field = -1,
    .response_field = -1,
};

const struct reeve_task demo_crm_v1_tickets_close_ticket_task = {
    .name = "demo.crm.v1.Tickets/CloseTicket",
    .system = "ticketing",
    .input = &demo_crm_v1_close_ticket_request_message,
    .output = &demo_crm_v1_ticket_message,
    .fingerprint = {0xb1, 0x62, 0x14, 0x26, 0xe1, 0xd9, 0x46, 0xe5, 0xcd, 0x15, 0x02, 0x60, 0x04, 0x28, 0x40, 0x7c,
                    0x36, 0x7e, 0x17, 0x12, 0x43, 0xcb, 0x1d, 0x74, 0x2b, 0xf3, 0xbf, 0xe7, 0xd7, 0x79, 0x1f, 0xac},
    .idempotency = REEVE_IDEMPOTENT,
    .binding = REEVE_BINDING_HTTP,
    .server_streaming = false,
    .approvals = 1,
    .max_in_flight = 0,
    .timeout_ms = 10000,
    .max_result_bytes = 1048576,
    .operation = "",
    .read_write = false,
    .http = &http_of_demo_crm_v1_tickets_close_ticket,
    .documentation = "Closes a ticket. Closing a closed one changes nothing.",
};
