/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. A streaming task's output: one JSON value a line, each a result message. The program is
 * read no further while the gateway has no room. */
#ifndef REEVE_AGENT_BINDINGS_EXEC_LINES_H
#define REEVE_AGENT_BINDINGS_EXEC_LINES_H

#include "agent/bindings/work.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* After a line. */
enum reeve_exec_flow {
    REEVE_EXEC_GO_ON,
    REEVE_EXEC_PAUSE, /* wait for the binding's resume, then go on */
    REEVE_EXEC_STOP,  /* nothing more is taken; `failure` says why, or the work's own answer does */
};

struct reeve_exec_lines {
    struct reeve_arena arena; /* of one line */
    uint64_t count;           /* taken so far */
    enum reeve_status failure;
    struct reeve_problem problem; /* of the line that does not fit */
    /* ---- guarded by the binding's lock ---- */
    bool paused;  /* resume hands it to the pool */
    bool resumed; /* before emit said PAUSE */
};

void reeve_exec_lines_init(struct reeve_exec_lines *lines, const struct reeve_work *work);
void reeve_exec_lines_clear(struct reeve_exec_lines *lines);

/* Takes complete lines out of `output` until one pauses or stops, or none is left. */
enum reeve_exec_flow reeve_exec_lines_take(struct reeve_exec_lines *lines, struct reeve_work *work,
                                           struct reeve_buffer *output);
/* What stands behind the last line's end is a line, too. */
enum reeve_exec_flow reeve_exec_lines_take_last(struct reeve_exec_lines *lines,
                                                struct reeve_work *work,
                                                struct reeve_buffer *output);

/* Reads one JSON value as the task's output and checks its constraints; undeclared members are
 * dropped. As reeve_message_from_json() and reeve_message_validate(); SYNTAX when it is blank. */
enum reeve_status reeve_exec_read(const struct reeve_task *task, struct reeve_bytes json,
                                  struct reeve_arena *arena, void **message,
                                  struct reeve_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
