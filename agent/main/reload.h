/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Reading the configuration again while the worker runs (SIGHUP). */
#ifndef REEVE_AGENT_MAIN_RELOAD_H
#define REEVE_AGENT_MAIN_RELOAD_H

#include "agent/main/worker_state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_reload;

/* NULL is fine. Not while it is under way. */
void reeve_reload_free(struct reeve_reload *reload);

#ifdef __cplusplus
}
#endif
#endif
