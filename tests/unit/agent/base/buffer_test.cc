// SPDX-License-Identifier: Apache-2.0
// The bounded buffer (P7: no content passes its maximum).
#include "agent/base/buffer.h"

#include <string>

#include "tests/support/alloc_sweep.h"
#include "tests/support/bytes.h"

namespace
{

using reeve::test::Text;

TEST(Buffer, GrowsUpToItsMaximumAndNotPast_P7)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 100);
    std::string expected;
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(reeve_buffer_append_byte(&b, static_cast<uint8_t>('a' + i % 26)), REEVE_OK);
        expected += static_cast<char>('a' + i % 26);
        ASSERT_LE(b.capacity, 100u);
    }
    EXPECT_EQ(reeve_buffer_append_byte(&b, 'x'), REEVE_LIMIT);
    EXPECT_EQ(reeve_buffer_reserve(&b, SIZE_MAX), REEVE_LIMIT);
    EXPECT_EQ(Text(b), expected);
    reeve_buffer_clear(&b);
}

TEST(Buffer, TerminatorIsNotCountedAndMayLieAboveTheMaximum)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 3);
    ASSERT_EQ(reeve_buffer_append_cstr(&b, "abc"), REEVE_OK);
    ASSERT_EQ(reeve_buffer_terminate(&b), REEVE_OK);
    EXPECT_EQ(b.len, 3u);
    EXPECT_STREQ(reinterpret_cast<char *>(b.data), "abc");
    reeve_buffer_clear(&b);
}

TEST(Buffer, FormatFitsExactlyOrChangesNothing)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 6);
    ASSERT_EQ(reeve_buffer_append_format(&b, "%s=%d", "n", 1), REEVE_OK);
    EXPECT_EQ(reeve_buffer_append_format(&b, "%s", "four"), REEVE_LIMIT);
    EXPECT_EQ(Text(b), "n=1");
    ASSERT_EQ(reeve_buffer_append_format(&b, "%s", "abc"), REEVE_OK);
    EXPECT_EQ(Text(b), "n=1abc");
    reeve_buffer_clear(&b);
}

TEST(Buffer, ConsumeDropsTheFront)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 10);
    ASSERT_EQ(reeve_buffer_append_cstr(&b, "abcdef"), REEVE_OK);
    reeve_buffer_consume(&b, 2);
    EXPECT_EQ(Text(b), "cdef");
    reeve_buffer_consume(&b, 4);
    EXPECT_EQ(b.len, 0u);
    reeve_buffer_consume(&b, 4);
    EXPECT_EQ(b.len, 0u);
    reeve_buffer_clear(&b);
}

TEST(Buffer, TakeMovesContentWithItsAllocator)
{
    reeve_failing_allocator memory;
    reeve_failing_allocator_init(&memory, 0);
    reeve_buffer from;
    reeve_buffer to;
    reeve_buffer_init(&from, &memory.allocator, 10);
    reeve_buffer_init(&to, nullptr, 2);
    ASSERT_EQ(reeve_buffer_append_cstr(&from, "abcd"), REEVE_OK);
    reeve_buffer_take(&to, &from);
    EXPECT_EQ(Text(to), "abcd");
    EXPECT_EQ(from.len, 0u);
    EXPECT_EQ(reeve_buffer_append_byte(&to, 'e'), REEVE_LIMIT);
    EXPECT_EQ(reeve_buffer_append(&to, reeve_bytes_of(nullptr, 0)), REEVE_OK);
    reeve_buffer_clear(&to);
    reeve_buffer_clear(&from);
    EXPECT_EQ(memory.live_blocks, 0u);
    EXPECT_EQ(memory.size_errors, 0u);
}

TEST(Buffer, EveryAllocationMayFail)
{
    SweepAllocations([](const reeve_allocator *a) {
        reeve_buffer b;
        reeve_buffer_init(&b, a, 1000);
        std::string expected;
        for (int i = 0; i < 60; i++) {
            if (reeve_buffer_append_cstr(&b, "0123456789") == REEVE_OK) {
                expected += "0123456789";
            }
        }
        if (reeve_buffer_append_format(&b, "%d", 42) == REEVE_OK) {
            expected += "42";
        }
        EXPECT_EQ(Text(b), expected);
        reeve_buffer_clear(&b);
    });
}

} // namespace
