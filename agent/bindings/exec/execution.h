/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. One program on its way for one job: in the job's arena. */
#ifndef REEVE_AGENT_BINDINGS_EXEC_EXECUTION_H
#define REEVE_AGENT_BINDINGS_EXEC_EXECUTION_H

#include <pthread.h>

#include "agent/base/list.h"
#include "agent/bindings/exec/exec_binding.h"
#include "agent/bindings/exec/lines.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many of a program run, and who waits for a turn. */
struct reeve_exec_turns {
    uint32_t running;
    struct reeve_list waiting; /* struct reeve_execution */
};

struct reeve_exec_binding {
    struct reeve_binding base;
    const struct reeve_exec_system *system;
    struct reeve_child_loop *loop;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock;           /* guards turns, work->state, and an execution's state */
    struct reeve_exec_turns *turns; /* one for each program */
};

/* Where it is; guarded by the binding's lock. */
enum reeve_execution_state {
    REEVE_EXECUTION_WAITING, /* for a turn */
    REEVE_EXECUTION_RUNNING,
    REEVE_EXECUTION_ENDED,
};

struct reeve_execution {
    struct reeve_child child;
    struct reeve_process_plan plan;
    struct reeve_process_secret plan_secrets[REEVE_PROCESS_SECRETS_MAX];
    struct reeve_secret_value values[REEVE_PROCESS_SECRETS_MAX];
    const struct reeve_exec_program *program;
    struct reeve_work *work;
    struct reeve_buffer input;
    struct reeve_task_node node;  /* in the pool's queue */
    struct reeve_list_node place; /* among those that wait */
    enum reeve_execution_state state;
    bool stopped;                  /* a line was refused: the rest is dropped */
    struct reeve_exec_lines lines; /* of a streaming task */
};

struct reeve_exec_binding *reeve_exec_binding_of(const struct reeve_work *work);

/* What the work is to be done with: input, environment, secrets. NO_MEMORY; TOO_LARGE;
 * CREDENTIAL_UNAVAILABLE (logged). */
enum reeve_status reeve_execution_prepare(struct reeve_execution *x) REEVE_MUST_CHECK;
/* Wipes and frees; the answer is still to be given. */
void reeve_execution_clear(struct reeve_execution *x);

/* answer.c: pool thread, once the child is done: gives the work's answer. */
void reeve_execution_answer(struct reeve_execution *x);
/* The work never became a child. */
void reeve_execution_refuse(struct reeve_execution *x, enum reeve_status status);

/* The variables that every program is given: PATH unless the configuration has its own, and which
 * job it is for. `job` and `attempt`: their texts. NULL when memory is short. */
const char **reeve_exec_environment(const struct reeve_exec_program *program,
                                    const struct reeve_task *task, const char *job,
                                    const char *attempt, struct reeve_arena *arena, size_t *count);

/* explain.c */
enum reeve_status reeve_exec_explain(struct reeve_binding *binding, const struct reeve_task *task,
                                     const void *request, struct reeve_arena *arena,
                                     struct reeve_buffer *text) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
