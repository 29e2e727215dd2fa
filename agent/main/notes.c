/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's notes as lines of the local log. */
#include "agent/base/log.h"
#include "agent/codec/outcome_status.h"
#include "agent/codec/session_code.h"
#include "agent/main/worker_state.h"

/* Fields that say something, behind one another; the list ends with a NULL key. */
struct line {
    struct reeve_log_field fields[9];
    size_t count;
};

static void add(struct line *line, struct reeve_log_field field)
{
    line->fields[line->count++] = field;
}

static void add_words(struct line *line, const struct reeve_engine_note_fields *note)
{
    if (note->status != REEVE_OK) {
        add(line, reeve_log_status(note->status));
    }
    if (note->reason != 0) {
        add(line, reeve_log_text("reason", reeve_reason_name((enum reeve_reason)note->reason)));
    }
    if (note->session_code != 0) {
        add(line, reeve_log_text("session_code", reeve_session_code_name(
                                                     (enum reeve_session_code)note->session_code)));
    }
    if (note->state != NULL) {
        add(line, reeve_log_text("state", note->state));
    }
}

void reeve_worker_note(const struct reeve_engine_note_fields *note)
{
    const enum reeve_log_level level = (enum reeve_log_level)reeve_engine_note_level(note->code);
    struct line line = {.count = 0};
    if (!reeve_log_enabled(level)) {
        return;
    }
    add_words(&line, note);
    if (!reeve_id_is_zero(note->job_id)) {
        add(&line, reeve_log_id("job", note->job_id));
    }
    if (note->task != NULL) {
        add(&line, reeve_log_text("task", note->task));
    }
    if (note->number != 0) {
        add(&line, reeve_log_u64("number", note->number));
    }
    if (note->text.len > 0) {
        add(&line, reeve_log_bytes("text", note->text));
    }
    reeve_log_write(level, reeve_engine_note_text(note->code), line.fields);
}
