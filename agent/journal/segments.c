/* SPDX-License-Identifier: Apache-2.0 */
/* The list of segments, found on the storage or kept as the journal grows. */
#include "agent/journal/segments.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/buffer.h"
#include "agent/journal/problem.h"
#include "agent/journal/scan.h"

#define PREFIX "segment-"
#define SUFFIX ".log"
#define TEMPORARY ".tmp"

void reeve_segment_name(uint64_t number, bool temporary, char out[REEVE_SEGMENT_NAME_SIZE])
{
    /* 8 + 20 + 4 + 4 characters at most. */
    enum reeve_status status =
        reeve_format(out, REEVE_SEGMENT_NAME_SIZE, PREFIX "%010" PRIu64 SUFFIX "%s", number,
                     temporary ? TEMPORARY : "");
    (void)status;
}

/* The digits behind the prefix; 0 when there are none or too many. */
static uint64_t parse_number(struct reeve_bytes digits)
{
    uint64_t number = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint8_t c = digits.data[i];
        if (c < '0' || c > '9' || number > (UINT64_MAX - 9) / 10) {
            return number;
        }
        number = number * 10 + (uint64_t)(c - '0');
    }
    return number;
}

bool reeve_segment_name_parse(const char *name, uint64_t *number, bool *temporary)
{
    struct reeve_bytes text = reeve_bytes_cstr(name);
    struct reeve_bytes prefix = reeve_bytes_cstr(PREFIX);
    if (!reeve_bytes_starts_with(text, prefix)) {
        return false;
    }
    *number = parse_number(reeve_bytes_slice(text, prefix.len, SIZE_MAX));
    *temporary = reeve_bytes_contains_cstr(text, TEMPORARY);
    char canonical[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(*number, *temporary, canonical);
    return *number != 0 && reeve_bytes_equal_cstr(text, canonical);
}

void reeve_segments_init(struct reeve_segments *s, const struct reeve_allocator *allocator)
{
    reeve_zero(s, sizeof(*s));
    s->allocator = allocator;
}

void reeve_segments_clear(struct reeve_segments *s)
{
    reeve_free(s->allocator, s->entries, s->capacity * sizeof(*s->entries));
    reeve_segments_init(s, s->allocator);
}

enum reeve_status reeve_segments_reserve(struct reeve_segments *s, size_t more)
{
    if (more <= s->capacity - s->count) {
        return REEVE_OK;
    }
    size_t capacity = (s->count + more) * 2;
    void *entries = s->entries;
    REEVE_TRY(
        reeve_realloc_array(s->allocator, &entries, s->capacity, capacity, sizeof(*s->entries)));
    s->entries = entries;
    s->capacity = capacity;
    return REEVE_OK;
}

void reeve_segments_push(struct reeve_segments *s, struct reeve_segment_entry entry)
{
    s->entries[s->count++] = entry;
}

void reeve_segments_pop_front(struct reeve_segments *s)
{
    s->count--;
    reeve_move(s->entries, s->entries + 1, s->count * sizeof(*s->entries));
}

/* What list() shows, gathered: half-made files are numbered too, for their removal. */
struct listing {
    struct reeve_segments *segments;
    struct reeve_segments *temporaries;
    enum reeve_status status;
};

static void gather(void *ctx, const char *name)
{
    struct listing *l = ctx;
    struct reeve_segment_entry entry = {0, 0, 0};
    bool temporary = false;
    if (l->status != REEVE_OK || !reeve_segment_name_parse(name, &entry.number, &temporary)) {
        return;
    }
    struct reeve_segments *into = temporary ? l->temporaries : l->segments;
    l->status = reeve_segments_reserve(into, 1);
    if (l->status == REEVE_OK) {
        reeve_segments_push(into, entry);
    }
}

static int by_number(const void *a, const void *b)
{
    uint64_t first = ((const struct reeve_segment_entry *)a)->number;
    uint64_t second = ((const struct reeve_segment_entry *)b)->number;
    return (first > second) - (first < second);
}

static enum reeve_status remove_temporaries(const struct reeve_storage *storage,
                                            const struct reeve_segments *temporaries)
{
    for (size_t i = 0; i < temporaries->count; i++) {
        char name[REEVE_SEGMENT_NAME_SIZE];
        reeve_segment_name(temporaries->entries[i].number, true, name);
        REEVE_TRY(storage->remove(storage->ctx, name));
    }
    return REEVE_OK;
}

static enum reeve_status find_files(struct reeve_segments *s, const struct reeve_storage *storage,
                                    bool repair)
{
    struct reeve_segments temporaries;
    reeve_segments_init(&temporaries, s->allocator);
    struct listing listing = {s, &temporaries, REEVE_OK};
    enum reeve_status status = storage->list(storage->ctx, gather, &listing);
    if (status == REEVE_OK) {
        status = listing.status;
    }
    if (status == REEVE_OK && repair) {
        status = remove_temporaries(storage, &temporaries);
    }
    reeve_segments_clear(&temporaries);
    if (s->count > 1) {
        qsort(s->entries, s->count, sizeof(*s->entries), by_number);
    }
    return status;
}

/* Reads a segment's header and size. TRUNCATED when it is shorter than a header. */
static enum reeve_status read_header(const struct reeve_storage *storage,
                                     struct reeve_segment_entry *entry,
                                     struct reeve_journal_segment *segment)
{
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(entry->number, false, name);
    struct reeve_storage_file *file = NULL;
    REEVE_TRY(storage->open(storage->ctx, name, false, &file));
    uint8_t header[REEVE_JOURNAL_HEADER_SIZE];
    enum reeve_status status = storage->size(file, &entry->bytes);
    if (status == REEVE_OK) {
        status = storage->read(file, 0, header, sizeof(header));
    }
    storage->close(file);
    if (status == REEVE_TRUNCATED) {
        return REEVE_CORRUPT;
    }
    REEVE_TRY(status);
    uint32_t seed = 0;
    return reeve_journal_header_decode(reeve_bytes_of(header, sizeof(header)), segment, &seed);
}

/* Why a segment with this header cannot stand behind the one before it; NULL: it can. */
static const char *misfit(const struct reeve_segments *s, size_t index,
                          const struct reeve_journal_segment *segment,
                          const struct reeve_id *journal_id)
{
    if (segment->number != s->entries[index].number) {
        return "its header names another segment";
    }
    if (segment->number > REEVE_SEGMENT_COUNT_MAX || segment->first_lsn > REEVE_SEGMENT_COUNT_MAX) {
        return "its header numbers it or its records beyond all bounds";
    }
    if (index == 0) {
        return segment->first_lsn == 0 ? "its header names no first record" : NULL;
    }
    if (segment->number != s->entries[index - 1].number + 1) {
        return "the segment before it is missing";
    }
    if (!reeve_id_equal(segment->journal_id, *journal_id)) {
        return "it belongs to another journal";
    }
    bool rises = segment->first_lsn >= s->entries[index - 1].first_lsn;
    return rises ? NULL : "its records are numbered below those before it";
}

static enum reeve_status check_segment(struct reeve_segments *s, size_t index,
                                       const struct reeve_storage *storage,
                                       struct reeve_id *journal_id,
                                       struct reeve_journal_problem *problem)
{
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(s->entries[index].number, false, name);
    struct reeve_journal_segment segment;
    enum reeve_status status = read_header(storage, &s->entries[index], &segment);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, name, 0, "its header cannot be used");
    }
    const char *cause = misfit(s, index, &segment, journal_id);
    if (cause != NULL) {
        return reeve_journal_problem_set(problem, REEVE_CORRUPT, name, REEVE_JOURNAL_NO_OFFSET,
                                         cause);
    }
    s->entries[index].first_lsn = segment.first_lsn;
    *journal_id = segment.journal_id;
    return REEVE_OK;
}

enum reeve_status reeve_segments_load(struct reeve_segments *s, const struct reeve_storage *storage,
                                      bool repair, struct reeve_id *journal_id,
                                      struct reeve_journal_problem *problem)
{
    reeve_zero(journal_id, sizeof(*journal_id));
    enum reeve_status status = find_files(s, storage, repair);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(problem, status, "journal", REEVE_JOURNAL_NO_OFFSET,
                                         "its directory cannot be listed");
    }
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(check_segment(s, i, storage, journal_id, problem));
    }
    return REEVE_OK;
}

enum reeve_status reeve_segment_read(const struct reeve_storage *storage,
                                     struct reeve_storage_file *file,
                                     const struct reeve_allocator *allocator,
                                     struct reeve_buffer *out)
{
    uint64_t size = 0;
    REEVE_TRY(storage->size(file, &size));
    if (size > REEVE_SEGMENT_FILE_MAX) {
        return REEVE_TOO_LARGE;
    }
    reeve_buffer_init(out, allocator, (size_t)size);
    enum reeve_status status = reeve_buffer_reserve(out, (size_t)size);
    if (status == REEVE_OK) {
        status = storage->read(file, 0, out->data, (size_t)size);
    }
    if (status != REEVE_OK) {
        reeve_buffer_clear(out);
        return status;
    }
    out->len = (size_t)size;
    return REEVE_OK;
}

static enum reeve_status read_by_name(const struct reeve_segment_walk *walk, const char *name,
                                      struct reeve_buffer *image)
{
    struct reeve_storage_file *file = NULL;
    REEVE_TRY(walk->storage->open(walk->storage->ctx, name, false, &file));
    enum reeve_status status = reeve_segment_read(walk->storage, file, walk->allocator, image);
    walk->storage->close(file);
    return status;
}

static enum reeve_status show(struct reeve_segment_walk *walk,
                              const struct reeve_journal_scan *scan,
                              const struct reeve_journal_frame *frame)
{
    walk->records += frame->type != REEVE_JOURNAL_HEAD_TYPE ? 1 : 0;
    bool behind_end = walk->end_lsn != 0 && frame->lsn >= walk->end_lsn;
    if (walk->visit == NULL || (behind_end && frame->type != REEVE_JOURNAL_HEAD_TYPE)) {
        return REEVE_OK;
    }
    struct reeve_journal_record_view view = {frame->type, frame->lsn, scan->segment.number,
                                             scan->record_offset, frame->content};
    return walk->visit(walk->ctx, &view);
}

/* What the end of the walk through a segment means. */
static enum reeve_status judge(struct reeve_segment_walk *walk,
                               const struct reeve_journal_scan *scan,
                               enum reeve_journal_verdict verdict, const char *name,
                               const struct reeve_segment_entry *next)
{
    const char *cause = NULL;
    if (verdict == REEVE_SCAN_DAMAGED) {
        cause = "damaged, with intact records or a newer segment behind the damage,";
    } else if (next != NULL && verdict == REEVE_SCAN_TORN) {
        cause = "damaged, with a newer segment behind the damage,";
    } else if (next != NULL && scan->next_lsn != next->first_lsn) {
        cause = "records are missing at its end,";
    }
    if (cause != NULL) {
        return reeve_journal_problem_set(walk->problem, REEVE_CORRUPT, name, scan->offset, cause);
    }
    walk->end_offset = scan->offset;
    walk->next_lsn = scan->next_lsn;
    walk->torn_bytes = reeve_journal_scan_torn_bytes(scan);
    return REEVE_OK;
}

static enum reeve_status visit_image(struct reeve_segment_walk *walk, struct reeve_bytes image,
                                     const char *name, const struct reeve_segment_entry *next)
{
    struct reeve_journal_scan scan;
    enum reeve_status status = reeve_journal_scan_begin(&scan, image);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(walk->problem, status, name, 0,
                                         "its header cannot be used");
    }
    for (;;) {
        struct reeve_journal_frame frame;
        enum reeve_journal_verdict verdict = reeve_journal_scan_next(&scan, &frame);
        if (verdict != REEVE_SCAN_RECORD) {
            return judge(walk, &scan, verdict, name, next);
        }
        REEVE_TRY(show(walk, &scan, &frame));
    }
}

enum reeve_status reeve_segment_visit(struct reeve_segment_walk *walk,
                                      const struct reeve_segment_entry *entry,
                                      const struct reeve_segment_entry *next)
{
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(entry->number, false, name);
    struct reeve_buffer image;
    enum reeve_status status = read_by_name(walk, name, &image);
    if (status != REEVE_OK) {
        return reeve_journal_problem_set(walk->problem, status, name, REEVE_JOURNAL_NO_OFFSET,
                                         "it cannot be read");
    }
    status = visit_image(walk, reeve_buffer_view(&image), name, next);
    reeve_buffer_clear(&image);
    return status;
}
