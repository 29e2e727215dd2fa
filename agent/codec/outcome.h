/* SPDX-License-Identifier: Apache-2.0 */
/* The one end of a job (reeve.v1.Outcome). Stored in the journal as bytes and sent as those same
 * bytes: see reeve_batch_writer_add_encoded(). */
#ifndef REEVE_AGENT_CODEC_OUTCOME_H
#define REEVE_AGENT_CODEC_OUTCOME_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/audit_entry.h"
#include "agent/codec/job_error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_outcome {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t sequence; /* the dispatch sequence it answers */
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    bool has_error; /* unless SUCCEEDED */
    struct reeve_job_error error;
    struct reeve_bytes output;
    uint64_t results;
    bool has_audit;
    struct reeve_audit_entry audit;
};

/* `out` borrows from `bytes`; violations are in the arena. Unknown fields are ignored. MALFORMED:
 * also a status or effect outside the contract, SUCCEEDED with an error, no audit entry. UTF8,
 * EMBEDDED_NUL, TOO_LARGE, NO_MEMORY. */
enum reeve_status reeve_outcome_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       struct reeve_outcome *out) REEVE_MUST_CHECK;
/* Appends. LIMIT, NO_MEMORY. */
enum reeve_status reeve_outcome_encode(const struct reeve_outcome *outcome,
                                       struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
