// SPDX-License-Identifier: Apache-2.0
//
// P4, P7: results that memory has no room for wait on disk: none is lost, none comes twice, their
// order stays, whatever happens to the session, the disk and the memory meanwhile; a full or
// failing disk makes the task wait, as it would without a spool.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/alloc_sweep.h"
#include "tests/support/engine_world.h"
#include "tests/support/seed.h"

namespace
{

constexpr uint32_t kWindow = 8;
constexpr uint64_t kWindowBytes = 8000;
constexpr uint64_t kMemory = 6 * kWindowBytes; // with all that is beside the messages

WorldOptions Small(uint64_t max_spool_bytes = 1u << 20)
{
    WorldOptions options;
    options.window_results = kWindow;
    options.window_bytes = kWindowBytes;
    options.max_spool_bytes = max_spool_bytes;
    return options;
}

std::string Text(size_t i)
{
    return "message " + std::to_string(i) + " " + std::string(i * 37 % 900, 'x');
}

// Emits as the runner lets a binding: not beyond the window, and one message in any case.
class Producer
{
  public:
    Producer(EngineWorld &w, const WorldJob &job) : w_(w), job_(job), handle_(w.HandleOf(job))
    {
        EXPECT_NE(handle_, 0u);
    }
    // As the runner: a task that was paused goes on when half of the window is free again.
    bool IsPaused()
    {
        const WorldRunning &run = w_.running[handle_];
        const uint64_t held = emitted_ - run.released;
        const uint64_t part = paused_ ? 2 : 1;
        paused_ = held > 0 &&
                  (held >= kWindow / part || bytes_ - run.released_bytes >= kWindowBytes / part);
        return paused_;
    }
    bool Emit(const std::string &message)
    {
        if (w_.running.count(handle_) == 0 || IsPaused()) {
            return false;
        }
        emitted_++;
        bytes_ += message.size();
        w_.Emit(handle_, message);
        most_memory_ = std::max(most_memory_, w_.Status().memory_bytes);
        return true;
    }
    // How many of the next messages went through.
    size_t EmitMany(size_t count)
    {
        size_t done = 0;
        while (done < count && Emit(Text(emitted_))) {
            done++;
        }
        return done;
    }
    void Succeed()
    {
        w_.Finish(handle_, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_UNSPECIFIED);
    }
    size_t emitted() const
    {
        return emitted_;
    }
    uint64_t most_memory() const
    {
        return most_memory_;
    }
    reeve_job_handle handle() const
    {
        return handle_;
    }

  private:
    EngineWorld &w_;
    WorldJob job_;
    reeve_job_handle handle_;
    size_t emitted_ = 0;
    uint64_t bytes_ = 0;
    uint64_t most_memory_ = 0;
    bool paused_ = false;
};

WorldJob Started(EngineWorld &w, const char *task)
{
    WorldJob job = w.Job(task);
    job.time_left_ms = 3600000;
    w.Dispatch(job);
    w.Sync();
    return job;
}

void ExpectWhole(EngineWorld &w, const WorldJob &job, size_t count)
{
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr) << "P5: no end";
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_SUCCEEDED) << reeve_reason_name(outcome->reason);
    EXPECT_EQ(outcome->results, count);
    const WorldStream &stream = w.StreamOf(job);
    ASSERT_EQ(stream.durable, count);
    for (size_t i = 0; i < count; i++) {
        ASSERT_EQ(stream.messages[i], Text(i)) << "P4: message " << i;
    }
}

void ExpectNothingLeft(EngineWorld &w)
{
    w.Ack();
    w.Advance(1100);
    w.Sync();
    EXPECT_TRUE(w.spool.empty()) << w.spool.size() << " blocks are left";
    EXPECT_EQ(w.Status().spool_bytes, 0u);
    EXPECT_EQ(w.Status().spool_results, 0u);
    EXPECT_EQ(w.Status().memory_bytes, 0u);
}

void Deliver(EngineWorld &w, const WorldJob &job, size_t count)
{
    w.AckResults();
    w.Sync();
    ExpectWhole(w, job, count);
    ExpectNothingLeft(w);
}

} // namespace

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

// ---- a disk that fails ----

// Each write fails once, half written: the task waits, is said so, and goes on later.
TEST(Spool, P4EveryWriteFailsOnce)
{
    for (size_t fail = 0; fail < 12; fail++) {
        for (reeve_status status : {REEVE_DISK_FULL, REEVE_IO, REEVE_NO_MEMORY}) {
            EngineWorld w(Small());
            w.Live();
            WorldJob job = Started(w, kTail);
            w.Down();
            Producer producer(w, job);
            w.auto_spool = false;
            bool failed = false;
            for (int i = 0; i < 200; i++) {
                producer.EmitMany(1);
                while (w.spool_asked) {
                    const bool now = !failed && w.spool_writes == fail + 1 &&
                                     w.spool_work.type == REEVE_ACTION_SPOOL_WRITE;
                    failed = failed || now;
                    w.SpoolDone(now ? status : REEVE_OK);
                    if (now) {
                        EXPECT_EQ(w.Status().spool_status, status);
                        EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_FAILED], 1);
                    }
                }
            }
            w.auto_spool = true;
            if (failed) {
                EXPECT_TRUE(producer.IsPaused()) << "a write is tried again only later";
                EXPECT_LT(producer.emitted(), 200u);
                w.Advance(5000);
                EXPECT_EQ(w.Status().spool_status, REEVE_OK);
                EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_WRITABLE], 1);
            }
            EXPECT_GT(producer.EmitMany(100), 90u);
            EXPECT_LT(producer.most_memory(), kMemory);
            producer.Succeed();
            w.Reconnect();
            Deliver(w, job, producer.emitted());
            ASSERT_FALSE(HasFailure()) << "failing write " << fail;
        }
    }
}

TEST(Spool, P7ADiskThatIsFullForEverIsAsNone)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    w.auto_spool = false;
    Producer producer(w, job);
    for (int round = 0; round < 200; round++) {
        producer.EmitMany(5);
        if (w.spool_asked) {
            const bool removes = w.spool_work.type == REEVE_ACTION_SPOOL_REMOVE;
            w.SpoolDone(removes ? REEVE_OK : REEVE_DISK_FULL);
        }
        if (round % 4 == 0) {
            w.AckResults();
        }
        if (round % 50 == 49) {
            w.Advance(900);
            w.Beat();
        }
    }
    EXPECT_GT(producer.emitted(), 100u) << "at the gateway's pace";
    EXPECT_EQ(w.spool_reads, 0u);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_FAILED], 1) << "said once";
    EXPECT_LT(producer.most_memory(), kMemory);
    producer.Succeed();
    w.auto_spool = true;
    Deliver(w, job, producer.emitted());
}

// A read that fails is tried again.
TEST(Spool, P4EveryReadFailsOnce)
{
    for (reeve_status status : {REEVE_IO, REEVE_NO_MEMORY, REEVE_NOT_FOUND}) {
        EngineWorld w(Small());
        w.Live();
        WorldJob job = Started(w, kTail);
        w.Down();
        Producer producer(w, job);
        producer.EmitMany(200);
        producer.Succeed();
        w.Reconnect();
        w.auto_spool = false;
        size_t failed = 0;
        for (int i = 0; i < 10000 && w.OutcomeOf(job) == nullptr; i++) {
            if (w.spool_asked) {
                const bool reads = w.spool_work.type == REEVE_ACTION_SPOOL_READ;
                const bool now = reads && failed < w.spool_reads && w.spool_reads % 2 == 1;
                failed += now ? 1 : 0;
                w.SpoolDone(now ? status : REEVE_OK);
            }
            w.AckResults();
            w.Sync();
            w.Advance(50);
            w.Beat();
        }
        w.auto_spool = true;
        EXPECT_GT(failed, 10u);
        ExpectWhole(w, job, 200);
        if (w.spool_asked) {
            w.SpoolDone();
        }
        ExpectNothingLeft(w);
    }
}

// P5: what cannot be read back is not passed over: the job fails behind what came before it, and
// says so.
TEST(Spool, P5ABlockThatCannotBeReadEndsTheStream)
{
    for (bool runs : {false, true}) {
        for (bool missing : {false, true}) {
            EngineWorld w(Small());
            w.Live();
            WorldJob job = Started(w, kTail);
            w.Down();
            Producer producer(w, job);
            producer.EmitMany(200);
            if (!runs) {
                producer.Succeed();
            }
            ASSERT_GT(w.spool.size(), 6u);
            auto block = std::next(w.spool.begin(), 5);
            if (missing) {
                block->second.clear();
            } else {
                block->second[block->second.size() / 2] ^= 1;
            }
            w.Reconnect();
            for (int i = 0; i < 40; i++) {
                w.AckResults();
                w.Advance(100);
                w.Beat();
            }
            EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LOST], 1);
            if (runs) {
                EXPECT_EQ(w.running[producer.handle()].cancelled, REEVE_CANCEL_REQUESTED);
                w.Finish(producer.handle(), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
            }
            w.Sync();
            ASSERT_NE(w.OutcomeOf(job), nullptr);
            EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
            EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_RESULTS_LOST);
            EXPECT_GT(w.OutcomeOf(job)->results, 10u);
            EXPECT_LT(w.OutcomeOf(job)->results, 60u);
            const WorldStream &stream = w.StreamOf(job);
            for (size_t i = 0; i < stream.messages.size(); i++) {
                EXPECT_EQ(stream.messages[i], Text(i));
            }
            ExpectNothingLeft(w);
        }
    }
}

// A detector that never fails proves nothing: each byte of a block is looked at.
TEST(Spool, EveryByteOfABlockCounts)
{
    EngineWorld probe(Small());
    probe.Live();
    WorldJob first = Started(probe, kTail);
    probe.Down();
    Producer(probe, first).EmitMany(kWindow);
    ASSERT_FALSE(probe.spool.empty());
    const size_t size = probe.spool.begin()->second.size();
    for (size_t at = 0; at < size; at += at < 80 ? 1 : 97) {
        EngineWorld w(Small());
        w.Live();
        WorldJob job = Started(w, kTail);
        w.Down();
        Producer producer(w, job);
        producer.EmitMany(kWindow);
        std::string &block = w.spool.begin()->second;
        ASSERT_EQ(block.size(), size);
        block[at] ^= 0x20;
        producer.Succeed();
        w.Reconnect();
        for (int i = 0; i < 15; i++) {
            w.AckResults();
            w.Advance(100);
            w.Beat();
        }
        ASSERT_EQ(w.notes[REEVE_NOTE_SPOOL_LOST], 1) << "byte " << at;
    }
}

// What could not be removed goes on counting, so that the bound holds, until it is.
TEST(Spool, P7WhatCannotBeRemovedCounts)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Down();
    Producer producer(w, job);
    producer.EmitMany(50);
    producer.Succeed();
    w.Reconnect();
    w.auto_spool = false;
    size_t kept = 0;
    for (int i = 0; i < 1000 && (w.OutcomeOf(job) == nullptr || w.spool_asked); i++) {
        if (w.spool_asked) {
            const bool removes = w.spool_work.type == REEVE_ACTION_SPOOL_REMOVE;
            kept += removes ? 1 : 0;
            w.SpoolDone(removes ? REEVE_IO : REEVE_OK);
        }
        w.AckResults();
        w.Sync();
    }
    ExpectWhole(w, job, 50);
    EXPECT_GT(kept, 0u);
    EXPECT_EQ(w.Status().spool_bytes, kept * 4096);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LEFT], static_cast<int>(kept));
    EXPECT_EQ(w.Status().spool_results, 0u);
    w.Advance(4999);
    EXPECT_FALSE(w.spool_asked);
    w.Advance(1);
    ASSERT_TRUE(w.spool_asked);
    w.SpoolDone(REEVE_IO);
    EXPECT_EQ(w.Status().spool_bytes, kept * 4096);
    w.auto_spool = true;
    w.Advance(5000);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LEFT], static_cast<int>(kept)) << "said once for each";
    EXPECT_TRUE(w.spool.empty());
    EXPECT_EQ(w.Status().spool_bytes, 0u);
}

// A disk that takes no change for a while: writes fail and leave nothing, nor can that be removed.
// The bound is not used up by what is not there (P7), and the spool works again without a restart.
TEST(Spool, P6P7ADiskThatWasReadOnlyIsUsedAgain)
{
    EngineWorld w(Small(40u << 10));
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Down();
    w.auto_spool = false;
    Producer producer(w, job);
    producer.EmitMany(kWindow);
    for (int i = 0; i < 100; i++) {
        while (w.spool_asked) {
            w.SpoolDone(REEVE_IO);
        }
        w.Advance(5000);
    }
    EXPECT_NE(w.Status().spool_status, REEVE_OK);
    w.auto_spool = true;
    if (w.spool_asked) {
        w.SpoolDone();
    }
    w.Advance(10000);
    EXPECT_EQ(w.Status().spool_status, REEVE_OK);
    producer.EmitMany(20);
    EXPECT_GT(w.spool.size(), 0u) << "results are written again";
}

// ---- everything at once ----

// P4, P5, P7: random steps from a seed: several streams, sessions lost, acknowledgements of any
// number, a spool that answers when it likes and fails at writing, reading and removing.
TEST(Spool, P4P5P7RandomSteps)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        Seeded seeded(seed);
        const auto below = [&](uint64_t n) { return reeve_random_below(seeded.random(), n); };
        WorldOptions options = Small(below(3) == 0 ? 40u << 10 : 1u << 20);
        options.seed = seed;
        EngineWorld w(options);
        w.gw_result_window = 1 + below(40);
        w.gw_max_frame = below(2) == 0 ? 65536 : 4u << 20;
        w.Live();
        std::vector<WorldJob> jobs = {Started(w, kTail), Started(w, kStream), Started(w, kTail)};
        std::vector<Producer> producers;
        for (const WorldJob &job : jobs) {
            producers.emplace_back(w, job);
        }
        w.auto_spool = false;
        for (int step = 0; step < 600; step++) {
            const uint64_t dice = below(100);
            Producer &producer = producers[below(producers.size())];
            if (dice < 45) {
                producer.EmitMany(below(6));
            } else if (dice < 70) {
                if (w.spool_asked) {
                    const bool writes = w.spool_work.type == REEVE_ACTION_SPOOL_WRITE;
                    const bool fails =
                        below(12) == 0 && w.spool_work.type != REEVE_ACTION_SPOOL_REMOVE;
                    w.SpoolDone(!fails ? REEVE_OK : writes ? REEVE_DISK_FULL : REEVE_NO_MEMORY);
                }
            } else if (dice < 85) {
                const WorldJob &job = jobs[below(jobs.size())];
                WorldStream &stream = w.StreamOf(job);
                if (w.link_up && !stream.messages.empty()) {
                    w.AckResults(job, below(stream.messages.size() + 1));
                }
            } else if (dice < 88) {
                if (w.link_up) {
                    w.Down();
                }
            } else if (dice < 94) {
                w.Advance(below(700));
                if (w.link_up) {
                    w.Beat();
                }
            } else if (dice < 96) {
                w.auto_sent = !w.auto_sent;
                w.Tick();
            } else if (!w.link_up) {
                w.auto_sent = true;
                w.Reconnect();
            }
            ASSERT_FALSE(HasFailure()) << "seed " << seed << " step " << step;
        }
        w.auto_sent = true;
        w.auto_spool = true;
        if (w.spool_asked) {
            w.SpoolDone();
        }
        for (Producer &producer : producers) {
            producer.Succeed();
        }
        w.Reconnect();
        for (int i = 0; i < 20; i++) {
            w.AckResults();
            w.Sync();
            w.Advance(500);
            w.Beat();
        }
        for (size_t i = 0; i < jobs.size(); i++) {
            ExpectWhole(w, jobs[i], producers[i].emitted());
        }
        ExpectNothingLeft(w);
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
}

// P7: memory is short once, at every place where the engine asks for some.
TEST(Spool, P7EveryAllocationFailsOnce)
{
    uint64_t requests = SweepAllocations([](const reeve_allocator *a) {
        WorldOptions options = Small();
        options.allocator = a;
        options.max_in_flight = 4;
        EngineWorld w(options);
        if (!w.Boot()) {
            return;
        }
        const auto keep_alive = [&] {
            w.Advance(60);
            w.Sync();
            if (w.closed_code != -1) {
                w.closed_code = -1;
                w.Reconnect();
            }
            w.Sync();
        };
        w.Advance(100);
        w.Reconnect();
        keep_alive();
        if (!w.link_up) {
            w.Reconnect();
        }
        WorldJob job = w.Job(kTail);
        for (int i = 0; i < 4 && w.HandleOf(job) == 0 && w.OutcomeOf(job) == nullptr; i++) {
            if (w.Credit() == 0) {
                keep_alive();
            }
            job.sequence = 0;
            w.Dispatch(job);
            keep_alive();
            job.attempt += w.HandleOf(job) == 0 ? 1 : 0;
        }
        size_t emitted = 0;
        if (w.HandleOf(job) != 0) {
            if (w.link_up) {
                w.Down();
            }
            w.closed_code = -1;
            Producer producer(w, job);
            emitted = producer.EmitMany(40);
            w.Advance(60);
            emitted += producer.EmitMany(40 - emitted);
            producer.Succeed();
            w.Reconnect();
        }
        for (int i = 0; i < 8; i++) {
            keep_alive();
            if (w.link_up) {
                w.AckResults();
                w.Beat();
                w.Advance(210);
            }
        }
        keep_alive();
        w.Ack();
        keep_alive();
        ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5: lost";
        const WorldOutcome *outcome = w.OutcomeOf(job);
        if (outcome->status == REEVE_OUTCOME_SUCCEEDED) {
            EXPECT_EQ(outcome->results, emitted);
            for (size_t i = 0; i < emitted; i++) {
                EXPECT_EQ(w.StreamOf(job).messages[i], Text(i));
            }
        } else {
            EXPECT_TRUE(outcome->reason == REEVE_REASON_OUT_OF_MEMORY ||
                        outcome->status == REEVE_OUTCOME_REJECTED)
                << reeve_reason_name(outcome->reason);
        }
    });
    EXPECT_GT(requests, 100u);
}
