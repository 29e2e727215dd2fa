// SPDX-License-Identifier: Apache-2.0
// In which order jobs go out: priority, turns of submitters, places kept, delayed start, and
// Recall. What is given back did not start, so it goes out again without harm (P4).
#include <set>

#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Priority : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }

    struct Ask {
        const char *task = echo;
        size_t count = 1;
        uint32_t priority = 0;
        const char *identity = "spiffe://d/planner";
        int64_t not_before_unix_ms = 0;
    };

    Reply ask(const Ask &what)
    {
        auto *request = as<reeve_v1_submit_plan_request>(reeve_v1_submit_plan_request_message,
                                                         submit_request(what.task, what.count));
        request->priority = what.priority;
        request->not_before_unix_ms = what.not_before_unix_ms;
        return gateway->reply(gateway->call(REEVE_CONTROL_SUBMIT_PLAN,
                                            encode(reeve_v1_submit_plan_request_message, request),
                                            what.identity));
    }

    // The ids of its jobs.
    std::vector<std::string> put(const Ask &what)
    {
        const Reply reply = ask(what);
        EXPECT_EQ(reply.code, 0) << reply.text;
        std::vector<std::string> ids;
        const auto *plan =
            as<reeve_v1_submit_plan_response>(reeve_v1_submit_plan_response_message, reply.bytes)
                ->plan;
        for (size_t i = 0; i < plan->n_jobs; i++) {
            ids.emplace_back(reinterpret_cast<const char *>(plan->jobs[i]->job_id.data), 16);
        }
        return ids;
    }

    static std::string id_of(const Frame &frame)
    {
        reeve_job_spec spec{};
        EXPECT_EQ(reeve_job_spec_decode(frame.frame.as.dispatch.job_spec, &spec), REEVE_OK);
        return to_string(spec.job_id);
    }

    static std::vector<std::string> ids_of(const std::vector<Frame> &frames)
    {
        std::vector<std::string> ids;
        for (const Frame &frame : frames) {
            ids.push_back(id_of(frame));
        }
        return ids;
    }

    // What it was asked for so far; nothing was dispatched meanwhile.
    static const std::vector<uint64_t> &asked_of(Worker &worker)
    {
        EXPECT_TRUE(worker.dispatches().empty());
        return worker.recalled;
    }

    // Gives these back unstarted.
    static void give_back(Worker &worker, const std::vector<uint64_t> &sequences)
    {
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_RECALLED;
        frame.as.recalled.sequences = {sequences.data(), sequences.size()};
        worker.send({frame});
    }
};

TEST_F(Priority, HandsTheMoreUrgentOutFirst)
{
    auto low = put({echo, 2, 0});
    auto middle = put({step, 1, 4});
    auto high = put({echo, 1, 9});
    Worker worker(*gateway);
    worker.limit_granted = 2;
    worker.connect();
    std::map<std::string, uint32_t> got;
    for (const Frame &frame : worker.dispatches()) {
        got[id_of(frame)] = frame.frame.as.dispatch.priority;
    }
    EXPECT_EQ(got, (std::map<std::string, uint32_t>{{high[0], 9}, {middle[0], 4}}))
        << "and the worker is told";
    worker.limit(4);
    EXPECT_EQ(ids_of(worker.dispatches()), low);
    EXPECT_EQ(job({16, reinterpret_cast<uint8_t *>(&middle[0][0])})->priority, 4u);
}

TEST_F(Priority, RefusesOneThatIsNone)
{
    EXPECT_STREQ(error(ask({echo, 1, 10}))->code, "REQUEST_INVALID");
}

TEST_F(Priority, KeepsOrderOverARestart)
{
    auto low = put({step, 3, 1});
    auto high = put({step, 2, 2});
    gateway->crash();
    gateway->start();
    Worker worker(*gateway);
    worker.connect();
    high.insert(high.end(), low.begin(), low.end());
    EXPECT_EQ(ids_of(worker.dispatches()), high);
}

// One planner's many jobs do not hold up another's one.
TEST_F(Priority, LetsSubmittersTakeTurns)
{
    auto many = put({echo, 250, 0, "spiffe://d/greedy"});
    auto more = put({echo, 250, 0, "spiffe://d/greedy"});
    auto few = put({echo, 2, 0, "spiffe://d/modest"});
    Worker worker(*gateway);
    worker.limit_granted = 4;
    worker.connect();
    EXPECT_EQ(ids_of(worker.dispatches()),
              (std::vector<std::string>{many[0], few[0], many[1], few[1]}));
    worker.limit(6);
    EXPECT_EQ(ids_of(worker.dispatches()), (std::vector<std::string>{many[2], many[3]}));
}

TEST_F(Priority, LetsAJobKeepItsPlace)
{
    auto jobs = put({echo, 5, 0});
    Worker leaving(*gateway);
    leaving.limit_granted = 3;
    leaving.connect();
    auto got = leaving.dispatches();
    ASSERT_EQ(ids_of(got), (std::vector<std::string>{jobs[0], jobs[1], jobs[2]}));
    reeve_worker_frame draining{};
    draining.type = REEVE_WORKER_FRAME_DRAINING;
    draining.as.draining.drain_ms = 1000;
    leaving.send({draining});
    give_back(leaving, {got[2].frame.as.dispatch.sequence, got[0].frame.as.dispatch.sequence});
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_EQ(ids_of(other.dispatches()),
              (std::vector<std::string>{jobs[0], jobs[2], jobs[3], jobs[4]}));
}

// ---- recall ----

TEST_F(Priority, TakesUnstartedJobsBackForMoreUrgentOnes)
{
    auto low = put({echo, 3, 0});
    auto middle = put({step, 2, 3});
    Worker worker(*gateway);
    worker.limit_granted = 5;
    worker.connect();
    ASSERT_EQ(worker.dispatches().size(), 5u);
    auto high = put({step, 2, 7});
    ASSERT_EQ(asked_of(worker).size(), 2u) << "as many as wait";
    const auto asked = asked_of(worker);
    put({step, 1, 8});
    EXPECT_EQ(asked_of(worker).size(), 2u) << "one question at a time";
    give_back(worker, asked);
    worker.limit(7);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[1].frame.as.dispatch.attempt, 1u);
    EXPECT_EQ(id_of(got[1]), high[0]) << "after the most urgent one";
    EXPECT_EQ(asked_of(worker).size(), 3u) << "one still waits";
    worker.limit(9);
    got = worker.dispatches();
    ASSERT_EQ(got.size(), 2u);
    const auto ids = ids_of(got); // high[1] is assigned durably first
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()),
              (std::set<std::string>{high[1], low[1]}))
        << "low[1] is at its place: the newest two of three were taken back";
    EXPECT_EQ(got[0].frame.as.dispatch.attempt, 1u) << "it was not tried yet";
    EXPECT_EQ(got[1].frame.as.dispatch.attempt, 1u);
}

TEST_F(Priority, TakesTheLeastUrgentAndNewestBack)
{
    Worker worker(*gateway);
    worker.limit_granted = 4;
    worker.connect();
    put({echo, 1, 2});
    put({echo, 2, 1});
    put({echo, 1, 2});
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 4u);
    put({step, 3, 5});
    ASSERT_EQ(asked_of(worker).size(), 3u);
    EXPECT_EQ(asked_of(worker), (std::vector<uint64_t>{got[2].frame.as.dispatch.sequence,
                                                       got[1].frame.as.dispatch.sequence,
                                                       got[3].frame.as.dispatch.sequence}));
}

// Where only its task is at its limit, other tasks' jobs would not make room.
TEST_F(Priority, TakesBackOfASaturatedTaskOnly)
{
    Worker worker(*gateway);
    worker.offers[0].max_in_flight = 1;
    worker.connect();
    put({step, 3, 0});
    put({echo, 1, 0});
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 4u);
    auto high = put({echo, 2, 9});
    ASSERT_EQ(asked_of(worker).size(), 1u);
    give_back(worker, asked_of(worker));
    got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(id_of(got[0]), high[0]);
}

// P4: what the worker has started stays with it; the next heartbeat lets the gateway ask again.
TEST_F(Priority, LeavesStartedJobsWhereTheyAre)
{
    Worker worker(*gateway);
    worker.limit_granted = 2;
    worker.connect();
    put({step, 2, 0});
    auto got = worker.dispatches();
    auto high = put({step, 1, 9});
    ASSERT_EQ(asked_of(worker).size(), 1u);
    EXPECT_EQ(reeve_gateway_count(gateway->core).leased, 2u) << "asked is not given";
    worker.heartbeat();
    ASSERT_EQ(asked_of(worker).size(), 2u);
    EXPECT_NE(asked_of(worker)[0], asked_of(worker)[1]);
    worker.heartbeat();
    EXPECT_EQ(asked_of(worker).size(), 2u) << "each is asked for once";
    worker.outcome(got[1].frame.as.dispatch);
    worker.limit(3);
    EXPECT_EQ(ids_of(worker.dispatches()), high);
}

TEST_F(Priority, AsksForNothingWithoutNeed)
{
    Worker worker(*gateway);
    worker.limit_granted = 2;
    worker.connect();
    put({step, 2, 5});
    worker.dispatches();
    put({step, 2, 5});
    put({step, 2, 0});
    put({ticket, 1, 9}); // waits for approval
    worker.heartbeat();
    EXPECT_TRUE(asked_of(worker).empty());
}

// ---- delayed start ----

TEST_F(Priority, StartsNothingBeforeItsTime)
{
    Worker worker(*gateway);
    worker.connect();
    auto later = put({step, 1, 0, "spiffe://d/planner", gateway->now.unix_ms + 5000});
    const ProtobufCBinaryData id{16, reinterpret_cast<uint8_t *>(&later[0][0])};
    EXPECT_STREQ(job(id)->waiting_for, "NOT_BEFORE");
    EXPECT_EQ(job(id)->next_attempt_unix_ms, gateway->now.unix_ms + 5000);
    gateway->crash();
    gateway->start();
    worker.session = 0;
    worker.connect();
    gateway->advance(4999);
    worker.heartbeat();
    EXPECT_TRUE(worker.dispatches().empty());
    gateway->advance(1);
    EXPECT_EQ(ids_of(worker.dispatches()), later);
}

TEST_F(Priority, RefusesAStartAfterTheEnd)
{
    const auto *detail =
        error(ask({step, 1, 0, "spiffe://d/planner", gateway->now.unix_ms + 3600 * 1000}));
    EXPECT_STREQ(detail->code, "NOT_BEFORE_INVALID");
    ASSERT_EQ(detail->n_problems, 1u);
    EXPECT_STREQ(detail->problems[0]->field, "not_before_unix_ms");
}

} // namespace reeve_test
