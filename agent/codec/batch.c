/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of frames (batch.h). Tags of batch and frame are read and written here; nanopb sees the
 * one message inside. */
#include "agent/codec/batch.h"

#include "agent/codec/frame_fields.h"
#include "agent/codec/message.h"
#include "agent/codec/wire.h"

#define FRAMES 1u /* WorkerMessage.frames, GatewayMessage.frames */

void reeve_batch_reader_init(struct reeve_batch_reader *r, struct reeve_bytes message,
                             size_t max_frame_bytes)
{
    *r = (struct reeve_batch_reader){.rest = message, .max_frame_bytes = max_frame_bytes};
}

/* A frame is a oneof: one field. A second one would silently win over the first. */
static enum reeve_status open_frame(struct reeve_batch_reader *r, struct reeve_bytes frame,
                                    struct reeve_batch_frame *out)
{
    struct reeve_wire_field field;
    REEVE_TRY(reeve_wire_next(&frame, &field));
    if (field.number == 0) {
        return REEVE_OK;
    }
    if (field.type != REEVE_WIRE_BYTES) {
        return REEVE_WIRE_TYPE;
    }
    if (frame.len != 0) {
        return REEVE_MALFORMED;
    }
    if (field.bytes.len > r->max_frame_bytes) {
        return REEVE_FRAME_TOO_LARGE;
    }
    *out = (struct reeve_batch_frame){field.number, field.bytes};
    return REEVE_OK;
}

enum reeve_status reeve_batch_reader_next(struct reeve_batch_reader *r,
                                          struct reeve_batch_frame *out)
{
    *out = (struct reeve_batch_frame){0, {NULL, 0}};
    for (;;) {
        struct reeve_wire_field field;
        REEVE_TRY(reeve_wire_next(&r->rest, &field));
        if (field.number == 0) {
            return REEVE_OK;
        }
        if (field.number != FRAMES) {
            r->ignored++;
            continue;
        }
        if (field.type != REEVE_WIRE_BYTES) {
            return REEVE_WIRE_TYPE;
        }
        REEVE_TRY(open_frame(r, field.bytes, out));
        if (out->number != 0) {
            return REEVE_OK;
        }
        r->ignored++;
    }
}

void reeve_batch_writer_init(struct reeve_batch_writer *w, struct reeve_buffer *buffer,
                             size_t max_frame_bytes)
{
    *w = (struct reeve_batch_writer){.buffer = buffer, .max_frame_bytes = max_frame_bytes};
}

/* Is a frame that was put at the end allowed to stay? */
static enum reeve_status check_fit(const struct reeve_batch_writer *w, size_t payload)
{
    if (payload > w->max_frame_bytes) {
        return REEVE_FRAME_TOO_LARGE;
    }
    return w->frames > 0 && w->buffer->len > REEVE_BATCH_BYTES ? REEVE_LIMIT : REEVE_OK;
}

static enum reeve_status keep_or_cut(struct reeve_batch_writer *w, enum reeve_status status,
                                     size_t start)
{
    if (status != REEVE_OK) {
        w->buffer->len = start;
        return status;
    }
    w->frames++;
    return REEVE_OK;
}

static enum reeve_status add(struct reeve_batch_writer *w, uint32_t number,
                             const pb_msgdesc_t *fields, const void *message)
{
    const struct reeve_pb_frame frame = {FRAMES, number, fields, message};
    size_t start = w->buffer->len;
    size_t payload = 0;
    if (fields == NULL) {
        return REEVE_INVALID;
    }
    enum reeve_status status = reeve_pb_append_frame(&frame, w->buffer, &payload);
    if (status == REEVE_OK) {
        status = check_fit(w, payload);
    }
    return keep_or_cut(w, status, start);
}

enum reeve_status reeve_batch_writer_add_worker(struct reeve_batch_writer *w,
                                                const struct reeve_worker_frame *f)
{
    const void *message = NULL;
    const pb_msgdesc_t *fields = reeve_worker_frame_fields(f, &message);
    return add(w, (uint32_t)f->type, fields, message);
}

enum reeve_status reeve_batch_writer_add_gateway(struct reeve_batch_writer *w,
                                                 const struct reeve_gateway_frame *f)
{
    const void *message = NULL;
    const pb_msgdesc_t *fields = reeve_gateway_frame_fields(f, &message);
    return add(w, (uint32_t)f->type, fields, message);
}

enum reeve_status reeve_batch_writer_add_encoded(struct reeve_batch_writer *w, uint32_t number,
                                                 struct reeve_bytes payload)
{
    size_t frame = reeve_wire_header_size(number, payload.len) + payload.len;
    size_t total = reeve_wire_header_size(FRAMES, frame) + frame;
    if (payload.len > w->max_frame_bytes) {
        return REEVE_FRAME_TOO_LARGE;
    }
    if (w->frames > 0 && w->buffer->len + total > REEVE_BATCH_BYTES) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reeve_buffer_reserve(w->buffer, total));
    uint8_t *to = w->buffer->data + w->buffer->len;
    to += reeve_wire_put_header(to, FRAMES, frame);
    to += reeve_wire_put_header(to, number, payload.len);
    if (payload.len > 0) {
        reeve_move(to, payload.data, payload.len);
    }
    w->buffer->len += total;
    w->frames++;
    return REEVE_OK;
}

bool reeve_batch_writer_full(const struct reeve_batch_writer *w)
{
    return w->buffer->len >= REEVE_BATCH_BYTES;
}
