// SPDX-License-Identifier: Apache-2.0
//
// P6: a second connection takes over while the first still stands, at whatever moment either of
// them ends; P4: nothing runs twice by it, and no gateway takes the worker for rolled back; P7:
// there is never a third link, and limits count within their session. The world checks the order of
// records, results, intents and outcomes in each of these tests.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/agent/core/takeover.h"

namespace
{

using Lines = std::vector<std::string>;

TEST(Takeover, P6_ARenewedIdentityChangesTheLinkAndNothingElse)
{
    EngineWorld w;
    w.Live();
    const WorldJob create = w.Give(kCreate);
    w.Sync();
    const WorldJob first = w.Give(kPut);
    const WorldJob second = w.Give(kPut);
    const WorldJob queued = w.Give(kPut);
    w.Trace();
    w.Renew();
    EXPECT_EQ(w.Trace(), Lines{"CONNECT"});
    w.NextSaysHello();
    EXPECT_EQ(w.Trace(), (Lines{"APPEND HELLO", "SYNC", "SEND HELLO"}));
    w.Welcome();
    EXPECT_EQ(w.Trace(), Lines{}) << "the older session still serves";
    EXPECT_TRUE(w.Status().ready);
    Superseded(w);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SUPERSEDED);
    w.Trace();
    w.Sync();
    EXPECT_TRUE(w.Status().ready);
    EXPECT_EQ(w.Status().takeovers, 1u);
    ASSERT_EQ(w.resumed.size(), 4u) << "what was not started is here, too";
    for (const WorldJob &job : {create, first, second, queued}) {
        EXPECT_TRUE(Resumed(w, job, REEVE_RESUME_RUNNING));
    }
    EXPECT_EQ(w.StartsOf(queued), 0u);
    EXPECT_EQ(w.Status().granted, 12u) << "P7: those that are held are not granted again";
    w.FinishAll();
    w.Sync();
    w.FinishAll();
    w.Sync();
    w.Ack();
    for (const WorldJob &job : {create, first, second, queued}) {
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
        EXPECT_EQ(w.StartsOf(job), 1u);
    }
    EXPECT_EQ(w.outcomes.size(), 4u) << "none was sent twice";
}

TEST(Takeover, WhatTheGatewaySentBeforeIsStillRead)
{
    EngineWorld w;
    w.Live();
    WorldJob early = w.Job(kCreate);
    early.sequence = ++w.gw_sequence; // on its way when the new epoch is opened
    w.Renew();
    w.NextSaysHello();
    w.Welcome();
    w.Other();
    w.Dispatch(early);
    w.Sync();
    EXPECT_EQ(w.StartsOf(early), 1u) << "under the older session's lease";
    w.Other();
    Superseded(w);
    w.Sync();
    EXPECT_TRUE(Resumed(w, early, REEVE_RESUME_RUNNING));
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(early)->status, REEVE_OUTCOME_SUCCEEDED);
}

TEST(Takeover, WhatComesOnTheOlderLinkBehindItsLastFrameIsNotRead)
{
    EngineWorld w;
    w.Live();
    WorldJob late = w.Job(kGet);
    late.sequence = ++w.gw_sequence;
    w.Renew();
    w.NextSaysHello();
    w.Welcome();
    w.Other();
    w.Retry(REEVE_SESSION_SUPERSEDED, 0);
    w.Dispatch(late);
    EXPECT_EQ(w.StartsOf(late), 0u);
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Sync();
    EXPECT_TRUE(w.resumed.empty()) << "so the gateway gives it out again";
    late.sequence = 0;
    late.attempt = 2;
    w.Dispatch(late);
    EXPECT_EQ(w.StartsOf(late), 1u);
}

TEST(Takeover, TheOlderLinksEndMayComeBeforeWelcome)
{
    EngineWorld w;
    w.Live();
    w.Give(kPut);
    w.Give(kPut);
    const WorldJob queued = w.Give(kPut);
    w.Renew();
    w.NextSaysHello();
    Superseded(w);
    w.Welcome();
    w.Sync();
    EXPECT_TRUE(Resumed(w, queued, REEVE_RESUME_RUNNING));
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, AnOlderLinkWithoutAnEndIsLeftAfterAWhile)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.Welcome();
    const uint32_t next = w.link;
    w.Advance(1900);
    EXPECT_EQ(w.closed_code, -1);
    w.Advance(200);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SUPERSEDED);
    EXPECT_NE(w.closed_link, next);
    w.Sync();
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, P4_NoRecordBehindHelloLeavesOnTheOlderLink)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kGet);
    w.Ack();
    w.Renew();
    w.Other();
    w.Up(); // Hello's marks are of now
    w.Other();
    w.FinishAll();
    w.Sync();
    w.Trace();
    w.Advance(1500);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job), nullptr) << "it waits";
    w.Other();
    w.Retry(REEVE_SESSION_OVERLOADED, 100);
    w.Other();
    ASSERT_NE(w.OutcomeOf(job), nullptr) << "and leaves once the gateway said no";
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
    w.Ack();
    EXPECT_TRUE(IsLive(w));
}

TEST(Takeover, WhenTheNewLinkIsRefusedTheOlderStays)
{
    const reeve_session_code codes[] = {REEVE_SESSION_CLONED, REEVE_SESSION_IDENTITY_UNKNOWN,
                                        REEVE_SESSION_OVERLOADED, REEVE_SESSION_RESTARTING};
    for (const reeve_session_code code : codes) {
        EngineWorld w;
        w.Live();
        const WorldJob job = w.Give(kCreate);
        w.Sync();
        w.Renew();
        w.NextSaysHello();
        const reeve_id nonce = w.hello.nonce;
        w.Retry(code, 3000);
        EXPECT_EQ(w.closed_link, w.link);
        w.Down(REEVE_CANCELLED);
        w.Other();
        EXPECT_TRUE(w.Status().ready) << reeve_session_code_name(code);
        const WorldJob more = w.Give(kGet);
        EXPECT_EQ(w.StartsOf(more), 1u);
        w.Trace();
        w.Beat();
        for (int i = 0; i < 100 && !w.HasOther(); i++) {
            w.Advance(1000);
            w.Beat();
            w.Sync();
        }
        ASSERT_TRUE(w.HasOther()) << "it is tried again";
        TakeOver(w);
        EXPECT_TRUE(reeve_id_equal(nonce, w.hello.nonce)) << "until one was answered";
        EXPECT_TRUE(IsLive(w));
        w.FinishAll();
        w.Sync();
        EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
    }
}

TEST(Takeover, WhenTheNewLinkCannotBeMadeTheOlderStays)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.Other();
    w.Down(REEVE_UNAVAILABLE);
    w.Other();
    EXPECT_TRUE(w.Status().ready);
    EXPECT_EQ(w.notes[REEVE_NOTE_TAKEOVER_FAILED], 1);
    for (int i = 0; i < 40; i++) {
        w.Advance(1000);
        w.Beat();
        w.Sync();
        if (w.HasOther()) {
            w.Other();
            w.Down(REEVE_UNAVAILABLE);
            w.Other();
        }
    }
    EXPECT_GE(w.notes[REEVE_NOTE_TAKEOVER_FAILED], 3) << "for ever";
    EXPECT_TRUE(w.Status().ready);
}

TEST(Takeover, P4_SilenceBehindHelloEndsBoth)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Renew();
    w.NextSaysHello();
    const reeve_id nonce = w.hello.nonce;
    w.Other();
    for (int i = 0; i < 6; i++) {
        w.Beat();
        w.Advance(1000);
    }
    EXPECT_FALSE(IsLive(w)) << "its Hello may be answered at any later time";
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Down(REEVE_CANCELLED);
    w.Reconnect();
    EXPECT_TRUE(reeve_id_equal(nonce, w.hello.nonce)) << "so the gateway knows it again";
    EXPECT_TRUE(Resumed(w, job, REEVE_RESUME_RUNNING));
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
}

TEST(Takeover, NonsenseInsteadOfWelcomeEndsBothAndIsRecordedOnce)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.Message("\xff\xff");
    EXPECT_EQ(w.Status().violations, 1u);
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Down(REEVE_CANCELLED);
    w.Reconnect();
    EXPECT_TRUE(IsLive(w));
    const auto events = w.SessionEvents();
    EXPECT_EQ(std::count(events.begin(), events.end(), REEVE_SESSION_EVENT_VIOLATION), 1);
}

TEST(Takeover, AFrameBeforeWelcomeIsOutOfOrder)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.Dispatch(w.Job(kGet));
    EXPECT_EQ(w.closed_code, REEVE_SESSION_OUT_OF_ORDER);
    EXPECT_TRUE(w.starts.empty());
}

TEST(Takeover, AWelcomeThatIsWrongIsSeenWhenItIsTaken)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kGet);
    w.Renew();
    w.NextSaysHello();
    w.Welcome([](reeve_welcome &welcome) { welcome.lease_ms = 1; });
    Superseded(w);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_MALFORMED);
    w.Reconnect();
    EXPECT_TRUE(Resumed(w, job, REEVE_RESUME_RUNNING));
}

TEST(Takeover, AcknowledgementsAndCancelsBehindWelcomeAreKept)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Renew();
    w.NextSaysHello();
    w.Welcome();
    w.Cancel(job);
    EXPECT_EQ(w.running[w.HandleOf(job)].cancelled, 0);
    Superseded(w);
    EXPECT_EQ(w.running[w.HandleOf(job)].cancelled, REEVE_CANCEL_REQUESTED);
}

} // namespace
