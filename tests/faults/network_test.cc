// SPDX-License-Identifier: Apache-2.0
//
// P4, P6, P8: what networks do. The worker is in a network namespace of its own.
#include "tests/faults/fault.h"
#include "tests/faults/network.h"

namespace reeve::test
{
namespace
{

constexpr unsigned kDelayMs = 100;
constexpr unsigned kLostPercent = 5;

class Network : public Fault
{
  protected:
    void SetUp() override
    {
        if (!why_no_network().empty()) {
            GTEST_SKIP() << why_no_network();
        }
        elsewhere = std::make_unique<Elsewhere>();
        world.agent_launch.prefix = elsewhere->prefix();
        world.agent_settings.gateway_host = kNearAddress;
        world.gateway_settings.listen_host = "0.0.0.0";
        /* As they are when nothing is configured. */
        world.gateway_settings.heartbeat_interval = "3s";
        world.gateway_settings.lease = "9s";
        world.gateway_settings.grace = "15s";
    }
    void TearDown() override
    {
        world.agent.reset(); /* before its network goes */
    }
    /* Jobs over a bad line: they end, in one session. */
    void expect_work_gets_through()
    {
        start();
        for (int i = 0; i < 4; i++) {
            load->submit(100);
        }
        load->expect_all_ended(0);
        EXPECT_EQ(1u, world.status().connects) << "a bad line is no reason to connect anew";
        saw_load();
        saw("one session");
    }

    std::unique_ptr<Elsewhere> elsewhere;
};

TEST_F(Network, LossAndDelayByNetem)
{
    Cable cable(*elsewhere);
    const std::string refused = cable.impair("delay " + std::to_string(kDelayMs) + "ms loss " +
                                             std::to_string(kLostPercent) + "%");
    if (!refused.empty()) {
        GTEST_SKIP() << "this kernel has no netem: " << refused;
    }
    expect_work_gets_through();
}

TEST_F(Network, LossAndDelay)
{
    const Wire wire(*elsewhere, kDelayMs, kLostPercent);
    expect_work_gets_through();
    EXPECT_GT(wire.lost(), 0u);
    saw(std::to_string(wire.lost()) + " of " + std::to_string(wire.carried()) + " packets lost");
    world.agent.reset();
}

TEST_F(Network, CutCable)
{
    Cable cable(*elsewhere);
    start();
    load->submit(250);
    load->wait_steps(20);
    Control operators(world, "operator");
    EXPECT_TRUE(operators.sees_worker());
    cable.cut();
    const Stopwatch since_cut;
    std::string worker;
    std::string gateway;
    EXPECT_TRUE(eventually([&] {
        if (worker.empty() && world.status().has("not_connected")) {
            worker = since_cut.text();
            EXPECT_LE(since_cut.seconds(), 10.0) << "the worker's end";
        }
        if (gateway.empty() && !operators.sees_worker()) {
            gateway = since_cut.text();
            EXPECT_LE(since_cut.seconds(), 10.0) << "the gateway's end";
        }
        return !worker.empty() && !gateway.empty();
    }));
    saw("noticed by the worker after " + worker + ", by the gateway after " + gateway);
    cable.mend();
    const Stopwatch since_mended;
    EXPECT_TRUE(world.wait_ready());
    saw("ready again " + since_mended.text() + " after it was mended");
    load->expect_all_ended(0);
    saw_load();
}

TEST_F(Network, LinkDown)
{
    Cable cable(*elsewhere);
    start();
    load->submit(100);
    load->wait_steps(10);
    elsewhere->run({"ip", "link", "set", "far0", "down"});
    EXPECT_TRUE(eventually([&] { return world.status().has("not_connected"); }));
    elsewhere->run({"ip", "link", "set", "far0", "up"});
    EXPECT_TRUE(world.wait_ready());
    load->expect_all_ended(0);
    saw_load();
}

} // namespace
} // namespace reeve::test
