/* SPDX-License-Identifier: Apache-2.0 */
/* The program's version as the message that status and version print. */
#ifndef REEVE_AGENT_MAIN_VERSION_INFO_H
#define REEVE_AGENT_MAIN_VERSION_INFO_H

#include "agent/base/arena.h"
#include "reeve/v1/local.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the arena; NULL when memory is short. */
struct reeve_v1_version_info *reeve_version_info(struct reeve_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
