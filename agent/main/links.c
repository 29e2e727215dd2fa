/* SPDX-License-Identifier: Apache-2.0 */
/* Connections: one transport for each CONNECT. A link lives from there until the engine was told
 * that it is down. */
#include "agent/base/log.h"
#include "agent/main/worker_state.h"

/* A peer that does not answer an orderly close is left after this. */
#define CLOSE_PATIENCE_MS UINT64_C(5000)

static struct reeve_worker_link *find(struct reeve_worker *w, uint32_t number)
{
    for (struct reeve_list_node *n = reeve_list_front(&w->links); n != NULL;
         n = reeve_list_next(&w->links, n)) {
        struct reeve_worker_link *link = REEVE_OWNER(n, struct reeve_worker_link, node);
        if (link->number == number) {
            return link;
        }
    }
    return NULL;
}

static void free_link(struct reeve_worker_link *link)
{
    if (reeve_list_linked(&link->node)) {
        reeve_list_remove(&link->worker->links, &link->node);
    }
    reeve_transport_free(link->transport);
    reeve_free(NULL, link, sizeof(*link));
}

/* ---- the transport's events ---- */

static struct reeve_engine_event event_of(const struct reeve_worker_link *link,
                                          enum reeve_engine_event_type type)
{
    struct reeve_engine_event event = {.type = type};
    event.u.link.link = link->number;
    return event;
}

static void on_opened(void *ctx)
{
    struct reeve_worker_link *link = ctx;
    const struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_UP);
    link->worker->message_at_ms = reeve_now_read().boot_ms;
    link->worker->link_problem[0] = '\0'; /* it is over; the next one is news again */
    reeve_transport_ready_to_receive(link->transport);
    reeve_worker_handle(link->worker, &event);
}

static void on_message(void *ctx, struct reeve_bytes message)
{
    struct reeve_worker_link *link = ctx;
    struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_MESSAGE);
    event.u.link.message = message;
    link->worker->message_at_ms = reeve_now_read().boot_ms;
    reeve_transport_ready_to_receive(link->transport);
    reeve_worker_handle(link->worker, &event);
}

static void on_sent(void *ctx)
{
    struct reeve_worker_link *link = ctx;
    const struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_SENT);
    reeve_worker_handle(link->worker, &event);
}

/* Said at WARN when it is news, and at DEBUG when it is the same as the last time: a gateway that
 * is away for hours does not fill the log. */
static void log_end(const struct reeve_transport_end *end, bool is_news)
{
    const struct reeve_log_field fields[] = {
        reeve_log_status(end->status),
        reeve_log_i64("code", end->code),
        reeve_log_bytes("why", end->text),
        {.key = NULL},
    };
    reeve_log_write(is_news ? REEVE_LOG_WARN : REEVE_LOG_DEBUG, "connection ended", fields);
}

static void remember_end(struct reeve_worker *w, const struct reeve_transport_end *end)
{
    char problem[sizeof(w->link_problem)] = "";
    const size_t len = end->text.len < 200 ? end->text.len : 200;
    if (end->status != REEVE_OK) {
        reeve_format_cut(problem, sizeof(problem), "%.*s", (int)len, (const char *)end->text.data);
    }
    log_end(end, end->status != REEVE_OK && !reeve_bytes_equal(reeve_bytes_cstr(problem),
                                                               reeve_bytes_cstr(w->link_problem)));
    reeve_move(w->link_problem, problem, sizeof(problem));
}

static void on_closed(void *ctx, const struct reeve_transport_end *end)
{
    struct reeve_worker_link *link = ctx;
    struct reeve_worker *w = link->worker;
    struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_DOWN);
    event.u.link.status = end->status;
    free_link(link);
    if (reeve_list_empty(&w->links)) {
        remember_end(w, end);
        w->message_at_ms = 0;
    } else {
        log_end(end, false); /* another serves, or is on its way: this one's end is no problem */
    }
    reeve_worker_handle(w, &event);
}

static void on_leaving(void *ctx)
{
    struct reeve_worker_link *link = ctx;
    const struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_LEAVING);
    reeve_worker_handle(link->worker, &event);
}

static const struct reeve_transport_events EVENTS = {on_opened, on_message, on_sent, on_closed,
                                                     on_leaving};

/* ---- the engine's actions ---- */

static enum reeve_status open_link(struct reeve_worker *w, uint32_t number)
{
    struct reeve_worker_link *link = reeve_alloc(NULL, sizeof(*link));
    if (link == NULL) {
        return REEVE_NO_MEMORY;
    }
    link->worker = w;
    link->number = number;
    link->give_up_ms = REEVE_NEVER_MS;
    const struct reeve_now now = reeve_now_read();
    (void)reeve_worker_look_at_identity(w, &now); /* this link is the first with what is new */
    enum reeve_status status = w->dialer.dial(w->dialer.ctx, w->setup->config, w->identity,
                                              w->setup->secrets, &link->transport);
    if (status == REEVE_OK) {
        status = reeve_transport_start(link->transport, &EVENTS, link);
    }
    if (status != REEVE_OK) {
        free_link(link);
        return status;
    }
    reeve_list_push_back(&w->links, &link->node);
    return REEVE_OK;
}

void reeve_worker_connect(struct reeve_worker *w, uint32_t number)
{
    const enum reeve_status status = open_link(w, number);
    if (status == REEVE_OK) {
        return;
    }
    REEVE_LOG(ERROR, "cannot dial", reeve_log_status(status),
              reeve_log_text("gateway", w->setup->config->gateway_address));
    w->deferred.link_failed = number;
    w->deferred.link_status = status;
}

void reeve_worker_close(struct reeve_worker *w, uint32_t number, enum reeve_status status)
{
    struct reeve_worker_link *link = find(w, number);
    if (link == NULL) {
        return; /* it ended by itself, and the engine is about to hear so */
    }
    link->give_up_ms = reeve_now_read().boot_ms + CLOSE_PATIENCE_MS;
    reeve_transport_close(link->transport, status, NULL);
}

void reeve_worker_send(struct reeve_worker *w, uint32_t number, struct reeve_buffer *message)
{
    struct reeve_worker_link *link = find(w, number);
    const enum reeve_status status =
        link != NULL ? reeve_transport_send(link->transport, message) : REEVE_CLOSED;
    reeve_buffer_clear(message);
    if (link == NULL || status == REEVE_OK || status == REEVE_CLOSED) {
        return; /* CLOSED: its end is on its way */
    }
    REEVE_LOG(WARN, "cannot send", reeve_log_status(status));
    reeve_worker_close(w, number, status);
}

/* ---- the end ---- */

uint64_t reeve_worker_links_deadline(const struct reeve_worker *w)
{
    uint64_t deadline = REEVE_NEVER_MS;
    for (struct reeve_list_node *n = reeve_list_front(&w->links); n != NULL;
         n = reeve_list_next(&w->links, n)) {
        const struct reeve_worker_link *link = REEVE_OWNER(n, struct reeve_worker_link, node);
        deadline = link->give_up_ms < deadline ? link->give_up_ms : deadline;
    }
    return deadline;
}

static struct reeve_worker_link *overdue(struct reeve_worker *w, uint64_t now_ms)
{
    for (struct reeve_list_node *n = reeve_list_front(&w->links); n != NULL;
         n = reeve_list_next(&w->links, n)) {
        struct reeve_worker_link *link = REEVE_OWNER(n, struct reeve_worker_link, node);
        if (link->give_up_ms <= now_ms) {
            return link;
        }
    }
    return NULL;
}

void reeve_worker_tend_links(struct reeve_worker *w, uint64_t now_ms)
{
    for (;;) {
        struct reeve_worker_link *link = overdue(w, now_ms);
        if (link == NULL) {
            return;
        }
        struct reeve_engine_event event = event_of(link, REEVE_EVENT_LINK_DOWN);
        event.u.link.status = REEVE_TIMEOUT;
        free_link(link);
        w->message_at_ms = reeve_list_empty(&w->links) ? 0 : w->message_at_ms;
        reeve_worker_handle(w, &event);
    }
}

void reeve_worker_free_links(struct reeve_worker *w)
{
    for (struct reeve_list_node *n = reeve_list_front(&w->links); n != NULL;
         n = reeve_list_front(&w->links)) {
        free_link(REEVE_OWNER(n, struct reeve_worker_link, node));
    }
}
