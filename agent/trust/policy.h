/* SPDX-License-Identifier: Apache-2.0 */
/* What this worker may do: the allowlist (deny by default), who may approve, how many approvals
 * each task needs, and as whom the worker takes jobs. Built once from plain options and never
 * changed afterwards, so any thread may read it; a new configuration makes a new one (P3). */
#ifndef REEVE_AGENT_TRUST_POLICY_H
#define REEVE_AGENT_TRUST_POLICY_H

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"
#include "agent/codec/signature.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_POLICY_ENTRIES_MAX 4096u
#define REEVE_POLICY_APPROVERS_MAX 256u

/* One line of the allowlist. */
struct reeve_allow {
    struct reeve_bytes
        task; /* "pkg.Service/Method", or the service and a star for all its methods */
    uint32_t max_in_flight; /* 0: as the task's own definition says */
    uint32_t approvals;     /* needed at least; a task's definition may ask for more */
    bool single_journal;    /* only jobs whose audience is this very journal */
};

/* One who may approve. */
struct reeve_approver {
    struct reeve_bytes name; /* for people; may be empty */
    struct reeve_public_key key;
};

/* Borrowed for the time of reeve_policy_new(). */
struct reeve_policy_options {
    const struct reeve_allow *allow; /* an exact entry goes before its service's star */
    size_t allow_count;
    const struct reeve_approver *approvers;
    size_t approver_count;
    uint32_t min_approvals; /* for every task, beside its own and its entry's */
};

struct reeve_policy;

/* Copies everything. INVALID: a pattern that is neither of the two forms, or one given twice;
 * EXISTS: two approvers with one key; LIMIT: more than the maxima above, or more approvals asked
 * for than there are approvers; NO_MEMORY. */
enum reeve_status reeve_policy_new(const struct reeve_policy_options *options,
                                   const struct reeve_allocator *a,
                                   struct reeve_policy **out) REEVE_MUST_CHECK;
void reeve_policy_free(struct reeve_policy *policy); /* NULL is fine */

/* The entry that allows `task`, NULL when none does. Lives as long as the policy. */
const struct reeve_allow *reeve_policy_allows(const struct reeve_policy *policy,
                                              struct reeve_bytes task);
/* The trusted key of this id, NULL when there is none. */
const struct reeve_approver *reeve_policy_approver(const struct reeve_policy *policy,
                                                   struct reeve_bytes key_id);
/* How many approvals a job for `entry` needs when its task asks for `task_approvals`: the largest
 * of the three. */
uint32_t reeve_policy_approvals(const struct reeve_policy *policy, const struct reeve_allow *entry,
                                uint32_t task_approvals);

#ifdef __cplusplus
}
#endif
#endif
