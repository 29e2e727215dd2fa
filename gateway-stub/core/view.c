/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as messages. */
#include "gateway-stub/core/view.h"

#include "agent/codec/job_spec.h"
#include "agent/codec/wire.h"
#include "gateway-stub/core/connected.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/journal.h"
#include "proto/runtime/message.h"

ProtobufCBinaryData reeve_view_bytes(struct reeve_bytes bytes)
{
    /* protobuf-c's struct is not const; nobody writes through it. */
    union {
        const uint8_t *in;
        uint8_t *out;
    } data = {.in = bytes.data};
    return (ProtobufCBinaryData){.len = bytes.len, .data = data.out};
}

static ProtobufCBinaryData copied(struct reeve_arena *arena, struct reeve_bytes bytes)
{
    struct reeve_bytes copy = {0};
    if (reeve_arena_dup(arena, bytes, &copy) != REEVE_OK) {
        return (ProtobufCBinaryData){0};
    }
    return reeve_view_bytes(copy);
}

ProtobufCBinaryData reeve_view_id(struct reeve_arena *arena, const struct reeve_id *id)
{
    return copied(arena, reeve_id_view(id));
}

static char *text(struct reeve_arena *arena, struct reeve_bytes bytes)
{
    return reeve_arena_strdup(arena, bytes);
}

static struct reeve_v1_job_error *error_of(struct reeve_arena *arena,
                                           const struct reeve_store_end *end)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    void *error = NULL;
    if (end->error.len == 0 || reeve_message_decode(&reeve_v1_job_error_message, end->error,
                                                    &options, arena, &error, NULL) != REEVE_OK) {
        return NULL;
    }
    return error;
}

static void overlay(struct reeve_gateway *g, struct reeve_arena *arena, struct reeve_v1_job *view,
                    const struct reeve_job *job)
{
    bool leased = job->session != NULL && job->phase == REEVE_PHASE_LEASED;
    bool with_worker = leased || job->phase == REEVE_PHASE_ORPHANED;
    view->attempt = job->attempt;
    view->waiting_for = text(arena, reeve_bytes_cstr(reeve_job_waiting_for(g, job)));
    reeve_connected_versions(g, arena, job, view);
    if (job->phase == REEVE_PHASE_DELAYED) {
        view->next_attempt_unix_ms = reeve_job_not_before(job);
    }
    if (job->phase == REEVE_PHASE_DEAD) {
        view->state = REEVE_V1_JOB_STATE_JOB_DEAD;
    } else if (job->phase != REEVE_PHASE_PENDING) {
        view->state =
            with_worker ? REEVE_V1_JOB_STATE_JOB_DISPATCHED : REEVE_V1_JOB_STATE_JOB_QUEUED;
    }
    if (with_worker) {
        view->journal_id = reeve_view_id(arena, &job->journal->id);
    }
    if (leased) {
        view->worker = text(arena, job->session->identity);
    }
    view->results = job->results_stored;
    if (job->steps_total != 0) {
        view->progress = reeve_message_new(&reeve_v1_job_progress_message, arena);
        if (view->progress != NULL) {
            view->progress->steps_done = job->steps_done;
            view->progress->steps_total = job->steps_total;
        }
    }
}

static struct reeve_v1_job_attempt *attempt_of(struct reeve_arena *arena,
                                               const struct reeve_store_attempt *from)
{
    struct reeve_v1_job_attempt *view = reeve_message_new(&reeve_v1_job_attempt_message, arena);
    if (view == NULL) {
        return NULL;
    }
    view->attempt = from->end.attempt;
    view->status = (enum reeve_v1_outcome_status)from->end.status;
    view->effect = (enum reeve_v1_effect)from->end.effect;
    view->error = error_of(arena, &from->end);
    view->ended_unix_ms = from->ended_unix_ms;
    if (from->assigned) {
        view->worker = text(arena, from->worker);
        view->journal_id = reeve_view_id(arena, &from->journal_id);
    }
    return view;
}

static bool fill_attempts(struct reeve_arena *arena, struct reeve_v1_job *view,
                          const struct reeve_store_job *job)
{
    view->attempts = reeve_arena_alloc_array(arena, job->attempts_count, sizeof(*view->attempts));
    for (; view->attempts != NULL && view->n_attempts < job->attempts_count; view->n_attempts++) {
        view->attempts[view->n_attempts] = attempt_of(arena, &job->attempts[view->n_attempts]);
        if (view->attempts[view->n_attempts] == NULL) {
            return false;
        }
    }
    return view->attempts != NULL;
}

static void fill_end(struct reeve_arena *arena, struct reeve_v1_job *view,
                     const struct reeve_store_job *job, unsigned what)
{
    view->status = (enum reeve_v1_outcome_status)job->end.status;
    view->effect = (enum reeve_v1_effect)job->end.effect;
    view->error = error_of(arena, &job->end);
    view->ended_unix_ms = job->ended_unix_ms;
    view->results = job->end.results;
    if ((what & REEVE_VIEW_OUTPUTS) != 0) {
        view->output = reeve_view_bytes(job->end.output);
    }
}

static void fill_spec(struct reeve_v1_job *view, const struct reeve_store_job *job, unsigned what)
{
    struct reeve_job_spec spec;
    if ((what & REEVE_VIEW_SPECS) != 0) {
        view->job_spec = reeve_view_bytes(job->spec);
    }
    if ((what & REEVE_VIEW_INPUTS) != 0 && reeve_job_spec_decode(job->spec, &spec) == REEVE_OK) {
        view->input = reeve_view_bytes(spec.input);
    }
}

struct reeve_v1_job *reeve_view_job(struct reeve_gateway *g, struct reeve_arena *arena,
                                    const struct reeve_store_job *job, unsigned what)
{
    struct reeve_v1_job *view = reeve_message_new(&reeve_v1_job_message, arena);
    if (view == NULL) {
        return NULL;
    }
    view->job_id = reeve_view_id(arena, &job->job_id);
    view->plan_id = reeve_view_id(arena, &job->plan_id);
    view->task = text(arena, job->task);
    view->fingerprint = copied(arena, reeve_digest_view(&job->fingerprint));
    view->pool = text(arena, job->pool);
    view->state = (enum reeve_v1_job_state)job->state;
    view->queued_unix_ms = job->queued_unix_ms;
    view->priority = job->priority;
    view->attempt = job->end.attempt;
    fill_spec(view, job, what);
    if (job->assigned) {
        view->journal_id = reeve_view_id(arena, &job->journal_id);
        view->worker = text(arena, job->worker);
    }
    if (job->attempts_count > 0 && !fill_attempts(arena, view, job)) {
        return NULL;
    }
    if (job->state == REEVE_JOB_ENDED) {
        fill_end(arena, view, job, what);
        return view;
    }
    const struct reeve_job *live = reeve_job_by_id(g, &job->job_id);
    if (live != NULL) {
        overlay(g, arena, view, live);
    }
    return view;
}

static struct reeve_v1_approval *approval(struct reeve_arena *arena,
                                          const struct reeve_store_approval *from)
{
    struct reeve_v1_approval *view = reeve_message_new(&reeve_v1_approval_message, arena);
    struct reeve_v1_signature *signature = reeve_message_new(&reeve_v1_signature_message, arena);
    if (view == NULL || signature == NULL) {
        return NULL;
    }
    view->by = text(arena, from->by);
    view->key_id = text(arena, from->key_id);
    view->time_unix_ms = from->time_unix_ms;
    view->signature = signature;
    signature->key_id = view->key_id;
    signature->signature = reeve_view_bytes(from->signature);
    return view;
}

struct reeve_v1_plan *reeve_view_plan(struct reeve_gateway *g, struct reeve_arena *arena,
                                      const struct reeve_store_plan *plan, unsigned what)
{
    struct reeve_v1_plan *view = reeve_message_new(&reeve_v1_plan_message, arena);
    if (view == NULL) {
        return NULL;
    }
    view->plan_id = reeve_view_id(arena, &plan->plan_id);
    view->state = (enum reeve_v1_plan_state)plan->state;
    view->title = text(arena, plan->title);
    view->submitted_by = text(arena, plan->submitted_by);
    view->submitted_unix_ms = plan->submitted_unix_ms;
    view->not_after_unix_ms = plan->not_after_unix_ms;
    view->statement = reeve_view_bytes(plan->statement);
    view->approvals_needed = plan->approvals_needed;
    view->reason = text(arena, plan->reason);
    view->approvals =
        reeve_arena_alloc_array(arena, plan->approvals_count, sizeof(*view->approvals));
    view->jobs = reeve_arena_alloc_array(arena, plan->jobs_count, sizeof(*view->jobs));
    if (view->approvals == NULL || view->jobs == NULL) {
        return NULL;
    }
    for (; view->n_approvals < plan->approvals_count; view->n_approvals++) {
        view->approvals[view->n_approvals] = approval(arena, &plan->approvals[view->n_approvals]);
        if (view->approvals[view->n_approvals] == NULL) {
            return NULL;
        }
    }
    for (; view->n_jobs < plan->jobs_count; view->n_jobs++) {
        view->jobs[view->n_jobs] = reeve_view_job(g, arena, &plan->jobs[view->n_jobs], what);
        if (view->jobs[view->n_jobs] == NULL) {
            return NULL;
        }
    }
    return view;
}

struct reeve_v1_job_result **reeve_view_results(struct reeve_arena *arena,
                                                const struct reeve_store_list_results *page)
{
    struct reeve_v1_job_result **views =
        reeve_arena_alloc_array(arena, page->count + 1, sizeof(*views));
    for (size_t i = 0; views != NULL && i < page->count; i++) {
        views[i] = reeve_message_new(&reeve_v1_job_result_message, arena);
        if (views[i] == NULL) {
            return NULL;
        }
        views[i]->job_id = reeve_view_id(arena, &page->results[i].job_id);
        views[i]->attempt = page->results[i].attempt;
        views[i]->index = page->results[i].index;
        views[i]->message = reeve_view_bytes(page->results[i].message);
    }
    return views;
}

/* ---- workers ---- */

static const char *standing_text(enum reeve_standing standing)
{
    return reeve_standing_name(standing);
}

static bool fill_tasks(struct reeve_arena *arena, struct reeve_v1_worker *view,
                       const struct reeve_session *s)
{
    view->tasks = reeve_arena_alloc_array(arena, s->offers_count, sizeof(*view->tasks));
    for (; view->tasks != NULL && view->n_tasks < s->offers_count; view->n_tasks++) {
        const struct reeve_offer *offer = &s->offers[view->n_tasks];
        struct reeve_v1_worker_task *task = reeve_message_new(&reeve_v1_worker_task_message, arena);
        if (task == NULL) {
            return false;
        }
        task->task = text(arena, offer->task);
        task->fingerprint = copied(arena, reeve_digest_view(&offer->fingerprint));
        task->allowed = offer->allowed;
        task->standing = text(arena, reeve_bytes_cstr(standing_text(offer->standing)));
        view->tasks[view->n_tasks] = task;
    }
    return view->tasks != NULL;
}

static char **texts(struct reeve_arena *arena, const struct reeve_bytes *items, size_t count)
{
    char **list = reeve_arena_alloc_array(arena, count, sizeof(*list));
    for (size_t i = 0; list != NULL && i < count; i++) {
        list[i] = text(arena, items[i]);
        if (list[i] == NULL) {
            return NULL;
        }
    }
    return list;
}

static bool fill_live(struct reeve_arena *arena, struct reeve_v1_worker *view,
                      const struct reeve_session *s)
{
    view->connected = true;
    view->ready = s->ready && s->state == REEVE_SESSION_STATE_ACTIVE;
    view->draining = s->draining;
    view->in_flight = s->in_flight;
    view->last_seen_unix_ms = s->last_seen_unix_ms;
    view->connected_unix_ms = s->connected_unix_ms;
    view->epoch = s->epoch;
    view->rolled_back = s->rolled_back;
    view->audit_sequence = s->stored_sequence;
    view->pools = texts(arena, s->pools, s->pools_count);
    view->n_pools = view->pools == NULL ? 0 : s->pools_count;
    view->not_ready = texts(arena, s->not_ready, s->not_ready_count);
    view->n_not_ready = view->not_ready == NULL ? 0 : s->not_ready_count;
    return fill_tasks(arena, view, s);
}

struct reeve_v1_worker *reeve_view_worker(struct reeve_gateway *g, struct reeve_arena *arena,
                                          const struct reeve_store_journal *journal)
{
    struct reeve_v1_worker *view = reeve_message_new(&reeve_v1_worker_message, arena);
    if (view == NULL) {
        return NULL;
    }
    view->identity = text(arena, journal->identity);
    view->journal_id = reeve_view_id(arena, &journal->journal_id);
    view->boot_id = reeve_view_id(arena, &journal->boot_id);
    view->epoch = journal->epoch;
    view->build = text(arena, journal->build);
    view->connected_unix_ms = journal->opened_unix_ms;
    view->last_seen_unix_ms =
        journal->closed_unix_ms != 0 ? journal->closed_unix_ms : journal->opened_unix_ms;
    view->audit_sequence = journal->audit_sequence;
    view->rolled_back = journal->rolled_back;
    const struct reeve_journal *live = reeve_journal_by_id(g, &journal->journal_id);
    if (live != NULL && live->session != NULL && !fill_live(arena, view, live->session)) {
        return NULL;
    }
    return view;
}

/* ---- audit ---- */

struct reeve_v1_stored_audit *reeve_view_audit(struct reeve_arena *arena,
                                               const struct reeve_store_audit *audit)
{
    struct reeve_v1_stored_audit *view = reeve_message_new(&reeve_v1_stored_audit_message, arena);
    struct reeve_v1_audit_entry *entry = reeve_message_new(&reeve_v1_audit_entry_message, arena);
    if (view == NULL || entry == NULL) {
        return NULL;
    }
    view->entry = entry;
    view->hash = copied(arena, reeve_digest_view(&audit->hash));
    view->received_unix_ms = audit->received_unix_ms;
    view->identity = text(arena, audit->identity);
    entry->record = reeve_view_bytes(audit->record);
    entry->input_salt = reeve_view_bytes(audit->input_salt);
    entry->output_salt = reeve_view_bytes(audit->output_salt);
    entry->has_input_body = audit->has_input_body;
    entry->input_body = reeve_view_bytes(audit->input_body);
    entry->has_output_body = audit->has_output_body;
    entry->output_body = reeve_view_bytes(audit->output_body);
    return view;
}

/* ---- tasks ---- */

static uint32_t aligned_workers(const struct reeve_version *version)
{
    size_t count = 0;
    for (struct reeve_list_node *n = reeve_list_front(&version->queues); n != NULL;
         n = reeve_list_next(&version->queues, n)) {
        size_t lanes = REEVE_OWNER(n, struct reeve_queue, node)->lanes.count;
        count = lanes > count ? lanes : count;
    }
    return (uint32_t)count;
}

/* TaskSchema.input and .output. */
static void fill_types(struct reeve_arena *arena, struct reeve_v1_task_version *view,
                       ProtobufCBinaryData schema)
{
    struct reeve_bytes rest = reeve_bytes_of(schema.data, schema.len);
    struct reeve_wire_field field;
    while (reeve_wire_next(&rest, &field) == REEVE_OK && field.number != 0) {
        if (field.number == 2) {
            view->input = text(arena, field.bytes);
        }
        if (field.number == 3) {
            view->output = text(arena, field.bytes);
        }
    }
}

struct reeve_v1_task_version *reeve_view_version(struct reeve_gateway *g, struct reeve_arena *arena,
                                                 const struct reeve_version *version)
{
    (void)g;
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    struct reeve_v1_task_version *view = reeve_message_new(&reeve_v1_task_version_message, arena);
    void *decoded = NULL;
    if (view == NULL || reeve_message_decode(&reeve_v1_task_entry_message, version->entry, &options,
                                             arena, &decoded, NULL) != REEVE_OK) {
        return NULL;
    }
    const struct reeve_v1_task_entry *entry = decoded;
    view->fingerprint = copied(arena, reeve_digest_view(&version->fingerprint));
    view->registered_unix_ms = version->registered_unix_ms;
    view->approvals = version->approvals;
    view->idempotency = (enum reeve_v1_idempotency)version->idempotency;
    view->timeout_ms = version->timeout_ms;
    view->documentation = entry->documentation;
    view->aligned_workers = aligned_workers(version);
    fill_types(arena, view, entry->schema);
    return view;
}
