/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes and records: checked against the chain and against one another as they come, then stored
 * together, then acknowledged. */
#include "gateway-stub/core/settle.h"

#include "agent/audit/commitment.h"
#include "agent/audit/head.h"
#include "agent/base/hash.h"
#include "agent/codec/wire.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/retry.h"
#include "gateway-stub/core/session.h"
#include "gateway-stub/core/watch.h"

enum reeve_status reeve_settling_begin(struct reeve_gateway *g, struct reeve_session *s,
                                       struct reeve_settling *settling, struct reeve_bytes *message)
{
    *settling = (struct reeve_settling){.any = false};
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_SETTLE);
    if (request == NULL) {
        return REEVE_NO_MEMORY;
    }
    settling->request = request;
    enum reeve_status status = reeve_arena_dup(&request->arena, *message, message);
    if (status != REEVE_OK) {
        reeve_store_request_free(request);
        return status;
    }
    request->u.settle = (struct reeve_store_settle){
        .journal_id = s->journal_id,
        .epoch = s->epoch,
        .previous_hash = s->verifier.chain.head,
        .rebase = s->store_was_behind,
    };
    request->u.settle.tenant = s->tenant == NULL ? reeve_bytes_of(NULL, 0) : s->tenant->name;
    return REEVE_OK;
}

/* A growing array in the request's arena: doubled, the old one stays behind. */
static void *grown(struct reeve_arena *arena, void *items, size_t count, size_t *capacity,
                   size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    void *more = reeve_arena_alloc_array(arena, wanted, size);
    if (more != NULL && count > 0) {
        reeve_move(more, items, count * size);
    }
    *capacity = more == NULL ? *capacity : wanted;
    return more;
}

static enum reeve_status next_item(struct reeve_settling *settling, struct reeve_store_item **out)
{
    struct reeve_store_settle *s = &settling->request->u.settle;
    struct reeve_store_item *items =
        grown(&settling->request->arena, s->items, s->count, &settling->capacity, sizeof(*items));
    if (items == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->items = items;
    *out = &items[s->count++];
    reeve_zero(*out, sizeof(**out));
    settling->any = true;
    return REEVE_OK;
}

static enum reeve_status salt(struct reeve_arena *arena, bool present, const struct reeve_id *id,
                              struct reeve_bytes *out)
{
    return present ? reeve_arena_dup(arena, reeve_id_view(id), out) : REEVE_OK;
}

/* After this store lost records, the journal may go on behind what it still has: the chain is taken
 * up from there, once; the store records the hole. */
static enum reeve_status rebase(struct reeve_session *s, const struct reeve_audit_entry *entry,
                                struct reeve_arena *arena)
{
    struct reeve_audit_record record;
    if (!s->store_was_behind) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_audit_record_decode(entry->record, arena, &record));
    if (record.sequence > s->verifier.chain.sequence + 1) {
        struct reeve_audit_verifier_options options = s->verifier.options;
        reeve_audit_chain_restore(&options.from, s->journal_id, record.sequence - 1,
                                  record.previous_hash, 0);
        reeve_audit_verifier_init(&s->verifier, &options);
    }
    s->store_was_behind = false;
    return REEVE_OK;
}

static enum reeve_status add_entry(struct reeve_gateway *g, struct reeve_session *s,
                                   struct reeve_settling *settling,
                                   const struct reeve_audit_entry *entry,
                                   struct reeve_bytes committed, struct reeve_audit_record *record,
                                   struct reeve_store_item **out)
{
    struct reeve_arena *arena = &settling->request->arena;
    const struct reeve_audit_bodies bodies = {.output = committed};
    REEVE_TRY(rebase(s, entry, arena));
    REEVE_TRY(reeve_audit_verifier_entry(&s->verifier, entry, &bodies, arena, record));
    REEVE_TRY(next_item(settling, out));
    (*out)->audit = (struct reeve_store_audit){
        .sequence = record->sequence,
        .hash = s->verifier.chain.head,
        .record = entry->record,
        .input_body = entry->input_body,
        .output_body = entry->output_body,
        .has_input_body = entry->input_body.data != NULL,
        .has_output_body = entry->output_body.data != NULL,
        .received_unix_ms = g->now.unix_ms,
    };
    REEVE_TRY(salt(arena, entry->has_input_salt, &entry->input_salt, &(*out)->audit.input_salt));
    REEVE_TRY(salt(arena, entry->has_output_salt, &entry->output_salt, &(*out)->audit.output_salt));
    if (record->event == REEVE_AUDIT_CHAIN_OPENED &&
        record->as.chain_opened.has_predecessor_journal_id) {
        settling->request->u.settle.has_predecessor = true;
        settling->request->u.settle.predecessor_id = record->as.chain_opened.predecessor_journal_id;
    }
    return REEVE_OK;
}

/* The record says what the outcome says. */
static bool record_matches(const struct reeve_audit_record *record,
                           const struct reeve_outcome *outcome)
{
    const struct reeve_job_ended *ended = &record->as.job_ended;
    enum reeve_reason reason =
        outcome->has_error ? outcome->error.reason : REEVE_REASON_UNSPECIFIED;
    return record->event == REEVE_AUDIT_JOB_ENDED &&
           reeve_id_equal(ended->job_id, outcome->job_id) && ended->attempt == outcome->attempt &&
           ended->dispatch_sequence == outcome->sequence && ended->status == outcome->status &&
           ended->effect == outcome->effect && ended->reason == reason &&
           ended->results == outcome->results;
}

/* Whether this journal may say how the job ended. One that holds no lease on it (any more, or ever)
 * shows by the digest that it was given the job: more workers may know an id than the bytes that
 * were dispatched under it. Of jobs that are not open the store knows. */
static bool was_given(struct reeve_gateway *g, const struct reeve_session *s,
                      const struct reeve_job_ended *ended)
{
    const struct reeve_job *job = reeve_job_by_id(g, &ended->job_id);
    if (job == NULL || (job->session == s && job->resumed_epoch != s->epoch)) {
        return true;
    }
    return job->plan->tenant == s->tenant &&
           reeve_digest_equal(reeve_sha256_of(job->spec), ended->job_digest);
}

/* The job, when this session carries out the attempt that the outcome is about; else NULL. */
static struct reeve_job *own_job(struct reeve_gateway *g, const struct reeve_session *s,
                                 const struct reeve_outcome *outcome)
{
    struct reeve_job *job = reeve_job_by_id(g, &outcome->job_id);
    bool own = job != NULL && job->session == s && job->attempt == outcome->attempt;
    return own ? job : NULL;
}

/* An output that came as chunks is in the job's buffer. */
static enum reeve_status output_of(const struct reeve_job *job, const struct reeve_outcome *outcome,
                                   struct reeve_arena *arena, struct reeve_bytes *output)
{
    *output = outcome->output;
    if (job == NULL || job->chunk.len == 0 || job->queue->version->server_streaming ||
        outcome->status != REEVE_OUTCOME_SUCCEEDED) {
        return REEVE_OK;
    }
    return reeve_arena_dup(arena, reeve_buffer_view(&job->chunk), output);
}

/* What the record's commitment is about: the output, or the head of the results' chain. Empty where
 * this process does not know it. */
static struct reeve_bytes committed_of(const struct reeve_job *job,
                                       const struct reeve_outcome *outcome,
                                       struct reeve_bytes output)
{
    if (outcome->results == 0) {
        return output;
    }
    bool known = job != NULL && job->results_head_known && job->results_stored == outcome->results;
    return known ? reeve_digest_view(&job->results_head) : reeve_bytes_of(NULL, 0);
}

/* An output that was committed to and did not come. */
static bool is_missing(const struct reeve_outcome *outcome, const struct reeve_job_ended *ended,
                       struct reeve_bytes output)
{
    return outcome->status == REEVE_OUTCOME_SUCCEEDED && outcome->results == 0 &&
           ended->has_output && ended->output.size_bytes != output.len;
}

/* An outcome counts what is stored, and its output is there: else the worker says more than it
 * sent. */
static bool is_whole(const struct reeve_job *job, const struct reeve_outcome *outcome,
                     const struct reeve_job_ended *ended, struct reeve_bytes output)
{
    if (job == NULL) {
        return true;
    }
    if (job->queue->version->server_streaming) {
        return outcome->results <= job->results_stored;
    }
    return outcome->results == 0 && !is_missing(outcome, ended, output);
}

/* Results, and an output in chunks, are taken in this session's attempt only: an outcome of another
 * attempt that counts on them ends nothing. */
static bool was_taken(struct reeve_gateway *g, const struct reeve_session *s,
                      const struct reeve_outcome *outcome, const struct reeve_job_ended *ended,
                      struct reeve_bytes output)
{
    const struct reeve_job *job = reeve_job_by_id(g, &outcome->job_id);
    if (job == NULL || own_job(g, s, outcome) != NULL) {
        return true; /* what has ended is the store's to judge */
    }
    return outcome->results == 0 && !is_missing(outcome, ended, output);
}

static uint8_t results_are(struct reeve_gateway *g, const struct reeve_outcome *outcome)
{
    const struct reeve_job *job = reeve_job_by_id(g, &outcome->job_id);
    if (job == NULL || !job->queue->version->server_streaming) {
        return REEVE_RESULTS_NONE;
    }
    return outcome->status == REEVE_OUTCOME_UNKNOWN ? REEVE_RESULTS_KEPT : REEVE_RESULTS_COUNTED;
}

enum reeve_status reeve_settling_outcome(struct reeve_gateway *g, struct reeve_session *s,
                                         struct reeve_settling *settling,
                                         const struct reeve_outcome *outcome,
                                         struct reeve_bytes payload)
{
    struct reeve_arena *arena = &settling->request->arena;
    struct reeve_audit_record record;
    struct reeve_store_item *item = NULL;
    struct reeve_bytes output;
    struct reeve_bytes error;
    const struct reeve_job *job = own_job(g, s, outcome);
    REEVE_TRY(output_of(job, outcome, arena, &output));
    REEVE_TRY(reeve_wire_only(payload, 6, &error)); /* Outcome.error, as it came */
    REEVE_TRY(add_entry(g, s, settling, &outcome->audit, committed_of(job, outcome, output),
                        &record, &item));
    if (!record_matches(&record, outcome) ||
        !is_whole(job, outcome, &record.as.job_ended, output)) {
        /* Nothing of it is stored: a record without its outcome would acknowledge both. */
        settling->request->u.settle.count--;
        return REEVE_CHAIN_BROKEN;
    }
    if (!was_given(g, s, &record.as.job_ended) ||
        !was_taken(g, s, outcome, &record.as.job_ended, output)) {
        return REEVE_OK; /* a record of the worker's own chain, and no more than that */
    }
    item->has_end = true;
    item->dispatch_sequence = outcome->sequence;
    item->ended_unix_ms = record.as.job_ended.ended_unix_ms;
    item->end = (struct reeve_store_end){
        .job_id = outcome->job_id,
        .attempt = outcome->attempt,
        .status = (uint8_t)outcome->status,
        .effect = (uint8_t)outcome->effect,
        .reason = (uint16_t)(outcome->has_error ? outcome->error.reason : 0),
        .error = error,
        .output = output,
        .results = outcome->results,
        .results_are = results_are(g, outcome),
    };
    reeve_retry_judge(g, reeve_job_by_id(g, &outcome->job_id), item);
    return REEVE_OK;
}

static enum reeve_status countersign(struct reeve_gateway *g, struct reeve_bytes checkpoint,
                                     uint8_t signature[REEVE_SIGNATURE_LENGTH])
{
    uint8_t memory[REEVE_AUDIT_SIGNED_MAX];
    struct reeve_bytes message;
    REEVE_TRY(reeve_audit_countersignature_message(checkpoint, memory, &message));
    return g->signer.sign(g->signer.ctx, message, signature);
}

/* A true word about a record that others followed already: its head is not at hand any more, and a
 * later checkpoint covers it. */
static bool is_behind(const struct reeve_session *s,
                      const struct reeve_signed_checkpoint *signed_checkpoint)
{
    struct reeve_checkpoint checkpoint;
    return reeve_audit_checkpoint_verify(signed_checkpoint, &s->audit_key, &checkpoint) ==
               REEVE_OK &&
           reeve_id_equal(checkpoint.journal_id, s->journal_id) &&
           checkpoint.sequence < s->verifier.chain.sequence;
}

static enum reeve_status add_checkpoint(struct reeve_gateway *g, struct reeve_session *s,
                                        struct reeve_settling *settling,
                                        const struct reeve_signed_checkpoint *signed_checkpoint)
{
    struct reeve_store_settle *settle = &settling->request->u.settle;
    struct reeve_arena *arena = &settling->request->arena;
    uint8_t signature[REEVE_SIGNATURE_LENGTH];
    if (is_behind(s, signed_checkpoint)) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_audit_verifier_checkpoint(&s->verifier, signed_checkpoint));
    REEVE_TRY(countersign(g, signed_checkpoint->checkpoint, signature));
    struct reeve_store_checkpoint *stored = reeve_arena_alloc(arena, sizeof(*stored));
    if (stored == NULL) {
        return REEVE_NO_MEMORY;
    }
    *stored = (struct reeve_store_checkpoint){
        .sequence = s->verifier.chain.sequence,
        .checkpoint = signed_checkpoint->checkpoint,
        .key_id = signed_checkpoint->signature.key_id,
        .signature = signed_checkpoint->signature.signature,
        .counter_key_id = reeve_bytes_cstr(g->signer_key_id),
    };
    REEVE_TRY(reeve_arena_dup(arena, reeve_bytes_of(signature, sizeof(signature)),
                              &stored->countersignature));
    settle->checkpoint = stored; /* a later one in the same message stands for both */
    settling->any = true;
    return REEVE_OK;
}

enum reeve_status reeve_settling_audit(struct reeve_gateway *g, struct reeve_session *s,
                                       struct reeve_settling *settling,
                                       const struct reeve_audit_batch *batch)
{
    for (size_t i = 0; i < batch->entries.count; i++) {
        struct reeve_audit_record record;
        struct reeve_store_item *item = NULL;
        REEVE_TRY(add_entry(g, s, settling, &batch->entries.items[i], reeve_bytes_of(NULL, 0),
                            &record, &item));
    }
    return batch->has_checkpoint ? add_checkpoint(g, s, settling, &batch->checkpoint) : REEVE_OK;
}

/* ---- results ---- */

static enum reeve_status add_result(struct reeve_settling *settling, const struct reeve_job *job)
{
    struct reeve_store_settle *s = &settling->request->u.settle;
    struct reeve_arena *arena = &settling->request->arena;
    struct reeve_store_result *results =
        grown(arena, s->results, s->results_count, &settling->results_capacity, sizeof(*results));
    if (results == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->results = results;
    struct reeve_store_result *result = &results[s->results_count];
    *result = (struct reeve_store_result){
        .job_id = job->id, .attempt = job->attempt, .index = job->chunk_index};
    REEVE_TRY(reeve_arena_dup(arena, reeve_buffer_view(&job->chunk), &result->message));
    s->results_count++;
    settling->any = true;
    return REEVE_OK;
}

static enum reeve_status check_message(const struct reeve_job *job,
                                       const struct reeve_result_chunk *chunk)
{
    if (job->chunk_total != job->chunk.len || chunk->has_digest != (chunk->offset > 0)) {
        return REEVE_MALFORMED;
    }
    if (!chunk->has_digest) {
        return REEVE_OK;
    }
    struct reeve_digest digest = reeve_sha256_of(reeve_buffer_view(&job->chunk));
    return reeve_digest_equal(digest, chunk->digest) ? REEVE_OK : REEVE_MALFORMED;
}

/* Of a job that ended otherwise, or of an earlier attempt: the worker may let go of it. */
static enum reeve_status take_stray(struct reeve_gateway *g, struct reeve_session *s,
                                    const struct reeve_result_chunk *chunk)
{
    size_t i = 0;
    if (!chunk->last || chunk->index >= UINT64_MAX - REEVE_RESULT_WINDOW) {
        return REEVE_OK;
    }
    while (i < s->strays_count && (!reeve_id_equal(s->strays[i].job_id, chunk->job_id) ||
                                   s->strays[i].attempt != chunk->attempt)) {
        i++;
    }
    if (i == REEVE_SESSION_STRAYS) {
        return REEVE_LIMIT_EXCEEDED;
    }
    if (i == s->strays_count) {
        s->strays[i] = (struct reeve_stray){.job_id = chunk->job_id, .attempt = chunk->attempt};
        s->strays_count++;
    }
    s->strays[i].next_index = chunk->index + 1;
    reeve_out_touch(g, s);
    return REEVE_OK;
}

/* Announced in Welcome: who goes beyond breaks the contract. */
static bool is_flood(const struct reeve_gateway *g, const struct reeve_job *job,
                     const struct reeve_result_chunk *chunk)
{
    return chunk->index >= job->results_stored + REEVE_RESULT_WINDOW ||
           chunk->index >= g->limits.max_job_results ||
           chunk->total_size > g->limits.max_result_bytes ||
           job->result_bytes + job->chunk.len + chunk->data.len > g->limits.max_job_result_bytes;
}

enum reeve_status reeve_settling_result(struct reeve_gateway *g, struct reeve_session *s,
                                        struct reeve_settling *settling,
                                        const struct reeve_result_chunk *chunk)
{
    struct reeve_job *job = reeve_job_by_id(g, &chunk->job_id);
    if (job == NULL || job->session != s || job->attempt != chunk->attempt) {
        return take_stray(g, s, chunk);
    }
    if (chunk->index < job->results_received) {
        return REEVE_OK; /* repeated */
    }
    bool streaming = job->queue->version->server_streaming;
    if (chunk->index != job->results_received || (!streaming && chunk->index != 0) ||
        is_flood(g, job, chunk)) {
        return REEVE_LIMIT_EXCEEDED;
    }
    if (chunk->offset == 0) {
        reeve_buffer_reset(&job->chunk);
        job->chunk_index = chunk->index;
        job->chunk_total = chunk->total_size;
    }
    if (chunk->offset != job->chunk.len) {
        return REEVE_MALFORMED;
    }
    enum reeve_status status = reeve_buffer_append(&job->chunk, chunk->data);
    if (status != REEVE_OK) {
        return status == REEVE_LIMIT ? REEVE_LIMIT_EXCEEDED : status;
    }
    if (!chunk->last) {
        return REEVE_OK;
    }
    REEVE_TRY(check_message(job, chunk));
    if (!streaming) {
        return REEVE_OK; /* kept for its outcome */
    }
    REEVE_TRY(add_result(settling, job));
    job->results_received++;
    job->result_bytes += job->chunk.len;
    reeve_buffer_reset(&job->chunk);
    return REEVE_OK;
}

/* ---- to the store and back ---- */

void reeve_settling_end(struct reeve_gateway *g, struct reeve_session *s,
                        struct reeve_settling *settling)
{
    struct reeve_store_request *request = settling->request;
    struct reeve_store_settle *settle = &request->u.settle;
    bool live = s->state == REEVE_SESSION_STATE_RESUMING || s->state == REEVE_SESSION_STATE_ACTIVE;
    if (!settling->any || !live) {
        reeve_store_request_free(request);
        return;
    }
    if (reeve_arena_dup(&request->arena, s->identity, &settle->identity) != REEVE_OK ||
        s->store_in_flight >= g->limits.max_session_store) {
        reeve_store_request_free(request);
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 1000);
        return;
    }
    s->store_in_flight++;
    reeve_out_store(g, request);
}

static void ack_results(struct reeve_gateway *g, struct reeve_session *s,
                        const struct reeve_store_settle *settle)
{
    for (size_t i = 0; i < settle->results_count; i++) {
        struct reeve_job *job = reeve_job_by_id(g, &settle->results[i].job_id);
        if (job == NULL || job->session != s || job->attempt != settle->results[i].attempt) {
            continue;
        }
        if (settle->results[i].index != job->results_stored) {
            continue; /* an earlier session's, and sent again in this one */
        }
        job->results_stored++;
        job->results_head = reeve_audit_results_head(job->results_head, settle->results[i].message);
        reeve_watch_results(g, job);
        if (!reeve_list_linked(&job->ack_node)) {
            reeve_list_push_back(&s->result_acks, &job->ack_node);
        }
    }
}

static void ack_checkpoint(struct reeve_session *s, const struct reeve_store_checkpoint *checkpoint)
{
    if (checkpoint == NULL || reeve_copy(s->ack_checkpoint_bytes, sizeof(s->ack_checkpoint_bytes),
                                         checkpoint->checkpoint) != REEVE_OK) {
        return;
    }
    s->ack_checkpoint = reeve_bytes_of(s->ack_checkpoint_bytes, checkpoint->checkpoint.len);
    if (reeve_copy(s->ack_signature, sizeof(s->ack_signature), checkpoint->countersignature) ==
        REEVE_OK) {
        s->audit_ack_due = true;
    }
}

static void end_jobs(struct reeve_gateway *g, const struct reeve_store_settle *settle)
{
    for (size_t i = 0; i < settle->count; i++) {
        const struct reeve_store_item *item = &settle->items[i];
        bool ended =
            item->settled == REEVE_SETTLED_APPLIED || item->settled == REEVE_SETTLED_DUPLICATE;
        struct reeve_job *job = ended ? reeve_job_by_id(g, &item->end.job_id) : NULL;
        /* A repeated word about an attempt that failed before ends nothing. */
        if (job != NULL && item->end.attempt > job->answered_attempt) {
            reeve_job_gone(g, job);
        }
        if (item->settled == REEVE_SETTLED_RETRIED) {
            reeve_retry_recorded(g, &settle->journal_id, item);
        }
    }
}

void reeve_settled(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    const struct reeve_store_settle *settle = &request->u.settle;
    if (request->status == REEVE_OK) {
        end_jobs(g, settle);
    }
    struct reeve_session *s = reeve_session_by_epoch(g, &settle->journal_id, settle->epoch);
    if (s == NULL) {
        return;
    }
    s->store_in_flight--;
    reeve_session_dirty(g, s);
    if (request->status != REEVE_OK) {
        bool broken = request->status == REEVE_CHAIN_BROKEN;
        reeve_session_close(g, s, broken ? REEVE_SESSION_AUDIT_BROKEN : REEVE_SESSION_OVERLOADED,
                            2000);
        return;
    }
    s->stored_sequence = settle->audit_sequence;
    s->outcome_ack_due = true;
    ack_results(g, s, settle);
    ack_checkpoint(s, settle->checkpoint);
    reeve_out_touch(g, s);
}
