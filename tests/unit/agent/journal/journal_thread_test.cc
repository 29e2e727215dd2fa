// SPDX-License-Identifier: Apache-2.0
// The journal with its thread on a real disk: durable means told, order holds, one opens.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/journal/journal.h"
#include "agent/journal/reader.h"

namespace
{

class RealDisk : public testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-journal-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        parent_ = name;
        directory_ = parent_ + "/journal";
        options_.directory = directory_.c_str();
        options_.max_bytes = 64 << 20;
        options_.segment_bytes = 64 * 1024;
        options_.on_synced = OnSynced;
        options_.ctx = this;
    }
    void TearDown() override
    {
        EXPECT_EQ(std::system(("rm -rf " + parent_).c_str()), 0);
    }
    void Open()
    {
        ASSERT_EQ(reeve_journal_open(&options_, &journal_, &problem_), REEVE_OK) << problem_.text;
    }
    static void OnSynced(void *ctx, uint64_t lsn, reeve_status status)
    {
        auto *self = static_cast<RealDisk *>(ctx);
        std::lock_guard<std::mutex> guard(self->mutex_);
        EXPECT_EQ(status, REEVE_OK);
        EXPECT_GE(lsn, self->synced_);
        self->synced_ = lsn;
        self->calls_++;
        self->told_.notify_all();
    }
    void WaitFor(uint64_t lsn)
    {
        std::unique_lock<std::mutex> guard(mutex_);
        told_.wait(guard, [&] { return synced_ >= lsn; });
    }

    std::string parent_;
    std::string directory_;
    reeve_journal_options options_ = {};
    reeve_journal *journal_ = nullptr;
    reeve_journal_problem problem_ = {};
    std::mutex mutex_;
    std::condition_variable told_;
    uint64_t synced_ = 0;
    uint64_t calls_ = 0;
};

TEST_F(RealDisk, ManyRecordsAreGroupedAndComeBack_P4)
{
    constexpr uint64_t kRecords = 5000;
    Open();
    for (uint64_t i = 1; i <= kRecords; i++) {
        std::string content = "record " + std::to_string(i) + std::string(i % 300, 'x');
        uint64_t lsn = 0;
        ASSERT_EQ(
            reeve_journal_append(journal_, 5, reeve_bytes_of(content.data(), content.size()), &lsn),
            REEVE_OK);
        ASSERT_EQ(lsn, i);
        ASSERT_EQ(reeve_journal_commit(journal_, i), REEVE_OK);
        if (i % 500 == 0) {
            WaitFor(i); // the disk keeps up, so that segments stay near their size
        }
    }
    reeve_journal_stats stat = reeve_journal_stat(journal_, kRecords);
    EXPECT_EQ(stat.synced_lsn, kRecords);
    EXPECT_LT(stat.syncs, kRecords / 2) << "syncs were not grouped";
    EXPECT_GT(stat.segments, 5u);
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);

    Open();
    struct {
        uint64_t next = 1;
        bool right = true;
    } seen;
    auto visit = [](void *ctx, const reeve_journal_record_view *r) {
        auto *s = static_cast<decltype(seen) *>(ctx);
        if (r->type == REEVE_JOURNAL_HEAD_TYPE) {
            return REEVE_OK;
        }
        std::string expected =
            "record " + std::to_string(s->next) + std::string(s->next % 300, 'x');
        s->right = s->right && r->lsn == s->next &&
                   reeve_bytes_equal(r->bytes, reeve_bytes_of(expected.data(), expected.size()));
        s->next++;
        return REEVE_OK;
    };
    ASSERT_EQ(reeve_journal_replay(journal_, visit, &seen, &problem_), REEVE_OK) << problem_.text;
    EXPECT_TRUE(seen.right);
    EXPECT_EQ(seen.next, kRecords + 1);
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
}

TEST_F(RealDisk, TrimGivesSpaceBackWhileRecordsCome_P7)
{
    Open();
    const std::string content(4000, 'x');
    for (uint64_t i = 1; i <= 500; i++) {
        uint64_t lsn = 0;
        ASSERT_EQ(
            reeve_journal_append(journal_, 5, reeve_bytes_of(content.data(), content.size()), &lsn),
            REEVE_OK);
        reeve_journal_trim(journal_, lsn > 50 ? lsn - 50 : 0);
        ASSERT_EQ(reeve_journal_commit(journal_, i), REEVE_OK);
        (void)reeve_journal_stat(journal_, i);
        if (i % 50 == 0) {
            WaitFor(lsn);
        }
    }
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
    reeve_journal_report report;
    ASSERT_EQ(reeve_journal_read(directory_.c_str(), nullptr, nullptr, nullptr, nullptr, &report,
                                 &problem_),
              REEVE_OK)
        << problem_.text;
    EXPECT_EQ(report.last_lsn, 500u);
    EXPECT_GT(report.first_lsn, 300u);
    EXPECT_LT(report.segments, 10u);
}

// The child says which lsn it was told to be durable; the parent kills it and looks.
[[noreturn]] void AppendUntilKilled(reeve_journal_options options, int pipe)
{
    options.on_synced = [](void *ctx, uint64_t lsn, reeve_status) {
        if (write(*static_cast<int *>(ctx), &lsn, sizeof(lsn)) != sizeof(lsn)) {
            _exit(1);
        }
    };
    options.ctx = &pipe;
    options.max_pending_bytes = 256 * 1024;
    options.segment_bytes = 512 * 1024;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    reeve_journal *j = nullptr;
    if (reeve_journal_open(&options, &j, nullptr) != REEVE_OK) {
        _exit(1);
    }
    for (uint64_t i = 0;; i++) {
        std::string content(i * 37 % 900, 'x');
        uint64_t lsn = 0;
        reeve_bytes bytes = reeve_bytes_of(content.data(), content.size());
        if (reeve_journal_append(j, 5, bytes, &lsn) == REEVE_LIMIT) {
            (void)usleep(1000);
        }
        reeve_journal_trim(j, lsn > 2000 ? lsn - 2000 : 0);
        if (reeve_journal_commit(j, i) != REEVE_OK) {
            _exit(1);
        }
    }
}

TEST_F(RealDisk, WhatWasToldDurableSurvivesKill_P4)
{
    uint64_t before = 0;
    for (int round = 0; round < 5; round++) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            AppendUntilKilled(options_, ends[1]);
        }
        close(ends[1]);
        uint64_t told = 0;
        uint64_t lsn = 0;
        for (int i = 0; i < 5 + round * 7; i++) {
            ASSERT_EQ(read(ends[0], &lsn, sizeof(lsn)), static_cast<ssize_t>(sizeof(lsn)));
            told = lsn;
        }
        kill(child, SIGKILL);
        while (read(ends[0], &lsn, sizeof(lsn)) == static_cast<ssize_t>(sizeof(lsn))) {
            told = lsn;
        }
        close(ends[0]);
        ASSERT_EQ(waitpid(child, nullptr, 0), child);
        reeve_journal_report report;
        ASSERT_EQ(reeve_journal_read(directory_.c_str(), nullptr, nullptr, nullptr, nullptr,
                                     &report, &problem_),
                  REEVE_OK)
            << problem_.text;
        EXPECT_GE(report.last_lsn, told);
        EXPECT_GT(told, before);
        before = told;
    }
}

TEST_F(RealDisk, ASecondOpenIsLockedEvenInTheSameProcess)
{
    Open();
    reeve_journal *second = nullptr;
    EXPECT_EQ(reeve_journal_open(&options_, &second, &problem_), REEVE_LOCKED);
    EXPECT_NE(std::string(problem_.text).find("other worker"), std::string::npos);
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
    Open();
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
}

// How many threads of this process block SIGTERM.
int ThreadsThatBlockTerm()
{
    int count = 0;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream status(task.path() / "status");
        std::string line;
        while (std::getline(status, line)) {
            if (line.rfind("SigBlk:", 0) == 0) {
                count += std::stoull(line.substr(7), nullptr, 16) >> (SIGTERM - 1) & 1;
            }
        }
    }
    return count;
}

// SIGTERM must reach the loop, which drains, not a thread that knows nothing of it (P6).
TEST_F(RealDisk, TheThreadTakesNoSignals_P6)
{
    /* ThreadSanitizer makes a thread of its own with the first one; it blocks signals, too. */
    std::thread([] {}).join();
    int before = ThreadsThatBlockTerm();
    Open();
    EXPECT_EQ(ThreadsThatBlockTerm(), before + 1);
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
}

TEST_F(RealDisk, FilesAreForTheirOwnerAlone_P2)
{
    Open();
    struct stat st;
    ASSERT_EQ(stat(directory_.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0700u);
    ASSERT_EQ(stat((directory_ + "/segment-0000000001.log").c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600u);
    EXPECT_EQ(st.st_size, 64 * 1024); // preallocated
    ASSERT_EQ(reeve_journal_close(journal_), REEVE_OK);
}

TEST_F(RealDisk, AMissingParentIsSaid)
{
    std::string deep = parent_ + "/missing/journal";
    options_.directory = deep.c_str();
    EXPECT_EQ(reeve_journal_open(&options_, &journal_, &problem_), REEVE_NOT_FOUND);
    EXPECT_NE(std::string(problem_.text).find(deep), std::string::npos);
}

} // namespace
