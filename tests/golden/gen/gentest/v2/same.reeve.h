/* Made by protoc-gen-reeve from gentest/v2/same.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_GENTEST_V2_SAME_H
#define REEVE_GENERATED_GENTEST_V2_SAME_H

#include "proto/runtime/table.h"
#include "gentest/v1/nasty.reeve.h"

#if REEVE_TABLE_VERSION != 1
#error "gentest/v2/same.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct gentest_v2_same;

struct gentest_v2_same {
    ProtobufCMessage base;
    struct gentest_v1_same *other;
    enum gentest_v1_holder_role role;
};
extern const struct reeve_message gentest_v2_same_message;
extern const ProtobufCMessageDescriptor gentest_v2_same_descriptor;
void gentest_v2_same_init(struct gentest_v2_same *message);
#define GENTEST_V2_SAME_INIT {.base = {.descriptor = &gentest_v2_same_descriptor}}

#ifdef __cplusplus
}
#endif
#endif
