/* SPDX-License-Identifier: Apache-2.0 */
/* A disk in memory for the journal (agent/journal/storage.h) that can lose, tear and fail. It keeps
 * two pictures of itself: what programs see, and what is durable. A crash makes the durable one,
 * with as much of what was not synced as the test says, the only one.
 *
 *   struct reeve_memory_storage disk;
 *   reeve_memory_storage_init(&disk);
 *   … options.storage = &disk.storage …
 *   reeve_memory_storage_crash(&disk, REEVE_CRASH_KEEP_NONE, NULL);
 *   … open again …
 *   reeve_memory_storage_clear(&disk);
 *
 * Not thread-safe beyond what the journal does: one thread at a time. Its own memory comes from the
 * C heap, so that allocation sweeps count the journal's alone. */
#ifndef REEVE_TESTS_SUPPORT_MEMORY_STORAGE_H
#define REEVE_TESTS_SUPPORT_MEMORY_STORAGE_H

#include "agent/base/buffer.h"
#include "agent/base/random.h"
#include "agent/journal/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { REEVE_MEMORY_FILES = 64, REEVE_MEMORY_NAME = 64, REEVE_MEMORY_SECTOR = 512 };

enum reeve_crash {
    REEVE_CRASH_KEEP_ALL,  /* as a killed process leaves it: the page cache lives on */
    REEVE_CRASH_KEEP_NONE, /* as a power cut that lost everything unsynced */
    REEVE_CRASH_TEAR,      /* each unsynced sector and name is kept or lost by `random` */
};

/* The operations that can be made to fail. */
enum reeve_memory_operation {
    REEVE_MEMORY_WRITE,
    REEVE_MEMORY_SYNC,
    REEVE_MEMORY_CREATE,
    REEVE_MEMORY_RENAME,
    REEVE_MEMORY_REMOVE,
    REEVE_MEMORY_SYNC_DIR,
    REEVE_MEMORY_READ,
    REEVE_MEMORY_OPERATIONS,
};

struct reeve_memory_inode {
    struct reeve_buffer seen;
    struct reeve_buffer durable;
    unsigned links; /* names, seen and durable ones, and open handles */
};

struct reeve_memory_entry {
    char name[REEVE_MEMORY_NAME]; /* empty: free */
    struct reeve_memory_inode *inode;
};

struct reeve_memory_storage {
    struct reeve_storage storage;
    struct reeve_memory_entry seen[REEVE_MEMORY_FILES];
    struct reeve_memory_entry durable[REEVE_MEMORY_FILES];
    bool locked;
    bool dead;        /* every operation fails and changes nothing: the process is gone */
    bool sync_loses;  /* a failing sync drops what it was to make durable, as Linux does */
    uint64_t dies_in; /* `dead` from that operation on, from 1, which is not done; 0: never */
    uint64_t dies_at[REEVE_MEMORY_OPERATIONS]; /* the same, of one kind of them */
    bool dies_behind_rename; /* the same, of whatever comes behind the next rename */
    /* Not OK: for good, as a disk that the kernel took away to write to: what would change
     * something fails with this, and does not. What is there can still be read. */
    enum reeve_status broken;
    uint64_t calls[REEVE_MEMORY_OPERATIONS];
    uint64_t fail_at[REEVE_MEMORY_OPERATIONS]; /* the call that fails, from 1; 0: none */
    enum reeve_status fail_with[REEVE_MEMORY_OPERATIONS];
    uint64_t open_files;
};

void reeve_memory_storage_init(struct reeve_memory_storage *m);
void reeve_memory_storage_clear(struct reeve_memory_storage *m);
/* The call after `more` further ones of this operation fails with `status`. */
void reeve_memory_storage_fail(struct reeve_memory_storage *m, enum reeve_memory_operation op,
                               uint64_t more, enum reeve_status status);
/* Every handle must be closed before. Gives the lock back. `random` for TEAR only. */
void reeve_memory_storage_crash(struct reeve_memory_storage *m, enum reeve_crash how,
                                const struct reeve_random *random);
/* The content of a file, for a test to read or change; NULL: there is none. */
struct reeve_memory_inode *reeve_memory_storage_find(struct reeve_memory_storage *m,
                                                     const char *name);
/* Replaces a file's content, seen and durable; makes it when missing. */
void reeve_memory_storage_put(struct reeve_memory_storage *m, const char *name,
                              struct reeve_bytes content);

#ifdef __cplusplus
}
#endif
#endif
