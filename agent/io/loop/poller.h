/* SPDX-License-Identifier: Apache-2.0 */
/* What a thread with descriptors of its own waits on, and how it is started, woken and ended:
 * epoll, a queue of tasks, and an eventfd for whoever finds the thread asleep. For loops that have
 * a thread to themselves: HTTP, SQL, programs. */
#ifndef REEVE_AGENT_IO_LOOP_POLLER_H
#define REEVE_AGENT_IO_LOOP_POLLER_H

#include <pthread.h>
#include <sys/epoll.h>

#include "agent/io/loop/task_queue.h"
#include "agent/io/loop/waker.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_poller {
    struct reeve_task_queue queue; /* any thread pushes by _post; the poller's thread runs it */
    int epoll_fd;                  /* for the descriptors of whoever has the poller; -1: not open */
    struct reeve_waker waker;
    pthread_t thread;
};

/* Opens nothing; a poller that is only this much may be closed. */
void reeve_poller_init(struct reeve_poller *poller);
/* `wake` is what the event carries that only says: there are tasks, or were. IO: no epoll or
 * eventfd. */
enum reeve_status reeve_poller_open(struct reeve_poller *poller, uint64_t wake) REEVE_MUST_CHECK;
/* The thread has ended, or was never started. Waits for whoever is still about to wake it. Again is
 * fine. */
void reeve_poller_close(struct reeve_poller *poller);

/* Starts the thread, without signals. LIMIT: the system gives no more threads. NO_MEMORY. */
enum reeve_status reeve_poller_start(struct reeve_poller *poller, void *(*run)(void *),
                                     void *ctx) REEVE_MUST_CHECK;
/* Posts `last`, which tells the thread to end, and waits until it has. */
void reeve_poller_stop(struct reeve_poller *poller, struct reeve_task_node *last);

/* Any thread: `task` is run by the poller's. */
void reeve_poller_post(struct reeve_poller *poller, struct reeve_task_node *task);

/* The poller's thread. Waits for events or tasks, at most until `deadline_boot_ms`
 * (REEVE_NEVER_MS: for ever); how many events there are. The caller runs the queue then. */
int reeve_poller_wait(struct reeve_poller *poller, struct epoll_event *events, int max,
                      uint64_t deadline_boot_ms);

#ifdef __cplusplus
}
#endif
#endif
