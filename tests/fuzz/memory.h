// SPDX-License-Identifier: Apache-2.0
// Memory for what a fuzz target runs: counted, looked at when it is given back, and refused once
// where the plan says so. sweep.cc makes the plans: one for each place of the program that asks.
#ifndef REEVE_TESTS_FUZZ_MEMORY_H
#define REEVE_TESTS_FUZZ_MEMORY_H

#include <execinfo.h>

#include <set>
#include <string>
#include <vector>

#include "tests/fuzz/input.h"
#include "tests/support/failing_allocator.h"

namespace reeve::fuzz
{

struct MemoryPlan {
    uint64_t fail_at = 0; // of all requests of a run, from 1; 0: none
    bool collects = false;
    uint64_t requests = 0;
    bool failed = false;
    std::set<std::string> seen;   // call stacks
    std::vector<uint64_t> places; // the first request of each

    void Begin(uint64_t at, bool collect)
    {
        fail_at = at;
        collects = collect;
        requests = 0;
        failed = false;
    }
    bool Refuses()
    {
        requests++;
        if (collects) {
            void *frames[24];
            const int depth = backtrace(frames, 24);
            if (seen.emplace(reinterpret_cast<const char *>(frames),
                             static_cast<size_t>(depth) * sizeof frames[0])
                    .second) {
                places.push_back(requests);
            }
        }
        failed = failed || requests == fail_at;
        return requests == fail_at;
    }
};

inline MemoryPlan &ThePlan()
{
    static MemoryPlan plan;
    return plan;
}

// Whether memory was short in this run: what could not be had then is excused.
inline bool WasShort()
{
    return ThePlan().failed;
}

class Memory
{
  public:
    Memory()
    {
        reeve_failing_allocator_init(&heap_, 0);
        allocator_.realloc = Realloc;
        allocator_.ctx = this;
    }
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;
    const reeve_allocator *allocator() const
    {
        return &allocator_;
    }
    uint64_t bytes() const
    {
        return heap_.live_bytes;
    }
    void RequireEmpty() const
    {
        Require(heap_.live_blocks == 0, "leaked", std::to_string(heap_.live_bytes));
        Require(heap_.size_errors == 0, "freed with another size");
    }

  private:
    static void *Realloc(void *ctx, void *p, size_t old_size, size_t new_size)
    {
        auto *self = static_cast<Memory *>(ctx);
        if (new_size > 0 && ThePlan().Refuses()) {
            Trace("memory is short: %zu bytes", new_size);
            return nullptr;
        }
        return self->heap_.allocator.realloc(self->heap_.allocator.ctx, p, old_size, new_size);
    }

    reeve_failing_allocator heap_;
    reeve_allocator allocator_ = {};
};

} // namespace reeve::fuzz
#endif
