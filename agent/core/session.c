/* SPDX-License-Identifier: Apache-2.0 */
/* One session: takes the gateway's messages apart and hands each frame to its handler. The table
 * says which frame is allowed where; anything else ends the session. */
#include "agent/core/engine_state.h"

#define STATE(name) (1u << REEVE_LINK_##name)
#define WELCOMED (STATE(WELCOME_SYNC) | STATE(RESUMING) | STATE(LIVE))

static void on_welcome(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_welcome(e, &f->as.welcome);
}

static void on_dispatch(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_dispatch(e, &f->as.dispatch);
}

static void on_cancel(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_cancel(e, &f->as.cancel);
}

static void on_recall(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_recall(e, &f->as.recall);
}

static void on_outcome_ack(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    uint64_t sequence = f->as.outcome_ack.audit_sequence;
    if (sequence > e->chain.sent) {
        reeve_engine_violate(e, REEVE_SESSION_AUDIT_BROKEN, REEVE_CHAIN_BROKEN);
        return;
    }
    reeve_engine_chain_settle(e, sequence);
}

static void on_audit_ack(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_countersigned(e, &f->as.audit_ack.countersignature);
}

static void on_result_ack(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_result_ack(e, &f->as.result_ack);
}

/* Identity renewal is not asked for by this version: a gateway that answers what was never asked is
 * ignored and counted. */
static void on_ignored(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    (void)f;
    e->frames_ignored++;
}

static void on_heartbeat(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    reeve_engine_heartbeat(e, &f->as.heartbeat);
}

/* The gateway wants this session gone. */
static void on_drain(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    (void)f;
    reeve_engine_takeover_drain(e);
}

uint64_t reeve_engine_take_retry(struct reeve_engine *e, const struct reeve_retry *retry)
{
    struct reeve_engine_note_fields note = {
        .code = REEVE_NOTE_RETRY,
        .status = reeve_session_code_status(retry->code),
        .session_code = (uint32_t)retry->code,
        .number = retry->after_ms,
    };
    if (reeve_copy(e->note_text, sizeof e->note_text, retry->message) == REEVE_OK) {
        note.text = reeve_bytes_of(e->note_text, retry->message.len);
    }
    reeve_engine_note_fields(e, &note);
    return retry->after_ms < REEVE_ENGINE_RETRY_MAX_MS ? retry->after_ms
                                                       : REEVE_ENGINE_RETRY_MAX_MS;
}

static void on_retry(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    const struct reeve_retry *retry = &f->as.retry;
    e->link.retry_after_ms = reeve_engine_take_retry(e, retry);
    if (retry->code == REEVE_SESSION_CLONED) {
        reeve_engine_audit_session(e, REEVE_SESSION_EVENT_CLONED, "CLONED");
    }
    reeve_engine_link_close(e, retry->code, reeve_session_code_status(retry->code));
}

struct frame_row {
    void (*handle)(struct reeve_engine *e, const struct reeve_gateway_frame *f);
    uint32_t allowed; /* link states */
};

static const struct frame_row rows[] = {
    [REEVE_GATEWAY_FRAME_NONE] = {on_ignored, 0},
    [REEVE_GATEWAY_FRAME_WELCOME] = {on_welcome, STATE(HELLO_SENT)},
    [REEVE_GATEWAY_FRAME_DISPATCH] = {on_dispatch, STATE(LIVE)},
    [REEVE_GATEWAY_FRAME_CANCEL] = {on_cancel, WELCOMED},
    [REEVE_GATEWAY_FRAME_RECALL] = {on_recall, WELCOMED},
    [REEVE_GATEWAY_FRAME_OUTCOME_ACK] = {on_outcome_ack, WELCOMED},
    [REEVE_GATEWAY_FRAME_AUDIT_ACK] = {on_audit_ack, WELCOMED},
    [REEVE_GATEWAY_FRAME_RESULT_ACK] = {on_result_ack, WELCOMED},
    [REEVE_GATEWAY_FRAME_HEARTBEAT] = {on_heartbeat, WELCOMED},
    [REEVE_GATEWAY_FRAME_IDENTITY_RENEWED] = {on_ignored, WELCOMED},
    [REEVE_GATEWAY_FRAME_DRAIN] = {on_drain, WELCOMED},
    /* Before Hello left, too: a gateway that stops sends away whoever comes. */
    [REEVE_GATEWAY_FRAME_RETRY] = {on_retry, STATE(HELLO_SYNC) | STATE(HELLO_SENT) | WELCOMED},
};

static void handle_frame(struct reeve_engine *e, const struct reeve_gateway_frame *f)
{
    const struct frame_row *row = &rows[f->type];
    if ((row->allowed & (1u << e->link.state)) == 0) {
        reeve_engine_violate(e, REEVE_SESSION_OUT_OF_ORDER, REEVE_OUT_OF_ORDER);
        return;
    }
    row->handle(e, f);
}

static enum reeve_status one_frame(struct reeve_engine *e, const struct reeve_batch_frame *raw)
{
    struct reeve_gateway_frame frame;
    reeve_arena_reset(&e->scratch);
    enum reeve_status status =
        reeve_gateway_frame_decode(raw->number, raw->payload, &e->scratch, &frame);
    if (status == REEVE_NOT_FOUND) {
        e->frames_ignored++;
        return REEVE_OK;
    }
    REEVE_TRY(status);
    handle_frame(e, &frame);
    return REEVE_OK;
}

static bool takes_messages(const struct reeve_engine *e)
{
    return e->link.state >= REEVE_LINK_HELLO_SYNC && e->link.state <= REEVE_LINK_LIVE;
}

/* Memory that is short here is nobody's fault: the session ends without an accusation, and what was
 * in the message comes again. */
static void end_of_message(struct reeve_engine *e, enum reeve_status status)
{
    if (status == REEVE_OK || !takes_messages(e)) {
        return;
    }
    if (status == REEVE_NO_MEMORY) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, status, 0);
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, status);
        return;
    }
    enum reeve_session_code code = reeve_session_code_of(status);
    reeve_engine_violate(e, code == REEVE_SESSION_INTERNAL ? REEVE_SESSION_MALFORMED : code,
                         status);
}

void reeve_engine_message(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    if (reeve_engine_takeover_is(e, event->u.link.link)) {
        reeve_engine_takeover_message(e, event->u.link.message);
        return;
    }
    if (event->u.link.link == e->link.number && takes_messages(e)) {
        reeve_engine_take_message(e, event->u.link.message);
    }
}

/* What follows in the message when a frame ended its link is nobody's, also when another link is in
 * its place by then. */
void reeve_engine_take_message(struct reeve_engine *e, struct reeve_bytes message)
{
    uint32_t number = e->link.number;
    e->session.heard_ms = e->now.boot_ms;
    struct reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, message, e->limits.max_frame_bytes);
    enum reeve_status status = REEVE_OK;
    while (status == REEVE_OK && e->link.number == number && takes_messages(e)) {
        struct reeve_batch_frame raw;
        status = reeve_batch_reader_next(&reader, &raw);
        if (status != REEVE_OK || raw.number == 0) {
            break;
        }
        status = one_frame(e, &raw);
    }
    e->frames_ignored += reader.ignored;
    if (e->link.number == number) {
        end_of_message(e, status);
    }
}

void reeve_engine_violate(struct reeve_engine *e, enum reeve_session_code code,
                          enum reeve_status status)
{
    e->violations++;
    reeve_engine_note_session(e, REEVE_NOTE_SESSION_VIOLATION, status, (uint32_t)code,
                              e->last_epoch);
    reeve_engine_audit_session(e, REEVE_SESSION_EVENT_VIOLATION, reeve_session_code_name(code));
    reeve_engine_link_close(e, code, status);
}

static void forget_unstarted(struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    while (node) {
        reeve_engine_job_forget(e, REEVE_OWNER(node, struct reeve_engine_job, unstarted));
        node = reeve_list_front(&e->unstarted);
    }
}

/* See the table in engine_state.h. */
void reeve_engine_session_lost(struct reeve_engine *e, bool keep_queue)
{
    struct reeve_engine_session *s = &e->session;
    bool welcomed = e->link.state >= REEVE_LINK_WELCOME_SYNC;
    if (welcomed) {
        reeve_engine_note(e, REEVE_NOTE_SESSION_CLOSED, e->link.last_end, e->last_epoch);
        if (e->now.boot_ms - s->welcomed_ms >= REEVE_BACKOFF_LIVED_MS) {
            reeve_engine_backoff_reset(&e->link.backoff);
        }
    }
    if (!keep_queue) {
        forget_unstarted(e);
    }
    reeve_engine_intents_forsake(e);
    reeve_engine_resume_clear(e);
    struct reeve_arena arena = s->arena;
    *s = (struct reeve_engine_session){.arena = arena};
    reeve_arena_reset(&s->arena);
    e->link.writable = false;
    reeve_engine_streams_rewind(e);
}
