// SPDX-License-Identifier: Apache-2.0
// P4: what was durable is there again after any crash, what was torn is cut off, and damage that no
// crash explains is refused, never silently accepted.
#include <algorithm>

#include "agent/base/hash.h"

#include "tests/unit/agent/journal/journal_fixture.h"

namespace
{

const char kFirst[] = "segment-0000000001.log";
const char kSecond[] = "segment-0000000002.log";

class Recovery : public JournalTest
{
  protected:
    // Records in batches of the given sizes, all durable.
    void Write(const std::vector<int> &batches)
    {
        ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
        for (int records : batches) {
            for (int i = 0; i < records; i++) {
                ASSERT_EQ(Append("record " + std::to_string(appended_.size())), REEVE_OK);
            }
            Sync();
        }
        ends_.clear();
    }
    // Opens and compares with the first `n` appended records.
    void ExpectPrefix(size_t n)
    {
        ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
        std::vector<Record> expected(appended_.begin(), appended_.begin() + static_cast<long>(n));
        EXPECT_EQ(Replay().records, expected);
        EXPECT_EQ(Stat().next_lsn, n + 1);
        EXPECT_EQ(Stat().synced_lsn, n);
        Close();
    }
    std::vector<size_t> ends_;
};

TEST_F(Recovery, ANewJournalIsEmptyAndKeepsItsId_P4)
{
    ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
    EXPECT_TRUE(Stat().created);
    reeve_id id = Stat().journal_id;
    EXPECT_FALSE(reeve_id_is_zero(id));
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_FALSE(Stat().created);
    EXPECT_TRUE(reeve_id_equal(Stat().journal_id, id));
    Shown shown = Replay();
    EXPECT_TRUE(shown.records.empty());
    ASSERT_EQ(shown.heads.size(), 1u);
    EXPECT_EQ(shown.heads[0], (Record{REEVE_JOURNAL_HEAD_TYPE, 1, "head of 1"}));
}

TEST_F(Recovery, WhatWasSyncedIsThereAgain_P4)
{
    Write({1, 3, 2});
    Crash(REEVE_CRASH_KEEP_NONE);
    ExpectPrefix(6);
}

TEST_F(Recovery, WhatWasNeverCommittedIsNot)
{
    Write({2});
    ASSERT_EQ(Append("never committed"), REEVE_OK);
    Crash(REEVE_CRASH_KEEP_ALL);
    ExpectPrefix(2);
}

TEST_F(Recovery, CloseWritesWhatIsPending)
{
    Write({2});
    ASSERT_EQ(Append("pending"), REEVE_OK);
    EXPECT_EQ(Close(), REEVE_OK);
    ExpectPrefix(3);
}

TEST_F(Recovery, AppendingGoesOnBehindTheRecoveredRecords)
{
    Write({3});
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("after"), REEVE_OK);
    EXPECT_EQ(appended_.back().lsn, 4u);
    Close();
    ExpectPrefix(4);
}

// The one batch is cut after every byte: the longest valid prefix is recovered.
TEST_F(Recovery, EveryCutOfTheLastBatchRecoversItsLongestPrefix_P4)
{
    Write({12});
    Close();
    const std::string whole = Content(kFirst);
    size_t start = 64 + 24 + std::string("head of 1").size();
    for (size_t cut = start; cut < start + 12 * 34; cut++) {
        reeve_memory_storage_put(&disk_, kFirst, View(whole.substr(0, cut)));
        size_t intact = 0;
        for (size_t end = start; intact < 12; intact++) {
            end += 24 + appended_[intact].bytes.size();
            if (end > cut) {
                break;
            }
        }
        ExpectPrefix(intact);
        if (HasFailure()) {
            FAIL() << "cut at " << cut;
        }
    }
}

TEST_F(Recovery, EveryCutInsideHeaderOrHeadIsRefused)
{
    Write({});
    Close();
    const std::string whole = Content(kFirst);
    for (size_t cut = 0; cut < 64 + 24 + 9; cut++) {
        reeve_memory_storage_put(&disk_, kFirst, View(whole.substr(0, cut)));
        EXPECT_EQ(Open(), REEVE_CORRUPT) << cut;
        EXPECT_EQ(journal_, nullptr);
        EXPECT_NE(std::string(problem_.text).find(kFirst), std::string::npos);
    }
}

// A flipped byte is either refused, or, in the last batch, cut off with what is behind it and
// reported; no record is ever shown that was not appended.
TEST_F(Recovery, EveryFlippedByteIsDetected_P4)
{
    Write({2, 3});
    Close();
    const std::string whole = Content(kFirst);
    size_t used = whole.find_last_not_of('\0') + 1;
    size_t start = 64 + 24 + 9;
    size_t last_batch = start + 2 * (24 + 8);
    for (size_t at = 0; at < used; at++) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x40);
        reeve_memory_storage_put(&disk_, kFirst, View(changed));
        if (at < last_batch) {
            ASSERT_EQ(Open(), REEVE_CORRUPT) << "byte " << at;
            EXPECT_EQ(Content(kFirst), changed) << "a refused journal must not be changed";
            continue;
        }
        ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
        EXPECT_GT(Stat().torn_bytes, 0u);
        Shown shown = Replay();
        ASSERT_EQ(shown.records.size(), 2 + (at - last_batch) / 32) << "byte " << at;
        EXPECT_TRUE(std::equal(shown.records.begin(), shown.records.end(), appended_.begin()));
        Close();
    }
}

TEST_F(Recovery, AFlippedByteInAnOlderSegmentIsDetectedAtEveryPosition_P4)
{
    options_.segment_bytes = 4096;
    Write({1});
    ASSERT_EQ(Append(std::string(4096, 'x')), REEVE_OK);
    Sync();
    Sync(); // begins the second segment
    ASSERT_EQ(Append("in the second"), REEVE_OK);
    Close();
    ASSERT_TRUE(Exists(kSecond));
    const std::string whole = Content(kFirst);
    for (size_t at = 0; at < whole.size(); at++) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        reeve_memory_storage_put(&disk_, kFirst, View(changed));
        reeve_journal_report report;
        ASSERT_EQ(reeve_journal_read(nullptr, &disk_.storage, nullptr, nullptr, nullptr, &report,
                                     &problem_),
                  REEVE_CORRUPT)
            << "byte " << at;
        reeve_status opened = Open();
        if (opened == REEVE_OK) {
            Shown shown;
            ASSERT_EQ(reeve_journal_replay(journal_, Shown::Visit, &shown, &problem_),
                      REEVE_CORRUPT)
                << "byte " << at;
            Close();
        } else {
            ASSERT_EQ(opened, REEVE_CORRUPT);
        }
    }
}

TEST_F(Recovery, ATornBatchWithIntactRecordsBehindTheTearIsATail_P4)
{
    Write({1});
    for (int i = 0; i < 8; i++) {
        ASSERT_EQ(Append(std::string(600, static_cast<char>('a' + i))), REEVE_OK);
    }
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC, 0, REEVE_IO); // never durable
    ASSERT_EQ(Commit(), REEVE_OK);
    Run();
    Close();
    std::string torn = Content(kFirst);
    torn.replace(torn.find("bbb"), 100, 100, '\0');
    reeve_memory_storage_put(&disk_, kFirst, View(torn));
    ExpectPrefix(2);
    ExpectPrefix(2); // and the rest is really gone
}

TEST_F(Recovery, TornWritesAtRandom_P4)
{
    for (int round = 0; round < 300; round++) {
        reeve_memory_storage_clear(&disk_);
        reeve_memory_storage_init(&disk_);
        options_.storage = &disk_.storage;
        appended_.clear();
        size_t durable = 0;
        ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
        uint64_t batches = reeve_random_below(seeded_.random(), 6);
        for (uint64_t b = 0; b <= batches; b++) {
            uint64_t records = 1 + reeve_random_below(seeded_.random(), 5);
            for (uint64_t r = 0; r < records; r++) {
                std::string content(reeve_random_below(seeded_.random(), 2000),
                                    static_cast<char>('a' + r));
                ASSERT_EQ(Append(content), REEVE_OK);
            }
            if (b == batches) { // written, not synced; or the new segment is half made
                auto op = reeve_random_below(seeded_.random(), 2) == 0 ? REEVE_MEMORY_SYNC
                                                                       : REEVE_MEMORY_SYNC_DIR;
                reeve_memory_storage_fail(&disk_, op, 0, REEVE_IO);
            }
            ASSERT_EQ(Commit(), REEVE_OK);
            Run();
            durable = Stat().synced_lsn;
        }
        Crash(REEVE_CRASH_TEAR);
        disk_.fail_at[REEVE_MEMORY_SYNC] = 0;
        disk_.fail_at[REEVE_MEMORY_SYNC_DIR] = 0;
        ASSERT_EQ(Open(), REEVE_OK) << "round " << round << ": " << problem_.text;
        std::vector<Record> found = Replay().records;
        ASSERT_GE(found.size(), durable) << "round " << round;
        ASSERT_LE(found.size(), appended_.size());
        ASSERT_TRUE(std::equal(found.begin(), found.end(), appended_.begin()));
        Close();
    }
}

// Whatever the damage: refused, or a prefix of what was appended.
TEST_F(Recovery, RandomDamageNeverShowsAnythingElse_P4)
{
    Write({1, 4, 2});
    ASSERT_EQ(Append(std::string(4096, 'x')), REEVE_OK);
    Sync();
    ASSERT_EQ(Append("in the second"), REEVE_OK);
    Close();
    const std::string images[] = {Content(kFirst), Content(kSecond)};
    const char *const names[] = {kFirst, kSecond};
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
        size_t which = reeve_random_below(seeded_.random(), 2);
        std::string changed = images[which];
        size_t used = changed.find_last_not_of('\0') + 40;
        size_t from = reeve_random_below(seeded_.random(), used);
        size_t count = 1 + reeve_random_below(seeded_.random(), 60);
        for (size_t i = from; i < std::min(from + count, changed.size()); i++) {
            changed[i] = static_cast<char>(reeve_random_u64(seeded_.random()));
        }
        reeve_memory_storage_put(&disk_, names[1 - which], View(images[1 - which]));
        reeve_memory_storage_put(&disk_, names[which], View(changed));
        reeve_status status = Open();
        Shown shown;
        if (status == REEVE_OK) {
            status = reeve_journal_replay(journal_, Shown::Visit, &shown, &problem_);
            Close();
        }
        refused += status == REEVE_OK ? 0 : 1;
        ASSERT_TRUE(status == REEVE_OK || status == REEVE_CORRUPT) << reeve_status_name(status);
        ASSERT_LE(shown.records.size(), appended_.size());
        ASSERT_TRUE(std::equal(shown.records.begin(), shown.records.end(), appended_.begin()))
            << "round " << round;
    }
    EXPECT_GT(refused, 500);
}

TEST_F(Recovery, ASegmentMissingInTheMiddleIsRefused)
{
    Write({});
    for (int i = 0; i < 4; i++) {
        ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
        Sync();
    }
    Close();
    ASSERT_TRUE(Exists("segment-0000000003.log"));
    ASSERT_EQ(disk_.storage.remove(disk_.storage.ctx, kSecond), REEVE_OK);
    EXPECT_EQ(Open(), REEVE_CORRUPT);
    EXPECT_NE(std::string(problem_.text).find("segment-0000000003.log"), std::string::npos)
        << problem_.text;
    EXPECT_NE(std::string(problem_.text).find("missing"), std::string::npos);
}

TEST_F(Recovery, RecordsMissingAtTheEndOfAnOlderSegmentAreRefused)
{
    Write({2});
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    Sync();
    Sync();
    Close();
    ASSERT_TRUE(Exists(kSecond));
    std::string cut = Content(kFirst).substr(0, 64 + 24 + 9 + 32);
    reeve_memory_storage_put(&disk_, kFirst, View(cut));
    ASSERT_EQ(Open(), REEVE_OK);
    Shown shown;
    EXPECT_EQ(reeve_journal_replay(journal_, Shown::Visit, &shown, &problem_), REEVE_CORRUPT);
    EXPECT_NE(std::string(problem_.text).find("missing"), std::string::npos) << problem_.text;
}

TEST_F(Recovery, ASegmentOfAnotherJournalIsRefused)
{
    Write({});
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    Sync();
    Sync();
    Close();
    const std::string stranger = Content(kSecond);
    reeve_memory_storage_clear(&disk_);
    reeve_memory_storage_init(&disk_);
    appended_.clear();
    Write({1});
    Close();
    reeve_memory_storage_put(&disk_, kSecond, View(stranger));
    EXPECT_EQ(Open(), REEVE_CORRUPT);
    EXPECT_NE(std::string(problem_.text).find("another journal"), std::string::npos);
}

TEST_F(Recovery, ANewerFormatIsNamed)
{
    Write({1});
    Close();
    std::string image = Content(kFirst);
    image[8] = 2;
    uint32_t checksum = reeve_crc32c(0, reeve_bytes_of(image.data(), 60));
    reeve_store_le32(reinterpret_cast<uint8_t *>(&image[60]), checksum);
    reeve_memory_storage_put(&disk_, kFirst, View(image));
    EXPECT_EQ(Open(), REEVE_VERSION);
    EXPECT_NE(std::string(problem_.text).find("newer version"), std::string::npos);
}

TEST_F(Recovery, HalfMadeSegmentsAndStrangersAreNoSegments)
{
    Write({2});
    Close();
    reeve_memory_storage_put(&disk_, "segment-0000000002.log.tmp", View("rubbish"));
    reeve_memory_storage_put(&disk_, "audit.key", View("seed"));
    reeve_memory_storage_put(&disk_, "segment-2.log", View("rubbish"));
    ExpectPrefix(2);
    EXPECT_FALSE(Exists("segment-0000000002.log.tmp"));
    EXPECT_TRUE(Exists("audit.key"));
    EXPECT_TRUE(Exists("segment-2.log"));
}

TEST_F(Recovery, ASecondOpenIsLocked)
{
    ASSERT_EQ(Open(), REEVE_OK);
    reeve_journal *second = nullptr;
    EXPECT_EQ(reeve_journal_open(&options_, &second, &problem_), REEVE_LOCKED);
    EXPECT_EQ(second, nullptr);
    EXPECT_NE(std::string(problem_.text).find("other worker"), std::string::npos);
}

// What a failed sync lost is not taken for durable by the next run (a sync error is fatal).
TEST_F(Recovery, AfterAFailedSyncOnlyTheDurableIsThere_P4)
{
    Write({2});
    disk_.sync_loses = true;
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC, 0, REEVE_IO);
    ASSERT_EQ(Append("lost"), REEVE_OK);
    ASSERT_EQ(Commit(), REEVE_OK);
    Run();
    EXPECT_EQ(Close(), REEVE_IO);
    ExpectPrefix(2);
}

// A segment whose name was not durable when the process ended: the next one makes it so before it
// writes there, or a power cut would take what it synced.
TEST_F(Recovery, TheNewestSegmentsNameIsMadeDurable_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC_DIR, 0, REEVE_IO);
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    ASSERT_EQ(Commit(), REEVE_OK); // and a new segment begins
    Run();
    EXPECT_EQ(Close(), REEVE_IO);
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("synced"), REEVE_OK);
    Sync();
    Crash(REEVE_CRASH_KEEP_NONE);
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Replay().records.back().bytes, "synced");
}

TEST_F(Recovery, EveryFailingOperationLeavesNothingHeld)
{
    Write({2});
    Close();
    for (int op = 0; op < REEVE_MEMORY_OPERATIONS; op++) {
        for (uint64_t n = 0; n < 4; n++) {
            reeve_memory_storage_fail(&disk_, static_cast<reeve_memory_operation>(op), n, REEVE_IO);
            if (Open() == REEVE_OK) {
                Close();
            } else {
                EXPECT_STRNE(problem_.text, "");
            }
            EXPECT_EQ(disk_.open_files, 0u);
            EXPECT_FALSE(disk_.locked);
            disk_.fail_at[op] = 0;
        }
    }
    ExpectPrefix(2);
}

} // namespace
