// SPDX-License-Identifier: Apache-2.0
//
// Priorities, and that what a worker holds ahead does not turn them around: a backlog that is in
// its hands already is overtaken. P4: what was taken back is run once all the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/integration/support/control.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr size_t kHeld = 24; /* by the worker, one of them running */
constexpr size_t kBacklog = 40;
constexpr size_t kUrgent = 3;
constexpr unsigned kUrgency = 9;
constexpr uint64_t kTimeoutMs = 300000; /* it counts while the worker holds a job ahead */

class Priority : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.step_ms = 200;
        world.agent_settings.max_in_flight = kHeld;
        world.agent_settings.max_running = 1;
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    PlanView submit(const std::string &name, size_t jobs, uint32_t priority = 0)
    {
        const std::vector<Planned> steps(jobs,
                                         Planned{kStep, proto_text(1, name), "", "", kTimeoutMs});
        return planner->submit(steps, 0, priority);
    }
    /* The jobs that the worker has and did not start yet. */
    std::set<std::string> held_ahead(const PlanView &backlog)
    {
        std::set<std::string> held;
        for (const JobView &job : planner->plan(backlog.id).jobs) {
            if (job.state == REEVE_V1_JOB_STATE_JOB_DISPATCHED) {
                held.insert(text_of_id(job.id));
            }
        }
        for (const std::string &job : started()) {
            held.erase(job);
        }
        return held;
    }
    /* Jobs, in the order in which they were started. */
    std::vector<std::string> started() const
    {
        std::vector<std::string> jobs;
        for (const std::string &line : world.steps()) {
            jobs.push_back(line.substr(line.find(' ') + 1));
        }
        return jobs;
    }
    void expect_each_once(const PlanView &plan)
    {
        const PlanView ended = planner->wait_ended(plan.id);
        const std::vector<std::string> order = started();
        for (const JobView &job : ended.jobs) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
            EXPECT_EQ(1u, job.attempt) << "what came back unstarted does not count";
            EXPECT_EQ(1, std::count(order.begin(), order.end(), text_of_id(job.id))) << "P4";
        }
    }

    World world;
    std::unique_ptr<Control> planner;
};

TEST_F(Priority, UrgentJobsOvertakeABacklogThatTheWorkerHoldsAlready)
{
    const PlanView backlog = submit("low", kBacklog);
    ASSERT_TRUE(eventually([&] { return world.status().held == kHeld && !started().empty(); }));
    const std::set<std::string> ahead = held_ahead(backlog);
    ASSERT_GT(ahead.size(), kHeld / 2);
    const PlanView urgent = submit("urgent", kUrgent, kUrgency);
    planner->wait_ended(urgent.id);
    const std::vector<std::string> order = started();
    const size_t overtaken =
        static_cast<size_t>(std::count_if(ahead.begin(), ahead.end(), [&](const std::string &job) {
            return std::find(order.begin(), order.end(), job) == order.end();
        }));
    EXPECT_GT(overtaken, 0u) << "all that the worker held ahead went first";
    EXPECT_NE(std::string::npos, world.log("agent").find("unstarted job forgotten"))
        << "it was full: nothing was taken back for them";
    expect_each_once(urgent);
    expect_each_once(backlog);
    world.expect_unbroken_audit();
}

/* Nothing of what it has not begun is in doubt when it dies. */
TEST_F(Priority, P4WhatIsHeldAheadIsNotLostWithItsWorker)
{
    const PlanView backlog = submit("low", kHeld);
    ASSERT_TRUE(eventually([&] { return world.status().held == kHeld && !started().empty(); }));
    world.agent->kill();
    world.start_agent();
    size_t unknown = 0;
    for (const JobView &job : planner->wait_ended(backlog.id).jobs) {
        unknown += job.status == REEVE_OUTCOME_UNKNOWN ? 1 : 0;
    }
    EXPECT_LE(unknown, 1u) << "one was running";
}

} // namespace
} // namespace reeve::test
