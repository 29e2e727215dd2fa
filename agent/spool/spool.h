/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of bytes on disk for as long as this process lives: what the engine's SPOOL_ actions ask
 * for, on the journal's storage. One file for each block, mode 0600 in a directory of mode 0700;
 * nothing is synced, and whatever an earlier process left behind is removed first.
 *
 *   reeve_spool_open(&options, &spool);
 *   reeve_spool_write(spool, stream, number, &bytes);   // on_done(ctx, status, NULL) follows
 *   reeve_spool_read(spool, stream, number, len);       // on_done(ctx, status, &bytes) follows
 *   reeve_spool_remove(spool, stream, from, until);     // on_done(ctx, status, NULL) follows
 *   reeve_spool_close(spool);                           // removes what is left
 *
 * Threads: all functions are called by one thread, the owner's; on_done() is called by the spool's
 * thread (or by reeve_spool_step(), where there is none). The thread is started for the first
 * operation. One operation at a time: the next may be asked for once on_done() was called. */
#ifndef REEVE_AGENT_SPOOL_SPOOL_H
#define REEVE_AGENT_SPOOL_SPOOL_H

#include "agent/base/alloc.h"
#include "agent/base/buffer.h"
#include "agent/journal/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_spool;

struct reeve_spool_options {
    const struct reeve_storage *storage; /* of a directory that nobody else uses; outlives it */
    /* Exactly once for each operation. `bytes`: what was read; may be moved out, is cleared
     * afterwards; NULL when nothing was. */
    void (*on_done)(void *ctx, enum reeve_status status, struct reeve_buffer *bytes);
    void *ctx;
    /* No thread: the work is done by reeve_spool_step(), for simulations. */
    bool manual;
    const struct reeve_allocator *allocator;
};

/* Takes the directory's lock and removes every block in it. LOCKED: another process uses it. IO,
 * PERMISSION, NO_MEMORY; *out is NULL unless OK. */
enum reeve_status reeve_spool_open(const struct reeve_spool_options *options,
                                   struct reeve_spool **out) REEVE_MUST_CHECK;

/* Takes `bytes` over. Statuses that on_done() gets: OK, IO, DISK_FULL, PERMISSION, NO_MEMORY (for
 * all three); LIMIT: no thread could be started (likewise). After a failure some of the block may
 * be there: it is to be removed. */
void reeve_spool_write(struct reeve_spool *s, uint64_t stream, uint64_t number,
                       struct reeve_buffer *bytes);
/* A whole block of `len` bytes. NOT_FOUND, CORRUPT: it has another length. */
void reeve_spool_read(struct reeve_spool *s, uint64_t stream, uint64_t number, uint64_t len);
/* Those that there are, from `from` on and below `until`. The first failure is told when all were
 * tried. */
void reeve_spool_remove(struct reeve_spool *s, uint64_t stream, uint64_t from, uint64_t until);

/* Without a thread: does what the thread would do. False when there is nothing to do. */
bool reeve_spool_step(struct reeve_spool *s);

/* Waits for the operation under way (on_done is called), removes every block, gives the lock back,
 * frees. NULL is fine. */
void reeve_spool_close(struct reeve_spool *s);

#ifdef __cplusplus
}
#endif
#endif
