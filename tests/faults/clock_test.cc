// SPDX-License-Identifier: Apache-2.0
//
// P3, P4, P6: somebody sets the clock of a machine. libfaketime does it to one program; the clocks
// that count from boot it leaves alone, as a kernel does.
#include <filesystem>

#include "tests/faults/fault.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"

namespace reeve::test
{
namespace
{

constexpr uint64_t kExpiryS = 1000;

std::string faketime_library()
{
    for (const auto &entry : std::filesystem::directory_iterator("/usr/lib")) {
        const std::string path = entry.path().string() + "/faketime/libfaketime.so.1";
        if (std::filesystem::exists(path)) {
            return path;
        }
    }
    return "";
}

class Clock : public Fault
{
  protected:
    void SetUp() override
    {
        ASSERT_NE("", faketime_library()) << "scripts/setup installs libfaketime";
        /* All of it shorter than the steps of the clocks. */
        world.gateway_settings.lost_after = "60s";
    }
    Launch under_clock(const std::string &name)
    {
        set(name, 0);
        return {{},
                {"LD_PRELOAD=" + faketime_library(), "FAKETIME_TIMESTAMP_FILE=" + file(name),
                 "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1",
                 "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"}};
    }
    /* So many seconds before or after the real time, from now on. */
    void set(const std::string &name, int64_t offset_s) const
    {
        write_file(file(name), (offset_s < 0 ? "" : "+") + std::to_string(offset_s) + "\n");
    }
    void step_under_load(const std::string &name)
    {
        start();
        for (const int64_t offset_s : {600, 0, 1200, -600, 0}) {
            const size_t before = load->steps_started();
            load->submit(60);
            load->wait_steps(before + 10);
            set(name, offset_s);
            load->wait_steps(before + 28);
        }
        load->expect_all_ended(0);
        EXPECT_EQ(1u, world.status().connects) << "no lease ended, no heartbeat was missed";
        saw_load();
        saw("one session");
    }
    /* A ticket, approved at the true time, as this worker's clock sees it. */
    JobView ticket()
    {
        Control approver(world, "approver");
        const PlanView plan = planner->submit(
            {{kCreateTicket, proto_text(1, "clock") + proto_text(4, "C-1001")}}, kExpiryS * 1000);
        approver.approve(plan.id);
        return planner->wait_ended(plan.id).jobs[0];
    }
    void expect_expired(const char *why)
    {
        const JobView late = ticket();
        EXPECT_EQ(REEVE_OUTCOME_REJECTED, late.status) << why;
        EXPECT_EQ(REEVE_REASON_EXPIRED, late.reason) << reeve_reason_name(late.reason);
    }

  private:
    std::string file(const std::string &name) const
    {
        return world.path("run/" + name + ".clock");
    }
};

TEST_F(Clock, WorkerSteps)
{
    world.agent_launch = under_clock("worker");
    step_under_load("worker");
}

TEST_F(Clock, GatewaySteps)
{
    world.gateway_launch = under_clock("gateway");
    step_under_load("gateway");
    set("gateway", -1200);
    const PlanView behind = planner->wait_ended(
        planner->submit({{kStep, proto_text(1, "behind")}}, kExpiryS * 1000).id);
    EXPECT_EQ(REEVE_OUTCOME_REJECTED, behind.jobs[0].status) << "it has this clock indeed";
    EXPECT_EQ(REEVE_REASON_EXPIRED, behind.jobs[0].reason);
    saw("a plan made 20 min behind: EXPIRED");
}

TEST_F(Clock, ApprovalsFollowTheWorkersClock)
{
    world.agent_launch = under_clock("worker");
    world.start_crm();
    set("worker", -40);
    start();
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ticket().status) << "60 s of skew are allowed";
    set("worker", kExpiryS + 40);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ticket().status);
    set("worker", kExpiryS + 80);
    expect_expired("late");
    set("worker", 0);
    expect_expired("a clock that is set back revives nothing");
    saw("40 s early and 40 s late SUCCEEDED; 80 s late REJECTED (EXPIRED), also when set back");
}

TEST_F(Clock, WorkerBeforeItsCertificate)
{
    world.agent_launch = under_clock("worker");
    set("worker", -120);
    start_gateway();
    write_file(world.path("agent.yaml"), agent_yaml(world.agent_settings));
    const Finished early = run({built::kAgent, "serve", "--config", world.path("agent.yaml")},
                               world.agent_launch.environment);
    EXPECT_EQ(3, early.status);
    EXPECT_NE(std::string::npos, early.error.find("identity.NOT_YET_VALID")) << early.error;
    EXPECT_NE(std::string::npos, early.error.find("correct this machine's clock")) << early.error;
    saw("exit status 3, identity.NOT_YET_VALID, \"correct this machine's clock, or wait\"");
}

} // namespace
} // namespace reeve::test
