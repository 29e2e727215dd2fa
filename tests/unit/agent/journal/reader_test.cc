// SPDX-License-Identifier: Apache-2.0
// The offline reader: shows everything, changes nothing, names what is wrong.
#include "agent/journal/reader.h"

#include "tests/unit/agent/journal/journal_fixture.h"

namespace
{

class Reader : public JournalTest
{
  protected:
    reeve_status Read()
    {
        shown_ = Shown();
        return reeve_journal_read(nullptr, &disk_.storage, nullptr, Shown::Visit, &shown_, &report_,
                                  &problem_);
    }
    Shown shown_;
    reeve_journal_report report_ = {};
};

TEST_F(Reader, NoJournalIsSaid)
{
    EXPECT_EQ(Read(), REEVE_NOT_FOUND);
    EXPECT_STRNE(problem_.text, "");
}

TEST_F(Reader, ShowsAllWhileTheJournalIsOpen)
{
    ASSERT_EQ(Open(), REEVE_OK);
    for (int i = 0; i < 10; i++) {
        ASSERT_EQ(Append(std::string(1000, 'x')), REEVE_OK);
        Sync();
    }
    ASSERT_EQ(Read(), REEVE_OK) << problem_.text;
    EXPECT_EQ(shown_.records, appended_);
    EXPECT_EQ(report_.records, 10u);
    EXPECT_EQ(report_.segments, Stat().segments);
    EXPECT_EQ(report_.bytes, Stat().bytes);
    EXPECT_EQ(report_.first_lsn, 1u);
    EXPECT_EQ(report_.last_lsn, 10u);
    EXPECT_EQ(report_.torn_bytes, 0u);
    EXPECT_TRUE(reeve_id_equal(report_.journal_id, Stat().journal_id));
}

TEST_F(Reader, ATornEndIsReportedAndLeftAlone)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("whole"), REEVE_OK);
    ASSERT_EQ(Append("torn"), REEVE_OK);
    Sync();
    Close();
    std::string image = Content("segment-0000000001.log");
    image[image.find("torn")] = 'T';
    reeve_memory_storage_put(&disk_, "segment-0000000001.log", View(image));
    ASSERT_EQ(Read(), REEVE_OK);
    EXPECT_EQ(report_.records, 1u);
    EXPECT_EQ(report_.torn_bytes, 28u);
    EXPECT_EQ(Content("segment-0000000001.log"), image);
}

TEST_F(Reader, DamageIsNamedWithFileAndByte_P8)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("first"), REEVE_OK);
    Sync();
    ASSERT_EQ(Append("second"), REEVE_OK);
    Sync();
    Close();
    std::string image = Content("segment-0000000001.log");
    image[image.find("first")] = 'F';
    reeve_memory_storage_put(&disk_, "segment-0000000001.log", View(image));
    EXPECT_EQ(Read(), REEVE_CORRUPT);
    std::string text = problem_.text;
    EXPECT_NE(text.find("segment-0000000001.log"), std::string::npos) << text;
    EXPECT_NE(text.find("at byte 97"), std::string::npos) << text;
    EXPECT_NE(text.find("Next:"), std::string::npos) << text;
}

TEST_F(Reader, AMissingDirectoryIsSaid)
{
    reeve_journal_report report;
    EXPECT_EQ(reeve_journal_read("/nonexistent/journal", nullptr, nullptr, nullptr, nullptr,
                                 &report, &problem_),
              REEVE_NOT_FOUND);
    EXPECT_NE(std::string(problem_.text).find("/nonexistent/journal"), std::string::npos);
}

} // namespace
