// SPDX-License-Identifier: Apache-2.0
// P4, P6: the core is dropped at every step; with the store alone nothing is lost or doubled.
#include <filesystem>
#include <memory>
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

    Reply cancel(const reeve_v1_plan *plan)
    {
        reeve_v1_cancel_plan_request request = REEVE_V1_CANCEL_PLAN_REQUEST_INIT;
        request.plan_id = plan->plan_id;
        return gateway->reply(gateway->call(
            REEVE_CONTROL_CANCEL_PLAN, encode(reeve_v1_cancel_plan_request_message, &request)));
    }

    // Of the store; the gateway is down meanwhile.
    void back_up()
    {
        gateway->crash();
        std::filesystem::copy(directory + "/gateway.db", directory + "/backup.db");
        gateway->start();
    }

    void restore()
    {
        gateway->crash();
        std::filesystem::remove(directory + "/gateway.db-wal");
        std::filesystem::remove(directory + "/gateway.db-shm");
        std::filesystem::copy(directory + "/backup.db", directory + "/gateway.db",
                              std::filesystem::copy_options::overwrite_existing);
        gateway->start();
    }

    void cancel_job(const ProtobufCBinaryData &id)
    {
        reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
        request.job_id = id;
        const uint64_t call = gateway->call(REEVE_CONTROL_CANCEL_JOB,
                                            encode(reeve_v1_cancel_job_request_message, &request));
        EXPECT_EQ(gateway->reply(call).code, 0) << gateway->reply(call).text;
    }

    static std::string id_of(const reeve_v1_job *job)
    {
        return std::string(reinterpret_cast<const char *>(job->job_id.data), job->job_id.len);
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

// P4: what the store does not end stays where it was, and that was not among the jobs to give out.
TEST_F(Restart, P4AFailedCancelGivesNoHeldJobOut)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    ASSERT_EQ(worker.dispatches().size(), 1u);
    restart();
    worker.session = 0;
    Worker other(*gateway, 2);
    other.connect();
    gateway->fail_store = REEVE_IO;
    EXPECT_NE(cancel(plan).code, 0);
    gateway->fail_store = REEVE_OK;
    gateway->advance(1000);
    other.heartbeat();
    EXPECT_TRUE(other.dispatches().empty()) << "the first worker may be running it";
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

// That its plan was cancelled is in the store; that the worker was told is not.
TEST_F(Restart, P6TellsAWorkerThatReturnsOfACancelledPlan)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step, 2);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 2u);
    worker.disconnect();
    ASSERT_EQ(cancel(plan).code, 0);
    restart();
    worker.connect({running(got[0]), running(got[1])});
    EXPECT_TRUE(worker.dispatches().empty());
    EXPECT_EQ(worker.cancelled.size(), 2u);
}

TEST_F(Restart, P6KeepsACancelUntilTheWorkerReturns)
{
    Worker worker(*gateway);
    worker.connect();
    auto *steps = submit(step, 2);
    auto *echoes = submit(echo, 2);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 4u);
    worker.disconnect();
    cancel_job(steps->jobs[0]->job_id);
    cancel_job(echoes->jobs[0]->job_id);
    EXPECT_EQ(job(steps->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_DISPATCHED);
    restart();
    std::vector<reeve_resume_entry> entries;
    for (auto &frame : got) {
        entries.push_back(running(frame));
    }
    worker.connect(entries);
    EXPECT_TRUE(worker.dispatches().empty());
    EXPECT_EQ(std::set<std::string>(worker.cancelled.begin(), worker.cancelled.end()),
              (std::set<std::string>{id_of(steps->jobs[0]), id_of(echoes->jobs[0])}));
}

// Nor is it given to another one, when its own does not return.
TEST_F(Restart, P4GivesNobodyWhatWasCancelled)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo, 2);
    ASSERT_EQ(worker.dispatches().size(), 2u);
    worker.disconnect();
    cancel_job(plan->jobs[1]->job_id);
    restart();
    Worker other(*gateway, 2);
    other.connect();
    gateway->advance(8000);
    other.heartbeat();
    gateway->advance(8000);
    EXPECT_EQ(other.dispatches().size(), 1u);
    EXPECT_EQ(job(plan->jobs[1]->job_id)->status, REEVE_V1_OUTCOME_STATUS_CANCELLED);
}

// P5: how long a journal may stay away is counted over restarts, and its jobs end even so.
class Lost : public Restart
{
  protected:
    static constexpr uint64_t kLostAfter = 600000;

    void SetUp() override
    {
        Restart::SetUp();
        gateway->options.delivery.lost_after_ms = kLostAfter;
        restart();
        worker = std::make_unique<Worker>(*gateway);
        worker->connect();
    }

    // Given out, and running.
    void run_step(uint64_t expires_in_ms = 0)
    {
        const Reply reply = gateway->reply(
            gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(step, 1, "", expires_in_ms)));
        ASSERT_EQ(reply.code, 0) << reply.text;
        plan = as<reeve_v1_submit_plan_response>(reeve_v1_submit_plan_response_message, reply.bytes)
                   ->plan;
        dispatched = worker->dispatches();
        ASSERT_EQ(dispatched.size(), 1u);
    }

    // The core ends and starts; its workers may come again, if they do.
    void restart_alone()
    {
        restart();
        worker->session = 0;
    }

    // Nothing was heard of it for so long, and then a little longer.
    void expect_lost_after(uint64_t ms)
    {
        gateway->advance(ms - 1);
        EXPECT_STREQ(step_job()->waiting_for, "WORKER_AWAY");
        gateway->advance(1);
        ASSERT_EQ(step_job()->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
        EXPECT_EQ(step_job()->error->reason, REEVE_V1_REASON_WORKER_LOST);
    }

    reeve_v1_job *step_job()
    {
        return job(plan->jobs[0]->job_id);
    }

    std::unique_ptr<Worker> worker;
    reeve_v1_plan *plan = nullptr;
    std::vector<Frame> dispatched;
};

TEST_F(Lost, P5CountsFromWhenTheWorkerLeft)
{
    run_step();
    worker->disconnect();
    gateway->advance(200000);
    restart();
    gateway->advance(200000);
    restart();
    expect_lost_after(200000);
}

// Whoever was there when the gateway died is away since its next start, not since the latest.
TEST_F(Lost, P5CountsFromTheFirstStartWithoutTheWorker)
{
    run_step();
    restart_alone();
    gateway->advance(5000);
    restart();
    gateway->advance(395000);
    restart();
    expect_lost_after(200000);
}

TEST_F(Lost, P5CountsAnewForAWorkerThatCameBack)
{
    run_step();
    worker->disconnect();
    gateway->advance(500000);
    restart();
    worker->connect({running(dispatched[0])});
    restart_alone();
    gateway->advance(1000);
    restart();
    expect_lost_after(kLostAfter - 1000);
}

// P6: no worker could come while there was no gateway.
TEST_F(Lost, P6LeavesAWorkerTimeToReturnToAGatewayThatWasAway)
{
    run_step();
    worker->disconnect();
    gateway->crash();
    gateway->now.boot_ms += 2 * kLostAfter;
    gateway->now.unix_ms += 2 * static_cast<int64_t>(kLostAfter);
    gateway->start();
    gateway->advance(59000);
    worker->connect({running(dispatched[0])});
    worker->outcome(dispatched[0].frame.as.dispatch);
    EXPECT_EQ(step_job()->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

TEST_F(Lost, P5WaitsNoLongerThanThatForOneThatIsLost)
{
    run_step();
    worker->disconnect();
    gateway->crash();
    gateway->now.boot_ms += 2 * kLostAfter;
    gateway->now.unix_ms += 2 * static_cast<int64_t>(kLostAfter);
    gateway->start();
    expect_lost_after(60000);
}

TEST_F(Lost, WaitsInFullWhenTheClockWasSetBack)
{
    run_step();
    worker->disconnect();
    gateway->crash();
    gateway->now.unix_ms -= 3600000;
    gateway->start();
    expect_lost_after(kLostAfter);
}

// By its expiry plus lost_after it has ended, even where its worker left later.
TEST_F(Lost, P5KeepsTheEndThatItsExpirySets)
{
    run_step(100000);
    for (int i = 0; i < 60; i++) {
        gateway->advance(5000);
        worker->heartbeat();
    }
    worker->disconnect();
    restart();
    expect_lost_after(100000 + kLostAfter - 300000);
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
    back_up();
    worker.session = 0;
    worker.connect();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.outcome(got[0].frame.as.dispatch);
    worker.next.settled_mark = worker.acked;
    restore();
    worker.session = 0;
    worker.connect();
    EXPECT_TRUE(worker.welcome.rolled_back);
    EXPECT_TRUE(worker.dispatches().empty()) << "never silently run again";
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ROLLED_BACK);
}

// Nobody was awaited when the restored gateway started, so the job is ready for anybody: until the
// worker that ran it since comes back, and shows that the store does not know (P4).
TEST_F(Restart, P4GivesNobodyWhatARestoredStoreForgot)
{
    Worker worker(*gateway);
    worker.connect();
    worker.disconnect();
    auto *plan = submit(step);
    back_up();
    worker.connect();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.outcome(got[0].frame.as.dispatch);
    worker.next.settled_mark = worker.acked;
    restore();
    worker.session = 0;
    worker.connect();
    EXPECT_TRUE(worker.welcome.rolled_back);
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_TRUE(other.dispatches().empty()) << "never silently run again";
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ROLLED_BACK);
}

// What the gateway was shown, its next start knows: the job waited for somebody else meanwhile
// (P4).
TEST_F(Restart, P4RemembersWhatARestoredStoreForgot)
{
    Worker absent(*gateway, 3);
    absent.limit_granted = 1;
    absent.connect();
    ASSERT_NE(submit(echo), nullptr);
    ASSERT_EQ(absent.dispatches().size(), 1u);
    auto *plan = submit(step);
    back_up(); // with a job that another worker may have
    gateway->advance(16000);
    Worker worker(*gateway);
    worker.connect();
    for (auto &frame : worker.dispatches()) {
        worker.outcome(frame.frame.as.dispatch);
    }
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    worker.next.settled_mark = worker.acked;
    restore();
    worker.session = 0;
    worker.connect();
    EXPECT_TRUE(worker.welcome.rolled_back);
    restart();
    gateway->advance(16000);
    Worker other(*gateway, 2);
    other.connect();
    for (auto &frame : other.dispatches()) {
        reeve_job_spec spec{};
        ASSERT_EQ(reeve_job_spec_decode(frame.frame.as.dispatch.job_spec, &spec), REEVE_OK);
        EXPECT_TRUE(reeve_bytes_equal_cstr(spec.task, echo)) << "never silently run again";
    }
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ROLLED_BACK);
}

// What it still runs is its own: it says so in Resume, and how it ended (P4, P5).
TEST_F(Restart, P4TakesUpWhatARestoredStoreForgotAndAWorkerRuns)
{
    Worker worker(*gateway);
    worker.connect();
    worker.disconnect();
    auto *plan = submit(step);
    back_up();
    worker.connect();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    restore();
    worker.session = 0;
    Worker other(*gateway, 2);
    worker.connect({running(got[0])});
    other.connect();
    EXPECT_TRUE(other.dispatches().empty());
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

} // namespace reeve_test
