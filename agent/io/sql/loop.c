/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL thread: epoll, a queue of tasks, and the deadlines of pools and names. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/io/loop/thread.h"
#include "agent/io/sql/internal.h"

#define EVENTS_AT_ONCE 64
#define STACK_BYTES (512u * 1024u)

/* What an event is about: a connection's address, which is even, or one of these. */
#define TAG_WAKE UINT64_C(1)
#define TAG_RESOLVER UINT64_C(3) /* the descriptor in the upper half */

void reeve_sql_loop_post(struct reeve_sql_loop *loop, struct reeve_task_node *node)
{
    const uint64_t one = 1;

    if (reeve_task_queue_push(&loop->queue, node)) {
        /* Fails only when the counter is full: then the thread is about to wake anyway. */
        (void)!write(loop->wake_fd, &one, sizeof(one));
    }
}

/* ---- descriptors ---- */

static void watch_name_server(void *ctx, int fd, bool readable, bool writable)
{
    const struct reeve_sql_loop *loop = ctx;
    struct epoll_event event = {.data.u64 = TAG_RESOLVER | (uint64_t)(uint32_t)fd << 32};

    if (!readable && !writable) {
        (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return;
    }
    event.events = (readable ? (uint32_t)EPOLLIN : 0u) | (writable ? (uint32_t)EPOLLOUT : 0u);
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0) {
        /* A question whose socket is not watched ends by its own timeout. */
        (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

static void drive(struct reeve_sql_loop *loop, const struct epoll_event *event)
{
    const uint64_t tag = event->data.u64;
    uint64_t count = 0;

    if (tag == TAG_WAKE) {
        (void)!read(loop->wake_fd, &count, sizeof(count));
        return;
    }
    if ((tag & TAG_RESOLVER) == TAG_RESOLVER) {
        const bool broken = (event->events & (EPOLLERR | EPOLLHUP)) != 0;
        reeve_resolver_ready(loop->resolver, (int)(tag >> 32),
                             broken || (event->events & EPOLLIN) != 0,
                             broken || (event->events & EPOLLOUT) != 0);
        return;
    }
    reeve_sql_connection_serve(event->data.ptr);
}

/* ---- turns ---- */

static int wait_ms(struct reeve_sql_loop *loop)
{
    const uint64_t now = reeve_now_read().boot_ms;
    uint64_t deadline = reeve_resolver_deadline(loop->resolver, now);

    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL;
         n = reeve_list_next(&loop->pools, n)) {
        const uint64_t one = reeve_sql_pool_deadline(REEVE_OWNER(n, struct reeve_sql_pool, node));
        deadline = one < deadline ? one : deadline;
    }
    if (deadline == REEVE_NEVER_MS) {
        return -1;
    }
    const uint64_t left = deadline > now ? deadline - now : 0;
    return left > INT32_MAX ? INT32_MAX : (int)left;
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

    while (!loop->stopping || !reeve_list_empty(&loop->pools)) {
        const int count = epoll_wait(loop->epoll_fd, events, EVENTS_AT_ONCE, wait_ms(loop));
        loop->now_ms = reeve_now_read().boot_ms;
        for (int i = 0; i < count; i++) {
            drive(loop, &events[i]);
        }
        (void)reeve_task_queue_run(&loop->queue);
        tick(loop);
    }
    return NULL;
}

/* ---- life ---- */

static void run_stop(struct reeve_task_node *node)
{
    struct reeve_sql_loop *loop = REEVE_OWNER(node, struct reeve_sql_loop, stop_node);

    loop->stopping = true;
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL;
         n = reeve_list_next(&loop->pools, n)) {
        reeve_sql_pool_close(REEVE_OWNER(n, struct reeve_sql_pool, node));
    }
}

static enum reeve_status open_poll(struct reeve_sql_loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = TAG_WAKE};

    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->epoll_fd < 0 || loop->wake_fd < 0 ||
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event) != 0) {
        return REEVE_IO;
    }
    return REEVE_OK;
}

/* What the thread does not need: also after a start that failed half-way. */
static void close_parts(struct reeve_sql_loop *loop)
{
    reeve_resolver_free(loop->resolver);
    reeve_sql_canceller_free(loop->canceller);
    if (loop->epoll_fd >= 0) {
        (void)close(loop->epoll_fd);
    }
    if (loop->wake_fd >= 0) {
        (void)close(loop->wake_fd);
    }
    loop->resolver = NULL;
    loop->canceller = NULL;
    loop->epoll_fd = loop->wake_fd = -1;
}

static enum reeve_status open_parts(struct reeve_sql_loop *loop)
{
    REEVE_TRY(open_poll(loop));
    REEVE_TRY(reeve_resolver_new(&loop->watch, &loop->resolver));
    REEVE_TRY(reeve_sql_canceller_new(&loop->canceller));
    return reeve_thread_start(&loop->thread, STACK_BYTES, sql_thread, loop);
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
    loop->epoll_fd = -1;
    loop->wake_fd = -1;
    loop->watch.watch = watch_name_server;
    loop->watch.ctx = loop;
    reeve_list_init(&loop->pools);
    reeve_list_init(&loop->dead);
    reeve_task_queue_init(&loop->queue);
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
        reeve_sql_loop_post(loop, &loop->stop_node);
        (void)pthread_join(loop->thread, NULL);
        close_parts(loop);
    }
    (void)pthread_mutex_destroy(&loop->lock);
    reeve_free(NULL, loop, sizeof(*loop));
}
