// SPDX-License-Identifier: Apache-2.0
//
// P4, P5: kill -9 of the worker, of the gateway, of both, in the middle of hundreds of jobs. Every
// job ends, in one outcome; no step that must not happen twice is started twice; UNKNOWN is said
// only where nobody can know. tests/faults has many more kills.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tests/integration/support/load.h"

namespace reeve::test
{
namespace
{

constexpr size_t kJobsOfAPlan = 250;
constexpr unsigned kStepMs = 10; /* the jobs left at the latest kill take most of a second */

class P4Restart : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_settings.max_in_flight = 16;
        world.agent_settings.log_level = "INFO";
        world.gateway_settings.log_level = "INFO";
        world.gateway_settings.max_attempts = 100;
        world.step_ms = kStepMs;
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
        load = std::make_unique<Load>(world, *planner);
        load->submit(kJobsOfAPlan);
        load->submit(kJobsOfAPlan);
    }
    /* UNKNOWN is allowed only for what ran when the worker was killed. */
    void expect_all_ended(size_t killed)
    {
        load->expect_all_ended(killed * 16);
    }
    void restart_agent()
    {
        world.agent->kill();
        load->note_kill();
        world.start_agent();
    }
    void restart_gateway()
    {
        world.gateway->kill();
        load->note_kill();
        world.start_gateway();
    }

    World world;
    std::unique_ptr<Control> planner;
    std::unique_ptr<Load> load;
};

TEST_F(P4Restart, KillingTheWorkerLosesNothingAndRunsNothingTwice)
{
    for (const size_t steps : {size_t{10}, size_t{60}, size_t{120}, size_t{180}}) {
        load->wait_steps(steps);
        restart_agent();
    }
    expect_all_ended(4);
    EXPECT_GT(load->unknown(), 0u) << "no kill came amid a step";
    load->note_kill();
    EXPECT_NONFATAL_FAILURE(load->expect_kills_hit_work(), "when all work was done");
}

TEST_F(P4Restart, KillingTheGatewayLosesNothingAndRunsNothingTwice)
{
    for (const size_t steps : {size_t{10}, size_t{90}, size_t{170}}) {
        load->wait_steps(steps);
        restart_gateway();
    }
    expect_all_ended(0);
    EXPECT_EQ(0u, load->unknown()) << "the worker knew how each one ended";
}

TEST_F(P4Restart, KillingBothLosesNothingAndRunsNothingTwice)
{
    for (const size_t steps : {size_t{20}, size_t{130}}) {
        load->wait_steps(steps);
        world.gateway->kill();
        world.agent->kill();
        load->note_kill();
        world.start_gateway();
        world.start_agent();
    }
    expect_all_ended(2);
}

} // namespace
} // namespace reeve::test
