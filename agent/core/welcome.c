/* SPDX-License-Identifier: Apache-2.0 */
/* Welcome: taken over whole or not at all. Compares what both sides hold durably; a side that is
 * behind was rolled back, and nothing that is not idempotent is started until an operator readmits.
 */
#include "agent/core/engine_state.h"

static uint64_t mark(const struct reeve_engine *e)
{
    return e->seen_sequence > e->dispatch_mark ? e->seen_sequence : e->dispatch_mark;
}

static enum reeve_session_code check(const struct reeve_engine *e, const struct reeve_welcome *w)
{
    if (e->session.hello_due) {
        return REEVE_SESSION_OUT_OF_ORDER; /* memory is short for Hello: this answers nothing */
    }
    if (w->version != 1) {
        return REEVE_SESSION_VERSION_UNSUPPORTED;
    }
    if (w->epoch <= e->last_epoch || w->tenant.len == 0 || w->tenant.len > 63 ||
        reeve_id_is_zero(w->gateway_id)) {
        return REEVE_SESSION_MALFORMED;
    }
    if (w->heartbeat_interval_ms < 10 || w->heartbeat_interval_ms > 3600000 ||
        w->lease_ms / 3 < w->heartbeat_interval_ms) {
        return REEVE_SESSION_MALFORMED;
    }
    if (w->max_frame_bytes < REEVE_BATCH_BYTES ||
        w->audit_sequence > e->chain.head.sequence + REEVE_ENGINE_LARGEST_STEP) {
        return REEVE_SESSION_MALFORMED;
    }
    if (w->epoch > e->last_epoch + REEVE_ENGINE_LARGEST_STEP ||
        w->dispatch_base > mark(e) + REEVE_ENGINE_LARGEST_STEP) {
        return REEVE_SESSION_SEQUENCE_INVALID;
    }
    return REEVE_SESSION_UNSPECIFIED;
}

static const struct reeve_chain_entry *entry_at(const struct reeve_engine *e, uint64_t sequence)
{
    struct reeve_list_node *node = reeve_list_front(&e->chain.entries);
    for (; node; node = reeve_list_next(&e->chain.entries, node)) {
        const struct reeve_chain_entry *entry = REEVE_OWNER(node, struct reeve_chain_entry, node);
        if (entry->sequence == sequence) {
            return entry;
        }
    }
    return NULL;
}

/* The gateway's head must lie on this chain. */
static bool forked(const struct reeve_engine *e, const struct reeve_welcome *w)
{
    if (w->audit_sequence == 0) {
        return false;
    }
    if (w->audit_sequence == e->chain.head.sequence) {
        return !reeve_digest_equal(w->audit_hash, e->chain.head.head);
    }
    const struct reeve_chain_entry *next = entry_at(e, w->audit_sequence + 1);
    return next && !reeve_digest_equal(next->previous_hash, w->audit_hash);
}

/* Why a store was rolled back; NULL: both sides agree. */
static const char *rollback(const struct reeve_engine *e, const struct reeve_welcome *w)
{
    bool known = mark(e) > 0 || e->chain.settled > 0;
    if (known && !reeve_id_is_zero(e->gateway_id) &&
        !reeve_id_equal(e->gateway_id, w->gateway_id)) {
        return "GATEWAY_REPLACED";
    }
    if (w->dispatch_mark < mark(e)) {
        return "GATEWAY_DISPATCH_BEHIND";
    }
    if (w->audit_sequence < e->chain.settled) {
        return "GATEWAY_AUDIT_BEHIND";
    }
    if (w->audit_sequence > e->chain.head.sequence) {
        return "JOURNAL_AUDIT_BEHIND";
    }
    if (forked(e, w)) {
        return "CHAIN_FORKED";
    }
    return w->rolled_back ? "GATEWAY_SAYS_SO" : NULL;
}

void reeve_engine_roll_back(struct reeve_engine *e, bool rolled_back, const char *code)
{
    if (e->rolled_back == rolled_back) {
        return;
    }
    e->rolled_back = rolled_back;
    e->rolled_back_code = code;
    e->state_due = true;
    reeve_engine_audit_session(
        e, rolled_back ? REEVE_SESSION_EVENT_ROLLED_BACK : REEVE_SESSION_EVENT_READMITTED, code);
    reeve_engine_note(e, rolled_back ? REEVE_NOTE_ROLLED_BACK : REEVE_NOTE_READMITTED,
                      REEVE_ROLLED_BACK, e->dispatch_mark);
}

/* This Hello said ROLLED_BACK and the gateway does not say it any more: an operator readmitted this
 * worker. What the marks were is settled with that. */
static void compare_marks(struct reeve_engine *e, const struct reeve_welcome *w)
{
    if (e->hello.rolled_back && !w->rolled_back) {
        reeve_engine_roll_back(e, false, "READMITTED");
        return;
    }
    const char *code = rollback(e, w);
    if (code) {
        reeve_engine_roll_back(e, true, code);
    }
}

/* The gateway has records that this journal lost: they are named as lost, and the chain goes on
 * behind them. */
static void bridge_gap(struct reeve_engine *e, const struct reeve_welcome *w)
{
    uint64_t own = e->chain.head.sequence;
    if (w->audit_sequence <= own) {
        return;
    }
    struct reeve_audit_chain before = e->chain.head;
    reeve_audit_chain_restore(&e->chain.head, e->journal_id, w->audit_sequence, w->audit_hash,
                              before.last_unix_ms);
    struct reeve_audit_record record = {.event = REEVE_AUDIT_GAP};
    record.as.gap.from_sequence = own + 1;
    record.as.gap.to_sequence = w->audit_sequence;
    record.as.gap.code = reeve_bytes_cstr("JOURNAL_ROLLED_BACK");
    struct reeve_audit_entry entry = {0};
    struct reeve_engine_chain_item item = {.record = &record, .entry = &entry};
    if (reeve_engine_chain_append(e, &item, NULL) != REEVE_OK) {
        e->chain.head = before;
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, REEVE_NO_MEMORY);
    }
}

static bool offered_pool(const struct reeve_engine *e, struct reeve_bytes pool)
{
    for (uint32_t i = 0; i < e->strings.pools_count; i++) {
        if (reeve_bytes_equal(e->strings.pools[i], pool)) {
            return true;
        }
    }
    return e->strings.pools_count == 0;
}

/* The pools of Welcome that local configuration wants, too. */
static enum reeve_status take_pools(struct reeve_engine *e, const struct reeve_welcome *w)
{
    struct reeve_bytes *pools =
        reeve_arena_alloc_array(&e->session.arena, w->pools.count + 1, sizeof *pools);
    if (!pools) {
        return REEVE_NO_MEMORY;
    }
    size_t count = 0;
    for (size_t i = 0; i < w->pools.count; i++) {
        if (!offered_pool(e, w->pools.items[i])) {
            continue;
        }
        REEVE_TRY(reeve_arena_dup(&e->session.arena, w->pools.items[i], &pools[count]));
        count++;
    }
    e->session.pools.items = pools;
    e->session.pools.count = count;
    return REEVE_OK;
}

static void take_standings(struct reeve_engine *e, const struct reeve_welcome *w)
{
    uint32_t aligned = 0;
    for (uint32_t i = 0; i < e->table->count; i++) {
        struct reeve_engine_task *t = &e->tasks[i];
        t->standing = REEVE_STANDING_ALIGNED;
        for (size_t k = 0; k < w->standings.count; k++) {
            if (reeve_bytes_equal_cstr(w->standings.items[k].task, t->task->name)) {
                t->standing = (uint8_t)w->standings.items[k].standing;
            }
        }
        if (!t->allow || t->unconfigured) {
            continue;
        }
        if (t->standing == REEVE_STANDING_ALIGNED) {
            aligned++;
            continue;
        }
        struct reeve_engine_note_fields note = {
            .code = REEVE_NOTE_TASK_NOT_ALIGNED, .task = t->task->name, .number = t->standing};
        reeve_engine_note_fields(e, &note);
    }
    e->session.aligned_tasks = aligned;
}

/* What a later start has to find in the journal, said again, so that old segments can go. */
static enum reeve_status store_epoch(struct reeve_engine *e, uint64_t epoch,
                                     struct reeve_id gateway_id)
{
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_EPOCH};
    record.as.epoch_entered.epoch = epoch;
    record.as.epoch_entered.gateway_id = gateway_id;
    record.as.epoch_entered.nonce = e->nonce;
    REEVE_TRY(reeve_engine_append(e, &record, &e->link.epoch_lsn));
    e->appends.since_epoch_bytes = 0;
    e->state_due = e->state_due || e->rolled_back;
    struct reeve_journal_record ack = {.type = REEVE_JOURNAL_ACK};
    ack.as.ack_received.audit_sequence = e->chain.settled_journaled;
    return e->chain.settled_journaled > 0 ? reeve_engine_append(e, &ack, NULL) : REEVE_OK;
}

/* A Hello that was prepared beside this session: a later start repeats its nonce, as the gateway
 * may have opened its epoch. */
static enum reeve_status restate_nonce(struct reeve_engine *e)
{
    if (reeve_id_is_zero(e->nonce)) {
        return REEVE_OK;
    }
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_HELLO};
    record.as.hello_prepared.nonce = e->nonce;
    record.as.hello_prepared.last_epoch = e->last_epoch;
    return reeve_engine_append(e, &record, NULL);
}

/* Not only in each session: one that lasts would keep every segment since its beginning, until the
 * journal is full. In the rare time after a rollback everything is kept. */
void reeve_engine_restate(struct reeve_engine *e)
{
    if (e->link.state != REEVE_LINK_LIVE || e->appends.failed || e->rolled_back ||
        e->appends.since_epoch_bytes < REEVE_ENGINE_RESTATE_BYTES) {
        return;
    }
    if (store_epoch(e, e->last_epoch, e->gateway_id) != REEVE_OK || restate_nonce(e) != REEVE_OK) {
        e->appends.since_epoch_bytes = REEVE_ENGINE_RESTATE_BYTES;
        reeve_engine_retry_later(e);
    }
}

static void warn_clock(struct reeve_engine *e, const struct reeve_welcome *w)
{
    int64_t ahead_ms = e->now.unix_ms - w->time_unix_ms;
    if (w->time_unix_ms != 0 &&
        (ahead_ms > REEVE_TRUST_SKEW_MS || ahead_ms < -REEVE_TRUST_SKEW_MS)) {
        reeve_engine_note(e, REEVE_NOTE_CLOCK_DIFFERS, REEVE_OK,
                          (uint64_t)(ahead_ms < 0 ? -ahead_ms : ahead_ms));
    }
}

static void take_session(struct reeve_engine *e, const struct reeve_welcome *w)
{
    struct reeve_engine_session *s = &e->session;
    reeve_move(s->tenant, w->tenant.data, w->tenant.len); /* at most 63: checked */
    s->tenant[w->tenant.len] = '\0';
    s->welcomed_ms = e->now.boot_ms;
    s->max_frame_bytes = w->max_frame_bytes;
    s->max_job_spec_bytes = w->max_job_spec_bytes;
    e->peer_max_frame_bytes = w->max_frame_bytes;
    e->peer_max_result_bytes = w->max_result_bytes;
    s->result_limit = w->result_limit;
    s->max_job_results = w->max_job_results;
    s->max_job_result_bytes = w->max_job_result_bytes;
    s->replay_mark = mark(e);
    s->last_sequence = w->dispatch_base;
    s->has_countersign_key = w->has_countersign_public_key;
    s->countersign_key = w->countersign_public_key;
    e->last_epoch = w->epoch;
    e->gateway_id = w->gateway_id;
    reeve_zero(&e->nonce, sizeof e->nonce);
    e->link.refused = false;
    take_standings(e, w);
    reeve_engine_lease_begin(e, w);
}

void reeve_engine_welcome(struct reeve_engine *e, const struct reeve_welcome *w)
{
    enum reeve_session_code code = check(e, w);
    if (code != REEVE_SESSION_UNSPECIFIED) {
        reeve_engine_violate(e, code, reeve_session_code_status(code));
        return;
    }
    if (take_pools(e, w) != REEVE_OK || store_epoch(e, w->epoch, w->gateway_id) != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, REEVE_NO_MEMORY, 0);
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, REEVE_NO_MEMORY);
        return;
    }
    reeve_engine_link_move(e, REEVE_LINK_WELCOME_SYNC);
    warn_clock(e, w);
    bool agrees = rollback(e, w) == NULL;
    compare_marks(e, w);
    take_session(e, w);
    bridge_gap(e, w);
    if (e->link.state != REEVE_LINK_WELCOME_SYNC) {
        return;
    }
    reeve_engine_chain_rewind(e, w->audit_sequence);
    reeve_engine_streams_rewind(e);
    /* Readmitted or not: records of another chain settle nothing of this one. */
    if (!e->rolled_back && agrees) {
        reeve_engine_chain_settle(e, w->audit_sequence);
    }
    reeve_engine_audit_session(e, REEVE_SESSION_EVENT_OPENED, "OPENED");
    reeve_engine_note(e, REEVE_NOTE_SESSION_OPENED, REEVE_OK, w->epoch);
}
