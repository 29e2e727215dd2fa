// SPDX-License-Identifier: Apache-2.0
// The clocks are read in the units that their names say.
#include "agent/base/time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

namespace
{

TEST(Time, WallClockIsUnixMilliseconds)
{
    using namespace std::chrono;
    auto reference = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    EXPECT_NEAR(static_cast<double>(reeve_now_read().unix_ms), static_cast<double>(reference),
                5000.0);
}

TEST(Time, BootClockIsUptimeInMilliseconds)
{
    double uptime_s = 0;
    std::ifstream("/proc/uptime") >> uptime_s;
    EXPECT_NEAR(static_cast<double>(reeve_now_read().boot_ms), uptime_s * 1000, 5000.0);
}

TEST(Time, MonotonicNeverGoesBack)
{
    uint64_t last = reeve_monotonic_ns();
    for (int i = 0; i < 1000; i++) {
        uint64_t next = reeve_monotonic_ns();
        ASSERT_GE(next, last);
        last = next;
    }
}

} // namespace
