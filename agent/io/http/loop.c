/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP thread: epoll, libcurl's multi handle, and a queue of requests to start, cancel and
 * resume.
 *
 * A request's flags say which of its tasks are queued. It ends, with on_done, once its transfer is
 * gone and no task of it is left in the queue, so that none outlives it; from then on it takes no
 * more. */
#include <errno.h>

#include "agent/base/time.h"
#include "agent/io/http/transfer.h"
#include "agent/io/loop/poller.h"

#define MAX_CONNECTIONS 1024u
#define EVENTS_AT_ONCE 64
#define WAKE UINT64_MAX /* no descriptor's number */
#define MAX_SPARE 256u
#define REDIRECT_MAX ((size_t)16 * 1024)

enum flag { FLAG_CANCEL = 1, FLAG_RESUME = 2, FLAG_ENDED = 4 };

struct reeve_http_loop {
    struct reeve_poller poller;
    struct reeve_task_node stop_node;
    /* The HTTP thread's own: */
    CURLM *multi;
    struct reeve_list in_flight; /* struct reeve_http_transfer */
    struct reeve_list spare;     /* of them, for the next request to the same peer */
    struct reeve_list delayed;   /* struct reeve_http_request, the soonest first */
    uint64_t timer_at_ms;
    bool unwatched; /* one or more in flight is */
    bool stopping;
};

/* Sets `flag` unless one of `unless` is set already; whether it did. */
static bool set_flag(struct reeve_http_request *request, enum flag flag, int unless)
{
    int flags = __atomic_load_n(&request->flags, __ATOMIC_ACQUIRE);

    do {
        if ((flags & unless) != 0) {
            return false;
        }
    } while (!__atomic_compare_exchange_n(&request->flags, &flags, flags | (int)flag, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return true;
}

uint64_t reeve_http_peer_id(void)
{
    static uint64_t last;

    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

/* ---- the end of a request ---- */

/* Ends the request, if its transfer is gone and none of its tasks is queued: the last of those
 * comes here again. */
static void complete(struct reeve_http_request *request)
{
    const int queued = FLAG_RESUME | (request->cancel_ran ? 0 : (int)FLAG_CANCEL);

    if (set_flag(request, FLAG_ENDED, queued)) {
        request->on_done(request);
    }
}

/* The handle is kept for the peer's next request, unless there are enough. */
static void put_away(struct reeve_http_transfer *transfer)
{
    struct reeve_http_loop *loop = transfer->loop;

    (void)curl_multi_remove_handle(loop->multi, transfer->easy);
    reeve_list_remove(&loop->in_flight, &transfer->node);
    transfer->request->transfer = NULL;
    reeve_http_transfer_release(transfer);
    if (transfer->peer_id == 0 || loop->spare.count == MAX_SPARE) {
        reeve_http_transfer_free(transfer);
        return;
    }
    reeve_list_push_front(&loop->spare, &transfer->node);
}

static void end_transfer(struct reeve_http_transfer *transfer, CURLcode result)
{
    struct reeve_http_request *request = transfer->request;

    reeve_http_transfer_finish(transfer, result);
    put_away(transfer);
    complete(request);
}

static void abort_transfer(struct reeve_http_transfer *transfer)
{
    reeve_http_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK);
    transfer->request->status = REEVE_CANCELLED;
    put_away(transfer);
}

/* Transfers that nobody would wake again. */
static void end_unwatched(struct reeve_http_loop *loop)
{
    struct reeve_list_node *next = NULL;

    if (!loop->unwatched) {
        return;
    }
    loop->unwatched = false;
    for (struct reeve_list_node *n = reeve_list_front(&loop->in_flight); n != NULL; n = next) {
        struct reeve_http_transfer *transfer = REEVE_OWNER(n, struct reeve_http_transfer, node);
        next = reeve_list_next(&loop->in_flight, n);
        if (transfer->unwatched) {
            end_transfer(transfer, CURLE_OUT_OF_MEMORY);
        }
    }
}

static void take_finished(struct reeve_http_loop *loop)
{
    int left = 0;

    for (CURLMsg *message = curl_multi_info_read(loop->multi, &left); message != NULL;
         message = curl_multi_info_read(loop->multi, &left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        void *transfer = NULL;
        CURLcode result = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        end_transfer(transfer, result);
    }
}

/* ---- start, cancel and resume, on the HTTP thread ---- */

/* A handle that was made for the request's peer, the oldest other one, or none. */
static struct reeve_http_transfer *take_spare(struct reeve_http_loop *loop, uint64_t peer_id)
{
    struct reeve_http_transfer *found = NULL;

    for (struct reeve_list_node *n = reeve_list_front(&loop->spare); n != NULL;
         n = reeve_list_next(&loop->spare, n)) {
        found = REEVE_OWNER(n, struct reeve_http_transfer, node);
        if (found->peer_id == peer_id) {
            break;
        }
    }
    if (found != NULL) {
        reeve_list_remove(&loop->spare, &found->node);
    }
    return found;
}

static enum reeve_status begin(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    struct reeve_http_transfer *transfer = take_spare(loop, request->peer->id);

    if (transfer == NULL) {
        REEVE_TRY(reeve_http_transfer_new(loop, &transfer));
    }
    enum reeve_status status = reeve_http_transfer_prepare(transfer, request);
    if (status == REEVE_OK && curl_multi_add_handle(loop->multi, transfer->easy) != CURLM_OK) {
        status = REEVE_NO_MEMORY;
    }
    if (status != REEVE_OK) {
        reeve_http_transfer_release(transfer);
        reeve_http_transfer_free(transfer);
        return status;
    }
    request->transfer = transfer;
    reeve_list_push_back(&loop->in_flight, &transfer->node);
    return REEVE_OK;
}

/* The loop that a task belongs to: tasks are run by its thread only. */
static _Thread_local struct reeve_http_loop *current_loop;

static void begin_or_end(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    enum reeve_status status = loop->stopping ? REEVE_CANCELLED : begin(loop, request);

    if (status != REEVE_OK) {
        request->status = status;
        complete(request);
    }
}

/* Few are delayed at a time. */
static void delay(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    struct reeve_list_node *later = reeve_list_front(&loop->delayed);

    request->start_at_ms = reeve_now_read().boot_ms + request->delay_ms;
    while (later != NULL &&
           REEVE_OWNER(later, struct reeve_http_request, delayed_node)->start_at_ms <=
               request->start_at_ms) {
        later = reeve_list_next(&loop->delayed, later);
    }
    reeve_list_insert_before(&loop->delayed, later, &request->delayed_node);
}

static void run_start(struct reeve_task_node *node)
{
    struct reeve_http_request *request = REEVE_OWNER(node, struct reeve_http_request, start_node);

    if (request->delay_ms > 0 && !current_loop->stopping) {
        delay(current_loop, request);
        return;
    }
    begin_or_end(current_loop, request);
}

static void run_cancel(struct reeve_task_node *node)
{
    struct reeve_http_request *request = REEVE_OWNER(node, struct reeve_http_request, cancel_node);

    if (request->transfer != NULL) {
        abort_transfer(request->transfer);
    } else if (reeve_list_linked(&request->delayed_node)) {
        reeve_list_remove(&current_loop->delayed, &request->delayed_node);
        request->status = REEVE_CANCELLED;
    }
    request->cancel_ran = true;
    complete(request);
}

static void run_resume(struct reeve_task_node *node)
{
    struct reeve_http_request *request = REEVE_OWNER(node, struct reeve_http_request, resume_node);

    (void)__atomic_fetch_and(&request->flags, ~(int)FLAG_RESUME, __ATOMIC_ACQ_REL);
    if (request->transfer == NULL) {
        complete(request);
        return;
    }
    struct reeve_http_transfer *transfer = request->transfer;
    if (transfer->waiting) {
        transfer->waiting = false;
        (void)curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    }
}

static void run_stop(struct reeve_task_node *node)
{
    REEVE_OWNER(node, struct reeve_http_loop, stop_node)->stopping = true;
}

static void drive_delayed(struct reeve_http_loop *loop)
{
    for (struct reeve_list_node *n = reeve_list_front(&loop->delayed); n != NULL;
         n = reeve_list_front(&loop->delayed)) {
        struct reeve_http_request *request =
            REEVE_OWNER(n, struct reeve_http_request, delayed_node);
        if (!loop->stopping && request->start_at_ms > reeve_now_read().boot_ms) {
            return;
        }
        reeve_list_remove(&loop->delayed, n);
        begin_or_end(loop, request);
    }
}

/* ---- from any thread ---- */

void reeve_http_start(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    request->status = REEVE_OK;
    request->may_have_arrived = false;
    request->code = 0;
    request->retry_after_ms = 0;
    request->content_type[0] = '\0';
    request->problem[0] = '\0';
    request->transfer = NULL;
    request->cancel_ran = false;
    request->delayed_node = (struct reeve_list_node){.next = NULL};
    request->start_node.run = run_start;
    request->cancel_node.run = run_cancel;
    request->resume_node.run = run_resume;
    reeve_buffer_init(&request->response, NULL, request->max_response_bytes);
    reeve_buffer_init(&request->redirect, NULL, REDIRECT_MAX);
    __atomic_store_n(&request->flags, 0, __ATOMIC_RELEASE);
    reeve_poller_post(&loop->poller, &request->start_node);
}

void reeve_http_cancel(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    if (set_flag(request, FLAG_CANCEL, FLAG_CANCEL | FLAG_ENDED)) {
        reeve_poller_post(&loop->poller, &request->cancel_node);
    }
}

void reeve_http_resume(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    if (set_flag(request, FLAG_RESUME, FLAG_RESUME | FLAG_CANCEL | FLAG_ENDED)) {
        reeve_poller_post(&loop->poller, &request->resume_node);
    }
}

/* ---- epoll and libcurl ---- */

/* `known`: what libcurl thinks; a descriptor that was closed and opened anew may prove it wrong. */
static bool watch(const struct reeve_http_loop *loop, int fd, uint32_t events, bool known)
{
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)fd};
    const int likely = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    const int other = known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    return epoll_ctl(loop->poller.epoll_fd, likely, fd, &event) == 0 ||
           ((errno == EEXIST || errno == ENOENT) &&
            epoll_ctl(loop->poller.epoll_fd, other, fd, &event) == 0);
}

/* To an error of on_socket libcurl answers by giving up the multi handle, with all that is and ever
 * will be under way. */
static void give_up(struct reeve_http_loop *loop, CURL *easy)
{
    void *ctx = NULL;

    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &ctx);
    struct reeve_http_transfer *transfer = ctx;
    if (transfer != NULL) {
        transfer->unwatched = true;
        loop->unwatched = true;
    }
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
    struct reeve_http_loop *loop = ctx;

    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(loop->poller.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    const uint32_t events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0u) |
                            (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0u);
    if (!watch(loop, fd, events, known != NULL)) {
        give_up(loop, easy);
    }
    (void)curl_multi_assign(loop->multi, fd, loop);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct reeve_http_loop *loop = ctx;

    (void)multi;
    loop->timer_at_ms =
        timeout_ms < 0 ? REEVE_NEVER_MS : reeve_now_read().boot_ms + (uint64_t)timeout_ms;
    return 0;
}

static uint64_t deadline_of(const struct reeve_http_loop *loop)
{
    struct reeve_list_node *first = reeve_list_front(&loop->delayed);
    uint64_t at = loop->timer_at_ms;

    if (first != NULL) {
        const struct reeve_http_request *request =
            REEVE_OWNER(first, struct reeve_http_request, delayed_node);
        at = request->start_at_ms < at ? request->start_at_ms : at;
    }
    return at;
}

static void drive(struct reeve_http_loop *loop, const struct epoll_event *event)
{
    int running = 0;

    if (event->data.u64 == WAKE) {
        return;
    }
    int flags = (event->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                (event->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                (event->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    (void)curl_multi_socket_action(loop->multi, (curl_socket_t)event->data.u64, flags, &running);
}

static void drive_timer(struct reeve_http_loop *loop)
{
    int running = 0;

    if (loop->timer_at_ms != REEVE_NEVER_MS && reeve_now_read().boot_ms >= loop->timer_at_ms) {
        loop->timer_at_ms = REEVE_NEVER_MS;
        (void)curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void cancel_all(struct reeve_http_loop *loop)
{
    drive_delayed(loop);
    for (struct reeve_list_node *n = reeve_list_front(&loop->in_flight); n != NULL;
         n = reeve_list_front(&loop->in_flight)) {
        struct reeve_http_transfer *transfer = REEVE_OWNER(n, struct reeve_http_transfer, node);
        struct reeve_http_request *request = transfer->request;
        abort_transfer(transfer);
        complete(request);
    }
    while (reeve_task_queue_run(&loop->poller.queue) > 0) {
    }
}

static void free_spare(struct reeve_http_loop *loop)
{
    for (struct reeve_list_node *n = reeve_list_pop_front(&loop->spare); n != NULL;
         n = reeve_list_pop_front(&loop->spare)) {
        reeve_http_transfer_free(REEVE_OWNER(n, struct reeve_http_transfer, node));
    }
}

static void *http_thread(void *ctx)
{
    struct reeve_http_loop *loop = ctx;
    struct epoll_event events[EVENTS_AT_ONCE];

    current_loop = loop;
    while (!loop->stopping) {
        const int count =
            reeve_poller_wait(&loop->poller, events, EVENTS_AT_ONCE, deadline_of(loop));
        for (int i = 0; i < count; i++) {
            drive(loop, &events[i]);
        }
        (void)reeve_task_queue_run(&loop->poller.queue);
        drive_delayed(loop);
        drive_timer(loop);
        take_finished(loop);
        end_unwatched(loop);
    }
    cancel_all(loop);
    return NULL;
}

/* ---- life ---- */

static enum reeve_status open_multi(struct reeve_http_loop *loop,
                                    const struct reeve_http_loop_options *options)
{
    long connections = options->max_connections == 0 ? MAX_CONNECTIONS : options->max_connections;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return REEVE_NO_MEMORY;
    }
    loop->multi = curl_multi_init();
    if (loop->multi == NULL) {
        return REEVE_NO_MEMORY;
    }
    (void)curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    (void)curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    (void)curl_multi_setopt(loop->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    /* libcurl counts those in use, too: with a lower number it would close one whenever a request
     * ends while others are under way. */
    (void)curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, connections);
    return REEVE_OK;
}

/* What the thread does not need: also after a start that failed half-way. */
static void release(struct reeve_http_loop *loop)
{
    free_spare(loop);
    (void)curl_multi_cleanup(loop->multi);
    reeve_poller_close(&loop->poller);
    reeve_free(NULL, loop, sizeof(*loop));
}

enum reeve_status reeve_http_loop_new(const struct reeve_http_loop_options *options,
                                      struct reeve_http_loop **out)
{
    struct reeve_http_loop *loop = reeve_alloc(NULL, sizeof(*loop));

    *out = NULL;
    if (loop == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_poller_init(&loop->poller);
    loop->timer_at_ms = REEVE_NEVER_MS;
    reeve_list_init(&loop->in_flight);
    reeve_list_init(&loop->spare);
    reeve_list_init(&loop->delayed);
    enum reeve_status status = reeve_poller_open(&loop->poller, WAKE);
    if (status == REEVE_OK) {
        status = open_multi(loop, options);
    }
    if (status == REEVE_OK) {
        status = reeve_poller_start(&loop->poller, http_thread, loop);
    }
    if (status != REEVE_OK) {
        release(loop);
        return status;
    }
    *out = loop;
    return REEVE_OK;
}

void reeve_http_loop_free(struct reeve_http_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    loop->stop_node.run = run_stop;
    reeve_poller_stop(&loop->poller, &loop->stop_node);
    release(loop);
}
