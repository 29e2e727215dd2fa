/* SPDX-License-Identifier: Apache-2.0 */
/* The operating system's files as the journal's storage. */
#ifndef REEVE_AGENT_JOURNAL_POSIX_STORAGE_H
#define REEVE_AGENT_JOURNAL_POSIX_STORAGE_H

#include "agent/base/alloc.h"
#include "agent/journal/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_posix_storage;

/* Opens `directory`; with `create`, makes it first (mode 0700) where it is missing. The lock is
 * taken by the storage's lock(), not here. NOT_FOUND, PERMISSION, IO, NO_MEMORY. */
enum reeve_status reeve_posix_storage_new(const struct reeve_allocator *allocator,
                                          const char *directory, bool create,
                                          struct reeve_posix_storage **out) REEVE_MUST_CHECK;
/* Gives the lock back too. NULL is fine. */
void reeve_posix_storage_free(struct reeve_posix_storage *s);
/* The filesystem that the directory lies on, and what it has left for this user. IO, PERMISSION. */
enum reeve_status reeve_posix_storage_space(const struct reeve_posix_storage *s, uint64_t *device,
                                            uint64_t *free_bytes) REEVE_MUST_CHECK;
/* Valid as long as `s`. */
const struct reeve_storage *reeve_posix_storage_interface(const struct reeve_posix_storage *s);

#ifdef __cplusplus
}
#endif
#endif
