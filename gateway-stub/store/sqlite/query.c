/* SPDX-License-Identifier: Apache-2.0 */
/* Reading plans and jobs back. */
#include "gateway-stub/store/sqlite/attempt_row.h"
#include "gateway-stub/store/sqlite/plan_row.h"

static bool wanted(const uint64_t *only, uint32_t index)
{
    return index < REEVE_PLAN_JOBS_MAX && (only[index / 64] >> (index % 64) & 1) != 0;
}

/* From the first to behind the last job that is wanted; all of them when none is named. */
struct job_range {
    bool all;
    uint32_t first;
    uint32_t end;
};

static struct job_range range_of(const uint64_t *only, uint32_t job_count)
{
    struct job_range range = {.all = true, .end = job_count};
    for (uint32_t index = 0; index < job_count; index++) {
        if (!wanted(only, index)) {
            continue;
        }
        range.first = range.all ? index : range.first;
        range.end = index + 1;
        range.all = false;
    }
    return range;
}

/* The plan's row number, by its own id or by that of one of its jobs. */
static enum reeve_status plan_row_find(struct reeve_db *db, const struct reeve_store_get_plan *s,
                                       int64_t *row, int64_t *only_job)
{
    *only_job = 0;
    if (!reeve_id_is_zero(s->job_id)) {
        struct reeve_job_row job;
        REEVE_TRY(reeve_job_find(db, s->tenant, &s->job_id, &job));
        *row = job.plan;
        *only_job = job.row;
        return REEVE_OK;
    }
    struct reeve_plan_row plan;
    REEVE_TRY(reeve_plan_find(db, s->tenant, &s->plan_id, &plan));
    *row = plan.row;
    return REEVE_OK;
}

static enum reeve_status plan_read(struct reeve_db *db, struct reeve_arena *arena, int64_t row,
                                   struct reeve_store_plan *plan, struct reeve_plan_row *found)
{
    struct reeve_db_query q = reeve_db_query(db, REEVE_PLAN_SELECT "WHERE p.seq = ?");
    reeve_db_bind_i64(&q, row);
    REEVE_TRY(reeve_db_step(&q));
    enum reeve_status status = reeve_plan_read(&q, arena, plan, found);
    reeve_db_finish(&q);
    REEVE_TRY(status);
    return reeve_approvals_read(db, arena, row, plan);
}

static struct reeve_db_query jobs_of(struct reeve_db *db, bool want_outputs)
{
    if (want_outputs) {
        return reeve_db_query(
            db,
            REEVE_JOB_SELECT("j.spec", "o.output") "WHERE j.seq >= ? AND j.seq < ? ORDER BY j.seq");
    }
    return reeve_db_query(
        db, REEVE_JOB_SELECT("j.spec", "NULL") "WHERE j.seq >= ? AND j.seq < ? ORDER BY j.seq");
}

static enum reeve_status jobs_read(struct reeve_db *db, struct reeve_store_request *request,
                                   int64_t first, const struct job_range *range)
{
    struct reeve_store_get_plan *s = &request->u.get_plan;
    const size_t capacity = range->end - range->first;
    s->plan.jobs = reeve_arena_alloc_array(&request->arena, capacity, sizeof(*s->plan.jobs));
    if (s->plan.jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q = jobs_of(db, s->want_outputs);
    reeve_db_bind_i64(&q, first + range->first);
    reeve_db_bind_i64(&q, first + range->end);
    enum reeve_status status = REEVE_OK;
    while (s->plan.jobs_count < capacity && (status = reeve_db_step(&q)) == REEVE_OK) {
        if (!range->all && !wanted(s->only, (uint32_t)reeve_db_u64(&q, 2))) {
            continue;
        }
        status = reeve_job_read(&q, &request->arena, &s->plan.jobs[s->plan.jobs_count++]);
        if (status != REEVE_OK) {
            break;
        }
    }
    reeve_db_finish(&q);
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        return status;
    }
    return reeve_attempts_read(db, &request->arena, s->plan.jobs, s->plan.jobs_count);
}

enum reeve_status reeve_sqlite_get_plan(struct reeve_sqlite_context *context,
                                        struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_get_plan *s = &request->u.get_plan;
    int64_t row = 0;
    int64_t only_job = 0;
    struct reeve_plan_row plan;
    REEVE_TRY(plan_row_find(db, s, &row, &only_job));
    REEVE_TRY(plan_read(db, &request->arena, row, &s->plan, &plan));
    if (only_job != 0) {
        const struct job_range one = {.all = true, .end = 1};
        return jobs_read(db, request, only_job, &one);
    }
    const struct job_range range = range_of(s->only, plan.job_count);
    return jobs_read(db, request, plan.first_job, &range);
}

/* Row number to list below; everything when `before` is zero, nothing when it is not there. */
static enum reeve_status before_row(struct reeve_db *db, const char *sql,
                                    const struct reeve_id *before, int64_t *row)
{
    *row = INT64_MAX;
    if (reeve_id_is_zero(*before)) {
        return REEVE_OK;
    }
    struct reeve_db_query q = reeve_db_query(db, sql);
    reeve_db_bind_id(&q, before);
    REEVE_TRY(reeve_db_step(&q));
    *row = reeve_db_i64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_list_plans(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    struct reeve_store_list_plans *s = &request->u.list_plans;
    int64_t before = 0;
    REEVE_TRY(
        before_row(&context->db, "SELECT seq FROM plans WHERE plan_id = ?", &s->before, &before));
    s->plans = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*s->plans));
    if (s->plans == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q =
        reeve_db_query(&context->db, REEVE_PLAN_SELECT
                       "WHERE p.tenant = ?1 AND p.seq < ?2 AND (?3 = 0 OR p.state = ?3)"
                       " ORDER BY p.seq DESC LIMIT ?4");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_i64(&q, before);
    reeve_db_bind_u64(&q, s->state);
    reeve_db_bind_u64(&q, s->limit);
    enum reeve_status status = REEVE_OK;
    struct reeve_plan_row row;
    while (s->count < s->limit && (status = reeve_db_step(&q)) == REEVE_OK) {
        status = reeve_plan_read(&q, &request->arena, &s->plans[s->count++], &row);
        if (status != REEVE_OK) {
            break;
        }
    }
    reeve_db_finish(&q);
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

/* The states in SQL: ended, dispatched, dead, pending, queued, as reeve_job_read() derives them. */
#define JOB_STATE_SQL                                                                              \
    "(CASE WHEN o.job IS NOT NULL THEN 16 WHEN a.job IS NOT NULL THEN 8"                           \
    " WHEN r.dead = 1 THEN 32 WHEN p.state = 1 THEN 2 ELSE 4 END)"

enum reeve_status reeve_sqlite_list_jobs(struct reeve_sqlite_context *context,
                                         struct reeve_store_request *request)
{
    struct reeve_store_list_jobs *s = &request->u.list_jobs;
    int64_t before = 0;
    REEVE_TRY(
        before_row(&context->db, "SELECT seq FROM jobs WHERE job_id = ?", &s->before, &before));
    s->jobs = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*s->jobs));
    if (s->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q = reeve_db_query(
        &context->db,
        REEVE_JOB_SELECT(
            "NULL", "NULL") "WHERE p.tenant = ?1 AND j.seq < ?2 AND (?3 = 0 OR (?3 & " JOB_STATE_SQL
                            ") <> 0) AND (?4 = '' OR t.task = ?4)"
                            " AND (?5 = x'00000000000000000000000000000000' OR p.plan_id = ?5)"
                            " ORDER BY j.seq DESC LIMIT ?6");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_i64(&q, before);
    reeve_db_bind_u64(&q, s->states);
    reeve_db_bind_text(&q, s->task);
    reeve_db_bind_id(&q, &s->plan_id);
    reeve_db_bind_u64(&q, s->limit);
    enum reeve_status status = REEVE_OK;
    while (s->count < s->limit && (status = reeve_db_step(&q)) == REEVE_OK) {
        status = reeve_job_read(&q, &request->arena, &s->jobs[s->count++]);
        if (status != REEVE_OK) {
            break;
        }
    }
    reeve_db_finish(&q);
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        return status;
    }
    return reeve_attempts_read(&context->db, &request->arena, s->jobs, s->count);
}
