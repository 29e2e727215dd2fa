// SPDX-License-Identifier: Apache-2.0
// Runs a body again and again, failing its first, second, … request for memory, until a run in
// which none failed. After each run nothing may be left allocated.
//
//   SweepAllocations([](const reeve_allocator *a) { … use a, tolerate REEVE_NO_MEMORY … });
#ifndef REEVE_TESTS_SUPPORT_ALLOC_SWEEP_H
#define REEVE_TESTS_SUPPORT_ALLOC_SWEEP_H

#include <gtest/gtest.h>

#include "tests/support/failing_allocator.h"

// Returns how many requests a run without failure makes.
template <typename Body>
uint64_t SweepAllocations(Body body, uint64_t at_most = 100000)
{
    for (uint64_t fail_at = 1; fail_at <= at_most; fail_at++) {
        reeve_failing_allocator memory;
        reeve_failing_allocator_init(&memory, fail_at);
        body(&memory.allocator);
        EXPECT_EQ(memory.live_blocks, 0u) << "leaked when request " << fail_at << " failed";
        EXPECT_EQ(memory.live_bytes, 0u) << "leaked when request " << fail_at << " failed";
        EXPECT_EQ(memory.size_errors, 0u) << "wrong size freed, failing request " << fail_at;
        if (memory.failed == 0 || testing::Test::HasFailure()) {
            return memory.requests;
        }
    }
    ADD_FAILURE() << "still failing after " << at_most << " requests";
    return at_most;
}

#endif
