// SPDX-License-Identifier: Apache-2.0
//
// That ThreadSanitizer finds a race within a whole worker program, with the suppressions that tests
// run with, and that whoever starts such a program is told.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr int kRacesFound = 66; /* ThreadSanitizer's exit status */

TEST(Racing, ARaceInAWorkerIsFound)
{
    World world;
    world.agent_program = REEVE_RACING_WORKER;
    world.agent_settings.pool_threads = 4;
    world.agent_settings.allow = {"acme.parking.v1.Lot/*"};
    world.start_gateway();
    Control planner(world, "planner");
    planner.register_tasks(REEVE_PARKING_MANIFEST);
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    const Planned park = {"acme.parking.v1.Lot/Park", proto_text(1, "B-1")};
    planner.wait_ended(planner.submit(std::vector<Planned>(50, park)).id);
    EXPECT_TRUE(eventually([&] { return !world.races().empty(); }));
    EXPECT_THAT(world.races(), testing::HasSubstr("planted_count"));
    world.agent->signal(SIGTERM);
    EXPECT_EQ(kRacesFound, world.agent->wait());
    write_file(world.path("logs/agent.log"), ""); /* it was wanted */
}

} // namespace
} // namespace reeve::test
