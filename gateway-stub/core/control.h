/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of the control API: for each, who may call it, how it starts, and how it goes on when
 * the store has answered. */
#ifndef REEVE_GATEWAY_STUB_CORE_CONTROL_H
#define REEVE_GATEWAY_STUB_CORE_CONTROL_H

#include "gateway-stub/core/call.h"
#include "gateway-stub/core/reply.h"
#include "gateway-stub/core/view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `message` is the decoded request, in the call's arena. */
typedef void reeve_control_begin(struct reeve_gateway *g, struct reeve_call *call,
                                 const void *message);
/* The store said OK to `request`, which is freed afterwards. */
typedef void reeve_control_next(struct reeve_gateway *g, struct reeve_call *call,
                                struct reeve_store_request *request);

reeve_control_begin reeve_control_register;
reeve_control_begin reeve_control_list_tasks;
reeve_control_begin reeve_control_get_task;
reeve_control_begin reeve_control_submit;
reeve_control_begin reeve_control_approve;
reeve_control_begin reeve_control_reject;
reeve_control_begin reeve_control_cancel_plan;
reeve_control_begin reeve_control_cancel_job;
reeve_control_begin reeve_control_get_plan;
reeve_control_begin reeve_control_list_plans;
reeve_control_begin reeve_control_get_job;
reeve_control_begin reeve_control_list_jobs;
reeve_control_begin reeve_control_list_results;
reeve_control_begin reeve_control_watch;
reeve_control_begin reeve_control_list_workers;
reeve_control_begin reeve_control_list_audit;
reeve_control_begin reeve_control_export;
reeve_control_begin reeve_control_readmit;
reeve_control_begin reeve_control_revoke;
reeve_control_begin reeve_control_join_token;
reeve_control_begin reeve_control_resolve;
reeve_control_begin reeve_control_requeue;
reeve_control_begin reeve_control_who_am_i;

reeve_control_next reeve_control_registered;
reeve_control_next reeve_control_submitted;
reeve_control_next reeve_control_plan_changed;
reeve_control_next reeve_control_plans_listed;
reeve_control_next reeve_control_job_changed;
reeve_control_next reeve_control_jobs_listed;
reeve_control_next reeve_control_results_listed;
reeve_control_next reeve_control_watched;
reeve_control_next reeve_control_workers_listed;
reeve_control_next reeve_control_audit_listed;
reeve_control_next reeve_control_exported;
reeve_control_next reeve_control_readmitted;
reeve_control_next reeve_control_revoked;

/* What a transition means for the gateway, whether its caller is still there or not. */
void reeve_control_apply_registered(struct reeve_gateway *g, struct reeve_store_request *request);
void reeve_control_apply_submitted(struct reeve_gateway *g, struct reeve_store_request *request);
void reeve_control_apply_approved(struct reeve_gateway *g, struct reeve_store_request *request);
void reeve_control_apply_readmitted(struct reeve_gateway *g, struct reeve_store_request *request);
void reeve_control_apply_revoked(struct reeve_gateway *g, struct reeve_store_request *request);

/* A request in the name of a call; NULL: no memory, and the call was refused for it. */
struct reeve_store_request *reeve_control_request(struct reeve_gateway *g, struct reeve_call *call,
                                                  enum reeve_store_kind kind);
/* Reads a plan (or the plan of a job, with that job) back in the name of a call. */
void reeve_control_read_plan(struct reeve_gateway *g, struct reeve_call *call,
                             const struct reeve_id *plan_id, const struct reeve_id *job_id);
/* An id of a request; false: it has no 16 bytes (zero when empty is allowed), and the call was
 * refused for it. */
bool reeve_control_id(struct reeve_gateway *g, struct reeve_call *call, ProtobufCBinaryData bytes,
                      bool may_be_empty, struct reeve_id *id);
uint32_t reeve_control_limit(uint32_t asked);
/* ExportAudit: reads the next page when the last one has gone out. */
void reeve_control_stream_export(struct reeve_gateway *g, struct reeve_call *call);

#ifdef __cplusplus
}
#endif
#endif
