/* SPDX-License-Identifier: Apache-2.0 */
/* One job's calls to its service, one after the other: usually one. Internal to this folder.
 *
 *   pool thread      prepare, begin ─┐             decode, check, emit ─┐         answer
 *   client's thread                  └ on_message ─┘                    └ on_done ┘
 *
 * The binding's lock orders what meets: a cancel, a message at work, the end, and room for more
 * (resume). A call lives in its job's arena, which is there for as long as anybody can cancel. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_CALL_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_CALL_H

#include <pthread.h>

#include "agent/base/list.h"
#include "agent/bindings/grpc/grpc_binding.h"
#include "agent/bindings/grpc/grpc_dialer.h"
#include "agent/bindings/grpc/grpc_headers.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_grpc_binding {
    struct reeve_binding base;
    struct reeve_arena memory; /* the system's strings */
    struct reeve_grpc_system system;
    struct reeve_grpc_dialer *dialer;
    struct reeve_rpc_client *client;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock; /* guards work->state and the members of calls that say so */
};

struct reeve_grpc_call {
    struct reeve_rpc_request request;
    struct reeve_work *work;
    struct reeve_task_node node; /* to the pool: a message, or the end */
    struct reeve_grpc_headers headers;
    struct reeve_buffer incoming; /* one message */
    struct reeve_arena results;   /* server-streaming: one message at a time */
    uint32_t attempts;
    uint64_t refused_version; /* of the credential; 0: none was refused */
    bool in_doubt;            /* an earlier attempt may have had its effect */

    /* Why this side gave up a call that goes on; 0: it did not. */
    enum reeve_reason failure;
    const char *failure_message;

    /* ---- under the binding's lock ---- */
    bool under_way; /* the client has the request */
    bool busy;      /* a message is at work on the pool */
    bool paused;    /* no room for more results */
    bool resumed;   /* room came before the emitter said that it pauses */
};

/* The vtable's functions: see work.h. */
void reeve_grpc_call_start(struct reeve_binding *binding, struct reeve_work *work);
void reeve_grpc_call_cancel(struct reeve_binding *binding, struct reeve_work *work);
void reeve_grpc_call_resume(struct reeve_binding *binding, struct reeve_work *work);

/* The end of a request, on a pool thread: answers the work, or begins another attempt. */
void reeve_grpc_call_ended(struct reeve_grpc_call *call);
/* Begins an attempt after a pause, or answers the work. Pool thread. */
void reeve_grpc_call_begin(struct reeve_grpc_call *call, uint64_t delay_ms);
/* Wipes and frees what the arena does not hold; before each answer. */
void reeve_grpc_call_clear(struct reeve_grpc_call *call);
/* A result that was received: in `arena`, decoded and checked; else *problem says why not. */
enum reeve_status reeve_grpc_call_read(const struct reeve_grpc_call *call,
                                       struct reeve_arena *arena, void **response,
                                       struct reeve_problem *problem) REEVE_MUST_CHECK;

/* What `run --explain` shows of a call. NO_MEMORY, LIMIT. */
enum reeve_status reeve_grpc_explain(const struct reeve_grpc_system *system,
                                     const struct reeve_task *task, const void *request,
                                     struct reeve_arena *arena,
                                     struct reeve_buffer *text) REEVE_MUST_CHECK;

static inline struct reeve_grpc_binding *reeve_grpc_binding_of(const struct reeve_work *work)
{
    return REEVE_OWNER(work->binding, struct reeve_grpc_binding, base);
}

#ifdef __cplusplus
}
#endif
#endif
