/* SPDX-License-Identifier: Apache-2.0 */
/* Following a plan until all of its jobs have ended. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_WATCH_H
#define REEVE_GATEWAY_STUB_REEVECTL_WATCH_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Prints each change as it comes, typed results as JSON. NO: a job did not succeed. */
enum reeve_ctl_exit reeve_watch_plan(struct reeve_ctl *c, ProtobufCBinaryData plan_id,
                                     bool show_sensitive);

#ifdef __cplusplus
}
#endif
#endif
