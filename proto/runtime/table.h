/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that drive everything this runtime does with a message: decode, encode, JSON,
 * constraints, fingerprints. protoc-gen-reeve prints them as constants beside the structs it
 * generates; the gateway builds the same tables in memory from a registered manifest
 * (proto/schema/dynamic.h), with a struct layout computed in the same way.
 *
 * Struct layout (that of protobuf-c 1.4, so that its library works on these structs too):
 *   every struct      starts with ProtobufCMessage base
 *   implicit scalar   T x                        absent is 0
 *   implicit string   char *x                    never NULL after decode; absent is ""
 *   implicit bytes    ProtobufCBinaryData x      absent is {0, NULL}
 *   explicit scalar   protobuf_c_boolean has_x; T x
 *   explicit string   char *x                    NULL when absent
 *   explicit bytes    protobuf_c_boolean has_x; ProtobufCBinaryData x
 *   message           struct T *x                NULL when absent
 *   repeated          size_t n_x; T *x           strings: char **x; messages: struct T **x
 *   map               as repeated of the entry message (key = 1, value = 2), each key once,
 *                     in the order of first appearance
 *   oneof o           enum o_case; union { … }   the case holds the set member's number, 0 if none
 *   bool              protobuf_c_boolean (int); enum: int32_t-sized C enum, open
 */
#ifndef REEVE_PROTO_RUNTIME_TABLE_H
#define REEVE_PROTO_RUNTIME_TABLE_H

#include <protobuf-c/protobuf-c.h>

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a generated table would mean something else; generated code stops with #error
 * when it was made for another one. */
#define REEVE_TABLE_VERSION 1

/* Numbers of google.protobuf.FieldDescriptorProto.Type (and reeve.v1.FieldType). */
enum reeve_field_type {
    REEVE_TYPE_DOUBLE = 1,
    REEVE_TYPE_FLOAT = 2,
    REEVE_TYPE_INT64 = 3,
    REEVE_TYPE_UINT64 = 4,
    REEVE_TYPE_INT32 = 5,
    REEVE_TYPE_FIXED64 = 6,
    REEVE_TYPE_FIXED32 = 7,
    REEVE_TYPE_BOOL = 8,
    REEVE_TYPE_STRING = 9,
    REEVE_TYPE_MESSAGE = 11,
    REEVE_TYPE_BYTES = 12,
    REEVE_TYPE_UINT32 = 13,
    REEVE_TYPE_ENUM = 14,
    REEVE_TYPE_SFIXED32 = 15,
    REEVE_TYPE_SFIXED64 = 16,
    REEVE_TYPE_SINT32 = 17,
    REEVE_TYPE_SINT64 = 18,
};

/* Numbers of reeve.v1.Cardinality. */
enum reeve_cardinality {
    REEVE_IMPLICIT = 1,
    REEVE_EXPLICIT = 2, /* optional, messages, members of a oneof */
    REEVE_REPEATED = 3,
    REEVE_MAP = 4,
};

enum reeve_field_flags {
    REEVE_FIELD_SENSITIVE = 1 << 0,
    REEVE_FIELD_PACKED = 1 << 1, /* how it is encoded; both forms are decoded */
    REEVE_FIELD_ONEOF = 1 << 2,  /* quantifier_offset leads to the oneof's case */
};

/* Messages with a JSON form of their own. */
enum reeve_well_known {
    REEVE_WELL_KNOWN_NONE,
    REEVE_WELL_KNOWN_TIMESTAMP,
    REEVE_WELL_KNOWN_DURATION,
    REEVE_WELL_KNOWN_EMPTY,
    REEVE_WELL_KNOWN_WRAPPER, /* any of google.protobuf.*Value's scalar wrappers */
    REEVE_WELL_KNOWN_FIELD_MASK,
    /* Without a fixed shape: the runtime carries them, no task may reach them. */
    REEVE_WELL_KNOWN_STRUCT,
    REEVE_WELL_KNOWN_VALUE,
    REEVE_WELL_KNOWN_LIST_VALUE,
    REEVE_WELL_KNOWN_ANY, /* binary only: its JSON form needs a registry of types */
};

/* Positions of google.protobuf.Value's fields in its table. */
enum reeve_value_field {
    REEVE_VALUE_NULL,
    REEVE_VALUE_NUMBER,
    REEVE_VALUE_STRING,
    REEVE_VALUE_BOOL,
    REEVE_VALUE_STRUCT,
    REEVE_VALUE_LIST,
};

/* What a rule applies to; numbers of reeve.v1.RuleTarget. */
enum reeve_rule_target {
    REEVE_TARGET_FIELD = 0,
    REEVE_TARGET_ITEM = 1,
    REEVE_TARGET_KEY = 2,
    REEVE_TARGET_VALUE = 3,
};

/* Which member of reeve_rule.operand is set. */
enum reeve_operand_kind {
    REEVE_OPERAND_NONE,
    REEVE_OPERAND_UNSIGNED,
    REEVE_OPERAND_SIGNED,
    REEVE_OPERAND_DOUBLE,
    REEVE_OPERAND_BOOL,
    REEVE_OPERAND_STRING, /* text, also patterns */
    REEVE_OPERAND_BYTES,
    REEVE_OPERAND_UNSIGNED_LIST,
    REEVE_OPERAND_SIGNED_LIST,
    REEVE_OPERAND_DOUBLE_LIST,
    REEVE_OPERAND_STRING_LIST,
    REEVE_OPERAND_BYTES_LIST,
};

struct reeve_pattern; /* a compiled regular expression; see pattern.h */

/* One constraint. `id` is protovalidate's name for it; rule.h has the list of those that exist and
 * which operand each takes. A Duration or Timestamp operand
 * is SIGNED, in nanoseconds. */
struct reeve_rule {
    const char *id; /* "string.min_len" */
    uint16_t code;  /* enum reeve_rule_code of rule.h */
    uint8_t target; /* enum reeve_rule_target */
    uint8_t kind;   /* enum reeve_operand_kind */
    uint32_t count; /* length of a list operand */
    union {
        uint64_t u64;
        int64_t i64;
        double f64;
        bool boolean;
        struct reeve_bytes bytes; /* STRING and BYTES */
        const uint64_t *u64_list;
        const int64_t *i64_list;
        const double *f64_list;
        const struct reeve_bytes *bytes_list;
    } operand;
    /* For "string.pattern" and "bytes.pattern": where the compiled expression is kept once
     * reeve_message_prepare() has run; NULL for every other rule. */
    struct reeve_pattern **pattern;
};

struct reeve_enum_value {
    const char *name;
    int32_t number;
};

struct reeve_enum {
    const char *name;                      /* full name */
    const struct reeve_enum_value *values; /* by number; aliases in declaration order */
    uint32_t values_count;
};

struct reeve_message;

struct reeve_field {
    const char *name;
    const char *json_name;
    uint32_t number;
    uint8_t type;               /* enum reeve_field_type; of a map: MESSAGE (its entry) */
    uint8_t cardinality;        /* enum reeve_cardinality */
    uint8_t flags;              /* enum reeve_field_flags */
    uint8_t oneof;              /* 0: none, else position in reeve_message.oneofs counted from 1 */
    uint32_t offset;            /* of the value in the struct */
    uint32_t quantifier_offset; /* of has_x, n_x or the oneof's case; 0 when there is none */
    const struct reeve_message *message;  /* MESSAGE, maps' entry message */
    const struct reeve_enum *enumeration; /* ENUM */
    const struct reeve_rule *rules;
    uint32_t rules_count;
};

struct reeve_oneof {
    const char *name;
    uint32_t case_offset;
    bool required;
};

/* (buf.validate.message).oneof: of these fields at most one is set, exactly one when required. */
struct reeve_oneof_rule {
    const uint16_t *fields; /* indexes into reeve_message.fields, ascending */
    uint16_t fields_count;
    bool required;
};

struct reeve_message {
    const char *name; /* full name: "demo.crm.v1.Ticket" */
    uint32_t size;    /* sizeof the struct */
    uint16_t fields_count;
    uint16_t oneofs_count;
    uint8_t well_known; /* enum reeve_well_known */
    bool map_entry;
    bool has_rules;                   /* it or something below it has rules: others are skipped */
    const struct reeve_field *fields; /* by number */
    const struct reeve_oneof *oneofs;
    const struct reeve_oneof_rule *oneof_rules;
    uint16_t oneof_rules_count;
    /* For protobuf-c's library; NULL in tables built at run time. */
    const ProtobufCMessageDescriptor *descriptor;
};

/* ---- tasks ---- */

/* Older fingerprints that one task may accept: as many as Hello has room for. */
#define REEVE_ACCEPTED_MAX 8

enum reeve_idempotency {
    REEVE_NOT_IDEMPOTENT = 0,
    REEVE_NO_SIDE_EFFECTS = 1,
    REEVE_IDEMPOTENT = 2,
};

/* Numbers of reeve.v1.Binding. */
enum reeve_binding_kind {
    REEVE_BINDING_NATIVE = 1,
    REEVE_BINDING_HTTP = 2,
    REEVE_BINDING_GRPC = 3,
    REEVE_BINDING_SQL = 4,
    REEVE_BINDING_EXEC = 5,
};

/* One piece of an HTTP path template: literal text, or a variable. */
struct reeve_path_part {
    const char *literal;   /* NULL for a variable */
    const uint16_t *field; /* a variable: indexes into fields, from the request message down */
    uint8_t field_depth;
    bool multi_segment;  /* the pattern takes several: '/' is kept */
    const char *pattern; /* what the value has to match; NULL: one segment of any text */
};

/* google.api.http, resolved against the messages. */
struct reeve_http_rule {
    const char *method; /* "GET" … */
    const struct reeve_path_part *parts;
    uint16_t parts_count;
    bool body_all;          /* body: "*" */
    int16_t body_field;     /* index of the request's field, -1: none */
    int16_t response_field; /* response_body: index of the response's field, -1: the whole */
    /* additional_bindings, in order: tried when this one's path variables do not fit. */
    const struct reeve_http_rule *additional;
    uint16_t additional_count;
};

struct reeve_native_call; /* include/reeve/handler.h */

struct reeve_task {
    const char *name;   /* "package.Service/Method" */
    const char *system; /* "" when the service names none */
    const struct reeve_message *input;
    const struct reeve_message *output;
    uint8_t fingerprint[32];
    /* Of older versions that the generator proved compatible: jobs for them run as they are. */
    const uint8_t (*accepted)[32];
    uint32_t accepted_count;
    uint8_t idempotency; /* enum reeve_idempotency */
    uint8_t binding;     /* enum reeve_binding_kind */
    bool server_streaming;
    uint8_t approvals;
    uint32_t max_in_flight; /* 0: the worker's default */
    uint64_t timeout_ms;
    uint64_t max_result_bytes;
    const char *operation; /* SQL, EXEC: name of the statement or program; "" otherwise */
    bool read_write;       /* SQL: in a read-write transaction */
    const struct reeve_http_rule *http;             /* HTTP */
    void (*native)(struct reeve_native_call *call); /* NATIVE */
    const char *function; /* NATIVE: the handler's name, for people; NULL otherwise */
    const char *documentation;
};

/* All tasks of one worker: printed by the generator into one table, by name. */
struct reeve_task_table {
    uint32_t version; /* REEVE_TABLE_VERSION */
    uint32_t count;
    const struct reeve_task *const *tasks; /* by name */
};

#ifdef __cplusplus
}
#endif
#endif
