/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's front: making it, events in, actions and the next deadline out. After each event one
 * round of steps lets everything move that can; none of them may block, and each does nothing when
 * there is nothing for it to do. */
#include "agent/core/engine_state.h"

#define SCRATCH_MAX (8u << 20)
#define RECORD_MAX (64u << 20)
#define APPENDS_MAX (UINT64_C(1) << 32)

int64_t reeve_engine_unix_ms(const struct reeve_engine *e)
{
    int64_t latest = e->chain.head.last_unix_ms;
    return e->now.unix_ms > latest ? e->now.unix_ms : latest;
}

void reeve_engine_retry_later(struct reeve_engine *e)
{
    if (e->retry_ms == REEVE_NEVER_MS) {
        e->retry_ms = e->now.boot_ms + REEVE_ENGINE_RETRY_MS;
    }
}

void reeve_engine_exit(struct reeve_engine *e, enum reeve_status status)
{
    if (e->link.state == REEVE_LINK_STOPPED) {
        return;
    }
    reeve_engine_takeover_abandon(e);
    reeve_engine_link_move(e, REEVE_LINK_STOPPED);
    e->exit_pending = true;
    e->exit_status = status;
}

/* Not an assert: nothing that comes from outside may stop the process. It is counted and said. */
void reeve_engine_invariant(struct reeve_engine *e, const char *what)
{
    e->invariants++;
    struct reeve_engine_note_fields note = {
        .code = REEVE_NOTE_INVARIANT, .status = REEVE_INTERNAL, .state = what};
    reeve_engine_note_fields(e, &note);
}

/* ---- life ---- */

static void init_lists(struct reeve_engine *e)
{
    struct reeve_list *const lists[] = {&e->turns,         &e->unstarted,   &e->intents,
                                        &e->ending,        &e->starts,      &e->cancels,
                                        &e->streams,       &e->releases,    &e->seen_entries,
                                        &e->chain.entries, &e->open_intents};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        reeve_list_init(lists[i]);
    }
}

static void init_buffers(struct reeve_engine *e)
{
    reeve_buffer_init(&e->appends.bytes, e->allocator, (size_t)APPENDS_MAX);
    reeve_buffer_init(&e->record_bytes, e->allocator, RECORD_MAX);
    reeve_buffer_init(&e->frame_bytes, e->allocator, RECORD_MAX);
    reeve_buffer_init(&e->checkpoint.bytes, e->allocator, 65536);
    reeve_arena_init(&e->scratch, e->allocator, SCRATCH_MAX, 0);
    reeve_arena_init(&e->session.arena, e->allocator, 1u << 20, 1024);
    reeve_engine_takeover_init(e);
}

static enum reeve_status make_slots(struct reeve_engine *e)
{
    uint32_t count = e->limits.max_in_flight;
    e->slots = (struct reeve_engine_job **)reeve_alloc_array(e->allocator, count, sizeof(void *));
    e->free_slots = reeve_alloc_array(e->allocator, count, sizeof *e->free_slots);
    if (!e->slots || !e->free_slots) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        e->free_slots[i] = count - 1 - i;
    }
    e->free_slots_count = count;
    e->next_handle = 1;
    e->jobs_by_id = reeve_map_new(e->allocator, e->random, count);
    e->seen_by_id = reeve_map_new(e->allocator, e->random, e->limits.max_replay_entries);
    if (!e->jobs_by_id || !e->seen_by_id) {
        return REEVE_NO_MEMORY;
    }
    return reeve_deadlines_init(&e->timers, e->allocator, count);
}

static void init_values(struct reeve_engine *e)
{
    e->appends.next_lsn = 1;
    e->appends.oldest_ms = REEVE_NEVER_MS;
    e->appends.free_bytes = UINT64_MAX;
    e->retry_ms = REEVE_NEVER_MS;
    e->link.connect_at_ms = REEVE_NEVER_MS;
    e->rolled_back_code = "";
}

enum reeve_status reeve_engine_new(const struct reeve_engine_options *options,
                                   struct reeve_engine **out)
{
    *out = NULL;
    struct reeve_engine *e = reeve_alloc(options->allocator, sizeof *e);
    if (!e) {
        return REEVE_NO_MEMORY;
    }
    e->allocator = options->allocator ? options->allocator : reeve_heap();
    e->random = options->random;
    init_lists(e);
    reeve_engine_spool_init(e);
    init_buffers(e);
    init_values(e);
    enum reeve_status status = reeve_engine_options_copy(e, options);
    if (status == REEVE_OK) {
        reeve_audit_chain_init(&e->chain.head, e->journal_id);
        reeve_audit_chain_init(&e->chain.synced, e->journal_id);
        status = make_slots(e);
    }
    if (status != REEVE_OK) {
        reeve_engine_free(e);
        return status;
    }
    *out = e;
    return REEVE_OK;
}

static void free_jobs(struct reeve_engine *e)
{
    if (!e->slots) {
        return;
    }
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        if (e->slots[i] && e->slots[i]->stream) {
            reeve_engine_stream_clear(e, e->slots[i]->stream);
        }
        if (e->slots[i]) {
            reeve_free(e->allocator, e->slots[i], e->slots[i]->size);
        }
    }
}

static void free_buffers(struct reeve_engine *e)
{
    reeve_buffer_clear(&e->appends.bytes);
    reeve_buffer_clear(&e->record_bytes);
    reeve_buffer_clear(&e->frame_bytes);
    reeve_buffer_clear(&e->checkpoint.bytes);
    reeve_arena_clear(&e->scratch);
    reeve_arena_clear(&e->session.arena);
    reeve_engine_takeover_clear(e);
}

void reeve_engine_free(struct reeve_engine *e)
{
    if (!e) {
        return;
    }
    const struct reeve_allocator *a = e->allocator;
    size_t slots = e->limits.max_in_flight;
    reeve_engine_resume_clear(e);
    free_jobs(e);
    reeve_engine_replay_clear(e);
    reeve_engine_chain_clear(e);
    reeve_engine_seen_clear(e);
    reeve_engine_spool_clear(e);
    reeve_map_free(e->jobs_by_id);
    reeve_map_free(e->seen_by_id);
    reeve_deadlines_clear(&e->timers);
    reeve_free(a, (void *)e->slots, slots * sizeof(void *));
    reeve_free(a, e->free_slots, slots * sizeof *e->free_slots);
    reeve_free(a, e->appends.items, e->appends.capacity * sizeof *e->appends.items);
    reeve_engine_options_clear(e);
    free_buffers(e);
    reeve_free(a, e, sizeof *e);
}

/* ---- one round ---- */

static void step_retry(struct reeve_engine *e)
{
    if (e->now.boot_ms >= e->retry_ms) {
        e->retry_ms = REEVE_NEVER_MS;
    }
    if (e->retry_ms == REEVE_NEVER_MS) {
        reeve_engine_jobs_ending(e);
        reeve_engine_audit_pending(e);
    }
}

static void step_connect(struct reeve_engine *e)
{
    struct reeve_engine_link *l = &e->link;
    if (l->state == REEVE_LINK_BACKOFF && e->now.boot_ms >= l->connect_at_ms &&
        !e->appends.failed && !e->drain.closing) {
        reeve_engine_link_connect(e);
        return;
    }
    bool unanswered = l->state >= REEVE_LINK_CONNECTING && l->state <= REEVE_LINK_HELLO_SENT;
    if (unanswered && e->now.boot_ms >= l->connect_by_ms) {
        reeve_engine_link_close(e, REEVE_SESSION_LIVENESS_LOST, REEVE_TIMEOUT);
    }
}

static void step_acks(struct reeve_engine *e)
{
    const struct reeve_engine_chain *c = &e->chain;
    if (c->settled != c->settled_journaled && e->now.boot_ms >= c->ack_due_ms &&
        !e->appends.failed) {
        reeve_engine_chain_journal_ack(e);
    }
    reeve_engine_checkpoint_make(e, false);
}

static void take_steps(struct reeve_engine *e)
{
    static void (*const steps[])(struct reeve_engine *) = {step_retry,
                                                           reeve_engine_job_timers,
                                                           reeve_engine_lease_tick,
                                                           reeve_engine_drain_step,
                                                           step_connect,
                                                           reeve_engine_takeover_step,
                                                           step_acks,
                                                           reeve_engine_restate,
                                                           reeve_engine_seen_restate,
                                                           reeve_engine_schedule,
                                                           reeve_engine_limit_update,
                                                           reeve_engine_failure_step};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (e->link.state == REEVE_LINK_STOPPED) {
            return;
        }
        steps[i](e);
    }
}

enum reeve_status reeve_engine_start(struct reeve_engine *e, uint64_t next_lsn,
                                     struct reeve_now now)
{
    if (e->started) {
        return REEVE_STATE;
    }
    if (next_lsn != e->appends.next_lsn) {
        return REEVE_CORRUPT;
    }
    e->now = now;
    e->started = true;
    REEVE_TRY(reeve_engine_replay_finish(e));
    reeve_engine_note(e, REEVE_NOTE_STARTED, REEVE_OK, e->dispatch_mark);
    e->link.connect_at_ms = now.boot_ms;
    e->checkpoint.made_ms = now.boot_ms;
    reeve_engine_link_move(e, REEVE_LINK_BACKOFF);
    take_steps(e);
    return REEVE_OK;
}

/* ---- events ---- */

static void on_tick(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    (void)e;
    (void)event;
}

typedef void (*event_handler)(struct reeve_engine *e, const struct reeve_engine_event *event);

static const event_handler handlers[] = {
    [REEVE_EVENT_LINK_UP] = reeve_engine_link_up,
    [REEVE_EVENT_LINK_MESSAGE] = reeve_engine_message,
    [REEVE_EVENT_LINK_SENT] = reeve_engine_link_sent,
    [REEVE_EVENT_LINK_DOWN] = reeve_engine_link_down,
    [REEVE_EVENT_LINK_LEAVING] = reeve_engine_takeover_leaving,
    [REEVE_EVENT_JOB_FINISHED] = reeve_engine_job_finished,
    [REEVE_EVENT_JOB_PROGRESS] = reeve_engine_job_progress,
    [REEVE_EVENT_JOB_RESULT] = reeve_engine_job_result,
    [REEVE_EVENT_JOURNAL_SYNCED] = reeve_engine_synced,
    [REEVE_EVENT_JOURNAL_FAILED] = reeve_engine_journal_failed,
    [REEVE_EVENT_TICK] = on_tick,
    [REEVE_EVENT_DRAIN] = reeve_engine_drain,
    [REEVE_EVENT_CONFIGURATION] = reeve_engine_configure,
    [REEVE_EVENT_RENEW] = reeve_engine_renew,
    [REEVE_EVENT_SPOOL_DONE] = reeve_engine_spool_done,
};

#define HANDLERS (sizeof handlers / sizeof handlers[0])

void reeve_engine_handle(struct reeve_engine *e, const struct reeve_engine_event *event,
                         struct reeve_now now)
{
    e->now = now;
    if ((size_t)event->type >= HANDLERS || !handlers[event->type] || !e->started) {
        reeve_engine_invariant(e, "event not allowed");
        return;
    }
    /* After EXIT only results are taken, for the sake of their buffers. */
    if (e->link.state == REEVE_LINK_STOPPED && event->type != REEVE_EVENT_JOB_FINISHED &&
        event->type != REEVE_EVENT_JOB_RESULT) {
        return;
    }
    handlers[event->type](e, event);
    take_steps(e);
}

/* ---- actions ---- */

static bool take_farewell(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (e->farewells_count == 0) {
        return false;
    }
    const struct reeve_engine_farewell *farewell = &e->farewells[--e->farewells_count];
    out->type = REEVE_ACTION_CLOSE;
    out->u.close.link = farewell->number;
    out->u.close.session_code = farewell->code;
    out->u.close.status = farewell->status;
    return true;
}

static bool take_close(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (!e->link.close_pending) {
        return false;
    }
    e->link.close_pending = false;
    out->type = REEVE_ACTION_CLOSE;
    out->u.close.link = e->link.number;
    out->u.close.session_code = e->link.close_code;
    out->u.close.status = e->link.close_status;
    return true;
}

static bool take_connect(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (e->next.connect_pending) {
        e->next.connect_pending = false;
        out->type = REEVE_ACTION_CONNECT;
        out->u.connect.link = e->next.number;
        return true;
    }
    if (!e->link.connect_pending) {
        return false;
    }
    e->link.connect_pending = false;
    out->type = REEVE_ACTION_CONNECT;
    out->u.connect.link = e->link.number;
    return true;
}

static bool take_exit(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (!e->exit_pending) {
        return false;
    }
    e->exit_pending = false;
    out->type = REEVE_ACTION_EXIT;
    out->u.exit.status = e->exit_status;
    return true;
}

/* CONNECT comes before CLOSE: a link is closed only after it was asked for. */
bool reeve_engine_next_action(struct reeve_engine *e, struct reeve_engine_action *out)
{
    static bool (*const takers[])(struct reeve_engine *,
                                  struct reeve_engine_action *) = {reeve_engine_notes_take,
                                                                   reeve_engine_appends_take,
                                                                   reeve_engine_starts_take,
                                                                   reeve_engine_releases_take,
                                                                   take_connect,
                                                                   take_farewell,
                                                                   take_close,
                                                                   reeve_engine_outbox_take,
                                                                   reeve_engine_spool_take,
                                                                   reeve_engine_notes_take,
                                                                   take_farewell,
                                                                   take_close,
                                                                   take_exit};
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) {
        if (takers[i](e, out)) {
            return true;
        }
    }
    return false;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t link_next_ms(const struct reeve_engine *e)
{
    const struct reeve_engine_link *l = &e->link;
    if (l->state == REEVE_LINK_BACKOFF) {
        return e->appends.failed || e->drain.closing ? REEVE_NEVER_MS : l->connect_at_ms;
    }
    if (l->state >= REEVE_LINK_CONNECTING && l->state <= REEVE_LINK_HELLO_SENT) {
        return l->connect_by_ms;
    }
    return reeve_engine_lease_next_ms(e);
}

uint64_t reeve_engine_next_deadline(const struct reeve_engine *e)
{
    if (e->link.state == REEVE_LINK_STOPPED || e->link.state == REEVE_LINK_IDLE) {
        return REEVE_NEVER_MS;
    }
    uint64_t next_ms = earlier(link_next_ms(e), e->retry_ms);
    next_ms = earlier(next_ms, reeve_engine_drain_next_ms(e));
    next_ms = earlier(next_ms, reeve_engine_takeover_next_ms(e));
    next_ms = earlier(next_ms, reeve_engine_spool_next_ms(e));
    if (e->appends.failed) {
        return earlier(next_ms, reeve_engine_failure_next_ms(e));
    }
    if (e->chain.settled != e->chain.settled_journaled) {
        next_ms = earlier(next_ms, e->chain.ack_due_ms);
    }
    next_ms = earlier(next_ms, reeve_engine_checkpoint_due_ms(e));
    return earlier(next_ms, reeve_deadlines_next_ms(&e->timers));
}

/* ---- marks ---- */

static uint64_t oldest_intent_lsn(const struct reeve_engine *e)
{
    uint64_t oldest = UINT64_MAX;
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        const struct reeve_engine_job *job = e->slots[i];
        oldest = job && job->intent_lsn > 0 ? earlier(oldest, job->intent_lsn) : oldest;
    }
    return oldest;
}

struct reeve_engine_marks reeve_engine_read_marks(const struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->chain.entries);
    uint64_t oldest = node ? REEVE_OWNER(node, struct reeve_chain_entry, node)->lsn : UINT64_MAX;
    oldest = earlier(oldest, reeve_engine_seen_oldest_lsn(e));
    oldest = earlier(oldest, oldest_intent_lsn(e));
    oldest = earlier(oldest, e->link.epoch_lsn > 0 ? e->link.epoch_lsn : 1);
    return (struct reeve_engine_marks){
        .audit_sequence = e->chain.head.sequence,
        .audit_hash = e->chain.head.head,
        .dispatch_mark = e->dispatch_mark,
        .oldest_needed_lsn = oldest,
    };
}
