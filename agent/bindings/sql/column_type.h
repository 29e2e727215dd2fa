/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a result's column as far as it matters here, and the fields that it fits: the table
 * in docs/reference/sql-binding.md. Any thread. */
#ifndef REEVE_AGENT_BINDINGS_SQL_COLUMN_TYPE_H
#define REEVE_AGENT_BINDINGS_SQL_COLUMN_TYPE_H

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
bool reeve_sql_type_fits(const struct reeve_field *field, struct reeve_sql_type type);
/* Repeated, or a map. */
bool reeve_sql_is_list(const struct reeve_field *field);
/* Of lists: whether only JSON can hold it, which is so for maps and messages without a scalar form.
 */
bool reeve_sql_is_json_list(const struct reeve_field *field);

#ifdef __cplusplus
}
#endif
#endif
