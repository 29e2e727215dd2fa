/* Made by protoc-gen-reeve from gentest/nopackage.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_GENTEST_NOPACKAGE_H
#define REEVE_GENERATED_GENTEST_NOPACKAGE_H

#include "proto/runtime/table.h"

#if REEVE_TABLE_VERSION != 1
#error "gentest/nopackage.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum errno_ {
    ERRNO__UNSPECIFIED = 0,
};
extern const struct reeve_enum errno__enum;
extern const ProtobufCEnumDescriptor errno__descriptor;

struct linux_;
struct int_;

struct linux_ {
    ProtobufCMessage base;
    struct int_ *unix_;
    enum errno_ errno_;
};
extern const struct reeve_message linux__message;
extern const ProtobufCMessageDescriptor linux__descriptor;
void linux__init(struct linux_ *message);
#define LINUX__INIT {.base = {.descriptor = &linux__descriptor}}

struct int_ {
    ProtobufCMessage base;
    int32_t value;
};
extern const struct reeve_message int__message;
extern const ProtobufCMessageDescriptor int__descriptor;
void int__init(struct int_ *message);
#define INT__INIT {.base = {.descriptor = &int__descriptor}}

#ifdef __cplusplus
}
#endif
#endif
