/* SPDX-License-Identifier: Apache-2.0 */
/* The queue is a stack that producers push with compare-and-swap and the consumer takes whole with
 * one exchange. Taking everything is what makes the classic problem of such stacks (a node that is
 * popped, reused and pushed again while somebody looks at it) impossible. */
#include "agent/io/loop/task_queue.h"

void reeve_task_queue_init(struct reeve_task_queue *q)
{
    q->newest = NULL;
}

bool reeve_task_queue_push(struct reeve_task_queue *q, struct reeve_task_node *task)
{
    struct reeve_task_node *before = __atomic_load_n(&q->newest, __ATOMIC_RELAXED);
    do {
        task->next = before;
    } while (!__atomic_compare_exchange_n(&q->newest, &before, task, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return before == NULL;
}

struct reeve_task_node *reeve_task_queue_take(struct reeve_task_queue *q)
{
    struct reeve_task_node *newest = __atomic_exchange_n(&q->newest, NULL, __ATOMIC_ACQ_REL);
    struct reeve_task_node *oldest = NULL;
    while (newest != NULL) {
        struct reeve_task_node *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

size_t reeve_task_queue_run(struct reeve_task_queue *q)
{
    size_t count = 0;
    struct reeve_task_node *task = reeve_task_queue_take(q);
    while (task != NULL) {
        struct reeve_task_node *next = task->next; /* run() may free the task */
        task->run(task);
        task = next;
        count++;
    }
    return count;
}
