/* SPDX-License-Identifier: Apache-2.0 */
/* A running child: see child_run.h.
 *
 *   keeper's word       → how the program ended; the keeper sweeps and ends
 *   keeper's end        → whatever is left in the pipes is read, then the child is over
 *
 * The pipes' ends do not matter for that: a process that escaped and holds one open delays nobody.
 */
#include "agent/io/process/child_run.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/time.h"

#define READ_AT_ONCE ((size_t)64 * 1024)
/* How long a keeper may take to sweep before it is killed itself; it gives up before. */
#define SWEEP_MS UINT64_C(10000)
#define REST_READS_MAX 1024u

/* ---- watching ---- */

static void watch(struct reeve_child_run *run, struct reeve_child_watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};
    if (!w->watched && *w->fd >= 0) {
        w->watched = epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, *w->fd, &event) == 0;
    }
}

static void unwatch(struct reeve_child_run *run, struct reeve_child_watch *w)
{
    if (w->watched) {
        (void)epoll_ctl(run->epoll_fd, EPOLL_CTL_DEL, *w->fd, NULL);
        w->watched = false;
    }
}

static void close_watch(struct reeve_child_run *run, struct reeve_child_watch *w)
{
    unwatch(run, w);
    reeve_launch_close(w->fd);
}

/* ---- input ---- */

static void on_input(struct reeve_child_run *run)
{
    const struct reeve_bytes all = run->child->input;
    while (run->written < all.len) {
        const ssize_t put =
            write(run->launch.input, all.data + run->written, all.len - run->written);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0 && errno == EAGAIN) {
            return;
        }
        if (put <= 0) {
            break; /* it does not read on: its answer says whether it had enough */
        }
        run->written += (size_t)put;
    }
    close_watch(run, &run->input);
}

/* ---- output ---- */

enum taken { TAKEN_SOME, TAKEN_NOTHING_YET, TAKEN_ALL, TAKEN_NO_ROOM, TAKEN_NO_MEMORY };

/* Reads once, into the free room of `to`. */
static enum taken take(int fd, struct reeve_buffer *to)
{
    const size_t room = to->max - to->len;
    const size_t want = room < READ_AT_ONCE ? room : READ_AT_ONCE;
    if (want == 0) {
        return TAKEN_NO_ROOM;
    }
    if (reeve_buffer_reserve(to, want) != REEVE_OK) {
        return TAKEN_NO_MEMORY;
    }
    for (;;) {
        const ssize_t got = read(fd, to->data + to->len, want);
        if (got > 0) {
            to->len += (size_t)got;
            return TAKEN_SOME;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        return got < 0 && errno == EAGAIN ? TAKEN_NOTHING_YET : TAKEN_ALL;
    }
}

/* Reads once and forgets. */
static enum taken drop(int fd)
{
    uint8_t bytes[4096];
    const ssize_t got = read(fd, bytes, sizeof(bytes));
    if (got > 0 || (got < 0 && errno == EINTR)) {
        return TAKEN_SOME;
    }
    return got < 0 && errno == EAGAIN ? TAKEN_NOTHING_YET : TAKEN_ALL;
}

static void lend(struct reeve_child_run *run)
{
    run->lent = true;
    unwatch(run, &run->output);
    run->child->on_output(run->child);
}

/* A full buffer is too much only if something more comes. */
static enum taken overflow(struct reeve_child_run *run)
{
    const enum taken taken = drop(run->launch.output);
    if (taken == TAKEN_SOME) {
        reeve_child_run_end(run, REEVE_OUTPUT_TOO_LARGE, run->child->grace_ms,
                            reeve_now_read().boot_ms);
    }
    return taken;
}

static enum taken read_output(struct reeve_child_run *run)
{
    struct reeve_child *child = run->child;
    if (run->ending) {
        return drop(run->launch.output);
    }
    const enum taken taken = take(run->launch.output, &child->output);
    if (taken == TAKEN_SOME && child->on_output != NULL) {
        lend(run);
    }
    if (taken == TAKEN_NO_MEMORY) {
        reeve_child_run_end(run, REEVE_NO_MEMORY, child->grace_ms, reeve_now_read().boot_ms);
    }
    return taken == TAKEN_NO_ROOM ? overflow(run) : taken;
}

static enum taken read_problems(struct reeve_child_run *run)
{
    struct reeve_child *child = run->child;
    enum taken taken = take(run->launch.problems, &child->problems);
    if (taken == TAKEN_NO_ROOM || taken == TAKEN_NO_MEMORY) {
        taken = drop(run->launch.problems);
        child->problems_cut = child->problems_cut || taken == TAKEN_SOME;
    }
    return taken;
}

static void on_output(struct reeve_child_run *run)
{
    if (read_output(run) == TAKEN_ALL) {
        close_watch(run, &run->output);
    }
}

static void on_problems(struct reeve_child_run *run)
{
    if (read_problems(run) == TAKEN_ALL) {
        close_watch(run, &run->problems);
    }
}

/* ---- the keeper ---- */

static void on_report(struct reeve_child_run *run, const struct reeve_process_report *report)
{
    struct reeve_child *child = run->child;
    if (report->kind == REEVE_REPORT_FAILED) {
        child->step = report->step;
        child->error = report->value;
        child->may_have_run = false;
        if (child->status == REEVE_OK) {
            child->status = REEVE_UPSTREAM_UNREACHABLE;
        }
        return;
    }
    child->end = report->kind == REEVE_REPORT_EXITED ? REEVE_CHILD_EXITED : REEVE_CHILD_KILLED;
    child->code = report->value;
    run->kill_at_ms = REEVE_NEVER_MS;
    run->leave_at_ms = reeve_now_read().boot_ms + SWEEP_MS;
}

static void on_control(struct reeve_child_run *run)
{
    uint8_t bytes[REEVE_PROCESS_REPORT_SIZE + 1];
    struct reeve_process_report report;
    for (;;) {
        const ssize_t got = recv(run->launch.control, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (got <= 0) {
            close_watch(run, &run->control);
            return;
        }
        if (reeve_process_report_read(reeve_bytes_of(bytes, (size_t)got), &report) == REEVE_OK) {
            on_report(run, &report);
        }
    }
}

/* Its last words may still be in the socket. */
static void on_keeper(struct reeve_child_run *run)
{
    siginfo_t end = {.si_pid = 0};
    struct reeve_child *child = run->child;
    const int error =
        waitid(P_PIDFD, (id_t)run->launch.keeper, &end, WEXITED | WNOHANG) == 0 ? 0 : errno;
    /* ECHILD: the kernel has reaped it, since somebody here ignores SIGCHLD. */
    if (error != ECHILD && (error != 0 || end.si_pid == 0)) {
        return;
    }
    on_control(run);
    close_watch(run, &run->keeper);
    run->gone = true;
    if (child->status == REEVE_OK && child->end == REEVE_CHILD_NOT_ENDED) {
        child->status = REEVE_UPSTREAM_INTERRUPTED;
    }
}

static void say(struct reeve_child_run *run, char word)
{
    (void)send(run->launch.control, &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void reeve_child_run_end(struct reeve_child_run *run, enum reeve_status status, uint64_t grace_ms,
                         uint64_t now_ms)
{
    struct reeve_child *child = run->child;
    const bool ended = child->end != REEVE_CHILD_NOT_ENDED;
    if (ended && status == REEVE_CANCELLED) {
        return; /* too late: it ended by itself, and its output counts */
    }
    child->status = child->status == REEVE_OK ? status : child->status;
    const bool sooner = !run->ending || now_ms + grace_ms < run->kill_at_ms;
    run->ending = true;
    if (run->gone || ended || !sooner) {
        return;
    }
    run->kill_at_ms = now_ms + grace_ms;
    say(run, grace_ms == 0 ? REEVE_KEEPER_KILL : REEVE_KEEPER_TERMINATE);
}

void reeve_child_run_tick(struct reeve_child_run *run, uint64_t now_ms)
{
    if (!run->gone && now_ms >= run->kill_at_ms) {
        run->kill_at_ms = REEVE_NEVER_MS;
        run->leave_at_ms = now_ms + SWEEP_MS;
        say(run, REEVE_KEEPER_KILL);
    }
    if (!run->gone && now_ms >= run->leave_at_ms) {
        run->leave_at_ms = REEVE_NEVER_MS;
        (void)pidfd_send_signal(run->launch.keeper, SIGKILL, NULL, 0);
    }
}

uint64_t reeve_child_run_deadline(const struct reeve_child_run *run)
{
    return run->kill_at_ms < run->leave_at_ms ? run->kill_at_ms : run->leave_at_ms;
}

/* ---- the end ---- */

void reeve_child_run_resumed(struct reeve_child_run *run)
{
    run->lent = false;
    watch(run, &run->output, EPOLLIN);
}

/* What the program wrote before it ended stands in the pipe. Nothing is waited for, nor is it read
 * for ever: whoever else holds the other end has no say any more. */
static void read_rest(struct reeve_child_run *run, struct reeve_child_watch *w,
                      enum taken (*read_once)(struct reeve_child_run *run))
{
    enum taken taken = TAKEN_SOME;
    while (*w->fd >= 0 && !run->lent && taken == TAKEN_SOME && run->rest_reads < REST_READS_MAX) {
        taken = read_once(run);
        run->rest_reads++;
    }
    if (!run->lent) {
        close_watch(run, w);
    }
}

bool reeve_child_run_is_over(struct reeve_child_run *run)
{
    if (!run->gone || run->lent) {
        return false;
    }
    read_rest(run, &run->output, read_output);
    if (run->lent) {
        return false;
    }
    read_rest(run, &run->problems, read_problems);
    return true;
}

/* ---- life ---- */

static void set_watches(struct reeve_child_run *run)
{
    run->input = (struct reeve_child_watch){run, on_input, &run->launch.input, false};
    run->output = (struct reeve_child_watch){run, on_output, &run->launch.output, false};
    run->problems = (struct reeve_child_watch){run, on_problems, &run->launch.problems, false};
    run->control = (struct reeve_child_watch){run, on_control, &run->launch.control, false};
    run->keeper = (struct reeve_child_watch){run, on_keeper, &run->launch.keeper, false};
}

static bool watch_all(struct reeve_child_run *run)
{
    watch(run, &run->input, EPOLLOUT);
    watch(run, &run->output, EPOLLIN);
    watch(run, &run->problems, EPOLLIN);
    watch(run, &run->control, EPOLLIN);
    watch(run, &run->keeper, EPOLLIN);
    return run->input.watched && run->output.watched && run->problems.watched &&
           run->control.watched && run->keeper.watched;
}

/* What cannot be watched is not kept: the keeper dies at once, and its program with it. */
static enum reeve_status abandon(struct reeve_child_run *run)
{
    siginfo_t end;
    (void)pidfd_send_signal(run->launch.keeper, SIGKILL, NULL, 0);
    while (waitid(P_PIDFD, (id_t)run->launch.keeper, &end, WEXITED) != 0 && errno == EINTR) {
    }
    reeve_child_run_free(run);
    return REEVE_NO_MEMORY;
}

enum reeve_status reeve_child_run_new(struct reeve_child *child, const char *executable,
                                      int epoll_fd, struct reeve_child_run **out)
{
    struct reeve_child_run *run = reeve_alloc(NULL, sizeof(*run));
    *out = NULL;
    if (run == NULL) {
        return REEVE_NO_MEMORY;
    }
    run->child = child;
    run->epoll_fd = epoll_fd;
    run->kill_at_ms = REEVE_NEVER_MS;
    run->leave_at_ms = REEVE_NEVER_MS;
    reeve_launch_init(&run->launch);
    set_watches(run);
    const enum reeve_status status =
        reeve_launch_start(executable, child->plan, &run->launch, &child->error);
    if (status != REEVE_OK) {
        reeve_child_run_free(run);
        child->step = REEVE_PROCESS_STEP_SPAWN;
        return status == REEVE_LIMIT ? REEVE_UPSTREAM_UNREACHABLE : status;
    }
    child->may_have_run = true;
    if (!watch_all(run)) {
        return abandon(run);
    }
    if (child->input.len == 0) {
        close_watch(run, &run->input);
    }
    *out = run;
    return REEVE_OK;
}

void reeve_child_run_close(struct reeve_child_run *run)
{
    close_watch(run, &run->input);
    close_watch(run, &run->output);
    close_watch(run, &run->problems);
    close_watch(run, &run->control);
    close_watch(run, &run->keeper);
}

void reeve_child_run_free(struct reeve_child_run *run)
{
    if (run != NULL) {
        reeve_launch_clear(&run->launch);
        reeve_free(NULL, run, sizeof(*run));
    }
}
