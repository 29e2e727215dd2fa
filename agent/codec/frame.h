/* SPDX-License-Identifier: Apache-2.0 */
/* One frame of the worker stream, in each direction (reeve.v1.WorkerFrame, GatewayFrame).
 * Frames are read from and written to messages by batch.h. */
#ifndef REEVE_AGENT_CODEC_FRAME_H
#define REEVE_AGENT_CODEC_FRAME_H

#include "agent/base/arena.h"
#include "agent/codec/audit_frames.h"
#include "agent/codec/dispatch.h"
#include "agent/codec/flow.h"
#include "agent/codec/heartbeat.h"
#include "agent/codec/hello.h"
#include "agent/codec/outcome.h"
#include "agent/codec/result.h"
#include "agent/codec/resume.h"
#include "agent/codec/session_frames.h"
#include "agent/codec/welcome.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, field number of the contract, struct, is a control frame) */
#define REEVE_WORKER_FRAME_MAP(X)                                                                  \
    X(HELLO, 1, hello, true)                                                                       \
    X(RESUME, 2, resume, false)                                                                    \
    X(RESUME_DONE, 3, resume_done, false)                                                          \
    X(LIMIT, 4, limit, true)                                                                       \
    X(ACCEPTED, 5, accepted, false)                                                                \
    X(PROGRESS, 6, progress, false)                                                                \
    X(RESULT_CHUNK, 7, result_chunk, false)                                                        \
    X(OUTCOME, 8, outcome, false)                                                                  \
    X(AUDIT, 9, audit_batch, false)                                                                \
    X(HEARTBEAT, 10, heartbeat, true)                                                              \
    X(RENEW_IDENTITY, 11, renew_identity, true)                                                    \
    X(DRAINING, 12, draining, true)                                                                \
    X(RECALLED, 13, recalled, true)

#define REEVE_GATEWAY_FRAME_MAP(X)                                                                 \
    X(WELCOME, 1, welcome, true)                                                                   \
    X(DISPATCH, 2, dispatch, false)                                                                \
    X(CANCEL, 3, cancel, true)                                                                     \
    X(RECALL, 4, recall, true)                                                                     \
    X(OUTCOME_ACK, 5, outcome_ack, true)                                                           \
    X(AUDIT_ACK, 6, audit_ack, true)                                                               \
    X(RESULT_ACK, 7, result_ack, true)                                                             \
    X(HEARTBEAT, 8, heartbeat, true)                                                               \
    X(IDENTITY_RENEWED, 9, identity_renewed, true)                                                 \
    X(DRAIN, 10, drain, true)                                                                      \
    X(RETRY, 11, retry, true)

#define X(name, number, type, control) REEVE_WORKER_FRAME_##name = number,
enum reeve_worker_frame_type { REEVE_WORKER_FRAME_NONE = 0, REEVE_WORKER_FRAME_MAP(X) };
#undef X

#define X(name, number, type, control) REEVE_GATEWAY_FRAME_##name = number,
enum reeve_gateway_frame_type { REEVE_GATEWAY_FRAME_NONE = 0, REEVE_GATEWAY_FRAME_MAP(X) };
#undef X

/* `type` says which member holds. The members have the names of their structs: as.hello,
 * as.audit_batch … */
struct reeve_worker_frame {
    enum reeve_worker_frame_type type;
    union {
#define X(name, number, type, control) struct reeve_##type type;
        REEVE_WORKER_FRAME_MAP(X)
#undef X
    } as;
};

struct reeve_gateway_frame {
    enum reeve_gateway_frame_type type;
    union {
#define X(name, number, type, control) struct reeve_##type type;
        REEVE_GATEWAY_FRAME_MAP(X)
#undef X
    } as;
};

/* Decodes the payload of one frame. `out` borrows from `payload`; lists are in the arena. Unknown
 * fields are ignored. NOT_FOUND: no frame has this number (ignore and count it). MALFORMED,
 * WIRE_TYPE, TRUNCATED, UTF8, EMBEDDED_NUL; TOO_LARGE: a list or text is longer than the contract
 * says; NO_MEMORY: the arena is full. */
enum reeve_status reeve_worker_frame_decode(uint32_t number, struct reeve_bytes payload,
                                            struct reeve_arena *arena,
                                            struct reeve_worker_frame *out) REEVE_MUST_CHECK;
enum reeve_status reeve_gateway_frame_decode(uint32_t number, struct reeve_bytes payload,
                                             struct reeve_arena *arena,
                                             struct reeve_gateway_frame *out) REEVE_MUST_CHECK;

/* Control frames go first in a batch; any other may wait behind them. */
bool reeve_worker_frame_is_control(enum reeve_worker_frame_type type);
bool reeve_gateway_frame_is_control(enum reeve_gateway_frame_type type);
/* "RESULT_CHUNK"; "UNRECOGNISED". Static. */
const char *reeve_worker_frame_name(enum reeve_worker_frame_type type);
const char *reeve_gateway_frame_name(enum reeve_gateway_frame_type type);

#ifdef __cplusplus
}
#endif
#endif
