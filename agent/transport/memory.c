/* SPDX-License-Identifier: Apache-2.0 */
/* Two ends and what is due at each. Every event is a flag or a message that waits for a step, so
 * that nothing is ever delivered from within a function.
 *
 * An end holds at most one message on its way to the other one. A cut drops it. */
#include "agent/transport/memory.h"

#include "agent/base/list.h"

#define IDENTITY_MAX 255u
#define MESSAGE_MAX ((size_t)64 << 20)

struct end {
    struct reeve_transport base;
    struct reeve_memory_link *link;
    const struct reeve_transport_events *events;
    void *ctx;
    bool started;
    bool freed;
    bool open_due;
    bool opened;
    bool wanted;
    bool sending; /* `outgoing` is on its way */
    bool sent_due;
    bool closing;
    bool closed_due;
    bool closed;
    enum reeve_status status; /* of the end that is due */
    char text[256];
    char identity[IDENTITY_MAX + 1]; /* of this end, as the other one sees it */
    struct reeve_buffer outgoing;
    size_t cut_after; /* messages; 0: never */
};

struct reeve_memory_link {
    const struct reeve_allocator *allocator;
    struct end ends[2];
    bool freed; /* by its owner; the memory goes with the last end */
    unsigned turn;
};

static struct end *end_of(struct reeve_transport *base)
{
    return REEVE_OWNER(base, struct end, base);
}

static struct end *other(const struct end *e)
{
    return e == &e->link->ends[0] ? &e->link->ends[1] : &e->link->ends[0];
}

/* ---- the life of the link ----------------------------------------------------------------------
 */

static void free_if_unused(struct reeve_memory_link *link)
{
    if (!link->freed || !link->ends[0].freed || !link->ends[1].freed) {
        return;
    }
    reeve_buffer_clear(&link->ends[0].outgoing);
    reeve_buffer_clear(&link->ends[1].outgoing);
    reeve_free(link->allocator, link, sizeof *link);
}

static void keep_text(struct end *e, const char *text)
{
    if (text == e->text) {
        return;
    }
    reeve_format_cut(e->text, sizeof e->text, "%s", text != NULL ? text : "");
}

/* Makes `closed` due, once. */
static void make_closed(struct end *e, enum reeve_status status, const char *text)
{
    if (!e->started || e->closed || e->closed_due) {
        return;
    }
    e->closed_due = true;
    e->status = status;
    keep_text(e, text);
}

static void drop(struct end *e)
{
    e->sending = false;
    e->sent_due = false;
    reeve_buffer_clear(&e->outgoing);
}

void reeve_memory_link_cut(struct reeve_memory_link *link)
{
    for (size_t i = 0; i < 2; i++) {
        drop(&link->ends[i]);
        make_closed(&link->ends[i], REEVE_UNAVAILABLE, "the link was cut");
    }
}

void reeve_memory_link_cut_after(struct reeve_memory_link *link, enum reeve_memory_side side,
                                 size_t messages)
{
    link->ends[side].cut_after = messages;
}

/* ---- one end -----------------------------------------------------------------------------------
 */

static enum reeve_status start(struct reeve_transport *base,
                               const struct reeve_transport_events *events, void *ctx)
{
    struct end *e = end_of(base);
    if (e->started) {
        return REEVE_STATE;
    }
    e->events = events;
    e->ctx = ctx;
    e->started = true;
    if (other(e)->freed) {
        make_closed(e, REEVE_UNAVAILABLE, "the other end is gone");
        return REEVE_OK;
    }
    if (other(e)->started) {
        e->open_due = true;
        other(e)->open_due = true;
    }
    return REEVE_OK;
}

static enum reeve_status send_message(struct reeve_transport *base, struct reeve_buffer *message)
{
    struct end *e = end_of(base);
    if (e->closing || e->closed || e->closed_due) {
        return REEVE_CLOSED;
    }
    if (!e->opened || e->sending || e->sent_due) {
        return REEVE_STATE;
    }
    reeve_buffer_take(&e->outgoing, message);
    e->sending = true;
    if (e->cut_after > 0 && --e->cut_after == 0) {
        reeve_memory_link_cut(e->link);
    }
    return REEVE_OK;
}

static void ready_to_receive(struct reeve_transport *base)
{
    end_of(base)->wanted = true;
}

static void close_end(struct reeve_transport *base, enum reeve_status status, const char *text)
{
    struct end *e = end_of(base);
    if (!e->started || e->closing || e->closed || e->closed_due) {
        return;
    }
    e->closing = true;
    e->status = status;
    keep_text(e, text);
}

static void peer(const struct reeve_transport *base, struct reeve_transport_peer *out)
{
    const struct end *e = (const struct end *)base; /* its first member */
    *out = (struct reeve_transport_peer){reeve_bytes_cstr(other(e)->identity),
                                         reeve_bytes_of(NULL, 0), reeve_bytes_cstr("memory")};
}

static void free_end(struct reeve_transport *base)
{
    struct end *e = end_of(base);
    drop(e);
    e->freed = true;
    make_closed(other(e), REEVE_UNAVAILABLE, "the other end went away");
    free_if_unused(e->link);
}

static const struct reeve_transport_ops memory_ops = {
    start, send_message, ready_to_receive, close_end, peer, free_end,
};

/* ---- steps -------------------------------------------------------------------------------------
 */

static bool deliver_open(struct end *e)
{
    if (!e->open_due) {
        return false;
    }
    e->open_due = false;
    e->opened = true;
    if (!e->closing) {
        e->events->opened(e->ctx);
    }
    return true;
}

/* The message of the other end; dropped when this one is closing. */
static bool deliver_message(struct end *e)
{
    struct end *from = other(e);
    struct reeve_buffer message;
    if (!from->sending || !e->opened || !(e->wanted || e->closing)) {
        return false;
    }
    reeve_buffer_init(&message, from->outgoing.allocator, MESSAGE_MAX);
    reeve_buffer_take(&message, &from->outgoing);
    from->sending = false;
    from->sent_due = true;
    if (!e->closing) {
        e->wanted = false;
        e->events->message(e->ctx, reeve_buffer_view(&message));
    }
    reeve_buffer_clear(&message);
    return true;
}

static bool deliver_sent(struct end *e)
{
    if (!e->sent_due) {
        return false;
    }
    e->sent_due = false;
    if (!e->closing) {
        e->events->sent(e->ctx);
    }
    return true;
}

/* An orderly close waits for the message in flight, and reaches both ends. */
static bool deliver_closing(struct end *e)
{
    if (!e->closing || e->closed || e->closed_due || e->sending) {
        return false;
    }
    make_closed(e, e->status, e->text);
    if (other(e)->closing) {
        return true;
    }
    const bool worker = e == &e->link->ends[REEVE_MEMORY_WORKER];
    if (worker && e->status != REEVE_OK) {
        make_closed(other(e), REEVE_UNAVAILABLE, "the worker went away");
        return true;
    }
    make_closed(other(e), e->status, e->text);
    return true;
}

static bool deliver_closed(struct end *e)
{
    if (!e->closed_due || e->closed) {
        return false;
    }
    e->closed = true;
    e->closed_due = false;
    drop(e);
    const struct reeve_transport_end end = {e->status, reeve_status_grpc_code(e->status),
                                            reeve_bytes_cstr(e->text)};
    e->events->closed(e->ctx, &end);
    return true;
}

static bool step_end(struct end *e)
{
    if (!e->started || e->freed || e->closed) {
        return false;
    }
    if (e->closed_due) {
        return deliver_closed(e);
    }
    return deliver_open(e) || deliver_message(e) || deliver_sent(e) || deliver_closing(e);
}

bool reeve_memory_link_step(struct reeve_memory_link *link)
{
    for (unsigned i = 0; i < 2; i++) {
        link->turn ^= 1u;
        if (step_end(&link->ends[link->turn])) {
            return true;
        }
    }
    return false;
}

size_t reeve_memory_link_run(struct reeve_memory_link *link)
{
    size_t count = 0;
    while (reeve_memory_link_step(link)) {
        count++;
    }
    return count;
}

/* ---- making ------------------------------------------------------------------------------------
 */

enum reeve_status reeve_memory_link_new(const struct reeve_allocator *a,
                                        struct reeve_memory_link **out)
{
    struct reeve_memory_link *link = reeve_alloc(a, sizeof *link);
    if (link == NULL) {
        return REEVE_NO_MEMORY;
    }
    link->allocator = a;
    for (size_t i = 0; i < 2; i++) {
        link->ends[i].base.ops = &memory_ops;
        link->ends[i].link = link;
        reeve_buffer_init(&link->ends[i].outgoing, a, MESSAGE_MAX);
    }
    *out = link;
    return REEVE_OK;
}

void reeve_memory_link_free(struct reeve_memory_link *link)
{
    if (link == NULL) {
        return;
    }
    link->freed = true;
    /* An end that nobody took or started has nobody to free it. */
    for (size_t i = 0; i < 2; i++) {
        if (!link->ends[i].started) {
            link->ends[i].freed = true;
        }
    }
    free_if_unused(link);
}

struct reeve_transport *reeve_memory_link_end(struct reeve_memory_link *link,
                                              enum reeve_memory_side side)
{
    return &link->ends[side].base;
}

enum reeve_status reeve_memory_link_set_identity(struct reeve_memory_link *link,
                                                 enum reeve_memory_side side, const char *identity)
{
    struct end *e = &link->ends[side];
    const struct reeve_bytes text = reeve_bytes_cstr(identity);
    if (text.len > IDENTITY_MAX) {
        return REEVE_TOO_LARGE;
    }
    reeve_zero(e->identity, sizeof e->identity);
    return reeve_copy(e->identity, IDENTITY_MAX, text);
}
