/* SPDX-License-Identifier: Apache-2.0 */
/* A thread's epoll and queue: see poller.h. */
#include "agent/io/loop/poller.h"

#include <unistd.h>

#include "agent/base/time.h"
#include "agent/io/loop/thread.h"

#define STACK_BYTES (512u * 1024u)

void reeve_poller_init(struct reeve_poller *poller)
{
    reeve_task_queue_init(&poller->queue);
    poller->epoll_fd = -1;
    reeve_waker_init(&poller->waker);
}

enum reeve_status reeve_poller_open(struct reeve_poller *poller, uint64_t wake)
{
    /* Edge-triggered: each signal is an event, and need not be heard. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = wake};

    poller->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll_fd < 0) {
        return REEVE_IO;
    }
    REEVE_TRY(reeve_waker_open(&poller->waker));
    return epoll_ctl(poller->epoll_fd, EPOLL_CTL_ADD, poller->waker.fd, &event) == 0 ? REEVE_OK
                                                                                     : REEVE_IO;
}

void reeve_poller_close(struct reeve_poller *poller)
{
    if (poller->epoll_fd >= 0) {
        (void)close(poller->epoll_fd);
        poller->epoll_fd = -1;
    }
    reeve_waker_close(&poller->waker);
}

enum reeve_status reeve_poller_start(struct reeve_poller *poller, void *(*run)(void *), void *ctx)
{
    return reeve_thread_start(&poller->thread, STACK_BYTES, run, ctx);
}

void reeve_poller_stop(struct reeve_poller *poller, struct reeve_task_node *last)
{
    reeve_poller_post(poller, last);
    (void)pthread_join(poller->thread, NULL);
}

void reeve_poller_post(struct reeve_poller *poller, struct reeve_task_node *task)
{
    if (reeve_task_queue_push(&poller->queue, task)) {
        reeve_waker_signal(&poller->waker);
    }
}

static int time_until(uint64_t deadline_boot_ms)
{
    if (deadline_boot_ms == REEVE_NEVER_MS) {
        return -1;
    }
    const uint64_t now = reeve_now_read().boot_ms;
    const uint64_t left = deadline_boot_ms > now ? deadline_boot_ms - now : 0;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

int reeve_poller_wait(struct reeve_poller *poller, struct epoll_event *events, int max,
                      uint64_t deadline_boot_ms)
{
    const bool may_sleep = reeve_task_queue_sleep(&poller->queue);
    const int count =
        epoll_wait(poller->epoll_fd, events, max, may_sleep ? time_until(deadline_boot_ms) : 0);

    if (may_sleep && reeve_task_queue_wake(&poller->queue)) {
        reeve_waker_expect(&poller->waker);
    }
    return count;
}
