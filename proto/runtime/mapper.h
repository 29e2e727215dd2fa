/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where a document becomes a message. JSON and YAML both produce positioned events in
 * document order; the mapper follows them through the tables. It owns no memory but the arena's.
 *
 * After any status but OK the mapper must not be fed again; *problem says what was wrong. */
#ifndef REEVE_PROTO_RUNTIME_MAPPER_H
#define REEVE_PROTO_RUNTIME_MAPPER_H

#include "proto/runtime/message.h"
#include "proto/runtime/scalar.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_position {
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in bytes */
};

struct reeve_mapper_options {
    uint32_t max_depth; /* objects inside objects; 0: 64 */
    bool ignore_unknown;
    bool duration_units; /* YAML */
};

struct reeve_mapper_frame;

struct reeve_mapper {
    struct reeve_arena *arena;
    struct reeve_problem *problem;
    struct reeve_scalar_options scalar_options;
    bool ignore_unknown;
    struct reeve_field root_field; /* makes the whole message a value like any other */
    void *root;
    bool root_given;
    struct reeve_mapper_frame *top; /* NULL outside the outermost object */
    uint32_t depth_left;
    uint32_t skipping; /* containers open inside a member that is ignored */
    uint32_t max_skip;
    size_t elements_left;
};

void reeve_mapper_init(struct reeve_mapper *mapper, const struct reeve_message *m,
                       struct reeve_mapper_options options, struct reeve_arena *arena,
                       struct reeve_problem *problem);

enum reeve_status reeve_mapper_begin_object(struct reeve_mapper *mapper,
                                            struct reeve_position at) REEVE_MUST_CHECK;
enum reeve_status reeve_mapper_end_object(struct reeve_mapper *mapper,
                                          struct reeve_position at) REEVE_MUST_CHECK;
enum reeve_status reeve_mapper_begin_array(struct reeve_mapper *mapper,
                                           struct reeve_position at) REEVE_MUST_CHECK;
enum reeve_status reeve_mapper_end_array(struct reeve_mapper *mapper) REEVE_MUST_CHECK;
enum reeve_status reeve_mapper_key(struct reeve_mapper *mapper, struct reeve_bytes name,
                                   struct reeve_position at) REEVE_MUST_CHECK;
enum reeve_status reeve_mapper_scalar(struct reeve_mapper *mapper, struct reeve_scalar scalar,
                                      struct reeve_position at) REEVE_MUST_CHECK;

/* A reader's own error (syntax, size) at the place that the mapper has reached. */
enum reeve_status reeve_mapper_fail(struct reeve_mapper *mapper, enum reeve_status status,
                                    const char *rule, const char *text,
                                    struct reeve_position at) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
