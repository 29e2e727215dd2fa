// SPDX-License-Identifier: Apache-2.0
//
// P4: a journal, or the gateway's store, that comes back from a backup is noticed when they meet;
// what must not happen twice does not start until an operator has looked and says so.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/integration/support/control.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

namespace fs = std::filesystem;

class P4Rollback : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
        run_steps();
    }
    void run_steps()
    {
        const PlanView plan = planner->wait_ended(
            planner->submit(std::vector<Planned>(5, Planned{kStep, proto_text(1, "once")})).id);
        for (const JobView &job : plan.jobs) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        }
    }
    void back_up(const std::string &folder) const
    {
        fs::copy(world.path(folder), world.path("backup"), fs::copy_options::recursive);
    }
    void restore(const std::string &folder) const
    {
        fs::remove_all(world.path(folder));
        fs::rename(world.path("backup"), world.path(folder));
    }
    void expect_noticed() const
    {
        EXPECT_TRUE(eventually([&] {
            const Status status = world.status();
            return !status.ready && status.has("rolled_back");
        })) << world.status().document;
    }
    /* Reads go on; what must not happen twice waits, until it is readmitted. */
    void expect_held_until_readmitted()
    {
        const size_t before = world.steps().size();
        const std::string held = planner->submit({{kStep, proto_text(1, "held")}}).id;
        const PlanView read =
            planner->wait_ended(planner->submit({{kEchoTask, proto_text(1, "hello")}}).id);
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, read.jobs[0].status);
        EXPECT_EQ(before, world.steps().size()) << "P4: nothing starts that may have run";
        const Finished said =
            world.ctl("operator", {"worker", "readmit", world.status().journal_id});
        EXPECT_EQ(0, said.status) << said.output << said.error;
        EXPECT_TRUE(world.wait_ready()) << world.status().document;
        planner->wait_ended(held);
        run_steps();
        expect_none_twice();
    }
    void expect_none_twice() const
    {
        std::set<std::string> jobs;
        for (const std::string &line : world.steps()) {
            EXPECT_TRUE(jobs.insert(line.substr(line.find(' ') + 1)).second) << "P4: " << line;
        }
    }

    World world;
    std::unique_ptr<Control> planner;
};

TEST_F(P4Rollback, AStoreFromABackup)
{
    world.gateway->kill();
    back_up("gateway");
    world.start_gateway();
    ASSERT_TRUE(world.wait_ready());
    run_steps();
    world.gateway->kill();
    restore("gateway");
    world.start_gateway();
    expect_noticed();
    expect_held_until_readmitted();
}

TEST_F(P4Rollback, AJournalFromABackup)
{
    world.agent->kill();
    back_up("agent/journal");
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    run_steps();
    world.agent->kill();
    restore("agent/journal");
    world.start_agent();
    /* Its epoch is an old one: to the gateway, it might be a copy of a worker that lives. */
    EXPECT_TRUE(eventually([&] { return world.status().has("refused"); }))
        << world.status().document;
    EXPECT_NE(std::string::npos, world.log("agent").find("CLONED"));
    const std::string held = planner->submit({{kStep, proto_text(1, "held")}}).id;
    EXPECT_FALSE(planner->plan(held).jobs[0].ended());
    EXPECT_EQ(10u, world.steps().size());
    expect_none_twice();
}

} // namespace
} // namespace reeve::test
