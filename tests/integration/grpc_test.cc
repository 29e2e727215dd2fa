// SPDX-License-Identifier: Apache-2.0
//
// Tasks of the grpc binding through everything: gateway, worker, a service on grpcio that hands the
// credential back in every form and place it can. P2, P3 and P7 hold as they do over HTTP.
#include <signal.h>

#include <gtest/gtest.h>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/leak.h"
#include "tests/integration/support/proxy.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kGetItem[] = "acme.stock.v1.Stock/GetItem";     /* no side effects */
constexpr char kListItems[] = "acme.stock.v1.Stock/ListItems"; /* streams */
constexpr char kReserve[] = "acme.stock.v1.Stock/Reserve";     /* not idempotent */

class Grpc : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_program = built::kStockWorker;
        world.agent_settings.stock_over_grpc = true;
        world.agent_settings.allow = {"acme.stock.v1.Stock/*"};
        world.start_api("tests/integration/support/hostile_grpc.py");
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks(built::kStockManifest);
        proxy = std::make_unique<RecordingProxy>(world);
        world.agent_settings.gateway_port = proxy->port();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    JobView job(const std::string &task, const std::string &text)
    {
        const std::string input =
            proto_text(1, text) + (task == kReserve ? proto_varint(2, 1) : "");
        return planner->wait_ended(planner->submit({{task, input}}).id).jobs.at(0);
    }
    void expect_clean(const std::string &name, const std::string &content) const
    {
        for (const std::string &form : detector.find(content)) {
            ADD_FAILURE() << "P2: the credential is in " << name << " as " << form;
        }
    }

    World world;
    LeakDetector detector{world.token};
    std::unique_ptr<Control> planner;
    std::unique_ptr<RecordingProxy> proxy;
};

std::string end_of(const JobView &job)
{
    return std::string(reeve_outcome_status_name(job.status)) + " " +
           reeve_reason_name(job.reason) + " " + reeve_effect_name(job.effect);
}

TEST_F(Grpc, JobsEndAsTheirCallsDo)
{
    const JobView good = job(kGetItem, "A-1");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", end_of(good));
    EXPECT_EQ(proto_text(1, "Harbour") + proto_varint(2, 7), planner->job(good.id).output);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", end_of(job(kReserve, "A-1")));
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE", end_of(job(kReserve, "E-9")));
    EXPECT_EQ("FAILED UPSTREAM_FAILED MAYBE", end_of(job(kReserve, "E-13")));
    EXPECT_EQ("FAILED CREDENTIAL_REFUSED NONE", end_of(job(kReserve, "E-16")));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", end_of(job(kListItems, "A")));
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", end_of(job(kReserve, "C-1")))
        << "P4: the service went away with the request";
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE", end_of(job(kReserve, "A-1")));
}

TEST_F(Grpc, P7AnEndlessStreamEndsAtItsBoundOrItsCancel)
{
    const PlanView plan = planner->submit({{kListItems, proto_text(1, "C")}});
    const std::string id = plan.jobs.at(0).id;
    ASSERT_TRUE(
        eventually([&] { return proxy->from_worker().find("C-100") != std::string::npos; }));
    planner->cancel_job(id);
    const JobView ended = planner->wait_ended(plan.id).jobs.at(0);
    EXPECT_NE("SUCCEEDED UNSPECIFIED NONE", end_of(ended));
}

TEST_F(Grpc, P2NoFormOfTheCredentialLeavesOrIsWritten)
{
    for (const char *number : {"O-1", "O-2", "O-3", "O-4"}) {
        EXPECT_EQ("FAILED OUTPUT_WITHHELD NONE", end_of(job(kGetItem, number))) << number;
    }
    EXPECT_EQ("FAILED OUTPUT_WITHHELD NONE", end_of(job(kListItems, "B")));
    EXPECT_EQ("FAILED OUTPUT_INVALID NONE", end_of(job(kGetItem, "G-1")));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", end_of(job(kGetItem, "H-1")));
    for (int code = 1; code <= 16; code++) {
        EXPECT_NE("SUCCEEDED UNSPECIFIED NONE", end_of(job(kGetItem, "E-" + std::to_string(code))));
    }
    const std::string status = world.status().document;
    const Finished jobs = world.ctl("planner", {"jobs"});
    world.agent->signal(SIGTERM);
    EXPECT_EQ(0, world.agent->wait());
    world.gateway->signal(SIGTERM);
    EXPECT_EQ(0, world.gateway->wait());

    const std::string out = proxy->from_worker();
    ASSERT_NE(std::string::npos, out.find("Harbour")) << "the recording holds what is sent";
    EXPECT_EQ(std::string::npos, out.find("crm-db-1.internal")) << "the service's own words";
    EXPECT_EQ(std::string::npos, out.find(std::to_string(world.agent_settings.crm_port)));
    expect_clean("what left the worker", out);
    expect_clean("the status document", status);
    expect_clean("reevectl jobs", jobs.output + jobs.error);
    for (const auto &[path, content] : read_tree(world.path(""))) {
        if (path.find("/crm/token") == std::string::npos) {
            expect_clean(path, content);
        }
    }
}

} // namespace
} // namespace reeve::test
