/* SPDX-License-Identifier: Apache-2.0 */
/* The exec binding's flow: pool thread → child loop → pool thread. See exec_binding.h.
 *
 * Cancelling: the loop's thread may cancel before the execution exists, while it waits for its
 * turn, while its program runs, or after it ended. The binding's lock orders that, as in the http
 * binding. Output of a streaming task goes to the pool a piece at a time; the program is read on
 * when the piece is through. */
#include "agent/bindings/exec/exec_binding.h"

#include "agent/bindings/exec/execution.h"

#define PROBLEMS_MAX ((size_t)64 * 1024)

const struct reeve_exec_program *reeve_exec_find(const struct reeve_exec_system *system,
                                                 const char *operation)
{
    for (size_t i = 0; i < system->programs_count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(operation), system->programs[i].operation)) {
            return &system->programs[i];
        }
    }
    return NULL;
}

static struct reeve_exec_turns *turns_of(const struct reeve_execution *x)
{
    const struct reeve_exec_binding *self = reeve_exec_binding_of(x->work);

    return &self->turns[x->program - self->system->programs];
}

static void lock(struct reeve_exec_binding *self)
{
    (void)pthread_mutex_lock(&self->lock);
}

static void unlock(struct reeve_exec_binding *self)
{
    (void)pthread_mutex_unlock(&self->lock);
}

static void submit(struct reeve_execution *x, void (*run)(struct reeve_task_node *node))
{
    x->node.run = run;
    reeve_pool_submit(reeve_exec_binding_of(x->work)->pool, &x->node);
}

/* ---- the end ---- */

/* Pool thread. */
static void run_answer(struct reeve_task_node *node)
{
    reeve_execution_answer(REEVE_OWNER(node, struct reeve_execution, node));
}

/* With the lock. */
static void give_turn_on(struct reeve_exec_binding *self, struct reeve_exec_turns *turns)
{
    struct reeve_list_node *next = reeve_list_pop_front(&turns->waiting);

    if (next == NULL) {
        turns->running--;
        return;
    }
    struct reeve_execution *x = REEVE_OWNER(next, struct reeve_execution, place);
    x->state = REEVE_EXECUTION_RUNNING;
    reeve_child_start(self->loop, &x->child);
}

/* Child loop. */
static void on_child_done(struct reeve_child *child)
{
    struct reeve_execution *x = REEVE_OWNER(child, struct reeve_execution, child);
    struct reeve_exec_binding *self = reeve_exec_binding_of(x->work);

    lock(self);
    x->state = REEVE_EXECUTION_ENDED;
    give_turn_on(self, turns_of(x));
    unlock(self);
    submit(x, run_answer);
}

/* ---- lines ---- */

/* Whether a pause is over already; else resume or cancel will hand the work to the pool. */
static bool skip_pause(struct reeve_execution *x)
{
    struct reeve_exec_binding *self = reeve_exec_binding_of(x->work);

    lock(self);
    const bool skip = x->lines.resumed || reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED;
    x->lines.resumed = false;
    x->lines.paused = !skip;
    unlock(self);
    return skip;
}

/* Pool thread, with the child's output lent. */
static void run_lines(struct reeve_task_node *node)
{
    struct reeve_execution *x = REEVE_OWNER(node, struct reeve_execution, node);
    struct reeve_exec_binding *self = reeve_exec_binding_of(x->work);
    enum reeve_exec_flow flow = REEVE_EXEC_GO_ON;

    while (!x->stopped && reeve_work_cancelled(x->work) == REEVE_REASON_UNSPECIFIED) {
        flow = reeve_exec_lines_take(&x->lines, x->work, &x->child.output);
        if (flow != REEVE_EXEC_PAUSE) {
            break;
        }
        if (!skip_pause(x)) {
            return;
        }
    }
    if (flow == REEVE_EXEC_STOP) {
        x->stopped = true;
        reeve_child_cancel(self->loop, &x->child);
    }
    if (x->stopped) {
        reeve_buffer_reset(&x->child.output);
    }
    reeve_child_resume(self->loop, &x->child);
}

/* Child loop. */
static void on_child_output(struct reeve_child *child)
{
    submit(REEVE_OWNER(child, struct reeve_execution, child), run_lines);
}

static void wake(struct reeve_execution *x)
{
    if (x->lines.paused) {
        x->lines.paused = false;
        submit(x, run_lines);
    }
}

static void exec_resume(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_exec_binding *self = REEVE_OWNER(binding, struct reeve_exec_binding, base);

    lock(self);
    struct reeve_execution *x = work->state;
    if (x->lines.paused) {
        wake(x);
    } else {
        x->lines.resumed = true;
    }
    unlock(self);
}

/* ---- the beginning ---- */

static struct reeve_execution *new_execution(struct reeve_work *work)
{
    struct reeve_execution *x = reeve_arena_alloc(work->arena, sizeof(*x));

    if (x == NULL) {
        return NULL;
    }
    x->work = work;
    x->child.max_problems_bytes = PROBLEMS_MAX;
    x->child.on_done = on_child_done;
    x->child.on_output = work->task->server_streaming ? on_child_output : NULL;
    reeve_buffer_init(&x->child.output, NULL, 0);
    reeve_buffer_init(&x->child.problems, NULL, 0);
    reeve_exec_lines_init(&x->lines, work);
    return x;
}

/* Starts it, or lets it wait for its turn, unless somebody cancelled in the meantime. */
static void take_turn(struct reeve_exec_binding *self, struct reeve_execution *x)
{
    struct reeve_work *work = x->work;
    struct reeve_exec_turns *turns = turns_of(x);

    lock(self);
    const bool cancelled = reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED;
    if (!cancelled) {
        work->state = x;
    }
    if (!cancelled && turns->running < x->program->max_concurrent) {
        turns->running++;
        x->state = REEVE_EXECUTION_RUNNING;
        reeve_child_start(self->loop, &x->child);
    } else if (!cancelled) {
        x->state = REEVE_EXECUTION_WAITING;
        reeve_list_push_back(&turns->waiting, &x->place);
    }
    unlock(self);
    if (cancelled) {
        reeve_execution_clear(x);
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
    }
}

static void exec_start(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_exec_binding *self = REEVE_OWNER(binding, struct reeve_exec_binding, base);
    const struct reeve_exec_program *program = reeve_exec_find(self->system, work->task->operation);

    if (program == NULL) {
        reeve_work_reject(work, REEVE_REASON_NOT_CONFIGURED,
                          "the task's program is not configured here");
        return;
    }
    struct reeve_execution *x = new_execution(work);
    if (x == NULL) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
        return;
    }
    x->program = program;
    const enum reeve_status status = reeve_execution_prepare(x);
    if (status != REEVE_OK) {
        reeve_execution_refuse(x, status);
        return;
    }
    take_turn(self, x);
}

/* Pool thread: it never had a turn. */
static void run_stopped(struct reeve_task_node *node)
{
    struct reeve_execution *x = REEVE_OWNER(node, struct reeve_execution, node);
    struct reeve_work *work = x->work;

    reeve_execution_clear(x);
    reeve_work_stopped(work, REEVE_EFFECT_NONE);
}

static void exec_cancel(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_exec_binding *self = REEVE_OWNER(binding, struct reeve_exec_binding, base);

    lock(self);
    struct reeve_execution *x = work->state;
    if (x != NULL && x->state == REEVE_EXECUTION_WAITING) {
        x->state = REEVE_EXECUTION_ENDED;
        reeve_list_remove(&turns_of(x)->waiting, &x->place);
        submit(x, run_stopped);
    } else if (x != NULL && x->state == REEVE_EXECUTION_RUNNING) {
        reeve_child_cancel(self->loop, &x->child);
        wake(x);
    }
    unlock(self);
}

/* ---- life ---- */

static void exec_free(struct reeve_binding *binding)
{
    struct reeve_exec_binding *self = REEVE_OWNER(binding, struct reeve_exec_binding, base);

    reeve_free(NULL, self->turns, (self->system->programs_count + 1) * sizeof(*self->turns));
    (void)pthread_mutex_destroy(&self->lock);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_binding_vtable EXEC_VTABLE = {.name = "exec",
                                                        .start = exec_start,
                                                        .cancel = exec_cancel,
                                                        .resume = exec_resume,
                                                        .explain = reeve_exec_explain,
                                                        .free = exec_free};

enum reeve_status reeve_exec_binding_new(const struct reeve_exec_system *system,
                                         struct reeve_child_loop *loop, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out)
{
    struct reeve_exec_binding *self = reeve_alloc(NULL, sizeof(*self));

    *out = NULL;
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &EXEC_VTABLE;
    self->system = system;
    self->loop = loop;
    self->pool = pool;
    self->secrets = secrets;
    (void)pthread_mutex_init(&self->lock, NULL);
    self->turns = reeve_alloc_array(NULL, system->programs_count + 1, sizeof(*self->turns));
    if (self->turns == NULL) {
        (void)pthread_mutex_destroy(&self->lock);
        reeve_free(NULL, self, sizeof(*self));
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < system->programs_count; i++) {
        reeve_list_init(&self->turns[i].waiting);
    }
    *out = &self->base;
    return REEVE_OK;
}
