/* SPDX-License-Identifier: Apache-2.0 */
/* Puts messages together: control frames from the session's flags, then dispatches, up to one
 * batch. A dispatch gets its sequence here, in the order in which it leaves. */
#include "gateway-stub/core/out.h"

#include "agent/codec/batch.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/recall.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/watch.h"

#define MESSAGE_MAX ((size_t)64 * 1024 * 1024)

struct reeve_store_request *reeve_out_request(struct reeve_gateway *g, enum reeve_store_kind kind)
{
    struct reeve_store_request *request = reeve_store_request_new(g->allocator, kind, 0);
    if (request != NULL) {
        request->now_unix_ms = g->now.unix_ms;
    }
    return request;
}

void reeve_out_store(struct reeve_gateway *g, struct reeve_store_request *request)
{
    reeve_list_push_back(&g->requests, &request->node);
}

void reeve_out_note(struct reeve_gateway *g, enum reeve_status status, const char *text)
{
    if (g->notes_count == REEVE_NOTES) {
        g->notes_first = (g->notes_first + 1) % REEVE_NOTES;
        g->notes_count--;
    }
    struct reeve_note *note = &g->notes[(g->notes_first + g->notes_count) % REEVE_NOTES];
    note->status = status;
    reeve_format_cut(note->text, sizeof(note->text), "%s", text);
    g->notes_count++;
}

void reeve_out_turn_away(struct reeve_gateway *g, uint64_t handle, bool call)
{
    g->turned_away = true;
    g->turned_away_call = call;
    g->turned_away_handle = handle;
}

void reeve_out_touch(struct reeve_gateway *g, struct reeve_session *session)
{
    if (!reeve_list_linked(&session->todo)) {
        reeve_list_push_back(&g->todo_sessions, &session->todo);
    }
}

void reeve_out_cancel(struct reeve_gateway *g, struct reeve_job *job)
{
    job->cancel_requested = true;
    if (job->phase == REEVE_PHASE_SENDING) {
        if (job->idempotent) {
            reeve_job_unlease(g, job);
            return;
        }
        job->attempt--;
        reeve_job_release(g, job);
        return;
    }
    if (job->phase != REEVE_PHASE_LEASED || job->cancel_sent) {
        return;
    }
    job->cancel_sent = true;
    reeve_list_push_back(&job->session->cancels, &job->cancel_node);
    reeve_out_touch(g, job->session);
}

/* ---- one message ---- */

struct composer {
    struct reeve_gateway *g;
    struct reeve_session *session;
    struct reeve_batch_writer writer;
    enum reeve_status status; /* the first failure; LIMIT: the batch is full */
};

static bool add(struct composer *c, const struct reeve_gateway_frame *frame)
{
    if (c->status == REEVE_OK) {
        c->status = reeve_batch_writer_add_gateway(&c->writer, frame);
    }
    return c->status == REEVE_OK;
}

static enum reeve_status welcome_standings(const struct reeve_session *s, struct reeve_arena *arena,
                                           struct reeve_welcome *welcome)
{
    struct reeve_task_standing *standings =
        reeve_arena_alloc_array(arena, s->offers_count, sizeof(*standings));
    if (standings == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < s->offers_count; i++) {
        if (s->offers[i].standing != REEVE_STANDING_ALIGNED) {
            standings[welcome->standings.count++] = (struct reeve_task_standing){
                .task = s->offers[i].task, .standing = s->offers[i].standing};
        }
    }
    welcome->standings.items = standings;
    return REEVE_OK;
}

static void add_welcome(struct composer *c)
{
    struct reeve_session *s = c->session;
    struct reeve_gateway *g = c->g;
    const struct reeve_store_open_session *opened = s->opened;
    struct reeve_gateway_frame frame = {.type = REEVE_GATEWAY_FRAME_WELCOME};
    frame.as.welcome = (struct reeve_welcome){
        .version = 1,
        .epoch = s->epoch,
        .gateway_id = g->gateway_id,
        .tenant = s->tenant->name,
        .pools = {.items = s->pools, .count = s->pools_count},
        .dispatch_mark = opened->stored_mark,
        .audit_sequence = opened->stored_sequence,
        .audit_hash = opened->stored_hash,
        .dispatch_base = opened->dispatch_base,
        .heartbeat_interval_ms = g->delivery.heartbeat_interval_ms,
        .lease_ms = g->delivery.lease_ms,
        .max_frame_bytes = g->limits.max_frame_bytes,
        .max_job_spec_bytes = g->limits.max_job_spec_bytes,
        .max_result_bytes = g->limits.max_result_bytes,
        .time_unix_ms = g->now.unix_ms,
        .result_limit = REEVE_RESULT_WINDOW,
        .max_job_results = g->limits.max_job_results,
        .max_job_result_bytes = g->limits.max_job_result_bytes,
        .aligned_tasks = s->aligned_tasks,
        .rolled_back = s->rolled_back,
        .has_countersign_public_key = true,
    };
    reeve_move(frame.as.welcome.countersign_public_key.bytes, g->signer.public_key, 32);
    struct reeve_arena arena;
    reeve_arena_init(&arena, g->allocator, (size_t)1024 * 1024, 0);
    c->status = welcome_standings(s, &arena, &frame.as.welcome);
    if (add(c, &frame)) {
        s->welcome_due = false;
    }
    reeve_arena_clear(&arena);
}

static void add_heartbeat(struct composer *c)
{
    struct reeve_session *s = c->session;
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_HEARTBEAT,
        .as.heartbeat = {.sequence = s->heartbeat_sent + 1,
                         .answers = s->heartbeat_received,
                         .in_flight = s->in_flight,
                         .ready = true},
    };
    if (add(c, &frame)) {
        s->heartbeat_sent++;
        s->heartbeat_sent_at_ms = c->g->now.boot_ms;
        s->heartbeat_due = false;
    }
}

static void add_outcome_ack(struct composer *c)
{
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_OUTCOME_ACK,
        .as.outcome_ack = {.audit_sequence = c->session->stored_sequence},
    };
    if (add(c, &frame)) {
        c->session->outcome_ack_due = false;
    }
}

static void add_audit_ack(struct composer *c)
{
    struct reeve_session *s = c->session;
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_AUDIT_ACK,
        .as.audit_ack =
            {.has_countersignature = true,
             .countersignature = {.checkpoint = s->ack_checkpoint,
                                  .has_signature = true,
                                  .signature = {.key_id = reeve_bytes_cstr(c->g->signer_key_id),
                                                .signature = reeve_bytes_of(
                                                    s->ack_signature, sizeof(s->ack_signature))}}},
    };
    if (add(c, &frame)) {
        s->audit_ack_due = false;
    }
}

static void add_drain(struct composer *c)
{
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_DRAIN,
        .as.drain = {.within_ms = c->session->drain_ms},
    };
    if (add(c, &frame)) {
        c->session->drain_due = false;
    }
}

static void add_cancels(struct composer *c)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&c->session->cancels)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, cancel_node);
        const struct reeve_gateway_frame frame = {
            .type = REEVE_GATEWAY_FRAME_CANCEL,
            .as.cancel = {.job_id = job->id},
        };
        if (!add(c, &frame)) {
            return;
        }
        reeve_list_remove(&c->session->cancels, n);
    }
}

/* All in one frame. */
static void add_recalls(struct composer *c)
{
    struct reeve_session *s = c->session;
    uint64_t sequences[REEVE_RECALLS_MAX];
    size_t count = 0;
    struct reeve_list_node *n = reeve_list_front(&s->recalls);
    for (; n != NULL && count < REEVE_RECALLS_MAX; n = reeve_list_next(&s->recalls, n)) {
        sequences[count++] = REEVE_OWNER(n, struct reeve_job, recall_node)->sequence;
    }
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_RECALL,
        .as.recall = {.sequences = {.items = sequences, .count = count}},
    };
    if (count == 0 || !add(c, &frame)) {
        return;
    }
    while (count-- > 0) {
        (void)reeve_list_pop_front(&s->recalls);
    }
}

static void add_result_acks(struct composer *c)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&c->session->result_acks)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, ack_node);
        const struct reeve_gateway_frame frame = {
            .type = REEVE_GATEWAY_FRAME_RESULT_ACK,
            .as.result_ack = {.job_id = job->id,
                              .attempt = job->attempt,
                              .next_index = job->results_stored,
                              .limit = job->results_stored + REEVE_RESULT_WINDOW},
        };
        if (!add(c, &frame)) {
            return;
        }
        reeve_list_remove(&c->session->result_acks, n);
    }
}

static void add_stray_acks(struct composer *c)
{
    struct reeve_session *s = c->session;
    while (s->strays_count > 0) {
        const struct reeve_stray *stray = &s->strays[s->strays_count - 1];
        const struct reeve_gateway_frame frame = {
            .type = REEVE_GATEWAY_FRAME_RESULT_ACK,
            .as.result_ack = {.job_id = stray->job_id,
                              .attempt = stray->attempt,
                              .next_index = stray->next_index,
                              .limit = stray->next_index + REEVE_RESULT_WINDOW},
        };
        if (!add(c, &frame)) {
            return;
        }
        s->strays_count--;
    }
}

static void add_retry(struct composer *c)
{
    struct reeve_session *s = c->session;
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_RETRY,
        .as.retry = {.after_ms = s->retry_ms,
                     .code = s->close_code,
                     .message = reeve_bytes_cstr(reeve_session_code_name(s->close_code))},
    };
    if (add(c, &frame)) {
        s->retry_due = false;
    }
}

static bool add_dispatch(struct composer *c, struct reeve_job *job)
{
    struct reeve_session *s = c->session;
    const struct reeve_plan *plan = job->plan;
    const struct reeve_gateway_frame frame = {
        .type = REEVE_GATEWAY_FRAME_DISPATCH,
        .as.dispatch = {.sequence = s->next_sequence,
                        .attempt = job->attempt,
                        .priority = job->priority,
                        .time_left_ms = job->timeout_ms,
                        .job_spec = job->spec,
                        .has_plan = plan->signatures_count > 0,
                        .plan = {.statement = plan->statement,
                                 .signatures = {.items = plan->signatures,
                                                .count = plan->signatures_count}}},
    };
    return add(c, &frame);
}

static void sent(struct composer *c, struct reeve_job *job)
{
    struct reeve_session *s = c->session;
    reeve_list_remove(&s->to_send, &job->queue_node);
    job->phase = REEVE_PHASE_LEASED;
    job->sequence = s->next_sequence++;
    job->maybe_started = true;
    reeve_recall_sent(s, job);
    s->dispatches++;
    reeve_watch_touch(c->g, job);
}

static void add_dispatches(struct composer *c)
{
    struct reeve_session *s = c->session;
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&s->to_send)) != NULL && s->next_sequence <= s->sequence_limit) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, queue_node);
        if (add_dispatch(c, job)) {
            sent(c, job);
            continue;
        }
        if (c->status != REEVE_FRAME_TOO_LARGE) {
            return;
        }
        c->status = REEVE_OK;
        reeve_job_end(c->g, job, REEVE_OUTCOME_REJECTED, reeve_job_effect(job),
                      REEVE_REASON_TOO_LARGE);
    }
}

static void compose(struct composer *c)
{
    struct reeve_session *s = c->session;
    const struct {
        bool due;
        void (*add)(struct composer *c);
    } frames[] = {
        {s->welcome_due, add_welcome},
        {s->heartbeat_due, add_heartbeat},
        {s->outcome_ack_due, add_outcome_ack},
        {s->audit_ack_due, add_audit_ack},
        {s->drain_due, add_drain},
    };
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        if (frames[i].due) {
            frames[i].add(c);
        }
    }
    if (s->state != REEVE_SESSION_STATE_CLOSING) {
        add_cancels(c);
        add_recalls(c);
        add_result_acks(c);
        add_stray_acks(c);
        add_dispatches(c);
    }
    if (s->retry_due) {
        add_retry(c);
    }
}

static bool wants_to_send(const struct reeve_session *s)
{
    if (s->state == REEVE_SESSION_STATE_CLOSING) {
        return s->retry_due || s->outcome_ack_due;
    }
    return s->welcome_due || s->heartbeat_due || s->outcome_ack_due || s->audit_ack_due ||
           s->drain_due || s->strays_count > 0 || !reeve_list_empty(&s->cancels) ||
           !reeve_list_empty(&s->recalls) || !reeve_list_empty(&s->result_acks) ||
           (!reeve_list_empty(&s->to_send) && s->next_sequence <= s->sequence_limit);
}

static bool send_action(struct reeve_gateway *g, struct reeve_session *s,
                        struct reeve_gateway_action *action)
{
    struct composer c = {.g = g, .session = s};
    size_t max_frame =
        s->peer_max_frame_bytes == 0 ? g->limits.max_frame_bytes : s->peer_max_frame_bytes;
    reeve_buffer_init(&action->buffer, g->allocator, MESSAGE_MAX);
    reeve_batch_writer_init(&c.writer, &action->buffer, max_frame);
    compose(&c);
    if (c.status != REEVE_OK && c.status != REEVE_LIMIT) {
        reeve_session_close(g, s, REEVE_SESSION_INTERNAL, 1000);
        s->retry_due = false;
        s->outcome_ack_due = false;
    }
    if (action->buffer.len == 0) {
        reeve_buffer_clear(&action->buffer);
        return false;
    }
    s->sending = true;
    action->kind = REEVE_GATEWAY_SEND;
    action->session = s->handle;
    return true;
}

bool reeve_out_session_action(struct reeve_gateway *g, struct reeve_session *s,
                              struct reeve_gateway_action *action)
{
    if (!s->sending && wants_to_send(s) && send_action(g, s, action)) {
        return true;
    }
    if (s->close_due && !s->sending && !wants_to_send(s)) {
        s->close_due = false;
        action->kind = REEVE_GATEWAY_CLOSE_SESSION;
        action->session = s->handle;
        action->text = reeve_session_code_name(s->close_code);
        action->status = reeve_session_code_status(s->close_code);
        action->grpc_code = reeve_status_grpc_code(action->status);
        return true;
    }
    return false;
}
