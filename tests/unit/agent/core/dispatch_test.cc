// SPDX-License-Identifier: Apache-2.0
//
// P3: a job runs only if everything was agreed; each refusal has its typed reason, effect NONE and
// an audit record.
#include <gtest/gtest.h>

#include "agent/base/hash.h"
#include "agent/codec/job_spec.h"
#include "tests/support/engine_world.h"

namespace
{

void ExpectRejected(EngineWorld &w, const WorldJob &job, reeve_reason reason)
{
    w.Sync();
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr) << reeve_reason_name(reason);
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_REJECTED);
    EXPECT_EQ(outcome->effect, REEVE_EFFECT_NONE);
    EXPECT_STREQ(reeve_reason_name(outcome->reason), reeve_reason_name(reason));
    EXPECT_EQ(w.StartsOf(job), 0u);
    EXPECT_EQ(w.CountRecords(REEVE_JOURNAL_INTENT), 0u);
    EXPECT_STREQ(w.Status().link_state, "LIVE");
}

void ExpectRejected(const std::function<void(WorldJob &)> &change, reeve_reason reason,
                    const char *task = kCreate)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(task);
    change(job);
    w.Dispatch(job);
    ExpectRejected(w, job, reason);
    WorldJob good = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(good), 1u) << "the next job is fine";
}

} // namespace

TEST(Dispatch, StartsWhatWasAgreed)
{
    for (const char *task : {kApproved, kCreate, kGet, kPut}) {
        EngineWorld w;
        w.Live();
        WorldJob job = w.Give(task);
        w.Sync();
        EXPECT_EQ(w.StartsOf(job), 1u) << task;
        EXPECT_EQ(w.running.begin()->second.input, "input");
    }
}

TEST(Dispatch, RejectsUnknownTask)
{
    ExpectRejected([](WorldJob &j) { j.task = "demo.v1.Desk/Nothing"; }, REEVE_REASON_UNKNOWN_TASK);
}

TEST(Dispatch, RejectsWhatTheAllowlistDoesNotName)
{
    ExpectRejected([](WorldJob &) {}, REEVE_REASON_NOT_ALLOWED, kDenied);
}

TEST(Dispatch, RejectsWhatIsNotConfigured)
{
    ExpectRejected([](WorldJob &) {}, REEVE_REASON_NOT_CONFIGURED, kUnconfigured);
}

TEST(Dispatch, RejectsAnotherFingerprint)
{
    ExpectRejected([](WorldJob &j) { j.wrong_fingerprint = true; },
                   REEVE_REASON_FINGERPRINT_MISMATCH);
}

// A job that was approved with an older version that this build accepts runs, and everything that
// is said of it names the version that it was approved with.
TEST(Dispatch, StartsWhatWasAgreedWithAnAcceptedVersion)
{
    EngineWorld w;
    w.Live();
    ASSERT_EQ(w.accepted[kCreate].size(), 1u) << "Hello names what is accepted";
    EXPECT_EQ(w.accepted[kGet].size(), 0u);
    WorldJob job = w.Job(kCreate);
    job.older_fingerprint = true;
    w.Dispatch(job);
    w.Sync();
    ASSERT_EQ(w.StartsOf(job), 1u);
    const std::string older = w.accepted[kCreate][0];
    EXPECT_EQ(w.IntentFingerprint(), older);
    w.FinishAll();
    w.Sync();
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr);
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(outcome->fingerprint, older);
}

TEST(Dispatch, RejectsAVersionThatAnotherTaskAccepts)
{
    ExpectRejected([](WorldJob &j) { j.older_fingerprint = true; },
                   REEVE_REASON_FINGERPRINT_MISMATCH, kPut);
}

TEST(Dispatch, RejectsAnotherTenantPoolOrJournal)
{
    ExpectRejected([](WorldJob &j) { j.tenant = "other"; }, REEVE_REASON_WRONG_AUDIENCE);
    ExpectRejected([](WorldJob &j) { j.pool = "other"; }, REEVE_REASON_WRONG_AUDIENCE);
    ExpectRejected([](WorldJob &j) { j.audience = {{9, 9}}; }, REEVE_REASON_WRONG_AUDIENCE);
}

TEST(Dispatch, TakesWhatIsMeantForThisJournal)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(kGet);
    job.audience = {{1, 2, 3}};
    w.Dispatch(job);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Dispatch, RejectsOutsideItsTimeWindow)
{
    ExpectRejected(
        [](WorldJob &j) {
            j.not_after = j.not_before + 1 - 60000;
            j.not_before -= 70000;
        },
        REEVE_REASON_EXPIRED);
    ExpectRejected([](WorldJob &j) { j.not_before += 62000; }, REEVE_REASON_NOT_YET_VALID);
}

TEST(Dispatch, AllowsAMinuteOfSkewAndNoMore)
{
    EngineWorld w;
    w.Live();
    WorldJob early = w.Job(kGet);
    early.not_before = w.now.unix_ms + 59999;
    w.Dispatch(early);
    EXPECT_EQ(w.StartsOf(early), 1u);
    WorldJob late = w.Job(kGet);
    late.not_before -= 100000;
    late.not_after = w.now.unix_ms - 59999;
    w.Dispatch(late);
    EXPECT_EQ(w.StartsOf(late), 1u);
}

TEST(Dispatch, ClockThatFellBackDoesNotReviveAnExpiredJob)
{
    EngineWorld w;
    w.Live();
    w.Give(kGet);
    w.FinishAll(); // its record holds the time
    w.now.unix_ms -= 10 * 3600 * 1000;
    WorldJob job = w.Job(kGet);
    job.not_after = w.now.unix_ms + 1000;
    w.Dispatch(job);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_EXPIRED);
}

TEST(Dispatch, RejectsWhenNoTimeIsLeft)
{
    ExpectRejected([](WorldJob &j) { j.time_left_ms = 0; }, REEVE_REASON_EXPIRED);
}

TEST(Dispatch, RejectsWithoutApproval)
{
    ExpectRejected([](WorldJob &j) { j.sign = false; }, REEVE_REASON_NOT_APPROVED, kApproved);
}

TEST(Dispatch, RejectsInputOverItsBound)
{
    WorldOptions options;
    options.max_input_bytes = 1000;
    EngineWorld w(options);
    w.Live();
    WorldJob job = w.Job(kGet);
    job.input = std::string(1001, 'x');
    w.Dispatch(job);
    ExpectRejected(w, job, REEVE_REASON_TOO_LARGE);
}

TEST(Dispatch, RejectsASpecThatDoesNotParse)
{
    EngineWorld w;
    w.Live();
    std::string good = w.Spec(w.Job(kGet));
    size_t rejected = 0;
    for (size_t cut = 0; cut < good.size(); cut++) {
        WorldJob job = w.Job(kGet);
        job.raw_spec = cut == 0 ? std::string("\x08") : good.substr(0, cut);
        w.Dispatch(job);
        w.Sync();
        w.Ack();
        rejected++;
        ASSERT_EQ(w.outcomes.size(), rejected) << "cut at " << cut;
        EXPECT_EQ(w.outcomes.back().reason, REEVE_REASON_MALFORMED) << "cut at " << cut;
    }
    EXPECT_TRUE(w.starts.empty());
}

TEST(Dispatch, RejectsAJobThatIsHeldAlready)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(job), 1u);
    job.sequence = 0;
    w.Dispatch(job);
    w.Sync();
    ASSERT_EQ(w.outcomes.size(), 1u);
    EXPECT_EQ(w.outcomes[0].reason, REEVE_REASON_REPLAYED);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Dispatch, RejectsANumberAtOrBelowTheMark)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    w.FinishAll();
    w.Sync();
    w.Ack();
    w.Restart();
    w.Reconnect();
    WorldJob replay = w.Job(kCreate);
    replay.sequence = 1;
    w.Dispatch(replay);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(replay), nullptr);
    EXPECT_EQ(w.OutcomeOf(replay)->reason, REEVE_REASON_REPLAYED);
    EXPECT_EQ(w.StartsOf(replay), 0u);
    EXPECT_STREQ(w.Status().link_state, "LIVE");
}

TEST(Dispatch, SaysNothingSecondAboutADispatchItHolds)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kGet);
    w.Reconnect();
    job.sequence = 1;
    w.Dispatch(job);
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job), nullptr) << "it still runs: one end, not two";
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Dispatch, TimeWithoutEndHasNone)
{
    for (const uint64_t lease_ms : {uint64_t{0}, UINT64_MAX - 1}) {
        EngineWorld w;
        w.Live();
        WorldJob job = w.Job(kCreate);
        job.time_left_ms = UINT64_MAX;
        job.lease_ms = lease_ms;
        w.Dispatch(job);
        w.Sync();
        EXPECT_EQ(w.StartsOf(job), 1u) << lease_ms;
    }
}

// P3, P4: an approval is for one execution, whatever number the gateway gives it.
TEST(Dispatch, RejectsAnApprovedJobThatWasSeenBeforeAlsoAfterARestart)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kApproved);
    w.Sync();
    w.FinishAll();
    w.Sync();
    w.Ack();
    for (int i = 0; i < 2; i++) {
        w.outcomes.clear();
        job.sequence = 0;
        job.attempt++;
        w.Dispatch(job);
        w.Sync();
        ASSERT_NE(w.OutcomeOf(job), nullptr);
        EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_REPLAYED);
        w.Ack();
        w.Restart();
        w.Reconnect();
    }
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Dispatch, AFullReplayTableRefusesAndForgetsWhatExpired)
{
    WorldOptions options;
    options.max_replay_entries = 4;
    EngineWorld w(options);
    w.Live();
    for (int i = 0; i < 4; i++) {
        w.Give(kApproved);
        w.Sync();
        w.FinishAll();
        w.Sync();
    }
    WorldJob fifth = w.Give(kApproved);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(fifth), nullptr);
    EXPECT_EQ(w.OutcomeOf(fifth)->reason, REEVE_REASON_REPLAY_TABLE_FULL);
    w.now.unix_ms += 3600000 + 61000;
    WorldJob sixth = w.Give(kApproved);
    w.Sync();
    EXPECT_EQ(w.StartsOf(sixth), 1u);
}

TEST(Dispatch, MoreThanTheLimitEndsTheSessionWithOneRecord)
{
    WorldOptions options;
    options.max_in_flight = 4;
    EngineWorld w(options);
    w.Live();
    EXPECT_EQ(w.Credit(), 4u);
    for (int i = 0; i < 4; i++) {
        w.Give(kGet);
    }
    EXPECT_EQ(w.closed_code, -1);
    EXPECT_EQ(w.Credit(), 0u);
    w.Give(kGet);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_LIMIT_EXCEEDED);
    EXPECT_EQ(w.SessionEvents(),
              (std::vector{REEVE_SESSION_EVENT_OPENED, REEVE_SESSION_EVENT_VIOLATION}));
    EXPECT_EQ(w.running.size(), 4u) << "P7: and nothing else changes";
}

TEST(Dispatch, NumbersThatDoNotRiseEndTheSession)
{
    EngineWorld w;
    w.Live();
    w.Give(kGet);
    WorldJob job = w.Job(kGet);
    job.sequence = 1;
    w.Dispatch(job);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
    EXPECT_EQ(w.StartsOf(job), 0u);
}

TEST(Limits, CreditComesBackWithAcknowledgements)
{
    WorldOptions options;
    options.max_in_flight = 4;
    options.max_unsettled = 6;
    EngineWorld w(options);
    w.Live();
    for (int i = 0; i < 6; i++) {
        ASSERT_GT(w.Credit(), 0u) << i;
        w.Give(kGet);
        w.FinishAll();
        w.Sync();
    }
    EXPECT_EQ(w.Credit(), 0u) << "six outcomes are not acknowledged";
    w.Ack();
    EXPECT_EQ(w.Credit(), 4u);
    EXPECT_EQ(w.Status().unsettled, 0u);
}

TEST(Limits, AReconnectDoesNotDoubleCount)
{
    WorldOptions options;
    options.max_in_flight = 4;
    EngineWorld w(options);
    w.Live();
    w.Give(kGet);
    w.Give(kGet);
    w.Reconnect();
    EXPECT_EQ(w.Credit(), 2u) << "two still run";
}

TEST(Limits, P8SaysSoWhenNotOneMoreJobFitsIntoTheJournal)
{
    EngineWorld w;
    w.Live();
    w.Give(kGet);
    w.FinishAll();
    w.Sync(1024); // an intent and an outcome are more
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_JOURNAL));
    w.Give(kGet);
    w.FinishAll();
    w.Sync(1u << 30);
    EXPECT_FALSE(w.Status().conditions & (1u << REEVE_CONDITION_JOURNAL));
}

TEST(Limits, StopsGrowingBeforeTheDiskIsFull)
{
    WorldOptions options;
    options.max_in_flight = 4;
    EngineWorld w(options);
    w.Live();
    w.Give(kGet);
    w.FinishAll();
    w.Sync(0);
    for (int i = 0; i < 3; i++) {
        w.Give(kGet);
        w.FinishAll();
        w.Sync(0);
        w.Ack();
    }
    EXPECT_EQ(w.Credit(), 0u);
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_JOURNAL));
    EXPECT_EQ(w.outcomes.size(), 4u) << "what was granted is taken to its end";
    w.Advance(1500); // the lazy acknowledgement is appended
    w.Sync(UINT64_MAX);
    EXPECT_EQ(w.Credit(), 4u);
}

TEST(Limits, MemoryOfInputsIsBounded)
{
    WorldOptions options;
    options.max_in_flight = 16;
    options.max_memory_bytes = 4u << 20;
    options.max_input_bytes = 1u << 20;
    EngineWorld w(options);
    w.Live();
    EXPECT_LE(w.Credit(), 4u);
    EXPECT_GE(w.Credit(), 1u);
}

// Of all tasks together. What was not begun has no intent: Recall reaches it, and a crash leaves
// nothing of it in doubt.
TEST(Limits, SoManyAreBegunAndTheRestWaits)
{
    WorldOptions options;
    options.max_in_flight = 8;
    options.max_running = 2;
    EngineWorld w(options);
    w.Live();
    EXPECT_EQ(w.Credit(), 8u) << "the rest is held ahead";
    WorldJob create = w.Give(kCreate);
    WorldJob get = w.Give(kGet);
    WorldJob second = w.Give(kCreate);
    WorldJob later = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(get), 1u);
    w.Sync();
    EXPECT_EQ(w.StartsOf(create), 1u) << "a job that waits for its intent counts";
    EXPECT_EQ(w.Status().jobs_running, 2u);
    EXPECT_EQ(w.Status().jobs_queued, 2u);
    uint64_t sequences[] = {1, 2, 3, 4};
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RECALL;
    frame.as.recall.sequences.items = sequences;
    frame.as.recall.sequences.count = 3;
    w.Send(frame);
    EXPECT_EQ(w.recalled, std::vector<uint64_t>{3});
    w.Finish(w.HandleOf(get), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    EXPECT_EQ(w.StartsOf(later), 1u) << "its place is free";
    w.FinishAll();
    w.Sync();
    EXPECT_EQ(w.OutcomeOf(create)->status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(w.OutcomeOf(later)->status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(w.OutcomeOf(second), nullptr);
}

TEST(Limits, TheMoreUrgentBeginsFirst)
{
    WorldOptions options;
    options.max_running = 1;
    EngineWorld w(options);
    w.Live();
    WorldJob running = w.Give(kGet);
    std::vector<WorldJob> jobs;
    for (const auto &[task, priority] :
         std::vector<std::pair<const char *, uint32_t>>{{kGet, 0},
                                                        {kGet, 4},
                                                        {kPut, 0},
                                                        {kGet, 9},
                                                        {kPut, 9},
                                                        {kGet, 4},
                                                        {kGet, 4000000000}}) {
        WorldJob job = w.Job(task);
        job.priority = priority;
        w.Dispatch(job);
        jobs.push_back(job);
    }
    w.Finish(w.HandleOf(running), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    for (const size_t next : std::vector<size_t>{3, 4, 6, 1, 5, 2, 0}) {
        ASSERT_EQ(w.running.size(), 1u);
        ASSERT_EQ(w.StartsOf(jobs[next]), 1u) << next;
        w.Finish(w.HandleOf(jobs[next]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    }
}

TEST(Limits, ASaturatedTaskDoesNotHoldUpOthers)
{
    EngineWorld w;
    w.Live();
    std::vector<WorldJob> puts;
    for (int i = 0; i < 5; i++) {
        puts.push_back(w.Give(kPut));
    }
    EXPECT_EQ(w.running.size(), 2u) << "two at once, says the task";
    WorldJob get = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(get), 1u);
    w.Finish(w.HandleOf(puts[0]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE);
    EXPECT_EQ(w.StartsOf(puts[2]), 1u) << "in their order";
    EXPECT_EQ(w.StartsOf(puts[3]), 0u);
    w.FinishAll();
    w.Sync();
    for (const WorldJob &put : puts) {
        EXPECT_EQ(w.OutcomeOf(put)->status, REEVE_OUTCOME_SUCCEEDED);
    }
}
