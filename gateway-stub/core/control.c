/* SPDX-License-Identifier: Apache-2.0 */
/* The table of methods, and what they share: decoding, roles, answers of the store. */
#include "gateway-stub/core/control.h"

#include "gateway-stub/core/out.h"
#include "gateway-stub/core/retry.h"
#include "gateway-stub/core/watch.h"

#define PLANNER REEVE_ROLE_PLANNER
#define APPROVER REEVE_ROLE_APPROVER
#define OPERATOR REEVE_ROLE_OPERATOR
#define AUDITOR REEVE_ROLE_AUDITOR
#define ANYBODY (PLANNER | APPROVER | OPERATOR | AUDITOR)
#define PROBLEMS_MAX 16u

struct method {
    const char *path;
    bool streams;
    unsigned roles;
    const char *role_names;
    const struct reeve_message *request;
    reeve_control_begin *begin;
    reeve_control_next *next;
    const char *noun; /* of errors */
};

#define METHOD(name) "/reeve.v1.ControlService/" name

static const struct method methods[REEVE_CONTROL_METHODS] = {
    [REEVE_CONTROL_REGISTER_TASKS] = {METHOD("RegisterTasks"), false, PLANNER | OPERATOR,
                                      "PLANNER or OPERATOR",
                                      &reeve_v1_register_tasks_request_message,
                                      reeve_control_register, reeve_control_registered, "task"},
    [REEVE_CONTROL_LIST_TASKS] = {METHOD("ListTasks"), false, ANYBODY, "any but WORKER",
                                  &reeve_v1_list_tasks_request_message, reeve_control_list_tasks,
                                  NULL, "task"},
    [REEVE_CONTROL_GET_TASK] = {METHOD("GetTask"), false, ANYBODY, "any but WORKER",
                                &reeve_v1_get_task_request_message, reeve_control_get_task, NULL,
                                "task"},
    [REEVE_CONTROL_SUBMIT_PLAN] = {METHOD("SubmitPlan"), false, PLANNER, "PLANNER",
                                   &reeve_v1_submit_plan_request_message, reeve_control_submit,
                                   reeve_control_submitted, "plan"},
    [REEVE_CONTROL_APPROVE_PLAN] = {METHOD("ApprovePlan"), false, APPROVER, "APPROVER",
                                    &reeve_v1_approve_plan_request_message, reeve_control_approve,
                                    reeve_control_plan_changed, "plan"},
    [REEVE_CONTROL_REJECT_PLAN] = {METHOD("RejectPlan"), false, APPROVER, "APPROVER",
                                   &reeve_v1_reject_plan_request_message, reeve_control_reject,
                                   reeve_control_plan_changed, "plan"},
    [REEVE_CONTROL_CANCEL_PLAN] = {METHOD("CancelPlan"), false, PLANNER | OPERATOR,
                                   "PLANNER (own plans) or OPERATOR",
                                   &reeve_v1_cancel_plan_request_message, reeve_control_cancel_plan,
                                   reeve_control_plan_changed, "plan"},
    [REEVE_CONTROL_CANCEL_JOB] = {METHOD("CancelJob"), false, PLANNER | OPERATOR,
                                  "PLANNER (own plans) or OPERATOR",
                                  &reeve_v1_cancel_job_request_message, reeve_control_cancel_job,
                                  reeve_control_job_changed, "job"},
    [REEVE_CONTROL_GET_PLAN] = {METHOD("GetPlan"), false, ANYBODY, "any but WORKER",
                                &reeve_v1_get_plan_request_message, reeve_control_get_plan,
                                reeve_control_plan_changed, "plan"},
    [REEVE_CONTROL_LIST_PLANS] = {METHOD("ListPlans"), false, ANYBODY, "any but WORKER",
                                  &reeve_v1_list_plans_request_message, reeve_control_list_plans,
                                  reeve_control_plans_listed, "plan"},
    [REEVE_CONTROL_GET_JOB] = {METHOD("GetJob"), false, ANYBODY, "any but WORKER",
                               &reeve_v1_get_job_request_message, reeve_control_get_job,
                               reeve_control_job_changed, "job"},
    [REEVE_CONTROL_LIST_JOBS] = {METHOD("ListJobs"), false, ANYBODY, "any but WORKER",
                                 &reeve_v1_list_jobs_request_message, reeve_control_list_jobs,
                                 reeve_control_jobs_listed, "job"},
    [REEVE_CONTROL_LIST_RESULTS] = {METHOD("ListResults"), false, ANYBODY, "any but WORKER",
                                    &reeve_v1_list_results_request_message,
                                    reeve_control_list_results, reeve_control_results_listed,
                                    "job"},
    [REEVE_CONTROL_WATCH_PLAN] = {METHOD("WatchPlan"), true, ANYBODY, "any but WORKER",
                                  &reeve_v1_watch_plan_request_message, reeve_control_watch,
                                  reeve_control_watched, "plan"},
    [REEVE_CONTROL_LIST_WORKERS] = {METHOD("ListWorkers"), false, OPERATOR | AUDITOR,
                                    "OPERATOR or AUDITOR", &reeve_v1_list_workers_request_message,
                                    reeve_control_list_workers, reeve_control_workers_listed,
                                    "worker"},
    [REEVE_CONTROL_LIST_AUDIT] = {METHOD("ListAudit"), false, AUDITOR, "AUDITOR",
                                  &reeve_v1_list_audit_request_message, reeve_control_list_audit,
                                  reeve_control_audit_listed, "chain"},
    [REEVE_CONTROL_EXPORT_AUDIT] = {METHOD("ExportAudit"), true, AUDITOR, "AUDITOR",
                                    &reeve_v1_export_audit_request_message, reeve_control_export,
                                    reeve_control_exported, "chain"},
    [REEVE_CONTROL_READMIT_WORKER] = {METHOD("ReadmitWorker"), false, OPERATOR, "OPERATOR",
                                      &reeve_v1_readmit_worker_request_message,
                                      reeve_control_readmit, reeve_control_readmitted, "worker"},
    [REEVE_CONTROL_REVOKE_IDENTITY] = {METHOD("RevokeIdentity"), false, OPERATOR, "OPERATOR",
                                       &reeve_v1_revoke_identity_request_message,
                                       reeve_control_revoke, reeve_control_revoked, "identity"},
    [REEVE_CONTROL_CREATE_JOIN_TOKEN] = {METHOD("CreateJoinToken"), false, OPERATOR, "OPERATOR",
                                         &reeve_v1_create_join_token_request_message,
                                         reeve_control_join_token, NULL, "token"},
    [REEVE_CONTROL_RESOLVE_JOB] = {METHOD("ResolveJob"), false, OPERATOR, "OPERATOR",
                                   &reeve_v1_resolve_job_request_message, reeve_control_resolve,
                                   reeve_control_job_changed, "job"},
    [REEVE_CONTROL_REQUEUE_JOB] = {METHOD("RequeueJob"), false, OPERATOR, "OPERATOR",
                                   &reeve_v1_requeue_job_request_message, reeve_control_requeue,
                                   reeve_control_job_changed, "job"},
    [REEVE_CONTROL_WHO_AM_I] = {METHOD("WhoAmI"), false, ANYBODY | REEVE_ROLE_WORKER, "any",
                                &reeve_v1_who_am_i_request_message, reeve_control_who_am_i, NULL,
                                "caller"},
};

void reeve_control_stream(struct reeve_gateway *g, struct reeve_call *call)
{
    if (call->method == REEVE_CONTROL_EXPORT_AUDIT) {
        reeve_control_stream_export(g, call);
    } /* a watch goes on at the end of the event */
}

const char *reeve_control_method_path(enum reeve_control_method method)
{
    return methods[method].path;
}

bool reeve_control_method_streams(enum reeve_control_method method)
{
    return methods[method].streams;
}

struct reeve_store_request *reeve_control_request(struct reeve_gateway *g, struct reeve_call *call,
                                                  enum reeve_store_kind kind)
{
    struct reeve_store_request *request = reeve_out_request(g, kind);
    if (request == NULL) {
        reeve_refuse_memory(g, call);
        return NULL;
    }
    request->tag = call->handle;
    request->serial = call->serial;
    return request;
}

void reeve_control_read_plan(struct reeve_gateway *g, struct reeve_call *call,
                             const struct reeve_id *plan_id, const struct reeve_id *job_id)
{
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_GET_PLAN);
    if (request == NULL) {
        return;
    }
    request->u.get_plan.tenant = call->tenant->name;
    if (plan_id != NULL) {
        request->u.get_plan.plan_id = *plan_id;
    }
    if (job_id != NULL) {
        request->u.get_plan.job_id = *job_id;
    }
    request->u.get_plan.want_outputs = job_id != NULL;
    reeve_out_store(g, request);
}

bool reeve_control_id(struct reeve_gateway *g, struct reeve_call *call, ProtobufCBinaryData bytes,
                      bool may_be_empty, struct reeve_id *id)
{
    *id = (struct reeve_id){{0}};
    if (bytes.len == 0 && may_be_empty) {
        return true;
    }
    if (reeve_id_from_bytes(reeve_bytes_of(bytes.data, bytes.len), id) == REEVE_OK) {
        return true;
    }
    const struct reeve_refusal refusal = {
        .status = REEVE_INVALID,
        .code = "ID_INVALID",
        .message = "an id has 16 bytes",
        .hint = "give ids as they were returned",
    };
    reeve_refuse(g, call, &refusal);
    return false;
}

uint32_t reeve_control_limit(uint32_t asked)
{
    uint32_t limit = asked == 0 ? 100 : asked;
    return limit > 1000 ? 1000 : limit;
}

static bool role_missing(struct reeve_gateway *g, struct reeve_call *call,
                         const struct method *method)
{
    char hint[96];
    if ((call->roles & method->roles) != 0) {
        return false;
    }
    reeve_format_cut(hint, sizeof(hint), "the call needs the role %s", method->role_names);
    const struct reeve_refusal refusal = {
        .status = REEVE_NOT_ALLOWED,
        .code = "ROLE_MISSING",
        .message = "this identity's roles do not allow the call",
        .hint = hint,
    };
    reeve_refuse(g, call, &refusal);
    return true;
}

static void refuse_request(struct reeve_gateway *g, struct reeve_call *call,
                           const struct reeve_problems *problems)
{
    const struct reeve_refusal refusal = {
        .status = REEVE_INVALID,
        .code = "REQUEST_INVALID",
        .message = "the request breaks the schema of the control API",
        .hint = "correct the fields that are named",
        .problems = problems,
    };
    reeve_refuse(g, call, &refusal);
}

void reeve_control_start(struct reeve_gateway *g, struct reeve_call *call,
                         struct reeve_bytes request)
{
    const struct method *method = &methods[call->method];
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    struct reeve_problem items[PROBLEMS_MAX];
    struct reeve_problems problems = {.items = items, .capacity = PROBLEMS_MAX};
    void *message = NULL;
    if (role_missing(g, call, method)) {
        return;
    }
    reeve_zero(&items[0], sizeof(items[0]));
    enum reeve_status status =
        reeve_message_decode(method->request, request, &options, &call->arena, &message, &items[0]);
    if (status != REEVE_OK) {
        problems.count = 1;
        problems.total = 1;
        refuse_request(g, call, &problems);
        return;
    }
    if (reeve_message_validate(method->request, message, g->now.unix_ms, &problems) != REEVE_OK) {
        refuse_request(g, call, &problems);
        return;
    }
    method->begin(g, call, message);
}

/* What a transition means happens first; the caller may have gone. The other kinds change nothing
 * in memory, or their own module applies them. */
static const struct {
    enum reeve_store_kind kind;
    void (*apply)(struct reeve_gateway *g, struct reeve_store_request *request);
} effects[] = {
    {REEVE_STORE_REGISTER_TASKS, reeve_control_apply_registered},
    {REEVE_STORE_SUBMIT_PLAN, reeve_control_apply_submitted},
    {REEVE_STORE_APPROVE_PLAN, reeve_control_apply_approved},
    {REEVE_STORE_REQUEUE, reeve_retry_requeued},
    {REEVE_STORE_READMIT, reeve_control_apply_readmitted},
    {REEVE_STORE_REVOKE, reeve_control_apply_revoked},
};

static void apply(struct reeve_gateway *g, struct reeve_store_request *request)
{
    for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
        if (effects[i].kind == request->kind) {
            effects[i].apply(g, request);
            return;
        }
    }
}

void reeve_control_continue(struct reeve_gateway *g, struct reeve_store_request *request)
{
    apply(g, request);
    struct reeve_call *call = reeve_call_of(g, request);
    if (call == NULL || call->reply_due) {
        return;
    }
    const struct method *method = &methods[call->method];
    call->reading = false;
    if (request->status != REEVE_OK) {
        reeve_refuse_store(g, call, request->status, method->noun);
        return;
    }
    if (method->next != NULL) {
        method->next(g, call, request);
    }
}

void reeve_control_who_am_i(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    (void)message;
    static const char *const names[] = {"WORKER", "PLANNER", "APPROVER", "OPERATOR", "AUDITOR"};
    struct reeve_v1_who_am_i_response *response =
        reeve_message_new(&reeve_v1_who_am_i_response_message, &call->arena);
    char **roles = reeve_arena_alloc_array(&call->arena, 5, sizeof(*roles));
    if (response == NULL || roles == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    for (unsigned i = 0; i < 5; i++) {
        if ((call->roles & (1u << (i + 1))) != 0) {
            roles[response->n_roles++] =
                reeve_arena_strdup(&call->arena, reeve_bytes_cstr(names[i]));
        }
    }
    response->roles = roles;
    response->identity = reeve_arena_strdup(&call->arena, call->identity);
    response->tenant = reeve_arena_strdup(&call->arena, call->tenant->name);
    response->gateway_version = reeve_arena_strdup(&call->arena, g->build);
    response->gateway_id = reeve_view_id(&call->arena, &g->gateway_id);
    reeve_reply(g, call, &reeve_v1_who_am_i_response_message, response);
}

void reeve_control_join_token(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    (void)message;
    const struct reeve_refusal refusal = {
        .status = REEVE_UNSUPPORTED,
        .code = "UNIMPLEMENTED",
        .message = "this gateway issues no join tokens",
        .hint = "give the worker certificate files from your PKI (docs/reference/control-api.md)",
    };
    reeve_refuse(g, call, &refusal);
}
