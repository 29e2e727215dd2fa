// SPDX-License-Identifier: Apache-2.0
// Appending, group commit, segments, bounds (P7), trimming, failure (P4), without a thread.
#include "tests/support/alloc_sweep.h"
#include "tests/unit/agent/journal/journal_fixture.h"

namespace
{

class Journal : public JournalTest
{
  protected:
    // Segment n holds record n; the newest one is empty.
    void FillSegments(int count)
    {
        for (int i = 0; i < count; i++) {
            ASSERT_EQ(Append(std::string(4096, static_cast<char>('a' + i % 26))), REEVE_OK);
            Sync();
        }
    }
};

using Synced = std::vector<std::pair<uint64_t, reeve_status>>;

TEST_F(Journal, OptionsAreChecked)
{
    struct {
        uint64_t reeve_journal_options::*option;
        uint64_t value;
    } const wrong[] = {
        {&reeve_journal_options::segment_bytes, 100},
        {&reeve_journal_options::segment_bytes, 1 << 18},
        {&reeve_journal_options::segment_bytes, UINT64_MAX},
        {&reeve_journal_options::reserve_bytes, (1 << 19) + 1},
        {&reeve_journal_options::max_bytes, 1000},
    };
    const reeve_journal_options good = options_;
    for (const auto &w : wrong) {
        options_ = good;
        options_.*w.option = w.value;
        EXPECT_EQ(Open(), REEVE_INVALID) << w.value;
        EXPECT_STRNE(problem_.text, "");
    }
    options_ = good;
    options_.storage = nullptr;
    EXPECT_EQ(Open(), REEVE_INVALID);
}

TEST_F(Journal, NumbersAreConsecutiveFromOne)
{
    ASSERT_EQ(Open(), REEVE_OK);
    for (uint64_t n = 1; n <= 5; n++) {
        ASSERT_EQ(Append("x"), REEVE_OK);
        EXPECT_EQ(appended_.back().lsn, n);
        EXPECT_EQ(Stat().next_lsn, n + 1);
    }
}

TEST_F(Journal, OneSyncForAllThatWaits_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(Append("x"), REEVE_OK);
        ASSERT_EQ(Commit(), REEVE_OK);
    }
    uint64_t syncs = disk_.calls[REEVE_MEMORY_SYNC];
    uint64_t writes = disk_.calls[REEVE_MEMORY_WRITE];
    Run();
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_SYNC], syncs + 1);
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_WRITE], writes + 1);
    EXPECT_EQ(synced_, (Synced{{100, REEVE_OK}}));
    EXPECT_EQ(Stat().synced_lsn, 100u);
    EXPECT_EQ(Stat().syncs, 1u);
}

TEST_F(Journal, NothingIsWrittenBeforeACommit)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("x"), REEVE_OK);
    EXPECT_FALSE(reeve_journal_step(journal_));
    EXPECT_TRUE(synced_.empty());
    ASSERT_EQ(Commit(), REEVE_OK);
    EXPECT_TRUE(reeve_journal_step(journal_));
    EXPECT_FALSE(reeve_journal_step(journal_));
}

TEST_F(Journal, NobodyIsToldBeforeTheSync_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("x"), REEVE_OK);
    Sync();
    reeve_memory_inode *inode = reeve_memory_storage_find(&disk_, "segment-0000000001.log");
    reeve_bytes durable = reeve_buffer_view(&inode->durable);
    ASSERT_EQ(synced_.size(), 1u);
    EXPECT_TRUE(reeve_bytes_equal(durable, reeve_buffer_view(&inode->seen)));
}

TEST_F(Journal, AgeOfTheOldestUnsyncedCommit_P8)
{
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Stat().unsynced_ms, 0u);
    ASSERT_EQ(Append("x"), REEVE_OK);
    now_ms_ = 5000;
    EXPECT_EQ(Stat().unsynced_ms, 0u);
    ASSERT_EQ(Commit(), REEVE_OK);
    now_ms_ = 5200;
    ASSERT_EQ(Append("y"), REEVE_OK);
    ASSERT_EQ(Commit(), REEVE_OK);
    now_ms_ = 5300;
    EXPECT_EQ(Stat().unsynced_ms, 300u);
    Run();
    EXPECT_EQ(Stat().unsynced_ms, 0u);
}

TEST_F(Journal, TypesThatAreNoneAndRecordsThatAreTooLargeAreRefused)
{
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Append("x", 0), REEVE_INVALID);
    EXPECT_EQ(Append("x", REEVE_JOURNAL_HEAD_TYPE), REEVE_INVALID);
    uint64_t lsn = 0;
    EXPECT_EQ(reeve_journal_append(journal_, kOutcome,
                                   reeve_bytes_of("", size_t{REEVE_JOURNAL_RECORD_MAX} + 1), &lsn),
              REEVE_TOO_LARGE);
    EXPECT_EQ(Stat().next_lsn, 1u);
    EXPECT_EQ(Append(""), REEVE_OK);
}

TEST_F(Journal, SegmentsFollowOneAnotherWithTheirHeads)
{
    ASSERT_EQ(Open(), REEVE_OK);
    FillSegments(5);
    EXPECT_EQ(Stat().segments, 6u);
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    Shown shown = Replay();
    EXPECT_EQ(shown.records, appended_);
    ASSERT_EQ(shown.heads.size(), 6u);
    for (uint64_t i = 0; i < 6; i++) {
        EXPECT_EQ(shown.heads[i],
                  (Record{REEVE_JOURNAL_HEAD_TYPE, i + 1, "head of " + std::to_string(i + 1)}));
    }
}

TEST_F(Journal, AHeadReflectsExactlyWhatStandsBeforeItsSegment)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    EXPECT_EQ(heads_written_, 1); // a head is asked for by commit alone
    ASSERT_EQ(Append("same commit, same segment"), REEVE_OK);
    ASSERT_EQ(Commit(), REEVE_OK);
    EXPECT_EQ(heads_written_, 2);
    ASSERT_EQ(Append("new segment"), REEVE_OK);
    Sync();
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Replay().heads[1].lsn, 3u);
}

TEST_F(Journal, RecordsAppendedWhileASegmentIsBegunKeepTheirOrder)
{
    ASSERT_EQ(Open(), REEVE_OK);
    for (int round = 0; round < 200; round++) {
        uint64_t size = reeve_random_below(seeded_.random(), 3000);
        ASSERT_EQ(Append(std::string(size, 'x')), REEVE_OK);
        if (reeve_random_below(seeded_.random(), 2) == 0) {
            ASSERT_EQ(Commit(), REEVE_OK);
        }
        if (reeve_random_below(seeded_.random(), 2) == 0) {
            (void)reeve_journal_step(journal_);
        }
    }
    Close();
    EXPECT_EQ(synced_.back(), (std::pair<uint64_t, reeve_status>{200, REEVE_OK}));
    ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
    EXPECT_EQ(Replay().records, appended_);
}

TEST_F(Journal, AHeadThatFailsDelaysTheSegmentAndLosesNothing)
{
    ASSERT_EQ(Open(), REEVE_OK);
    head_status_ = REEVE_NO_MEMORY;
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    EXPECT_EQ(Commit(), REEVE_NO_MEMORY);
    Run();
    EXPECT_EQ(synced_, (Synced{{1, REEVE_OK}}));
    EXPECT_EQ(Stat().segments, 1u);
    head_status_ = REEVE_OK;
    ASSERT_EQ(Append("y"), REEVE_OK);
    Sync();
    EXPECT_EQ(Stat().segments, 2u);
}

TEST_F(Journal, ReplayComesBeforeTheFirstAppend)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("x"), REEVE_OK);
    Shown shown;
    EXPECT_EQ(reeve_journal_replay(journal_, Shown::Visit, &shown, nullptr), REEVE_STATE);
}

TEST_F(Journal, AVisitorMayEndTheReplay)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("x"), REEVE_OK);
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    auto refuse = [](void *, const reeve_journal_record_view *) { return REEVE_CANCELLED; };
    EXPECT_EQ(reeve_journal_replay(journal_, refuse, nullptr, nullptr), REEVE_CANCELLED);
}

TEST_F(Journal, TheDiskIsNeverUsedBeyondItsBound_P7)
{
    options_.max_bytes = 64 * 1024;
    ASSERT_EQ(Open(), REEVE_OK);
    size_t intents = 0;
    while (Append(std::string(500, 'i'), kIntent) == REEVE_OK) {
        intents++;
        Sync();
    }
    EXPECT_GT(intents, 80u);
    EXPECT_EQ(Append(std::string(500, 'i'), kIntent), REEVE_LIMIT);
    EXPECT_LT(Stat().free_bytes, 524u);
    size_t outcomes = 0; // what ends a job still fits
    while (Append(std::string(500, 'o'), kOutcome) == REEVE_OK) {
        outcomes++;
        Sync();
    }
    EXPECT_GE(outcomes, 8u * 1024 / 524 - 1);
    EXPECT_EQ(Stat().free_bytes, 0u);
    uint64_t on_disk = 0;
    for (const reeve_memory_entry &entry : disk_.seen) {
        on_disk += entry.inode != nullptr ? entry.inode->seen.len : 0;
    }
    EXPECT_LE(on_disk, options_.max_bytes);
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Replay().records, appended_);
    EXPECT_EQ(Append("x"), REEVE_OK); // what is left is smaller than the records above
}

// Everything in one overlong segment, full to the last byte: trimming must still make room.
TEST_F(Journal, AFullJournalCanAlwaysBeTrimmed_P7)
{
    options_.max_bytes = 64 * 1024;
    ASSERT_EQ(Open(), REEVE_OK);
    while (Append(std::string(200, 'o')) == REEVE_OK) {
    }
    ASSERT_EQ(Append(std::string(200, 'o')), REEVE_LIMIT);
    Sync();
    EXPECT_EQ(Stat().segments, 2u);
    reeve_journal_trim(journal_, Stat().next_lsn);
    Run();
    EXPECT_EQ(Stat().segments, 1u);
    EXPECT_GT(Stat().free_bytes, 40u * 1024);
    EXPECT_EQ(Append(std::string(200, 'i'), kIntent), REEVE_OK);
}

TEST_F(Journal, PendingMemoryIsBounded_P7)
{
    options_.max_pending_bytes = 1000;
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append(std::string(500, 'x')), REEVE_OK);
    EXPECT_EQ(Append(std::string(500, 'x')), REEVE_LIMIT);
    Sync();
    EXPECT_EQ(Append(std::string(500, 'x')), REEVE_OK);
}

TEST_F(Journal, TrimRemovesWholeSegmentsBelowTheMark)
{
    ASSERT_EQ(Open(), REEVE_OK);
    FillSegments(5);
    uint64_t before = Stat().bytes;
    reeve_journal_trim(journal_, 3);
    Sync();
    EXPECT_EQ(Stat().segments, 4u);
    EXPECT_EQ(Stat().first_lsn, 3u);
    EXPECT_LT(Stat().bytes, before);
    Close();
    ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
    EXPECT_EQ(Replay().records, std::vector<Record>(appended_.begin() + 2, appended_.end()));
    EXPECT_EQ(Stat().next_lsn, 6u);
}

TEST_F(Journal, TrimNeverTakesTheNewestSegment)
{
    ASSERT_EQ(Open(), REEVE_OK);
    FillSegments(3);
    reeve_journal_trim(journal_, UINT64_MAX);
    Sync();
    EXPECT_EQ(Stat().segments, 1u);
    EXPECT_EQ(Stat().first_lsn, 4u);
    Close();
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_TRUE(Replay().records.empty());
    EXPECT_EQ(Stat().next_lsn, 4u);
}

// What is still live is appended again first; the old copy goes only when the new one is durable.
TEST_F(Journal, TrimWaitsForWhatWasAppendedBeforeIt_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    FillSegments(3);
    ASSERT_EQ(Append("live again"), REEVE_OK);
    reeve_journal_trim(journal_, 3);
    EXPECT_FALSE(reeve_journal_step(journal_));
    EXPECT_EQ(Stat().segments, 4u);
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC, 0, REEVE_IO);
    ASSERT_EQ(Commit(), REEVE_OK);
    Run();
    EXPECT_EQ(Stat().segments, 4u);
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_REMOVE], 0u);
}

TEST_F(Journal, ACrashAmidATrimLeavesNoGap_P4)
{
    for (int round = 0; round < 50; round++) {
        reeve_memory_storage_clear(&disk_);
        reeve_memory_storage_init(&disk_);
        appended_.clear();
        ASSERT_EQ(Open(), REEVE_OK);
        FillSegments(6);
        reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC_DIR,
                                  reeve_random_below(seeded_.random(), 4), REEVE_IO);
        reeve_journal_trim(journal_, 6);
        ASSERT_EQ(Commit(), REEVE_OK);
        Run();
        Crash(REEVE_CRASH_TEAR);
        disk_.fail_at[REEVE_MEMORY_SYNC_DIR] = 0;
        ASSERT_EQ(Open(), REEVE_OK) << problem_.text;
        std::vector<Record> found = Replay().records;
        ASSERT_FALSE(found.empty());
        EXPECT_EQ(found.back(), appended_.back());
        Close();
    }
}

TEST_F(Journal, AFailedSyncIsFatalAndSaidOnce_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    ASSERT_EQ(Append("durable"), REEVE_OK);
    Sync();
    ASSERT_EQ(Append("doubtful"), REEVE_OK);
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_SYNC, 0, REEVE_IO);
    ASSERT_EQ(Commit(), REEVE_OK);
    ASSERT_EQ(Append("behind it"), REEVE_OK);
    Run();
    uint64_t syncs = disk_.calls[REEVE_MEMORY_SYNC];
    EXPECT_EQ(synced_, (Synced{{1, REEVE_OK}, {1, REEVE_IO}}));
    EXPECT_EQ(Append("more"), REEVE_CLOSED);
    EXPECT_EQ(Commit(), REEVE_CLOSED);
    EXPECT_FALSE(reeve_journal_step(journal_));
    EXPECT_EQ(Stat().status, REEVE_IO);
    EXPECT_EQ(Stat().synced_lsn, 1u);
    EXPECT_EQ(Close(), REEVE_IO);
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_SYNC], syncs) << "a failed sync is never tried again";
}

TEST_F(Journal, AFullDiskIsNamedAndLosesNothing_P4)
{
    ASSERT_EQ(Open(), REEVE_OK);
    FillSegments(1);
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_CREATE, 0, REEVE_DISK_FULL);
    ASSERT_EQ(Append(std::string(5000, 'x')), REEVE_OK);
    Sync();
    EXPECT_EQ(Stat().status, REEVE_DISK_FULL);
    EXPECT_EQ(synced_.back().second, REEVE_DISK_FULL);
    EXPECT_EQ(Close(), REEVE_DISK_FULL);
    ASSERT_EQ(Open(), REEVE_OK);
    EXPECT_EQ(Replay().records.size(), synced_.back().first);
}

TEST_F(Journal, EveryAllocationMayFail)
{
    SweepAllocations([&](const reeve_allocator *a) {
        reeve_memory_storage_clear(&disk_);
        reeve_memory_storage_init(&disk_);
        options_.allocator = a;
        appended_.clear();
        if (Open() != REEVE_OK) {
            EXPECT_EQ(journal_, nullptr);
            return;
        }
        for (int i = 0; i < 6; i++) {
            (void)Append(std::string(2000, 'x'));
            (void)Commit();
            Run();
        }
        EXPECT_EQ(Close(), REEVE_OK);
        reeve_status status = Open();
        if (status == REEVE_OK) {
            Shown shown;
            if (reeve_journal_replay(journal_, Shown::Visit, &shown, nullptr) == REEVE_OK) {
                EXPECT_EQ(shown.records, appended_);
            }
            Close();
        } else {
            EXPECT_EQ(status, REEVE_NO_MEMORY);
        }
        EXPECT_EQ(disk_.open_files, 0u);
        EXPECT_FALSE(disk_.locked);
    });
    options_.allocator = nullptr;
}

} // namespace
