/* SPDX-License-Identifier: Apache-2.0 */
/* How the worker stands, as the document on the status socket. */
#include <unistd.h>

#include "agent/cli/output.h"
#include "agent/main/version_info.h"
#include "agent/main/worker_state.h"
#include "proto/runtime/message.h"

enum { MEMORY_MAX = 128 * 1024 };

struct document {
    const struct reeve_worker *worker;
    struct reeve_arena *arena;
    struct reeve_now now;
    struct reeve_engine_status engine;
    struct reeve_journal_stats journal;
    struct reeve_v1_worker_status *out;
};

/* A part of the document, in the arena. */
static void *part(const struct document *d, const struct reeve_message *table)
{
    return reeve_message_new(table, d->arena);
}

static char *text(const struct document *d, const char *from)
{
    return reeve_output_text(d->arena, "%s", from);
}

static enum reeve_status add_condition(struct document *d, const char *name, const char *next_step)
{
    struct reeve_v1_status_condition *condition = part(d, &reeve_v1_status_condition_message);
    if (condition == NULL) {
        return REEVE_NO_MEMORY;
    }
    condition->name = text(d, name);
    condition->next_step = text(d, next_step);
    d->out->conditions[d->out->n_conditions++] = condition;
    return REEVE_OK;
}

static enum reeve_status add_conditions(struct document *d)
{
    d->out->conditions = reeve_arena_alloc_array(d->arena, REEVE_CONDITION_COUNT + 1,
                                                 sizeof(struct reeve_v1_status_condition *));
    if (d->out->conditions == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = REEVE_OK;
    for (int i = 0; i < REEVE_CONDITION_COUNT && status == REEVE_OK; i++) {
        const enum reeve_condition condition = (enum reeve_condition)i;
        if ((d->engine.conditions & (1u << i)) != 0) {
            status = add_condition(d, reeve_condition_name(condition),
                                   reeve_condition_next_step(condition));
        }
    }
    return status;
}

static enum reeve_status add_identity(struct document *d)
{
    struct reeve_v1_identity_status *identity = part(d, &reeve_v1_identity_status_message);
    struct google_protobuf_timestamp *not_after = part(d, &google_protobuf_timestamp_message);
    if (identity == NULL || not_after == NULL) {
        return REEVE_NO_MEMORY;
    }
    not_after->seconds = reeve_identity_certificate(d->worker->identity)->not_after_unix_ms / 1000;
    identity->id = text(d, reeve_identity_spiffe_id(d->worker->identity));
    identity->not_after = not_after;
    identity->problem = text(d, d->worker->identity_problem);
    d->out->identity = identity;
    return REEVE_OK;
}

static uint64_t left(uint64_t until_ms, uint64_t now_ms)
{
    return until_ms == REEVE_NEVER_MS || until_ms < now_ms ? 0 : until_ms - now_ms;
}

static enum reeve_status add_gateway(struct document *d)
{
    struct reeve_v1_gateway_status *gateway = part(d, &reeve_v1_gateway_status_message);
    if (gateway == NULL) {
        return REEVE_NO_MEMORY;
    }
    const uint64_t message_at_ms = d->worker->message_at_ms;
    gateway->address = text(d, d->worker->setup->config->gateway_address);
    gateway->state = text(d, d->engine.link_state != NULL ? d->engine.link_state : "");
    gateway->tenant = text(d, d->engine.tenant);
    gateway->session_epoch = d->engine.epoch;
    gateway->last_end = text(d, reeve_status_name(d->engine.last_end));
    gateway->last_problem = text(d, d->worker->link_problem);
    gateway->connects = d->engine.connects;
    gateway->next_connect_in_ms = left(d->engine.connect_at_ms, d->now.boot_ms);
    gateway->lease_left_ms = d->engine.lease_left_ms;
    gateway->rolled_back = d->engine.rolled_back;
    gateway->last_message_age_ms =
        message_at_ms != 0 && message_at_ms < d->now.boot_ms ? d->now.boot_ms - message_at_ms : 0;
    d->out->gateway = gateway;
    return REEVE_OK;
}

static enum reeve_status add_tasks(struct document *d)
{
    struct reeve_v1_task_status *tasks = part(d, &reeve_v1_task_status_message);
    if (tasks == NULL) {
        return REEVE_NO_MEMORY;
    }
    tasks->compiled_in = d->worker->tools.tasks->count;
    tasks->allowed = d->worker->setup->config->allowed_count;
    tasks->aligned = d->engine.aligned_tasks;
    d->out->tasks = tasks;
    return REEVE_OK;
}

static enum reeve_status add_jobs(struct document *d)
{
    struct reeve_v1_job_status *jobs = part(d, &reeve_v1_job_status_message);
    if (jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    jobs->queued = d->engine.jobs_queued;
    jobs->starting = d->engine.jobs_starting;
    jobs->running = d->engine.jobs_running;
    jobs->unsettled = d->engine.unsettled;
    jobs->memory_bytes = d->engine.memory_bytes;
    jobs->accepted = d->engine.accepted;
    jobs->succeeded = d->engine.succeeded;
    jobs->failed = d->engine.failed;
    jobs->rejected = d->engine.rejected;
    jobs->cancelled = d->engine.cancelled;
    jobs->timed_out = d->engine.timed_out;
    jobs->unknown = d->engine.unknown;
    d->out->jobs = jobs;
    return REEVE_OK;
}

static enum reeve_status add_journal(struct document *d)
{
    struct reeve_v1_journal_status *journal = part(d, &reeve_v1_journal_status_message);
    struct reeve_v1_audit_status *audit = part(d, &reeve_v1_audit_status_message);
    char id[REEVE_ID_TEXT_SIZE];
    if (journal == NULL || audit == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_id_format(d->journal.journal_id, id);
    journal->id = text(d, id);
    journal->directory = text(d, d->worker->setup->config->journal_directory);
    journal->bytes = d->journal.bytes;
    journal->max_bytes = d->journal.max_bytes;
    journal->segments = d->journal.segments;
    journal->lsn = d->engine.appended_lsn;
    journal->synced_lsn = d->engine.synced_lsn;
    journal->state = text(d, reeve_status_name(d->journal.status));
    audit->sequence = d->engine.audit_sequence;
    audit->checkpoint_sequence = d->engine.checkpoint_sequence;
    audit->countersigned_sequence = d->engine.countersigned_sequence;
    d->out->journal = journal;
    d->out->audit = audit;
    return REEVE_OK;
}

static enum reeve_status add_spool(struct document *d)
{
    struct reeve_v1_spool_status *spool = part(d, &reeve_v1_spool_status_message);
    if (spool == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status opened = d->worker->spool.status;
    spool->directory = text(d, d->worker->setup->config->spool_directory);
    spool->bytes = d->engine.spool_bytes;
    spool->max_bytes = d->engine.spool_max_bytes;
    spool->results = d->engine.spool_results;
    spool->state = text(d, reeve_status_name(opened != REEVE_OK ? opened : d->engine.spool_status));
    d->out->spool = spool;
    return REEVE_OK;
}

static enum reeve_status fill(struct document *d)
{
    const struct reeve_digest *digest = &d->worker->setup->config->digest;
    d->out->ready = d->engine.ready;
    d->out->version = reeve_version_info(d->arena);
    d->out->pid = (uint32_t)getpid();
    d->out->uptime_ms = d->now.boot_ms - d->worker->started_ms;
    d->out->config_digest = reeve_output_hex(d->arena, digest->bytes, sizeof(digest->bytes));
    d->out->config_reloads = d->worker->reloads;
    REEVE_TRY(add_conditions(d));
    REEVE_TRY(add_identity(d));
    REEVE_TRY(add_gateway(d));
    REEVE_TRY(add_tasks(d));
    REEVE_TRY(add_jobs(d));
    REEVE_TRY(add_spool(d));
    return add_journal(d);
}

static enum reeve_status write_document(struct document *d, struct reeve_buffer *out)
{
    d->out = reeve_message_new(&reeve_v1_worker_status_message, d->arena);
    if (d->out == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(fill(d));
    return reeve_output_json(&reeve_v1_worker_status_message, d->out, out);
}

enum reeve_status reeve_worker_write_status(struct reeve_worker *w, struct reeve_buffer *out)
{
    struct reeve_arena arena;
    if (w->engine == NULL || w->journal == NULL) {
        return REEVE_STATE;
    }
    reeve_arena_init(&arena, NULL, MEMORY_MAX, 0);
    struct document d = {.worker = w, .arena = &arena, .now = reeve_now_read()};
    reeve_engine_read_status(w->engine, d.now, &d.engine);
    d.journal = reeve_journal_stat(w->journal, d.now.boot_ms);
    const enum reeve_status status = write_document(&d, out);
    reeve_arena_clear(&arena);
    return status;
}
