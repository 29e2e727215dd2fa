/* SPDX-License-Identifier: Apache-2.0 */
/* The link's life: when to connect, and what its coming and going means. */
#include "agent/core/engine_state.h"

void reeve_engine_link_move(struct reeve_engine *e, enum reeve_engine_link_state to)
{
    if (!reeve_engine_link_state_allows(e->link.state, to)) {
        reeve_engine_invariant(e, reeve_engine_link_state_name(to));
    }
    e->link.state = to;
    struct reeve_engine_note_fields note = {.code = REEVE_NOTE_STATE,
                                            .state = reeve_engine_link_state_name(to)};
    reeve_engine_note_fields(e, &note);
}

bool reeve_engine_link_is_up(const struct reeve_engine *e)
{
    return e->link.state == REEVE_LINK_LIVE || e->link.state == REEVE_LINK_RESUMING;
}

static uint64_t pause_ms(struct reeve_engine *e)
{
    struct reeve_engine_link *l = &e->link;
    if (l->reconnect_now) {
        return 0;
    }
    uint64_t backoff_ms = reeve_engine_backoff_next_ms(&l->backoff, e->random);
    if (l->refused && backoff_ms < e->backoff_refused_ms) {
        backoff_ms = e->backoff_refused_ms;
    }
    return l->retry_after_ms > backoff_ms ? l->retry_after_ms : backoff_ms;
}

/* From a state without a link to the next try. */
void reeve_engine_link_plan(struct reeve_engine *e)
{
    struct reeve_engine_link *l = &e->link;
    uint64_t wait_ms = pause_ms(e);
    l->not_before_ms = e->now.boot_ms + l->retry_after_ms;
    l->retry_after_ms = 0;
    l->reconnect_now = false;
    l->connect_at_ms = e->now.boot_ms + wait_ms;
    reeve_engine_link_move(e, REEVE_LINK_BACKOFF);
    reeve_engine_note(e, REEVE_NOTE_CONNECT_LATER, l->last_end, wait_ms);
}

void reeve_engine_link_connect(struct reeve_engine *e)
{
    struct reeve_engine_link *l = &e->link;
    if (reeve_engine_hello_prepare(e, &l->hello_lsn) != REEVE_OK) {
        reeve_engine_retry_later(e);
        l->connect_at_ms = e->retry_ms;
        return;
    }
    l->number = ++e->last_number;
    l->connects++;
    e->next.wanted = false; /* it dials with the newest identity */
    e->next.leaving = false;
    l->connect_pending = true;
    l->close_pending = false;
    l->writable = false;
    l->connect_at_ms = REEVE_NEVER_MS;
    l->connect_by_ms = e->now.boot_ms + e->connect_timeout_ms;
    reeve_engine_link_move(e, REEVE_LINK_CONNECTING);
}

static bool has_link(enum reeve_engine_link_state state)
{
    return state >= REEVE_LINK_CONNECTING && state <= REEVE_LINK_LIVE;
}

void reeve_engine_link_close(struct reeve_engine *e, enum reeve_session_code code,
                             enum reeve_status status)
{
    struct reeve_engine_link *l = &e->link;
    if (!has_link(l->state)) {
        return;
    }
    uint32_t number = l->number;
    l->last_end = status;
    l->last_code = (uint32_t)code;
    if (reeve_engine_takeover_promote(e, code == REEVE_SESSION_SUPERSEDED)) {
        reeve_engine_farewell(e, number, code, status);
        return;
    }
    reeve_engine_session_lost(e, false);
    l->close_pending = true;
    l->close_code = (uint32_t)code;
    l->close_status = status;
    reeve_engine_link_move(e, REEVE_LINK_CLOSING);
}

void reeve_engine_link_up(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_link *l = &e->link;
    if (reeve_engine_takeover_is(e, event->u.link.link)) {
        reeve_engine_takeover_up(e);
        return;
    }
    if (event->u.link.link != l->number || l->state != REEVE_LINK_CONNECTING) {
        return;
    }
    l->writable = true;
    e->session.heard_ms = e->now.boot_ms;
    reeve_engine_link_move(e, REEVE_LINK_HELLO_SYNC);
    if (l->hello_lsn <= e->appends.synced_lsn) {
        reeve_engine_link_move(e, REEVE_LINK_HELLO_SENT);
        e->session.hello_due = true;
    }
}

void reeve_engine_link_sent(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    if (reeve_engine_takeover_is(e, event->u.link.link)) {
        reeve_engine_takeover_sent(e);
        return;
    }
    if (event->u.link.link == e->link.number) {
        e->link.writable = true;
    }
}

void reeve_engine_farewell(struct reeve_engine *e, uint32_t number, enum reeve_session_code code,
                           enum reeve_status status)
{
    if (e->farewells_count == REEVE_ENGINE_FAREWELLS) {
        reeve_engine_invariant(e, "more links to close than there can be");
        return;
    }
    e->farewells[e->farewells_count++] =
        (struct reeve_engine_farewell){number, (uint32_t)code, status};
}

void reeve_engine_farewell_take_back(struct reeve_engine *e, uint32_t number)
{
    for (size_t i = 0; i < e->farewells_count; i++) {
        if (e->farewells[i].number == number) {
            e->farewells[i] = e->farewells[--e->farewells_count];
            return;
        }
    }
}

bool reeve_engine_is_refusal(enum reeve_status status)
{
    return status == REEVE_CLONED || status == REEVE_VERSION || status == REEVE_UNAUTHENTICATED ||
           status == REEVE_PERMISSION;
}

void reeve_engine_link_down(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_link *l = &e->link;
    enum reeve_status status = event->u.link.status;
    if (reeve_engine_takeover_is(e, event->u.link.link)) {
        reeve_engine_takeover_down(e, status);
        return;
    }
    if (event->u.link.link != l->number || l->state == REEVE_LINK_STOPPED) {
        return;
    }
    if (has_link(l->state)) {
        l->last_end = status;
        l->last_code = (uint32_t)reeve_session_code_of(status);
        if (reeve_engine_takeover_promote(e, false)) {
            return;
        }
        reeve_engine_session_lost(e, false);
    } else if (l->state != REEVE_LINK_CLOSING) {
        return;
    }
    l->connect_pending = false;
    l->close_pending = false;
    l->refused = l->refused || reeve_engine_is_refusal(l->last_end);
    if (reeve_engine_is_refusal(l->last_end)) {
        reeve_engine_note_session(e, REEVE_NOTE_SESSION_REFUSED, l->last_end, l->last_code,
                                  e->backoff_refused_ms);
    }
    reeve_engine_link_plan(e);
}
