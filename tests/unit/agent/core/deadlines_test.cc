// SPDX-License-Identifier: Apache-2.0
//
// The heap of deadlines against a sorted list.
#include "agent/core/deadlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agent/base/random.h"
#include "tests/support/alloc_sweep.h"

TEST(Deadlines, GivesTheEarliestAsASortedListWould)
{
    reeve_random_seeded random;
    reeve_random_seed(&random, 5);
    std::vector<reeve_deadline> timers(200);
    reeve_deadlines heap;
    ASSERT_EQ(reeve_deadlines_init(&heap, nullptr, 200), REEVE_OK);
    for (int step = 0; step < 20000; step++) {
        reeve_deadline &timer = timers[reeve_random_below(&random.random, timers.size())];
        if (reeve_random_below(&random.random, 3) == 0) {
            reeve_deadlines_cancel(&heap, &timer);
        } else {
            reeve_deadlines_set(&heap, &timer, reeve_random_below(&random.random, 1000));
        }
        uint64_t earliest = REEVE_NEVER_MS;
        uint32_t count = 0;
        for (const reeve_deadline &t : timers) {
            if (t.place != 0) {
                earliest = std::min(earliest, t.at_ms);
                count++;
            }
        }
        ASSERT_EQ(reeve_deadlines_next_ms(&heap), earliest);
        ASSERT_EQ(heap.count, count);
    }
    reeve_deadlines_clear(&heap);
}

TEST(Deadlines, NeverIsACancel)
{
    reeve_deadlines heap;
    reeve_deadline timer = {};
    ASSERT_EQ(reeve_deadlines_init(&heap, nullptr, 1), REEVE_OK);
    reeve_deadlines_set(&heap, &timer, 5);
    EXPECT_EQ(reeve_deadlines_first(&heap), &timer);
    reeve_deadlines_set(&heap, &timer, REEVE_NEVER_MS);
    EXPECT_EQ(reeve_deadlines_first(&heap), nullptr);
    reeve_deadlines_cancel(&heap, &timer);
    reeve_deadlines_clear(&heap);
}

TEST(Deadlines, NoMemory)
{
    SweepAllocations([](const reeve_allocator *a) {
        reeve_deadlines heap;
        (void)!reeve_deadlines_init(&heap, a, 10);
        reeve_deadlines_clear(&heap);
    });
}
