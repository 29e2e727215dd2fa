/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked before a job's work begins and before its result leaves: see run.h. */
#include "agent/runner/run.h"

#include "agent/base/time.h"

static void reject(struct reeve_run *run, enum reeve_reason reason, const char *message)
{
    struct reeve_answer *answer = &run->work.answer;

    answer->status = REEVE_OUTCOME_REJECTED;
    answer->effect = REEVE_EFFECT_NONE;
    answer->reason = reason;
    reeve_answer_say(answer, message);
    reeve_work_done(&run->work);
}

/* A list of one, for a decoder that stops at the first problem. */
static void list_problem(struct reeve_run *run, const struct reeve_problem *problem)
{
    struct reeve_problem *copy = reeve_arena_alloc(&run->arena, sizeof(*copy));

    run->problems.total = 1;
    if (copy != NULL) {
        *copy = *problem;
        run->problems.items = copy;
        run->problems.capacity = run->problems.count = 1;
    }
}

static bool decode(struct reeve_run *run)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE,
                                                 .borrow_bytes = true};
    struct reeve_problem problem = {.line = 0};
    enum reeve_status status = reeve_message_decode(run->work.task->input, run->input, &options,
                                                    &run->arena, &run->request, &problem);

    if (status == REEVE_OK) {
        run->work.request = run->request;
        return true;
    }
    if (run->arena.starved) {
        reeve_work_fail(&run->work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE,
                        "the memory of all jobs together is used up");
        return false;
    }
    if (status == REEVE_NO_MEMORY || status == REEVE_LIMIT) {
        reject(run, REEVE_REASON_TOO_LARGE, "the input needs more memory than a job may have");
        return false;
    }
    list_problem(run, &problem);
    reject(run, reeve_reason_of(status), "the input is not a valid request message");
    return false;
}

/* Most inputs are fine: room for problems is made only when there are some. */
static bool check(struct reeve_run *run)
{
    const struct reeve_message *type = run->work.task->input;
    const int64_t now_ms = reeve_now_read().unix_ms;

    if (!type->has_rules ||
        reeve_message_validate(type, run->request, now_ms, &run->problems) == REEVE_OK) {
        return true;
    }
    run->problems =
        (struct reeve_problems){.items = reeve_arena_alloc_array(&run->arena, REEVE_RUN_VIOLATIONS,
                                                                 sizeof(struct reeve_problem))};
    run->problems.capacity = run->problems.items == NULL ? 0 : REEVE_RUN_VIOLATIONS;
    enum reeve_status status = reeve_message_validate(type, run->request, now_ms, &run->problems);
    reject(run, reeve_reason_of(status), "the input breaks a constraint of its schema");
    return false;
}

void reeve_run_begin(struct reeve_run *run)
{
    struct reeve_binding *binding = run->work.binding;

    if (binding == NULL) {
        reject(run, REEVE_REASON_NOT_CONFIGURED, "the task's system is not configured here");
        return;
    }
    if (decode(run) && check(run)) {
        binding->vtable->start(binding, &run->work);
    }
}

static void withhold(struct reeve_answer *answer, enum reeve_reason reason, const char *message)
{
    reeve_buffer_clear(&answer->output);
    answer->status = REEVE_OUTCOME_FAILED;
    answer->reason = reason;
    reeve_answer_say(answer, message);
}

/* An output with a known secret in it is withheld whole (P2). */
static void look_for_secrets(struct reeve_run *run, struct reeve_redactor *redactor)
{
    struct reeve_answer *answer = &run->work.answer;

    if (reeve_redactor_finds(redactor, reeve_buffer_view(&answer->output))) {
        withhold(answer, REEVE_REASON_OUTPUT_WITHHELD, "the output held a known secret");
    }
    /* A native handler's own words, which may have been cut within a secret. */
    size_t len = reeve_bytes_cstr(answer->message).len;
    if (len > 0 && reeve_redactor_scrub(redactor, answer->message, len) > 0) {
        reeve_answer_say(answer, "the message held a known secret and was withheld");
    }
}

static enum reeve_status redact_input(struct reeve_run *run)
{
    if (run->request == NULL) {
        return REEVE_OK; /* not understood: nothing of it is shown */
    }
    reeve_message_clear_sensitive(run->work.task->input, run->request);
    return reeve_message_encode(run->work.task->input, run->request, &run->redacted_input);
}

static enum reeve_status redact_output(struct reeve_run *run)
{
    const struct reeve_message *type = run->work.task->output;
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE};
    void *message = NULL;

    REEVE_TRY(reeve_message_decode(type, reeve_buffer_view(&run->work.answer.output), &options,
                                   &run->arena, &message, NULL));
    reeve_message_clear_sensitive(type, message);
    return reeve_message_encode(type, message, &run->redacted_output);
}

/* The audit trail's bodies without sensitive fields. Where that fails for want of memory, the body
 * is empty: less is said, never more. */
static void redact(struct reeve_run *run)
{
    if (run->about->sensitive_input && redact_input(run) != REEVE_OK) {
        reeve_buffer_clear(&run->redacted_input);
    }
    bool has_output = run->work.answer.status == REEVE_OUTCOME_SUCCEEDED;
    if (has_output && run->about->sensitive_output && redact_output(run) != REEVE_OK) {
        reeve_buffer_clear(&run->redacted_output);
    }
}

void reeve_run_inspect(struct reeve_run *run, struct reeve_redactor *redactor)
{
    look_for_secrets(run, redactor);
    redact(run);
}
