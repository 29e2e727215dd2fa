// SPDX-License-Identifier: Apache-2.0
//
// A gateway that breaks the contract: the session ends, whatever it sent, and the trail says so.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

TEST(Session, RefusesAWelcomeThatBreaksTheContract)
{
    const std::function<void(reeve_welcome &)> changes[] = {
        [](reeve_welcome &w) { w.version = 2; },
        [](reeve_welcome &w) { w.epoch = 0; },
        [](reeve_welcome &w) { w.tenant = reeve_bytes_cstr(""); },
        [](reeve_welcome &w) { w.heartbeat_interval_ms = 0; },
        [](reeve_welcome &w) { w.lease_ms = 2 * w.heartbeat_interval_ms; },
        [](reeve_welcome &w) { w.max_frame_bytes = 100; },
        [](reeve_welcome &w) { w.audit_sequence = UINT64_MAX; },
    };
    for (const auto &change : changes) {
        EngineWorld w;
        ASSERT_TRUE(w.Boot());
        w.Sync();
        w.Up();
        w.Welcome(change);
        EXPECT_GE(w.closed_code, 16);
        EXPECT_EQ(w.CountRecords(REEVE_JOURNAL_EPOCH), 0u) << "taken over whole or not at all";
        EXPECT_EQ(w.SessionEvents(), std::vector{REEVE_SESSION_EVENT_VIOLATION});
    }
}

TEST(Session, EndsOnFramesOutOfOrder)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Give(kGet); // before Welcome
    EXPECT_EQ(w.closed_code, REEVE_SESSION_OUT_OF_ORDER);
    w.closed_code = -1;
    w.Reconnect();
    w.gw_epoch++;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_WELCOME; // a second one
    frame.as.welcome.epoch = 99;
    frame.as.welcome.version = 1;
    frame.as.welcome.gateway_id = w.gw_id;
    frame.as.welcome.tenant = reeve_bytes_cstr("acme");
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_OUT_OF_ORDER);
}

TEST(Session, AcknowledgingWhatWasNeverSentEndsIt)
{
    EngineWorld w;
    w.Live();
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = 1000;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_AUDIT_BROKEN);
}

// P7: a truncated message ends the session with a typed code and one audit record, and nothing else
// changes; the same worker then works on.
TEST(Session, GarbageCutAfterEveryByte)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(kGet);
    w.gw_sequence += 100;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    std::string spec = w.Spec(job);
    frame.as.dispatch.sequence = 50;
    frame.as.dispatch.attempt = 1;
    frame.as.dispatch.time_left_ms = 1000;
    frame.as.dispatch.job_spec = reeve_bytes_of(spec.data(), spec.size());
    std::string bytes = w.Encode(frame);
    size_t violations = 0;
    for (size_t cut = 1; cut < bytes.size(); cut++) {
        w.closed_code = -1;
        w.Message(bytes.substr(0, cut));
        EXPECT_EQ(w.closed_code, REEVE_SESSION_MALFORMED) << "cut at " << cut;
        violations++;
        w.Reconnect();
        w.Ack();
        w.Advance(2000);
    }
    size_t recorded = 0;
    for (reeve_session_event_kind kind : w.SessionEvents()) {
        recorded += kind == REEVE_SESSION_EVENT_VIOLATION ? 1 : 0;
    }
    EXPECT_EQ(recorded, violations);
    EXPECT_EQ(w.starts.size(), 0u);
    EXPECT_EQ(w.Status().dispatch_mark, 0u);
    w.Reconnect();
    WorldJob good = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(good), 1u);
}

TEST(Session, RandomGarbageNeverDoesMoreThanEndIt)
{
    reeve_random_seeded random;
    reeve_random_seed(&random, 99);
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 300; i++) {
        std::string bytes(1 + reeve_random_below(&random.random, 200), '\0');
        random.random.fill(random.random.ctx, bytes.data(), bytes.size());
        w.Message(bytes);
        if (w.closed_code != -1) {
            w.closed_code = -1;
            w.Reconnect();
            w.Ack();
        }
    }
    EXPECT_EQ(w.starts.size(), 0u);
}

TEST(Session, EndsOnAFrameOverItsBound)
{
    WorldOptions options;
    options.max_frame_bytes = 70000;
    EngineWorld w(options);
    w.Live();
    WorldJob job = w.Job(kGet);
    job.input = std::string(80000, 'x');
    w.Dispatch(job);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_FRAME_TOO_LARGE);
}

TEST(Session, RecordsOfBrokenSessionsAreBounded)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 1500; i++) {
        w.Sync();
        w.Up();
        w.Message("\xff"); // and nothing is ever acknowledged
        w.Down(REEVE_OK);
        w.Advance(w.Status().connect_at_ms - w.now.boot_ms);
        ASSERT_TRUE(w.connect_asked);
    }
    EXPECT_LE(w.CountRecords(REEVE_JOURNAL_AUDIT), 1100u) << "P7";
    w.Reconnect();
    EXPECT_TRUE(w.Status().ready) << "and it goes on";
}
