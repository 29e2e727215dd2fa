/* SPDX-License-Identifier: Apache-2.0 */
/* Transitions of plans: submit, approve, end. */
#include "gateway-stub/store/sqlite/plan_row.h"

static enum reeve_status key_find(struct reeve_db *db, struct reeve_store_submit_plan *s)
{
    if (s->plan.idempotency_key.len == 0) {
        return REEVE_OK;
    }
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT p.plan_id FROM plan_keys k JOIN plans p ON p.seq = k.plan"
                           " WHERE k.tenant = ? AND k.key = ?");
    reeve_db_bind_text(&q, s->plan.tenant);
    reeve_db_bind_text(&q, s->plan.idempotency_key);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    s->existing = true;
    s->existing_plan_id = reeve_db_id(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status key_insert(struct reeve_db *db, const struct reeve_store_plan *plan,
                                    int64_t plan_row)
{
    if (plan->idempotency_key.len == 0) {
        return REEVE_OK;
    }
    struct reeve_db_query q =
        reeve_db_query(db, "INSERT INTO plan_keys (tenant, key, plan) VALUES (?, ?, ?)");
    reeve_db_bind_text(&q, plan->tenant);
    reeve_db_bind_text(&q, plan->idempotency_key);
    reeve_db_bind_i64(&q, plan_row);
    return reeve_db_run(&q);
}

static enum reeve_status next_job_row(struct reeve_db *db, int64_t *row)
{
    struct reeve_db_query q = reeve_db_query(db, "SELECT coalesce(max(seq), 0) + 1 FROM jobs");
    REEVE_TRY(reeve_db_step(&q));
    *row = reeve_db_i64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status plan_insert(struct reeve_db *db, const struct reeve_store_plan *plan,
                                     int64_t first_job, int64_t *row)
{
    struct reeve_db_query q =
        reeve_db_query(db, "INSERT INTO plans (plan_id, tenant, state, submitted_ms, not_after_ms,"
                           " approvals_needed, open_jobs, first_job, job_count, queued_ms, reason)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')");
    reeve_db_bind_id(&q, &plan->plan_id);
    reeve_db_bind_text(&q, plan->tenant);
    reeve_db_bind_u64(&q, plan->state);
    reeve_db_bind_i64(&q, plan->submitted_unix_ms);
    reeve_db_bind_i64(&q, plan->not_after_unix_ms);
    reeve_db_bind_u64(&q, plan->approvals_needed);
    reeve_db_bind_u64(&q, plan->jobs_count);
    reeve_db_bind_i64(&q, first_job);
    reeve_db_bind_u64(&q, plan->jobs_count);
    reeve_db_bind_i64(&q, plan->state == REEVE_PLAN_APPROVED ? plan->submitted_unix_ms : 0);
    REEVE_TRY(reeve_db_run(&q));
    *row = reeve_db_inserted(db);
    return REEVE_OK;
}

static enum reeve_status statement_insert(struct reeve_db *db, const struct reeve_store_plan *plan,
                                          int64_t row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO statements (plan, statement, title, submitted_by) VALUES (?, ?, ?, ?)");
    reeve_db_bind_i64(&q, row);
    reeve_db_bind_blob(&q, plan->statement);
    reeve_db_bind_text(&q, plan->title);
    reeve_db_bind_text(&q, plan->submitted_by);
    return reeve_db_run(&q);
}

/* NOT_FOUND: the task's version is not registered. */
static enum reeve_status task_find(struct reeve_db *db, const struct reeve_store_job *job,
                                   struct reeve_bytes tenant, int64_t *row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT seq FROM tasks WHERE tenant = ? AND task = ? AND fingerprint = ?");
    reeve_db_bind_text(&q, tenant);
    reeve_db_bind_text(&q, job->task);
    reeve_db_bind_digest(&q, &job->fingerprint);
    REEVE_TRY(reeve_db_step(&q));
    *row = reeve_db_i64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status job_insert(struct reeve_db *db, const struct reeve_store_job *job,
                                    int64_t plan_row, int64_t task_row, int64_t row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO jobs (seq, job_id, plan, task, pool, spec, timeout_ms, idempotent,"
            " not_before_ms, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, row);
    reeve_db_bind_id(&q, &job->job_id);
    reeve_db_bind_i64(&q, plan_row);
    reeve_db_bind_i64(&q, task_row);
    reeve_db_bind_text(&q, job->pool);
    reeve_db_bind_blob(&q, job->spec);
    reeve_db_bind_u64(&q, job->timeout_ms);
    reeve_db_bind_i64(&q, job->idempotent ? 1 : 0);
    reeve_db_bind_i64(&q, job->not_before_unix_ms);
    reeve_db_bind_u64(&q, job->priority);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_submit_plan(struct reeve_sqlite_context *context,
                                           struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_submit_plan *s = &request->u.submit_plan;
    REEVE_TRY(key_find(db, s));
    if (s->existing) {
        request->own_count = 0;
        return REEVE_OK;
    }
    int64_t first_job = 0;
    int64_t row = 0;
    REEVE_TRY(next_job_row(db, &first_job));
    REEVE_TRY(plan_insert(db, &s->plan, first_job, &row));
    REEVE_TRY(statement_insert(db, &s->plan, row));
    REEVE_TRY(key_insert(db, &s->plan, row));
    for (size_t i = 0; i < s->plan.jobs_count; i++) {
        int64_t task_row = 0;
        REEVE_TRY(task_find(db, &s->plan.jobs[i], s->plan.tenant, &task_row));
        REEVE_TRY(job_insert(db, &s->plan.jobs[i], row, task_row, first_job + (int64_t)i));
    }
    return REEVE_OK;
}

static enum reeve_status approval_insert(struct reeve_db *db, int64_t plan_row,
                                         const struct reeve_store_approval *approval)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO approvals (plan, key_id, by, time_ms, signature) VALUES (?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, plan_row);
    reeve_db_bind_text(&q, approval->key_id);
    reeve_db_bind_text(&q, approval->by);
    reeve_db_bind_i64(&q, approval->time_unix_ms);
    reeve_db_bind_blob(&q, approval->signature);
    return reeve_db_run(&q);
}

static enum reeve_status approvals_count(struct reeve_db *db, int64_t plan_row, uint64_t *count)
{
    struct reeve_db_query q = reeve_db_query(db, "SELECT count(*) FROM approvals WHERE plan = ?");
    reeve_db_bind_i64(&q, plan_row);
    REEVE_TRY(reeve_db_step(&q));
    *count = reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_approve_plan(struct reeve_sqlite_context *context,
                                            struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_approve_plan *s = &request->u.approve_plan;
    struct reeve_plan_row plan;
    uint64_t count = 0;
    REEVE_TRY(reeve_plan_find(db, s->tenant, &s->plan_id, &plan));
    s->state = plan.state;
    if (plan.state != REEVE_PLAN_PENDING) {
        return REEVE_STATE;
    }
    if (request->now_unix_ms >= plan.not_after_unix_ms) {
        return REEVE_EXPIRED;
    }
    REEVE_TRY(approval_insert(db, plan.row, &s->approval));
    REEVE_TRY(approvals_count(db, plan.row, &count));
    if (count < plan.approvals_needed) {
        return REEVE_OK;
    }
    struct reeve_db_query q =
        reeve_db_query(db, "UPDATE plans SET state = 2, queued_ms = ? WHERE seq = ?");
    reeve_db_bind_i64(&q, request->now_unix_ms);
    reeve_db_bind_i64(&q, plan.row);
    s->state = REEVE_PLAN_APPROVED;
    return reeve_db_run(&q);
}

/* Ends a job on the gateway's own word. */
static enum reeve_status end_one(struct reeve_db *db, struct reeve_store_end_job *job,
                                 int64_t now_unix_ms, struct reeve_plan_countdown *countdown)
{
    struct reeve_job_row row;
    enum reeve_status status = reeve_job_find(db, reeve_bytes_of(NULL, 0), &job->end.job_id, &row);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    if (row.ended || (row.assigned && job->only_unassigned)) {
        return REEVE_OK;
    }
    job->applied = true;
    const struct reeve_job_end end = {
        .end = &job->end,
        .journal = row.assigned ? row.journal : 0,
        .ended_unix_ms = now_unix_ms,
    };
    return reeve_job_finish(db, &row, &end, countdown);
}

static enum reeve_status end_all(struct reeve_db *db, struct reeve_store_end_job *jobs,
                                 size_t count, int64_t now_unix_ms)
{
    struct reeve_plan_countdown countdown = {.jobs = 0};
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(end_one(db, &jobs[i], now_unix_ms, &countdown));
    }
    return reeve_plan_countdown_flush(db, &countdown);
}

enum reeve_status reeve_sqlite_end_jobs(struct reeve_sqlite_context *context,
                                        struct reeve_store_request *request)
{
    struct reeve_store_end_jobs *s = &request->u.end_jobs;
    return end_all(&context->db, s->jobs, s->count, request->now_unix_ms);
}

enum reeve_status reeve_sqlite_end_plan(struct reeve_sqlite_context *context,
                                        struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_end_plan *s = &request->u.end_plan;
    struct reeve_plan_row plan;
    REEVE_TRY(reeve_plan_find(db, s->tenant, &s->plan_id, &plan));
    if ((s->from & (UINT32_C(1) << plan.state)) == 0) {
        return REEVE_STATE;
    }
    struct reeve_db_query q =
        reeve_db_query(db, "UPDATE plans SET state = ?, reason = ? WHERE seq = ?");
    reeve_db_bind_u64(&q, s->state);
    reeve_db_bind_text(&q, s->reason);
    reeve_db_bind_i64(&q, plan.row);
    REEVE_TRY(reeve_db_run(&q));
    return end_all(db, s->jobs, s->count, request->now_unix_ms);
}
