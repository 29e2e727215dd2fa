/* SPDX-License-Identifier: Apache-2.0 */
/* The segments of a journal, oldest first: their names, what their headers say, and that they
 * follow one another without a gap. */
#ifndef REEVE_AGENT_JOURNAL_SEGMENTS_H
#define REEVE_AGENT_JOURNAL_SEGMENTS_H

#include "agent/base/alloc.h"
#include "agent/journal/format.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    REEVE_SEGMENT_NAME_SIZE = 40,
    /* A file above this is none of ours. */
    REEVE_SEGMENT_FILE_MAX = 1024 * 1024 * 1024,
};

/* No segment has a higher number, no segment's first record a higher lsn: what counts on from there
 * never comes to the end of its type. */
#define REEVE_SEGMENT_COUNT_MAX (UINT64_MAX / 2)

/* "segment-0000000001.log"; a segment that is being made is "….log.tmp". */
void reeve_segment_name(uint64_t number, bool temporary, char out[REEVE_SEGMENT_NAME_SIZE]);
/* False when the name is not exactly one of those two forms. */
bool reeve_segment_name_parse(const char *name, uint64_t *number, bool *temporary);

struct reeve_segment_entry {
    uint64_t number;
    uint64_t first_lsn;
    uint64_t bytes; /* on disk */
};

struct reeve_segments {
    struct reeve_segment_entry *entries;
    size_t count;
    size_t capacity;
    const struct reeve_allocator *allocator;
};

void reeve_segments_init(struct reeve_segments *s, const struct reeve_allocator *allocator);
void reeve_segments_clear(struct reeve_segments *s);
/* Room for `more` entries, so that pushing them cannot fail. NO_MEMORY. */
enum reeve_status reeve_segments_reserve(struct reeve_segments *s, size_t more) REEVE_MUST_CHECK;
void reeve_segments_push(struct reeve_segments *s, struct reeve_segment_entry entry);
void reeve_segments_pop_front(struct reeve_segments *s);

/* Finds the segments on `storage` and checks that numbers, lsns and journal ids agree. With
 * `repair`, removes what a crash left half made. *journal_id is zero when there is none. CORRUPT,
 * VERSION, NO_MEMORY, IO, PERMISSION. */
enum reeve_status reeve_segments_load(struct reeve_segments *s, const struct reeve_storage *storage,
                                      bool repair, struct reeve_id *journal_id,
                                      struct reeve_journal_problem *problem) REEVE_MUST_CHECK;

/* The whole content of a file. `out` is initialised here and the caller's to clear when OK. */
enum reeve_status reeve_segment_read(const struct reeve_storage *storage,
                                     struct reeve_storage_file *file,
                                     const struct reeve_allocator *allocator,
                                     struct reeve_buffer *out) REEVE_MUST_CHECK;

/* A walk over segments: what it is given, and what it found in the last one it visited. */
struct reeve_segment_walk {
    const struct reeve_storage *storage;
    const struct reeve_allocator *allocator;
    reeve_journal_visit visit; /* may be NULL */
    void *ctx;
    uint64_t end_lsn; /* records from here on are not shown; 0: all are */
    struct reeve_journal_problem *problem;

    uint64_t records;    /* heads not counted */
    uint64_t end_offset; /* behind the last intact record */
    uint64_t next_lsn;
    uint64_t torn_bytes;
};

/* Shows every record of one segment. `next` is the entry behind it: a segment that has one must be
 * whole and lead up to it, otherwise CORRUPT. The newest (`next` NULL) may end in a torn batch.
 * CORRUPT, NO_MEMORY, IO, or the visitor's status. */
enum reeve_status reeve_segment_visit(struct reeve_segment_walk *walk,
                                      const struct reeve_segment_entry *entry,
                                      const struct reeve_segment_entry *next) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
