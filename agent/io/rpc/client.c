/* SPDX-License-Identifier: Apache-2.0 */
/* The client's thread and its requests: see client.h.
 *
 * A request ends when nothing refers to it any more: its call has ended, and whatever was posted
 * for it has run. Only this thread takes holds away, so on_done comes on it. */
#include "agent/io/rpc/client.h"

#include "agent/base/list.h"
#include "agent/base/time.h"
#include "agent/io/loop/thread.h"

#define STACK_BYTES (1024u * 1024u)

struct reeve_rpc_client {
    pthread_t thread;
    struct reeve_rpc_loop *loop;
    struct reeve_task_node stop_node;
    /* The thread's own: */
    struct reeve_list waiting; /* requests that start later, by due_ms */
    bool stopping;
};

/* ---- the end ---- */

static void drop(struct reeve_rpc_request *r)
{
    if (__atomic_sub_fetch(&r->holds, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    reeve_rpc_line_drop(r->line);
    r->line = NULL;
    r->on_done(r);
}

/* Before posting; false: the request is over. */
static bool hold(struct reeve_rpc_request *r)
{
    int holds = __atomic_load_n(&r->holds, __ATOMIC_ACQUIRE);

    while (holds > 0) {
        if (__atomic_compare_exchange_n(&r->holds, &holds, holds + 1, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
            return true;
        }
    }
    return false;
}

static void keep_text(struct reeve_rpc_request *r, struct reeve_bytes text)
{
    reeve_buffer_reset(&r->text);
    /* Without memory for it, less is told. */
    (void)!reeve_buffer_append(&r->text, reeve_bytes_slice(text, 0, REEVE_RPC_TEXT_MAX));
}

static void fail(struct reeve_rpc_request *r, int code, const char *text)
{
    r->code = code;
    keep_text(r, reeve_bytes_cstr(text));
}

static void on_closed(void *ctx, struct reeve_rpc_call *call, const struct reeve_rpc_end *end)
{
    struct reeve_rpc_request *r = ctx;

    if (!r->no_memory) {
        r->code = end->code;
        r->refusal = end->refusal;
        keep_text(r, end->text);
    }
    r->call = NULL;
    reeve_rpc_call_release(call);
    drop(r);
}

/* ---- on the way ---- */

/* Asking is refused only when the end is on its way. */
static void ask(struct reeve_rpc_request *r)
{
    (void)!reeve_rpc_call_receive(r->call);
}

static void on_open(void *ctx, struct reeve_rpc_call *call)
{
    struct reeve_rpc_request *r = ctx;

    r->may_have_arrived = true;
    if (reeve_rpc_call_send_last(call, &r->message) != REEVE_OK) {
        r->may_have_arrived = false;
        r->no_memory = true;
        fail(r, REEVE_RPC_RESOURCE_EXHAUSTED, "out of memory");
        reeve_rpc_call_cancel(call);
        return;
    }
    ask(r);
}

static void on_message(void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message)
{
    struct reeve_rpc_request *r = ctx;

    (void)call;
    r->messages++;
    if (r->on_message(r, message)) {
        ask(r);
    }
}

static const struct reeve_rpc_call_events EVENTS = {
    .on_open = on_open, .on_message = on_message, .on_closed = on_closed};

static void begin(struct reeve_rpc_request *r)
{
    const struct reeve_rpc_call_options options = {
        .timeout_ms = r->timeout_ms, .metadata = r->metadata, .metadata_count = r->metadata_count};

    if (r->client->stopping || __atomic_load_n(&r->cancelled, __ATOMIC_ACQUIRE) != 0) {
        fail(r, REEVE_RPC_CANCELLED, "cancelled");
        drop(r);
        return;
    }
    enum reeve_status status = reeve_rpc_call_start_with(reeve_rpc_line_channel(r->line), r->method,
                                                         &options, &EVENTS, r, &r->call);
    if (status != REEVE_OK) {
        r->no_memory = status == REEVE_NO_MEMORY;
        fail(r, status == REEVE_CLOSED ? REEVE_RPC_CANCELLED : REEVE_RPC_INTERNAL,
             reeve_status_text(status));
        drop(r);
    }
}

/* ---- waiting ---- */

static struct reeve_rpc_request *waiting_of(struct reeve_list_node *node)
{
    return REEVE_OWNER(node, struct reeve_rpc_request, waiting);
}

/* Delays differ little, so the place is near the end. */
static void wait(struct reeve_rpc_client *client, struct reeve_rpc_request *r)
{
    struct reeve_list_node *before = reeve_list_back(&client->waiting);
    struct reeve_list_node *behind = NULL;

    r->due_ms = reeve_now_read().boot_ms + r->delay_ms;
    while (before != NULL && waiting_of(before)->due_ms > r->due_ms) {
        behind = before;
        before = reeve_list_previous(&client->waiting, before);
    }
    reeve_list_insert_before(&client->waiting, behind, &r->waiting);
}

/* Begins what is due, and all when the thread stops. When the next one is. */
static uint64_t serve_waiting(struct reeve_rpc_client *client)
{
    const uint64_t now = reeve_now_read().boot_ms;

    for (;;) {
        struct reeve_list_node *first = reeve_list_front(&client->waiting);
        if (first == NULL) {
            return REEVE_NEVER_MS;
        }
        if (!client->stopping && waiting_of(first)->due_ms > now) {
            return waiting_of(first)->due_ms;
        }
        reeve_list_remove(&client->waiting, first);
        begin(waiting_of(first));
    }
}

static void run_start(struct reeve_task_node *node)
{
    struct reeve_rpc_request *r = REEVE_OWNER(node, struct reeve_rpc_request, start_node);

    if (r->delay_ms == 0 || r->client->stopping) {
        begin(r);
        return;
    }
    wait(r->client, r);
}

static void run_cancel(struct reeve_task_node *node)
{
    struct reeve_rpc_request *r = REEVE_OWNER(node, struct reeve_rpc_request, cancel_node);

    if (reeve_list_linked(&r->waiting)) {
        reeve_list_remove(&r->client->waiting, &r->waiting);
        begin(r); /* sees that it is cancelled */
    }
    if (r->call != NULL) {
        reeve_rpc_call_cancel(r->call);
    }
    drop(r);
}

static void run_resume(struct reeve_task_node *node)
{
    struct reeve_rpc_request *r = REEVE_OWNER(node, struct reeve_rpc_request, resume_node);

    if (r->call != NULL) {
        ask(r);
    }
    drop(r);
}

void reeve_rpc_request_start(struct reeve_rpc_client *client, struct reeve_rpc_request *request)
{
    request->code = REEVE_RPC_UNKNOWN;
    request->refusal = REEVE_RPC_REFUSED_NOTHING;
    request->may_have_arrived = false;
    request->no_memory = false;
    request->messages = 0;
    reeve_buffer_init(&request->text, NULL, REEVE_RPC_TEXT_MAX);
    request->client = client;
    request->call = NULL;
    request->waiting = (struct reeve_list_node){NULL, NULL};
    request->start_node.run = run_start;
    request->cancel_node.run = run_cancel;
    request->resume_node.run = run_resume;
    __atomic_store_n(&request->cancelled, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&request->holds, 1, __ATOMIC_RELEASE);
    reeve_rpc_loop_post(client->loop, &request->start_node);
}

void reeve_rpc_request_resume(struct reeve_rpc_request *request)
{
    if (hold(request)) {
        reeve_rpc_loop_post(request->client->loop, &request->resume_node);
    }
}

void reeve_rpc_request_cancel(struct reeve_rpc_request *request)
{
    if (__atomic_exchange_n(&request->cancelled, 1, __ATOMIC_ACQ_REL) == 0 && hold(request)) {
        reeve_rpc_loop_post(request->client->loop, &request->cancel_node);
    }
}

/* ---- the thread ---- */

static void run_stop(struct reeve_task_node *node)
{
    REEVE_OWNER(node, struct reeve_rpc_client, stop_node)->stopping = true;
}

static void *run_client(void *ctx)
{
    struct reeve_rpc_client *client = ctx;
    enum reeve_status status = REEVE_OK;

    while (!client->stopping && (status == REEVE_OK || status == REEVE_TIMEOUT)) {
        status = reeve_rpc_loop_poll(client->loop, serve_waiting(client));
    }
    client->stopping = true;
    (void)serve_waiting(client);
    reeve_rpc_loop_free(client->loop);
    return NULL;
}

enum reeve_status reeve_rpc_client_new(struct reeve_rpc_client **out)
{
    struct reeve_rpc_client *client = reeve_alloc(NULL, sizeof(*client));

    *out = NULL;
    if (client == NULL) {
        return REEVE_NO_MEMORY;
    }
    client->stop_node.run = run_stop;
    reeve_list_init(&client->waiting);
    enum reeve_status status = reeve_rpc_loop_new(NULL, &client->loop);
    if (status != REEVE_OK) {
        reeve_free(NULL, client, sizeof(*client));
        return status;
    }
    status = reeve_thread_start(&client->thread, STACK_BYTES, run_client, client);
    if (status != REEVE_OK) {
        reeve_rpc_loop_free(client->loop);
        reeve_free(NULL, client, sizeof(*client));
        return status;
    }
    *out = client;
    return REEVE_OK;
}

void reeve_rpc_client_free(struct reeve_rpc_client *client)
{
    if (client == NULL) {
        return;
    }
    reeve_rpc_loop_post(client->loop, &client->stop_node);
    (void)pthread_join(client->thread, NULL);
    reeve_free(NULL, client, sizeof(*client));
}

struct reeve_rpc_loop *reeve_rpc_client_loop(struct reeve_rpc_client *client)
{
    return client->loop;
}
