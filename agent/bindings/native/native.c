/* SPDX-License-Identifier: Apache-2.0 */
/* The native binding, and what handlers call: a reeve_native_call is the work itself. */
#include "agent/bindings/native/native.h"

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

void reeve_native_succeed(struct reeve_native_call *call, const void *response)
{
    reeve_work_succeed(work_of(call), response);
}

void reeve_native_fail(struct reeve_native_call *call, enum reeve_native_effect effect,
                       const char *message)
{
    struct reeve_work *work = work_of(call);

    if (reeve_native_cancelled(call)) {
        reeve_work_stopped(work, (enum reeve_effect)effect);
        return;
    }
    reeve_work_fail(work, REEVE_REASON_HANDLER_FAILED, (enum reeve_effect)effect, message);
}

static void native_start(struct reeve_binding *binding, struct reeve_work *work)
{
    (void)binding;
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
        return;
    }
    work->task->native((struct reeve_native_call *)work);
}

static void native_free(struct reeve_binding *binding)
{
    reeve_free(NULL, binding, sizeof(*binding));
}

static const struct reeve_binding_vtable NATIVE_VTABLE = {
    .name = "native", .start = native_start, .free = native_free};

enum reeve_status reeve_native_binding_new(struct reeve_binding **out)
{
    *out = reeve_alloc(NULL, sizeof(**out));
    if (*out == NULL) {
        return REEVE_NO_MEMORY;
    }
    (*out)->vtable = &NATIVE_VTABLE;
    return REEVE_OK;
}
