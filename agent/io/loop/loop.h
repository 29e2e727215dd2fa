/* SPDX-License-Identifier: Apache-2.0 */
/* The loop seam: what a thread that owns state runs on. A loop is {poll(deadline), post}: it waits
 * for something to happen until a deadline, and any thread can put a task into it. Implemented by a
 * gRPC completion queue (agent/io/rpc/loop.h) and by an eventfd (agent/io/loop/event_loop.h).
 *
 * The thread that calls poll is the loop's thread; every callback and every task runs there. */
#ifndef REEVE_AGENT_IO_LOOP_LOOP_H
#define REEVE_AGENT_IO_LOOP_LOOP_H

#include <stdint.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A task, embedded in whatever it works on (REEVE_OWNER finds the way back). It belongs to the loop
 * from post until `run` is called; from then on its memory is its owner's again, and it may be
 * posted again or freed, from within `run` already. */
struct reeve_task_node {
    void (*run)(struct reeve_task_node *self);
    struct reeve_task_node *next; /* the loop's while posted */
};

struct reeve_loop;

struct reeve_loop_ops {
    enum reeve_status (*poll)(struct reeve_loop *loop, uint64_t deadline_boot_ms);
    void (*post)(struct reeve_loop *loop, struct reeve_task_node *task);
};

/* The first member of every implementation. */
struct reeve_loop {
    const struct reeve_loop_ops *ops;
};

/* Waits until something happened or CLOCK_BOOTTIME reaches `deadline_boot_ms` (REEVE_NEVER_MS: no
 * deadline; 0: do not wait), and handles it: one input/output event, or all tasks posted so far.
 * Deadlines are met within about 2 ms, never early. Not re-entrant.
 *   OK: something was handled. TIMEOUT: the deadline came first. INTERNAL: the loop is broken. */
enum reeve_status reeve_loop_poll(struct reeve_loop *loop,
                                  uint64_t deadline_boot_ms) REEVE_MUST_CHECK;

/* Any thread. Runs `task` once on the loop's thread, never synchronously, in the order of posting
 * as one thread sees it. Cannot fail; wakes the loop at most once for any number of waiting tasks.
 * Whoever posts has stopped before the loop is freed. */
void reeve_loop_post(struct reeve_loop *loop, struct reeve_task_node *task);

#ifdef __cplusplus
}
#endif
#endif
