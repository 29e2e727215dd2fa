/* SPDX-License-Identifier: Apache-2.0 */
/* Telling servers to cancel: a connection of its own for each wish, without TLS, and sixteen bytes
 * that carry nothing but the number and the key which the server gave for this purpose (PostgreSQL,
 * "Canceling Requests in Progress"). PQcancel() does the same, and waits for the server without a
 * limit. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/bytes.h"
#include "agent/io/sql/internal.h"

#define WAITING_MAX 64u
#define TIME_MS 5000u
#define LAST_TIME_MS 1000u /* when the loop is to end */
#define REQUEST_CODE 80877102u
#define REQUEST_SIZE 16u

struct reeve_sql_interrupt {
    struct reeve_list_node node; /* in loop->interrupts */
    struct reeve_sql_loop *loop;
    uint64_t number;
    uint64_t deadline_ms;
    int fd;
    uint32_t sent;
    uint8_t request[REQUEST_SIZE];
};

/* ---- the request ---- */

/* How libpq 15 begins what PQgetCancel() returns. It publishes all of that but the key. */
struct libpq_cancel {
    struct {
        struct sockaddr_storage address;
        socklen_t size;
    } peer;
    int pid;
    int key;
};
#define LIBPQ_MAJOR 15

/* False: this libpq is another one, or memory is short. */
static bool find_key(PGconn *pg, uint32_t *key)
{
    struct libpq_cancel known;
    PGcancel *cancel = PQlibVersion() / 10000 == LIBPQ_MAJOR ? PQgetCancel(pg) : NULL;

    if (cancel == NULL) {
        return false;
    }
    reeve_move(&known, cancel, sizeof(known));
    PQfreeCancel(cancel);
    *key = (uint32_t)known.key;
    return known.pid == PQbackendPID(pg);
}

static void put_u32(uint8_t out[4], uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static bool write_request(PGconn *pg, uint8_t out[REQUEST_SIZE])
{
    uint32_t key;

    if (!find_key(pg, &key)) {
        return false;
    }
    put_u32(out, REQUEST_SIZE);
    put_u32(out + 4, REQUEST_CODE);
    put_u32(out + 8, (uint32_t)PQbackendPID(pg));
    put_u32(out + 12, key);
    return true;
}

/* ---- the connection ---- */

/* To where `pg` leads; -1: not to be had. */
static int connect_beside(PGconn *pg)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(address);

    if (getpeername(PQsocket(pg), (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    const int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) != 0 && errno != EINPROGRESS) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static void end(struct reeve_sql_interrupt *self)
{
    if (self->fd >= 0) {
        /* Closing alone would not do it while a child that is being started has the descriptor. */
        (void)epoll_ctl(self->loop->poller.epoll_fd, EPOLL_CTL_DEL, self->fd, NULL);
        (void)close(self->fd);
    }
    reeve_free(NULL, self, sizeof(*self));
}

static uint64_t tag_of(const struct reeve_sql_interrupt *self)
{
    return self->number << REEVE_SQL_TAG_SHIFT | REEVE_SQL_TAG_INTERRUPT;
}

static bool begin(struct reeve_sql_interrupt *self, PGconn *pg)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.u64 = tag_of(self)};

    self->fd = -1;
    if (!write_request(pg, self->request)) {
        return false;
    }
    self->fd = connect_beside(pg);
    return self->fd >= 0 &&
           epoll_ctl(self->loop->poller.epoll_fd, EPOLL_CTL_ADD, self->fd, &event) == 0;
}

void reeve_sql_interrupt_begin(struct reeve_sql_loop *loop, PGconn *connection)
{
    struct reeve_sql_interrupt *self =
        loop->interrupts.count < WAITING_MAX ? reeve_alloc(NULL, sizeof(*self)) : NULL;

    if (self == NULL) {
        return;
    }
    self->loop = loop;
    self->number = loop->numbers++;
    self->deadline_ms = loop->now_ms + TIME_MS;
    if (!begin(self, connection)) {
        end(self);
        return;
    }
    reeve_list_push_back(&loop->interrupts, &self->node);
}

static void finish(struct reeve_sql_interrupt *self)
{
    reeve_list_remove(&self->loop->interrupts, &self->node);
    end(self);
}

/* The server closes the connection when it has done it; a proxy may forget a wish whose sender has
 * gone. */
static bool await_end(struct reeve_sql_interrupt *self)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag_of(self)};

    return epoll_ctl(self->loop->poller.epoll_fd, EPOLL_CTL_MOD, self->fd, &event) == 0;
}

static void serve(struct reeve_sql_interrupt *self)
{
    if (self->sent == REQUEST_SIZE) {
        finish(self);
        return;
    }
    const ssize_t n =
        send(self->fd, self->request + self->sent, REQUEST_SIZE - self->sent, MSG_NOSIGNAL);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    self->sent += n > 0 ? (uint32_t)n : 0;
    if (n <= 0 || (self->sent == REQUEST_SIZE && !await_end(self))) {
        finish(self);
    }
}

void reeve_sql_interrupt_serve(struct reeve_sql_loop *loop, uint64_t number)
{
    for (struct reeve_list_node *n = reeve_list_front(&loop->interrupts); n != NULL;
         n = reeve_list_next(&loop->interrupts, n)) {
        struct reeve_sql_interrupt *self = REEVE_OWNER(n, struct reeve_sql_interrupt, node);
        if (self->number == number) {
            serve(self);
            return;
        }
    }
}

/* ---- time ---- */

static struct reeve_sql_interrupt *oldest(const struct reeve_sql_loop *loop)
{
    struct reeve_list_node *first = reeve_list_front(&loop->interrupts);

    return first == NULL ? NULL : REEVE_OWNER(first, struct reeve_sql_interrupt, node);
}

uint64_t reeve_sql_interrupts_deadline(const struct reeve_sql_loop *loop)
{
    const struct reeve_sql_interrupt *first = oldest(loop);

    return first == NULL ? REEVE_NEVER_MS : first->deadline_ms;
}

void reeve_sql_interrupts_tick(struct reeve_sql_loop *loop)
{
    struct reeve_sql_interrupt *first;

    while ((first = oldest(loop)) != NULL && loop->now_ms >= first->deadline_ms) {
        finish(first);
    }
}

void reeve_sql_interrupts_hurry(struct reeve_sql_loop *loop)
{
    const uint64_t last = loop->now_ms + LAST_TIME_MS;

    for (struct reeve_list_node *n = reeve_list_front(&loop->interrupts); n != NULL;
         n = reeve_list_next(&loop->interrupts, n)) {
        struct reeve_sql_interrupt *self = REEVE_OWNER(n, struct reeve_sql_interrupt, node);
        self->deadline_ms = last < self->deadline_ms ? last : self->deadline_ms;
    }
}
