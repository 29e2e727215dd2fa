/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: taking over, approving, ending. */
#include "gateway-stub/core/plan.h"

#include "agent/base/hash.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"
#include "gateway-stub/core/queue.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/watch.h"

struct reeve_plan *reeve_plan_by_id(struct reeve_gateway *g, const struct reeve_id *id)
{
    return reeve_map_get(g->plans, reeve_id_view(id));
}

static enum reeve_status job_adopt(struct reeve_gateway *g, struct reeve_plan *plan,
                                   const struct reeve_store_job *stored, bool loaded,
                                   struct reeve_job *job)
{
    struct reeve_task_versions *task = reeve_registry_task(g, plan->tenant, stored->task);
    struct reeve_version *version =
        task == NULL ? NULL : reeve_registry_version(task, &stored->fingerprint);
    if (version == NULL) {
        return REEVE_NOT_FOUND;
    }
    *job = (struct reeve_job){
        .id = stored->job_id,
        .plan = plan,
        .index = stored->index,
        .queue = reeve_queue_of(g, version, stored->pool),
        .timeout_ms = stored->timeout_ms,
        .not_before_unix_ms = stored->not_before_unix_ms,
        .idempotent = stored->idempotent,
        .priority = stored->priority,
        .no_side_effects = version->idempotency == 1,
        .cancel_requested = stored->cancel_requested,
        .loaded = loaded,
        .phase = REEVE_PHASE_PENDING,
        .timer = {.due = reeve_job_due, .owner = job},
    };
    reeve_buffer_init(&job->chunk, g->allocator, g->limits.max_result_bytes);
    if (job->queue == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_arena_dup(&plan->arena, stored->spec, &job->spec));
    REEVE_TRY(reeve_queue_enter(g, job, plan->submitted_by));
    enum reeve_status status = reeve_map_put(g->jobs, reeve_id_view(&job->id), job);
    if (status != REEVE_OK) {
        reeve_queue_leave(g, job);
        return status;
    }
    plan->open_bytes += job->spec.len;
    return REEVE_OK;
}

static size_t size_of(const struct reeve_store_plan *stored)
{
    size_t size = 1024 + stored->statement.len + stored->submitted_by.len +
                  stored->jobs_count * (sizeof(struct reeve_job) + 32);
    for (size_t i = 0; i < stored->jobs_count; i++) {
        size += stored->jobs[i].spec.len;
    }
    return size;
}

static void plan_free(struct reeve_gateway *g, struct reeve_plan *plan)
{
    reeve_arena_clear(&plan->arena);
    reeve_free(g->allocator, plan, sizeof(*plan));
}

static enum reeve_status plan_fill(struct reeve_gateway *g, struct reeve_plan *plan,
                                   const struct reeve_store_plan *stored, bool loaded)
{
    plan->tenant = reeve_tenant_of(g, stored->tenant);
    plan->jobs =
        reeve_arena_alloc_array(&plan->arena, stored->jobs_count, sizeof(struct reeve_job));
    if (plan->tenant == NULL || plan->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_arena_dup(&plan->arena, stored->statement, &plan->statement));
    REEVE_TRY(reeve_arena_dup(&plan->arena, stored->submitted_by, &plan->submitted_by));
    plan->statement_digest = reeve_sha256_of(plan->statement);
    for (size_t i = 0; i < stored->approvals_count; i++) {
        reeve_plan_signed(plan, &stored->approvals[i]);
    }
    for (; plan->jobs_count < stored->jobs_count; plan->jobs_count++) {
        REEVE_TRY(job_adopt(g, plan, &stored->jobs[plan->jobs_count], loaded,
                            &plan->jobs[plan->jobs_count]));
    }
    return REEVE_OK;
}

static enum reeve_status plan_reserve(struct reeve_gateway *g, struct reeve_plan *plan, size_t jobs)
{
    REEVE_TRY(reeve_timers_reserve(&g->wall_timers, jobs + 1));
    enum reeve_status status = reeve_map_put(g->plans, reeve_id_view(&plan->id), plan);
    if (status != REEVE_OK) {
        reeve_timers_unreserve(&g->wall_timers, jobs + 1);
    }
    return status;
}

static void plan_undo(struct reeve_gateway *g, struct reeve_plan *plan, size_t jobs)
{
    for (size_t i = 0; i < plan->jobs_count; i++) {
        (void)reeve_map_remove(g->jobs, reeve_id_view(&plan->jobs[i].id));
        reeve_queue_leave(g, &plan->jobs[i]);
    }
    (void)reeve_map_remove(g->plans, reeve_id_view(&plan->id));
    reeve_timers_unreserve(&g->wall_timers, jobs + 1);
    plan_free(g, plan);
}

enum reeve_status reeve_plan_adopt(struct reeve_gateway *g, const struct reeve_store_plan *stored,
                                   bool loaded, struct reeve_plan **out)
{
    struct reeve_plan *plan = reeve_alloc(g->allocator, sizeof(*plan));
    if (plan == NULL) {
        return REEVE_NO_MEMORY;
    }
    plan->id = stored->plan_id;
    plan->state = (enum reeve_plan_state)stored->state;
    plan->not_after_unix_ms = stored->not_after_unix_ms;
    plan->approvals_needed = stored->approvals_needed;
    plan->doubtful = stored->doubtful;
    plan->timer = (struct reeve_timer){.due = reeve_plan_due, .owner = plan};
    reeve_arena_init(&plan->arena, g->allocator, SIZE_MAX / 2, size_of(stored));
    enum reeve_status status = plan_reserve(g, plan, stored->jobs_count);
    if (status != REEVE_OK) {
        plan_free(g, plan);
        return status;
    }
    status = plan_fill(g, plan, stored, loaded);
    if (status != REEVE_OK) {
        plan_undo(g, plan, stored->jobs_count);
        return status;
    }
    plan->open_jobs = plan->jobs_count;
    g->open_bytes += plan->open_bytes;
    if (plan->state == REEVE_PLAN_PENDING) {
        int64_t at = plan->not_after_unix_ms;
        reeve_timer_set(&g->wall_timers, &plan->timer, at < 0 ? 0 : (uint64_t)at);
    }
    *out = plan;
    return REEVE_OK;
}

void reeve_plan_signed(struct reeve_plan *plan, const struct reeve_store_approval *approval)
{
    if (plan->signatures_count == REEVE_PLAN_APPROVALS_MAX) {
        return;
    }
    struct reeve_signature *signature = &plan->signatures[plan->signatures_count];
    if (reeve_arena_dup(&plan->arena, approval->key_id, &signature->key_id) == REEVE_OK &&
        reeve_arena_dup(&plan->arena, approval->signature, &signature->signature) == REEVE_OK) {
        plan->signatures_count++;
    }
}

void reeve_plan_approved(struct reeve_gateway *g, struct reeve_plan *plan)
{
    plan->state = REEVE_PLAN_APPROVED;
    reeve_timer_stop(&g->wall_timers, &plan->timer);
    for (size_t i = 0; i < plan->jobs_count; i++) {
        if (plan->jobs[i].phase == REEVE_PHASE_PENDING) {
            reeve_job_ready(g, &plan->jobs[i]);
        }
    }
}

static enum reeve_status ending_request(struct reeve_gateway *g, struct reeve_plan *plan,
                                        const struct reeve_plan_ending *ending,
                                        struct reeve_store_request *request)
{
    struct reeve_store_end_plan *s = &request->u.end_plan;
    s->plan_id = plan->id;
    s->tenant = plan->tenant->name;
    s->state = (uint8_t)ending->state;
    s->from = UINT32_C(1) << REEVE_PLAN_PENDING;
    if (ending->state == REEVE_PLAN_CANCELLED) {
        s->from |= UINT32_C(1) << REEVE_PLAN_APPROVED;
    }
    REEVE_TRY(reeve_arena_dup(&request->arena, ending->text, &s->reason));
    s->jobs = reeve_arena_alloc_array(&request->arena, plan->jobs_count, sizeof(*s->jobs));
    REEVE_TRY(reeve_own_begin(request, plan->tenant, plan->jobs_count + 1));
    if (s->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_own_record *record = reeve_own_next(request);
    *record = (struct reeve_own_record){
        .kind = REEVE_OWN_PLAN_DECIDED,
        .plan_id = plan->id,
        .decision = reeve_bytes_cstr(ending->decision),
        .statement_digest = plan->statement_digest,
    };
    REEVE_TRY(reeve_arena_dup(&request->arena, ending->by, &record->by));
    for (size_t i = 0; i < plan->jobs_count; i++) {
        struct reeve_job *job = &plan->jobs[i];
        if (!reeve_job_is_unassigned(job)) {
            continue;
        }
        job->end_status = (uint8_t)ending->status;
        job->end_effect = (uint8_t)reeve_job_effect(job);
        job->end_reason = (uint16_t)ending->reason;
        s->jobs[s->count].only_unassigned = true;
        REEVE_TRY(reeve_own_job_ended(g, request, job, &s->jobs[s->count].end));
        s->count++;
    }
    return REEVE_OK;
}

/* From here on nothing hands these jobs out; if the store says no, they go back. */
static void hold_back(struct reeve_gateway *g, struct reeve_plan *plan)
{
    for (size_t i = 0; i < plan->jobs_count; i++) {
        struct reeve_job *job = &plan->jobs[i];
        if (reeve_job_is_unassigned(job)) {
            job->held = job->phase == REEVE_PHASE_HELD;
            reeve_job_unlink(g, job);
            job->phase = REEVE_PHASE_ENDING;
        }
    }
}

enum reeve_status reeve_plan_end(struct reeve_gateway *g, struct reeve_plan *plan,
                                 const struct reeve_plan_ending *ending)
{
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_END_PLAN);
    if (request == NULL) {
        return REEVE_NO_MEMORY;
    }
    request->tag = ending->tag;
    request->serial = ending->serial;
    enum reeve_status status = ending_request(g, plan, ending, request);
    if (status != REEVE_OK) {
        reeve_store_request_free(request);
        return status;
    }
    hold_back(g, plan);
    reeve_out_store(g, request);
    return REEVE_OK;
}

static void cancel_leased(struct reeve_gateway *g, struct reeve_plan *plan)
{
    for (size_t i = 0; i < plan->jobs_count; i++) {
        struct reeve_job *job = &plan->jobs[i];
        if (job->phase != REEVE_PHASE_ENDING && job->phase != REEVE_PHASE_GONE) {
            reeve_out_cancel(g, job);
        }
    }
}

static void give_back(struct reeve_gateway *g, struct reeve_plan *plan)
{
    for (size_t i = 0; i < plan->jobs_count; i++) {
        struct reeve_job *job = &plan->jobs[i];
        if (job->phase != REEVE_PHASE_ENDING || reeve_list_linked(&job->queue_node)) {
            continue;
        }
        job->phase = REEVE_PHASE_PENDING;
        if (job->held && !g->held_over) {
            reeve_job_hold(g, job);
        } else if (plan->state != REEVE_PLAN_PENDING) {
            reeve_job_ready(g, job);
        }
    }
}

void reeve_plan_ended(struct reeve_gateway *g, struct reeve_store_request *request)
{
    struct reeve_store_end_plan *s = &request->u.end_plan;
    struct reeve_plan *plan = reeve_plan_by_id(g, &s->plan_id);
    if (plan == NULL) {
        return;
    }
    if (request->status != REEVE_OK) {
        give_back(g, plan);
        if (request->status != REEVE_STATE && plan->state == REEVE_PLAN_PENDING) {
            reeve_timer_set(&g->wall_timers, &plan->timer, (uint64_t)g->now.unix_ms + 1000);
        }
        return;
    }
    plan->state = (enum reeve_plan_state)s->state;
    reeve_timer_stop(&g->wall_timers, &plan->timer);
    cancel_leased(g, plan);
    reeve_watch_plan(g, &plan->id);
    for (size_t i = 0; i < s->count; i++) {
        struct reeve_job *job = reeve_job_by_id(g, &s->jobs[i].end.job_id);
        if (job != NULL) {
            reeve_job_gone(g, job); /* the last one frees the plan */
        }
    }
}

void reeve_plan_due(void *owner, void *context)
{
    struct reeve_plan *plan = owner;
    struct reeve_gateway *g = context;
    const struct reeve_plan_ending ending = {
        .state = REEVE_PLAN_EXPIRED,
        .status = REEVE_OUTCOME_REJECTED,
        .reason = REEVE_REASON_EXPIRED,
        .decision = "expired",
        .text = reeve_bytes_cstr("nobody approved it in time"),
    };
    if (reeve_plan_end(g, plan, &ending) != REEVE_OK) {
        reeve_timer_set(&g->wall_timers, &plan->timer, (uint64_t)g->now.unix_ms + 1000);
    }
}

void reeve_plan_forget(struct reeve_gateway *g, struct reeve_plan *plan)
{
    reeve_watch_plan(g, &plan->id);
    for (size_t i = 0; i < plan->jobs_count; i++) {
        reeve_job_unlink(g, &plan->jobs[i]);
        reeve_queue_leave(g, &plan->jobs[i]);
        (void)reeve_map_remove(g->jobs, reeve_id_view(&plan->jobs[i].id));
    }
    reeve_timer_stop(&g->wall_timers, &plan->timer);
    reeve_timers_unreserve(&g->wall_timers, plan->jobs_count + 1);
    g->open_bytes -= plan->open_bytes;
    (void)reeve_map_remove(g->plans, reeve_id_view(&plan->id));
    plan_free(g, plan);
}
