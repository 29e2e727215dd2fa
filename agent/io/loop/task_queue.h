/* SPDX-License-Identifier: Apache-2.0 */
/* Many producers, one consumer: an intrusive queue of tasks without a lock. Producers push; the
 * consumer takes everything at once. The producer that finds it empty, and only that one, has to
 * wake the consumer, so that there is never more than one wake-up under way. */
#ifndef REEVE_AGENT_IO_LOOP_TASK_QUEUE_H
#define REEVE_AGENT_IO_LOOP_TASK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_task_queue {
    struct reeve_task_node *newest; /* atomic: linked newest first */
};

void reeve_task_queue_init(struct reeve_task_queue *q);
/* Any thread. True when the queue was empty: wake the consumer. */
bool reeve_task_queue_push(struct reeve_task_queue *q, struct reeve_task_node *task);
/* The consumer. All tasks, linked by `next` in the order of pushing; NULL when there is none. */
struct reeve_task_node *reeve_task_queue_take(struct reeve_task_queue *q);
/* The consumer. Takes what is there and runs it; how many that were. */
size_t reeve_task_queue_run(struct reeve_task_queue *q);

#ifdef __cplusplus
}
#endif
#endif
