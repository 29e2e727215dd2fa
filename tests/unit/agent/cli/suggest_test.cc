// SPDX-License-Identifier: Apache-2.0
#include "agent/cli/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const char *best(const char *wrong, std::initializer_list<const char *> candidates)
{
    reeve_suggestion s = {reeve_bytes_cstr(wrong), nullptr, 0};
    for (const char *candidate : candidates) {
        reeve_suggestion_try(&s, candidate);
    }
    return s.best;
}

TEST(Suggest, TheNearestWins)
{
    EXPECT_STREQ(best("crn", {"ticketing", "crm", "cron"}), "crm");
    EXPECT_STREQ(best("statu", {"serve", "status"}), "status");
    EXPECT_STREQ(best("CRM-TOKEN", {"crm-token"}), "crm-token");
}

TEST(Suggest, NothingIsBetterThanSomethingFar)
{
    EXPECT_EQ(best("warehouse", {"crm", "ticketing"}), nullptr);
    EXPECT_EQ(best("", {"crm"}), nullptr);
}

TEST(Suggest, LongNamesAreNotCompared)
{
    const std::string name(300, 'x');
    EXPECT_EQ(best(name.c_str(), {name.c_str()}), nullptr);
    EXPECT_EQ(best("short", {name.c_str()}), nullptr);
}

} // namespace
