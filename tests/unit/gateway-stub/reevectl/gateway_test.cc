// SPDX-License-Identifier: Apache-2.0
//
// reevectl as a process, against the real gateway over real mTLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"
#include "tests/unit/gateway-stub/reevectl/process.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Child;
using reeve::test::Ctl;
using reeve::test::Gateway;
using reeve::test::GatewayFiles;
using reeve::test::Json;
using reeve::test::read_file;
using reeve::test::Split;
using ::testing::HasSubstr;
using ::testing::Not;

class ReevectlGateway : public ::testing::Test
{
  protected:
    ReevectlGateway()
    {
        files.dir.write_credential("stranger", files.pki.worker("spiffe://other.example/x"));
        for (const char *role : {"planner", "approver", "operator", "auditor"}) {
            files.dir.write_credential(role, files.of(role));
        }
        key = files.dir.path() + "/signing.key";
        EXPECT_EQ(Ctl({"key", "new", key}).status, 0);
        std::string text = Ctl({"key", "show", key, "--public"}).text;
        text.pop_back();
        files.write_config("approvers:\n  - { tenant: acme, name: me, public_key: \"" + text +
                           "\" }\n");
        gateway = std::make_unique<Gateway>(files);
        for (const char *role : {"planner", "approver", "operator", "auditor", "stranger"}) {
            Configure(role, gateway->target());
        }
    }
    void Configure(const std::string &role, const std::string &target)
    {
        files.dir.write(role + ".yaml",
                        "gateway: { address: \"" + target +
                            "\", ca_file: ca.pem, server_name: localhost }\n"
                            "identity: { certificate_file: " +
                            role + ".pem, key_file: " + role +
                            ".key }\n"
                            "approver_key_file: signing.key\n",
                        0600);
    }
    Answer As(const std::string &role, std::vector<std::string> words)
    {
        words.insert(words.begin(), {"--config", files.dir.path() + "/" + role + ".yaml"});
        return Ctl(words);
    }
    std::string Plan(const std::string &json)
    {
        return files.dir.write("plan.json", json, 0600);
    }
    void Register()
    {
        ASSERT_EQ(As("planner", {"register", REEVE_TEST_MANIFEST}).status, 0);
    }
    std::string NewestPlan()
    {
        const std::string json = As("planner", {"plans", "--json"}).text;
        std::smatch match;
        const std::regex id("\"planId\": \"([0-9a-f-]{36})\"");
        EXPECT_TRUE(std::regex_search(json, match, id)) << json;
        return match.empty() ? "" : match[1].str();
    }
    GatewayFiles files;
    std::string key;
    std::unique_ptr<Gateway> gateway;
};

constexpr char kTicket[] = R"({ "title": "Refund", "jobs": [
  { "task": "demo.crm.v1.Tickets/CreateTicket",
    "input": { "subject": "Refund", "priority": "PRIORITY_HIGH", "customerId": "C-1",
               "cardNumber": "4111111111111111" } } ] })";

TEST_F(ReevectlGateway, APlanIsSubmittedShownSignedAndCancelled)
{
    Register();
    Answer answer = As("planner", {"submit", Plan(kTicket)});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("pending approval"));
    const std::string plan = NewestPlan();
    answer = As("approver", {"approve", plan}); /* nobody can be asked */
    EXPECT_EQ(answer.status, 2) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("--yes"));
    answer = As("approver", {"approve", plan.substr(0, 20), "--yes"});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("\"subject\": \"Refund\""));
    EXPECT_THAT(answer.text, HasSubstr("\"cardNumber\": \"(sensitive)\""));
    EXPECT_THAT(answer.text, Not(HasSubstr("4111111111111111")));
    EXPECT_THAT(answer.text, HasSubstr("1 of 1 approvals"));
    answer = As("approver", {"approve", plan, "--yes"});
    EXPECT_EQ(answer.status, 3) << answer.text; /* not pending any more */
    answer = As("planner", {"get", "plan", plan});
    EXPECT_THAT(answer.text, HasSubstr("no aligned worker"));
    EXPECT_EQ(As("planner", {"cancel", "plan", plan}).status, 0);
    answer = As("planner", {"watch", plan});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("0 of 1 job succeeded"));
}

TEST_F(ReevectlGateway, SensitiveFieldsAreShownOnlyWhenAskedFor)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string json = As("planner", {"jobs", "--json"}).text;
    std::smatch match;
    ASSERT_TRUE(std::regex_search(json, match, std::regex("\"jobId\": \"([0-9a-f-]{36})\"")));
    const std::string job = match[1];
    for (const char *form : {"--json", "--no-color"}) {
        EXPECT_THAT(As("planner", {"get", "job", job, form}).text,
                    Not(HasSubstr("4111111111111111")));
        EXPECT_THAT(As("planner", {"get", "job", job, form, "--show-sensitive"}).text,
                    HasSubstr("4111111111111111"));
    }
}

// What a program reads of each command that changes something.
TEST_F(ReevectlGateway, EveryChangeAnswersInJson)
{
    const auto expect = [&](const std::string &role, std::vector<std::string> words, int status,
                            const std::string &expression, const std::string &value) {
        words.emplace_back("--json");
        const Answer answer = As(role, words);
        EXPECT_EQ(answer.status, status) << words[0] << ": " << answer.text;
        EXPECT_EQ(Json(answer.text, expression), value) << words[0];
        return answer.text;
    };
    const auto submit = [&] {
        return Json(expect("planner", {"submit", Plan(kTicket)}, 0,
                           "d['plan']['state'], d.get('existing', False), len(d['plan']['jobs'])",
                           "('PENDING_APPROVAL', False, 1)"),
                    "d['plan']['planId'] + ' ' + d['plan']['jobs'][0]['jobId']");
    };
    expect("planner", {"register", REEVE_TEST_MANIFEST}, 0,
           "all(t['added'] and len(t['fingerprint']) == 64 for t in d['tasks'])", "True");
    const std::string rejected = Split(submit())[0];
    expect("approver", {"reject", rejected, "--reason", "no"}, 0,
           "d['state'], d['reason'], d['jobs'][0]['status']",
           "('PLAN_REJECTED', 'no', 'OUTCOME_STATUS_REJECTED')");
    const std::string stopped = Split(submit())[0];
    expect("approver", {"approve", stopped, "--yes"}, 0, "d['state'], len(d['approvals'])",
           "('APPROVED', 1)");
    expect("planner", {"cancel", "plan", stopped}, 0, "d['state']", "PLAN_CANCELLED");
    const std::string job = Split(submit())[1];
    expect("planner", {"cancel", "job", job}, 0, "d['state'], d['status']",
           "('JOB_ENDED', 'OUTCOME_STATUS_CANCELLED')");
    expect("operator", {"requeue", job}, 3, "d['error']['grpc'], d['error']['detail']['code']",
           "('FAILED_PRECONDITION', 'ENDED')");
    expect("operator", {"job", "resolve", job, "--status", "failed", "--effect", "none"}, 3,
           "d['error']['detail']['code']", "STATE");
    expect("operator", {"worker", "readmit", "01234567-89ab-7def-8123-456789abcdef"}, 3,
           "d['error']['grpc']", "NOT_FOUND");
    expect("operator", {"identity", "revoke", "spiffe://test.reeve/worker/gone"}, 0,
           "d['sessionsEnded']", "0");
    expect("auditor", {"audit", "export", files.dir.path() + "/trail"}, 0,
           "d['chains'], d['records'] > 3", "(1, True)");
}

TEST_F(ReevectlGateway, TheTrailIsPagedNewestFirst)
{
    Register();
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    }
    const std::string sequences = "[e['entry']['record']['sequence'] for e in d['entries']]";
    const auto list = [&](std::vector<std::string> more) {
        std::vector<std::string> words = {"audit", "list", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        const Answer answer = As("auditor", words);
        EXPECT_EQ(answer.status, 0) << answer.text;
        return answer.text;
    };
    const std::string chain = Json(list({}), "d['entries'][0]['entry']['record']['journalId']");
    EXPECT_EQ(Json(list({"--limit", "2"}), sequences), "['4', '3']");
    // A gateway's own chain is no worker's: its id is written whole.
    EXPECT_EQ(Json(list({"--journal", chain, "--limit", "2"}), sequences), "['4', '3']");
    EXPECT_EQ(Json(list({"--journal", chain, "--before", "3"}), sequences), "['2', '1']");
    EXPECT_EQ(Json(list({"--journal", chain, "--after", "2"}), sequences), "['3', '4']");
    EXPECT_EQ(Json(list({"--plan", NewestPlan()}), sequences), "['4']");
}

// Dead letters: none here; nothing else can be requeued, and only operators may.
TEST_F(ReevectlGateway, RequeuesDeadLettersOnly)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string json = As("planner", {"jobs", "--json"}).text;
    std::smatch match;
    ASSERT_TRUE(std::regex_search(json, match, std::regex("\"jobId\": \"([0-9a-f-]{36})\"")));
    EXPECT_EQ(As("planner", {"requeue", match[1]}).status, 4);
    const Answer answer = As("operator", {"requeue", match[1]});
    EXPECT_EQ(answer.status, 3) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("no dead letter"));
    const Answer dead = As("planner", {"jobs", "--dead"});
    EXPECT_EQ(dead.status, 0);
    EXPECT_EQ(dead.text, "");
    EXPECT_EQ(As("planner", {"jobs", "--dead", "--state", "queued"}).status, 2);
}

// Lines, columns and fields of a plan file's errors; the gateway's own for what is left to it.
TEST_F(ReevectlGateway, ErrorsInAPlanFileNamePlaceFieldAndRule)
{
    Register();
    const struct {
        const char *json;
        int status;
        const char *says;
    } cases[] = {
        {"{ \"jobs\": [\n { \"task\": \"demo.crm.v1.Tickets/CreateTicket\",\n"
         "   \"input\": { \"subject\": \"\", \"customerId\": \"C-1\" } } ] }",
         3,
         "plan.json:3:26: error: jobs[0].input.subject: must have at least 1 character "
         "(string.min_len)"},
        {"{ \"jobs\": [\n { \"task\": \"demo.crm.v1.Customers/GetCustomer\" },\n"
         "   { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": {\n \"ticketIdd\": \"x\" } "
         "} ] }",
         3, "plan.json:4:"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": {\n "
         "\"ticketIdd\": "
         "\"x\" } } ] }",
         3, "did you mean ticketId?"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTickets\", \"input\": {} } ] }", 3,
         "did you mean demo.crm.v1.Tickets/GetTicket?"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": 7 } ] }", 3,
         "jobs[0].input"},
        {"{ \"jobs\": [ ] }", 2, "plan.json:1:"},
        {"{ \"jobbs\": [ ] }", 2, "did you mean jobs?"},
        {"{ \"jobs\": [ { \"task\": ", 2, "is not closed"},
        {"", 2, "plan.json"},
    };
    for (const auto &c : cases) {
        const Answer answer = As("planner", {"submit", Plan(c.json)});
        EXPECT_EQ(answer.status, c.status) << c.json << "\n" << answer.text;
        EXPECT_THAT(answer.text, HasSubstr(c.says)) << c.json;
    }
    EXPECT_EQ(As("planner", {"submit", "/nonexistent"}).status, 2);
    const Answer refused = As("planner", {"submit", "--no-check", Plan(cases[0].json)});
    EXPECT_EQ(refused.status, 3);
    EXPECT_THAT(refused.text, HasSubstr("the gateway refused"));
    EXPECT_THAT(
        refused.text,
        HasSubstr("jobs[0].input.subject: must have at least 1 character (string.min_len)"));
    EXPECT_THAT(As("planner", {"plans"}).text, Not(HasSubstr("pending")));
}

TEST_F(ReevectlGateway, ExitStatusesTellWhy)
{
    Register();
    EXPECT_EQ(As("planner", {"whoami"}).status, 0);
    EXPECT_EQ(As("planner", {"audit", "list"}).status, 4); /* a role is missing */
    EXPECT_EQ(As("stranger", {"whoami"}).status, 4);
    const std::string none = "01234567-89ab-7def-8123-456789abcdef";
    EXPECT_EQ(As("planner", {"get", "plan", none}).status, 3);
    EXPECT_EQ(As("planner", {"get", "plan", "0123"}).status, 3);
    EXPECT_EQ(As("planner", {"get", "plan", "xyz"}).status, 2);
    EXPECT_EQ(As("planner", {"tasks", "no.such/Task"}).status, 3);
    const Answer json = As("planner", {"tasks", "no.such/Task", "--json"});
    EXPECT_THAT(json.text, HasSubstr("{\"error\":{\"grpc\":\"NOT_FOUND\""));
    const std::string target = gateway->target();
    EXPECT_EQ(gateway->stop(), REEVE_OK);
    const Answer gone = As("planner", {"whoami"});
    EXPECT_EQ(gone.status, 5);
    EXPECT_THAT(gone.text, HasSubstr(target));
}

TEST_F(ReevectlGateway, TheTrailIsExportedOnceAndVerifies)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string file = files.dir.path() + "/trail.reeve";
    Answer answer = As("auditor", {"audit", "export", file});
    ASSERT_EQ(answer.status, 0) << answer.text;
    EXPECT_EQ(As("auditor", {"audit", "export", file}).status, 2);
    EXPECT_EQ(As("auditor", {"audit", "export", file, "--force"}).status, 0);
    answer = Ctl({"audit", "verify", file});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("unbroken: 2 records"));
    Child other({"/usr/bin/python3", REEVE_TEST_VERIFY, file}); // shares no code with ours
    EXPECT_THAT(other.rest(), HasSubstr("gateway's chain, 2 records unbroken"));
    EXPECT_EQ(other.wait(), 0);
    std::string bytes = read_file(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    answer = Ctl({"audit", "verify", files.dir.write("forged.reeve", bytes, 0600)});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("broken: "));
    EXPECT_THAT(As("auditor", {"audit", "list"}).text, HasSubstr("submitted by"));
    EXPECT_EQ(Ctl({"audit", "verify", "/nonexistent"}).status, 2);
}

// A title that would act on a terminal is shown, not obeyed.
TEST_F(ReevectlGateway, OtherPeoplesTextDoesNotReachTheTerminal)
{
    Register();
    const std::string plan =
        Plan("{ \"title\": \"a\\u001b[2Jb\\u202ec\", \"jobs\": [ { \"task\": "
             "\"demo.crm.v1.Tickets/GetTicket\", \"input\": { \"ticketId\": \"T-1\" } } ] }");
    for (const char *form : {"--no-color", "--json"}) {
        const Answer answer = As("planner", {"submit", plan, form});
        EXPECT_EQ(answer.status, 0) << answer.text;
        EXPECT_THAT(answer.text, Not(HasSubstr("\033")));
        EXPECT_THAT(answer.text, Not(HasSubstr("\xe2\x80\xae")));
        EXPECT_THAT(answer.text, HasSubstr("[2Jb"));
    }
}

} // namespace
