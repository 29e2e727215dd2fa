/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as messages: see rows.h. */
#include "agent/bindings/sql/rows.h"

#include "proto/runtime/message.h"
#include "proto/runtime/slot.h"

/* ---- columns ---- */

static bool is_list_of_messages(const struct reeve_field *f)
{
    return f->cardinality == REEVE_REPEATED && f->type == REEVE_TYPE_MESSAGE &&
           f->message->well_known == REEVE_WELL_KNOWN_NONE;
}

static bool is_field_of(const struct reeve_message *m, const char *column)
{
    return reeve_message_field(m, reeve_bytes_cstr(column)) != NULL;
}

/* The one list of messages of an output that no column speaks of; NULL. */
static const struct reeve_field *list_of(const struct reeve_message *output,
                                         const struct reeve_sql_described *columns, size_t count)
{
    const struct reeve_field *list = NULL;

    for (uint16_t i = 0; i < output->fields_count; i++) {
        const struct reeve_field *f = &output->fields[i];
        if (is_list_of_messages(f) && list != NULL) {
            return NULL;
        }
        list = is_list_of_messages(f) ? f : list;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_field_of(output, columns[i].name)) {
            return NULL;
        }
    }
    return list;
}

static enum reeve_status describe_one(struct reeve_sql_rows *rows, size_t i,
                                      const struct reeve_sql_described *column,
                                      struct reeve_arena *arena, struct reeve_sql_misfit *misfit)
{
    struct reeve_sql_target *target = &rows->targets[i];
    const struct reeve_bytes name = reeve_bytes_cstr(column->name);

    target->field = reeve_message_field(rows->type, name);
    target->type = reeve_sql_type_of(column->oid);
    target->name = reeve_arena_strdup(arena, name);
    if (target->name == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t before = 0; target->field != NULL && before < i; before++) {
        if (rows->targets[before].field == target->field) {
            reeve_format_cut(misfit->text, sizeof(misfit->text),
                             "the columns %s and %s are both for the field %s",
                             rows->targets[before].name, column->name, target->field->name);
            return REEVE_OUTPUT_INVALID;
        }
    }
    if (target->field != NULL && !reeve_sql_type_fits(target->field, target->type)) {
        reeve_format_cut(misfit->text, sizeof(misfit->text),
                         "column %s has a type (OID %u) that never fits the field %s of %s",
                         column->name, column->oid, target->field->name, rows->type->name);
        return REEVE_OUTPUT_INVALID;
    }
    return REEVE_OK;
}

static bool any_target(const struct reeve_sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->targets[i].field != NULL) {
            return true;
        }
    }
    return false;
}

enum reeve_status reeve_sql_rows_describe(const struct reeve_message *output, bool streams,
                                          const struct reeve_sql_described *columns, size_t count,
                                          struct reeve_arena *arena, struct reeve_sql_rows *out,
                                          struct reeve_sql_misfit *misfit)
{
    *out = (struct reeve_sql_rows){.type = output, .count = count};
    out->list = streams ? NULL : list_of(output, columns, count);
    out->type = out->list != NULL ? out->list->message : output;
    out->targets = reeve_arena_alloc_array(arena, count + 1, sizeof(*out->targets));
    if (out->targets == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(describe_one(out, i, &columns[i], arena, misfit));
    }
    if (out->type->fields_count > 0 && !any_target(out)) {
        reeve_format_cut(misfit->text, sizeof(misfit->text),
                         "no column has the name of a field of %s", out->type->name);
        return REEVE_OUTPUT_INVALID;
    }
    return REEVE_OK;
}

/* ---- values ---- */

static enum reeve_status read_value(const struct reeve_sql_rows *rows, size_t i,
                                    struct reeve_bytes value, struct reeve_arena *arena,
                                    void *message, struct reeve_sql_misfit *misfit)
{
    const struct reeve_sql_target *target = &rows->targets[i];
    const char *why = "";

    if (target->field == NULL || value.data == NULL) {
        return REEVE_OK;
    }
    const enum reeve_status status =
        reeve_sql_value_store(rows->type, target->field, message, target->type, value, arena, &why);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_format_cut(misfit->text, sizeof(misfit->text),
                     "column %s does not fit the field %s of %s: %s", target->name,
                     target->field->name, rows->type->name, why);
    return REEVE_OUTPUT_INVALID;
}

enum reeve_status reeve_sql_rows_read(const struct reeve_sql_rows *rows,
                                      const struct reeve_bytes *values, size_t count,
                                      struct reeve_arena *arena, void **message,
                                      struct reeve_sql_misfit *misfit)
{
    *message = NULL;
    void *row = reeve_message_new(rows->type, arena);
    if (row == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count && i < rows->count; i++) {
        REEVE_TRY(read_value(rows, i, values[i], arena, row, misfit));
    }
    *message = row;
    return REEVE_OK;
}

/* ---- rows that a command changed ---- */

const struct reeve_field *reeve_sql_affected_field(const struct reeve_message *output)
{
    const struct reeve_field *f = reeve_message_field(output, reeve_bytes_cstr("affected_rows"));
    const struct reeve_sql_type integer = {REEVE_SQL_INTEGER, false, true};
    const bool is_number = f != NULL && f->type != REEVE_TYPE_MESSAGE &&
                           f->type != REEVE_TYPE_STRING && f->type != REEVE_TYPE_ENUM;

    return is_number && reeve_sql_type_fits(f, integer) ? f : NULL;
}

enum reeve_status reeve_sql_affected_store(const struct reeve_message *output, void *message,
                                           uint64_t affected, struct reeve_arena *arena)
{
    const struct reeve_field *f = reeve_sql_affected_field(output);
    const struct reeve_sql_type integer = {REEVE_SQL_INTEGER, false, true};
    char text[32];
    const char *why = "";

    if (f == NULL || reeve_slot_is_set(f, message)) {
        return REEVE_OK;
    }
    reeve_format_cut(text, sizeof(text), "%llu", (unsigned long long)affected);
    const enum reeve_status status =
        reeve_sql_value_store(output, f, message, integer, reeve_bytes_cstr(text), arena, &why);
    return status == REEVE_OK || status == REEVE_NO_MEMORY ? status : REEVE_OUTPUT_INVALID;
}
