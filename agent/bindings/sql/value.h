/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a result, in PostgreSQL's text form with the settings that every connection pins
 * (ISO dates in UTC, ISO 8601 intervals, hex bytea), as a field's value. The table of what fits
 * what is in docs/reference/sql-binding.md. */
#ifndef REEVE_AGENT_BINDINGS_SQL_VALUE_H
#define REEVE_AGENT_BINDINGS_SQL_VALUE_H

#include "agent/base/arena.h"
#include "agent/bindings/sql/column_type.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stores `text` into `field` of `message`, whose table is `m`; the field is marked as present. A
 * json null leaves it absent. TYPE, RANGE, UTF8, EMBEDDED_NUL and others of the mapper with *why,
 * NO_MEMORY. */
enum reeve_status reeve_sql_value_store(const struct reeve_message *m,
                                        const struct reeve_field *field, void *message,
                                        struct reeve_sql_type type, struct reeve_bytes text,
                                        struct reeve_arena *arena,
                                        const char **why) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
