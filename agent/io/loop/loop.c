/* SPDX-License-Identifier: Apache-2.0 */
/* The loop seam: two calls through a table. */
#include "agent/io/loop/loop.h"

enum reeve_status reeve_loop_poll(struct reeve_loop *loop, uint64_t deadline_boot_ms)
{
    return loop->ops->poll(loop, deadline_boot_ms);
}

void reeve_loop_post(struct reeve_loop *loop, struct reeve_task_node *task)
{
    loop->ops->post(loop, task);
}
