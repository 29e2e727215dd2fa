/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: see work.h. */
#include "agent/bindings/work.h"

#include "proto/runtime/message.h"

void reeve_binding_free(struct reeve_binding *binding)
{
    if (binding != NULL) {
        binding->vtable->free(binding);
    }
}

enum reeve_reason reeve_work_cancelled(const struct reeve_work *work)
{
    return (enum reeve_reason)__atomic_load_n(&work->cancel_reason, __ATOMIC_ACQUIRE);
}

void reeve_work_done(struct reeve_work *work)
{
    work->owner->done(work);
}

static void set_message(struct reeve_answer *answer, const char *message)
{
    /* What does not fit is cut: the message is for people, the reason is for programs. */
    reeve_format_cut(answer->message, sizeof(answer->message), "%s",
                     message == NULL ? "" : message);
}

void reeve_work_fail(struct reeve_work *work, enum reeve_reason reason, enum reeve_effect effect,
                     const char *message)
{
    reeve_buffer_clear(&work->answer.output);
    work->answer.status = REEVE_OUTCOME_FAILED;
    work->answer.reason = reason;
    work->answer.effect = effect;
    set_message(&work->answer, message);
    reeve_work_done(work);
}

void reeve_work_reject(struct reeve_work *work, enum reeve_reason reason, const char *message)
{
    reeve_buffer_clear(&work->answer.output);
    work->answer.status = REEVE_OUTCOME_REJECTED;
    work->answer.reason = reason;
    work->answer.effect = REEVE_EFFECT_NONE;
    set_message(&work->answer, message);
    reeve_work_done(work);
}

void reeve_work_stopped(struct reeve_work *work, enum reeve_effect effect)
{
    bool by_deadline = reeve_work_cancelled(work) == REEVE_REASON_DEADLINE;

    reeve_buffer_clear(&work->answer.output);
    work->answer.status = by_deadline ? REEVE_OUTCOME_TIMED_OUT : REEVE_OUTCOME_CANCELLED;
    work->answer.reason = by_deadline ? REEVE_REASON_DEADLINE : REEVE_REASON_CANCEL_REQUESTED;
    work->answer.effect = effect;
    set_message(&work->answer, by_deadline ? "the time ran out" : "cancelled on request");
    reeve_work_done(work);
}

void reeve_work_succeed(struct reeve_work *work, const void *response)
{
    enum reeve_status status =
        reeve_message_encode(work->task->output, response, &work->answer.output);

    if (status == REEVE_LIMIT) {
        reeve_work_fail(work, REEVE_REASON_OUTPUT_TOO_LARGE, reeve_work_confirmed(work),
                        "the output is over its limit");
        return;
    }
    if (status != REEVE_OK) {
        reeve_work_fail(work,
                        status == REEVE_NO_MEMORY ? REEVE_REASON_OUT_OF_MEMORY
                                                  : REEVE_REASON_OUTPUT_INVALID,
                        reeve_work_confirmed(work), "the output could not be encoded");
        return;
    }
    work->answer.status = REEVE_OUTCOME_SUCCEEDED;
    work->answer.reason = REEVE_REASON_UNSPECIFIED;
    work->answer.effect = reeve_work_confirmed(work);
    reeve_work_done(work);
}

enum reeve_effect reeve_work_doubt(const struct reeve_work *work)
{
    return work->task->idempotency == REEVE_NO_SIDE_EFFECTS ? REEVE_EFFECT_NONE
                                                            : REEVE_EFFECT_MAYBE;
}

enum reeve_effect reeve_work_confirmed(const struct reeve_work *work)
{
    return work->task->idempotency == REEVE_NO_SIDE_EFFECTS ? REEVE_EFFECT_NONE : REEVE_EFFECT_DONE;
}
