/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as the gateway has it. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_PLAN_FETCH_H
#define REEVE_GATEWAY_STUB_REEVECTL_PLAN_FETCH_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the call's arena; not NULL when DONE. Anything else was explained. */
enum reeve_ctl_exit reeve_plan_fetch(struct reeve_ctl *c, ProtobufCBinaryData id,
                                     const struct reeve_v1_plan **out);
/* The one that the call's first word names, and its whole id. */
enum reeve_ctl_exit reeve_plan_fetch_named(struct reeve_ctl *c, ProtobufCBinaryData *id,
                                           const struct reeve_v1_plan **out);

#ifdef __cplusplus
}
#endif
#endif
