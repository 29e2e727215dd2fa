// SPDX-License-Identifier: Apache-2.0
//
// reevectl from end to end, as scripts/demo uses it: its exit statuses, and that what it prints
// with
// --json can be read by a program.
#include <gtest/gtest.h>

#include <regex>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kPlan[] = R"({
  "title": "Refund for Harbour Bikes",
  "jobs": [
    { "task": "demo.crm.v1.Customers/GetCustomer", "input": { "customerId": "C-1001" } },
    { "task": "demo.crm.v1.Tickets/CreateTicket",
      "input": { "subject": "Refund order 4711", "priority": "PRIORITY_HIGH", "customerId": "C-1001",
                 "cardNumber": "4111111111111111" } }
  ]
})";
constexpr char kBadInput[] = R"({ "jobs": [ { "task": "demo.crm.v1.Tickets/CreateTicket",
  "input": { "subject": "", "priority": 9, "customerId": "C 1" } } ] })";
constexpr char kNotAllowed[] = R"({ "jobs": [ { "task": "demo.crm.v1.Tickets/CloseTicket",
  "input": { "ticketId": "T-00001", "resolution": "closed by the agent" } } ] })";
constexpr char kNoCustomer[] = R"({ "jobs": [ { "task": "demo.crm.v1.Customers/GetCustomer",
  "input": { "customerId": "C-404" } } ] })";

class Reevectl : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.start_crm();
        world.start_gateway();
        for (const auto &[name, text] : {std::pair<const char *, const char *>{"plan", kPlan},
                                         {"bad-input", kBadInput},
                                         {"not-allowed", kNotAllowed},
                                         {"no-customer", kNoCustomer}}) {
            write_file(world.path(std::string(name) + ".json"), text);
        }
    }
    Finished expect(int status, const std::string &role, const std::vector<std::string> &words)
    {
        const Finished finished = world.ctl(role, words);
        std::string line;
        for (const std::string &word : words) {
            line += " " + word;
        }
        EXPECT_EQ(status, finished.status) << "reevectl" << line << "\n"
                                           << finished.output << finished.error;
        return finished;
    }
    /* One JSON document, or one for each line. */
    std::string expect_json(const std::string &role, std::vector<std::string> words)
    {
        words.emplace_back("--json");
        const Finished finished = expect(0, role, words);
        const std::string file = world.path("run/out.json");
        write_file(file, finished.output);
        const Finished parsed =
            run({"/usr/bin/python3", "-c",
                 "import json, sys\n"
                 "text = open(sys.argv[1]).read()\n"
                 "assert text.strip()\n"
                 "try: json.loads(text)\n"
                 "except ValueError: [json.loads(l) for l in text.splitlines()]",
                 file});
        EXPECT_EQ(0, parsed.status) << words[0] << "\n" << finished.output << parsed.error;
        return finished.output;
    }
    std::string newest_plan()
    {
        const std::string plans = expect_json("planner", {"plans"});
        std::smatch found;
        EXPECT_TRUE(std::regex_search(plans, found, std::regex("\"planId\": *\"([0-9a-f-]{36})\"")))
            << plans;
        return found.empty() ? "" : found[1].str();
    }

    World world;
};

TEST_F(Reevectl, WalksTheWholeWay)
{
    expect(0, "planner", {"register", built::kManifest});
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    expect(0, "planner", {"submit", world.path("plan.json")});
    const std::string plan = newest_plan();
    expect(0, "approver", {"approve", plan, "--yes"});
    const Finished watched = expect(0, "planner", {"watch", plan});
    EXPECT_NE(std::string::npos, watched.output.find("succeeded, effect done")) << watched.output;
    const std::string whole = expect_json("planner", {"get", "plan", plan});
    EXPECT_NE(std::string::npos, watched.output.find("Refund order 4711"));
    for (const std::string &text : {watched.output, whole}) {
        EXPECT_EQ(std::string::npos, text.find("sales-7")) << "what is not declared stays";
        EXPECT_EQ(std::string::npos, text.find("4111111111111111")) << "sensitive";
        EXPECT_EQ(std::string::npos, text.find(world.token)) << "P2";
    }

    expect(3, "planner", {"submit", world.path("bad-input.json")});
    const Finished refused =
        expect(3, "planner", {"submit", "--no-check", world.path("bad-input.json")});
    EXPECT_NE(std::string::npos, (refused.output + refused.error).find("subject"))
        << "P3: the field";

    expect(0, "planner", {"submit", world.path("not-allowed.json")});
    const std::string stuck = newest_plan();
    expect(0, "approver", {"approve", stuck, "--yes"});
    const std::string waits = expect_json("planner", {"get", "plan", stuck});
    EXPECT_NE(std::string::npos, waits.find("NO_ALIGNED_WORKER")) << waits;
    expect(0, "planner", {"cancel", "plan", stuck});
    expect(1, "planner", {"submit", "--watch", world.path("no-customer.json")});
    for (const auto &words : std::vector<std::vector<std::string>>{
             {"whoami"}, {"tasks"}, {"tasks", kCreateTicket}, {"plans"}, {"jobs"}}) {
        expect_json("planner", words);
    }
    expect_json("operator", {"workers"});
}

/* What a program reads of the answers that it takes a worker to get. */
TEST_F(Reevectl, AnswersAboutWorkersAndTheirJobsAreJson)
{
    world.step_ms = 900;
    world.gateway_settings.retries =
        "[ { task: \"demo.crm.*\", max_attempts: 1, on: [REASON_UPSTREAM_REFUSED], "
        "dead_letters: true } ]";
    world.gateway->kill();
    world.start_gateway();
    expect_json("planner", {"register", built::kManifest});
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    Control planner(world, "planner");

    expect_json("planner", {"submit", world.path("no-customer.json")});
    std::string dead;
    ASSERT_TRUE(eventually([&] {
        const std::string jobs = expect_json("planner", {"jobs", "--dead"});
        std::smatch found;
        if (std::regex_search(jobs, found, std::regex("\"jobId\": *\"([0-9a-f-]{36})\""))) {
            dead = found[1];
        }
        return !dead.empty();
    }));
    const std::string requeued = expect_json("operator", {"requeue", dead});
    EXPECT_NE(std::string::npos, requeued.find(dead)) << requeued;

    const PlanView step = planner.submit({{kStep, proto_text(1, "once")}});
    ASSERT_TRUE(eventually([&] { return !world.steps().empty(); }));
    world.agent->kill();
    world.start_agent();
    const PlanView ended = planner.wait_ended(step.id);
    ASSERT_EQ(REEVE_OUTCOME_UNKNOWN, ended.jobs[0].status) << "killed amid the step";
    const std::string resolved =
        expect_json("operator", {"job", "resolve", text_of_id(ended.jobs[0].id), "--status",
                                 "succeeded", "--effect", "done", "--note", "the line is there"});
    EXPECT_NE(std::string::npos, resolved.find("OUTCOME_STATUS_UNKNOWN"))
        << "an outcome never changes: " << resolved;
    ASSERT_TRUE(world.wait_ready());
    const std::string worker =
        expect_json("operator", {"worker", "readmit", world.status().journal_id});
    EXPECT_NE(std::string::npos, worker.find(kWorkerId)) << worker;
}

TEST_F(Reevectl, SaysNoByItsExitStatus)
{
    expect(2, "planner", {"no-such-command"});
    expect(2, "planner", {"submit", world.path("no-such-file.json")});
    expect(0, "planner", {"register", built::kManifest});
    expect(3, "planner", {"get", "plan", "01980000-0000-7000-8000-000000000000"});
    expect(4, "planner", {"audit", "list"});
    expect(4, "auditor", {"submit", world.path("no-customer.json"), "--no-check"});
    world.gateway->kill();
    expect(5, "planner", {"whoami"});
    const Finished help = run({built::kControl, "--help"});
    EXPECT_EQ(0, help.status);
    EXPECT_NE(std::string::npos, help.output.find("submit"));
}

TEST_F(Reevectl, P5TheExportVerifiesAndNamesTheRecordThatWasChanged)
{
    Control planner(world, "planner");
    planner.register_tasks();
    world.start_agent();
    const PlanView plan = planner.wait_ended(
        planner.submit(std::vector<Planned>(40, Planned{kStep, proto_text(1, "audited")})).id);
    const std::string whole = world.path("audit.reeve");
    expect(0, "auditor", {"audit", "export", whole});
    expect(0, "auditor", {"audit", "verify", whole});
    expect_json("auditor", {"audit", "list"});
    const std::string job_text = text_of_id(plan.jobs[20].id);
    /* The record of one of the jobs: found by the job's id, which stands in it. */
    std::string bytes = read_file(whole);
    const size_t at = bytes.find(plan.jobs[20].id);
    ASSERT_NE(std::string::npos, at);
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    const std::string forged = world.path("audit-forged.reeve");
    write_file(forged, bytes);
    const Finished verdict = expect(1, "auditor", {"audit", "verify", forged, "--json"});
    const std::string list = expect_json("auditor", {"audit", "list", "--job", job_text});
    std::smatch sequence;
    ASSERT_TRUE(std::regex_search(list, sequence, std::regex("\"sequence\": *\"?([0-9]+)")))
        << list;
    EXPECT_TRUE(std::regex_search(
        verdict.output, std::regex("\"(sequence|record)\": *\"?" + sequence[1].str() + "\\b")))
        << verdict.output << " should name " << sequence[1];
}

} // namespace
} // namespace reeve::test
