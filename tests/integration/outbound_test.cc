// SPDX-License-Identifier: Apache-2.0
//
// P1: the worker never listens on an IP socket, at no time while it works. That the detector finds
// a planted one is shown in agent_process_test.cc.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/sockets.h"

namespace reeve::test
{
namespace
{

/* Looks again and again, from a thread of its own, until stopped. */
class Watcher
{
  public:
    explicit Watcher(pid_t pid) : thread_([this, pid] { watch(pid); })
    {
    }
    ~Watcher()
    {
        stop();
    }
    void stop()
    {
        stop_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    std::vector<std::string> found;
    std::atomic<size_t> looks{0};

  private:
    void watch(pid_t pid)
    {
        while (!stop_) {
            const std::vector<std::string> sockets = listening_ip_sockets(pid);
            found.insert(found.end(), sockets.begin(), sockets.end());
            looks++;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

TEST(P1Outbound, TheWorkerHasNoListeningSocketWhileItWorks)
{
    World world;
    ScriptedGateway gateway(world);
    world.start_crm();
    world.agent_settings.gateway_port = gateway.port();
    world.start_agent();
    Watcher watcher(world.agent->pid());
    /* On a busy machine a look takes long: jobs go on until there were enough of them. */
    for (int i = 0; i < 20 || (watcher.looks <= 20 && i < 2000); i++) {
        const Work native = gateway.make(kStep, proto_text(1, "p1"));
        const Work http = gateway.make(kGetCustomer, proto_text(1, "C-1001"));
        gateway.give(native);
        gateway.give(http);
        ASSERT_TRUE(gateway.until([&] { return gateway.end_of(native) && gateway.end_of(http); }));
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(native)->status);
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(http)->status);
        if (i == 10) {
            reeve_rpc_call_cancel(gateway.session().call); /* it dials again */
            ASSERT_TRUE(gateway.until([&] { return gateway.sessions() == 2 && gateway.live(); }));
        }
    }
    watcher.stop();
    if (open_descriptors(world.agent->pid()) == 0) {
        GTEST_SKIP() << "only root may read the sockets of a process that forbids dumps";
    }
    EXPECT_GT(watcher.looks, 20u);
    EXPECT_TRUE(watcher.found.empty()) << watcher.found.front();
}

} // namespace
} // namespace reeve::test
