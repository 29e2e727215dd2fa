/* SPDX-License-Identifier: Apache-2.0 */
/* The offline reader: every segment, oldest first, nothing changed. */
#include "agent/journal/reader.h"

#include "agent/journal/posix_storage.h"
#include "agent/journal/problem.h"
#include "agent/journal/segments.h"

static enum reeve_status walk_all(struct reeve_segment_walk *walk, const struct reeve_segments *s,
                                  struct reeve_journal_report *report)
{
    report->first_lsn = s->entries[0].first_lsn;
    for (size_t i = 0; i < s->count; i++) {
        const struct reeve_segment_entry *next = i + 1 < s->count ? &s->entries[i + 1] : NULL;
        enum reeve_status status = reeve_segment_visit(walk, &s->entries[i], next);
        report->records = walk->records;
        REEVE_TRY(status);
        report->segments++;
        report->bytes += walk->end_offset;
        report->last_lsn = walk->next_lsn - 1;
        report->torn_bytes = walk->torn_bytes;
    }
    return REEVE_OK;
}

static enum reeve_status read_from(struct reeve_segment_walk *walk,
                                   struct reeve_journal_report *report)
{
    struct reeve_segments segments;
    reeve_segments_init(&segments, walk->allocator);
    enum reeve_status status =
        reeve_segments_load(&segments, walk->storage, false, &report->journal_id, walk->problem);
    if (status == REEVE_OK && segments.count == 0) {
        status =
            reeve_journal_problem_set(walk->problem, REEVE_NOT_FOUND, "journal",
                                      REEVE_JOURNAL_NO_OFFSET, "there is none in this directory");
    }
    if (status == REEVE_OK) {
        status = walk_all(walk, &segments, report);
    }
    reeve_segments_clear(&segments);
    return status;
}

enum reeve_status reeve_journal_read(const char *directory, const struct reeve_storage *storage,
                                     const struct reeve_allocator *allocator,
                                     reeve_journal_visit visit, void *ctx,
                                     struct reeve_journal_report *report,
                                     struct reeve_journal_problem *problem)
{
    reeve_zero(report, sizeof(*report));
    if (problem != NULL) {
        problem->text[0] = '\0';
    }
    struct reeve_posix_storage *own = NULL;
    if (storage == NULL) {
        enum reeve_status status = reeve_posix_storage_new(allocator, directory, false, &own);
        if (status != REEVE_OK) {
            return reeve_journal_problem_set(problem, status, directory, REEVE_JOURNAL_NO_OFFSET,
                                             "it cannot be opened");
        }
        storage = reeve_posix_storage_interface(own);
    }
    struct reeve_segment_walk walk = {0};
    walk.storage = storage;
    walk.allocator = allocator;
    walk.visit = visit;
    walk.ctx = ctx;
    walk.problem = problem;
    enum reeve_status status = read_from(&walk, report);
    reeve_posix_storage_free(own);
    return status;
}
