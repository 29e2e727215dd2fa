/* SPDX-License-Identifier: Apache-2.0 */
/* The loop that calls, channels and servers live on: one gRPC completion queue, polled by one
 * thread.
 *
 *   struct reeve_rpc_loop *loop;
 *   REEVE_TRY(reeve_rpc_loop_new(NULL, &loop));
 *   while (running) {
 *       enum reeve_status s = reeve_rpc_loop_poll(loop, next_deadline_boot_ms);
 *       … OK or TIMEOUT: look at the time, run what is due …
 *   }
 *   reeve_rpc_loop_free(loop);
 *
 * gRPC's C surface does not take our allocator: its own memory comes from the C heap. A process
 * that made a loop must not fork (posix_spawn is fine). */
#ifndef REEVE_AGENT_IO_RPC_LOOP_H
#define REEVE_AGENT_IO_RPC_LOOP_H

#include "agent/base/alloc.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_loop;

/* Any thread. `a` (NULL: heap) must be thread-safe and outlive the loop. NO_MEMORY. */
enum reeve_status reeve_rpc_loop_new(const struct reeve_allocator *a,
                                     struct reeve_rpc_loop **out) REEVE_MUST_CHECK;

/* The loop's thread, outside callbacks, after everybody who posts has stopped. Orderly: cancels
 * every call and stops every server that is still there, polls until each has had its on_closed (or
 * on_stopped), runs the tasks that are left, shuts the queue down, frees. Calls, channels and
 * servers that were not released stay valid for their release only. NULL is fine. */
void reeve_rpc_loop_free(struct reeve_rpc_loop *loop);

/* As reeve_loop_poll(): handles one completion. */
enum reeve_status reeve_rpc_loop_poll(struct reeve_rpc_loop *loop,
                                      uint64_t deadline_boot_ms) REEVE_MUST_CHECK;
/* As reeve_loop_post(): any thread, about 4 µs when it has to wake the queue. */
void reeve_rpc_loop_post(struct reeve_rpc_loop *loop, struct reeve_task_node *task);
/* The same, as the seam. Lives as long as the loop. */
struct reeve_loop *reeve_rpc_loop_base(struct reeve_rpc_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
