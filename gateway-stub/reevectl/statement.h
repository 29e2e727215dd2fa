/* SPDX-License-Identifier: Apache-2.0 */
/* What an approver signs, checked against what an approver sees: the statement's digests are those
 * of exactly these JobSpecs, which belong to this plan. The gateway is not believed. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_STATEMENT_H
#define REEVE_GATEWAY_STUB_REEVECTL_STATEMENT_H

#include "agent/codec/job_spec.h"
#include "agent/codec/plan.h"
#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Views point into the plan's bytes; arrays are in the call's arena. */
struct reeve_ctl_statement {
    struct reeve_bytes bytes; /* as they are signed */
    struct reeve_plan_statement statement;
    struct reeve_job_spec *specs; /* in the statement's order */
    size_t count;
};

/* REFUSED: what does not fit was said on stderr. `plan_id`: what was asked for. */
enum reeve_ctl_exit reeve_ctl_statement_open(struct reeve_ctl *c, const struct reeve_v1_plan *plan,
                                             struct reeve_bytes plan_id,
                                             struct reeve_ctl_statement *out);

#ifdef __cplusplus
}
#endif
#endif
