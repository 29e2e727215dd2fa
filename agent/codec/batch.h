/* SPDX-License-Identifier: Apache-2.0 */
/* A message of the worker stream is a batch of frames (reeve.v1.WorkerMessage, GatewayMessage):
 * this file takes messages apart and puts them together, for both directions. Nothing is allocated
 * per frame, and a frame that does not fit is refused by its length, before it is looked at. */
#ifndef REEVE_AGENT_CODEC_BATCH_H
#define REEVE_AGENT_CODEC_BATCH_H

#include "agent/base/buffer.h"
#include "agent/codec/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A sender fills a message up to here, unless one single frame is larger. */
#define REEVE_BATCH_BYTES ((size_t)64 * 1024)
/* What the batch puts around a frame's payload, at most. */
#define REEVE_BATCH_FRAME_OVERHEAD 24u

struct reeve_batch_frame {
    uint32_t
        number; /* field number within WorkerFrame or GatewayFrame; 0: the message is at its end */
    struct reeve_bytes payload;
};

/* Goes over the frames of one message, which must stay as it is meanwhile. */
struct reeve_batch_reader {
    struct reeve_bytes rest;
    size_t max_frame_bytes;
    uint64_t ignored; /* fields of the message that are not frames, and empty frames */
};

void reeve_batch_reader_init(struct reeve_batch_reader *r, struct reeve_bytes message,
                             size_t max_frame_bytes);
/* The next frame's number and payload; number 0 when there is none left. The number may be unknown:
 * the frame decoder then says NOT_FOUND, and the caller counts and goes on. TRUNCATED, MALFORMED,
 * WIRE_TYPE; FRAME_TOO_LARGE: the payload is over max_frame_bytes. After an error the session ends;
 * do not go on. */
enum reeve_status reeve_batch_reader_next(struct reeve_batch_reader *r,
                                          struct reeve_batch_frame *out) REEVE_MUST_CHECK;

/* Appends frames to a caller's buffer, which holds one message and starts empty. */
struct reeve_batch_writer {
    struct reeve_buffer *buffer;
    size_t max_frame_bytes; /* the peer's bound */
    size_t frames;
};

void reeve_batch_writer_init(struct reeve_batch_writer *w, struct reeve_buffer *buffer,
                             size_t max_frame_bytes);
/* Appends one frame. LIMIT: the batch has frames and would pass 64 KiB with
 * this one, so send it and start the next; FRAME_TOO_LARGE: over the peer's bound, alone too;
 * NO_MEMORY; INVALID: type NONE. The batch is unchanged unless OK. */
enum reeve_status
reeve_batch_writer_add_worker(struct reeve_batch_writer *w,
                              const struct reeve_worker_frame *f) REEVE_MUST_CHECK;
enum reeve_status
reeve_batch_writer_add_gateway(struct reeve_batch_writer *w,
                               const struct reeve_gateway_frame *f) REEVE_MUST_CHECK;
/* The same for a payload that is encoded already (an Outcome from the journal). */
enum reeve_status reeve_batch_writer_add_encoded(struct reeve_batch_writer *w, uint32_t number,
                                                 struct reeve_bytes payload) REEVE_MUST_CHECK;
/* The batch has reached 64 KiB: any further frame would be refused. */
bool reeve_batch_writer_full(const struct reeve_batch_writer *w);

#ifdef __cplusplus
}
#endif
#endif
