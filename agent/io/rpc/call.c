/* SPDX-License-Identifier: Apache-2.0 */
/* What both sides of a call share: messages in both directions, and the one end. */
#include "agent/io/rpc/call_internal.h"

#include <grpc/slice.h>
#include <grpc/support/alloc.h>

#include "agent/base/time.h"
#include "agent/io/rpc/message.h"

/* ---- references and the end --------------------------------------------------------------------
 */

static void drop_grpc_call(struct reeve_rpc_call *c)
{
    if (c->call != NULL) {
        /* At the end already, not at the release: a server stops when gRPC's calls are gone. */
        REEVE_RPC_ENTER();
        grpc_call_unref(c->call);
        REEVE_RPC_LEAVE();
        c->call = NULL;
    }
}

void reeve_rpc_call_unreference(struct reeve_rpc_call *c)
{
    if (--c->references > 0) {
        return;
    }
    drop_grpc_call(c);
    grpc_metadata_array_destroy(&c->initial);
    grpc_metadata_array_destroy(&c->trailing);
    grpc_slice_unref(c->error_metadata.value);
    grpc_slice_unref(c->details);
    grpc_auth_context_release(c->auth);
    gpr_free(c->address);
    reeve_rpc_call_drop_headers(c);
    reeve_free(c->allocator, c, sizeof *c);
}

static struct reeve_bytes error_of(const struct reeve_rpc_call *c)
{
    for (size_t i = 0; i < c->trailing.count; i++) {
        const grpc_metadata *m = &c->trailing.metadata[i];
        if (reeve_bytes_equal_cstr(reeve_rpc_slice_view(&m->key), "reeve-error-bin")) {
            return reeve_rpc_slice_view(&m->value);
        }
    }
    return reeve_bytes_of(NULL, 0);
}

/* What gRPC 1.51 says when it refuses an answer on this side; nothing else tells such a status from
 * one that the peer sent. Tests hold these words. */
static enum reeve_rpc_refusal refusal_of(const struct reeve_rpc_call *c, int code,
                                         struct reeve_bytes text)
{
    char limit[64];
    if (reeve_format(limit, sizeof limit, " vs. %zu)", c->max_message_bytes) != REEVE_OK) {
        return REEVE_RPC_REFUSED_NOTHING;
    }
    /* A peer that finds our message too large says the same with a limit of its own. */
    if (code == REEVE_RPC_RESOURCE_EXHAUSTED &&
        reeve_bytes_starts_with(text, reeve_bytes_cstr("Received message larger than max (")) &&
        reeve_bytes_contains_cstr(text, limit)) {
        return REEVE_RPC_REFUSED_TOO_LARGE;
    }
    if ((code == REEVE_RPC_UNIMPLEMENTED || code == REEVE_RPC_INTERNAL) &&
        reeve_bytes_contains_cstr(text, "ompression algorithm")) {
        return REEVE_RPC_REFUSED_COMPRESSED;
    }
    return REEVE_RPC_REFUSED_NOTHING;
}

static struct reeve_rpc_end end_of(const struct reeve_rpc_call *c)
{
    struct reeve_rpc_end end = {
        .code = (int)c->code, .text = reeve_rpc_slice_view(&c->details), .error = error_of(c)};
    if (c->server != NULL && (c->cancelled || !c->finish_told)) {
        end.code = REEVE_RPC_CANCELLED;
        end.text = reeve_bytes_cstr("the client went away or the call was cancelled");
    }
    end.refusal = refusal_of(c, end.code, end.text);
    if (c->unreadable) { /* whatever the status says: a message is missing */
        end.code = REEVE_RPC_INTERNAL;
        end.text = reeve_bytes_cstr("a message is compressed, which was not offered");
        end.refusal = REEVE_RPC_REFUSED_COMPRESSED;
    }
    end.status = reeve_rpc_status_of(end.code);
    return end;
}

static void end_call(struct reeve_rpc_call *c)
{
    c->ended = true;
    reeve_list_remove(&c->loop->calls, &c->node);
    if (c->events != NULL) {
        const struct reeve_rpc_end end = end_of(c); /* trailing metadata is gRPC's call's */
        c->events->on_closed(c->ctx, c, &end);
    }
    drop_grpc_call(c);
    if (c->server != NULL) {
        reeve_rpc_server_call_ended(c->server);
    }
}

void reeve_rpc_call_done(struct reeve_rpc_call *c)
{
    c->operations--;
}

void reeve_rpc_call_settle(struct reeve_rpc_call *c)
{
    if (c->closed_done && c->operations == 0 && !c->ended) {
        end_call(c);
    }
    reeve_rpc_call_unreference(c);
}

enum reeve_status reeve_rpc_call_batch(struct reeve_rpc_call *c, const grpc_op *ops, size_t count,
                                       struct reeve_rpc_tag *tag)
{
    c->references++;
    c->operations++;
    const enum reeve_status status = reeve_rpc_loop_start(c->loop, c->call, ops, count, tag);
    if (status != REEVE_OK) {
        c->references--;
        c->operations--;
    }
    return status;
}

/* ---- receiving ---------------------------------------------------------------------------------
 */

static void deliver(struct reeve_rpc_call *c, grpc_byte_buffer *incoming)
{
    struct reeve_rpc_message message;
    if (reeve_rpc_message_read(incoming, &message) != REEVE_OK) {
        c->unreadable = true;
        reeve_rpc_call_cancel(c);
        return;
    }
    if (c->events != NULL && c->events->on_message != NULL) {
        c->events->on_message(c->ctx, c, message.bytes);
    }
    reeve_rpc_message_clear(&message);
}

static void on_received(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, received);
    /* Ours before the callback, which may ask for the next one. */
    grpc_byte_buffer *incoming = c->incoming;
    reeve_rpc_call_done(c);
    c->receiving = false;
    c->incoming = NULL;
    if (incoming != NULL) {
        deliver(c, incoming);
        grpc_byte_buffer_destroy(incoming);
    } else {
        c->read_closed = true;
        if (ok && c->server != NULL && !c->closed_done && c->events != NULL &&
            c->events->on_half_closed != NULL) {
            c->events->on_half_closed(c->ctx, c);
        }
    }
    reeve_rpc_call_settle(c);
}

enum reeve_status reeve_rpc_call_receive(struct reeve_rpc_call *c)
{
    if (c->closed_done || c->read_closed) {
        return REEVE_CLOSED;
    }
    if (c->receiving) {
        return REEVE_STATE;
    }
    const grpc_op op = {.op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &c->incoming};
    REEVE_TRY(reeve_rpc_call_batch(c, &op, 1, &c->received));
    c->receiving = true;
    return REEVE_OK;
}

/* ---- sending -----------------------------------------------------------------------------------
 */

/* What waited for the message in flight. */
static void send_what_waited(struct reeve_rpc_call *c)
{
    if (c->closed_done || !c->write_closed) {
        return;
    }
    if (c->server != NULL) {
        reeve_rpc_call_send_status(c);
        return;
    }
    reeve_rpc_call_send_half_close(c);
}

static void on_sent(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_call *c = REEVE_OWNER(tag, struct reeve_rpc_call, sent);
    const bool message = c->outgoing != NULL;
    reeve_rpc_call_done(c);
    c->sending = false;
    if (message) {
        grpc_byte_buffer_destroy(c->outgoing);
        c->outgoing = NULL;
    }
    /* Not ok: `closed` is on its way and says why. */
    if (ok) {
        send_what_waited(c);
    }
    if (ok && message && !c->closed_done && c->events != NULL && c->events->on_sent != NULL) {
        c->events->on_sent(c->ctx, c);
    }
    reeve_rpc_call_settle(c);
}

static enum reeve_status send(struct reeve_rpc_call *c, struct reeve_buffer *message, bool last)
{
    if (c->closed_done) {
        return REEVE_CLOSED;
    }
    if (c->sending || c->write_closed) {
        return REEVE_STATE;
    }
    REEVE_TRY(reeve_rpc_message_give(message, &c->outgoing));
    const grpc_op ops[2] = {
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = c->outgoing},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}};
    const enum reeve_status status = reeve_rpc_call_batch(c, ops, last ? 2 : 1, &c->sent);
    if (status != REEVE_OK) {
        grpc_byte_buffer_destroy(c->outgoing);
        c->outgoing = NULL;
        return status;
    }
    c->sending = true;
    if (last) {
        c->write_closed = true;
        c->half_close_sent = true;
    }
    return REEVE_OK;
}

enum reeve_status reeve_rpc_call_send(struct reeve_rpc_call *c, struct reeve_buffer *message)
{
    return send(c, message, false);
}

enum reeve_status reeve_rpc_call_send_last(struct reeve_rpc_call *c, struct reeve_buffer *message)
{
    return c->server != NULL ? REEVE_STATE : send(c, message, true);
}

/* ---- ending ------------------------------------------------------------------------------------
 */

void reeve_rpc_call_cancel(struct reeve_rpc_call *c)
{
    if (c->closed_done || c->call == NULL) {
        return;
    }
    REEVE_RPC_ENTER();
    (void)grpc_call_cancel_with_status(c->call, GRPC_STATUS_CANCELLED, "cancelled", NULL);
    REEVE_RPC_LEAVE();
}

void reeve_rpc_call_release(struct reeve_rpc_call *c)
{
    if (c == NULL) {
        return;
    }
    c->events = NULL;
    c->write_closed = true; /* on_call's caller must not refuse it any more */
    if (!c->ended) {
        reeve_rpc_call_cancel(c);
    }
    reeve_rpc_call_unreference(c);
}

/* ---- the peer ----------------------------------------------------------------------------------
 */

void reeve_rpc_call_learn_peer(struct reeve_rpc_call *c)
{
    if (c->auth == NULL && c->call != NULL) {
        c->auth = grpc_call_auth_context(c->call);
        c->address = grpc_call_get_peer(c->call);
    }
}

static struct reeve_bytes property_of(const struct reeve_rpc_call *c, const char *name)
{
    if (c->auth == NULL) {
        return reeve_bytes_of(NULL, 0);
    }
    grpc_auth_property_iterator it = grpc_auth_context_find_properties_by_name(c->auth, name);
    const grpc_auth_property *property = grpc_auth_property_iterator_next(&it);
    if (property == NULL) {
        return reeve_bytes_of(NULL, 0);
    }
    return reeve_bytes_of(property->value, property->value_length);
}

void reeve_rpc_call_peer(const struct reeve_rpc_call *c, struct reeve_rpc_peer *out)
{
    out->spiffe_id = property_of(c, GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
    out->certificate_pem = property_of(c, GRPC_X509_PEM_CERT_PROPERTY_NAME);
    out->address = reeve_bytes_cstr(c->address);
}

/* ---- making ------------------------------------------------------------------------------------
 */

struct reeve_rpc_call *reeve_rpc_call_make(struct reeve_rpc_loop *loop, grpc_call *call)
{
    struct reeve_rpc_call *c = reeve_alloc(loop->allocator, sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    c->loop = loop;
    c->allocator = loop->allocator;
    c->call = call;
    c->references = 1;
    c->received = (struct reeve_rpc_tag){on_received, "received"};
    c->sent = (struct reeve_rpc_tag){on_sent, "sent"};
    c->details = grpc_empty_slice();
    c->error_metadata.key = grpc_empty_slice();
    c->error_metadata.value = grpc_empty_slice();
    c->deadline_boot_ms = REEVE_NEVER_MS;
    grpc_metadata_array_init(&c->initial);
    grpc_metadata_array_init(&c->trailing);
    reeve_list_push_back(&loop->calls, &c->node);
    return c;
}
