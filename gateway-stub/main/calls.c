/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the control API: one request, then one response or a stream of them. */
#include "gateway-stub/main/service_state.h"

/* WAITING for the request → RUNNING in the core → ENDING: the status is on its way. */
enum phase { WAITING, RUNNING, ENDING };

struct call {
    struct reeve_service *service;
    uint64_t handle;
    enum reeve_control_method method;
    struct reeve_rpc_call *rpc;
    struct reeve_caller caller;
    enum phase phase;
    struct reeve_leaving leaving;
};

static struct reeve_bytes key_of(const uint64_t *handle)
{
    return reeve_bytes_of(handle, sizeof(*handle));
}

static struct call *find(const struct reeve_service *s, uint64_t handle)
{
    return reeve_map_get(s->calls, key_of(&handle));
}

static void tell(struct call *call, enum reeve_gateway_event_kind kind)
{
    const struct reeve_gateway_event event = {.kind = kind, .call = call->handle};
    (void)reeve_service_handle(call->service, &event); /* opens nothing */
}

/* ---- the end ---- */

static void forget(struct call *call)
{
    struct reeve_service *s = call->service;
    reeve_service_stays(s, &call->leaving);
    (void)reeve_map_remove(s->calls, key_of(&call->handle));
    reeve_rpc_call_release(call->rpc);
    reeve_caller_clear(&call->caller);
    reeve_free(NULL, call, sizeof(*call));
}

/* The core forgets it, if it knows it. */
static void cancel_in_core(struct call *call)
{
    if (call->phase == RUNNING) {
        call->phase = ENDING;
        tell(call, REEVE_GATEWAY_CALL_CANCELLED);
    }
}

static void cut(struct reeve_leaving *leaving)
{
    struct call *call = REEVE_OWNER(leaving, struct call, leaving);
    cancel_in_core(call);
    forget(call);
}

static void finish(struct call *call, int code, const char *text, struct reeve_bytes error)
{
    call->phase = ENDING;
    reeve_service_leaves(call->service, &call->leaving, cut);
    enum reeve_status status = reeve_rpc_call_finish(call->rpc, code, text, error);
    if (status == REEVE_TOO_LARGE) { /* the code and what is short enough still say it */
        const bool long_text = reeve_bytes_cstr(text).len > REEVE_RPC_DETAILS_MAX;
        status =
            reeve_rpc_call_finish(call->rpc, code, long_text ? "" : text, reeve_bytes_of(NULL, 0));
    }
    if (status != REEVE_OK) {
        reeve_rpc_call_cancel(call->rpc); /* on_closed follows, unless it is on its way */
    }
}

static void refuse(struct call *call, int code, const char *text)
{
    cancel_in_core(call);
    finish(call, code, text, reeve_bytes_of(NULL, 0));
}

/* ---- what comes ---- */

/* CLOSED: the end is on its way. */
static void ask_for_message(struct call *call)
{
    const enum reeve_status status = reeve_rpc_call_receive(call->rpc);
    if (status != REEVE_OK && status != REEVE_CLOSED) {
        reeve_rpc_call_cancel(call->rpc);
    }
}

static void on_open(void *ctx, struct reeve_rpc_call *rpc)
{
    (void)rpc;
    ask_for_message(ctx);
}

static void start(struct call *call, struct reeve_bytes request)
{
    struct reeve_service *s = call->service;
    const struct reeve_grant *grant = reeve_service_grant(s, call->caller.identity);
    if (grant == NULL) {
        refuse(call, REEVE_RPC_PERMISSION_DENIED, "no grant names this identity any more");
        return;
    }
    const struct reeve_peer peer =
        reeve_grant_peer(grant, call->caller.identity, call->caller.not_after_unix_ms);
    const struct reeve_gateway_event event = {.kind = REEVE_GATEWAY_CALL,
                                              .call = call->handle,
                                              .method = call->method,
                                              .peer = &peer,
                                              .bytes = request};
    reeve_service_stays(s, &call->leaving);
    call->phase = RUNNING;
    if (!reeve_service_handle(s, &event)) {
        finish(call, REEVE_RPC_RESOURCE_EXHAUSTED, "the gateway is short of memory",
               reeve_bytes_of(NULL, 0));
    }
}

static void on_message(void *ctx, struct reeve_rpc_call *rpc, struct reeve_bytes message)
{
    struct call *call = ctx;
    (void)rpc;
    if (call->phase == WAITING) {
        start(call, message);
        ask_for_message(call); /* to see the client's half-close, and its going away */
        return;
    }
    if (call->phase == RUNNING) {
        refuse(call, REEVE_RPC_INVALID_ARGUMENT, "more than one request message");
    }
}

static void on_sent(void *ctx, struct reeve_rpc_call *rpc)
{
    struct call *call = ctx;
    (void)rpc;
    if (call->phase == RUNNING) {
        tell(call, REEVE_GATEWAY_CALL_SENT);
    }
}

static void on_half_closed(void *ctx, struct reeve_rpc_call *rpc)
{
    struct call *call = ctx;
    (void)rpc;
    if (call->phase == WAITING) {
        refuse(call, REEVE_RPC_INVALID_ARGUMENT, "the request message is missing");
    }
}

static void on_closed(void *ctx, struct reeve_rpc_call *rpc, const struct reeve_rpc_end *why)
{
    struct call *call = ctx;
    (void)rpc;
    (void)why;
    cancel_in_core(call);
    forget(call);
}

static const struct reeve_rpc_call_events EVENTS = {.on_open = on_open,
                                                    .on_message = on_message,
                                                    .on_sent = on_sent,
                                                    .on_half_closed = on_half_closed,
                                                    .on_closed = on_closed};

/* ---- coming in ---- */

static struct call *call_new(const struct reeve_service_method *method, struct reeve_caller *caller)
{
    struct reeve_service *s = method->service;
    struct call *call = reeve_alloc(NULL, sizeof(*call));
    if (call == NULL) {
        return NULL;
    }
    call->service = s;
    call->method = method->method;
    call->handle = reeve_service_new_handle(s);
    if (reeve_map_put(s->calls, key_of(&call->handle), call) != REEVE_OK) {
        reeve_free(NULL, call, sizeof(*call));
        return NULL;
    }
    call->caller = *caller;
    caller->identity = NULL;
    return call;
}

static void take_in(const struct reeve_service_method *method, struct reeve_rpc_call *rpc,
                    struct reeve_caller *caller)
{
    struct call *call = call_new(method, caller);
    if (call == NULL) {
        reeve_rpc_call_refuse(rpc, REEVE_RPC_RESOURCE_EXHAUSTED,
                              "too many calls at once; next: try again later");
        return;
    }
    if (reeve_rpc_call_accept(rpc, &EVENTS, call) != REEVE_OK) {
        forget(call);
        reeve_rpc_call_refuse(rpc, REEVE_RPC_INTERNAL, "the call cannot be accepted");
        return;
    }
    call->rpc = rpc;
    reeve_service_leaves(call->service, &call->leaving, cut);
}

void reeve_service_on_call(void *ctx, struct reeve_rpc_call *rpc)
{
    const struct reeve_service_method *method = ctx;
    struct reeve_caller caller;
    int code = 0;
    const char *text = NULL;
    if (method->service->phase != REEVE_SERVICE_SERVING) {
        reeve_rpc_call_refuse(rpc, REEVE_RPC_UNAVAILABLE, "the gateway is stopping");
        return;
    }
    if (reeve_service_admit(method->service, rpc, &caller, &code, &text) == NULL) {
        reeve_rpc_call_refuse(rpc, code, text);
        return;
    }
    take_in(method, rpc, &caller);
    reeve_caller_clear(&caller);
}

/* ---- what the core wants ---- */

void reeve_service_reply(struct reeve_service *s, const struct reeve_gateway_action *action,
                         struct reeve_buffer *message)
{
    struct call *call = find(s, action->call);
    if (call == NULL) {
        return;
    }
    if (action->grpc_code != REEVE_RPC_OK) {
        finish(call, action->grpc_code, action->text, reeve_buffer_view(message));
        return;
    }
    enum reeve_status status = REEVE_OK;
    if (!reeve_control_method_streams(call->method)) {
        status = reeve_rpc_call_send(call->rpc, message);
    }
    if (status != REEVE_OK && status != REEVE_CLOSED) {
        finish(call, reeve_status_grpc_code(status), "the response could not be sent",
               reeve_bytes_of(NULL, 0));
        return;
    }
    finish(call, REEVE_RPC_OK, "", reeve_bytes_of(NULL, 0));
}

void reeve_service_stream(struct reeve_service *s, uint64_t handle, struct reeve_buffer *message)
{
    struct call *call = find(s, handle);
    if (call == NULL) {
        return;
    }
    const enum reeve_status status = reeve_rpc_call_send(call->rpc, message);
    if (status != REEVE_OK && status != REEVE_CLOSED) {
        reeve_rpc_call_cancel(call->rpc); /* on_closed tells the core */
    }
}

void reeve_service_review_calls(struct reeve_service *s,
                                bool (*keep)(const void *ctx, const char *identity),
                                const void *ctx)
{
    size_t cursor = 0;
    struct call *call = NULL;
    while ((call = reeve_map_next(s->calls, &cursor)) != NULL) {
        if (call->phase == RUNNING && !keep(ctx, call->caller.identity)) {
            refuse(call, REEVE_RPC_PERMISSION_DENIED, "the grant of this identity has changed");
        }
    }
}

void reeve_service_end_streams(struct reeve_service *s)
{
    size_t cursor = 0;
    struct call *call = NULL;
    while ((call = reeve_map_next(s->calls, &cursor)) != NULL) {
        const bool streams = reeve_control_method_streams(call->method);
        if (call->phase == WAITING || (call->phase == RUNNING && streams)) {
            refuse(call, REEVE_RPC_UNAVAILABLE, "the gateway is stopping");
        }
    }
}

void reeve_service_drop_calls(struct reeve_service *s)
{
    size_t cursor = 0;
    struct call *call = NULL;
    while ((call = reeve_map_next(s->calls, &cursor)) != NULL) {
        forget(call);
    }
}
