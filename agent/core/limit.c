/* SPDX-License-Identifier: Apache-2.0 */
/* How much the gateway may send: an absolute count within the session. What was granted and has not
 * come yet reserves its slot, its place among the unsettled outcomes, its memory and its bytes in
 * the journal, so that a granted job can always be taken to its end (P7). */
#include "agent/core/engine_state.h"

/* Intent, outcome without output, audit record, acknowledgement. */
#define JOURNAL_BYTES_PER_JOB 4096u

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t spec_bytes(const struct reeve_engine *e)
{
    uint64_t most = e->limits.max_input_bytes + sizeof(struct reeve_engine_job) + 1024u;
    uint64_t session = e->session.max_job_spec_bytes;
    return session > 0 ? least(most, session + sizeof(struct reeve_engine_job)) : most;
}

static uint64_t journal_bytes_per_job(const struct reeve_engine *e)
{
    return JOURNAL_BYTES_PER_JOB + e->limits.max_output_bytes;
}

/* Whether not even one job fits into the journal when nothing else is held (P8). */
bool reeve_engine_journal_is_full(const struct reeve_engine *e)
{
    return e->appends.free_bytes < journal_bytes_per_job(e);
}

/* How many jobs, granted ones included, may be on their way here beside those that are held. */
uint64_t reeve_engine_limit_room(const struct reeve_engine *e)
{
    uint64_t held = reeve_engine_jobs_held(e);
    uint64_t slots = minus(e->limits.max_in_flight, held);
    uint64_t unsettled = minus(e->limits.max_unsettled, held + e->chain.outcomes);
    uint64_t memory = minus(e->limits.max_memory_bytes, e->memory_bytes) / spec_bytes(e);
    uint64_t room = least(least(slots, unsettled), memory);
    if (e->appends.free_bytes == UINT64_MAX) {
        return room;
    }
    uint64_t per_job = journal_bytes_per_job(e);
    uint64_t reserved = held * per_job;
    return least(room, minus(e->appends.free_bytes, reserved) / per_job);
}

/* A new Limit leaves when half of the credit is used up, so that single jobs do not each cost a
 * frame. */
void reeve_engine_limit_update(struct reeve_engine *e)
{
    struct reeve_engine_session *s = &e->session;
    if (e->link.state != REEVE_LINK_LIVE || e->drain.active || e->appends.failed) {
        return;
    }
    uint64_t room = reeve_engine_limit_room(e);
    uint64_t credit = s->granted - s->received;
    if (room <= credit || credit > room / 2) {
        return;
    }
    s->granted = s->received + room;
    s->limit_due = true;
}
