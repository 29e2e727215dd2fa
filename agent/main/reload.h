/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Reading the configuration again while the worker runs. */
#ifndef REEVE_AGENT_MAIN_RELOAD_H
#define REEVE_AGENT_MAIN_RELOAD_H

#include "agent/main/worker_state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_reload;

/* The SHA-256 of the file's bytes. What reading says: then it is that of no bytes, or of some. */
enum reeve_status reeve_reload_look(const char *path, struct reeve_digest *out) REEVE_MUST_CHECK;

/* NULL is fine. Not while it is under way. */
void reeve_reload_free(struct reeve_reload *reload);

#ifdef __cplusplus
}
#endif
#endif
