/* Made by protoc-gen-reeve from gentest/v1/nasty.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_GENTEST_V1_NASTY_H
#define REEVE_GENERATED_GENTEST_V1_NASTY_H

#include "proto/runtime/table.h"

#if REEVE_TABLE_VERSION != 1
#error "gentest/v1/nasty.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Values with and without their enum's name, and both. */
enum gentest_v1_role {
    GENTEST_V1_ROLE_UNSPECIFIED = 0,
    GENTEST_V1_ROLE_WORKER = 2,
    GENTEST_V1_ROLE_ROLE_WORKER = 2,
    GENTEST_V1_ROLE_ADMIN = 3,
    GENTEST_V1_ROLE_linux = 4,
    GENTEST_V1_ROLE_2ND = 5,
};
extern const struct reeve_enum gentest_v1_role_enum;
extern const ProtobufCEnumDescriptor gentest_v1_role_descriptor;

enum gentest_v1_http_mode {
    GENTEST_V1_HTTP_MODE_NONE = 0,
    GENTEST_V1_HTTP_MODE_Mode_Two = 2,
};
extern const struct reeve_enum gentest_v1_http_mode_enum;
extern const ProtobufCEnumDescriptor gentest_v1_http_mode_descriptor;

enum gentest_v1_holder_role {
    GENTEST_V1_HOLDER_ROLE_UNSPECIFIED = 0,
    GENTEST_V1_HOLDER_ROLE_INNER = 1,
};
extern const struct reeve_enum gentest_v1_holder_role_enum;
extern const ProtobufCEnumDescriptor gentest_v1_holder_role_descriptor;

struct gentest_v1_nasty_union_entry;
struct gentest_v1_nasty;
struct gentest_v1_http_server2_config;
struct gentest_v1_snake_case;
struct gentest_v1_holder;
struct gentest_v1_same;

struct gentest_v1_nasty_union_entry {
    ProtobufCMessage base;
    char *key;
    char *value;
};
extern const struct reeve_message gentest_v1_nasty_union_entry_message;
extern const ProtobufCMessageDescriptor gentest_v1_nasty_union_entry_descriptor;
void gentest_v1_nasty_union_entry_init(struct gentest_v1_nasty_union_entry *message);
#define GENTEST_V1_NASTY_UNION_ENTRY_INIT {.base = {.descriptor = &gentest_v1_nasty_union_entry_descriptor}}

enum gentest_v1_nasty_which_case {
    GENTEST_V1_NASTY_WHICH_NOT_SET = 0,
    GENTEST_V1_NASTY_WHICH_WHILE = 14,
    GENTEST_V1_NASTY_WHICH_DEFAULT = 15,
};

struct gentest_v1_nasty {
    ProtobufCMessage base;
    char *base_;
    int32_t linux_;
    int32_t unix_;
    int32_t int_;
    int32_t class_;
    int32_t errno_;
    int32_t NULL_;
    int32_t st_mtime_;
    size_t n_x;
    char **x;
    uint32_t n_x_;
    protobuf_c_boolean has_y;
    int32_t y;
    protobuf_c_boolean has_y_;
    enum gentest_v1_nasty_which_case which_case;
    union {
        char *while_;
        char *default_;
    };
    int32_t which_case_;
    size_t n_for_;
    char **for_;
    protobuf_c_boolean has_if_;
    ProtobufCBinaryData if_;
    int32_t Foo;
    int32_t fooBar;
    size_t n_union_;
    struct gentest_v1_nasty_union_entry **union_;
    int32_t message;
    int32_t true_;
    protobuf_c_boolean stdin_;
    int32_t assert_;
};
extern const struct reeve_message gentest_v1_nasty_message;
extern const ProtobufCMessageDescriptor gentest_v1_nasty_descriptor;
void gentest_v1_nasty_init(struct gentest_v1_nasty *message);
#define GENTEST_V1_NASTY_INIT {.base = {.descriptor = &gentest_v1_nasty_descriptor}}

struct gentest_v1_http_server2_config {
    ProtobufCMessage base;
    int32_t x;
};
extern const struct reeve_message gentest_v1_http_server2_config_message;
extern const ProtobufCMessageDescriptor gentest_v1_http_server2_config_descriptor;
void gentest_v1_http_server2_config_init(struct gentest_v1_http_server2_config *message);
#define GENTEST_V1_HTTP_SERVER2_CONFIG_INIT {.base = {.descriptor = &gentest_v1_http_server2_config_descriptor}}

struct gentest_v1_snake_case {
    ProtobufCMessage base;
    int32_t x;
};
extern const struct reeve_message gentest_v1_snake_case_message;
extern const ProtobufCMessageDescriptor gentest_v1_snake_case_descriptor;
void gentest_v1_snake_case_init(struct gentest_v1_snake_case *message);
#define GENTEST_V1_SNAKE_CASE_INIT {.base = {.descriptor = &gentest_v1_snake_case_descriptor}}

struct gentest_v1_holder {
    ProtobufCMessage base;
    enum gentest_v1_holder_role role;
    struct gentest_v1_same *same;
};
extern const struct reeve_message gentest_v1_holder_message;
extern const ProtobufCMessageDescriptor gentest_v1_holder_descriptor;
void gentest_v1_holder_init(struct gentest_v1_holder *message);
#define GENTEST_V1_HOLDER_INIT {.base = {.descriptor = &gentest_v1_holder_descriptor}}

struct gentest_v1_same {
    ProtobufCMessage base;
    int32_t one;
};
extern const struct reeve_message gentest_v1_same_message;
extern const ProtobufCMessageDescriptor gentest_v1_same_descriptor;
void gentest_v1_same_init(struct gentest_v1_same *message);
#define GENTEST_V1_SAME_INIT {.base = {.descriptor = &gentest_v1_same_descriptor}}

#ifdef __cplusplus
}
#endif
#endif
