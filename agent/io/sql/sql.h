/* SPDX-License-Identifier: Apache-2.0 */
/* Statements to PostgreSQL: one thread with libpq's non-blocking calls on epoll, and a bounded pool
 * of connections for each database. The only place that includes <libpq-fe.h>.
 *
 * A request is one statement in one transaction. It is owned by its caller and lent from
 * reeve_sql_start() until on_done, which comes exactly once, on the SQL thread, never from within
 * _start, _cancel or _resume. Requests of a pool get connections in the order in which they came.
 *
 *   BEGIN READ ONLY | READ WRITE, statement_timeout = time left     one round trip
 *   the statement, its rows one by one                              one round trip
 *   COMMIT, or ROLLBACK when on_end says so                         one round trip
 *   on_done; then DISCARD ALL, and the connection is free again
 *
 * What was sent and what was confirmed is told in `commit`: as long as COMMIT was not sent, the
 * transaction cannot take effect. A statement that was cancelled, stopped or overdue is cancelled
 * on the server, and its connection is closed: whatever happens to that cancel, it finds no other
 * statement. */
#ifndef REEVE_AGENT_IO_SQL_SQL_H
#define REEVE_AGENT_IO_SQL_SQL_H

#include "agent/base/list.h"
#include "agent/base/secret.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SQL_PROBLEM_SIZE 512
#define REEVE_SQL_STATE_SIZE 6

/* ---- the thread ---- */

struct reeve_sql_loop;

/* Its thread is started for the first pool: most processes have none. NO_MEMORY. */
enum reeve_status reeve_sql_loop_new(struct reeve_sql_loop **out) REEVE_MUST_CHECK;
/* Closes the connections of pools that are still there (no request is under way), and ends the
 * thread, within a second whatever servers do that are still to be told to cancel. Such a pool can
 * only be freed then. NULL is fine. */
void reeve_sql_loop_free(struct reeve_sql_loop *loop);

/* ---- passwords ---- */

/* A question for the password of one connection, answered from any thread by
 * reeve_sql_password_answer(). */
struct reeve_sql_password {
    struct reeve_secret secret; /* initialised; its NUL counts and is its only one */
    uint64_t version;           /* of the credential */
    enum reeve_status status;   /* OK, CREDENTIAL_UNAVAILABLE, NO_MEMORY */
    char problem[REEVE_SQL_PROBLEM_SIZE];
    struct reeve_task_node node; /* the answerer's, while it has the question */
    void *answerer;              /* likewise */
    void *connection;            /* private */
    struct reeve_task_node back; /* private */
};

struct reeve_sql_passwords {
    /* The SQL thread; must not block. NULL: there is no password. */
    void (*ask)(void *ctx, struct reeve_sql_password *question);
    /* The SQL thread; must not block: the server refused the credential of this version. Once per
     * version. */
    void (*refused)(void *ctx, uint64_t version);
    void *ctx;
};

void reeve_sql_password_answer(struct reeve_sql_password *question);

/* ---- a database and its connections ---- */

struct reeve_sql_pool;

/* Strings are copied; NULL and 0 mean the default in brackets. */
struct reeve_sql_database {
    const char *host;             /* for TCP: a name or a numeric address */
    uint16_t port;                /* [5432] */
    const char *socket_directory; /* for a Unix socket, in place of host */
    const char *name;
    const char *user;
    const char *ca_file;          /* PEM; TCP needs it unless `plaintext` */
    const char *certificate_file; /* PEM chain of a client certificate [none] */
    const char *key_file;
    bool plaintext;       /* no TLS */
    bool channel_binding; /* TLS: authenticate by SCRAM bound to the channel, or not at all */
    const char *application_name; /* ["reeve-agent"] */
    const char *search_path;      /* as in SET search_path ["pg_catalog, public"] */
    uint32_t max_connections;     /* [4] */
    uint64_t connect_timeout_ms;  /* from the name to the server's welcome [10,000] */
    uint64_t idle_timeout_ms;     /* [60,000] */
    uint64_t max_lifetime_ms;     /* [1,800,000] */
};

/* Connects to nothing yet. `loop` and `passwords` are borrowed and outlive the pool. NO_MEMORY; IO
 * (no epoll or eventfd), LIMIT (no thread). */
enum reeve_status reeve_sql_pool_new(const struct reeve_sql_database *database,
                                     const struct reeve_sql_passwords *passwords,
                                     struct reeve_sql_loop *loop,
                                     struct reeve_sql_pool **out) REEVE_MUST_CHECK;
/* No request is under way. Waits until every connection is closed and every question answered. Not
 * the SQL thread. NULL is fine. */
void reeve_sql_pool_free(struct reeve_sql_pool *pool);

/* ---- one statement ---- */

/* How the caller goes on after a row. */
enum reeve_sql_flow {
    REEVE_SQL_GO_ON,
    REEVE_SQL_PAUSE, /* nothing more is read from the server until reeve_sql_resume() */
    REEVE_SQL_STOP,  /* on_done follows, with STATE */
};

/* A column of the result. */
struct reeve_sql_column {
    const char *name;
    uint32_t type; /* OID */
};

/* Which transaction was confirmed. */
enum reeve_sql_commit {
    REEVE_SQL_COMMIT_NOT_SENT, /* it has no effect, and cannot get one */
    REEVE_SQL_COMMIT_SENT,     /* nobody knows */
    REEVE_SQL_COMMIT_DONE,
};

struct reeve_sql_request;

/* All on the SQL thread. They must not block. */
struct reeve_sql_events {
    /* The statement begins, or begins anew after a serialization failure: whatever was collected is
     * void. False: it may not begin anew (never asked before the first time). */
    bool (*on_begin)(struct reeve_sql_request *request, bool again);
    /* The result's columns, before the first row. False: stop, as after STOP. */
    bool (*on_columns)(struct reeve_sql_request *request, const struct reeve_sql_column *columns,
                       size_t count);
    /* A row: values in PostgreSQL's text form, borrowed for the call; data is NULL for NULL. */
    enum reeve_sql_flow (*on_row)(struct reeve_sql_request *request,
                                  const struct reeve_bytes *values, size_t count);
    /* The statement is through; `affected`: rows as the server counts them. True: COMMIT, false:
     * ROLLBACK, and on_done with STATE. */
    bool (*on_end)(struct reeve_sql_request *request, uint64_t affected);
    void (*on_done)(struct reeve_sql_request *request);
};

struct reeve_sql_request {
    /* ---- set by the caller, borrowed until on_done ---- */
    struct reeve_sql_pool *pool;
    const char *statement;         /* with $1, $2 … */
    const char *const *parameters; /* text form; NULL for NULL */
    uint32_t parameters_count;
    bool read_write;
    uint32_t retries;     /* of serialization failures and deadlocks */
    uint64_t deadline_ms; /* boot time */
    const struct reeve_sql_events *events;

    /* ---- valid from on_done on ---- */
    /* OK: committed. UPSTREAM_REFUSED: the server answered with an error: `state`.
     * UPSTREAM_UNREACHABLE: no connection. UPSTREAM_INTERRUPTED: it broke. TIMEOUT, CANCELLED.
     * STATE: stopped by an event. CREDENTIAL_UNAVAILABLE, CREDENTIAL_REFUSED. OUTPUT_TOO_LARGE: one
     * row is over 16 MiB. NO_MEMORY. UNSUPPORTED: a COPY. */
    enum reeve_status status;
    enum reeve_sql_commit commit;
    char state[REEVE_SQL_STATE_SIZE];     /* SQLSTATE; "" when the server said none */
    char problem[REEVE_SQL_PROBLEM_SIZE]; /* local text: names the endpoint, quotes the server */

    /* ---- private ---- */
    struct reeve_list_node node; /* waiting for a connection */
    void *connection;
    struct reeve_task_node start_node;
    struct reeve_task_node signal_node;
    uint32_t signals;
    uint32_t tries;
    bool requeued;
};

/* Any thread. */
void reeve_sql_start(struct reeve_sql_request *request);
/* Any thread, after _start and before the caller has handled on_done, which follows soon: with
 * CANCELLED, or with what came first. Once COMMIT is on its way, its answer is waited for. */
void reeve_sql_cancel(struct reeve_sql_request *request);
/* Any thread, in the same span. Goes on after a PAUSE, even one that is only about to be said. */
void reeve_sql_resume(struct reeve_sql_request *request);

/* What such a pool answers by, for tests and status: connections that are open or opening. */
uint32_t reeve_sql_pool_connections(const struct reeve_sql_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
