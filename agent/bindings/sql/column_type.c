/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's types, and which field each can go into: see column_type.h. */
#include "agent/bindings/sql/column_type.h"

struct known_type {
    uint32_t oid;
    uint32_t array_oid;
    enum reeve_sql_class class_;
};

/* pg_type.dat of PostgreSQL 15; these numbers never change. */
static const struct known_type KNOWN[] = {
    {16, 1000, REEVE_SQL_BOOL},          {17, 1001, REEVE_SQL_BYTEA},
    {18, 1002, REEVE_SQL_OTHER},         {19, 1003, REEVE_SQL_OTHER},
    {20, 1016, REEVE_SQL_INTEGER},       {21, 1005, REEVE_SQL_INTEGER},
    {23, 1007, REEVE_SQL_INTEGER},       {25, 1009, REEVE_SQL_OTHER},
    {26, 1028, REEVE_SQL_INTEGER},       {114, 199, REEVE_SQL_JSON},
    {142, 143, REEVE_SQL_OTHER},         {650, 651, REEVE_SQL_OTHER},
    {700, 1021, REEVE_SQL_FLOAT},        {701, 1022, REEVE_SQL_FLOAT},
    {790, 791, REEVE_SQL_OTHER},         {829, 1040, REEVE_SQL_OTHER},
    {869, 1041, REEVE_SQL_OTHER},        {1042, 1014, REEVE_SQL_OTHER},
    {1043, 1015, REEVE_SQL_OTHER},       {1082, 1182, REEVE_SQL_DATE},
    {1083, 1183, REEVE_SQL_OTHER},       {1114, 1115, REEVE_SQL_TIMESTAMP},
    {1184, 1185, REEVE_SQL_TIMESTAMPTZ}, {1186, 1187, REEVE_SQL_INTERVAL},
    {1266, 1270, REEVE_SQL_OTHER},       {1560, 1561, REEVE_SQL_OTHER},
    {1562, 1563, REEVE_SQL_OTHER},       {1700, 1231, REEVE_SQL_NUMERIC},
    {2950, 2951, REEVE_SQL_OTHER},       {3802, 3807, REEVE_SQL_JSON},
};

struct reeve_sql_type reeve_sql_type_of(uint32_t oid)
{
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
        if (KNOWN[i].oid == oid || KNOWN[i].array_oid == oid) {
            return (struct reeve_sql_type){KNOWN[i].class_, KNOWN[i].array_oid == oid, true};
        }
    }
    return (struct reeve_sql_type){REEVE_SQL_OTHER, false, false};
}

bool reeve_sql_is_list(const struct reeve_field *f)
{
    return f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP;
}

static bool message_fits(const struct reeve_field *f, enum reeve_sql_class class_);

static bool one_fits(const struct reeve_field *f, enum reeve_sql_class class_)
{
    switch ((enum reeve_field_type)f->type) {
    case REEVE_TYPE_BOOL:
        return class_ == REEVE_SQL_BOOL;
    case REEVE_TYPE_STRING:
        return class_ != REEVE_SQL_BYTEA;
    case REEVE_TYPE_BYTES:
        return class_ == REEVE_SQL_BYTEA;
    case REEVE_TYPE_ENUM:
        return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_OTHER;
    case REEVE_TYPE_FLOAT:
    case REEVE_TYPE_DOUBLE:
        return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_NUMERIC ||
               class_ == REEVE_SQL_FLOAT;
    case REEVE_TYPE_MESSAGE:
        return message_fits(f, class_);
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_FIXED64:
    case REEVE_TYPE_FIXED32:
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_SFIXED32:
    case REEVE_TYPE_SFIXED64:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SINT64:
        break;
    }
    return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_NUMERIC;
}

static bool message_fits(const struct reeve_field *f, enum reeve_sql_class class_)
{
    switch ((enum reeve_well_known)f->message->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
        return class_ == REEVE_SQL_TIMESTAMPTZ || class_ == REEVE_SQL_TIMESTAMP ||
               class_ == REEVE_SQL_DATE;
    case REEVE_WELL_KNOWN_DURATION:
        return class_ == REEVE_SQL_INTERVAL;
    case REEVE_WELL_KNOWN_WRAPPER:
        return one_fits(&f->message->fields[0], class_);
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return class_ == REEVE_SQL_OTHER;
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        break;
    }
    return class_ == REEVE_SQL_JSON;
}

bool reeve_sql_is_json_list(const struct reeve_field *f)
{
    return f->cardinality == REEVE_MAP ||
           (f->type == REEVE_TYPE_MESSAGE && (f->message->well_known == REEVE_WELL_KNOWN_NONE ||
                                              f->message->well_known == REEVE_WELL_KNOWN_EMPTY));
}

bool reeve_sql_type_fits(const struct reeve_field *f, struct reeve_sql_type type)
{
    if (!reeve_sql_is_list(f)) {
        return !type.array && one_fits(f, type.class_);
    }
    if (type.class_ == REEVE_SQL_JSON && !type.array) {
        return true;
    }
    return !reeve_sql_is_json_list(f) && (type.array || !type.known) && one_fits(f, type.class_);
}
