/* SPDX-License-Identifier: Apache-2.0 */
/* Results of server-streaming jobs: held in memory, or spooled (spool.c), until the gateway has
 * them durably, sent under the session's absolute limit, sent again from the first that is not
 * acknowledged when a session was lost. The job's outcome is made only behind the last
 * acknowledgement (job.c), so that it never promises a result that a crash of this process could
 * lose (P4). */
#include "agent/audit/commitment.h"
#include "agent/core/engine_state.h"

struct reeve_engine_result_message *reeve_engine_message_of(struct reeve_list_node *node)
{
    return node ? REEVE_OWNER(node, struct reeve_engine_result_message, node) : NULL;
}

size_t reeve_engine_message_held_bytes(const struct reeve_engine_result_message *message)
{
    return sizeof *message + message->bytes.len;
}

void reeve_engine_message_free(struct reeve_engine *e, struct reeve_engine_stream *s,
                               struct reeve_list *list, struct reeve_engine_result_message *message)
{
    reeve_list_remove(list, &message->node);
    e->memory_bytes -= reeve_engine_message_held_bytes(message);
    if (list == &s->messages) {
        s->message_bytes -= message->bytes.len;
    }
    e->spool.loaded_bytes -= message->loaded ? message->bytes.len : 0;
    reeve_buffer_clear(&message->bytes);
    reeve_free(e->allocator, message, sizeof *message);
}

static void unlink_from(struct reeve_list *list, struct reeve_list_node *node)
{
    if (reeve_list_linked(node)) {
        reeve_list_remove(list, node);
    }
}

static struct reeve_engine_result_message *front_of(const struct reeve_engine_stream *s)
{
    return reeve_engine_message_of(reeve_list_front(&s->messages));
}

void reeve_engine_stream_init(struct reeve_engine *e, struct reeve_engine_job *job,
                              struct reeve_engine_stream *stream)
{
    stream->job = job;
    stream->limit = e->session.result_limit;
    reeve_list_init(&stream->messages);
    reeve_list_init(&stream->blocks);
    reeve_list_init(&stream->behind);
    reeve_buffer_init(&stream->end.redacted_input, e->allocator, SIZE_MAX);
    job->stream = stream;
}

bool reeve_engine_stream_is_behind(const struct reeve_engine_stream *s)
{
    return s->acknowledged < s->emitted;
}

static void forget_in_flight(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    e->session.results_in_flight -= s->to_send_index - s->acknowledged;
    e->session.result_bytes_in_flight -= s->in_flight_bytes;
    s->to_send_index = s->acknowledged;
    s->in_flight_bytes = 0;
}

static void free_all(struct reeve_engine *e, struct reeve_engine_stream *s, struct reeve_list *list)
{
    while (!reeve_list_empty(list)) {
        reeve_engine_message_free(e, s, list, reeve_engine_message_of(reeve_list_front(list)));
    }
}

void reeve_engine_stream_drop(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    forget_in_flight(e, s);
    unlink_from(&e->streams, &s->ready);
    unlink_from(&e->releases, &s->releases);
    reeve_engine_spool_drop(e, s);
    free_all(e, s, &s->messages);
    free_all(e, s, &s->behind);
    s->to_send = NULL;
}

void reeve_engine_stream_clear(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    reeve_engine_stream_drop(e, s);
    reeve_buffer_clear(&s->end.redacted_input);
}

/* ---- the runner's account ---- */

void reeve_engine_stream_release(struct reeve_engine *e, struct reeve_engine_stream *s,
                                 struct reeve_engine_result_message *message)
{
    if (!message->counted) {
        return;
    }
    message->counted = false;
    s->released++;
    s->released_bytes += message->bytes.len;
    if (s->job->state == REEVE_JOB_RUNNING && !reeve_list_linked(&s->releases)) {
        reeve_list_push_back(&e->releases, &s->releases);
    }
}

/* ---- what the runner emits ---- */

/* Where there is a spool, what was sent is off the runner's account, and bounded here instead: a
 * gateway that does not acknowledge must not keep the runner's window, which only what was not sent
 * can leave for the disk. */
static bool may_have_more_in_flight(const struct reeve_engine *e,
                                    const struct reeve_engine_stream *s)
{
    uint64_t in_flight = s->to_send_index - s->acknowledged;
    return in_flight == 0 || !reeve_engine_spool_is_on(e) ||
           (in_flight < e->limits.window_results && s->in_flight_bytes < e->limits.window_bytes);
}

void reeve_engine_stream_make_ready(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    if (s->to_send && s->to_send_index < s->limit && may_have_more_in_flight(e, s) &&
        !reeve_list_linked(&s->ready)) {
        reeve_list_push_back(&e->streams, &s->ready);
    }
}

/* What was taken is still delivered; nothing more is. */
static void refuse(struct reeve_engine *e, struct reeve_engine_stream *s, enum reeve_reason reason)
{
    s->refused = (uint32_t)reason;
    if (s->job->state == REEVE_JOB_RUNNING) {
        reeve_engine_ask_runner(e, s->job, REEVE_CANCEL_REQUESTED);
    }
}

bool reeve_engine_stream_is_too_large(const struct reeve_engine *e, size_t len)
{
    return e->peer_max_result_bytes > 0 && len > e->peer_max_result_bytes;
}

/* Whether the gateway would not take one more message of this size. */
static bool is_over(const struct reeve_engine *e, const struct reeve_engine_stream *s, size_t len)
{
    const struct reeve_engine_session *session = &e->session;
    return reeve_engine_stream_is_too_large(e, len) ||
           (session->max_job_results > 0 && s->emitted >= session->max_job_results) ||
           (session->max_job_result_bytes > 0 &&
            (len > session->max_job_result_bytes ||
             s->emitted_bytes > session->max_job_result_bytes - len));
}

/* Behind what is on disk, if anything is. */
static void append(struct reeve_engine *e, struct reeve_engine_stream *s,
                   struct reeve_engine_result_message *message)
{
    e->memory_bytes += reeve_engine_message_held_bytes(message);
    if (!reeve_list_empty(&s->blocks)) {
        reeve_list_push_back(&s->behind, &message->node);
        return;
    }
    reeve_list_push_back(&s->messages, &message->node);
    s->message_bytes += message->bytes.len;
    if (!s->to_send) {
        s->to_send = message;
    }
}

static void take(struct reeve_engine *e, struct reeve_engine_stream *s, struct reeve_buffer *bytes)
{
    if (is_over(e, s, bytes->len)) {
        refuse(e, s, REEVE_REASON_OUTPUT_TOO_LARGE);
        return;
    }
    struct reeve_engine_result_message *message = reeve_alloc(e->allocator, sizeof *message);
    if (!message) {
        refuse(e, s, REEVE_REASON_OUT_OF_MEMORY);
        return;
    }
    reeve_buffer_init(&message->bytes, e->allocator, SIZE_MAX);
    reeve_buffer_take(&message->bytes, bytes);
    message->counted = true;
    append(e, s, message);
    s->emitted++;
    s->emitted_bytes += message->bytes.len;
    reeve_engine_stream_make_ready(e, s);
    reeve_engine_spool_touch(e, s);
}

/* Of a job that ended meanwhile, or whose stream was refused, nothing is taken. */
void reeve_engine_job_result(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_job *job = reeve_engine_job_by_handle(e, event->u.job_result.handle);
    struct reeve_buffer *bytes = event->u.job_result.message;
    bool runs = e->link.state != REEVE_LINK_STOPPED && job && job->state == REEVE_JOB_RUNNING;
    if (runs && !job->stream) {
        reeve_engine_invariant(e, "a unary job emitted a result");
    } else if (runs && job->stream->refused == 0) {
        take(e, job->stream, bytes);
    }
    reeve_buffer_clear(bytes);
}

/* ---- what the gateway says ---- */

static void acknowledge_one(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    struct reeve_engine_result_message *message = front_of(s);
    if (s->acknowledged < s->to_send_index) {
        e->session.results_in_flight--;
        e->session.result_bytes_in_flight -= message->bytes.len;
        s->in_flight_bytes -= message->bytes.len;
    }
    s->head = reeve_audit_results_head(s->head, reeve_buffer_view(&message->bytes));
    s->acknowledged++;
    reeve_engine_stream_release(e, s, message);
    if (s->to_send == message) {
        s->to_send = reeve_engine_message_of(reeve_list_next(&s->messages, &message->node));
        s->to_send_index = s->acknowledged;
        s->to_send_offset = 0;
    }
    reeve_engine_message_free(e, s, &s->messages, message);
}

static void acknowledge(struct reeve_engine *e, struct reeve_engine_stream *s, uint64_t next_index)
{
    if (next_index <= s->acknowledged) {
        return;
    }
    if (next_index - s->acknowledged > s->messages.count) {
        reeve_engine_invariant(e, "a result that was sent is not in memory");
        return;
    }
    while (s->acknowledged < next_index) {
        acknowledge_one(e, s);
    }
    if (!s->to_send) {
        unlink_from(&e->streams, &s->ready);
    }
}

void reeve_engine_stream_when_delivered(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    if (s->job->state == REEVE_JOB_DELIVERING && !reeve_engine_stream_is_behind(s)) {
        reeve_engine_job_delivered(e, s->job);
    }
}

/* What was stored in an earlier session may be acknowledged before it is sent in this one. */
void reeve_engine_result_ack(struct reeve_engine *e, const struct reeve_result_ack *ack)
{
    struct reeve_engine_job *job = reeve_map_get(e->jobs_by_id, reeve_id_view(&ack->job_id));
    if (!job || !job->stream || job->attempt != ack->attempt ||
        (job->state != REEVE_JOB_RUNNING && job->state != REEVE_JOB_DELIVERING)) {
        return;
    }
    struct reeve_engine_stream *s = job->stream;
    if (ack->next_index > s->sent) {
        reeve_engine_violate(e, REEVE_SESSION_SEQUENCE_INVALID, REEVE_SEQUENCE);
        return;
    }
    s->limit = ack->limit > s->limit ? ack->limit : s->limit;
    /* What was cut off may have been stored before. */
    acknowledge(e, s, ack->next_index < s->emitted ? ack->next_index : s->emitted);
    reeve_engine_stream_make_ready(e, s);
    reeve_engine_spool_touch(e, s);
    reeve_engine_stream_when_delivered(e, s);
}

/* ---- sessions ---- */

/* From the list's back, down to `index`; `next` is the index behind the last one. */
static uint64_t cut_list(struct reeve_engine *e, struct reeve_engine_stream *s,
                         struct reeve_list *list, uint64_t next, uint64_t index)
{
    struct reeve_list_node *node = reeve_list_back(list);
    while (next > index && node) {
        struct reeve_engine_result_message *message =
            REEVE_OWNER(node, struct reeve_engine_result_message, node);
        node = reeve_list_previous(list, node);
        s->to_send = s->to_send == message ? NULL : s->to_send;
        s->emitted_bytes -= message->bytes.len;
        reeve_engine_message_free(e, s, list, message);
        next--;
    }
    return next;
}

void reeve_engine_stream_cut(struct reeve_engine *e, struct reeve_engine_stream *s, uint64_t index,
                             enum reeve_reason reason)
{
    uint64_t next = cut_list(e, s, &s->behind, s->emitted, index);
    struct reeve_list_node *node = reeve_list_front(&s->blocks);
    for (; node; node = reeve_list_next(&s->blocks, node)) {
        const struct reeve_engine_spool_block *block =
            REEVE_OWNER(node, struct reeve_engine_spool_block, node);
        s->emitted_bytes -= block->message_bytes;
        next -= block->count;
    }
    reeve_engine_spool_drop(e, s);
    (void)cut_list(e, s, &s->messages, next, index);
    s->emitted = index;
    if (!s->to_send) {
        unlink_from(&e->streams, &s->ready);
    }
    refuse(e, s, reason);
    s->end.status = (uint8_t)REEVE_OUTCOME_FAILED;
    s->end.reason = (uint32_t)reason;
}

/* A gateway that takes smaller messages than the one before: the stream ends before the first that
 * is too large for it. What is on disk is looked at when it is read. */
static void cut_too_large(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    uint64_t index = s->acknowledged;
    struct reeve_list_node *node = reeve_list_front(&s->messages);
    for (; node; node = reeve_list_next(&s->messages, node)) {
        if (reeve_engine_stream_is_too_large(e, reeve_engine_message_of(node)->bytes.len)) {
            reeve_engine_stream_cut(e, s, index, REEVE_REASON_OUTPUT_TOO_LARGE);
            return;
        }
        index++;
    }
}

static void rewind_one(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    unlink_from(&e->streams, &s->ready);
    s->to_send = NULL;
    s->to_send_index = s->acknowledged;
    s->to_send_offset = 0;
    s->in_flight_bytes = 0;
    if (e->link.state == REEVE_LINK_WELCOME_SYNC) {
        cut_too_large(e, s);
    }
    s->to_send = front_of(s);
    s->limit = e->session.result_limit;
    reeve_engine_stream_make_ready(e, s);
    reeve_engine_spool_touch(e, s);
    reeve_engine_stream_when_delivered(e, s);
}

void reeve_engine_streams_rewind(struct reeve_engine *e)
{
    e->session.results_in_flight = 0;
    e->session.result_bytes_in_flight = 0;
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        struct reeve_engine_job *job = e->slots[i];
        bool streams = job && job->stream;
        if (streams && (job->state == REEVE_JOB_RUNNING || job->state == REEVE_JOB_DELIVERING)) {
            rewind_one(e, job->stream);
        }
    }
}

/* ---- sending ---- */

static enum reeve_status write_message(struct reeve_engine *e, struct reeve_batch_writer *w,
                                       struct reeve_engine_stream *s)
{
    struct reeve_engine_chunks chunks = {
        .job_id = s->job->job_id,
        .attempt = s->job->attempt,
        .index = s->to_send_index,
        .message = reeve_buffer_view(&s->to_send->bytes),
        .offset = s->to_send_offset,
    };
    enum reeve_status status = reeve_engine_chunks_write(e, w, &chunks);
    s->to_send_offset = chunks.offset;
    REEVE_TRY(status);
    struct reeve_engine_result_message *message = s->to_send;
    s->to_send = reeve_engine_message_of(reeve_list_next(&s->messages, &message->node));
    s->to_send_index++;
    s->to_send_offset = 0;
    s->sent = s->to_send_index > s->sent ? s->to_send_index : s->sent;
    s->in_flight_bytes += message->bytes.len;
    e->session.results_in_flight++;
    e->session.result_bytes_in_flight += message->bytes.len;
    if (reeve_engine_spool_is_on(e)) {
        reeve_engine_stream_release(e, s, message);
    }
    return REEVE_OK;
}

bool reeve_engine_streams_wait(const struct reeve_engine *e)
{
    return !reeve_list_empty(&e->streams) && e->session.results_in_flight < REEVE_ENGINE_RESULTS &&
           e->session.result_bytes_in_flight < REEVE_ENGINE_RESULT_BYTES;
}

/* One message of each stream in turn. */
enum reeve_status reeve_engine_streams_write(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    while (reeve_engine_streams_wait(e)) {
        struct reeve_engine_stream *s =
            REEVE_OWNER(reeve_list_front(&e->streams), struct reeve_engine_stream, ready);
        REEVE_TRY(write_message(e, w, s));
        reeve_list_remove(&e->streams, &s->ready);
        reeve_engine_stream_make_ready(e, s);
        reeve_engine_spool_touch(e, s);
    }
    return REEVE_OK;
}

bool reeve_engine_releases_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    struct reeve_list_node *node = reeve_list_pop_front(&e->releases);
    if (!node) {
        return false;
    }
    const struct reeve_engine_stream *s = REEVE_OWNER(node, struct reeve_engine_stream, releases);
    out->type = REEVE_ACTION_RELEASE_RESULTS;
    out->u.release.handle = s->job->handle;
    out->u.release.results = s->released;
    out->u.release.bytes = s->released_bytes;
    return true;
}
