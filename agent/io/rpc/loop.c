/* SPDX-License-Identifier: Apache-2.0 */
/* One completion queue, polled by one thread. Every completion is a tag, and every tag knows what
 * to do: there is no switch over operations. */
#include "agent/io/rpc/loop_internal.h"

#include <grpc/support/time.h>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/io/rpc/call_internal.h"
#include "agent/io/rpc/channel_internal.h"
#include "agent/io/rpc/log.h"
#include "agent/io/rpc/server_internal.h"

static void wake(struct reeve_rpc_loop *loop)
{
    REEVE_RPC_RELEASE(&loop->wake);
    REEVE_RPC_ENTER();
    const grpc_call_error error = grpc_call_start_batch(loop->waker, NULL, 0, &loop->wake, NULL);
    REEVE_RPC_LEAVE();
    if (error != GRPC_CALL_OK) {
        REEVE_LOG(ERROR, "grpc refused a wake-up",
                  reeve_log_text("error", grpc_call_error_to_string(error)));
    }
}

static void on_wake(struct reeve_rpc_tag *tag, bool ok)
{
    (void)ok;
    struct reeve_rpc_loop *loop = REEVE_OWNER(tag, struct reeve_rpc_loop, wake);
    (void)reeve_task_queue_run(&loop->tasks);
    /* What was posted meanwhile takes its turn behind the completions that wait. */
    if (!reeve_task_queue_sleep(&loop->tasks)) {
        wake(loop);
    }
}

void reeve_rpc_loop_expect(struct reeve_rpc_loop *loop, struct reeve_rpc_tag *tag)
{
    loop->pending++;
    REEVE_RPC_RELEASE(tag);
}

enum reeve_status reeve_rpc_loop_start(struct reeve_rpc_loop *loop, grpc_call *call,
                                       const grpc_op *ops, size_t count, struct reeve_rpc_tag *tag)
{
    reeve_rpc_loop_expect(loop, tag);
    REEVE_RPC_ENTER();
    const grpc_call_error error = grpc_call_start_batch(call, ops, count, tag, NULL);
    REEVE_RPC_LEAVE();
    if (error == GRPC_CALL_OK) {
        return REEVE_OK;
    }
    loop->pending--;
    REEVE_LOG(ERROR, "grpc refused a batch", reeve_log_text("batch", tag->name),
              reeve_log_text("error", grpc_call_error_to_string(error)));
    return REEVE_INTERNAL;
}

/* gRPC's deadlines are on the monotonic clock, ours on the boot-time clock: the distance is what
 * carries over. */
static gpr_timespec deadline_of(uint64_t deadline_boot_ms)
{
    if (deadline_boot_ms == REEVE_NEVER_MS) {
        return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    }
    const uint64_t now = reeve_now_read().boot_ms;
    if (deadline_boot_ms <= now) {
        return gpr_inf_past(GPR_CLOCK_MONOTONIC);
    }
    uint64_t left_ms = deadline_boot_ms - now;
    if (left_ms > INT32_MAX) {
        left_ms = INT32_MAX;
    }
    /* One more: both clocks are read rounded down, and a deadline is never early. */
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                        gpr_time_from_millis((int64_t)left_ms + 1, GPR_TIMESPAN));
}

enum reeve_status reeve_rpc_loop_poll(struct reeve_rpc_loop *loop, uint64_t deadline_boot_ms)
{
    const gpr_timespec deadline = deadline_of(deadline_boot_ms);
    REEVE_RPC_ENTER();
    const grpc_event event = grpc_completion_queue_next(loop->queue, deadline, NULL);
    REEVE_RPC_LEAVE();
    if (event.type == GRPC_QUEUE_TIMEOUT) {
        return REEVE_TIMEOUT;
    }
    if (event.type == GRPC_QUEUE_SHUTDOWN) {
        return REEVE_INTERNAL;
    }
    struct reeve_rpc_tag *tag = event.tag;
    REEVE_RPC_ACQUIRE(tag);
    if (tag != &loop->wake) {
        loop->pending--;
    }
    tag->on_done(tag, event.success != 0);
    return REEVE_OK;
}

void reeve_rpc_loop_post(struct reeve_rpc_loop *loop, struct reeve_task_node *task)
{
    if (reeve_task_queue_push(&loop->tasks, task)) {
        wake(loop);
    }
}

static enum reeve_status poll_base(struct reeve_loop *base, uint64_t deadline_boot_ms)
{
    return reeve_rpc_loop_poll(REEVE_OWNER(base, struct reeve_rpc_loop, base), deadline_boot_ms);
}

static void post_base(struct reeve_loop *base, struct reeve_task_node *task)
{
    reeve_rpc_loop_post(REEVE_OWNER(base, struct reeve_rpc_loop, base), task);
}

static const struct reeve_loop_ops rpc_loop_ops = {poll_base, post_base};

struct reeve_loop *reeve_rpc_loop_base(struct reeve_rpc_loop *loop)
{
    return &loop->base;
}

/* The queue sleeps whenever no wake-up is under way. */
static void start_waker(struct reeve_rpc_loop *loop)
{
    (void)reeve_task_queue_sleep(&loop->tasks);
    loop->wake = (struct reeve_rpc_tag){on_wake, "wake"};
    loop->lame = grpc_lame_client_channel_create("wake", GRPC_STATUS_UNAVAILABLE, "never started");
    loop->waker = grpc_channel_create_call(loop->lame, NULL, GRPC_PROPAGATE_DEFAULTS, loop->queue,
                                           grpc_slice_from_static_string("/wake"), NULL,
                                           gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
}

enum reeve_status reeve_rpc_loop_new(const struct reeve_allocator *a, struct reeve_rpc_loop **out)
{
    struct reeve_rpc_loop *loop = reeve_alloc(a, sizeof *loop);
    if (loop == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_rpc_log_install();
    grpc_init();
    loop->base.ops = &rpc_loop_ops;
    loop->allocator = a;
    reeve_task_queue_init(&loop->tasks);
    reeve_list_init(&loop->calls);
    reeve_list_init(&loop->servers);
    reeve_list_init(&loop->watched);
    loop->queue = grpc_completion_queue_create_for_next(NULL);
    start_waker(loop);
    *out = loop;
    return REEVE_OK;
}

static void end_everything(struct reeve_rpc_loop *loop)
{
    struct reeve_list_node *n;
    for (n = reeve_list_front(&loop->calls); n != NULL; n = reeve_list_next(&loop->calls, n)) {
        reeve_rpc_call_cancel(REEVE_OWNER(n, struct reeve_rpc_call, node));
    }
    for (n = reeve_list_front(&loop->servers); n != NULL; n = reeve_list_next(&loop->servers, n)) {
        struct reeve_rpc_server *server = REEVE_OWNER(n, struct reeve_rpc_server, node);
        reeve_rpc_server_stop(server, NULL, NULL);
        reeve_rpc_server_cancel_calls(server);
    }
    for (n = reeve_list_front(&loop->watched); n != NULL; n = reeve_list_next(&loop->watched, n)) {
        reeve_rpc_channel_end_watch(REEVE_OWNER(n, struct reeve_rpc_channel, watched));
    }
}

static void shut_queue_down(struct reeve_rpc_loop *loop)
{
    grpc_call_unref(loop->waker);
    grpc_channel_destroy(loop->lame);
    grpc_completion_queue_shutdown(loop->queue);
    while (
        grpc_completion_queue_next(loop->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL).type !=
        GRPC_QUEUE_SHUTDOWN) {
    }
    grpc_completion_queue_destroy(loop->queue);
}

void reeve_rpc_loop_free(struct reeve_rpc_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    loop->closing = true;
    end_everything(loop);
    while (loop->pending > 0 && reeve_rpc_loop_poll(loop, REEVE_NEVER_MS) == REEVE_OK) {
    }
    while (reeve_rpc_loop_poll(loop, 0) == REEVE_OK) {
    }
    shut_queue_down(loop);
    const struct reeve_allocator *a = loop->allocator;
    reeve_free(a, loop, sizeof *loop);
    grpc_shutdown_blocking();
}
