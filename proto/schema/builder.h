/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of building tables share: the memory they go to, the types by name, and how a
 * refusal is told. */
#ifndef REEVE_PROTO_SCHEMA_BUILDER_H
#define REEVE_PROTO_SCHEMA_BUILDER_H

#include "agent/base/arena.h"
#include "proto/runtime/message.h"
#include "reeve/v1/manifest.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_builder {
    struct reeve_arena *arena;
    struct reeve_problem *problem; /* may be NULL */
    const char *message_name;      /* of what is being built, for problems */
    const char *field_name;
    struct reeve_message *messages; /* by name */
    size_t messages_count;
    struct reeve_enum *enums; /* by name */
    size_t enums_count;
    struct reeve_pattern ***patterns; /* the slots of all pattern rules */
    size_t patterns_count;
};

/* Fills *problem with the place that is being built. */
enum reeve_status reeve_builder_refuse(const struct reeve_builder *b, enum reeve_status status,
                                       const char *rule, const char *text) REEVE_MUST_CHECK;
enum reeve_status reeve_builder_no_memory(const struct reeve_builder *b) REEVE_MUST_CHECK;

/* NULL when the schema has no such type. */
const struct reeve_message *reeve_builder_message(const struct reeve_builder *b, const char *name);
const struct reeve_enum *reeve_builder_enum(const struct reeve_builder *b, const char *name);

/* Fields and oneofs of one message whose header is in place, with its layout. */
enum reeve_status reeve_build_message(struct reeve_builder *b, struct reeve_message *m,
                                      const struct reeve_v1_message_schema *from) REEVE_MUST_CHECK;

/* (buf.validate.message).oneof of a message whose fields are in place. */
enum reeve_status
reeve_build_oneof_rules(struct reeve_builder *b, struct reeve_message *m,
                        const struct reeve_v1_message_schema *from) REEVE_MUST_CHECK;

/* The rules of a field whose type is in place. */
enum reeve_status reeve_build_rules(struct reeve_builder *b, struct reeve_field *field,
                                    const struct reeve_v1_field_schema *from) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
