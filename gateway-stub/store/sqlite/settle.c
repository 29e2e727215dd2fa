/* SPDX-License-Identifier: Apache-2.0 */
/* Settling: a journal's records with the outcomes that came with them. */
#include "agent/codec/outcome_status.h"
#include "gateway-stub/store/sqlite/attempt_row.h"
#include "gateway-stub/store/sqlite/chain.h"
#include "gateway-stub/store/sqlite/journal_row.h"
#include "gateway-stub/store/sqlite/plan_row.h"
#include "gateway-stub/store/sqlite/result_row.h"

struct settlement {
    struct reeve_bytes tenant;
    struct reeve_bytes source;
    struct reeve_bytes note;
    const struct reeve_store_end *end;
};

static enum reeve_status settlement_insert(struct reeve_sqlite_context *context,
                                           struct reeve_store_request *request, int64_t job_row,
                                           const struct settlement *s)
{
    struct reeve_db_query q = reeve_db_query(
        &context->db, "INSERT INTO settlements (job, status, effect, reason, source, note, time_ms)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, job_row);
    reeve_db_bind_u64(&q, s->end->status);
    reeve_db_bind_u64(&q, s->end->effect);
    reeve_db_bind_u64(&q, s->end->reason);
    reeve_db_bind_text(&q, s->source);
    reeve_db_bind_text(&q, s->note);
    reeve_db_bind_i64(&q, request->now_unix_ms);
    REEVE_TRY(reeve_db_run(&q));
    const struct reeve_own_record record = {
        .kind = REEVE_OWN_SETTLEMENT,
        .job_id = s->end->job_id,
        .status = s->end->status,
        .effect = s->end->effect,
        .reason = s->end->reason,
        .by = s->source,
        .note = s->note,
    };
    return reeve_own_append_one(context, request, s->tenant, &record);
}

static enum reeve_status late(struct reeve_sqlite_context *context,
                              struct reeve_store_request *request, int64_t job_row,
                              const struct reeve_store_end *end)
{
    char source[REEVE_ID_TEXT_SIZE];
    reeve_id_format(request->u.settle.journal_id, source);
    const struct settlement s = {
        .tenant = request->u.settle.tenant,
        .source = reeve_bytes_cstr(source),
        .note = reeve_bytes_cstr("reported after the job had ended otherwise"),
        .end = end,
    };
    return settlement_insert(context, request, job_row, &s);
}

/* A job of a non-idempotent task ends by the word of the journal that it was given to. */
static bool may_apply(const struct reeve_job_row *job, int64_t journal_row)
{
    if (job->ended || job->plan_state == REEVE_PLAN_PENDING) {
        return false;
    }
    return job->idempotent || !job->assigned || job->journal == journal_row;
}

/* Trying again is harmless: the task is idempotent, or nothing came of the attempt (P4). */
static bool may_try_again(const struct reeve_job_row *job, const struct reeve_store_item *item)
{
    return item->again.wanted && (job->idempotent || item->end.effect == REEVE_EFFECT_NONE);
}

static enum reeve_status try_again(struct reeve_db *db, const struct reeve_job_row *job,
                                   int64_t journal_row, struct reeve_store_item *item)
{
    const struct reeve_attempt_row attempt = {
        .job = job->row,
        .journal = journal_row,
        .answered = true,
        .end = &item->end,
        .ended_unix_ms = item->ended_unix_ms,
        .retry_unix_ms = item->again.retry_unix_ms,
        .dead = item->again.dead,
    };
    item->settled = REEVE_SETTLED_RETRIED;
    if (job->assigned) {
        REEVE_TRY(reeve_job_unassign(db, job->row));
    }
    return reeve_attempt_store(db, &attempt);
}

static enum reeve_status item_store(struct reeve_sqlite_context *context,
                                    struct reeve_store_request *request, int64_t journal_row,
                                    int64_t chain_row, struct reeve_store_item *item,
                                    struct reeve_plan_countdown *countdown)
{
    struct reeve_db *db = &context->db;
    struct reeve_job_row job = {0};
    bool found = false;
    if (item->has_end) {
        enum reeve_status status =
            reeve_job_find(db, request->u.settle.tenant, &item->end.job_id, &job);
        found = status == REEVE_OK;
        if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
            return status;
        }
    }
    bool applied = found && may_apply(&job, journal_row);
    bool again = applied && may_try_again(&job, item);
    int64_t audit_row = 0;
    REEVE_TRY(reeve_chain_append(db, chain_row, &item->audit,
                                 item->has_end && (!applied || again) ? &item->end.job_id : NULL,
                                 NULL, &audit_row));
    if (!item->has_end) {
        return REEVE_OK;
    }
    if (!found) {
        item->settled = REEVE_SETTLED_UNKNOWN;
        return REEVE_OK;
    }
    if (!applied) {
        item->settled = REEVE_SETTLED_LATE;
        return late(context, request, job.row, &item->end);
    }
    if (again) {
        return try_again(db, &job, journal_row, item);
    }
    item->settled = REEVE_SETTLED_APPLIED;
    const struct reeve_job_end end = {
        .end = &item->end,
        .journal = journal_row,
        .audit_row = audit_row,
        .ended_unix_ms = item->ended_unix_ms,
    };
    return reeve_job_finish(db, &job, &end, countdown);
}

/* The hole that a restored store leaves is on record before anything is stored behind it. */
static enum reeve_status record_hole(struct reeve_sqlite_context *context,
                                     struct reeve_store_request *request, uint64_t from,
                                     uint64_t to)
{
    const struct reeve_own_record record = {
        .kind = REEVE_OWN_GAP,
        .journal_id = request->u.settle.journal_id,
        .from_sequence = from,
        .to_sequence = to,
        .code = reeve_bytes_cstr("STORE_ROLLED_BACK"),
    };
    return reeve_own_append_one(context, request, request->u.settle.tenant, &record);
}

static enum reeve_status check_continues(struct reeve_sqlite_context *context,
                                         struct reeve_store_request *request, size_t first,
                                         const struct reeve_chain_row *chain)
{
    const struct reeve_store_settle *s = &request->u.settle;
    uint64_t sequence = s->items[first].audit.sequence;
    if (sequence != chain->sequence + 1) {
        return s->rebase ? record_hole(context, request, chain->sequence + 1, sequence - 1)
                         : REEVE_CHAIN_BROKEN;
    }
    const struct reeve_digest *previous =
        first == 0 ? &s->previous_hash : &s->items[first - 1].audit.hash;
    return reeve_digest_equal(*previous, chain->hash) ? REEVE_OK : REEVE_CHAIN_BROKEN;
}

static size_t skip_duplicates(struct reeve_store_settle *s, uint64_t stored_sequence)
{
    size_t i = 0;
    while (i < s->count && s->items[i].audit.sequence <= stored_sequence) {
        s->items[i].settled = s->items[i].has_end ? REEVE_SETTLED_DUPLICATE : REEVE_SETTLED_NONE;
        i++;
    }
    return i;
}

static enum reeve_status items_store(struct reeve_sqlite_context *context,
                                     struct reeve_store_request *request, int64_t journal_row,
                                     struct reeve_chain_row *chain)
{
    struct reeve_store_settle *s = &request->u.settle;
    size_t first = skip_duplicates(s, chain->sequence);
    if (first == s->count) {
        return REEVE_OK;
    }
    struct reeve_plan_countdown countdown = {.jobs = 0};
    REEVE_TRY(check_continues(context, request, first, chain));
    for (size_t i = first; i < s->count; i++) {
        struct reeve_store_item *item = &s->items[i];
        REEVE_TRY(item_store(context, request, journal_row, chain->row, item, &countdown));
        if (item->has_end && item->dispatch_sequence > chain->dispatched) {
            chain->dispatched = item->dispatch_sequence;
        }
    }
    REEVE_TRY(reeve_plan_countdown_flush(&context->db, &countdown));
    chain->sequence = s->items[s->count - 1].audit.sequence;
    chain->hash = s->items[s->count - 1].audit.hash;
    return reeve_chain_advance(&context->db, chain);
}

/* A worker whose place was taken by a new journal: its old chain goes no further. */
static enum reeve_status abandon(struct reeve_db *db, const struct reeve_store_settle *s)
{
    struct reeve_db_query q =
        reeve_db_query(db, "UPDATE chains SET abandoned = 1 WHERE chain_id = ? AND tenant = ?"
                           " AND identity = ?");
    reeve_db_bind_id(&q, &s->predecessor_id);
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_text(&q, s->identity);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_settle(struct reeve_sqlite_context *context,
                                      struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_settle *s = &request->u.settle;
    int64_t journal_row = 0;
    struct reeve_chain_row chain;
    REEVE_TRY(reeve_journal_fence(db, &s->journal_id, s->epoch, &journal_row));
    REEVE_TRY(reeve_chain_find(db, &s->journal_id, &chain));
    for (size_t i = 0; i < s->results_count; i++) {
        REEVE_TRY(reeve_result_store(db, s->tenant, &s->results[i]));
    }
    REEVE_TRY(items_store(context, request, journal_row, &chain));
    if (s->checkpoint != NULL) {
        REEVE_TRY(reeve_chain_checkpoint(db, chain.row, s->checkpoint));
    }
    if (s->has_predecessor) {
        REEVE_TRY(abandon(db, s));
    }
    s->audit_sequence = chain.sequence;
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_resolve(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request)
{
    const struct reeve_store_resolve *s = &request->u.resolve;
    struct reeve_job_row job;
    REEVE_TRY(reeve_job_find(&context->db, s->tenant, &s->job_id, &job));
    if (!job.ended || job.status != 6) { /* UNKNOWN */
        return REEVE_STATE;
    }
    const struct reeve_store_end end = {
        .job_id = s->job_id, .status = s->status, .effect = s->effect};
    const struct settlement word = {
        .tenant = s->tenant, .source = s->by, .note = s->note, .end = &end};
    return settlement_insert(context, request, job.row, &word);
}

enum reeve_status reeve_sqlite_checkpoint(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    const struct reeve_store_own_checkpoint *s = &request->u.checkpoint;
    struct reeve_id chain_id = reeve_store_own_chain_id(context->gateway_id, s->tenant);
    struct reeve_chain_row chain;
    REEVE_TRY(reeve_chain_find(&context->db, &chain_id, &chain));
    if (s->checkpoint.sequence > chain.sequence) {
        return REEVE_SEQUENCE;
    }
    return reeve_chain_checkpoint(&context->db, chain.row, &s->checkpoint);
}
