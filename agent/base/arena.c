/* SPDX-License-Identifier: Apache-2.0 */
/* The arena: a list of blocks, the newest ordinary one first; allocation moves a pointer. */
#include "agent/base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <string.h>

#include "agent/base/secret.h"

struct reeve_arena_block {
    struct reeve_arena_block *next;
    size_t size; /* with this header */
};

enum {
    ALIGNMENT = alignof(max_align_t),
    HEADER = (sizeof(struct reeve_arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT,
    DEFAULT_BLOCK = 4096,
};

static void use_block(struct reeve_arena *a, struct reeve_arena_block *block)
{
    a->next = (uint8_t *)block + HEADER;
    a->end = (uint8_t *)block + block->size;
}

void reeve_arena_init(struct reeve_arena *a, const struct reeve_allocator *allocator, size_t max,
                      size_t block_size)
{
    reeve_zero(a, sizeof(*a));
    a->allocator = allocator != NULL ? allocator : reeve_heap();
    a->max = max;
    a->block_size = block_size != 0 ? block_size : DEFAULT_BLOCK;
}

void reeve_arena_init_fixed(struct reeve_arena *a, void *memory, size_t size)
{
    reeve_zero(a, sizeof(*a));
    a->fixed = true;
    size_t skip = (ALIGNMENT - (uintptr_t)memory % ALIGNMENT) % ALIGNMENT;
    if (size < skip + HEADER) {
        return;
    }
    a->head = (struct reeve_arena_block *)(void *)((uint8_t *)memory + skip);
    a->head->next = NULL;
    a->head->size = size - skip;
    a->used = a->head->size;
    a->max = a->head->size;
    use_block(a, a->head);
}

static void wipe_block(const struct reeve_arena *a, struct reeve_arena_block *block)
{
    if (a->wipe) {
        reeve_wipe((uint8_t *)block + HEADER, block->size - HEADER);
    }
}

/* Frees every block but the oldest, which is returned (NULL: there was none). */
static struct reeve_arena_block *free_newer(struct reeve_arena *a)
{
    struct reeve_arena_block *block = a->head;
    while (block != NULL && block->next != NULL) {
        struct reeve_arena_block *next = block->next;
        wipe_block(a, block);
        reeve_free(a->allocator, block, block->size);
        block = next;
    }
    return block;
}

void reeve_arena_reset(struct reeve_arena *a)
{
    a->starved = false;
    a->head = free_newer(a);
    if (a->head == NULL) {
        return;
    }
    wipe_block(a, a->head);
    a->used = a->head->size;
    use_block(a, a->head);
}

void reeve_arena_clear(struct reeve_arena *a)
{
    reeve_arena_reset(a);
    if (a->fixed || a->head == NULL) {
        return;
    }
    reeve_free(a->allocator, a->head, a->head->size);
    a->head = NULL;
    a->next = NULL;
    a->end = NULL;
    a->used = 0;
}

/* A block with room for `size` bytes: an ordinary one where the maximum still has room for it. */
static enum reeve_status add_block(struct reeve_arena *a, size_t size,
                                   struct reeve_arena_block **out)
{
    size_t left = a->max - a->used;
    if (a->fixed || left < HEADER || size > left - HEADER) {
        return REEVE_LIMIT;
    }
    size_t block_size = size + HEADER > a->block_size ? size + HEADER : a->block_size;
    if (block_size > left) {
        block_size = left;
    }
    struct reeve_arena_block *block = a->allocator->realloc(a->allocator->ctx, NULL, 0, block_size);
    if (block == NULL) {
        a->starved = true;
        return REEVE_NO_MEMORY;
    }
    block->size = block_size;
    a->used += block_size;
    if (a->block_size < DEFAULT_BLOCK) {
        a->block_size *= 2; /* small at first, and few in the end */
    }
    *out = block;
    return REEVE_OK;
}

/* Takes `size` bytes from a new block. A large one goes behind the head, whose free space stays in
 * use. */
static enum reeve_status take_from_new(struct reeve_arena *a, size_t size, uint8_t **out)
{
    struct reeve_arena_block *block = NULL;
    const bool large = size > a->block_size / 2;
    REEVE_TRY(add_block(a, size, &block));
    uint8_t *start = (uint8_t *)block + HEADER;
    if (a->head != NULL && large) {
        block->next = a->head->next;
        a->head->next = block;
        *out = start;
        return REEVE_OK;
    }
    block->next = a->head;
    a->head = block;
    use_block(a, block);
    a->next += size;
    *out = start;
    return REEVE_OK;
}

/* Sizes are kept multiples of the alignment, so that `next` is always aligned. Objects smaller than
 * the strictest alignment cannot need more than their own size rounded up to 8. Alignments are
 * powers of two: masks, as a division costs as much as all the rest of this. */
static enum reeve_status take(struct reeve_arena *a, size_t size, uint8_t **out)
{
    const size_t mask = (size < ALIGNMENT ? 8 : ALIGNMENT) - 1;
    const size_t left = (size_t)(a->end - a->next);
    const size_t skip = (0 - (uintptr_t)a->next) & mask;
    if (size > SIZE_MAX - (size_t)2 * ALIGNMENT) {
        return REEVE_LIMIT;
    }
    const size_t rounded = ((size == 0 ? 1 : size) + mask) & ~mask;
    if (left < rounded + skip) {
        return take_from_new(a, rounded, out);
    }
    *out = a->next + skip;
    a->next += skip + rounded;
    return REEVE_OK;
}

void *reeve_arena_alloc(struct reeve_arena *a, size_t size)
{
    uint8_t *p = NULL;
    if (take(a, size, &p) != REEVE_OK) {
        return NULL;
    }
    memset(p, 0, size);
    return p;
}

void *reeve_arena_alloc_array(struct reeve_arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return reeve_arena_alloc(a, count * size);
}

/* A copy with a NUL behind it. */
static enum reeve_status dup_terminated(struct reeve_arena *a, struct reeve_bytes from,
                                        uint8_t **out)
{
    if (from.len == SIZE_MAX) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(take(a, from.len + 1, out));
    if (from.len > 0) {
        memcpy(*out, from.data, from.len);
    }
    (*out)[from.len] = 0;
    return REEVE_OK;
}

char *reeve_arena_strdup(struct reeve_arena *a, struct reeve_bytes text)
{
    uint8_t *copy = NULL;
    if (dup_terminated(a, text, &copy) != REEVE_OK) {
        return NULL;
    }
    return (char *)copy;
}

enum reeve_status reeve_arena_dup(struct reeve_arena *a, struct reeve_bytes from,
                                  struct reeve_bytes *out)
{
    uint8_t *copy = NULL;
    REEVE_TRY(dup_terminated(a, from, &copy));
    *out = reeve_bytes_of(copy, from.len);
    return REEVE_OK;
}
