/* SPDX-License-Identifier: Apache-2.0 */
/* Why a command ends without an answer, when the cause is on this side: for people what is wrong
 * and what to do, with --json one object {"error": {"detail": …}} as the gateway's own refusals
 * have it, without "grpc". All of it on stderr. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_COMPLAINT_H
#define REEVE_GATEWAY_STUB_REEVECTL_COMPLAINT_H

#include "agent/cli/report.h"
#include "gateway-stub/reevectl/ctl.h"
#include "reeve/v1/control.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Says what is wrong, and `next`, which is never empty; `exit`. Texts are cut at 4 KiB. */
enum reeve_ctl_exit reeve_ctl_refuse(const struct reeve_ctl *c, enum reeve_ctl_exit exit,
                                     const char *next, const char *format, ...) REEVE_PRINTF(4, 5);
/* Memory is short: REEVE_CTL_USAGE. */
enum reeve_ctl_exit reeve_ctl_refuse_memory(const struct reeve_ctl *c);
/* A local file cannot be read: REEVE_CTL_USAGE. */
enum reeve_ctl_exit reeve_ctl_refuse_file(const struct reeve_ctl *c, const char *file,
                                          enum reeve_status status);
/* The gateway's answer lacks `what` ("the plan"): REEVE_CTL_REFUSED. */
enum reeve_ctl_exit reeve_ctl_refuse_answer(const struct reeve_ctl *c, const char *what);
/* Everything that is wrong in a file; nothing when nothing is. */
void reeve_ctl_refuse_report(const struct reeve_ctl *c, const struct reeve_config_report *report);

/* The object for programs; `grpc` is left out where it is NULL. */
void reeve_ctl_error_json(const char *grpc, const struct reeve_v1_error_detail *detail);

#ifdef __cplusplus
}
#endif
#endif
