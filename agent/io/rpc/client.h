/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of a gRPC client, thousands at once on one thread: one message goes out, one or many
 * come back. What one is told comes on that thread; what one does is a message to it.
 *
 *   on_message …  and then on_done, exactly once and last
 *
 * A request is one call: nothing here, nor in gRPC (whose retries are switched off, transparent
 * ones included), sends it twice. Its message leaves only when the connection stands and the call's
 * headers are on it; up to then may_have_arrived is false. */
#ifndef REEVE_AGENT_IO_RPC_CLIENT_H
#define REEVE_AGENT_IO_RPC_CLIENT_H

#include "agent/base/list.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/line.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_client;

/* Starts the thread. NO_MEMORY, LIMIT (no thread was to be had). */
enum reeve_status reeve_rpc_client_new(struct reeve_rpc_client **out) REEVE_MUST_CHECK;
/* Cancels what is still there (on_done comes with CANCELLED), joins the thread, frees. Nobody
 * starts, resumes or cancels any more; lines may be dropped later. NULL is fine. */
void reeve_rpc_client_free(struct reeve_rpc_client *client);
/* For making lines. Lives as long as the client. */
struct reeve_rpc_loop *reeve_rpc_client_loop(struct reeve_rpc_client *client);

/* A peer's words come as metadata, which is bounded already. */
#define REEVE_RPC_TEXT_MAX ((size_t)64 * 1024)

struct reeve_rpc_request {
    /* ---- set by the caller; everything borrowed until on_done ---- */
    struct reeve_rpc_line *line; /* one reference, which is dropped before on_done */
    const char *method;          /* "/package.Service/Method" */
    const struct reeve_rpc_metadata *metadata;
    size_t metadata_count;
    struct reeve_buffer message; /* moved out; the caller clears it, always */
    uint64_t timeout_ms;         /* the call; not 0 */
    uint64_t delay_ms;           /* the call starts this much later */
    /* The client's thread. The view is valid during the call. True asks for the next message; false
     * pauses until reeve_rpc_request_resume(): what comes meanwhile stays within the call's
     * flow-control window. */
    bool (*on_message)(struct reeve_rpc_request *request, struct reeve_bytes message);
    void (*on_done)(struct reeve_rpc_request *request);

    /* ---- valid from on_done on ---- */
    int code; /* gRPC's status code */
    enum reeve_rpc_refusal refusal;
    bool may_have_arrived;    /* the message was given to a connection that stood */
    bool no_memory;           /* nothing was sent for want of memory */
    size_t messages;          /* received */
    struct reeve_buffer text; /* the peer's or gRPC's words, from outside; the caller clears it,
                                 always */

    /* ---- private ---- */
    struct reeve_rpc_client *client;
    struct reeve_rpc_call *call;
    struct reeve_list_node waiting; /* for its delay */
    uint64_t due_ms;
    struct reeve_task_node start_node;
    struct reeve_task_node cancel_node;
    struct reeve_task_node resume_node;
    int holds;     /* atomic: the call, and each node that is posted; on_done comes when it is 0 */
    int cancelled; /* atomic */
};

/* Any thread. */
void reeve_rpc_request_start(struct reeve_rpc_client *client, struct reeve_rpc_request *request);
/* Any thread, once after each on_message that returned false, and before the caller has handled
 * on_done. */
void reeve_rpc_request_resume(struct reeve_rpc_request *request);
/* Any thread, after _start and before the caller has handled on_done. on_done follows soon, with
 * CANCELLED or with what came first. A second call does nothing. */
void reeve_rpc_request_cancel(struct reeve_rpc_request *request);

#ifdef __cplusplus
}
#endif
#endif
