/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP thread: epoll, libcurl's multi handle, and a queue of requests to start and cancel.
 *
 * A request's phase decides who calls on_done when a cancel and the end meet: whoever moves it from
 * ACTIVE. A cancel that came first owns the end, even if the transfer finishes before its task is
 * run: the request stays alive until then. */
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/time.h"
#include "agent/io/http/transfer.h"
#include "agent/io/loop/task_queue.h"

#define MAX_CONNECTIONS 1024u
#define MAX_IDLE 64u
#define EVENTS_AT_ONCE 64
#define STACK_BYTES (512u * 1024u)

enum phase { PHASE_ACTIVE, PHASE_CANCELLING, PHASE_DONE };

struct reeve_http_loop {
    pthread_t thread;
    struct reeve_task_queue queue; /* any thread */
    struct reeve_task_node stop_node;
    int epoll_fd;
    int wake_fd;
    /* The HTTP thread's own: */
    CURLM *multi;
    struct reeve_list in_flight; /* struct reeve_http_transfer */
    uint64_t timer_at_ms;
    bool stopping;
};

/* Moves a request from one phase to another; false: it was not in `from`. */
static bool move_phase(struct reeve_http_request *request, enum phase from, enum phase to)
{
    int expected = (int)from;

    return __atomic_compare_exchange_n(&request->phase, &expected, (int)to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

static void set_phase(struct reeve_http_request *request, enum phase phase)
{
    __atomic_store_n(&request->phase, (int)phase, __ATOMIC_RELEASE);
}

static void wake(struct reeve_http_loop *loop)
{
    uint64_t one = 1;

    /* Fails only when the counter is full: then the thread is about to wake anyway. */
    (void)!write(loop->wake_fd, &one, sizeof(one));
}

static void post(struct reeve_http_loop *loop, struct reeve_task_node *node)
{
    if (reeve_task_queue_push(&loop->queue, node)) {
        wake(loop);
    }
}

/* ---- the end of a request ---- */

static void complete(struct reeve_http_request *request)
{
    if (move_phase(request, PHASE_ACTIVE, PHASE_DONE)) {
        request->on_done(request);
    }
    /* Else a cancel is queued: it finds the result and calls on_done. */
}

static void detach(struct reeve_http_transfer *transfer)
{
    struct reeve_http_loop *loop = transfer->loop;

    (void)curl_multi_remove_handle(loop->multi, transfer->easy);
    reeve_list_remove(&loop->in_flight, &transfer->node);
    transfer->request->transfer = NULL;
}

static void end_transfer(struct reeve_http_transfer *transfer, CURLcode result)
{
    struct reeve_http_request *request = transfer->request;

    reeve_http_transfer_finish(transfer, result);
    detach(transfer);
    reeve_http_transfer_free(transfer);
    complete(request);
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

/* ---- start and cancel, on the HTTP thread ---- */

static enum reeve_status begin(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    struct reeve_http_transfer *transfer = NULL;

    REEVE_TRY(reeve_http_transfer_new(loop, request, &transfer));
    if (curl_multi_add_handle(loop->multi, transfer->easy) != CURLM_OK) {
        reeve_http_transfer_free(transfer);
        return REEVE_NO_MEMORY;
    }
    request->transfer = transfer;
    reeve_list_push_back(&loop->in_flight, &transfer->node);
    return REEVE_OK;
}

/* The loop that a task belongs to: tasks are run by its thread only. */
static _Thread_local struct reeve_http_loop *current_loop;

static void run_start(struct reeve_task_node *node)
{
    struct reeve_http_request *request = REEVE_OWNER(node, struct reeve_http_request, start_node);
    enum reeve_status status =
        current_loop->stopping ? REEVE_CANCELLED : begin(current_loop, request);

    if (status != REEVE_OK) {
        request->status = status;
        complete(request);
    }
}

static void run_cancel(struct reeve_task_node *node)
{
    struct reeve_http_request *request = REEVE_OWNER(node, struct reeve_http_request, cancel_node);
    struct reeve_http_transfer *transfer = request->transfer;

    if (transfer != NULL) {
        reeve_http_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK);
        request->status = REEVE_CANCELLED;
        detach(transfer);
        reeve_http_transfer_free(transfer);
    }
    set_phase(request, PHASE_DONE);
    request->on_done(request);
}

static void run_stop(struct reeve_task_node *node)
{
    REEVE_OWNER(node, struct reeve_http_loop, stop_node)->stopping = true;
}

void reeve_http_start(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    request->status = REEVE_OK;
    request->may_have_arrived = false;
    request->code = 0;
    request->content_type[0] = '\0';
    request->problem[0] = '\0';
    request->transfer = NULL;
    request->start_node.run = run_start;
    request->cancel_node.run = run_cancel;
    reeve_buffer_init(&request->response, NULL, request->max_response_bytes);
    set_phase(request, PHASE_ACTIVE);
    post(loop, &request->start_node);
}

void reeve_http_cancel(struct reeve_http_loop *loop, struct reeve_http_request *request)
{
    if (move_phase(request, PHASE_ACTIVE, PHASE_CANCELLING)) {
        post(loop, &request->cancel_node);
    }
}

/* ---- epoll and libcurl ---- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
    struct reeve_http_loop *loop = ctx;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0u) |
                   (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0u);
    int error =
        epoll_ctl(loop->epoll_fd, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    (void)curl_multi_assign(loop->multi, fd, loop);
    return error == 0 ? 0 : -1;
}

static int on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct reeve_http_loop *loop = ctx;

    (void)multi;
    loop->timer_at_ms =
        timeout_ms < 0 ? REEVE_NEVER_MS : reeve_now_read().boot_ms + (uint64_t)timeout_ms;
    return 0;
}

static int wait_ms(const struct reeve_http_loop *loop)
{
    if (loop->timer_at_ms == REEVE_NEVER_MS) {
        return -1;
    }
    uint64_t now = reeve_now_read().boot_ms;
    uint64_t left = loop->timer_at_ms > now ? loop->timer_at_ms - now : 0;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

static void drive(struct reeve_http_loop *loop, const struct epoll_event *event)
{
    int running = 0;

    if (event->data.fd == loop->wake_fd) {
        uint64_t count = 0;
        (void)!read(loop->wake_fd, &count, sizeof(count));
        return;
    }
    int flags = (event->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                (event->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                (event->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    (void)curl_multi_socket_action(loop->multi, event->data.fd, flags, &running);
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
    for (struct reeve_list_node *n = reeve_list_front(&loop->in_flight); n != NULL;
         n = reeve_list_front(&loop->in_flight)) {
        struct reeve_http_transfer *transfer = REEVE_OWNER(n, struct reeve_http_transfer, node);
        struct reeve_http_request *request = transfer->request;
        reeve_http_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK);
        request->status = REEVE_CANCELLED;
        detach(transfer);
        reeve_http_transfer_free(transfer);
        complete(request);
    }
    (void)reeve_task_queue_run(&loop->queue);
}

static void *http_thread(void *ctx)
{
    struct reeve_http_loop *loop = ctx;
    struct epoll_event events[EVENTS_AT_ONCE];

    current_loop = loop;
    while (!loop->stopping) {
        int count = epoll_wait(loop->epoll_fd, events, EVENTS_AT_ONCE, wait_ms(loop));
        for (int i = 0; i < count; i++) {
            drive(loop, &events[i]);
        }
        (void)reeve_task_queue_run(&loop->queue);
        drive_timer(loop);
        take_finished(loop);
    }
    cancel_all(loop);
    return NULL;
}

/* ---- life ---- */

static enum reeve_status open_multi(struct reeve_http_loop *loop,
                                    const struct reeve_http_loop_options *options)
{
    long connections = options->max_connections == 0 ? MAX_CONNECTIONS : options->max_connections;
    long idle = options->max_idle == 0 ? MAX_IDLE : options->max_idle;

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
    (void)curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, idle);
    return REEVE_OK;
}

static enum reeve_status open_poll(struct reeve_http_loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN};

    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    event.data.fd = loop->wake_fd;
    if (loop->epoll_fd < 0 || loop->wake_fd < 0 ||
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event) != 0) {
        return REEVE_IO;
    }
    return REEVE_OK;
}

/* Signals are the main thread's: this one starts with all of them blocked. */
static enum reeve_status start_thread(struct reeve_http_loop *loop)
{
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;

    if (pthread_attr_init(&attributes) != 0) {
        return REEVE_NO_MEMORY;
    }
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&loop->thread, &attributes, http_thread, loop);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return error == 0 ? REEVE_OK : REEVE_LIMIT;
}

/* What the thread does not need: also after a start that failed half-way. */
static void release(struct reeve_http_loop *loop)
{
    (void)curl_multi_cleanup(loop->multi);
    if (loop->epoll_fd >= 0) {
        (void)close(loop->epoll_fd);
    }
    if (loop->wake_fd >= 0) {
        (void)close(loop->wake_fd);
    }
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
    loop->epoll_fd = -1;
    loop->wake_fd = -1;
    loop->timer_at_ms = REEVE_NEVER_MS;
    reeve_list_init(&loop->in_flight);
    reeve_task_queue_init(&loop->queue);
    enum reeve_status status = open_poll(loop);
    if (status == REEVE_OK) {
        status = open_multi(loop, options);
    }
    if (status == REEVE_OK) {
        status = start_thread(loop);
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
    post(loop, &loop->stop_node);
    (void)pthread_join(loop->thread, NULL);
    release(loop);
}
