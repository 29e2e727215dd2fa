/* SPDX-License-Identifier: Apache-2.0 */
/* What the local log should say: a bounded ring. When it is full the newest is dropped and counted;
 * the log is for people, the audit trail is elsewhere. */
#include "agent/base/log.h"
#include "agent/core/engine_state.h"

struct note_row {
    const char *name;
    const char *text;
    int level;
};

static const struct note_row rows[] = {
#define X(name, level, text) {#name, text, (int)REEVE_LOG_##level},
    REEVE_ENGINE_NOTE_MAP(X)
#undef X
};

#define ROWS (sizeof rows / sizeof rows[0])

const char *reeve_engine_note_name(enum reeve_engine_note note)
{
    return (size_t)note < ROWS ? rows[note].name : "INVALID";
}

const char *reeve_engine_note_text(enum reeve_engine_note note)
{
    return (size_t)note < ROWS ? rows[note].text : "invalid note";
}

int reeve_engine_note_level(enum reeve_engine_note note)
{
    return (size_t)note < ROWS ? rows[note].level : (int)REEVE_LOG_ERROR;
}

void reeve_engine_note_fields(struct reeve_engine *e, const struct reeve_engine_note_fields *note)
{
    if (e->notes_count == REEVE_ENGINE_NOTES) {
        e->notes_dropped++;
        return;
    }
    e->notes[(e->notes_first + e->notes_count) % REEVE_ENGINE_NOTES] = *note;
    e->notes_count++;
}

void reeve_engine_note(struct reeve_engine *e, enum reeve_engine_note code,
                       enum reeve_status status, uint64_t number)
{
    struct reeve_engine_note_fields note = {.code = code, .status = status, .number = number};
    reeve_engine_note_fields(e, &note);
}

void reeve_engine_note_job(struct reeve_engine *e, enum reeve_engine_note code,
                           struct reeve_id job_id, const char *task, uint32_t reason)
{
    struct reeve_engine_note_fields note = {
        .code = code, .job_id = job_id, .task = task, .reason = reason};
    reeve_engine_note_fields(e, &note);
}

void reeve_engine_note_session(struct reeve_engine *e, enum reeve_engine_note code,
                               enum reeve_status status, uint32_t session_code, uint64_t number)
{
    struct reeve_engine_note_fields note = {
        .code = code, .status = status, .session_code = session_code, .number = number};
    reeve_engine_note_fields(e, &note);
}

bool reeve_engine_notes_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (e->notes_count == 0) {
        return false;
    }
    out->type = REEVE_ACTION_NOTE;
    out->u.note = e->notes[e->notes_first];
    e->notes_first = (e->notes_first + 1) % REEVE_ENGINE_NOTES;
    e->notes_count--;
    return true;
}
