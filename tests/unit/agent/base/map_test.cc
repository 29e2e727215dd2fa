// SPDX-License-Identifier: Apache-2.0
// The bounded map (P7) against std::map under a random series of operations.
#include "agent/base/map.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/alloc_sweep.h"
#include "tests/support/seed.h"

namespace
{

reeve_bytes Key(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

TEST(Map, PutGetRemove)
{
    Seeded seeded;
    reeve_map *m = reeve_map_new(nullptr, seeded.random(), 10);
    int one = 1;
    EXPECT_EQ(reeve_map_get(m, reeve_bytes_cstr("a")), nullptr);
    EXPECT_EQ(reeve_map_remove(m, reeve_bytes_cstr("a")), nullptr);
    ASSERT_EQ(reeve_map_put(m, reeve_bytes_cstr("a"), &one), REEVE_OK);
    EXPECT_EQ(reeve_map_put(m, reeve_bytes_cstr("a"), &one), REEVE_EXISTS);
    EXPECT_EQ(reeve_map_get(m, reeve_bytes_cstr("a")), &one);
    EXPECT_EQ(reeve_map_remove(m, reeve_bytes_cstr("a")), &one);
    EXPECT_EQ(reeve_map_count(m), 0u);
    reeve_map_free(m);
    reeve_map_free(nullptr);
}

TEST(Map, HoldsNoMoreThanItsMaximum_P7)
{
    Seeded seeded;
    std::vector<std::string> keys;
    for (int i = 0; i < 101; i++) {
        keys.push_back(std::to_string(i));
    }
    reeve_map *m = reeve_map_new(nullptr, seeded.random(), 100);
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(reeve_map_put(m, Key(keys[i]), &keys[i]), REEVE_OK);
    }
    EXPECT_EQ(reeve_map_put(m, Key(keys[100]), &keys[100]), REEVE_LIMIT);
    EXPECT_EQ(reeve_map_remove(m, Key(keys[3])), &keys[3]);
    EXPECT_EQ(reeve_map_put(m, Key(keys[100]), &keys[100]), REEVE_OK);
    reeve_map_free(m);
}

TEST(Map, BehavesLikeStdMap)
{
    Seeded seeded;
    std::vector<std::string> keys;
    for (int i = 0; i < 300; i++) {
        keys.push_back("key-" + std::to_string(i));
    }
    reeve_map *m = reeve_map_new(nullptr, seeded.random(), 300);
    std::map<std::string, void *> expected;
    for (int step = 0; step < 20000; step++) {
        std::string &key = keys[reeve_random_below(seeded.random(), 300)];
        if (reeve_random_below(seeded.random(), 2) == 0) {
            reeve_status status = reeve_map_put(m, Key(key), &key);
            ASSERT_EQ(status, expected.emplace(key, &key).second ? REEVE_OK : REEVE_EXISTS);
        } else {
            void *removed = reeve_map_remove(m, Key(key));
            ASSERT_EQ(removed, expected.erase(key) == 1 ? &key : nullptr);
        }
        ASSERT_EQ(reeve_map_count(m), expected.size());
    }
    for (std::string &key : keys) {
        EXPECT_EQ(reeve_map_get(m, Key(key)), expected.count(key) == 1 ? &key : nullptr);
    }
    reeve_map_free(m);
}

TEST(Map, IterationVisitsEachOnceWhileRemoving)
{
    Seeded seeded;
    std::vector<std::string> keys;
    for (int i = 0; i < 100; i++) {
        keys.push_back(std::to_string(i));
    }
    reeve_map *m = reeve_map_new(nullptr, seeded.random(), 100);
    for (std::string &key : keys) {
        ASSERT_EQ(reeve_map_put(m, Key(key), &key), REEVE_OK);
    }
    std::set<std::string> seen;
    size_t cursor = 0;
    while (void *value = reeve_map_next(m, &cursor)) {
        auto *key = static_cast<std::string *>(value);
        EXPECT_TRUE(seen.insert(*key).second);
        EXPECT_EQ(reeve_map_remove(m, Key(*key)), value);
    }
    EXPECT_EQ(seen.size(), keys.size());
    EXPECT_EQ(reeve_map_count(m), 0u);
    reeve_map_free(m);
}

TEST(Map, EveryAllocationMayFail)
{
    std::vector<std::string> keys;
    for (int i = 0; i < 200; i++) {
        keys.push_back(std::to_string(i));
    }
    SweepAllocations([&](const reeve_allocator *a) {
        Seeded seeded;
        reeve_map *m = reeve_map_new(a, seeded.random(), 1000);
        if (m == nullptr) {
            return;
        }
        size_t there = 0;
        for (std::string &key : keys) {
            bool put = reeve_map_put(m, Key(key), &key) == REEVE_OK;
            there += put ? 1 : 0;
            EXPECT_EQ(reeve_map_get(m, Key(key)), put ? &key : nullptr);
        }
        EXPECT_EQ(reeve_map_count(m), there);
        reeve_map_free(m);
    });
}

} // namespace
