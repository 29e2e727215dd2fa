/* SPDX-License-Identifier: Apache-2.0 */
/* Make before break: a second connection takes over while the first still stands.
 *
 *   why      the gateway sent Drain, the identity was renewed (RENEW), or the connection's peer,
 *            which may be a proxy, goes away (LEAVING)
 *   what     `next` is a link without a session: it dials, prepares Hello, sends it and keeps the
 *            bytes from Welcome on. `link` and `session` stay whole and serve meanwhile. There is
 *            one session at a time: the gateway ends the older one in the transaction that opens
 *            the newer, so the engine ends it at one point, too: promote().
 *
 *   NONE ──▶ WAITING ──▶ CONNECTING ──▶ HELLO_SYNC ──▶ HELLO_SENT ──▶ WELCOMED ──▶ NONE, promoted
 *               ▲            │               │              │
 *               └── failed ──┴───────────────┴── refused ───┘   the old session stays
 *
 * Rules, and what they keep:
 *
 *   1. `next` is there only while `link` is LIVE. Whoever ends the session promotes a link that is
 *      on its way, instead of dialling a third.
 *   2. From Hello's preparation on the old session sends no record behind Hello's audit_sequence. A
 *      gateway that held more than Hello says would take this journal for rolled back. Outcomes
 *      wait for one sync and one round trip; everything else goes on.
 *   3. A Hello without an answer may be answered behind our back: the gateway may open its epoch at
 *      any later time, with the marks of then. So a link that dies, or stays silent, behind its
 *      Hello takes the old one with it, and the worker dials anew, with the same nonce. An answer
 *      of Retry opened nothing: the old session stays.
 *   4. Welcome is kept, not handled, until the old link ended (SUPERSEDED is its last frame) or
 *      UNTIL_DRAINED_MS are over: what the gateway sent there before it opened the new epoch is
 *      read under the old session's own rules. What comes later is not read: it is not listed in
 *      Resume, so it did not start, and the gateway gives it out again.
 *   5. Jobs that were not started when the older session was superseded stay, and Resume lists them
 *      with those that run: the gateway counts them as dispatched, as it did. A session that ends
 *      otherwise forgets them, as ever.
 *   6. Limits, heartbeats, sequences and what was sent count anew with the session (session_lost):
 *      the chain goes on behind Welcome.audit_sequence, results behind their acknowledgement. The
 *      gateway looks at nothing that still comes on the older stream, so nothing counts twice.
 *
 * A worker that drains begins no takeover; one whose Hello left is let through. */
#include "agent/core/engine_state.h"

#define HELD_MAX (8u << 20)
#define ANSWER_MS 5000u        /* Hello to Welcome: outcomes wait so long at most */
#define UNTIL_DRAINED_MS 2000u /* as long as a gateway tries to get its last frames out */
#define LIVED_BEFORE_LEAVING_MS 1000u

void reeve_engine_takeover_init(struct reeve_engine *e)
{
    reeve_buffer_init(&e->next.held, e->allocator, HELD_MAX);
    e->next.at_ms = REEVE_NEVER_MS;
}

void reeve_engine_takeover_clear(struct reeve_engine *e)
{
    reeve_buffer_clear(&e->next.held);
}

static void move(struct reeve_engine *e, enum reeve_engine_next_state to)
{
    if (!reeve_engine_next_state_allows(e->next.state, to)) {
        reeve_engine_invariant(e, reeve_engine_next_state_name(to));
    }
    e->next.state = to;
    if (to == REEVE_NEXT_NONE) {
        e->next.at_ms = REEVE_NEVER_MS;
        e->next.draining = false;
        e->next.hello_due = false;
        e->next.leaving_again = false;
    }
}

static bool has_link(const struct reeve_engine_next *n)
{
    return n->state >= REEVE_NEXT_CONNECTING;
}

/* Whether the gateway may have read Hello. */
static bool asked(const struct reeve_engine_next *n)
{
    return n->state == REEVE_NEXT_WELCOMED || (n->state == REEVE_NEXT_HELLO_SENT && !n->hello_due);
}

uint64_t reeve_engine_takeover_last_record(const struct reeve_engine *e)
{
    return e->next.state >= REEVE_NEXT_HELLO_SYNC ? e->hello.audit_sequence : UINT64_MAX;
}

/* ---- why ---- */

static void wait_until(struct reeve_engine *e, uint64_t at_ms)
{
    if (e->next.state != REEVE_NEXT_WAITING) {
        move(e, REEVE_NEXT_WAITING);
    }
    e->next.at_ms = at_ms;
}

static bool lived(const struct reeve_engine *e)
{
    return e->now.boot_ms - e->session.welcomed_ms >= LIVED_BEFORE_LEAVING_MS;
}

/* A peer that sends every session away at once is met with the usual backoff. */
static uint64_t first_pause_ms(struct reeve_engine *e)
{
    if (!lived(e)) {
        return reeve_engine_backoff_next_ms(&e->next.backoff, e->random);
    }
    reeve_engine_backoff_reset(&e->next.backoff);
    return 0;
}

/* A session that has not begun to work is not worth keeping: see also rule 1. */
void reeve_engine_takeover_drain(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (e->link.state != REEVE_LINK_LIVE || e->drain.active) {
        e->link.reconnect_now = lived(e) && !e->drain.active;
        reeve_engine_link_close(e, REEVE_SESSION_DRAINED, REEVE_OK);
        return;
    }
    n->draining = true;
    if (has_link(n)) {
        return;
    }
    wait_until(e, e->now.boot_ms + first_pause_ms(e));
}

static bool dialled(const struct reeve_engine *e)
{
    return e->link.state >= REEVE_LINK_CONNECTING && e->link.state <= REEVE_LINK_LIVE;
}

/* Unlike with Drain the gateway wants nothing: the older session stays while no other can be had,
 * for as long as the peer lets it. */
void reeve_engine_takeover_leaving(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_next *n = &e->next;
    const uint32_t number = event->u.link.link;
    if (reeve_engine_takeover_is(e, number)) {
        n->leaving_again = true;
    } else if (number == e->link.number && dialled(e)) {
        n->leaving = true;
    } else {
        return; /* it ended, or was left already */
    }
    reeve_engine_note(e, REEVE_NOTE_PEER_LEAVING, REEVE_OK, number);
}

void reeve_engine_renew(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    (void)event;
    struct reeve_engine_next *n = &e->next;
    n->wanted = dialled(e);
    n->again = n->wanted && has_link(n);
    if (n->state == REEVE_NEXT_WAITING) {
        n->at_ms = e->now.boot_ms; /* what failed before may do now */
    }
}

/* ---- the end of `next` ---- */

static void hang_up(struct reeve_engine *e, enum reeve_session_code code, enum reeve_status status)
{
    struct reeve_engine_next *n = &e->next;
    if (has_link(n) && n->connect_pending) {
        n->connect_pending = false; /* it was never asked for */
    } else if (has_link(n)) {
        reeve_engine_farewell(e, n->number, code, status);
    }
    reeve_buffer_clear(&n->held);
    if (n->state != REEVE_NEXT_NONE) {
        move(e, REEVE_NEXT_NONE);
    }
}

void reeve_engine_takeover_abandon(struct reeve_engine *e)
{
    hang_up(e, REEVE_SESSION_DRAINED, REEVE_CANCELLED);
}

static uint64_t pause_ms(struct reeve_engine *e, enum reeve_status why, uint64_t after_ms)
{
    uint64_t wait_ms = reeve_engine_backoff_next_ms(&e->next.backoff, e->random);
    if (reeve_engine_is_refusal(why) && wait_ms < e->backoff_refused_ms) {
        wait_ms = e->backoff_refused_ms;
    }
    return after_ms > wait_ms ? after_ms : wait_ms;
}

/* The gateway opened nothing. A session that it asked to leave leaves, as it cannot be followed by
 * another now; any other stays. */
static void failed(struct reeve_engine *e, enum reeve_session_code code, enum reeve_status status,
                   uint64_t after_ms)
{
    struct reeve_engine_next *n = &e->next;
    bool draining = n->draining;
    reeve_engine_note_session(e, REEVE_NOTE_TAKEOVER_FAILED, status, (uint32_t)code, after_ms);
    hang_up(e, code, status);
    n->again = false;
    if (draining) {
        e->link.retry_after_ms = after_ms;
        e->link.refused = e->link.refused || reeve_engine_is_refusal(status);
        reeve_engine_link_close(e, REEVE_SESSION_DRAINED, REEVE_OK);
        return;
    }
    wait_until(e, e->now.boot_ms + pause_ms(e, status, after_ms));
}

/* Rule 3. */
static void unanswered(struct reeve_engine *e, enum reeve_session_code code,
                       enum reeve_status status)
{
    reeve_engine_note_session(e, REEVE_NOTE_TAKEOVER_FAILED, status, (uint32_t)code, 0);
    hang_up(e, code, status);
    reeve_engine_link_close(e, code, status);
}

static void fail(struct reeve_engine *e, enum reeve_session_code code, enum reeve_status status)
{
    if (asked(&e->next)) {
        unanswered(e, code, status);
        return;
    }
    failed(e, code, status, 0);
}

/* ---- promotion ---- */

static const enum reeve_engine_link_state promoted[REEVE_NEXT_STATES] = {
    [REEVE_NEXT_CONNECTING] = REEVE_LINK_CONNECTING,
    [REEVE_NEXT_HELLO_SYNC] = REEVE_LINK_HELLO_SYNC,
    [REEVE_NEXT_HELLO_SENT] = REEVE_LINK_HELLO_SENT,
    [REEVE_NEXT_WELCOMED] = REEVE_LINK_HELLO_SENT, /* Welcome is handled behind this event */
};

static void promote(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    struct reeve_engine_link *l = &e->link;
    enum reeve_engine_link_state to = promoted[n->state];
    l->number = n->number;
    l->connect_pending = n->connect_pending;
    l->close_pending = false;
    l->writable = n->writable;
    l->connect_by_ms = n->state == REEVE_NEXT_WELCOMED ? e->now.boot_ms + ANSWER_MS : n->by_ms;
    l->retry_after_ms = 0;
    l->reconnect_now = false;
    l->hello_lsn = n->hello_lsn;
    e->session.hello_due = n->hello_due;
    e->session.hello_sent_ms = n->hello_sent_ms;
    e->session.heard_ms = n->heard_ms;
    n->connect_pending = false;
    n->wanted = n->again;
    n->again = false;
    n->leaving = n->leaving_again;
    e->takeovers++;
    reeve_engine_link_move(e, to);
    move(e, REEVE_NEXT_NONE);
    reeve_engine_note(e, REEVE_NOTE_TAKEOVER, l->last_end, l->number);
    if (to == REEVE_LINK_CONNECTING && reeve_engine_hello_prepare(e, &l->hello_lsn) != REEVE_OK) {
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, REEVE_NO_MEMORY);
    }
}

bool reeve_engine_takeover_promote(struct reeve_engine *e, bool superseded)
{
    struct reeve_engine_next *n = &e->next;
    if (!has_link(n) || e->appends.failed) {
        hang_up(e, REEVE_SESSION_DRAINED, REEVE_CANCELLED);
        return false;
    }
    /* Rule 5. */
    reeve_engine_session_lost(e, superseded || n->state == REEVE_NEXT_WELCOMED);
    promote(e);
    return true;
}

/* ---- the link's events ---- */

bool reeve_engine_takeover_is(const struct reeve_engine *e, uint32_t link)
{
    return has_link(&e->next) && e->next.number == link;
}

void reeve_engine_takeover_up(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (n->state != REEVE_NEXT_CONNECTING) {
        return;
    }
    n->writable = true;
    n->heard_ms = e->now.boot_ms;
    if (reeve_engine_hello_prepare(e, &n->hello_lsn) != REEVE_OK) {
        failed(e, REEVE_SESSION_OVERLOADED, REEVE_NO_MEMORY, 0);
        return;
    }
    move(e, REEVE_NEXT_HELLO_SYNC);
    reeve_engine_takeover_synced(e);
}

void reeve_engine_takeover_synced(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (n->state == REEVE_NEXT_HELLO_SYNC && n->hello_lsn <= e->appends.synced_lsn) {
        move(e, REEVE_NEXT_HELLO_SENT);
        n->hello_due = true;
    }
}

void reeve_engine_takeover_sent(struct reeve_engine *e)
{
    e->next.writable = true;
}

void reeve_engine_takeover_down(struct reeve_engine *e, enum reeve_status status)
{
    struct reeve_engine_next *n = &e->next;
    bool was_asked = asked(n);
    if (reeve_engine_is_refusal(status)) {
        reeve_engine_note_session(e, REEVE_NOTE_SESSION_REFUSED, status,
                                  (uint32_t)reeve_session_code_of(status), e->backoff_refused_ms);
    }
    uint32_t number = n->number;
    /* A refusal is an answer, also when it is the status alone. */
    if (was_asked && !(n->state == REEVE_NEXT_HELLO_SENT && reeve_engine_is_refusal(status))) {
        unanswered(e, reeve_session_code_of(status), status);
    } else {
        failed(e, reeve_session_code_of(status), status, 0);
    }
    reeve_engine_farewell_take_back(e, number); /* it is gone already */
}

/* ---- messages ---- */

static void hold(struct reeve_engine *e, struct reeve_bytes message)
{
    enum reeve_status status = reeve_buffer_append(&e->next.held, message);
    if (status != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, status, message.len);
        unanswered(e, REEVE_SESSION_OVERLOADED, status);
    }
}

static void on_welcome(struct reeve_engine *e, struct reeve_bytes message)
{
    move(e, REEVE_NEXT_WELCOMED);
    e->next.by_ms = e->now.boot_ms + UNTIL_DRAINED_MS;
    hold(e, message);
}

static void on_retry(struct reeve_engine *e, const struct reeve_retry *retry)
{
    enum reeve_status status = reeve_session_code_status(retry->code);
    const uint64_t after_ms = reeve_engine_take_retry(e, retry);
    if (retry->code == REEVE_SESSION_CLONED) {
        reeve_engine_audit_session(e, REEVE_SESSION_EVENT_CLONED, "CLONED");
    }
    if (reeve_engine_is_refusal(status)) {
        reeve_engine_note_session(e, REEVE_NOTE_SESSION_REFUSED, status, (uint32_t)retry->code,
                                  e->backoff_refused_ms);
    }
    failed(e, retry->code, status, after_ms);
}

static void violate(struct reeve_engine *e, enum reeve_session_code code, enum reeve_status status)
{
    e->violations++;
    reeve_engine_note_session(e, REEVE_NOTE_SESSION_VIOLATION, status, (uint32_t)code,
                              e->last_epoch);
    reeve_engine_audit_session(e, REEVE_SESSION_EVENT_VIOLATION, reeve_session_code_name(code));
    fail(e, code, status);
}

/* The first frame that this version knows decides. */
static enum reeve_status first_frame(struct reeve_engine *e, struct reeve_bytes message,
                                     struct reeve_gateway_frame *frame)
{
    struct reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, message, e->limits.max_frame_bytes);
    for (;;) {
        struct reeve_batch_frame raw;
        REEVE_TRY(reeve_batch_reader_next(&reader, &raw));
        if (raw.number == 0) {
            frame->type = REEVE_GATEWAY_FRAME_NONE;
            return REEVE_OK;
        }
        reeve_arena_reset(&e->scratch);
        enum reeve_status status =
            reeve_gateway_frame_decode(raw.number, raw.payload, &e->scratch, frame);
        if (status != REEVE_NOT_FOUND) {
            return status;
        }
    }
}

static void first_message(struct reeve_engine *e, struct reeve_bytes message)
{
    struct reeve_gateway_frame frame;
    enum reeve_status status = first_frame(e, message, &frame);
    if (status == REEVE_NO_MEMORY) {
        fail(e, REEVE_SESSION_OVERLOADED, status);
        return;
    }
    if (status != REEVE_OK) {
        enum reeve_session_code code = reeve_session_code_of(status);
        violate(e, code == REEVE_SESSION_INTERNAL ? REEVE_SESSION_MALFORMED : code, status);
        return;
    }
    if (frame.type == REEVE_GATEWAY_FRAME_NONE) {
        return;
    }
    /* Before Hello not even Retry is an answer, but it ends the link just as well. */
    if (frame.type == REEVE_GATEWAY_FRAME_RETRY) {
        on_retry(e, &frame.as.retry);
        return;
    }
    if (frame.type == REEVE_GATEWAY_FRAME_WELCOME && asked(&e->next)) {
        on_welcome(e, message);
        return;
    }
    violate(e, REEVE_SESSION_OUT_OF_ORDER, REEVE_OUT_OF_ORDER);
}

void reeve_engine_takeover_message(struct reeve_engine *e, struct reeve_bytes message)
{
    struct reeve_engine_next *n = &e->next;
    n->heard_ms = e->now.boot_ms;
    if (n->state == REEVE_NEXT_WELCOMED) {
        hold(e, message);
        return;
    }
    if (n->state >= REEVE_NEXT_HELLO_SYNC) {
        first_message(e, message);
    }
}

/* ---- time ---- */

static void dial(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    n->number = ++e->last_number;
    e->link.connects++;
    n->connect_pending = true;
    n->writable = false;
    n->hello_due = false;
    n->at_ms = REEVE_NEVER_MS;
    n->by_ms = e->now.boot_ms + e->connect_timeout_ms;
    n->heard_ms = e->now.boot_ms;
    n->hello_sent_ms = 0;
    move(e, REEVE_NEXT_CONNECTING);
}

static void tick(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (n->state == REEVE_NEXT_WAITING && e->now.boot_ms >= n->at_ms) {
        dial(e);
        return;
    }
    if (!has_link(n) || e->now.boot_ms < n->by_ms) {
        return;
    }
    if (n->state == REEVE_NEXT_WELCOMED) {
        reeve_engine_link_close(e, REEVE_SESSION_SUPERSEDED, REEVE_CANCELLED);
        return;
    }
    fail(e, REEVE_SESSION_LIVENESS_LOST, REEVE_TIMEOUT);
}

static void begin(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (n->wanted) {
        reeve_engine_backoff_reset(&n->backoff);
        wait_until(e, e->now.boot_ms);
        return;
    }
    wait_until(e, e->now.boot_ms + first_pause_ms(e));
}

static void handle_held(struct reeve_engine *e)
{
    struct reeve_buffer held;
    reeve_buffer_init(&held, e->allocator, HELD_MAX);
    reeve_buffer_take(&held, &e->next.held);
    reeve_engine_take_message(e, reeve_buffer_view(&held));
    reeve_buffer_clear(&held);
}

void reeve_engine_takeover_step(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    if (e->drain.active && n->state != REEVE_NEXT_NONE && !asked(n)) {
        reeve_engine_takeover_abandon(e);
    }
    bool begins = (n->wanted || n->leaving) && n->state == REEVE_NEXT_NONE &&
                  e->link.state == REEVE_LINK_LIVE && !e->drain.active && !e->appends.failed;
    if (begins) {
        begin(e);
    }
    if (n->state != REEVE_NEXT_NONE) {
        tick(e);
    }
    if (n->state == REEVE_NEXT_NONE && n->held.len > 0) {
        handle_held(e);
    }
    if (n->state != REEVE_NEXT_NONE && e->link.state != REEVE_LINK_LIVE) {
        reeve_engine_invariant(e, "a next link beside one that is not LIVE");
    }
}

uint64_t reeve_engine_takeover_next_ms(const struct reeve_engine *e)
{
    const struct reeve_engine_next *n = &e->next;
    if (n->state == REEVE_NEXT_NONE) {
        return n->held.len > 0 ? 0 : REEVE_NEVER_MS;
    }
    return n->state == REEVE_NEXT_WAITING ? n->at_ms : n->by_ms;
}

/* ---- Hello ---- */

bool reeve_engine_takeover_hello_due(const struct reeve_engine *e)
{
    const struct reeve_engine_next *n = &e->next;
    return n->state == REEVE_NEXT_HELLO_SENT && n->hello_due && n->writable;
}

void reeve_engine_takeover_hello_left(struct reeve_engine *e)
{
    struct reeve_engine_next *n = &e->next;
    n->hello_due = false;
    n->writable = false;
    n->hello_sent_ms = e->now.boot_ms;
    n->by_ms = e->now.boot_ms + ANSWER_MS;
}

void reeve_engine_takeover_hello_failed(struct reeve_engine *e, enum reeve_status status)
{
    failed(e, REEVE_SESSION_OVERLOADED, status, 0);
}
