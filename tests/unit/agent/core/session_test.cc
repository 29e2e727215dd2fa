// SPDX-License-Identifier: Apache-2.0
//
// How a session opens, what is refused on the way, and how it is opened again (P4, P6).
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Session, RepeatsItsNonceUntilAWelcomeWasStored)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    reeve_id first = w.hello.nonce;
    EXPECT_FALSE(reeve_id_is_zero(first));
    w.Reconnect();
    EXPECT_TRUE(reeve_id_equal(first, w.hello.nonce)) << "its Welcome was lost";
    w.Reconnect();
    EXPECT_FALSE(reeve_id_equal(first, w.hello.nonce)) << "its Welcome was stored";
    EXPECT_EQ(w.hello.last_epoch, 1u);
}

TEST(Session, RepeatsItsNonceAcrossARestart)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    reeve_id first = w.hello.nonce;
    w.Restart();
    w.Sync();
    w.Up();
    EXPECT_TRUE(reeve_id_equal(first, w.hello.nonce));
}

// P7: a gateway cannot use up the numbers that a journal has for its life; when it is in good hands
// again, the worker comes back and works.
TEST(Session, P7NumbersThatJumpToTheirEndAreRefused)
{
    const std::function<void(reeve_welcome &)> hostile[] = {
        [](reeve_welcome &w) { w.epoch = UINT64_MAX; },
        [](reeve_welcome &w) { w.epoch = uint64_t{1} << 41; },
        [](reeve_welcome &w) { w.dispatch_base = UINT64_MAX - 1; },
    };
    EngineWorld w;
    w.Boot();
    for (const auto &change : hostile) {
        w.closed_code = -1;
        while (!w.connect_asked) {
            w.Advance(100);
        }
        w.Sync();
        w.Up();
        w.Welcome(change);
        w.gw_epoch = 0;
        EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
        w.Down();
    }
    w.Reconnect();
    EXPECT_EQ(w.StartsOf(w.Give(kGet)), 1u);
    WorldJob last = w.Job(kGet);
    last.sequence = UINT64_MAX;
    w.Dispatch(last);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
    EXPECT_EQ(w.StartsOf(last), 0u);
}

TEST(Session, BacksOffWithFullJitterForEver)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    uint64_t longest = 0;
    for (int i = 0; i < 60; i++) {
        w.Down();
        uint64_t wait = reeve_engine_next_deadline(w.engine) - w.now.boot_ms;
        uint64_t ceiling = std::min<uint64_t>(30000, uint64_t{200} << std::min(i, 20));
        EXPECT_LE(wait, ceiling) << "try " << i;
        longest = std::max(longest, wait);
        w.Advance(wait);
        ASSERT_TRUE(w.connect_asked);
    }
    EXPECT_GT(longest, 10000u);
}

TEST(Session, StartsTheBackoffAnewAfterASessionThatLived)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 10; i++) {
        w.Down();
        w.Advance(30000);
    }
    w.Sync();
    w.Up();
    w.Welcome();
    w.Sync();
    for (int i = 0; i < 11; i++) {
        w.Advance(1000);
        w.Beat();
    }
    w.Down();
    EXPECT_LE(reeve_engine_next_deadline(w.engine) - w.now.boot_ms, 200u);
}

// P6: nothing needs a restart: whoever corrects the configuration is not kept waiting.
TEST(Session, P6ANewConfigurationIsTriedSoon)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 12; i++) {
        w.Down();
        w.Advance(30000);
    }
    w.Down();
    w.Configure(true);
    EXPECT_LE(reeve_engine_next_deadline(w.engine) - w.now.boot_ms, 200u);
    w.Advance(200);
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_OVERLOADED, 5000);
    w.Down(REEVE_OK);
    w.Configure(true);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 5000) << "the gateway asked for it";
}

TEST(Session, P6ANewConfigurationBoundsThePauseAnew)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.backoff_cap_ms = 1000;
    w.Configure(true);
    for (int i = 0; i < 40; i++) {
        w.Down();
        const uint64_t wait = reeve_engine_next_deadline(w.engine) - w.now.boot_ms;
        EXPECT_LE(wait, 1000u) << "try " << i;
        w.Advance(wait);
        ASSERT_TRUE(w.connect_asked);
    }
}

TEST(Session, HonoursRetryAndComesBackSlowlyWhenRefused)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_OVERLOADED, 5000);
    w.Down(REEVE_OK);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 5000);
    w.Advance(5000);
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_CLONED, 0);
    w.Down(REEVE_OK);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 60000) << "tried on, slowly";
    EXPECT_EQ(w.notes[REEVE_NOTE_SESSION_REFUSED], 1);
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_REFUSED)) << "P8";
    EXPECT_EQ(w.SessionEvents(), std::vector{REEVE_SESSION_EVENT_CLONED});
    w.Reconnect();
    EXPECT_TRUE(w.Status().ready) << "the cause is gone";
}

// P4: a gateway that forgot what it had stored learns it from Resume, and takes the outcome.
TEST(Session, P4ListsHowManyResultsAnEndedJobHas)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kStream);
    const reeve_job_handle handle = w.HandleOf(job);
    w.Emit(handle, "one");
    w.Emit(handle, "two");
    w.AckResults();
    w.Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    w.Sync();
    w.Reconnect(); // its outcome was not acknowledged
    ASSERT_EQ(w.resumed.size(), 1u);
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_ENDED);
    EXPECT_EQ(w.resumed[0].next_index, 2u);
}

// A gateway that stops sends away whoever comes, whether Hello has reached it or not.
TEST(Session, P6NoRetryKeepsAWorkerAwayForGood)
{
    for (const uint64_t after_ms : {uint64_t{3600001}, UINT64_MAX / 2, UINT64_MAX}) {
        EngineWorld w;
        w.Live();
        w.Retry(REEVE_SESSION_OVERLOADED, after_ms);
        w.Down();
        w.Advance(3599000);
        EXPECT_FALSE(w.connect_asked) << after_ms;
        w.Advance(2000);
        EXPECT_TRUE(w.connect_asked) << after_ms;
    }
}

TEST(Session, P6TakesRetryBeforeHelloIsDurable)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Up();
    w.Retry(REEVE_SESSION_RESTARTING, 3000);
    w.Down(REEVE_OK);
    EXPECT_EQ(w.Status().violations, 0u);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 3000);
}

TEST(Session, GivesUpALinkThatIsNeverWelcomed)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Trace();
    w.Advance(15000);
    EXPECT_EQ(w.Trace().back(), "CLOSE LIVENESS_LOST");
}

TEST(Session, IgnoresEventsOfAnOldLink)
{
    EngineWorld w;
    w.Live();
    uint32_t old = w.link;
    w.Reconnect();
    w.Trace();
    std::swap(old, w.link);
    w.Message("\xff\xff\xff");
    std::swap(old, w.link);
    EXPECT_EQ(w.Trace(), Lines{});
    EXPECT_STREQ(w.Status().link_state, "LIVE");
}
