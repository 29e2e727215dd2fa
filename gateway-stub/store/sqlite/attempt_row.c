/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts: recording those that failed, and requeueing dead letters. */
#include "gateway-stub/store/sqlite/attempt_row.h"

#include "agent/codec/outcome_status.h"
#include "gateway-stub/store/sqlite/plan_row.h"

static enum reeve_status attempt_insert(struct reeve_db *db, const struct reeve_attempt_row *a)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT OR IGNORE INTO attempts (job, attempt, journal, status, effect, reason, error,"
            " ended_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, a->job);
    reeve_db_bind_u64(&q, a->end->attempt);
    if (a->journal == 0) {
        reeve_db_bind_null(&q);
    } else {
        reeve_db_bind_i64(&q, a->journal);
    }
    reeve_db_bind_u64(&q, a->end->status);
    reeve_db_bind_u64(&q, a->end->effect);
    reeve_db_bind_u64(&q, a->end->reason);
    reeve_db_bind_blob(&q, a->end->error);
    reeve_db_bind_i64(&q, a->ended_unix_ms);
    return reeve_db_run(&q);
}

/* The numbers of effects rise with how bad they are: NONE, DONE, MAYBE. */
static enum reeve_status retry_move(struct reeve_db *db, const struct reeve_attempt_row *a)
{
    struct reeve_db_query q = reeve_db_query(
        db,
        "INSERT INTO retries (job, attempt, answered, base, effect, reason, retry_ms, dead)"
        " VALUES (?, ?, ?, 0, ?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET"
        " attempt = max(attempt, excluded.attempt), answered = max(answered, excluded.answered),"
        " effect = max(effect, excluded.effect), reason = excluded.reason,"
        " retry_ms = excluded.retry_ms, dead = excluded.dead");
    reeve_db_bind_i64(&q, a->job);
    reeve_db_bind_u64(&q, a->end->attempt);
    reeve_db_bind_u64(&q, a->answered ? a->end->attempt : 0);
    reeve_db_bind_u64(&q, a->end->effect);
    reeve_db_bind_u64(&q, a->end->reason);
    reeve_db_bind_i64(&q, a->retry_unix_ms);
    reeve_db_bind_i64(&q, a->dead ? 1 : 0);
    return reeve_db_run(&q);
}

enum reeve_status reeve_attempt_store(struct reeve_db *db, const struct reeve_attempt_row *a)
{
    REEVE_TRY(attempt_insert(db, a));
    return retry_move(db, a);
}

/* ---- reading ---- */

static struct reeve_store_attempt attempt_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                               struct reeve_id job_id)
{
    return (struct reeve_store_attempt){
        .end = {.job_id = job_id,
                .attempt = (uint32_t)reeve_db_u64(q, 0),
                .status = (uint8_t)reeve_db_u64(q, 1),
                .effect = (uint8_t)reeve_db_u64(q, 2),
                .reason = (uint16_t)reeve_db_u64(q, 3),
                .error = reeve_db_copy(q, 4, arena)},
        .ended_unix_ms = reeve_db_i64(q, 5),
        .assigned = !reeve_db_is_null(q, 6),
        .journal_id = reeve_db_id(q, 6),
        .worker = reeve_db_copy(q, 7, arena),
    };
}

static enum reeve_status read_all(struct reeve_db *db, struct reeve_arena *arena,
                                  struct reeve_store_job *job)
{
    job->attempts = reeve_arena_alloc_array(arena, REEVE_JOB_ATTEMPTS_MAX, sizeof(*job->attempts));
    if (job->attempts == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT x.attempt, x.status, x.effect, x.reason, x.error, x.ended_ms, n.journal_id,"
            " n.identity FROM attempts x LEFT JOIN journals n ON n.seq = x.journal"
            " WHERE x.job = (SELECT seq FROM jobs WHERE job_id = ?) ORDER BY x.attempt DESC");
    reeve_db_bind_id(&q, &job->job_id);
    enum reeve_status status = REEVE_OK;
    while (job->attempts_count < REEVE_JOB_ATTEMPTS_MAX &&
           (status = reeve_db_step(&q)) == REEVE_OK) {
        job->attempts[job->attempts_count++] = attempt_read(&q, arena, job->job_id);
        status = q.status;
        if (status != REEVE_OK) {
            break;
        }
    }
    reeve_db_finish(&q);
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

enum reeve_status reeve_attempts_read(struct reeve_db *db, struct reeve_arena *arena,
                                      struct reeve_store_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].retry.attempt != 0) {
            REEVE_TRY(read_all(db, arena, &jobs[i]));
        }
    }
    return REEVE_OK;
}

/* ---- transitions ---- */

/* 0: not known. */
static enum reeve_status journal_row(struct reeve_db *db, const struct reeve_id *journal_id,
                                     int64_t *row)
{
    *row = 0;
    struct reeve_db_query q = reeve_db_query(db, "SELECT seq FROM journals WHERE journal_id = ?");
    reeve_db_bind_id(&q, journal_id);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    *row = reeve_db_i64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status
fail_one(struct reeve_db *db, const struct reeve_store_failed_attempt *failed, int64_t now_unix_ms)
{
    struct reeve_job_row job;
    enum reeve_status status =
        reeve_job_find(db, reeve_bytes_of(NULL, 0), &failed->end.job_id, &job);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    if (job.ended || !job.idempotent) {
        return REEVE_OK;
    }
    struct reeve_attempt_row attempt = {
        .job = job.row,
        .end = &failed->end,
        .ended_unix_ms = now_unix_ms,
        .dead = failed->dead,
    };
    REEVE_TRY(journal_row(db, &failed->journal_id, &attempt.journal));
    return reeve_attempt_store(db, &attempt);
}

enum reeve_status reeve_sqlite_fail_attempts(struct reeve_sqlite_context *context,
                                             struct reeve_store_request *request)
{
    const struct reeve_store_fail_attempts *s = &request->u.fail_attempts;
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(fail_one(&context->db, &s->attempts[i], request->now_unix_ms));
    }
    return REEVE_OK;
}

/* STATE unless it is a dead letter; EXPIRED; `base` is its highest attempt. Where an attempt had an
 * effect, only an idempotent job may go out again (P4). */
static enum reeve_status check_dead(struct reeve_db *db, const struct reeve_job_row *job,
                                    int64_t now_unix_ms, uint32_t *base)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT r.dead, r.attempt, r.effect, p.not_after_ms FROM retries r"
                           " JOIN plans p ON p.seq = ? WHERE r.job = ?");
    reeve_db_bind_i64(&q, job->plan);
    reeve_db_bind_i64(&q, job->row);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_STATE : status;
    }
    bool dead = reeve_db_i64(&q, 0) != 0;
    bool harmless = job->idempotent || reeve_db_u64(&q, 2) <= REEVE_EFFECT_NONE;
    bool expired = now_unix_ms >= reeve_db_i64(&q, 3);
    *base = (uint32_t)reeve_db_u64(&q, 1);
    reeve_db_finish(&q);
    if (!dead || !harmless) {
        return REEVE_STATE;
    }
    return expired ? REEVE_EXPIRED : REEVE_OK;
}

enum reeve_status reeve_sqlite_requeue(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_requeue *s = &request->u.requeue;
    struct reeve_job_row job;
    REEVE_TRY(reeve_job_find(db, s->tenant, &s->job_id, &job));
    if (job.ended || job.assigned) {
        return REEVE_STATE;
    }
    REEVE_TRY(check_dead(db, &job, request->now_unix_ms, &s->base));
    struct reeve_db_query q = reeve_db_query(
        db, "UPDATE retries SET dead = 0, base = attempt, retry_ms = 0 WHERE job = ?");
    reeve_db_bind_i64(&q, job.row);
    return reeve_db_run(&q);
}
