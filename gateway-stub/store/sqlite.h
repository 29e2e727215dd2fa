/* SPDX-License-Identifier: Apache-2.0 */
/* The store in one SQLite file: write-ahead log, synchronous=FULL, one writer thread that commits
 * all queued transitions at once, one reader thread with a connection of its own. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_H

#include "agent/base/random.h"
#include "gateway-stub/store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_sqlite_options {
    const char *path; /* of the file; "-wal", "-shm" and ".lock" lie beside it */
    const struct reeve_allocator *allocator; /* NULL: heap */
    const struct reeve_random *random;       /* NULL: system; mints the gateway's id */
    struct reeve_store_sealer sealer;
    uint32_t max_batch; /* transitions per commit; 0: 1,024 */
    uint64_t max_bytes; /* of the file; 0: as the disk allows. DISK_FULL beyond it */
};

/* Opens or makes the store: takes its lock, checks its integrity, brings its schema up to date and
 * starts the threads. `problem` (may be NULL) gets a text for people that names file and next step.
 * LOCKED: another gateway has it. CORRUPT: the integrity check failed. VERSION: made by a newer
 * gateway. IO, DISK_FULL, PERMISSION, NO_MEMORY. */
enum reeve_status reeve_sqlite_open(const struct reeve_sqlite_options *options,
                                    struct reeve_store **store, char problem[256]) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
