/* SPDX-License-Identifier: Apache-2.0 */
/* Splits an array in PostgreSQL's text form, "{a,\"b\\\"c\"}", into the texts of its elements
 * (manual of PostgreSQL, section 8.15.6). One dimension, no NULL: a repeated field has neither. One
 * thread at a time. */
#ifndef REEVE_AGENT_BINDINGS_SQL_ARRAY_H
#define REEVE_AGENT_BINDINGS_SQL_ARRAY_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_sql_array {
    struct reeve_bytes text; /* borrowed */
    size_t at;
    bool ended;
    struct reeve_buffer element;
};

/* TYPE with *why: it is no array. Cleared by the caller, always. */
enum reeve_status reeve_sql_array_begin(struct reeve_sql_array *array, struct reeve_bytes text,
                                        const char **why) REEVE_MUST_CHECK;
/* The next element, unescaped and valid until the next call; *more is false behind the last. TYPE
 * with *why, NO_MEMORY. */
enum reeve_status reeve_sql_array_next(struct reeve_sql_array *array, struct reeve_bytes *element,
                                       bool *more, const char **why) REEVE_MUST_CHECK;
void reeve_sql_array_clear(struct reeve_sql_array *array);

#ifdef __cplusplus
}
#endif
#endif
