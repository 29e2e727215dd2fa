// SPDX-License-Identifier: Apache-2.0
//
// Heartbeats and the lease: a gateway that falls silent, and what may still be started.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

// P8: within two intervals status says that it is not ready.
TEST(Session, NoticesASilentGatewayWithinThreeIntervals)
{
    EngineWorld w;
    w.Live();
    EXPECT_TRUE(w.Status().ready);
    w.Trace();
    w.Advance(2999);
    EXPECT_EQ(w.closed_code, -1);
    EXPECT_FALSE(w.Status().ready) << "P8: within two intervals";
    EXPECT_EQ(w.Status().conditions, 1u << REEVE_CONDITION_HEARTBEAT_LATE);
    w.Advance(1);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_LIVENESS_LOST);
    EXPECT_EQ(w.heartbeats, 3u);
}

TEST(Session, NoticesASilentGatewayWithinTenSecondsWhateverTheInterval)
{
    EngineWorld w;
    w.gw_interval_ms = 60000;
    w.gw_lease_ms = 200000;
    w.Live();
    w.Advance(10000);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_LIVENESS_LOST);
}

TEST(Session, StaysUpWhileHeartbeatsAreAnswered)
{
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 100; i++) {
        w.Advance(1000);
        w.Beat();
    }
    EXPECT_EQ(w.closed_code, -1);
    EXPECT_TRUE(w.Status().ready);
    EXPECT_GE(w.heartbeats, 100u);
}

TEST(Session, StartsNothingAfterTheLease)
{
    EngineWorld w;
    w.gw_interval_ms = 1000;
    w.gw_lease_ms = 3000;
    w.Live();
    // Beats come but answer nothing: the gateway hears us no more, say.
    for (int i = 1; i <= 4; i++) {
        w.Advance(1000);
        reeve_gateway_frame frame = {};
        frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
        frame.as.heartbeat.sequence = static_cast<uint64_t>(i);
        w.Send(frame);
    }
    WorldJob job = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(job), 0u);
    EXPECT_EQ(w.notes[REEVE_NOTE_LEASE_EXPIRED], 1);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = 5;
    frame.as.heartbeat.answers = w.heartbeats;
    w.gw_lease_ms = 1000000; // the world's own count follows Beat() only
    w.Send(frame);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Session, RefusesAnAnswerToAHeartbeatThatWasNeverSent)
{
    EngineWorld w;
    w.Live();
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = 1;
    frame.as.heartbeat.answers = 1000;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
}
