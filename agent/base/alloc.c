/* SPDX-License-Identifier: Apache-2.0 */
/* The C heap behind the injected allocator, and the checked helpers on top of any allocator. */
#include "agent/base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *heap_realloc(void *ctx, void *p, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, new_size);
}

const struct reeve_allocator *reeve_heap(void)
{
    static const struct reeve_allocator heap = {heap_realloc, NULL};
    return &heap;
}

static const struct reeve_allocator *or_heap(const struct reeve_allocator *a)
{
    return a != NULL ? a : reeve_heap();
}

/* An empty object still has an address of its own, so it occupies one byte. */
static size_t occupied(size_t size)
{
    return size != 0 ? size : 1;
}

void *reeve_alloc(const struct reeve_allocator *a, size_t size)
{
    a = or_heap(a);
    void *p = a->realloc(a->ctx, NULL, 0, occupied(size));
    if (p != NULL) {
        memset(p, 0, occupied(size));
    }
    return p;
}

void *reeve_alloc_array(const struct reeve_allocator *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return reeve_alloc(a, count * size);
}

enum reeve_status reeve_realloc_array(const struct reeve_allocator *a, void **p, size_t old_count,
                                      size_t new_count, size_t size)
{
    a = or_heap(a);
    if (size != 0 && new_count > SIZE_MAX / size) {
        return REEVE_OVERFLOW;
    }
    size_t new_size = new_count * size;
    if (new_size == 0) {
        reeve_free(a, *p, old_count * size);
        *p = NULL;
        return REEVE_OK;
    }
    size_t old_size = *p != NULL ? occupied(old_count * size) : 0;
    void *grown = a->realloc(a->ctx, *p, old_size, new_size);
    if (grown == NULL) {
        return REEVE_NO_MEMORY;
    }
    *p = grown;
    return REEVE_OK;
}

void reeve_free(const struct reeve_allocator *a, void *p, size_t size)
{
    if (p == NULL) {
        return;
    }
    a = or_heap(a);
    (void)a->realloc(a->ctx, p, occupied(size), 0);
}
