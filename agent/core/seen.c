/* SPDX-License-Identifier: Apache-2.0 */
/* Job ids with approvals that ran here, or are about to: one approval is one execution (P3, P4). An
 * id is kept until the job's not_after plus the skew. A later attempt of the same job is let
 * through only where running it again is harmless: the task is idempotent, or nothing came of the
 * attempt before. A full table refuses new ids, it never drops one that counts. */
#include "agent/core/engine_state.h"

#define SWEEP_EVERY_MS 1000

static void drop(struct reeve_engine *e, struct reeve_seen *seen)
{
    (void)reeve_map_remove(e->seen_by_id, reeve_id_view(&seen->job_id));
    reeve_list_remove(&e->seen_entries, &seen->node);
    reeve_free(e->allocator, seen, sizeof *seen);
}

static bool is_over(const struct reeve_engine *e, const struct reeve_seen *seen)
{
    int64_t now = reeve_engine_unix_ms(e);
    return !seen->active && now > REEVE_ENGINE_SKEW_MS &&
           seen->not_after_unix_ms < now - REEVE_ENGINE_SKEW_MS;
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

/* An attempt ended; its record is at `lsn`. */
void reeve_engine_seen_ran(struct reeve_engine *e, struct reeve_seen *seen, uint32_t attempt,
                           bool may_run_again, uint64_t lsn)
{
    (void)e;
    seen->active = false;
    seen->attempt = attempt > seen->attempt ? attempt : seen->attempt;
    seen->may_run_again = seen->may_run_again && may_run_again;
    seen->lsn = lsn;
}

/* The job was forgotten before it ran. */
void reeve_engine_seen_release(struct reeve_engine *e, struct reeve_seen *seen)
{
    seen->active = false;
    if (seen->attempt == 0) {
        drop(e, seen);
    }
}

void reeve_engine_seen_clear(struct reeve_engine *e)
{
    while (!reeve_list_empty(&e->seen_entries)) {
        drop(e, REEVE_OWNER(reeve_list_front(&e->seen_entries), struct reeve_seen, node));
    }
}
