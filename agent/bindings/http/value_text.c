/* SPDX-License-Identifier: Apache-2.0 */
/* Values in URLs: see value_text.h. */
#include "agent/bindings/http/value_text.h"

#include <inttypes.h>
#include <math.h>

#include "proto/runtime/base64.h"
#include "proto/runtime/field_mask.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/number.h"
#include "proto/runtime/slot.h"

static bool is_wrapper(const struct reeve_field *field)
{
    return field->type == REEVE_TYPE_MESSAGE &&
           field->message->well_known == REEVE_WELL_KNOWN_WRAPPER;
}

bool reeve_value_has_text(const struct reeve_field *field)
{
    if (field->cardinality == REEVE_MAP) {
        return false;
    }
    return field->type != REEVE_TYPE_MESSAGE ||
           (field->message->well_known != REEVE_WELL_KNOWN_NONE &&
            field->message->well_known != REEVE_WELL_KNOWN_EMPTY);
}

static enum reeve_status append_instant(const struct reeve_message *type, const void *message,
                                        struct reeve_buffer *to)
{
    char text[REEVE_INSTANT_TEXT];
    struct reeve_instant instant = reeve_instant_load(type, message);

    if (type->well_known == REEVE_WELL_KNOWN_TIMESTAMP) {
        REEVE_TRY(reeve_timestamp_format(instant, text));
    } else {
        REEVE_TRY(reeve_duration_format(instant, text));
    }
    return reeve_buffer_append_cstr(to, text);
}

static enum reeve_status append_enum(const struct reeve_enum *type, int64_t number,
                                     struct reeve_buffer *to)
{
    for (uint32_t i = 0; i < type->values_count; i++) {
        if (type->values[i].number == number) {
            return reeve_buffer_append_cstr(to, type->values[i].name);
        }
    }
    return reeve_buffer_append_format(to, "%" PRId64, number);
}

static enum reeve_status append_real(uint8_t type, const void *slot, struct reeve_buffer *to)
{
    char text[REEVE_NUMBER_TEXT];
    double value = reeve_load_double(type, slot);

    if (isnan(value)) {
        return reeve_buffer_append_cstr(to, "NaN");
    }
    if (isinf(value)) {
        return reeve_buffer_append_cstr(to, value > 0 ? "Infinity" : "-Infinity");
    }
    if (type == REEVE_TYPE_FLOAT) {
        reeve_number_from_float((float)value, text);
    } else {
        reeve_number_from_double(value, text);
    }
    return reeve_buffer_append_cstr(to, text);
}

/* In a URL '+' and '/' would have to be escaped: the URL-safe alphabet needs no care. */
static enum reeve_status append_base64(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    size_t from = to->len;

    REEVE_TRY(reeve_base64_encode(bytes, to));
    for (size_t i = from; i < to->len; i++) {
        if (to->data[i] == '+') {
            to->data[i] = '-';
        } else if (to->data[i] == '/') {
            to->data[i] = '_';
        }
    }
    return REEVE_OK;
}

static enum reeve_status append_well_known(const struct reeve_field *field, const void *slot,
                                           struct reeve_buffer *to)
{
    const struct reeve_message *type = field->message;
    const void *message = reeve_load_pointer(slot);

    if (message == NULL) {
        return REEVE_TYPE;
    }
    if (type->well_known == REEVE_WELL_KNOWN_FIELD_MASK) {
        return reeve_field_mask_format(type, message, to);
    }
    if (is_wrapper(field)) {
        return reeve_value_text(&type->fields[0], reeve_slot_of(&type->fields[0], message), to);
    }
    return append_instant(type, message, to);
}

enum reeve_status reeve_value_text(const struct reeve_field *field, const void *slot,
                                   struct reeve_buffer *to)
{
    uint8_t type = field->type;

    if (!reeve_value_has_text(field)) {
        return REEVE_TYPE;
    }
    if (type == REEVE_TYPE_MESSAGE) {
        return append_well_known(field, slot, to);
    }
    if (type == REEVE_TYPE_STRING) {
        return reeve_buffer_append_cstr(to, reeve_load_text(slot));
    }
    if (type == REEVE_TYPE_BYTES) {
        return append_base64(reeve_load_bytes(slot), to);
    }
    if (type == REEVE_TYPE_BOOL) {
        return reeve_buffer_append_cstr(to, reeve_value_is_zero(type, slot) ? "false" : "true");
    }
    if (type == REEVE_TYPE_ENUM) {
        return append_enum(field->enumeration, reeve_load_signed(type, slot), to);
    }
    if (type == REEVE_TYPE_FLOAT || type == REEVE_TYPE_DOUBLE) {
        return append_real(type, slot, to);
    }
    if (reeve_type_is_unsigned(type)) {
        return reeve_buffer_append_format(to, "%" PRIu64, reeve_load_unsigned(type, slot));
    }
    return reeve_buffer_append_format(to, "%" PRId64, reeve_load_signed(type, slot));
}

static bool is_unreserved(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

enum reeve_status reeve_percent_encode(struct reeve_bytes text, bool keep_slash,
                                       struct reeve_buffer *to)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            REEVE_TRY(reeve_buffer_append_byte(to, c));
        } else {
            REEVE_TRY(reeve_buffer_append_format(to, "%%%02X", c));
        }
    }
    return REEVE_OK;
}
