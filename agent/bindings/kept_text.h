/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a system's configuration that a binding keeps for itself. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_KEPT_TEXT_H
#define REEVE_AGENT_BINDINGS_KEPT_TEXT_H

#include "agent/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Puts a copy of *text in `memory` in its place; NULL stays NULL. *failed is set when memory is
 * short, and left as it is else: one look at it serves for many. */
void reeve_keep_text(struct reeve_arena *memory, const char **text, bool *failed);

#ifdef __cplusplus
}
#endif
#endif
