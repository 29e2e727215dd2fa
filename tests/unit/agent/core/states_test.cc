// SPDX-License-Identifier: Apache-2.0
//
// The state tables are whole: every state has a name, an end is reachable from everywhere, and what
// must not happen is not in them (P4).
#include "agent/core/states.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

TEST(States, EveryStateHasANameOfItsOwn)
{
    std::set<std::string> names;
    for (int s = 0; s < REEVE_LINK_STATES; s++) {
        names.insert(reeve_engine_link_state_name(static_cast<reeve_engine_link_state>(s)));
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(REEVE_LINK_STATES));
    names.clear();
    for (int s = 0; s < REEVE_JOB_STATES; s++) {
        names.insert(reeve_engine_job_state_name(static_cast<reeve_engine_job_state>(s)));
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(REEVE_JOB_STATES));
    names.clear();
    for (int s = 0; s < REEVE_NEXT_STATES; s++) {
        names.insert(reeve_engine_next_state_name(static_cast<reeve_engine_next_state>(s)));
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(REEVE_NEXT_STATES));
    EXPECT_STREQ(reeve_engine_link_state_name(REEVE_LINK_STATES), "INVALID");
    EXPECT_STREQ(reeve_engine_next_state_name(REEVE_NEXT_STATES), "INVALID");
    EXPECT_STREQ(reeve_engine_job_state_name(REEVE_JOB_STATES), "INVALID");
}

TEST(States, EveryLinkCanStopAndNothingFollows)
{
    for (int s = 0; s < REEVE_LINK_STOPPED; s++) {
        EXPECT_TRUE(reeve_engine_link_state_allows(static_cast<reeve_engine_link_state>(s),
                                                   REEVE_LINK_STOPPED));
    }
    for (int s = 0; s < REEVE_LINK_STATES; s++) {
        EXPECT_FALSE(reeve_engine_link_state_allows(REEVE_LINK_STOPPED,
                                                    static_cast<reeve_engine_link_state>(s)));
    }
}

TEST(States, NothingIsSentBeforeTheEpochIsDurable)
{
    EXPECT_FALSE(reeve_engine_link_state_allows(REEVE_LINK_HELLO_SENT, REEVE_LINK_LIVE));
    EXPECT_FALSE(reeve_engine_link_state_allows(REEVE_LINK_HELLO_SENT, REEVE_LINK_RESUMING));
    EXPECT_FALSE(reeve_engine_link_state_allows(REEVE_LINK_WELCOME_SYNC, REEVE_LINK_LIVE));
}

TEST(States, ANextLinkCanBeGivenUpAnywhereAndIsWelcomedBehindItsHelloOnly)
{
    for (int s = 1; s < REEVE_NEXT_STATES; s++) {
        const auto state = static_cast<reeve_engine_next_state>(s);
        EXPECT_TRUE(reeve_engine_next_state_allows(state, REEVE_NEXT_NONE));
        EXPECT_EQ(reeve_engine_next_state_allows(state, REEVE_NEXT_WELCOMED),
                  state == REEVE_NEXT_HELLO_SENT);
    }
    EXPECT_FALSE(reeve_engine_next_state_allows(REEVE_NEXT_CONNECTING, REEVE_NEXT_HELLO_SENT))
        << "Hello's nonce is durable before it is sent";
}

TEST(States, WhatHasAnIntentOrRunsIsNeverForgotten)
{
    EXPECT_FALSE(reeve_engine_job_state_allows(REEVE_JOB_INTENT_SYNC, REEVE_JOB_GONE));
    EXPECT_FALSE(reeve_engine_job_state_allows(REEVE_JOB_RUNNING, REEVE_JOB_GONE));
    EXPECT_FALSE(reeve_engine_job_state_allows(REEVE_JOB_RUNNING, REEVE_JOB_QUEUED));
    EXPECT_FALSE(reeve_engine_job_state_allows(REEVE_JOB_ENDING, REEVE_JOB_RUNNING));
}
