/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a call. */
#include "gateway-stub/core/call.h"

#include "gateway-stub/core/out.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/reply.h"

#define CALL_ARENA_BYTES ((size_t)128 * 1024 * 1024)

static struct reeve_bytes handle_key(const uint64_t *handle)
{
    return reeve_bytes_of(handle, sizeof(*handle));
}

void reeve_call_touch(struct reeve_gateway *g, struct reeve_call *call)
{
    if (!reeve_list_linked(&call->todo)) {
        reeve_list_push_back(&g->todo_calls, &call->todo);
    }
}

struct reeve_call *reeve_call_of(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    struct reeve_call *call = reeve_map_get(g->calls, handle_key(&request->tag));
    return call != NULL && call->serial == request->serial ? call : NULL;
}

static struct reeve_call *call_new(struct reeve_gateway *g, const struct reeve_gateway_event *event)
{
    struct reeve_call *call = reeve_alloc(g->allocator, sizeof(*call));
    if (call == NULL) {
        return NULL;
    }
    call->handle = event->call;
    call->serial = ++g->serial;
    call->key = handle_key(&call->handle);
    call->allocator = g->allocator;
    call->method = event->method;
    call->roles = event->peer->roles;
    reeve_arena_init(&call->arena, g->allocator, CALL_ARENA_BYTES, 0);
    reeve_buffer_init(&call->reply, g->allocator, 1024);
    reeve_list_init(&call->backlog);
    if (reeve_map_put(g->calls, call->key, call) != REEVE_OK) {
        reeve_free(g->allocator, call, sizeof(*call));
        return NULL;
    }
    reeve_list_push_back(&g->calls_list, &call->node);
    return call;
}

static bool refused(struct reeve_gateway *g, struct reeve_call *call,
                    const struct reeve_gateway_event *event)
{
    const struct reeve_refusal starting = {
        .status = REEVE_UNAVAILABLE,
        .code = "NOT_READY",
        .message = "the gateway is starting or stopping",
        .hint = "try again in a moment",
    };
    const struct reeve_refusal busy = {
        .status = REEVE_LIMIT,
        .code = "TOO_MANY_CALLS",
        .message = "too many calls at once",
        .hint = "try again when others have ended",
    };
    if (g->state != REEVE_GATEWAY_STATE_READY) {
        reeve_refuse(g, call, &starting);
        return true;
    }
    if (g->calls_list.count > g->limits.max_calls) {
        reeve_refuse(g, call, &busy);
        return true;
    }
    call->tenant = reeve_tenant_of(g, reeve_bytes_cstr(event->peer->tenant));
    if (call->tenant == NULL ||
        reeve_arena_dup(&call->arena, reeve_bytes_cstr(event->peer->identity), &call->identity) !=
            REEVE_OK) {
        reeve_refuse_memory(g, call);
        return true;
    }
    return false;
}

void reeve_call_opened(struct reeve_gateway *g, const struct reeve_gateway_event *event)
{
    struct reeve_call *call = call_new(g, event);
    if (call == NULL) {
        reeve_out_turn_away(g, event->call, true);
        return;
    }
    if (!refused(g, call, event)) {
        reeve_control_start(g, call, event->bytes);
    }
}

void reeve_call_sent(struct reeve_gateway *g, uint64_t handle)
{
    struct reeve_call *call = reeve_map_get(g->calls, handle_key(&handle));
    if (call == NULL) {
        return;
    }
    call->sending = false;
    reeve_control_stream(g, call);
    reeve_call_touch(g, call);
}

void reeve_call_cancelled(struct reeve_gateway *g, uint64_t handle)
{
    struct reeve_call *call = reeve_map_get(g->calls, handle_key(&handle));
    if (call != NULL) {
        reeve_call_free(g, call);
    }
}

/* A message of a stream that is made and not sent. */
struct backlog {
    struct reeve_list_node node;
    struct reeve_buffer buffer;
};

static bool backlog_action(struct reeve_gateway *g, struct reeve_call *call,
                           struct reeve_gateway_action *action)
{
    struct reeve_list_node *n = reeve_list_pop_front(&call->backlog);
    if (n == NULL) {
        return false;
    }
    struct backlog *message = REEVE_OWNER(n, struct backlog, node);
    reeve_buffer_init(&action->buffer, g->allocator, 0);
    reeve_buffer_take(&action->buffer, &message->buffer);
    reeve_free(g->allocator, message, sizeof(*message));
    action->kind = REEVE_GATEWAY_STREAM_MESSAGE;
    action->call = call->handle;
    call->sending = true;
    return true;
}

enum reeve_status reeve_call_stream(struct reeve_gateway *g, struct reeve_call *call,
                                    const struct reeve_message *type, const void *message)
{
    struct backlog *made = reeve_alloc(g->allocator, sizeof(*made));
    if (made == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_buffer_init(&made->buffer, g->allocator, (size_t)32 * 1024 * 1024);
    enum reeve_status status = reeve_message_encode(type, message, &made->buffer);
    if (status != REEVE_OK) {
        reeve_buffer_clear(&made->buffer);
        reeve_free(g->allocator, made, sizeof(*made));
        return status;
    }
    reeve_list_push_back(&call->backlog, &made->node);
    reeve_call_touch(g, call);
    return REEVE_OK;
}

static void drop_backlog(struct reeve_gateway *g, struct reeve_call *call)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_pop_front(&call->backlog)) != NULL) {
        struct backlog *message = REEVE_OWNER(n, struct backlog, node);
        reeve_buffer_clear(&message->buffer);
        reeve_free(g->allocator, message, sizeof(*message));
    }
}

bool reeve_call_action(struct reeve_gateway *g, struct reeve_call *call,
                       struct reeve_gateway_action *action)
{
    if (call->sending) {
        return false;
    }
    if (backlog_action(g, call, action)) {
        return true;
    }
    if (!call->reply_due) {
        return false;
    }
    action->kind = REEVE_GATEWAY_REPLY;
    action->call = call->handle;
    action->grpc_code = call->grpc_code;
    reeve_buffer_init(&action->buffer, g->allocator, 0);
    reeve_buffer_take(&action->buffer, &call->reply);
    reeve_move(g->text, call->text, sizeof(call->text));
    action->text = g->text;
    reeve_call_free(g, call);
    return true;
}

void reeve_call_free(struct reeve_gateway *g, struct reeve_call *call)
{
    if (reeve_list_linked(&call->todo)) {
        reeve_list_remove(&g->todo_calls, &call->todo);
    }
    if (reeve_list_linked(&call->watch_node)) {
        reeve_list_remove(&g->watches, &call->watch_node);
    }
    drop_backlog(g, call);
    reeve_list_remove(&g->calls_list, &call->node);
    (void)reeve_map_remove(g->calls, call->key);
    reeve_buffer_clear(&call->reply);
    reeve_arena_clear(&call->arena);
    reeve_free(call->allocator, call, sizeof(*call));
}
