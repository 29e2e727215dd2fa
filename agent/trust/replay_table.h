/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of approved jobs that this journal has seen, each kept until its not_after plus the
 * allowed skew, so that a job with approvals never runs twice whatever the gateway says (P3, P4).
 * Bounded: a full table refuses new ids and never drops one that may still be replayed. One thread
 * at a time. */
#ifndef REEVE_AGENT_TRUST_REPLAY_TABLE_H
#define REEVE_AGENT_TRUST_REPLAY_TABLE_H

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"
#include "agent/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_replay_table;

/* `max` ids at most; `skew_ms` is added to each not_after. NULL when memory is short. Memory grows
 * with what it holds. */
struct reeve_replay_table *reeve_replay_table_new(size_t max, int64_t skew_ms,
                                                  const struct reeve_allocator *a,
                                                  const struct reeve_random *random);
void reeve_replay_table_free(struct reeve_replay_table *table); /* NULL is fine */
/* Remembers `job_id`, after dropping what has expired by now_unix_ms, which must be the journal's
 * own time that never goes back. REPLAYED: it is there already; REPLAY_TABLE_FULL; NO_MEMORY. */
enum reeve_status reeve_replay_table_add(struct reeve_replay_table *table, struct reeve_id job_id,
                                         int64_t not_after_unix_ms,
                                         int64_t now_unix_ms) REEVE_MUST_CHECK;
bool reeve_replay_table_has(const struct reeve_replay_table *table, struct reeve_id job_id);
/* Drops ids whose not_after plus skew lies before now. */
void reeve_replay_table_expire(struct reeve_replay_table *table, int64_t now_unix_ms);
size_t reeve_replay_table_count(const struct reeve_replay_table *table);

#ifdef __cplusplus
}
#endif
#endif
