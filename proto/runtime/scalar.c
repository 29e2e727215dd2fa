/* SPDX-License-Identifier: Apache-2.0 */
/* One conversion per type. */
#include "proto/runtime/scalar.h"

#include <math.h>

#include "agent/base/character.h"
#include "proto/runtime/base64.h"
#include "proto/runtime/field_mask.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/message.h"
#include "proto/runtime/number.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/text.h"

struct conversion {
    const struct reeve_field *field;
    void *slot;
    struct reeve_scalar scalar;
    const struct reeve_scalar_options *options;
    struct reeve_arena *arena;
    struct reeve_scalar_error *error;
};

typedef enum reeve_status (*convert)(const struct conversion *c);

static enum reeve_status refuse(const struct conversion *c, enum reeve_status status,
                                const char *text)
{
    c->error->rule = status == REEVE_RANGE ? "range" : "type";
    c->error->text = text;
    return status;
}

static bool is_text(const struct conversion *c)
{
    return c->scalar.kind == REEVE_SCALAR_STRING || c->scalar.kind == REEVE_SCALAR_PLAIN;
}

/* Numbers may be quoted: 64-bit ones have to be, for JavaScript's sake. */
static bool is_number_or_text(const struct conversion *c)
{
    return c->scalar.kind == REEVE_SCALAR_NUMBER || is_text(c);
}

static enum reeve_status refuse_number(const struct conversion *c, enum reeve_status status,
                                       const char *wanted)
{
    return refuse(c, status, status == REEVE_RANGE ? "the number does not fit its type" : wanted);
}

static enum reeve_status to_int64(const struct conversion *c, int64_t *v)
{
    const enum reeve_status status =
        is_number_or_text(c) ? reeve_number_to_int64(c->scalar.text, v) : REEVE_TYPE;
    return status == REEVE_OK ? status : refuse_number(c, status, "expected an integer");
}

static enum reeve_status to_uint64(const struct conversion *c, uint64_t *v)
{
    const enum reeve_status status =
        is_number_or_text(c) ? reeve_number_to_uint64(c->scalar.text, v) : REEVE_TYPE;
    return status == REEVE_OK
               ? status
               : refuse_number(c, status, "expected an integer that is not negative");
}

static enum reeve_status convert_signed(const struct conversion *c)
{
    int64_t v;
    REEVE_TRY(to_int64(c, &v));
    if (reeve_types[c->field->type].size == sizeof(int64_t)) {
        *(reeve_slot_i64 *)c->slot = v;
        return REEVE_OK;
    }
    if (v < INT32_MIN || v > INT32_MAX) {
        return refuse_number(c, REEVE_RANGE, NULL);
    }
    *(reeve_slot_i32 *)c->slot = (int32_t)v;
    return REEVE_OK;
}

static enum reeve_status convert_unsigned(const struct conversion *c)
{
    uint64_t v;
    REEVE_TRY(to_uint64(c, &v));
    if (reeve_types[c->field->type].size == sizeof(uint64_t)) {
        *(reeve_slot_u64 *)c->slot = v;
        return REEVE_OK;
    }
    if (v > UINT32_MAX) {
        return refuse_number(c, REEVE_RANGE, NULL);
    }
    *(reeve_slot_u32 *)c->slot = (uint32_t)v;
    return REEVE_OK;
}

/* The values that have a name instead of digits. */
static bool named_float(const struct conversion *c, double *v)
{
    static const struct {
        const char *name;
        double value;
    } named[] = {{"NaN", (double)NAN}, {"Infinity", HUGE_VAL}, {"-Infinity", -HUGE_VAL}};
    for (size_t i = 0; is_text(c) && i < sizeof named / sizeof named[0]; i++) {
        if (reeve_bytes_equal_cstr(c->scalar.text, named[i].name)) {
            *v = named[i].value;
            return true;
        }
    }
    return false;
}

static enum reeve_status convert_double(const struct conversion *c)
{
    double v;
    if (!named_float(c, &v)) {
        const enum reeve_status status =
            is_number_or_text(c) ? reeve_number_to_double(c->scalar.text, &v) : REEVE_TYPE;
        if (status != REEVE_OK) {
            return refuse_number(c, status, "expected a number");
        }
    }
    *(reeve_slot_f64 *)c->slot = v;
    return REEVE_OK;
}

static enum reeve_status convert_float(const struct conversion *c)
{
    double named;
    float v;
    if (named_float(c, &named)) {
        *(reeve_slot_f32 *)c->slot = (float)named;
        return REEVE_OK;
    }
    const enum reeve_status status =
        is_number_or_text(c) ? reeve_number_to_float(c->scalar.text, &v) : REEVE_TYPE;
    if (status != REEVE_OK) {
        return refuse_number(c, status, "expected a number");
    }
    *(reeve_slot_f32 *)c->slot = v;
    return REEVE_OK;
}

static enum reeve_status convert_bool(const struct conversion *c)
{
    const bool plain = c->scalar.kind == REEVE_SCALAR_PLAIN;
    const bool yes = c->scalar.kind == REEVE_SCALAR_TRUE ||
                     (plain && reeve_bytes_equal_cstr(c->scalar.text, "true"));
    const bool no = c->scalar.kind == REEVE_SCALAR_FALSE ||
                    (plain && reeve_bytes_equal_cstr(c->scalar.text, "false"));
    if (!yes && !no) {
        return refuse(c, REEVE_TYPE, "expected true or false");
    }
    *(reeve_slot_bool *)c->slot = yes;
    return REEVE_OK;
}

static enum reeve_status convert_string(const struct conversion *c)
{
    if (!is_text(c)) {
        return refuse(c, REEVE_TYPE, "expected a string");
    }
    const enum reeve_status status = reeve_text_check(c->scalar.text);
    if (status != REEVE_OK) {
        c->error->rule = status == REEVE_UTF8 ? "utf8" : "embedded_nul";
        c->error->text = reeve_status_text(status);
        return status;
    }
    char *text =
        c->scalar.text.len == 0 ? reeve_empty_text : reeve_arena_strdup(c->arena, c->scalar.text);
    if (text == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_store_pointer(c->slot, text);
    return REEVE_OK;
}

static enum reeve_status convert_bytes(const struct conversion *c)
{
    struct reeve_bytes bytes;
    enum reeve_status status = REEVE_TYPE;
    if (is_text(c)) {
        status = reeve_base64_decode(c->scalar.text, c->arena, &bytes);
    }
    if (status != REEVE_OK) {
        return status == REEVE_TYPE ? refuse(c, status, "expected base64") : status;
    }
    ProtobufCBinaryData *to = c->slot;
    to->data = (uint8_t *)(uintptr_t)bytes.data;
    to->len = bytes.len;
    return REEVE_OK;
}

static const struct reeve_enum_value *find_enum_name(const struct reeve_enum *e,
                                                     struct reeve_bytes name)
{
    for (uint32_t i = 0; i < e->values_count; i++) {
        if (reeve_bytes_equal_cstr(name, e->values[i].name)) {
            return &e->values[i];
        }
    }
    return NULL;
}

static bool looks_like_number(struct reeve_bytes text)
{
    return text.len > 0 && (text.data[0] == '-' || reeve_is_digit(text.data[0]));
}

static enum reeve_status convert_enum(const struct conversion *c)
{
    if (c->scalar.kind == REEVE_SCALAR_NULL) {
        *(reeve_slot_i32 *)c->slot = 0; /* NullValue */
        return REEVE_OK;
    }
    if (c->scalar.kind == REEVE_SCALAR_NUMBER ||
        (c->scalar.kind == REEVE_SCALAR_PLAIN && looks_like_number(c->scalar.text))) {
        return convert_signed(c);
    }
    if (!is_text(c)) {
        return refuse(c, REEVE_TYPE, "expected the name or number of an enum value");
    }
    const struct reeve_enum_value *v = find_enum_name(c->field->enumeration, c->scalar.text);
    if (v != NULL) {
        *(reeve_slot_i32 *)c->slot = v->number;
        return REEVE_OK;
    }
    if (c->options->drop_unknown_enum) {
        return REEVE_NOT_FOUND;
    }
    c->error->rule = "enum";
    c->error->text = "not the name of a value of this enum";
    return REEVE_TYPE;
}

/* ---- messages that JSON writes as a scalar ---- */

static enum reeve_status store_instant(const struct conversion *c, void *message)
{
    struct reeve_instant v;
    const bool is_timestamp = c->field->message->well_known == REEVE_WELL_KNOWN_TIMESTAMP;
    const char *wanted = is_timestamp ? "expected a time such as 2031-12-31T23:59:59Z"
                                      : "expected a duration such as 1.5s";
    enum reeve_status status = REEVE_TYPE;
    if (is_text(c) && is_timestamp) {
        status = reeve_timestamp_parse(c->scalar.text, &v);
    } else if (is_text(c)) {
        status = c->options->duration_units ? reeve_duration_parse_units(c->scalar.text, &v)
                                            : reeve_duration_parse(c->scalar.text, &v);
    }
    if (status != REEVE_OK) {
        return refuse_number(c, status, wanted);
    }
    reeve_instant_store(c->field->message, message, v);
    return REEVE_OK;
}

static enum reeve_status store_field_mask(const struct conversion *c, void *message)
{
    enum reeve_status status = REEVE_TYPE;
    if (is_text(c)) {
        status = reeve_field_mask_parse(c->field->message, message, c->scalar.text,
                                        c->options->max_elements, c->arena);
    }
    if (status == REEVE_TYPE) {
        return refuse(c, status, "expected field paths such as user.displayName,photo");
    }
    return status;
}

static enum reeve_status store_wrapped(const struct conversion *c, void *message)
{
    const struct reeve_field *inner = &c->field->message->fields[0];
    return reeve_scalar_store(inner, reeve_slot(inner, message), c->scalar, c->options, c->arena,
                              c->error);
}

/* What a YAML scalar without quotes is where no field says it (YAML 1.2's core schema, its JSON
 * part). */
static enum reeve_scalar_kind kind_of_plain(struct reeve_bytes text)
{
    double number;
    if (text.len == 0 || reeve_bytes_equal_cstr(text, "null") ||
        reeve_bytes_equal_cstr(text, "~")) {
        return REEVE_SCALAR_NULL;
    }
    if (reeve_bytes_equal_cstr(text, "true")) {
        return REEVE_SCALAR_TRUE;
    }
    if (reeve_bytes_equal_cstr(text, "false")) {
        return REEVE_SCALAR_FALSE;
    }
    return reeve_number_to_double(text, &number) == REEVE_OK ? REEVE_SCALAR_NUMBER
                                                             : REEVE_SCALAR_STRING;
}

/* google.protobuf.Value: the scalar decides which member is set. */
static enum reeve_status store_dynamic(const struct conversion *c, void *message)
{
    static const enum reeve_value_field members[] = {
        [REEVE_SCALAR_NULL] = REEVE_VALUE_NULL,     [REEVE_SCALAR_TRUE] = REEVE_VALUE_BOOL,
        [REEVE_SCALAR_FALSE] = REEVE_VALUE_BOOL,    [REEVE_SCALAR_NUMBER] = REEVE_VALUE_NUMBER,
        [REEVE_SCALAR_STRING] = REEVE_VALUE_STRING,
    };
    struct reeve_scalar scalar = c->scalar;
    if (scalar.kind == REEVE_SCALAR_PLAIN) {
        scalar.kind = kind_of_plain(scalar.text);
    }
    const struct reeve_field *member = &c->field->message->fields[members[scalar.kind]];
    reeve_slot_mark(member, message);
    return reeve_scalar_store(member, reeve_slot(member, message), scalar, c->options, c->arena,
                              c->error);
}

static enum reeve_status store_well_known(const struct conversion *c, void *message)
{
    switch ((enum reeve_well_known)c->field->message->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
    case REEVE_WELL_KNOWN_DURATION:
        return store_instant(c, message);
    case REEVE_WELL_KNOWN_WRAPPER:
        return store_wrapped(c, message);
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return store_field_mask(c, message);
    case REEVE_WELL_KNOWN_VALUE:
        return store_dynamic(c, message);
    case REEVE_WELL_KNOWN_LIST_VALUE:
        return refuse(c, REEVE_TYPE, "expected a list");
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_ANY:
        return refuse(c, REEVE_TYPE, "expected an object");
    }
    return REEVE_INTERNAL;
}

static enum reeve_status convert_message(const struct conversion *c)
{
    void *message = reeve_message_new(c->field->message, c->arena);
    if (message == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(store_well_known(c, message));
    reeve_store_pointer(c->slot, message);
    return REEVE_OK;
}

static const convert conversions[REEVE_TYPE_END] = {
    [REEVE_TYPE_DOUBLE] = convert_double,    [REEVE_TYPE_FLOAT] = convert_float,
    [REEVE_TYPE_INT64] = convert_signed,     [REEVE_TYPE_UINT64] = convert_unsigned,
    [REEVE_TYPE_INT32] = convert_signed,     [REEVE_TYPE_FIXED64] = convert_unsigned,
    [REEVE_TYPE_FIXED32] = convert_unsigned, [REEVE_TYPE_BOOL] = convert_bool,
    [REEVE_TYPE_STRING] = convert_string,    [REEVE_TYPE_MESSAGE] = convert_message,
    [REEVE_TYPE_BYTES] = convert_bytes,      [REEVE_TYPE_UINT32] = convert_unsigned,
    [REEVE_TYPE_ENUM] = convert_enum,        [REEVE_TYPE_SFIXED32] = convert_signed,
    [REEVE_TYPE_SFIXED64] = convert_signed,  [REEVE_TYPE_SINT32] = convert_signed,
    [REEVE_TYPE_SINT64] = convert_signed,
};

bool reeve_scalar_takes_null(const struct reeve_field *field)
{
    if (field->type == REEVE_TYPE_MESSAGE) {
        return field->message->well_known == REEVE_WELL_KNOWN_VALUE;
    }
    return field->type == REEVE_TYPE_ENUM && reeve_enum_is_null(field->enumeration);
}

enum reeve_status reeve_scalar_store(const struct reeve_field *field, void *slot,
                                     struct reeve_scalar scalar,
                                     const struct reeve_scalar_options *options,
                                     struct reeve_arena *arena, struct reeve_scalar_error *error)
{
    const struct conversion c = {field, slot, scalar, options, arena, error};
    error->rule = "memory";
    error->text = reeve_status_text(REEVE_NO_MEMORY);
    if (scalar.kind == REEVE_SCALAR_NULL && !reeve_scalar_takes_null(field)) {
        return refuse(&c, REEVE_TYPE, "null is no value here");
    }
    const enum reeve_status status = conversions[field->type](&c);
    if (status == REEVE_TOO_LARGE) {
        error->rule = "elements";
        error->text = reeve_status_text(status);
    }
    return status;
}
