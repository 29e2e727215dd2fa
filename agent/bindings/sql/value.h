/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a result, in PostgreSQL's text form with the settings that every connection pins
 * (ISO dates in UTC, ISO 8601 intervals, hex bytea), as a field's value. The table of what fits
 * what is in docs/reference/sql-binding.md. */
#ifndef REEVE_AGENT_BINDINGS_SQL_VALUE_H
#define REEVE_AGENT_BINDINGS_SQL_VALUE_H

#include "agent/base/arena.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a column's type is, as far as it matters here. */
enum reeve_sql_class {
    REEVE_SQL_OTHER, /* text, varchar, uuid, inet, enums …: whatever has a text form */
    REEVE_SQL_BOOL,
    REEVE_SQL_INTEGER, /* int2, int4, int8, oid */
    REEVE_SQL_NUMERIC,
    REEVE_SQL_FLOAT, /* float4, float8 */
    REEVE_SQL_BYTEA,
    REEVE_SQL_JSON, /* json, jsonb */
    REEVE_SQL_DATE,
    REEVE_SQL_TIMESTAMP,   /* without time zone: taken as UTC */
    REEVE_SQL_TIMESTAMPTZ, /* with */
    REEVE_SQL_INTERVAL,
};

struct reeve_sql_type {
    enum reeve_sql_class class_;
    bool array; /* of that class */
    bool known; /* false: an extension's or a user's own; it may be an array */
};

struct reeve_sql_type reeve_sql_type_of(uint32_t oid);

/* Whether values of such a column can go into the field at all. */
bool reeve_sql_value_fits(const struct reeve_field *field, struct reeve_sql_type type);

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
