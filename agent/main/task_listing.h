/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled-in tasks, and what a configuration makes of them, as messages for people and
 * programs. */
#ifndef REEVE_AGENT_MAIN_TASK_LISTING_H
#define REEVE_AGENT_MAIN_TASK_LISTING_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/config/agent_config.h"
#include "reeve/v1/local.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All in the arena; `config` NULL: without a configuration. NULL when memory is short. */
struct reeve_v1_task_listing *reeve_task_listing(const struct reeve_task_table *tasks,
                                                 const struct reeve_agent_config *config,
                                                 struct reeve_arena *arena);
/* Appends a table. NO_MEMORY, LIMIT. */
enum reeve_status reeve_task_listing_print(const struct reeve_v1_task_listing *listing,
                                           struct reeve_arena *arena,
                                           struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
