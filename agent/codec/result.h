/* SPDX-License-Identifier: Apache-2.0 */
/* Results that travel apart from their Outcome: ResultChunk, and ResultAck the other way. */
#ifndef REEVE_AGENT_CODEC_RESULT_H
#define REEVE_AGENT_CODEC_RESULT_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_result_chunk {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t index;
    uint64_t offset;
    struct reeve_bytes data;
    uint64_t total_size; /* in the first chunk of a message */
    bool has_digest;     /* in the last chunk of a message that has several */
    struct reeve_digest digest;
    bool last;
};

struct reeve_result_ack {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t next_index;
    uint64_t limit;
};

#ifdef __cplusplus
}
#endif
#endif
