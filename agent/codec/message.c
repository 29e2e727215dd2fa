/* SPDX-License-Identifier: Apache-2.0 */
/* nanopb under the plain structs of this folder (message.h). */
#include "agent/codec/message.h"

#include <pb_common.h>
#include <pb_decode.h>

#include "agent/base/varint.h"
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

/* Where bytes go. nanopb's own encoder writes every message twice and nested ones more often, to
 * learn their lengths first; this one walks the same field tables once and puts a length in
 * afterwards. */
struct sink {
    struct reeve_buffer *out; /* NULL: count only */
    size_t counted;
};

static size_t position(const struct sink *sink)
{
    return sink->out == NULL ? sink->counted : sink->out->len;
}

/* Moves on by `more` bytes, which are there to be written when this says OK. */
static enum reeve_status advance(struct sink *sink, size_t more)
{
    if (sink->out == NULL) {
        sink->counted += more;
        return REEVE_OK;
    }
    if (sink->out->capacity - sink->out->len < more) {
        REEVE_TRY(reeve_buffer_reserve(sink->out, more));
    }
    sink->out->len += more;
    return REEVE_OK;
}

static enum reeve_status put_varint(struct sink *sink, uint64_t value)
{
    size_t at = position(sink);
    REEVE_TRY(advance(sink, reeve_varint_size(value)));
    if (sink->out != NULL) {
        (void)reeve_varint_put(sink->out->data + at, value);
    }
    return REEVE_OK;
}

static enum reeve_status put_tag(struct sink *sink, uint32_t number, enum reeve_wire_type type)
{
    return put_varint(sink, (uint64_t)number << 3 | (uint64_t)type);
}

static enum reeve_status put_bytes(struct sink *sink, uint32_t number, struct reeve_bytes bytes)
{
    REEVE_TRY(put_tag(sink, number, REEVE_WIRE_BYTES));
    REEVE_TRY(put_varint(sink, bytes.len));
    size_t at = position(sink);
    REEVE_TRY(advance(sink, bytes.len));
    if (sink->out != NULL && bytes.len > 0) {
        reeve_move(sink->out->data + at, bytes.data, bytes.len);
    }
    return REEVE_OK;
}

/* One byte is kept for the length; a longer body moves up by what its length needs more. */
static enum reeve_status begin_nested(struct sink *sink, uint32_t number, size_t *body)
{
    REEVE_TRY(put_tag(sink, number, REEVE_WIRE_BYTES));
    REEVE_TRY(advance(sink, 1));
    *body = position(sink);
    return REEVE_OK;
}

static enum reeve_status end_nested(struct sink *sink, size_t body)
{
    size_t len = position(sink) - body;
    size_t more = reeve_varint_size(len) - 1;
    REEVE_TRY(advance(sink, more));
    if (sink->out == NULL) {
        return REEVE_OK;
    }
    uint8_t *data = sink->out->data;
    if (more > 0) {
        reeve_move(data + body + more, data + body, len);
    }
    (void)reeve_varint_put(data + body - 1, len);
    return REEVE_OK;
}

static enum reeve_status put_message(struct sink *sink, const pb_msgdesc_t *type,
                                     const void *message);

static enum reeve_status put_nested(struct sink *sink, uint32_t number, const pb_msgdesc_t *type,
                                    const void *message)
{
    size_t body;
    REEVE_TRY(begin_nested(sink, number, &body));
    REEVE_TRY(put_message(sink, type, message));
    return end_nested(sink, body);
}

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

static enum reeve_status put_messages(struct sink *sink, const pb_field_iter_t *field,
                                      struct list list)
{
    size_t size = item_size(field->submsg_desc);
    if (size == 0) {
        return REEVE_INTERNAL;
    }
    for (size_t i = 0; i < list.count; i++) {
        const uint8_t *item = (const uint8_t *)list.items + i * size;
        REEVE_TRY(put_nested(sink, field->tag, field->submsg_desc, item));
    }
    return REEVE_OK;
}

/* Packed, as proto3 has it. */
static enum reeve_status put_numbers(struct sink *sink, const pb_field_iter_t *field,
                                     struct list list)
{
    const uint64_t *items = list.items;
    size_t body;
    if (list.count == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(begin_nested(sink, field->tag, &body));
    for (size_t i = 0; i < list.count; i++) {
        REEVE_TRY(put_varint(sink, items[i]));
    }
    return end_nested(sink, body);
}

static enum reeve_status put_list(struct sink *sink, const pb_field_iter_t *field)
{
    struct list list;
    reeve_move(&list, field->pData, sizeof list);
    if (PB_LTYPE_IS_SUBMSG(field->type)) {
        return put_messages(sink, field, list);
    }
    if (PB_LTYPE(field->type) == PB_LTYPE_UVARINT) {
        return put_numbers(sink, field, list);
    }
    const struct reeve_bytes *items = list.items;
    for (size_t i = 0; i < list.count; i++) {
        REEVE_TRY(put_bytes(sink, field->tag, items[i]));
    }
    return REEVE_OK;
}

/* The contract's two `optional bytes`: the bodies of an audit entry. nanopb's type does not tell an
 * optional field from a singular one. */
static bool keeps_empty(const pb_field_iter_t *field)
{
    return field->descriptor == &reeve_audit_entry_msg &&
           (field->tag == reeve_v1_AuditEntry_input_body_tag ||
            field->tag == reeve_v1_AuditEntry_output_body_tag);
}

/* A field that nanopb leaves to a callback: a list, a view, or the event of an audit record, which
 * is written by its own message. */
static enum reeve_status put_view(struct sink *sink, const pb_field_iter_t *field)
{
    if (PB_HTYPE(field->type) == PB_HTYPE_REPEATED) {
        return put_list(sink, field);
    }
    if (PB_LTYPE_IS_SUBMSG(field->type)) {
        return REEVE_OK;
    }
    const struct reeve_bytes *view = field->pData;
    bool present = view->len != 0 || (view->data != NULL && keeps_empty(field));
    return present ? put_bytes(sink, field->tag, *view) : REEVE_OK;
}

static enum reeve_status put_number(struct sink *sink, const pb_field_iter_t *field)
{
    uint64_t value = 0;
    if (field->data_size == sizeof(uint64_t)) {
        value = *(const uint64_t *)field->pData;
    } else {
        uint32_t narrow;
        reeve_move(&narrow, field->pData, sizeof narrow);
        value = narrow;
    }
    if (value == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(put_tag(sink, field->tag, REEVE_WIRE_VARINT));
    return put_varint(sink, value);
}

static enum reeve_status put_flag(struct sink *sink, const pb_field_iter_t *field)
{
    if (!*(const bool *)field->pData) {
        return REEVE_OK;
    }
    REEVE_TRY(put_tag(sink, field->tag, REEVE_WIRE_VARINT));
    return put_varint(sink, 1);
}

static enum reeve_status put_field(struct sink *sink, const pb_field_iter_t *field)
{
    if (PB_ATYPE(field->type) == PB_ATYPE_CALLBACK) {
        return put_view(sink, field);
    }
    if (field->pSize != NULL && !*(const bool *)field->pSize) {
        return REEVE_OK;
    }
    switch (PB_LTYPE(field->type)) {
    case PB_LTYPE_BOOL:
        return put_flag(sink, field);
    case PB_LTYPE_VARINT:  /* int64 */
    case PB_LTYPE_UVARINT: /* uint32, uint64, enums */
        return put_number(sink, field);
    case PB_LTYPE_FIXED_LENGTH_BYTES:
        return put_bytes(sink, field->tag, reeve_bytes_of(field->pData, field->data_size));
    case PB_LTYPE_SUBMESSAGE:
        return put_nested(sink, field->tag, field->submsg_desc, field->pData);
    default:
        return REEVE_INTERNAL; /* a kind of field that the contract does not use */
    }
}

static enum reeve_status put_message(struct sink *sink, const pb_msgdesc_t *type,
                                     const void *message)
{
    pb_field_iter_t field;
    if (!pb_field_iter_begin_const(&field, type, message)) {
        return REEVE_OK; /* no fields */
    }
    do {
        REEVE_TRY(put_field(sink, &field));
    } while (pb_field_iter_next(&field));
    return REEVE_OK;
}

bool reeve_pb_field(pb_istream_t *istream, pb_ostream_t *ostream, const pb_field_t *field)
{
    (void)ostream; /* nothing is encoded by nanopb */
    return istream != NULL && read_field(istream, field);
}

size_t reeve_pb_size(const pb_msgdesc_t *type, const void *message)
{
    struct sink sink = {NULL, 0};
    return put_message(&sink, type, message) == REEVE_OK ? sink.counted : 0;
}

enum reeve_status reeve_pb_append(const pb_msgdesc_t *type, const void *message,
                                  struct reeve_buffer *out)
{
    struct sink sink = {out, 0};
    size_t start = out->len;
    enum reeve_status status = put_message(&sink, type, message);
    if (status != REEVE_OK) {
        out->len = start;
    }
    return status;
}

enum reeve_status reeve_pb_append_field(uint32_t number, const pb_msgdesc_t *type,
                                        const void *message, struct reeve_buffer *out)
{
    struct sink sink = {out, 0};
    size_t start = out->len;
    enum reeve_status status = put_nested(&sink, number, type, message);
    if (status != REEVE_OK) {
        out->len = start;
    }
    return status;
}

enum reeve_status reeve_pb_append_frame(const struct reeve_pb_frame *frame,
                                        struct reeve_buffer *out, size_t *payload)
{
    struct sink sink = {out, 0};
    size_t outer;
    size_t inner;
    REEVE_TRY(begin_nested(&sink, frame->outer, &outer));
    REEVE_TRY(begin_nested(&sink, frame->inner, &inner));
    REEVE_TRY(put_message(&sink, frame->type, frame->message));
    *payload = out->len - inner;
    REEVE_TRY(end_nested(&sink, inner));
    return end_nested(&sink, outer);
}
