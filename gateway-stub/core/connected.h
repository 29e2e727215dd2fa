/* SPDX-License-Identifier: Apache-2.0 */
/* Which versions of a waiting job's task connected workers have: why no worker is aligned. */
#ifndef REEVE_GATEWAY_STUB_CORE_CONNECTED_H
#define REEVE_GATEWAY_STUB_CORE_CONNECTED_H

#include "gateway-stub/core/state.h"
#include "reeve/v1/control.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills connected_versions of a job that waits for an aligned worker; leaves it empty when memory
 * is short. */
void reeve_connected_versions(struct reeve_gateway *g, struct reeve_arena *arena,
                              const struct reeve_job *job, struct reeve_v1_job *view);

#ifdef __cplusplus
}
#endif
#endif
