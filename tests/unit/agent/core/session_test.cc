// SPDX-License-Identifier: Apache-2.0
//
// How a session opens, what is refused on the way, and how it is opened again (P4, P6).
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

using Lines = std::vector<std::string>;

TEST(Session, OpensStepByStepBehindTheJournal)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    EXPECT_EQ(w.Trace(), (Lines{"APPEND AUDIT", "APPEND HELLO", "CONNECT"}));
    w.Up();
    EXPECT_EQ(w.Trace(), Lines{}) << "Hello waits for its nonce";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND HELLO"}));
    w.Welcome();
    EXPECT_EQ(w.Trace(), (Lines{"APPEND EPOCH", "APPEND AUDIT"})) << "nothing before the epoch";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND RESUME_DONE", "SEND HEARTBEAT", "SEND LIMIT",
                                "SEND AUDIT", "SEND AUDIT"}));
    EXPECT_STREQ(w.Status().link_state, "LIVE");
    EXPECT_TRUE(w.Status().ready);
    EXPECT_EQ(w.Credit(), 16u);
}
