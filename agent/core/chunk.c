/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting a message into ResultChunks: one where a frame takes it, several with a digest behind
 * them where not. */
#include "agent/base/hash.h"
#include "agent/core/engine_state.h"

/* What a chunk has beside its data: ids, numbers, digest, tags. */
#define BESIDE 128u

static struct reeve_result_chunk next_chunk(const struct reeve_engine_chunks *c, size_t room)
{
    size_t left = c->message.len - (size_t)c->offset;
    size_t len = left < room ? left : room;
    struct reeve_result_chunk chunk = {
        .job_id = c->job_id,
        .attempt = c->attempt,
        .index = c->index,
        .offset = c->offset,
        .data = reeve_bytes_slice(c->message, (size_t)c->offset, len),
        .total_size = c->offset == 0 ? c->message.len : 0,
        .last = len == left,
    };
    if (chunk.last && c->offset > 0) {
        chunk.has_digest = true;
        chunk.digest = reeve_sha256_of(c->message);
    }
    return chunk;
}

enum reeve_status reeve_engine_chunks_write(const struct reeve_engine *e,
                                            struct reeve_batch_writer *w,
                                            struct reeve_engine_chunks *chunks)
{
    while (!chunks->done) {
        struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_RESULT_CHUNK};
        frame.as.result_chunk = next_chunk(chunks, e->session.max_frame_bytes - BESIDE);
        REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
        chunks->offset += frame.as.result_chunk.data.len;
        chunks->done = frame.as.result_chunk.last;
    }
    return REEVE_OK;
}
