/* SPDX-License-Identifier: Apache-2.0 */
/* What approvers sign (reeve.v1.PlanStatement) and how it is carried (reeve.v1.SignedPlan). */
#ifndef REEVE_AGENT_CODEC_PLAN_H
#define REEVE_AGENT_CODEC_PLAN_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/signature.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_PLAN_JOBS_MAX 256u
#define REEVE_PLAN_SIGNATURES_MAX 16u
#define REEVE_PLAN_STATEMENT_TYPE "application/vnd.reeve.plan-statement.v1+protobuf"

struct reeve_plan_statement {
    struct reeve_bytes tenant; /* [a-z0-9-]{1,63} */
    struct reeve_id plan_id;
    struct reeve_views job_digests; /* 1 to 256, each of 32 bytes, in plan order */
    bool has_policy_digest;
    struct reeve_digest policy_digest;
    int64_t issued_at_unix_ms;
};

struct reeve_signed_plan {
    struct reeve_bytes statement;       /* PlanStatement bytes as they were signed */
    struct reeve_signatures signatures; /* at most 16 */
};

/* Strict, as a JobSpec. `out` borrows from `bytes`; lists are in the arena. UNKNOWN_FIELD,
 * DUPLICATE_FIELD, UTF8, EMBEDDED_NUL, MALFORMED, TOO_LARGE (more jobs than 256), NO_MEMORY. */
enum reeve_status reeve_plan_statement_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                              struct reeve_plan_statement *out) REEVE_MUST_CHECK;
enum reeve_status reeve_plan_statement_encode(const struct reeve_plan_statement *statement,
                                              struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Unknown fields are ignored. MALFORMED, TOO_LARGE (more signatures than 16), NO_MEMORY. */
enum reeve_status reeve_signed_plan_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                           struct reeve_signed_plan *out) REEVE_MUST_CHECK;
enum reeve_status reeve_signed_plan_encode(const struct reeve_signed_plan *plan,
                                           struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
