/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks on an eventfd: the producer that finds the loop asleep writes to it, ppoll waits on it. */
#include "agent/io/loop/event_loop.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "agent/base/list.h"
#include "agent/base/time.h"
#include "agent/io/loop/task_queue.h"
#include "agent/io/loop/waker.h"

struct reeve_event_loop {
    struct reeve_loop base;
    const struct reeve_allocator *allocator;
    struct reeve_task_queue tasks;
    struct reeve_waker waker;
};

/* How long to wait: at least until the deadline, since poll rounds down what it measures. */
static struct timespec time_until(uint64_t deadline_boot_ms)
{
    const uint64_t now = reeve_now_read().boot_ms;
    const uint64_t left_ms = deadline_boot_ms > now ? deadline_boot_ms - now : 0;
    return (struct timespec){.tv_sec = (time_t)(left_ms / 1000),
                             .tv_nsec = (long)(left_ms % 1000) * 1000000};
}

static enum reeve_status wait_for_wake(int fd, uint64_t deadline_boot_ms)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        struct timespec wait = time_until(deadline_boot_ms);
        const bool forever = deadline_boot_ms == REEVE_NEVER_MS;
        const int ready = ppoll(&p, 1, forever ? NULL : &wait, NULL);
        if (ready > 0) {
            return REEVE_OK;
        }
        if (ready < 0 && errno != EINTR) {
            return REEVE_INTERNAL;
        }
        if (!forever && reeve_now_read().boot_ms >= deadline_boot_ms) {
            return REEVE_TIMEOUT;
        }
    }
}

static enum reeve_status event_loop_poll(struct reeve_loop *base, uint64_t deadline_boot_ms)
{
    struct reeve_event_loop *loop = REEVE_OWNER(base, struct reeve_event_loop, base);

    if (reeve_task_queue_sleep(&loop->tasks)) {
        const enum reeve_status status = wait_for_wake(loop->waker.fd, deadline_boot_ms);
        if (reeve_task_queue_wake(&loop->tasks)) {
            reeve_waker_expect(&loop->waker);
        }
        REEVE_TRY(status);
        reeve_waker_hear(&loop->waker);
    }
    (void)reeve_task_queue_run(&loop->tasks);
    return REEVE_OK;
}

static void event_loop_post(struct reeve_loop *base, struct reeve_task_node *task)
{
    struct reeve_event_loop *loop = REEVE_OWNER(base, struct reeve_event_loop, base);

    if (reeve_task_queue_push(&loop->tasks, task)) {
        reeve_waker_signal(&loop->waker);
    }
}

static const struct reeve_loop_ops event_loop_ops = {event_loop_poll, event_loop_post};

enum reeve_status reeve_event_loop_new(const struct reeve_allocator *a,
                                       struct reeve_event_loop **out)
{
    struct reeve_event_loop *loop = reeve_alloc(a, sizeof *loop);
    if (loop == NULL) {
        return REEVE_NO_MEMORY;
    }
    loop->base.ops = &event_loop_ops;
    loop->allocator = a;
    reeve_task_queue_init(&loop->tasks);
    reeve_waker_init(&loop->waker);
    const enum reeve_status status = reeve_waker_open(&loop->waker);
    if (status != REEVE_OK) {
        reeve_free(a, loop, sizeof *loop);
        return status;
    }
    *out = loop;
    return REEVE_OK;
}

void reeve_event_loop_free(struct reeve_event_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    while (reeve_task_queue_run(&loop->tasks) > 0) {
    }
    reeve_waker_close(&loop->waker);
    reeve_free(loop->allocator, loop, sizeof *loop);
}

struct reeve_loop *reeve_event_loop_base(struct reeve_event_loop *loop)
{
    return &loop->base;
}
