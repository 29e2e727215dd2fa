/* SPDX-License-Identifier: Apache-2.0 */
/* Results of a server-streaming task, one at a time: looked at where they are emitted, handed to
 * the loop, counted until the engine let go of them. What is not released is bounded: a binding
 * that emits faster than the gateway stores is paused, never the loop (P7).
 *
 * PAUSE and resume race. Whoever emits says `paused` first and looks at the counts again; the loop
 * counts first and looks at `paused` afterwards: one of the two always sees the other, and the
 * exchange of `paused` decides which of them answers for it. It names the message, as the loop may
 * have resumed, and another thread paused anew, before the first emit looks. */
#include "agent/runner/run.h"

#include "agent/base/list.h"

struct result {
    struct reeve_task_node node; /* in the loop's queue */
    struct reeve_run *run;       /* outlives it: the run's end is posted later */
    struct reeve_buffer message;
};

static void on_loop(struct reeve_task_node *node)
{
    struct result *result = REEVE_OWNER(node, struct result, node);
    struct reeve_run *run = result->run;
    const struct reeve_runner_options *options = reeve_run_options(run);

    options->on_result(options->ctx, run->handle, &result->message);
    reeve_buffer_clear(&result->message);
    reeve_free(NULL, result, sizeof(*result));
}

static uint64_t held(const struct reeve_run_stream *s)
{
    return __atomic_load_n(&s->emitted, __ATOMIC_SEQ_CST) -
           __atomic_load_n(&s->released, __ATOMIC_SEQ_CST);
}

static uint64_t held_bytes(const struct reeve_run_stream *s)
{
    return __atomic_load_n(&s->emitted_bytes, __ATOMIC_SEQ_CST) -
           __atomic_load_n(&s->released_bytes, __ATOMIC_SEQ_CST);
}

/* Whether another message may come: within the `part`th part of the window, and at all. A run that
 * holds none always may, so that nobody waits for others to let go. */
static bool has_room(const struct reeve_run *run, uint32_t part)
{
    const struct reeve_runner_options *o = reeve_run_options(run);
    uint64_t count = held(&run->stream);

    if (count == 0) {
        return true;
    }
    return count < o->max_results / part &&
           held_bytes(&run->stream) < o->max_results_bytes / part &&
           __atomic_load_n(reeve_run_results_bytes(run), __ATOMIC_SEQ_CST) <
               o->max_all_results_bytes;
}

/* Returns the message's number, from 1. */
static uint64_t count_emitted(struct reeve_run *run, uint64_t bytes)
{
    (void)__atomic_add_fetch(reeve_run_results_bytes(run), bytes, __ATOMIC_SEQ_CST);
    (void)__atomic_add_fetch(&run->stream.emitted_bytes, bytes, __ATOMIC_SEQ_CST);
    return __atomic_add_fetch(&run->stream.emitted, 1, __ATOMIC_SEQ_CST);
}

static enum reeve_work_flow pause_behind(struct reeve_run *run, uint64_t number)
{
    __atomic_store_n(&run->stream.paused, number, __ATOMIC_SEQ_CST);
    bool back =
        has_room(run, 1) && __atomic_compare_exchange_n(&run->stream.paused, &number, 0, false,
                                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return back ? REEVE_WORK_GO_ON : REEVE_WORK_PAUSE;
}

enum reeve_work_flow reeve_run_emit(struct reeve_run *run, struct reeve_buffer *message)
{
    const struct reeve_runner_options *options = reeve_run_options(run);
    if (reeve_redactor_finds(options->redactor, reeve_buffer_view(message))) {
        reeve_work_refuse(&run->work, REEVE_REASON_OUTPUT_WITHHELD, "a result held a known secret");
        return REEVE_WORK_STOP;
    }
    struct result *result = reeve_alloc(NULL, sizeof(*result));
    if (result == NULL) {
        reeve_work_refuse(&run->work, REEVE_REASON_OUT_OF_MEMORY, "memory is short");
        return REEVE_WORK_STOP;
    }
    result->run = run;
    result->node.run = on_loop;
    reeve_buffer_init(&result->message, NULL, run->work.max_output_bytes);
    reeve_buffer_take(&result->message, message);
    uint64_t number = count_emitted(run, result->message.len);
    reeve_loop_post(options->loop, &result->node);
    if (has_room(run, 1)) {
        return REEVE_WORK_GO_ON;
    }
    return pause_behind(run, number);
}

void reeve_run_release(struct reeve_run *run, uint64_t released, uint64_t released_bytes)
{
    struct reeve_run_stream *s = &run->stream;
    uint64_t before = __atomic_load_n(&s->released_bytes, __ATOMIC_SEQ_CST);
    struct reeve_binding *binding = run->work.binding;

    if (released <= __atomic_load_n(&s->released, __ATOMIC_SEQ_CST)) {
        return;
    }
    (void)__atomic_sub_fetch(reeve_run_results_bytes(run), released_bytes - before,
                             __ATOMIC_SEQ_CST);
    __atomic_store_n(&s->released_bytes, released_bytes, __ATOMIC_SEQ_CST);
    __atomic_store_n(&s->released, released, __ATOMIC_SEQ_CST);
    if (has_room(run, 2) && __atomic_exchange_n(&run->stream.paused, 0, __ATOMIC_SEQ_CST) != 0 &&
        binding->vtable->resume != NULL) {
        binding->vtable->resume(binding, &run->work);
    }
}

void reeve_run_forget_results(struct reeve_run *run)
{
    (void)__atomic_sub_fetch(reeve_run_results_bytes(run), held_bytes(&run->stream),
                             __ATOMIC_SEQ_CST);
}
