/* SPDX-License-Identifier: Apache-2.0 */
/* How it stands, honestly (P8): the conditions that keep this worker from being ready, and numbers
 * for `reeve-agent status`. */
#include "agent/core/engine_state.h"

struct condition_row {
    const char *name;
    const char *next_step;
};

static const struct condition_row rows[REEVE_CONDITION_COUNT] = {
#define X(name, text, step) {text, step},
    REEVE_CONDITION_MAP(X)
#undef X
};

const char *reeve_condition_name(enum reeve_condition condition)
{
    return condition < REEVE_CONDITION_COUNT ? rows[condition].name : "invalid";
}

const char *reeve_condition_next_step(enum reeve_condition condition)
{
    return condition < REEVE_CONDITION_COUNT ? rows[condition].next_step : "";
}

static uint32_t bit(enum reeve_condition condition)
{
    return 1u << condition;
}

static uint32_t link_conditions(const struct reeve_engine *e)
{
    uint32_t refused = e->link.refused ? bit(REEVE_CONDITION_REFUSED) : 0;
    if (e->link.state == REEVE_LINK_LIVE) {
        uint64_t two_ms = 2u * (uint64_t)e->session.interval_ms;
        bool late = e->now.boot_ms > e->session.answered_ms + two_ms;
        return late ? bit(REEVE_CONDITION_HEARTBEAT_LATE) : 0;
    }
    if (e->link.state >= REEVE_LINK_HELLO_SYNC && e->link.state < REEVE_LINK_LIVE) {
        return refused | bit(REEVE_CONDITION_NOT_WELCOMED);
    }
    return refused | bit(REEVE_CONDITION_NOT_CONNECTED);
}

uint32_t reeve_engine_conditions(const struct reeve_engine *e)
{
    uint32_t conditions = link_conditions(e);
    if (e->appends.failed || reeve_engine_journal_is_full(e)) {
        conditions |= bit(REEVE_CONDITION_JOURNAL);
    }
    if (e->drain.active) {
        conditions |= bit(REEVE_CONDITION_DRAINING);
    }
    if (e->link.state == REEVE_LINK_LIVE && e->session.aligned_tasks == 0) {
        conditions |= bit(REEVE_CONDITION_NO_ALIGNED_TASK);
    }
    if (e->rolled_back) {
        conditions |= bit(REEVE_CONDITION_ROLLED_BACK);
    }
    return conditions;
}

static void fill_session(const struct reeve_engine *e, struct reeve_engine_status *out)
{
    const struct reeve_engine_session *s = &e->session;
    reeve_move(out->tenant, s->tenant, sizeof out->tenant);
    out->link_state = reeve_engine_link_state_name(e->link.state);
    out->last_end = e->link.last_end;
    out->last_session_code = e->link.last_code;
    out->connect_at_ms =
        e->link.state == REEVE_LINK_BACKOFF ? e->link.connect_at_ms : REEVE_NEVER_MS;
    out->connects = e->link.connects;
    out->takeovers = e->takeovers;
    out->epoch = e->last_epoch;
    out->gateway_id = e->gateway_id;
    out->granted = s->granted;
    out->received = s->received;
    out->aligned_tasks = s->aligned_tasks;
    uint64_t lease_end_ms = s->lease_base_ms + s->lease_ms;
    bool holds = reeve_engine_lease_holds(e);
    out->lease_left_ms = holds ? lease_end_ms - e->now.boot_ms : 0;
}

static void fill_journal(const struct reeve_engine *e, struct reeve_engine_status *out)
{
    out->journal_id = e->journal_id;
    out->rolled_back = e->rolled_back;
    out->dispatch_mark = e->dispatch_mark;
    out->audit_sequence = e->chain.head.sequence;
    out->settled_mark = e->chain.settled;
    out->checkpoint_sequence = e->checkpoint.sequence;
    out->countersigned_sequence = e->checkpoint.countersigned;
    out->synced_lsn = e->appends.synced_lsn;
    out->appended_lsn = e->appends.next_lsn - 1;
    uint64_t oldest_ms = e->appends.oldest_ms;
    out->oldest_unsynced_ms = oldest_ms < e->now.boot_ms ? e->now.boot_ms - oldest_ms : 0;
}

static void fill_jobs(const struct reeve_engine *e, struct reeve_engine_status *out)
{
    out->jobs_queued = (uint32_t)e->unstarted.count;
    out->jobs_starting = (uint32_t)e->intents.count;
    out->jobs_running = e->jobs_running;
    out->jobs_delivering = e->jobs_delivering;
    out->unsettled = e->chain.outcomes;
    out->memory_bytes = e->memory_bytes;
    out->spool_bytes = e->spool.bytes;
    out->spool_max_bytes = e->limits.max_spool_bytes;
    out->spool_results = e->spool.results;
    out->spool_status = reeve_engine_spool_status(e);
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    if (node) {
        out->oldest_unstarted_ms =
            e->now.boot_ms - REEVE_OWNER(node, struct reeve_engine_job, unstarted)->received_ms;
    }
    out->accepted = e->accepted;
    out->started = e->starts_count;
    out->succeeded = e->ended[REEVE_OUTCOME_SUCCEEDED];
    out->failed = e->ended[REEVE_OUTCOME_FAILED];
    out->rejected = e->ended[REEVE_OUTCOME_REJECTED];
    out->cancelled = e->ended[REEVE_OUTCOME_CANCELLED];
    out->timed_out = e->ended[REEVE_OUTCOME_TIMED_OUT];
    out->unknown = e->ended[REEVE_OUTCOME_UNKNOWN];
    out->frames_ignored = e->frames_ignored;
    out->violations = e->violations;
    out->notes_dropped = e->notes_dropped;
}

void reeve_engine_read_status(const struct reeve_engine *e, struct reeve_now now,
                              struct reeve_engine_status *out)
{
    /* As of `now`, not of the last event: a status must not look younger than it is. */
    struct reeve_engine view = *e;
    view.now = now;
    *out = (struct reeve_engine_status){0};
    out->conditions = reeve_engine_conditions(&view);
    out->ready = out->conditions == 0;
    fill_session(&view, out);
    fill_journal(&view, out);
    fill_jobs(&view, out);
}
