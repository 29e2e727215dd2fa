/* SPDX-License-Identifier: Apache-2.0 */
/* One job being carried out, as a binding sees it, and the answer that it owes.
 *
 * The runner makes a work from a START_JOB, decodes and checks the input, and hands it to the
 * task's binding on a pool thread. The binding fills `answer` and calls reeve_work_done() exactly
 * once, from any thread; the work is the runner's again from then on. */
#ifndef REEVE_AGENT_BINDINGS_WORK_H
#define REEVE_AGENT_BINDINGS_WORK_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/outcome_status.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_ANSWER_MESSAGE_SIZE 513 /* the contract's 512 bytes and NUL */
#define REEVE_ANSWER_REFERENCE_SIZE 33

/* How a work ended. All zero is no answer. */
struct reeve_answer {
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    enum reeve_reason reason;
    uint32_t upstream_code;
    char reference[REEVE_ANSWER_REFERENCE_SIZE]; /* finds the local log lines; "" for none */
    char *message; /* by reeve_answer_say(): few jobs have one, and thousands wait without */
    struct reeve_buffer output; /* encoded output message when SUCCEEDED */
};

/* Our own words, which leave (P2), in place of what was said before: copied, cut at the contract's
 * length. NULL, or no memory: none. */
void reeve_answer_say(struct reeve_answer *answer, const char *message);
/* Never NULL. */
const char *reeve_answer_message(const struct reeve_answer *answer);
/* Frees message and output. */
void reeve_answer_clear(struct reeve_answer *answer);

struct reeve_binding;
struct reeve_work;

/* How a binding goes on after a result message. */
enum reeve_work_flow {
    REEVE_WORK_GO_ON, /* emit the next when there is one */
    REEVE_WORK_PAUSE, /* taken; emit nothing more before vtable->resume comes */
    /* Not taken: the answer says why (too large, not UTF-8, a secret in it, no memory, cancelled);
     * stop the source, then call reeve_work_done(). */
    REEVE_WORK_STOP,
};

/* Set by the runner. */
struct reeve_work_owner {
    void (*done)(struct reeve_work *work);
    void (*progress)(struct reeve_work *work, uint64_t steps_done, uint64_t steps_total);
    /* One encoded result message; its memory moves. STOP: refused, by reeve_work_refuse(). */
    enum reeve_work_flow (*emit)(struct reeve_work *work, struct reeve_buffer *message);
    /* Runs work->then on the loop's thread, in order with the other posts of the calling one. */
    void (*later)(struct reeve_work *work);
};

struct reeve_work {
    /* ---- what to do; set by the runner, fixed while the binding has it ---- */
    const struct reeve_task *task;
    const void *request;       /* the input's struct: decoded, every constraint holds */
    struct reeve_arena *arena; /* the job's memory; whoever has the work may use it */
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t deadline_ms; /* boot time */
    size_t max_output_bytes;
    const struct reeve_work_owner *owner;

    /* ---- the answer ---- */
    struct reeve_answer answer;
    bool stopped; /* reeve_work_emit() said STOP: `answer` stands */
    bool refused; /* because a result could not leave: only the effect may be answered anew */

    /* ---- the binding's own ---- */
    struct reeve_binding *binding;
    void *state;
    void (*then)(struct reeve_work *work); /* see reeve_work_later() */

    /* enum reeve_reason, 0 while nobody cancelled; see reeve_work_cancelled() */
    int cancel_reason;
};

/* A way to carry tasks out. One object per system (http) or per worker (native). */
struct reeve_binding {
    const struct reeve_binding_vtable *vtable;
};

struct reeve_binding_vtable {
    const char *name; /* "http": as in the audit record */
    /* Pool thread. Does or begins the work; reeve_work_done() may come before this returns. */
    void (*start)(struct reeve_binding *binding, struct reeve_work *work);
    /* The loop's thread, at most once, between start's call and the owner's handling of done (so
     * possibly before start has run, and after done was called). cancel_reason is set before. The
     * work still ends by reeve_work_done(). NULL: the binding looks at reeve_work_cancelled(). */
    void (*cancel)(struct reeve_binding *binding, struct reeve_work *work);
    /* The loop's thread; there is room again after a PAUSE: possibly before the reeve_work_emit()
     * that says so has returned. Exactly once for each PAUSE, unless the work was cancelled or
     * answered meanwhile: it may then come or not, under the same rule as cancel. NULL: the binding
     * has no server-streaming tasks. */
    void (*resume)(struct reeve_binding *binding, struct reeve_work *work);
    /* Any thread. What start() would do for a request that has passed its checks, as text for
     * people: request line, statement with its parameters, argv. Touches nothing and fetches no
     * credential; those are named, never shown. NULL: there is nothing to tell (native). NO_MEMORY,
     * LIMIT; INVALID: the request passes its checks and cannot be sent, the text says why. */
    enum reeve_status (*explain)(struct reeve_binding *binding, const struct reeve_task *task,
                                 const void *request, struct reeve_arena *arena,
                                 struct reeve_buffer *text);
    void (*free)(struct reeve_binding *binding);
};

void reeve_binding_free(struct reeve_binding *binding); /* NULL is fine */

/* Any thread. REASON_UNSPECIFIED (0) until somebody cancelled; then CANCEL_REQUESTED or DEADLINE.
 */
enum reeve_reason reeve_work_cancelled(const struct reeve_work *work);

/* Any thread, one at a time: goes on with `then` on the loop's thread. For what takes microseconds
 * and cannot block, where it costs less than waking a pool thread. The work may have ended, and its
 * memory be gone, when this returns. */
void reeve_work_later(struct reeve_work *work, void (*then)(struct reeve_work *work));

/* Hands the work back. Its memory may be gone when this returns. */
void reeve_work_done(struct reeve_work *work);

/* A short random name in answer.reference, under which the local log keeps what may not leave. */
void reeve_work_make_reference(struct reeve_work *work);

/* ---- ways to answer; each ends with reeve_work_done() ---- */

/* Server-streaming tasks: one result message (a struct of the task's output type), in order, from
 * one thread at a time, before the answer. Encodes and checks it before this returns; `response` is
 * the caller's again. After STOP the job ends as `answer` says, whichever way of answering follows:
 * only a work that was stopped by a cancel may be answered anew, by who knows its effect. */
enum reeve_work_flow reeve_work_emit(struct reeve_work *work, const void *response);
/* Server-streaming tasks: every message was emitted; SUCCEEDED. After STOP: what `answer` says. */
void reeve_work_finish(struct reeve_work *work);
/* For the owner: nothing more is taken, the job ends as FAILED, its effect confirmed. The binding
 * still calls reeve_work_done(). */
void reeve_work_refuse(struct reeve_work *work, enum reeve_reason reason, const char *message);

/* Unary tasks: encodes `response` (a struct of the task's output type). TOO_LARGE and UTF8 become
 * FAILED. */
void reeve_work_succeed(struct reeve_work *work, const void *response);
/* `message` is copied, cut at the contract's length; our own words only. */
void reeve_work_fail(struct reeve_work *work, enum reeve_reason reason, enum reeve_effect effect,
                     const char *message);
/* For an input that passed its schema and yet cannot be sent (a path variable that is empty). */
void reeve_work_reject(struct reeve_work *work, enum reeve_reason reason, const char *message);
/* For a work that stopped because somebody cancelled it: CANCELLED or TIMED_OUT. */
void reeve_work_stopped(struct reeve_work *work, enum reeve_effect effect);

/* Why an answer that came cannot become the output, from the status of reading it into `arena`:
 * with NO_MEMORY OUTPUT_TOO_LARGE, or OUT_OF_MEMORY when other jobs have it all, and words of its
 * own in *message; else OUTPUT_INVALID and what is there. */
enum reeve_reason reeve_work_misfit(const struct reeve_arena *arena, enum reeve_status status,
                                    const char **message);
/* An arena for what lives less long than the job, as each message of a stream: what all jobs have
 * together bounds it, too. Cleared before the answer. */
void reeve_work_scratch_init(const struct reeve_work *work, struct reeve_arena *scratch, size_t max,
                             size_t block_size);

/* The effect of a request that may have arrived: NONE for tasks without side effects, else MAYBE.
 */
enum reeve_effect reeve_work_doubt(const struct reeve_work *work);
/* The effect of a request that the system confirmed: NONE for tasks without side effects, else
 * DONE, even if its answer cannot be passed on. */
enum reeve_effect reeve_work_confirmed(const struct reeve_work *work);

#ifdef __cplusplus
}
#endif
#endif
