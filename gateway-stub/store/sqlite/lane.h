/* SPDX-License-Identifier: Apache-2.0 */
/* A lane: one thread with a connection and a queue of requests. The writer's carries out all that
 * is queued in one transaction; the reader's one query at a time.
 *
 * The queue holds what was submitted and not yet taken; it is bounded by whoever submits. Nothing
 * is dropped: what is queued when the lane is stopped is carried out first. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_LANE_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_LANE_H

#include <pthread.h>

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_sqlite_lane {
    struct reeve_sqlite_context context;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct reeve_list queue; /* guarded by mutex, as `stopping` */
    bool stopping;
    bool started;
    size_t max_batch;
    /* Carries out a batch and sets each status; the lane then calls `done`. */
    void (*carry_out)(struct reeve_sqlite_context *context, struct reeve_list *batch);
};

/* Starts the thread; the context is set up already. NO_MEMORY: the system gave no thread. */
enum reeve_status reeve_sqlite_lane_start(struct reeve_sqlite_lane *lane) REEVE_MUST_CHECK;
void reeve_sqlite_lane_submit(struct reeve_sqlite_lane *lane, struct reeve_store_request *request);
/* Carries out what is left, joins the thread, closes the connection. */
void reeve_sqlite_lane_stop(struct reeve_sqlite_lane *lane);

/* The two ways to carry a batch out. */
void reeve_sqlite_write_batch(struct reeve_sqlite_context *context, struct reeve_list *batch);
void reeve_sqlite_read_batch(struct reeve_sqlite_context *context, struct reeve_list *batch);

#ifdef __cplusplus
}
#endif
#endif
