// SPDX-License-Identifier: Apache-2.0
#include "agent/base/budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "agent/base/arena.h"
#include "tests/support/failing_allocator.h"

namespace
{

struct Budget {
    explicit Budget(uint64_t max, const reeve_allocator *from = nullptr)
    {
        reeve_budget_init(&budget, from, max);
    }
    void *Resize(void *p, size_t old_size, size_t new_size)
    {
        return budget.allocator.realloc(budget.allocator.ctx, p, old_size, new_size);
    }
    uint64_t used() const
    {
        return reeve_budget_used(&budget);
    }
    reeve_budget budget = {};
};

TEST(Budget, P7NobodyPassesTheBound)
{
    Budget b(100);
    void *first = b.Resize(nullptr, 0, 60);
    ASSERT_NE(nullptr, first);
    EXPECT_EQ(nullptr, b.Resize(nullptr, 0, 41));
    EXPECT_EQ(60u, b.used());
    void *second = b.Resize(nullptr, 0, 40);
    ASSERT_NE(nullptr, second);
    EXPECT_EQ(nullptr, b.Resize(second, 40, 41)) << "growing counts, too";
    EXPECT_EQ(100u, b.used());
    first = b.Resize(first, 60, 10);
    EXPECT_EQ(50u, b.used());
    second = b.Resize(second, 40, 90);
    ASSERT_NE(nullptr, second);
    EXPECT_EQ(100u, b.used());
    EXPECT_EQ(nullptr, b.Resize(first, 10, 0));
    EXPECT_EQ(nullptr, b.Resize(second, 90, 0));
    EXPECT_EQ(0u, b.used());
    EXPECT_EQ(nullptr, b.Resize(nullptr, 0, SIZE_MAX));
    EXPECT_EQ(0u, b.used());
}

TEST(Budget, WhatTheHeapDoesNotGiveIsNotCounted)
{
    reeve_failing_allocator failing;
    reeve_failing_allocator_init(&failing, 1);
    Budget b(100, &failing.allocator);
    EXPECT_EQ(nullptr, b.Resize(nullptr, 0, 10));
    EXPECT_EQ(0u, b.used());
}

TEST(Budget, ArenasOfManyThreadsStayWithin)
{
    Budget b(64 * 1024);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&b] {
            for (int i = 0; i < 200; i++) {
                reeve_arena arena;
                reeve_arena_init(&arena, &b.budget.allocator, 1u << 20, 1024);
                while (reeve_arena_alloc(&arena, 300) != nullptr) {
                    EXPECT_LE(b.used(), 64u * 1024);
                }
                reeve_arena_clear(&arena);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(0u, b.used());
}

} // namespace
