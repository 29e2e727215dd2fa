/* SPDX-License-Identifier: Apache-2.0 */
/* A statement as it stands in the configuration: PostgreSQL's SQL with parameters named after
 * fields of the request, `:region` or `:customer.id`. They become $1, $2 … and never text: values
 * travel beside the statement.
 *
 * The lexer knows what PostgreSQL's knows about where a colon is none of ours: strings ('…', E'…',
 * $tag$…$tag$), "names", comments (-- and nested), casts (::), named arguments (:=) and slices of
 * arrays. What it cannot tell apart it refuses. */
#ifndef REEVE_AGENT_BINDINGS_SQL_STATEMENT_H
#define REEVE_AGENT_BINDINGS_SQL_STATEMENT_H

#include "agent/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SQL_STATEMENT_MAX ((size_t)64 * 1024)
#define REEVE_SQL_PARAMETERS_MAX 256u

struct reeve_sql_statement {
    const char *text;                /* with $1 … */
    const struct reeve_bytes *names; /* names[0] is $1's: "customer.id" */
    uint32_t count;
};

/* Why a statement was refused, and what to do, in our words; `line` and `column` count within it,
 * from 1. */
struct reeve_sql_fault {
    uint32_t line;
    uint32_t column;
    const char *text;
    const char *next;
};

/* The statement in the arena. SYNTAX with *fault: it is not one statement that a transaction can
 * carry. TOO_LARGE, NO_MEMORY. */
enum reeve_status reeve_sql_statement_parse(struct reeve_bytes source, struct reeve_arena *arena,
                                            struct reeve_sql_statement *out,
                                            struct reeve_sql_fault *fault) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
