/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of JSON to result messages: see lines.h. */
#include "agent/bindings/exec/lines.h"

#include "agent/base/time.h"

/* Of one message; the job's own arena is for what lives as long as the job. */
#define LINE_MEMORY ((size_t)8 * 1024 * 1024)
#define LINE_BLOCK 1024u

void reeve_exec_lines_init(struct reeve_exec_lines *lines, const struct reeve_work *work)
{
    reeve_work_scratch_init(work, &lines->arena, LINE_MEMORY, LINE_BLOCK);
}

void reeve_exec_lines_clear(struct reeve_exec_lines *lines)
{
    reeve_arena_clear(&lines->arena);
}

static bool is_blank(struct reeve_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!reeve_bytes_contains(reeve_bytes_cstr(" \t\r\n"), reeve_bytes_slice(text, i, 1))) {
            return false;
        }
    }
    return true;
}

enum reeve_status reeve_exec_read(const struct reeve_task *task, struct reeve_bytes json,
                                  struct reeve_arena *arena, void **message,
                                  struct reeve_problem *problem)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_problems problems = {.items = problem, .capacity = 1};

    if (is_blank(json)) {
        reeve_format_cut(problem->rule, sizeof(problem->rule), "syntax");
        reeve_format_cut(problem->text, sizeof(problem->text), "there is no JSON value");
        return REEVE_SYNTAX;
    }
    REEVE_TRY(reeve_message_from_json(task->output, json, &options, arena, message, problem));
    return reeve_message_validate(task->output, *message, reeve_now_read().unix_ms, &problems);
}

static enum reeve_exec_flow flow_of(enum reeve_work_flow flow)
{
    switch (flow) {
    case REEVE_WORK_GO_ON:
        return REEVE_EXEC_GO_ON;
    case REEVE_WORK_PAUSE:
        return REEVE_EXEC_PAUSE;
    case REEVE_WORK_STOP:
        break;
    }
    return REEVE_EXEC_STOP;
}

static enum reeve_exec_flow take_line(struct reeve_exec_lines *lines, struct reeve_work *work,
                                      struct reeve_bytes line)
{
    void *message = NULL;

    reeve_arena_reset(&lines->arena);
    lines->count++;
    const enum reeve_status status =
        reeve_exec_read(work->task, line, &lines->arena, &message, &lines->problem);
    if (status != REEVE_OK) {
        lines->failure = status;
        return REEVE_EXEC_STOP;
    }
    return flow_of(reeve_work_emit(work, message));
}

enum reeve_exec_flow reeve_exec_lines_take(struct reeve_exec_lines *lines, struct reeve_work *work,
                                           struct reeve_buffer *output)
{
    enum reeve_exec_flow flow = REEVE_EXEC_GO_ON;
    struct reeve_bytes rest = reeve_buffer_view(output);

    while (flow == REEVE_EXEC_GO_ON) {
        const size_t end = reeve_bytes_find(rest, reeve_bytes_cstr("\n"));
        if (end == SIZE_MAX) {
            break;
        }
        flow = take_line(lines, work, reeve_bytes_slice(rest, 0, end));
        rest = reeve_bytes_slice(rest, end + 1, rest.len);
    }
    /* Once for all: a line each would move what follows again and again. */
    reeve_buffer_consume(output, output->len - rest.len);
    return flow;
}

enum reeve_exec_flow reeve_exec_lines_take_last(struct reeve_exec_lines *lines,
                                                struct reeve_work *work,
                                                struct reeve_buffer *output)
{
    if (output->len == 0) {
        return REEVE_EXEC_GO_ON;
    }
    return take_line(lines, work, reeve_buffer_view(output));
}
