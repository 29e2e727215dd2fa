/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that tells servers to cancel. PQcancel() opens a connection of its own and waits for
 * the server to close it, without TLS: a request of twelve bytes that carries nothing but the
 * number and the key which the server gave for this purpose. */
#include "agent/io/loop/thread.h"
#include "agent/io/sql/internal.h"

#define WAITING_MAX 64u
#define STACK_BYTES (128u * 1024u)

struct wish {
    struct reeve_list_node node;
    PGcancel *cancel;
};

struct reeve_sql_canceller {
    pthread_t thread;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    struct reeve_list wishes;
    bool stopping;
};

static void free_wish(struct wish *wish)
{
    PQfreeCancel(wish->cancel);
    reeve_free(NULL, wish, sizeof(*wish));
}

/* NULL when the thread is to end. */
static struct wish *next_wish(struct reeve_sql_canceller *canceller)
{
    struct reeve_list_node *node = NULL;

    (void)pthread_mutex_lock(&canceller->lock);
    while (!canceller->stopping && reeve_list_empty(&canceller->wishes)) {
        (void)pthread_cond_wait(&canceller->changed, &canceller->lock);
    }
    if (!canceller->stopping) {
        node = reeve_list_pop_front(&canceller->wishes);
    }
    (void)pthread_mutex_unlock(&canceller->lock);
    return node == NULL ? NULL : REEVE_OWNER(node, struct wish, node);
}

static void *canceller_thread(void *ctx)
{
    struct reeve_sql_canceller *canceller = ctx;
    char why_not[256];

    for (struct wish *wish = next_wish(canceller); wish != NULL; wish = next_wish(canceller)) {
        /* Nobody waits for it, and statement_timeout ends what it does not reach. */
        (void)PQcancel(wish->cancel, why_not, sizeof(why_not));
        free_wish(wish);
    }
    return NULL;
}

void reeve_sql_canceller_submit(struct reeve_sql_canceller *canceller, PGconn *connection)
{
    struct wish *wish = reeve_alloc(NULL, sizeof(*wish));

    if (wish == NULL) {
        return;
    }
    wish->cancel = PQgetCancel(connection);
    (void)pthread_mutex_lock(&canceller->lock);
    const bool taken = wish->cancel != NULL && canceller->wishes.count < WAITING_MAX;
    if (taken) {
        reeve_list_push_back(&canceller->wishes, &wish->node);
        (void)pthread_cond_signal(&canceller->changed);
    }
    (void)pthread_mutex_unlock(&canceller->lock);
    if (!taken) {
        free_wish(wish);
    }
}

enum reeve_status reeve_sql_canceller_new(struct reeve_sql_canceller **out)
{
    struct reeve_sql_canceller *canceller = reeve_alloc(NULL, sizeof(*canceller));

    *out = NULL;
    if (canceller == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_list_init(&canceller->wishes);
    (void)pthread_mutex_init(&canceller->lock, NULL);
    (void)pthread_cond_init(&canceller->changed, NULL);
    const enum reeve_status status =
        reeve_thread_start(&canceller->thread, STACK_BYTES, canceller_thread, canceller);
    if (status != REEVE_OK) {
        (void)pthread_cond_destroy(&canceller->changed);
        (void)pthread_mutex_destroy(&canceller->lock);
        reeve_free(NULL, canceller, sizeof(*canceller));
        return status;
    }
    *out = canceller;
    return REEVE_OK;
}

void reeve_sql_canceller_free(struct reeve_sql_canceller *canceller)
{
    if (canceller == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&canceller->lock);
    canceller->stopping = true;
    (void)pthread_cond_signal(&canceller->changed);
    (void)pthread_mutex_unlock(&canceller->lock);
    (void)pthread_join(canceller->thread, NULL);
    for (struct reeve_list_node *n = reeve_list_pop_front(&canceller->wishes); n != NULL;
         n = reeve_list_pop_front(&canceller->wishes)) {
        free_wish(REEVE_OWNER(n, struct wish, node));
    }
    (void)pthread_cond_destroy(&canceller->changed);
    (void)pthread_mutex_destroy(&canceller->lock);
    reeve_free(NULL, canceller, sizeof(*canceller));
}
