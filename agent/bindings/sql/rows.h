/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as messages: a column goes into the field of its name. Columns without a field are dropped
 * (what is not declared does not leave); fields without a column stay absent, as do those whose
 * value is NULL. */
#ifndef REEVE_AGENT_BINDINGS_SQL_ROWS_H
#define REEVE_AGENT_BINDINGS_SQL_ROWS_H

#include "agent/bindings/sql/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A column as the server describes it. */
struct reeve_sql_described {
    const char *name;
    uint32_t oid;
};

struct reeve_sql_target {
    const struct reeve_field *field; /* NULL: the column is dropped */
    struct reeve_sql_type type;
    const char *name; /* the column's, in the arena */
};

struct reeve_sql_rows {
    const struct reeve_message *type; /* of one row */
    /* Where rows are collected, in the output message; NULL: a row is the output message itself. */
    const struct reeve_field *list;
    struct reeve_sql_target *targets;
    size_t count;
};

/* Why a result does not fit: local text, names columns and fields. */
#define REEVE_SQL_MISFIT_SIZE 256
struct reeve_sql_misfit {
    char text[REEVE_SQL_MISFIT_SIZE];
};

/* How rows go into messages of type `output`. Rows of a task that does not stream are collected
 * where `output` has exactly one field that is a list of messages and no column has the name of a
 * field of `output`.
 * OUTPUT_INVALID with *misfit: two columns for one field, types that never fit, no column that has
 * a field. NO_MEMORY. */
enum reeve_status reeve_sql_rows_describe(const struct reeve_message *output, bool streams,
                                          const struct reeve_sql_described *columns, size_t count,
                                          struct reeve_arena *arena, struct reeve_sql_rows *out,
                                          struct reeve_sql_misfit *misfit) REEVE_MUST_CHECK;

/* One row as a message of rows->type in the arena. OUTPUT_INVALID with *misfit, NO_MEMORY. */
enum reeve_status reeve_sql_rows_read(const struct reeve_sql_rows *rows,
                                      const struct reeve_bytes *values, size_t count,
                                      struct reeve_arena *arena, void **message,
                                      struct reeve_sql_misfit *misfit) REEVE_MUST_CHECK;

/* The output's field "affected_rows", if it is there and an integer; NULL. */
const struct reeve_field *reeve_sql_affected_field(const struct reeve_message *output);
/* OUTPUT_INVALID: the number does not fit the field. */
enum reeve_status reeve_sql_affected_store(const struct reeve_message *output, void *message,
                                           uint64_t affected,
                                           struct reeve_arena *arena) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
