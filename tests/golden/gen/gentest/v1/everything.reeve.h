/* Made by protoc-gen-reeve from gentest/v1/everything.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_GENTEST_V1_EVERYTHING_H
#define REEVE_GENERATED_GENTEST_V1_EVERYTHING_H

#include "proto/runtime/table.h"
#include "google/protobuf/duration.reeve.h"
#include "google/protobuf/empty.reeve.h"
#include "google/protobuf/field_mask.reeve.h"
#include "google/protobuf/timestamp.reeve.h"
#include "google/protobuf/wrappers.reeve.h"

#if REEVE_TABLE_VERSION != 1
#error "gentest/v1/everything.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A comment that tries to end itself: * / and to open another: / * and has "quotes". */
enum gentest_v1_color {
    GENTEST_V1_COLOR_UNSPECIFIED = 0,
    GENTEST_V1_COLOR_RED = 1,
    GENTEST_V1_COLOR_CRIMSON = 1,
    GENTEST_V1_COLOR_BLUE = 5,
    GENTEST_V1_COLOR_GREEN = 6,
    GENTEST_V1_COLOR_BELOW = -3,
};
extern const struct reeve_enum gentest_v1_color_enum;
extern const ProtobufCEnumDescriptor gentest_v1_color_descriptor;

enum gentest_v1_tree_nested_deeper_inner {
    GENTEST_V1_TREE_NESTED_DEEPER_INNER_UNSPECIFIED = 0,
    GENTEST_V1_TREE_NESTED_DEEPER_INNER_DEEP = 1,
};
extern const struct reeve_enum gentest_v1_tree_nested_deeper_inner_enum;
extern const ProtobufCEnumDescriptor gentest_v1_tree_nested_deeper_inner_descriptor;

struct gentest_v1_implicit;
struct gentest_v1_optional;
struct gentest_v1_repeated;
struct gentest_v1_maps_by_string_entry;
struct gentest_v1_maps_by_int32_entry;
struct gentest_v1_maps_by_bool_entry;
struct gentest_v1_maps_by_uint64_entry;
struct gentest_v1_maps_messages_entry;
struct gentest_v1_maps_by_sint64_entry;
struct gentest_v1_maps_by_int64_entry;
struct gentest_v1_maps_by_uint32_entry;
struct gentest_v1_maps_by_sint32_entry;
struct gentest_v1_maps_by_fixed32_entry;
struct gentest_v1_maps_by_fixed64_entry;
struct gentest_v1_maps_by_sfixed32_entry;
struct gentest_v1_maps_by_sfixed64_entry;
struct gentest_v1_maps;
struct gentest_v1_choice;
struct gentest_v1_well_known;
struct gentest_v1_tree_nested_deeper;
struct gentest_v1_tree_nested;
struct gentest_v1_tree;
struct gentest_v1_nothing;
struct gentest_v1_ring;
struct gentest_v1_rules_map_entry;
struct gentest_v1_rules;
struct gentest_v1_all;
struct gentest_v1_put_request;
struct gentest_v1_parent;
struct gentest_v1_put_response;

struct gentest_v1_implicit {
    ProtobufCMessage base;
    double a_double;
    float a_float;
    int32_t an_int32;
    int64_t an_int64;
    uint32_t a_uint32;
    uint64_t a_uint64;
    int32_t a_sint32;
    int64_t a_sint64;
    uint32_t a_fixed32;
    uint64_t a_fixed64;
    int32_t a_sfixed32;
    int64_t a_sfixed64;
    protobuf_c_boolean a_bool;
    char *a_string;
    ProtobufCBinaryData a_bytes;
    enum gentest_v1_color a_color;
    /* Out of order, far away, and named otherwise in JSON. */
    char *far;
    char *between;
};
extern const struct reeve_message gentest_v1_implicit_message;
extern const ProtobufCMessageDescriptor gentest_v1_implicit_descriptor;
void gentest_v1_implicit_init(struct gentest_v1_implicit *message);
#define GENTEST_V1_IMPLICIT_INIT {.base = {.descriptor = &gentest_v1_implicit_descriptor}}

struct gentest_v1_optional {
    ProtobufCMessage base;
    protobuf_c_boolean has_a_double;
    double a_double;
    protobuf_c_boolean has_a_float;
    float a_float;
    protobuf_c_boolean has_an_int32;
    int32_t an_int32;
    protobuf_c_boolean has_an_int64;
    int64_t an_int64;
    protobuf_c_boolean has_a_uint32;
    uint32_t a_uint32;
    protobuf_c_boolean has_a_uint64;
    uint64_t a_uint64;
    protobuf_c_boolean has_a_sint32;
    int32_t a_sint32;
    protobuf_c_boolean has_a_sint64;
    int64_t a_sint64;
    protobuf_c_boolean has_a_fixed32;
    uint32_t a_fixed32;
    protobuf_c_boolean has_a_fixed64;
    uint64_t a_fixed64;
    protobuf_c_boolean has_a_sfixed32;
    int32_t a_sfixed32;
    protobuf_c_boolean has_a_sfixed64;
    int64_t a_sfixed64;
    protobuf_c_boolean has_a_bool;
    protobuf_c_boolean a_bool;
    char *a_string;
    protobuf_c_boolean has_a_bytes;
    ProtobufCBinaryData a_bytes;
    protobuf_c_boolean has_a_color;
    enum gentest_v1_color a_color;
    struct gentest_v1_implicit *a_message;
};
extern const struct reeve_message gentest_v1_optional_message;
extern const ProtobufCMessageDescriptor gentest_v1_optional_descriptor;
void gentest_v1_optional_init(struct gentest_v1_optional *message);
#define GENTEST_V1_OPTIONAL_INIT {.base = {.descriptor = &gentest_v1_optional_descriptor}}

struct gentest_v1_repeated {
    ProtobufCMessage base;
    size_t n_doubles;
    double *doubles;
    size_t n_floats;
    float *floats;
    size_t n_int32s;
    int32_t *int32s;
    size_t n_int64s;
    int64_t *int64s;
    size_t n_uint32s;
    uint32_t *uint32s;
    size_t n_uint64s;
    uint64_t *uint64s;
    size_t n_sint32s;
    int32_t *sint32s;
    size_t n_sint64s;
    int64_t *sint64s;
    size_t n_fixed32s;
    uint32_t *fixed32s;
    size_t n_fixed64s;
    uint64_t *fixed64s;
    size_t n_sfixed32s;
    int32_t *sfixed32s;
    size_t n_sfixed64s;
    int64_t *sfixed64s;
    size_t n_bools;
    protobuf_c_boolean *bools;
    size_t n_strings;
    char **strings;
    size_t n_many_bytes;
    ProtobufCBinaryData *many_bytes;
    size_t n_colors;
    enum gentest_v1_color *colors;
    size_t n_messages;
    struct gentest_v1_implicit **messages;
    size_t n_unpacked;
    int32_t *unpacked;
    size_t n_unpacked_doubles;
    double *unpacked_doubles;
    size_t n_unpacked_colors;
    enum gentest_v1_color *unpacked_colors;
};
extern const struct reeve_message gentest_v1_repeated_message;
extern const ProtobufCMessageDescriptor gentest_v1_repeated_descriptor;
void gentest_v1_repeated_init(struct gentest_v1_repeated *message);
#define GENTEST_V1_REPEATED_INIT {.base = {.descriptor = &gentest_v1_repeated_descriptor}}

struct gentest_v1_maps_by_string_entry {
    ProtobufCMessage base;
    char *key;
    char *value;
};
extern const struct reeve_message gentest_v1_maps_by_string_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_string_entry_descriptor;
void gentest_v1_maps_by_string_entry_init(struct gentest_v1_maps_by_string_entry *message);
#define GENTEST_V1_MAPS_BY_STRING_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_string_entry_descriptor}}

struct gentest_v1_maps_by_int32_entry {
    ProtobufCMessage base;
    int32_t key;
    int64_t value;
};
extern const struct reeve_message gentest_v1_maps_by_int32_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_int32_entry_descriptor;
void gentest_v1_maps_by_int32_entry_init(struct gentest_v1_maps_by_int32_entry *message);
#define GENTEST_V1_MAPS_BY_INT32_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_int32_entry_descriptor}}

struct gentest_v1_maps_by_bool_entry {
    ProtobufCMessage base;
    protobuf_c_boolean key;
    ProtobufCBinaryData value;
};
extern const struct reeve_message gentest_v1_maps_by_bool_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_bool_entry_descriptor;
void gentest_v1_maps_by_bool_entry_init(struct gentest_v1_maps_by_bool_entry *message);
#define GENTEST_V1_MAPS_BY_BOOL_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_bool_entry_descriptor}}

struct gentest_v1_maps_by_uint64_entry {
    ProtobufCMessage base;
    uint64_t key;
    enum gentest_v1_color value;
};
extern const struct reeve_message gentest_v1_maps_by_uint64_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_uint64_entry_descriptor;
void gentest_v1_maps_by_uint64_entry_init(struct gentest_v1_maps_by_uint64_entry *message);
#define GENTEST_V1_MAPS_BY_UINT64_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_uint64_entry_descriptor}}

struct gentest_v1_maps_messages_entry {
    ProtobufCMessage base;
    char *key;
    struct gentest_v1_implicit *value;
};
extern const struct reeve_message gentest_v1_maps_messages_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_messages_entry_descriptor;
void gentest_v1_maps_messages_entry_init(struct gentest_v1_maps_messages_entry *message);
#define GENTEST_V1_MAPS_MESSAGES_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_messages_entry_descriptor}}

struct gentest_v1_maps_by_sint64_entry {
    ProtobufCMessage base;
    int64_t key;
    double value;
};
extern const struct reeve_message gentest_v1_maps_by_sint64_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_sint64_entry_descriptor;
void gentest_v1_maps_by_sint64_entry_init(struct gentest_v1_maps_by_sint64_entry *message);
#define GENTEST_V1_MAPS_BY_SINT64_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_sint64_entry_descriptor}}

struct gentest_v1_maps_by_int64_entry {
    ProtobufCMessage base;
    int64_t key;
    float value;
};
extern const struct reeve_message gentest_v1_maps_by_int64_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_int64_entry_descriptor;
void gentest_v1_maps_by_int64_entry_init(struct gentest_v1_maps_by_int64_entry *message);
#define GENTEST_V1_MAPS_BY_INT64_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_int64_entry_descriptor}}

struct gentest_v1_maps_by_uint32_entry {
    ProtobufCMessage base;
    uint32_t key;
    protobuf_c_boolean value;
};
extern const struct reeve_message gentest_v1_maps_by_uint32_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_uint32_entry_descriptor;
void gentest_v1_maps_by_uint32_entry_init(struct gentest_v1_maps_by_uint32_entry *message);
#define GENTEST_V1_MAPS_BY_UINT32_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_uint32_entry_descriptor}}

struct gentest_v1_maps_by_sint32_entry {
    ProtobufCMessage base;
    int32_t key;
    int32_t value;
};
extern const struct reeve_message gentest_v1_maps_by_sint32_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_sint32_entry_descriptor;
void gentest_v1_maps_by_sint32_entry_init(struct gentest_v1_maps_by_sint32_entry *message);
#define GENTEST_V1_MAPS_BY_SINT32_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_sint32_entry_descriptor}}

struct gentest_v1_maps_by_fixed32_entry {
    ProtobufCMessage base;
    uint32_t key;
    uint32_t value;
};
extern const struct reeve_message gentest_v1_maps_by_fixed32_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_fixed32_entry_descriptor;
void gentest_v1_maps_by_fixed32_entry_init(struct gentest_v1_maps_by_fixed32_entry *message);
#define GENTEST_V1_MAPS_BY_FIXED32_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_fixed32_entry_descriptor}}

struct gentest_v1_maps_by_fixed64_entry {
    ProtobufCMessage base;
    uint64_t key;
    int64_t value;
};
extern const struct reeve_message gentest_v1_maps_by_fixed64_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_fixed64_entry_descriptor;
void gentest_v1_maps_by_fixed64_entry_init(struct gentest_v1_maps_by_fixed64_entry *message);
#define GENTEST_V1_MAPS_BY_FIXED64_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_fixed64_entry_descriptor}}

struct gentest_v1_maps_by_sfixed32_entry {
    ProtobufCMessage base;
    int32_t key;
    uint32_t value;
};
extern const struct reeve_message gentest_v1_maps_by_sfixed32_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_sfixed32_entry_descriptor;
void gentest_v1_maps_by_sfixed32_entry_init(struct gentest_v1_maps_by_sfixed32_entry *message);
#define GENTEST_V1_MAPS_BY_SFIXED32_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_sfixed32_entry_descriptor}}

struct gentest_v1_maps_by_sfixed64_entry {
    ProtobufCMessage base;
    int64_t key;
    struct gentest_v1_nothing *value;
};
extern const struct reeve_message gentest_v1_maps_by_sfixed64_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_by_sfixed64_entry_descriptor;
void gentest_v1_maps_by_sfixed64_entry_init(struct gentest_v1_maps_by_sfixed64_entry *message);
#define GENTEST_V1_MAPS_BY_SFIXED64_ENTRY_INIT {.base = {.descriptor = &gentest_v1_maps_by_sfixed64_entry_descriptor}}

struct gentest_v1_maps {
    ProtobufCMessage base;
    size_t n_by_string;
    struct gentest_v1_maps_by_string_entry **by_string;
    size_t n_by_int32;
    struct gentest_v1_maps_by_int32_entry **by_int32;
    size_t n_by_bool;
    struct gentest_v1_maps_by_bool_entry **by_bool;
    size_t n_by_uint64;
    struct gentest_v1_maps_by_uint64_entry **by_uint64;
    size_t n_messages;
    struct gentest_v1_maps_messages_entry **messages;
    size_t n_by_sint64;
    struct gentest_v1_maps_by_sint64_entry **by_sint64;
    size_t n_by_int64;
    struct gentest_v1_maps_by_int64_entry **by_int64;
    size_t n_by_uint32;
    struct gentest_v1_maps_by_uint32_entry **by_uint32;
    size_t n_by_sint32;
    struct gentest_v1_maps_by_sint32_entry **by_sint32;
    size_t n_by_fixed32;
    struct gentest_v1_maps_by_fixed32_entry **by_fixed32;
    size_t n_by_fixed64;
    struct gentest_v1_maps_by_fixed64_entry **by_fixed64;
    size_t n_by_sfixed32;
    struct gentest_v1_maps_by_sfixed32_entry **by_sfixed32;
    size_t n_by_sfixed64;
    struct gentest_v1_maps_by_sfixed64_entry **by_sfixed64;
};
extern const struct reeve_message gentest_v1_maps_message;
extern const ProtobufCMessageDescriptor gentest_v1_maps_descriptor;
void gentest_v1_maps_init(struct gentest_v1_maps *message);
#define GENTEST_V1_MAPS_INIT {.base = {.descriptor = &gentest_v1_maps_descriptor}}

enum gentest_v1_choice_which_case {
    GENTEST_V1_CHOICE_WHICH_NOT_SET = 0,
    GENTEST_V1_CHOICE_WHICH_TEXT = 1,
    GENTEST_V1_CHOICE_WHICH_RAW = 2,
    GENTEST_V1_CHOICE_WHICH_NUMBER = 3,
    GENTEST_V1_CHOICE_WHICH_COLOR = 4,
    GENTEST_V1_CHOICE_WHICH_MESSAGE = 5,
    GENTEST_V1_CHOICE_WHICH_FLAG = 7,
};

enum gentest_v1_choice_second_case {
    GENTEST_V1_CHOICE_SECOND_NOT_SET = 0,
    GENTEST_V1_CHOICE_SECOND_LEFT = 8,
    GENTEST_V1_CHOICE_SECOND_RIGHT = 9,
};

struct gentest_v1_choice {
    ProtobufCMessage base;
    /* Which it is. */
    enum gentest_v1_choice_which_case which_case;
    union {
        char *text;
        ProtobufCBinaryData raw;
        int64_t number;
        enum gentest_v1_color color;
        struct gentest_v1_implicit *message;
        protobuf_c_boolean flag;
    };
    char *before;
    enum gentest_v1_choice_second_case second_case;
    union {
        uint32_t left;
        uint32_t right;
    };
};
extern const struct reeve_message gentest_v1_choice_message;
extern const ProtobufCMessageDescriptor gentest_v1_choice_descriptor;
void gentest_v1_choice_init(struct gentest_v1_choice *message);
#define GENTEST_V1_CHOICE_INIT {.base = {.descriptor = &gentest_v1_choice_descriptor}}

struct gentest_v1_well_known {
    ProtobufCMessage base;
    struct google_protobuf_timestamp *timestamp;
    struct google_protobuf_duration *duration;
    struct google_protobuf_empty *empty;
    struct google_protobuf_field_mask *mask;
    struct google_protobuf_string_value *string_value;
    struct google_protobuf_int64_value *int64_value;
    struct google_protobuf_double_value *double_value;
    struct google_protobuf_bytes_value *bytes_value;
    struct google_protobuf_bool_value *bool_value;
};
extern const struct reeve_message gentest_v1_well_known_message;
extern const ProtobufCMessageDescriptor gentest_v1_well_known_descriptor;
void gentest_v1_well_known_init(struct gentest_v1_well_known *message);
#define GENTEST_V1_WELL_KNOWN_INIT {.base = {.descriptor = &gentest_v1_well_known_descriptor}}

struct gentest_v1_tree_nested_deeper {
    ProtobufCMessage base;
    enum gentest_v1_tree_nested_deeper_inner inner;
};
extern const struct reeve_message gentest_v1_tree_nested_deeper_message;
extern const ProtobufCMessageDescriptor gentest_v1_tree_nested_deeper_descriptor;
void gentest_v1_tree_nested_deeper_init(struct gentest_v1_tree_nested_deeper *message);
#define GENTEST_V1_TREE_NESTED_DEEPER_INIT {.base = {.descriptor = &gentest_v1_tree_nested_deeper_descriptor}}

struct gentest_v1_tree_nested {
    ProtobufCMessage base;
    struct gentest_v1_tree_nested_deeper *deeper;
};
extern const struct reeve_message gentest_v1_tree_nested_message;
extern const ProtobufCMessageDescriptor gentest_v1_tree_nested_descriptor;
void gentest_v1_tree_nested_init(struct gentest_v1_tree_nested *message);
#define GENTEST_V1_TREE_NESTED_INIT {.base = {.descriptor = &gentest_v1_tree_nested_descriptor}}

struct gentest_v1_tree {
    ProtobufCMessage base;
    char *name;
    size_t n_children;
    struct gentest_v1_tree **children;
    struct gentest_v1_nothing *nothing;
    struct gentest_v1_tree_nested *nested;
};
extern const struct reeve_message gentest_v1_tree_message;
extern const ProtobufCMessageDescriptor gentest_v1_tree_descriptor;
void gentest_v1_tree_init(struct gentest_v1_tree *message);
#define GENTEST_V1_TREE_INIT {.base = {.descriptor = &gentest_v1_tree_descriptor}}

struct gentest_v1_nothing {
    ProtobufCMessage base;
};
extern const struct reeve_message gentest_v1_nothing_message;
extern const ProtobufCMessageDescriptor gentest_v1_nothing_descriptor;
void gentest_v1_nothing_init(struct gentest_v1_nothing *message);
#define GENTEST_V1_NOTHING_INIT {.base = {.descriptor = &gentest_v1_nothing_descriptor}}

/* Reaches rules only through itself and Tree. */
struct gentest_v1_ring {
    ProtobufCMessage base;
    struct gentest_v1_ring *next;
    struct gentest_v1_tree *tree;
};
extern const struct reeve_message gentest_v1_ring_message;
extern const ProtobufCMessageDescriptor gentest_v1_ring_descriptor;
void gentest_v1_ring_init(struct gentest_v1_ring *message);
#define GENTEST_V1_RING_INIT {.base = {.descriptor = &gentest_v1_ring_descriptor}}

struct gentest_v1_rules_map_entry {
    ProtobufCMessage base;
    char *key;
    int32_t value;
};
extern const struct reeve_message gentest_v1_rules_map_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_rules_map_entry_descriptor;
void gentest_v1_rules_map_entry_init(struct gentest_v1_rules_map_entry *message);
#define GENTEST_V1_RULES_MAP_ENTRY_INIT {.base = {.descriptor = &gentest_v1_rules_map_entry_descriptor}}

struct gentest_v1_rules {
    ProtobufCMessage base;
    char *text;
    /* The same option in several entries, merged. */
    char *merged;
    ProtobufCBinaryData data;
    int32_t an_int32;
    int64_t a_sint64;
    uint64_t a_uint64;
    uint32_t a_fixed32;
    int32_t a_sfixed32;
    int64_t a_sfixed64;
    float a_float;
    double a_double;
    protobuf_c_boolean a_bool;
    enum gentest_v1_color color;
    size_t n_items;
    char **items;
    size_t n_map;
    struct gentest_v1_rules_map_entry **map;
    struct google_protobuf_duration *duration;
    struct google_protobuf_timestamp *timestamp;
    struct google_protobuf_string_value *wrapped;
    char *if_set;
    char *never;
    char *example_only;
    /* Twice in one oneof of the rule message's own is protoc's business; off is no rule. */
    size_t n_off;
    int32_t *off;
    int64_t an_int64;
    char *secret;
};
extern const struct reeve_message gentest_v1_rules_message;
extern const ProtobufCMessageDescriptor gentest_v1_rules_descriptor;
void gentest_v1_rules_init(struct gentest_v1_rules *message);
#define GENTEST_V1_RULES_INIT {.base = {.descriptor = &gentest_v1_rules_descriptor}}

struct gentest_v1_all {
    ProtobufCMessage base;
    struct gentest_v1_optional *optional;
    struct gentest_v1_repeated *repeated;
    struct gentest_v1_maps *maps;
    struct gentest_v1_well_known *well_known;
    struct gentest_v1_ring *ring;
    struct gentest_v1_rules *rules;
    struct gentest_v1_choice *choice;
};
extern const struct reeve_message gentest_v1_all_message;
extern const ProtobufCMessageDescriptor gentest_v1_all_descriptor;
void gentest_v1_all_init(struct gentest_v1_all *message);
#define GENTEST_V1_ALL_INIT {.base = {.descriptor = &gentest_v1_all_descriptor}}

struct gentest_v1_put_request {
    ProtobufCMessage base;
    struct gentest_v1_parent *parent;
    uint64_t number;
    char *path;
    struct gentest_v1_implicit *content;
    size_t n_colors;
    enum gentest_v1_color *colors;
    struct google_protobuf_timestamp *since;
};
extern const struct reeve_message gentest_v1_put_request_message;
extern const ProtobufCMessageDescriptor gentest_v1_put_request_descriptor;
void gentest_v1_put_request_init(struct gentest_v1_put_request *message);
#define GENTEST_V1_PUT_REQUEST_INIT {.base = {.descriptor = &gentest_v1_put_request_descriptor}}

struct gentest_v1_parent {
    ProtobufCMessage base;
    char *kind;
    char *id;
};
extern const struct reeve_message gentest_v1_parent_message;
extern const ProtobufCMessageDescriptor gentest_v1_parent_descriptor;
void gentest_v1_parent_init(struct gentest_v1_parent *message);
#define GENTEST_V1_PARENT_INIT {.base = {.descriptor = &gentest_v1_parent_descriptor}}

struct gentest_v1_put_response {
    ProtobufCMessage base;
    struct gentest_v1_implicit *thing;
    char *note;
};
extern const struct reeve_message gentest_v1_put_response_message;
extern const ProtobufCMessageDescriptor gentest_v1_put_response_descriptor;
void gentest_v1_put_response_init(struct gentest_v1_put_response *message);
#define GENTEST_V1_PUT_RESPONSE_INIT {.base = {.descriptor = &gentest_v1_put_response_descriptor}}

/* ---- service gentest.v1.Things ---- */
/* The system's things. */

/* gentest.v1.Things/Put */
extern const struct reeve_task gentest_v1_things_put_task;

/* To be written by the task's author (reeve/handler.h): answers with struct gentest_v1_put_response. */
void gentest_v1_things_watch(struct reeve_native_call *call,
        const struct google_protobuf_empty *request);
extern const struct reeve_task gentest_v1_things_watch_task;

/* To be written by the task's author (reeve/handler.h): answers with struct gentest_v1_nothing. */
void gentest_v1_things_everything(struct reeve_native_call *call,
        const struct gentest_v1_all *request);
extern const struct reeve_task gentest_v1_things_everything_task;

/* gentest.v1.Things/List */
extern const struct reeve_task gentest_v1_things_list_task;

#ifdef __cplusplus
}
#endif
#endif
