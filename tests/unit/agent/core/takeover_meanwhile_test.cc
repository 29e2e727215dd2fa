// SPDX-License-Identifier: Apache-2.0
//
// What happens while one link takes over from another: a newer identity, a stop, a journal that
// fails, a new configuration, a result that is half sent.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/agent/core/takeover.h"

namespace
{

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

} // namespace
