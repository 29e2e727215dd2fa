// SPDX-License-Identifier: Apache-2.0
// An approved job's id is kept until nobody could replay it; a full table refuses (P3, P4, P7).
#include "agent/trust/replay_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/alloc_sweep.h"
#include "tests/support/seed.h"

namespace
{

reeve_id Id(uint64_t n)
{
    reeve_id id = {};
    reeve_store_le64(id.bytes, n + 1);
    return id;
}

struct Table {
    explicit Table(size_t max, int64_t skew = 60, const reeve_allocator *a = nullptr)
        : table(reeve_replay_table_new(max, skew, a, reeve_random_system()))
    {
    }
    ~Table()
    {
        reeve_replay_table_free(table);
    }
    reeve_replay_table *table;
};

} // namespace

TEST(ReplayTable, RefusesAnIdUntilItExpires)
{
    Table t(10);
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(1), 1000, 0), REEVE_OK);
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(1), 1000, 500), REEVE_REPLAYED);
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(1), 9000, 1060), REEVE_REPLAYED)
        << "not_after plus skew itself still counts";
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(1), 9000, 1061), REEVE_OK);
}

TEST(ReplayTable, FullRefusesAndDropsNothing)
{
    Table t(2);
    ASSERT_EQ(reeve_replay_table_add(t.table, Id(1), 1000, 0), REEVE_OK);
    ASSERT_EQ(reeve_replay_table_add(t.table, Id(2), 2000, 0), REEVE_OK);
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(3), 3000, 0), REEVE_REPLAY_TABLE_FULL);
    EXPECT_TRUE(reeve_replay_table_has(t.table, Id(1)));
    EXPECT_TRUE(reeve_replay_table_has(t.table, Id(2)));
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(3), 3000, 1061), REEVE_OK);
    EXPECT_EQ(reeve_replay_table_count(t.table), 2u);
}

TEST(ReplayTable, FarFutureDoesNotOverflow)
{
    Table t(2);
    ASSERT_EQ(reeve_replay_table_add(t.table, Id(1), INT64_MAX, 0), REEVE_OK);
    EXPECT_EQ(reeve_replay_table_add(t.table, Id(1), INT64_MAX, INT64_MAX), REEVE_REPLAYED);
}

// Against a plain map, with random times.
TEST(ReplayTable, AgreesWithAModel)
{
    Seeded seeded;
    Table t(100, 10);
    std::map<uint64_t, int64_t> model;
    int64_t now = 0;
    for (int i = 0; i < 20000; i++) {
        now += static_cast<int64_t>(reeve_random_below(seeded.random(), 5));
        uint64_t id = reeve_random_below(seeded.random(), 500);
        int64_t until = now + static_cast<int64_t>(reeve_random_below(seeded.random(), 300));
        for (auto it = model.begin(); it != model.end();) {
            it = it->second < now ? model.erase(it) : std::next(it);
        }
        enum reeve_status expected = REEVE_OK;
        if (model.count(id) != 0) {
            expected = REEVE_REPLAYED;
        } else if (model.size() >= 100) {
            expected = REEVE_REPLAY_TABLE_FULL;
        } else {
            model[id] = until + 10;
        }
        ASSERT_EQ(reeve_replay_table_add(t.table, Id(id), until, now), expected);
        ASSERT_EQ(reeve_replay_table_count(t.table), model.size());
    }
}

TEST(ReplayTable, AllocationSweep)
{
    SweepAllocations([](const reeve_allocator *a) {
        Table t(200, 0, a);
        for (uint64_t i = 0; t.table != nullptr && i < 150; i++) {
            enum reeve_status status = reeve_replay_table_add(t.table, Id(i), 10, 0);
            EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
            EXPECT_EQ(reeve_replay_table_has(t.table, Id(i)), status == REEVE_OK);
        }
    });
}
