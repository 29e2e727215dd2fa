// SPDX-License-Identifier: Apache-2.0
//
// P4, P7: peers that read slowly or not at all for a while. A stopped process is the slowest reader
// there is: its socket stays open, and its buffers fill.
#include <algorithm>
#include <csignal>

#include "tests/faults/fault.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/memory.h"
#include "tests/integration/support/scripted_gateway.h"

namespace reeve::test
{
namespace
{

constexpr unsigned kResults = 5000;
constexpr unsigned kResultBytes = 10000; /* 50 MB in all */
constexpr size_t kGrownKib = 32u << 10;

class Slow : public Fault
{
  protected:
    /* Stops and continues a program under load, a few times. */
    void stutter(const Process &process)
    {
        for (int i = 0; i < 5; i++) {
            const size_t before = load->steps_started();
            load->submit(100);
            load->wait_steps(before + 10);
            process.signal(SIGSTOP);
            const Stopwatch stopped;
            ASSERT_TRUE(eventually([&] { return stopped.seconds() > 0.7; }));
            process.signal(SIGCONT);
        }
    }
};

TEST_F(Slow, Gateway)
{
    start();
    stutter(*world.gateway);
    load->expect_all_ended(0);
    saw_load();
}

TEST_F(Slow, Worker)
{
    start();
    stutter(*world.agent);
    load->expect_all_ended(0);
    saw_load();
}

TEST_F(Slow, OperatorWhoWatches)
{
    /* Memory that was freed shows at once. */
    world.gateway_launch.environment = {"ASAN_OPTIONS=quarantine_size_mb=1"};
    start();
    const PlanView plan =
        planner->submit({{"demo.native.v1.Native/Count",
                          proto_varint(1, kResults) + proto_varint(2, kResultBytes)}});
    const std::string out = world.path("run/watched");
    Process watcher({built::kControl, "--config", world.path("planner.yaml"), "--json", "watch",
                     text_of_id(plan.id)},
                    out, out);
    ASSERT_TRUE(eventually([&] { return read_file(out).size() > kResultBytes; }));
    watcher.signal(SIGSTOP);
    const size_t before = resident_kib(world.gateway->pid());
    load->submit(200);
    load->expect_all_ended(0);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, planner->wait_ended(plan.id).jobs[0].status);
    const size_t after = resident_kib(world.gateway->pid());
    EXPECT_LT(after, before + kGrownKib);
    watcher.signal(SIGCONT);
    EXPECT_EQ(0, watcher.wait()) << read_file(out).substr(0, 300);
    saw_load();
    saw("the gateway grew by " + std::to_string((std::max(after, before) - before) >> 10) + " MiB");
}

} // namespace
} // namespace reeve::test
