/* SPDX-License-Identifier: Apache-2.0 */
/* The injected allocator. One function, as in Lua and nghttp2's tests: a test replaces it to fail
 * the n-th allocation; production uses reeve_heap(). */
#ifndef REEVE_AGENT_BASE_ALLOC_H
#define REEVE_AGENT_BASE_ALLOC_H

#include <stddef.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_allocator {
    /* realloc(ctx, NULL, 0, n) allocates; realloc(ctx, p, old, 0) frees and returns NULL;
     * otherwise resizes. Returns NULL when memory is short (p stays valid). Thread-safe as the
     * implementation says; reeve_heap() is. */
    void *(*realloc)(void *ctx, void *p, size_t old_size, size_t new_size);
    void *ctx;
};

/* The C heap. Never NULL. */
const struct reeve_allocator *reeve_heap(void);

/* Zeroed memory for one object or an array (checked multiplication); NULL when short or on
 * overflow. `a` may be NULL: reeve_heap(). */
void *reeve_alloc(const struct reeve_allocator *a, size_t size);
void *reeve_alloc_array(const struct reeve_allocator *a, size_t count, size_t size);
/* Grows or shrinks; on failure *p stays as it was. New bytes are not zeroed. */
enum reeve_status reeve_realloc_array(const struct reeve_allocator *a, void **p, size_t old_count,
                                      size_t new_count, size_t size) REEVE_MUST_CHECK;
/* NULL is fine. `size` is what was asked for. */
void reeve_free(const struct reeve_allocator *a, void *p, size_t size);

#ifdef __cplusplus
}
#endif
#endif
