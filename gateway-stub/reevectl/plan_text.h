/* SPDX-License-Identifier: Apache-2.0 */
/* Plans and jobs as people read them. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_PLAN_TEXT_H
#define REEVE_GATEWAY_STUB_REEVECTL_PLAN_TEXT_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A plan with its jobs, one line each, and what to do next. */
void reeve_plan_text(struct reeve_ctl *c, const struct reeve_v1_plan *plan);
void reeve_plan_text_list(struct reeve_ctl *c, struct reeve_v1_plan *const *plans, size_t count);
void reeve_plan_text_jobs(struct reeve_ctl *c, struct reeve_v1_job *const *jobs, size_t count);
/* Dead letters, each with its attempts. */
void reeve_plan_text_dead(struct reeve_ctl *c, struct reeve_v1_job *const *jobs, size_t count);
/* One job with everything that is known of it. */
void reeve_plan_text_job(struct reeve_ctl *c, const struct reeve_v1_job *job, bool show_sensitive);
/* How it ended: output as JSON, or the error with its violations; `indent` spaces in. */
void reeve_plan_text_end(struct reeve_ctl *c, const struct reeve_v1_job *job, bool show_sensitive,
                         unsigned indent);

#ifdef __cplusplus
}
#endif
#endif
