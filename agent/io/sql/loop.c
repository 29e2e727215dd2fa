/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL thread: epoll, a queue of tasks, and the deadlines of pools and names. */
#include <sys/epoll.h>

#include "agent/io/sql/internal.h"

#define EVENTS_AT_ONCE 64

void reeve_sql_loop_post(struct reeve_sql_loop *loop, struct reeve_task_node *node)
{
    reeve_poller_post(&loop->poller, node);
}

/* ---- descriptors ---- */

static void watch_name_server(void *ctx, int fd, bool readable, bool writable)
{
    const struct reeve_sql_loop *loop = ctx;
    struct epoll_event event = {.data.u64 = REEVE_SQL_TAG_RESOLVER | (uint64_t)(uint32_t)fd << 32};

    if (!readable && !writable) {
        (void)epoll_ctl(loop->poller.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return;
    }
    event.events = (readable ? (uint32_t)EPOLLIN : 0u) | (writable ? (uint32_t)EPOLLOUT : 0u);
    if (epoll_ctl(loop->poller.epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0) {
        /* A question whose socket is not watched ends by its own timeout. */
        (void)epoll_ctl(loop->poller.epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

static void answer_resolver(struct reeve_sql_loop *loop, const struct epoll_event *event)
{
    const bool broken = (event->events & (EPOLLERR | EPOLLHUP)) != 0;

    reeve_resolver_ready(loop->resolver, (int)(event->data.u64 >> 32),
                         broken || (event->events & EPOLLIN) != 0,
                         broken || (event->events & EPOLLOUT) != 0);
}

static void drive(struct reeve_sql_loop *loop, const struct epoll_event *event)
{
    const uint64_t number = event->data.u64 >> REEVE_SQL_TAG_SHIFT;

    switch ((enum reeve_sql_tag)(event->data.u64 & 3)) {
    case REEVE_SQL_TAG_WAKE:
        return;
    case REEVE_SQL_TAG_CONNECTION:
        reeve_sql_connection_serve(loop, number);
        return;
    case REEVE_SQL_TAG_INTERRUPT:
        reeve_sql_interrupt_serve(loop, number);
        return;
    case REEVE_SQL_TAG_RESOLVER:
        answer_resolver(loop, event);
        return;
    }
}

/* ---- turns ---- */

static uint64_t deadline_of(struct reeve_sql_loop *loop)
{
    const uint64_t now = reeve_now_read().boot_ms;
    const uint64_t resolver = reeve_resolver_deadline(loop->resolver, now);
    uint64_t deadline = reeve_sql_interrupts_deadline(loop);

    deadline = resolver < deadline ? resolver : deadline;
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL;
         n = reeve_list_next(&loop->pools, n)) {
        const uint64_t one = reeve_sql_pool_deadline(REEVE_OWNER(n, struct reeve_sql_pool, node));
        deadline = one < deadline ? one : deadline;
    }
    return deadline;
}

/* The dead whose password is still asked for stay until the answer comes. */
static void bury(struct reeve_sql_loop *loop)
{
    struct reeve_list_node *next = NULL;

    for (struct reeve_list_node *n = reeve_list_front(&loop->dead); n != NULL; n = next) {
        struct reeve_sql_connection *c = REEVE_OWNER(n, struct reeve_sql_connection, node);
        next = reeve_list_next(&loop->dead, n);
        if (!c->asked) {
            reeve_list_remove(&loop->dead, n);
            reeve_sql_connection_free(c);
        }
    }
}

static void tick(struct reeve_sql_loop *loop)
{
    struct reeve_list_node *next = NULL;

    reeve_resolver_tick(loop->resolver);
    reeve_sql_interrupts_tick(loop);
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL; n = next) {
        next = reeve_list_next(&loop->pools, n);
        reeve_sql_pool_tick(REEVE_OWNER(n, struct reeve_sql_pool, node));
    }
    bury(loop);
    /* A pool that is settled belongs to whoever frees it: it is not touched again. */
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL; n = next) {
        next = reeve_list_next(&loop->pools, n);
        reeve_sql_pool_settle(REEVE_OWNER(n, struct reeve_sql_pool, node));
    }
}

static void *sql_thread(void *ctx)
{
    struct reeve_sql_loop *loop = ctx;
    struct epoll_event events[EVENTS_AT_ONCE];

    while (!loop->stopping || !reeve_list_empty(&loop->pools) ||
           !reeve_list_empty(&loop->interrupts)) {
        const int count =
            reeve_poller_wait(&loop->poller, events, EVENTS_AT_ONCE, deadline_of(loop));
        loop->now_ms = reeve_now_read().boot_ms;
        for (int i = 0; i < count; i++) {
            drive(loop, &events[i]);
        }
        (void)reeve_task_queue_run(&loop->poller.queue);
        tick(loop);
    }
    return NULL;
}

/* ---- life ---- */

static void run_stop(struct reeve_task_node *node)
{
    struct reeve_sql_loop *loop = REEVE_OWNER(node, struct reeve_sql_loop, stop_node);

    loop->stopping = true;
    reeve_sql_interrupts_hurry(loop);
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL;
         n = reeve_list_next(&loop->pools, n)) {
        reeve_sql_pool_close(REEVE_OWNER(n, struct reeve_sql_pool, node));
    }
}

/* What the thread does not need: also after a start that failed half-way. */
static void close_parts(struct reeve_sql_loop *loop)
{
    reeve_resolver_free(loop->resolver);
    reeve_poller_close(&loop->poller);
    loop->resolver = NULL;
}

static enum reeve_status open_parts(struct reeve_sql_loop *loop)
{
    REEVE_TRY(reeve_poller_open(&loop->poller, REEVE_SQL_TAG_WAKE));
    REEVE_TRY(reeve_resolver_new(&loop->watch, &loop->resolver));
    return reeve_poller_start(&loop->poller, sql_thread, loop);
}

enum reeve_status reeve_sql_loop_run(struct reeve_sql_loop *loop)
{
    enum reeve_status status = REEVE_OK;

    (void)pthread_mutex_lock(&loop->lock);
    if (!loop->running) {
        status = open_parts(loop);
        loop->running = status == REEVE_OK;
    }
    if (status != REEVE_OK) {
        close_parts(loop);
    }
    (void)pthread_mutex_unlock(&loop->lock);
    return status;
}

enum reeve_status reeve_sql_loop_new(struct reeve_sql_loop **out)
{
    struct reeve_sql_loop *loop = reeve_alloc(NULL, sizeof(*loop));

    *out = NULL;
    if (loop == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_poller_init(&loop->poller);
    loop->watch.watch = watch_name_server;
    loop->watch.ctx = loop;
    reeve_list_init(&loop->pools);
    reeve_list_init(&loop->dead);
    reeve_list_init(&loop->interrupts);
    (void)pthread_mutex_init(&loop->lock, NULL);
    *out = loop;
    return REEVE_OK;
}

void reeve_sql_loop_free(struct reeve_sql_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    if (loop->running) {
        loop->stop_node.run = run_stop;
        reeve_poller_stop(&loop->poller, &loop->stop_node);
        close_parts(loop);
    }
    (void)pthread_mutex_destroy(&loop->lock);
    reeve_free(NULL, loop, sizeof(*loop));
}
