// SPDX-License-Identifier: Apache-2.0
//
// A first small simulator: thousands of random steps from a seed, with crashes, lost connections,
// lost acknowledgements, lost unsynced records, cancels and time. The world checks after every step
// what must always hold (P3–P7); at the end everything settles and every job has exactly one end.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"
#include "tests/support/seed.h"

namespace
{

struct Simulated {
    WorldJob job;
    bool closed = false; // its outcome is durable at the gateway
    bool given = false;
};

class Simulation
{
  public:
    explicit Simulation(uint64_t seed) : world_(Options(seed))
    {
        reeve_random_seed(&random_, seed * 7919 + 1);
        world_.gw_max_frame = seed % 2 == 0 ? 65536 : 4u << 20;
        world_.Live();
    }

    void Step()
    {
        uint64_t dice = Below(100);
        if (world_.exited) {
            world_.Restart(true);
        }
        if (dice < 30) {
            Give();
        } else if (dice < 50) {
            world_.Sync();
        } else if (dice < 68) {
            Below(3) == 0 ? EmitOne() : FinishOne();
        } else if (dice < 78) {
            AckWhenUp();
        } else if (dice < 88) {
            Time();
        } else if (dice < 92) {
            CancelOne();
        } else if (dice < 96) {
            Lose();
        } else if (dice < 98) {
            world_.Restart(Below(2) == 0);
        } else {
            world_.auto_sent = !world_.auto_sent;
            world_.Tick();
        }
        Redial();
    }

    void Settle()
    {
        world_.auto_sent = true;
        for (int i = 0; i < 20 && !AllClosed(); i++) {
            world_.Reconnect();
            GiveAgain();
            world_.Sync();
            world_.FinishAll();
            AckResults();
            world_.Sync();
            world_.Advance(50);
            world_.Sync();
            AckWhenUp();
        }
        for (const Simulated &s : jobs_) {
            EXPECT_TRUE(s.closed) << "P5: a job without an end: " << s.job.task;
        }
        EXPECT_EQ(world_.Status().unsettled, 0u);
        EXPECT_EQ(world_.Status().jobs_running, 0u);
        EXPECT_EQ(world_.Status().jobs_delivering, 0u);
        EXPECT_EQ(world_.Status().memory_bytes, 0u);
        EXPECT_FALSE(world_.Status().rolled_back);
    }

    size_t jobs() const
    {
        return jobs_.size();
    }

  private:
    static WorldOptions Options(uint64_t seed)
    {
        WorldOptions options;
        options.seed = seed;
        options.max_in_flight = 6;
        options.max_unsettled = 12;
        options.max_memory_bytes = 64u << 20;
        return options;
    }

    uint64_t Below(uint64_t n)
    {
        return reeve_random_below(&random_.random, n);
    }

    bool IsLive() const
    {
        return world_.link_up && std::string(world_.Status().link_state) == "LIVE";
    }

    bool AllClosed() const
    {
        for (const Simulated &s : jobs_) {
            if (!s.closed) {
                return false;
            }
        }
        return true;
    }

    void Give()
    {
        static const char *const tasks[] = {kApproved, kCreate, kGet,  kPut,
                                            kDenied,   kStream, kTail, kStream};
        if (!IsLive() || world_.Credit() == 0) {
            return;
        }
        Simulated s;
        s.job = world_.Job(tasks[Below(8)]);
        s.job.input = std::string(Below(300), 'i');
        s.given = true;
        world_.Dispatch(s.job);
        jobs_.push_back(s);
    }

    // Attempts that the worker neither runs nor has ended are absent: they are given again.
    void GiveAgain()
    {
        Note();
        for (Simulated &s : jobs_) {
            bool held = world_.HandleOf(s.job) != 0 || world_.OutcomeOf(s.job) != nullptr;
            for (const reeve_resume_entry &entry : world_.resumed) {
                held = held || reeve_id_equal(entry.job_id, s.job.job_id);
            }
            if (s.closed || held || !IsLive() || world_.Credit() == 0) {
                continue;
            }
            s.job.sequence = 0;
            s.job.attempt++;
            s.job.time_left_ms = 600000;
            s.job.lease_ms = 0;
            world_.Dispatch(s.job);
        }
    }

    void FinishOne()
    {
        if (world_.running.empty()) {
            return;
        }
        auto chosen = world_.running.begin();
        std::advance(chosen, static_cast<long>(Below(world_.running.size())));
        if (chosen->second.cancelled != 0 && Below(2) == 0) {
            world_.Finish(chosen->first, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
            return;
        }
        if (Below(5) == 0) {
            world_.Finish(chosen->first, REEVE_OUTCOME_FAILED, REEVE_EFFECT_MAYBE, "",
                          REEVE_REASON_UPSTREAM_FAILED);
            return;
        }
        world_.Finish(chosen->first, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE,
                      std::string(Below(3000), 'o'));
    }

    // Some of the results are large enough to be cut.
    void EmitOne()
    {
        for (const auto &[handle, job] : world_.running) {
            bool streams = job.task == kStream || job.task == kTail;
            if (streams && job.cancelled == 0 && Below(2) == 0) {
                world_.Emit(handle, std::string(Below(Below(8) == 0 ? 150000 : 300), 'm'));
                return;
            }
        }
    }

    void AckResults()
    {
        if (IsLive()) {
            world_.AckResults();
        }
    }

    // Outcomes that are durable at the gateway close their jobs: one each.
    void Note()
    {
        for (Simulated &s : jobs_) {
            size_t ends = 0;
            for (const WorldOutcome &o : world_.outcomes) {
                bool durable = o.audit_sequence <= world_.gw_durable.sequence;
                ends += durable && o.job == s.job.key() ? 1 : 0;
            }
            EXPECT_LE(ends, 1u) << "P5: two ends of one job";
            s.closed = ends > 0;
        }
    }

    void AckWhenUp()
    {
        if (Below(2) == 0) {
            AckResults();
        }
        if (IsLive()) {
            world_.Ack();
            Note();
        }
    }

    void Time()
    {
        world_.Advance(Below(1500));
        if (IsLive() && Below(4) != 0) {
            world_.Beat();
        }
    }

    void CancelOne()
    {
        if (IsLive() && !jobs_.empty()) {
            world_.Cancel(jobs_[Below(jobs_.size())].job);
        }
    }

    void Lose()
    {
        if (world_.connect_asked) {
            world_.Down();
        }
    }

    // A closed link goes down; a lost one is dialled again, sometimes cut on the way.
    void Redial()
    {
        if (world_.exited) {
            return;
        }
        if (world_.connect_asked && std::string(world_.Status().link_state) == "CLOSING") {
            world_.Down(REEVE_OK);
        }
        if (world_.link_up || Below(3) != 0) {
            return;
        }
        if (world_.connect_asked && Below(4) == 0) {
            world_.Down();
        }
        bool sent = world_.auto_sent;
        world_.auto_sent = true;
        world_.Reconnect();
        world_.auto_sent = sent;
        if (Below(2) == 0) {
            GiveAgain();
        }
    }

    EngineWorld world_;
    reeve_random_seeded random_;
    std::vector<Simulated> jobs_;
};

} // namespace

// P3–P7: checked after every step. P5: each job has ended once.
TEST(Soak, ThousandsOfRandomSteps)
{
    Seeded seeded(20261120);
    for (int run = 0; run < 12; run++) {
        uint64_t seed = seeded.seed() + static_cast<uint64_t>(run);
        SCOPED_TRACE("seed " + std::to_string(seed));
        Simulation simulation(seed);
        for (int step = 0; step < 400 && !HasFailure(); step++) {
            simulation.Step();
        }
        simulation.Settle();
        EXPECT_GT(simulation.jobs(), 10u);
        if (HasFailure()) {
            return;
        }
    }
}
