// SPDX-License-Identifier: Apache-2.0
//
// Variable-length integers, as long as they are said to be and as protobuf's documentation has
// them.
#include "agent/base/varint.h"

#include <gtest/gtest.h>

namespace
{

TEST(Varint, GrowsWithEachSevenBits)
{
    EXPECT_EQ(reeve_varint_size(0), 1u);
    for (unsigned bits = 1; bits <= 64; bits++) {
        const uint64_t most = UINT64_MAX >> (64 - bits);
        EXPECT_EQ(reeve_varint_size(most), (bits + 6) / 7) << bits;
    }
    EXPECT_EQ(reeve_varint_size(UINT64_MAX), REEVE_VARINT_MAX);
}

TEST(Varint, TheLowestBitsComeFirst)
{
    uint8_t to[REEVE_VARINT_MAX];
    ASSERT_EQ(reeve_varint_put(to, 150), 2u);
    EXPECT_EQ(to[0], 0x96);
    EXPECT_EQ(to[1], 0x01);
}

TEST(Varint, WhatIsWrittenIsTheNumber)
{
    for (unsigned shift = 0; shift < 64; shift++) {
        const uint64_t v = UINT64_C(0xfedcba9876543210) >> shift;
        uint8_t to[REEVE_VARINT_MAX];
        const size_t size = reeve_varint_put(to, v);
        EXPECT_EQ(size, reeve_varint_size(v));
        uint64_t read = 0;
        for (size_t i = 0; i < size; i++) {
            EXPECT_EQ((to[i] & 0x80) != 0, i + 1 < size);
            read |= (uint64_t)(to[i] & 0x7f) << (7 * i);
        }
        EXPECT_EQ(read, v);
    }
}

} // namespace
