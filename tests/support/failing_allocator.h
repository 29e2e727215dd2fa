/* SPDX-License-Identifier: Apache-2.0 */
/* An allocator for tests: fails the n-th request for memory, and knows what was not given back and
 * whether a free named another size than was allocated.
 *
 *   struct reeve_failing_allocator memory;
 *   reeve_failing_allocator_init(&memory, 3);            // the third request fails
 *   thing = reeve_thing_new(&memory.allocator);
 *   … memory.live_blocks is 0 and memory.size_errors is 0 when all was right …
 *
 * tests/support/alloc_sweep.h runs a body once for every request it makes. Thread-safe but for
 * init; counters are read when the other threads are done. */
#ifndef REEVE_TESTS_SUPPORT_FAILING_ALLOCATOR_H
#define REEVE_TESTS_SUPPORT_FAILING_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/alloc.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_failing_allocator {
    struct reeve_allocator allocator; /* pass its address */
    uint64_t fail_at;                 /* the request that fails, from 1; 0: none */
    uint64_t requests;                /* allocations and resizes so far */
    uint64_t failed;
    uint64_t live_blocks;
    uint64_t live_bytes;
    uint64_t size_errors; /* an old_size that was not the block's */
};

/* The allocator refers to *m: it must not move afterwards. */
void reeve_failing_allocator_init(struct reeve_failing_allocator *m, uint64_t fail_at);

#ifdef __cplusplus
}
#endif
#endif
