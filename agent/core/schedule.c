/* SPDX-License-Identifier: Apache-2.0 */
/* From accepted to running: each task has its own queues, one for each priority, and its own bound,
 * so that one that is saturated holds up no other; the most urgent job begins first, and tasks
 * whose next jobs are as urgent take turns, within the bound of all. A task that is not idempotent
 * starts only after its intent is on disk. Nothing starts when the lease ran out. */
#include "agent/audit/commitment.h"
#include "agent/core/engine_state.h"

uint32_t reeve_engine_task_room(const struct reeve_engine *e, const struct reeve_engine_task *task)
{
    uint32_t most = task->allow ? task->allow->max_in_flight : 0;
    if (most == 0) {
        most = task->task->max_in_flight;
    }
    return most == 0 || most > e->limits.max_in_flight ? e->limits.max_in_flight : most;
}

struct reeve_engine_job *reeve_engine_next_of(const struct reeve_engine_task *task)
{
    for (uint32_t priority = REEVE_ENGINE_PRIORITIES; priority-- > 0;) {
        struct reeve_list_node *first = reeve_list_front(&task->waiting[priority]);
        if (first != NULL) {
            return REEVE_OWNER(first, struct reeve_engine_job, queue);
        }
    }
    return NULL;
}

void reeve_engine_task_turn(struct reeve_engine *e, struct reeve_engine_task *task)
{
    if (!reeve_list_linked(&task->turn) && reeve_engine_next_of(task) != NULL &&
        task->in_flight < reeve_engine_task_room(e, task)) {
        reeve_list_push_back(&e->turns, &task->turn);
    }
}

void reeve_engine_enqueue(struct reeve_engine *e, struct reeve_engine_job *job)
{
    struct reeve_engine_task *t = &e->tasks[job->task_index];
    reeve_engine_job_move(e, job, REEVE_JOB_QUEUED);
    reeve_list_push_back(&t->waiting[job->priority], &job->queue);
    reeve_list_push_back(&e->unstarted, &job->unstarted);
    reeve_deadlines_set(&e->timers, &job->timer, job->start_by_ms);
    reeve_engine_task_turn(e, t);
}

static void dequeue(struct reeve_engine *e, struct reeve_engine_job *job)
{
    struct reeve_engine_task *t = &e->tasks[job->task_index];
    reeve_list_remove(&t->waiting[job->priority], &job->queue);
    reeve_list_remove(&e->unstarted, &job->unstarted);
    reeve_deadlines_cancel(&e->timers, &job->timer);
    job->in_flight = true;
    t->in_flight++;
    e->jobs_begun++;
}

void reeve_engine_let_next(struct reeve_engine *e, struct reeve_engine_task *task)
{
    task->in_flight--;
    e->jobs_begun--;
    reeve_engine_task_turn(e, task);
}

static void start(struct reeve_engine *e, struct reeve_engine_job *job)
{
    const struct reeve_task *task = reeve_engine_job_task(e, job);
    uint64_t end_ms = job->deadline_ms;
    if (task->timeout_ms > 0 && task->timeout_ms < end_ms - e->now.boot_ms) {
        end_ms = e->now.boot_ms + task->timeout_ms;
    }
    job->deadline_ms = end_ms;
    if (job->started_unix_ms == 0) {
        job->started_unix_ms = reeve_engine_unix_ms(e);
    }
    job->was_started = true;
    job->runner_has_it = true;
    reeve_engine_job_move(e, job, REEVE_JOB_RUNNING);
    reeve_deadlines_set(&e->timers, &job->timer, end_ms);
    reeve_list_push_back(&e->starts, &job->action);
    e->jobs_running++;
    e->starts_count++;
    reeve_engine_note_job(e, REEVE_NOTE_JOB_STARTED, job->job_id, task->name, 0);
}

static enum reeve_status append_intent(struct reeve_engine *e, struct reeve_engine_job *job)
{
    const struct reeve_task *task = reeve_engine_job_task(e, job);
    struct reeve_bytes approvers[REEVE_ENGINE_APPROVERS];
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_INTENT};
    struct reeve_job_intent *intent = &record.as.job_intent;
    intent->sequence = job->sequence;
    intent->attempt = job->attempt;
    intent->job_id = job->job_id;
    intent->plan_id = job->plan_id;
    intent->task = reeve_bytes_cstr(task->name);
    reeve_move(intent->fingerprint.bytes, reeve_engine_job_fingerprint(e, job),
               sizeof intent->fingerprint.bytes);
    intent->job_digest = job->job_digest;
    intent->not_after_unix_ms = job->not_after_unix_ms;
    reeve_engine_job_approvers(job, approvers, &intent->approved_by);
    intent->started_unix_ms = job->started_unix_ms;
    intent->has_input = true;
    intent->input = job->input_commitment;
    intent->has_input_salt = true;
    intent->input_salt = job->input_salt;
    intent->binding = reeve_bytes_cstr(reeve_engine_binding_name(task->binding));
    return reeve_engine_append(e, &record, &job->intent_lsn);
}

static enum reeve_status intend(struct reeve_engine *e, struct reeve_engine_job *job)
{
    job->input_salt = reeve_random_id(e->random);
    job->input_commitment = reeve_audit_commit(job->input_salt, job->input, job->input);
    job->has_commitment = true;
    job->started_unix_ms = reeve_engine_unix_ms(e);
    REEVE_TRY(append_intent(e, job));
    if (job->sequence > e->dispatch_mark) {
        e->dispatch_mark = job->sequence;
    }
    dequeue(e, job);
    reeve_engine_job_move(e, job, REEVE_JOB_INTENT_SYNC);
    reeve_list_push_back(&e->intents, &job->queue);
    return REEVE_OK;
}

/* OK: the job is on its way; else it stays where it was. */
static enum reeve_status begin(struct reeve_engine *e, struct reeve_engine_job *job)
{
    if (reeve_engine_job_task(e, job)->idempotency == REEVE_NOT_IDEMPOTENT) {
        return intend(e, job);
    }
    dequeue(e, job);
    start(e, job);
    return REEVE_OK;
}

/* Of the tasks that have a turn, the one whose first job is the most urgent; the first of them. */
static struct reeve_engine_task *most_urgent(const struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->turns);
    struct reeve_engine_task *best = REEVE_OWNER(node, struct reeve_engine_task, turn);
    while ((node = reeve_list_next(&e->turns, node)) != NULL) {
        struct reeve_engine_task *t = REEVE_OWNER(node, struct reeve_engine_task, turn);
        if (reeve_engine_next_of(t)->priority > reeve_engine_next_of(best)->priority) {
            best = t;
        }
    }
    return best;
}

void reeve_engine_schedule(struct reeve_engine *e)
{
    if (!reeve_engine_lease_holds(e) || e->drain.active || e->appends.failed) {
        return;
    }
    while (!reeve_list_empty(&e->turns) && e->jobs_begun < e->limits.max_running) {
        struct reeve_engine_task *t = most_urgent(e);
        if (begin(e, reeve_engine_next_of(t)) != REEVE_OK) {
            reeve_engine_retry_later(e);
            return;
        }
        reeve_list_remove(&e->turns, &t->turn);
        reeve_engine_task_turn(e, t);
    }
}

/* An intent is the start: the session may be gone, or the worker about to stop, as they may while a
 * job runs. Only time can be over: its own, or the lease that the session had. */
static bool is_late(const struct reeve_engine *e, const struct reeve_engine_job *job)
{
    bool leased = job->forsaken ? e->now.boot_ms <= job->start_by_ms : reeve_engine_lease_holds(e);
    return !leased || e->now.boot_ms >= job->deadline_ms;
}

/* The intent is on disk. Whatever happens from here on, the job has an outcome. */
static void intent_synced(struct reeve_engine *e, struct reeve_engine_job *job)
{
    if (job->cancel == REEVE_CANCEL_REQUESTED) {
        reeve_engine_job_end(e, job, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_NONE,
                             REEVE_REASON_CANCEL_REQUESTED);
        return;
    }
    if (is_late(e, job)) {
        reeve_engine_job_end(e, job, REEVE_OUTCOME_REJECTED, REEVE_EFFECT_NONE,
                             REEVE_REASON_EXPIRED);
        return;
    }
    reeve_list_remove(&e->intents, &job->queue);
    start(e, job);
}

void reeve_engine_intents_synced(struct reeve_engine *e)
{
    while (!reeve_list_empty(&e->intents)) {
        struct reeve_engine_job *job =
            REEVE_OWNER(reeve_list_front(&e->intents), struct reeve_engine_job, queue);
        if (job->intent_lsn > e->appends.synced_lsn) {
            return;
        }
        intent_synced(e, job);
    }
}

void reeve_engine_intents_forsake(struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->intents);
    for (; node; node = reeve_list_next(&e->intents, node)) {
        struct reeve_engine_job *job = REEVE_OWNER(node, struct reeve_engine_job, queue);
        if (!job->forsaken) {
            job->forsaken = true;
            job->start_by_ms = e->session.lease_base_ms + e->session.lease_ms;
        }
    }
}

/* ---- cancel, deadlines ---- */

static enum reeve_effect effect_without_word(const struct reeve_engine *e,
                                             const struct reeve_engine_job *job)
{
    bool harmless = reeve_engine_job_task(e, job)->idempotency == REEVE_NO_SIDE_EFFECTS;
    return harmless ? REEVE_EFFECT_NONE : REEVE_EFFECT_MAYBE;
}

void reeve_engine_ask_runner(struct reeve_engine *e, struct reeve_engine_job *job,
                             enum reeve_cancel_why why)
{
    if (job->cancel != 0) {
        return;
    }
    job->cancel = (uint8_t)why;
    reeve_deadlines_set(&e->timers, &job->timer, e->now.boot_ms + e->limits.cancel_grace_ms);
    if (!reeve_list_linked(&job->action)) {
        job->cancel_listed = true;
        reeve_list_push_back(&e->cancels, &job->action);
    }
}

void reeve_engine_job_cancel(struct reeve_engine *e, struct reeve_engine_job *job,
                             enum reeve_cancel_why why)
{
    if (job->state == REEVE_JOB_QUEUED) {
        reeve_engine_job_end(e, job, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_NONE,
                             REEVE_REASON_CANCEL_REQUESTED);
        return;
    }
    if (job->state == REEVE_JOB_INTENT_SYNC) {
        job->cancel = (uint8_t)why;
        return;
    }
    if (job->state == REEVE_JOB_RUNNING) {
        reeve_engine_ask_runner(e, job, why);
    }
}

void reeve_engine_cancel(struct reeve_engine *e, const struct reeve_cancel *cancel)
{
    struct reeve_engine_job *job = reeve_map_get(e->jobs_by_id, reeve_id_view(&cancel->job_id));
    if (job) {
        reeve_engine_job_cancel(e, job, REEVE_CANCEL_REQUESTED);
    }
}

/* The runner was asked to stop and says nothing: the job ends without its word. */
static void abandon(struct reeve_engine *e, struct reeve_engine_job *job)
{
    bool late = job->cancel == REEVE_CANCEL_DEADLINE;
    if (job->stream && job->stream->refused != 0) {
        reeve_engine_job_end(e, job, REEVE_OUTCOME_FAILED, effect_without_word(e, job),
                             (enum reeve_reason)job->stream->refused);
        return;
    }
    reeve_engine_job_end(e, job, late ? REEVE_OUTCOME_TIMED_OUT : REEVE_OUTCOME_CANCELLED,
                         effect_without_word(e, job),
                         late ? REEVE_REASON_DEADLINE : REEVE_REASON_CANCEL_REQUESTED);
}

static void job_timer(struct reeve_engine *e, struct reeve_engine_job *job)
{
    reeve_deadlines_cancel(&e->timers, &job->timer);
    if (job->state == REEVE_JOB_QUEUED) {
        reeve_engine_job_end(e, job, REEVE_OUTCOME_REJECTED, REEVE_EFFECT_NONE,
                             REEVE_REASON_EXPIRED);
        return;
    }
    if (job->state != REEVE_JOB_RUNNING) {
        return;
    }
    if (job->cancel == 0) {
        reeve_engine_ask_runner(e, job, REEVE_CANCEL_DEADLINE);
        return;
    }
    abandon(e, job);
}

void reeve_engine_job_timers(struct reeve_engine *e)
{
    for (;;) {
        struct reeve_deadline *timer = reeve_deadlines_first(&e->timers);
        if (!timer || timer->at_ms > e->now.boot_ms || e->appends.failed) {
            return;
        }
        job_timer(e, REEVE_OWNER(timer, struct reeve_engine_job, timer));
    }
}

/* The list of unstarted jobs and, as a rule, the recalled numbers rise: one pass over both. A list
 * that falls back starts the pass anew. */
void reeve_engine_recall(struct reeve_engine *e, const struct reeve_recall *recall)
{
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    uint64_t last = 0;
    for (size_t i = 0; i < recall->sequences.count; i++) {
        uint64_t sequence = recall->sequences.items[i];
        if (sequence < last) {
            node = reeve_list_front(&e->unstarted);
        }
        last = sequence;
        while (node && REEVE_OWNER(node, struct reeve_engine_job, unstarted)->sequence < sequence) {
            node = reeve_list_next(&e->unstarted, node);
        }
        if (!node || REEVE_OWNER(node, struct reeve_engine_job, unstarted)->sequence != sequence ||
            !reeve_engine_recalled(e, sequence)) {
            continue;
        }
        struct reeve_engine_job *job = REEVE_OWNER(node, struct reeve_engine_job, unstarted);
        node = reeve_list_next(&e->unstarted, node);
        reeve_engine_job_forget(e, job);
    }
}

/* ---- actions ---- */

static void fill_start(const struct reeve_engine *e, const struct reeve_engine_job *job,
                       struct reeve_engine_start_job *start)
{
    start->handle = job->handle;
    start->task = reeve_engine_job_task(e, job);
    start->task_index = job->task_index;
    start->input = job->input;
    start->traceparent = job->traceparent;
    start->job_id = job->job_id;
    start->plan_id = job->plan_id;
    start->attempt = job->attempt;
    start->deadline_ms = job->deadline_ms;
    start->max_output_bytes = e->limits.max_output_bytes;
    const uint64_t others[] = {start->task->max_result_bytes, e->peer_max_result_bytes};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i] > 0 && others[i] < start->max_output_bytes) {
            start->max_output_bytes = others[i];
        }
    }
}

static struct reeve_engine_job *pop_action(struct reeve_list *list)
{
    struct reeve_list_node *node = reeve_list_pop_front(list);
    return node ? REEVE_OWNER(node, struct reeve_engine_job, action) : NULL;
}

bool reeve_engine_starts_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    struct reeve_engine_job *job = pop_action(&e->starts);
    if (job) {
        job->start_given = true;
        out->type = REEVE_ACTION_START_JOB;
        fill_start(e, job, &out->u.start);
        if (job->cancel != 0) {
            job->cancel_listed = true;
            reeve_list_push_back(&e->cancels, &job->action);
        }
        return true;
    }
    job = pop_action(&e->cancels);
    if (!job) {
        return false;
    }
    out->type = REEVE_ACTION_CANCEL_JOB;
    out->u.cancel.handle = job->handle;
    out->u.cancel.why = (enum reeve_cancel_why)job->cancel;
    return true;
}
