// SPDX-License-Identifier: Apache-2.0
//
// P6: a gateway that drains, and a connection whose peer says GOAWAY, are left for the next link
// without anything lost.
#include <gtest/gtest.h>

#include "tests/unit/agent/core/takeover.h"

namespace
{

using Lines = std::vector<std::string>;

// ---- Drain ----

TEST(Takeover, P6_AGatewaysDrainIsFollowedByTheNextLinkFirst)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Advance(1000);
    w.Beat();
    w.Sync();
    w.Trace();
    w.DrainSession();
    EXPECT_EQ(w.Trace(), Lines{"CONNECT"});
    EXPECT_TRUE(w.Status().ready);
    TakeOver(w);
    EXPECT_TRUE(IsLive(w));
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
}

TEST(Takeover, ADrainingGatewayThatTakesNoOtherIsLeft)
{
    EngineWorld w;
    w.Live();
    w.Advance(1000);
    w.Beat();
    w.DrainSession();
    w.NextSaysHello();
    w.Retry(REEVE_SESSION_RESTARTING, 3000);
    w.Down(REEVE_UNAVAILABLE);
    w.Other();
    EXPECT_EQ(w.closed_code, REEVE_SESSION_DRAINED);
    EXPECT_EQ(w.closed_link, w.link);
    w.Down(REEVE_OK);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 3000);
    w.Reconnect();
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, AGatewayThatDrainsEachSessionAtOnceIsNotHammered)
{
    EngineWorld w;
    w.Live();
    const uint64_t begun_ms = w.now.boot_ms;
    for (int i = 0; i < 30; i++) {
        w.DrainSession();
        for (int k = 0; k < 1000 && !w.HasOther(); k++) {
            w.Advance(50);
            w.Beat();
        }
        TakeOver(w);
    }
    EXPECT_GT(w.now.boot_ms - begun_ms, 3000u);
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, DrainWhileTheNextLinkIsOnItsWayNeedsNoOther)
{
    EngineWorld w;
    w.Live();
    w.Advance(1000);
    w.Beat();
    w.Renew();
    w.DrainSession();
    TakeOver(w);
    EXPECT_TRUE(IsLive(w));
    w.Advance(3000);
    EXPECT_FALSE(w.HasOther()) << "both wishes are met";
}

// ---- the connection's peer goes away (GOAWAY) ----

TEST(Takeover, P6_APeerThatGoesAwayIsLeftWithoutAnythingLost)
{
    EngineWorld w;
    w.Live();
    const WorldJob create = w.Give(kCreate);
    w.Sync();
    w.Advance(1000);
    w.Beat();
    w.Leaving();
    EXPECT_EQ(w.notes[REEVE_NOTE_PEER_LEAVING], 1);
    ASSERT_TRUE(w.HasOther()) << "at once";
    EXPECT_TRUE(w.Status().ready);
    const WorldJob meanwhile = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(meanwhile), 1u) << "the older session serves";
    TakeOver(w);
    EXPECT_TRUE(IsLive(w));
    EXPECT_FALSE(w.HasOther()) << "once";
    w.FinishAll();
    w.Sync();
    for (const WorldJob &job : {create, meanwhile}) {
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
        EXPECT_EQ(w.StartsOf(job), 1u);
    }
}

TEST(Takeover, AsLongAsNoOtherCanBeMadeAPeerThatGoesAwayIsKept)
{
    EngineWorld w;
    w.Live();
    w.Advance(1000);
    w.Beat();
    w.Leaving();
    for (int i = 0; i < 40; i++) {
        if (w.HasOther()) {
            w.Other();
            w.Down(REEVE_UNAVAILABLE);
            w.Other();
        }
        EXPECT_TRUE(w.Status().ready);
        w.Advance(1000);
        w.Beat();
        w.Sync();
    }
    EXPECT_GE(w.notes[REEVE_NOTE_TAKEOVER_FAILED], 3) << "for ever";
    for (int i = 0; i < 100 && !w.HasOther(); i++) {
        w.Advance(1000);
        w.Beat();
        w.Sync();
    }
    w.Down();
    w.Other();
    w.Reconnect();
    EXPECT_TRUE(IsLive(w)) << "with the link that was on its way";
}

TEST(Takeover, APeerThatSendsEverySessionAwayIsMetWithPauses)
{
    EngineWorld w;
    w.Live();
    const uint64_t begun_ms = w.now.boot_ms;
    for (int i = 0; i < 30; i++) {
        w.Leaving();
        for (int k = 0; k < 1000 && !w.HasOther(); k++) {
            w.Advance(50);
            w.Beat();
        }
        TakeOver(w);
    }
    EXPECT_GT(w.now.boot_ms - begun_ms, 3000u);
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, APeerThatGoesAwayBeforeItsLinkIsLiveIsLeftThen)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Leaving();
    EXPECT_FALSE(w.HasOther());
    w.Welcome();
    w.Sync();
    for (int k = 0; k < 1000 && !w.HasOther(); k++) {
        w.Advance(50);
        w.Beat();
    }
    TakeOver(w);
    EXPECT_FALSE(w.HasOther());
    EXPECT_EQ(w.Status().takeovers, 1u);
}

TEST(Takeover, WhenTheNextLinksPeerGoesAwayTooAnotherFollows)
{
    EngineWorld w;
    w.Live();
    w.Advance(1000);
    w.Beat();
    w.Leaving();
    w.NextSaysHello();
    w.Leaving();
    w.Welcome();
    Superseded(w);
    w.Sync();
    w.AnswerResumed();
    for (int k = 0; k < 1000 && !w.HasOther(); k++) {
        w.Advance(50);
        w.Beat();
    }
    TakeOver(w);
    EXPECT_FALSE(w.HasOther());
    EXPECT_EQ(w.Status().takeovers, 2u);
}

TEST(Takeover, WhatIsSaidOfALinkThatWasLeftIsNobodys)
{
    EngineWorld w;
    w.Live();
    w.Advance(1000);
    w.Beat();
    w.Leaving();
    w.NextSaysHello();
    w.Welcome();
    w.Other();
    w.Retry(REEVE_SESSION_SUPERSEDED, 0);
    w.Leaving();
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Sync();
    w.Advance(3000);
    EXPECT_FALSE(w.HasOther());
    EXPECT_EQ(w.notes[REEVE_NOTE_PEER_LEAVING], 1);
}

TEST(Takeover, AStoppingWorkerStaysWithAPeerThatGoesAway)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Advance(1000);
    w.Beat();
    w.Drain(20000);
    w.Leaving();
    EXPECT_FALSE(w.HasOther());
    w.FinishAll();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    w.Ack();
    EXPECT_TRUE(IsLive(w));
}

} // namespace
