/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's journal: an append-only log in segments, on one disk, of one process.
 *
 * What was appended is durable once on_synced() named its lsn (P4). Appending never waits for the
 * disk: records gather in memory while the journal's thread writes and syncs the batch before them,
 * and leave together afterwards (group commit). The journal knows nothing of a record but its type
 * byte and its bytes; docs/reference/journal.md has the exact format.
 *
 *   reeve_journal_open(&options, &journal, &problem);
 *   reeve_journal_replay(journal, visit, ctx, &problem);     // once, before the first append
 *   reeve_journal_append(journal, type, bytes, &lsn); …
 *   reeve_journal_commit(journal, now_ms);                   // on_synced(ctx, lsn, OK) follows
 *   reeve_journal_close(journal);
 *
 * Numbers: the records of a journal have consecutive sequence numbers from 1 (lsn). A segment's
 * head, which the caller supplies, has none of its own: it is shown with that of the record behind
 * it.
 *
 * Threads: all functions are called by one thread, the owner's; on_synced() is called by the
 * journal's thread (or by reeve_journal_step(), where there is none).
 *
 * When the disk fails, the journal has failed for good: on_synced() says so once, append and commit
 * return CLOSED, and a new open finds what really is on the disk. */
#ifndef REEVE_AGENT_JOURNAL_JOURNAL_H
#define REEVE_AGENT_JOURNAL_JOURNAL_H

#include "agent/base/alloc.h"
#include "agent/base/buffer.h"
#include "agent/base/bytes.h"
#include "agent/base/random.h"
#include "agent/journal/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_journal;

enum {
    REEVE_JOURNAL_FORMAT = 1,
    /* A segment's head: the first record of each segment, never appended by itself. */
    REEVE_JOURNAL_HEAD_TYPE = 1,
    /* The longest record. */
    REEVE_JOURNAL_RECORD_MAX = 16 * 1024 * 1024,
};

/* Why opening, replaying or reading failed, for people: the file, the cause, the next step. Empty
 * when there is nothing to say. */
struct reeve_journal_problem {
    char text[512];
};

/* A segment that is about to begin. */
struct reeve_journal_segment {
    struct reeve_id journal_id;
    uint64_t number;    /* from 1 */
    uint64_t first_lsn; /* of the record behind the head */
};

/* Zero means the default. Strings, storage, allocator and random must outlive the journal. */
struct reeve_journal_options {
    const char *directory;               /* ignored when `storage` is given */
    const struct reeve_storage *storage; /* NULL: the operating system's files */
    uint64_t max_bytes;                  /* all segments together, preallocation included; 1 GiB */
    /* A segment is left for the next at the commit that finds it this long; 16 MiB, and at most an
     * eighth of max_bytes. */
    uint64_t segment_bytes;
    /* The part of max_bytes that records of `limited_types` may not use, so that what ends a job,
     * acknowledges or audits still fits when the journal is full; an eighth of max_bytes. */
    uint64_t reserve_bytes;
    /* Bit n set: type n may not use the reserve. 0: JobIntent (type 4) alone. */
    uint64_t limited_types;
    /* Bytes that wait in memory for the disk; 64 MiB, 256 MiB at most. */
    size_t max_pending_bytes;
    /* Writes the head record (reeve.v1.JournalOpened) of a new segment to `out`. Called by the
     * owner's thread, in _open for a new journal and in _commit before a new segment, when the
     * caller has handed over every record that its state reflects; must not call the journal. NULL:
     * an empty head. */
    enum reeve_status (*head)(void *ctx, const struct reeve_journal_segment *segment,
                              struct reeve_buffer *out);
    /* `lsn` and everything before it is durable (OK), or the journal failed and nothing after `lsn`
     * may be believed (IO, DISK_FULL, …; the last call). May be called again with the same lsn.
     * NULL: nobody is told. */
    void (*on_synced)(void *ctx, uint64_t lsn, enum reeve_status status);
    void *ctx; /* for both */
    /* No thread: the work is done by reeve_journal_step(), for simulations. */
    bool manual;
    const struct reeve_random *random; /* mints the journal_id; NULL: the system's */
    const struct reeve_allocator *allocator;
};

/* Opens or creates the journal, takes the lock, and repairs what a crash tore at its very end.
 * INVALID: an option. LOCKED: another process has it open. CORRUPT: damaged in a place that a crash
 * cannot explain; nothing was changed. VERSION: written by a newer reeve. IO, DISK_FULL,
 * PERMISSION, NOT_FOUND, NO_MEMORY. `problem` may be NULL; *out is NULL unless OK. */
enum reeve_status reeve_journal_open(const struct reeve_journal_options *options,
                                     struct reeve_journal **out,
                                     struct reeve_journal_problem *problem) REEVE_MUST_CHECK;

/* One record of the journal; `bytes` are borrowed for the call. A status other than OK ends the
 * walk, which returns it. */
struct reeve_journal_record_view {
    uint8_t type;
    uint64_t lsn;
    uint64_t segment;
    uint64_t offset; /* of the record in its segment's file */
    struct reeve_bytes bytes;
};
typedef enum reeve_status (*reeve_journal_visit)(void *ctx,
                                                 const struct reeve_journal_record_view *record);

/* Shows every record that the journal held when it was opened, oldest first, heads included.
 * CORRUPT as above. STATE: something was appended already. IO, NO_MEMORY, or the visitor's. */
enum reeve_status reeve_journal_replay(struct reeve_journal *j, reeve_journal_visit visit,
                                       void *ctx,
                                       struct reeve_journal_problem *problem) REEVE_MUST_CHECK;

/* Copies a record into the pending batch and gives it its number. LIMIT: max_bytes (less the
 * reserve, for limited types) or max_pending_bytes would be passed. TOO_LARGE: over
 * REEVE_JOURNAL_RECORD_MAX. INVALID: type 0 or the head's. NO_MEMORY. CLOSED: the journal failed.
 * Nothing is appended unless OK. */
enum reeve_status reeve_journal_append(struct reeve_journal *j, uint8_t type,
                                       struct reeve_bytes bytes, uint64_t *lsn) REEVE_MUST_CHECK;

/* Asks for one write and sync of all that is pending; begins a new segment when it is time. Returns
 * at once. NO_MEMORY or the status of head(): no new segment could be begun, the pending records
 * are written nevertheless. CLOSED: the journal failed. */
enum reeve_status reeve_journal_commit(struct reeve_journal *j, uint64_t now_ms) REEVE_MUST_CHECK;

/* The records below `lsn` are not needed any more: segments that hold no others are removed, once
 * everything that was appended before this call is durable. The caller appends what is still live
 * of the older ones again first. Never removes the newest segment. */
void reeve_journal_trim(struct reeve_journal *j, uint64_t lsn);

/* Without a thread: does what the thread would do next. False when there is nothing to do. */
bool reeve_journal_step(struct reeve_journal *j);

struct reeve_journal_stats {
    struct reeve_id journal_id;
    uint64_t bytes;           /* on disk and pending */
    uint64_t free_bytes;      /* what records of limited types may still use */
    uint64_t max_bytes;       /* as configured */
    uint64_t segments;        /* files */
    uint64_t first_lsn;       /* of the oldest segment */
    uint64_t next_lsn;        /* the next append gets it */
    uint64_t synced_lsn;      /* 0: none */
    uint64_t syncs;           /* of record batches, since open */
    uint64_t unsynced_ms;     /* age of the oldest commit that is not durable yet; 0: none */
    uint64_t torn_bytes;      /* dropped from the end by open */
    bool created;             /* by this open */
    enum reeve_status status; /* OK, or why the journal failed */
};
struct reeve_journal_stats reeve_journal_stat(struct reeve_journal *j, uint64_t now_ms);

/* Writes and syncs what is pending (on_synced is called), ends the thread, gives the lock back,
 * frees. Returns the journal's last status. NULL is fine. */
enum reeve_status reeve_journal_close(struct reeve_journal *j);

#ifdef __cplusplus
}
#endif
#endif
