/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway reads once, when it starts: everything that is open. */
#include "gateway-stub/store/sqlite/journal_query.h"
#include "gateway-stub/store/sqlite/plan_row.h"

#define REVOKED_MAX 4096u

enum reeve_status reeve_sqlite_load_meta(struct reeve_sqlite_context *context,
                                         struct reeve_store_request *request)
{
    struct reeve_store_load_meta *s = &request->u.load_meta;
    struct reeve_db_query q =
        reeve_db_query(&context->db, "SELECT gateway_id, generation FROM meta");
    REEVE_TRY(reeve_db_step(&q));
    s->gateway_id = reeve_db_id(&q, 0);
    s->generation = reeve_db_u64(&q, 1);
    reeve_db_finish(&q);
    s->revoked = reeve_arena_alloc_array(&request->arena, REVOKED_MAX, sizeof(*s->revoked));
    if (s->revoked == NULL) {
        return REEVE_NO_MEMORY;
    }
    q = reeve_db_query(&context->db, "SELECT identity FROM revoked ORDER BY revoked_ms DESC");
    enum reeve_status status = REEVE_OK;
    while (s->revoked_count < REVOKED_MAX && (status = reeve_db_step(&q)) == REEVE_OK) {
        s->revoked[s->revoked_count++] = reeve_db_copy(&q, 0, &request->arena);
    }
    reeve_db_finish(&q);
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

/* Leases of idempotent jobs are in no store, but what an attempt streamed is: the next one must not
 * go on in its place. */
static enum reeve_status load_attempt(struct reeve_db *db, int64_t job_row,
                                      struct reeve_store_job *job)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT coalesce(max(attempt), 0) FROM results WHERE job = ?");
    reeve_db_bind_i64(&q, job_row);
    REEVE_TRY(reeve_db_step(&q));
    uint32_t attempt = (uint32_t)reeve_db_u64(&q, 0);
    job->end.attempt = attempt > job->end.attempt ? attempt : job->end.attempt;
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status load_attempts(struct reeve_db *db, const struct reeve_plan_row *row,
                                       struct reeve_store_plan *plan)
{
    for (size_t i = 0; i < plan->jobs_count; i++) {
        if (plan->jobs[i].idempotent) {
            REEVE_TRY(load_attempt(db, row->first_job + plan->jobs[i].index, &plan->jobs[i]));
        }
    }
    return REEVE_OK;
}

static enum reeve_status load_cancels(struct reeve_db *db, const struct reeve_plan_row *row,
                                      struct reeve_store_plan *plan)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT job - ?1 FROM cancels WHERE job >= ?1 AND job < ?2");
    reeve_db_bind_i64(&q, row->first_job);
    reeve_db_bind_i64(&q, row->first_job + row->job_count);
    enum reeve_status status = REEVE_OK;
    while ((status = reeve_db_step(&q)) == REEVE_OK) {
        for (size_t i = 0; i < plan->jobs_count; i++) {
            bool is_it = plan->jobs[i].index == reeve_db_u64(&q, 0);
            plan->jobs[i].cancel_requested = plan->jobs[i].cancel_requested || is_it;
        }
    }
    reeve_db_finish(&q);
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

static enum reeve_status load_jobs(struct reeve_db *db, struct reeve_arena *arena,
                                   const struct reeve_plan_row *row, struct reeve_store_plan *plan)
{
    plan->jobs = reeve_arena_alloc_array(arena, plan->open_jobs, sizeof(*plan->jobs));
    if (plan->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q =
        reeve_db_query(db, REEVE_JOB_SELECT("j.spec", "NULL") "WHERE j.seq >= ? AND j.seq < ?"
                                                              " AND o.job IS NULL ORDER BY j.seq");
    reeve_db_bind_i64(&q, row->first_job);
    reeve_db_bind_i64(&q, row->first_job + row->job_count);
    enum reeve_status status = REEVE_OK;
    while (plan->jobs_count < plan->open_jobs && (status = reeve_db_step(&q)) == REEVE_OK) {
        status = reeve_job_read(&q, arena, &plan->jobs[plan->jobs_count++]);
        if (status != REEVE_OK) {
            break;
        }
    }
    reeve_db_finish(&q);
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        return status;
    }
    REEVE_TRY(load_cancels(db, row, plan));
    return load_attempts(db, row, plan);
}

static enum reeve_status doubtful_until(struct reeve_db *db, uint64_t *plan)
{
    struct reeve_db_query q = reeve_db_query(db, "SELECT doubtful FROM meta");
    REEVE_TRY(reeve_db_step(&q));
    *plan = reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status load_plan_jobs(struct reeve_sqlite_context *context,
                                        struct reeve_store_request *request,
                                        const struct reeve_plan_row *rows)
{
    struct reeve_store_load_plans *s = &request->u.load_plans;
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(load_jobs(&context->db, &request->arena, &rows[i], &s->plans[i]));
        REEVE_TRY(reeve_approvals_read(&context->db, &request->arena, rows[i].row, &s->plans[i]));
    }
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_load_plans(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    struct reeve_store_load_plans *s = &request->u.load_plans;
    struct reeve_plan_row *rows = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*rows));
    s->plans = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*s->plans));
    if (rows == NULL || s->plans == NULL) {
        return REEVE_NO_MEMORY;
    }
    uint64_t doubtful = 0;
    REEVE_TRY(doubtful_until(&context->db, &doubtful));
    struct reeve_db_query q =
        reeve_db_query(&context->db, REEVE_PLAN_SELECT "WHERE p.open_jobs > 0 AND p.seq > ?"
                                                       " ORDER BY p.seq LIMIT ?");
    reeve_db_bind_u64(&q, s->after);
    reeve_db_bind_u64(&q, s->limit);
    enum reeve_status status = REEVE_OK;
    while (s->count < s->limit && (status = reeve_db_step(&q)) == REEVE_OK) {
        status = reeve_plan_read(&q, &request->arena, &s->plans[s->count], &rows[s->count]);
        if (status != REEVE_OK) {
            break;
        }
        s->after = (uint64_t)rows[s->count].row;
        s->plans[s->count++].doubtful = s->after <= doubtful;
    }
    reeve_db_finish(&q);
    s->more = s->count == s->limit;
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        return status;
    }
    return load_plan_jobs(context, request, rows);
}

enum reeve_status reeve_sqlite_load_journals(struct reeve_sqlite_context *context,
                                             struct reeve_store_request *request)
{
    struct reeve_store_load_journals *s = &request->u.load_journals;
    struct reeve_db_query count =
        reeve_db_query(&context->db, "SELECT count(*) FROM journals WHERE connected = 1"
                                     " OR seq IN (SELECT journal FROM assignments)");
    REEVE_TRY(reeve_db_step(&count));
    uint64_t limit = reeve_db_u64(&count, 0);
    reeve_db_finish(&count);
    struct reeve_db_query q =
        reeve_db_query(&context->db, REEVE_JOURNAL_SELECT
                       "WHERE j.connected = 1 OR j.seq IN (SELECT journal FROM assignments)");
    return reeve_journals_read(&q, &request->arena, limit, &s->journals, &s->count);
}
