// SPDX-License-Identifier: Apache-2.0
// Calls of the control API as a service: bad messages, streams, stopping in the middle; and
// starting where it cannot.
#include <fstream>

#include <sys/stat.h>

#include "gateway-stub/core/gateway.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace reeve::test
{
namespace
{

/* Length-delimited field `number` (1 to 15). */
std::string field(int number, const std::string &content)
{
    std::string out(1, static_cast<char>(number << 3 | 2));
    size_t length = content.size();
    while (length >= 128) {
        out += static_cast<char>(length % 128 + 128);
        length /= 128;
    }
    return out + static_cast<char>(length) + content;
}

class ServiceTest : public GatewayTest
{
  protected:
    /* Registers the example tasks and submits a plan; its id. */
    std::string submit()
    {
        const std::string manifest = read_file(REEVE_TEST_MANIFEST);
        auto registered = ask_as("planner", "RegisterTasks", field(1, manifest));
        EXPECT_EQ(REEVE_RPC_OK, registered->code) << registered->text;
        const std::string job =
            field(1, "demo.crm.v1.Customers/GetCustomer") + field(3, field(1, "C-1001"));
        auto answer = ask_as("planner", "SubmitPlan", field(1, job) + field(3, "a plan"));
        EXPECT_EQ(REEVE_RPC_OK, answer->code) << answer->text;
        if (answer->messages.empty()) {
            return "";
        }
        /* SubmitPlanResponse.plan.plan_id: the first fields of both. */
        const size_t at = answer->messages[0].find(std::string("\x0a\x10", 2));
        return answer->messages[0].substr(at + 2, 16);
    }
    std::unique_ptr<Side> watch(Channel &channel, const std::string &plan)
    {
        auto side = std::make_unique<Side>();
        side->when_open = [plan](Side &s) { EXPECT_EQ(REEVE_OK, s.send(field(1, plan))); };
        side->when_sent = [](Side &s) { (void)half_close(s); };
        channel.start(*side, "/reeve.v1.ControlService/WatchPlan");
        EXPECT_TRUE(
            loop.run_until([&side] { return !side->messages.empty() || side->closed > 0; }));
        return side;
    }
};

TEST_F(ServiceTest, P7AMessageThatIsNoneIsAnInvalidArgument)
{
    start();
    for (const std::string &bytes :
         {std::string("\xff\xff\xff", 3), std::string("\x0a\x05x", 3), std::string(100000, 'A')}) {
        auto answer = ask_as("planner", "SubmitPlan", bytes);
        EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, answer->code) << answer->text;
        EXPECT_NE(std::string::npos, answer->error.find("REQUEST_INVALID"));
    }
}

TEST_F(ServiceTest, P7AMessageOverTheLimitIsRefusedAndTheNextOneServed)
{
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "9 MiB take gRPC 20 s under ThreadSanitizer; run without it";
#endif
    start();
    auto channel = dial(files.of("planner"));
    auto answer = ask(*channel, "SubmitPlan", std::string(size_t{9} << 20, 'A'));
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, answer->code) << answer->text;
    EXPECT_EQ(REEVE_RPC_OK, ask(*channel, "WhoAmI", "")->code);
}

/* The detail has a bound of its own: it names as many problems as fit, not none. */
TEST_F(ServiceTest, ManyProblemsLeaveTheFirstOnesInTheDetail)
{
    start();
    (void)submit();
    std::string request;
    for (int i = 0; i < 200; i++) {
        request += field(1, field(1, "demo.crm.v1.Customers/GetCustomer") +
                                field(3, field(1, "not a customer's id")));
    }
    auto answer = ask_as("planner", "SubmitPlan", request);
    EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, answer->code) << answer->text;
    EXPECT_NE(std::string::npos, answer->error.find("jobs[0].input.customer_id"));
}

TEST_F(ServiceTest, ACallWithoutARequestIsRefused)
{
    start();
    auto channel = dial(files.of("planner"));
    Side side;
    side.when_open = [](Side &s) { (void)half_close(s); };
    channel->start(side, "/reeve.v1.ControlService/WhoAmI");
    ASSERT_TRUE(loop.run_until([&side] { return side.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, side.code) << side.text;
}

TEST_F(ServiceTest, ASecondRequestOnAStreamEndsIt)
{
    start();
    const std::string plan = submit();
    auto channel = dial(files.of("planner"));
    Side side;
    side.when_open = [&plan](Side &s) {
        s.offer(field(1, plan));
        s.offer(field(1, plan));
    };
    channel->start(side, "/reeve.v1.ControlService/WatchPlan");
    ASSERT_TRUE(loop.run_until([&side] { return side.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, side.code) << side.text;
}

TEST_F(ServiceTest, AWatchTellsTheStateAtOnceAndEndsWithThePlan)
{
    start();
    const std::string plan = submit();
    ASSERT_EQ(16U, plan.size());
    auto channel = dial(files.of("auditor"));
    auto side = watch(*channel, plan);
    ASSERT_EQ(0, side->closed) << side->text;
    auto cancelled = ask_as("planner", "CancelPlan", field(1, plan) + field(2, "no"));
    EXPECT_EQ(REEVE_RPC_OK, cancelled->code) << cancelled->text;
    ASSERT_TRUE(loop.run_until([&side] { return side->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_OK, side->code) << side->text;
    EXPECT_GE(side->messages.size(), 2U);
}

TEST_F(ServiceTest, AWatcherThatGoesAwayIsForgotten)
{
    start();
    const std::string plan = submit();
    auto channel = dial(files.of("auditor"));
    for (int i = 0; i < 20; i++) {
        auto side = watch(*channel, plan);
        reeve_rpc_call_cancel(side->call);
        EXPECT_TRUE(loop.run_until([&side] { return side->closed > 0; }));
    }
    EXPECT_EQ(REEVE_OK, gateway->stop());
}

TEST_F(ServiceTest, P6AStopEndsWatchesAndLeaksNothing)
{
    start();
    const std::string plan = submit();
    auto channel = dial(files.of("auditor"));
    auto first = watch(*channel, plan);
    auto second = watch(*channel, plan);
    gateway->signal_stop();
    ASSERT_TRUE(loop.run_until([&] { return first->closed > 0 && second->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, first->code) << first->text;
    EXPECT_EQ(REEVE_OK, gateway->stop());
}

/* Calls are under way in every phase; each ends, and the plans that were answered are there. */
TEST_F(ServiceTest, P6AStopInTheMiddleOfCallsEndsEachOfThem)
{
    start();
    (void)submit();
    auto channel = dial(files.of("planner"));
    const std::string request =
        field(1, field(1, "demo.crm.v1.Customers/GetCustomer") + field(3, field(1, "C-1001")));
    std::vector<std::unique_ptr<Side>> sides;
    for (int i = 0; i < 60; i++) {
        sides.push_back(std::make_unique<Side>());
        Side &side = *sides.back();
        side.when_open = [request, i](Side &s) {
            if (i % 4 != 0) {
                (void)s.send(request);
            }
        };
        side.when_sent = [](Side &s) { (void)half_close(s); };
        channel->start(side, "/reeve.v1.ControlService/SubmitPlan");
    }
    EXPECT_TRUE(loop.run_until([&sides] { return sides[10]->closed > 0; }));
    gateway->signal_stop();
    EXPECT_TRUE(loop.run_until([&sides] {
        for (const auto &side : sides) {
            if (side->closed == 0) {
                return false;
            }
        }
        return true;
    }));
    EXPECT_EQ(REEVE_OK, gateway->stop());
}

TEST_F(ServiceTest, ASecondStopDoesNotWait)
{
    start();
    auto channel = dial(files.of("planner"));
    Side side; /* opens a call and says nothing */
    channel->start(side, "/reeve.v1.ControlService/WhoAmI");
    EXPECT_TRUE(loop.run_until([&side] { return side.opened; }));
    gateway->on_loop([](struct reeve_service *s) {
        reeve_service_signal_stop(s);
        reeve_service_signal_stop(s);
    });
    gateway->join();
    EXPECT_EQ(REEVE_CANCELLED, gateway->status);
    EXPECT_TRUE(loop.run_until([&side] { return side.closed > 0; }));
}

TEST_F(ServiceTest, TheStoresDirectoryAndFilesAreNobodyElses)
{
    start();
    struct stat found;
    ASSERT_EQ(0, stat((files.dir.path() + "/store").c_str(), &found));
    EXPECT_EQ(0700U, found.st_mode & 0777U);
    ASSERT_EQ(0, stat((files.dir.path() + "/store/countersign.key").c_str(), &found));
    EXPECT_EQ(0600U, found.st_mode & 0777U);
}

TEST_F(ServiceTest, ASecondGatewayOnTheStoreSaysWhatToDo)
{
    start();
    GatewayFiles other;
    other.write_config("", files.dir.path() + "/store/reeve.db");
    Gateway second(other);
    EXPECT_EQ(REEVE_LOCKED, second.status);
    EXPECT_NE(nullptr, strstr(second.why, "another gateway is using it")) << second.why;
}

TEST_F(ServiceTest, APortInUseSaysWhatToDo)
{
    start();
    GatewayFiles other;
    std::string text = read_file(other.config());
    text.replace(text.find("127.0.0.1:0"), 11, gateway->target());
    other.dir.write("gateway.yaml", text, 0600);
    Gateway second(other);
    EXPECT_EQ(REEVE_IO, second.stop());
    EXPECT_NE(nullptr, strstr(second.why, "the port is in use; next: ")) << second.why;
}

TEST_F(ServiceTest, AStoreThatIsNoDatabaseSaysWhatToDo)
{
    files.dir.write("reeve.db", std::string(8192, 'x'), 0600);
    files.write_config("", "reeve.db");
    Gateway broken(files);
    EXPECT_EQ(REEVE_CORRUPT, broken.status);
    EXPECT_NE(nullptr, strstr(broken.why, "restore a backup")) << broken.why;
}

TEST_F(ServiceTest, ADirectoryThatCannotBeMadeSaysWhatToDo)
{
    files.write_config("", "a/b/c/reeve.db");
    Gateway broken(files);
    EXPECT_EQ(REEVE_NOT_FOUND, broken.status);
    EXPECT_NE(nullptr, strstr(broken.why, "next: make that one")) << broken.why;
}

TEST_F(ServiceTest, AKeyThatOthersMayReadIsRefused)
{
    start();
    EXPECT_EQ(REEVE_OK, gateway->stop());
    ASSERT_EQ(0, chmod((files.dir.path() + "/store/countersign.key").c_str(), 0644));
    Gateway second(files);
    EXPECT_EQ(REEVE_PERMISSION, second.status);
    EXPECT_NE(nullptr, strstr(second.why, "mode 0600")) << second.why;
}

} // namespace
} // namespace reeve::test
