/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that runs programs: epoll, a queue of what callers ask for, and the list of those that
 * run. See child.h.
 *
 * A child's phase decides who calls on_done when a cancel and the end meet, as for HTTP requests: a
 * cancel that came first is heard before the child is handed back, since its node is in the queue.
 */
#include "agent/base/time.h"
#include "agent/io/loop/poller.h"
#include "agent/io/process/child_run.h"

#define EVENTS_AT_ONCE 64
#define WAKE UINT64_C(0) /* no watch is there */

enum phase { PHASE_ACTIVE, PHASE_CANCELLING, PHASE_DONE };

struct reeve_child_loop {
    const char *executable;
    struct reeve_poller poller;
    struct reeve_task_node stop_node;
    /* The loop's thread's own: */
    struct reeve_list running; /* struct reeve_child_run */
    struct reeve_list dead;    /* freed when no event of this turn can name them any more */
    bool stopping;
};

static bool move_phase(struct reeve_child *child, enum phase from, enum phase to)
{
    int expected = (int)from;

    return __atomic_compare_exchange_n(&child->phase, &expected, (int)to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

/* ---- the end of a child ---- */

/* Unless a cancel is still in the queue: that hands it back when it is run. */
static void complete(struct reeve_child *child)
{
    child->run = NULL;
    if (child->cancel_ran || move_phase(child, PHASE_ACTIVE, PHASE_DONE)) {
        child->on_done(child);
    }
}

static void finish_if_over(struct reeve_child_loop *loop, struct reeve_child_run *run)
{
    if (!reeve_child_run_is_over(run)) {
        return;
    }
    reeve_list_remove(&loop->running, &run->node);
    reeve_list_push_back(&loop->dead, &run->node);
    reeve_child_run_close(run);
    complete(run->child);
}

static void bury(struct reeve_child_loop *loop)
{
    for (struct reeve_list_node *n = reeve_list_pop_front(&loop->dead); n != NULL;
         n = reeve_list_pop_front(&loop->dead)) {
        reeve_child_run_free(REEVE_OWNER(n, struct reeve_child_run, node));
    }
}

/* ---- what callers ask for, on the loop's thread ---- */

/* The loop that a task belongs to: tasks are run by its thread only. */
static _Thread_local struct reeve_child_loop *current_loop;

static void run_start(struct reeve_task_node *node)
{
    struct reeve_child *child = REEVE_OWNER(node, struct reeve_child, start_node);
    struct reeve_child_run *run = NULL;

    child->status = current_loop->stopping
                        ? REEVE_CANCELLED
                        : reeve_child_run_new(child, current_loop->executable,
                                              current_loop->poller.epoll_fd, &run);
    if (run == NULL) {
        complete(child);
        return;
    }
    child->run = run;
    reeve_list_push_back(&current_loop->running, &run->node);
}

static void run_cancel(struct reeve_task_node *node)
{
    struct reeve_child *child = REEVE_OWNER(node, struct reeve_child, cancel_node);
    struct reeve_child_run *run = child->run;

    child->cancel_ran = true;
    if (run == NULL) {
        child->on_done(child);
        return;
    }
    reeve_child_run_end(run, REEVE_CANCELLED, child->grace_ms, reeve_now_read().boot_ms);
    finish_if_over(current_loop, run);
}

static void run_resume(struct reeve_task_node *node)
{
    struct reeve_child *child = REEVE_OWNER(node, struct reeve_child, resume_node);

    reeve_child_run_resumed(child->run);
    finish_if_over(current_loop, child->run);
}

static void run_stop(struct reeve_task_node *node)
{
    REEVE_OWNER(node, struct reeve_child_loop, stop_node)->stopping = true;
}

void reeve_child_start(struct reeve_child_loop *loop, struct reeve_child *child)
{
    child->status = REEVE_OK;
    child->may_have_run = false;
    child->end = REEVE_CHILD_NOT_ENDED;
    child->code = 0;
    child->step = REEVE_PROCESS_STEP_NONE;
    child->error = 0;
    child->problems_cut = false;
    child->cancel_ran = false;
    child->run = NULL;
    child->start_node.run = run_start;
    child->cancel_node.run = run_cancel;
    child->resume_node.run = run_resume;
    reeve_buffer_init(&child->output, NULL, child->max_output_bytes);
    reeve_buffer_init(&child->problems, NULL, child->max_problems_bytes);
    __atomic_store_n(&child->phase, (int)PHASE_ACTIVE, __ATOMIC_RELEASE);
    reeve_poller_post(&loop->poller, &child->start_node);
}

void reeve_child_cancel(struct reeve_child_loop *loop, struct reeve_child *child)
{
    if (move_phase(child, PHASE_ACTIVE, PHASE_CANCELLING)) {
        reeve_poller_post(&loop->poller, &child->cancel_node);
    }
}

void reeve_child_resume(struct reeve_child_loop *loop, struct reeve_child *child)
{
    reeve_poller_post(&loop->poller, &child->resume_node);
}

/* ---- the thread ---- */

static uint64_t deadline_of(const struct reeve_child_loop *loop)
{
    uint64_t deadline = REEVE_NEVER_MS;

    for (struct reeve_list_node *n = reeve_list_front(&loop->running); n != NULL;
         n = reeve_list_next(&loop->running, n)) {
        const uint64_t at = reeve_child_run_deadline(REEVE_OWNER(n, struct reeve_child_run, node));
        deadline = at < deadline ? at : deadline;
    }
    return deadline;
}

static void handle(struct reeve_child_loop *loop, const struct epoll_event *event)
{
    struct reeve_child_watch *watch = event->data.ptr;

    /* NULL: to wake the thread. An event of this turn may have closed it, or ended the whole run.
     */
    if (watch != NULL && watch->watched) {
        watch->ready(watch->run);
        finish_if_over(loop, watch->run);
    }
}

static void tick(struct reeve_child_loop *loop)
{
    const uint64_t now = reeve_now_read().boot_ms;

    for (struct reeve_list_node *n = reeve_list_front(&loop->running); n != NULL;
         n = reeve_list_next(&loop->running, n)) {
        reeve_child_run_tick(REEVE_OWNER(n, struct reeve_child_run, node), now);
    }
}

static void turn(struct reeve_child_loop *loop)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    const int count = reeve_poller_wait(&loop->poller, events, EVENTS_AT_ONCE, deadline_of(loop));

    for (int i = 0; i < count; i++) {
        handle(loop, &events[i]);
    }
    (void)reeve_task_queue_run(&loop->poller.queue);
    tick(loop);
    bury(loop);
}

static void kill_all(struct reeve_child_loop *loop)
{
    for (struct reeve_list_node *n = reeve_list_front(&loop->running); n != NULL;
         n = reeve_list_next(&loop->running, n)) {
        reeve_child_run_end(REEVE_OWNER(n, struct reeve_child_run, node), REEVE_CANCELLED, 0,
                            reeve_now_read().boot_ms);
    }
}

static void *child_thread(void *ctx)
{
    struct reeve_child_loop *loop = ctx;

    current_loop = loop;
    while (!loop->stopping) {
        turn(loop);
    }
    kill_all(loop);
    while (!reeve_list_empty(&loop->running)) {
        turn(loop);
    }
    (void)reeve_task_queue_run(&loop->poller.queue);
    bury(loop);
    return NULL;
}

/* ---- life ---- */

/* What the thread does not need: also after a start that failed half-way. */
static void release(struct reeve_child_loop *loop)
{
    reeve_poller_close(&loop->poller);
    reeve_free(NULL, loop, sizeof(*loop));
}

enum reeve_status reeve_child_loop_new(const char *executable, struct reeve_child_loop **out)
{
    struct reeve_child_loop *loop = reeve_alloc(NULL, sizeof(*loop));

    *out = NULL;
    if (loop == NULL) {
        return REEVE_NO_MEMORY;
    }
    loop->executable = executable != NULL ? executable : "/proc/self/exe";
    reeve_poller_init(&loop->poller);
    reeve_list_init(&loop->running);
    reeve_list_init(&loop->dead);
    enum reeve_status status = reeve_poller_open(&loop->poller, WAKE);
    if (status == REEVE_OK) {
        status = reeve_poller_start(&loop->poller, child_thread, loop);
    }
    if (status != REEVE_OK) {
        release(loop);
        return status;
    }
    *out = loop;
    return REEVE_OK;
}

void reeve_child_loop_free(struct reeve_child_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    loop->stop_node.run = run_stop;
    reeve_poller_stop(&loop->poller, &loop->stop_node);
    release(loop);
}
