/* SPDX-License-Identifier: Apache-2.0 */
/* Journals that are away: after grace their idempotent jobs are given out again; the others wait
 * for the journal, and after lost_after end as UNKNOWN. Both outlive the gateway: a start gives
 * every journal that was awaited its grace anew, and counts lost_after on. */
#include "gateway-stub/core/journal.h"

#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/retry.h"

/* Twice what a worker waits at most between two attempts to connect, as it comes. */
#define RETURN_MS 60000u

struct reeve_journal *reeve_journal_by_id(struct reeve_gateway *g, const struct reeve_id *id)
{
    return reeve_map_get(g->journals, reeve_id_view(id));
}

struct reeve_journal *reeve_journal_of(struct reeve_gateway *g, const struct reeve_id *id,
                                       struct reeve_tenant *tenant)
{
    struct reeve_journal *journal = reeve_journal_by_id(g, id);
    if (journal != NULL) {
        return journal;
    }
    journal = reeve_alloc(g->allocator, sizeof(*journal));
    if (journal == NULL) {
        return NULL;
    }
    journal->id = *id;
    journal->tenant = tenant;
    journal->timer = (struct reeve_timer){.due = reeve_journal_due, .owner = journal};
    reeve_list_init(&journal->jobs);
    if (reeve_timers_reserve(&g->boot_timers, 1) != REEVE_OK) {
        reeve_free(g->allocator, journal, sizeof(*journal));
        return NULL;
    }
    if (reeve_map_put(g->journals, reeve_id_view(&journal->id), journal) != REEVE_OK) {
        reeve_timers_unreserve(&g->boot_timers, 1);
        reeve_free(g->allocator, journal, sizeof(*journal));
        return NULL;
    }
    return journal;
}

static void tell_store(struct reeve_gateway *g, struct reeve_journal *journal, bool ended_before)
{
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_CLOSE_SESSION);
    if (request == NULL) {
        return; /* a start of the gateway then waits for it once, no more */
    }
    request->u.close_session = (struct reeve_store_close_session){
        .journal_id = journal->id,
        .epoch = journal->epoch,
        .awaited = journal->awaited,
        .ended_before = ended_before,
    };
    reeve_out_store(g, request);
}

/* A gateway that stops in the grace of a journal must not forget it: leases are in no store, and
 * the next start would give out again what still runs there. */
void reeve_journal_left(struct reeve_gateway *g, struct reeve_journal *journal)
{
    journal->awaited = journal->expected || !reeve_list_empty(&journal->jobs);
    tell_store(g, journal, false);
}

static void await_no_more(struct reeve_gateway *g, struct reeve_journal *journal)
{
    if (journal->awaited) {
        journal->awaited = false;
        tell_store(g, journal, true);
    }
}

void reeve_journal_settle_down(struct reeve_gateway *g, struct reeve_journal *journal)
{
    if (journal->session != NULL || journal->expected || !reeve_list_empty(&journal->jobs)) {
        return;
    }
    await_no_more(g, journal);
    reeve_timer_stop(&g->boot_timers, &journal->timer);
    reeve_timers_unreserve(&g->boot_timers, 1);
    (void)reeve_map_remove(g->journals, reeve_id_view(&journal->id));
    reeve_free(g->allocator, journal, sizeof(*journal));
}

void reeve_journal_away(struct reeve_gateway *g, struct reeve_journal *journal)
{
    journal->session = NULL;
    journal->grace_over = false;
    journal->lost_at_ms = g->now.boot_ms + g->delivery.lost_after_ms;
    reeve_timer_set(&g->boot_timers, &journal->timer, g->now.boot_ms + g->delivery.grace_ms);
}

uint64_t reeve_journal_return_ms(const struct reeve_gateway *g)
{
    return g->delivery.lost_after_ms < RETURN_MS ? g->delivery.lost_after_ms : RETURN_MS;
}

/* What is left of lost_after to a journal that is away since then; all of it where the clock was
 * set back meanwhile. */
static uint64_t left_of_lost_after(const struct reeve_gateway *g, int64_t away_unix_ms)
{
    uint64_t all = g->delivery.lost_after_ms;
    uint64_t least = reeve_journal_return_ms(g);
    uint64_t gone = g->now.unix_ms > away_unix_ms ? (uint64_t)(g->now.unix_ms - away_unix_ms) : 0;
    return gone < all - least ? all - gone : least;
}

void reeve_journal_loaded(struct reeve_gateway *g, struct reeve_journal *journal,
                          const struct reeve_store_journal *stored)
{
    journal->epoch = stored->epoch;
    journal->expected = stored->awaited;
    journal->awaited = stored->awaited;
    reeve_journal_away(g, journal);
    if (stored->away_unix_ms == 0) {
        tell_store(g, journal, true); /* the next start counts from this one */
        return;
    }
    journal->lost_at_ms = g->now.boot_ms + left_of_lost_after(g, stored->away_unix_ms);
}

void reeve_journal_back(struct reeve_gateway *g, struct reeve_journal *journal)
{
    journal->expected = false;
    journal->grace_over = false;
    reeve_timer_stop(&g->boot_timers, &journal->timer);
    reeve_journal_check_held(g);
}

enum reeve_status reeve_journal_release(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_RELEASE);
    if (request == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_store_release *s = &request->u.release;
    s->journal_id = job->journal->id;
    s->jobs = reeve_arena_alloc(&request->arena, sizeof(*s->jobs));
    if (s->jobs == NULL) {
        reeve_store_request_free(request);
        return REEVE_NO_MEMORY;
    }
    s->jobs[0].job_id = job->id;
    s->count = 1;
    reeve_out_store(g, request);
    return REEVE_OK;
}

void reeve_journal_released(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    const struct reeve_store_release *s = &request->u.release;
    for (size_t i = 0; i < s->count; i++) {
        struct reeve_job *job = reeve_job_by_id(g, &s->jobs[i].job_id);
        if (job == NULL || job->phase != REEVE_PHASE_RELEASING) {
            continue;
        }
        if (request->status != REEVE_OK) {
            job->phase = REEVE_PHASE_ORPHANED;
            continue;
        }
        /* It was with this journal alone, which is intact and does not know it. */
        job->maybe_started = job->worst_effect > REEVE_EFFECT_NONE;
        reeve_job_unlink(g, job);
        reeve_job_ready(g, job);
    }
}

/* Goes over the jobs with a cursor that survives their leaving the list. */
static void for_orphans(struct reeve_gateway *g, struct reeve_journal *journal,
                        void (*visit)(struct reeve_gateway *g, struct reeve_job *job,
                                      struct reeve_store_request *lost),
                        struct reeve_store_request *lost)
{
    struct reeve_list_node *n = reeve_list_front(&journal->jobs);
    while (n != NULL) {
        struct reeve_list_node *next = reeve_list_next(&journal->jobs, n);
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, journal_node);
        if (job->phase == REEVE_PHASE_ORPHANED) {
            visit(g, job, lost);
        }
        n = next;
    }
}

static void give_out_again(struct reeve_gateway *g, struct reeve_job *job,
                           struct reeve_store_request *lost)
{
    if (job->idempotent) {
        reeve_retry_lost(g, lost, job);
        reeve_job_unlink(g, job);
        reeve_job_ready(g, job);
    }
}

static void lose(struct reeve_gateway *g, struct reeve_job *job, struct reeve_store_request *lost)
{
    (void)lost; /* its end is on record instead */
    reeve_job_end(g, job, REEVE_OUTCOME_UNKNOWN, REEVE_EFFECT_MAYBE, REEVE_REASON_WORKER_LOST);
}

void reeve_journal_due(void *owner, void *context)
{
    struct reeve_journal *journal = owner;
    struct reeve_gateway *g = context;
    bool was_expected = journal->expected;
    /* Stays while it is visited: leaving jobs would free it. */
    journal->expected = true;
    if (!journal->grace_over) {
        journal->grace_over = true;
        struct reeve_store_request *lost = reeve_retry_begin_lost(g, journal);
        for_orphans(g, journal, give_out_again, lost);
        reeve_retry_end_lost(g, lost);
        await_no_more(g, journal);
        reeve_timer_set(&g->boot_timers, &journal->timer, journal->lost_at_ms);
    } else {
        for_orphans(g, journal, lose, NULL);
    }
    journal->expected = false;
    reeve_journal_settle_down(g, journal);
    if (was_expected) {
        reeve_journal_check_held(g);
    }
}

static bool anybody_expected(struct reeve_gateway *g)
{
    size_t cursor = 0;
    struct reeve_journal *journal = NULL;
    while ((journal = reeve_map_next(g->journals, &cursor)) != NULL) {
        if (journal->expected) {
            return true;
        }
    }
    return false;
}

void reeve_journal_hold_doubtful(struct reeve_gateway *g)
{
    size_t cursor = 0;
    struct reeve_job *job = NULL;
    g->held_over = false;
    while ((job = reeve_map_next(g->jobs, &cursor)) != NULL) {
        reeve_job_doubt(g, job);
    }
}

void reeve_journal_check_held(struct reeve_gateway *g)
{
    if (g->held_over || g->state == REEVE_GATEWAY_STATE_LOADING || anybody_expected(g)) {
        return;
    }
    g->held_over = true;
    size_t cursor = 0;
    struct reeve_job *job = NULL;
    while ((job = reeve_map_next(g->jobs, &cursor)) != NULL) {
        if (job->phase == REEVE_PHASE_HELD) {
            reeve_job_unlink(g, job);
            reeve_job_ready(g, job);
        }
    }
}
