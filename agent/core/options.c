/* SPDX-License-Identifier: Apache-2.0 */
/* Options and configuration: checked, completed with their defaults, copied. */
#include "agent/core/engine_state.h"
#include "proto/runtime/message.h"

#define STRINGS_MAX 262144u
#define IN_FLIGHT_MAX 1000000u

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value > 0 ? value : fallback;
}

static uint64_t or_default64(uint64_t value, uint64_t fallback)
{
    return value > 0 ? value : fallback;
}

/* Behind fix_limits(). */
static void complete_limits(struct reeve_engine_limits *to, const struct reeve_engine_limits *from)
{
    to->max_input_bytes = or_default64(from->max_input_bytes, 1u << 20);
    to->max_output_bytes = or_default64(from->max_output_bytes, 1u << 20);
    to->max_memory_bytes = or_default64(from->max_memory_bytes, 256u << 20);
    to->max_spool_bytes = from->max_spool_bytes;
    to->window_results = or_default(from->window_results, REEVE_ENGINE_WINDOW_RESULTS);
    to->window_bytes = or_default64(from->window_bytes, REEVE_ENGINE_WINDOW_BYTES);
    to->max_frame_bytes = or_default(from->max_frame_bytes, 4u << 20);
    to->cancel_grace_ms = or_default(from->cancel_grace_ms, 10000);
    to->max_running = or_default(from->max_running, to->max_in_flight);
    if (to->max_running > to->max_in_flight) {
        to->max_running = to->max_in_flight;
    }
    /* One job of the largest kind must always have room. */
    uint64_t least = to->max_input_bytes + to->max_output_bytes + 65536u;
    if (to->max_memory_bytes < least) {
        to->max_memory_bytes = least;
    }
}

static enum reeve_status fix_limits(struct reeve_engine_limits *to,
                                    const struct reeve_engine_limits *from)
{
    to->max_in_flight = or_default(from->max_in_flight, 256);
    if (to->max_in_flight > IN_FLIGHT_MAX || from->max_unsettled > 4u * IN_FLIGHT_MAX) {
        return REEVE_INVALID;
    }
    to->max_unsettled = or_default(from->max_unsettled, 4u * to->max_in_flight);
    to->max_replay_entries = or_default(from->max_replay_entries, 65536);
    return REEVE_OK;
}

static enum reeve_status check(const struct reeve_engine_options *o)
{
    if (!o->tasks || o->tasks->version != REEVE_TABLE_VERSION || !o->policy.trust ||
        !o->audit_key || !o->random || !o->identity || !o->build) {
        return REEVE_INVALID;
    }
    if (o->tasks->count > REEVE_HELLO_TASKS_MAX || o->pools_count > REEVE_HELLO_POOLS_MAX ||
        o->labels_count > REEVE_HELLO_LABELS_MAX || reeve_id_is_zero(o->journal_id)) {
        return REEVE_INVALID;
    }
    return REEVE_OK;
}

static enum reeve_status copy_text(struct reeve_arena *a, const char *from, const char **to)
{
    *to = reeve_arena_strdup(a, reeve_bytes_cstr(from));
    return *to ? REEVE_OK : REEVE_NO_MEMORY;
}

static enum reeve_status copy_view(struct reeve_arena *a, const char *from, struct reeve_bytes *to)
{
    return reeve_arena_dup(a, reeve_bytes_cstr(from), to);
}

static enum reeve_status copy_lists(struct reeve_engine_strings *s,
                                    const struct reeve_engine_options *o)
{
    s->pools = reeve_arena_alloc_array(&s->arena, o->pools_count + 1u, sizeof *s->pools);
    s->labels = reeve_arena_alloc_array(&s->arena, o->labels_count + 1u, sizeof *s->labels);
    if (!s->pools || !s->labels) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < o->pools_count; i++) {
        REEVE_TRY(copy_view(&s->arena, o->pools[i], &s->pools[i]));
    }
    s->pools_count = o->pools_count;
    for (uint32_t i = 0; i < o->labels_count; i++) {
        REEVE_TRY(copy_view(&s->arena, o->labels[i].key, &s->labels[i].key));
        REEVE_TRY(copy_view(&s->arena, o->labels[i].value, &s->labels[i].value));
    }
    s->labels_count = o->labels_count;
    return REEVE_OK;
}

static enum reeve_status copy_strings(struct reeve_engine_strings *s,
                                      const struct reeve_engine_options *o)
{
    REEVE_TRY(copy_text(&s->arena, o->identity, &s->identity));
    REEVE_TRY(copy_text(&s->arena, o->build, &s->build));
    REEVE_TRY(copy_text(&s->arena, o->introduction.scheme, &s->introduction_scheme));
    REEVE_TRY(reeve_arena_dup(&s->arena, o->introduction.signature, &s->introduction_signature));
    REEVE_TRY(
        reeve_arena_dup(&s->arena, o->introduction.certificate, &s->introduction_certificate));
    return copy_lists(s, o);
}

static enum reeve_status make_tasks(struct reeve_engine *e, const struct reeve_task_table *table)
{
    e->table = table;
    e->tasks = reeve_alloc_array(e->allocator, (size_t)table->count + 1, sizeof *e->tasks);
    if (!e->tasks) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        const struct reeve_message *input = table->tasks[i]->input;
        e->tasks[i].task = table->tasks[i];
        e->tasks[i].sensitive_input = input && reeve_message_has_sensitive(input);
        for (uint32_t k = 0; k < REEVE_ENGINE_PRIORITIES; k++) {
            reeve_list_init(&e->tasks[i].waiting[k]);
        }
    }
    return REEVE_OK;
}

/* Cannot fail: pointers and numbers only. */
static bool is_offered(const struct reeve_engine_task *t)
{
    return t->allow && !t->unconfigured;
}

static void take_times(struct reeve_engine *e, const struct reeve_engine_policy *policy)
{
    e->link.backoff.cap_ms = or_default(policy->backoff_cap_ms, 30000);
    e->next.backoff.cap_ms = e->link.backoff.cap_ms;
    e->failed_grace_ms = or_default(policy->failed_grace_ms, 10000);
}

/* True: something that was offered is not any more. */
static bool take_policy(struct reeve_engine *e, const struct reeve_engine_policy *policy)
{
    bool narrower = false;
    e->trust = policy->trust;
    for (uint32_t i = 0; i < e->table->count; i++) {
        struct reeve_engine_task *t = &e->tasks[i];
        bool was_offered = is_offered(t);
        t->allow = reeve_policy_allows(policy->trust, reeve_bytes_cstr(t->task->name));
        t->unconfigured = policy->unconfigured && policy->unconfigured[i];
        narrower = narrower || (was_offered && !is_offered(t));
    }
    complete_limits(&e->limits, &policy->limits);
    take_times(e, policy);
    if (policy->configuration_digest) {
        e->configuration_digest = *policy->configuration_digest;
        e->configuration_due = true;
    }
    return narrower;
}

enum reeve_status reeve_engine_options_copy(struct reeve_engine *e,
                                            const struct reeve_engine_options *o)
{
    REEVE_TRY(check(o));
    reeve_arena_init(&e->strings.arena, e->allocator, STRINGS_MAX, 1024);
    REEVE_TRY(copy_strings(&e->strings, o));
    e->audit_key = o->audit_key;
    e->journal_id = o->journal_id;
    e->boot_id = o->boot_id;
    e->backoff_refused_ms = or_default(o->backoff_refused_ms, 60000);
    e->connect_timeout_ms = or_default(o->connect_timeout_ms, 15000);
    reeve_engine_backoff_init(&e->link.backoff, or_default(o->backoff_base_ms, 200), 0);
    e->next.backoff = e->link.backoff;
    REEVE_TRY(fix_limits(&e->limits, &o->policy.limits));
    REEVE_TRY(make_tasks(e, o->tasks));
    (void)take_policy(e, &o->policy);
    e->plans = reeve_plan_cache_new(e->trust, 0, e->allocator, e->random);
    return e->plans ? REEVE_OK : REEVE_NO_MEMORY;
}

/* What is queued and not allowed any more ends here; what runs, runs. */
static void refuse_queued(struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    while (node) {
        struct reeve_list_node *next = reeve_list_next(&e->unstarted, node);
        struct reeve_engine_job *job = REEVE_OWNER(node, struct reeve_engine_job, unstarted);
        if (!e->tasks[job->task_index].allow) {
            reeve_engine_job_end(e, job, REEVE_OUTCOME_REJECTED, REEVE_EFFECT_NONE,
                                 REEVE_REASON_NOT_ALLOWED);
        }
        node = next;
    }
}

/* There may be a spool now, or another bound of it. */
static void touch_streams(struct reeve_engine *e)
{
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        if (e->slots[i] && e->slots[i]->stream) {
            reeve_engine_spool_touch(e, e->slots[i]->stream);
        }
    }
}

/* What kept it from connecting may be over: whoever corrected the configuration does not wait for
 * it. A gateway that asked for a pause has it. */
static void dial_soon(struct reeve_engine *e)
{
    struct reeve_engine_link *l = &e->link;
    if (l->state != REEVE_LINK_BACKOFF) {
        return;
    }
    reeve_engine_backoff_reset(&l->backoff);
    uint64_t at_ms = e->now.boot_ms + reeve_engine_backoff_next_ms(&l->backoff, e->random);
    at_ms = at_ms > l->not_before_ms ? at_ms : l->not_before_ms;
    l->connect_at_ms = at_ms < l->connect_at_ms ? at_ms : l->connect_at_ms;
}

/* Offers are part of Hello: a new session tells them, and running jobs go on across it. As a rule
 * it takes over from the one that stands. Where something was taken away, that one ends at once,
 * lest the gateway go on giving out what would be refused here. */
void reeve_engine_configure(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    reeve_plan_cache_set_policy(e->plans, event->u.policy->trust);
    bool narrower = take_policy(e, event->u.policy);
    refuse_queued(e);
    touch_streams(e);
    dial_soon(e);
    if (!narrower || !reeve_engine_link_is_up(e) || e->drain.active) {
        reeve_engine_renew(e, event);
        return;
    }
    reeve_engine_takeover_abandon(e); /* its Hello may have said what was before */
    e->link.reconnect_now = true;
    reeve_engine_link_close(e, REEVE_SESSION_RESTARTING, REEVE_OK);
}

void reeve_engine_options_clear(struct reeve_engine *e)
{
    reeve_plan_cache_free(e->plans);
    if (e->tasks) {
        reeve_free(e->allocator, e->tasks, ((size_t)e->table->count + 1) * sizeof *e->tasks);
    }
    if (e->strings.arena.max > 0) {
        reeve_arena_clear(&e->strings.arena);
    }
}
