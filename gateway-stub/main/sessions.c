/* SPDX-License-Identifier: Apache-2.0 */
/* Workers' streams: a transport each, and what the core wants of it. */
#include "agent/transport/grpc.h"
#include "gateway-stub/main/service_state.h"

struct session {
    struct reeve_service *service;
    uint64_t handle;
    struct reeve_transport *transport;
    struct reeve_caller caller;
    bool known; /* to the core */
    struct reeve_leaving leaving;
};

static struct reeve_bytes key_of(const uint64_t *handle)
{
    return reeve_bytes_of(handle, sizeof(*handle));
}

static struct session *find(const struct reeve_service *s, uint64_t handle)
{
    return reeve_map_get(s->sessions, key_of(&handle));
}

static void tell(struct session *session, enum reeve_gateway_event_kind kind,
                 struct reeve_bytes bytes)
{
    const struct reeve_gateway_event event = {
        .kind = kind, .session = session->handle, .bytes = bytes};
    (void)reeve_service_handle(session->service, &event); /* opens nothing */
}

static void tell_plain(struct session *session, enum reeve_gateway_event_kind kind)
{
    tell(session, kind, reeve_bytes_of(NULL, 0));
}

/* ---- the end ---- */

static void forget(struct session *session)
{
    struct reeve_service *s = session->service;
    reeve_service_stays(s, &session->leaving);
    (void)reeve_map_remove(s->sessions, key_of(&session->handle));
    reeve_transport_free(session->transport);
    reeve_caller_clear(&session->caller);
    reeve_free(NULL, session, sizeof(*session));
}

static void end(struct session *session)
{
    if (session->known) {
        session->known = false;
        tell_plain(session, REEVE_GATEWAY_SESSION_CLOSED);
    }
    forget(session);
}

static void cut(struct reeve_leaving *leaving)
{
    end(REEVE_OWNER(leaving, struct session, leaving));
}

static void close_session(struct session *session, enum reeve_status status, const char *text)
{
    reeve_transport_close(session->transport, status, text);
    reeve_service_leaves(session->service, &session->leaving, cut);
}

/* ---- what comes ---- */

static void on_opened(void *ctx)
{
    struct session *session = ctx;
    const struct reeve_grant *grant =
        reeve_service_grant(session->service, session->caller.identity);
    if (grant == NULL) {
        close_session(session, REEVE_NOT_ALLOWED, "no grant names this identity any more");
        return;
    }
    const struct reeve_peer peer =
        reeve_grant_peer(grant, session->caller.identity, session->caller.not_after_unix_ms);
    const struct reeve_gateway_event event = {
        .kind = REEVE_GATEWAY_SESSION_OPENED, .session = session->handle, .peer = &peer};
    session->known = true;
    reeve_service_stays(session->service, &session->leaving);
    if (!reeve_service_handle(session->service, &event)) {
        session->known = false;
        close_session(session, REEVE_NO_MEMORY, "the gateway is short of memory");
        return;
    }
    reeve_transport_ready_to_receive(session->transport);
}

static void on_message(void *ctx, struct reeve_bytes message)
{
    struct session *session = ctx;
    tell(session, REEVE_GATEWAY_SESSION_MESSAGE, message);
    reeve_transport_ready_to_receive(session->transport);
}

static void on_sent(void *ctx)
{
    tell_plain(ctx, REEVE_GATEWAY_SESSION_SENT);
}

static void on_closed(void *ctx, const struct reeve_transport_end *why)
{
    (void)why; /* the core has noted what it decided; the rest is the peer's going away */
    end(ctx);
}

static const struct reeve_transport_events EVENTS = {
    .opened = on_opened, .message = on_message, .sent = on_sent, .closed = on_closed};

/* ---- coming in ---- */

static struct session *session_new(struct reeve_service *s, struct reeve_caller *caller)
{
    struct session *session = reeve_alloc(NULL, sizeof(*session));
    if (session == NULL) {
        return NULL;
    }
    session->service = s;
    session->handle = reeve_service_new_handle(s);
    if (reeve_map_put(s->sessions, key_of(&session->handle), session) != REEVE_OK) {
        reeve_free(NULL, session, sizeof(*session));
        return NULL;
    }
    session->caller = *caller;
    caller->identity = NULL;
    return session;
}

static void take_in(struct reeve_service *s, struct reeve_rpc_call *call,
                    struct reeve_caller *caller)
{
    struct session *session = session_new(s, caller);
    if (session == NULL) {
        reeve_rpc_call_refuse(call, REEVE_RPC_RESOURCE_EXHAUSTED,
                              "too many workers at once; next: raise limits.max_workers");
        return;
    }
    if (reeve_transport_grpc_accept(call, NULL, &session->transport) != REEVE_OK) {
        forget(session);
        reeve_rpc_call_refuse(call, REEVE_RPC_RESOURCE_EXHAUSTED, "out of memory");
        return;
    }
    if (reeve_transport_start(session->transport, &EVENTS, session) != REEVE_OK) {
        forget(session);
        return;
    }
    reeve_service_leaves(s, &session->leaving, cut); /* until it is open */
}

void reeve_service_on_connect(void *ctx, struct reeve_rpc_call *call)
{
    struct reeve_service *s = ctx;
    struct reeve_caller caller;
    int code = 0;
    const char *text = NULL;
    if (s->phase != REEVE_SERVICE_SERVING) {
        reeve_rpc_call_refuse(call, REEVE_RPC_UNAVAILABLE, "the gateway is stopping");
        return;
    }
    const struct reeve_grant *grant = reeve_service_admit(s, call, &caller, &code, &text);
    if (grant == NULL) {
        reeve_rpc_call_refuse(call, code, text);
        return;
    }
    if ((grant->roles & REEVE_ROLE_WORKER) == 0) {
        reeve_rpc_call_refuse(call, REEVE_RPC_PERMISSION_DENIED,
                              "this identity's grant does not have the role WORKER");
    } else {
        take_in(s, call, &caller);
    }
    reeve_caller_clear(&caller);
}

/* ---- what the core wants ---- */

void reeve_service_send(struct reeve_service *s, uint64_t handle, struct reeve_buffer *message)
{
    struct session *session = find(s, handle);
    if (session == NULL) {
        return;
    }
    const enum reeve_status status = reeve_transport_send(session->transport, message);
    /* CLOSED: the end is on its way. */
    if (status != REEVE_OK && status != REEVE_CLOSED) {
        close_session(session, status, "a message could not be sent");
    }
}

void reeve_service_close_session(struct reeve_service *s, uint64_t handle, enum reeve_status status,
                                 const char *text)
{
    struct session *session = find(s, handle);
    if (session != NULL) {
        close_session(session, status, text);
    }
}

void reeve_service_review_sessions(struct reeve_service *s,
                                   bool (*keep)(const void *ctx, const char *identity),
                                   const void *ctx)
{
    size_t cursor = 0;
    struct session *session = NULL;
    while ((session = reeve_map_next(s->sessions, &cursor)) != NULL) {
        if (!keep(ctx, session->caller.identity)) {
            close_session(session, REEVE_NOT_ALLOWED, "the grant of this identity has changed");
        }
    }
}

void reeve_service_drop_sessions(struct reeve_service *s)
{
    size_t cursor = 0;
    struct session *session = NULL;
    while ((session = reeve_map_next(s->sessions, &cursor)) != NULL) {
        forget(session);
    }
}
