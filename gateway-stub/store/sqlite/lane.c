/* SPDX-License-Identifier: Apache-2.0 */
/* The store's threads. */
#include "gateway-stub/store/sqlite/lane.h"

static struct reeve_store_request *request_of(struct reeve_list_node *node)
{
    return REEVE_OWNER(node, struct reeve_store_request, node);
}

/* Waits for work; false when the lane is to end and nothing is left. */
static bool take_batch(struct reeve_sqlite_lane *lane, struct reeve_list *batch)
{
    (void)pthread_mutex_lock(&lane->mutex);
    while (reeve_list_empty(&lane->queue) && !lane->stopping) {
        (void)pthread_cond_wait(&lane->wake, &lane->mutex);
    }
    while (batch->count < lane->max_batch && !reeve_list_empty(&lane->queue)) {
        reeve_list_push_back(batch, reeve_list_pop_front(&lane->queue));
    }
    (void)pthread_mutex_unlock(&lane->mutex);
    return !reeve_list_empty(batch);
}

static void complete(struct reeve_list *batch)
{
    struct reeve_list_node *node = NULL;
    while ((node = reeve_list_pop_front(batch)) != NULL) {
        struct reeve_store_request *request = request_of(node);
        request->done(request->done_ctx, request);
    }
}

static void *run(void *argument)
{
    struct reeve_sqlite_lane *lane = argument;
    struct reeve_list batch;
    reeve_list_init(&batch);
    while (take_batch(lane, &batch)) {
        lane->carry_out(&lane->context, &batch);
        complete(&batch);
    }
    return NULL;
}

enum reeve_status reeve_sqlite_lane_start(struct reeve_sqlite_lane *lane)
{
    reeve_list_init(&lane->queue);
    if (pthread_mutex_init(&lane->mutex, NULL) != 0) {
        return REEVE_NO_MEMORY;
    }
    if (pthread_cond_init(&lane->wake, NULL) != 0) {
        (void)pthread_mutex_destroy(&lane->mutex);
        return REEVE_NO_MEMORY;
    }
    if (pthread_create(&lane->thread, NULL, run, lane) != 0) {
        (void)pthread_cond_destroy(&lane->wake);
        (void)pthread_mutex_destroy(&lane->mutex);
        return REEVE_NO_MEMORY;
    }
    lane->started = true;
    return REEVE_OK;
}

void reeve_sqlite_lane_submit(struct reeve_sqlite_lane *lane, struct reeve_store_request *request)
{
    (void)pthread_mutex_lock(&lane->mutex);
    reeve_list_push_back(&lane->queue, &request->node);
    (void)pthread_cond_signal(&lane->wake);
    (void)pthread_mutex_unlock(&lane->mutex);
}

void reeve_sqlite_lane_stop(struct reeve_sqlite_lane *lane)
{
    if (lane->started) {
        (void)pthread_mutex_lock(&lane->mutex);
        lane->stopping = true;
        (void)pthread_cond_signal(&lane->wake);
        (void)pthread_mutex_unlock(&lane->mutex);
        (void)pthread_join(lane->thread, NULL);
        (void)pthread_cond_destroy(&lane->wake);
        (void)pthread_mutex_destroy(&lane->mutex);
        lane->started = false;
    }
    reeve_db_close(&lane->context.db);
    reeve_buffer_clear(&lane->context.sealed);
}
