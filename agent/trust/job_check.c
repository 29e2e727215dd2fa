/* SPDX-License-Identifier: Apache-2.0 */
/* May this job run here? (job_check.h) */
#include "agent/trust/job_check.h"

#include "agent/base/hash.h"

static bool is_our_pool(const struct reeve_trust_identity *identity, struct reeve_bytes pool)
{
    for (size_t i = 0; i < identity->pool_count; i++) {
        if (reeve_bytes_equal(identity->pools[i], pool)) {
            return true;
        }
    }
    return false;
}

static enum reeve_status check_audience(const struct reeve_trust_identity *identity,
                                        const struct reeve_job_spec *spec)
{
    if (!reeve_bytes_equal(identity->tenant, spec->tenant)) {
        return REEVE_WRONG_AUDIENCE;
    }
    bool ours = spec->has_journal_id ? reeve_id_equal(identity->journal_id, spec->journal_id)
                                     : is_our_pool(identity, spec->pool);
    return ours ? REEVE_OK : REEVE_WRONG_AUDIENCE;
}

static enum reeve_status check_allowed(const struct reeve_policy *policy,
                                       const struct reeve_job_spec *spec,
                                       struct reeve_trust_answer *out)
{
    out->entry = reeve_policy_allows(policy, spec->task);
    if (out->entry == NULL) {
        return REEVE_NOT_ALLOWED;
    }
    return out->entry->single_journal && !spec->has_journal_id ? REEVE_WRONG_AUDIENCE : REEVE_OK;
}

/* Differences are taken on the side where they cannot overflow: now is a real time. */
static enum reeve_status check_window(const struct reeve_job_spec *spec, int64_t now_unix_ms)
{
    if (now_unix_ms - REEVE_TRUST_SKEW_MS >= spec->not_after_unix_ms) {
        return REEVE_EXPIRED;
    }
    if (now_unix_ms + REEVE_TRUST_SKEW_MS < spec->not_before_unix_ms) {
        return REEVE_NOT_YET_VALID;
    }
    return REEVE_OK;
}

static bool contains(const struct reeve_verified_plan *plan, struct reeve_digest digest)
{
    for (size_t i = 0; i < plan->job_count; i++) {
        if (reeve_digest_equal(plan->job_digests[i], digest)) {
            return true;
        }
    }
    return false;
}

static enum reeve_status check_plan(struct reeve_plan_cache *cache,
                                    const struct reeve_trust_question *question,
                                    struct reeve_trust_answer *out)
{
    const struct reeve_verified_plan *plan;
    if (question->plan == NULL) {
        return out->approvals_needed == 0 ? REEVE_OK : REEVE_NOT_APPROVED;
    }
    REEVE_TRY(reeve_plan_cache_verify(cache, question->plan, &plan));
    if (!reeve_bytes_equal(plan->tenant, question->spec->tenant) ||
        !reeve_id_equal(plan->plan_id, question->spec->plan_id) ||
        !contains(plan, out->job_digest)) {
        return REEVE_NOT_APPROVED;
    }
    out->approvers = plan->approvers;
    out->approver_count = plan->approver_count;
    return plan->approver_count >= out->approvals_needed ? REEVE_OK : REEVE_NOT_APPROVED;
}

enum reeve_status reeve_trust_check_job(const struct reeve_policy *policy,
                                        struct reeve_plan_cache *cache,
                                        const struct reeve_trust_identity *identity,
                                        const struct reeve_trust_question *question,
                                        struct reeve_trust_answer *out)
{
    *out = (struct reeve_trust_answer){.job_digest = reeve_sha256_of(question->job_spec_bytes)};
    REEVE_TRY(check_audience(identity, question->spec));
    REEVE_TRY(check_allowed(policy, question->spec, out));
    REEVE_TRY(check_window(question->spec, question->now_unix_ms));
    out->approvals_needed = reeve_policy_approvals(policy, out->entry, question->task_approvals);
    return check_plan(cache, question, out);
}
