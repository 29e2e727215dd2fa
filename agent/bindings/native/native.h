/* SPDX-License-Identifier: Apache-2.0 */
/* The native binding: a task is a C function that is linked in (include/reeve/handler.h). */
#ifndef REEVE_AGENT_BINDINGS_NATIVE_NATIVE_H
#define REEVE_AGENT_BINDINGS_NATIVE_NATIVE_H

#include "agent/bindings/work.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One serves all native tasks. NO_MEMORY. */
enum reeve_status reeve_native_binding_new(struct reeve_binding **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
