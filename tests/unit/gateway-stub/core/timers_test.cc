// SPDX-License-Identifier: Apache-2.0
#include "gateway-stub/core/timers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agent/base/random.h"

TEST(Timers, ComeInOrderHoweverTheyAreSetMovedAndStopped)
{
    reeve_timers timers;
    reeve_random_seeded random;
    std::vector<reeve_timer> all(200);
    std::vector<uint64_t> wanted;
    reeve_random_seed(&random, 3);
    reeve_timers_init(&timers, nullptr);
    ASSERT_EQ(reeve_timers_reserve(&timers, all.size()), REEVE_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (auto &timer : all) {
            reeve_timer_set(&timers, &timer, reeve_random_below(&random.random, 1000));
        }
    }
    for (size_t i = 0; i < all.size(); i++) {
        if (i % 3 == 0) {
            reeve_timer_stop(&timers, &all[i]);
        } else {
            wanted.push_back(all[i].at_ms);
        }
    }
    std::sort(wanted.begin(), wanted.end());
    for (uint64_t at : wanted) {
        EXPECT_EQ(reeve_timers_next(&timers), at);
        ASSERT_NE(reeve_timers_take(&timers, at), nullptr);
    }
    EXPECT_EQ(reeve_timers_next(&timers), REEVE_NEVER_MS);
    reeve_timers_clear(&timers);
}
