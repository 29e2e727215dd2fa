/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing a statement with its jobs: see statement.h. */
#include "gateway-stub/reevectl/statement.h"

#include "agent/base/hash.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/words.h"

#define NEXT "do not approve this plan; the gateway shows something else than it wants signed"

static enum reeve_ctl_exit refuse(const struct reeve_ctl *c, const char *what)
{
    return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, NEXT, "not signed: %s", what);
}

static enum reeve_ctl_exit refuse_job(const struct reeve_ctl *c, size_t i, const char *what)
{
    return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, NEXT, "not signed: job %zu: %s", i + 1, what);
}

static enum reeve_ctl_exit open_job(const struct reeve_ctl *c, const struct reeve_v1_job *job,
                                    size_t i, struct reeve_ctl_statement *out)
{
    struct reeve_job_spec *spec = &out->specs[i];
    const struct reeve_bytes bytes = reeve_words_bytes(job->job_spec);
    const struct reeve_digest digest = reeve_sha256_of(bytes);
    if (!reeve_bytes_equal(reeve_digest_view(&digest), out->statement.job_digests.items[i])) {
        return refuse_job(c, i, "the statement's digest is not that of the job that is shown");
    }
    if (reeve_job_spec_decode(bytes, spec) != REEVE_OK) {
        return refuse_job(c, i, "it is not a valid JobSpec");
    }
    if (!reeve_id_equal(spec->plan_id, out->statement.plan_id)) {
        return refuse_job(c, i, "it belongs to another plan");
    }
    if (!reeve_bytes_equal(spec->tenant, out->statement.tenant)) {
        return refuse_job(c, i, "it belongs to another tenant");
    }
    if (!reeve_bytes_equal(reeve_id_view(&spec->job_id), reeve_words_bytes(job->job_id)) ||
        !reeve_bytes_equal_cstr(spec->task, job->task)) {
        return refuse_job(c, i, "the gateway lists it under another id or task");
    }
    return REEVE_CTL_DONE;
}

enum reeve_ctl_exit reeve_ctl_statement_open(struct reeve_ctl *c, const struct reeve_v1_plan *plan,
                                             struct reeve_bytes plan_id,
                                             struct reeve_ctl_statement *out)
{
    *out = (struct reeve_ctl_statement){.bytes = reeve_words_bytes(plan->statement)};
    if (reeve_plan_statement_decode(out->bytes, c->arena, &out->statement) != REEVE_OK) {
        return refuse(c, "the gateway's statement is not a PlanStatement");
    }
    if (!reeve_bytes_equal(reeve_id_view(&out->statement.plan_id), plan_id)) {
        return refuse(c, "the statement is about another plan");
    }
    if (out->statement.job_digests.count != plan->n_jobs) {
        return refuse(c, "the statement has another number of jobs than the plan");
    }
    out->count = plan->n_jobs;
    out->specs = reeve_arena_alloc_array(c->arena, plan->n_jobs + 1, sizeof(*out->specs));
    if (out->specs == NULL) {
        return reeve_ctl_refuse_memory(c);
    }
    for (size_t i = 0; i < plan->n_jobs; i++) {
        const enum reeve_ctl_exit status = open_job(c, plan->jobs[i], i, out);
        if (status != REEVE_CTL_DONE) {
            return status;
        }
    }
    return REEVE_CTL_DONE;
}
