/* SPDX-License-Identifier: Apache-2.0 */
/* From a program's end to the work's answer: the table of exec_binding.h. */
#include <string.h>

#include "agent/base/log.h"
#include "agent/bindings/exec/execution.h"

#define LOCAL_EXCERPT ((size_t)2048)
#define SIGNAL_CODE 128u

enum effect_rule { EFFECT_NONE, EFFECT_DOUBT, EFFECT_CONFIRMED };

/* What an exit status means. Any other one leaves everything open. */
struct exit_meaning {
    int code;
    enum reeve_reason reason;
    enum effect_rule effect;
    const char *message;
};

static const struct exit_meaning MEANINGS[] = {
    {65, REEVE_REASON_UPSTREAM_REFUSED, EFFECT_NONE, "the program refused the request"},
    {69, REEVE_REASON_UPSTREAM_UNREACHABLE, EFFECT_NONE,
     "the program could not reach what it needs; nothing was done"},
    {77, REEVE_REASON_CREDENTIAL_REFUSED, EFFECT_NONE,
     "the program was not permitted to do it; nothing was done"},
};
static const struct exit_meaning OTHER = {0, REEVE_REASON_UPSTREAM_FAILED, EFFECT_DOUBT,
                                          "the program failed"};

static const struct exit_meaning *meaning_of(int code)
{
    for (size_t i = 0; i < sizeof(MEANINGS) / sizeof(MEANINGS[0]); i++) {
        if (MEANINGS[i].code == code) {
            return &MEANINGS[i];
        }
    }
    return &OTHER;
}

static enum reeve_effect effect_of(const struct reeve_work *work, enum effect_rule rule)
{
    switch (rule) {
    case EFFECT_NONE:
        return REEVE_EFFECT_NONE;
    case EFFECT_DOUBT:
        return reeve_work_doubt(work);
    case EFFECT_CONFIRMED:
        return reeve_work_confirmed(work);
    }
    return reeve_work_doubt(work);
}

/* ---- the local story ---- */

/* All of it is scrubbed before it is cut: the program chooses what stands at the cut. Its last
 * words are the ones that tell. */
static struct reeve_bytes make_excerpt(struct reeve_execution *x)
{
    struct reeve_buffer *problems = &x->child.problems;
    const size_t from = problems->len > LOCAL_EXCERPT ? problems->len - LOCAL_EXCERPT : 0;

    reeve_secret_registry_scrub(reeve_exec_binding_of(x->work)->secrets, (char *)problems->data,
                                problems->len);
    return reeve_bytes_slice(reeve_buffer_view(problems), from, LOCAL_EXCERPT);
}

static const char *end_text(const struct reeve_child *child)
{
    switch (child->end) {
    case REEVE_CHILD_EXITED:
        return "exit status";
    case REEVE_CHILD_KILLED:
        return "signal";
    case REEVE_CHILD_NOT_ENDED:
        break;
    }
    return "none";
}

static void log_failure(struct reeve_execution *x, const char *problem)
{
    struct reeve_work *work = x->work;
    const struct reeve_bytes excerpt = make_excerpt(x);

    reeve_work_make_reference(work);
    REEVE_LOG(WARN, "program did not carry out the task", reeve_log_text("task", work->task->name),
              reeve_log_id("job", work->job_id), reeve_log_text("ref", work->answer.reference),
              reeve_log_text("program", x->program->path),
              reeve_log_text("end", end_text(&x->child)), reeve_log_i64("code", x->child.code),
              reeve_log_text("problem", problem), reeve_log_bytes("stderr", excerpt));
}

static void log_not_started(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;
    const struct reeve_child *child = &x->child;
    const char *error = child->error == 0 ? "" : strerrordesc_np(child->error);

    reeve_work_make_reference(work);
    REEVE_LOG(ERROR, "program could not be started", reeve_log_text("task", work->task->name),
              reeve_log_id("job", work->job_id), reeve_log_text("ref", work->answer.reference),
              reeve_log_text("program", x->program->path),
              reeve_log_text("step", reeve_process_step_text(child->step)),
              reeve_log_text("problem", error == NULL ? "" : error),
              reeve_log_text("next", reeve_process_step_next(child->step)));
}

/* A program that did its work may still have something to say. */
static void log_words(struct reeve_execution *x)
{
    if (x->child.problems.len == 0) {
        return;
    }
    const struct reeve_bytes excerpt = make_excerpt(x);
    REEVE_LOG(INFO, "program carried out the task and wrote to standard error",
              reeve_log_text("task", x->work->task->name), reeve_log_id("job", x->work->job_id),
              reeve_log_text("program", x->program->path), reeve_log_bytes("stderr", excerpt));
}

/* ---- answers ---- */

static void fail(struct reeve_execution *x, enum reeve_reason reason, enum reeve_effect effect,
                 const char *message)
{
    struct reeve_work *work = x->work;

    reeve_execution_clear(x);
    reeve_work_fail(work, reason, effect, message);
}

/* Text that does not fit, and where. */
static void fail_output(struct reeve_execution *x, enum reeve_status status,
                        const struct reeve_problem *problem, enum effect_rule effect)
{
    const char *message = "the program's output does not fit the output message";
    char text[2 * REEVE_PROBLEM_TEXT + 64];

    reeve_format_cut(
        text, sizeof(text), "line %llu: %s: %s: %s",
        (unsigned long long)(x->work->task->server_streaming ? x->lines.count : problem->line),
        problem->field, problem->rule, problem->text);
    log_failure(x, text);
    const struct reeve_arena *arena =
        x->work->task->server_streaming ? &x->lines.arena : x->work->arena;
    const enum reeve_reason reason = reeve_work_misfit(arena, status, &message);
    fail(x, reason, effect_of(x->work, effect), message);
}

static void answer_unary(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;
    struct reeve_problem problem = {.line = 0};
    void *response = NULL;
    const enum reeve_status status = reeve_exec_read(
        work->task, reeve_buffer_view(&x->child.output), work->arena, &response, &problem);

    if (status != REEVE_OK) {
        fail_output(x, status, &problem, EFFECT_CONFIRMED);
        return;
    }
    log_words(x);
    reeve_execution_clear(x);
    reeve_work_succeed(work, response);
}

static void answer_stream(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;

    if (!x->stopped && reeve_work_cancelled(work) == REEVE_REASON_UNSPECIFIED) {
        (void)reeve_exec_lines_take_last(&x->lines, work, &x->child.output);
    }
    if (x->lines.failure != REEVE_OK) {
        fail_output(x, x->lines.failure, &x->lines.problem, EFFECT_CONFIRMED);
        return;
    }
    log_words(x);
    reeve_execution_clear(x);
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        reeve_work_stopped(work, reeve_work_confirmed(work));
        return;
    }
    reeve_work_finish(work);
}

static void answer_by_exit(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;
    const struct exit_meaning *meaning = meaning_of(x->child.code);

    if (x->child.code == 0 && work->task->server_streaming) {
        answer_stream(x);
        return;
    }
    if (x->child.code == 0) {
        answer_unary(x);
        return;
    }
    work->answer.upstream_code = (uint32_t)x->child.code;
    log_failure(x, meaning->message);
    fail(x, meaning->reason, effect_of(work, meaning->effect), meaning->message);
}

static void answer_end(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;

    if (x->child.end == REEVE_CHILD_EXITED) {
        answer_by_exit(x);
        return;
    }
    work->answer.upstream_code = SIGNAL_CODE + (uint32_t)x->child.code;
    log_failure(x, "it was killed; a limit of its own may be why");
    fail(x, REEVE_REASON_UPSTREAM_INTERRUPTED, reeve_work_doubt(work),
         "the program was ended by a signal");
}

/* Ended before its time: because somebody cancelled, or because a line was not taken. */
static void answer_cancelled(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;
    const enum reeve_effect effect =
        x->child.may_have_run ? reeve_work_doubt(work) : REEVE_EFFECT_NONE;

    if (x->lines.failure != REEVE_OK) {
        fail_output(x, x->lines.failure, &x->lines.problem, EFFECT_DOUBT);
        return;
    }
    reeve_execution_clear(x);
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        reeve_work_stopped(work, effect);
        return;
    }
    if (work->stopped) {
        work->answer.effect = effect; /* it was ended for that, wherever it stood */
        reeve_work_done(work);
        return;
    }
    reeve_work_fail(work, REEVE_REASON_UPSTREAM_INTERRUPTED, effect, "the worker stops");
}

static void answer_broken(struct reeve_execution *x)
{
    struct reeve_work *work = x->work;

    if (x->child.status == REEVE_UPSTREAM_UNREACHABLE) {
        log_not_started(x);
        fail(x, REEVE_REASON_UPSTREAM_UNREACHABLE, REEVE_EFFECT_NONE,
             "the program could not be started");
        return;
    }
    const enum reeve_effect effect =
        x->child.may_have_run ? reeve_work_doubt(work) : REEVE_EFFECT_NONE;
    log_failure(x, reeve_status_text(x->child.status));
    if (x->child.status == REEVE_OUTPUT_TOO_LARGE) {
        fail(x, REEVE_REASON_OUTPUT_TOO_LARGE, effect,
             work->task->server_streaming ? "a line of the program's output is over its limit"
                                          : "the program's output is over its limit");
    } else if (x->child.status == REEVE_UPSTREAM_INTERRUPTED) {
        fail(x, REEVE_REASON_UPSTREAM_INTERRUPTED, effect, "the program was lost");
    } else {
        fail(x, REEVE_REASON_OUT_OF_MEMORY, effect, "out of memory");
    }
}

/* Whoever cancelled no longer takes output: that there was too much of it follows from that. */
static bool is_cancelled(const struct reeve_execution *x)
{
    return x->child.status == REEVE_CANCELLED ||
           (x->child.status == REEVE_OUTPUT_TOO_LARGE &&
            reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED);
}

void reeve_execution_answer(struct reeve_execution *x)
{
    if (x->child.status == REEVE_OK) {
        answer_end(x);
    } else if (is_cancelled(x)) {
        answer_cancelled(x);
    } else {
        answer_broken(x);
    }
}

void reeve_execution_refuse(struct reeve_execution *x, enum reeve_status status)
{
    struct reeve_work *work = x->work;

    reeve_execution_clear(x);
    if (status == REEVE_CREDENTIAL_UNAVAILABLE) {
        reeve_work_fail(work, REEVE_REASON_CREDENTIAL_UNAVAILABLE, REEVE_EFFECT_NONE,
                        "a credential could not be loaded");
    } else if (status == REEVE_LIMIT || status == REEVE_TOO_LARGE) {
        reeve_work_reject(work, REEVE_REASON_TOO_LARGE, "the input is too large as JSON");
    } else {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
    }
}
