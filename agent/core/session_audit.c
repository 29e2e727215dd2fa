/* SPDX-License-Identifier: Apache-2.0 */
/* Audit records that no job brings about: what happened to a session, and that a configuration was
 * taken over. A record that cannot be stored at once waits in a short list. A gateway that opens
 * and breaks sessions without ever acknowledging anything cannot fill the disk with them: beyond a
 * bound of unacknowledged records they are only counted. */
#include "agent/core/engine_state.h"

static bool room(const struct reeve_engine *e)
{
    size_t own = e->chain.entries.count - e->chain.outcomes;
    return own < REEVE_ENGINE_SESSION_RECORDS;
}

static enum reeve_status store(struct reeve_engine *e,
                               const struct reeve_engine_session_event *event)
{
    struct reeve_audit_record record = {.event = REEVE_AUDIT_SESSION};
    record.as.session.kind = (enum reeve_session_event_kind)event->kind;
    record.as.session.epoch = event->epoch;
    record.as.session.code = reeve_bytes_cstr(event->code);
    struct reeve_audit_entry entry = {0};
    struct reeve_engine_chain_item item = {.record = &record, .entry = &entry};
    return reeve_engine_chain_append(e, &item, NULL);
}

void reeve_engine_audit_session(struct reeve_engine *e, enum reeve_session_event_kind kind,
                                const char *code)
{
    if (!room(e) || e->events_count == REEVE_ENGINE_EVENTS) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, REEVE_LIMIT, e->chain.entries.count);
        return;
    }
    struct reeve_engine_session_event *event = &e->events[e->events_count];
    event->kind = (uint8_t)kind;
    event->epoch = e->last_epoch;
    event->code = code;
    e->events_count++;
    reeve_engine_audit_pending(e);
}

static enum reeve_status store_configuration(struct reeve_engine *e)
{
    struct reeve_bytes names[256];
    size_t count = 0;
    for (uint32_t i = 0; i < e->table->count && count < 256; i++) {
        if (e->tasks[i].allow) {
            names[count++] = reeve_bytes_cstr(e->tasks[i].task->name);
        }
    }
    struct reeve_audit_record record = {.event = REEVE_AUDIT_CONFIGURATION};
    record.as.configuration.digest = e->configuration_digest;
    record.as.configuration.allowed_tasks.items = names;
    record.as.configuration.allowed_tasks.count = count;
    struct reeve_audit_entry entry = {0};
    struct reeve_engine_chain_item item = {.record = &record, .entry = &entry};
    return reeve_engine_chain_append(e, &item, NULL);
}

static enum reeve_status store_state(struct reeve_engine *e)
{
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_STATE};
    record.as.state_changed.rolled_back = e->rolled_back;
    record.as.state_changed.code = reeve_bytes_cstr(e->rolled_back_code);
    return reeve_engine_append(e, &record, NULL);
}

static void drop_first_event(struct reeve_engine *e)
{
    e->events_count--;
    for (size_t i = 0; i < e->events_count; i++) {
        e->events[i] = e->events[i + 1];
    }
}

static enum reeve_status store_due(struct reeve_engine *e)
{
    if (e->state_due) {
        REEVE_TRY(store_state(e));
        e->state_due = false;
    }
    if (e->configuration_due) {
        REEVE_TRY(store_configuration(e));
        e->configuration_due = false;
    }
    while (e->events_count > 0) {
        REEVE_TRY(store(e, &e->events[0]));
        drop_first_event(e);
    }
    return REEVE_OK;
}

void reeve_engine_audit_pending(struct reeve_engine *e)
{
    if (!e->appends.failed && store_due(e) != REEVE_OK) {
        reeve_engine_retry_later(e);
    }
}
