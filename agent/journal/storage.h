/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal asks of a disk: one flat directory of files. Injected, so that tests and the
 * simulator can tear, lose and fail every operation (tests/support/memory_storage.h); production
 * uses the operating system's (agent/journal/posix_storage.h).
 *
 * Every operation is synchronous and is called by one thread at a time: by the owner's while the
 * journal is opened, by the journal's from then on. Nothing is durable before sync (a file's
 * content and size) or sync_dir (names) returned OK. After a failed sync nothing is known about
 * the bytes it was to make durable; the journal then never asks again.
 *
 * Statuses: IO, DISK_FULL, PERMISSION, NO_MEMORY; others where named. */
#ifndef REEVE_AGENT_JOURNAL_STORAGE_H
#define REEVE_AGENT_JOURNAL_STORAGE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_storage_file; /* an open file; the implementation's */

struct reeve_storage {
    void *ctx;
    /* Makes this process the only user of the directory. LOCKED: another one is. */
    enum reeve_status (*lock)(void *ctx);
    void (*unlock)(void *ctx);
    /* Calls `visit` for each file, in no particular order. */
    enum reeve_status (*list)(void *ctx, void (*visit)(void *visit_ctx, const char *name),
                              void *visit_ctx);
    /* A new, empty file (an old one of that name is emptied), open for writing, with room for
     * `preallocate` bytes that read as zero. */
    enum reeve_status (*create)(void *ctx, const char *name, uint64_t preallocate,
                                struct reeve_storage_file **out);
    /* NOT_FOUND. */
    enum reeve_status (*open)(void *ctx, const char *name, bool writable,
                              struct reeve_storage_file **out);
    enum reeve_status (*size)(struct reeve_storage_file *file, uint64_t *out);
    /* Exactly `len` bytes; TRUNCATED when the file ends before. */
    enum reeve_status (*read)(struct reeve_storage_file *file, uint64_t offset, void *to,
                              size_t len);
    enum reeve_status (*write)(struct reeve_storage_file *file, uint64_t offset,
                               struct reeve_bytes bytes);
    /* Cuts the file to `size`, then makes room up to `preallocate` (if larger) that reads as zero.
     */
    enum reeve_status (*truncate)(struct reeve_storage_file *file, uint64_t size,
                                  uint64_t preallocate);
    /* Makes content and size durable. */
    enum reeve_status (*sync)(struct reeve_storage_file *file);
    /* Lets later reads see what the disk really holds, not what a cache remembers. */
    void (*forget)(struct reeve_storage_file *file);
    void (*close)(struct reeve_storage_file *file);
    /* Atomic; replaces `to`. */
    enum reeve_status (*rename)(void *ctx, const char *from, const char *to);
    enum reeve_status (*remove)(void *ctx, const char *name); /* NOT_FOUND */
    enum reeve_status (*sync_dir)(void *ctx);
};

#ifdef __cplusplus
}
#endif
#endif
