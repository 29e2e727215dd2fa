/* SPDX-License-Identifier: Apache-2.0 */
/* The failing allocator: malloc with the size written in front of each block. */
#include "tests/support/failing_allocator.h"

#include <stdalign.h>
#include <stdlib.h>

enum { HEADER = alignof(max_align_t) };

static size_t *size_in_front_of(void *p)
{
    return (size_t *)(void *)((char *)p - HEADER);
}

/* The builtin writes through it. NOLINTNEXTLINE(readability-non-const-parameter) */
static void count(uint64_t *counter, uint64_t change)
{
    (void)__atomic_add_fetch(counter, change, __ATOMIC_RELAXED);
}

static void check_size(struct reeve_failing_allocator *m, void *p, size_t claimed)
{
    if (*size_in_front_of(p) != claimed) {
        count(&m->size_errors, 1);
    }
}

static void release(struct reeve_failing_allocator *m, void *p)
{
    count(&m->live_blocks, (uint64_t)-1);
    count(&m->live_bytes, (uint64_t)0 - *size_in_front_of(p));
    free(size_in_front_of(p));
}

static void *resize(struct reeve_failing_allocator *m, void *p, size_t old_size, size_t new_size)
{
    char *block = realloc(p != NULL ? size_in_front_of(p) : NULL, HEADER + new_size);
    if (block == NULL) {
        return NULL;
    }
    p = block + HEADER;
    *size_in_front_of(p) = new_size;
    count(&m->live_bytes, (uint64_t)new_size - (uint64_t)old_size);
    return p;
}

static void *failing_realloc(void *ctx, void *p, size_t old_size, size_t new_size)
{
    struct reeve_failing_allocator *m = ctx;
    size_t had = p != NULL ? *size_in_front_of(p) : 0;
    if (p != NULL) {
        check_size(m, p, old_size);
    }
    if (new_size == 0) {
        if (p != NULL) {
            release(m, p);
        }
        return NULL;
    }
    if (__atomic_add_fetch(&m->requests, 1, __ATOMIC_RELAXED) == m->fail_at) {
        count(&m->failed, 1);
        return NULL;
    }
    void *grown = resize(m, p, had, new_size);
    if (grown != NULL && p == NULL) {
        count(&m->live_blocks, 1);
    }
    return grown;
}

void reeve_failing_allocator_init(struct reeve_failing_allocator *m, uint64_t fail_at)
{
    *m = (struct reeve_failing_allocator){0};
    m->allocator.realloc = failing_realloc;
    m->allocator.ctx = m;
    m->fail_at = fail_at;
}
