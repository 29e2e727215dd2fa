/* SPDX-License-Identifier: Apache-2.0 */
/* Calls about plans and jobs that are there: approve, reject, cancel, get, list, resolve. */
#include "agent/trust/dsse.h"
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"
#include "gateway-stub/core/plan.h"
#include "gateway-stub/core/watch.h"

static void refuse(struct reeve_gateway *g, struct reeve_call *call, enum reeve_status status,
                   const char *code, const char *message, const char *hint)
{
    const struct reeve_refusal refusal = {
        .status = status, .code = code, .message = message, .hint = hint};
    reeve_refuse(g, call, &refusal);
}

/* An open plan of the caller's tenant. Without one the store is asked whether there ever was one:
 * its answer comes to reeve_control_plan_changed(), which finds nothing changed. */
static struct reeve_plan *open_plan(struct reeve_gateway *g, struct reeve_call *call,
                                    ProtobufCBinaryData bytes)
{
    struct reeve_id id;
    if (!reeve_control_id(g, call, bytes, false, &id)) {
        return NULL;
    }
    struct reeve_plan *plan = reeve_plan_by_id(g, &id);
    if (plan != NULL && plan->tenant == call->tenant) {
        return plan;
    }
    call->must_be_open = true;
    reeve_control_read_plan(g, call, &id, NULL);
    return NULL;
}

/* ---- approve ---- */

static const struct reeve_gateway_approver *approver_by_key(const struct reeve_gateway *g,
                                                            const struct reeve_tenant *tenant,
                                                            const char *key_id)
{
    for (size_t i = 0; i < g->approvers_count; i++) {
        const struct reeve_gateway_approver *approver = &g->approvers[i];
        struct reeve_public_key key;
        char id[REEVE_KEY_ID_SIZE];
        reeve_move(key.bytes, approver->public_key, sizeof(key.bytes));
        reeve_key_id(&key, id);
        if (reeve_bytes_equal_cstr(tenant->name, approver->tenant) &&
            reeve_bytes_equal_cstr(reeve_bytes_cstr(id), key_id)) {
            return approver;
        }
    }
    return NULL;
}

static bool signature_is_good(struct reeve_gateway *g, struct reeve_call *call,
                              const struct reeve_plan *plan,
                              const struct reeve_v1_signature *signature)
{
    const struct reeve_gateway_approver *approver =
        approver_by_key(g, call->tenant, signature->key_id);
    if (approver == NULL) {
        refuse(g, call, REEVE_NOT_ALLOWED, "KEY_UNKNOWN",
               "the signing key is none of this tenant's approvers",
               "add its public key to the gateway's `approvers`");
        return false;
    }
    struct reeve_public_key key;
    reeve_move(key.bytes, approver->public_key, sizeof(key.bytes));
    struct reeve_bytes bytes = reeve_bytes_of(signature->signature.data, signature->signature.len);
    if (reeve_dsse_verify(&key, REEVE_PLAN_STATEMENT_TYPE, plan->statement, bytes, g->allocator) !=
        REEVE_OK) {
        refuse(g, call, REEVE_INVALID, "SIGNATURE_INVALID",
               "the signature does not verify over the plan's statement",
               "sign the statement that GetPlan returns, with DSSE");
        return false;
    }
    return true;
}

static enum reeve_status approve_request(struct reeve_call *call, const struct reeve_plan *plan,
                                         const struct reeve_v1_signature *signature,
                                         struct reeve_store_request *request)
{
    struct reeve_arena *arena = &request->arena;
    struct reeve_store_approve_plan *s = &request->u.approve_plan;
    s->tenant = call->tenant->name;
    s->plan_id = plan->id;
    s->approval.time_unix_ms = request->now_unix_ms;
    REEVE_TRY(reeve_arena_dup(arena, call->identity, &s->approval.by));
    REEVE_TRY(reeve_arena_dup(arena, reeve_bytes_cstr(signature->key_id), &s->approval.key_id));
    REEVE_TRY(reeve_arena_dup(arena,
                              reeve_bytes_of(signature->signature.data, signature->signature.len),
                              &s->approval.signature));
    REEVE_TRY(reeve_own_begin(request, call->tenant, 1));
    *reeve_own_next(request) = (struct reeve_own_record){
        .kind = REEVE_OWN_PLAN_DECIDED,
        .plan_id = plan->id,
        .decision = reeve_bytes_cstr("approved"),
        .by = s->approval.by,
        .statement_digest = plan->statement_digest,
    };
    return REEVE_OK;
}

void reeve_control_approve(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_approve_plan_request *in = message;
    struct reeve_plan *plan = open_plan(g, call, in->plan_id);
    if (plan == NULL) {
        return;
    }
    if (plan->state != REEVE_PLAN_PENDING) {
        refuse(g, call, REEVE_STATE, "PLAN_NOT_PENDING", "the plan does not wait for approval",
               "look at its state first (get)");
        return;
    }
    if (reeve_bytes_equal(plan->submitted_by, call->identity)) {
        refuse(g, call, REEVE_NOT_ALLOWED, "FOUR_EYES", "who submitted a plan cannot approve it",
               "let somebody else approve");
        return;
    }
    if (!signature_is_good(g, call, plan, in->signature)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_APPROVE_PLAN);
    if (request == NULL) {
        return;
    }
    if (approve_request(call, plan, in->signature, request) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}

void reeve_control_apply_approved(struct reeve_gateway *g, struct reeve_store_request *request)
{
    const struct reeve_store_approve_plan *s = &request->u.approve_plan;
    struct reeve_plan *plan = reeve_plan_by_id(g, &s->plan_id);
    if (request->status != REEVE_OK || plan == NULL) {
        return;
    }
    reeve_plan_signed(plan, &s->approval);
    if (s->state == REEVE_PLAN_APPROVED && plan->state == REEVE_PLAN_PENDING) {
        reeve_plan_approved(g, plan);
    }
    reeve_watch_plan(g, &s->plan_id);
}

/* ---- reject, cancel ---- */

static void end_plan(struct reeve_gateway *g, struct reeve_call *call, struct reeve_plan *plan,
                     struct reeve_plan_ending ending)
{
    ending.by = call->identity;
    ending.tag = call->handle;
    ending.serial = call->serial;
    if (reeve_plan_end(g, plan, &ending) != REEVE_OK) {
        reeve_refuse_memory(g, call);
    }
}

void reeve_control_reject(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_reject_plan_request *in = message;
    struct reeve_plan *plan = open_plan(g, call, in->plan_id);
    if (plan == NULL) {
        return;
    }
    const struct reeve_plan_ending ending = {
        .state = REEVE_PLAN_REJECTED,
        .status = REEVE_OUTCOME_REJECTED,
        .reason = REEVE_REASON_PLAN_REJECTED,
        .decision = "rejected",
        .text = reeve_bytes_cstr(in->reason),
    };
    end_plan(g, call, plan, ending);
}

static bool may_cancel(struct reeve_gateway *g, struct reeve_call *call,
                       const struct reeve_plan *plan)
{
    if ((call->roles & REEVE_ROLE_OPERATOR) != 0 ||
        reeve_bytes_equal(plan->submitted_by, call->identity)) {
        return true;
    }
    refuse(g, call, REEVE_NOT_ALLOWED, "NOT_YOURS", "a planner can cancel its own plans only",
           "ask an operator");
    return false;
}

void reeve_control_cancel_plan(struct reeve_gateway *g, struct reeve_call *call,
                               const void *message)
{
    const struct reeve_v1_cancel_plan_request *in = message;
    struct reeve_plan *plan = open_plan(g, call, in->plan_id);
    if (plan == NULL || !may_cancel(g, call, plan)) {
        return;
    }
    const struct reeve_plan_ending ending = {
        .state = REEVE_PLAN_CANCELLED,
        .status = REEVE_OUTCOME_CANCELLED,
        .reason = REEVE_REASON_CANCEL_REQUESTED,
        .decision = "cancelled",
        .text = reeve_bytes_cstr("cancelled on request"),
    };
    end_plan(g, call, plan, ending);
}

/* A job that no worker has ends at once, by a transition whose answer the call waits for. */
static void end_job(struct reeve_gateway *g, struct reeve_call *call, struct reeve_job *job)
{
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_END_JOBS);
    if (request == NULL) {
        return;
    }
    struct reeve_store_end_jobs *s = &request->u.end_jobs;
    s->jobs = reeve_arena_alloc(&request->arena, sizeof(*s->jobs));
    if (s->jobs == NULL || reeve_own_begin(request, call->tenant, 1) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_job_unlink(g, job);
    job->phase = REEVE_PHASE_ENDING;
    job->end_status = REEVE_OUTCOME_CANCELLED;
    job->end_effect = (uint8_t)reeve_job_effect(job);
    job->end_reason = REEVE_REASON_CANCEL_REQUESTED;
    s->count = 1;
    if (reeve_own_job_ended(g, request, job, &s->jobs[0].end) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_list_push_back(&g->ending, &job->queue_node);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}

/* The caller's open job. NULL: the call is answered, or the store is asked what became of it. */
static struct reeve_job *open_job(struct reeve_gateway *g, struct reeve_call *call,
                                  ProtobufCBinaryData job_id)
{
    struct reeve_id id;
    if (!reeve_control_id(g, call, job_id, false, &id)) {
        return NULL;
    }
    struct reeve_job *job = reeve_job_by_id(g, &id);
    if (job != NULL && job->plan->tenant == call->tenant && job->phase != REEVE_PHASE_ENDING) {
        return job;
    }
    call->must_be_open = true;
    reeve_control_read_plan(g, call, NULL, &id);
    return NULL;
}

void reeve_control_cancel_job(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_cancel_job_request *in = message;
    struct reeve_job *job = open_job(g, call, in->job_id);
    if (job == NULL) {
        return;
    }
    if (!may_cancel(g, call, job->plan)) {
        return;
    }
    if (reeve_job_is_unassigned(job)) {
        end_job(g, call, job);
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_CANCEL);
    if (request == NULL) {
        return;
    }
    request->u.cancel = (struct reeve_store_cancel){call->tenant->name, job->id};
    reeve_out_cancel(g, job); /* whatever becomes of the record: its outcome decides */
    reeve_out_store(g, request);
}

/* ---- get ---- */

void reeve_control_get_plan(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_get_plan_request *in = message;
    struct reeve_id id;
    if (reeve_control_id(g, call, in->plan_id, false, &id)) {
        reeve_control_read_plan(g, call, &id, NULL);
    }
}

void reeve_control_get_job(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_get_job_request *in = message;
    struct reeve_id id;
    if (reeve_control_id(g, call, in->job_id, false, &id)) {
        reeve_control_read_plan(g, call, NULL, &id);
    }
}

static void reply_plan(struct reeve_gateway *g, struct reeve_call *call,
                       const struct reeve_store_plan *plan)
{
    struct reeve_v1_plan *view = reeve_view_plan(g, &call->arena, plan, REEVE_VIEW_SPECS);
    struct reeve_v1_get_plan_response *response =
        reeve_message_new(&reeve_v1_get_plan_response_message, &call->arena);
    if (view == NULL || response == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    /* The responses of Get-, Approve-, Reject- and CancelPlan are one message under four names. */
    response->plan = view;
    reeve_reply(g, call, &reeve_v1_get_plan_response_message, response);
}

static void refuse_closed(struct reeve_gateway *g, struct reeve_call *call)
{
    refuse(g, call, REEVE_STATE, "ENDED", "it has ended already", "look at its state first (get)");
}

void reeve_control_plan_changed(struct reeve_gateway *g, struct reeve_call *call,
                                struct reeve_store_request *request)
{
    if (request->kind != REEVE_STORE_GET_PLAN) {
        struct reeve_id id = request->kind == REEVE_STORE_APPROVE_PLAN
                                 ? request->u.approve_plan.plan_id
                                 : request->u.end_plan.plan_id;
        reeve_control_read_plan(g, call, &id, NULL);
        return;
    }
    if (call->must_be_open) {
        refuse_closed(g, call);
        return;
    }
    reply_plan(g, call, &request->u.get_plan.plan);
}

static struct reeve_id changed_job(const struct reeve_store_request *request)
{
    if (request->kind == REEVE_STORE_RESOLVE) {
        return request->u.resolve.job_id;
    }
    if (request->kind == REEVE_STORE_CANCEL) {
        return request->u.cancel.job_id;
    }
    return request->kind == REEVE_STORE_REQUEUE ? request->u.requeue.job_id
                                                : request->u.end_jobs.jobs[0].end.job_id;
}

void reeve_control_job_changed(struct reeve_gateway *g, struct reeve_call *call,
                               struct reeve_store_request *request)
{
    if (request->kind != REEVE_STORE_GET_PLAN) {
        struct reeve_id id = changed_job(request);
        reeve_control_read_plan(g, call, NULL, &id);
        return;
    }
    if (call->must_be_open) {
        refuse_closed(g, call);
        return;
    }
    struct reeve_v1_get_job_response *response =
        reeve_message_new(&reeve_v1_get_job_response_message, &call->arena);
    unsigned what = REEVE_VIEW_SPECS | REEVE_VIEW_OUTPUTS | REEVE_VIEW_INPUTS;
    if (response != NULL && request->u.get_plan.plan.jobs_count == 1) {
        response->job = reeve_view_job(g, &call->arena, &request->u.get_plan.plan.jobs[0], what);
    }
    if (response == NULL || response->job == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_reply(g, call, &reeve_v1_get_job_response_message, response);
}

/* ---- list ---- */

void reeve_control_list_plans(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_list_plans_request *in = message;
    struct reeve_id before;
    if (!reeve_control_id(g, call, in->before_plan_id, true, &before)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_PLANS);
    if (request == NULL) {
        return;
    }
    request->u.list_plans = (struct reeve_store_list_plans){
        .tenant = call->tenant->name,
        .state = in->state <= REEVE_V1_PLAN_STATE_COMPLETED ? (uint8_t)in->state : 255,
        .limit = reeve_control_limit(in->limit),
        .before = before,
    };
    reeve_out_store(g, request);
}

void reeve_control_plans_listed(struct reeve_gateway *g, struct reeve_call *call,
                                struct reeve_store_request *request)
{
    const struct reeve_store_list_plans *s = &request->u.list_plans;
    struct reeve_v1_list_plans_response *response =
        reeve_message_new(&reeve_v1_list_plans_response_message, &call->arena);
    struct reeve_v1_plan **plans =
        reeve_arena_alloc_array(&call->arena, s->count, sizeof(struct reeve_v1_plan *));
    bool good = response != NULL && plans != NULL;
    for (size_t i = 0; good && i < s->count; i++) {
        plans[i] = reeve_view_plan(g, &call->arena, &s->plans[i], 0);
        good = plans[i] != NULL;
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->plans = plans;
    response->n_plans = s->count;
    reeve_reply(g, call, &reeve_v1_list_plans_response_message, response);
}

void reeve_control_list_jobs(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_list_jobs_request *in = message;
    struct reeve_id before;
    struct reeve_id plan_id;
    if (!reeve_control_id(g, call, in->before_job_id, true, &before) ||
        !reeve_control_id(g, call, in->plan_id, true, &plan_id)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_JOBS);
    if (request == NULL) {
        return;
    }
    struct reeve_store_list_jobs *s = &request->u.list_jobs;
    *s = (struct reeve_store_list_jobs){
        .tenant = call->tenant->name,
        .plan_id = plan_id,
        .limit = reeve_control_limit(in->limit),
        .before = before,
    };
    call->job_state = (uint8_t)in->state;
    if (in->state == REEVE_V1_JOB_STATE_JOB_QUEUED ||
        in->state == REEVE_V1_JOB_STATE_JOB_DISPATCHED) {
        s->states = 1u << REEVE_JOB_QUEUED | 1u << REEVE_JOB_DISPATCHED |
                    1u << REEVE_JOB_DEAD; /* memory knows which */
    } else if (in->state != 0) {
        s->states = in->state <= REEVE_V1_JOB_STATE_JOB_DEAD ? 1u << in->state : 1u << 31;
    }
    if (reeve_arena_dup(&request->arena, reeve_bytes_cstr(in->task), &s->task) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}

void reeve_control_jobs_listed(struct reeve_gateway *g, struct reeve_call *call,
                               struct reeve_store_request *request)
{
    const struct reeve_store_list_jobs *s = &request->u.list_jobs;
    struct reeve_v1_list_jobs_response *response =
        reeve_message_new(&reeve_v1_list_jobs_response_message, &call->arena);
    struct reeve_v1_job **jobs =
        reeve_arena_alloc_array(&call->arena, s->count, sizeof(struct reeve_v1_job *));
    bool good = response != NULL && jobs != NULL;
    for (size_t i = 0; good && i < s->count; i++) {
        struct reeve_v1_job *view = reeve_view_job(g, &call->arena, &s->jobs[i], 0);
        good = view != NULL;
        if (good && (call->job_state == 0 || (uint8_t)view->state == call->job_state)) {
            jobs[response->n_jobs++] = view;
        }
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->jobs = jobs;
    reeve_reply(g, call, &reeve_v1_list_jobs_response_message, response);
}

/* ---- resolve ---- */

void reeve_control_resolve(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_resolve_job_request *in = message;
    struct reeve_id id;
    if (!reeve_control_id(g, call, in->job_id, false, &id)) {
        return;
    }
    if (in->status < 1 || in->status > 5 || in->effect < 1 || in->effect > 3) {
        refuse(g, call, REEVE_INVALID, "STATUS_INVALID",
               "an operator's word needs a status other than UNKNOWN, and an effect",
               "say how the job ended and what it did");
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_RESOLVE);
    if (request == NULL) {
        return;
    }
    struct reeve_store_resolve *s = &request->u.resolve;
    s->tenant = call->tenant->name;
    s->job_id = id;
    s->status = (uint8_t)in->status;
    s->effect = (uint8_t)in->effect;
    if (reeve_arena_dup(&request->arena, call->identity, &s->by) != REEVE_OK ||
        reeve_arena_dup(&request->arena, reeve_bytes_cstr(in->note), &s->note) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}

/* ---- requeue ---- */

static enum reeve_status requeue_request(struct reeve_call *call, const struct reeve_job *job,
                                         struct reeve_store_request *request)
{
    request->u.requeue.tenant = call->tenant->name;
    request->u.requeue.job_id = job->id;
    REEVE_TRY(reeve_own_begin(request, call->tenant, 1));
    struct reeve_own_record *record = reeve_own_next(request);
    *record = (struct reeve_own_record){
        .kind = REEVE_OWN_PLAN_DECIDED,
        .job_id = job->id,
        .plan_id = job->plan->id,
        .decision = reeve_bytes_cstr("requeued"),
        .statement_digest = job->plan->statement_digest,
    };
    return reeve_arena_dup(&request->arena, call->identity, &record->by);
}

void reeve_control_requeue(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_requeue_job_request *in = message;
    struct reeve_job *job = open_job(g, call, in->job_id);
    if (job == NULL) {
        return;
    }
    if (job->phase != REEVE_PHASE_DEAD) {
        refuse(g, call, REEVE_STATE, "NOT_DEAD", "the job is no dead letter: it still has attempts",
               "look at its state first (get); jobs in state JOB_DEAD can be requeued");
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_REQUEUE);
    if (request == NULL) {
        return;
    }
    if (requeue_request(call, job, request) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}
