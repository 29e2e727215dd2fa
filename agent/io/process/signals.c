/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as tasks of a loop: see signals.h. */
#include "agent/io/process/signals.h"

#include <pthread.h>
#include <signal.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"
#include "agent/io/loop/thread.h"

enum { STACK_SIZE = 256 * 1024 };

struct reeve_signals {
    struct reeve_loop *loop;
    reeve_signals_handler handler;
    void *ctx;
    pthread_t thread;
    bool running; /* the owner's */

    pthread_mutex_t lock; /* guards what follows */
    bool stopping;
    bool posted;
    bool reload;
    bool stop;
    struct reeve_task_node node;
};

/* SIGUSR1 wakes the thread for its end. */
static void wanted(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
    (void)sigaddset(set, SIGUSR1);
}

enum reeve_status reeve_signals_block(void)
{
    sigset_t set;
    wanted(&set);
    return pthread_sigmask(SIG_BLOCK, &set, NULL) == 0 ? REEVE_OK : REEVE_INTERNAL;
}

static void deliver(struct reeve_task_node *node)
{
    struct reeve_signals *s = REEVE_OWNER(node, struct reeve_signals, node);
    (void)pthread_mutex_lock(&s->lock);
    const bool stop = s->stop;
    const bool reload = s->reload;
    s->stop = false;
    s->reload = false;
    s->posted = false;
    (void)pthread_mutex_unlock(&s->lock);
    s->handler(s->ctx, stop, reload);
}

/* False when the thread is to end. */
static bool take(struct reeve_signals *s, int number)
{
    (void)pthread_mutex_lock(&s->lock);
    const bool stopping = s->stopping;
    const bool known = !stopping && number != SIGUSR1;
    if (known && number == SIGHUP) {
        s->reload = true;
    } else if (known) {
        s->stop = true;
    }
    const bool post = known && !s->posted;
    s->posted = s->posted || post;
    (void)pthread_mutex_unlock(&s->lock);
    if (post) {
        reeve_loop_post(s->loop, &s->node);
    }
    return !stopping;
}

static void *wait_for_signals(void *ctx)
{
    struct reeve_signals *s = ctx;
    sigset_t set;
    int number = 0;
    wanted(&set);
    for (bool go_on = true; go_on;) {
        go_on = sigwait(&set, &number) != 0 || take(s, number);
    }
    return NULL;
}

static enum reeve_status start_thread(struct reeve_signals *s)
{
    const enum reeve_status status =
        reeve_thread_start(&s->thread, STACK_SIZE, wait_for_signals, s);
    s->running = status == REEVE_OK;
    return status;
}

enum reeve_status reeve_signals_new(struct reeve_loop *loop, reeve_signals_handler handler,
                                    void *ctx, struct reeve_signals **out)
{
    struct reeve_signals *s = reeve_alloc(NULL, sizeof(*s));
    *out = NULL;
    if (s == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->loop = loop;
    s->handler = handler;
    s->ctx = ctx;
    s->node.run = deliver;
    (void)pthread_mutex_init(&s->lock, NULL);
    const enum reeve_status status = start_thread(s);
    if (status != REEVE_OK) {
        reeve_signals_free(s);
        return status;
    }
    *out = s;
    return REEVE_OK;
}

void reeve_signals_stop(struct reeve_signals *s)
{
    if (s == NULL || !s->running) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->stopping = true;
    (void)pthread_mutex_unlock(&s->lock);
    (void)pthread_kill(s->thread, SIGUSR1);
    (void)pthread_join(s->thread, NULL);
    s->running = false;
}

void reeve_signals_free(struct reeve_signals *s)
{
    if (s == NULL) {
        return;
    }
    reeve_signals_stop(s);
    (void)pthread_mutex_destroy(&s->lock);
    reeve_free(NULL, s, sizeof(*s));
}
