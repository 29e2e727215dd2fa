/* SPDX-License-Identifier: Apache-2.0 */
/* A server's call: how it arrives, is accepted or refused, and how it is finished. */
#include <grpc/slice.h>

#include "agent/base/time.h"
#include "agent/io/rpc/call_internal.h"
#include "agent/io/rpc/message.h"
#include "agent/io/rpc/server_internal.h"

static void on_server_opened(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, opened);
    reeve_rpc_call_done(c);
    if (ok && !c->closed_done && c->events != NULL && c->events->on_open != NULL) {
        c->events->on_open(c->ctx, c);
    }
    reeve_rpc_call_settle(c);
}

static void on_server_closed(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, closed);
    reeve_rpc_call_done(c);
    c->closed_done = true;
    if (!ok) {
        c->cancelled = 1;
    }
    reeve_rpc_call_settle(c);
}

static void on_finished(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, finished);
    reeve_rpc_call_done(c);
    c->finish_told = ok;
    reeve_rpc_call_settle(c);
}

/* ---- finishing ---------------------------------------------------------------------------------
 */

static void set_end(struct reeve_rpc_call *c, int code, const char *text)
{
    c->code = (grpc_status_code)code;
    grpc_slice_unref(c->details);
    c->details = text != NULL ? grpc_slice_from_copied_string(text) : grpc_empty_slice();
}

void reeve_rpc_call_send_status(struct reeve_rpc_call *c)
{
    grpc_op ops[2] = {{.op = GRPC_OP_SEND_STATUS_FROM_SERVER},
                      {.op = GRPC_OP_SEND_INITIAL_METADATA}};
    if (c->finish_started) {
        return;
    }
    c->finish_started = true;
    ops[0].data.send_status_from_server.status = c->code;
    ops[0].data.send_status_from_server.status_details = &c->details;
    if (GRPC_SLICE_LENGTH(c->error_metadata.value) > 0) {
        ops[0].data.send_status_from_server.trailing_metadata_count = 1;
        ops[0].data.send_status_from_server.trailing_metadata = &c->error_metadata;
    }
    /* A refused call has sent no headers yet. */
    if (reeve_rpc_call_batch(c, ops, c->accepted ? 1 : 2, &c->finished) != REEVE_OK) {
        reeve_rpc_call_cancel(c);
    }
}

enum reeve_status reeve_rpc_call_finish(struct reeve_rpc_call *c, int code, const char *text,
                                        struct reeve_bytes error)
{
    if (c->closed_done) {
        return REEVE_CLOSED;
    }
    if (c->server == NULL || c->write_closed || !c->accepted) {
        return REEVE_STATE;
    }
    if (reeve_bytes_cstr(text).len > REEVE_RPC_DETAILS_MAX || error.len > REEVE_RPC_ERROR_MAX) {
        return REEVE_TOO_LARGE;
    }
    c->write_closed = true;
    set_end(c, code, text);
    if (error.len > 0) {
        c->error_metadata.key = grpc_slice_from_static_string("reeve-error-bin");
        c->error_metadata.value =
            grpc_slice_from_copied_buffer((const char *)error.data, error.len);
    }
    if (!c->sending) {
        reeve_rpc_call_send_status(c);
    }
    return REEVE_OK;
}

void reeve_rpc_call_refuse(struct reeve_rpc_call *c, int code, const char *text)
{
    if (c->accepted || c->write_closed) {
        return;
    }
    c->write_closed = true;
    set_end(c, code, text);
    reeve_rpc_call_send_status(c);
    reeve_rpc_call_unreference(c); /* the owner's; operations hold the rest */
}

/* ---- accepting ---------------------------------------------------------------------------------
 */

enum reeve_status reeve_rpc_call_accept(struct reeve_rpc_call *c,
                                        const struct reeve_rpc_call_events *events, void *ctx)
{
    if (c->server == NULL || c->accepted || c->write_closed) {
        return REEVE_STATE;
    }
    const grpc_op op = {.op = GRPC_OP_SEND_INITIAL_METADATA};
    REEVE_TRY(reeve_rpc_call_batch(c, &op, 1, &c->opened));
    c->accepted = true;
    c->events = events;
    c->ctx = ctx;
    return REEVE_OK;
}

uint64_t reeve_rpc_call_time_left_ms(const struct reeve_rpc_call *c)
{
    if (c->deadline_boot_ms == REEVE_NEVER_MS) {
        return REEVE_NEVER_MS;
    }
    const uint64_t now = reeve_now_read().boot_ms;
    return c->deadline_boot_ms > now ? c->deadline_boot_ms - now : 0;
}

/* ---- arriving ----------------------------------------------------------------------------------
 */

static uint64_t deadline_of(gpr_timespec deadline)
{
    const gpr_timespec end = gpr_convert_clock_type(deadline, GPR_CLOCK_MONOTONIC);
    if (gpr_time_cmp(end, gpr_inf_future(GPR_CLOCK_MONOTONIC)) == 0) {
        return REEVE_NEVER_MS;
    }
    const int32_t left_ms = gpr_time_to_millis(gpr_time_sub(end, gpr_now(GPR_CLOCK_MONOTONIC)));
    return reeve_now_read().boot_ms + (left_ms > 0 ? (uint64_t)left_ms : 0);
}

static struct reeve_rpc_call *make(struct reeve_rpc_server *server,
                                   const struct reeve_rpc_request *request)
{
    struct reeve_rpc_call *c = reeve_rpc_call_make(server->loop, request->call);
    if (c == NULL) {
        return NULL;
    }
    c->server = server;
    server->references++;
    server->calls++;
    c->opened = (struct reeve_rpc_tag){on_server_opened, "opened"};
    c->finished = (struct reeve_rpc_tag){on_finished, "finished"};
    c->closed = (struct reeve_rpc_tag){on_server_closed, "closed"};
    c->deadline_boot_ms = deadline_of(request->details.deadline);
    reeve_rpc_call_learn_peer(c);
    return c;
}

static enum reeve_status start_closed(struct reeve_rpc_call *c)
{
    const grpc_op op = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER,
                        .data.recv_close_on_server.cancelled = &c->cancelled};
    return reeve_rpc_call_batch(c, &op, 1, &c->closed);
}

static const struct reeve_rpc_method *find_method(const struct reeve_rpc_server *server,
                                                  const grpc_slice *path)
{
    for (size_t i = 0; i < server->method_count; i++) {
        if (reeve_bytes_equal_cstr(reeve_rpc_slice_view(path), server->methods[i].path)) {
            return &server->methods[i];
        }
    }
    return NULL;
}

static void hand_over(struct reeve_rpc_server *server, struct reeve_rpc_call *c,
                      const grpc_slice *path)
{
    if (server->stopping) { /* its methods may be gone: they are its owner's */
        reeve_rpc_call_refuse(c, REEVE_RPC_UNAVAILABLE, "stopping");
        return;
    }
    const struct reeve_rpc_method *method = find_method(server, path);
    if (method == NULL) {
        reeve_rpc_call_refuse(c, REEVE_RPC_UNIMPLEMENTED, "no such method");
        return;
    }
    if (server->calls > server->max_calls) {
        reeve_rpc_call_refuse(c, REEVE_RPC_RESOURCE_EXHAUSTED, "too many calls");
        return;
    }
    c->references++; /* the handler may accept and release at once */
    method->on_call(method->ctx, c);
    reeve_rpc_call_refuse(c, REEVE_RPC_INTERNAL, "not handled");
    reeve_rpc_call_unreference(c);
}

void reeve_rpc_server_dispatch(struct reeve_rpc_server *server, struct reeve_rpc_request *request)
{
    struct reeve_rpc_call *c = make(server, request);
    if (c == NULL) {
        (void)grpc_call_cancel_with_status(request->call, GRPC_STATUS_RESOURCE_EXHAUSTED,
                                           "out of memory", NULL);
        grpc_call_unref(request->call);
        return;
    }
    if (start_closed(c) != REEVE_OK) {
        c->ended = true;
        reeve_list_remove(&c->loop->calls, &c->node);
        reeve_rpc_server_call_ended(server);
        reeve_rpc_call_release(c);
        return;
    }
    hand_over(server, c, &request->details.method);
}
