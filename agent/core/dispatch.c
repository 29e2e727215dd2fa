/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch: the checks of P3, as a table in their order. Each refusal is a REJECTED outcome with a
 * typed reason and an audit record; a gateway that breaks the session's rules ends the session. */
#include "agent/base/hash.h"
#include "agent/core/engine_state.h"

struct request {
    struct reeve_engine *e;
    const struct reeve_dispatch *dispatch;
    struct reeve_job_spec spec;
    bool decoded;
    struct reeve_digest job_digest;
    uint32_t task_index;
    uint8_t version; /* as of struct reeve_engine_job */
    bool known;
    struct reeve_engine_approvals approvals;
};

typedef enum reeve_reason (*check)(struct request *r);

static const struct reeve_engine_task *task_of(const struct request *r)
{
    return &r->e->tasks[r->task_index];
}

static enum reeve_reason check_size(struct request *r)
{
    uint64_t most = r->e->session.max_job_spec_bytes;
    return most > 0 && r->dispatch->job_spec.len > most ? REEVE_REASON_TOO_LARGE
                                                        : REEVE_REASON_UNSPECIFIED;
}

static enum reeve_reason check_form(struct request *r)
{
    enum reeve_status status = reeve_job_spec_decode(r->dispatch->job_spec, &r->spec);
    r->decoded = status == REEVE_OK;
    return r->decoded && r->dispatch->attempt > 0 ? REEVE_REASON_UNSPECIFIED
                                                  : REEVE_REASON_MALFORMED;
}

static enum reeve_reason check_input_size(struct request *r)
{
    return r->spec.input.len > r->e->limits.max_input_bytes ? REEVE_REASON_TOO_LARGE
                                                            : REEVE_REASON_UNSPECIFIED;
}

static enum reeve_reason check_mark(struct request *r)
{
    return r->dispatch->sequence <= r->e->session.replay_mark ? REEVE_REASON_REPLAYED
                                                              : REEVE_REASON_UNSPECIFIED;
}

static enum reeve_reason check_task(struct request *r)
{
    const struct reeve_task_table *table = r->e->table;
    uint32_t low = 0;
    uint32_t high = table->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = reeve_bytes_compare(reeve_bytes_cstr(table->tasks[middle]->name), r->spec.task);
        if (order == 0) {
            r->task_index = middle;
            r->known = true;
            return REEVE_REASON_UNSPECIFIED;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return REEVE_REASON_UNKNOWN_TASK;
}

static enum reeve_reason check_allowed(struct request *r)
{
    const struct reeve_engine_task *t = task_of(r);
    if (!t->allow) {
        return REEVE_REASON_NOT_ALLOWED;
    }
    return t->unconfigured ? REEVE_REASON_NOT_CONFIGURED : REEVE_REASON_UNSPECIFIED;
}

/* The task's own, or one of an older version that the generator proved compatible: its inputs are
 * valid here and mean the same. */
static enum reeve_reason check_fingerprint(struct request *r)
{
    const struct reeve_task *task = task_of(r)->task;
    const struct reeve_bytes wanted = reeve_digest_view(&r->spec.fingerprint);
    if (reeve_bytes_equal(reeve_bytes_of(task->fingerprint, 32), wanted)) {
        return REEVE_REASON_UNSPECIFIED;
    }
    for (uint8_t i = 0; i < task->accepted_count && i < REEVE_ACCEPTED_MAX; i++) {
        if (reeve_bytes_equal(reeve_bytes_of(task->accepted[i], 32), wanted)) {
            r->version = (uint8_t)(i + 1);
            return REEVE_REASON_UNSPECIFIED;
        }
    }
    return REEVE_REASON_FINGERPRINT_MISMATCH;
}

static void take_approvals(struct request *r, const struct reeve_trust_answer *answer)
{
    struct reeve_engine_approvals *a = &r->approvals;
    for (size_t i = 0; i < answer->approver_count && a->count < REEVE_ENGINE_APPROVERS; i++) {
        reeve_key_id(&answer->approvers[i]->key, a->key_ids[a->count]);
        a->views[a->count] = reeve_bytes_of(a->key_ids[a->count], REEVE_KEY_ID_LENGTH);
        a->count++;
    }
}

/* Tenant, audience, time window, approvals: what the trust module knows. */
static enum reeve_reason check_trust(struct request *r)
{
    struct reeve_engine *e = r->e;
    struct reeve_trust_identity identity = {
        .tenant = reeve_bytes_cstr(e->session.tenant),
        .pools = e->session.pools.items,
        .pool_count = e->session.pools.count,
        .journal_id = e->journal_id,
    };
    struct reeve_trust_question question = {
        .job_spec_bytes = r->dispatch->job_spec,
        .spec = &r->spec,
        .plan = r->dispatch->has_plan ? &r->dispatch->plan : NULL,
        .task_approvals = task_of(r)->task->approvals,
        .now_unix_ms = reeve_engine_unix_ms(e),
    };
    struct reeve_trust_answer answer = {0};
    enum reeve_status status =
        reeve_trust_check_job(e->trust, e->plans, &identity, &question, &answer);
    if (status == REEVE_NO_MEMORY) {
        return REEVE_REASON_TOO_LARGE;
    }
    if (status != REEVE_OK) {
        return reeve_reason_of(status);
    }
    take_approvals(r, &answer);
    return REEVE_REASON_UNSPECIFIED;
}

static enum reeve_reason check_time_left(struct request *r)
{
    return r->dispatch->time_left_ms == 0 ? REEVE_REASON_EXPIRED : REEVE_REASON_UNSPECIFIED;
}

static enum reeve_reason check_seen(struct request *r)
{
    if (reeve_map_get(r->e->jobs_by_id, reeve_id_view(&r->spec.job_id))) {
        return REEVE_REASON_REPLAYED;
    }
    bool idempotent = task_of(r)->task->idempotency != REEVE_NOT_IDEMPOTENT;
    return reeve_engine_seen_check(r->e, r->spec.job_id, r->dispatch->attempt, idempotent);
}

static enum reeve_reason check_state(struct request *r)
{
    if (r->e->drain.active) {
        return REEVE_REASON_DRAINING;
    }
    bool idempotent = task_of(r)->task->idempotency != REEVE_NOT_IDEMPOTENT;
    return r->e->rolled_back && !idempotent ? REEVE_REASON_ROLLED_BACK : REEVE_REASON_UNSPECIFIED;
}

static const check checks[] = {
    check_size,        check_form,  check_input_size, check_mark, check_task,  check_allowed,
    check_fingerprint, check_trust, check_time_left,  check_seen, check_state,
};

static enum reeve_reason run_checks(struct request *r)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        enum reeve_reason reason = checks[i](r);
        if (reason != REEVE_REASON_UNSPECIFIED) {
            return reason;
        }
    }
    return REEVE_REASON_UNSPECIFIED;
}

/* A refusal names its job; where no id can be found, the beginning of the bytes' digest stands for
 * it, and the gateway knows it by its sequence. */
static struct reeve_id id_of_undecoded(const struct request *r)
{
    struct reeve_id id;
    if (!reeve_job_spec_find_id(r->dispatch->job_spec, &id)) {
        reeve_move(id.bytes, r->job_digest.bytes, sizeof id.bytes);
    }
    return id;
}

static void describe(const struct request *r, enum reeve_reason reason,
                     struct reeve_engine_end *end)
{
    end->attempt = r->dispatch->attempt;
    end->sequence = r->dispatch->sequence;
    end->job_digest = r->job_digest;
    end->binding = "";
    end->approved_by.items = r->approvals.views;
    end->approved_by.count = r->approvals.count;
    end->status = REEVE_OUTCOME_REJECTED;
    end->effect = REEVE_EFFECT_NONE;
    end->error.reason = reason;
    if (!r->decoded) {
        end->job_id = id_of_undecoded(r);
        return;
    }
    end->job_id = r->spec.job_id;
    end->plan_id = r->spec.plan_id;
    end->task = r->spec.task;
    end->fingerprint = r->spec.fingerprint;
    end->has_input = true;
    end->input = r->spec.input;
    end->sensitive_input = !r->known || task_of(r)->sensitive_input;
    end->not_after_unix_ms = r->spec.not_after_unix_ms;
}

/* A refusal that cannot be recorded is not given: the session ends, and the gateway finds the job
 * absent. */
static void reject(struct request *r, enum reeve_reason reason)
{
    struct reeve_engine *e = r->e;
    struct reeve_engine_end end = {0};
    describe(r, reason, &end);
    enum reeve_status status = reeve_engine_outcome(e, &end);
    if (status != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, status, r->dispatch->sequence);
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, status);
        return;
    }
    reeve_engine_note_job(e, REEVE_NOTE_JOB_REJECTED, end.job_id,
                          r->known ? task_of(r)->task->name : NULL, (uint32_t)reason);
}

static void take(struct request *r)
{
    struct reeve_engine *e = r->e;
    if (e->memory_bytes + r->spec.input.len > e->limits.max_memory_bytes) {
        reject(r, REEVE_REASON_TOO_LARGE);
        return;
    }
    struct reeve_engine_job_request request = {
        .dispatch = r->dispatch,
        .spec = &r->spec,
        .job_digest = r->job_digest,
        .task_index = r->task_index,
        .version = r->version,
        .approvals = &r->approvals,
    };
    struct reeve_engine_job *job = NULL;
    enum reeve_status status = reeve_engine_job_new(e, &request, &job);
    if (status != REEVE_OK) {
        reject(r, status == REEVE_REPLAY_TABLE_FULL ? REEVE_REASON_REPLAY_TABLE_FULL
                                                    : REEVE_REASON_TOO_LARGE);
        return;
    }
    e->accepted++;
    struct reeve_engine_session *s = &e->session;
    if (s->accepted_count < REEVE_ENGINE_ADVISORY) {
        s->accepted[s->accepted_count++] = r->dispatch->sequence;
    }
    reeve_engine_note_job(e, REEVE_NOTE_JOB_ACCEPTED, job->job_id, task_of(r)->task->name, 0);
    reeve_engine_enqueue(e, job);
}

/* Counts and numbers first: they concern the session, not the job. */
static enum reeve_session_code check_session(struct reeve_engine *e,
                                             const struct reeve_dispatch *dispatch)
{
    struct reeve_engine_session *s = &e->session;
    if (s->received == s->granted) {
        return REEVE_SESSION_LIMIT_EXCEEDED;
    }
    s->received++;
    if (dispatch->sequence <= s->replay_mark && dispatch->sequence > 0) {
        return REEVE_SESSION_UNSPECIFIED; /* becomes REJECTED(REPLAYED) */
    }
    if (dispatch->sequence <= s->last_sequence ||
        dispatch->sequence - s->last_sequence > REEVE_ENGINE_LARGEST_STEP) {
        return REEVE_SESSION_SEQUENCE_INVALID;
    }
    s->last_sequence = dispatch->sequence;
    return REEVE_SESSION_UNSPECIFIED;
}

/* This very dispatch still runs here, or its outcome is on its way: that is its one end, and a
 * second word would contradict it. */
static bool is_held(const struct reeve_engine *e, uint64_t sequence)
{
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        if (e->slots[i] && e->slots[i]->sequence == sequence) {
            return true;
        }
    }
    struct reeve_list_node *node = reeve_list_front(&e->chain.entries);
    for (; node; node = reeve_list_next(&e->chain.entries, node)) {
        const struct reeve_chain_entry *entry = REEVE_OWNER(node, struct reeve_chain_entry, node);
        if (entry->is_outcome && entry->dispatch_sequence == sequence) {
            return true;
        }
    }
    return false;
}

void reeve_engine_dispatch(struct reeve_engine *e, const struct reeve_dispatch *dispatch)
{
    enum reeve_session_code code = check_session(e, dispatch);
    if (code != REEVE_SESSION_UNSPECIFIED) {
        reeve_engine_violate(e, code, reeve_session_code_status(code));
        return;
    }
    if (dispatch->sequence <= e->session.replay_mark && is_held(e, dispatch->sequence)) {
        e->frames_ignored++;
        return;
    }
    struct request r = {.e = e, .dispatch = dispatch};
    r.job_digest = reeve_sha256_of(dispatch->job_spec);
    enum reeve_reason reason = run_checks(&r);
    if (reason == REEVE_REASON_DRAINING && reeve_engine_recalled(e, dispatch->sequence)) {
        return; /* somebody else's, without a word in the trail */
    }
    if (reason != REEVE_REASON_UNSPECIFIED) {
        reject(&r, reason);
        return;
    }
    if (dispatch->sequence > e->seen_sequence) {
        e->seen_sequence = dispatch->sequence;
    }
    take(&r);
}
