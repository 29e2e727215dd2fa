// SPDX-License-Identifier: Apache-2.0
//
// P6: a worker that stops finishes what runs, gives back what does not, waits for acknowledgements,
// and exits; at the deadline it exits with its journal intact.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

using Lines = std::vector<std::string>;

TEST(Drain, FinishesWhatRunsAndIsAcknowledged)
{
    EngineWorld w;
    w.Live();
    WorldJob run = w.Give(kPut);
    w.Give(kPut);
    WorldJob queued = w.Give(kPut);
    w.Trace();
    w.Drain(20000);
    EXPECT_EQ(w.Trace(), (Lines{"SEND DRAINING", "SEND RECALLED", "SEND HEARTBEAT"}));
    EXPECT_EQ(w.recalled, std::vector<uint64_t>{3}) << "given back at once";
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_DRAINING));
    WorldJob late = w.Give(kGet);
    w.Sync();
    EXPECT_EQ(w.recalled, (std::vector<uint64_t>{3, 4})) << "what was under way goes back, too";
    EXPECT_EQ(w.OutcomeOf(late), nullptr);
    w.Beat();
    EXPECT_EQ(w.StartsOf(queued), 0u);
    w.FinishAll();
    w.Sync();
    EXPECT_FALSE(w.exited) << "not acknowledged yet";
    EXPECT_EQ(w.OutcomeOf(run)->status, REEVE_OUTCOME_SUCCEEDED);
    w.Ack();
    w.Sync();
    EXPECT_EQ(w.closed_code, REEVE_SESSION_DRAINED);
    EXPECT_FALSE(w.exited);
    w.Down(REEVE_OK);
    w.Sync();
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_OK);
    EXPECT_EQ(w.gw_checkpoint, w.gw_durable.sequence) << "the last checkpoint went with it";
}

TEST(Drain, AnIdleWorkerLeavesAtOnce)
{
    EngineWorld w;
    w.Live();
    w.Ack();
    w.Drain(20000);
    w.Sync();
    w.Beat();
    EXPECT_EQ(w.closed_code, REEVE_SESSION_DRAINED);
    w.Down(REEVE_OK);
    w.Sync();
    EXPECT_TRUE(w.exited);
}

TEST(Drain, P6_WaitsUntilTheGatewayHasHeardOfIt)
{
    EngineWorld w;
    w.Live();
    w.Ack();
    w.Beat(); /* answers a heartbeat that was sent in front of Draining */
    w.Drain(20000);
    w.Sync();
    EXPECT_NE(w.closed_code, REEVE_SESSION_DRAINED);
    w.Give(kCreate); /* was under way */
    w.Sync();
    EXPECT_EQ(w.recalled, std::vector<uint64_t>{1});
    EXPECT_NE(w.closed_code, REEVE_SESSION_DRAINED);
    w.Beat();
    EXPECT_EQ(w.closed_code, REEVE_SESSION_DRAINED);
}

TEST(Drain, P6_MoreThanOneFrameCanHoldGoesBackInSeveral)
{
    WorldOptions options;
    options.max_in_flight = 1500;
    EngineWorld w(options);
    w.Live();
    for (int i = 0; i < 1402; i++) {
        w.Give(kPut); /* two at once */
    }
    w.Drain(20000);
    w.Sync();
    w.Beat();
    w.Sync();
    EXPECT_EQ(w.recalled.size(), 1400u);
}

TEST(Drain, WithoutAGatewayAndNothingToTellItLeavesAtOnce)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Down();
    w.Drain(20000);
    w.Sync();
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_OK);
}

TEST(Drain, StopsRunnersBeforeTheDeadlineAndSaysHowTheyEnded)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Drain(4000);
    w.Advance(1500);
    w.Beat();
    w.Advance(1500);
    w.Beat();
    ASSERT_EQ(w.running[w.HandleOf(job)].cancelled, REEVE_CANCEL_DRAIN);
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_NONE);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_CANCELLED);
}

TEST(Drain, ExitsAtTheDeadlineWithTheJournalIntact)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Drain(2000);
    w.Advance(2000);
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_TIMEOUT);
    w.FinishAll(); // too late; its buffers are still taken
    w.Restart(false);
    w.Reconnect();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_UNKNOWN);
}

TEST(Drain, ASecondOneExitsAtOnce)
{
    EngineWorld w;
    w.Live();
    w.Give(kCreate);
    w.Sync();
    w.Drain(20000);
    EXPECT_FALSE(w.exited);
    w.Drain(0);
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_TIMEOUT);
}

TEST(Drain, ConnectsAgainToDeliverWhatIsLeft)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Down();
    w.Drain(20000);
    w.FinishAll();
    w.Sync();
    EXPECT_FALSE(w.exited) << "an outcome waits";
    w.Reconnect();
    w.Sync();
    EXPECT_EQ(w.Credit(), 0u);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
    w.Ack();
    w.Sync();
    w.Down(REEVE_OK);
    w.Sync();
    EXPECT_TRUE(w.exited);
}
