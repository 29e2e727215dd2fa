/* SPDX-License-Identifier: Apache-2.0 */
/* A scalar of JSON or YAML becomes a field's value. The field's type decides what the text means,
 * never the text itself. */
#ifndef REEVE_PROTO_RUNTIME_SCALAR_H
#define REEVE_PROTO_RUNTIME_SCALAR_H

#include "agent/base/arena.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_scalar_kind {
    REEVE_SCALAR_NULL,
    REEVE_SCALAR_TRUE,
    REEVE_SCALAR_FALSE,
    REEVE_SCALAR_NUMBER, /* JSON, unquoted */
    REEVE_SCALAR_STRING, /* quoted */
    REEVE_SCALAR_PLAIN,  /* YAML, unquoted: whatever the field wants */
};

struct reeve_scalar {
    enum reeve_scalar_kind kind;
    struct reeve_bytes text; /* NUMBER, STRING, PLAIN */
};

struct reeve_scalar_options {
    bool duration_units;    /* "10m", "2h" */
    bool drop_unknown_enum; /* an unknown enum name leaves the slot as it is */
    size_t max_elements;    /* of a FieldMask */
};

/* Why a scalar was refused, in our words. */
struct reeve_scalar_error {
    const char *rule;
    const char *text;
};

/* Stores into `slot`, which has the field's type (of a repeated field: one element). TYPE, RANGE,
 * UTF8, EMBEDDED_NUL, TOO_LARGE, NO_MEMORY, each with *error; NOT_FOUND when drop_unknown_enum held
 * and nothing was stored. */
enum reeve_status reeve_scalar_store(const struct reeve_field *field, void *slot,
                                     struct reeve_scalar scalar,
                                     const struct reeve_scalar_options *options,
                                     struct reeve_arena *arena,
                                     struct reeve_scalar_error *error) REEVE_MUST_CHECK;

/* Whether null is a value of the field's type: google.protobuf.Value and NullValue. */
bool reeve_scalar_takes_null(const struct reeve_field *field);

#ifdef __cplusplus
}
#endif
#endif
