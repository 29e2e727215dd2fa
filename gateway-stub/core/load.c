/* SPDX-License-Identifier: Apache-2.0 */
/* Loading: meta, tasks, journals, plans, in this order; then the gateway is ready. Jobs that no
 * journal has on record are held until the workers that were connected, or had left with jobs and
 * were in their grace, are back or had their grace: one of them may be running an idempotent job,
 * whose lease is in no store. */
#include "gateway-stub/core/load.h"

#include "gateway-stub/core/job.h"
#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/plan.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/retry.h"

#define TASKS_PER_PAGE 256u
#define PLANS_PER_PAGE 256u

static enum reeve_status ask(struct reeve_gateway *g, enum reeve_store_kind kind, uint64_t after)
{
    struct reeve_store_request *request = reeve_out_request(g, kind);
    if (request == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (kind == REEVE_STORE_LOAD_TASKS) {
        request->u.load_tasks.after = after;
        request->u.load_tasks.limit = TASKS_PER_PAGE;
    }
    if (kind == REEVE_STORE_LOAD_PLANS) {
        request->u.load_plans.after = after;
        request->u.load_plans.limit = PLANS_PER_PAGE;
    }
    reeve_out_store(g, request);
    return REEVE_OK;
}

enum reeve_status reeve_load_begin(struct reeve_gateway *g)
{
    return ask(g, REEVE_STORE_LOAD_META, 0);
}

static enum reeve_status take_tasks(struct reeve_gateway *g,
                                    const struct reeve_store_load_tasks *page)
{
    for (size_t i = 0; i < page->count; i++) {
        struct reeve_tenant *tenant = reeve_tenant_of(g, page->tasks[i].tenant);
        if (tenant == NULL) {
            return REEVE_NO_MEMORY;
        }
        REEVE_TRY(reeve_registry_add(g, tenant, &page->tasks[i]));
    }
    return page->more ? ask(g, REEVE_STORE_LOAD_TASKS, page->after)
                      : ask(g, REEVE_STORE_LOAD_JOURNALS, 0);
}

static enum reeve_status take_journals(struct reeve_gateway *g,
                                       const struct reeve_store_load_journals *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct reeve_tenant *tenant = reeve_tenant_of(g, all->journals[i].tenant);
        struct reeve_journal *journal =
            tenant == NULL ? NULL : reeve_journal_of(g, &all->journals[i].journal_id, tenant);
        if (journal == NULL) {
            return REEVE_NO_MEMORY;
        }
        reeve_journal_loaded(g, journal, &all->journals[i]);
    }
    return ask(g, REEVE_STORE_LOAD_PLANS, 0);
}

static void place(struct reeve_gateway *g, struct reeve_job *job,
                  const struct reeve_store_job *stored)
{
    if (job->plan->state == REEVE_PLAN_PENDING) {
        return;
    }
    job->place = ++g->places; /* in the order of submission */
    reeve_retry_load(job, &stored->retry);
    struct reeve_journal *journal =
        stored->assigned ? reeve_journal_by_id(g, &stored->journal_id) : NULL;
    if (journal != NULL) {
        job->attempt = stored->end.attempt;
        reeve_job_orphan(g, job, journal);
        return;
    }
    /* A lease would not be on record. */
    job->maybe_started = job->idempotent || job->worst_effect > REEVE_EFFECT_NONE;
    job->attempt = stored->end.attempt > job->attempt ? stored->end.attempt : job->attempt;
    reeve_job_hold(g, job);
}

static enum reeve_status take_plans(struct reeve_gateway *g,
                                    const struct reeve_store_load_plans *page)
{
    for (size_t i = 0; i < page->count; i++) {
        struct reeve_plan *plan = NULL;
        REEVE_TRY(reeve_plan_adopt(g, &page->plans[i], true, &plan));
        for (size_t k = 0; k < plan->jobs_count; k++) {
            place(g, &plan->jobs[k], &page->plans[i].jobs[k]);
        }
    }
    g->loaded_plans = page->after;
    if (page->more) {
        return ask(g, REEVE_STORE_LOAD_PLANS, page->after);
    }
    g->state = REEVE_GATEWAY_STATE_READY;
    reeve_journal_check_held(g);
    return REEVE_OK;
}

static enum reeve_status take(struct reeve_gateway *g, struct reeve_store_request *request)
{
    REEVE_TRY(request->status);
    if (request->kind == REEVE_STORE_LOAD_META) {
        g->gateway_id = request->u.load_meta.gateway_id;
        return ask(g, REEVE_STORE_LOAD_TASKS, 0);
    }
    if (request->kind == REEVE_STORE_LOAD_TASKS) {
        return take_tasks(g, &request->u.load_tasks);
    }
    if (request->kind == REEVE_STORE_LOAD_JOURNALS) {
        return take_journals(g, &request->u.load_journals);
    }
    return take_plans(g, &request->u.load_plans);
}

void reeve_load_continue(struct reeve_gateway *g, struct reeve_store_request *request)
{
    enum reeve_status status = take(g, request);
    if (status != REEVE_OK) {
        g->state = REEVE_GATEWAY_STATE_FAILED;
        g->failure = status;
        reeve_out_note(g, status, "the store could not be loaded");
    }
}
