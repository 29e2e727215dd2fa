/* SPDX-License-Identifier: Apache-2.0 */
/* The disk's side: one step at a time, each a batch, a new segment, or the removal of an old one.
 * The lock is never held during a disk operation. */
#include "agent/journal/journal_state.h"

static bool batch_wanted(const struct reeve_journal *j)
{
    bool asked = j->chunks[0].asked_ms != REEVE_NEVER_MS;
    return j->chunks[0].count != 0 && (asked || j->chunk_count == 2);
}

static bool trim_due(const struct reeve_journal *j)
{
    return j->segments.count > 1 && j->segments.entries[1].first_lsn <= j->trim_lsn &&
           j->synced_lsn >= j->trim_after;
}

bool reeve_journal_has_work(const struct reeve_journal *j)
{
    return j->status == REEVE_OK && (batch_wanted(j) || j->chunk_count == 2 || trim_due(j));
}

static void empty_chunk(struct reeve_journal_chunk *chunk)
{
    reeve_buffer_clear(&chunk->bytes);
    chunk->count = 0;
    chunk->asked_ms = REEVE_NEVER_MS;
}

/* Nothing is tried again: after a failed write or sync nobody knows what the disk holds. Returns
 * with the lock given back. */
static void fail_unlocking(struct reeve_journal *j, enum reeve_status status)
{
    j->status = status;
    empty_chunk(&j->chunks[0]);
    empty_chunk(&j->chunks[1]);
    j->pending_bytes = 0;
    j->writing_asked_ms = REEVE_NEVER_MS;
    uint64_t synced = j->synced_lsn;
    (void)pthread_mutex_unlock(&j->lock);
    if (j->options.on_synced != NULL) {
        j->options.on_synced(j->options.ctx, synced, status);
    }
}

/* Exchanges the first chunk for the empty one that the disk's side holds. */
static void take_batch(struct reeve_journal *j)
{
    struct reeve_journal_chunk taken = j->chunks[0];
    j->chunks[0] = j->writing;
    j->writing = taken;
    j->writing_asked_ms = taken.asked_ms;
}

/* Memory that an unusual batch needed is given back; that of usual ones is used again. */
static void reset_writing(struct reeve_journal *j)
{
    enum { KEPT = 256 * 1024 };
    if (j->writing.bytes.capacity > KEPT) {
        reeve_buffer_clear(&j->writing.bytes);
    }
    reeve_buffer_reset(&j->writing.bytes);
    j->writing.count = 0;
    j->writing.asked_ms = REEVE_NEVER_MS;
}

static void write_batch(struct reeve_journal *j)
{
    take_batch(j);
    (void)pthread_mutex_unlock(&j->lock);
    struct reeve_bytes bytes = reeve_buffer_view(&j->writing.bytes);
    enum reeve_status status = j->storage->write(j->file, j->file_end, bytes);
    if (status == REEVE_OK) {
        status = j->storage->sync(j->file);
    }
    uint64_t last_lsn = j->writing.last_lsn;
    reset_writing(j);
    (void)pthread_mutex_lock(&j->lock);
    if (status != REEVE_OK) {
        fail_unlocking(j, status);
        return;
    }
    j->file_end += bytes.len;
    j->segments.entries[j->segments.count - 1].bytes = j->file_end;
    j->pending_bytes -= bytes.len;
    j->synced_lsn = last_lsn;
    j->syncs++;
    j->writing_asked_ms = REEVE_NEVER_MS;
    (void)pthread_mutex_unlock(&j->lock);
    if (j->options.on_synced != NULL) {
        j->options.on_synced(j->options.ctx, last_lsn, REEVE_OK);
    }
}

/* The second chunk becomes the first, in the segment that was just made. */
static void enter_segment(struct reeve_journal *j, struct reeve_storage_file *file)
{
    struct reeve_segment_entry entry = {j->made.number, j->made.first_lsn, j->image.len};
    reeve_segments_push(&j->segments, entry); /* _commit reserved the place */
    j->file = file;
    j->file_end = j->image.len;
    reeve_buffer_clear(&j->image);
    struct reeve_journal_chunk first = j->chunks[0];
    j->chunks[0] = j->chunks[1];
    j->chunks[1] = first;
    j->chunk_count = 1;
}

static void begin_segment(struct reeve_journal *j)
{
    (void)pthread_mutex_unlock(&j->lock);
    /* While two chunks are there, the owner touches neither `made` nor `image`. */
    struct reeve_storage_file *file = NULL;
    enum reeve_status status =
        reeve_journal_make_segment(j, j->made.number, reeve_buffer_view(&j->image), &file);
    if (status == REEVE_OK) {
        j->storage->close(j->file);
        j->file = NULL;
    }
    (void)pthread_mutex_lock(&j->lock);
    if (status != REEVE_OK) {
        fail_unlocking(j, status);
        return;
    }
    enter_segment(j, file);
    (void)pthread_mutex_unlock(&j->lock);
}

/* One at a time, each durable before the next: a crash must not leave a gap between two. */
static void remove_oldest(struct reeve_journal *j)
{
    struct reeve_segment_entry oldest = j->segments.entries[0];
    (void)pthread_mutex_unlock(&j->lock);
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(oldest.number, false, name);
    enum reeve_status status = j->storage->remove(j->storage->ctx, name);
    if (status == REEVE_OK) {
        status = j->storage->sync_dir(j->storage->ctx);
    }
    (void)pthread_mutex_lock(&j->lock);
    if (status != REEVE_OK) {
        fail_unlocking(j, status);
        return;
    }
    reeve_segments_pop_front(&j->segments);
    j->bytes -= oldest.bytes;
    uint64_t synced = j->synced_lsn;
    (void)pthread_mutex_unlock(&j->lock);
    if (j->options.on_synced != NULL) {
        j->options.on_synced(j->options.ctx, synced, REEVE_OK); /* there is room again */
    }
}

bool reeve_journal_step(struct reeve_journal *j)
{
    (void)pthread_mutex_lock(&j->lock);
    if (!reeve_journal_has_work(j)) {
        (void)pthread_mutex_unlock(&j->lock);
        return false;
    }
    if (batch_wanted(j)) {
        write_batch(j);
    } else if (j->chunk_count == 2) {
        begin_segment(j);
    } else {
        remove_oldest(j);
    }
    return true;
}

/* False when the journal closes and nothing is left to do. */
static bool wait_for_work(struct reeve_journal *j)
{
    (void)pthread_mutex_lock(&j->lock);
    while (!reeve_journal_has_work(j) && !j->closing) {
        (void)pthread_cond_wait(&j->work, &j->lock);
    }
    bool work = reeve_journal_has_work(j);
    (void)pthread_mutex_unlock(&j->lock);
    return work;
}

void *reeve_journal_run(void *journal)
{
    struct reeve_journal *j = journal;
    while (wait_for_work(j)) {
        (void)reeve_journal_step(j);
    }
    return NULL;
}
