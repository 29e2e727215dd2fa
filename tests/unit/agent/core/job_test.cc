// SPDX-License-Identifier: Apache-2.0
//
// One job from dispatch to acknowledgement: intents before effects, outcomes before sends, cancel
// and deadlines with an honest effect (P4, P5).
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

using Lines = std::vector<std::string>;

TEST(Job, NotIdempotentStepByStep)
{
    EngineWorld w;
    w.Live();
    w.Trace();
    WorldJob job = w.Give(kCreate);
    EXPECT_EQ(w.Trace(), (Lines{"APPEND INTENT", "SEND ACCEPTED"})) << "not started yet";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "START demo.v1.Desk/Create"}));
    w.FinishAll();
    EXPECT_EQ(w.Trace(), (Lines{"FINISH demo.v1.Desk/Create", "APPEND OUTCOME"})) << "not sent yet";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND OUTCOME", "  SUCCEEDED DONE"}));
    EXPECT_EQ(w.OutcomeOf(job)->output, "output of input");
    EXPECT_EQ(w.Status().unsettled, 1u);
    w.Ack();
    EXPECT_EQ(w.Status().unsettled, 0u);
    EXPECT_EQ(w.Trace(), Lines{}) << "the acknowledgement is journaled lazily";
    w.Advance(1000);
    Lines later = w.Trace();
    EXPECT_EQ(std::count(later.begin(), later.end(), "APPEND ACK"), 1);
    EXPECT_EQ(std::count(later.begin(), later.end(), "APPEND CHECKPOINT"), 1);
}

TEST(Job, IdempotentSkipsTheIntent)
{
    EngineWorld w;
    w.Live();
    w.Trace();
    w.Give(kPut);
    EXPECT_EQ(w.Trace(), (Lines{"START demo.v1.Desk/Put", "SEND ACCEPTED"}));
    w.FinishAll();
    EXPECT_EQ(w.Trace(), (Lines{"FINISH demo.v1.Desk/Put", "APPEND OUTCOME"}));
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND OUTCOME", "  SUCCEEDED DONE"}));
}

TEST(Job, WithoutSideEffectsHasEffectNone)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kGet);
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_NONE);
}

TEST(Job, RunnersRejectionHasNoEffect)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_REJECTED, REEVE_EFFECT_MAYBE, "",
             REEVE_REASON_CONSTRAINT_VIOLATED);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_NONE);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_CONSTRAINT_VIOLATED);
}

TEST(Job, OutputOverItsBoundIsATypedFailure)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE,
             std::string((1u << 20) + 1, 'x'));
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_DONE) << "the effect is what it is";
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_OUTPUT_TOO_LARGE);
}

TEST(Job, AFrameLargerThanABatchGoesAlone)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kGet);
    WorldJob other = w.Give(kGet);
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE, std::string(200000, 'x'));
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->output.size(), 200000u);
    EXPECT_NE(w.OutcomeOf(other), nullptr);
}

TEST(Job, FramesGatherWhileASendIsInFlight)
{
    EngineWorld w;
    w.Live();
    w.Trace();
    w.auto_sent = false;
    for (int i = 0; i < 5; i++) {
        w.Give(kGet);
    }
    Lines lines = w.Trace();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "SEND ACCEPTED"), 1);
    w.auto_sent = true;
    w.Tick();
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.outcomes.size(), 5u);
}

// ---- cancel ----

TEST(Cancel, UnstartedEndsWithoutEffect)
{
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 2; i++) {
        w.Give(kPut);
    }
    WorldJob queued = w.Give(kPut);
    w.Cancel(queued);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(queued)->status, REEVE_OUTCOME_CANCELLED);
    EXPECT_EQ(w.OutcomeOf(queued)->effect, REEVE_EFFECT_NONE);
    EXPECT_EQ(w.StartsOf(queued), 0u);
}

TEST(Cancel, BetweenIntentAndStartEndsWithoutEffect)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Cancel(job);
    w.Sync();
    EXPECT_EQ(w.StartsOf(job), 0u);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_CANCELLED);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_NONE);
}

TEST(Cancel, RunningEndsAsItTrulyEnds)
{
    EngineWorld w;
    w.Live();
    WorldJob stopped = w.Give(kCreate);
    WorldJob done = w.Give(kCreate);
    w.Sync();
    w.Cancel(stopped);
    w.Cancel(done);
    w.Cancel(done);
    EXPECT_EQ(w.running[w.HandleOf(done)].cancelled, REEVE_CANCEL_REQUESTED);
    w.Finish(w.HandleOf(stopped), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
    w.Finish(w.HandleOf(done), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, "done");
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(stopped)->status, REEVE_OUTCOME_CANCELLED);
    EXPECT_EQ(w.OutcomeOf(stopped)->effect, REEVE_EFFECT_MAYBE);
    EXPECT_EQ(w.OutcomeOf(done)->status, REEVE_OUTCOME_SUCCEEDED) << "too late to cancel";
}

TEST(Cancel, AnUnknownJobIsNobodysFault)
{
    EngineWorld w;
    w.Live();
    w.Cancel(w.Job(kGet));
    EXPECT_EQ(w.closed_code, -1);
}

TEST(Cancel, ARunnerThatNeverAnswersDoesNotHoldTheOutcome)
{
    WorldOptions options;
    options.max_in_flight = 1;
    EngineWorld w(options);
    w.gw_interval_ms = 10000;
    w.gw_lease_ms = 100000;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.Cancel(job);
    w.Advance(5000);
    w.Beat();
    w.Advance(5000);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5";
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_MAYBE);
    w.Ack();
    EXPECT_EQ(w.Credit(), 0u) << "its slot is still taken";
    w.FinishAll();
    EXPECT_EQ(w.Credit(), 1u);
    w.Sync();
    EXPECT_EQ(w.outcomes.size(), 1u) << "one end";
    EXPECT_EQ(w.notes[REEVE_NOTE_JOB_LATE], 1);
}

// ---- time ----

TEST(Deadline, NotStartedInTimeIsRejected)
{
    EngineWorld w;
    w.Live();
    w.Give(kPut);
    w.Give(kPut);
    WorldJob job = w.Job(kPut);
    job.lease_ms = 500;
    w.Dispatch(job);
    w.Advance(500);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_REJECTED);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_EXPIRED);
    EXPECT_EQ(w.StartsOf(job), 0u);
}

TEST(Deadline, RunningPastItIsTimedOut)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(kCreate);
    job.time_left_ms = 700;
    w.Dispatch(job);
    w.Sync();
    EXPECT_EQ(w.running.begin()->second.deadline_ms, w.now.boot_ms + 700);
    w.Advance(700);
    EXPECT_EQ(w.running[w.HandleOf(job)].cancelled, REEVE_CANCEL_DEADLINE);
    w.Finish(w.HandleOf(job), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_NONE);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_TIMED_OUT);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_NONE) << "as the runner reports";
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_DEADLINE);
}

TEST(Recall, TakesBackOnlyWhatIsNotStarted)
{
    EngineWorld w;
    w.Live();
    std::vector<WorldJob> jobs;
    for (int i = 0; i < 5; i++) {
        jobs.push_back(w.Give(kPut));
    }
    uint64_t sequences[] = {5, 1, 3, 99};
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RECALL;
    frame.as.recall.sequences.items = sequences;
    frame.as.recall.sequences.count = 4;
    w.Send(frame);
    EXPECT_EQ(w.recalled, (std::vector<uint64_t>{5, 3}));
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(jobs[2]), nullptr);
    EXPECT_EQ(w.OutcomeOf(jobs[4]), nullptr);
    EXPECT_NE(w.OutcomeOf(jobs[3]), nullptr);
}

// ---- reconnect ----

TEST(Reconnect, UnstartedIsForgottenRunningGoesOnEndedIsSentAgain)
{
    EngineWorld w;
    w.Live();
    WorldJob ended = w.Give(kGet);
    w.FinishAll();
    w.Sync(); // sent, and the gateway forgets it with the session
    WorldJob run1 = w.Give(kPut);
    WorldJob run2 = w.Give(kPut);
    WorldJob queued = w.Give(kPut);
    w.Reconnect();
    ASSERT_EQ(w.resumed.size(), 3u);
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_RUNNING);
    EXPECT_EQ(w.resumed[1].state, REEVE_RESUME_RUNNING);
    EXPECT_EQ(w.resumed[2].state, REEVE_RESUME_ENDED);
    ASSERT_NE(w.OutcomeOf(ended), nullptr) << "P4: sent again";
    w.FinishAll();
    w.Sync();
    EXPECT_NE(w.OutcomeOf(run1), nullptr);
    EXPECT_NE(w.OutcomeOf(run2), nullptr);
    EXPECT_EQ(w.OutcomeOf(queued), nullptr);
    queued.sequence = 0;
    queued.attempt = 2;
    w.Dispatch(queued);
    EXPECT_EQ(w.StartsOf(queued), 1u) << "and may come again";
}

// P6: an intent is the start. A cut while it is on its way to disk ends nothing.
TEST(Reconnect, AnIntentWhoseSessionIsLostIsStarted)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    EXPECT_EQ(w.StartsOf(job), 0u);
    w.Reconnect();
    EXPECT_EQ(w.StartsOf(job), 1u);
    ASSERT_EQ(w.resumed.size(), 1u);
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_RUNNING);
    w.FinishAll();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5";
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
}

// P4: but not behind the lease that the session had.
TEST(Reconnect, AnIntentIsNotStartedWhenItsLeaseIsOver)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Down(REEVE_UNAVAILABLE);
    w.Advance(w.gw_lease_ms + 1);
    w.Sync();
    EXPECT_EQ(w.StartsOf(job), 0u);
    w.Reconnect();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5";
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_REJECTED);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_EXPIRED);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_NONE);
}

TEST(Reconnect, ResumesInPages)
{
    WorldOptions options;
    options.max_in_flight = 1500;
    EngineWorld w(options);
    w.Live();
    for (int i = 0; i < 1500; i++) {
        w.Give(kGet);
    }
    w.Trace();
    w.Reconnect();
    Lines lines = w.Trace();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "SEND RESUME"), 3);
    EXPECT_EQ(w.resumed.size(), 1500u);
}

TEST(Reconnect, ConfigurationTakesEffectAndRunningJobsGoOn)
{
    EngineWorld w;
    w.Live();
    WorldJob before = w.Give(kCreate);
    w.Sync();
    w.Configure(false);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_RESTARTING) << "offers are part of Hello";
    w.Down(REEVE_OK);
    w.Reconnect();
    WorldJob after = w.Give(kCreate);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(after)->reason, REEVE_REASON_NOT_ALLOWED);
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(before)->status, REEVE_OUTCOME_SUCCEEDED);
}

// ---- journal ----

TEST(JournalFailure, StartsNothingSendsNothingAndStops)
{
    EngineWorld w;
    w.Live();
    WorldJob run = w.Give(kCreate);
    w.Sync();
    WorldJob waiting = w.Give(kCreate);
    w.FailJournal(REEVE_DISK_FULL);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_INTERNAL);
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_JOURNAL)) << "P8";
    EXPECT_FALSE(w.exited) << "what runs goes on";
    EXPECT_EQ(w.StartsOf(waiting), 0u);
    w.Down();
    size_t records = w.journal.size();
    w.FinishAll();
    EXPECT_EQ(w.journal.size(), records) << "nothing more is appended";
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_DISK_FULL);
    // The next process finds out what is on disk.
    w.Crash();
    ASSERT_TRUE(w.Boot());
    w.Reconnect();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(run)->status, REEVE_OUTCOME_UNKNOWN);
}

size_t Cancels(EngineWorld &w)
{
    size_t count = 0;
    for (const std::string &line : w.Trace()) {
        count += line.rfind("CANCEL", 0) == 0 ? 1 : 0;
    }
    return count;
}

// A job that must not run twice, and two that may.
WorldJob RunThree(EngineWorld &w)
{
    w.Live();
    WorldJob create = w.Give(kCreate);
    w.Sync();
    w.Give(kGet);
    w.Give(kPut);
    w.Trace();
    return create;
}

TEST(JournalFailure, P4_WhatMayRunAgainIsCancelledAtOnceAndTheRestLater)
{
    EngineWorld w;
    const WorldJob create = RunThree(w);
    w.FailJournal(REEVE_IO);
    EXPECT_EQ(Cancels(w), 2u);
    w.Down();
    w.Advance(9900);
    EXPECT_EQ(Cancels(w), 0u) << "it goes on, for its effect's sake";
    EXPECT_FALSE(w.exited);
    w.Advance(200);
    EXPECT_EQ(Cancels(w), 1u);
    w.FinishAll();
    EXPECT_TRUE(w.exited) << "all of it ended in order";
    EXPECT_EQ(w.exit_status, REEVE_IO);
    w.Crash();
    ASSERT_TRUE(w.Boot());
    w.Reconnect();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(create)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(w.StartsOf(create), 1u);
}

TEST(JournalFailure, WhatDoesNotAnswerIsLeft)
{
    EngineWorld w;
    RunThree(w);
    w.FailJournal(REEVE_DISK_FULL);
    w.Down();
    w.Advance(11900);
    EXPECT_FALSE(w.exited);
    w.Advance(200);
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_DISK_FULL);
}

TEST(JournalFailure, AStoppingWorkerHasNoMoreTimeForIt)
{
    for (const bool first : {false, true}) {
        EngineWorld w;
        RunThree(w);
        if (first) {
            w.Drain(4000);
        }
        w.FailJournal(REEVE_IO);
        w.Down();
        if (!first) {
            w.Drain(4000);
        }
        EXPECT_EQ(Cancels(w), 2u) << first;
        w.Advance(3100);
        EXPECT_EQ(Cancels(w), 1u) << first;
        EXPECT_FALSE(w.exited);
        w.Advance(1000);
        EXPECT_TRUE(w.exited);
        EXPECT_EQ(w.exit_status, REEVE_IO) << first;
    }
}

TEST(JournalFailure, ASecondStopEndsItAtOnce)
{
    EngineWorld w;
    RunThree(w);
    w.FailJournal(REEVE_IO);
    w.Drain(0);
    EXPECT_TRUE(w.exited);
    EXPECT_EQ(w.exit_status, REEVE_IO) << "the cause, and not the hurry";
}

TEST(JournalFailure, AStreamThatWaitsForTheGatewayDoesNotKeepTheWorker)
{
    EngineWorld w;
    w.Live();
    const WorldJob job = w.Give(kStream);
    w.Emit(w.HandleOf(job), "one");
    w.Sync();
    w.Trace();
    w.FailJournal(REEVE_IO);
    w.Down();
    EXPECT_EQ(Cancels(w), 1u);
    w.FinishAll();
    EXPECT_TRUE(w.exited);
}

TEST(Checkpoint, EverySecondOrThousandRecordsNeverAheadOfTheDisk)
{
    WorldOptions options;
    options.max_in_flight = 2000;
    EngineWorld w(options);
    w.gw_interval_ms = 100000;
    w.gw_lease_ms = 400000;
    w.Live();
    w.Advance(1000);
    EXPECT_EQ(w.gw_checkpoint, 2u);
    for (int i = 0; i < 1100; i++) {
        w.Give(kGet);
        w.FinishAll();
    }
    EXPECT_EQ(w.gw_checkpoint, 2u) << "P5: nothing of it is on disk";
    w.Sync();
    EXPECT_EQ(w.gw_checkpoint, 1102u);
}

// ---- sensitive fields ----

TEST(Sensitive, WithoutARedactedBodyNoneIsAudited)
{
    EngineWorld w;
    w.Live();
    WorldJob refused = w.Job(kApproved);
    refused.sign = false;
    w.Dispatch(refused);
    WorldJob lost = w.Give(kApproved);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(refused), nullptr);
    EXPECT_TRUE(w.OutcomeOf(refused)->input_withheld);
    EXPECT_EQ(w.StartsOf(lost), 1u);
    w.Ack();
    w.Restart();
    w.Reconnect();
    w.Sync();
    ASSERT_NE(w.OutcomeOf(lost), nullptr);
    EXPECT_EQ(w.OutcomeOf(lost)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_TRUE(w.OutcomeOf(lost)->input_withheld);
    WorldJob plain = w.Give(kDenied);
    w.Sync();
    EXPECT_FALSE(w.OutcomeOf(plain)->input_withheld);
}
