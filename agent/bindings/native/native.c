/* SPDX-License-Identifier: Apache-2.0 */
/* The native binding, and what handlers call: a reeve_native_call is the work itself. */
#include "agent/bindings/native/native.h"

#include <pthread.h>

#include "agent/base/time.h"
#include "reeve/handler.h"

static struct reeve_work *work_of(struct reeve_native_call *call)
{
    return (struct reeve_work *)call;
}

static const struct reeve_work *const_work_of(const struct reeve_native_call *call)
{
    return (const struct reeve_work *)call;
}

const void *reeve_native_request(const struct reeve_native_call *call)
{
    return const_work_of(call)->request;
}

void *reeve_native_alloc(struct reeve_native_call *call, size_t size)
{
    return reeve_arena_alloc(work_of(call)->arena, size);
}

bool reeve_native_cancelled(const struct reeve_native_call *call)
{
    return reeve_work_cancelled(const_work_of(call)) != REEVE_REASON_UNSPECIFIED;
}

uint64_t reeve_native_time_left_ms(const struct reeve_native_call *call)
{
    uint64_t now = reeve_now_read().boot_ms;
    uint64_t deadline = const_work_of(call)->deadline_ms;

    return deadline > now ? deadline - now : 0;
}

const uint8_t *reeve_native_job_id(const struct reeve_native_call *call)
{
    return const_work_of(call)->job_id.bytes;
}

void reeve_native_progress(struct reeve_native_call *call, uint64_t steps_done,
                           uint64_t steps_total)
{
    struct reeve_work *work = work_of(call);

    work->owner->progress(work, steps_done, steps_total);
}

/* ---- streams ---- */

/* A server-streaming work's own, in its arena: it lives until the loop has handled the answer, and
 * so longer than any resume or cancel. */
struct native_stream {
    pthread_mutex_t lock; /* recursive: guards what follows, and is held while `resume` runs */
    pthread_cond_t changed;
    uint64_t pauses;
    uint64_t resumes;
    void (*resume)(struct reeve_native_call *call, void *ctx);
    void *ctx;
};

/* NULL for unary tasks, and as long as start has not run. */
static struct native_stream *stream_of(struct reeve_work *work)
{
    return __atomic_load_n((struct native_stream **)&work->state, __ATOMIC_SEQ_CST);
}

static bool init_lock(struct native_stream *s)
{
    pthread_mutexattr_t recursive;
    bool made = pthread_mutexattr_init(&recursive) == 0;

    made = made && pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE) == 0 &&
           pthread_mutex_init(&s->lock, &recursive) == 0;
    (void)pthread_mutexattr_destroy(&recursive);
    return made && pthread_cond_init(&s->changed, NULL) == 0;
}

static bool open_stream(struct reeve_work *work)
{
    struct native_stream *s = reeve_arena_alloc(work->arena, sizeof(*s));

    if (s == NULL || !init_lock(s)) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "memory is short");
        return false;
    }
    __atomic_store_n((struct native_stream **)&work->state, s, __ATOMIC_SEQ_CST);
    return true;
}

/* From here on `resume` is not called any more. */
static void close_stream(struct reeve_work *work)
{
    struct native_stream *s = stream_of(work);

    if (s == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->resume = NULL;
    (void)pthread_mutex_unlock(&s->lock);
}

/* Each pause is resumed once: with room, or by a cancel. Room may come before the emit that said
 * PAUSE has counted it; behind a cancel that emit answers for itself. */
static void wake(struct reeve_work *work, bool has_room)
{
    struct native_stream *s = stream_of(work);

    if (s == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    bool ahead = has_room && reeve_work_cancelled(work) == REEVE_REASON_UNSPECIFIED;
    if (ahead || s->resumes < s->pauses) {
        s->resumes++;
        (void)pthread_cond_broadcast(&s->changed);
        if (s->resume != NULL) {
            s->resume((struct reeve_native_call *)work, s->ctx);
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
}

/* PAUSE, unless the job was cancelled meanwhile and nobody else went on with it. */
static enum reeve_native_flow count_pause(struct reeve_work *work, struct native_stream *s)
{
    enum reeve_native_flow flow = REEVE_NATIVE_PAUSE;

    (void)pthread_mutex_lock(&s->lock);
    s->pauses++;
    if (s->resumes < s->pauses && reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        s->resumes = s->pauses;
        flow = REEVE_NATIVE_STOP;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return flow;
}

enum reeve_native_flow reeve_native_emit(struct reeve_native_call *call, const void *response)
{
    struct reeve_work *work = work_of(call);
    struct native_stream *s = stream_of(work);

    switch (reeve_work_emit(work, response)) {
    case REEVE_WORK_GO_ON:
        return REEVE_NATIVE_GO_ON;
    case REEVE_WORK_STOP:
        return REEVE_NATIVE_STOP;
    case REEVE_WORK_PAUSE:
        break;
    }
    return count_pause(work, s);
}

bool reeve_native_wait(struct reeve_native_call *call)
{
    struct native_stream *s = stream_of(work_of(call));

    if (s == NULL) {
        return false; /* a unary task is never paused */
    }
    (void)pthread_mutex_lock(&s->lock);
    while (s->resumes < s->pauses && !reeve_native_cancelled(call)) {
        (void)pthread_cond_wait(&s->changed, &s->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return !reeve_native_cancelled(call);
}

void reeve_native_on_resume(struct reeve_native_call *call,
                            void (*resume)(struct reeve_native_call *call, void *ctx), void *ctx)
{
    struct native_stream *s = stream_of(work_of(call));

    if (s == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->resume = resume;
    s->ctx = ctx;
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- answers ---- */

void reeve_native_finish(struct reeve_native_call *call)
{
    struct reeve_work *work = work_of(call);

    close_stream(work);
    if (!work->stopped && reeve_native_cancelled(call)) {
        reeve_work_stopped(work, reeve_work_doubt(work));
        return;
    }
    reeve_work_finish(work);
}

void reeve_native_succeed(struct reeve_native_call *call, const void *response)
{
    close_stream(work_of(call));
    reeve_work_succeed(work_of(call), response);
}

void reeve_native_fail(struct reeve_native_call *call, enum reeve_native_effect effect,
                       const char *message)
{
    struct reeve_work *work = work_of(call);

    close_stream(work);
    if (reeve_native_cancelled(call)) {
        reeve_work_stopped(work, (enum reeve_effect)effect);
        return;
    }
    reeve_work_fail(work, REEVE_REASON_HANDLER_FAILED, (enum reeve_effect)effect, message);
}

/* ---- the binding ---- */

static void native_start(struct reeve_binding *binding, struct reeve_work *work)
{
    (void)binding;
    /* Before the look at the cancel: one of the two sees the other. */
    if (work->task->server_streaming && !open_stream(work)) {
        return;
    }
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
        return;
    }
    work->task->native((struct reeve_native_call *)work);
}

static void native_cancel(struct reeve_binding *binding, struct reeve_work *work)
{
    (void)binding;
    wake(work, false);
}

static void native_resume(struct reeve_binding *binding, struct reeve_work *work)
{
    (void)binding;
    wake(work, true);
}

static void native_free(struct reeve_binding *binding)
{
    reeve_free(NULL, binding, sizeof(*binding));
}

static const struct reeve_binding_vtable NATIVE_VTABLE = {
    .name = "native",
    .start = native_start,
    .cancel = native_cancel,
    .resume = native_resume,
    .free = native_free,
};

enum reeve_status reeve_native_binding_new(struct reeve_binding **out)
{
    *out = reeve_alloc(NULL, sizeof(**out));
    if (*out == NULL) {
        return REEVE_NO_MEMORY;
    }
    (*out)->vtable = &NATIVE_VTABLE;
    return REEVE_OK;
}
