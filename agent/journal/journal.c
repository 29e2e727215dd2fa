/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's side: options, append, commit, trim, replay, close. */
#include "agent/journal/journal.h"

#include <signal.h>

#include "agent/journal/journal_state.h"
#include "agent/journal/problem.h"

#define MIB (UINT64_C(1024) * 1024)
#define JOB_INTENT_TYPE 4 /* reeve.v1.JournalRecord.intent */

enum { SMALLEST_SEGMENT = 4096, CHUNK_MAX = 256 * 1024 * 1024 };

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void fill_defaults(struct reeve_journal_options *o)
{
    if (o->max_bytes == 0) {
        o->max_bytes = 1024 * MIB;
    }
    if (o->segment_bytes == 0) {
        o->segment_bytes = smaller(16 * MIB, o->max_bytes / 8);
    }
    if (o->reserve_bytes == 0) {
        o->reserve_bytes = o->max_bytes / 8;
    }
    if (o->limited_types == 0) {
        o->limited_types = UINT64_C(1) << JOB_INTENT_TYPE;
    }
    if (o->max_pending_bytes == 0) {
        o->max_pending_bytes = 64 * MIB;
    }
    if (o->random == NULL) {
        o->random = reeve_random_system();
    }
}

/* What is wrong with the options; NULL: nothing. */
static const char *invalid_option(const struct reeve_journal_options *o)
{
    if (o->storage == NULL && (o->directory == NULL || o->directory[0] == '\0')) {
        return "no directory is named";
    }
    if (o->segment_bytes < SMALLEST_SEGMENT || o->segment_bytes > 512 * MIB) {
        return "a segment must have between 4 KiB and 512 MiB";
    }
    if (o->segment_bytes > o->max_bytes / 8) {
        return "max_bytes must hold eight segments at least";
    }
    if (o->reserve_bytes > o->max_bytes / 2) {
        return "the reserve may be half of max_bytes at most";
    }
    if (o->max_pending_bytes > CHUNK_MAX) {
        return "max_pending_bytes may be 256 MiB at most";
    }
    return NULL;
}

static struct reeve_journal *new_journal(const struct reeve_journal_options *options)
{
    struct reeve_journal *j = reeve_alloc(options->allocator, sizeof(*j));
    if (j == NULL) {
        return NULL;
    }
    j->options = *options;
    j->status = REEVE_OK;
    (void)pthread_mutex_init(&j->lock, NULL);
    (void)pthread_cond_init(&j->work, NULL);
    reeve_segments_init(&j->segments, options->allocator);
    struct reeve_journal_chunk *const chunks[] = {&j->writing, &j->chunks[0], &j->chunks[1]};
    for (size_t i = 0; i < 3; i++) {
        reeve_buffer_init(&chunks[i]->bytes, options->allocator, options->max_pending_bytes);
        chunks[i]->asked_ms = REEVE_NEVER_MS;
    }
    reeve_buffer_init(&j->image, options->allocator, SIZE_MAX);
    j->chunk_count = 1;
    j->writing_asked_ms = REEVE_NEVER_MS;
    return j;
}

static void free_journal(struct reeve_journal *j)
{
    if (j->file != NULL) {
        j->storage->close(j->file);
    }
    if (j->locked) {
        j->storage->unlock(j->storage->ctx);
    }
    reeve_posix_storage_free(j->own_storage);
    reeve_buffer_clear(&j->writing.bytes);
    reeve_buffer_clear(&j->chunks[0].bytes);
    reeve_buffer_clear(&j->chunks[1].bytes);
    reeve_buffer_clear(&j->image);
    reeve_segments_clear(&j->segments);
    (void)pthread_cond_destroy(&j->work);
    (void)pthread_mutex_destroy(&j->lock);
    reeve_free(j->options.allocator, j, sizeof(*j));
}

static enum reeve_status open_storage(struct reeve_journal *j,
                                      struct reeve_journal_problem *problem)
{
    j->storage = j->options.storage;
    if (j->storage != NULL) {
        return REEVE_OK;
    }
    enum reeve_status status =
        reeve_posix_storage_new(j->options.allocator, j->options.directory, true, &j->own_storage);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, j->options.directory,
                                         REEVE_JOURNAL_NO_OFFSET, "it cannot be opened or made");
    }
    j->storage = reeve_posix_storage_interface(j->own_storage);
    return REEVE_OK;
}

static enum reeve_status start_thread(struct reeve_journal *j)
{
    if (j->options.manual) {
        return REEVE_OK;
    }
    /* The process's signals are for its loop: this thread inherits a mask that lets none in. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    j->threaded = pthread_create(&j->thread, NULL, reeve_journal_run, j) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return j->threaded ? REEVE_OK : REEVE_NO_MEMORY;
}

static enum reeve_status bring_up(struct reeve_journal *j, struct reeve_journal_problem *problem)
{
    REEVE_TRY(open_storage(j, problem));
    REEVE_TRY(reeve_journal_recover(j, problem));
    enum reeve_status status = start_thread(j);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         "its thread cannot be started");
    }
    return REEVE_OK;
}

enum reeve_status reeve_journal_open(const struct reeve_journal_options *options,
                                     struct reeve_journal **out,
                                     struct reeve_journal_problem *problem)
{
    *out = NULL;
    if (problem != NULL) {
        problem->text[0] = '\0';
    }
    struct reeve_journal_options filled = *options;
    fill_defaults(&filled);
    const char *invalid = invalid_option(&filled);
    if (invalid != NULL) {
        return reeve_journal_problem_set(problem, REEVE_INVALID, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         invalid);
    }
    struct reeve_journal *j = new_journal(&filled);
    if (j == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = bring_up(j, problem);
    if (status != REEVE_OK) {
        free_journal(j);
        return status;
    }
    *out = j;
    return REEVE_OK;
}

static enum reeve_status replay_all(const struct reeve_segments *segments,
                                    struct reeve_segment_walk *walk)
{
    for (size_t i = 0; i < segments->count; i++) {
        const struct reeve_segment_entry *next =
            i + 1 < segments->count ? &segments->entries[i + 1] : NULL;
        REEVE_TRY(reeve_segment_visit(walk, &segments->entries[i], next));
    }
    return REEVE_OK;
}

static bool untouched(struct reeve_journal *j)
{
    (void)pthread_mutex_lock(&j->lock);
    bool same = j->next_lsn == j->replay_end && j->chunk_count == 1;
    (void)pthread_mutex_unlock(&j->lock);
    return same;
}

/* The disk's side has nothing to do before the first append, so the storage is free to use. */
enum reeve_status reeve_journal_replay(struct reeve_journal *j, reeve_journal_visit visit,
                                       void *ctx, struct reeve_journal_problem *problem)
{
    if (problem != NULL) {
        problem->text[0] = '\0';
    }
    if (!untouched(j)) {
        return reeve_journal_problem_set(problem, REEVE_STATE, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         "records were appended before it was replayed");
    }
    struct reeve_segment_walk walk = {0};
    walk.storage = j->storage;
    walk.allocator = j->options.allocator;
    walk.visit = visit;
    walk.ctx = ctx;
    walk.problem = problem;
    return replay_all(&j->segments, &walk);
}

/* What records may fill. One segment is left for preallocation, and one so that a full journal can
 * still begin a new segment: without it, what stands in the newest could never be trimmed. */
static uint64_t bound_of(const struct reeve_journal *j)
{
    return j->options.max_bytes - 2 * j->options.segment_bytes;
}

static uint64_t limited_bound_of(const struct reeve_journal *j)
{
    return bound_of(j) - j->options.reserve_bytes;
}

static bool fits(const struct reeve_journal *j, uint8_t type, uint64_t size)
{
    bool limited = type < 64 && (j->options.limited_types >> type & 1) != 0;
    uint64_t bound = limited ? limited_bound_of(j) : bound_of(j);
    return j->bytes <= bound && size <= bound - j->bytes &&
           size <= j->options.max_pending_bytes - j->pending_bytes &&
           j->tail_bytes + size <= REEVE_SEGMENT_FILE_MAX;
}

/* Frame and content into the chunk, or nothing. */
static enum reeve_status frame_into(struct reeve_journal_chunk *chunk, uint32_t seed,
                                    const struct reeve_journal_frame *frame)
{
    REEVE_TRY(reeve_buffer_reserve(&chunk->bytes, (size_t)reeve_journal_frame_size(frame)));
    uint8_t bytes[REEVE_JOURNAL_FRAME_SIZE];
    reeve_journal_frame_encode(seed, frame, bytes);
    REEVE_TRY(reeve_buffer_append(&chunk->bytes, reeve_bytes_of(bytes, sizeof(bytes))));
    return reeve_buffer_append(&chunk->bytes, frame->content);
}

static enum reeve_status append_locked(struct reeve_journal *j, uint8_t type,
                                       struct reeve_bytes content)
{
    if (j->status != REEVE_OK) {
        return REEVE_CLOSED;
    }
    struct reeve_journal_chunk *chunk = &j->chunks[j->chunk_count - 1];
    struct reeve_journal_frame frame = {type, j->next_lsn, chunk->count, content};
    uint64_t size = reeve_journal_frame_size(&frame);
    if (!fits(j, type, size)) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(frame_into(chunk, j->seed, &frame));
    chunk->count++;
    chunk->last_lsn = j->next_lsn;
    j->next_lsn++;
    j->tail_bytes += size;
    j->bytes += size;
    j->pending_bytes += size;
    return REEVE_OK;
}

enum reeve_status reeve_journal_append(struct reeve_journal *j, uint8_t type,
                                       struct reeve_bytes bytes, uint64_t *lsn)
{
    if (type == 0 || type == REEVE_JOURNAL_HEAD_TYPE) {
        return REEVE_INVALID;
    }
    if (bytes.len > REEVE_JOURNAL_RECORD_MAX) {
        return REEVE_TOO_LARGE;
    }
    (void)pthread_mutex_lock(&j->lock);
    uint64_t given = j->next_lsn;
    enum reeve_status status = append_locked(j, type, bytes);
    (void)pthread_mutex_unlock(&j->lock);
    if (status == REEVE_OK) {
        *lsn = given;
    }
    return status;
}

/* Whether this commit should begin a new segment; describes it. */
static bool segment_due(struct reeve_journal *j, struct reeve_journal_segment *segment)
{
    bool due = false;
    (void)pthread_mutex_lock(&j->lock);
    if (j->chunk_count == 1 && j->status == REEVE_OK) {
        due = j->tail_bytes >= j->options.segment_bytes;
        segment->journal_id = j->journal_id;
        segment->number = j->segments.entries[j->segments.count - 1].number + 1;
        segment->first_lsn = j->next_lsn;
    }
    (void)pthread_mutex_unlock(&j->lock);
    return due;
}

/* From here on, appends go to the second chunk, which belongs to the new segment. */
static enum reeve_status plan_segment(struct reeve_journal *j,
                                      const struct reeve_journal_segment *segment,
                                      struct reeve_buffer *image, uint32_t seed)
{
    (void)pthread_mutex_lock(&j->lock);
    enum reeve_status status =
        j->status == REEVE_OK ? reeve_segments_reserve(&j->segments, 1) : REEVE_CLOSED;
    if (status == REEVE_OK) {
        reeve_buffer_take(&j->image, image);
        j->made = *segment;
        j->seed = seed;
        j->chunk_count = 2;
        j->tail_bytes = j->image.len;
        j->bytes += j->image.len;
    }
    (void)pthread_mutex_unlock(&j->lock);
    return status;
}

static enum reeve_status begin_segment_if_due(struct reeve_journal *j)
{
    struct reeve_journal_segment segment;
    if (!segment_due(j, &segment)) {
        return REEVE_OK;
    }
    struct reeve_buffer image;
    uint32_t seed = 0;
    reeve_buffer_init(&image, j->options.allocator, SIZE_MAX);
    enum reeve_status status = reeve_journal_image(j, &segment, &image, &seed);
    if (status == REEVE_OK) {
        status = plan_segment(j, &segment, &image, seed);
    }
    reeve_buffer_clear(&image);
    return status;
}

static void ask_for(struct reeve_journal_chunk *chunk, uint64_t now_ms)
{
    if (chunk->count != 0 && chunk->asked_ms == REEVE_NEVER_MS) {
        chunk->asked_ms = now_ms;
    }
}

enum reeve_status reeve_journal_commit(struct reeve_journal *j, uint64_t now_ms)
{
    enum reeve_status status = begin_segment_if_due(j);
    (void)pthread_mutex_lock(&j->lock);
    if (j->status != REEVE_OK) {
        status = REEVE_CLOSED;
    }
    ask_for(&j->chunks[0], now_ms);
    ask_for(&j->chunks[1], now_ms);
    (void)pthread_cond_signal(&j->work);
    (void)pthread_mutex_unlock(&j->lock);
    return status;
}

void reeve_journal_trim(struct reeve_journal *j, uint64_t lsn)
{
    (void)pthread_mutex_lock(&j->lock);
    if (lsn > j->trim_lsn) {
        j->trim_lsn = lsn;
        j->trim_after = j->next_lsn - 1;
        (void)pthread_cond_signal(&j->work);
    }
    (void)pthread_mutex_unlock(&j->lock);
}

static uint64_t age_ms(const struct reeve_journal *j, uint64_t now_ms)
{
    uint64_t oldest =
        smaller(j->writing_asked_ms, smaller(j->chunks[0].asked_ms, j->chunks[1].asked_ms));
    return oldest < now_ms ? now_ms - oldest : 0;
}

struct reeve_journal_stats reeve_journal_stat(struct reeve_journal *j, uint64_t now_ms)
{
    struct reeve_journal_stats stat;
    reeve_zero(&stat, sizeof(stat));
    (void)pthread_mutex_lock(&j->lock);
    uint64_t bound = limited_bound_of(j);
    stat.journal_id = j->journal_id;
    stat.bytes = j->bytes;
    stat.free_bytes = j->bytes < bound ? bound - j->bytes : 0;
    stat.max_bytes = j->options.max_bytes;
    stat.segments = j->segments.count;
    stat.first_lsn = j->segments.entries[0].first_lsn;
    stat.next_lsn = j->next_lsn;
    stat.synced_lsn = j->synced_lsn;
    stat.syncs = j->syncs;
    stat.unsynced_ms = age_ms(j, now_ms);
    stat.torn_bytes = j->torn_bytes;
    stat.created = j->created;
    stat.status = j->status;
    (void)pthread_mutex_unlock(&j->lock);
    return stat;
}

/* Everything that was appended is written, asked for or not. */
static void finish(struct reeve_journal *j)
{
    (void)pthread_mutex_lock(&j->lock);
    j->closing = true;
    ask_for(&j->chunks[0], 0);
    ask_for(&j->chunks[1], 0);
    (void)pthread_cond_signal(&j->work);
    (void)pthread_mutex_unlock(&j->lock);
    if (j->threaded) {
        (void)pthread_join(j->thread, NULL);
        return;
    }
    while (reeve_journal_step(j)) {
    }
}

enum reeve_status reeve_journal_close(struct reeve_journal *j)
{
    if (j == NULL) {
        return REEVE_OK;
    }
    finish(j);
    enum reeve_status status = j->status;
    free_journal(j);
    return status;
}
