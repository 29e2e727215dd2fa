/* SPDX-License-Identifier: Apache-2.0 */
/* PlanStatement and SignedPlan (plan.h). */
#include "agent/codec/plan.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_PlanStatement, reeve_plan_statement, 4)
PB_BIND(reeve_v1_SignedPlan, reeve_signed_plan, 4)

#define KNOWN_FIELDS UINT64_C(0x3e) /* 1 to 5 */
#define JOB_DIGESTS 3u
#define SIGNATURES 2u

static enum reeve_status check(const struct reeve_plan_statement *statement)
{
    REEVE_TRY(reeve_check_name(statement->tenant, REEVE_JOB_SPEC_TENANT_MAX));
    REEVE_TRY(reeve_check_id(statement->plan_id));
    return statement->job_digests.count > 0 ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_plan_statement_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                              struct reeve_plan_statement *out)
{
    *out = (struct reeve_plan_statement){.has_policy_digest = false};
    REEVE_TRY(reeve_wire_check_strict(bytes, KNOWN_FIELDS, UINT64_C(1) << JOB_DIGESTS));
    REEVE_TRY(reeve_pb_decode(&reeve_plan_statement_msg, bytes, out));
    REEVE_TRY(reeve_wire_read_blobs(bytes, JOB_DIGESTS, REEVE_PLAN_JOBS_MAX,
                                    sizeof(struct reeve_digest), arena, &out->job_digests));
    reeve_check_absent_digest(&out->has_policy_digest, &out->policy_digest);
    return check(out);
}

enum reeve_status reeve_plan_statement_encode(const struct reeve_plan_statement *statement,
                                              struct reeve_buffer *out)
{
    if (check(statement) != REEVE_OK || statement->job_digests.count > REEVE_PLAN_JOBS_MAX) {
        return REEVE_INVALID;
    }
    for (size_t i = 0; i < statement->job_digests.count; i++) {
        if (statement->job_digests.items[i].len != sizeof(struct reeve_digest)) {
            return REEVE_INVALID;
        }
    }
    return reeve_pb_append(&reeve_plan_statement_msg, statement, out);
}

enum reeve_status reeve_signed_plan_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                         void *out)
{
    static const struct reeve_wire_list signatures = {SIGNATURES, REEVE_PLAN_SIGNATURES_MAX,
                                                      sizeof(struct reeve_signature),
                                                      reeve_signature_read};
    struct reeve_signed_plan *plan = out;
    void *items;
    REEVE_TRY(reeve_pb_decode(&reeve_signed_plan_msg, bytes, plan));
    REEVE_TRY(reeve_wire_read_list(bytes, &signatures, arena, &items, &plan->signatures.count));
    plan->signatures.items = items;
    return REEVE_OK;
}

enum reeve_status reeve_signed_plan_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                           struct reeve_signed_plan *out)
{
    *out = (struct reeve_signed_plan){.statement = {NULL, 0}};
    return reeve_signed_plan_read(bytes, arena, out);
}

enum reeve_status reeve_signed_plan_encode(const struct reeve_signed_plan *plan,
                                           struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_signed_plan_msg, plan, out);
}
