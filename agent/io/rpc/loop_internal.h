/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The loop's struct, and how operations on its queue are counted. */
#ifndef REEVE_AGENT_IO_RPC_LOOP_INTERNAL_H
#define REEVE_AGENT_IO_RPC_LOOP_INTERNAL_H

#include <grpc/grpc.h>

#include "agent/base/list.h"
#include "agent/io/loop/task_queue.h"
#include "agent/io/rpc/loop.h"
#include "agent/io/rpc/tag.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_loop {
    struct reeve_loop base;
    const struct reeve_allocator *allocator;
    grpc_completion_queue *queue;
    /* A call that is never started: empty batches on it wake the queue, connected or not. */
    grpc_channel *lame;
    grpc_call *waker;
    struct reeve_rpc_tag wake;
    struct reeve_task_queue tasks; /* not empty: exactly one wake is under way */
    size_t pending;                /* operations that gRPC owns, wakes not counted */
    struct reeve_list calls;       /* that have not ended */
    struct reeve_list servers;     /* that have not stopped */
    struct reeve_list watched;     /* channels whose state gRPC watches */
    bool closing;                  /* no new calls and servers */
};

/* Says that an operation with `tag` is about to be handed to gRPC: before, since its completion may
 * be there before the function that starts it returns. */
void reeve_rpc_loop_expect(struct reeve_rpc_loop *loop, struct reeve_rpc_tag *tag);
/* Starts a batch. INTERNAL: gRPC found the batch wrong, which is our bug; it is logged, and the tag
 * never comes. */
enum reeve_status reeve_rpc_loop_start(struct reeve_rpc_loop *loop, grpc_call *call,
                                       const grpc_op *ops, size_t count,
                                       struct reeve_rpc_tag *tag) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
