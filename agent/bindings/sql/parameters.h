/* SPDX-License-Identifier: Apache-2.0 */
/* A request's fields as the parameters of a statement, in PostgreSQL's text form. Their types are
 * the server's to find out: from the place where a parameter stands, or a cast. */
#ifndef REEVE_AGENT_BINDINGS_SQL_PARAMETERS_H
#define REEVE_AGENT_BINDINGS_SQL_PARAMETERS_H

#include "agent/bindings/sql/statement.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SQL_PATH_MAX 16u

/* Where a parameter's value is: fields from the request message down. */
struct reeve_sql_parameter {
    struct reeve_bytes name;
    const struct reeve_field *path[REEVE_SQL_PATH_MAX];
    uint32_t depth;
    bool sensitive; /* the field or a message on the way to it */
};

struct reeve_sql_parameters {
    const struct reeve_message *input;
    struct reeve_sql_parameter *items;
    uint32_t count;
    bool enum_numbers; /* enums as numbers, not by name */
};

/* Why a name means no field. */
struct reeve_sql_unknown {
    struct reeve_bytes name;        /* the parameter's */
    struct reeve_bytes part;        /* of it that is wrong */
    const struct reeve_message *in; /* the message that has no such field; NULL: see text */
    const char *text;
};

/* NOT_FOUND with *unknown, NO_MEMORY. */
enum reeve_status reeve_sql_parameters_resolve(const struct reeve_sql_statement *statement,
                                               const struct reeve_message *input, bool enum_numbers,
                                               struct reeve_arena *arena,
                                               struct reeve_sql_parameters *out,
                                               struct reeve_sql_unknown *unknown) REEVE_MUST_CHECK;
/* Whether a parameter reads the request's field, or something in it. */
bool reeve_sql_parameters_use(const struct reeve_sql_parameters *parameters,
                              const struct reeve_field *field);

/* (*values)[i] is parameter i's text, or NULL for NULL. INVALID: a value has no such form; *field
 * names it and *why says why. NO_MEMORY. */
enum reeve_status reeve_sql_parameters_write(const struct reeve_sql_parameters *parameters,
                                             const void *request, struct reeve_arena *arena,
                                             const char *const **values, struct reeve_bytes *field,
                                             const char **why) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
