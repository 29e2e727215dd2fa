// SPDX-License-Identifier: Apache-2.0
//
// P4, P5, P7: results of server-streaming tasks, and unary outputs that fit no frame: in order,
// each once, held until the gateway has them durably, promised by an outcome only then.
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/base/random.h"
#include "tests/support/engine_world.h"

namespace
{

using Lines = std::vector<std::string>;

// Without what every session does by itself.
Lines Quiet(const Lines &trace)
{
    Lines quiet;
    for (const std::string &line : trace) {
        if (line != "SYNC" && line != "SEND HEARTBEAT" && line != "SEND LIMIT" &&
            line != "SEND ACCEPTED" && line != "SEND AUDIT" && line != "APPEND CHECKPOINT" &&
            line != "APPEND ACK") {
            quiet.push_back(line);
        }
    }
    return quiet;
}

std::string Message(size_t i)
{
    return "message " + std::to_string(i);
}

void EmitSome(EngineWorld &w, const WorldJob &job, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        w.Emit(w.HandleOf(job), Message(i));
    }
}

void Succeed(EngineWorld &w, const WorldJob &job)
{
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_UNSPECIFIED);
}

void ExpectWhole(EngineWorld &w, const WorldJob &job, size_t count)
{
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr) << "P5: no end";
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(outcome->results, count);
    const WorldStream &stream = w.StreamOf(job);
    ASSERT_EQ(stream.durable, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT_EQ(stream.messages[i], Message(i));
    }
}

WorldJob Started(EngineWorld &w, const char *task)
{
    WorldJob job = w.Give(task);
    w.Sync();
    EXPECT_NE(w.HandleOf(job), 0u);
    return job;
}

} // namespace

TEST(Stream, IsOfferedAndItsOutcomeWaitsForTheLastAcknowledgement)
{
    EngineWorld w;
    w.Live();
    size_t offered = 0;
    for (size_t i = 0; i < w.hello.tasks.count; i++) {
        const reeve_task_offer &offer = w.hello.tasks.items[i];
        offered += offer.allowed && reeve_bytes_equal_cstr(offer.task, kStream) ? 1 : 0;
    }
    EXPECT_EQ(offered, 1u);
    WorldJob job = Started(w, kStream);
    w.Trace();
    EmitSome(w, job, 0, 2);
    Succeed(w, job);
    w.Sync();
    EXPECT_EQ(w.Status().jobs_delivering, 1u);
    EXPECT_EQ(w.OutcomeOf(job), nullptr);
    w.AckResults(job, 1);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job), nullptr);
    w.AckResults(job, 2);
    w.Sync();
    EXPECT_EQ(Quiet(w.Trace()),
              (Lines{"SEND RESULT_CHUNK", "SEND RESULT_CHUNK", "FINISH " + std::string(kStream),
                     "APPEND OUTCOME", "SEND OUTCOME", "  SUCCEEDED NONE"}));
    ExpectWhole(w, job, 2);
    w.Ack();
    w.Advance(1100);
    w.Sync();
    EXPECT_EQ(w.Status().memory_bytes, 0u);
    EXPECT_EQ(w.Status().jobs_delivering, 0u);
}

TEST(Stream, WithoutResultsEndsAtOnce)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    Succeed(w, job);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->results, 0u);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_DONE);
}

// P7: nothing beyond the absolute limit leaves, and the runner hears what it may emit anew.
TEST(Stream, P7SendsUnderTheLimitAndReleases)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kStream);
    EmitSome(w, job, 0, 10);
    EXPECT_EQ(w.StreamOf(job).messages.size(), 4u) << "the window of this gateway";
    reeve_job_handle handle = w.HandleOf(job);
    EXPECT_EQ(w.running[handle].released, 0u);
    w.AckResults(job, 3);
    EXPECT_EQ(w.running[handle].released, 3u);
    EXPECT_EQ(w.running[handle].released_bytes, Message(0).size() * 3);
    EXPECT_EQ(w.StreamOf(job).messages.size(), 7u);
    w.AckResults();
    EXPECT_EQ(w.running[handle].released, 10u);
    Succeed(w, job);
    w.Sync();
    ExpectWhole(w, job, 10);
}

TEST(Stream, StreamsTakeTurns)
{
    EngineWorld w;
    w.gw_result_window = 100;
    w.Live();
    WorldJob a = Started(w, kStream);
    WorldJob b = Started(w, kStream);
    w.auto_sent = false;
    w.Emit(w.HandleOf(a), Message(0)); // leaves, and keeps the link busy
    EmitSome(w, a, 1, 20);
    EmitSome(w, b, 0, 2);
    w.auto_sent = true;
    w.Tick();
    EXPECT_EQ(w.StreamOf(b).messages.size(), 2u);
    EXPECT_EQ(w.StreamOf(a).messages.size(), 20u);
}

// P4: what was not acknowledged when the session was lost is sent again, what was is not.
TEST(Stream, P4ReconnectGoesOnWhereTheGatewayIs)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kStream);
    EmitSome(w, job, 0, 6);
    w.AckResults(job, 2);
    EXPECT_EQ(w.StreamOf(job).messages.size(), 6u);
    w.Down();
    EmitSome(w, job, 6, 8); // the runner goes on meanwhile
    w.Reconnect();
    ASSERT_EQ(w.resumed.size(), 1u);
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_RUNNING);
    EXPECT_EQ(w.resumed[0].next_index, 2u);
    w.AckResults();
    EXPECT_EQ(w.StreamOf(job).repeated, 0u);
    EmitSome(w, job, 8, 9);
    Succeed(w, job);
    w.Down();
    w.Reconnect();
    w.AckResults();
    w.Sync();
    ExpectWhole(w, job, 9);
}

// An acknowledgement that got lost with the session comes again, ahead of what would be repeated.
TEST(Stream, GatewayMayHoldMoreThanItsLastAcknowledgementSaid)
{
    EngineWorld w;
    w.gw_result_window = 2;
    w.Live();
    WorldJob job = Started(w, kStream);
    EmitSome(w, job, 0, 5);
    EXPECT_EQ(w.StreamOf(job).messages.size(), 2u);
    w.StreamOf(job).durable = 2; // stored, and the acknowledgement lost
    w.Down();
    w.Reconnect();
    EXPECT_EQ(w.resumed.at(0).next_index, 0u);
    w.AckResults();
    Succeed(w, job);
    w.Sync();
    ExpectWhole(w, job, 5);
}

// P4: a message is cut into chunks, and the session is lost between them.
TEST(Stream, P4SessionLostBetweenChunks)
{
    EngineWorld w;
    w.gw_max_frame = 65536;
    w.Live();
    WorldJob job = Started(w, kStream);
    w.auto_sent = false;
    w.Emit(w.HandleOf(job), std::string(200000, 'x'));
    EXPECT_EQ(w.StreamOf(job).chunks, 1u) << "one send is in flight";
    EXPECT_FALSE(w.StreamOf(job).partial.empty());
    w.Down();
    w.auto_sent = true;
    w.Reconnect();
    w.AckResults();
    Succeed(w, job);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.StreamOf(job).messages.at(0), std::string(200000, 'x'));
    EXPECT_EQ(w.StreamOf(job).chunks, 5u) << "one before, four after";
}

// P4: the worker is gone in mid-stream. A task that may run again starts anew at 0, under a new
// attempt; one that may not is UNKNOWN.
TEST(Stream, P4WorkerCrashInMidStream)
{
    EngineWorld w;
    w.Live();
    WorldJob again = Started(w, kStream);
    WorldJob once = Started(w, kTail);
    EmitSome(w, again, 0, 3);
    EmitSome(w, once, 0, 3);
    w.AckResults();
    Succeed(w, once); // everything but its outcome
    w.Restart();
    w.Reconnect();
    ASSERT_NE(w.OutcomeOf(once), nullptr);
    EXPECT_EQ(w.OutcomeOf(once)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(w.OutcomeOf(once)->effect, REEVE_EFFECT_MAYBE);
    EXPECT_EQ(w.OutcomeOf(once)->reason, REEVE_REASON_WORKER_RESTARTED);
    for (const reeve_resume_entry &entry : w.resumed) {
        EXPECT_FALSE(reeve_id_equal(entry.job_id, again.job_id)) << "never durable here";
    }
    again.sequence = 0;
    again.attempt = 2;
    w.Dispatch(again);
    w.Sync();
    EmitSome(w, again, 0, 4);
    w.AckResults();
    Succeed(w, again);
    w.Sync();
    ExpectWhole(w, again, 4);
}

// P4: with all results acknowledged and the outcome on its way to disk, a crash still promises
// nothing that is not there.
TEST(Stream, P4CrashWhileDelivering)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    EmitSome(w, job, 0, 3);
    Succeed(w, job);
    EXPECT_EQ(w.Status().jobs_delivering, 1u);
    w.Restart();
    w.Reconnect();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(w.OutcomeOf(job)->results, 0u);
}

TEST(Stream, CancelInMidStreamDeliversWhatWasEmitted)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    EmitSome(w, job, 0, 2);
    w.Cancel(job);
    EXPECT_EQ(w.running[w.HandleOf(job)].cancelled, REEVE_CANCEL_REQUESTED);
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job), nullptr);
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_CANCELLED);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_MAYBE);
    EXPECT_EQ(w.OutcomeOf(job)->results, 2u);
}

TEST(Stream, DeadlineWithoutTheRunnersWordCountsWhatWasAcknowledged)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(kStream);
    job.time_left_ms = 1000;
    w.Dispatch(job);
    reeve_job_handle handle = w.HandleOf(job);
    EmitSome(w, job, 0, 3);
    w.AckResults(job, 2);
    for (int i = 0; i < 12; i++) {
        w.Advance(1000);
        w.Beat();
    }
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_TIMED_OUT);
    EXPECT_EQ(w.OutcomeOf(job)->results, 2u);
    w.Emit(handle, "late"); // nobody wants it, and it is let go of
    w.Finish(handle, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
    w.Ack();
    EXPECT_EQ(w.Status().memory_bytes, 0u);
}

TEST(Stream, FailureInMidStreamKeepsItsWords)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    EmitSome(w, job, 0, 1);
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_FAILED, REEVE_EFFECT_DONE, "",
             REEVE_REASON_UPSTREAM_FAILED);
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_UPSTREAM_FAILED);
    EXPECT_EQ(w.OutcomeOf(job)->results, 1u);
}

TEST(Stream, P6DrainWaitsForTheResults)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    EmitSome(w, job, 0, 2);
    w.Drain(60000);
    Succeed(w, job);
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
    ExpectWhole(w, job, 2);
}

// ---- bounds ----

class StreamBound : public testing::Test
{
  protected:
    // Emits three messages, of which two fit; the runner is told to stop.
    void ExpectTwo()
    {
        world_.Live();
        WorldJob job = Started(world_, kTail);
        reeve_job_handle handle = world_.HandleOf(job);
        for (const char *message : {"1234", "5678", "longer than that"}) {
            world_.Emit(handle, message);
        }
        EXPECT_EQ(world_.running[handle].cancelled, REEVE_CANCEL_REQUESTED);
        world_.Emit(handle, "x"); // not taken any more, though it would fit
        world_.Finish(handle, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_DONE);
        world_.AckResults();
        world_.Sync();
        ASSERT_NE(world_.OutcomeOf(job), nullptr);
        EXPECT_EQ(world_.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
        EXPECT_EQ(world_.OutcomeOf(job)->reason, REEVE_REASON_OUTPUT_TOO_LARGE);
        EXPECT_EQ(world_.OutcomeOf(job)->effect, REEVE_EFFECT_DONE);
        EXPECT_EQ(world_.OutcomeOf(job)->results, 2u);
    }
    EngineWorld world_;
};

TEST_F(StreamBound, P7MessagesOfOneJob)
{
    world_.gw_max_job_results = 2;
    ExpectTwo();
}

TEST_F(StreamBound, P7BytesOfOneJob)
{
    world_.gw_max_job_result_bytes = 10;
    ExpectTwo();
}

TEST_F(StreamBound, P7OneMessage)
{
    world_.gw_max_result = 8;
    ExpectTwo();
}

TEST(Stream, NextGatewayTakesSmallerMessages)
{
    EngineWorld w;
    w.gw_result_window = 1;
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Emit(w.HandleOf(job), "1");
    w.Emit(w.HandleOf(job), "22");
    w.Emit(w.HandleOf(job), std::string(100, '3'));
    w.Emit(w.HandleOf(job), "4");
    Succeed(w, job);
    w.gw_max_result = 50;
    w.Reconnect();
    w.AckResults();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_OUTPUT_TOO_LARGE);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_DONE);
    EXPECT_EQ(w.OutcomeOf(job)->results, 2u);
}

// It stored one before that it would not take now, and its word of that was lost: it says so again.
TEST(Stream, NextGatewayHasOneThatItWouldNotTakeNow)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Emit(w.HandleOf(job), "1");
    w.Emit(w.HandleOf(job), std::string(100, '2'));
    w.Emit(w.HandleOf(job), "3");
    ASSERT_EQ(w.StreamOf(job).messages.size(), 3u);
    w.StreamOf(job).durable = 3;
    Succeed(w, job);
    w.gw_max_result = 50;
    w.Reconnect();
    w.Sync();
    EXPECT_EQ(w.Status().violations, 0u);
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_OUTPUT_TOO_LARGE);
    EXPECT_EQ(w.OutcomeOf(job)->results, 1u);
}

// P7: the gateway takes its time; what is held counts, and no more jobs are asked for than fit.
TEST(Stream, P7HeldResultsCountAsMemory)
{
    WorldOptions options;
    options.max_memory_bytes = 8u << 20;
    options.max_input_bytes = 1u << 20;
    EngineWorld w(options);
    w.Live();
    WorldJob job = Started(w, kStream);
    uint64_t before = w.Credit();
    for (int i = 0; i < 7; i++) {
        w.Emit(w.HandleOf(job), std::string(1u << 20, 'x'));
    }
    EXPECT_GE(w.Status().memory_bytes, 7u << 20);
    w.Reconnect();
    EXPECT_LT(w.Credit(), before);
    EXPECT_EQ(w.Credit(), 0u);
    w.AckResults();
    Succeed(w, job);
    w.Sync();
    w.Ack();
    EXPECT_GT(w.Credit(), 0u);
}

TEST(Stream, AcknowledgementAheadOfTheStreamEndsTheSession)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kStream);
    EmitSome(w, job, 0, 1);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RESULT_ACK;
    frame.as.result_ack.job_id = job.job_id;
    frame.as.result_ack.attempt = 2;
    frame.as.result_ack.next_index = 9; // of an attempt that is not here: ignored
    w.Send(frame);
    EXPECT_EQ(w.closed_code, -1);
    frame.as.result_ack.attempt = 1;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, static_cast<int>(REEVE_SESSION_SEQUENCE_INVALID));
    EXPECT_EQ(w.Status().violations, 1u);
}

// ---- chunks ----

// Whatever the sizes of messages and frames, what is put together is what was cut.
TEST(Chunks, AnySizeThroughAnyFrame)
{
    reeve_random_seeded random;
    reeve_random_seed(&random, 7);
    for (uint32_t frame : {65536u, 65537u, 100000u, 4u << 20}) {
        EngineWorld w;
        w.gw_max_frame = frame;
        w.gw_result_window = 1000;
        w.Live();
        WorldJob job = Started(w, kStream);
        const size_t data = frame - 128; // what one chunk carries
        std::vector<size_t> sizes = {0, 1, data - 1, data, data + 1, frame, 2 * data, 2 * data + 1};
        for (int i = 0; i < 10; i++) {
            sizes.push_back(reeve_random_below(&random.random, 300000));
        }
        std::vector<std::string> messages;
        for (size_t size : sizes) {
            if (size > (1u << 20)) {
                continue;
            }
            std::string message(size, '\0');
            for (char &c : message) {
                c = static_cast<char>(reeve_random_below(&random.random, 256));
            }
            messages.push_back(message);
            w.Emit(w.HandleOf(job), message);
        }
        w.AckResults();
        EXPECT_EQ(w.StreamOf(job).messages, messages);
        Succeed(w, job);
        w.Sync();
        EXPECT_EQ(w.OutcomeOf(job)->results, messages.size());
    }
}

TEST(Chunks, UnaryOutputThatFitsNoFrame)
{
    EngineWorld w;
    w.gw_max_frame = 65536;
    w.Live();
    WorldJob job = Started(w, kCreate);
    WorldJob small = Started(w, kCreate);
    const std::string output(500000, 'o');
    w.Trace();
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, output);
    Succeed(w, small);
    w.Sync();
    Lines trace = Quiet(w.Trace());
    EXPECT_EQ(std::count(trace.begin(), trace.end(), "SEND RESULT_CHUNK"), 8);
    EXPECT_EQ(trace.back(), "  SUCCEEDED DONE");
    EXPECT_EQ(w.OutcomeOf(job)->output, output);
    EXPECT_EQ(w.OutcomeOf(job)->results, 0u);
    EXPECT_NE(w.OutcomeOf(small), nullptr);
}

// P4: it is in the journal with its outcome: it survives the session and the process, and is sent
// again from its beginning.
TEST(Chunks, P4UnaryOutputSurvivesReconnectAndRestart)
{
    for (bool restart : {false, true}) {
        EngineWorld w;
        w.gw_max_frame = 65536;
        w.Live();
        WorldJob job = Started(w, kCreate);
        const std::string output(300000, 'o');
        w.auto_sent = false;
        w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, output);
        w.Sync();
        EXPECT_EQ(w.OutcomeOf(job), nullptr) << "the link is busy with the first chunk";
        if (restart) {
            w.Restart();
        }
        w.auto_sent = true;
        w.Reconnect();
        w.Sync();
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
        EXPECT_EQ(w.OutcomeOf(job)->output, output);
        EXPECT_EQ(w.StartsOf(job), 1u);
    }
}

// A journal's outcome from a session with larger frames is cut in one with smaller ones.
TEST(Chunks, NextGatewayTakesSmallerFrames)
{
    EngineWorld w;
    w.Live();
    WorldJob job = Started(w, kCreate);
    w.auto_sent = false;
    w.Tick();
    w.Down();
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, std::string(900000, 'o'));
    w.Sync();
    w.auto_sent = true;
    w.gw_max_frame = 65536;
    w.Reconnect();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->output.size(), 900000u);
}
