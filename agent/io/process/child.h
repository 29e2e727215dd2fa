/* SPDX-License-Identifier: Apache-2.0 */
/* Programs run for jobs: one thread with epoll, hundreds at once, no thread each.
 *
 * A child is owned by its caller and lent from _start until on_done, which comes exactly once, on
 * the loop's own thread, never from within _start, _cancel or _resume. By then the program, and
 * everything that came of it, is dead.
 *
 * Each program has a keeper of its own (keeper.h), started from this program's binary; it sets up
 * what the plan says and cleans up behind it, also when this process ends in whatever way. */
#ifndef REEVE_AGENT_IO_PROCESS_CHILD_H
#define REEVE_AGENT_IO_PROCESS_CHILD_H

#include "agent/base/buffer.h"
#include "agent/io/loop/loop.h"
#include "agent/io/process/plan.h"
#include "agent/io/process/report.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_child_loop;

/* Starts the thread. `executable` is started in the role exec-child; NULL: this program's own
 * binary, whose main calls reeve_process_role_main() when it is asked to. Borrowed. Each program
 * takes five descriptors: see reeve_process_raise_descriptors(). NO_MEMORY, IO (no epoll or eventfd
 * to be had), LIMIT (no thread). */
enum reeve_status reeve_child_loop_new(const char *executable,
                                       struct reeve_child_loop **out) REEVE_MUST_CHECK;
/* Kills what still runs (on_done comes with CANCELLED), joins the thread, frees. Nobody starts
 * or cancels any more; what was lent is waited for. NULL is fine. */
void reeve_child_loop_free(struct reeve_child_loop *loop);

/* How a program ended. */
enum reeve_child_end {
    REEVE_CHILD_NOT_ENDED, /* it was not started, or nobody can say */
    REEVE_CHILD_EXITED,    /* code: exit status */
    REEVE_CHILD_KILLED,    /* code: signal */
};

struct reeve_child {
    /* ---- set by the caller; everything borrowed until on_done ---- */
    const struct reeve_process_plan *plan;
    struct reeve_bytes input;  /* standard input; a program that does not read it is fine */
    uint64_t grace_ms;         /* from SIGTERM to SIGKILL; 0: SIGKILL at once */
    size_t max_output_bytes;   /* held at a time; all of it when there is no on_output */
    size_t max_problems_bytes; /* of standard error that are kept; the rest is read and dropped */
    /* NULL: output is collected until the end. Else called whenever `output` has grown: from then
     * on it belongs to the caller, nothing more is read, until _resume. */
    void (*on_output)(struct reeve_child *child);
    void (*on_done)(struct reeve_child *child);

    /* ---- valid from on_done on ---- */
    /* OK: it ran and ended by itself, see `end`. UPSTREAM_UNREACHABLE: it was not started, see
     * `step` and `error`. UPSTREAM_INTERRUPTED: its keeper vanished. CANCELLED. OUTPUT_TOO_LARGE:
     * and was ended for it. NO_MEMORY. TOO_LARGE: the plan. */
    enum reeve_status status;
    bool may_have_run;
    enum reeve_child_end end;
    int code;
    enum reeve_process_step step;
    int error;                  /* errno */
    struct reeve_buffer output; /* the caller clears both, always */
    struct reeve_buffer problems;
    bool problems_cut;

    /* ---- private ---- */
    struct reeve_task_node start_node;
    struct reeve_task_node cancel_node;
    struct reeve_task_node resume_node;
    int phase;
    bool cancel_ran;
    void *run;
};

/* Any thread. */
void reeve_child_start(struct reeve_child_loop *loop, struct reeve_child *child);
/* Any thread, after _start and before the caller has handled on_done. SIGTERM to the program's
 * group, SIGKILL to all that is left after the grace time; then on_done with CANCELLED or with what
 * came first. A second call does nothing. */
void reeve_child_cancel(struct reeve_child_loop *loop, struct reeve_child *child);
/* Any thread, once for each on_output: the caller has taken what it wants from `output`. */
void reeve_child_resume(struct reeve_child_loop *loop, struct reeve_child *child);

#ifdef __cplusplus
}
#endif
#endif
