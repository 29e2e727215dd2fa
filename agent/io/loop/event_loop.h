/* SPDX-License-Identifier: Apache-2.0 */
/* A loop without gRPC: tasks and a deadline, on an eventfd. For threads that only take posts, for
 * tests, and for builds whose transport brings its own sockets. */
#ifndef REEVE_AGENT_IO_LOOP_EVENT_LOOP_H
#define REEVE_AGENT_IO_LOOP_EVENT_LOOP_H

#include "agent/base/alloc.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_event_loop;

/* IO: no eventfd was to be had; NO_MEMORY. The caller owns *out. */
enum reeve_status reeve_event_loop_new(const struct reeve_allocator *a,
                                       struct reeve_event_loop **out) REEVE_MUST_CHECK;
/* Runs the tasks that are still in it, then frees. The loop's thread, or after it ended. NULL is
 * fine. */
void reeve_event_loop_free(struct reeve_event_loop *loop);
struct reeve_loop *reeve_event_loop_base(struct reeve_event_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
