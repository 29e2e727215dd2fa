// SPDX-License-Identifier: Apache-2.0
//
// P7: no peer pushes the worker or the gateway past its bounds.
#include <gtest/gtest.h>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/memory.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr size_t kGrownKib = 64u << 10;

class P7Bounds : public testing::Test
{
  protected:
    void SetUp() override
    {
        /* AddressSanitizer keeps freed memory aside, and VmRSS would count it. */
        const char *options = std::getenv("ASAN_OPTIONS");
        const std::string given = options != nullptr ? options : "";
        setenv("ASAN_OPTIONS", (given + ":quarantine_size_mb=4").c_str(), 1);
    }
    World world;
};

TEST_F(P7Bounds, ADispatchMoreThanGrantedEndsTheSession)
{
    ScriptedGateway gateway(world);
    world.agent_settings.gateway_port = gateway.port();
    world.agent_settings.max_in_flight = 4;
    world.start_agent();
    ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
    const size_t before = resident_kib(world.agent->pid());
    for (size_t round = 0; round < 3; round++) {
        ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
        const size_t sessions = gateway.sessions();
        const size_t violations = gateway.violations("LIMIT_EXCEEDED");
        std::string flood; /* one message, so that no new grant comes in between */
        const uint64_t granted = gateway.granted();
        while (gateway.given() < granted + 200) {
            flood += gateway.encode_dispatch(gateway.make(kEchoTask, proto_text(1, "flood")));
        }
        gateway.send_raw(flood);
        ASSERT_TRUE(gateway.until([&] {
            return gateway.sessions() > sessions && gateway.live() &&
                   gateway.violations("LIMIT_EXCEEDED") > violations;
        }));
        EXPECT_EQ(violations + 1, gateway.violations("LIMIT_EXCEEDED")) << "one audit record";
    }
    EXPECT_LT(resident_kib(world.agent->pid()), before + kGrownKib);
    const Work work = gateway.make(kStep, proto_text(1, "after"));
    gateway.give(work);
    ASSERT_TRUE(gateway.until([&] { return gateway.end_of(work) != nullptr; }));
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(work)->status);
}

TEST_F(P7Bounds, LargeFramesLeaveNoMemoryBehind)
{
    ScriptedGateway gateway(world);
    gateway.heartbeat_interval_ms = 5000; /* it has no time for them */
    world.agent_settings.gateway_port = gateway.port();
    world.start_agent();
    ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
    const auto send_large = [&](int times) {
        for (int i = 0; i < times; i++) {
            Work work = gateway.make(kEchoTask, "");
            work.raw_spec = std::string((4u << 20) - 4096, 'x'); /* as large as a frame may be */
            const size_t ends = gateway.ended.size();
            gateway.give(work);
            ASSERT_TRUE(gateway.until([&] { return gateway.ended.size() > ends; }));
            EXPECT_EQ(REEVE_REASON_TOO_LARGE, gateway.ended.back().reason);
        }
    };
    send_large(3);
    const size_t before = resident_kib(world.agent->pid());
    send_large(17); /* 68 MiB */
    EXPECT_LT(resident_kib(world.agent->pid()), before + kGrownKib);
    EXPECT_EQ(1u, gateway.sessions());
}

TEST_F(P7Bounds, APeerThatAcknowledgesNothingIsNotOverrun)
{
    ScriptedGateway gateway(world);
    gateway.acknowledges = false;
    world.agent_settings.gateway_port = gateway.port();
    world.agent_settings.max_in_flight = 8;
    world.start_agent();
    ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
    size_t given = 0;
    while (given < 20000 && gateway.until([&] {
        return gateway.live() || gateway.ended.size() == given;
    }) && gateway.live()) {
        gateway.send_raw(gateway.encode_dispatch(gateway.make(kEchoTask, proto_text(1, "x"))));
        given++;
    }
    ASSERT_TRUE(gateway.until([&] { return gateway.ended.size() == given; }));
    EXPECT_LT(given, 20000u) << "the grant stops where outcomes pile up";
    gateway.acknowledges = true;
    const Work work = gateway.make(kStep, proto_text(1, "after"));
    gateway.give(work);
    ASSERT_TRUE(gateway.until([&] { return gateway.end_of(work) != nullptr; }));
    EXPECT_EQ(given + 1, gateway.ended.size()) << "nothing was dropped for it";
}

TEST_F(P7Bounds, ALongSessionFitsIntoASmallJournal)
{
    world.agent_settings.journal_max_bytes = 16u << 20;
    world.start_gateway();
    Control planner(world, "planner");
    planner.register_tasks();
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    std::vector<Planned> jobs(12, Planned{kEchoTask, proto_text(2, std::string(200000, 'x'))});
    jobs.push_back({kStep, proto_text(1, "small")});
    for (int i = 0; i < 16; i++) { /* 38 MB of outputs */
        for (const JobView &job : planner.wait_ended(planner.submit(jobs).id).jobs) {
            ASSERT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        }
    }
    EXPECT_EQ(1u, world.status().connects) << "all of it in one session";
    size_t bytes = 0;
    for (const auto &[path, content] : read_tree(world.path("agent/journal"))) {
        bytes += content.size();
    }
    EXPECT_LE(bytes, 16u << 20);
    world.agent->kill(); /* what is left of the journal is enough */
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    EXPECT_FALSE(world.status().has("rolled_back"));
    const PlanView plan = planner.wait_ended(planner.submit({{kStep, proto_text(1, "on")}}).id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, plan.jobs[0].status);
    EXPECT_EQ(17u, world.steps().size());
}

TEST_F(P7Bounds, TenThousandQueuedJobsAreHeldAndRun)
{
    constexpr size_t kPlans = 40;
    constexpr size_t kJobsOfAPlan = 250;
    world.agent_settings.log_level = "WARN";
    world.gateway_settings.log_level = "WARN";
    world.start_gateway();
    Control planner(world, "planner");
    planner.register_tasks();
    const std::vector<Planned> jobs(kJobsOfAPlan, Planned{kEchoTask, proto_text(1, "queued")});
    std::vector<std::string> plans = {planner.submit(jobs).id};
    const size_t before = resident_kib(world.gateway->pid());
    while (plans.size() < kPlans) {
        plans.push_back(planner.submit(jobs).id);
    }
    EXPECT_LT(resident_kib(world.gateway->pid()), before + kGrownKib) << "10,000 jobs wait";
    EXPECT_EQ("NO_ALIGNED_WORKER", planner.plan(plans[0]).jobs[0].waiting_for);
    world.start_agent();
    for (const std::string &plan : plans) {
        for (const JobView &job : planner.wait_ended(plan).jobs) {
            ASSERT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        }
    }
    EXPECT_LT(resident_kib(world.agent->pid()), before + kGrownKib);
}

} // namespace
} // namespace reeve::test
