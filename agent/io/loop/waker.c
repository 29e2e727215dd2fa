/* SPDX-License-Identifier: Apache-2.0 */
/* The eventfd of a sleeper: see waker.h. */
#include "agent/io/loop/waker.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

void reeve_waker_init(struct reeve_waker *waker)
{
    *waker = (struct reeve_waker){.fd = -1};
}

enum reeve_status reeve_waker_open(struct reeve_waker *waker)
{
    waker->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return waker->fd < 0 ? REEVE_IO : REEVE_OK;
}

void reeve_waker_signal(const struct reeve_waker *waker)
{
    const int fd = waker->fd;
    const uint64_t one = 1;

    /* Nobody lives to see the counter full. */
    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

void reeve_waker_expect(struct reeve_waker *waker)
{
    waker->owed++;
}

void reeve_waker_hear(struct reeve_waker *waker)
{
    uint64_t count = 0;

    if (read(waker->fd, &count, sizeof(count)) == (ssize_t)sizeof(count)) {
        waker->heard += count;
    }
}

void reeve_waker_close(struct reeve_waker *waker)
{
    if (waker->fd < 0) {
        return;
    }
    while (waker->heard < waker->owed) {
        struct pollfd p = {.fd = waker->fd, .events = POLLIN};
        (void)poll(&p, 1, -1);
        reeve_waker_hear(waker);
    }
    (void)close(waker->fd);
    waker->fd = -1;
}
