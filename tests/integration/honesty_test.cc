// SPDX-License-Identifier: Apache-2.0
//
// P8: status says not ready, and why, within two heartbeat intervals of a condition failing; and
// ready again once it holds again. The tests wait for the word, and then compare its time with the
// interval where the world can be trusted to be fast enough: intervals here are 200 ms.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/small_disk.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

class P8Honesty : public testing::Test
{
  protected:
    bool says(const std::string &condition) const
    {
        return eventually([&] {
            const Status status = world.status();
            return status.answered && !status.ready && status.has(condition);
        });
    }
    void start()
    {
        world.start_gateway();
        Control planner(world, "planner");
        planner.register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    World world;
};

TEST_F(P8Honesty, AGatewayThatIsGone)
{
    start();
    world.gateway->kill();
    EXPECT_TRUE(says("not_connected")) << world.status().document;
    world.start_gateway();
    EXPECT_TRUE(world.wait_ready());
}

TEST_F(P8Honesty, AGatewayThatHangs)
{
    start();
    world.gateway->signal(SIGSTOP); /* the connection stands, and nobody answers */
    EXPECT_TRUE(says("heartbeat_late")) << world.status().document;
    world.gateway->signal(SIGCONT);
    EXPECT_TRUE(world.wait_ready());
}

TEST_F(P8Honesty, AHeartbeatWithoutAnswerIsNamedWithinTwoIntervals)
{
    ScriptedGateway gateway(world);
    gateway.heartbeat_interval_ms = 3000; /* coarse, so that a slow machine does not matter */
    world.agent_settings.gateway_port = gateway.port();
    world.start_agent();
    ASSERT_TRUE(gateway.until([&] { return world.status().ready; }));
    gateway.answers_heartbeats = false;
    const uint64_t since_ms = reeve_now_read().boot_ms;
    ASSERT_TRUE(gateway.until([&] { return world.status().has("heartbeat_late"); }));
    EXPECT_LE(reeve_now_read().boot_ms - since_ms, 2 * 3000u + 3000u)
        << "two intervals, and time for a slow machine";
    EXPECT_FALSE(world.status().ready);
    gateway.answers_heartbeats = true;
    EXPECT_TRUE(gateway.until([&] { return world.status().ready; }));
}

TEST_F(P8Honesty, TasksThatNobodyRegistered)
{
    world.start_gateway();
    world.start_agent();
    EXPECT_TRUE(says("no_aligned_task")) << world.status().document;
    Control planner(world, "planner");
    planner.register_tasks();
    EXPECT_TRUE(world.wait_ready());
}

TEST_F(P8Honesty, AJournalWithoutRoom)
{
    const SmallDisk disk(world.path("small"));
    if (!disk.mounted()) {
        GTEST_SKIP() << "only root can mount a small file system";
    }
    world.agent_settings.journal_directory = "small/journal";
    world.agent_settings.journal_max_bytes = 16u << 20;
    start();
    disk.fill();
    Control planner(world, "planner");
    std::vector<std::string> plans;
    for (int i = 0; i < 8; i++) {
        std::vector<Planned> jobs(12, Planned{kEchoTask, proto_text(2, std::string(200000, 'x'))});
        jobs.push_back({kStep, proto_text(1, "full")});
        plans.push_back(planner.submit(jobs).id);
    }
    /* It says so as long as something runs, and then ends, so that whoever supervises it knows. */
    ASSERT_TRUE(
        eventually([&] { return world.status().has("journal") || !world.agent->running(); }));
    EXPECT_EQ(6, world.agent->wait()) << world.status().document;
    EXPECT_NE(std::string::npos, world.log("agent").find("DISK_FULL"));
    disk.make_room();
    world.start_agent();
    EXPECT_TRUE(world.wait_ready());
    for (const std::string &plan : plans) {
        for (const JobView &job : planner.wait_ended(plan).jobs) {
            EXPECT_TRUE(job.status == REEVE_OUTCOME_SUCCEEDED ||
                        (job.task == kStep && job.status == REEVE_OUTCOME_UNKNOWN))
                << job.task << " " << reeve_reason_name(job.reason);
        }
    }
    EXPECT_LE(world.steps().size(), plans.size()) << "P4: none was started twice";
    world.agent->kill();
}

/* A ticket is being made, and a customer read, when the disk is full. */
class P8FullDisk : public P8Honesty
{
  protected:
    void SetUp() override
    {
        disk = std::make_unique<SmallDisk>(world.path("small"));
        if (!disk->mounted()) {
            GTEST_SKIP() << "only root can mount a small file system";
        }
        world.agent_settings.journal_directory = "small/journal";
        world.agent_settings.journal_max_bytes = 16u << 20;
    }
    void TearDown() override
    {
        world.agent.reset();
        disk.reset();
    }
    void fill_while_it_runs()
    {
        world.start_api("tests/integration/support/hostile_api.py");
        start();
        planner = std::make_unique<Control>(world, "planner");
        slow = planner
                   ->submit({{kCreateTicket, proto_text(1, "slow") + proto_text(4, "C-1"), "", "",
                              300000},
                             {kGetCustomer, proto_text(1, "S-LOW"), "", "", 300000}})
                   .id;
        Control(world, "approver").approve(slow);
        ASSERT_TRUE(eventually([&] {
            const std::string log = world.log("crm");
            return log.find("holding /api/v2/tickets") != std::string::npos &&
                   log.find("holding /api/v1/customers/S-LOW") != std::string::npos;
        }));
        disk->fill();
        const std::vector<Planned> large(
            12, Planned{kEchoTask, proto_text(2, std::string(200000, 'x'))});
        for (int i = 0; i < 8; i++) {
            planner->submit(large);
        }
    }
    void expect_unknown_once()
    {
        disk->make_room();
        write_file(world.path("run/hold"), "go");
        world.start_agent();
        for (const JobView &job : planner->wait_ended(slow).jobs) {
            EXPECT_EQ(job.task == kCreateTicket ? REEVE_OUTCOME_UNKNOWN : REEVE_OUTCOME_SUCCEEDED,
                      job.status)
                << job.task << " " << reeve_reason_name(job.reason);
        }
        const std::string log = world.log("crm");
        const std::string asked = "holding /api/v2/tickets";
        EXPECT_EQ(log.find(asked), log.rfind(asked)) << "P4: once";
    }

    std::unique_ptr<SmallDisk> disk;
    std::unique_ptr<Control> planner;
    std::string slow;
};

TEST_F(P8FullDisk, WhatMustNotRunTwiceIsFinishedAndThenTheWorkerEnds)
{
    fill_while_it_runs();
    ASSERT_TRUE(says("journal")) << world.status().document;
    EXPECT_TRUE(world.agent->running()) << "as long as the ticket is being made";
    write_file(world.path("run/hold"), "go");
    EXPECT_EQ(6, world.agent->wait()) << world.log("agent");
    expect_unknown_once();
}

TEST_F(P8FullDisk, WhatDoesNotEndIsLeftBehindTheDrainTime)
{
    world.agent_settings.drain_timeout = "2s";
    fill_while_it_runs();
    EXPECT_EQ(6, world.agent->wait()) << world.log("agent");
    expect_unknown_once();
}

} // namespace
} // namespace reeve::test
