/* SPDX-License-Identifier: Apache-2.0 */
/* Reading plans and jobs, and ending jobs: what several transitions share. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_PLAN_ROW_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_PLAN_ROW_H

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_plan_row {
    int64_t row;
    uint8_t state;
    int64_t first_job;
    uint32_t job_count;
    int64_t not_after_unix_ms;
    uint32_t approvals_needed;
};

/* NOT_FOUND also for another tenant's plan. */
enum reeve_status reeve_plan_find(struct reeve_db *db, struct reeve_bytes tenant,
                                  const struct reeve_id *plan_id,
                                  struct reeve_plan_row *plan) REEVE_MUST_CHECK;

struct reeve_job_row {
    int64_t row;
    int64_t plan;
    bool idempotent;
    bool ended;
    uint8_t status; /* ended */
    bool assigned;
    int64_t journal; /* assigned */
    uint8_t plan_state;
};

/* An empty tenant: any. NOT_FOUND also for another tenant's job. */
enum reeve_status reeve_job_find(struct reeve_db *db, struct reeve_bytes tenant,
                                 const struct reeve_id *job_id,
                                 struct reeve_job_row *job) REEVE_MUST_CHECK;

/* No journal has it any more. */
enum reeve_status reeve_job_unassign(struct reeve_db *db, int64_t job_row) REEVE_MUST_CHECK;

/* Jobs that ended and that their plan does not know of yet: jobs of one plan mostly end together,
 * and are counted down together. Zeroed at first, flushed within the same transition. */
struct reeve_plan_countdown {
    int64_t plan_row;
    uint32_t jobs;
};
/* The plan is COMPLETED with its last job. */
enum reeve_status reeve_plan_countdown_flush(struct reeve_db *db,
                                             struct reeve_plan_countdown *c) REEVE_MUST_CHECK;

/* Stores a job's one outcome, drops its assignment and counts its plan down. `journal` and
 * `audit_row` 0: none. */
struct reeve_job_end {
    const struct reeve_store_end *end;
    int64_t journal;
    int64_t audit_row;
    int64_t ended_unix_ms;
};
enum reeve_status reeve_job_finish(struct reeve_db *db, const struct reeve_job_row *job,
                                   const struct reeve_job_end *end,
                                   struct reeve_plan_countdown *c) REEVE_MUST_CHECK;

/* Reading whole rows. Column order is that of REEVE_PLAN_SELECT and REEVE_JOB_SELECT. */
#define REEVE_PLAN_SELECT                                                                          \
    "SELECT p.seq, p.plan_id, p.tenant, p.state, s.title, s.submitted_by, p.submitted_ms,"         \
    " p.not_after_ms, s.statement, p.approvals_needed, p.reason, p.open_jobs, p.first_job,"        \
    " p.job_count FROM plans p JOIN statements s ON s.plan = p.seq "
#define REEVE_JOB_SELECT(spec, output)                                                             \
    "SELECT j.job_id, p.plan_id, j.seq - p.first_job, t.tenant, t.task, t.fingerprint, "           \
    "j.pool, " spec                                                                                \
    ", j.timeout_ms, j.idempotent, j.not_before_ms, p.not_after_ms, p.state, p.queued_ms,"         \
    " a.attempt, n.journal_id, n.identity, o.attempt, o.status, o.effect, o.reason, "              \
    "o.error, " output ", o.results, o.ended_ms, r.attempt, r.answered, r.base, r.effect, "        \
    "r.reason, r.retry_ms, r.dead, j.priority FROM jobs j JOIN plans p ON p.seq = j.plan"          \
    " JOIN tasks t ON t.seq = j.task LEFT JOIN assignments a ON a.job = j.seq"                     \
    " LEFT JOIN outcomes o ON o.job = j.seq LEFT JOIN retries r ON r.job = j.seq"                  \
    " LEFT JOIN journals n ON n.seq = coalesce(a.journal, o.journal) "

/* A copy of the row under the query's cursor. The plan's jobs and approvals are left empty. */
enum reeve_status reeve_plan_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                  struct reeve_store_plan *plan,
                                  struct reeve_plan_row *row) REEVE_MUST_CHECK;
enum reeve_status reeve_job_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                 struct reeve_store_job *job) REEVE_MUST_CHECK;
enum reeve_status reeve_approvals_read(struct reeve_db *db, struct reeve_arena *arena,
                                       int64_t plan_row,
                                       struct reeve_store_plan *plan) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
