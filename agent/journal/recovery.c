/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what a run before left behind, or a new journal. */
#include "agent/journal/journal_state.h"
#include "agent/journal/problem.h"
#include "agent/journal/scan.h"

enum { HEAD_MAX = 64 * 1024 };

/* Appends the head record, which head() wrote to `head`, behind the header. */
static enum reeve_status add_head(struct reeve_buffer *image, uint32_t seed, uint64_t first_lsn,
                                  struct reeve_bytes head)
{
    uint8_t bytes[REEVE_JOURNAL_FRAME_SIZE];
    struct reeve_journal_frame frame = {REEVE_JOURNAL_HEAD_TYPE, first_lsn, 0, head};
    reeve_journal_frame_encode(seed, &frame, bytes);
    REEVE_TRY(reeve_buffer_append(image, reeve_bytes_of(bytes, sizeof(bytes))));
    return reeve_buffer_append(image, head);
}

enum reeve_status reeve_journal_image(struct reeve_journal *j,
                                      const struct reeve_journal_segment *segment,
                                      struct reeve_buffer *image, uint32_t *seed)
{
    uint8_t header[REEVE_JOURNAL_HEADER_SIZE];
    *seed = reeve_journal_header_encode(segment, header);
    struct reeve_buffer head;
    reeve_buffer_init(&head, j->options.allocator, HEAD_MAX);
    enum reeve_status status = REEVE_OK;
    if (j->options.head != NULL) {
        status = j->options.head(j->options.ctx, segment, &head);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append(image, reeve_bytes_of(header, sizeof(header)));
    }
    if (status == REEVE_OK) {
        status = add_head(image, *seed, segment->first_lsn, reeve_buffer_view(&head));
    }
    reeve_buffer_clear(&head);
    return status;
}

/* A segment's own name comes last: whatever bears one is whole. */
enum reeve_status reeve_journal_make_segment(struct reeve_journal *j, uint64_t number,
                                             struct reeve_bytes image,
                                             struct reeve_storage_file **file)
{
    const struct reeve_storage *storage = j->storage;
    char temporary[REEVE_SEGMENT_NAME_SIZE];
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(number, true, temporary);
    reeve_segment_name(number, false, name);
    struct reeve_storage_file *made = NULL;
    REEVE_TRY(storage->create(storage->ctx, temporary, j->options.segment_bytes, &made));
    enum reeve_status status = storage->write(made, 0, image);
    if (status == REEVE_OK) {
        status = storage->sync(made);
    }
    if (status == REEVE_OK) {
        status = storage->rename(storage->ctx, temporary, name);
    }
    if (status == REEVE_OK) {
        status = storage->sync_dir(storage->ctx);
    }
    if (status != REEVE_OK) {
        storage->close(made);
        return status;
    }
    *file = made;
    return REEVE_OK;
}

static enum reeve_status make_first(struct reeve_journal *j, struct reeve_buffer *image)
{
    struct reeve_journal_segment first = {j->journal_id, 1, 1};
    REEVE_TRY(reeve_segments_reserve(&j->segments, 1));
    REEVE_TRY(reeve_journal_image(j, &first, image, &j->seed));
    REEVE_TRY(reeve_journal_make_segment(j, first.number, reeve_buffer_view(image), &j->file));
    struct reeve_segment_entry entry = {first.number, first.first_lsn, image->len};
    reeve_segments_push(&j->segments, entry);
    j->file_end = image->len;
    j->next_lsn = first.first_lsn;
    j->created = true;
    return REEVE_OK;
}

static enum reeve_status create(struct reeve_journal *j, struct reeve_journal_problem *problem)
{
    j->journal_id = reeve_random_id(j->options.random);
    struct reeve_buffer image;
    reeve_buffer_init(&image, j->options.allocator, SIZE_MAX);
    enum reeve_status status = make_first(j, &image);
    reeve_buffer_clear(&image);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         "a new one cannot be made");
    }
    return REEVE_OK;
}

/* Walks the image to its end. */
static enum reeve_journal_verdict scan_to_end(struct reeve_journal_scan *scan)
{
    struct reeve_journal_frame frame;
    enum reeve_journal_verdict verdict;
    do {
        verdict = reeve_journal_scan_next(scan, &frame);
    } while (verdict == REEVE_SCAN_RECORD);
    return verdict;
}

/* Takes away what a crash left of its last batch, so that it cannot be mistaken for anything once
 * new records stand in front of it. */
static enum reeve_status cut_torn(struct reeve_journal *j, const struct reeve_journal_scan *scan)
{
    j->torn_bytes = reeve_journal_scan_torn_bytes(scan);
    /* Without preallocation: an open must succeed on a full disk too. */
    REEVE_TRY(j->storage->truncate(j->file, scan->offset, 0));
    return j->storage->sync(j->file);
}

static enum reeve_status adopt_tail(struct reeve_journal *j, struct reeve_bytes image,
                                    const char *name, struct reeve_journal_problem *problem)
{
    struct reeve_journal_scan scan;
    enum reeve_status status = reeve_journal_scan_begin(&scan, image);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, name, 0, "its header cannot be used");
    }
    enum reeve_journal_verdict verdict = scan_to_end(&scan);
    if (verdict == REEVE_SCAN_DAMAGED) {
        return reeve_journal_problem_set(problem, REEVE_CORRUPT, name, scan.offset,
                                         "damaged, with intact records behind the damage,");
    }
    if (verdict == REEVE_SCAN_TORN) {
        status = cut_torn(j, &scan);
    }
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, name, scan.offset,
                                         "its torn end cannot be cut off");
    }
    j->seed = scan.seed;
    j->file_end = scan.offset;
    j->next_lsn = scan.next_lsn;
    return REEVE_OK;
}

/* What a run before wrote but did not sync is made durable before anything is built on it, the
 * segment's name too; what its failed sync lost must not be seen. */
static enum reeve_status read_tail(struct reeve_journal *j, const char *name,
                                   struct reeve_buffer *image)
{
    REEVE_TRY(j->storage->open(j->storage->ctx, name, true, &j->file));
    REEVE_TRY(j->storage->sync(j->file));
    REEVE_TRY(j->storage->sync_dir(j->storage->ctx));
    j->storage->forget(j->file);
    return reeve_segment_read(j->storage, j->file, j->options.allocator, image);
}

static enum reeve_status adopt(struct reeve_journal *j, struct reeve_journal_problem *problem)
{
    struct reeve_segment_entry *newest = &j->segments.entries[j->segments.count - 1];
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(newest->number, false, name);
    struct reeve_buffer image;
    enum reeve_status status = read_tail(j, name, &image);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, name, REEVE_JOURNAL_NO_OFFSET,
                                         "it cannot be opened and read");
    }
    status = adopt_tail(j, reeve_buffer_view(&image), name, problem);
    reeve_buffer_clear(&image);
    newest->bytes = j->file_end;
    return status;
}

static void count_bytes(struct reeve_journal *j)
{
    j->tail_bytes = j->file_end;
    j->bytes = 0;
    for (size_t i = 0; i < j->segments.count; i++) {
        j->bytes += j->segments.entries[i].bytes;
    }
}

enum reeve_status reeve_journal_recover(struct reeve_journal *j,
                                        struct reeve_journal_problem *problem)
{
    const struct reeve_storage *storage = j->storage;
    enum reeve_status status = storage->lock(storage->ctx);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         "its directory cannot be locked");
    }
    j->locked = true;
    REEVE_TRY(reeve_segments_load(&j->segments, storage, true, &j->journal_id, problem));
    REEVE_TRY(j->segments.count != 0 ? adopt(j, problem) : create(j, problem));
    j->synced_lsn = j->next_lsn - 1;
    j->replay_end = j->next_lsn;
    count_bytes(j);
    return REEVE_OK;
}
