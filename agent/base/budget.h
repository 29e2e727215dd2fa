/* SPDX-License-Identifier: Apache-2.0 */
/* An allocator with a bound that many users share: what the memory of all jobs together may be,
 * whichever of them takes it. Counts the sizes that are asked for. */
#ifndef REEVE_AGENT_BASE_BUDGET_H
#define REEVE_AGENT_BASE_BUDGET_H

#include <stdint.h>

#include "agent/base/alloc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In its owner's memory, which does not move and outlives all that is allocated. */
struct reeve_budget {
    struct reeve_allocator allocator; /* any thread; NULL where the bound would be passed */
    const struct reeve_allocator *from;
    uint64_t max;
    uint64_t used; /* atomic */
};

/* `from` NULL: reeve_heap(). Nothing to clear. */
void reeve_budget_init(struct reeve_budget *budget, const struct reeve_allocator *from,
                       uint64_t max);
/* Any thread: bytes that are allocated just now. */
uint64_t reeve_budget_used(const struct reeve_budget *budget);

#ifdef __cplusplus
}
#endif
#endif
