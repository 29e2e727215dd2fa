/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of ControlService, and asking them: connects with the first call, says on stderr why
 * one failed, and gives the exit status that goes with it. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_API_H
#define REEVE_GATEWAY_STUB_REEVECTL_API_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(name of the method, its messages' names in C) */
#define REEVE_API_MAP(X)                                                                           \
    X(RegisterTasks, register_tasks)                                                               \
    X(ListTasks, list_tasks)                                                                       \
    X(GetTask, get_task)                                                                           \
    X(SubmitPlan, submit_plan)                                                                     \
    X(ApprovePlan, approve_plan)                                                                   \
    X(RejectPlan, reject_plan)                                                                     \
    X(CancelPlan, cancel_plan)                                                                     \
    X(CancelJob, cancel_job)                                                                       \
    X(GetPlan, get_plan)                                                                           \
    X(ListPlans, list_plans)                                                                       \
    X(GetJob, get_job)                                                                             \
    X(ListJobs, list_jobs)                                                                         \
    X(ListResults, list_results)                                                                   \
    X(WatchPlan, watch_plan)                                                                       \
    X(ListWorkers, list_workers)                                                                   \
    X(ListAudit, list_audit)                                                                       \
    X(ExportAudit, export_audit)                                                                   \
    X(ReadmitWorker, readmit_worker)                                                               \
    X(RevokeIdentity, revoke_identity)                                                             \
    X(ResolveJob, resolve_job)                                                                     \
    X(RequeueJob, requeue_job)                                                                     \
    X(WhoAmI, who_am_i)

#define X(name, c_name) extern const struct reeve_client_method reeve_api_##c_name;
REEVE_API_MAP(X)
#undef X

/* A default request in the arena, to be filled in; NULL when memory is short. */
void *reeve_api_request(struct reeve_ctl *c, const struct reeve_client_method *method);
/* One answer: *response is in the call's arena. Anything but DONE was explained. `request` NULL:
 * memory was short. */
enum reeve_ctl_exit reeve_api_ask(struct reeve_ctl *c, const struct reeve_client_method *method,
                                  const void *request, const void **response);
/* The same, but NOT_FOUND is the caller's to explain: DONE with *response NULL. */
enum reeve_ctl_exit reeve_api_look_up(struct reeve_ctl *c, const struct reeve_client_method *method,
                                      const void *request, const void **response);
/* Many answers; false from `each` ends it early. */
enum reeve_ctl_exit reeve_api_follow(struct reeve_ctl *c, const struct reeve_client_method *method,
                                     const void *request,
                                     bool (*each)(void *ctx, const void *message), void *ctx);

#ifdef __cplusplus
}
#endif
#endif
