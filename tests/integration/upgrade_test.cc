// SPDX-License-Identifier: Apache-2.0
//
// P3, P4: an upgrade, with the real programs. Two versions of a task live at once: jobs go where
// the version is that they were approved with, none is lost, none runs twice; a newer worker takes
// over what it accepts, and where none fits, the job says so.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr size_t kJobs = 60;
constexpr char kPost[] = "acme.ledger.v1.Ledger/Post";

std::string fingerprint_of(const std::string &manifest)
{
    const std::string json = read_file(manifest + ".json");
    const std::string key = "\"fingerprint\": \"";
    const size_t at = json.find(key);
    std::string bytes;
    if (at == std::string::npos) {
        ADD_FAILURE() << manifest << " has no task";
        return bytes;
    }
    const std::string hex = json.substr(at + key.size(), 64);
    for (size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

class P4Upgrade : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_settings.allow = {"acme.ledger.v1.Ledger/*"};
        world.agent_settings.max_in_flight = 4;
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        for (const char *manifest : {REEVE_UPGRADE_OLDER_MANIFEST, REEVE_UPGRADE_NEWER_MANIFEST}) {
            const Finished done =
                world.ctl("planner", {"register", std::string(manifest) + ".binpb"});
            ASSERT_EQ(0, done.status) << done.error;
        }
    }
    void TearDown() override
    {
        for (const char *name : {"older", "worker", "strict"}) {
            const std::string text = world.log(name);
            if (HasFailure() && !text.empty()) {
                std::fprintf(stderr, "---- %s.log ----\n%s\n", name, text.c_str());
            }
        }
    }
    std::string submit(const std::string &fingerprint, size_t count = kJobs)
    {
        const Planned job{kPost, proto_text(1, "till") + proto_varint(2, 5), fingerprint};
        return planner->submit(std::vector<Planned>(count, job)).id;
    }
    /* Each job of the plan succeeded, and ran once. */
    void expect_done(const std::string &plan)
    {
        for (const JobView &job : planner->wait_ended(plan).jobs) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        }
    }
    size_t lines_of(const std::string &version) const
    {
        size_t count = 0;
        for (const std::string &line : world.steps()) {
            count += line.rfind(version + " ", 0) == 0 ? 1 : 0;
        }
        return count;
    }
    void expect_all_once(size_t jobs) const
    {
        std::map<std::string, size_t> starts;
        for (const std::string &line : world.steps()) {
            starts[line.substr(line.find(' ') + 1)]++;
        }
        EXPECT_EQ(jobs, starts.size()) << "every job ran";
        EXPECT_EQ(jobs, world.steps().size()) << "none ran twice";
    }

    World world;
    std::unique_ptr<Control> planner;
    const std::string older = fingerprint_of(REEVE_UPGRADE_OLDER_MANIFEST);
    const std::string newer = fingerprint_of(REEVE_UPGRADE_NEWER_MANIFEST);
};

TEST_F(P4Upgrade, TwoVersionsLiveAtOnce)
{
    auto one = world.start_worker("older", REEVE_UPGRADE_OLDER);
    auto two = world.start_worker("strict", REEVE_UPGRADE_STRICT);
    const std::string for_older = submit(older);
    const std::string for_newer = submit(newer);
    expect_done(for_older);
    expect_done(for_newer);
    EXPECT_EQ(kJobs, lines_of("older")) << "each goes where its version is";
    EXPECT_EQ(kJobs, lines_of("newer"));
    expect_all_once(2 * kJobs);
}

// The older worker drains in the middle of its jobs and is started again as the newer version, on
// the same journal: it takes over what it accepts.
TEST_F(P4Upgrade, ANewerWorkerTakesOverWhatItAccepts)
{
    auto one = world.start_worker("worker", REEVE_UPGRADE_OLDER);
    const std::string for_older = submit(older);
    ASSERT_TRUE(eventually([&] { return !world.steps().empty(); }));
    one->signal(SIGTERM);
    EXPECT_EQ(0, one->wait().value_or(-1));
    auto two = world.start_worker("worker", REEVE_UPGRADE_NEWER);
    const std::string for_newer = submit(newer);
    expect_done(for_older);
    expect_done(for_newer);
    const std::string last = submit(older, 5);
    expect_done(last);
    EXPECT_GE(lines_of("older"), 1u);
    EXPECT_GE(lines_of("newer"), kJobs + 5);
    expect_all_once(2 * kJobs + 5);
}

// The older worker drains while jobs are being handed out, and its journal does not come back: what
// it had not started is the newer one's, on a journal of its own. Several rounds, as the moment
// counts.
TEST_F(P4Upgrade, P6AReplacementOnAJournalOfItsOwnLeavesNothingBehind)
{
    constexpr size_t kRounds = 4;
    std::vector<std::string> plans;
    auto leaving = world.start_worker("worker0", REEVE_UPGRADE_OLDER);
    for (size_t round = 1; round <= kRounds; round++) {
        const size_t before = world.steps().size();
        plans.push_back(submit(older));
        ASSERT_TRUE(eventually([&] { return world.steps().size() > before; }));
        leaving->signal(SIGTERM);
        auto next = world.start_worker("worker" + std::to_string(round), REEVE_UPGRADE_NEWER);
        EXPECT_EQ(0, leaving->wait().value_or(-1));
        expect_done(plans.back());
        leaving = std::move(next);
    }
    expect_all_once(kRounds * kJobs);
}

// Where none fits, the job waits and names what there is; it runs when a worker of its version
// comes.
TEST_F(P4Upgrade, AJobThatNoneFitsSaysWhichVersionsThereAre)
{
    auto strict = world.start_worker("strict", REEVE_UPGRADE_STRICT);
    const std::string plan = submit(older, 1);
    const JobView job = planner->plan(plan).jobs[0];
    EXPECT_EQ("NO_ALIGNED_WORKER", job.waiting_for);
    const Finished told = world.ctl("planner", {"jobs"});
    EXPECT_EQ(0, told.status) << told.error;
    EXPECT_NE(std::string::npos, told.output.find("connected workers have ")) << told.output;
    EXPECT_EQ(0u, world.steps().size());
    auto one = world.start_worker("older", REEVE_UPGRADE_OLDER);
    expect_done(plan);
    EXPECT_EQ(1u, lines_of("older"));
    expect_all_once(1);
}

} // namespace
} // namespace reeve::test
