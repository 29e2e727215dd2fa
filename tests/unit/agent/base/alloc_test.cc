// SPDX-License-Identifier: Apache-2.0
// Allocation through the injected allocator: overflow, failure, sizes.
#include "agent/base/alloc.h"

#include <cstdint>

#include "tests/support/alloc_sweep.h"

namespace
{

TEST(Alloc, GivesZeroedMemory)
{
    auto *bytes = static_cast<unsigned char *>(reeve_alloc(nullptr, 100));
    ASSERT_NE(bytes, nullptr);
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(bytes[i], 0);
    }
    reeve_free(nullptr, bytes, 100);
}

TEST(Alloc, ArrayThatOverflowsIsRefused)
{
    EXPECT_EQ(reeve_alloc_array(nullptr, SIZE_MAX / 2, 3), nullptr);
    void *p = nullptr;
    EXPECT_EQ(reeve_realloc_array(nullptr, &p, 0, SIZE_MAX / 2, 3), REEVE_OVERFLOW);
    EXPECT_EQ(p, nullptr);
}

TEST(Alloc, FreeOfNullIsFine)
{
    reeve_free(nullptr, nullptr, 7);
}

TEST(Alloc, EmptyObjectsAreFreedWithTheSizeAskedFor)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    void *p = reeve_alloc(&memory.allocator, 0);
    EXPECT_NE(p, nullptr);
    reeve_free(&memory.allocator, p, 0);
    EXPECT_EQ(memory.live_blocks, 0u);
    EXPECT_EQ(memory.size_errors, 0u);
}

TEST(Alloc, FailedResizeKeepsTheOldBlock)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 2);
    void *p = reeve_alloc(&memory.allocator, 8);
    ASSERT_NE(p, nullptr);
    void *before = p;
    EXPECT_EQ(reeve_realloc_array(&memory.allocator, &p, 8, 16, 1), REEVE_NO_MEMORY);
    EXPECT_EQ(p, before);
    reeve_free(&memory.allocator, p, 8);
    EXPECT_EQ(memory.live_bytes, 0u);
}

TEST(Alloc, ResizeToNothingFrees)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    void *p = reeve_alloc_array(&memory.allocator, 4, 4);
    ASSERT_EQ(reeve_realloc_array(&memory.allocator, &p, 4, 0, 4), REEVE_OK);
    EXPECT_EQ(p, nullptr);
    EXPECT_EQ(memory.live_blocks, 0u);
}

// Negative: the detectors of the test allocator themselves.
TEST(FailingAllocator, SeesALeakAndAWrongSize)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    void *p = reeve_alloc(&memory.allocator, 8);
    EXPECT_EQ(memory.live_blocks, 1u);
    EXPECT_EQ(memory.live_bytes, 8u);
    reeve_free(&memory.allocator, p, 9);
    EXPECT_EQ(memory.size_errors, 1u);
    EXPECT_EQ(memory.live_blocks, 0u);
}

TEST(FailingAllocator, SweepVisitsEveryRequest)
{
    int runs = 0;
    uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
        runs++;
        void *first = reeve_alloc(a, 1);
        void *second = first != nullptr ? reeve_alloc(a, 2) : nullptr;
        reeve_free(a, second, 2);
        reeve_free(a, first, 1);
    });
    EXPECT_EQ(requests, 2u);
    EXPECT_EQ(runs, 3);
}

} // namespace
