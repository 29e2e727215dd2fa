/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL thread's own: loop, pools, connections. Internal to this folder; everything here happens
 * on the SQL thread unless it says otherwise.
 *
 * A connection's life, and what each state waits for:
 *
 *   RESOLVING    the name's addresses
 *   ASKING       the password
 *   CONNECTING   libpq's handshake: TCP, TLS, authentication
 *   IDLE         a request; the pool's newest first
 *   BUSY         the answer to one step of its request's transaction, or of cleaning up after it
 *   DEAD         the end of this turn of the loop, so that no event finds freed memory; and the
 *                password's answer, if one is still asked for
 */
#ifndef REEVE_AGENT_IO_SQL_INTERNAL_H
#define REEVE_AGENT_IO_SQL_INTERNAL_H

#include <libpq-fe.h>
#include <pthread.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/time.h"
#include "agent/io/loop/poller.h"
#include "agent/io/resolve/resolve.h"
#include "agent/io/sql/sql.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SQL_COLUMNS_MAX 1664 /* PostgreSQL's own bound */

/* ---- the loop ---- */

/* What an event of epoll's is about, in its lowest two bits; above them the number of a connection
 * or interrupt, which is never given twice: an event may come for what is closed already, when a
 * child that is being started still has the descriptor. */
enum reeve_sql_tag {
    REEVE_SQL_TAG_WAKE,
    REEVE_SQL_TAG_CONNECTION,
    REEVE_SQL_TAG_INTERRUPT,
    REEVE_SQL_TAG_RESOLVER, /* the descriptor in the upper half */
};
#define REEVE_SQL_TAG_SHIFT 2

struct reeve_sql_loop {
    struct reeve_poller poller;
    struct reeve_task_node stop_node;
    struct reeve_resolver *resolver;
    struct reeve_resolver_watch watch;
    struct reeve_list pools;      /* struct reeve_sql_pool */
    struct reeve_list dead;       /* struct reeve_sql_connection, freed at the end of the turn */
    struct reeve_list interrupts; /* struct reeve_sql_interrupt, oldest first */
    uint64_t now_ms;              /* read once per turn */
    uint64_t numbers;             /* given to connections and interrupts */
    bool stopping;
    pthread_mutex_t lock; /* guards running */
    bool running;
};

/* Starts the thread, once. Any thread. IO (no epoll or eventfd), LIMIT (no thread), NO_MEMORY. */
enum reeve_status reeve_sql_loop_run(struct reeve_sql_loop *loop) REEVE_MUST_CHECK;
/* Any thread. */
void reeve_sql_loop_post(struct reeve_sql_loop *loop, struct reeve_task_node *node);

/* ---- cancelling on the server ---- */

struct reeve_sql_interrupt;

/* Tells the server to cancel what `connection` is doing; it may be closed meanwhile. The wish is
 * dropped when too many are under way, memory or descriptors are short, or the server does not take
 * it in time: statement_timeout ends the statement then. */
void reeve_sql_interrupt_begin(struct reeve_sql_loop *loop, PGconn *connection);
/* What epoll says of the one with this number, if it is still there. */
void reeve_sql_interrupt_serve(struct reeve_sql_loop *loop, uint64_t number);
uint64_t reeve_sql_interrupts_deadline(const struct reeve_sql_loop *loop);
void reeve_sql_interrupts_tick(struct reeve_sql_loop *loop);
/* The loop is to end: those under way have a second left. */
void reeve_sql_interrupts_hurry(struct reeve_sql_loop *loop);

/* ---- a pool ---- */

struct reeve_sql_pool {
    struct reeve_list_node node; /* in the loop's list */
    struct reeve_sql_loop *loop;
    const struct reeve_sql_passwords *passwords;
    struct reeve_arena memory; /* the database's strings */
    struct reeve_sql_database database;
    struct reeve_list idle;       /* struct reeve_sql_connection, newest first */
    struct reeve_list others;     /* opening and busy ones */
    struct reeve_list waiting;    /* struct reeve_sql_request */
    uint64_t waiting_deadline_ms; /* the earliest that is known */
    uint32_t opening;
    uint32_t count;       /* connections that are not DEAD; written here, read by any thread */
    uint32_t questions;   /* passwords asked for */
    uint64_t retry_at_ms; /* no new connection before */
    uint64_t refused_version;
    uint64_t refused_until_ms;
    /* reeve_sql_pool_free() waits for the end: */
    struct reeve_task_node open_node;
    struct reeve_task_node close_node;
    bool closing;
    pthread_mutex_t lock; /* guards closed */
    pthread_cond_t changed;
    bool closed;
};

/* Gives waiting requests to idle connections, and opens connections for the rest. */
void reeve_sql_pool_dispatch(struct reeve_sql_pool *pool);
/* Requests whose time ran out, connections that are idle, old or overdue. */
void reeve_sql_pool_tick(struct reeve_sql_pool *pool);
uint64_t reeve_sql_pool_deadline(const struct reeve_sql_pool *pool);
/* Puts a request in front of the line, or at its end. */
void reeve_sql_pool_wait(struct reeve_sql_pool *pool, struct reeve_sql_request *request,
                         bool in_front);
/* What a connection that could not be opened means for those who wait. */
void reeve_sql_pool_refused(struct reeve_sql_pool *pool, enum reeve_status status,
                            const char *problem);
/* Closes its connections; it is settled when their passwords are answered. */
void reeve_sql_pool_close(struct reeve_sql_pool *pool);
/* Whether everything is closed: lets reeve_sql_pool_free() go on. */
void reeve_sql_pool_settle(struct reeve_sql_pool *pool);

/* ---- a connection ---- */

enum reeve_sql_state {
    REEVE_SQL_RESOLVING,
    REEVE_SQL_ASKING,
    REEVE_SQL_CONNECTING,
    REEVE_SQL_IDLE,
    REEVE_SQL_BUSY,
    REEVE_SQL_DEAD,
};

/* What a BUSY connection has sent and waits for. */
enum reeve_sql_step {
    REEVE_SQL_STEP_BEGIN,
    REEVE_SQL_STEP_STATEMENT,
    REEVE_SQL_STEP_COMMIT,
    REEVE_SQL_STEP_ROLLBACK, /* with a request: it begins anew afterwards */
    REEVE_SQL_STEP_RESET,
};

struct reeve_sql_connection {
    struct reeve_list_node node; /* in one of the pool's lists, or the loop's dead */
    struct reeve_sql_pool *pool;
    uint64_t number;
    enum reeve_sql_state state;
    uint64_t born_ms;
    uint64_t deadline_ms; /* of the state, or of the step */
    /* opening */
    struct reeve_resolve resolve;
    struct reeve_sql_password password;
    bool asked;
    /* open */
    PGconn *pg;
    int fd;          /* in epoll; -1: not */
    uint32_t events; /* that epoll waits for */
    uint32_t uses;
    enum reeve_sql_step step;
    struct reeve_sql_request *request;
    uint32_t results; /* of this step, rows and errors aside */
    bool columns_told;
    bool failed;    /* this step, by an error of the server's */
    bool fatal;     /* which ends the connection, too */
    bool too_large; /* libpq refused a message for its size */
    bool paused;
};

/* Begins to open one: the pool counts it. NO_MEMORY. */
enum reeve_status reeve_sql_connection_open(struct reeve_sql_pool *pool) REEVE_MUST_CHECK;
/* What epoll says of the one with this number, if it is still there; looks at the state. */
void reeve_sql_connection_serve(struct reeve_sql_loop *loop, uint64_t number);
/* Its deadline has come. */
void reeve_sql_connection_overdue(struct reeve_sql_connection *connection);
/* Closes it, whatever it is doing; no request is on it. Its memory goes at the end of the turn. */
void reeve_sql_connection_close(struct reeve_sql_connection *connection);
/* Tells epoll what the connection waits for. */
void reeve_sql_connection_watch(struct reeve_sql_connection *connection, uint32_t events);
/* Frees a DEAD one. */
void reeve_sql_connection_free(struct reeve_sql_connection *connection);

/* ---- a transaction on a connection ---- */

void reeve_sql_exchange_begin(struct reeve_sql_connection *connection,
                              struct reeve_sql_request *request);
void reeve_sql_exchange_serve(struct reeve_sql_connection *connection);
void reeve_sql_exchange_overdue(struct reeve_sql_connection *connection);
/* Somebody cancelled the request that the connection has. */
void reeve_sql_exchange_cancel(struct reeve_sql_connection *connection);
void reeve_sql_exchange_resume(struct reeve_sql_connection *connection);

/* ---- a request ---- */

/* Its end: on_done comes now, or when the signal that is on its way arrives. */
void reeve_sql_request_end(struct reeve_sql_request *request, enum reeve_status status,
                           const char *problem);

#ifdef __cplusplus
}
#endif
#endif
