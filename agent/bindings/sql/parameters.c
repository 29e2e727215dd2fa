/* SPDX-License-Identifier: Apache-2.0 */
/* Fields as parameters: see parameters.h. */
#include "agent/bindings/sql/parameters.h"

#include <inttypes.h>
#include <math.h>

#include "agent/base/buffer.h"
#include "agent/bindings/json_member.h"
#include "agent/bindings/sql/column_type.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/message.h"
#include "proto/runtime/number.h"
#include "proto/runtime/slot.h"

#define VALUE_MAX ((size_t)64 * 1024 * 1024)

/* ---- names ---- */

static bool is_plain_message(const struct reeve_field *f)
{
    return f->type == REEVE_TYPE_MESSAGE &&
           (f->cardinality == REEVE_IMPLICIT || f->cardinality == REEVE_EXPLICIT);
}

static enum reeve_status unknown_part(struct reeve_sql_unknown *unknown, struct reeve_bytes part,
                                      const struct reeve_message *in, const char *text)
{
    unknown->part = part;
    unknown->in = in;
    unknown->text = text;
    return REEVE_NOT_FOUND;
}

static enum reeve_status resolve(struct reeve_sql_parameter *parameter,
                                 const struct reeve_message *type,
                                 struct reeve_sql_unknown *unknown)
{
    struct reeve_bytes rest = parameter->name;

    unknown->name = parameter->name;
    while (rest.len > 0) {
        const size_t dot = reeve_bytes_find(rest, reeve_bytes_cstr("."));
        const struct reeve_bytes part =
            reeve_bytes_slice(rest, 0, dot == SIZE_MAX ? rest.len : dot);
        rest = reeve_bytes_slice(rest, part.len + 1, rest.len);
        const struct reeve_field *field = reeve_message_field(type, part);
        if (field == NULL) {
            return unknown_part(unknown, part, type, "there is no such field");
        }
        if (parameter->depth == REEVE_SQL_PATH_MAX) {
            return unknown_part(unknown, part, NULL, "the path is too long");
        }
        parameter->path[parameter->depth++] = field;
        parameter->sensitive = parameter->sensitive || (field->flags & REEVE_FIELD_SENSITIVE) != 0;
        if (rest.len > 0 && !is_plain_message(field)) {
            return unknown_part(unknown, part, NULL,
                                "it is no single message: nothing can be named in it");
        }
        type = field->message;
    }
    return REEVE_OK;
}

enum reeve_status reeve_sql_parameters_resolve(const struct reeve_sql_statement *statement,
                                               const struct reeve_message *input, bool enum_numbers,
                                               struct reeve_arena *arena,
                                               struct reeve_sql_parameters *out,
                                               struct reeve_sql_unknown *unknown)
{
    struct reeve_sql_parameter *items =
        reeve_arena_alloc_array(arena, (size_t)statement->count + 1, sizeof(*items));

    if (items == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < statement->count; i++) {
        items[i].name = statement->names[i];
        REEVE_TRY(resolve(&items[i], input, unknown));
    }
    *out = (struct reeve_sql_parameters){
        .input = input, .items = items, .count = statement->count, .enum_numbers = enum_numbers};
    return REEVE_OK;
}

bool reeve_sql_parameters_use(const struct reeve_sql_parameters *parameters,
                              const struct reeve_field *field)
{
    for (uint32_t i = 0; i < parameters->count; i++) {
        if (parameters->items[i].path[0] == field) {
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

struct writer {
    const struct reeve_sql_parameters *parameters;
    struct reeve_arena *arena;
    struct reeve_buffer text;
    const char *why;
};

static enum reeve_status no_form(struct writer *w, const char *why)
{
    w->why = why;
    return REEVE_INVALID;
}

static enum reeve_status write_enum(struct writer *w, const struct reeve_field *f, int64_t number)
{
    if (w->parameters->enum_numbers) {
        return reeve_buffer_append_format(&w->text, "%" PRId64, number);
    }
    for (uint32_t i = 0; i < f->enumeration->values_count; i++) {
        if (f->enumeration->values[i].number == number) {
            return reeve_buffer_append_cstr(&w->text, f->enumeration->values[i].name);
        }
    }
    return no_form(w, "the enum has no name for this number");
}

static enum reeve_status write_real(struct writer *w, uint8_t type, double value)
{
    char text[REEVE_NUMBER_TEXT];

    if (isnan(value)) {
        return reeve_buffer_append_cstr(&w->text, "NaN");
    }
    if (isinf(value)) {
        return reeve_buffer_append_cstr(&w->text, value > 0 ? "Infinity" : "-Infinity");
    }
    if (type == REEVE_TYPE_FLOAT) {
        reeve_number_from_float((float)value, text);
    } else {
        reeve_number_from_double(value, text);
    }
    return reeve_buffer_append_cstr(&w->text, text);
}

static enum reeve_status write_bytes(struct writer *w, struct reeve_bytes bytes)
{
    REEVE_TRY(reeve_buffer_append_cstr(&w->text, "\\x"));
    for (size_t i = 0; i < bytes.len; i++) {
        REEVE_TRY(reeve_buffer_append_format(&w->text, "%02x", bytes.data[i]));
    }
    return REEVE_OK;
}

/* "-1.500000000 seconds": PostgreSQL rounds to microseconds. */
static enum reeve_status write_duration(struct writer *w, struct reeve_instant d)
{
    const bool negative = d.seconds < 0 || d.nanos < 0;
    const int64_t seconds = negative ? -d.seconds : d.seconds;
    const int32_t nanos = negative ? -d.nanos : d.nanos;

    return reeve_buffer_append_format(&w->text, "%s%" PRId64 ".%09d seconds", negative ? "-" : "",
                                      seconds, (int)nanos);
}

static enum reeve_status write_instant(struct writer *w, const struct reeve_message *m,
                                       const void *message)
{
    char text[REEVE_INSTANT_TEXT];
    const struct reeve_instant instant = reeve_instant_load(m, message);

    if (m->well_known == REEVE_WELL_KNOWN_DURATION) {
        if (reeve_duration_format(instant, text) != REEVE_OK) {
            return no_form(w, "the duration is out of range");
        }
        return write_duration(w, instant);
    }
    if (reeve_timestamp_format(instant, text) != REEVE_OK) {
        return no_form(w, "the timestamp is out of range");
    }
    return reeve_buffer_append_cstr(&w->text, text);
}

static enum reeve_status write_json(struct writer *w, const struct reeve_message *m,
                                    const void *message)
{
    const struct reeve_json_options options = {.max_depth = 0};
    const enum reeve_status status = reeve_message_to_json(m, message, &options, &w->text);
    const bool memory = status == REEVE_NO_MEMORY || status == REEVE_LIMIT;

    return status == REEVE_OK || memory ? status : no_form(w, "the message has no JSON form");
}

static enum reeve_status write_one(struct writer *w, const struct reeve_field *f, const void *slot);

static enum reeve_status write_message(struct writer *w, const struct reeve_message *m,
                                       const void *message)
{
    const size_t from = w->text.len;

    switch ((enum reeve_well_known)m->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
    case REEVE_WELL_KNOWN_DURATION:
        return write_instant(w, m, message);
    case REEVE_WELL_KNOWN_WRAPPER:
        return write_one(w, &m->fields[0], reeve_slot_of(&m->fields[0], message));
    case REEVE_WELL_KNOWN_FIELD_MASK:
        REEVE_TRY(write_json(w, m, message));
        /* A JSON string of names, dots and commas: without its quotes it is the paths. */
        w->text.len--;
        reeve_move(w->text.data + from, w->text.data + from + 1, w->text.len - from - 1);
        w->text.len--;
        return REEVE_OK;
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        break;
    }
    return write_json(w, m, message);
}

static enum reeve_status write_one(struct writer *w, const struct reeve_field *f, const void *slot)
{
    const uint8_t type = f->type;

    switch ((enum reeve_field_type)type) {
    case REEVE_TYPE_STRING:
        return reeve_buffer_append_cstr(&w->text, reeve_load_text(slot));
    case REEVE_TYPE_BYTES:
        return write_bytes(w, reeve_load_bytes(slot));
    case REEVE_TYPE_BOOL:
        return reeve_buffer_append_cstr(&w->text,
                                        reeve_load_unsigned(type, slot) != 0 ? "true" : "false");
    case REEVE_TYPE_ENUM:
        return write_enum(w, f, reeve_load_signed(type, slot));
    case REEVE_TYPE_FLOAT:
    case REEVE_TYPE_DOUBLE:
        return write_real(w, type, reeve_load_double(type, slot));
    case REEVE_TYPE_MESSAGE:
        return write_message(w, f->message, reeve_load_pointer(slot));
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_FIXED64:
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_FIXED32:
        return reeve_buffer_append_format(&w->text, "%" PRIu64, reeve_load_unsigned(type, slot));
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_SFIXED32:
    case REEVE_TYPE_SFIXED64:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SINT64:
        break;
    }
    return reeve_buffer_append_format(&w->text, "%" PRId64, reeve_load_signed(type, slot));
}

/* ---- lists and maps ---- */

/* Elements of an array stand in quotes, where only these two characters mean something. */
static enum reeve_status quote_element(struct writer *w, size_t from)
{
    struct reeve_bytes element;

    REEVE_TRY(reeve_arena_dup(w->arena, reeve_bytes_of(w->text.data + from, w->text.len - from),
                              &element));
    w->text.len = from;
    REEVE_TRY(reeve_buffer_append_byte(&w->text, '"'));
    for (size_t i = 0; i < element.len; i++) {
        if (element.data[i] == '"' || element.data[i] == '\\') {
            REEVE_TRY(reeve_buffer_append_byte(&w->text, '\\'));
        }
        REEVE_TRY(reeve_buffer_append_byte(&w->text, element.data[i]));
    }
    return reeve_buffer_append_byte(&w->text, '"');
}

static enum reeve_status write_array(struct writer *w, const struct reeve_field *f,
                                     const void *message)
{
    const size_t count = reeve_slot_count(f, message);

    REEVE_TRY(reeve_buffer_append_byte(&w->text, '{'));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            REEVE_TRY(reeve_buffer_append_byte(&w->text, ','));
        }
        const size_t from = w->text.len;
        REEVE_TRY(write_one(w, f, reeve_slot_element(f, message, i)));
        REEVE_TRY(quote_element(w, from));
    }
    return reeve_buffer_append_byte(&w->text, '}');
}

/* Maps and lists of messages. */
static enum reeve_status write_field_json(struct writer *w, const struct reeve_message *m,
                                          const struct reeve_field *f, const void *message)
{
    void *only = reeve_message_new(m, w->arena);

    if (only == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (reeve_slot_count(f, message) == 0) {
        return reeve_buffer_append_cstr(&w->text, f->cardinality == REEVE_MAP ? "{}" : "[]");
    }
    reeve_store_pointer(reeve_slot(f, only), reeve_load_pointer(reeve_slot_of(f, message)));
    reeve_slot_set_count(f, only, reeve_slot_count(f, message));
    REEVE_TRY(write_json(w, m, only));
    return reeve_json_member_unwrap(&w->text);
}

static enum reeve_status write_field(struct writer *w, const struct reeve_message *m,
                                     const struct reeve_field *f, const void *message)
{
    if (f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP) {
        return reeve_sql_is_json_list(f) ? write_field_json(w, m, f, message)
                                         : write_array(w, f, message);
    }
    return write_one(w, f, reeve_slot_of(f, message));
}

/* ---- the whole ---- */

/* The message that has the parameter's last field; NULL: one on the way is absent. */
static const void *holder_of(const struct reeve_sql_parameter *p, const struct reeve_message **type,
                             const void *message)
{
    for (uint32_t i = 0; i + 1 < p->depth && message != NULL; i++) {
        *type = p->path[i]->message;
        message = reeve_slot_is_set(p->path[i], message)
                      ? reeve_load_pointer(reeve_slot_of(p->path[i], message))
                      : NULL;
    }
    return message;
}

static enum reeve_status write_parameter(struct writer *w, const struct reeve_sql_parameter *p,
                                         const void *request, const char **out)
{
    const struct reeve_field *f = p->path[p->depth - 1];
    const struct reeve_message *type = w->parameters->input;
    const void *message = holder_of(p, &type, request);

    *out = NULL;
    if (message == NULL || (f->cardinality == REEVE_EXPLICIT && !reeve_slot_is_set(f, message))) {
        return REEVE_OK;
    }
    reeve_buffer_reset(&w->text);
    REEVE_TRY(write_field(w, type, f, message));
    *out = reeve_arena_strdup(w->arena, reeve_buffer_view(&w->text));
    return *out == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

enum reeve_status reeve_sql_parameters_write(const struct reeve_sql_parameters *parameters,
                                             const void *request, struct reeve_arena *arena,
                                             const char *const **values, struct reeve_bytes *field,
                                             const char **why)
{
    const char **texts =
        reeve_arena_alloc_array(arena, (size_t)parameters->count + 1, sizeof(*texts));
    struct writer w = {.parameters = parameters, .arena = arena, .why = ""};
    enum reeve_status status = texts == NULL ? REEVE_NO_MEMORY : REEVE_OK;

    reeve_buffer_init(&w.text, NULL, VALUE_MAX);
    for (uint32_t i = 0; i < parameters->count && status == REEVE_OK; i++) {
        *field = parameters->items[i].name;
        status = write_parameter(&w, &parameters->items[i], request, &texts[i]);
    }
    reeve_buffer_clear(&w.text);
    *values = texts;
    *why = w.why;
    return status == REEVE_LIMIT ? REEVE_NO_MEMORY : status;
}
