/* SPDX-License-Identifier: Apache-2.0 */
/* ResultChunk and ResultAck (result.h). */
#include "agent/codec/result.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"

PB_BIND(reeve_v1_ResultChunk, reeve_result_chunk, 4)
PB_BIND(reeve_v1_ResultAck, reeve_result_ack, 4)

enum reeve_status reeve_result_chunk_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                          void *out)
{
    reeve_result_chunk *chunk = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_result_chunk_msg, bytes, out));
    reeve_check_absent_digest(&chunk->has_digest, &chunk->digest);
    return reeve_check_id(chunk->job_id);
}

enum reeve_status reeve_result_ack_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                        void *out)
{
    reeve_result_ack *ack = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_result_ack_msg, bytes, out));
    return reeve_check_id(ack->job_id);
}
