// SPDX-License-Identifier: Apache-2.0
#include "gateway-stub/core/grant.h"

#include <gtest/gtest.h>

TEST(Grant, PrefersTheExactThenTheLongest)
{
    const reeve_grant grants[] = {
        {"spiffe://d/*", "wide", REEVE_ROLE_AUDITOR, nullptr, 0},
        {"spiffe://d/worker/*", "narrow", REEVE_ROLE_WORKER, nullptr, 0},
        {"spiffe://d/worker/a", "exact", REEVE_ROLE_WORKER, nullptr, 0},
    };
    EXPECT_STREQ(reeve_grant_find(grants, 3, "spiffe://d/worker/a")->tenant, "exact");
    EXPECT_STREQ(reeve_grant_find(grants, 3, "spiffe://d/worker/b")->tenant, "narrow");
    EXPECT_STREQ(reeve_grant_find(grants, 3, "spiffe://d/boss")->tenant, "wide");
    EXPECT_EQ(reeve_grant_find(grants, 3, "spiffe://d/"), nullptr);
    EXPECT_EQ(reeve_grant_find(grants, 3, "spiffe://e/worker/a"), nullptr);
}
