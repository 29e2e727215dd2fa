/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a journal without opening it: for `reeve-agent journal ls|verify`, while the worker runs or
 * after it. Changes nothing and takes no lock; the last records of a running worker may not be
 * whole yet and then count as torn. */
#ifndef REEVE_AGENT_JOURNAL_READER_H
#define REEVE_AGENT_JOURNAL_READER_H

#include "agent/journal/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_journal_report {
    struct reeve_id journal_id;
    uint64_t segments;
    uint64_t records; /* heads not counted */
    uint64_t bytes;   /* of intact segments' headers and records */
    uint64_t first_lsn;
    uint64_t last_lsn;   /* 0: none */
    uint64_t torn_bytes; /* behind the last intact record, not zero: dropped by the next open */
};

/* Walks `directory` (or `storage`, unless NULL), showing each intact record to `visit` (may be
 * NULL), oldest first. *report holds what was found also when CORRUPT ends the walk. NOT_FOUND: no
 * journal there. CORRUPT, VERSION, IO, PERMISSION, NO_MEMORY as reeve_journal_open(), or the
 * visitor's status. `problem` may be NULL. */
enum reeve_status reeve_journal_read(const char *directory, const struct reeve_storage *storage,
                                     const struct reeve_allocator *allocator,
                                     reeve_journal_visit visit, void *ctx,
                                     struct reeve_journal_report *report,
                                     struct reeve_journal_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
