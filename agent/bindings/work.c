/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: see work.h. */
#include "agent/bindings/work.h"

#include "agent/base/random.h"
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

void reeve_work_make_reference(struct reeve_work *work)
{
    uint64_t random = reeve_random_u64(reeve_random_system());

    reeve_format_cut(work->answer.reference, sizeof(work->answer.reference), "%012llx",
                     (unsigned long long)(random >> 16));
}

void reeve_work_later(struct reeve_work *work, void (*then)(struct reeve_work *work))
{
    work->then = then;
    work->owner->later(work);
}

void reeve_work_done(struct reeve_work *work)
{
    work->owner->done(work);
}

static void drop_message(struct reeve_answer *answer)
{
    if (answer->message != NULL) {
        reeve_free(NULL, answer->message, reeve_bytes_cstr(answer->message).len + 1);
        answer->message = NULL;
    }
}

void reeve_answer_say(struct reeve_answer *answer, const char *message)
{
    char words[REEVE_ANSWER_MESSAGE_SIZE];

    drop_message(answer);
    if (message == NULL || message[0] == '\0') {
        return;
    }
    /* What does not fit is cut: the message is for people, the reason is for programs. */
    reeve_format_cut(words, sizeof(words), "%s", message);
    const size_t size = reeve_bytes_cstr(words).len + 1;
    answer->message = reeve_alloc(NULL, size);
    if (answer->message != NULL) {
        reeve_move(answer->message, words, size);
    }
}

const char *reeve_answer_message(const struct reeve_answer *answer)
{
    return answer->message != NULL ? answer->message : "";
}

void reeve_answer_clear(struct reeve_answer *answer)
{
    drop_message(answer);
    reeve_buffer_clear(&answer->output);
}

static void set_answer(struct reeve_work *work, enum reeve_outcome_status status,
                       enum reeve_reason reason, enum reeve_effect effect, const char *message)
{
    if (work->refused) {
        /* What could not leave is the answer, whatever came after it; what became of the system is
         * better known to whoever was stopped on the way. */
        work->answer.effect = effect;
        return;
    }
    reeve_buffer_clear(&work->answer.output);
    work->answer.status = status;
    work->answer.reason = reason;
    work->answer.effect = effect;
    reeve_answer_say(&work->answer, message);
}

void reeve_work_fail(struct reeve_work *work, enum reeve_reason reason, enum reeve_effect effect,
                     const char *message)
{
    set_answer(work, REEVE_OUTCOME_FAILED, reason, effect, message);
    reeve_work_done(work);
}

void reeve_work_reject(struct reeve_work *work, enum reeve_reason reason, const char *message)
{
    set_answer(work, REEVE_OUTCOME_REJECTED, reason, REEVE_EFFECT_NONE, message);
    reeve_work_done(work);
}

static void set_stopped(struct reeve_work *work, enum reeve_effect effect)
{
    bool by_deadline = reeve_work_cancelled(work) == REEVE_REASON_DEADLINE;

    set_answer(work, by_deadline ? REEVE_OUTCOME_TIMED_OUT : REEVE_OUTCOME_CANCELLED,
               by_deadline ? REEVE_REASON_DEADLINE : REEVE_REASON_CANCEL_REQUESTED, effect,
               by_deadline ? "the time ran out" : "cancelled on request");
}

void reeve_work_stopped(struct reeve_work *work, enum reeve_effect effect)
{
    set_stopped(work, effect);
    reeve_work_done(work);
}

void reeve_work_refuse(struct reeve_work *work, enum reeve_reason reason, const char *message)
{
    set_answer(work, REEVE_OUTCOME_FAILED, reason, reeve_work_confirmed(work), message);
    work->stopped = true;
    work->refused = true;
}

/* Whether `response` is in `out`; else it was refused. */
static bool encode(struct reeve_work *work, const void *response, struct reeve_buffer *out)
{
    enum reeve_status status = reeve_message_encode(work->task->output, response, out);

    if (status == REEVE_OK) {
        return true;
    }
    if (status == REEVE_LIMIT) {
        reeve_work_refuse(work, REEVE_REASON_OUTPUT_TOO_LARGE, "the output is over its limit");
        return false;
    }
    reeve_work_refuse(
        work, status == REEVE_NO_MEMORY ? REEVE_REASON_OUT_OF_MEMORY : REEVE_REASON_OUTPUT_INVALID,
        "the output could not be encoded");
    return false;
}

static void succeeded(struct reeve_work *work)
{
    work->answer.status = REEVE_OUTCOME_SUCCEEDED;
    work->answer.reason = REEVE_REASON_UNSPECIFIED;
    work->answer.effect = reeve_work_confirmed(work);
    reeve_work_done(work);
}

void reeve_work_succeed(struct reeve_work *work, const void *response)
{
    if (work->task->server_streaming) {
        reeve_work_refuse(work, REEVE_REASON_HANDLER_FAILED,
                          "a server-streaming task was answered as if it were not one");
    }
    if (work->refused || !encode(work, response, &work->answer.output)) {
        reeve_work_done(work);
        return;
    }
    succeeded(work);
}

static bool may_emit(struct reeve_work *work)
{
    if (work->stopped) {
        return false;
    }
    if (!work->task->server_streaming) {
        reeve_work_refuse(work, REEVE_REASON_HANDLER_FAILED,
                          "a task that does not stream sent several results");
        return false;
    }
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        set_stopped(work, reeve_work_doubt(work));
        work->stopped = true;
        return false;
    }
    return true;
}

enum reeve_work_flow reeve_work_emit(struct reeve_work *work, const void *response)
{
    struct reeve_buffer message;

    if (!may_emit(work)) {
        return REEVE_WORK_STOP;
    }
    reeve_buffer_init(&message, NULL, work->max_output_bytes);
    enum reeve_work_flow flow =
        encode(work, response, &message) ? work->owner->emit(work, &message) : REEVE_WORK_STOP;
    reeve_buffer_clear(&message);
    return flow;
}

void reeve_work_finish(struct reeve_work *work)
{
    if (!work->stopped && !work->task->server_streaming) {
        reeve_work_refuse(work, REEVE_REASON_HANDLER_FAILED,
                          "a task that does not stream ended without an answer");
    }
    if (work->stopped) {
        reeve_work_done(work);
        return;
    }
    succeeded(work);
}

void reeve_work_scratch_init(const struct reeve_work *work, struct reeve_arena *scratch, size_t max,
                             size_t block_size)
{
    reeve_arena_init(scratch, work->arena->allocator, max, block_size);
}

enum reeve_reason reeve_work_misfit(const struct reeve_arena *arena, enum reeve_status status,
                                    const char **message)
{
    if (status != REEVE_NO_MEMORY) {
        return REEVE_REASON_OUTPUT_INVALID;
    }
    if (arena->starved) {
        *message = "the memory of all jobs together is used up";
        return REEVE_REASON_OUT_OF_MEMORY;
    }
    *message = "the output needs more memory than a job may have";
    return REEVE_REASON_OUTPUT_TOO_LARGE;
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
