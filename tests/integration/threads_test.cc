// SPDX-License-Identifier: Apache-2.0
//
// P4, P6: whole programs, with every thread that they have, under load while they are given new
// certificates and configuration, restarted and drained: what they do is right, and, built with
// ThreadSanitizer, free of races. Two workers: C functions and HTTP in one, programs in the other.
#include <csignal>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/integration/support/files.h"
#include "tests/integration/support/load.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kCount[] = "demo.native.v1.Native/Count";
constexpr char kGreet[] = "exectest.v1.Scripts/Greet";
constexpr char kScript[] = "#!/bin/sh\necho '{\"text\":\"hello\"}'\n";
constexpr unsigned kResults = 400;

class P6Threads : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.step_ms = 10;
        world.agent_settings.max_in_flight = 16; /* a job's time counts while it waits there */
        world.gateway_settings.lease = "10s";
        world.gateway_settings.grace = "30s"; /* nobody is lost, however slow this is */
        world.start_api("tests/integration/support/hostile_api.py");
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        planner->register_tasks(REEVE_EXEC_MANIFEST);
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
        start_scripts();
        load = std::make_unique<Load>(world, *planner);
    }
    void start_scripts()
    {
        const AgentSettings agent = world.agent_settings;
        write_file(world.path("script"), kScript);
        ASSERT_EQ(0, chmod(world.path("script").c_str(), 0700));
        world.agent_settings.program = world.path("script");
        world.agent_settings.allow = {kGreet};
        scripts = world.start_worker("scripts", REEVE_EXEC_WORKER);
        world.agent_settings = agent;
    }
    void submit()
    {
        load->submit(200);
        std::vector<Planned> more(60, Planned{kGetCustomer, proto_text(1, "C-1001")});
        more.insert(more.end(), 20, Planned{kGreet, proto_text(1, "Ada")});
        more.insert(more.end(), 4,
                    Planned{kCount, proto_varint(1, kResults) + proto_varint(2, 1000)});
        others.push_back(planner->submit(more).id);
    }
    /* A new certificate, and a configuration that says something new. */
    void reload()
    {
        const uint64_t epoch = world.status().epoch;
        world.agent_settings.log_level = "INFO";
        world.renew_agent_certificate();
        write_file(world.path("agent.yaml"), agent_yaml(world.agent_settings));
        world.agent->signal(SIGHUP);
        ASSERT_TRUE(eventually([&] {
            const Status status = world.status();
            return status.epoch > epoch && status.link == "LIVE" &&
                   world.log("agent").find("configuration reloaded") != std::string::npos;
        })) << world.log("agent");
    }
    void restart_gateway()
    {
        planner->hang_up();
        world.gateway->signal(SIGTERM);
        EXPECT_EQ(0, world.gateway->wait()) << world.log("gateway");
        world.start_gateway();
    }
    void drain_agent()
    {
        world.agent->signal(SIGTERM);
        EXPECT_EQ(0, world.agent->wait()) << world.log("agent");
    }
    void expect_all_succeeded()
    {
        load->expect_all_ended(0);
        for (const std::string &plan : others) {
            for (const JobView &job : planner->wait_ended(plan).jobs) {
                EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status)
                    << job.task << ": " << reeve_reason_name(job.reason);
                EXPECT_EQ(job.task == kCount ? kResults : 0, job.results);
            }
        }
    }

    World world;
    std::unique_ptr<Control> planner;
    std::unique_ptr<Process> scripts;
    std::unique_ptr<Load> load;
    std::vector<std::string> others; /* plans of what is not the load's */
};

TEST_F(P6Threads, LoadReloadRestartAndDrainLoseNothing)
{
    submit();
    load->wait_steps(20);
    reload();
    submit();
    load->wait_steps(60);
    restart_gateway();
    load->wait_steps(100);
    drain_agent();
    EXPECT_LT(load->steps_started(), 200u) << "there was more to do";
    world.start_agent();
    expect_all_succeeded();
    planner->hang_up();
    drain_agent();
    scripts->signal(SIGTERM);
    EXPECT_EQ(0, scripts->wait()) << world.log("scripts");
    world.gateway->signal(SIGTERM);
    EXPECT_EQ(0, world.gateway->wait()) << world.log("gateway");
    EXPECT_EQ("", world.races());
}

} // namespace
} // namespace reeve::test
