// SPDX-License-Identifier: Apache-2.0
//
// reeve_sim: runs seeds, prints what they did, and how to see a failing one again.
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.h"

namespace
{

using reeve_sim::Options;
using reeve_sim::Sim;

struct Arguments {
    uint64_t first = 1;
    uint64_t seeds = 0;
    bool trace = false;
    bool quiet = false;  // one line: seeds until the first failure and its promise
    uint64_t tail = 120; // lines of a failing trace; 0: all
};

struct Totals {
    uint64_t seeds = 0, steps = 0, virtual_ms = 0, jobs = 0, effects = 0, outcomes = 0;
    uint64_t unknown = 0, settled = 0, dispatches = 0, sessions = 0, excuses = 0;
    uint64_t spooled = 0;
    uint64_t faults[reeve_sim::kFaults] = {};
};

int Usage(FILE *to)
{
    std::fputs("usage: reeve_sim [--seed N] [--seeds N] [--first F] [--trace] [--quiet]\n", to);
    return to == stdout ? 0 : 2;
}

bool Parse(int argc, char **argv, Arguments *a)
{
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--trace") {
            a->trace = true;
            a->tail = 0;
            continue;
        }
        if (word == "--quiet") {
            a->quiet = true;
            continue;
        }
        if (i + 1 == argc || (word != "--seed" && word != "--seeds" && word != "--first")) {
            return false;
        }
        char *end = nullptr;
        const uint64_t number = std::strtoull(argv[++i], &end, 10);
        if (*end != '\0' || end == argv[i]) {
            return false;
        }
        if (word == "--seed") {
            a->first = number;
            a->seeds = 1;
        } else if (word == "--seeds") {
            a->seeds = number;
        } else {
            a->first = number;
        }
    }
    a->seeds = a->seeds == 0 ? 100 : a->seeds;
    return true;
}

void Add(const Sim &sim, Totals *t)
{
    t->seeds++;
    t->steps += sim.steps;
    t->virtual_ms += sim.now_ms;
    t->jobs += sim.ledger.jobs;
    t->effects += sim.ledger.effects;
    t->outcomes += sim.ledger.outcomes;
    t->unknown += sim.ledger.unknown;
    t->settled += sim.ledger.settled;
    t->dispatches += sim.ledger.dispatches;
    t->sessions += sim.ledger.sessions;
    t->excuses += sim.ledger.excuses;
    for (const auto &worker : sim.workers) {
        t->spooled += worker->spool_writes;
    }
    for (int i = 0; i < reeve_sim::kFaults; i++) {
        t->faults[i] += sim.faults.counts[i];
    }
}

void PrintLines(const Sim &sim, uint64_t tail)
{
    const std::vector<std::string> &lines = sim.lines();
    const size_t from = tail == 0 || lines.size() < tail ? 0 : lines.size() - tail;
    if (from > 0) {
        std::printf("  … %zu lines before\n", from);
    }
    for (size_t i = from; i < lines.size(); i++) {
        std::printf("%s\n", lines[i].c_str());
    }
}

void Explain(uint64_t seed, const Arguments &a)
{
    Sim sim(Options{seed, true});
    sim.Run();
    PrintLines(sim, a.tail);
    std::printf("\nseed %llu (%s) breaks %s: %s\nsee it again: scripts/sim --seed %llu --trace\n",
                static_cast<unsigned long long>(seed), sim.profile.name, sim.promise().c_str(),
                sim.failure().c_str(), static_cast<unsigned long long>(seed));
}

void Print(const Totals &t, uint64_t ms)
{
    std::printf("seeds %llu, steps %llu, virtual time %llu s, %llu ms\n",
                static_cast<unsigned long long>(t.seeds), static_cast<unsigned long long>(t.steps),
                static_cast<unsigned long long>(t.virtual_ms / 1000),
                static_cast<unsigned long long>(ms));
    std::printf(
        "jobs %llu, sessions %llu, dispatches %llu, effects %llu, outcomes %llu (UNKNOWN "
        "%llu), settlements %llu, excused %llu, blocks spooled %llu\n",
        static_cast<unsigned long long>(t.jobs), static_cast<unsigned long long>(t.sessions),
        static_cast<unsigned long long>(t.dispatches), static_cast<unsigned long long>(t.effects),
        static_cast<unsigned long long>(t.outcomes), static_cast<unsigned long long>(t.unknown),
        static_cast<unsigned long long>(t.settled), static_cast<unsigned long long>(t.excuses),
        static_cast<unsigned long long>(t.spooled));
    for (int i = 0; i < reeve_sim::kFaults; i++) {
        std::printf("%10llu  %s\n", static_cast<unsigned long long>(t.faults[i]),
                    reeve_sim::FaultText(i));
    }
}

} // namespace

int main(int argc, char **argv)
{
    Arguments a;
    if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
        return Usage(stdout);
    }
    if (!Parse(argc, argv, &a)) {
        return Usage(stderr);
    }
    Totals totals;
    const auto begin = std::chrono::steady_clock::now();
    for (uint64_t seed = a.first; seed < a.first + a.seeds; seed++) {
        Sim sim(Options{seed, a.trace});
        sim.Run();
        Add(sim, &totals);
        if (a.trace && sim.failure().empty()) {
            PrintLines(sim, 0);
        }
        if (sim.failure().empty()) {
            continue;
        }
        if (a.quiet) {
            std::printf("%llu\t%llu\t%s\t%s\n", static_cast<unsigned long long>(totals.seeds),
                        static_cast<unsigned long long>(seed), sim.promise().c_str(),
                        sim.failure().c_str());
        } else {
            Explain(seed, a);
        }
        return 1;
    }
    const auto spent = std::chrono::steady_clock::now() - begin;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
    if (!a.quiet) {
        Print(totals, static_cast<uint64_t>(ms));
    }
    return 0;
}
