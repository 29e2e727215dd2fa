// SPDX-License-Identifier: Apache-2.0
// What the journal's tests share: a journal without a thread on a disk in memory, and what was
// appended to it.
#ifndef REEVE_TESTS_UNIT_AGENT_JOURNAL_JOURNAL_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_JOURNAL_JOURNAL_FIXTURE_H

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/journal/journal.h"
#include "agent/journal/reader.h"
#include "tests/support/bytes.h"
#include "tests/support/memory_storage.h"
#include "tests/support/seed.h"

constexpr uint8_t kIntent = 4;
constexpr uint8_t kOutcome = 5;

struct Record {
    uint8_t type;
    uint64_t lsn;
    std::string bytes;
    bool operator==(const Record &other) const
    {
        return type == other.type && lsn == other.lsn && bytes == other.bytes;
    }
};

using reeve::test::View;

// Gathers records; heads apart.
struct Shown {
    std::vector<Record> records;
    std::vector<Record> heads;
    static reeve_status Visit(void *ctx, const reeve_journal_record_view *r)
    {
        auto *self = static_cast<Shown *>(ctx);
        std::string bytes(reinterpret_cast<const char *>(r->bytes.data), r->bytes.len);
        auto &into = r->type == REEVE_JOURNAL_HEAD_TYPE ? self->heads : self->records;
        into.push_back({r->type, r->lsn, bytes});
        return REEVE_OK;
    }
};

class JournalTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        reeve_memory_storage_init(&disk_);
        options_.storage = &disk_.storage;
        options_.max_bytes = 1 << 20;
        options_.segment_bytes = 4096;
        options_.head = WriteHead;
        options_.on_synced = OnSynced;
        options_.ctx = this;
        options_.manual = true;
        options_.random = seeded_.random();
    }
    void TearDown() override
    {
        Close();
        EXPECT_EQ(disk_.open_files, 0u);
        EXPECT_FALSE(disk_.locked);
        reeve_memory_storage_clear(&disk_);
    }

    reeve_status Open()
    {
        return reeve_journal_open(&options_, &journal_, &problem_);
    }
    reeve_status Close()
    {
        reeve_status status = reeve_journal_close(journal_);
        journal_ = nullptr;
        return status;
    }
    // The process dies: what was not written yet is gone, what was is as `how` says.
    void Crash(reeve_crash how)
    {
        disk_.dead = true;
        Close();
        disk_.dead = false;
        reeve_memory_storage_crash(&disk_, how, seeded_.random());
    }
    reeve_status Append(const std::string &bytes, uint8_t type = kOutcome)
    {
        uint64_t lsn = 0;
        reeve_status status = reeve_journal_append(journal_, type, View(bytes), &lsn);
        if (status == REEVE_OK) {
            appended_.push_back({type, lsn, bytes});
        }
        return status;
    }
    reeve_status Commit()
    {
        return reeve_journal_commit(journal_, now_ms_);
    }
    void Run()
    {
        while (reeve_journal_step(journal_)) {
        }
    }
    void Sync()
    {
        ASSERT_EQ(Commit(), REEVE_OK);
        Run();
    }
    Shown Replay()
    {
        Shown shown;
        EXPECT_EQ(reeve_journal_replay(journal_, Shown::Visit, &shown, &problem_), REEVE_OK)
            << problem_.text;
        return shown;
    }
    reeve_journal_stats Stat()
    {
        return reeve_journal_stat(journal_, now_ms_);
    }
    std::string Content(const char *name)
    {
        reeve_memory_inode *inode = reeve_memory_storage_find(&disk_, name);
        EXPECT_NE(inode, nullptr) << name;
        return inode == nullptr
                   ? ""
                   : std::string(reinterpret_cast<char *>(inode->seen.data), inode->seen.len);
    }
    bool Exists(const char *name)
    {
        return reeve_memory_storage_find(&disk_, name) != nullptr;
    }

    static reeve_status WriteHead(void *ctx, const reeve_journal_segment *segment,
                                  reeve_buffer *out)
    {
        auto *self = static_cast<JournalTest *>(ctx);
        self->heads_written_++;
        if (self->head_status_ != REEVE_OK) {
            return self->head_status_;
        }
        return reeve_buffer_append_format(out, "head of %d", static_cast<int>(segment->number));
    }
    static void OnSynced(void *ctx, uint64_t lsn, reeve_status status)
    {
        static_cast<JournalTest *>(ctx)->synced_.emplace_back(lsn, status);
    }

    Seeded seeded_;
    reeve_memory_storage disk_;
    reeve_journal_options options_ = {};
    reeve_journal *journal_ = nullptr;
    reeve_journal_problem problem_ = {};
    std::vector<Record> appended_;
    std::vector<std::pair<uint64_t, reeve_status>> synced_;
    uint64_t now_ms_ = 1000;
    int heads_written_ = 0;
    reeve_status head_status_ = REEVE_OK;
};

#endif
