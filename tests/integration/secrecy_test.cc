// SPDX-License-Identifier: Apache-2.0
//
// P2: credentials stay. An internal system echoes the worker's credential in every form and place
// it can; then every byte that left the worker, and everything that worker and gateway wrote, is
// searched for it, in every form.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/leak.h"
#include "tests/integration/support/proxy.h"
#include "tests/integration/support/scripted_gateway.h"

namespace reeve::test
{
namespace
{

constexpr char kHostile[] = "tests/integration/support/hostile_api.py";

struct Trial {
    const char *id;
    enum reeve_outcome_status status;
    enum reeve_reason reason;
};

const Trial kTrials[] = {
    {"C-1001", REEVE_OUTCOME_SUCCEEDED, REEVE_REASON_UNSPECIFIED},
    {"O-HEADER", REEVE_OUTCOME_SUCCEEDED, REEVE_REASON_UNSPECIFIED},
    {"E-404", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_REFUSED},
    {"E-401", REEVE_OUTCOME_FAILED, REEVE_REASON_CREDENTIAL_REFUSED},
    {"E-500", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_FAILED},
    {"J-BAD", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_INVALID},
    {"C-CUT", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_INTERRUPTED},
    {"O-PLAIN", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_WITHHELD},
    {"O-BASE64", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_WITHHELD},
    {"O-HEX", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_WITHHELD},
    {"O-URL", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_WITHHELD},
    {"O-JSON", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_WITHHELD},
};

class P2Secrecy : public testing::Test
{
  protected:
    /* Once the API is there. */
    virtual void configure()
    {
        world.agent_settings.basic_auth_for_tickets = true;
    }
    void SetUp() override
    {
        world.start_api(kHostile);
        configure();
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        proxy = std::make_unique<RecordingProxy>(world);
        world.agent_settings.gateway_port = proxy->port();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    /* Both systems: one is asked with a bearer token, the other with Basic. */
    void try_all()
    {
        std::vector<Planned> jobs;
        for (const Trial &trial : kTrials) {
            jobs.push_back({kGetCustomer, proto_text(1, trial.id)});
            jobs.push_back({kGetTicket, proto_text(1, trial.id)});
        }
        const PlanView plan = planner->wait_ended(planner->submit(jobs).id);
        ASSERT_EQ(jobs.size(), plan.jobs.size());
        for (size_t i = 0; i < plan.jobs.size(); i++) {
            const Trial &trial = kTrials[i / 2];
            SCOPED_TRACE(plan.jobs[i].task + " " + trial.id);
            EXPECT_EQ(trial.status, plan.jobs[i].status);
            EXPECT_EQ(trial.reason, plan.jobs[i].reason) << reeve_reason_name(plan.jobs[i].reason);
        }
    }
    void try_unreachable()
    {
        world.crm.reset();
        const PlanView plan = planner->wait_ended(
            planner
                ->submit({{kGetCustomer, proto_text(1, "C-1")}, {kGetTicket, proto_text(1, "T-1")}})
                .id);
        for (const JobView &job : plan.jobs) {
            EXPECT_EQ(REEVE_REASON_UPSTREAM_UNREACHABLE, job.reason)
                << reeve_reason_name(job.reason);
        }
    }
    void expect_clean(const std::string &name, const std::string &content) const
    {
        for (size_t i = 0; i < detectors.size(); i++) {
            for (const std::string &form : detectors[i].find(content)) {
                ADD_FAILURE() << "P2: credential " << i << " is in " << name << " as " << form;
            }
        }
    }

    /* Ends both sides and searches all that they showed, sent and wrote. */
    void expect_clean_everywhere()
    {
        const std::string status = world.status().document;
        const Finished shown = run({built::kAgent, "status", "--config", world.path("agent.yaml")});
        const Finished journal =
            run({built::kAgent, "journal", "ls", "--config", world.path("agent.yaml")});
        const Finished plans = world.ctl("planner", {"plans", "--json"});
        const Finished jobs = world.ctl("planner", {"jobs"});
        const Finished trail = world.ctl("auditor", {"audit", "list", "--json"});
        const Finished exported =
            world.ctl("auditor", {"audit", "export", world.path("audit.reeve")});
        EXPECT_EQ(0, plans.status + jobs.status + trail.status + exported.status) << exported.error;
        world.agent->signal(SIGTERM);
        EXPECT_EQ(0, world.agent->wait());
        world.gateway->signal(SIGTERM);
        EXPECT_EQ(0, world.gateway->wait());

        const std::string out = proxy->from_worker();
        ASSERT_NE(std::string::npos, out.find("Harbour Bikes"))
            << "the recording holds what is sent";
        expect_clean("what left the worker", out);
        expect_clean("what left the gateway", proxy->from_gateway());
        expect_clean("the status document", status);
        expect_clean("reeve-agent status", shown.output + shown.error);
        expect_clean("reeve-agent journal ls", journal.output + journal.error);
        expect_clean("reevectl plans", plans.output + plans.error);
        expect_clean("reevectl jobs", jobs.output + jobs.error);
        expect_clean("reevectl audit list", trail.output + trail.error);
        size_t files = 0;
        for (const auto &[path, content] : read_tree(world.path(""))) {
            if (path.find("/crm/") == std::string::npos) {
                expect_clean(path, content);
                files++;
            }
        }
        EXPECT_GT(files, 10u) << "journal, store and logs were there to be read";
    }

    World world;
    std::vector<LeakDetector> detectors{LeakDetector(world.token)};
    std::unique_ptr<Control> planner;
    std::unique_ptr<RecordingProxy> proxy;
};

TEST(P2Detector, FindsAPlantedLeakInEveryForm)
{
    const std::string secret = "pl4nted/se\"cret\\+1";
    const LeakDetector detector(secret);
    EXPECT_TRUE(detector.find("nothing to see here").empty());
    for (const Form &form : detector.forms()) {
        EXPECT_FALSE(detector.find("before " + form.text + " after").empty()) << form.name;
    }
    for (const char *prefix : {"", "u:", "us:", "user:"}) {
        EXPECT_FALSE(detector.find(to_base64(prefix + secret + "!")).empty()) << prefix;
        EXPECT_FALSE(detector.find(to_base64(prefix + secret + "!", true)).empty()) << prefix;
    }
}

TEST_F(P2Secrecy, NoFormOfACredentialLeavesTheWorkerOrIsWritten)
{
    try_all();
    try_unreachable();
    expect_clean_everywhere();
}

TEST_F(P2Secrecy, NoEndpointAndNoUpstreamsWordsLeaveTheWorker)
{
    try_all();
    try_unreachable();
    const std::string out = proxy->from_worker();
    ASSERT_NE(std::string::npos, out.find("Harbour Bikes"));
    const std::string port = std::to_string(world.agent_settings.crm_port);
    for (const std::string &word :
         {"127.0.0.1:" + port, ":" + port, std::string("/api/v1/"), std::string("/api/v2/"),
          std::string("crm-db-1.internal"), std::string("refused at"), std::string("<html>")}) {
        EXPECT_EQ(std::string::npos, out.find(word)) << word;
    }
}

// The other ways in which a worker authenticates: an API key in the query, access tokens for a
// client's secret, and a proxy's password. The API is token endpoint and proxy, too, and echoes
// what it was given as those.
class P2OtherKinds : public P2Secrecy
{
  protected:
    void configure() override
    {
        const std::string url = "http://127.0.0.1:" + std::to_string(world.agent_settings.crm_port);
        const std::string through =
            ", proxy: { url: \"" + url + "\", username: reeve, password_secret: proxy } } }\n";
        write_file(world.path("crm/client"), client);
        write_file(world.path("crm/proxy"), proxy_password);
        world.agent_settings.systems =
            "systems:\n  crm: { http: { base_url: \"" + url +
            "\", auth: { query: { name: key, secret: crm-token } }" + through +
            "  ticketing: { http: { base_url: \"" + url + "\", auth: { oauth2: { token_url: \"" +
            url + "/token\", client_id: reeve, client_secret: client } }" + through +
            "secrets:\n  crm-token: { file: { path: crm/token } }\n"
            "  client: { file: { path: crm/client } }\n"
            "  proxy: { file: { path: crm/proxy } }\n";
        for (const std::string &secret : {access_token, client, proxy_password}) {
            detectors.emplace_back(secret);
        }
    }
    /* What the API learned as token endpoint and as proxy. */
    void try_others()
    {
        std::vector<Planned> jobs;
        for (const char *form : {"PLAIN", "BASE64", "HEX", "URL", "JSON"}) {
            for (const char *whose : {"CLIENT", "PROXY"}) {
                jobs.push_back({kGetTicket, proto_text(1, std::string("O-") + form + "-" + whose)});
            }
        }
        for (const JobView &job : planner->wait_ended(planner->submit(jobs).id).jobs) {
            EXPECT_EQ(REEVE_REASON_OUTPUT_WITHHELD, job.reason) << reeve_reason_name(job.reason);
        }
    }

    const std::string client = "cl1ent/secret\"of\\reeve+9xYz";
    const std::string proxy_password = "pr0xy/pass\"word\\of+reeve9xYz";
    const std::string access_token = "acc3ss/to\"ken\\of+the&API=9xYz"; /* hostile_api.py's */
};

TEST_F(P2OtherKinds, NoFormOfACredentialLeavesTheWorkerOrIsWritten)
{
    try_all();
    try_others();
    const std::string api = world.log("crm");
    EXPECT_NE(std::string::npos, api.find("CONNECT ")) << "the proxy was used";
    EXPECT_NE(std::string::npos, api.find("POST /token"));
    try_unreachable();
    expect_clean_everywhere();
}

TEST_F(P2OtherKinds, ARefusedClientsSecretStays)
{
    write_file(world.path("run/hold"), "refuse");
    const PlanView plan = planner->wait_ended(
        planner->submit({{kGetTicket, proto_text(1, "T-1")}, {kGetCustomer, proto_text(1, "C-1")}})
            .id);
    EXPECT_EQ(REEVE_REASON_CREDENTIAL_UNAVAILABLE, plan.jobs[0].reason)
        << reeve_reason_name(plan.jobs[0].reason);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, plan.jobs[1].status);
    EXPECT_NE(std::string::npos, world.log("agent").find("no access token to be had"));
    expect_clean_everywhere();
}

} // namespace
} // namespace reeve::test
