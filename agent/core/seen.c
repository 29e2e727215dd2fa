/* SPDX-License-Identifier: Apache-2.0 */
/* Job ids with approvals that ran here, or are about to: one approval is one execution (P3, P4). An
 * id is kept until the job's not_after plus the skew. A later attempt of the same job is let
 * through only where running it again is harmless: the task is idempotent, or nothing came of the
 * attempt before. A full table refuses new ids, it never drops one that counts.
 *
 * In the journal an id stands with its job's outcome. That may be needed for nothing else any more,
 * while an id may count for a year: so ids are said again, and old segments can go. */
#include "agent/core/engine_state.h"

#define SWEEP_EVERY_MS 1000
#define RESTATED_LEAST 1024u /* each time: about a sixteenth of what was appended meanwhile */
#define RESTATED_PART 8u     /* of all: so often until each was said again */

static void drop(struct reeve_engine *e, struct reeve_seen *seen)
{
    (void)reeve_map_remove(e->seen_by_id, reeve_id_view(&seen->job_id));
    reeve_list_remove(&e->seen_entries, &seen->node);
    reeve_free(e->allocator, seen, sizeof *seen);
}

static bool is_over(const struct reeve_engine *e, const struct reeve_seen *seen)
{
    int64_t now = reeve_engine_unix_ms(e);
    return !seen->active && now > REEVE_TRUST_SKEW_MS &&
           seen->not_after_unix_ms < now - REEVE_TRUST_SKEW_MS;
}

/* All of them, at most once a second, and only when the table is full. */
static void sweep(struct reeve_engine *e)
{
    int64_t now = reeve_engine_unix_ms(e);
    if (now - e->seen_swept_unix_ms < SWEEP_EVERY_MS) {
        return;
    }
    e->seen_swept_unix_ms = now;
    struct reeve_list_node *node = reeve_list_front(&e->seen_entries);
    while (node) {
        struct reeve_list_node *next = reeve_list_next(&e->seen_entries, node);
        struct reeve_seen *seen = REEVE_OWNER(node, struct reeve_seen, node);
        if (is_over(e, seen)) {
            drop(e, seen);
        }
        node = next;
    }
}

static void drop_first_expired(struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->seen_entries);
    if (node && is_over(e, REEVE_OWNER(node, struct reeve_seen, node))) {
        drop(e, REEVE_OWNER(node, struct reeve_seen, node));
    }
}

enum reeve_reason reeve_engine_seen_check(struct reeve_engine *e, struct reeve_id job_id,
                                          uint32_t attempt, bool idempotent)
{
    const struct reeve_seen *seen = reeve_map_get(e->seen_by_id, reeve_id_view(&job_id));
    if (!seen) {
        return REEVE_REASON_UNSPECIFIED;
    }
    bool harmless = idempotent || seen->may_run_again;
    return !seen->active && harmless && attempt > seen->attempt ? REEVE_REASON_UNSPECIFIED
                                                                : REEVE_REASON_REPLAYED;
}

enum reeve_status reeve_engine_seen_reserve(struct reeve_engine *e, struct reeve_id job_id,
                                            int64_t not_after_unix_ms, struct reeve_seen **out)
{
    drop_first_expired(e);
    struct reeve_seen *seen = reeve_map_get(e->seen_by_id, reeve_id_view(&job_id));
    if (seen) {
        seen->active = true;
        *out = seen;
        return REEVE_OK;
    }
    if (e->seen_entries.count >= e->limits.max_replay_entries) {
        sweep(e);
    }
    if (e->seen_entries.count >= e->limits.max_replay_entries) {
        return REEVE_REPLAY_TABLE_FULL;
    }
    seen = reeve_alloc(e->allocator, sizeof *seen);
    if (!seen) {
        return REEVE_NO_MEMORY;
    }
    seen->job_id = job_id;
    seen->not_after_unix_ms = not_after_unix_ms;
    seen->active = true;
    seen->may_run_again = true;
    enum reeve_status status = reeve_map_put(e->seen_by_id, reeve_id_view(&seen->job_id), seen);
    if (status != REEVE_OK) {
        reeve_free(e->allocator, seen, sizeof *seen);
        return status;
    }
    reeve_list_push_back(&e->seen_entries, &seen->node);
    *out = seen;
    return REEVE_OK;
}

static void move_back(struct reeve_engine *e, struct reeve_seen *seen, uint64_t lsn)
{
    seen->lsn = lsn;
    reeve_list_remove(&e->seen_entries, &seen->node);
    reeve_list_push_back(&e->seen_entries, &seen->node);
}

/* An attempt ended; its record, at `lsn`, is the newest. */
void reeve_engine_seen_ran(struct reeve_engine *e, struct reeve_seen *seen, uint32_t attempt,
                           bool may_run_again, uint64_t lsn)
{
    seen->active = false;
    seen->attempt = attempt > seen->attempt ? attempt : seen->attempt;
    seen->may_run_again = seen->may_run_again && may_run_again;
    move_back(e, seen, lsn);
}

/* The job was forgotten before it ran. */
void reeve_engine_seen_release(struct reeve_engine *e, struct reeve_seen *seen)
{
    seen->active = false;
    if (seen->attempt == 0) {
        drop(e, seen);
    }
}

/* ---- in the journal ---- */

uint64_t reeve_engine_seen_oldest_lsn(const struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->seen_entries);
    for (; node; node = reeve_list_next(&e->seen_entries, node)) {
        const struct reeve_seen *seen = REEVE_OWNER(node, struct reeve_seen, node);
        if (seen->lsn > 0 && !is_over(e, seen)) {
            return seen->lsn;
        }
    }
    return UINT64_MAX;
}

static enum reeve_status say_again(struct reeve_engine *e, struct reeve_seen *seen)
{
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_REMEMBERED};
    record.as.job_remembered = (struct reeve_job_remembered){
        .job_id = seen->job_id,
        .not_after_unix_ms = seen->not_after_unix_ms,
        .attempt = seen->attempt,
        .may_run_again = seen->may_run_again,
    };
    uint64_t lsn = 0;
    REEVE_TRY(reeve_engine_append(e, &record, &lsn));
    move_back(e, seen, lsn);
    return REEVE_OK;
}

static size_t at_once(const struct reeve_engine *e)
{
    size_t part = e->seen_entries.count / RESTATED_PART;
    return part > RESTATED_LEAST ? part : RESTATED_LEAST;
}

/* Those that are as old as the last time are said again, and those that are over go. *more: some
 * may be left. */
static enum reeve_status restate(struct reeve_engine *e, bool *more)
{
    struct reeve_list_node *node = reeve_list_front(&e->seen_entries);
    size_t left = at_once(e);
    while (node && left > 0) {
        struct reeve_list_node *next = reeve_list_next(&e->seen_entries, node);
        struct reeve_seen *seen = REEVE_OWNER(node, struct reeve_seen, node);
        if (seen->lsn >= e->appends.seen_lsn) {
            break;
        }
        if (is_over(e, seen)) {
            drop(e, seen);
        } else if (seen->lsn > 0) {
            REEVE_TRY(say_again(e, seen));
            left--;
        }
        node = next;
    }
    *more = left == 0;
    return REEVE_OK;
}

void reeve_engine_seen_restate(struct reeve_engine *e)
{
    struct reeve_engine_appends *a = &e->appends;
    if (a->failed || a->since_seen_bytes < REEVE_ENGINE_RESTATE_BYTES) {
        return;
    }
    const uint64_t next_lsn = a->next_lsn;
    bool more = false;
    if (restate(e, &more) != REEVE_OK) {
        reeve_engine_retry_later(e);
        return;
    }
    a->since_seen_bytes = 0;
    a->seen_lsn = more ? a->seen_lsn : next_lsn;
}

void reeve_engine_seen_clear(struct reeve_engine *e)
{
    while (!reeve_list_empty(&e->seen_entries)) {
        drop(e, REEVE_OWNER(reeve_list_front(&e->seen_entries), struct reeve_seen, node));
    }
}
