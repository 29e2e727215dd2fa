// SPDX-License-Identifier: Apache-2.0
// P4, P6: the core is dropped at every step; with the store alone nothing is lost or doubled.
#include <filesystem>
#include <set>

#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Restart : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }

    void restart()
    {
        gateway->crash();
        gateway->start();
    }

    static reeve_resume_entry running(const Frame &frame)
    {
        reeve_job_spec spec{};
        EXPECT_EQ(reeve_job_spec_decode(frame.frame.as.dispatch.job_spec, &spec), REEVE_OK);
        reeve_resume_entry entry{};
        entry.job_id = spec.job_id;
        entry.attempt = frame.frame.as.dispatch.attempt;
        entry.sequence = frame.frame.as.dispatch.sequence;
        entry.state = REEVE_RESUME_RUNNING;
        return entry;
    }
};

TEST_F(Restart, KeepsWhatWasSubmitted)
{
    ASSERT_NE(submit(step, 3), nullptr);
    restart();
    Worker worker(*gateway);
    worker.connect();
    EXPECT_EQ(worker.dispatches().size(), 3u);
}

// P6: a restart ends nothing that runs.
TEST_F(Restart, TakesRunningJobsUpAgain)
{
    Worker worker(*gateway);
    worker.connect();
    auto *steps = submit(step, 2);
    auto *echoes = submit(echo, 2);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 4u);
    restart();
    worker.session = 0;
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_TRUE(other.dispatches().empty()) << "the first worker may have them";
    std::vector<reeve_resume_entry> entries;
    for (auto &frame : got) {
        entries.push_back(running(frame));
    }
    worker.connect(entries);
    EXPECT_TRUE(worker.dispatches().empty());
    EXPECT_TRUE(other.dispatches().empty());
    for (auto &frame : got) {
        worker.outcome(frame.frame.as.dispatch);
    }
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
    EXPECT_EQ(job(steps->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    EXPECT_EQ(job(echoes->jobs[1]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

TEST_F(Restart, GivesHeldJobsOutWhenTheWorkerStaysAway)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo), nullptr);
    ASSERT_EQ(worker.dispatches().size(), 1u);
    restart();
    worker.session = 0;
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_TRUE(other.dispatches().empty());
    gateway->advance(8000);
    other.heartbeat();
    gateway->advance(8000);
    EXPECT_EQ(other.dispatches().size(), 1u);
}

// A lease is in no store. That the worker left with it is, so that its grace outlives the gateway.
TEST_F(Restart, P4KeepsTheGraceOfAWorkerThatLeftShortlyBefore)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo), nullptr);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.disconnect();
    gateway->advance(3000);
    restart();
    Worker other(*gateway, 2);
    other.connect();
    gateway->advance(8000);
    other.heartbeat();
    EXPECT_TRUE(other.dispatches().empty()) << "the first worker may be running it";
    worker.connect({running(got[0])});
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_TRUE(other.dispatches().empty());
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

TEST_F(Restart, P4KeepsTheGraceOfWorkersThatADrainSentAway)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo), nullptr);
    ASSERT_EQ(worker.dispatches().size(), 1u);
    gateway->drain(100);
    restart();
    worker.session = 0;
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_TRUE(other.dispatches().empty());
    gateway->advance(8000);
    other.heartbeat();
    gateway->advance(8000);
    EXPECT_EQ(other.dispatches().size(), 1u);
}

TEST_F(Restart, WaitsForNobodyWhoLeftWithNothing)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo), nullptr);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.outcome(got[0].frame.as.dispatch);
    worker.disconnect();
    ASSERT_NE(submit(echo), nullptr);
    restart();
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_EQ(other.dispatches().size(), 1u);
}

// A grace is given once, whether it ends before the gateway does or behind a start.
TEST_F(Restart, WaitsForAGraceOnlyOnce)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo), nullptr);
    ASSERT_EQ(worker.dispatches().size(), 1u);
    restart();
    worker.session = 0;
    gateway->advance(16000);
    restart();
    Worker other(*gateway, 2);
    other.connect();
    auto got = other.dispatches();
    ASSERT_EQ(got.size(), 1u);
    other.disconnect();
    gateway->advance(16000);
    restart();
    Worker third(*gateway, 3);
    third.connect();
    EXPECT_EQ(third.dispatches().size(), 1u);
}

TEST_F(Restart, NeverRepeatsADispatchSequence)
{
    Worker worker(*gateway);
    std::set<uint64_t> seen;
    for (int round = 0; round < 4; round++) {
        worker.connect();
        ASSERT_NE(submit(step, 3), nullptr);
        for (auto &frame : worker.dispatches()) {
            EXPECT_TRUE(seen.insert(frame.frame.as.dispatch.sequence).second);
            worker.outcome(frame.frame.as.dispatch);
        }
        restart();
    }
    EXPECT_EQ(seen.size(), 12u);
}

TEST_F(Restart, KeepsPendingApprovals)
{
    auto *plan = submit(ticket);
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->state, REEVE_V1_PLAN_STATE_PENDING_APPROVAL);
    restart();
    EXPECT_EQ(approve(plan).code, 0);
    restart();
    Worker worker(*gateway);
    worker.connect();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].frame.as.dispatch.plan.signatures.count, 1u);
}

// P4, P6: drops the core after each number of store completions while jobs are under way.
TEST_F(Restart, LosesNothingWhereverItIsCut)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step, 1);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    // The outcome reached the store or not: nobody heard of it.
    gateway->hold_store = true;
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(worker.acked, 0u);
    restart();
    worker.session = 0;
    worker.hello();
    ASSERT_TRUE(worker.take_welcome());
    EXPECT_EQ(worker.welcome.audit_sequence, 2u) << "it did";
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

// A store that is copied back from a backup is found out by the workers' marks (P4).
TEST_F(Restart, FindsARestoredStore)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    gateway->crash();
    std::filesystem::copy(directory + "/gateway.db", directory + "/backup.db");
    gateway->start();
    worker.session = 0;
    worker.connect();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.outcome(got[0].frame.as.dispatch);
    worker.next.settled_mark = worker.acked;
    gateway->crash();
    std::filesystem::remove(directory + "/gateway.db-wal");
    std::filesystem::remove(directory + "/gateway.db-shm");
    std::filesystem::copy(directory + "/backup.db", directory + "/gateway.db",
                          std::filesystem::copy_options::overwrite_existing);
    gateway->start();
    worker.session = 0;
    worker.connect();
    EXPECT_TRUE(worker.welcome.rolled_back);
    EXPECT_TRUE(worker.dispatches().empty()) << "never silently run again";
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ROLLED_BACK);
}

} // namespace reeve_test
