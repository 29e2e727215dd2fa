// SPDX-License-Identifier: Apache-2.0
//
// P4, P6, P7: not one descriptor more for either side. What is open stays open; what needs a new
// one waits until there are some again.
#include <csignal>

#include <sys/resource.h>
#include <unistd.h>

#include "tests/faults/fault.h"
#include "tests/integration/support/scripted_gateway.h"

namespace reeve::test
{
namespace
{

/* From its making on a process can open nothing. */
class NoDescriptors
{
  public:
    explicit NoDescriptors(const Process &process) : pid_(process.pid())
    {
        EXPECT_EQ(0, prlimit(pid_, RLIMIT_NOFILE, nullptr, &before_));
        const struct rlimit none = {3, before_.rlim_max};
        EXPECT_EQ(0, prlimit(pid_, RLIMIT_NOFILE, &none, nullptr));
    }
    void give_back() const
    {
        EXPECT_EQ(0, prlimit(pid_, RLIMIT_NOFILE, &before_, nullptr));
    }

  private:
    pid_t pid_;
    struct rlimit before_ = {};
};

/* Seconds of processor time that a process has used. */
double cpu_seconds(pid_t pid)
{
    const Finished ticks =
        run({"/bin/sh", "-c", "cut -d ' ' -f 14,15 /proc/" + std::to_string(pid) + "/stat"});
    const size_t space = ticks.output.find(' ');
    return (std::stod(ticks.output) + std::stod(ticks.output.substr(space))) /
           static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Descriptors : public Fault
{
  protected:
    /* It waits, and does not spin meanwhile. */
    void expect_idle(const Process &process)
    {
        const double before = cpu_seconds(process.pid());
        const Stopwatch watch;
        ASSERT_TRUE(eventually([&] { return watch.seconds() > 2; }));
        const double share = (cpu_seconds(process.pid()) - before) / watch.seconds();
        EXPECT_LT(share, 0.5);
        saw(std::to_string(static_cast<int>(share * 100)) + " % of a processor meanwhile");
    }
};

TEST_F(Descriptors, WorkerHasNone)
{
    start();
    load->submit(200);
    load->wait_steps(10);
    world.gateway->kill();
    /* What has begun ends: the ledger of the steps needs descriptors, too. */
    ASSERT_TRUE(eventually([&] { return world.status().held == 0; }));
    const NoDescriptors none(*world.agent);
    world.start_gateway(); /* which the worker cannot dial */
    expect_idle(*world.agent);
    EXPECT_TRUE(world.agent->running());
    none.give_back();
    const Stopwatch since;
    EXPECT_TRUE(world.wait_ready());
    saw("ready " + since.text() + " after it had some again");
    load->submit(50);
    load->expect_all_ended(0);
    saw_load();
}

TEST_F(Descriptors, GatewayHasNone)
{
    start();
    load->submit(100);
    load->wait_steps(5);
    const NoDescriptors none(*world.gateway);
    restart_agent(); /* the gateway cannot let it in */
    expect_idle(*world.gateway);
    EXPECT_TRUE(world.gateway->running());
    EXPECT_NE("LIVE", world.status().link);
    none.give_back();
    const Stopwatch since;
    EXPECT_TRUE(world.wait_ready());
    saw("the worker is ready " + since.text() + " after it had some again");
    load->submit(50);
    load->expect_all_ended(16);
    saw_load();
}

TEST_F(Descriptors, GatewayStopsWithoutAny)
{
    world.gateway_launch.environment = {"ASAN_OPTIONS=detect_leaks=0"}; /* it needs descriptors */
    start();
    const NoDescriptors none(*world.gateway);
    restart_agent(); /* somebody waits to be let in */
    planner->hang_up();
    world.gateway->signal(SIGTERM);
    EXPECT_EQ(0, world.gateway->wait()) << world.log("gateway");
    saw("exit status 0");
}

} // namespace
} // namespace reeve::test
