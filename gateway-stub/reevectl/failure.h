/* SPDX-License-Identifier: Apache-2.0 */
/* A call that failed, as a person or a program is told: code, message, each problem, next step. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_FAILURE_H
#define REEVE_GATEWAY_STUB_REEVECTL_FAILURE_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Explains it on stderr (with --json as one object {"error": …}); the exit status for it. */
enum reeve_ctl_exit reeve_ctl_failure(struct reeve_ctl *c, enum reeve_status status,
                                      const struct reeve_client_failure *failure);

#ifdef __cplusplus
}
#endif
#endif
