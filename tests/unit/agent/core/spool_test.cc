// SPDX-License-Identifier: Apache-2.0
//
// P4, P7: results that memory has no room for wait on disk: none is lost, none comes twice, their
// order stays, whatever happens to the session and the memory meanwhile; a full disk makes the task
// wait, as it would without a spool.
#include <gtest/gtest.h>

#include "tests/unit/agent/core/spooling.h"

// ---- the gateway is away, or slow ----

TEST(Spool, P7AJobGoesOnWhileTheGatewayIsAway)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    w.Down();
    Producer producer(w, job);
    EXPECT_EQ(producer.EmitMany(500), 500u);
    EXPECT_GT(w.Status().spool_results, 480u);
    EXPECT_EQ(w.Status().spool_status, REEVE_OK);
    EXPECT_LT(producer.most_memory(), kMemory) << "P7: they are on disk";
    producer.Succeed();
    EXPECT_EQ(w.Status().jobs_delivering, 1u);
    w.Reconnect();
    EXPECT_EQ(w.resumed.at(0).next_index, 0u);
    Deliver(w, job, 500);
    EXPECT_EQ(w.StreamOf(job).repeated, 0u);
    EXPECT_EQ(w.spool_writes, w.spool_reads) << "each block once";
}

TEST(Spool, P7AJobGoesOnWhileTheGatewayAcknowledgesNothing)
{
    EngineWorld w(Small());
    w.gw_result_window = 1000;
    w.Live();
    WorldJob job = Started(w, kStream);
    Producer producer(w, job);
    EXPECT_EQ(producer.EmitMany(300), 300u);
    EXPECT_LE(w.StreamOf(job).messages.size(), kWindow) << "P7: in flight";
    EXPECT_LT(producer.most_memory(), kMemory);
    producer.Succeed();
    Deliver(w, job, 300);
}

// Nothing is written for a gateway that keeps up.
TEST(Spool, AGatewayThatKeepsUpCostsNoDisk)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    Producer producer(w, job);
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(producer.EmitMany(3), 3u);
        w.AckResults();
    }
    EXPECT_EQ(w.spool_writes, 0u);
    producer.Succeed();
    w.Sync();
    Deliver(w, job, 300);
}

TEST(Spool, MessagesAsLargeAsTheWindowGoThrough)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    w.Down();
    Producer producer(w, job);
    for (size_t i = 0; i < 20; i++) {
        ASSERT_TRUE(producer.Emit(std::string(kWindowBytes + i, static_cast<char>('a' + i))));
    }
    EXPECT_LT(producer.most_memory(), kMemory);
    producer.Succeed();
    w.Reconnect();
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->results, 20u);
    for (size_t i = 0; i < 20; i++) {
        EXPECT_EQ(w.StreamOf(job).messages[i],
                  std::string(kWindowBytes + i, static_cast<char>('a' + i)));
    }
    ExpectNothingLeft(w);
}

TEST(Spool, StreamsTakeTurns)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob a = Started(w, kStream);
    WorldJob b = Started(w, kTail);
    w.Down();
    Producer pa(w, a);
    Producer pb(w, b);
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(pa.EmitMany(3), 3u);
        ASSERT_EQ(pb.EmitMany(1), 1u);
    }
    pa.Succeed();
    pb.Succeed();
    w.Reconnect();
    w.AckResults();
    w.Sync();
    ExpectWhole(w, a, 300);
    ExpectWhole(w, b, 100);
    ExpectNothingLeft(w);
}

// ---- full ----

TEST(Spool, P7AFullSpoolPausesTheTask)
{
    EngineWorld w(Small(64u << 10));
    w.Live();
    WorldJob job = Started(w, kStream);
    w.Down();
    Producer producer(w, job);
    const size_t taken = producer.EmitMany(10000);
    EXPECT_LT(taken, 300u);
    EXPECT_TRUE(producer.IsPaused());
    EXPECT_LE(w.spool_most_bytes, 64u << 10);
    EXPECT_LE(w.Status().spool_bytes, 64u << 10);
    EXPECT_EQ(w.Status().spool_status, REEVE_LIMIT);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_FULL], 1);
    EXPECT_LT(producer.most_memory(), kMemory);
    w.Reconnect();
    for (int i = 0; i < 1000 && producer.emitted() < 2000; i++) {
        producer.EmitMany(2000 - producer.emitted());
        w.AckResults();
    }
    EXPECT_EQ(producer.emitted(), 2000u) << "it goes on when there is room again";
    EXPECT_LE(w.spool_most_bytes, 64u << 10);
    producer.Succeed();
    Deliver(w, job, 2000);
    EXPECT_EQ(w.Status().spool_status, REEVE_OK);
}

TEST(Spool, WithoutOneTheTaskIsPausedInMemory)
{
    EngineWorld w(Small(0));
    w.Live();
    WorldJob job = Started(w, kStream);
    w.Down();
    Producer producer(w, job);
    EXPECT_LE(producer.EmitMany(100), kWindow);
    EXPECT_TRUE(producer.IsPaused());
    EXPECT_EQ(w.spool_writes, 0u);
    producer.Succeed();
    w.Reconnect();
    Deliver(w, job, producer.emitted());
}

// A new configuration without a spool: nothing more is written, and what is there is delivered.
TEST(Spool, TurnedOffWhileItHoldsResults)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    w.Down();
    Producer producer(w, job);
    EXPECT_EQ(producer.EmitMany(100), 100u);
    const size_t writes = w.spool_writes;
    w.Configure(true);
    producer.EmitMany(100);
    EXPECT_TRUE(producer.IsPaused());
    EXPECT_EQ(w.spool_writes, writes);
    producer.Succeed();
    w.Reconnect();
    Deliver(w, job, producer.emitted());
}

// P7: many streams of which none fills its window, and memory that is short for all of them.
TEST(Spool, P7ShortMemoryIsRelievedByAllStreams)
{
    WorldOptions options = Small();
    options.window_bytes = 100000;
    options.max_memory_bytes = 1; // the least there is: a little over 1 MiB
    options.max_input_bytes = 1000;
    EngineWorld w(options);
    w.Live();
    std::vector<WorldJob> jobs;
    for (int i = 0; i < 12; i++) {
        jobs.push_back(Started(w, kStream));
    }
    w.Down();
    const auto message = [](size_t i) { return std::string(9000, static_cast<char>('a' + i)); };
    for (size_t i = 0; i < 5; i++) {
        for (const WorldJob &job : jobs) {
            w.Emit(w.HandleOf(job), message(i));
        }
        EXPECT_LT(w.Status().memory_bytes, 600000u);
    }
    EXPECT_GT(w.spool_writes, 0u) << "though no window is half full";
    w.Reconnect();
    w.FinishAll();
    w.AckResults();
    w.Sync();
    for (const WorldJob &job : jobs) {
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->results, 5u);
        for (size_t i = 0; i < 5; i++) {
            EXPECT_EQ(w.StreamOf(job).messages[i], message(i));
        }
    }
    ExpectNothingLeft(w);
}

// ---- the session ----

// P4: the session is lost behind every message and every acknowledgement, with the spool answering
// at once, and with its answer on its way.
TEST(Spool, P4ReconnectAtEachPoint)
{
    for (size_t lose = 0; lose < 60; lose++) {
        for (bool slow : {false, true}) {
            EngineWorld w(Small());
            w.gw_result_window = 5;
            w.Live();
            WorldJob job = Started(w, kTail);
            Producer producer(w, job);
            w.auto_spool = !slow;
            for (size_t step = 0; step < 60; step++) {
                producer.EmitMany(3);
                if (slow && w.spool_asked && step % 3 == 0) {
                    w.SpoolDone();
                }
                if (step % 4 == 1) {
                    WorldStream &stream = w.StreamOf(job);
                    w.AckResults(job, (stream.durable + stream.messages.size() + 1) / 2);
                }
                if (step == lose) {
                    w.Down();
                    producer.EmitMany(7);
                    w.Reconnect();
                }
            }
            w.auto_spool = true;
            if (w.spool_asked) {
                w.SpoolDone();
            }
            producer.Succeed();
            Deliver(w, job, producer.emitted());
            EXPECT_TRUE(slow || w.spool_reads > 0);
            ASSERT_FALSE(HasFailure()) << "lost at step " << lose;
        }
    }
}

// The gateway holds more than its last acknowledgement said; that was sent once, and so is in
// memory, however much is on disk.
TEST(Spool, P4GatewayHoldsMoreThanItsLastAcknowledgementSaid)
{
    EngineWorld w(Small());
    w.gw_result_window = 1000;
    w.Live();
    WorldJob job = Started(w, kStream);
    Producer producer(w, job);
    producer.EmitMany(200);
    const size_t received = w.StreamOf(job).messages.size();
    ASSERT_GT(received, 0u);
    w.StreamOf(job).durable = received; // stored, and the acknowledgement lost
    w.Down();
    producer.EmitMany(100);
    w.Reconnect();
    EXPECT_EQ(w.resumed.at(0).next_index, 0u);
    producer.Succeed();
    Deliver(w, job, producer.emitted());
}

TEST(Spool, AnAcknowledgementOfWhatWasNeverSentEndsTheSession)
{
    EngineWorld w(Small());
    w.gw_result_window = 2;
    w.Live();
    WorldJob job = Started(w, kStream);
    Producer producer(w, job);
    producer.EmitMany(100);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RESULT_ACK;
    frame.as.result_ack.job_id = job.job_id;
    frame.as.result_ack.attempt = 1;
    frame.as.result_ack.next_index = 3; // two were sent, a hundred emitted
    frame.as.result_ack.limit = 10;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, static_cast<int>(REEVE_SESSION_SEQUENCE_INVALID));
    w.Reconnect();
    producer.Succeed();
    Deliver(w, job, 100);
}

// What is sent while it is on its way to the disk stays in memory: it may be acknowledged.
TEST(Spool, P4SentWhileItIsWritten)
{
    EngineWorld w(Small());
    w.gw_result_window = 1000;
    w.Live();
    WorldJob job = Started(w, kStream);
    w.auto_spool = false;
    w.auto_sent = false; // the link is busy with the first
    Producer producer(w, job);
    producer.EmitMany(kWindow);
    ASSERT_TRUE(w.spool_asked);
    w.auto_sent = true;
    w.Tick();
    EXPECT_GT(w.StreamOf(job).messages.size(), 1u);
    w.SpoolDone();
    w.AckResults();
    w.auto_spool = true;
    if (w.spool_asked) {
        w.SpoolDone();
    }
    EXPECT_EQ(w.spool_reads, 0u);
    producer.EmitMany(20);
    producer.Succeed();
    Deliver(w, job, producer.emitted());
}

TEST(Spool, NextGatewayTakesSmallerMessages)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Down();
    Producer producer(w, job);
    for (int i = 0; i < 100; i++) {
        ASSERT_TRUE(producer.Emit(i == 70 ? std::string(900, 'l') : "short"));
    }
    producer.Succeed();
    w.gw_max_result = 500;
    w.Reconnect();
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_OUTPUT_TOO_LARGE);
    EXPECT_EQ(w.OutcomeOf(job)->results, 70u);
    ExpectNothingLeft(w);
}

// ---- the end of the job, and of the process ----

TEST(Spool, WhatIsOnDiskGoesWithItsJob)
{
    for (bool busy : {false, true}) {
        EngineWorld w(Small());
        w.Live();
        WorldJob job = w.Job(kTail);
        job.time_left_ms = 1000;
        w.Dispatch(job);
        w.Sync();
        Producer producer(w, job);
        w.Down();
        producer.EmitMany(100);
        w.auto_spool = !busy;
        producer.EmitMany(kWindow);
        EXPECT_EQ(w.spool_asked, busy);
        w.Advance(20000); // the deadline, and the time for a last word
        EXPECT_EQ(w.Status().spool_results, 0u);
        w.auto_spool = true;
        if (w.spool_asked) {
            w.SpoolDone();
        }
        EXPECT_TRUE(w.spool.empty());
        w.Finish(producer.handle(), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
        if (w.connect_asked) {
            w.Down(); // it has been trying meanwhile
        }
        w.Reconnect();
        w.Sync();
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_TIMED_OUT);
        EXPECT_EQ(w.OutcomeOf(job)->results, 0u);
        ExpectNothingLeft(w);
    }
}

// The spool is gone with the process: the job is begun anew, or UNKNOWN, as without one.
TEST(Spool, P4WorkerCrashWithResultsOnDisk)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob again = Started(w, kStream);
    WorldJob once = Started(w, kTail);
    {
        Producer pa(w, again);
        Producer pb(w, once);
        pa.EmitMany(50);
        pb.EmitMany(50);
        w.AckResults(once, 2);
        pb.Succeed();
    }
    w.Restart();
    w.Reconnect();
    ASSERT_NE(w.OutcomeOf(once), nullptr);
    EXPECT_EQ(w.OutcomeOf(once)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(w.OutcomeOf(once)->reason, REEVE_REASON_WORKER_RESTARTED);
    again.sequence = 0;
    again.attempt = 2;
    w.Dispatch(again);
    w.Sync();
    Producer producer(w, again);
    producer.EmitMany(80);
    producer.Succeed();
    w.AckResults();
    w.Sync();
    ExpectWhole(w, again, 80);
    ExpectNothingLeft(w);
}

TEST(Spool, P6DrainWaitsForWhatIsOnDisk)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kTail);
    Producer producer(w, job);
    producer.EmitMany(200);
    w.Drain(60000);
    producer.Succeed();
    w.Sync();
    EXPECT_FALSE(w.exited);
    w.AckResults();
    w.Sync();
    w.Ack();
    w.Sync();
    w.Down(REEVE_OK);
    w.Sync();
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_OK);
    ExpectWhole(w, job, 200);
}
