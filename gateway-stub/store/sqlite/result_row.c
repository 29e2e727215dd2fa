/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of results (result_row.h). */
#include "gateway-stub/store/sqlite/result_row.h"

#include "gateway-stub/store/sqlite/plan_row.h"

#define PAGE_BYTES ((size_t)1024 * 1024)

static enum reeve_status delete_earlier(struct reeve_db *db, int64_t job_row, uint32_t attempt)
{
    struct reeve_db_query q =
        reeve_db_query(db, "DELETE FROM results WHERE job = ? AND attempt < ?");
    reeve_db_bind_i64(&q, job_row);
    reeve_db_bind_u64(&q, attempt);
    return reeve_db_run(&q);
}

enum reeve_status reeve_result_store(struct reeve_db *db, struct reeve_bytes tenant,
                                     const struct reeve_store_result *result)
{
    struct reeve_job_row job;
    enum reeve_status status = reeve_job_find(db, tenant, &result->job_id, &job);
    if (status != REEVE_OK || job.ended) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    if (result->index == 0) {
        REEVE_TRY(delete_earlier(db, job.row, result->attempt));
    }
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT OR IGNORE INTO results (job, attempt, idx, message) VALUES (?, ?, ?, ?)");
    reeve_db_bind_i64(&q, job.row);
    reeve_db_bind_u64(&q, result->attempt);
    reeve_db_bind_u64(&q, result->index);
    reeve_db_bind_blob(&q, result->message);
    return reeve_db_run(&q);
}

/* 0: none has results. */
static enum reeve_status newest_attempt(struct reeve_db *db, int64_t job_row, uint32_t *attempt)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT coalesce(max(attempt), 0) FROM results WHERE job = ?");
    reeve_db_bind_i64(&q, job_row);
    REEVE_TRY(reeve_db_step(&q));
    *attempt = (uint32_t)reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status count_kept(struct reeve_db *db, int64_t job_row, uint64_t *results)
{
    uint32_t attempt = 0;
    REEVE_TRY(newest_attempt(db, job_row, &attempt));
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT count(*) FROM results WHERE job = ? AND attempt = ?");
    reeve_db_bind_i64(&q, job_row);
    reeve_db_bind_u64(&q, attempt);
    REEVE_TRY(reeve_db_step(&q));
    *results = reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

enum reeve_status reeve_results_close(struct reeve_db *db, int64_t job_row,
                                      const struct reeve_store_end *end, uint64_t *results)
{
    *results = end->results;
    if (end->results_are == REEVE_RESULTS_NONE) {
        return REEVE_OK;
    }
    if (end->results_are == REEVE_RESULTS_KEPT) {
        return count_kept(db, job_row, results);
    }
    struct reeve_db_query q =
        reeve_db_query(db, "DELETE FROM results WHERE job = ?1 AND (attempt <> ?2 OR idx >= ?3)");
    reeve_db_bind_i64(&q, job_row);
    reeve_db_bind_u64(&q, end->attempt);
    reeve_db_bind_u64(&q, end->results);
    return reeve_db_run(&q);
}

/* ---- reading ---- */

static enum reeve_status read_page(struct reeve_db_query *q, struct reeve_store_request *request)
{
    struct reeve_store_list_results *s = &request->u.list_results;
    enum reeve_status status = REEVE_OK;
    size_t bytes = 0;
    while ((status = reeve_db_step(q)) == REEVE_OK) {
        struct reeve_bytes message = reeve_db_bytes(q, 1);
        if (s->count == s->limit || (s->count > 0 && bytes + message.len > PAGE_BYTES)) {
            s->more = true;
            return REEVE_OK;
        }
        struct reeve_store_result *result = &s->results[s->count];
        *result = (struct reeve_store_result){
            .job_id = s->job_id, .attempt = s->attempt, .index = reeve_db_u64(q, 0)};
        REEVE_TRY(reeve_arena_dup(&request->arena, message, &result->message));
        bytes += message.len;
        s->count++;
        s->index = result->index + 1;
    }
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

enum reeve_status reeve_sqlite_list_results(struct reeve_sqlite_context *context,
                                            struct reeve_store_request *request)
{
    struct reeve_store_list_results *s = &request->u.list_results;
    struct reeve_job_row job;
    uint32_t attempt = 0;
    REEVE_TRY(reeve_job_find(&context->db, s->tenant, &s->job_id, &job));
    REEVE_TRY(newest_attempt(&context->db, job.row, &attempt));
    s->index = attempt == s->attempt ? s->index : 0;
    s->attempt = attempt;
    s->results = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*s->results));
    if (s->results == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q =
        reeve_db_query(&context->db, "SELECT idx, message FROM results WHERE job = ? AND"
                                     " attempt = ? AND idx >= ? ORDER BY idx LIMIT ?");
    reeve_db_bind_i64(&q, job.row);
    reeve_db_bind_u64(&q, attempt);
    reeve_db_bind_u64(&q, s->index);
    reeve_db_bind_u64(&q, s->limit + 1); /* one more tells that there is more */
    enum reeve_status status = read_page(&q, request);
    reeve_db_finish(&q);
    return status;
}
