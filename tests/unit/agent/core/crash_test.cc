// SPDX-License-Identifier: Apache-2.0
//
// P4, P5: the worker dies at every step between dispatch and acknowledgement, with what was not on
// disk lost or not. Nothing that is not idempotent is started twice, no outcome is lost, and what
// the gateway hears is true.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

namespace
{

// The steps of one job's life; the crash comes after `steps` of them.
constexpr int kSteps = 7;

void Live(EngineWorld &w, const WorldJob &job, int steps)
{
    const std::function<void()> all[kSteps] = {
        [&] { w.Dispatch(job); },
        [&] { w.Sync(); },
        [&] { w.FinishAll(); },
        [&] { w.Sync(); },
        [&] { w.Ack(); },
        [&] {
            w.Advance(900);
            w.Advance(200);
        },
        [&] { w.Sync(); },
    };
    for (int i = 0; i < steps; i++) {
        all[i]();
    }
}

// What the gateway does when the worker is back: a job that is neither listed nor ended is given
// again; nothing else is.
void Recover(EngineWorld &w, WorldJob job)
{
    w.Reconnect();
    w.Sync();
    if (w.OutcomeOf(job) == nullptr && w.HandleOf(job) == 0) {
        for (const reeve_resume_entry &entry : w.resumed) {
            ASSERT_FALSE(reeve_id_equal(entry.job_id, job.job_id)) << "listed, and then nothing";
        }
        job.sequence = 0;
        job.attempt = 2;
        w.Dispatch(job);
        w.Sync();
        w.FinishAll();
        w.Sync();
    }
    w.Ack();
}

class CrashTest : public testing::TestWithParam<std::tuple<const char *, int, bool>>
{
};

} // namespace

// P4, P5.
TEST_P(CrashTest, NeverTwiceNeverLost)
{
    auto [task, steps, lose] = GetParam();
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(task);
    Live(w, job, steps);
    bool had_outcome = w.OutcomeOf(job) != nullptr && w.gw_durable.sequence >= 3;
    w.Restart(lose);
    Recover(w, job);
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr) << "P5: no end";
    size_t ends = 0;
    for (const WorldOutcome &o : w.outcomes) {
        ends += o.job == job.key() ? 1 : 0;
    }
    EXPECT_EQ(ends, 1u) << "P5: one end" << (had_outcome ? " (acknowledged)" : "");
    bool idempotent = std::string(task) == kGet || std::string(task) == kPut;
    if (!idempotent) {
        EXPECT_LE(w.StartsOf(job), 1u) << "P4";
        bool unknown = outcome->status == REEVE_OUTCOME_UNKNOWN;
        EXPECT_TRUE(unknown || outcome->status == REEVE_OUTCOME_SUCCEEDED);
        EXPECT_EQ(outcome->effect, unknown ? REEVE_EFFECT_MAYBE : REEVE_EFFECT_DONE);
        EXPECT_EQ(w.StartsOf(job),
                  outcome->status == REEVE_OUTCOME_SUCCEEDED ? 1u : w.StartsOf(job));
    } else {
        EXPECT_EQ(outcome->status, REEVE_OUTCOME_SUCCEEDED);
    }
    w.Sync();
    w.Ack();
    EXPECT_EQ(w.Status().unsettled, 0u);
}

INSTANTIATE_TEST_SUITE_P(EveryStep, CrashTest,
                         testing::Combine(testing::Values(kCreate, kApproved, kGet, kPut),
                                          testing::Range(0, kSteps + 1), testing::Bool()));

TEST(Crash, AnOpenIntentEndsAsUnknownOnceHoweverOftenItCrashes)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    EXPECT_EQ(w.StartsOf(job), 1u);
    for (int i = 0; i < 3; i++) {
        w.Restart(i % 2 == 0);
    }
    w.Sync();
    EXPECT_EQ(w.CountRecords(REEVE_JOURNAL_OUTCOME), 1u);
    w.Reconnect();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(w.OutcomeOf(job)->effect, REEVE_EFFECT_MAYBE);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_WORKER_RESTARTED);
}

TEST(Crash, TheChainGoesOnBehindARestart)
{
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 5; i++) {
        w.Give(kGet);
        w.FinishAll();
        w.Sync();
        if (i % 2 == 0) {
            w.Ack();
        }
        w.Restart();
        w.Reconnect(); // the world follows the chain record by record
    }
    w.Sync();
    w.Ack();
    EXPECT_EQ(w.gw_durable.sequence, w.Status().audit_sequence);
    EXPECT_FALSE(w.Status().rolled_back);
}

TEST(Crash, ReplayRefusesWhatContradicts)
{
    EngineWorld w;
    w.Live();
    w.Give(kGet);
    w.FinishAll();
    w.Sync();
    w.Crash();
    // The same outcome twice: its audit record cannot follow itself.
    WorldRecord copy = w.journal.back();
    reeve_engine_free(w.engine);
    w.engine = nullptr;
    EngineWorld other;
    ASSERT_TRUE(other.Boot());
    EXPECT_EQ(reeve_engine_replay(other.engine, copy.type, 1, {}), REEVE_STATE) << "started";
}
