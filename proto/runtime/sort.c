/* SPDX-License-Identifier: Apache-2.0 */
/* Merge sort, bottom up. */
#include "proto/runtime/sort.h"

#include "agent/base/bytes.h"

struct run {
    size_t from;
    size_t middle;
    size_t end;
};

static void merge(const void **to, const void *const *from, struct run run, reeve_compare compare,
                  const void *ctx)
{
    size_t left = run.from;
    size_t right = run.middle;
    for (size_t i = run.from; i < run.end; i++) {
        if (left < run.middle && (right >= run.end || compare(from[left], from[right], ctx) <= 0)) {
            to[i] = from[left++];
            continue;
        }
        to[i] = from[right++];
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void reeve_sort(const void **items, const void **scratch, size_t count, reeve_compare compare,
                const void *ctx)
{
    const void **from = items;
    const void **to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t i = 0; i < count; i += 2 * width) {
            const struct run run = {i, smaller(i + width, count), smaller(i + 2 * width, count)};
            merge(to, from, run, compare, ctx);
        }
        const void **swap = from;
        from = to;
        to = swap;
    }
    if (from != items) {
        reeve_move(items, from, count * sizeof *items);
    }
}
