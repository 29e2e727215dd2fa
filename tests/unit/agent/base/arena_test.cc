// SPDX-License-Identifier: Apache-2.0
// The arena (P7: it never takes more than its maximum).
#include "agent/base/arena.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "tests/support/alloc_sweep.h"
#include "tests/support/seed.h"

namespace
{

TEST(Arena, MemoryIsZeroedAlignedAndDisjoint)
{
    Seeded seeded;
    reeve_arena a;
    reeve_arena_init(&a, nullptr, 1 << 20, 512);
    std::vector<std::pair<uint8_t *, size_t>> taken;
    for (int i = 0; i < 500; i++) {
        size_t size = reeve_random_below(seeded.random(), 700);
        auto *p = static_cast<uint8_t *>(reeve_arena_alloc(&a, size));
        ASSERT_NE(p, nullptr);
        size_t alignment = size >= alignof(max_align_t) ? alignof(max_align_t) : 8;
        ASSERT_EQ(reinterpret_cast<uintptr_t>(p) % alignment, 0u);
        for (size_t j = 0; j < size; j++) {
            ASSERT_EQ(p[j], 0);
        }
        std::memset(p, i & 0xFF, size);
        taken.emplace_back(p, size);
    }
    for (size_t i = 0; i < taken.size(); i++) {
        for (size_t j = 0; j < taken[i].second; j++) {
            ASSERT_EQ(taken[i].first[j], i & 0xFF);
        }
    }
    reeve_arena_clear(&a);
}

TEST(Arena, NeverTakesMoreThanItsMaximum_P7)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    reeve_arena a;
    reeve_arena_init(&a, &memory.allocator, 1000, 256);
    size_t given = 0;
    while (reeve_arena_alloc(&a, 24) != nullptr) {
        given += 24;
        ASSERT_LE(memory.live_bytes, 1000u);
    }
    EXPECT_GT(given, 600u);
    EXPECT_EQ(reeve_arena_alloc(&a, 100000), nullptr);
    EXPECT_EQ(reeve_arena_alloc(&a, SIZE_MAX), nullptr);
    EXPECT_EQ(reeve_arena_alloc_array(&a, SIZE_MAX / 2, 3), nullptr);
    reeve_arena_clear(&a);
    EXPECT_EQ(memory.live_blocks, 0u);
    EXPECT_EQ(memory.size_errors, 0u);
}

TEST(Arena, LargeObjectsDoNotWasteTheBlockInUse)
{
    reeve_arena a;
    reeve_arena_init(&a, nullptr, 1 << 20, 4096);
    auto *small = static_cast<uint8_t *>(reeve_arena_alloc(&a, 16));
    ASSERT_NE(reeve_arena_alloc(&a, 10000), nullptr);
    EXPECT_EQ(static_cast<uint8_t *>(reeve_arena_alloc(&a, 16)), small + 16);
    reeve_arena_clear(&a);
}

TEST(Arena, ResetKeepsOneBlockAndClearMakesItFresh)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    reeve_arena a;
    reeve_arena_init(&a, &memory.allocator, 10000, 256);
    for (int i = 0; i < 20; i++) {
        ASSERT_NE(reeve_arena_alloc(&a, 100), nullptr);
    }
    reeve_arena_reset(&a);
    EXPECT_EQ(memory.live_blocks, 1u);
    EXPECT_EQ(a.used, 256u);
    ASSERT_NE(reeve_arena_alloc(&a, 100), nullptr);
    reeve_arena_clear(&a);
    EXPECT_EQ(memory.live_blocks, 0u);
    ASSERT_NE(reeve_arena_alloc(&a, 100), nullptr);
    reeve_arena_clear(&a);
}

TEST(Arena, FixedMemoryIsAllThereIs)
{
    alignas(16) uint8_t memory[512];
    for (size_t shift = 0; shift < 16; shift++) {
        reeve_arena a;
        reeve_arena_init_fixed(&a, memory + shift, sizeof(memory) - shift);
        for (int round = 0; round < 3; round++) {
            size_t count = 0;
            while (auto *p = static_cast<uint8_t *>(reeve_arena_alloc(&a, 16))) {
                ASSERT_GE(p, memory + shift);
                ASSERT_LE(p + 16, memory + sizeof(memory));
                count++;
            }
            EXPECT_GE(count, 28u);
            reeve_arena_reset(&a);
        }
        reeve_arena_clear(&a);
        EXPECT_NE(reeve_arena_alloc(&a, 16), nullptr);
    }
}

TEST(Arena, FixedMemoryTooSmallForAnythingGivesNothing)
{
    uint8_t memory[8];
    reeve_arena a;
    reeve_arena_init_fixed(&a, memory, sizeof(memory));
    EXPECT_EQ(reeve_arena_alloc(&a, 1), nullptr);
    reeve_arena_reset(&a);
    reeve_arena_clear(&a);
    reeve_arena_init_fixed(&a, nullptr, 0);
    EXPECT_EQ(reeve_arena_alloc(&a, 0), nullptr);
    reeve_arena_clear(&a);
}

TEST(Arena, WipedBlocksHoldNothingAfterReset)
{
    alignas(16) uint8_t memory[256];
    reeve_arena a;
    reeve_arena_init_fixed(&a, memory, sizeof(memory));
    a.wipe = true;
    char *secret = reeve_arena_strdup(&a, reeve_bytes_cstr("correct horse"));
    ASSERT_STREQ(secret, "correct horse");
    reeve_arena_reset(&a);
    EXPECT_EQ(reeve_bytes_find(reeve_bytes_of(memory, sizeof(memory)), reeve_bytes_cstr("horse")),
              SIZE_MAX);
}

TEST(Arena, DupSaysWhy)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 1);
    reeve_arena a;
    reeve_arena_init(&a, &memory.allocator, 200, 64);
    reeve_bytes copy = {};
    EXPECT_EQ(reeve_arena_dup(&a, reeve_bytes_cstr("x"), &copy), REEVE_NO_MEMORY);
    EXPECT_EQ(reeve_arena_dup(&a, reeve_bytes_of("", 1000), &copy), REEVE_LIMIT);
    ASSERT_EQ(reeve_arena_dup(&a, reeve_bytes_of(nullptr, 0), &copy), REEVE_OK);
    EXPECT_NE(copy.data, nullptr);
    EXPECT_EQ(copy.len, 0u);
    reeve_arena_clear(&a);
}

TEST(Arena, EveryAllocationMayFail)
{
    SweepAllocations([](const reeve_allocator *allocator) {
        reeve_arena a;
        reeve_arena_init(&a, allocator, 100000, 128);
        for (size_t i = 0; i < 30; i++) {
            void *p = reeve_arena_alloc(&a, i * 10);
            (void)p;
        }
        reeve_arena_clear(&a);
    });
}

} // namespace
