/* SPDX-License-Identifier: Apache-2.0 */
/* An arena: many small allocations that die together. One per job, one per received message.
 *
 * Bounded: an arena never holds more than its maximum, so a decoder that allocates only here cannot
 * be made to use more, whatever the bytes say. Not thread-safe; it may be handed from one thread to
 * another. */
#ifndef REEVE_AGENT_BASE_ARENA_H
#define REEVE_AGENT_BASE_ARENA_H

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_arena_block;

struct reeve_arena {
    struct reeve_arena_block *head;
    uint8_t *next; /* free space in the head block */
    uint8_t *end;
    size_t used; /* bytes of blocks taken from the allocator, headers included */
    size_t max;
    size_t block_size;
    bool fixed; /* the first block is the caller's memory */
    bool wipe;  /* blocks are wiped before they are freed or reused */
    /* The allocator refused what the maximum had room for: it is memory that is short, not the
     * arena's user that wants too much. Until the next reset. */
    bool starved;
    const struct reeve_allocator *allocator;
};

/* An arena on the allocator (NULL: heap). block_size 0: 4 KiB. Smaller ones grow up to that. */
void reeve_arena_init(struct reeve_arena *a, const struct reeve_allocator *allocator, size_t max,
                      size_t block_size);
/* An arena that lives in `memory` alone and never asks for more (embedded build). */
void reeve_arena_init_fixed(struct reeve_arena *a, void *memory, size_t size);
/* Frees everything. The arena can be used again. */
void reeve_arena_clear(struct reeve_arena *a);
/* Forgets all allocations but keeps the first block. */
void reeve_arena_reset(struct reeve_arena *a);

/* Zeroed, aligned for any object; NULL when the maximum or memory is reached (or on overflow). A
 * size of 0 gives a valid pointer. */
void *reeve_arena_alloc(struct reeve_arena *a, size_t size);
void *reeve_arena_alloc_array(struct reeve_arena *a, size_t count, size_t size);
/* A copy with a NUL behind it. */
char *reeve_arena_strdup(struct reeve_arena *a, struct reeve_bytes text);
/* A copy; data is never NULL. Check with `out->data`. NO_MEMORY or LIMIT. */
enum reeve_status reeve_arena_dup(struct reeve_arena *a, struct reeve_bytes from,
                                  struct reeve_bytes *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
