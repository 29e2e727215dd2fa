/* SPDX-License-Identifier: Apache-2.0 */
/* One database's connections and the requests that wait for them: see internal.h.
 *
 * One connection is opened at a time, so that a password which the server refuses is tried once,
 * whatever the number of those who wait. When none could be opened and none is open, everybody who
 * waits is told at once: nothing was sent, so whoever asked may try again. */
#include "agent/io/sql/internal.h"

#define MAX_CONNECTIONS 4u
#define PORT 5432u
#define CONNECT_TIMEOUT_MS 10000u
#define IDLE_TIMEOUT_MS 60000u
#define MAX_LIFETIME_MS 1800000u
#define RETRY_MS 1000u
#define MEMORY_MAX ((size_t)64 * 1024)

static struct reeve_sql_connection *connection_of(struct reeve_list_node *node)
{
    return REEVE_OWNER(node, struct reeve_sql_connection, node);
}

static struct reeve_sql_request *request_of(struct reeve_list_node *node)
{
    return REEVE_OWNER(node, struct reeve_sql_request, node);
}

/* ---- those who wait ---- */

void reeve_sql_pool_wait(struct reeve_sql_pool *pool, struct reeve_sql_request *request,
                         bool in_front)
{
    if (in_front) {
        reeve_list_push_front(&pool->waiting, &request->node);
    } else {
        reeve_list_push_back(&pool->waiting, &request->node);
    }
    if (request->deadline_ms < pool->waiting_deadline_ms) {
        pool->waiting_deadline_ms = request->deadline_ms;
    }
}

static void expire_waiting(struct reeve_sql_pool *pool)
{
    const uint64_t now = pool->loop->now_ms;
    struct reeve_list_node *next = NULL;

    if (now < pool->waiting_deadline_ms) {
        return;
    }
    pool->waiting_deadline_ms = REEVE_NEVER_MS;
    for (struct reeve_list_node *n = reeve_list_front(&pool->waiting); n != NULL; n = next) {
        struct reeve_sql_request *request = request_of(n);
        next = reeve_list_next(&pool->waiting, n);
        if (now >= request->deadline_ms) {
            reeve_list_remove(&pool->waiting, n);
            reeve_sql_request_end(request, REEVE_TIMEOUT, "no connection was free in time");
        } else if (request->deadline_ms < pool->waiting_deadline_ms) {
            pool->waiting_deadline_ms = request->deadline_ms;
        }
    }
}

void reeve_sql_pool_refused(struct reeve_sql_pool *pool, enum reeve_status status,
                            const char *problem)
{
    pool->retry_at_ms = pool->loop->now_ms + RETRY_MS;
    if (!reeve_list_empty(&pool->idle) || !reeve_list_empty(&pool->others)) {
        return; /* the open ones serve everybody, in time */
    }
    pool->retry_at_ms = 0;
    for (struct reeve_list_node *n = reeve_list_pop_front(&pool->waiting); n != NULL;
         n = reeve_list_pop_front(&pool->waiting)) {
        reeve_sql_request_end(request_of(n), status, problem);
    }
}

static bool may_open(const struct reeve_sql_pool *pool)
{
    return pool->opening == 0 && pool->count < pool->database.max_connections &&
           pool->loop->now_ms >= pool->retry_at_ms && !pool->closing;
}

void reeve_sql_pool_dispatch(struct reeve_sql_pool *pool)
{
    while (!reeve_list_empty(&pool->waiting) && !reeve_list_empty(&pool->idle)) {
        struct reeve_list_node *node = reeve_list_pop_front(&pool->waiting);
        struct reeve_sql_connection *connection = connection_of(reeve_list_pop_front(&pool->idle));
        reeve_list_push_back(&pool->others, &connection->node);
        reeve_sql_exchange_begin(connection, request_of(node));
    }
    if (!reeve_list_empty(&pool->waiting) && may_open(pool) &&
        reeve_sql_connection_open(pool) != REEVE_OK) {
        reeve_sql_pool_refused(pool, REEVE_NO_MEMORY, "out of memory");
    }
}

/* ---- time ---- */

static uint64_t idle_until(const struct reeve_sql_connection *c)
{
    const uint64_t old = c->born_ms + c->pool->database.max_lifetime_ms;

    return c->deadline_ms < old ? c->deadline_ms : old;
}

static void tick_idle(struct reeve_sql_pool *pool)
{
    struct reeve_list_node *next = NULL;

    for (struct reeve_list_node *n = reeve_list_front(&pool->idle); n != NULL; n = next) {
        next = reeve_list_next(&pool->idle, n);
        if (pool->loop->now_ms >= idle_until(connection_of(n))) {
            reeve_sql_connection_close(connection_of(n));
        }
    }
}

static void tick_others(struct reeve_sql_pool *pool)
{
    struct reeve_list_node *next = NULL;

    for (struct reeve_list_node *n = reeve_list_front(&pool->others); n != NULL; n = next) {
        next = reeve_list_next(&pool->others, n);
        if (pool->loop->now_ms >= connection_of(n)->deadline_ms) {
            reeve_sql_connection_overdue(connection_of(n));
        }
    }
}

void reeve_sql_pool_tick(struct reeve_sql_pool *pool)
{
    expire_waiting(pool);
    tick_idle(pool);
    tick_others(pool);
    reeve_sql_pool_dispatch(pool);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t reeve_sql_pool_deadline(const struct reeve_sql_pool *pool)
{
    uint64_t deadline = REEVE_NEVER_MS;

    if (!reeve_list_empty(&pool->waiting)) {
        deadline = pool->waiting_deadline_ms;
        if (pool->retry_at_ms > pool->loop->now_ms) {
            deadline = earlier(deadline, pool->retry_at_ms);
        }
    }
    for (struct reeve_list_node *n = reeve_list_front(&pool->idle); n != NULL;
         n = reeve_list_next(&pool->idle, n)) {
        deadline = earlier(deadline, idle_until(connection_of(n)));
    }
    for (struct reeve_list_node *n = reeve_list_front(&pool->others); n != NULL;
         n = reeve_list_next(&pool->others, n)) {
        deadline = earlier(deadline, connection_of(n)->deadline_ms);
    }
    return deadline;
}

/* ---- life ---- */

static const char *copy(struct reeve_sql_pool *pool, const char *text, const char *fallback)
{
    if (text == NULL && fallback == NULL) {
        return NULL;
    }
    return reeve_arena_strdup(&pool->memory, reeve_bytes_cstr(text == NULL ? fallback : text));
}

static uint64_t or_default(uint64_t value, uint64_t fallback)
{
    return value == 0 ? fallback : value;
}

static enum reeve_status copy_database(struct reeve_sql_pool *pool,
                                       const struct reeve_sql_database *from)
{
    struct reeve_sql_database *to = &pool->database;

    *to = *from;
    to->host = copy(pool, from->host, NULL);
    to->socket_directory = copy(pool, from->socket_directory, NULL);
    to->name = copy(pool, from->name, "");
    to->user = copy(pool, from->user, "");
    to->ca_file = copy(pool, from->ca_file, NULL);
    to->certificate_file = copy(pool, from->certificate_file, NULL);
    to->key_file = copy(pool, from->key_file, NULL);
    to->application_name = copy(pool, from->application_name, "reeve-agent");
    to->search_path = copy(pool, from->search_path, "pg_catalog, public");
    to->port = from->port == 0 ? (uint16_t)PORT : from->port;
    to->max_connections = (uint32_t)or_default(from->max_connections, MAX_CONNECTIONS);
    to->connect_timeout_ms = or_default(from->connect_timeout_ms, CONNECT_TIMEOUT_MS);
    to->idle_timeout_ms = or_default(from->idle_timeout_ms, IDLE_TIMEOUT_MS);
    to->max_lifetime_ms = or_default(from->max_lifetime_ms, MAX_LIFETIME_MS);
    const bool whole = (from->host == NULL || to->host != NULL) &&
                       (from->socket_directory == NULL || to->socket_directory != NULL) &&
                       (from->ca_file == NULL || to->ca_file != NULL) &&
                       (from->certificate_file == NULL || to->certificate_file != NULL) &&
                       (from->key_file == NULL || to->key_file != NULL) && to->name != NULL &&
                       to->user != NULL && to->application_name != NULL && to->search_path != NULL;
    return whole ? REEVE_OK : REEVE_NO_MEMORY;
}

static void run_open(struct reeve_task_node *node)
{
    struct reeve_sql_pool *pool = REEVE_OWNER(node, struct reeve_sql_pool, open_node);

    reeve_list_push_back(&pool->loop->pools, &pool->node);
}

enum reeve_status reeve_sql_pool_new(const struct reeve_sql_database *database,
                                     const struct reeve_sql_passwords *passwords,
                                     struct reeve_sql_loop *loop, struct reeve_sql_pool **out)
{
    struct reeve_sql_pool *pool = reeve_alloc(NULL, sizeof(*pool));

    *out = NULL;
    if (pool == NULL) {
        return REEVE_NO_MEMORY;
    }
    pool->loop = loop;
    pool->passwords = passwords;
    pool->waiting_deadline_ms = REEVE_NEVER_MS;
    reeve_list_init(&pool->idle);
    reeve_list_init(&pool->others);
    reeve_list_init(&pool->waiting);
    reeve_arena_init(&pool->memory, NULL, MEMORY_MAX, 0);
    enum reeve_status status = copy_database(pool, database);
    if (status == REEVE_OK) {
        status = reeve_sql_loop_run(loop);
    }
    if (status != REEVE_OK) {
        reeve_arena_clear(&pool->memory);
        reeve_free(NULL, pool, sizeof(*pool));
        return status;
    }
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->changed, NULL);
    pool->open_node.run = run_open;
    reeve_sql_loop_post(loop, &pool->open_node);
    *out = pool;
    return REEVE_OK;
}

static void close_all(struct reeve_list *connections)
{
    for (struct reeve_list_node *n = reeve_list_front(connections); n != NULL;
         n = reeve_list_front(connections)) {
        reeve_sql_connection_close(connection_of(n));
    }
}

void reeve_sql_pool_close(struct reeve_sql_pool *pool)
{
    pool->closing = true;
    close_all(&pool->idle);
    close_all(&pool->others);
}

static void run_close(struct reeve_task_node *node)
{
    reeve_sql_pool_close(REEVE_OWNER(node, struct reeve_sql_pool, close_node));
}

void reeve_sql_pool_settle(struct reeve_sql_pool *pool)
{
    if (!pool->closing || pool->count > 0 || pool->questions > 0) {
        return;
    }
    reeve_list_remove(&pool->loop->pools, &pool->node);
    (void)pthread_mutex_lock(&pool->lock);
    pool->closed = true;
    (void)pthread_cond_signal(&pool->changed);
    (void)pthread_mutex_unlock(&pool->lock);
}

void reeve_sql_pool_free(struct reeve_sql_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    if (!pool->closed) { /* else the loop has ended before, and is gone */
        pool->close_node.run = run_close;
        reeve_sql_loop_post(pool->loop, &pool->close_node);
    }
    while (!pool->closed) {
        (void)pthread_cond_wait(&pool->changed, &pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    (void)pthread_cond_destroy(&pool->changed);
    (void)pthread_mutex_destroy(&pool->lock);
    reeve_arena_clear(&pool->memory);
    reeve_free(NULL, pool, sizeof(*pool));
}

uint32_t reeve_sql_pool_connections(const struct reeve_sql_pool *pool)
{
    return __atomic_load_n(&pool->count, __ATOMIC_ACQUIRE);
}
