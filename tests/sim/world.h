// SPDX-License-Identifier: Apache-2.0
//
// The simulated world: real cores, real journals, a real store, and everything else made up from
// one seed. docs/simulation.md says what is modelled and what is not.
//
//   Sim sim(options)         one world of one seed
//   sim.Run()                faults for a while, then none until every job has ended
//   sim.failure()            the invariant that broke, or empty
//
// What is in it
//
//   Sim         time, the queue of what happens next, randomness, the trace and its hash
//   Worker      a process with reeve_engine and reeve_journal on a disk of its own, and runners
//   Gateway     a process with reeve_gateway on a Store
//   Store       the SQLite store's own transitions, carried out one batch at a time, in memory
//   Network     connections that delay, cut, swallow and forge
//   Operator    submits, approves, cancels, resolves, readmits; tries again what got no answer
//   Faults      what goes wrong, when
//   Ledger      what really happened, and the invariants P3 to P7 that it must not contradict
//
// Nothing in here reads a clock, an address or the order of a hash table: the same seed gives the
// same trace, bit for bit. A step is one event; each event drives one process until it has nothing
// more to do, as its real driver would, and then the invariants are looked at.
#ifndef REEVE_TESTS_SIM_WORLD_H
#define REEVE_TESTS_SIM_WORLD_H

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "tests/sim/faults.h"
#include "tests/sim/gateway.h"
#include "tests/sim/ledger.h"
#include "tests/sim/network.h"
#include "tests/sim/operator.h"
#include "tests/sim/rng.h"
#include "tests/sim/store.h"
#include "tests/sim/tasks.h"
#include "tests/sim/text.h"
#include "tests/sim/worker.h"

namespace reeve_sim
{

struct Options {
    uint64_t seed = 1;
    bool trace = false; // keep the lines, for printing
};

class Sim
{
  public:
    explicit Sim(const Options &options);
    ~Sim();
    Sim(const Sim &) = delete;
    Sim &operator=(const Sim &) = delete;
    void Run();

    void At(uint64_t at, std::function<void()> what);
    void In(uint64_t ms, std::function<void()> what)
    {
        At(now_ms + ms, std::move(what));
    }
    // Writes a line into the trace. The hash takes every line, printed or not.
    void Trace(const char *format, ...) __attribute__((format(printf, 2, 3)));
    // The first one stops the world. `promise` is "P4" or the like.
    void Fail(const char *promise, const char *format, ...) __attribute__((format(printf, 3, 4)));
    bool Knows(int fault) const
    {
        return (profile.faults & (1u << fault)) != 0;
    }
    bool Calm() const // no more faults
    {
        return now_ms >= calm_at;
    }
    const std::string &failure() const
    {
        return failure_;
    }
    const std::string &promise() const
    {
        return promise_;
    }
    uint64_t hash() const
    {
        return hash_;
    }
    const std::vector<std::string> &lines() const
    {
        return lines_;
    }
    std::string Short(const std::string &id); // "job3": a name that people can follow

    const Options options;
    const Profile &profile;
    Rng rng;
    uint64_t now_ms = 0;
    uint64_t steps = 0;
    uint64_t calm_at = 0;
    uint64_t executions = 0;
    bool forced = false; // some drain came to its deadline: what ran then may end UNKNOWN
    Network network;
    Ledger ledger;
    Faults faults;
    Operator operators;
    std::unique_ptr<GatewayNode> gateway;
    std::vector<std::unique_ptr<Worker>> workers;

  private:
    struct Event {
        uint64_t at;
        uint64_t order;
        std::function<void()> what;
    };
    struct Later {
        bool operator()(const Event &a, const Event &b) const
        {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };
    bool Step();
    void CalmDown();
    void DrainAll();

    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    uint64_t order_ = 0;
    uint64_t hash_ = 0xcbf29ce484222325u;
    std::vector<std::string> lines_;
    std::map<std::string, std::string> names_;
    std::string failure_;
    std::string promise_;
};

// Times of every world, in milliseconds.
constexpr uint64_t kHeartbeatMs = 400;
constexpr uint64_t kLeaseMs = 1200;
constexpr uint64_t kGraceMs = 2500;
constexpr uint64_t kLostAfterMs = 12000;
constexpr uint64_t kExpiryMs = 20000;
constexpr int64_t kUnixMs = 1700000000000;

} // namespace reeve_sim

#endif
