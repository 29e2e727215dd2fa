/* SPDX-License-Identifier: Apache-2.0 */
/* May this job run here? The checks of P3 that concern trust: tenant, audience, allowlist, time
 * window and approvals. Schema, fingerprint and replay are the caller's, who owns the task table
 * and the journal. */
#ifndef REEVE_AGENT_TRUST_JOB_CHECK_H
#define REEVE_AGENT_TRUST_JOB_CHECK_H

#include "agent/codec/job_spec.h"
#include "agent/trust/plan_cache.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_TRUST_SKEW_MS 60000

/* As whom the worker takes jobs: from Welcome and its own journal. Borrowed. */
struct reeve_trust_identity {
    struct reeve_bytes tenant;
    const struct reeve_bytes *pools;
    size_t pool_count;
    struct reeve_id journal_id;
};

struct reeve_trust_question {
    struct reeve_bytes job_spec_bytes;    /* as received: what the plan digests */
    const struct reeve_job_spec *spec;    /* decoded from those bytes */
    const struct reeve_signed_plan *plan; /* NULL: none came with the job */
    uint32_t task_approvals;              /* what the task's definition asks for */
    int64_t now_unix_ms; /* never earlier than the journal's highest recorded time */
};

struct reeve_trust_answer {
    struct reeve_digest job_digest;  /* SHA-256 over job_spec_bytes; always filled */
    const struct reeve_allow *entry; /* NULL: not allowed */
    uint32_t approvals_needed;
    /* Who counted: in the cache's memory, valid until its next call. */
    const struct reeve_approver *const *approvers;
    size_t approver_count;
};

/* Checks in this order and stops at the first that fails:
 *   WRONG_AUDIENCE  another tenant, a pool that is not ours, another journal, or a pool where the
 *                   allowlist asks for this very journal
 *   NOT_ALLOWED     no entry allows the task
 *   EXPIRED         now is at or after not_after plus the skew
 *   NOT_YET_VALID   now is before not_before minus the skew
 *   NOT_APPROVED    approvals are needed and there is no plan, or the plan that came does not
 * contain this job's digest, has another tenant or plan id, or too few distinct trusted keys signed
 * it. A plan that came is checked even when no approval is needed. TOO_LARGE, NO_MEMORY  from
 * verification `cache` verifies against the policy that is asked here. */
enum reeve_status reeve_trust_check_job(const struct reeve_policy *policy,
                                        struct reeve_plan_cache *cache,
                                        const struct reeve_trust_identity *identity,
                                        const struct reeve_trust_question *question,
                                        struct reeve_trust_answer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
