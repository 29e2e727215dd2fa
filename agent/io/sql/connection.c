/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing connections: see internal.h. Nothing is left to libpq's defaults: names are
 * resolved before it, the password is asked for at each connection, and what a session's settings
 * could change about the meaning of a statement or the form of a value is pinned at its start. */
#include <arpa/inet.h>
#include <sys/epoll.h>

#include "agent/io/sql/internal.h"

#define REFUSED_PAUSE_MS 10000u
#define OPTIONS_SIZE 1024
#define LIST_SIZE (REEVE_RESOLVE_ADDRESSES * (REEVE_RESOLVE_ADDRESS_SIZE + 1))
#define SETTINGS_MAX 24

/* ---- epoll ---- */

void reeve_sql_connection_watch(struct reeve_sql_connection *c, uint32_t events)
{
    const int epoll_fd = c->pool->loop->poller.epoll_fd;
    const int fd = PQsocket(c->pg);
    struct epoll_event event = {
        .events = events, .data.u64 = c->number << REEVE_SQL_TAG_SHIFT | REEVE_SQL_TAG_CONNECTION};

    if (fd == c->fd && events == c->events) {
        return;
    }
    if (c->fd >= 0 && (fd != c->fd || events == 0)) {
        /* libpq may have closed the old one. With no events at all epoll would still tell of a
         * broken connection, again and again. */
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    }
    c->fd = events == 0 ? -1 : fd;
    c->events = events;
    if (c->fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0 &&
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        c->fd = -1; /* the deadline ends it */
    }
}

/* ---- the end ---- */

static bool is_opening(const struct reeve_sql_connection *c)
{
    return c->state == REEVE_SQL_RESOLVING || c->state == REEVE_SQL_ASKING ||
           c->state == REEVE_SQL_CONNECTING;
}

static void add_count(struct reeve_sql_pool *pool, uint32_t change)
{
    (void)__atomic_add_fetch(&pool->count, change, __ATOMIC_ACQ_REL);
}

void reeve_sql_connection_close(struct reeve_sql_connection *c)
{
    struct reeve_sql_pool *pool = c->pool;

    if (c->state == REEVE_SQL_DEAD) {
        return;
    }
    if (is_opening(c)) {
        pool->opening--;
    }
    reeve_list_remove(c->state == REEVE_SQL_IDLE ? &pool->idle : &pool->others, &c->node);
    reeve_resolver_forget(pool->loop->resolver, &c->resolve);
    if (c->fd >= 0) {
        (void)epoll_ctl(pool->loop->poller.epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    }
    PQfinish(c->pg);
    c->pg = NULL;
    c->fd = -1;
    c->state = REEVE_SQL_DEAD;
    add_count(pool, (uint32_t)-1);
    reeve_list_push_back(&pool->loop->dead, &c->node);
}

void reeve_sql_connection_free(struct reeve_sql_connection *c)
{
    reeve_secret_clear(&c->password.secret);
    reeve_free(NULL, c, sizeof(*c));
}

static void fail(struct reeve_sql_connection *c, enum reeve_status status, const char *problem)
{
    struct reeve_sql_pool *pool = c->pool;
    char text[REEVE_SQL_PROBLEM_SIZE];

    reeve_format_cut(text, sizeof(text), "%s", problem);
    reeve_sql_connection_close(c);
    reeve_sql_pool_refused(pool, status, text);
}

/* ---- the handshake ---- */

/* With PQERRORS_VERBOSE the server's refusal reads "FATAL:  28P01: …"; the severity may be in any
 * language. True: `state` is set. */
static bool find_state(const char *message, char state[REEVE_SQL_STATE_SIZE])
{
    const struct reeve_bytes text = reeve_bytes_cstr(message);
    const size_t at = reeve_bytes_find(text, reeve_bytes_cstr(":  "));

    if (at == SIZE_MAX || text.len < at + 9 || text.data[at + 8] != ':') {
        return false;
    }
    for (size_t i = 0; i < 5; i++) {
        const uint8_t c = text.data[at + 3 + i];
        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z')) {
            return false;
        }
        state[i] = (char)c;
    }
    state[5] = '\0';
    return true;
}

static void note_refused(struct reeve_sql_connection *c)
{
    struct reeve_sql_pool *pool = c->pool;

    if (pool->refused_version != c->password.version) {
        pool->refused_version = c->password.version;
        if (pool->passwords->refused != NULL) {
            pool->passwords->refused(pool->passwords->ctx, c->password.version);
        }
    }
    pool->refused_until_ms = pool->loop->now_ms + REFUSED_PAUSE_MS;
}

static void handshake_failed(struct reeve_sql_connection *c)
{
    const char *message = PQerrorMessage(c->pg);
    char state[REEVE_SQL_STATE_SIZE] = "";
    struct reeve_sql_pool *pool = c->pool;

    if (!find_state(message, state) ||
        !reeve_bytes_starts_with(reeve_bytes_cstr(state), reeve_bytes_cstr("28"))) {
        fail(c, REEVE_UPSTREAM_UNREACHABLE, message);
        return;
    }
    const bool first = pool->refused_version != c->password.version;
    note_refused(c);
    if (first && pool->passwords->ask != NULL) {
        /* Perhaps there is a newer one by now: it is asked for, and tried, once. */
        reeve_sql_connection_close(c);
        if (reeve_sql_connection_open(pool) == REEVE_OK) {
            return;
        }
        reeve_sql_pool_refused(pool, REEVE_NO_MEMORY, "out of memory");
        return;
    }
    fail(c, REEVE_CREDENTIAL_REFUSED, message);
}

static void connected(struct reeve_sql_connection *c)
{
    struct reeve_sql_pool *pool = c->pool;

    if (PQsetnonblocking(c->pg, 1) != 0) {
        fail(c, REEVE_NO_MEMORY, "out of memory");
        return;
    }
    pool->opening--;
    pool->retry_at_ms = 0;
    pool->refused_version = 0;
    reeve_list_remove(&pool->others, &c->node);
    reeve_list_push_front(&pool->idle, &c->node);
    c->state = REEVE_SQL_IDLE;
    c->born_ms = pool->loop->now_ms;
    c->deadline_ms = pool->loop->now_ms + pool->database.idle_timeout_ms;
    reeve_sql_connection_watch(c, EPOLLIN);
    reeve_sql_pool_dispatch(pool);
}

static void shake_hands(struct reeve_sql_connection *c)
{
    /* It may go on to the next address, with another socket that has the same number. */
    reeve_sql_connection_watch(c, 0);
    switch (PQconnectPoll(c->pg)) {
    case PGRES_POLLING_READING:
        reeve_sql_connection_watch(c, EPOLLIN);
        return;
    case PGRES_POLLING_WRITING:
        reeve_sql_connection_watch(c, EPOLLOUT);
        return;
    case PGRES_POLLING_OK:
        connected(c);
        return;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        break;
    }
    handshake_failed(c);
}

/* ---- dialling ---- */

struct settings {
    const char *keywords[SETTINGS_MAX];
    const char *values[SETTINGS_MAX];
    size_t count;
};

static void set(struct settings *s, const char *keyword, const char *value)
{
    if (value != NULL && s->count + 1 < SETTINGS_MAX) {
        s->keywords[s->count] = keyword;
        s->values[s->count] = value;
        s->count++;
    }
}

/* In `options` a backslash keeps the next character from ending the word. */
static enum reeve_status write_options(const struct reeve_sql_database *database,
                                       char out[OPTIONS_SIZE])
{
    static const char PINNED[] =
        "-c DateStyle=ISO,YMD -c IntervalStyle=iso_8601 -c TimeZone=UTC -c bytea_output=hex "
        "-c extra_float_digits=1 -c standard_conforming_strings=on -c array_nulls=on "
        "-c xmloption=content -c search_path=";
    char escaped[OPTIONS_SIZE];
    size_t n = 0;

    for (const char *c = database->search_path; *c != '\0' && n + 3 < sizeof(escaped); c++) {
        if (*c == ' ' || *c == '\\') {
            escaped[n++] = '\\';
        }
        escaped[n++] = *c;
    }
    escaped[n] = '\0';
    return reeve_format(out, OPTIONS_SIZE, "%s%s", PINNED, escaped);
}

static void set_tls(struct settings *s, const struct reeve_sql_database *database)
{
    const bool plain = database->plaintext || database->socket_directory != NULL;

    set(s, "sslmode", plain ? "disable" : "verify-full");
    if (plain) {
        return;
    }
    set(s, "ssl_min_protocol_version", "TLSv1.2");
    set(s, "channel_binding", database->channel_binding ? "require" : "prefer");
    set(s, "sslrootcert", database->ca_file);
    set(s, "sslcert", database->certificate_file);
    set(s, "sslkey", database->key_file);
}

/* "10.1.2.3,10.1.2.4": libpq tries one after another. */
static void join_addresses(const struct reeve_resolve *found, char out[LIST_SIZE], char hosts[],
                           size_t hosts_size, const char *host)
{
    size_t n = 0;
    size_t m = 0;

    out[0] = hosts[0] = '\0';
    for (uint32_t i = 0; i < found->count; i++) {
        const char *comma = i == 0 ? "" : ",";
        reeve_format_cut(out + n, LIST_SIZE - n, "%s%s", comma, found->addresses[i]);
        reeve_format_cut(hosts + m, hosts_size - m, "%s%s", comma, host);
        n += reeve_bytes_cstr(out + n).len;
        m += reeve_bytes_cstr(hosts + m).len;
    }
}

static enum reeve_status dial(struct reeve_sql_connection *c)
{
    const struct reeve_sql_database *database = &c->pool->database;
    struct settings s = {.count = 0};
    char options[OPTIONS_SIZE];
    char addresses[LIST_SIZE];
    char hosts[REEVE_RESOLVE_ADDRESSES * 256];
    char port[8];

    REEVE_TRY(write_options(database, options));
    REEVE_TRY(reeve_format(port, sizeof(port), "%u", database->port));
    if (database->socket_directory != NULL) {
        set(&s, "host", database->socket_directory);
    } else {
        join_addresses(&c->resolve, addresses, hosts, sizeof(hosts), database->host);
        set(&s, "host", hosts);
        set(&s, "hostaddr", addresses);
    }
    set(&s, "port", port);
    set(&s, "dbname", database->name);
    set(&s, "user", database->user);
    set(&s, "password", c->password.secret.len > 0 ? (const char *)c->password.secret.data : NULL);
    set(&s, "application_name", database->application_name);
    set(&s, "client_encoding", "UTF8");
    set(&s, "options", options);
    set(&s, "tcp_user_timeout", "30000");
    set(&s, "keepalives_idle", "30");
    set_tls(&s, database);
    c->pg = PQconnectStartParams(s.keywords, s.values, 0);
    return c->pg == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

static void drop_notice(void *ctx, const PGresult *notice)
{
    (void)ctx;
    (void)notice;
}

static void begin_handshake(struct reeve_sql_connection *c)
{
    const enum reeve_status status = dial(c);

    reeve_secret_clear(&c->password.secret);
    if (status != REEVE_OK) {
        fail(c, status == REEVE_TOO_LARGE ? REEVE_INVALID : status,
             "the connection's settings could not be put together");
        return;
    }
    c->state = REEVE_SQL_CONNECTING;
    (void)PQsetNoticeReceiver(c->pg, drop_notice, NULL);
    (void)PQsetErrorVerbosity(c->pg, PQERRORS_VERBOSE);
    if (PQstatus(c->pg) == CONNECTION_BAD) {
        fail(c, REEVE_UPSTREAM_UNREACHABLE, PQerrorMessage(c->pg));
        return;
    }
    reeve_sql_connection_watch(c, EPOLLOUT);
}

/* ---- the password ---- */

static void run_answered(struct reeve_task_node *node)
{
    struct reeve_sql_connection *c = REEVE_OWNER(node, struct reeve_sql_connection, password.back);
    struct reeve_sql_pool *pool = c->pool;

    c->asked = false;
    pool->questions--;
    if (c->state == REEVE_SQL_DEAD) {
        return; /* buried at the end of this turn */
    }
    if (c->password.status != REEVE_OK) {
        fail(c, c->password.status, c->password.problem);
        return;
    }
    if (c->password.version == pool->refused_version &&
        pool->loop->now_ms < pool->refused_until_ms) {
        fail(c, REEVE_CREDENTIAL_REFUSED,
             "the server has just refused this version of the password");
        return;
    }
    begin_handshake(c);
}

void reeve_sql_password_answer(struct reeve_sql_password *question)
{
    struct reeve_sql_connection *c = question->connection;

    reeve_sql_loop_post(c->pool->loop, &question->back);
}

static void ask_password(struct reeve_sql_connection *c)
{
    struct reeve_sql_pool *pool = c->pool;

    if (pool->passwords->ask == NULL) {
        begin_handshake(c);
        return;
    }
    c->state = REEVE_SQL_ASKING;
    c->asked = true;
    pool->questions++;
    c->password.connection = c;
    c->password.back.run = run_answered;
    pool->passwords->ask(pool->passwords->ctx, &c->password);
}

/* ---- the name ---- */

static bool is_numeric(struct reeve_sql_connection *c, const char *host)
{
    uint8_t address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, host, address) != 1 && inet_pton(AF_INET6, host, address) != 1) {
        return false;
    }
    reeve_format_cut(c->resolve.addresses[0], REEVE_RESOLVE_ADDRESS_SIZE, "%s", host);
    c->resolve.count = 1;
    return true;
}

static void on_resolved(struct reeve_resolve *resolve)
{
    struct reeve_sql_connection *c = REEVE_OWNER(resolve, struct reeve_sql_connection, resolve);
    char problem[REEVE_SQL_PROBLEM_SIZE];

    if (resolve->status == REEVE_OK) {
        ask_password(c);
        return;
    }
    reeve_format_cut(problem, sizeof(problem), "the name %s has no address: %s",
                     c->pool->database.host, resolve->problem);
    fail(c, REEVE_UPSTREAM_UNREACHABLE, problem);
}

static enum reeve_status find_server(struct reeve_sql_connection *c)
{
    const struct reeve_sql_database *database = &c->pool->database;

    if (database->socket_directory != NULL || is_numeric(c, database->host)) {
        ask_password(c);
        return REEVE_OK;
    }
    c->resolve.host = database->host;
    c->resolve.on_done = on_resolved;
    return reeve_resolver_start(c->pool->loop->resolver, &c->resolve);
}

enum reeve_status reeve_sql_connection_open(struct reeve_sql_pool *pool)
{
    struct reeve_sql_connection *c = reeve_alloc(NULL, sizeof(*c));

    if (c == NULL) {
        return REEVE_NO_MEMORY;
    }
    c->pool = pool;
    c->number = pool->loop->numbers++;
    c->fd = -1;
    c->state = REEVE_SQL_RESOLVING;
    c->deadline_ms = pool->loop->now_ms + pool->database.connect_timeout_ms;
    reeve_secret_init(&c->password.secret);
    reeve_list_push_back(&pool->others, &c->node);
    pool->opening++;
    add_count(pool, 1);
    const enum reeve_status status = find_server(c);
    if (status != REEVE_OK) {
        reeve_sql_connection_close(c);
    }
    return status;
}

/* ---- events ---- */

/* An idle connection has nothing to say but that it ends. */
static void serve_idle(struct reeve_sql_connection *c)
{
    if (PQconsumeInput(c->pg) == 0 || PQstatus(c->pg) != CONNECTION_OK) {
        reeve_sql_connection_close(c);
        return;
    }
    (void)PQisBusy(c->pg); /* parses: notices are dropped */
}

/* libpq keeps each notification until somebody takes it, and a server may send them at any time
 * from the end of the authentication on. Before that PQnotifies() would parse the handshake. */
static void drop_notifications(struct reeve_sql_connection *c)
{
    const ConnStatusType status = PQstatus(c->pg); /* BAD once it is closed */

    if (status != CONNECTION_AUTH_OK && status != CONNECTION_OK) {
        return;
    }
    for (PGnotify *n = PQnotifies(c->pg); n != NULL; n = PQnotifies(c->pg)) {
        PQfreemem(n);
    }
}

static void serve_state(struct reeve_sql_connection *c)
{
    switch (c->state) {
    case REEVE_SQL_CONNECTING:
        shake_hands(c);
        return;
    case REEVE_SQL_IDLE:
        serve_idle(c);
        return;
    case REEVE_SQL_BUSY:
        reeve_sql_exchange_serve(c);
        return;
    case REEVE_SQL_RESOLVING:
    case REEVE_SQL_ASKING:
    case REEVE_SQL_DEAD:
        return;
    }
}

static void serve(struct reeve_sql_connection *c)
{
    serve_state(c);
    drop_notifications(c);
}

static struct reeve_sql_connection *find(const struct reeve_list *connections, uint64_t number)
{
    for (struct reeve_list_node *n = reeve_list_front(connections); n != NULL;
         n = reeve_list_next(connections, n)) {
        struct reeve_sql_connection *c = REEVE_OWNER(n, struct reeve_sql_connection, node);
        if (c->number == number) {
            return c;
        }
    }
    return NULL;
}

void reeve_sql_connection_serve(struct reeve_sql_loop *loop, uint64_t number)
{
    for (struct reeve_list_node *n = reeve_list_front(&loop->pools); n != NULL;
         n = reeve_list_next(&loop->pools, n)) {
        const struct reeve_sql_pool *pool = REEVE_OWNER(n, struct reeve_sql_pool, node);
        struct reeve_sql_connection *c = find(&pool->others, number);
        c = c != NULL ? c : find(&pool->idle, number);
        if (c != NULL) {
            serve(c);
            return;
        }
    }
}

void reeve_sql_connection_overdue(struct reeve_sql_connection *c)
{
    if (c->state == REEVE_SQL_BUSY) {
        reeve_sql_exchange_overdue(c);
        return;
    }
    fail(c, REEVE_UPSTREAM_UNREACHABLE, "the connection was not established in time");
}
