/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded pool of threads for work that may block or take long: decoding, constraints, native
 * handlers, reading credentials. A task is the same embedded node that loops take
 * (agent/io/loop/loop.h); what it finds out it posts to a loop. */
#ifndef REEVE_AGENT_IO_POOL_POOL_H
#define REEVE_AGENT_IO_POOL_POOL_H

#include "agent/base/alloc.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_pool;

/* `threads` of them, 1 to 256 (0: as many as the machine has processors), each with a stack of
 * 256 KiB and all signals blocked. INVALID, NO_MEMORY, LIMIT (the system gives no more threads). */
enum reeve_status reeve_pool_new(uint32_t threads, struct reeve_pool **out) REEVE_MUST_CHECK;

/* Runs what is queued, waits for all threads, frees. Nobody submits any more. NULL is fine. */
void reeve_pool_free(struct reeve_pool *pool);

/* Any thread. `task->run` is called once, on a thread of the pool, in the order of submission as
 * far as threads are free. The node is the pool's until then. Cannot fail: the node is the queue's
 * memory, and the number of nodes is whatever bound their owner keeps. */
void reeve_pool_submit(struct reeve_pool *pool, struct reeve_task_node *task);

/* Any thread. Each thread of the pool, when it has nothing to do, lets the C library look whether
 * that thread's own heap ends in memory that can go back to the system (M_TRIM_THRESHOLD). */
void reeve_pool_trim(struct reeve_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
