/* SPDX-License-Identifier: Apache-2.0 */
/* Resume: one snapshot of what is still held, taken when EpochEntered is on disk, then sent in
 * pages. A job that ends while the pages are on their way was listed as RUNNING, and its Outcome
 * follows. */
#include "agent/core/engine_state.h"

/* No intent is on its way to disk any more: each lies in the journal before this session's epoch,
 * and its job runs or has ended. Only a session that took over finds jobs QUEUED: they are with
 * this worker as those that run are. */
static bool is_held(const struct reeve_engine_job *job)
{
    return job && (job->state == REEVE_JOB_QUEUED || job->state == REEVE_JOB_RUNNING ||
                   job->state == REEVE_JOB_DELIVERING || job->state == REEVE_JOB_ENDING);
}

static size_t count_entries(const struct reeve_engine *e)
{
    size_t count = e->chain.outcomes;
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        count += is_held(e->slots[i]) ? 1 : 0;
    }
    return count;
}

static void list_running(const struct reeve_engine *e, struct reeve_engine_session *s)
{
    for (uint32_t i = 0; i < e->limits.max_in_flight; i++) {
        const struct reeve_engine_job *job = e->slots[i];
        if (!is_held(job)) {
            continue;
        }
        s->resume[s->resume_count++] = (struct reeve_resume_entry){
            .job_id = job->job_id,
            .attempt = job->attempt,
            .sequence = job->sequence,
            .state = REEVE_RESUME_RUNNING,
            .next_index = job->stream ? job->stream->acknowledged : 0,
        };
    }
}

static void list_ended(const struct reeve_engine *e, struct reeve_engine_session *s)
{
    struct reeve_list_node *node = reeve_list_front(&e->chain.entries);
    for (; node; node = reeve_list_next(&e->chain.entries, node)) {
        const struct reeve_chain_entry *entry = REEVE_OWNER(node, struct reeve_chain_entry, node);
        if (!entry->is_outcome) {
            continue;
        }
        s->resume[s->resume_count++] = (struct reeve_resume_entry){
            .job_id = entry->job_id,
            .attempt = entry->attempt,
            .sequence = entry->dispatch_sequence,
            .state = REEVE_RESUME_ENDED,
            .next_index = entry->results,
        };
    }
}

void reeve_engine_resume_begin(struct reeve_engine *e)
{
    struct reeve_engine_session *s = &e->session;
    size_t count = count_entries(e);
    s->resume_capacity = count + 1;
    s->resume = reeve_alloc_array(e->allocator, s->resume_capacity, sizeof *s->resume);
    if (!s->resume) {
        reeve_engine_note(e, REEVE_NOTE_MEMORY_SHORT, REEVE_NO_MEMORY, count);
        reeve_engine_link_close(e, REEVE_SESSION_OVERLOADED, REEVE_NO_MEMORY);
        return;
    }
    list_running(e, s);
    list_ended(e, s);
    s->resume_next = 0;
    s->resume_done_due = true;
    if (e->chain.entries.count > 0 && e->checkpoint.bytes.len > 0 &&
        e->checkpoint.countersigned < e->checkpoint.sequence) {
        e->checkpoint.to_send = true;
    }
    reeve_engine_link_move(e, REEVE_LINK_RESUMING);
}

void reeve_engine_resume_clear(struct reeve_engine *e)
{
    struct reeve_engine_session *s = &e->session;
    if (s->resume) {
        reeve_free(e->allocator, s->resume, s->resume_capacity * sizeof *s->resume);
    }
    s->resume = NULL;
    s->resume_count = 0;
    s->resume_next = 0;
}

static enum reeve_status write_pages(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    while (s->resume_next < s->resume_count) {
        size_t left = s->resume_count - s->resume_next;
        size_t count = left < REEVE_RESUME_ENTRIES_MAX ? left : REEVE_RESUME_ENTRIES_MAX;
        struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_RESUME};
        frame.as.resume.entries.items = s->resume + s->resume_next;
        frame.as.resume.entries.count = count;
        REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
        s->resume_next += count;
    }
    return REEVE_OK;
}

enum reeve_status reeve_engine_resume_write(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    REEVE_TRY(write_pages(e, w));
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_RESUME_DONE};
    frame.as.resume_done.entries = s->resume_count;
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    s->resume_done_due = false;
    s->limit_due = true;
    s->heartbeat_due = true;
    s->draining_due = e->drain.active;
    reeve_engine_resume_clear(e);
    reeve_engine_link_move(e, REEVE_LINK_LIVE);
    return REEVE_OK;
}
