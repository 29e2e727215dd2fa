/* SPDX-License-Identifier: Apache-2.0 */
/* Assignments: which journal has a job of a non-idempotent task. */
#include "gateway-stub/store/sqlite/journal_row.h"
#include "gateway-stub/store/sqlite/plan_row.h"

static enum reeve_status assign_one(struct reeve_db *db, struct reeve_store_assignment *assignment,
                                    int64_t journal_row, int64_t now_unix_ms)
{
    struct reeve_job_row job;
    enum reeve_status status =
        reeve_job_find(db, reeve_bytes_of(NULL, 0), &assignment->job_id, &job);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    if (job.ended || (job.assigned && job.journal != journal_row)) {
        return REEVE_OK;
    }
    assignment->applied = true;
    struct reeve_db_query q =
        reeve_db_query(db, "INSERT OR REPLACE INTO assignments (job, journal, attempt, assigned_ms)"
                           " VALUES (?, ?, ?, ?)");
    reeve_db_bind_i64(&q, job.row);
    reeve_db_bind_i64(&q, journal_row);
    reeve_db_bind_u64(&q, assignment->attempt);
    reeve_db_bind_i64(&q, now_unix_ms);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_assign(struct reeve_sqlite_context *context,
                                      struct reeve_store_request *request)
{
    struct reeve_store_assign *s = &request->u.assign;
    int64_t journal_row = 0;
    REEVE_TRY(reeve_journal_fence(&context->db, &s->journal_id, s->epoch, &journal_row));
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(assign_one(&context->db, &s->jobs[i], journal_row, request->now_unix_ms));
    }
    return REEVE_OK;
}

static enum reeve_status release_one(struct reeve_db *db, const struct reeve_id *journal_id,
                                     struct reeve_store_assignment *assignment)
{
    struct reeve_db_query q = reeve_db_query(
        db, "DELETE FROM assignments WHERE job = (SELECT seq FROM jobs WHERE job_id = ?)"
            " AND journal = (SELECT seq FROM journals WHERE journal_id = ?)");
    reeve_db_bind_id(&q, &assignment->job_id);
    reeve_db_bind_id(&q, journal_id);
    REEVE_TRY(reeve_db_run(&q));
    assignment->applied = reeve_db_changes(db) != 0;
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_cancel(struct reeve_sqlite_context *context,
                                      struct reeve_store_request *request)
{
    const struct reeve_store_cancel *s = &request->u.cancel;
    struct reeve_job_row job;
    REEVE_TRY(reeve_job_find(&context->db, s->tenant, &s->job_id, &job));
    if (job.ended) {
        return REEVE_OK;
    }
    struct reeve_db_query q =
        reeve_db_query(&context->db, "INSERT OR IGNORE INTO cancels (job) VALUES (?)");
    reeve_db_bind_i64(&q, job.row);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_release(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request)
{
    struct reeve_store_release *s = &request->u.release;
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(release_one(&context->db, &s->journal_id, &s->jobs[i]));
    }
    return REEVE_OK;
}
