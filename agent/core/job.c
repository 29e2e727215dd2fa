/* SPDX-License-Identifier: Apache-2.0 */
/* One job while the engine holds it: one allocation for the struct, its input and its approvers; a
 * slot that the limit reserved; a handle that is never used twice. */
#include "agent/core/engine_state.h"

#define SLOT_BITS 20u
#define SLOT_MASK ((UINT64_C(1) << SLOT_BITS) - 1u)

void reeve_engine_job_move(struct reeve_engine *e, struct reeve_engine_job *job,
                           enum reeve_engine_job_state to)
{
    if (!reeve_engine_job_state_allows(job->state, to)) {
        reeve_engine_invariant(e, reeve_engine_job_state_name(to));
    }
    job->state = to;
}

const struct reeve_task *reeve_engine_job_task(const struct reeve_engine *e,
                                               const struct reeve_engine_job *job)
{
    return e->tasks[job->task_index].task;
}

const uint8_t *reeve_engine_job_fingerprint(const struct reeve_engine *e,
                                            const struct reeve_engine_job *job)
{
    const struct reeve_task *task = e->tasks[job->task_index].task;
    return job->version == 0 ? task->fingerprint : task->accepted[job->version - 1];
}

void reeve_engine_job_approvers(const struct reeve_engine_job *job,
                                struct reeve_bytes approvers[REEVE_ENGINE_APPROVERS],
                                struct reeve_views *out)
{
    for (uint32_t i = 0; i < job->approvers_count; i++) {
        approvers[i] = reeve_bytes_of(job->approvers[i], REEVE_KEY_ID_LENGTH);
    }
    *out = (struct reeve_views){approvers, job->approvers_count};
}

uint32_t reeve_engine_jobs_held(const struct reeve_engine *e)
{
    return e->limits.max_in_flight - e->free_slots_count;
}

struct reeve_engine_job *reeve_engine_job_by_handle(const struct reeve_engine *e,
                                                    reeve_job_handle handle)
{
    uint64_t slot = handle & SLOT_MASK;
    if (slot >= e->limits.max_in_flight) {
        return NULL;
    }
    struct reeve_engine_job *job = e->slots[slot];
    return job && job->handle == handle ? job : NULL;
}

static void take_slot(struct reeve_engine *e, struct reeve_engine_job *job)
{
    e->free_slots_count--;
    uint32_t slot = e->free_slots[e->free_slots_count];
    e->slots[slot] = job;
    job->handle = (e->next_handle << SLOT_BITS) | slot;
    e->next_handle++;
}

static void give_slot(struct reeve_engine *e, const struct reeve_engine_job *job)
{
    uint32_t slot = (uint32_t)(job->handle & SLOT_MASK);
    e->slots[slot] = NULL;
    e->free_slots[e->free_slots_count] = slot;
    e->free_slots_count++;
}

/* The struct, its stream if it has one, approvers, input. */
static struct reeve_engine_job *allocate(struct reeve_engine *e, size_t input_len, size_t approvers,
                                         bool streams)
{
    size_t stream = streams ? sizeof(struct reeve_engine_stream) : 0;
    size_t size =
        sizeof(struct reeve_engine_job) + stream + approvers * REEVE_KEY_ID_SIZE + input_len;
    struct reeve_engine_job *job = reeve_alloc(e->allocator, size);
    if (!job) {
        return NULL;
    }
    uint8_t *behind = (uint8_t *)(job + 1);
    if (streams) {
        reeve_engine_stream_init(e, job, (struct reeve_engine_stream *)(void *)behind);
    }
    job->size = size;
    job->approvers = (char(*)[REEVE_KEY_ID_SIZE])(void *)(behind + stream);
    job->approvers_count = (uint32_t)approvers;
    return job;
}

/* A gateway may give time without end. */
static uint64_t end_of(const struct reeve_engine *e, uint64_t span_ms)
{
    bool endless = span_ms >= REEVE_NEVER_MS - e->now.boot_ms;
    return endless ? REEVE_NEVER_MS : e->now.boot_ms + span_ms;
}

static void fill(const struct reeve_engine *e, struct reeve_engine_job *job,
                 const struct reeve_engine_job_request *r)
{
    const struct reeve_dispatch *d = r->dispatch;
    uint8_t *input = (uint8_t *)(void *)(job->approvers + job->approvers_count);
    reeve_move(input, r->spec->input.data, r->spec->input.len);
    job->input = reeve_bytes_of(input, r->spec->input.len);
    reeve_move(job->approvers, r->approvals->key_ids,
               (size_t)job->approvers_count * REEVE_KEY_ID_SIZE);
    reeve_move(job->traceparent, d->traceparent.data, d->traceparent.len); /* <= 55: decoded so */
    job->task_index = r->task_index;
    job->version = r->version;
    job->attempt = d->attempt;
    job->sequence = d->sequence;
    job->priority = d->priority < REEVE_ENGINE_PRIORITIES ? (uint8_t)d->priority
                                                          : (uint8_t)(REEVE_ENGINE_PRIORITIES - 1);
    job->received_ms = e->now.boot_ms;
    job->deadline_ms = end_of(e, d->time_left_ms);
    job->start_by_ms = job->deadline_ms;
    if (d->lease_ms > 0 && d->lease_ms < d->time_left_ms) {
        job->start_by_ms = end_of(e, d->lease_ms);
    }
    job->job_id = r->spec->job_id;
    job->plan_id = r->spec->plan_id;
    job->job_digest = r->job_digest;
    job->not_after_unix_ms = r->spec->not_after_unix_ms;
}

static enum reeve_status register_job(struct reeve_engine *e, struct reeve_engine_job *job)
{
    if (job->approvers_count > 0) {
        REEVE_TRY(reeve_engine_seen_reserve(e, job->job_id, job->not_after_unix_ms, &job->seen));
    }
    enum reeve_status status = reeve_map_put(e->jobs_by_id, reeve_id_view(&job->job_id), job);
    if (status != REEVE_OK && job->seen) {
        reeve_engine_seen_release(e, job->seen);
    }
    return status;
}

enum reeve_status reeve_engine_job_new(struct reeve_engine *e,
                                       const struct reeve_engine_job_request *request,
                                       struct reeve_engine_job **out)
{
    if (e->free_slots_count == 0) {
        return REEVE_LIMIT;
    }
    const struct reeve_task *task = e->tasks[request->task_index].task;
    struct reeve_engine_job *job =
        allocate(e, request->spec->input.len, request->approvals->count, task->server_streaming);
    if (!job) {
        return REEVE_NO_MEMORY;
    }
    fill(e, job, request);
    enum reeve_status status = register_job(e, job);
    if (status != REEVE_OK) {
        reeve_free(e->allocator, job, job->size);
        return status;
    }
    take_slot(e, job);
    e->memory_bytes += job->size;
    *out = job;
    return REEVE_OK;
}

void reeve_engine_job_free(struct reeve_engine *e, struct reeve_engine_job *job)
{
    reeve_deadlines_cancel(&e->timers, &job->timer);
    if (reeve_map_get(e->jobs_by_id, reeve_id_view(&job->job_id)) == job) {
        (void)reeve_map_remove(e->jobs_by_id, reeve_id_view(&job->job_id));
    }
    if (job->stream) {
        reeve_engine_stream_clear(e, job->stream);
    }
    give_slot(e, job);
    e->memory_bytes -= job->size;
    reeve_free(e->allocator, job, job->size);
}

static void leave_queue(struct reeve_engine *e, struct reeve_engine_job *job)
{
    struct reeve_engine_task *t = &e->tasks[job->task_index];
    reeve_list_remove(&t->waiting[job->priority], &job->queue);
    reeve_list_remove(&e->unstarted, &job->unstarted);
    if (reeve_engine_next_of(t) == NULL && reeve_list_linked(&t->turn)) {
        reeve_list_remove(&e->turns, &t->turn);
    }
}

/* Only QUEUED jobs: nothing of them is in the journal. */
void reeve_engine_job_forget(struct reeve_engine *e, struct reeve_engine_job *job)
{
    leave_queue(e, job);
    if (job->seen) {
        reeve_engine_seen_release(e, job->seen);
    }
    reeve_engine_note_job(e, REEVE_NOTE_JOB_FORGOTTEN, job->job_id,
                          reeve_engine_job_task(e, job)->name, 0);
    reeve_engine_job_move(e, job, REEVE_JOB_GONE);
    reeve_engine_job_free(e, job);
}

/* ---- ending ---- */

static void describe(const struct reeve_engine *e, const struct reeve_engine_job *job,
                     struct reeve_bytes *approvers, struct reeve_engine_end *end)
{
    const struct reeve_task *task = reeve_engine_job_task(e, job);
    end->job_id = job->job_id;
    end->plan_id = job->plan_id;
    end->attempt = job->attempt;
    end->sequence = job->sequence;
    end->task = reeve_bytes_cstr(task->name);
    reeve_move(end->fingerprint.bytes, reeve_engine_job_fingerprint(e, job),
               sizeof end->fingerprint.bytes);
    end->job_digest = job->job_digest;
    end->binding = job->was_started ? reeve_engine_binding_name(task->binding) : "";
    reeve_engine_job_approvers(job, approvers, &end->approved_by);
    end->has_commitment = job->has_commitment;
    end->commitment = job->input_commitment;
    end->has_input_salt = job->has_commitment;
    end->input_salt = job->input_salt;
    end->has_input = true;
    end->input = job->input;
    end->sensitive_input = e->tasks[job->task_index].sensitive_input;
    end->started_unix_ms = job->was_started ? job->started_unix_ms : 0;
    end->not_after_unix_ms = job->not_after_unix_ms;
    end->approved = job->approvers_count > 0;
    if (job->stream) {
        end->results = job->stream->acknowledged;
        end->results_head = job->stream->head;
    }
}

/* The outcome is with the journal: what is left of the job goes, unless its runner still has it. */
static void ended(struct reeve_engine *e, struct reeve_engine_job *job)
{
    const struct reeve_task *task = reeve_engine_job_task(e, job);
    if (job->seen) {
        bool again =
            job->end_effect == REEVE_EFFECT_NONE || task->idempotency != REEVE_NOT_IDEMPOTENT;
        reeve_engine_seen_ran(e, job->seen, job->attempt, again, e->appends.next_lsn - 1);
        job->seen = NULL;
    }
    reeve_engine_note_job(e,
                          job->end_status == REEVE_OUTCOME_REJECTED ? REEVE_NOTE_JOB_REJECTED
                                                                    : REEVE_NOTE_JOB_ENDED,
                          job->job_id, task->name, job->end_reason);
    if (job->runner_has_it) {
        reeve_engine_job_move(e, job, REEVE_JOB_ABANDONED);
        (void)reeve_map_remove(e->jobs_by_id, reeve_id_view(&job->job_id));
        return;
    }
    struct reeve_engine_task *t = &e->tasks[job->task_index];
    bool counted = job->in_flight;
    reeve_engine_job_move(e, job, REEVE_JOB_GONE);
    reeve_engine_job_free(e, job);
    if (counted) {
        reeve_engine_let_next(e, t);
    }
}

/* Without output and texts: what is kept of a result that could not be stored at once. */
static enum reeve_status store_end(struct reeve_engine *e, struct reeve_engine_job *job)
{
    struct reeve_bytes approvers[REEVE_ENGINE_APPROVERS];
    struct reeve_engine_end end = {0};
    describe(e, job, approvers, &end);
    end.status = (enum reeve_outcome_status)job->end_status;
    end.effect = (enum reeve_effect)job->end_effect;
    end.error.reason = (enum reeve_reason)job->end_reason;
    return reeve_engine_outcome(e, &end);
}

static void leave_lists(struct reeve_engine *e, struct reeve_engine_job *job)
{
    if (job->state == REEVE_JOB_QUEUED) {
        leave_queue(e, job);
    } else if (job->state == REEVE_JOB_INTENT_SYNC) {
        reeve_list_remove(&e->intents, &job->queue);
    } else if (job->state == REEVE_JOB_RUNNING) {
        e->jobs_running--;
    } else if (job->state == REEVE_JOB_DELIVERING) {
        e->jobs_delivering--;
    }
    if (reeve_list_linked(&job->action)) {
        reeve_list_remove(job->cancel_listed ? &e->cancels : &e->starts, &job->action);
    }
    reeve_deadlines_cancel(&e->timers, &job->timer);
}

static void begin_ending(struct reeve_engine *e, struct reeve_engine_job *job,
                         enum reeve_outcome_status status, enum reeve_effect effect,
                         enum reeve_reason reason)
{
    leave_lists(e, job);
    if (job->stream) {
        reeve_engine_stream_drop(e, job->stream);
    }
    job->end_status = (uint8_t)status;
    job->end_effect = (uint8_t)effect;
    job->end_reason = (uint32_t)reason;
    reeve_engine_job_move(e, job, REEVE_JOB_ENDING);
}

static void wait_for_store(struct reeve_engine *e, struct reeve_engine_job *job)
{
    reeve_list_push_back(&e->ending, &job->queue);
    reeve_engine_retry_later(e);
}

void reeve_engine_job_end(struct reeve_engine *e, struct reeve_engine_job *job,
                          enum reeve_outcome_status status, enum reeve_effect effect,
                          enum reeve_reason reason)
{
    begin_ending(e, job, status, effect, reason);
    if (store_end(e, job) != REEVE_OK) {
        wait_for_store(e, job);
        return;
    }
    ended(e, job);
}

void reeve_engine_jobs_ending(struct reeve_engine *e)
{
    if (e->appends.failed) {
        return;
    }
    while (!reeve_list_empty(&e->ending)) {
        struct reeve_engine_job *job =
            REEVE_OWNER(reeve_list_front(&e->ending), struct reeve_engine_job, queue);
        if (store_end(e, job) != REEVE_OK) {
            reeve_engine_retry_later(e);
            return;
        }
        reeve_list_remove(&e->ending, &job->queue);
        ended(e, job);
    }
}

/* ---- the runner's word ---- */

static enum reeve_reason default_reason(enum reeve_outcome_status status)
{
    switch (status) {
    case REEVE_OUTCOME_SUCCEEDED:
        return REEVE_REASON_UNSPECIFIED;
    case REEVE_OUTCOME_REJECTED:
        return REEVE_REASON_BAD_INPUT;
    case REEVE_OUTCOME_CANCELLED:
        return REEVE_REASON_CANCEL_REQUESTED;
    case REEVE_OUTCOME_TIMED_OUT:
        return REEVE_REASON_DEADLINE;
    case REEVE_OUTCOME_UNSPECIFIED:
    case REEVE_OUTCOME_FAILED:
    case REEVE_OUTCOME_UNKNOWN:
        break;
    }
    return REEVE_REASON_HANDLER_FAILED;
}

static enum reeve_effect honest_effect(const struct reeve_task *task, enum reeve_effect effect,
                                       enum reeve_outcome_status status)
{
    if (task->idempotency == REEVE_NO_SIDE_EFFECTS || status == REEVE_OUTCOME_REJECTED) {
        return REEVE_EFFECT_NONE;
    }
    if (effect >= REEVE_EFFECT_NONE && effect <= REEVE_EFFECT_MAYBE) {
        return effect;
    }
    return status == REEVE_OUTCOME_SUCCEEDED ? REEVE_EFFECT_DONE : REEVE_EFFECT_MAYBE;
}

/* A job that was stopped because its time ran out is TIMED_OUT, whoever noticed first. */
static void judge(const struct reeve_engine *e, const struct reeve_engine_job *job,
                  const struct reeve_engine_result *result, struct reeve_engine_end *end)
{
    end->status = (enum reeve_outcome_status)result->status;
    end->error.reason = (enum reeve_reason)result->reason;
    if (end->status < REEVE_OUTCOME_SUCCEEDED || end->status > REEVE_OUTCOME_UNKNOWN) {
        end->status = REEVE_OUTCOME_FAILED;
    }
    if (end->status == REEVE_OUTCOME_CANCELLED && job->cancel == REEVE_CANCEL_DEADLINE) {
        end->status = REEVE_OUTCOME_TIMED_OUT;
        end->error.reason = REEVE_REASON_DEADLINE;
    }
    if (job->stream && job->stream->refused != 0) {
        end->status = REEVE_OUTCOME_FAILED;
        end->error.reason = (enum reeve_reason)job->stream->refused;
    }
    if (end->error.reason == REEVE_REASON_UNSPECIFIED) {
        end->error.reason = default_reason(end->status);
    }
    end->effect = honest_effect(reeve_engine_job_task(e, job), (enum reeve_effect)result->effect,
                                end->status);
}

/* An output travels inside its Outcome, or in chunks ahead of it; what is audited beside it must
 * fit into one frame of the gateway's last word. */
static bool fits(const struct reeve_engine *e, const struct reeve_engine_end *end)
{
    uint64_t most = e->limits.max_output_bytes;
    if (e->peer_max_result_bytes > 0 && e->peer_max_result_bytes < most) {
        most = e->peer_max_result_bytes;
    }
    uint64_t beside = 32768;
    uint64_t frame = e->peer_max_frame_bytes > 0 ? e->peer_max_frame_bytes : UINT32_MAX;
    uint64_t bodies = (uint64_t)end->output_body.len + end->input_body.len;
    return end->output.len <= most && bodies <= frame - beside;
}

static struct reeve_bytes view_of(const struct reeve_buffer *buffer)
{
    static const uint8_t nothing[1];
    if (!buffer) {
        return reeve_bytes_of(NULL, 0);
    }
    return buffer->data ? reeve_buffer_view(buffer) : reeve_bytes_of(nothing, 0);
}

static void take_output(const struct reeve_engine *e, const struct reeve_engine_job *job,
                        const struct reeve_engine_result *result, struct reeve_engine_end *end)
{
    if (end->status != REEVE_OUTCOME_SUCCEEDED) {
        return;
    }
    if (job->stream) {
        end->error = (struct reeve_job_error){0};
        return;
    }
    end->output = view_of(result->output);
    end->output_body = view_of(result->redacted_output);
    if (!fits(e, end)) {
        end->status = REEVE_OUTCOME_FAILED;
        end->error.reason = REEVE_REASON_OUTPUT_TOO_LARGE;
        end->output = reeve_bytes_of(NULL, 0);
        end->output_body = end->output;
        return;
    }
    end->has_output = true;
    end->error = (struct reeve_job_error){0};
}

static void take_error(const struct reeve_engine_result *result, struct reeve_violation *violations,
                       struct reeve_engine_end *end)
{
    if (end->status == REEVE_OUTCOME_SUCCEEDED) {
        return;
    }
    uint32_t count = result->violations_count;
    if (count > REEVE_JOB_ERROR_VIOLATIONS_MAX) {
        count = REEVE_JOB_ERROR_VIOLATIONS_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        violations[i].field = result->violations[i].field;
        violations[i].rule = result->violations[i].rule;
        violations[i].message = result->violations[i].message;
    }
    struct reeve_job_error *error = &end->error;
    error->message = reeve_bytes_slice(result->message, 0, REEVE_JOB_ERROR_MESSAGE_MAX);
    error->reference = reeve_bytes_slice(result->reference, 0, REEVE_JOB_ERROR_REFERENCE_MAX);
    error->violations.items = violations;
    error->violations.count = count;
    error->violations_total = result->violations_total;
    error->upstream_code = result->upstream_code;
}

/* Without the runner's output: memory was short when it came, and it is not kept twice. */
static void reduce(struct reeve_engine_job *job, const struct reeve_engine_end *end)
{
    bool lost_output = end->has_output;
    job->end_status = lost_output ? (uint8_t)REEVE_OUTCOME_FAILED : (uint8_t)end->status;
    job->end_reason =
        lost_output ? (uint32_t)REEVE_REASON_OUT_OF_MEMORY : (uint32_t)end->error.reason;
}

static void conclude(struct reeve_engine *e, struct reeve_engine_job *job,
                     struct reeve_engine_end *end)
{
    struct reeve_bytes approvers[REEVE_ENGINE_APPROVERS];
    describe(e, job, approvers, end);
    begin_ending(e, job, end->status, end->effect, end->error.reason);
    const enum reeve_status status = reeve_engine_outcome(e, end);
    end->approved_by.items = NULL; /* they were this function's */
    end->approved_by.count = 0;
    if (status != REEVE_OK) {
        reduce(job, end);
        wait_for_store(e, job);
        return;
    }
    ended(e, job);
}

/* The runner's word is kept until its results are with the gateway. */
static void begin_delivering(struct reeve_engine *e, struct reeve_engine_job *job,
                             const struct reeve_engine_result *result,
                             const struct reeve_engine_end *end)
{
    struct reeve_engine_stream_end *kept = &job->stream->end;
    kept->status = (uint8_t)end->status;
    kept->effect = (uint8_t)end->effect;
    kept->reason = (uint32_t)end->error.reason;
    kept->upstream_code = end->error.upstream_code;
    kept->message_len = end->error.message.len;
    reeve_move(kept->message, end->error.message.data, kept->message_len);
    kept->reference_len = end->error.reference.len;
    reeve_move(kept->reference, end->error.reference.data, kept->reference_len);
    if (result->redacted_input) {
        kept->has_redacted_input = true;
        reeve_buffer_take(&kept->redacted_input, result->redacted_input);
    }
    leave_lists(e, job);
    reeve_engine_job_move(e, job, REEVE_JOB_DELIVERING);
    e->jobs_delivering++;
}

void reeve_engine_job_delivered(struct reeve_engine *e, struct reeve_engine_job *job)
{
    const struct reeve_engine_stream_end *kept = &job->stream->end;
    struct reeve_engine_end end = {
        .status = (enum reeve_outcome_status)kept->status,
        .effect = (enum reeve_effect)kept->effect,
        .error = {.reason = (enum reeve_reason)kept->reason,
                  .upstream_code = kept->upstream_code,
                  .message = reeve_bytes_of(kept->message, kept->message_len),
                  .reference = reeve_bytes_of(kept->reference, kept->reference_len)},
    };
    end.input_body = view_of(kept->has_redacted_input ? &kept->redacted_input : NULL);
    conclude(e, job, &end);
}

static void finish(struct reeve_engine *e, struct reeve_engine_job *job,
                   const struct reeve_engine_result *result)
{
    struct reeve_violation violations[REEVE_JOB_ERROR_VIOLATIONS_MAX];
    struct reeve_engine_end end = {0};
    end.input_body = view_of(result->redacted_input);
    judge(e, job, result, &end);
    take_output(e, job, result, &end);
    take_error(result, violations, &end);
    job->was_started = end.status != REEVE_OUTCOME_REJECTED;
    if (job->stream && reeve_engine_stream_is_behind(job->stream)) {
        begin_delivering(e, job, result, &end);
        return;
    }
    conclude(e, job, &end);
}

static void let_go(struct reeve_engine *e, struct reeve_engine_job *job)
{
    reeve_engine_note_job(e, REEVE_NOTE_JOB_LATE, job->job_id, reeve_engine_job_task(e, job)->name,
                          0);
    job->runner_has_it = false;
    if (job->state == REEVE_JOB_ENDING) {
        return;
    }
    struct reeve_engine_task *t = &e->tasks[job->task_index];
    reeve_engine_job_move(e, job, REEVE_JOB_GONE);
    reeve_engine_job_free(e, job);
    reeve_engine_let_next(e, t);
}

static void clear_buffers(const struct reeve_engine_result *result)
{
    struct reeve_buffer *const moved[] = {result->output, result->redacted_input,
                                          result->redacted_output};
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        if (moved[i]) {
            reeve_buffer_clear(moved[i]);
        }
    }
}

void reeve_engine_job_finished(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    const struct reeve_engine_result *result = event->u.finished.result;
    struct reeve_engine_job *job = reeve_engine_job_by_handle(e, event->u.finished.handle);
    if (e->link.state == REEVE_LINK_STOPPED) {
        clear_buffers(result);
        return;
    }
    if (job && job->state == REEVE_JOB_RUNNING && job->start_given) {
        job->runner_has_it = false;
        finish(e, job, result);
    } else if (job && job->runner_has_it) {
        let_go(e, job);
    } else {
        reeve_engine_invariant(e, "finished job is not running");
    }
    clear_buffers(result);
}

void reeve_engine_job_progress(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_session *s = &e->session;
    struct reeve_engine_job *job = reeve_engine_job_by_handle(e, event->u.progress.handle);
    if (!job || job->state != REEVE_JOB_RUNNING || s->progress_count == REEVE_ENGINE_PROGRESS ||
        e->link.state != REEVE_LINK_LIVE || e->now.boot_ms < job->progress_ms) {
        return;
    }
    job->progress_ms = e->now.boot_ms + 1000;
    struct reeve_progress *progress = &s->progress[s->progress_count++];
    progress->job_id = job->job_id;
    progress->attempt = job->attempt;
    progress->steps_done = event->u.progress.steps_done;
    progress->steps_total = event->u.progress.steps_total;
}
