/* SPDX-License-Identifier: Apache-2.0 */
/* nanopb under the plain structs of this folder (message.h). */
#include "agent/codec/message.h"

#include <pb_decode.h>
#include <pb_encode.h>

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/wire.h"

/* ---- decoding ---- */

/* A stream of its own kind, not nanopb's buffer stream: for a scalar where a string was declared,
 * nanopb hands the callback a buffer stream over its own stack, and a view must never point there.
 */
struct source {
    const uint8_t *at;
    enum reeve_status status; /* what the callback found wrong */
};

static bool source_read(pb_istream_t *stream, pb_byte_t *to, size_t count)
{
    struct source *source = stream->state;
    if (to != NULL) {
        reeve_move(to, source->at, count);
    }
    source->at += count;
    return true;
}

static bool fail(pb_istream_t *stream, enum reeve_status status)
{
    struct source *source = stream->state;
    source->status = status;
    return false;
}

/* Lists and events are read later by their own messages: passed over here. */
static bool is_read_later(const pb_field_t *field)
{
    return PB_HTYPE(field->type) == PB_HTYPE_REPEATED || PB_LTYPE_IS_SUBMSG(field->type);
}

static bool read_field(pb_istream_t *stream, const pb_field_t *field)
{
    if (stream->callback != source_read) {
        if (is_read_later(field)) {
            return true; /* a list of numbers that is not packed */
        }
        return false;
    }
    struct source *source = stream->state;
    struct reeve_bytes view = reeve_bytes_of(source->at, stream->bytes_left);
    source->at += view.len;
    stream->bytes_left = 0;
    if (is_read_later(field)) {
        return true;
    }
    if (PB_LTYPE(field->type) == PB_LTYPE_STRING) {
        enum reeve_status status = reeve_check_text(view);
        if (status != REEVE_OK) {
            return fail(stream, status);
        }
    }
    *(struct reeve_bytes *)field->pData = view;
    return true;
}

static enum reeve_status decode_status(const struct source *source, const pb_istream_t *stream)
{
    static const struct {
        const char *text;
        enum reeve_status status;
    } known[] = {
        {"wrong wire type", REEVE_WIRE_TYPE},
        {"", REEVE_WIRE_TYPE}, /* read_field() refused a scalar: nanopb drops that stream's text */
        {"end-of-stream", REEVE_TRUNCATED},
        {"parent stream too short", REEVE_TRUNCATED},
    };
    if (source->status != REEVE_OK) {
        return source->status;
    }
    struct reeve_bytes text = reeve_bytes_cstr(stream->errmsg);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (reeve_bytes_equal_cstr(text, known[i].text)) {
            return known[i].status;
        }
    }
    return REEVE_MALFORMED;
}

enum reeve_status reeve_pb_decode(const pb_msgdesc_t *type, struct reeve_bytes bytes, void *out)
{
    struct source source = {bytes.data, REEVE_OK};
    pb_istream_t stream = {.callback = source_read, .state = &source, .bytes_left = bytes.len};
    if (pb_decode_ex(&stream, type, out, PB_DECODE_NOINIT)) {
        return REEVE_OK;
    }
    return decode_status(&source, &stream);
}

/* ---- encoding ---- */

/* What every list struct begins with (views.h). */
struct list {
    const void *items;
    size_t count;
};

static size_t item_size(const pb_msgdesc_t *type)
{
    static const struct {
        const pb_msgdesc_t *type;
        size_t size;
    } sizes[] = {
        {&reeve_signature_msg, sizeof(reeve_signature)},
        {&reeve_violation_msg, sizeof(reeve_violation)},
        {&reeve_task_offer_msg, sizeof(reeve_task_offer)},
        {&reeve_label_msg, sizeof(reeve_label)},
        {&reeve_resume_entry_msg, sizeof(reeve_resume_entry)},
        {&reeve_audit_entry_msg, sizeof(reeve_audit_entry)},
        {&reeve_task_standing_msg, sizeof(reeve_task_standing)},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i].type == type) {
            return sizes[i].size;
        }
    }
    return 0;
}

static bool write_messages(pb_ostream_t *stream, const pb_field_t *field, struct list list)
{
    size_t size = item_size(field->submsg_desc);
    if (size == 0) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        const uint8_t *item = (const uint8_t *)list.items + i * size;
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, field->submsg_desc, item)) {
            return false;
        }
    }
    return true;
}

static bool write_view(pb_ostream_t *stream, const pb_field_t *field, struct reeve_bytes view)
{
    return pb_encode_tag_for_field(stream, field) && pb_encode_string(stream, view.data, view.len);
}

static bool write_views(pb_ostream_t *stream, const pb_field_t *field, struct list list)
{
    const struct reeve_bytes *items = list.items;
    for (size_t i = 0; i < list.count; i++) {
        if (!write_view(stream, field, items[i])) {
            return false;
        }
    }
    return true;
}

/* Packed, as proto3 has it. */
static bool write_numbers(pb_ostream_t *stream, const pb_field_t *field, struct list list)
{
    const uint64_t *items = list.items;
    size_t size = 0;
    if (list.count == 0) {
        return true;
    }
    for (size_t i = 0; i < list.count; i++) {
        size += reeve_wire_varint_size(items[i]);
    }
    if (!pb_encode_tag(stream, PB_WT_STRING, field->tag) || !pb_encode_varint(stream, size)) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (!pb_encode_varint(stream, items[i])) {
            return false;
        }
    }
    return true;
}

static bool write_list(pb_ostream_t *stream, const pb_field_t *field)
{
    struct list list;
    reeve_move(&list, field->pData, sizeof list);
    if (PB_LTYPE_IS_SUBMSG(field->type)) {
        return write_messages(stream, field, list);
    }
    if (PB_LTYPE(field->type) == PB_LTYPE_UVARINT) {
        return write_numbers(stream, field, list);
    }
    return write_views(stream, field, list);
}

static bool write_field(pb_ostream_t *stream, const pb_field_t *field)
{
    if (PB_HTYPE(field->type) == PB_HTYPE_REPEATED) {
        return write_list(stream, field);
    }
    if (PB_LTYPE_IS_SUBMSG(field->type)) {
        return true; /* the one event of an audit record, written by its own message */
    }
    const struct reeve_bytes *view = field->pData;
    bool present = PB_HTYPE(field->type) == PB_HTYPE_OPTIONAL ? view->data != NULL : view->len != 0;
    return present ? write_view(stream, field, *view) : true;
}

bool reeve_pb_field(pb_istream_t *istream, pb_ostream_t *ostream, const pb_field_t *field)
{
    return istream != NULL ? read_field(istream, field) : write_field(ostream, field);
}

size_t reeve_pb_size(const pb_msgdesc_t *type, const void *message)
{
    size_t size;
    return pb_get_encoded_size(&size, type, message) ? size : 0;
}

enum reeve_status reeve_pb_write(const pb_msgdesc_t *type, const void *message, uint8_t *to,
                                 size_t size)
{
    pb_ostream_t stream = pb_ostream_from_buffer(to, size);
    if (!pb_encode(&stream, type, message) || stream.bytes_written != size) {
        return REEVE_INTERNAL;
    }
    return REEVE_OK;
}

enum reeve_status reeve_pb_append(const pb_msgdesc_t *type, const void *message,
                                  struct reeve_buffer *out)
{
    size_t size = reeve_pb_size(type, message);
    REEVE_TRY(reeve_buffer_reserve(out, size));
    uint8_t *to = out->data == NULL ? NULL : out->data + out->len;
    REEVE_TRY(reeve_pb_write(type, message, to, size));
    out->len += size;
    return REEVE_OK;
}
