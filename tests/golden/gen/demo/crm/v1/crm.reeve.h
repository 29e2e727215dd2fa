/* Made by protoc-gen-reeve from demo/crm/v1/crm.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_DEMO_CRM_V1_CRM_H
#define REEVE_GENERATED_DEMO_CRM_V1_CRM_H

#include "proto/runtime/table.h"
#include "google/protobuf/timestamp.reeve.h"

#if REEVE_TABLE_VERSION != 1
#error "demo/crm/v1/crm.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum demo_crm_v1_customer_tier {
    DEMO_CRM_V1_CUSTOMER_TIER_UNSPECIFIED = 0,
    DEMO_CRM_V1_CUSTOMER_TIER_STANDARD = 1,
    DEMO_CRM_V1_CUSTOMER_TIER_GOLD = 2,
};
extern const struct reeve_enum demo_crm_v1_customer_tier_enum;
extern const ProtobufCEnumDescriptor demo_crm_v1_customer_tier_descriptor;

enum demo_crm_v1_priority {
    DEMO_CRM_V1_PRIORITY_UNSPECIFIED = 0,
    DEMO_CRM_V1_PRIORITY_LOW = 1,
    DEMO_CRM_V1_PRIORITY_NORMAL = 2,
    DEMO_CRM_V1_PRIORITY_HIGH = 3,
};
extern const struct reeve_enum demo_crm_v1_priority_enum;
extern const ProtobufCEnumDescriptor demo_crm_v1_priority_descriptor;

enum demo_crm_v1_ticket_state {
    DEMO_CRM_V1_TICKET_STATE_UNSPECIFIED = 0,
    DEMO_CRM_V1_TICKET_STATE_OPEN = 1,
    DEMO_CRM_V1_TICKET_STATE_CLOSED = 2,
};
extern const struct reeve_enum demo_crm_v1_ticket_state_enum;
extern const ProtobufCEnumDescriptor demo_crm_v1_ticket_state_descriptor;

struct demo_crm_v1_customer;
struct demo_crm_v1_postal_address;
struct demo_crm_v1_get_customer_request;
struct demo_crm_v1_search_customers_request;
struct demo_crm_v1_search_customers_response;
struct demo_crm_v1_create_ticket_request_labels_entry;
struct demo_crm_v1_create_ticket_request;
struct demo_crm_v1_new_contact;
struct demo_crm_v1_get_ticket_request;
struct demo_crm_v1_close_ticket_request;
struct demo_crm_v1_ticket_labels_entry;
struct demo_crm_v1_ticket;

struct demo_crm_v1_customer {
    ProtobufCMessage base;
    char *customer_id;
    char *name;
    enum demo_crm_v1_customer_tier tier;
    char *email;
    size_t n_phone_numbers;
    char **phone_numbers;
    struct demo_crm_v1_postal_address *address;
    struct google_protobuf_timestamp *customer_since;
    /* Absent when nobody has set a limit. */
    protobuf_c_boolean has_credit_limit_eur;
    uint32_t credit_limit_eur;
};
extern const struct reeve_message demo_crm_v1_customer_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_customer_descriptor;
void demo_crm_v1_customer_init(struct demo_crm_v1_customer *message);
#define DEMO_CRM_V1_CUSTOMER_INIT {.base = {.descriptor = &demo_crm_v1_customer_descriptor}}

struct demo_crm_v1_postal_address {
    ProtobufCMessage base;
    char *street;
    char *postal_code;
    char *city;
    /* ISO 3166-1, two letters. */
    char *country;
};
extern const struct reeve_message demo_crm_v1_postal_address_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_postal_address_descriptor;
void demo_crm_v1_postal_address_init(struct demo_crm_v1_postal_address *message);
#define DEMO_CRM_V1_POSTAL_ADDRESS_INIT {.base = {.descriptor = &demo_crm_v1_postal_address_descriptor}}

struct demo_crm_v1_get_customer_request {
    ProtobufCMessage base;
    char *customer_id;
};
extern const struct reeve_message demo_crm_v1_get_customer_request_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_get_customer_request_descriptor;
void demo_crm_v1_get_customer_request_init(struct demo_crm_v1_get_customer_request *message);
#define DEMO_CRM_V1_GET_CUSTOMER_REQUEST_INIT {.base = {.descriptor = &demo_crm_v1_get_customer_request_descriptor}}

struct demo_crm_v1_search_customers_request {
    ProtobufCMessage base;
    char *text;
    size_t n_tiers;
    enum demo_crm_v1_customer_tier *tiers;
    /* 0: 20. */
    uint32_t limit;
};
extern const struct reeve_message demo_crm_v1_search_customers_request_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_search_customers_request_descriptor;
void demo_crm_v1_search_customers_request_init(struct demo_crm_v1_search_customers_request *message);
#define DEMO_CRM_V1_SEARCH_CUSTOMERS_REQUEST_INIT {.base = {.descriptor = &demo_crm_v1_search_customers_request_descriptor}}

struct demo_crm_v1_search_customers_response {
    ProtobufCMessage base;
    size_t n_customers;
    struct demo_crm_v1_customer **customers;
    /* How many there are in all. */
    uint32_t total;
};
extern const struct reeve_message demo_crm_v1_search_customers_response_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_search_customers_response_descriptor;
void demo_crm_v1_search_customers_response_init(struct demo_crm_v1_search_customers_response *message);
#define DEMO_CRM_V1_SEARCH_CUSTOMERS_RESPONSE_INIT {.base = {.descriptor = &demo_crm_v1_search_customers_response_descriptor}}

struct demo_crm_v1_create_ticket_request_labels_entry {
    ProtobufCMessage base;
    char *key;
    char *value;
};
extern const struct reeve_message demo_crm_v1_create_ticket_request_labels_entry_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_create_ticket_request_labels_entry_descriptor;
void demo_crm_v1_create_ticket_request_labels_entry_init(struct demo_crm_v1_create_ticket_request_labels_entry *message);
#define DEMO_CRM_V1_CREATE_TICKET_REQUEST_LABELS_ENTRY_INIT {.base = {.descriptor = &demo_crm_v1_create_ticket_request_labels_entry_descriptor}}

enum demo_crm_v1_create_ticket_request_requester_case {
    DEMO_CRM_V1_CREATE_TICKET_REQUEST_REQUESTER_NOT_SET = 0,
    DEMO_CRM_V1_CREATE_TICKET_REQUEST_REQUESTER_CUSTOMER_ID = 4,
    DEMO_CRM_V1_CREATE_TICKET_REQUEST_REQUESTER_CONTACT = 5,
};

struct demo_crm_v1_create_ticket_request {
    ProtobufCMessage base;
    char *subject;
    char *description;
    enum demo_crm_v1_priority priority;
    /* Whom it is about. */
    enum demo_crm_v1_create_ticket_request_requester_case requester_case;
    union {
        char *customer_id;
        struct demo_crm_v1_new_contact *contact;
    };
    size_t n_labels;
    struct demo_crm_v1_create_ticket_request_labels_entry **labels;
    /* The card that a refund goes to: audited as a commitment only. */
    char *card_number;
    struct google_protobuf_timestamp *due;
    size_t n_watchers;
    char **watchers;
};
extern const struct reeve_message demo_crm_v1_create_ticket_request_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_create_ticket_request_descriptor;
void demo_crm_v1_create_ticket_request_init(struct demo_crm_v1_create_ticket_request *message);
#define DEMO_CRM_V1_CREATE_TICKET_REQUEST_INIT {.base = {.descriptor = &demo_crm_v1_create_ticket_request_descriptor}}

/* Somebody who is no customer yet. */
struct demo_crm_v1_new_contact {
    ProtobufCMessage base;
    char *name;
    char *email;
};
extern const struct reeve_message demo_crm_v1_new_contact_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_new_contact_descriptor;
void demo_crm_v1_new_contact_init(struct demo_crm_v1_new_contact *message);
#define DEMO_CRM_V1_NEW_CONTACT_INIT {.base = {.descriptor = &demo_crm_v1_new_contact_descriptor}}

struct demo_crm_v1_get_ticket_request {
    ProtobufCMessage base;
    char *ticket_id;
};
extern const struct reeve_message demo_crm_v1_get_ticket_request_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_get_ticket_request_descriptor;
void demo_crm_v1_get_ticket_request_init(struct demo_crm_v1_get_ticket_request *message);
#define DEMO_CRM_V1_GET_TICKET_REQUEST_INIT {.base = {.descriptor = &demo_crm_v1_get_ticket_request_descriptor}}

struct demo_crm_v1_close_ticket_request {
    ProtobufCMessage base;
    char *ticket_id;
    char *resolution;
};
extern const struct reeve_message demo_crm_v1_close_ticket_request_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_close_ticket_request_descriptor;
void demo_crm_v1_close_ticket_request_init(struct demo_crm_v1_close_ticket_request *message);
#define DEMO_CRM_V1_CLOSE_TICKET_REQUEST_INIT {.base = {.descriptor = &demo_crm_v1_close_ticket_request_descriptor}}

struct demo_crm_v1_ticket_labels_entry {
    ProtobufCMessage base;
    char *key;
    char *value;
};
extern const struct reeve_message demo_crm_v1_ticket_labels_entry_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_ticket_labels_entry_descriptor;
void demo_crm_v1_ticket_labels_entry_init(struct demo_crm_v1_ticket_labels_entry *message);
#define DEMO_CRM_V1_TICKET_LABELS_ENTRY_INIT {.base = {.descriptor = &demo_crm_v1_ticket_labels_entry_descriptor}}

enum demo_crm_v1_ticket_requester_case {
    DEMO_CRM_V1_TICKET_REQUESTER_NOT_SET = 0,
    DEMO_CRM_V1_TICKET_REQUESTER_CUSTOMER_ID = 7,
    DEMO_CRM_V1_TICKET_REQUESTER_CONTACT = 8,
};

struct demo_crm_v1_ticket {
    ProtobufCMessage base;
    char *ticket_id;
    char *subject;
    enum demo_crm_v1_ticket_state state;
    enum demo_crm_v1_priority priority;
    struct google_protobuf_timestamp *created;
    struct google_protobuf_timestamp *closed;
    enum demo_crm_v1_ticket_requester_case requester_case;
    union {
        char *customer_id;
        struct demo_crm_v1_new_contact *contact;
    };
    size_t n_labels;
    struct demo_crm_v1_ticket_labels_entry **labels;
    char *assignee;
    /* Set once it is closed. */
    char *resolution;
};
extern const struct reeve_message demo_crm_v1_ticket_message;
extern const ProtobufCMessageDescriptor demo_crm_v1_ticket_descriptor;
void demo_crm_v1_ticket_init(struct demo_crm_v1_ticket *message);
#define DEMO_CRM_V1_TICKET_INIT {.base = {.descriptor = &demo_crm_v1_ticket_descriptor}}

/* ---- service demo.crm.v1.Customers ---- */
/* The customer register. Reads only. */

/* demo.crm.v1.Customers/GetCustomer */
extern const struct reeve_task demo_crm_v1_customers_get_customer_task;

/* demo.crm.v1.Customers/SearchCustomers */
extern const struct reeve_task demo_crm_v1_customers_search_customers_task;

/* ---- service demo.crm.v1.Tickets ---- */
/* The ticket system. */

/* demo.crm.v1.Tickets/CreateTicket */
extern const struct reeve_task demo_crm_v1_tickets_create_ticket_task;

/* demo.crm.v1.Tickets/GetTicket */
extern const struct reeve_task demo_crm_v1_tickets_get_ticket_task;

/* demo.crm.v1.Tickets/CloseTicket */
extern const struct reeve_task demo_crm_v1_tickets_close_ticket_task;

#ifdef __cplusplus
}
#endif
#endif
