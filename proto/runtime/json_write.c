/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as protobuf's canonical JSON. */
#include <inttypes.h>
#include <math.h>

#include "proto/runtime/base64.h"
#include "proto/runtime/bounds.h"
#include "proto/runtime/field_mask.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/json_text.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/number.h"
#include "proto/runtime/slot.h"

struct writer {
    struct reeve_buffer *to;
    const struct reeve_json_options *options;
    uint32_t level; /* of indentation */
    uint32_t depth_left;
};

static enum reeve_status write_message(struct writer *w, const struct reeve_message *m,
                                       const void *message);

static enum reeve_status put(struct writer *w, const char *text)
{
    return reeve_buffer_append_cstr(w->to, text);
}

static enum reeve_status new_line(struct writer *w)
{
    if (w->options->indent == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(put(w, "\n"));
    for (uint64_t i = 0; i < (uint64_t)w->level * w->options->indent; i++) {
        REEVE_TRY(put(w, " "));
    }
    return REEVE_OK;
}

static enum reeve_status open(struct writer *w, const char *bracket)
{
    w->level++;
    return put(w, bracket);
}

/* `empty`: nothing was written since the bracket was opened, and it is closed on the same line. */
static enum reeve_status shut(struct writer *w, const char *bracket, bool empty)
{
    w->level--;
    if (!empty) {
        REEVE_TRY(new_line(w));
    }
    return put(w, bracket);
}

static enum reeve_status separate(struct writer *w, bool first)
{
    if (!first) {
        REEVE_TRY(put(w, ","));
    }
    return new_line(w);
}

static enum reeve_status write_quoted(struct writer *w, const char *text)
{
    return reeve_json_text_write(reeve_bytes_cstr(text), w->to);
}

static enum reeve_status write_colon(struct writer *w)
{
    return put(w, w->options->indent == 0 ? ":" : ": ");
}

/* ---- values ---- */

static enum reeve_status write_float(struct writer *w, uint8_t type, const void *slot)
{
    char text[REEVE_NUMBER_TEXT];
    const double v = reeve_load_double(type, slot);
    if (isnan(v)) {
        return put(w, "\"NaN\"");
    }
    if (isinf(v)) {
        return put(w, v > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    }
    if (type == REEVE_TYPE_FLOAT) {
        reeve_number_from_float((float)v, text);
    } else {
        reeve_number_from_double(v, text);
    }
    return put(w, text);
}

/* 64-bit integers are quoted, as JavaScript would round them. */
static enum reeve_status write_integer(struct writer *w, uint8_t type, const void *slot)
{
    const char *quote = reeve_types[type].size == sizeof(uint64_t) ? "\"" : "";
    if (reeve_type_is_unsigned(type)) {
        return reeve_buffer_append_format(w->to, "%s%" PRIu64 "%s", quote,
                                          reeve_load_unsigned(type, slot), quote);
    }
    return reeve_buffer_append_format(w->to, "%s%" PRId64 "%s", quote,
                                      reeve_load_signed(type, slot), quote);
}

static enum reeve_status write_enum(struct writer *w, const struct reeve_field *f, const void *slot)
{
    const int32_t number = (int32_t)reeve_load_signed(REEVE_TYPE_ENUM, slot);
    if (number == 0 && reeve_enum_is_null(f->enumeration)) {
        return put(w, "null");
    }
    for (uint32_t i = 0; i < f->enumeration->values_count; i++) {
        if (f->enumeration->values[i].number == number) {
            return write_quoted(w, f->enumeration->values[i].name);
        }
    }
    return reeve_buffer_append_format(w->to, "%" PRId32, number);
}

static enum reeve_status write_bytes(struct writer *w, const void *slot)
{
    REEVE_TRY(put(w, "\""));
    REEVE_TRY(reeve_base64_encode(reeve_load_bytes(slot), w->to));
    return put(w, "\"");
}

static enum reeve_status write_value(struct writer *w, const struct reeve_field *f,
                                     const void *slot)
{
    switch (f->type) {
    case REEVE_TYPE_DOUBLE:
    case REEVE_TYPE_FLOAT:
        return write_float(w, f->type, slot);
    case REEVE_TYPE_BOOL:
        return put(w, reeve_load_unsigned(f->type, slot) != 0 ? "true" : "false");
    case REEVE_TYPE_STRING:
        return write_quoted(w, reeve_load_text(slot));
    case REEVE_TYPE_BYTES:
        return write_bytes(w, slot);
    case REEVE_TYPE_ENUM:
        return write_enum(w, f, slot);
    case REEVE_TYPE_MESSAGE:
        return write_message(w, f->message, reeve_load_pointer(slot));
    default:
        return write_integer(w, f->type, slot);
    }
}

/* ---- lists and maps ---- */

static enum reeve_status write_list(struct writer *w, const struct reeve_field *f,
                                    const void *message)
{
    const size_t count = reeve_slot_count(f, message);
    REEVE_TRY(open(w, "["));
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(separate(w, i == 0));
        REEVE_TRY(write_value(w, f, reeve_slot_element(f, message, i)));
    }
    return shut(w, "]", count == 0);
}

/* Keys are strings whatever their type. */
static enum reeve_status write_key(struct writer *w, const struct reeve_field *key,
                                   const void *slot)
{
    const bool quoted =
        key->type == REEVE_TYPE_STRING || reeve_types[key->type].size == sizeof(uint64_t);
    if (quoted) {
        return write_value(w, key, slot);
    }
    REEVE_TRY(put(w, "\""));
    REEVE_TRY(write_value(w, key, slot));
    return put(w, "\"");
}

static enum reeve_status write_map(struct writer *w, const struct reeve_field *f,
                                   const void *message)
{
    const struct reeve_field *key = reeve_map_key_field(f);
    const struct reeve_field *value = reeve_map_value_field(f);
    const size_t count = reeve_slot_count(f, message);
    REEVE_TRY(open(w, "{"));
    for (size_t i = 0; i < count; i++) {
        const void *entry = reeve_map_entry_at(f, message, i);
        REEVE_TRY(separate(w, i == 0));
        REEVE_TRY(write_key(w, key, reeve_slot_of(key, entry)));
        REEVE_TRY(write_colon(w));
        REEVE_TRY(write_value(w, value, reeve_slot_of(value, entry)));
    }
    return shut(w, "}", count == 0);
}

/* ---- messages ---- */

static enum reeve_status write_instant(struct writer *w, const struct reeve_message *m,
                                       const void *message)
{
    char text[REEVE_INSTANT_TEXT];
    const struct reeve_instant v = reeve_instant_load(m, message);
    REEVE_TRY(m->well_known == REEVE_WELL_KNOWN_TIMESTAMP ? reeve_timestamp_format(v, text)
                                                          : reeve_duration_format(v, text));
    return write_quoted(w, text);
}

static enum reeve_status write_field_mask(struct writer *w, const struct reeve_message *m,
                                          const void *message)
{
    REEVE_TRY(put(w, "\""));
    REEVE_TRY(reeve_field_mask_format(m, message, w->to));
    return put(w, "\"");
}

/* google.protobuf.Value: the member that is set. One that is not set is no value, and JSON has no
 * word for it; nor has it numbers that are none. */
static enum reeve_status write_dynamic(struct writer *w, const struct reeve_message *m,
                                       const void *message)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if (!reeve_slot_is_set(f, message)) {
            continue;
        }
        const void *slot = reeve_slot_of(f, message);
        if (f->type == REEVE_TYPE_DOUBLE && !isfinite(reeve_load_double(f->type, slot))) {
            return REEVE_RANGE;
        }
        return write_value(w, f, slot);
    }
    return REEVE_INVALID;
}

static bool is_shown(const struct writer *w, const struct reeve_field *f, const void *message)
{
    return reeve_slot_is_set(f, message) ||
           (w->options->emit_defaults && f->cardinality != REEVE_EXPLICIT);
}

static enum reeve_status write_field_value(struct writer *w, const struct reeve_message *m,
                                           const struct reeve_field *f, const void *message)
{
    const struct reeve_json_bytes *bytes = w->options->bytes;
    if (w->options->mask_sensitive && (f->flags & REEVE_FIELD_SENSITIVE) != 0) {
        return put(w, "\"(sensitive)\"");
    }
    if (f->cardinality == REEVE_MAP) {
        return write_map(w, f, message);
    }
    if (f->cardinality == REEVE_REPEATED) {
        return write_list(w, f, message);
    }
    if (bytes != NULL && f->type == REEVE_TYPE_BYTES) {
        return bytes->write(bytes->ctx, m, f, message, w->level * w->options->indent, w->to);
    }
    return write_value(w, f, reeve_slot_of(f, message));
}

static enum reeve_status write_object(struct writer *w, const struct reeve_message *m,
                                      const void *message)
{
    bool first = true;
    REEVE_TRY(open(w, "{"));
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if (message == NULL || !is_shown(w, f, message)) {
            continue;
        }
        REEVE_TRY(separate(w, first));
        REEVE_TRY(write_quoted(w, w->options->proto_names ? f->name : f->json_name));
        REEVE_TRY(write_colon(w));
        REEVE_TRY(write_field_value(w, m, f, message));
        first = false;
    }
    return shut(w, "}", first);
}

/* A message that a handler left out of a list or map counts as an empty one. */
static enum reeve_status write_well_known(struct writer *w, const struct reeve_message *m,
                                          const void *message)
{
    switch ((enum reeve_well_known)m->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
    case REEVE_WELL_KNOWN_DURATION:
        return message == NULL ? REEVE_INVALID : write_instant(w, m, message);
    case REEVE_WELL_KNOWN_WRAPPER:
        return message == NULL
                   ? put(w, "null")
                   : write_value(w, &m->fields[0], reeve_slot_of(&m->fields[0], message));
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return message == NULL ? put(w, "\"\"") : write_field_mask(w, m, message);
    case REEVE_WELL_KNOWN_STRUCT:
        return message == NULL ? put(w, "{}") : write_map(w, &m->fields[0], message);
    case REEVE_WELL_KNOWN_LIST_VALUE:
        return message == NULL ? put(w, "[]") : write_list(w, &m->fields[0], message);
    case REEVE_WELL_KNOWN_VALUE:
        return message == NULL ? REEVE_INVALID : write_dynamic(w, m, message);
    case REEVE_WELL_KNOWN_ANY:
        return REEVE_UNSUPPORTED;
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
        return write_object(w, m, message);
    }
    return REEVE_INTERNAL;
}

static enum reeve_status write_message(struct writer *w, const struct reeve_message *m,
                                       const void *message)
{
    if (w->depth_left == 0) {
        return REEVE_DEPTH;
    }
    w->depth_left--;
    REEVE_TRY(write_well_known(w, m, message));
    w->depth_left++;
    return REEVE_OK;
}

enum reeve_status reeve_message_to_json(const struct reeve_message *m, const void *message,
                                        const struct reeve_json_options *options,
                                        struct reeve_buffer *to)
{
    static const struct reeve_json_options defaults = {0};
    const struct reeve_json_options *o = options == NULL ? &defaults : options;
    struct writer w = {to, o, 0, o->max_depth == 0 ? REEVE_DEPTH_MAX : o->max_depth};
    const size_t before = to->len;
    const enum reeve_status status = write_message(&w, m, message);
    if (status != REEVE_OK) {
        to->len = before;
    }
    return status;
}
