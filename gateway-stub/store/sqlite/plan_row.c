/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of plans and jobs. */
#include "gateway-stub/store/sqlite/plan_row.h"

#include "gateway-stub/store/sqlite/result_row.h"

enum reeve_status reeve_plan_find(struct reeve_db *db, struct reeve_bytes tenant,
                                  const struct reeve_id *plan_id, struct reeve_plan_row *plan)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT seq, state, first_job, job_count, not_after_ms, approvals_needed FROM plans"
            " WHERE plan_id = ? AND tenant = ?");
    reeve_db_bind_id(&q, plan_id);
    reeve_db_bind_text(&q, tenant);
    REEVE_TRY(reeve_db_step(&q));
    *plan = (struct reeve_plan_row){
        .row = reeve_db_i64(&q, 0),
        .state = (uint8_t)reeve_db_u64(&q, 1),
        .first_job = reeve_db_i64(&q, 2),
        .job_count = (uint32_t)reeve_db_u64(&q, 3),
        .not_after_unix_ms = reeve_db_i64(&q, 4),
        .approvals_needed = (uint32_t)reeve_db_u64(&q, 5),
    };
    reeve_db_finish(&q);
    return REEVE_OK;
}

enum reeve_status reeve_job_find(struct reeve_db *db, struct reeve_bytes tenant,
                                 const struct reeve_id *job_id, struct reeve_job_row *job)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT j.seq, j.plan, j.idempotent, o.status, a.journal, p.state, p.tenant"
            " FROM jobs j JOIN plans p ON p.seq = j.plan LEFT JOIN outcomes o ON o.job = j.seq"
            " LEFT JOIN assignments a ON a.job = j.seq WHERE j.job_id = ?");
    reeve_db_bind_id(&q, job_id);
    REEVE_TRY(reeve_db_step(&q));
    bool theirs = tenant.len != 0 && !reeve_bytes_equal(reeve_db_bytes(&q, 6), tenant);
    *job = (struct reeve_job_row){
        .row = reeve_db_i64(&q, 0),
        .plan = reeve_db_i64(&q, 1),
        .idempotent = reeve_db_i64(&q, 2) != 0,
        .ended = !reeve_db_is_null(&q, 3),
        .status = (uint8_t)reeve_db_u64(&q, 3),
        .assigned = !reeve_db_is_null(&q, 4),
        .journal = reeve_db_i64(&q, 4),
        .plan_state = (uint8_t)reeve_db_u64(&q, 5),
    };
    reeve_db_finish(&q);
    return theirs ? REEVE_NOT_FOUND : REEVE_OK;
}

static void bind_row_or_null(struct reeve_db_query *q, int64_t row)
{
    if (row == 0) {
        reeve_db_bind_null(q);
        return;
    }
    reeve_db_bind_i64(q, row);
}

static enum reeve_status outcome_insert(struct reeve_db *db, int64_t job_row,
                                        const struct reeve_job_end *e, uint64_t results)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO outcomes (job, journal, attempt, status, effect, reason, error, output,"
            " results, ended_ms, audit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, job_row);
    bind_row_or_null(&q, e->journal);
    reeve_db_bind_u64(&q, e->end->attempt);
    reeve_db_bind_u64(&q, e->end->status);
    reeve_db_bind_u64(&q, e->end->effect);
    reeve_db_bind_u64(&q, e->end->reason);
    reeve_db_bind_blob(&q, e->end->error);
    reeve_db_bind_blob(&q, e->end->output);
    reeve_db_bind_u64(&q, results);
    reeve_db_bind_i64(&q, e->ended_unix_ms);
    bind_row_or_null(&q, e->audit_row);
    return reeve_db_run(&q);
}

enum reeve_status reeve_job_unassign(struct reeve_db *db, int64_t job_row)
{
    struct reeve_db_query q = reeve_db_query(db, "DELETE FROM assignments WHERE job = ?");
    reeve_db_bind_i64(&q, job_row);
    return reeve_db_run(&q);
}

enum reeve_status reeve_plan_countdown_flush(struct reeve_db *db, struct reeve_plan_countdown *c)
{
    if (c->jobs == 0) {
        return REEVE_OK;
    }
    struct reeve_db_query q = reeve_db_query(
        db, "UPDATE plans SET open_jobs = open_jobs - ?,"
            " state = CASE WHEN open_jobs = ? AND state = 2 THEN 6 ELSE state END WHERE seq = ?");
    reeve_db_bind_u64(&q, c->jobs);
    reeve_db_bind_u64(&q, c->jobs);
    reeve_db_bind_i64(&q, c->plan_row);
    *c = (struct reeve_plan_countdown){.jobs = 0};
    return reeve_db_run(&q);
}

static enum reeve_status count_down(struct reeve_db *db, struct reeve_plan_countdown *c,
                                    int64_t plan_row)
{
    if (c->plan_row != plan_row) {
        REEVE_TRY(reeve_plan_countdown_flush(db, c));
    }
    c->plan_row = plan_row;
    c->jobs++;
    return REEVE_OK;
}

enum reeve_status reeve_job_finish(struct reeve_db *db, const struct reeve_job_row *job,
                                   const struct reeve_job_end *end, struct reeve_plan_countdown *c)
{
    uint64_t results = 0;
    REEVE_TRY(reeve_results_close(db, job->row, end->end, &results));
    REEVE_TRY(outcome_insert(db, job->row, end, results));
    if (job->assigned) {
        REEVE_TRY(reeve_job_unassign(db, job->row));
    }
    return count_down(db, c, job->plan);
}

enum reeve_status reeve_plan_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                  struct reeve_store_plan *plan, struct reeve_plan_row *row)
{
    *plan = (struct reeve_store_plan){
        .plan_id = reeve_db_id(q, 1),
        .tenant = reeve_db_copy(q, 2, arena),
        .state = (uint8_t)reeve_db_u64(q, 3),
        .title = reeve_db_copy(q, 4, arena),
        .submitted_by = reeve_db_copy(q, 5, arena),
        .submitted_unix_ms = reeve_db_i64(q, 6),
        .not_after_unix_ms = reeve_db_i64(q, 7),
        .statement = reeve_db_copy(q, 8, arena),
        .approvals_needed = (uint32_t)reeve_db_u64(q, 9),
        .reason = reeve_db_copy(q, 10, arena),
        .open_jobs = (uint32_t)reeve_db_u64(q, 11),
    };
    *row = (struct reeve_plan_row){
        .row = reeve_db_i64(q, 0),
        .state = plan->state,
        .first_job = reeve_db_i64(q, 12),
        .job_count = (uint32_t)reeve_db_u64(q, 13),
        .not_after_unix_ms = plan->not_after_unix_ms,
        .approvals_needed = plan->approvals_needed,
    };
    return q->status;
}

static uint8_t job_state(const struct reeve_db_query *q)
{
    if (!reeve_db_is_null(q, 18)) {
        return REEVE_JOB_ENDED;
    }
    if (!reeve_db_is_null(q, 14)) {
        return REEVE_JOB_DISPATCHED;
    }
    if (reeve_db_u64(q, 31) != 0) {
        return REEVE_JOB_DEAD;
    }
    return reeve_db_u64(q, 12) == REEVE_PLAN_PENDING ? REEVE_JOB_PENDING : REEVE_JOB_QUEUED;
}

static uint8_t priority_of(uint64_t stored)
{
    return (uint8_t)(stored < REEVE_PRIORITIES ? stored : REEVE_PRIORITIES - 1);
}

enum reeve_status reeve_job_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                 struct reeve_store_job *job)
{
    bool ended = !reeve_db_is_null(q, 18);
    *job = (struct reeve_store_job){
        .job_id = reeve_db_id(q, 0),
        .plan_id = reeve_db_id(q, 1),
        .index = (uint32_t)reeve_db_u64(q, 2),
        .tenant = reeve_db_copy(q, 3, arena),
        .task = reeve_db_copy(q, 4, arena),
        .fingerprint = reeve_db_digest(q, 5),
        .pool = reeve_db_copy(q, 6, arena),
        .spec = reeve_db_copy(q, 7, arena),
        .timeout_ms = reeve_db_u64(q, 8),
        .idempotent = reeve_db_i64(q, 9) != 0,
        .priority = priority_of(reeve_db_u64(q, 32)),
        .not_before_unix_ms = reeve_db_i64(q, 10),
        .not_after_unix_ms = reeve_db_i64(q, 11),
        .state = job_state(q),
        .queued_unix_ms = reeve_db_i64(q, 13),
        .assigned = !reeve_db_is_null(q, 15),
        .journal_id = reeve_db_id(q, 15),
        .worker = reeve_db_copy(q, 16, arena),
        .ended_unix_ms = reeve_db_i64(q, 24),
    };
    job->end = (struct reeve_store_end){
        .job_id = job->job_id,
        .attempt = (uint32_t)reeve_db_u64(q, ended ? 17 : 14),
        .status = (uint8_t)reeve_db_u64(q, 18),
        .effect = (uint8_t)reeve_db_u64(q, 19),
        .reason = (uint16_t)reeve_db_u64(q, 20),
        .error = reeve_db_copy(q, 21, arena),
        .output = reeve_db_copy(q, 22, arena),
        .results = reeve_db_u64(q, 23),
    };
    job->retry = (struct reeve_store_retry){
        .attempt = (uint32_t)reeve_db_u64(q, 25),
        .answered = (uint32_t)reeve_db_u64(q, 26),
        .base = (uint32_t)reeve_db_u64(q, 27),
        .effect = (uint8_t)reeve_db_u64(q, 28),
        .reason = (uint16_t)reeve_db_u64(q, 29),
        .retry_unix_ms = reeve_db_i64(q, 30),
        .dead = reeve_db_u64(q, 31) != 0,
    };
    return q->status;
}

enum reeve_status reeve_approvals_read(struct reeve_db *db, struct reeve_arena *arena,
                                       int64_t plan_row, struct reeve_store_plan *plan)
{
    plan->approvals =
        reeve_arena_alloc_array(arena, REEVE_PLAN_APPROVALS_MAX, sizeof(*plan->approvals));
    if (plan->approvals == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT by, key_id, time_ms, signature FROM approvals WHERE plan = ? ORDER BY time_ms");
    reeve_db_bind_i64(&q, plan_row);
    enum reeve_status status = REEVE_OK;
    while (plan->approvals_count < REEVE_PLAN_APPROVALS_MAX &&
           (status = reeve_db_step(&q)) == REEVE_OK) {
        plan->approvals[plan->approvals_count++] = (struct reeve_store_approval){
            .by = reeve_db_copy(&q, 0, arena),
            .key_id = reeve_db_copy(&q, 1, arena),
            .time_unix_ms = reeve_db_i64(&q, 2),
            .signature = reeve_db_copy(&q, 3, arena),
        };
    }
    reeve_db_finish(&q);
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}
