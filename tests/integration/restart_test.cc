// SPDX-License-Identifier: Apache-2.0
//
// P4, P5: kill -9 of the worker, of the gateway, of both, in the middle of hundreds of jobs. Every
// job ends, in one outcome; no step that must not happen twice is started twice; UNKNOWN is said
// only where nobody can know.
#include <gtest/gtest.h>

#include <map>

#include "tests/integration/support/control.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr size_t kJobs = 500;
constexpr size_t kJobsOfAPlan = 250;

class P4Restart : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_settings.max_in_flight = 16;
        world.agent_settings.log_level = "INFO";
        world.gateway_settings.log_level = "INFO";
        world.gateway_settings.max_attempts = 100;
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    /* Steps that must not happen twice, and as many that may. */
    void submit()
    {
        for (size_t from = 0; from < kJobs; from += kJobsOfAPlan) {
            std::vector<Planned> jobs;
            for (size_t i = 0; i < kJobsOfAPlan; i++) {
                jobs.push_back(i % 2 == 0 ? Planned{kStep, proto_text(1, "step")}
                                          : Planned{kEchoTask, proto_text(1, "hello")});
            }
            plans.push_back(planner->submit(jobs).id);
        }
    }
    /* Waits until that many steps have been started. */
    void wait_steps(size_t count) const
    {
        ASSERT_TRUE(eventually([&] { return world.steps().size() >= count; }))
            << world.steps().size() << " steps";
    }
    std::map<std::string, size_t> starts() const
    {
        std::map<std::string, size_t> counts;
        for (const std::string &line : world.steps()) {
            counts[line.substr(line.find(' ') + 1)]++;
        }
        return counts;
    }
    void expect_ended_once(const JobView &job, size_t started)
    {
        if (job.task == kEchoTask) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status)
                << "idempotent jobs are simply run again; " << reeve_reason_name(job.reason);
            return;
        }
        EXPECT_LE(started, 1u) << "P4: started twice";
        if (job.status == REEVE_OUTCOME_UNKNOWN) {
            unknown++;
            EXPECT_EQ(REEVE_EFFECT_MAYBE, job.effect);
            return;
        }
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        EXPECT_EQ(1u, started) << "P4: SUCCEEDED and never started";
    }
    /* Every job has ended as P4 allows; at most `killed` times 16 are UNKNOWN. */
    void expect_all_ended(size_t killed)
    {
        size_t jobs = 0;
        std::vector<PlanView> views;
        for (const std::string &plan : plans) {
            views.push_back(planner->wait_ended(plan));
        }
        std::map<std::string, size_t> counts = starts();
        for (const PlanView &view : views) {
            for (const JobView &job : view.jobs) {
                struct reeve_id id;
                ASSERT_EQ(REEVE_OK, reeve_id_from_bytes(bytes_of(job.id), &id));
                expect_ended_once(job, counts[text_of_id(id)]);
                jobs++;
            }
        }
        EXPECT_EQ(kJobs, jobs) << "P4: none is lost";
        expect_unbroken_audit();
        EXPECT_LE(unknown, killed * 16) << "UNKNOWN only for what ran when the worker was killed";
    }
    /* P5: the trail of all that is one unbroken chain for each journal. */
    void expect_unbroken_audit() const
    {
        const std::string file = world.path("audit.reeve");
        const Finished exported = world.ctl("auditor", {"audit", "export", file});
        EXPECT_EQ(0, exported.status) << exported.error;
        const Finished verified = world.ctl("auditor", {"audit", "verify", file});
        EXPECT_EQ(0, verified.status) << verified.output << verified.error;
    }
    void restart_agent()
    {
        world.agent->kill();
        world.start_agent();
    }
    void restart_gateway()
    {
        world.gateway->kill();
        world.start_gateway();
    }

    World world;
    std::unique_ptr<Control> planner;
    std::vector<std::string> plans;
    size_t unknown = 0;
};

TEST_F(P4Restart, KillingTheWorkerLosesNothingAndRunsNothingTwice)
{
    submit();
    for (const size_t steps : {size_t{10}, size_t{60}, size_t{120}, size_t{180}}) {
        wait_steps(steps);
        restart_agent();
    }
    expect_all_ended(4);
}

TEST_F(P4Restart, KillingTheGatewayLosesNothingAndRunsNothingTwice)
{
    submit();
    for (const size_t steps : {size_t{10}, size_t{90}, size_t{170}}) {
        wait_steps(steps);
        restart_gateway();
    }
    expect_all_ended(0);
    EXPECT_EQ(0u, unknown) << "the worker knew how each one ended";
}

TEST_F(P4Restart, KillingBothLosesNothingAndRunsNothingTwice)
{
    submit();
    for (const size_t steps : {size_t{20}, size_t{130}}) {
        wait_steps(steps);
        world.gateway->kill();
        world.agent->kill();
        world.start_gateway();
        world.start_agent();
    }
    expect_all_ended(2);
}

} // namespace
} // namespace reeve::test
