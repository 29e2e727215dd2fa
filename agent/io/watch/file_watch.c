/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that waits for a file to change: see file_watch.h.
 *
 * An event says only that something happened near the file. Whether it is another one is looked at
 * behind new watches, so that nothing is missed in between, and after a while of quiet, as an
 * editor or kubelet needs several steps. */
#include "agent/io/watch/file_watch.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"
#include "agent/io/loop/thread.h"
#include "agent/io/watch/file_stamp.h"
#include "agent/io/watch/watched_path.h"

enum {
    STACK_SIZE = 256 * 1024,
    QUIET_MS = 100,
    ROUNDS_MAX = 10,     /* of it: a directory that is never quiet is looked at nevertheless */
    WITHOUT_MS = 5000,   /* between looks where not all can be watched */
    EVENTS_SIZE = 16384, /* read at a time; they are not looked at */
};

struct reeve_file_watch {
    struct reeve_loop *loop;
    const char *path;
    void (*on_changed)(void *ctx);
    void *ctx;
    pthread_t thread;
    bool running; /* the owner's */
    int stop;     /* eventfd */
    int posted;   /* atomic */
    struct reeve_task_node node;
    /* The thread's own: */
    int inotify; /* -1: none was to be had */
    bool whole;  /* the watches see everything */
    struct reeve_file_stamp seen;
};

/* ---- telling ---- */

static void deliver(struct reeve_task_node *node)
{
    struct reeve_file_watch *w = REEVE_OWNER(node, struct reeve_file_watch, node);
    __atomic_store_n(&w->posted, 0, __ATOMIC_RELEASE);
    w->on_changed(w->ctx);
}

static void tell(struct reeve_file_watch *w)
{
    if (__atomic_exchange_n(&w->posted, 1, __ATOMIC_ACQ_REL) == 0) {
        reeve_loop_post(w->loop, &w->node);
    }
}

/* ---- looking ---- */

/* New watches each time: what the path leads through may be other directories now, and those that
 * it led through once need none. */
static void arm(struct reeve_file_watch *w)
{
    const int old = w->inotify;
    w->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    w->whole = w->inotify >= 0 && reeve_watched_path_arm(w->inotify, w->path);
    if (old >= 0) {
        (void)close(old);
    }
}

/* Once more for what changed while the watches were made. */
static void look(struct reeve_file_watch *w)
{
    arm(w);
    const struct reeve_file_stamp now = reeve_file_stamp_of(w->path);
    if (!reeve_file_stamp_equal(&now, &w->seen)) {
        w->seen = now;
        tell(w);
    }
}

/* ---- waiting ---- */

enum woken { BY_STOP, BY_EVENT, BY_TIME };

static enum woken wait_for(const struct reeve_file_watch *w, bool events, int timeout_ms)
{
    struct pollfd fds[] = {{.fd = w->stop, .events = POLLIN},
                           {.fd = events ? w->inotify : -1, .events = POLLIN}};
    const int count = poll(fds, 2, timeout_ms);
    if (fds[0].revents != 0) {
        return BY_STOP;
    }
    return count > 0 ? BY_EVENT : BY_TIME;
}

/* True when there was any. */
static bool drop_events(const struct reeve_file_watch *w)
{
    char events[EVENTS_SIZE];
    bool any = false;
    while (w->inotify >= 0 && read(w->inotify, events, sizeof(events)) > 0) {
        any = true;
    }
    return any;
}

/* False: stopped meanwhile. */
static bool settle(const struct reeve_file_watch *w)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        (void)drop_events(w);
        if (wait_for(w, false, QUIET_MS) == BY_STOP) {
            return false;
        }
        if (!drop_events(w)) {
            return true;
        }
    }
    return true;
}

static void *run(void *ctx)
{
    struct reeve_file_watch *w = ctx;
    arm(w);
    w->seen = reeve_file_stamp_of(w->path);
    tell(w);
    for (;;) {
        const enum woken by = wait_for(w, true, w->whole ? -1 : WITHOUT_MS);
        if (by == BY_STOP || (by == BY_EVENT && !settle(w))) {
            return NULL;
        }
        look(w);
    }
}

/* ---- life ---- */

enum reeve_status reeve_file_watch_new(struct reeve_loop *loop, const char *path,
                                       void (*on_changed)(void *ctx), void *ctx,
                                       struct reeve_file_watch **out)
{
    struct reeve_file_watch *w = reeve_alloc(NULL, sizeof(*w));
    *out = NULL;
    if (w == NULL) {
        return REEVE_NO_MEMORY;
    }
    w->loop = loop;
    w->path = path;
    w->on_changed = on_changed;
    w->ctx = ctx;
    w->node.run = deliver;
    w->inotify = -1;
    w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum reeve_status status = w->stop >= 0 ? REEVE_OK : REEVE_LIMIT;
    if (status == REEVE_OK) {
        status = reeve_thread_start(&w->thread, STACK_SIZE, run, w);
        w->running = status == REEVE_OK;
    }
    if (status != REEVE_OK) {
        reeve_file_watch_free(w);
        return status;
    }
    *out = w;
    return REEVE_OK;
}

void reeve_file_watch_stop(struct reeve_file_watch *w)
{
    if (w == NULL || !w->running) {
        return;
    }
    (void)eventfd_write(w->stop, 1);
    (void)pthread_join(w->thread, NULL);
    w->running = false;
}

void reeve_file_watch_free(struct reeve_file_watch *w)
{
    if (w == NULL) {
        return;
    }
    reeve_file_watch_stop(w);
    if (w->inotify >= 0) {
        (void)close(w->inotify);
    }
    if (w->stop >= 0) {
        (void)close(w->stop);
    }
    reeve_free(NULL, w, sizeof(*w));
}
