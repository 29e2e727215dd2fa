/* SPDX-License-Identifier: Apache-2.0 */
/* The journal, read back: one handler a record type. What was intended and has no outcome when the
 * journal ends was running when the worker stopped: it ends as UNKNOWN, effect MAYBE (P4). */
#include "agent/core/engine_state.h"

#define TASK_MAX 256u
#define BINDING_MAX 16u

struct open_intent {
    struct reeve_list_node node;
    struct reeve_job_intent intent; /* views point into the arrays below */
    char task[TASK_MAX];
    char binding[BINDING_MAX];
    char approvers[REEVE_ENGINE_APPROVERS][REEVE_KEY_ID_SIZE];
    struct reeve_bytes views[REEVE_ENGINE_APPROVERS];
};

static void saw_time(struct reeve_engine *e, int64_t unix_ms)
{
    if (unix_ms > e->chain.head.last_unix_ms) {
        e->chain.head.last_unix_ms = unix_ms;
    }
}

static void saw_mark(struct reeve_engine *e, uint64_t sequence)
{
    if (sequence > e->dispatch_mark) {
        e->dispatch_mark = sequence;
    }
}

static enum reeve_status on_opened(struct reeve_engine *e, uint64_t lsn,
                                   const struct reeve_journal_record *record)
{
    const struct reeve_journal_opened *opened = &record->as.journal_opened;
    (void)lsn;
    if (!reeve_id_equal(opened->journal_id, e->journal_id)) {
        return REEVE_CORRUPT;
    }
    saw_time(e, opened->time_unix_ms);
    saw_mark(e, opened->dispatch_mark);
    if (opened->audit_sequence > e->chain.head.sequence) {
        reeve_audit_chain_restore(&e->chain.head, e->journal_id, opened->audit_sequence,
                                  opened->audit_hash, e->chain.head.last_unix_ms);
    }
    return REEVE_OK;
}

static enum reeve_status on_hello(struct reeve_engine *e, uint64_t lsn,
                                  const struct reeve_journal_record *record)
{
    (void)lsn;
    e->nonce = record->as.hello_prepared.nonce;
    return REEVE_OK;
}

static enum reeve_status on_epoch(struct reeve_engine *e, uint64_t lsn,
                                  const struct reeve_journal_record *record)
{
    const struct reeve_epoch_entered *epoch = &record->as.epoch_entered;
    (void)lsn;
    if (epoch->epoch < e->last_epoch) {
        return REEVE_CORRUPT;
    }
    /* The same epoch again answers no Hello: one may have been prepared since. */
    if (epoch->epoch > e->last_epoch) {
        reeve_zero(&e->nonce, sizeof e->nonce);
    }
    e->last_epoch = epoch->epoch;
    e->gateway_id = epoch->gateway_id;
    return REEVE_OK;
}

static enum reeve_status copy_intent(struct open_intent *open, const struct reeve_job_intent *from)
{
    open->intent = *from;
    REEVE_TRY(reeve_copy(open->task, sizeof open->task, from->task));
    open->intent.task = reeve_bytes_of(open->task, from->task.len);
    REEVE_TRY(reeve_copy(open->binding, sizeof open->binding, from->binding));
    open->intent.binding = reeve_bytes_cstr(open->binding);
    if (from->approved_by.count > REEVE_ENGINE_APPROVERS) {
        return REEVE_CORRUPT;
    }
    for (size_t i = 0; i < from->approved_by.count; i++) {
        struct reeve_bytes id = from->approved_by.items[i];
        REEVE_TRY(reeve_copy(open->approvers[i], REEVE_KEY_ID_SIZE, id));
        open->views[i] = reeve_bytes_of(open->approvers[i], id.len);
    }
    open->intent.approved_by.items = open->views;
    return REEVE_OK;
}

static enum reeve_status on_intent(struct reeve_engine *e, uint64_t lsn,
                                   const struct reeve_journal_record *record)
{
    (void)lsn;
    struct open_intent *open = reeve_alloc(e->allocator, sizeof *open);
    if (!open) {
        return REEVE_NO_MEMORY;
    }
    if (copy_intent(open, &record->as.job_intent) != REEVE_OK) {
        reeve_free(e->allocator, open, sizeof *open);
        return REEVE_CORRUPT;
    }
    saw_mark(e, open->intent.sequence);
    saw_time(e, open->intent.started_unix_ms);
    reeve_list_push_back(&e->open_intents, &open->node);
    return REEVE_OK;
}

static void close_intent(struct reeve_engine *e, uint64_t sequence)
{
    struct reeve_list_node *node = reeve_list_front(&e->open_intents);
    for (; node; node = reeve_list_next(&e->open_intents, node)) {
        struct open_intent *open = REEVE_OWNER(node, struct open_intent, node);
        if (open->intent.sequence == sequence) {
            reeve_list_remove(&e->open_intents, node);
            reeve_free(e->allocator, open, sizeof *open);
            return;
        }
    }
}

/* NULL: this build no longer has it. */
static const struct reeve_engine_task *find_task(const struct reeve_engine *e,
                                                 struct reeve_bytes task)
{
    for (uint32_t i = 0; i < e->table->count; i++) {
        if (reeve_bytes_equal_cstr(task, e->table->tasks[i]->name)) {
            return &e->tasks[i];
        }
    }
    return NULL;
}

static bool is_idempotent(const struct reeve_engine *e, struct reeve_bytes task)
{
    const struct reeve_engine_task *t = find_task(e, task);
    return t && t->task->idempotency != REEVE_NOT_IDEMPOTENT;
}

static enum reeve_status remember_id(struct reeve_engine *e, const struct reeve_job_remembered *job,
                                     uint64_t lsn)
{
    struct reeve_seen *seen = NULL;
    enum reeve_status status =
        reeve_engine_seen_reserve(e, job->job_id, job->not_after_unix_ms, &seen);
    if (status != REEVE_OK) {
        return status == REEVE_REPLAY_TABLE_FULL ? REEVE_LIMIT : status;
    }
    reeve_engine_seen_ran(e, seen, job->attempt, job->may_run_again, lsn);
    return REEVE_OK;
}

static enum reeve_status remember(struct reeve_engine *e, const struct reeve_outcome *outcome,
                                  struct reeve_bytes task, int64_t not_after_unix_ms, uint64_t lsn)
{
    const struct reeve_job_remembered job = {
        .job_id = outcome->job_id,
        .not_after_unix_ms = not_after_unix_ms,
        .attempt = outcome->attempt,
        .may_run_again = outcome->effect == REEVE_EFFECT_NONE || is_idempotent(e, task),
    };
    return remember_id(e, &job, lsn);
}

static enum reeve_status restore(struct reeve_engine *e, uint64_t lsn, struct reeve_bytes bytes,
                                 const struct reeve_outcome *outcome,
                                 const struct reeve_audit_entry *entry,
                                 struct reeve_audit_record *audit)
{
    REEVE_TRY(reeve_audit_record_decode(entry->record, &e->scratch, audit));
    if (!reeve_id_equal(audit->journal_id, e->journal_id) ||
        audit->sequence <= e->chain.head.sequence) {
        return REEVE_CORRUPT;
    }
    return reeve_engine_chain_restore(e, lsn, bytes, outcome, audit, entry->record);
}

static enum reeve_status on_outcome(struct reeve_engine *e, uint64_t lsn,
                                    const struct reeve_journal_record *record)
{
    const struct reeve_job_outcome *stored = &record->as.job_outcome;
    struct reeve_outcome outcome;
    struct reeve_audit_record audit;
    REEVE_TRY(reeve_outcome_decode(stored->frame, &e->scratch, &outcome));
    REEVE_TRY(restore(e, lsn, stored->frame, &outcome, &outcome.audit, &audit));
    saw_mark(e, outcome.sequence);
    close_intent(e, outcome.sequence);
    if (!stored->approved || audit.event != REEVE_AUDIT_JOB_ENDED) {
        return REEVE_OK;
    }
    return remember(e, &outcome, audit.as.job_ended.task, stored->not_after_unix_ms, lsn);
}

static enum reeve_status on_audit(struct reeve_engine *e, uint64_t lsn,
                                  const struct reeve_journal_record *record)
{
    struct reeve_audit_entry entry;
    struct reeve_audit_record audit;
    struct reeve_bytes bytes = record->as.audit_appended.entry;
    REEVE_TRY(reeve_audit_entry_decode(bytes, &entry));
    return restore(e, lsn, bytes, NULL, &entry, &audit);
}

static enum reeve_status on_ack(struct reeve_engine *e, uint64_t lsn,
                                const struct reeve_journal_record *record)
{
    (void)lsn;
    reeve_engine_chain_settle(e, record->as.ack_received.audit_sequence);
    e->chain.settled_journaled = e->chain.settled;
    return REEVE_OK;
}

static enum reeve_status on_checkpoint(struct reeve_engine *e, uint64_t lsn,
                                       const struct reeve_journal_record *record)
{
    const struct reeve_checkpoint_made *made = &record->as.checkpoint_made;
    struct reeve_checkpoint checkpoint;
    (void)lsn;
    if (!made->has_checkpoint) {
        return REEVE_CORRUPT;
    }
    REEVE_TRY(reeve_checkpoint_decode(made->checkpoint.checkpoint, &checkpoint));
    saw_time(e, checkpoint.time_unix_ms);
    if (made->has_countersignature && checkpoint.sequence > e->checkpoint.countersigned) {
        e->checkpoint.countersigned = checkpoint.sequence;
    }
    if (checkpoint.sequence < e->checkpoint.sequence) {
        return REEVE_OK;
    }
    e->checkpoint.sequence = checkpoint.sequence;
    e->checkpoint.head_hash = checkpoint.head_hash;
    reeve_buffer_reset(&e->checkpoint.bytes);
    return reeve_signed_checkpoint_encode(&made->checkpoint, &e->checkpoint.bytes);
}

static enum reeve_status on_state(struct reeve_engine *e, uint64_t lsn,
                                  const struct reeve_journal_record *record)
{
    (void)lsn;
    e->rolled_back = record->as.state_changed.rolled_back;
    e->rolled_back_code = "RESTORED";
    return REEVE_OK;
}

static enum reeve_status on_mark(struct reeve_engine *e, uint64_t lsn,
                                 const struct reeve_journal_record *record)
{
    (void)lsn;
    saw_mark(e, record->as.mark_advanced.dispatch_mark);
    return REEVE_OK;
}

static enum reeve_status on_remembered(struct reeve_engine *e, uint64_t lsn,
                                       const struct reeve_journal_record *record)
{
    return remember_id(e, &record->as.job_remembered, lsn);
}

typedef enum reeve_status (*record_handler)(struct reeve_engine *e, uint64_t lsn,
                                            const struct reeve_journal_record *record);

static const record_handler handlers[] = {
    [REEVE_JOURNAL_OPENED] = on_opened,
    [REEVE_JOURNAL_HELLO] = on_hello,
    [REEVE_JOURNAL_EPOCH] = on_epoch,
    [REEVE_JOURNAL_INTENT] = on_intent,
    [REEVE_JOURNAL_OUTCOME] = on_outcome,
    [REEVE_JOURNAL_AUDIT] = on_audit,
    [REEVE_JOURNAL_ACK] = on_ack,
    [REEVE_JOURNAL_CHECKPOINT] = on_checkpoint,
    [REEVE_JOURNAL_STATE] = on_state,
    [REEVE_JOURNAL_MARK] = on_mark,
    [REEVE_JOURNAL_REMEMBERED] = on_remembered,
};

#define HANDLERS (sizeof handlers / sizeof handlers[0])

enum reeve_status reeve_engine_replay(struct reeve_engine *e, uint8_t type, uint64_t lsn,
                                      struct reeve_bytes bytes)
{
    if (e->started) {
        return REEVE_STATE;
    }
    struct reeve_journal_record record;
    reeve_arena_reset(&e->scratch);
    enum reeve_status status = reeve_journal_record_decode(type, bytes, &e->scratch, &record);
    if (status == REEVE_NOT_FOUND) {
        status = REEVE_OK; /* of a later version: it has its lsn, and no meaning here */
    } else if (status == REEVE_OK && type > 0 && type < HANDLERS && handlers[type]) {
        status = handlers[type](e, lsn, &record);
    }
    if (type != REEVE_JOURNAL_OPENED && lsn >= e->appends.next_lsn) {
        e->appends.next_lsn = lsn + 1;
    }
    e->has_history = true;
    return status == REEVE_OK || status == REEVE_NO_MEMORY || status == REEVE_LIMIT ? status
                                                                                    : REEVE_CORRUPT;
}

static enum reeve_status end_unknown(struct reeve_engine *e, const struct reeve_job_intent *intent)
{
    const struct reeve_engine_task *task = find_task(e, intent->task);
    struct reeve_engine_end end = {
        .job_id = intent->job_id,
        .plan_id = intent->plan_id,
        .attempt = intent->attempt,
        .sequence = intent->sequence,
        .task = intent->task,
        .fingerprint = intent->fingerprint,
        .job_digest = intent->job_digest,
        .binding = (const char *)intent->binding.data,
        .approved_by = intent->approved_by,
        .has_commitment = intent->has_input && intent->has_input_salt,
        .commitment = intent->input,
        .sensitive_input = !task || task->sensitive_input,
        .has_input_salt = intent->has_input_salt,
        .input_salt = intent->input_salt,
        .started_unix_ms = intent->started_unix_ms,
        .not_after_unix_ms = intent->not_after_unix_ms,
        .approved = intent->approved_by.count > 0,
        .status = REEVE_OUTCOME_UNKNOWN,
        .effect = REEVE_EFFECT_MAYBE,
        .error = {.reason = REEVE_REASON_WORKER_RESTARTED},
    };
    REEVE_TRY(reeve_engine_outcome(e, &end));
    reeve_engine_note_job(e, REEVE_NOTE_JOB_LOST_AT_RESTART, intent->job_id, NULL,
                          REEVE_REASON_WORKER_RESTARTED);
    if (!end.approved) {
        return REEVE_OK;
    }
    struct reeve_outcome outcome = {
        .job_id = intent->job_id, .attempt = intent->attempt, .effect = REEVE_EFFECT_MAYBE};
    return remember(e, &outcome, intent->task, intent->not_after_unix_ms, e->appends.next_lsn - 1);
}

/* All of the journal is on disk: it was read from there. */
static void all_on_disk(struct reeve_engine *e)
{
    e->appends.synced_lsn = e->appends.next_lsn - 1;
    e->chain.to_sync = NULL;
    e->chain.synced = e->chain.head;
}

enum reeve_status reeve_engine_replay_finish(struct reeve_engine *e)
{
    if (!e->has_history || e->chain.head.sequence == 0) {
        all_on_disk(e);
        REEVE_TRY(reeve_engine_chain_open(e));
    } else {
        all_on_disk(e);
    }
    while (!reeve_list_empty(&e->open_intents)) {
        struct open_intent *open =
            REEVE_OWNER(reeve_list_front(&e->open_intents), struct open_intent, node);
        REEVE_TRY(end_unknown(e, &open->intent));
        reeve_list_remove(&e->open_intents, &open->node);
        reeve_free(e->allocator, open, sizeof *open);
    }
    return REEVE_OK;
}

void reeve_engine_replay_clear(struct reeve_engine *e)
{
    while (!reeve_list_empty(&e->open_intents)) {
        struct open_intent *open =
            REEVE_OWNER(reeve_list_pop_front(&e->open_intents), struct open_intent, node);
        reeve_free(e->allocator, open, sizeof *open);
    }
}
