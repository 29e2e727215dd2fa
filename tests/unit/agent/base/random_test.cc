// SPDX-License-Identifier: Apache-2.0
// Randomness: reproducible when seeded, uniform below a bound, UUIDv7 in shape and order.
#include "agent/base/random.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{

TEST(Random, SeededIsSplitMix64)
{
    reeve_random_seeded r;
    reeve_random_seed(&r, 1234567);
    // The generator's published outputs for this seed.
    EXPECT_EQ(reeve_random_u64(&r.random), UINT64_C(6457827717110365317));
    EXPECT_EQ(reeve_random_u64(&r.random), UINT64_C(3203168211198807973));
}

TEST(Random, BelowStaysBelowAndReachesAll)
{
    reeve_random_seeded r;
    reeve_random_seed(&r, 1);
    int counts[7] = {0};
    for (int i = 0; i < 7000; i++) {
        uint64_t n = reeve_random_below(&r.random, 7);
        ASSERT_LT(n, 7u);
        counts[n]++;
    }
    for (int count : counts) {
        EXPECT_NEAR(count, 1000, 150);
    }
    EXPECT_EQ(reeve_random_below(&r.random, 1), 0u);
    EXPECT_LT(reeve_random_below(&r.random, UINT64_MAX), UINT64_MAX);
}

TEST(Random, SystemsDiffers)
{
    reeve_id a = reeve_random_id(reeve_random_system());
    reeve_id b = reeve_random_id(reeve_random_system());
    EXPECT_FALSE(reeve_id_equal(a, b));
    EXPECT_FALSE(reeve_id_is_zero(a));
}

TEST(Random, Uuid7HasItsShapeAndSortsByTime)
{
    reeve_random_seeded r;
    reeve_random_seed(&r, 1);
    reeve_id earlier = reeve_random_uuid7(&r.random, INT64_C(0x0123456789AB));
    reeve_id later = reeve_random_uuid7(&r.random, INT64_C(0x0123456789AC));
    char text[REEVE_ID_TEXT_SIZE];
    reeve_id_format(earlier, text);
    EXPECT_EQ(std::strncmp(text, "01234567-89ab-7", 15), 0) << text;
    EXPECT_NE(std::strchr("89ab", text[19]), nullptr) << text;
    EXPECT_LT(reeve_bytes_compare(reeve_id_view(&earlier), reeve_id_view(&later)), 0);
    reeve_id before_epoch = reeve_random_uuid7(&r.random, -1);
    EXPECT_EQ(before_epoch.bytes[0], 0);
}

} // namespace
