/* SPDX-License-Identifier: Apache-2.0 */
/* A client's call: how it starts and how it half-closes. */
#include <grpc/slice.h>

#include "agent/base/time.h"
#include "agent/io/rpc/call_internal.h"
#include "agent/io/rpc/channel_internal.h"

/* "/package.Service/Method": a task's name is at most 255 bytes (proto/gen refuses longer ones),
 * and the methods of the project's own services are shorter. */
#define METHOD_MAX 512u

static void on_client_opened(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, opened);
    reeve_rpc_call_done(c);
    if (ok) {
        reeve_rpc_call_learn_peer(c);
    }
    if (ok && !c->closed_done && c->events != NULL && c->events->on_open != NULL) {
        c->events->on_open(c->ctx, c);
    }
    reeve_rpc_call_settle(c);
}

static void on_client_closed(struct reeve_rpc_tag *tag, bool ok)
{
    (void)ok; /* always true */
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, closed);
    reeve_rpc_call_done(c);
    c->closed_done = true;
    reeve_rpc_call_settle(c);
}

/* The status first: from here on there is an end, whatever happens. The server's headers come with
 * it, since some servers send theirs only with their first message and nothing here waits for them.
 */
static enum reeve_status start_closed(struct reeve_rpc_call *c)
{
    grpc_op ops[2] = {{.op = GRPC_OP_RECV_INITIAL_METADATA}, {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}};
    ops[0].data.recv_initial_metadata.recv_initial_metadata = &c->initial;
    ops[1].data.recv_status_on_client.trailing_metadata = &c->trailing;
    ops[1].data.recv_status_on_client.status = &c->code;
    ops[1].data.recv_status_on_client.status_details = &c->details;
    return reeve_rpc_call_batch(c, ops, 2, &c->closed);
}

static enum reeve_status start_opened(struct reeve_rpc_call *c)
{
    const grpc_op op = {
        .op = GRPC_OP_SEND_INITIAL_METADATA,
        .data.send_initial_metadata = {.count = c->headers_count, .metadata = c->headers}};
    return reeve_rpc_call_batch(c, &op, 1, &c->opened);
}

static grpc_call *create(const struct reeve_rpc_channel *channel, const char *method,
                         uint64_t timeout_ms)
{
    gpr_timespec deadline = gpr_inf_future(GPR_CLOCK_MONOTONIC);
    if (timeout_ms > 0 && timeout_ms <= INT32_MAX) {
        deadline = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                gpr_time_from_millis((int64_t)timeout_ms, GPR_TIMESPAN));
    }
    grpc_slice path = grpc_slice_from_copied_string(method);
    REEVE_RPC_ENTER();
    grpc_call *call = grpc_channel_create_call(channel->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
                                               channel->loop->queue, path, NULL, deadline, NULL);
    REEVE_RPC_LEAVE();
    grpc_slice_unref(path);
    return call;
}

static enum reeve_status start(struct reeve_rpc_call *c)
{
    const enum reeve_status status = start_closed(c);
    if (status != REEVE_OK) {
        c->ended = true; /* gRPC never took it: there is no end to wait for */
        reeve_list_remove(&c->loop->calls, &c->node);
        return status;
    }
    return start_opened(c);
}

static bool is_method(const char *method)
{
    const struct reeve_bytes path = reeve_bytes_cstr(method);
    const struct reeve_bytes rest = reeve_bytes_slice(path, 1, path.len);
    return path.len >= 4 && path.len <= METHOD_MAX && path.data[0] == '/' &&
           reeve_bytes_find(rest, reeve_bytes_cstr("/")) < rest.len;
}

/* Gives up a call that gRPC has not begun: there is no end to wait for. */
static void forget(struct reeve_rpc_call *c)
{
    c->ended = true;
    reeve_list_remove(&c->loop->calls, &c->node);
    reeve_rpc_call_unreference(c);
}

static enum reeve_status make(struct reeve_rpc_channel *channel, const char *method,
                              const struct reeve_rpc_call_options *options,
                              struct reeve_rpc_call **out)
{
    grpc_call *call = create(channel, method, options->timeout_ms);
    struct reeve_rpc_call *c = reeve_rpc_call_make(channel->loop, call);
    if (c == NULL) {
        grpc_call_unref(call);
        return REEVE_NO_MEMORY;
    }
    c->max_message_bytes = channel->max_message_bytes;
    c->opened = (struct reeve_rpc_tag){on_client_opened, "opened"};
    c->closed = (struct reeve_rpc_tag){on_client_closed, "closed"};
    const enum reeve_status status =
        reeve_rpc_call_set_headers(c, options->metadata, options->metadata_count);
    if (status != REEVE_OK) {
        forget(c);
        return status;
    }
    *out = c;
    return REEVE_OK;
}

enum reeve_status reeve_rpc_call_start(struct reeve_rpc_channel *channel, const char *method,
                                       uint64_t timeout_ms,
                                       const struct reeve_rpc_call_events *events, void *ctx,
                                       struct reeve_rpc_call **out)
{
    const struct reeve_rpc_call_options options = {.timeout_ms = timeout_ms};
    return reeve_rpc_call_start_with(channel, method, &options, events, ctx, out);
}

enum reeve_status reeve_rpc_call_start_with(struct reeve_rpc_channel *channel, const char *method,
                                            const struct reeve_rpc_call_options *options,
                                            const struct reeve_rpc_call_events *events, void *ctx,
                                            struct reeve_rpc_call **out)
{
    struct reeve_rpc_call *c;
    if (!is_method(method)) {
        return REEVE_INVALID;
    }
    if (channel->loop->closing) {
        return REEVE_CLOSED;
    }
    REEVE_TRY(make(channel, method, options, &c));
    const enum reeve_status status = start(c);
    if (status != REEVE_OK) {
        reeve_rpc_call_release(c);
        return status;
    }
    c->events = events;
    c->ctx = ctx;
    *out = c;
    return REEVE_OK;
}

void reeve_rpc_call_send_half_close(struct reeve_rpc_call *c)
{
    if (c->half_close_sent) {
        return;
    }
    c->half_close_sent = true;
    const grpc_op op = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};
    if (reeve_rpc_call_batch(c, &op, 1, &c->sent) != REEVE_OK) {
        reeve_rpc_call_cancel(c);
        return;
    }
    c->sending = true;
}

enum reeve_status reeve_rpc_call_half_close(struct reeve_rpc_call *c)
{
    if (c->closed_done) {
        return REEVE_CLOSED;
    }
    if (c->server != NULL || c->write_closed) {
        return REEVE_STATE;
    }
    c->write_closed = true;
    if (!c->sending) {
        reeve_rpc_call_send_half_close(c);
    }
    return REEVE_OK;
}
