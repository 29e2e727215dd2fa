/* SPDX-License-Identifier: Apache-2.0 */
/* The transport on one gRPC call, dialled or accepted.
 *
 * Lazily made: a dialling transport has its channel from the beginning and its call from start. */
#include "agent/transport/grpc.h"

#include "agent/base/list.h"

struct grpc_transport {
    struct reeve_transport base;
    const struct reeve_allocator *allocator;
    struct reeve_rpc_channel *channel; /* NULL: accepted */
    struct reeve_rpc_call *call;
    const struct reeve_transport_events *events;
    void *ctx;
    bool started;
    bool opened;
    bool closing; /* close() was called: what still comes is dropped */
    bool closed;
    bool wanted;                    /* the driver asked for a message */
    bool armed;                     /* so did we, of gRPC */
    enum reeve_status close_status; /* a worker's own reason, which no peer repeats */
    char close_text[REEVE_RPC_DETAILS_MAX + 1];
};

static struct grpc_transport *self_of(struct reeve_transport *base)
{
    return REEVE_OWNER(base, struct grpc_transport, base);
}

static bool is_worker(const struct grpc_transport *t)
{
    return t->channel != NULL;
}

/* ---- receiving ---------------------------------------------------------------------------------
 */

/* Asks gRPC for a message when somebody wants one: the driver, or the end, which waits behind
 * unread messages. */
static void arm(struct grpc_transport *t)
{
    if (t->armed || t->call == NULL || !t->opened || !(t->wanted || t->closing)) {
        return;
    }
    /* CLOSED: the end is on its way. */
    t->armed = reeve_rpc_call_receive(t->call) == REEVE_OK;
}

static void on_message(void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message)
{
    struct grpc_transport *t = ctx;
    (void)call;
    t->armed = false;
    if (t->closing) {
        arm(t);
        return;
    }
    t->wanted = false;
    t->events->message(t->ctx, message);
}

static void ready_to_receive(struct reeve_transport *base)
{
    struct grpc_transport *t = self_of(base);
    t->wanted = true;
    arm(t);
}

/* ---- opening, sending --------------------------------------------------------------------------
 */

static void on_leaving(void *ctx)
{
    struct grpc_transport *t = ctx;
    if (!t->closing && !t->closed && t->events->leaving != NULL) {
        t->events->leaving(t->ctx);
    }
}

static void on_open(void *ctx, struct reeve_rpc_call *call)
{
    struct grpc_transport *t = ctx;
    (void)call;
    t->opened = true;
    arm(t);
    if (is_worker(t)) {
        reeve_rpc_channel_watch(t->channel, on_leaving, t);
    }
    if (!t->closing) {
        t->events->opened(t->ctx);
    }
}

static void on_sent(void *ctx, struct reeve_rpc_call *call)
{
    struct grpc_transport *t = ctx;
    (void)call;
    if (!t->closing) {
        t->events->sent(t->ctx);
    }
}

static enum reeve_status send_message(struct reeve_transport *base, struct reeve_buffer *message)
{
    struct grpc_transport *t = self_of(base);
    if (t->closing || t->closed) {
        return REEVE_CLOSED;
    }
    if (!t->opened) {
        return REEVE_STATE;
    }
    return reeve_rpc_call_send(t->call, message);
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static void on_half_closed(void *ctx, struct reeve_rpc_call *call)
{
    struct grpc_transport *t = ctx;
    t->armed = false;
    if (!t->closing) {
        t->closing = true;
        /* CLOSED: it went away instead; on_closed says so. */
        if (reeve_rpc_call_finish(call, REEVE_RPC_OK, "", reeve_bytes_of(NULL, 0)) != REEVE_OK) {
            reeve_rpc_call_cancel(call);
        }
    }
}

static void on_closed(void *ctx, struct reeve_rpc_call *call, const struct reeve_rpc_end *end)
{
    struct grpc_transport *t = ctx;
    struct reeve_transport_end out = {end->status, end->code, end->text};
    (void)call;
    t->closed = true;
    if (t->closing && t->close_status != REEVE_OK) {
        out.status = t->close_status;
        out.code = reeve_status_grpc_code(t->close_status);
        out.text = reeve_bytes_cstr(t->close_text);
    } else if (!is_worker(t) && end->code == REEVE_RPC_CANCELLED) {
        out.status = REEVE_UNAVAILABLE; /* the worker's connection broke, or it gave the call up */
    }
    t->events->closed(t->ctx, &out);
}

static void close_worker(struct grpc_transport *t)
{
    if (t->close_status != REEVE_OK || reeve_rpc_call_half_close(t->call) != REEVE_OK) {
        reeve_rpc_call_cancel(t->call);
    }
}

static void close_gateway(struct grpc_transport *t)
{
    const int code = reeve_status_grpc_code(t->close_status);
    if (reeve_rpc_call_finish(t->call, code, t->close_text, reeve_bytes_of(NULL, 0)) != REEVE_OK) {
        reeve_rpc_call_cancel(t->call);
    }
}

/* Cuts behind a whole character: gRPC's text is UTF-8. */
static void keep_text(struct grpc_transport *t, const char *text)
{
    struct reeve_bytes kept = reeve_bytes_slice(reeve_bytes_cstr(text), 0, REEVE_RPC_DETAILS_MAX);
    while (kept.len > 0 && !reeve_bytes_is_utf8(kept)) {
        kept.len--;
    }
    reeve_zero(t->close_text, sizeof t->close_text);
    if (reeve_copy(t->close_text, REEVE_RPC_DETAILS_MAX, kept) != REEVE_OK) {
        t->close_text[0] = '\0';
    }
}

static void close_transport(struct reeve_transport *base, enum reeve_status status,
                            const char *text)
{
    struct grpc_transport *t = self_of(base);
    if (t->closing || t->closed || t->call == NULL) {
        return;
    }
    t->closing = true;
    t->close_status = status;
    keep_text(t, text);
    if (is_worker(t)) {
        close_worker(t);
    } else {
        close_gateway(t);
    }
    arm(t);
}

static void free_transport(struct reeve_transport *base)
{
    struct grpc_transport *t = self_of(base);
    reeve_rpc_call_release(t->call);
    reeve_rpc_channel_release(t->channel);
    reeve_free(t->allocator, t, sizeof *t);
}

static void peer(const struct reeve_transport *base, struct reeve_transport_peer *out)
{
    const struct grpc_transport *t = (const struct grpc_transport *)base; /* its first member */
    struct reeve_rpc_peer from = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (t->call != NULL) {
        reeve_rpc_call_peer(t->call, &from);
    }
    *out = (struct reeve_transport_peer){from.spiffe_id, from.certificate_pem, from.address};
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static const struct reeve_rpc_call_events call_events = {on_open, on_message, on_sent,
                                                         on_half_closed, on_closed};

static enum reeve_status start(struct reeve_transport *base,
                               const struct reeve_transport_events *events, void *ctx)
{
    struct grpc_transport *t = self_of(base);
    if (t->started) {
        return REEVE_STATE;
    }
    t->events = events;
    t->ctx = ctx;
    if (is_worker(t)) {
        REEVE_TRY(reeve_rpc_call_start(t->channel, REEVE_TRANSPORT_CONNECT_METHOD, 0, &call_events,
                                       t, &t->call));
    } else {
        REEVE_TRY(reeve_rpc_call_accept(t->call, &call_events, t));
    }
    t->started = true;
    return REEVE_OK;
}

static const struct reeve_transport_ops grpc_ops = {
    start, send_message, ready_to_receive, close_transport, peer, free_transport,
};

static struct grpc_transport *make(const struct reeve_allocator *a)
{
    struct grpc_transport *t = reeve_alloc(a, sizeof *t);
    if (t != NULL) {
        t->base.ops = &grpc_ops;
        t->allocator = a;
    }
    return t;
}

enum reeve_status reeve_transport_grpc_dial(struct reeve_rpc_loop *loop,
                                            const struct reeve_rpc_channel_options *options,
                                            struct reeve_transport **out)
{
    struct grpc_transport *t = make(NULL);
    if (t == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status = reeve_rpc_channel_new(loop, options, &t->channel);
    if (status != REEVE_OK) {
        free_transport(&t->base);
        return status;
    }
    *out = &t->base;
    return REEVE_OK;
}

enum reeve_status reeve_transport_grpc_accept(struct reeve_rpc_call *call,
                                              const struct reeve_allocator *a,
                                              struct reeve_transport **out)
{
    struct grpc_transport *t = make(a);
    if (t == NULL) {
        return REEVE_NO_MEMORY;
    }
    t->call = call;
    *out = &t->base;
    return REEVE_OK;
}
