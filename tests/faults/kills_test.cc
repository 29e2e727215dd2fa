// SPDX-License-Identifier: Apache-2.0
//
// P4, P5, P6: kill -9 in rounds, under load, at moments that a seed chooses: in the middle of jobs,
// while a program comes up again, both at once. scripts/faults --kills asks for more rounds.
#include <csignal>
#include <functional>
#include <random>

#include "tests/faults/fault.h"

namespace reeve::test
{
namespace
{

constexpr size_t kJobsOfARound = 80; /* half of them steps */
constexpr size_t kHeldJobs = 16;
constexpr unsigned kStepMs = 20; /* what is left beside the held ones takes 0.3 s */

class Kills : public Fault
{
  protected:
    using Round = std::function<void()>;

    size_t below(size_t bound)
    {
        return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
    }
    /* A share of this file's three tests: ten rounds each make CI's thirty. */
    static size_t rounds()
    {
        return (asked_for("REEVE_FAULTS_KILLS", 30) + 2) / 3;
    }
    /* Every fourth round kills once more, while what was killed comes up. Each kill of the worker
     * may leave what it held as UNKNOWN. The first kill of a round comes when a quarter of the
     * round's steps has begun, and has to hit the others. */
    void run(size_t unknown_of_a_kill, const Round &kill, const Round &revive)
    {
        size_t kills = 0;
        world.step_ms = kStepMs;
        start();
        for (size_t i = 0; i < rounds(); i++) {
            const size_t before = load->steps_started();
            load->submit(kJobsOfARound);
            load->wait_steps(before + 1 + below(kJobsOfARound / 8));
            kill();
            kills++;
            load->note_kill();
            if (i % 4 == 3) {
                revive();
                kill();
                kills++;
            }
            revive();
        }
        load->expect_all_ended(kills * unknown_of_a_kill);
        saw(std::to_string(kills) + " kills");
        saw_load();
    }

    std::mt19937 random{static_cast<std::mt19937::result_type>(asked_for("REEVE_TEST_SEED", 1))};
};

TEST_F(Kills, Worker)
{
    run(
        kHeldJobs, [this] { world.agent->kill(); }, [this] { world.start_agent(); });
}

TEST_F(Kills, Gateway)
{
    run(
        0, [this] { world.gateway->kill(); }, [this] { world.start_gateway(); });
}

TEST_F(Kills, Both)
{
    run(
        kHeldJobs,
        [this] {
            world.gateway->signal(SIGKILL);
            world.agent->signal(SIGKILL);
            world.gateway->kill(); /* waits for it */
            world.agent->kill();
        },
        [this] {
            world.start_gateway();
            world.start_agent();
        });
}

} // namespace
} // namespace reeve::test
