// SPDX-License-Identifier: Apache-2.0
//
// P6: a second connection takes over while the first still stands, at whatever moment either of
// them ends; P4: nothing runs twice by it, and no gateway takes the worker for rolled back; P7:
// there is never a third link, and limits count within their session. The world checks the order of
// records, results, intents and outcomes in each of these tests.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/engine_world.h"

namespace
{

using Lines = std::vector<std::string>;

// The older link's last frame, and its end.
void Superseded(EngineWorld &w)
{
    w.Other();
    w.Retry(REEVE_SESSION_SUPERSEDED, 0);
    w.Down(REEVE_CANCELLED);
    w.Other();
}

void TakeOver(EngineWorld &w)
{
    w.NextSaysHello();
    w.Welcome();
    Superseded(w);
    w.Sync();
    w.AnswerResumed();
}

bool Resumed(const EngineWorld &w, const WorldJob &job, reeve_resume_state state)
{
    return std::any_of(w.resumed.begin(), w.resumed.end(), [&](const reeve_resume_entry &entry) {
        return reeve_id_equal(entry.job_id, job.job_id) && entry.state == state;
    });
}

bool IsLive(const EngineWorld &w)
{
    return std::string(w.Status().link_state) == "LIVE";
}

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

// ---- other things that happen meanwhile ----

TEST(Takeover, AnIdentityThatIsRenewedMeanwhileIsTakenUpNext)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.Renew();
    w.Welcome();
    Superseded(w);
    w.Sync();
    EXPECT_TRUE(w.HasOther()) << "the link dialled with what was before";
    TakeOver(w);
    EXPECT_FALSE(w.HasOther());
    EXPECT_EQ(w.Status().takeovers, 2u);
}

TEST(Takeover, AnIdentityThatIsRenewedWithoutALinkNeedsNothing)
{
    EngineWorld w;
    w.Live();
    w.Down();
    w.Renew();
    w.Reconnect();
    EXPECT_FALSE(w.HasOther());
    w.Advance(500);
    EXPECT_FALSE(w.HasOther());
}

TEST(Takeover, AnIdentityThatIsRenewedWhileALinkIsMadeIsTakenUpWhenItIsLive)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Renew();
    w.Sync();
    w.Up();
    w.Welcome();
    w.Sync();
    EXPECT_TRUE(w.HasOther());
    TakeOver(w);
    EXPECT_FALSE(w.HasOther());
}

TEST(Takeover, AStoppingWorkerBeginsNoneAndFinishesOneThatWasAskedFor)
{
    for (int said = 0; said <= 2; said++) { // nothing, Hello, Hello and Welcome
        EngineWorld w;
        w.Live();
        const WorldJob job = w.Give(kCreate);
        w.Sync();
        w.Renew();
        if (said >= 1) {
            w.NextSaysHello();
        }
        if (said >= 2) {
            w.Welcome();
        }
        w.Drain(20000);
        if (said == 0) {
            w.Other();
            EXPECT_EQ(w.closed_link, w.link);
            w.Down(REEVE_CANCELLED);
            w.Other();
        } else {
            if (said == 1) {
                w.Welcome();
            }
            Superseded(w);
        }
        w.Sync();
        ASSERT_TRUE(IsLive(w)) << said;
        w.FinishAll();
        w.Sync();
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        w.Ack();
        w.Beat();
        w.Sync();
        w.Ack();
        EXPECT_EQ(w.closed_code, REEVE_SESSION_DRAINED) << said;
        w.Down(REEVE_OK);
        w.Sync();
        EXPECT_TRUE(w.exited);
        EXPECT_EQ(w.exit_status, REEVE_OK);
    }
}

TEST(Takeover, AJournalThatFailsEndsBothLinks)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.FailJournal();
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Down(REEVE_CANCELLED);
    EXPECT_TRUE(w.exited);
}

TEST(Takeover, ANewConfigurationIsOfferedInAHelloOfItsOwn)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    w.Configure(false);
    w.Down(REEVE_CANCELLED);
    w.Other();
    w.Down(REEVE_CANCELLED);
    EXPECT_TRUE(w.connect_asked) << "without a pause";
    w.Reconnect();
    EXPECT_TRUE(IsLive(w));
    EXPECT_FALSE(w.HasOther());
}

TEST(Takeover, AConfigurationThatTakesNothingAwayEndsNoSession)
{
    EngineWorld w;
    w.Live();
    w.Give(kPut);
    w.Give(kPut);
    const WorldJob queued = w.Give(kPut);
    w.Configure(true);
    EXPECT_TRUE(w.Status().ready);
    ASSERT_TRUE(w.HasOther());
    TakeOver(w);
    EXPECT_TRUE(Resumed(w, queued, REEVE_RESUME_RUNNING));
    EXPECT_FALSE(w.HasOther());
}

TEST(Takeover, AConfigurationThatComesBehindHelloIsOfferedNext)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Configure(false);
    w.Welcome();
    w.Sync();
    ASSERT_TRUE(w.HasOther()) << "the gateway was told what was before";
    TakeOver(w);
    EXPECT_FALSE(w.HasOther());
}

TEST(Takeover, AResultThatWasHalfSentIsSentWhole)
{
    EngineWorld w;
    w.gw_max_frame = 1u << 16;
    w.Live();
    const WorldJob job = w.Give(kStream);
    w.auto_sent = false;
    w.Emit(w.HandleOf(job), std::string(300000, 'r'));
    EXPECT_GT(w.StreamOf(job).partial.size(), 0u);
    EXPECT_EQ(w.StreamOf(job).messages.size(), 0u);
    w.auto_sent = true;
    w.Renew();
    w.Other();
    w.Other();
    w.NextSaysHello();
    w.Welcome();
    Superseded(w);
    w.Sync();
    w.AnswerResumed();
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->results, 1u);
    EXPECT_EQ(w.StreamOf(job).messages[0], std::string(300000, 'r'));
}

TEST(Takeover, P4_TheNonceOfARefusedHelloOutlivesTheJournalsOldSegments)
{
    EngineWorld w;
    w.Live();
    w.Renew();
    w.NextSaysHello();
    const reeve_id nonce = w.hello.nonce;
    w.Retry(REEVE_SESSION_OVERLOADED, 10000000);
    w.Down(REEVE_CANCELLED);
    w.Other();
    for (int i = 0; i < 64; i++) {
        WorldJob job = w.Job(kCreate);
        job.input = std::string(100000, 'x');
        w.Dispatch(job);
        w.Sync();
        w.FinishAll();
        w.Sync();
        w.Ack();
        w.Beat();
        w.Advance(500);
        w.Sync();
    }
    const uint64_t oldest = reeve_engine_read_marks(w.engine).oldest_needed_lsn;
    const auto kept =
        std::count_if(w.journal.begin(), w.journal.end(), [&](const WorldRecord &record) {
            return record.lsn >= oldest && record.type == REEVE_JOURNAL_HELLO;
        });
    EXPECT_GE(kept, 1);
    w.Restart();
    w.Sync();
    w.Up();
    EXPECT_TRUE(reeve_id_equal(nonce, w.hello.nonce))
        << "whether a gateway opened an epoch for it is not known here";
}

// ---- every moment ----

enum class Cut { kOlder, kNewer, kBoth, kCrash };

// One takeover with everything under way: what runs, waits, streams, has ended and was not
// acknowledged; dispatches that cross Welcome.
class Story
{
  public:
    static constexpr int kSteps = 11;

    Story()
    {
        w.Live();
        old_ = w.link;
        for (const char *task : {kCreate, kPut, kPut, kPut, kStream, kTail, kGet}) {
            jobs.push_back(w.Give(task));
        }
        w.Sync();
        w.Emit(w.HandleOf(jobs[4]), "first");
        w.Emit(w.HandleOf(jobs[4]), "second");
        w.AckResults(jobs[4], 1);
        w.Finish(w.HandleOf(jobs[6]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE, "got");
        crossing_ = w.Job(kCreate);
        later_ = w.Job(kPut);
    }

    void Look(bool older)
    {
        if ((w.link == old_) != older) {
            w.Other();
        }
    }

    void Step(int step)
    {
        switch (step) {
        case 0:
            w.Renew();
            return;
        case 1:
            Look(false);
            w.Up();
            return;
        case 2:
            w.Sync();
            return;
        case 3: // an outcome behind Hello's marks
            w.Finish(w.HandleOf(jobs[1]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE);
            w.Sync();
            return;
        case 4:
            crossing_.sequence = ++w.gw_sequence;
            later_.sequence = ++w.gw_sequence;
            jobs.push_back(crossing_);
            jobs.push_back(later_);
            Look(true);
            w.Dispatch(crossing_);
            return;
        case 5:
            Look(false);
            w.Welcome();
            return;
        case 6:
            w.Beat();
            return;
        case 7:
            Look(true);
            w.Dispatch(later_);
            return;
        case 8:
            w.Sync();
            return;
        case 9:
            Look(true);
            w.Retry(REEVE_SESSION_SUPERSEDED, 0);
            return;
        case 10:
            Look(false);
            w.Sync();
            w.AnswerResumed();
            return;
        default:
            FAIL();
        }
    }

    void Down(bool older)
    {
        Look(older);
        if ((w.link == old_) == older && w.connect_asked) {
            w.Down(REEVE_UNAVAILABLE);
        }
    }

    void Do(Cut cut)
    {
        if (cut == Cut::kCrash) {
            w.Crash();
            w.Boot();
            return;
        }
        if (cut != Cut::kNewer) {
            Down(true);
        }
        if (cut != Cut::kOlder) {
            Down(false);
        }
    }

    // Whatever the engine is left with becomes a live session.
    void Recover()
    {
        for (int i = 0; i < 50 && !(IsLive(w) && w.Welcomed() && !w.HasOther()); i++) {
            if (!w.connect_asked && w.HasOther()) {
                w.Other();
            }
            if (!w.connect_asked) {
                w.Reconnect();
                return;
            }
            if (!IsLive(w) && w.closed_link == w.link) {
                w.Down(REEVE_CANCELLED);
                continue;
            }
            if (w.HasOther() && IsLive(w)) { // the older stays: the newer is tried again
                Look(false);
                w.Down(REEVE_UNAVAILABLE);
                Look(true);
                continue;
            }
            if (!w.link_up) {
                w.Sync();
                w.Up();
            }
            w.Sync();
            if (!w.Welcomed()) {
                w.Welcome();
            }
            w.Sync();
            w.AnswerResumed();
        }
        EXPECT_TRUE(IsLive(w));
    }

    // As a gateway does behind ResumeDone.
    void GiveOutAgain(bool same_session)
    {
        for (WorldJob &job : jobs) {
            const bool held = same_session || Resumed(w, job, REEVE_RESUME_RUNNING) ||
                              Resumed(w, job, REEVE_RESUME_ENDED) || w.OutcomeOf(job) != nullptr;
            if (held) {
                continue;
            }
            job.sequence = 0;
            job.attempt++;
            w.Dispatch(job);
        }
    }

    void End()
    {
        for (int i = 0; i < 20; i++) {
            w.Beat();
            w.Sync();
            w.FinishAll();
            w.Sync();
            w.AckResults();
            w.Sync();
            w.Ack();
        }
    }

    EngineWorld w;
    std::vector<WorldJob> jobs;

  private:
    uint32_t old_ = 0;
    WorldJob crossing_;
    WorldJob later_;
};

class EveryMoment : public testing::TestWithParam<std::tuple<int, Cut>>
{
};

TEST_P(EveryMoment, P4_P5_P6_NothingIsLostAndNothingRunsTwice)
{
    const auto [cut_behind, cut] = GetParam();
    Story story;
    EngineWorld &w = story.w;
    for (int step = 0; step <= cut_behind; step++) {
        story.Step(step);
    }
    const uint64_t epoch = w.Status().epoch;
    story.Do(cut);
    story.Recover();
    const bool same_session = w.Status().epoch == epoch && cut != Cut::kCrash && cut_behind < 10;
    story.GiveOutAgain(same_session);
    story.End();
    EXPECT_FALSE(w.Status().rolled_back) << "P4: a takeover is no rollback";
    for (const WorldJob &job : story.jobs) {
        const WorldOutcome *outcome = w.OutcomeOf(job);
        ASSERT_NE(outcome, nullptr) << job.task << " is lost";
        const bool unknown = outcome->status == REEVE_OUTCOME_UNKNOWN;
        EXPECT_TRUE(outcome->status == REEVE_OUTCOME_SUCCEEDED || (unknown && cut == Cut::kCrash))
            << job.task << ": " << reeve_outcome_status_name(outcome->status) << " "
            << reeve_reason_name(outcome->reason);
        const auto ends =
            std::count_if(w.outcomes.begin(), w.outcomes.end(),
                          [&](const WorldOutcome &other) { return other.job == job.key(); });
        EXPECT_EQ(ends, 1) << job.task;
    }
    EXPECT_EQ(w.Status().jobs_running, 0u);
    EXPECT_EQ(w.Status().unsettled, 0u);
}

std::string Name(const testing::TestParamInfo<std::tuple<int, Cut>> &info)
{
    static const char *const names[] = {"Older", "Newer", "Both", "Crash"};
    return std::string(names[static_cast<int>(std::get<1>(info.param))]) + "Behind" +
           std::to_string(std::get<0>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Takeover, EveryMoment,
                         testing::Combine(testing::Range(0, Story::kSteps),
                                          testing::Values(Cut::kOlder, Cut::kNewer, Cut::kBoth,
                                                          Cut::kCrash)),
                         Name);

} // namespace
