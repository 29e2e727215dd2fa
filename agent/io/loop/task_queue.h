/* SPDX-License-Identifier: Apache-2.0 */
/* Many producers, one consumer: an intrusive queue of tasks without a lock. Producers push; the
 * consumer takes everything at once. It says when it goes to sleep: only a producer that finds it
 * asleep, and of those only the first, has to wake it, so that a consumer with enough to do costs
 * nobody a system call. */
#ifndef REEVE_AGENT_IO_LOOP_TASK_QUEUE_H
#define REEVE_AGENT_IO_LOOP_TASK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_task_queue {
    /* Atomic: linked newest first; a node of task_queue.c's while the consumer sleeps. */
    struct reeve_task_node *newest;
};

/* Empty, and the consumer awake. */
void reeve_task_queue_init(struct reeve_task_queue *q);
/* Any thread. True when the consumer sleeps: wake it. */
bool reeve_task_queue_push(struct reeve_task_queue *q, struct reeve_task_node *task);
/* The consumer, before it waits. False when there are tasks: it must not. */
bool reeve_task_queue_sleep(struct reeve_task_queue *q);
/* The consumer, when it has slept and waited, for whatever reason. True when somebody pushed, and
 * has wakened it or is about to. */
bool reeve_task_queue_wake(struct reeve_task_queue *q);
/* The consumer. All tasks, linked by `next` in the order of pushing; NULL when there is none. */
struct reeve_task_node *reeve_task_queue_take(struct reeve_task_queue *q);
/* The consumer. Takes what is there and runs it; how many that were. */
size_t reeve_task_queue_run(struct reeve_task_queue *q);

#ifdef __cplusplus
}
#endif
#endif
