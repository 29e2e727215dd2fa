// SPDX-License-Identifier: Apache-2.0
// Views, bounded copies, integers, formatting.
#include "agent/base/bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

reeve_bytes B(const char *text)
{
    return reeve_bytes_cstr(text);
}

TEST(Bytes, NullTextIsEmpty)
{
    EXPECT_EQ(reeve_bytes_cstr(nullptr).len, 0u);
    EXPECT_TRUE(reeve_bytes_equal(reeve_bytes_cstr(nullptr), B("")));
}

TEST(Bytes, SliceIsClamped)
{
    EXPECT_TRUE(reeve_bytes_equal_cstr(reeve_bytes_slice(B("abcdef"), 2, 3), "cde"));
    EXPECT_TRUE(reeve_bytes_equal_cstr(reeve_bytes_slice(B("abcdef"), 4, SIZE_MAX), "ef"));
    EXPECT_EQ(reeve_bytes_slice(B("abc"), 3, 1).len, 0u);
    EXPECT_EQ(reeve_bytes_slice(B("abc"), SIZE_MAX, SIZE_MAX).len, 0u);
}

TEST(Bytes, CompareOrdersLikeMemcmpThenByLength)
{
    EXPECT_LT(reeve_bytes_compare(B("a"), B("b")), 0);
    EXPECT_GT(reeve_bytes_compare(B("b"), B("aaaa")), 0);
    EXPECT_LT(reeve_bytes_compare(B("a"), B("aa")), 0);
    EXPECT_GT(reeve_bytes_compare(B("\xff"), B("a")), 0);
    EXPECT_EQ(reeve_bytes_compare(B(""), B("")), 0);
    EXPECT_FALSE(reeve_bytes_equal(B("ab"), B("aB")));
}

TEST(Bytes, PrefixAndFind)
{
    EXPECT_TRUE(reeve_bytes_starts_with(B("spiffe://a"), B("spiffe://")));
    EXPECT_FALSE(reeve_bytes_starts_with(B("spiffe:"), B("spiffe://")));
    EXPECT_EQ(reeve_bytes_find(B("needle in hay"), B("in")), 7u);
    EXPECT_EQ(reeve_bytes_find(B("hay"), B("needle")), SIZE_MAX);
    EXPECT_EQ(reeve_bytes_find(B(""), B("")), 0u);
    EXPECT_TRUE(reeve_bytes_contains(B("needle in hay"), B("in")));
    EXPECT_TRUE(reeve_bytes_contains_cstr(B("hay"), "hay"));
    EXPECT_FALSE(reeve_bytes_contains_cstr(B("hay"), "hays"));
    EXPECT_TRUE(reeve_bytes_contains_cstr(B(""), ""));
}

TEST(Bytes, ZeroMeansEveryByte)
{
    uint8_t bytes[20] = {0};
    EXPECT_TRUE(reeve_bytes_is_zero(reeve_bytes_of(nullptr, 0)));
    EXPECT_TRUE(reeve_bytes_is_zero(reeve_bytes_of(bytes, sizeof(bytes))));
    for (uint8_t &byte : bytes) {
        byte = 1;
        EXPECT_FALSE(reeve_bytes_is_zero(reeve_bytes_of(bytes, sizeof(bytes))));
        byte = 0;
    }
}

TEST(Bytes, CopyIsBounded)
{
    char to[4] = "???";
    EXPECT_EQ(reeve_copy(to, 3, B("abcd")), REEVE_TOO_LARGE);
    EXPECT_STREQ(to, "???");
    EXPECT_EQ(reeve_copy(to, 3, B("abc")), REEVE_OK);
    EXPECT_STREQ(to, "abc");
    EXPECT_EQ(reeve_copy(nullptr, 0, B("")), REEVE_OK);
}

TEST(Bytes, IntegersAtAnyAlignment)
{
    uint8_t space[16] = {0};
    for (size_t at = 0; at < 8; at++) {
        reeve_store_le32(space + at, 0x01020304u);
        EXPECT_EQ(space[at], 4);
        EXPECT_EQ(reeve_load_le32(space + at), 0x01020304u);
        reeve_store_le64(space + at, UINT64_C(0x0102030405060708));
        EXPECT_EQ(space[at], 8);
        EXPECT_EQ(reeve_load_le64(space + at), UINT64_C(0x0102030405060708));
        reeve_store_be64(space + at, UINT64_C(0x0102030405060708));
        EXPECT_EQ(space[at], 1);
        EXPECT_EQ(reeve_load_be64(space + at), UINT64_C(0x0102030405060708));
    }
}

TEST(Bytes, FormatSaysWhenItDidNotFit)
{
    char out[5];
    EXPECT_EQ(reeve_format(out, sizeof(out), "%d", 1234), REEVE_OK);
    EXPECT_STREQ(out, "1234");
    EXPECT_EQ(reeve_format(out, sizeof(out), "%d", 12345), REEVE_TOO_LARGE);
    EXPECT_STREQ(out, "1234");
}

TEST(Bytes, FormatCutKeepsWhatFits)
{
    char out[5] = "xxxx";
    reeve_format_cut(out, sizeof(out), "%d", 123456);
    EXPECT_STREQ(out, "1234");
    reeve_format_cut(out, sizeof(out), "%s", "");
    EXPECT_STREQ(out, "");
}

TEST(Id, TextBothWays)
{
    reeve_id id;
    ASSERT_EQ(reeve_id_parse("0190A1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b", &id), REEVE_OK);
    char text[REEVE_ID_TEXT_SIZE];
    reeve_id_format(id, text);
    EXPECT_STREQ(text, "0190a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b");
    EXPECT_FALSE(reeve_id_is_zero(id));
}

TEST(Id, TextThatIsNoneIsRefused)
{
    const std::string good = "0190a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b";
    reeve_id id;
    EXPECT_EQ(reeve_id_parse(nullptr, &id), REEVE_SYNTAX);
    for (size_t i = 0; i < good.size(); i++) {
        EXPECT_EQ(reeve_id_parse(good.substr(0, i).c_str(), &id), REEVE_SYNTAX);
        std::string changed = good;
        changed[i] = changed[i] == '-' ? 'a' : 'g';
        EXPECT_EQ(reeve_id_parse(changed.c_str(), &id), REEVE_SYNTAX) << changed;
    }
    EXPECT_EQ(reeve_id_parse((good + "0").c_str(), &id), REEVE_SYNTAX);
}

TEST(Id, FromBytesWantsExactlySixteen)
{
    const uint8_t bytes[17] = {1};
    reeve_id id;
    EXPECT_EQ(reeve_id_from_bytes(reeve_bytes_of(bytes, 15), &id), REEVE_INVALID);
    EXPECT_EQ(reeve_id_from_bytes(reeve_bytes_of(bytes, 17), &id), REEVE_INVALID);
    ASSERT_EQ(reeve_id_from_bytes(reeve_bytes_of(bytes, 16), &id), REEVE_OK);
    EXPECT_TRUE(reeve_bytes_equal(reeve_id_view(&id), reeve_bytes_of(bytes, 16)));
}

TEST(Digest, FromBytesWantsExactlyThirtyTwo)
{
    const uint8_t bytes[33] = {1};
    reeve_digest a;
    reeve_digest b = {};
    EXPECT_EQ(reeve_digest_from_bytes(reeve_bytes_of(bytes, 31), &a), REEVE_INVALID);
    EXPECT_EQ(reeve_digest_from_bytes(reeve_bytes_of(bytes, 33), &a), REEVE_INVALID);
    ASSERT_EQ(reeve_digest_from_bytes(reeve_bytes_of(bytes, 32), &a), REEVE_OK);
    EXPECT_FALSE(reeve_digest_equal(a, b));
    EXPECT_EQ(reeve_digest_view(&a).len, 32u);
}

} // namespace
