/* SPDX-License-Identifier: Apache-2.0 */
/* One frame, in each direction (frame.h). The numbers come from the contract through the two maps.
 */
#include "agent/codec/frame.h"

#include "agent/codec/frame_fields.h"
#include "agent/codec/read.h"

enum reeve_status reeve_worker_frame_decode(uint32_t number, struct reeve_bytes payload,
                                            struct reeve_arena *arena,
                                            struct reeve_worker_frame *out)
{
    switch ((enum reeve_worker_frame_type)number) {
#define X(name, number_, message, control)                                                         \
    case REEVE_WORKER_FRAME_##name:                                                                \
        out->type = REEVE_WORKER_FRAME_##name;                                                     \
        out->as.message = (reeve_##message){0};                                                    \
        return reeve_##message##_read(payload, arena, &out->as.message);
        REEVE_WORKER_FRAME_MAP(X)
#undef X
    case REEVE_WORKER_FRAME_NONE:
        break;
    }
    out->type = REEVE_WORKER_FRAME_NONE;
    return REEVE_NOT_FOUND;
}

const pb_msgdesc_t *reeve_worker_frame_fields(const struct reeve_worker_frame *frame,
                                              const void **message)
{
    switch (frame->type) {
#define X(name, number, type_, control)                                                            \
    case REEVE_WORKER_FRAME_##name:                                                                \
        *message = &frame->as.type_;                                                               \
        return &reeve_##type_##_msg;
        REEVE_WORKER_FRAME_MAP(X)
#undef X
    case REEVE_WORKER_FRAME_NONE:
        break;
    }
    return NULL;
}

bool reeve_worker_frame_is_control(enum reeve_worker_frame_type type)
{
    switch (type) {
#define X(name, number, message, control)                                                          \
    case REEVE_WORKER_FRAME_##name:                                                                \
        return control;
        REEVE_WORKER_FRAME_MAP(X)
#undef X
    case REEVE_WORKER_FRAME_NONE:
        break;
    }
    return false;
}

const char *reeve_worker_frame_name(enum reeve_worker_frame_type type)
{
    switch (type) {
#define X(name, number, message, control)                                                          \
    case REEVE_WORKER_FRAME_##name:                                                                \
        return #name;
        REEVE_WORKER_FRAME_MAP(X)
#undef X
    case REEVE_WORKER_FRAME_NONE:
        break;
    }
    return "UNRECOGNISED";
}

enum reeve_status reeve_gateway_frame_decode(uint32_t number, struct reeve_bytes payload,
                                             struct reeve_arena *arena,
                                             struct reeve_gateway_frame *out)
{
    switch ((enum reeve_gateway_frame_type)number) {
#define X(name, number_, message, control)                                                         \
    case REEVE_GATEWAY_FRAME_##name:                                                               \
        out->type = REEVE_GATEWAY_FRAME_##name;                                                    \
        out->as.message = (reeve_##message){0};                                                    \
        return reeve_##message##_read(payload, arena, &out->as.message);
        REEVE_GATEWAY_FRAME_MAP(X)
#undef X
    case REEVE_GATEWAY_FRAME_NONE:
        break;
    }
    out->type = REEVE_GATEWAY_FRAME_NONE;
    return REEVE_NOT_FOUND;
}

const pb_msgdesc_t *reeve_gateway_frame_fields(const struct reeve_gateway_frame *frame,
                                               const void **message)
{
    switch (frame->type) {
#define X(name, number, type_, control)                                                            \
    case REEVE_GATEWAY_FRAME_##name:                                                               \
        *message = &frame->as.type_;                                                               \
        return &reeve_##type_##_msg;
        REEVE_GATEWAY_FRAME_MAP(X)
#undef X
    case REEVE_GATEWAY_FRAME_NONE:
        break;
    }
    return NULL;
}

bool reeve_gateway_frame_is_control(enum reeve_gateway_frame_type type)
{
    switch (type) {
#define X(name, number, message, control)                                                          \
    case REEVE_GATEWAY_FRAME_##name:                                                               \
        return control;
        REEVE_GATEWAY_FRAME_MAP(X)
#undef X
    case REEVE_GATEWAY_FRAME_NONE:
        break;
    }
    return false;
}

const char *reeve_gateway_frame_name(enum reeve_gateway_frame_type type)
{
    switch (type) {
#define X(name, number, message, control)                                                          \
    case REEVE_GATEWAY_FRAME_##name:                                                               \
        return #name;
        REEVE_GATEWAY_FRAME_MAP(X)
#undef X
    case REEVE_GATEWAY_FRAME_NONE:
        break;
    }
    return "UNRECOGNISED";
}
