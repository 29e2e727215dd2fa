// SPDX-License-Identifier: Apache-2.0
// The exact bytes on disk, as docs/reference/journal.md says them: a change here is a new format.
#include "agent/journal/format.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

reeve_journal_segment Segment()
{
    reeve_journal_segment s = {};
    for (uint8_t i = 0; i < 16; i++) {
        s.journal_id.bytes[i] = i;
    }
    s.number = 0x0102;
    s.first_lsn = 0x0304;
    return s;
}

TEST(JournalHeader, HasTheDocumentedBytes)
{
    uint8_t out[REEVE_JOURNAL_HEADER_SIZE];
    reeve_journal_segment s = Segment();
    uint32_t seed = reeve_journal_header_encode(&s, out);
    const uint8_t expected[60] = {'r', 'e', 'e', 'v', 'e', 'j', 'n', 'l', 1, 0, 0, 0, 64, 0,
                                  0,   0,   0,   1,   2,   3,   4,   5,   6, 7, 8, 9, 10, 11,
                                  12,  13,  14,  15,  2,   1,   0,   0,   0, 0, 0, 0, 4,  3};
    EXPECT_EQ(std::memcmp(out, expected, sizeof(expected)), 0);
    EXPECT_EQ(reeve_load_le32(out + 60), seed);
}

TEST(JournalHeader, IsReadBack)
{
    uint8_t out[REEVE_JOURNAL_HEADER_SIZE];
    reeve_journal_segment s = Segment();
    uint32_t seed = reeve_journal_header_encode(&s, out);
    reeve_journal_segment read = {};
    uint32_t read_seed = 0;
    ASSERT_EQ(reeve_journal_header_decode(reeve_bytes_of(out, sizeof(out)), &read, &read_seed),
              REEVE_OK);
    EXPECT_TRUE(reeve_id_equal(read.journal_id, s.journal_id));
    EXPECT_EQ(read.number, s.number);
    EXPECT_EQ(read.first_lsn, s.first_lsn);
    EXPECT_EQ(read_seed, seed);
}

TEST(JournalHeader, EveryFlippedBitAndEveryCutIsNoticed)
{
    uint8_t out[REEVE_JOURNAL_HEADER_SIZE];
    reeve_journal_segment s = Segment();
    reeve_journal_header_encode(&s, out);
    uint32_t seed = 0;
    for (size_t bit = 0; bit < sizeof(out) * 8; bit++) {
        out[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        EXPECT_EQ(reeve_journal_header_decode(reeve_bytes_of(out, sizeof(out)), &s, &seed),
                  REEVE_CORRUPT);
        out[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
    for (size_t len = 0; len < sizeof(out); len++) {
        EXPECT_EQ(reeve_journal_header_decode(reeve_bytes_of(out, len), &s, &seed), REEVE_CORRUPT);
    }
}

TEST(JournalFrame, HasTheDocumentedBytes)
{
    std::string content = "abc";
    reeve_journal_frame f = {5, 0x0102030405060708, 0x0A0B,
                             reeve_bytes_of(content.data(), content.size())};
    uint8_t out[REEVE_JOURNAL_FRAME_SIZE];
    reeve_journal_frame_encode(7, &f, out);
    const uint8_t expected[20] = {3, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0x0B, 0x0A, 0, 0, 5, 0, 0, 0};
    EXPECT_EQ(std::memcmp(out + 4, expected, sizeof(expected)), 0);
    EXPECT_EQ(reeve_journal_frame_size(&f), 27u);
}

class JournalFrameBytes : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::string content = "some content";
        reeve_journal_frame f = {5, 42, 3, reeve_bytes_of(content.data(), content.size())};
        uint8_t out[REEVE_JOURNAL_FRAME_SIZE];
        reeve_journal_frame_encode(7, &f, out);
        image_.assign(reinterpret_cast<char *>(out), sizeof(out));
        image_ += content;
    }
    bool Decode(uint32_t seed = 7, uint64_t low = 0, uint64_t high = UINT64_MAX)
    {
        return reeve_journal_frame_decode(seed, reeve_bytes_of(image_.data(), image_.size()), low,
                                          high, &read_);
    }
    std::string image_;
    reeve_journal_frame read_ = {};
};

TEST_F(JournalFrameBytes, AreReadBack)
{
    ASSERT_TRUE(Decode());
    EXPECT_EQ(read_.type, 5);
    EXPECT_EQ(read_.lsn, 42u);
    EXPECT_EQ(read_.position, 3u);
    EXPECT_TRUE(reeve_bytes_equal_cstr(read_.content, "some content"));
}

TEST_F(JournalFrameBytes, EveryFlippedBitAndEveryCutIsNoticed)
{
    const std::string whole = image_;
    for (size_t bit = 0; bit < whole.size() * 8; bit++) {
        image_[bit / 8] = static_cast<char>(whole[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(Decode()) << bit;
        image_ = whole;
    }
    for (size_t len = 0; len < whole.size(); len++) {
        image_ = whole.substr(0, len);
        EXPECT_FALSE(Decode()) << len;
    }
}

TEST_F(JournalFrameBytes, OfAnotherSegmentOrOutsideTheRangeAreNotTaken)
{
    EXPECT_FALSE(Decode(8));
    EXPECT_FALSE(Decode(7, 43, 100));
    EXPECT_FALSE(Decode(7, 0, 41));
}

TEST(JournalFrame, ZerosAreNoRecord)
{
    const uint8_t zeros[100] = {0};
    reeve_journal_frame f;
    EXPECT_FALSE(
        reeve_journal_frame_decode(0, reeve_bytes_of(zeros, sizeof(zeros)), 0, UINT64_MAX, &f));
}

} // namespace
