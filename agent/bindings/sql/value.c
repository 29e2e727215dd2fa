/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's text as fields: see value.h. Scalars go through the same conversion as JSON's
 * (proto/runtime/scalar.h), which knows every type's range. */
#include "agent/bindings/sql/value.h"

#include "agent/base/character.h"
#include "agent/bindings/json_member.h"
#include "agent/bindings/sql/array.h"
#include "agent/bindings/sql/time_text.h"
#include "proto/runtime/message.h"
#include "proto/runtime/number.h"
#include "proto/runtime/scalar.h"
#include "proto/runtime/slot.h"

struct value {
    const struct reeve_message *m;
    const struct reeve_field *field;
    struct reeve_sql_type type;
    struct reeve_bytes text;
    struct reeve_arena *arena;
    const char *why;
};

/* ---- scalars ---- */

static enum reeve_status refuse(struct value *v, enum reeve_status status, const char *why)
{
    v->why = why;
    return status;
}

static enum reeve_status store_scalar(struct value *v, void *slot, enum reeve_scalar_kind kind,
                                      struct reeve_bytes text)
{
    static const struct reeve_scalar_options options = {.max_elements = 100000};
    const struct reeve_scalar scalar = {.kind = kind, .text = text};
    struct reeve_scalar_error error = {.rule = "", .text = ""};
    const enum reeve_status status =
        reeve_scalar_store(v->field, slot, scalar, &options, v->arena, &error);

    if (status != REEVE_OK) {
        v->why = error.text;
    }
    return status;
}

static enum reeve_status store_bool(struct value *v, void *slot)
{
    const bool is_true = reeve_bytes_equal_cstr(v->text, "t");

    if (!is_true && !reeve_bytes_equal_cstr(v->text, "f")) {
        return refuse(v, REEVE_TYPE, "it is neither true nor false");
    }
    return store_scalar(v, slot, is_true ? REEVE_SCALAR_TRUE : REEVE_SCALAR_FALSE, v->text);
}

/* Whole numbers that a double or float would round are refused: they were exact. */
static enum reeve_status check_exact(struct value *v)
{
    const int64_t bound =
        v->field->type == REEVE_TYPE_FLOAT ? INT64_C(16777216) : INT64_C(9007199254740992);
    int64_t number = 0;

    if (v->type.class_ != REEVE_SQL_INTEGER) {
        return REEVE_OK;
    }
    if (reeve_number_to_int64(v->text, &number) != REEVE_OK || number > bound || number < -bound) {
        return refuse(v, REEVE_RANGE, "the whole number is not exact in this type");
    }
    return REEVE_OK;
}

static enum reeve_status store_real(struct value *v, void *slot)
{
    REEVE_TRY(check_exact(v));
    const uint8_t last = v->text.len == 0 ? 0 : v->text.data[v->text.len - 1];
    const bool is_word = last == 'N' || last == 'y'; /* NaN, Infinity, -Infinity */
    return store_scalar(v, slot, is_word ? REEVE_SCALAR_STRING : REEVE_SCALAR_NUMBER, v->text);
}

/* "\x0aff": bytea_output is pinned to hex. */
static enum reeve_status store_bytes(struct value *v, void *slot)
{
    ProtobufCBinaryData *out = slot;

    if (!reeve_bytes_starts_with(v->text, reeve_bytes_cstr("\\x")) || v->text.len % 2 != 0) {
        return refuse(v, REEVE_TYPE, "it is not bytea in hex form");
    }
    const size_t len = v->text.len / 2 - 1;
    uint8_t *data = reeve_arena_alloc(v->arena, len + 1);
    if (data == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < len; i++) {
        const int high = reeve_hex_value(v->text.data[2 + 2 * i]);
        const int low = reeve_hex_value(v->text.data[3 + 2 * i]);
        if (high < 0 || low < 0) {
            return refuse(v, REEVE_TYPE, "it is not bytea in hex form");
        }
        data[i] = (uint8_t)(high * 16 + low);
    }
    out->len = len;
    out->data = data;
    return REEVE_OK;
}

/* ---- times ---- */

static enum reeve_status store_timestamp(struct value *v, void *slot)
{
    char text[REEVE_SQL_TIMESTAMP_TEXT];

    if (reeve_sql_timestamp_read(v->type.class_, v->text, text) != REEVE_OK) {
        return refuse(v, REEVE_RANGE, "the time is outside the years 1 to 9999");
    }
    return store_scalar(v, slot, REEVE_SCALAR_STRING, reeve_bytes_cstr(text));
}

static enum reeve_status store_duration(struct value *v, void *slot)
{
    struct reeve_instant duration = {.seconds = 0, .nanos = 0};

    REEVE_TRY(reeve_sql_interval_read(v->text, &duration, &v->why));
    void *message = reeve_message_new(v->field->message, v->arena);
    if (message == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_instant_store(v->field->message, message, duration);
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

/* ---- one value ---- */

static enum reeve_status store_one(struct value *v, void *slot);

static enum reeve_status store_wrapped(struct value *v, void *slot)
{
    const struct reeve_field *outer = v->field;
    const struct reeve_field *inner = &outer->message->fields[0];
    void *message = reeve_message_new(outer->message, v->arena);

    if (message == NULL) {
        return REEVE_NO_MEMORY;
    }
    v->field = inner;
    const enum reeve_status status = store_one(v, reeve_slot(inner, message));
    v->field = outer;
    REEVE_TRY(status);
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

static enum reeve_status store_json(struct value *v, void *slot)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;
    const enum reeve_status status =
        reeve_message_from_json(v->field->message, v->text, &options, v->arena, &message, &problem);

    if (status != REEVE_OK) {
        return refuse(v, status, "its JSON does not fit the message");
    }
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

static enum reeve_status store_message(struct value *v, void *slot)
{
    switch ((enum reeve_well_known)v->field->message->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
        return store_timestamp(v, slot);
    case REEVE_WELL_KNOWN_DURATION:
        return store_duration(v, slot);
    case REEVE_WELL_KNOWN_WRAPPER:
        return store_wrapped(v, slot);
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return store_scalar(v, slot, REEVE_SCALAR_STRING, v->text);
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        break;
    }
    return store_json(v, slot);
}

static enum reeve_status store_one(struct value *v, void *slot)
{
    switch ((enum reeve_field_type)v->field->type) {
    case REEVE_TYPE_BOOL:
        return store_bool(v, slot);
    case REEVE_TYPE_STRING:
        return store_scalar(v, slot, REEVE_SCALAR_STRING, v->text);
    case REEVE_TYPE_BYTES:
        return store_bytes(v, slot);
    case REEVE_TYPE_MESSAGE:
        return store_message(v, slot);
    case REEVE_TYPE_FLOAT:
    case REEVE_TYPE_DOUBLE:
        return store_real(v, slot);
    case REEVE_TYPE_ENUM:
        return store_scalar(v, slot,
                            v->type.class_ == REEVE_SQL_INTEGER ? REEVE_SCALAR_NUMBER
                                                                : REEVE_SCALAR_STRING,
                            v->text);
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
    return store_scalar(v, slot, REEVE_SCALAR_NUMBER, v->text);
}

/* ---- arrays ---- */

/* Room for one more element of the list, whose memory doubles. */
static void *grow(struct value *v, void *message, size_t *capacity)
{
    const size_t count = reeve_slot_count(v->field, message);
    const size_t size = reeve_types[v->field->type].size;

    if (count == *capacity) {
        const size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
        uint8_t *bigger = reeve_arena_alloc_array(v->arena, wanted, size);
        if (bigger == NULL) {
            return NULL;
        }
        if (count > 0) {
            reeve_move(bigger, reeve_slot_element(v->field, message, 0), count * size);
        }
        reeve_store_pointer(reeve_slot(v->field, message), bigger);
        *capacity = wanted;
    }
    reeve_slot_set_count(v->field, message, count + 1);
    return reeve_slot_element(v->field, message, count);
}

static enum reeve_status store_elements(struct value *v, struct reeve_sql_array *array,
                                        void *message)
{
    struct reeve_bytes element = {NULL, 0};
    size_t capacity = 0;
    bool more = true;

    for (;;) {
        REEVE_TRY(reeve_sql_array_next(array, &element, &more, &v->why));
        if (!more) {
            return REEVE_OK;
        }
        void *slot = grow(v, message, &capacity);
        if (slot == NULL) {
            return REEVE_NO_MEMORY;
        }
        REEVE_TRY(reeve_arena_dup(v->arena, element, &v->text));
        REEVE_TRY(store_one(v, slot));
    }
}

static enum reeve_status store_array(struct value *v, void *message)
{
    struct reeve_sql_array array;

    reeve_slot_clear(v->field, message);
    enum reeve_status status = reeve_sql_array_begin(&array, v->text, &v->why);
    if (status == REEVE_OK) {
        status = store_elements(v, &array, message);
    }
    reeve_sql_array_clear(&array);
    return status;
}

/* JSON for a list or map: the mapper reads it as the one member of its message. */
static enum reeve_status store_json_list(struct value *v, void *message)
{
    struct reeve_problem problem = {.line = 0};
    void *only = NULL;

    const enum reeve_status status =
        reeve_json_member_read(v->m, v->field, v->text, v->arena, &only, &problem);
    if (status != REEVE_OK) {
        return refuse(v, status, "its JSON does not fit the field");
    }
    reeve_store_pointer(reeve_slot(v->field, message),
                        reeve_load_pointer(reeve_slot_of(v->field, only)));
    reeve_slot_set_count(v->field, message, reeve_slot_count(v->field, only));
    return REEVE_OK;
}

/* ---- the whole ---- */

static enum reeve_status store(struct value *v, void *message)
{
    const bool is_json = v->type.class_ == REEVE_SQL_JSON && !v->type.array;

    if (is_json && v->field->type != REEVE_TYPE_STRING && reeve_bytes_equal_cstr(v->text, "null")) {
        return REEVE_OK;
    }
    if (reeve_sql_is_list(v->field)) {
        return is_json ? store_json_list(v, message) : store_array(v, message);
    }
    if ((v->field->flags & REEVE_FIELD_ONEOF) != 0) {
        reeve_slot_mark(v->field, message);
    }
    REEVE_TRY(store_one(v, reeve_slot(v->field, message)));
    reeve_slot_mark(v->field, message);
    return REEVE_OK;
}

enum reeve_status reeve_sql_value_store(const struct reeve_message *m,
                                        const struct reeve_field *field, void *message,
                                        struct reeve_sql_type type, struct reeve_bytes text,
                                        struct reeve_arena *arena, const char **why)
{
    struct value v = {
        .m = m, .field = field, .type = type, .text = text, .arena = arena, .why = ""};
    const enum reeve_status status = reeve_sql_type_fits(field, type)
                                         ? store(&v, message)
                                         : refuse(&v, REEVE_TYPE, "the types do not fit");

    *why = v.why;
    return status;
}
