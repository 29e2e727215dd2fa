/* SPDX-License-Identifier: Apache-2.0 */
/* Verified plans, so that a signature is paid per plan and not per job. The key is SHA-256 over the
 * statement and all signatures: a plan with one byte changed is another plan. Bounded in entries
 * and in bytes; the one that was used longest ago goes first. One thread at a time. */
#ifndef REEVE_AGENT_TRUST_PLAN_CACHE_H
#define REEVE_AGENT_TRUST_PLAN_CACHE_H

#include "agent/base/random.h"
#include "agent/codec/plan.h"
#include "agent/trust/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_PLAN_CACHE_ENTRIES 256u /* default */

/* What verification found; owned by the cache and valid until its next call. */
struct reeve_verified_plan {
    struct reeve_id plan_id;
    struct reeve_bytes tenant;
    const struct reeve_digest *job_digests;
    size_t job_count;
    const struct reeve_approver *const
        *approvers; /* distinct trusted keys with a valid signature */
    size_t approver_count;
};

struct reeve_plan_cache;

/* The policy must outlive the cache, or be replaced with _set_policy() first, which forgets all
 * plans. `entries` 0: the default. NULL when memory is short. */
struct reeve_plan_cache *reeve_plan_cache_new(const struct reeve_policy *policy, size_t entries,
                                              const struct reeve_allocator *a,
                                              const struct reeve_random *random);
void reeve_plan_cache_free(struct reeve_plan_cache *cache); /* NULL is fine */
void reeve_plan_cache_set_policy(struct reeve_plan_cache *cache, const struct reeve_policy *policy);
/* Verifies the signatures by trusted keys (DSSE), then parses the same bytes. Unknown keys are
 * ignored; two signatures by one key count once; a trusted key's signature that does not verify
 * counts nothing. No statement at all, or one that does not parse: NOT_APPROVED. TOO_LARGE: more
 * jobs or signatures than the contract allows. NO_MEMORY. */
enum reeve_status reeve_plan_cache_verify(struct reeve_plan_cache *cache,
                                          const struct reeve_signed_plan *plan,
                                          const struct reeve_verified_plan **out) REEVE_MUST_CHECK;
size_t reeve_plan_cache_count(const struct reeve_plan_cache *cache);
/* Signature checks done so far: shows that the cache works. */
uint64_t reeve_plan_cache_verifications(const struct reeve_plan_cache *cache);

#ifdef __cplusplus
}
#endif
#endif
