/* SPDX-License-Identifier: Apache-2.0 */
/* The queue is a stack that producers push with compare-and-swap and the consumer takes whole with
 * one exchange. Taking everything is what makes the classic problem of such stacks (a node that is
 * popped, reused and pushed again while somebody looks at it) impossible.
 *
 * That the consumer sleeps stands in the same word, as a node that is no task: going to sleep and
 * pushing are then one decision, and no order between two words need be kept. */
#include "agent/io/loop/task_queue.h"

static struct reeve_task_node asleep;

void reeve_task_queue_init(struct reeve_task_queue *q)
{
    q->newest = NULL;
}

static bool replace(struct reeve_task_queue *q, struct reeve_task_node *before,
                    struct reeve_task_node *after)
{
    return __atomic_compare_exchange_n(&q->newest, &before, after, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

bool reeve_task_queue_sleep(struct reeve_task_queue *q)
{
    return replace(q, NULL, &asleep);
}

bool reeve_task_queue_wake(struct reeve_task_queue *q)
{
    return !replace(q, &asleep, NULL);
}

bool reeve_task_queue_push(struct reeve_task_queue *q, struct reeve_task_node *task)
{
    struct reeve_task_node *before = __atomic_load_n(&q->newest, __ATOMIC_RELAXED);
    do {
        task->next = before == &asleep ? NULL : before;
    } while (!__atomic_compare_exchange_n(&q->newest, &before, task, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return before == &asleep;
}

struct reeve_task_node *reeve_task_queue_take(struct reeve_task_queue *q)
{
    struct reeve_task_node *newest = __atomic_exchange_n(&q->newest, NULL, __ATOMIC_ACQ_REL);
    struct reeve_task_node *oldest = NULL;
    if (newest == &asleep) {
        return NULL;
    }
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
