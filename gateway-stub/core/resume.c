/* SPDX-License-Identifier: Apache-2.0 */
/* Resume: what a journal still holds. Jobs that it lists stay with it; those that it had and does
 * not list did not start there, if the journal is intact, and go out again. */
#include <stdlib.h>

#include "gateway-stub/core/job.h"
#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/session.h"

/* A job of a non-idempotent task that waits here, while a journal says that it runs it: this store
 * forgot the assignment. Put it on record again; the answer changes nothing. */
static void assign_again(struct reeve_gateway *g, const struct reeve_session *s,
                         const struct reeve_job *job)
{
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_ASSIGN);
    struct reeve_store_assignment *assignment =
        request == NULL ? NULL : reeve_arena_alloc(&request->arena, sizeof(*assignment));
    if (assignment == NULL) {
        reeve_store_request_free(request);
        return;
    }
    assignment->job_id = job->id;
    assignment->attempt = job->attempt;
    request->u.assign = (struct reeve_store_assign){
        .journal_id = s->journal_id, .epoch = s->epoch, .jobs = assignment, .count = 1};
    request->tag = 1; /* not counted as under way */
    reeve_out_store(g, request);
}

static void resume_one(struct reeve_gateway *g, struct reeve_session *s,
                       const struct reeve_resume_entry *entry)
{
    struct reeve_job *job = reeve_job_by_id(g, &entry->job_id);
    if (job == NULL || job->plan->tenant != s->tenant) {
        return; /* ended meanwhile: its outcome becomes a settlement */
    }
    if (entry->attempt <= job->answered_attempt) {
        return; /* its end is on record: it is about to be acknowledged */
    }
    switch (job->phase) {
    case REEVE_PHASE_ORPHANED:
    case REEVE_PHASE_RELEASING:
        if (job->journal != s->journal && !job->idempotent) {
            return;
        }
        reeve_job_adopt(g, s, job, entry);
        return;
    case REEVE_PHASE_HELD:
    case REEVE_PHASE_DELAYED:
    case REEVE_PHASE_DEAD:
    case REEVE_PHASE_READY:
        if (!job->maybe_started && !job->loaded) {
            return; /* no journal was ever given it, whatever this one says */
        }
        reeve_job_adopt(g, s, job, entry);
        if (!job->idempotent) {
            assign_again(g, s, job);
        }
        return;
    case REEVE_PHASE_PENDING:
    case REEVE_PHASE_ASSIGNING:
    case REEVE_PHASE_SENDING:
    case REEVE_PHASE_LEASED:
    case REEVE_PHASE_ENDING:
    case REEVE_PHASE_GONE:
        return;
    }
}

enum reeve_status reeve_session_resume(struct reeve_gateway *g, struct reeve_session *s,
                                       const struct reeve_resume *resume)
{
    s->resume_entries += resume->entries.count;
    for (size_t i = 0; i < resume->entries.count; i++) {
        resume_one(g, s, &resume->entries.items[i]);
    }
    return REEVE_OK;
}

static void not_listed(struct reeve_gateway *g, const struct reeve_session *s,
                       struct reeve_job *job)
{
    /* Readmitted, it is no more intact than before: what it said of a job may lie behind the gap.
     */
    if ((s->rolled_back || s->opened->was_readmitted) && !job->idempotent) {
        reeve_job_end(g, job, REEVE_OUTCOME_UNKNOWN, REEVE_EFFECT_MAYBE, REEVE_REASON_ROLLED_BACK);
        return;
    }
    reeve_job_release(g, job);
}

enum reeve_status reeve_session_resume_done(struct reeve_gateway *g, struct reeve_session *s,
                                            const struct reeve_resume_done *done)
{
    if (done->entries != s->resume_entries) {
        return REEVE_PROTOCOL;
    }
    struct reeve_list_node *n = reeve_list_front(&s->journal->jobs);
    while (n != NULL) {
        struct reeve_list_node *next = reeve_list_next(&s->journal->jobs, n);
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, journal_node);
        if (job->phase == REEVE_PHASE_ORPHANED) {
            not_listed(g, s, job);
        }
        n = next;
    }
    s->state = REEVE_SESSION_STATE_ACTIVE;
    reeve_journal_back(g, s->journal);
    reeve_session_dirty(g, s);
    return REEVE_OK;
}

/* What has not left yet does not leave any more. */
void reeve_session_drain(struct reeve_gateway *g, struct reeve_session *s)
{
    struct reeve_list_node *n = NULL;
    s->draining = true;
    while ((n = reeve_list_front(&s->to_send)) != NULL) {
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, queue_node);
        job->attempt--;
        reeve_job_release(g, job);
    }
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static bool is_listed(const uint64_t *sorted, size_t count, uint64_t sequence)
{
    return bsearch(&sequence, sorted, count, sizeof(*sorted), by_number) != NULL;
}

/* One walk over what the journal has, however long the list is. */
enum reeve_status reeve_session_recalled(struct reeve_gateway *g, struct reeve_session *s,
                                         const struct reeve_recalled *recalled,
                                         struct reeve_arena *arena)
{
    size_t count = recalled->sequences.count;
    s->recalls_open = 0;
    reeve_session_dirty(g, s);
    uint64_t *sorted = reeve_arena_alloc_array(arena, count, sizeof(*sorted));
    if (sorted == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = recalled->sequences.items[i];
    }
    qsort(sorted, count, sizeof(*sorted), by_number);
    struct reeve_list_node *n = reeve_list_front(&s->journal->jobs);
    while (n != NULL) {
        struct reeve_list_node *next = reeve_list_next(&s->journal->jobs, n);
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, journal_node);
        if (job->phase == REEVE_PHASE_LEASED && is_listed(sorted, count, job->sequence)) {
            job->attempt--;
            reeve_job_release(g, job);
        }
        n = next;
    }
    return REEVE_OK;
}
