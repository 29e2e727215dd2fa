// SPDX-License-Identifier: Apache-2.0
//
// P4, P5: ten thousand results of one job, with kill -9 of the gateway and of the worker while they
// come: in the store they are there once each and in order, and the job has one end. P7: while the
// gateway is away they wait on the worker's disk, within its bound. And what reevectl shows of
// them.
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "tests/integration/support/control.h"
#include "tests/integration/support/memory.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/small_disk.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kCount[] = "demo.native.v1.Native/Count";
constexpr unsigned kMany = 10000;

std::string varint(unsigned field, unsigned value)
{
    std::string bytes(1, static_cast<char>(field << 3));
    for (; value >= 128; value >>= 7) {
        bytes += static_cast<char>(value | 128);
    }
    return bytes + static_cast<char>(value);
}

class Stream : public testing::Test
{
  protected:
    void SetUp() override
    {
        /* AddressSanitizer keeps freed memory aside, and VmRSS would count it. */
        const char *options = std::getenv("ASAN_OPTIONS");
        const std::string given = options != nullptr ? options : "";
        setenv("ASAN_OPTIONS", (given + ":quarantine_size_mb=4").c_str(), 1);
        world.agent_settings.log_level = "INFO";
        world.gateway_settings.log_level = "INFO";
        world.gateway_settings.max_attempts = 100;
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    PlanView count(unsigned to, unsigned padding)
    {
        return planner->submit({{kCount, varint(1, to) + varint(2, padding)}});
    }
    /* Until so many are durable in this attempt or a later one. */
    void wait_results(const PlanView &plan, uint64_t results, uint32_t attempt) const
    {
        ASSERT_TRUE(eventually([&] {
            const JobView job = planner->job(plan.jobs[0].id);
            return job.attempt >= attempt && job.results >= results;
        }));
    }
    static std::vector<std::string> lines_of(const std::string &text)
    {
        std::vector<std::string> lines;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(line);
        }
        return lines;
    }
    /* As reevectl pages through them. */
    void expect_stored(const PlanView &plan, uint64_t results) const
    {
        const Finished all =
            world.ctl("planner", {"get", "job", text_of_id(plan.jobs[0].id), "--results"});
        ASSERT_EQ(0, all.status) << all.error;
        const std::vector<std::string> lines = lines_of(all.output);
        ASSERT_EQ(results, lines.size());
        for (size_t i = 0; i < lines.size(); i++) {
            ASSERT_EQ(0u, lines[i].rfind("{\"value\":" + std::to_string(i + 1), 0))
                << "P4: line " << i << " is " << lines[i].substr(0, 40);
        }
    }
    /* What was emitted before is delivered, spooled or not. */
    void expect_whole_when_cancelled(const PlanView &plan) const
    {
        /* The worker is back, and it is the one that is asked to stop. */
        ASSERT_TRUE(world.wait_ready());
        wait_results(plan, 100, 1);
        planner->cancel_job(plan.jobs[0].id);
        const PlanView ended = planner->wait_ended(plan.id);
        EXPECT_EQ(REEVE_OUTCOME_CANCELLED, ended.jobs[0].status)
            << reeve_reason_name(ended.jobs[0].reason);
        EXPECT_EQ(1u, ended.jobs[0].attempt);
        EXPECT_GT(ended.jobs[0].results, 300u);
        expect_stored(plan, ended.jobs[0].results);
    }
    size_t blocks() const
    {
        size_t count = 0;
        for (const auto &entry :
             std::filesystem::directory_iterator(world.path("agent/journal/spool"))) {
            count += entry.path().extension() == ".spool" ? 1 : 0;
        }
        return count;
    }

    World world;
    std::unique_ptr<Control> planner;
};

TEST_F(Stream, P4TenThousandResultsThroughKillsOfBothSides)
{
    const PlanView plan = count(kMany, 1000);
    wait_results(plan, 500, 1);
    world.gateway->kill();
    world.start_gateway();
    wait_results(plan, 1500, 1);
    world.agent->kill(); // what it held is gone: a new attempt starts at 0
    EXPECT_FALSE(planner->job(plan.jobs[0].id).ended());
    world.start_agent();
    wait_results(plan, 500, 2);
    world.gateway->kill();
    world.start_gateway();
    const PlanView ended = planner->wait_ended(plan.id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.jobs[0].status)
        << reeve_reason_name(ended.jobs[0].reason);
    EXPECT_EQ(kMany, ended.jobs[0].results);
    EXPECT_GE(ended.jobs[0].attempt, 2u);
    expect_stored(plan, kMany);
    world.expect_unbroken_audit();
}

/* The gateway stands still, then it is gone: the task goes on into the spool, and comes to its end
 * while nobody listens. */
TEST_F(Stream, P4P7FortyMegabytesWaitOnDiskWhileTheGatewayIsAway)
{
    constexpr unsigned kResults = 4000;
    constexpr size_t kGrownKib = 24u << 10;
    const PlanView plan = count(kResults, 10000);
    ASSERT_TRUE(eventually([&] { return world.status().running == 1; }));
    const size_t before = resident_kib(world.agent->pid());
    size_t most = before;
    const auto waits_on_disk = [&](uint64_t results) {
        return eventually([&] {
            most = std::max(most, resident_kib(world.agent->pid()));
            return world.status().spool_results >= results;
        });
    };
    world.gateway->signal(SIGSTOP);
    ASSERT_TRUE(waits_on_disk(500));
    world.gateway->signal(SIGCONT);
    world.gateway->kill();
    ASSERT_TRUE(eventually([&] {
        most = std::max(most, resident_kib(world.agent->pid()));
        return world.status().running == 0; /* the task has ended */
    }));
    EXPECT_GT(world.status().spool_bytes, 16u << 20) << world.status().document;
    EXPECT_GT(blocks(), 30u);
    EXPECT_EQ("OK", world.status().spool_state);
    world.start_gateway();
    const PlanView ended = planner->wait_ended(plan.id);
    most = std::max(most, resident_kib(world.agent->pid()));
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.jobs[0].status)
        << reeve_reason_name(ended.jobs[0].reason);
    EXPECT_EQ(kResults, ended.jobs[0].results);
    EXPECT_EQ(1u, ended.jobs[0].attempt);
    EXPECT_LT(most, before + kGrownKib) << "P7: of 40 MB";
    expect_stored(plan, kResults);
    ASSERT_TRUE(eventually([&] { return world.status().spool_bytes == 0; }));
    EXPECT_EQ(0u, blocks());
    world.expect_unbroken_audit();
}

TEST_F(Stream, P7AFullSpoolPausesTheTask)
{
    world.agent->kill();
    world.agent_settings.spool = "{ max_bytes: 16777216 }";
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    const PlanView plan = count(100000, 40000);
    wait_results(plan, 20, 1);
    world.gateway->kill();
    ASSERT_TRUE(eventually([&] { return world.status().spool_state == "LIMIT"; }));
    EXPECT_EQ(1u, world.status().running) << "it waits";
    EXPECT_LE(world.status().spool_bytes, 16777216u);
    const std::string said =
        run({built::kAgent, "status", "--socket", world.path("agent/agent.sock")}).output;
    EXPECT_NE(std::string::npos, said.find("of 16777216 bytes")) << said;
    EXPECT_NE(std::string::npos, said.find("LIMIT")) << said;
    EXPECT_NE(std::string::npos, world.log("agent").find("the spool is full"));
    world.start_gateway();
    expect_whole_when_cancelled(plan);
}

/* The journal lies on the same disk, and may always grow to its bound: the spool takes what is
 * over, and the task waits. */
TEST_F(Stream, P7TheSpoolLeavesTheJournalItsDisk)
{
    const SmallDisk disk(world.path("small"), 64);
    if (!disk.mounted()) {
        GTEST_SKIP() << "only root can mount a small file system";
    }
    world.agent->kill();
    world.agent_settings.journal_directory = "small/journal";
    world.agent_settings.journal_max_bytes = 16u << 20;
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    const PlanView plan = count(100000, 40000);
    wait_results(plan, 20, 1);
    world.gateway->kill();
    ASSERT_TRUE(eventually([&] { return world.status().spool_state == "DISK_FULL"; }));
    struct statvfs vfs = {};
    ASSERT_EQ(0, statvfs(world.path("small").c_str(), &vfs));
    EXPECT_GT(vfs.f_bavail * vfs.f_frsize, 32u << 20) << "what the journal may need, and more";
    const Status status = world.status();
    EXPECT_EQ(1u, status.running) << "it waits";
    EXPECT_FALSE(status.has("journal"));
    EXPECT_NE(std::string::npos, world.log("agent").find("the spool cannot be written"));
    world.start_gateway();
    expect_whole_when_cancelled(plan);
    world.agent->kill(); /* before its disk goes */
}

/* What a killed worker leaves on disk is gone when the next one stands. */
TEST_F(Stream, P4P7AKilledWorkersSpoolIsRemoved)
{
    const PlanView plan = count(500, 40000);
    wait_results(plan, 20, 1);
    world.gateway->kill();
    ASSERT_TRUE(eventually([&] { return blocks() > 5; }));
    world.agent->kill();
    EXPECT_GT(blocks(), 5u);
    world.start_agent();
    ASSERT_TRUE(eventually([&] { return world.status().answered; }));
    EXPECT_EQ(0u, blocks());
    world.start_gateway();
    const PlanView ended = planner->wait_ended(plan.id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.jobs[0].status);
    EXPECT_EQ(2u, ended.jobs[0].attempt);
    expect_stored(plan, 500);
}

TEST_F(Stream, P5CancelInMidStreamKeepsWhatItsOutcomeCounts)
{
    const PlanView plan = count(1000000, 500);
    wait_results(plan, 300, 1);
    planner->cancel_job(plan.jobs[0].id);
    const PlanView ended = planner->wait_ended(plan.id);
    EXPECT_EQ(REEVE_OUTCOME_CANCELLED, ended.jobs[0].status);
    EXPECT_GE(ended.jobs[0].results, 300u);
    expect_stored(plan, ended.jobs[0].results);
    world.expect_unbroken_audit();
}

TEST_F(Stream, WatchPrintsResultsBeforeTheEnd)
{
    const PlanView plan = count(50, 0);
    const Finished watched = world.ctl("planner", {"watch", text_of_id(plan.id)});
    ASSERT_EQ(0, watched.status) << watched.output << watched.error;
    EXPECT_NE(std::string::npos, watched.output.find("#0  {\"value\":1}")) << watched.output;
    EXPECT_NE(std::string::npos, watched.output.find("#49  {\"value\":50}"));
    EXPECT_NE(std::string::npos, watched.output.find("50 results")) << watched.output;

    const Finished json = world.ctl("planner", {"watch", text_of_id(plan.id), "--json"});
    ASSERT_EQ(0, json.status) << json.error;
    size_t results = 0;
    for (const std::string &line : lines_of(json.output)) {
        results += line.find("\"message\":{\"value\":") != std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(50u, results) << json.output;
}

} // namespace
} // namespace reeve::test
