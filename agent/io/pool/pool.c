/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: one queue under one lock. A task costs microseconds at least, so the lock is not what
 * limits it; waking threads is. So a thread is woken only when one sleeps and none is on its way,
 * and it wakes the next itself when it finds more than it takes: a burst of tasks costs whoever
 * submits it one wake-up. */
#include "agent/io/pool/pool.h"

#include <pthread.h>
#include <unistd.h>

#include "agent/io/loop/thread.h"

#define MAX_THREADS 256u
#define STACK_BYTES (256u * 1024u)

struct reeve_pool {
    pthread_mutex_t lock; /* guards all below but threads */
    pthread_cond_t wake;
    struct reeve_task_node *first;
    struct reeve_task_node **last;
    uint32_t sleeping; /* of them, some may have been woken already */
    bool waking;       /* one was woken and has not run yet */
    bool stopping;
    uint64_t trims; /* asked for */
    uint32_t threads_count;
    pthread_t threads[MAX_THREADS];
};

/* Under the lock: behind it, the task may have led to the pool being freed. */
static void wake_one(struct reeve_pool *pool)
{
    if (pool->first != NULL && pool->sleeping > 0 && !pool->waking) {
        pool->waking = true;
        (void)pthread_cond_signal(&pool->wake);
    }
}

/* glibc looks at the end of a heap when something of this size is freed in front of it. */
#define TRIM_BYTES ((size_t)96 * 1024)

static void trim(struct reeve_pool *pool)
{
    (void)pthread_mutex_unlock(&pool->lock);
    void *volatile last = reeve_alloc(NULL, TRIM_BYTES);
    reeve_free(NULL, last, TRIM_BYTES);
    (void)pthread_mutex_lock(&pool->lock);
}

/* Waits for a task; NULL once the pool stops and the queue is empty. Under the lock. */
static struct reeve_task_node *take(struct reeve_pool *pool, uint64_t *trims)
{
    while (pool->first == NULL && !pool->stopping) {
        if (*trims != pool->trims) {
            *trims = pool->trims;
            trim(pool);
            continue;
        }
        pool->sleeping++;
        (void)pthread_cond_wait(&pool->wake, &pool->lock);
        pool->sleeping--;
        pool->waking = false;
    }
    struct reeve_task_node *task = pool->first;
    if (task != NULL) {
        pool->first = task->next;
        if (pool->first == NULL) {
            pool->last = &pool->first;
        }
    }
    wake_one(pool);
    return task;
}

static void *work(void *ctx)
{
    struct reeve_pool *pool = ctx;
    uint64_t trims = 0;

    (void)pthread_mutex_lock(&pool->lock);
    for (struct reeve_task_node *task = take(pool, &trims); task != NULL;
         task = take(pool, &trims)) {
        (void)pthread_mutex_unlock(&pool->lock);
        task->run(task);
        (void)pthread_mutex_lock(&pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static uint32_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    if (count < 1) {
        return 1;
    }
    return count > (long)MAX_THREADS ? MAX_THREADS : (uint32_t)count;
}

static enum reeve_status start_threads(struct reeve_pool *pool, uint32_t threads)
{
    enum reeve_status status = REEVE_OK;

    while (status == REEVE_OK && pool->threads_count < threads) {
        status = reeve_thread_start(&pool->threads[pool->threads_count], STACK_BYTES, work, pool);
        pool->threads_count += status == REEVE_OK ? 1u : 0u;
    }
    return status;
}

enum reeve_status reeve_pool_new(uint32_t threads, struct reeve_pool **out)
{
    *out = NULL;
    if (threads > MAX_THREADS) {
        return REEVE_INVALID;
    }
    struct reeve_pool *pool = reeve_alloc(NULL, sizeof(*pool));
    if (pool == NULL) {
        return REEVE_NO_MEMORY;
    }
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->wake, NULL);
    pool->last = &pool->first;
    enum reeve_status status = start_threads(pool, threads == 0 ? processors() : threads);
    if (status != REEVE_OK) {
        reeve_pool_free(pool);
        return status;
    }
    *out = pool;
    return REEVE_OK;
}

void reeve_pool_free(struct reeve_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->threads_count; i++) {
        (void)pthread_join(pool->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&pool->wake);
    (void)pthread_mutex_destroy(&pool->lock);
    reeve_free(NULL, pool, sizeof(*pool));
}

void reeve_pool_submit(struct reeve_pool *pool, struct reeve_task_node *task)
{
    task->next = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    *pool->last = task;
    pool->last = &task->next;
    wake_one(pool);
    (void)pthread_mutex_unlock(&pool->lock);
}

void reeve_pool_trim(struct reeve_pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    pool->trims++;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
}
