/* SPDX-License-Identifier: Apache-2.0 */
/* The one end of a job, as it goes into the chain, the journal and the stream: an Outcome that
 * carries its JobEnded record. One function for all the ways in which a job can end. */
#include "agent/audit/commitment.h"
#include "agent/core/engine_state.h"

const char *reeve_engine_binding_name(uint8_t binding)
{
    static const char *const names[] = {"", "native", "http", "grpc", "sql", "exec"};
    return binding < sizeof names / sizeof names[0] ? names[binding] : "";
}

/* Nothing was redacted, as no runner saw it: the body beside the record is empty, and says so. */
static void withhold_input(struct reeve_job_ended *ended, struct reeve_audit_entry *entry)
{
    static const uint8_t nothing[1];
    struct reeve_bytes empty = reeve_bytes_of(nothing, 0);
    struct reeve_commitment commitment = reeve_audit_commit(entry->input_salt, empty, empty);
    ended->input.has_body_digest = true;
    ended->input.body_digest = commitment.digest;
    entry->input_body = empty;
}

static void commit_input(struct reeve_engine *e, const struct reeve_engine_end *end,
                         struct reeve_job_ended *ended, struct reeve_audit_entry *entry)
{
    if (!end->has_commitment && !end->has_input) {
        return;
    }
    ended->has_input = true;
    entry->has_input_salt = true;
    if (end->has_commitment && !end->input_body.data) {
        ended->input = end->commitment;
        entry->input_salt = end->input_salt;
        return;
    }
    entry->input_salt = end->has_input_salt ? end->input_salt : reeve_random_id(e->random);
    ended->input = reeve_audit_commit(entry->input_salt, end->input, end->input_body);
    entry->input_body = end->input_body;
}

static void commit_output(struct reeve_engine *e, const struct reeve_engine_end *end,
                          struct reeve_job_ended *ended, struct reeve_audit_entry *entry)
{
    if (!end->has_output && end->results == 0) {
        return;
    }
    struct reeve_bytes complete =
        end->results > 0 ? reeve_digest_view(&end->results_head) : end->output;
    ended->has_output = true;
    entry->has_output_salt = true;
    entry->output_salt = reeve_random_id(e->random);
    ended->output = reeve_audit_commit(entry->output_salt, complete, end->output_body);
    entry->output_body = end->output_body;
}

static void fill_ended(struct reeve_engine *e, const struct reeve_engine_end *end,
                       struct reeve_job_ended *ended)
{
    ended->job_id = end->job_id;
    ended->plan_id = end->plan_id;
    ended->attempt = end->attempt;
    ended->dispatch_sequence = end->sequence;
    ended->task = end->task;
    ended->fingerprint = end->fingerprint;
    ended->binding = reeve_bytes_cstr(end->binding);
    ended->job_digest = end->job_digest;
    ended->approved_by = end->approved_by;
    ended->started_unix_ms = end->started_unix_ms;
    ended->ended_unix_ms = reeve_engine_unix_ms(e);
    ended->status = end->status;
    ended->effect = end->effect;
    ended->reason = end->error.reason;
    ended->reference = end->error.reference;
    ended->upstream_code = end->error.upstream_code;
    ended->results = end->results;
}

static void fill_outcome(const struct reeve_engine_end *end, struct reeve_outcome *outcome)
{
    outcome->job_id = end->job_id;
    outcome->attempt = end->attempt;
    outcome->sequence = end->sequence;
    outcome->status = end->status;
    outcome->effect = end->effect;
    outcome->has_error = end->status != REEVE_OUTCOME_SUCCEEDED;
    outcome->error = end->error;
    outcome->output = end->output;
    outcome->results = end->results;
}

enum reeve_status reeve_engine_outcome(struct reeve_engine *e, const struct reeve_engine_end *end)
{
    struct reeve_audit_record record = {.event = REEVE_AUDIT_JOB_ENDED};
    struct reeve_audit_entry entry = {0};
    struct reeve_outcome outcome = {0};
    fill_ended(e, end, &record.as.job_ended);
    commit_input(e, end, &record.as.job_ended, &entry);
    if (end->sensitive_input && record.as.job_ended.has_input && !end->input_body.data) {
        withhold_input(&record.as.job_ended, &entry);
    }
    commit_output(e, end, &record.as.job_ended, &entry);
    fill_outcome(end, &outcome);
    struct reeve_engine_chain_item item = {
        .record = &record,
        .entry = &entry,
        .outcome = &outcome,
        .not_after_unix_ms = end->not_after_unix_ms,
        .approved = end->approved,
    };
    REEVE_TRY(reeve_engine_chain_append(e, &item, NULL));
    if (end->sequence > e->dispatch_mark) {
        e->dispatch_mark = end->sequence;
    }
    e->ended[end->status]++;
    return REEVE_OK;
}
