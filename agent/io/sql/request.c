/* SPDX-License-Identifier: Apache-2.0 */
/* Starting, signalling and ending requests: see sql.h.
 *
 * A request's signals decide who calls on_done when a cancel or a resume meets the end: a signal
 * that was sent before the end is delivered first, since its node is inside the request. */
#include "agent/io/sql/internal.h"

#define SIGNAL_CANCEL 1u
#define SIGNAL_RESUME 2u
#define SIGNAL_QUEUED 4u
#define SIGNAL_ENDED 8u

void reeve_sql_request_end(struct reeve_sql_request *request, enum reeve_status status,
                           const char *problem)
{
    request->status = status;
    request->connection = NULL;
    if (problem != NULL) {
        reeve_format_cut(request->problem, sizeof(request->problem), "%s", problem);
    }
    const uint32_t before = __atomic_fetch_or(&request->signals, SIGNAL_ENDED, __ATOMIC_ACQ_REL);
    if ((before & SIGNAL_QUEUED) == 0) {
        request->events->on_done(request);
    }
}

static void cancel(struct reeve_sql_request *request)
{
    if (request->connection != NULL) {
        reeve_sql_exchange_cancel(request->connection);
        return;
    }
    reeve_list_remove(&request->pool->waiting, &request->node);
    reeve_sql_request_end(request, REEVE_CANCELLED, NULL);
}

static void run_signal(struct reeve_task_node *node)
{
    struct reeve_sql_request *request = REEVE_OWNER(node, struct reeve_sql_request, signal_node);
    const uint32_t signals = __atomic_fetch_and(&request->signals, SIGNAL_ENDED, __ATOMIC_ACQ_REL);

    if ((signals & SIGNAL_ENDED) != 0) {
        request->events->on_done(request);
        return;
    }
    if ((signals & SIGNAL_CANCEL) != 0) {
        cancel(request);
        return;
    }
    if ((signals & SIGNAL_RESUME) != 0 && request->connection != NULL) {
        reeve_sql_exchange_resume(request->connection);
    }
}

static void send_signal(struct reeve_sql_request *request, uint32_t signal)
{
    const uint32_t before =
        __atomic_fetch_or(&request->signals, signal | SIGNAL_QUEUED, __ATOMIC_ACQ_REL);

    if ((before & (SIGNAL_QUEUED | SIGNAL_ENDED)) == 0) {
        reeve_sql_loop_post(request->pool->loop, &request->signal_node);
    }
}

static void run_start(struct reeve_task_node *node)
{
    struct reeve_sql_request *request = REEVE_OWNER(node, struct reeve_sql_request, start_node);

    reeve_sql_pool_wait(request->pool, request, false);
    reeve_sql_pool_dispatch(request->pool);
}

void reeve_sql_start(struct reeve_sql_request *request)
{
    request->status = REEVE_OK;
    request->commit = REEVE_SQL_COMMIT_NOT_SENT;
    request->state[0] = '\0';
    request->problem[0] = '\0';
    request->connection = NULL;
    request->tries = 0;
    request->requeued = false;
    request->start_node.run = run_start;
    request->signal_node.run = run_signal;
    __atomic_store_n(&request->signals, 0, __ATOMIC_RELEASE);
    reeve_sql_loop_post(request->pool->loop, &request->start_node);
}

void reeve_sql_cancel(struct reeve_sql_request *request)
{
    send_signal(request, SIGNAL_CANCEL);
}

void reeve_sql_resume(struct reeve_sql_request *request)
{
    send_signal(request, SIGNAL_RESUME);
}
