/* SPDX-License-Identifier: Apache-2.0 */
/* One message of a worker, frame by frame. */
#include "agent/codec/batch.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/settle.h"

struct received {
    struct reeve_gateway *g;
    struct reeve_session *session;
    struct reeve_settling settling;
    struct reeve_worker_frame frame;
    struct reeve_bytes payload;
};

static enum reeve_status on_hello(struct received *r)
{
    return reeve_session_hello(r->g, r->session, &r->frame.as.hello);
}

static enum reeve_status on_resume(struct received *r)
{
    return reeve_session_resume(r->g, r->session, &r->frame.as.resume);
}

static enum reeve_status on_resume_done(struct received *r)
{
    return reeve_session_resume_done(r->g, r->session, &r->frame.as.resume_done);
}

static enum reeve_status on_limit(struct received *r)
{
    if (r->frame.as.limit.dispatches > r->session->dispatches_limit) {
        r->session->dispatches_limit = r->frame.as.limit.dispatches;
        reeve_session_dirty(r->g, r->session);
    }
    return REEVE_OK;
}

static enum reeve_status on_accepted(struct received *r)
{
    (void)r; /* advisory: the intent is the start */
    return REEVE_OK;
}

static enum reeve_status on_progress(struct received *r)
{
    const struct reeve_progress *progress = &r->frame.as.progress;
    struct reeve_job *job = reeve_job_by_id(r->g, &progress->job_id);
    if (job != NULL && job->session == r->session && job->attempt == progress->attempt) {
        job->steps_done = progress->steps_done;
        job->steps_total = progress->steps_total;
    }
    return REEVE_OK;
}

static enum reeve_status on_result(struct received *r)
{
    return reeve_settling_result(r->g, r->session, &r->settling, &r->frame.as.result_chunk);
}

static enum reeve_status on_outcome(struct received *r)
{
    return reeve_settling_outcome(r->g, r->session, &r->settling, &r->frame.as.outcome, r->payload);
}

static enum reeve_status on_audit(struct received *r)
{
    return reeve_settling_audit(r->g, r->session, &r->settling, &r->frame.as.audit_batch);
}

static enum reeve_status on_heartbeat(struct received *r)
{
    return reeve_session_heartbeat(r->g, r->session, &r->frame.as.heartbeat);
}

static enum reeve_status on_renew_identity(struct received *r)
{
    reeve_out_note(r->g, REEVE_UNSUPPORTED,
                   "a worker asked for a new certificate; this gateway issues none");
    return REEVE_OK;
}

static enum reeve_status on_draining(struct received *r)
{
    reeve_session_drain(r->g, r->session);
    return REEVE_OK;
}

static enum reeve_status on_recalled(struct received *r)
{
    return reeve_session_recalled(r->g, r->session, &r->frame.as.recalled,
                                  &r->settling.request->arena);
}

#define IN(state) (1u << REEVE_SESSION_STATE_##state)

/* What may come when; anything else is OUT_OF_ORDER. */
static const struct {
    unsigned states;
    enum reeve_status (*handle)(struct received *r);
} frames[] = {
    [REEVE_WORKER_FRAME_HELLO] = {IN(CONNECTED), on_hello},
    [REEVE_WORKER_FRAME_RESUME] = {IN(RESUMING), on_resume},
    [REEVE_WORKER_FRAME_RESUME_DONE] = {IN(RESUMING), on_resume_done},
    [REEVE_WORKER_FRAME_LIMIT] = {IN(RESUMING) | IN(ACTIVE), on_limit},
    [REEVE_WORKER_FRAME_ACCEPTED] = {IN(ACTIVE), on_accepted},
    [REEVE_WORKER_FRAME_PROGRESS] = {IN(ACTIVE), on_progress},
    [REEVE_WORKER_FRAME_RESULT_CHUNK] = {IN(ACTIVE), on_result},
    [REEVE_WORKER_FRAME_OUTCOME] = {IN(ACTIVE), on_outcome},
    [REEVE_WORKER_FRAME_AUDIT] = {IN(ACTIVE), on_audit},
    [REEVE_WORKER_FRAME_HEARTBEAT] = {IN(RESUMING) | IN(ACTIVE), on_heartbeat},
    [REEVE_WORKER_FRAME_RENEW_IDENTITY] = {IN(RESUMING) | IN(ACTIVE), on_renew_identity},
    [REEVE_WORKER_FRAME_DRAINING] = {IN(RESUMING) | IN(ACTIVE), on_draining},
    [REEVE_WORKER_FRAME_RECALLED] = {IN(ACTIVE), on_recalled},
};

static enum reeve_status handle_frame(struct received *r, uint32_t number)
{
    enum reeve_status status =
        reeve_worker_frame_decode(number, r->payload, &r->settling.request->arena, &r->frame);
    if (status == REEVE_NOT_FOUND) {
        r->g->unknown_frames++;
        return REEVE_OK;
    }
    REEVE_TRY(status);
    size_t type = (size_t)r->frame.type;
    if (type >= sizeof(frames) / sizeof(frames[0]) || frames[type].handle == NULL ||
        (frames[type].states & (1u << r->session->state)) == 0) {
        return REEVE_OUT_OF_ORDER;
    }
    return frames[type].handle(r);
}

static enum reeve_status handle_frames(struct received *r, struct reeve_bytes message)
{
    struct reeve_batch_reader reader;
    struct reeve_batch_frame frame;
    size_t max = r->session->state == REEVE_SESSION_STATE_CONNECTED ? REEVE_HELLO_MAX_BYTES
                                                                    : r->g->limits.max_frame_bytes;
    reeve_batch_reader_init(&reader, message, max);
    for (;;) {
        REEVE_TRY(reeve_batch_reader_next(&reader, &frame));
        if (frame.number == 0) {
            r->g->unknown_frames += reader.ignored;
            return REEVE_OK;
        }
        r->payload = frame.payload;
        REEVE_TRY(handle_frame(r, frame.number));
        if (r->session->state == REEVE_SESSION_STATE_CLOSING) {
            return REEVE_OK;
        }
    }
}

/* Where a frame's status means something else than the codec's own table says. */
static const struct {
    enum reeve_status status;
    enum reeve_session_code code;
} codes[] = {
    {REEVE_PROTOCOL, REEVE_SESSION_OUT_OF_ORDER}, {REEVE_NO_MEMORY, REEVE_SESSION_OVERLOADED},
    {REEVE_LIMIT, REEVE_SESSION_OVERLOADED},      {REEVE_TOO_LARGE, REEVE_SESSION_FRAME_TOO_LARGE},
    {REEVE_STATE, REEVE_SESSION_AUDIT_BROKEN},    {REEVE_SIGNATURE, REEVE_SESSION_AUDIT_BROKEN},
};

static enum reeve_session_code code_of(enum reeve_status status)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].status == status) {
            return codes[i].code;
        }
    }
    return reeve_session_code_of(status);
}

void reeve_session_message(struct reeve_gateway *g, uint64_t handle, struct reeve_bytes message)
{
    struct reeve_session *s = reeve_session_by_handle(g, handle);
    if (s == NULL || s->state == REEVE_SESSION_STATE_CLOSING) {
        return;
    }
    s->heard_at_ms = g->now.boot_ms;
    s->last_seen_unix_ms = g->now.unix_ms;
    struct received r = {.g = g, .session = s};
    enum reeve_status status = reeve_settling_begin(g, s, &r.settling, &message);
    if (status == REEVE_OK) {
        status = handle_frames(&r, message);
        /* What was good before the bad frame is kept. */
        reeve_settling_end(g, s, &r.settling);
    }
    if (status != REEVE_OK) {
        reeve_session_close(g, s, code_of(status), 5000);
    }
}
