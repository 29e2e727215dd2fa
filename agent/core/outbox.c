/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent: built at the moment when the link takes a message, so that everything that gathered
 * meanwhile leaves together. Control frames first, then the chain from to_send on as far as it is
 * on disk, then what is advisory. A flag falls only when its frame is in the batch, so a batch that
 * could not be completed loses nothing. */
#include "agent/core/engine_state.h"

typedef enum reeve_status (*write_step)(struct reeve_engine *e, struct reeve_batch_writer *w);

static enum reeve_status write_hello(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (!e->session.hello_due) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_engine_hello_write(e, w));
    e->session.hello_sent_ms = e->now.boot_ms;
    e->session.hello_due = false;
    return REEVE_OK;
}

static enum reeve_status write_heartbeat(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (!e->session.heartbeat_due) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_engine_heartbeat_write(e, w));
    e->session.heartbeat_due = false;
    return REEVE_OK;
}

static enum reeve_status write_limit(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (!e->session.limit_due) {
        return REEVE_OK;
    }
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_LIMIT};
    frame.as.limit.dispatches = e->session.granted;
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    e->session.limit_due = false;
    return REEVE_OK;
}

static enum reeve_status write_draining(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (!e->session.draining_due) {
        return REEVE_OK;
    }
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_DRAINING};
    frame.as.draining.drain_ms = e->drain.deadline_ms - e->now.boot_ms;
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    e->session.draining_due = false;
    e->session.draining_heartbeat = e->session.heartbeat_sequence;
    e->session.heartbeat_due = true; /* behind it: its answer says that Draining was read */
    return REEVE_OK;
}

static enum reeve_status write_recalled(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    if (s->recalled_count == 0) {
        return REEVE_OK;
    }
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_RECALLED};
    frame.as.recalled.sequences.items = s->recalled;
    frame.as.recalled.sequences.count = s->recalled_count;
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    s->recalled_count = 0;
    return REEVE_OK;
}

/* An output that fits no frame of this session goes ahead of its Outcome, in chunks. */
static enum reeve_status write_large(struct reeve_engine *e, struct reeve_batch_writer *w,
                                     struct reeve_bytes bytes)
{
    struct reeve_engine_chain *c = &e->chain;
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_OUTCOME};
    struct reeve_outcome *outcome = &frame.as.outcome;
    reeve_arena_reset(&e->scratch);
    REEVE_TRY(reeve_outcome_decode(bytes, &e->scratch, outcome));
    if (c->to_send_offset < outcome->output.len) {
        struct reeve_engine_chunks chunks = {
            .job_id = outcome->job_id,
            .attempt = outcome->attempt,
            .message = outcome->output,
            .offset = c->to_send_offset,
        };
        enum reeve_status status = reeve_engine_chunks_write(e, w, &chunks);
        c->to_send_offset = chunks.offset;
        REEVE_TRY(status);
    }
    outcome->output = reeve_bytes_of(NULL, 0);
    return reeve_batch_writer_add_worker(w, &frame);
}

static enum reeve_status write_entry(struct reeve_engine *e, struct reeve_batch_writer *w,
                                     const struct reeve_chain_entry *entry)
{
    struct reeve_bytes bytes = reeve_bytes_of(entry->bytes, entry->len);
    if (entry->is_outcome && entry->len > e->session.max_frame_bytes) {
        return write_large(e, w, bytes);
    }
    if (entry->is_outcome) {
        return reeve_batch_writer_add_encoded(w, REEVE_WORKER_FRAME_OUTCOME, bytes);
    }
    struct reeve_audit_entry audit;
    REEVE_TRY(reeve_audit_entry_decode(bytes, &audit));
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_AUDIT};
    frame.as.audit_batch.entries.items = &audit;
    frame.as.audit_batch.entries.count = 1;
    return reeve_batch_writer_add_worker(w, &frame);
}

/* Right behind the record that it names: only there the gateway has the head to compare it with.
 * One that a new session begins behind of is dropped; the next is due within a second. */
static enum reeve_status write_checkpoint(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (!e->checkpoint.to_send || e->checkpoint.sequence > e->chain.sent) {
        return REEVE_OK;
    }
    if (e->checkpoint.sequence < e->chain.sent) {
        e->checkpoint.to_send = false;
        return REEVE_OK;
    }
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_AUDIT};
    struct reeve_audit_batch *audit = &frame.as.audit_batch;
    audit->has_checkpoint = true;
    REEVE_TRY(reeve_signed_checkpoint_decode(reeve_buffer_view(&e->checkpoint.bytes),
                                             &audit->checkpoint));
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    e->checkpoint.to_send = false;
    return REEVE_OK;
}

static bool chain_waits(const struct reeve_engine *e)
{
    const struct reeve_chain_entry *entry = e->chain.to_send;
    return entry && entry->lsn <= e->appends.synced_lsn &&
           entry->sequence <= reeve_engine_takeover_last_record(e);
}

static enum reeve_status write_chain(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_chain *c = &e->chain;
    while (chain_waits(e)) {
        struct reeve_chain_entry *entry = c->to_send;
        REEVE_TRY(write_checkpoint(e, w));
        REEVE_TRY(write_entry(e, w, entry));
        c->sent = entry->sequence;
        struct reeve_list_node *next = reeve_list_next(&c->entries, &entry->node);
        c->to_send = next ? REEVE_OWNER(next, struct reeve_chain_entry, node) : NULL;
        c->to_send_offset = 0;
    }
    return REEVE_OK;
}

static enum reeve_status write_accepted(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    while (s->accepted_count > 0) {
        struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_ACCEPTED};
        frame.as.accepted.sequence = s->accepted[s->accepted_count - 1];
        REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
        s->accepted_count--;
    }
    return REEVE_OK;
}

static enum reeve_status write_progress(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    while (s->progress_count > 0) {
        struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_PROGRESS};
        frame.as.progress = s->progress[s->progress_count - 1];
        REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
        s->progress_count--;
    }
    return REEVE_OK;
}

static enum reeve_status write_live(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    static const write_step steps[] = {write_heartbeat,
                                       write_limit,
                                       write_draining,
                                       write_recalled,
                                       write_chain,
                                       write_checkpoint,
                                       reeve_engine_streams_write,
                                       write_accepted,
                                       write_progress};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        REEVE_TRY(steps[i](e, w));
    }
    return REEVE_OK;
}

static enum reeve_status write_batch(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    if (e->link.state == REEVE_LINK_HELLO_SENT) {
        return write_hello(e, w);
    }
    if (e->link.state == REEVE_LINK_RESUMING) {
        REEVE_TRY(reeve_engine_resume_write(e, w));
        reeve_engine_limit_update(e);
    }
    return e->link.state == REEVE_LINK_LIVE ? write_live(e, w) : REEVE_OK;
}

static bool anything(const struct reeve_engine *e)
{
    const struct reeve_engine_session *s = &e->session;
    if (e->link.state == REEVE_LINK_HELLO_SENT) {
        return s->hello_due;
    }
    if (e->link.state == REEVE_LINK_RESUMING) {
        return s->resume_done_due;
    }
    if (e->link.state != REEVE_LINK_LIVE) {
        return false;
    }
    return s->heartbeat_due || s->limit_due || s->draining_due || s->recalled_count > 0 ||
           s->accepted_count > 0 || s->progress_count > 0 || chain_waits(e) ||
           reeve_engine_streams_wait(e) ||
           (e->checkpoint.to_send && e->checkpoint.sequence <= e->chain.sent);
}

static size_t bound(const struct reeve_engine *e)
{
    return e->link.state == REEVE_LINK_HELLO_SENT ? REEVE_HELLO_MAX_BYTES
                                                  : e->session.max_frame_bytes;
}

/* A frame over the gateway's bound can only be an outcome from a session with a larger one, whose
 * redacted bodies alone pass it: the session ends, and says so, rather than being tried without end
 * in this one. */
static void batch_failed(struct reeve_engine *e, enum reeve_status status)
{
    if (status == REEVE_NO_MEMORY) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, status, 0);
        reeve_engine_retry_later(e);
        return;
    }
    reeve_engine_link_close(e, REEVE_SESSION_FRAME_TOO_LARGE, status);
}

static bool give(struct reeve_engine *e, uint32_t link, struct reeve_buffer *message,
                 struct reeve_engine_action *out)
{
    out->type = REEVE_ACTION_SEND;
    out->u.send.link = link;
    reeve_buffer_init(&out->u.send.message, e->allocator, message->max);
    reeve_buffer_take(&out->u.send.message, message);
    return true;
}

/* Hello of the link that is to take over. */
static bool take_next_hello(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (!reeve_engine_takeover_hello_due(e) || e->retry_ms != REEVE_NEVER_MS) {
        return false;
    }
    struct reeve_buffer message;
    reeve_buffer_init(&message, e->allocator,
                      (size_t)REEVE_HELLO_MAX_BYTES + (size_t)REEVE_BATCH_BYTES);
    struct reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &message, REEVE_HELLO_MAX_BYTES);
    enum reeve_status status = reeve_engine_hello_write(e, &writer);
    if (status != REEVE_OK) {
        reeve_buffer_clear(&message);
        reeve_engine_takeover_hello_failed(e, status);
        return false;
    }
    reeve_engine_takeover_hello_left(e);
    return give(e, e->next.number, &message, out);
}

bool reeve_engine_outbox_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (take_next_hello(e, out)) {
        return true;
    }
    if (!e->link.writable || e->retry_ms != REEVE_NEVER_MS || !anything(e)) {
        return false;
    }
    struct reeve_buffer message;
    size_t max = bound(e);
    reeve_buffer_init(&message, e->allocator, max + (size_t)REEVE_BATCH_BYTES);
    struct reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &message, max);
    enum reeve_status status = write_batch(e, &writer);
    if (writer.frames == 0) {
        reeve_buffer_clear(&message);
        if (status != REEVE_OK) {
            batch_failed(e, status);
        }
        return false;
    }
    e->link.writable = false;
    return give(e, e->link.number, &message, out);
}

bool reeve_engine_recalled(struct reeve_engine *e, uint64_t sequence)
{
    struct reeve_engine_session *s = &e->session;
    if (s->recalled_count == REEVE_ENGINE_ADVISORY) {
        return false;
    }
    s->recalled[s->recalled_count++] = sequence;
    return true;
}
