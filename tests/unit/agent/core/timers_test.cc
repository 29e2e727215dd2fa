// SPDX-License-Identifier: Apache-2.0
//
// The heap of deadlines against a sorted list.
#include "agent/core/timers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agent/base/random.h"
#include "tests/support/alloc_sweep.h"

TEST(Timers, GivesTheEarliestAsASortedListWould)
{
    reeve_random_seeded random;
    reeve_random_seed(&random, 5);
    std::vector<reeve_timer> timers(200);
    reeve_timers heap;
    ASSERT_EQ(reeve_timers_init(&heap, nullptr, 200), REEVE_OK);
    for (int step = 0; step < 20000; step++) {
        reeve_timer &timer = timers[reeve_random_below(&random.random, timers.size())];
        if (reeve_random_below(&random.random, 3) == 0) {
            reeve_timers_cancel(&heap, &timer);
        } else {
            reeve_timers_set(&heap, &timer, reeve_random_below(&random.random, 1000));
        }
        uint64_t earliest = REEVE_NEVER_MS;
        uint32_t count = 0;
        for (const reeve_timer &t : timers) {
            if (t.place != 0) {
                earliest = std::min(earliest, t.at_ms);
                count++;
            }
        }
        ASSERT_EQ(reeve_timers_next_ms(&heap), earliest);
        ASSERT_EQ(heap.count, count);
    }
    reeve_timers_clear(&heap);
}

TEST(Timers, NeverIsACancel)
{
    reeve_timers heap;
    reeve_timer timer = {};
    ASSERT_EQ(reeve_timers_init(&heap, nullptr, 1), REEVE_OK);
    reeve_timers_set(&heap, &timer, 5);
    EXPECT_EQ(reeve_timers_first(&heap), &timer);
    reeve_timers_set(&heap, &timer, REEVE_NEVER_MS);
    EXPECT_EQ(reeve_timers_first(&heap), nullptr);
    reeve_timers_cancel(&heap, &timer);
    reeve_timers_clear(&heap);
}

TEST(Timers, NoMemory)
{
    SweepAllocations([](const reeve_allocator *a) {
        reeve_timers heap;
        (void)!reeve_timers_init(&heap, a, 10);
        reeve_timers_clear(&heap);
    });
}
