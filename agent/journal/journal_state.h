/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a journal, shared by its three parts: opening (recovery.c), the owner's side
 * (journal.c) and the disk's side (writer.c).
 *
 * Records wait in up to two chunks. The first is for the segment that is open; a second appears
 * when _commit decides on a new segment, and takes what is appended from then on. The disk's side
 * takes the first chunk whole, writes and syncs it as one batch, then makes the new segment, then
 * goes on with the second chunk as the first. What happens to them on failure: both are emptied,
 * and nobody was told that they were durable. */
#ifndef REEVE_AGENT_JOURNAL_JOURNAL_STATE_H
#define REEVE_AGENT_JOURNAL_JOURNAL_STATE_H

#include <pthread.h>

#include "agent/base/time.h"
#include "agent/journal/posix_storage.h"
#include "agent/journal/segments.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_journal_chunk {
    struct reeve_buffer bytes; /* framed records */
    uint32_t count;            /* records in `bytes` */
    uint64_t last_lsn;         /* of the last one */
    uint64_t asked_ms;         /* of the first commit that asked for it; REEVE_NEVER_MS: none */
};

struct reeve_journal {
    /* Set by open, then constant. */
    struct reeve_journal_options options; /* with the defaults filled in */
    const struct reeve_storage *storage;
    struct reeve_posix_storage *own_storage; /* NULL: the caller's storage */
    struct reeve_id journal_id;
    uint64_t replay_end; /* the records before this lsn were there at open */
    uint64_t torn_bytes;
    bool created;
    bool locked;
    bool threaded;
    pthread_t thread;

    /* The disk's side alone, once open is through. */
    struct reeve_storage_file *file; /* the newest segment */
    uint64_t file_end;               /* where the next batch goes */
    struct reeve_journal_chunk writing;

    /* Guarded by `lock`. */
    pthread_mutex_t lock;
    pthread_cond_t work;
    bool closing;
    enum reeve_status status; /* OK until the journal fails */
    struct reeve_segments segments;
    struct reeve_journal_chunk chunks[2];
    size_t chunk_count;        /* 1 or 2; appends go to the last */
    uint32_t seed;             /* of the segment that appends go to */
    struct reeve_buffer image; /* header and head of the segment that is to be made */
    struct reeve_journal_segment made;
    uint64_t next_lsn;
    uint64_t synced_lsn;
    uint64_t syncs;
    uint64_t tail_bytes;    /* of the segment that appends go to, pending ones included */
    uint64_t bytes;         /* of all segments, pending records included */
    uint64_t pending_bytes; /* not durable yet */
    uint64_t writing_asked_ms;
    uint64_t trim_lsn;   /* records below are not needed … */
    uint64_t trim_after; /* … once this lsn is durable */
};

/* Header, head and all of a segment that is to be made. The status of head(), or NO_MEMORY. */
enum reeve_status reeve_journal_image(struct reeve_journal *j,
                                      const struct reeve_journal_segment *segment,
                                      struct reeve_buffer *image, uint32_t *seed) REEVE_MUST_CHECK;
/* Makes the segment on disk, durable with its name, and leaves it open in *file. */
enum reeve_status reeve_journal_make_segment(struct reeve_journal *j, uint64_t number,
                                             struct reeve_bytes image,
                                             struct reeve_storage_file **file) REEVE_MUST_CHECK;
/* Finds or creates what is on disk; fills the disk's side, counters and segments. */
enum reeve_status reeve_journal_recover(struct reeve_journal *j,
                                        struct reeve_journal_problem *problem) REEVE_MUST_CHECK;
/* The thread's main function. */
void *reeve_journal_run(void *journal);
/* `j->lock` is held. */
bool reeve_journal_has_work(const struct reeve_journal *j);

#ifdef __cplusplus
}
#endif
#endif
