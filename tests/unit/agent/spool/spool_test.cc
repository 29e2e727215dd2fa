// SPDX-License-Identifier: Apache-2.0
//
// The spool on a disk in memory: what is written is read, every operation fails once, and nothing
// of an earlier process stays.
#include "agent/spool/spool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/alloc_sweep.h"
#include "tests/support/memory_storage.h"

namespace
{

struct Answer {
    reeve_status status;
    bool has_bytes;
    std::string bytes;
};

class Spool : public testing::Test
{
  protected:
    void SetUp() override
    {
        reeve_memory_storage_init(&disk_);
        options_.storage = &disk_.storage;
        options_.on_done = OnDone;
        options_.ctx = this;
        options_.manual = true;
    }
    void TearDown() override
    {
        reeve_spool_close(spool_);
        EXPECT_EQ(disk_.open_files, 0u);
        EXPECT_FALSE(disk_.locked);
        reeve_memory_storage_clear(&disk_);
    }
    void Open()
    {
        ASSERT_EQ(reeve_spool_open(&options_, &spool_), REEVE_OK);
    }
    static void OnDone(void *ctx, reeve_status status, reeve_buffer *bytes)
    {
        auto *self = static_cast<Spool *>(ctx);
        Answer answer = {status, bytes != nullptr, ""};
        if (bytes != nullptr && bytes->len > 0) {
            answer.bytes.assign(reinterpret_cast<const char *>(bytes->data), bytes->len);
        }
        self->answers_.push_back(answer);
    }
    // Every operation answers exactly once, never synchronously.
    Answer Step()
    {
        EXPECT_TRUE(answers_.empty());
        EXPECT_TRUE(reeve_spool_step(spool_));
        EXPECT_EQ(answers_.size(), 1u);
        EXPECT_FALSE(reeve_spool_step(spool_));
        const Answer answer = answers_.empty() ? Answer{} : answers_.front();
        answers_.clear();
        return answer;
    }
    reeve_status Write(uint64_t stream, uint64_t number, const std::string &text)
    {
        reeve_buffer bytes;
        reeve_buffer_init(&bytes, options_.allocator, SIZE_MAX);
        reeve_status status = reeve_buffer_append(&bytes, reeve_bytes_of(text.data(), text.size()));
        if (status == REEVE_OK) {
            reeve_spool_write(spool_, stream, number, &bytes);
            EXPECT_EQ(bytes.data, nullptr) << "taken over";
            status = Step().status;
        }
        reeve_buffer_clear(&bytes);
        return status;
    }
    Answer Read(uint64_t stream, uint64_t number, uint64_t len)
    {
        reeve_spool_read(spool_, stream, number, len);
        return Step();
    }
    reeve_status Remove(uint64_t stream, uint64_t from, uint64_t until)
    {
        reeve_spool_remove(spool_, stream, from, until);
        return Step().status;
    }
    size_t Files() const
    {
        size_t count = 0;
        for (const reeve_memory_entry &entry : disk_.seen) {
            count += entry.inode != nullptr ? 1 : 0;
        }
        return count;
    }

    reeve_memory_storage disk_ = {};
    reeve_spool_options options_ = {};
    reeve_spool *spool_ = nullptr;
    std::vector<Answer> answers_;
};

} // namespace

TEST_F(Spool, WhatIsWrittenIsRead)
{
    Open();
    for (uint64_t number = 0; number < 5; number++) {
        ASSERT_EQ(Write(7, number, "block " + std::to_string(number)), REEVE_OK);
    }
    ASSERT_EQ(Write(8, 0, "another stream's"), REEVE_OK);
    for (int twice = 0; twice < 2; twice++) {
        const Answer answer = Read(7, 3, 7);
        EXPECT_EQ(answer.status, REEVE_OK);
        EXPECT_EQ(answer.bytes, "block 3");
    }
    EXPECT_EQ(Remove(7, 1, 4), REEVE_OK);
    EXPECT_EQ(Files(), 3u);
    EXPECT_EQ(Read(7, 3, 7).status, REEVE_NOT_FOUND);
    EXPECT_EQ(Read(7, 4, 7).bytes, "block 4");
    EXPECT_EQ(Read(8, 0, 16).bytes, "another stream's");
}

TEST_F(Spool, RemovingWhatIsNotThereIsFine)
{
    Open();
    ASSERT_EQ(Write(1, 5, "x"), REEVE_OK);
    EXPECT_EQ(Remove(1, 0, 100), REEVE_OK);
    EXPECT_EQ(Remove(1, 0, 100), REEVE_OK);
    EXPECT_EQ(Remove(2, 3, 3), REEVE_OK);
    EXPECT_EQ(Files(), 0u);
}

TEST_F(Spool, AnotherLengthIsCorrupt)
{
    Open();
    ASSERT_EQ(Write(1, 0, "ten bytes!"), REEVE_OK);
    for (uint64_t len : {uint64_t{0}, uint64_t{9}, uint64_t{11}, UINT64_MAX}) {
        const Answer answer = Read(1, 0, len);
        EXPECT_EQ(answer.status, REEVE_CORRUPT);
        EXPECT_FALSE(answer.has_bytes);
    }
}

// P7: nothing of an earlier process stays, whatever became of it; what is not the spool's does.
TEST_F(Spool, P7WhatAnEarlierProcessLeftIsRemoved)
{
    const reeve_bytes text = reeve_bytes_cstr("left");
    for (int i = 0; i < 40; i++) {
        char name[64];
        ASSERT_EQ(reeve_format(name, sizeof name, "%016x-%016x.spool", 9, i), REEVE_OK);
        reeve_memory_storage_put(&disk_, name, text);
    }
    for (const char *name : {"lock", "notes.txt", ".spool", "a.spool.bak"}) {
        reeve_memory_storage_put(&disk_, name, text);
    }
    Open();
    EXPECT_EQ(Files(), 4u);
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_SYNC], 0u);
    EXPECT_EQ(disk_.calls[REEVE_MEMORY_SYNC_DIR], 0u);
}

TEST_F(Spool, P7ClosingRemovesWhatIsLeft)
{
    Open();
    for (uint64_t number = 0; number < 20; number++) {
        ASSERT_EQ(Write(1, number, "x"), REEVE_OK);
    }
    reeve_spool_close(spool_);
    spool_ = nullptr;
    EXPECT_EQ(Files(), 0u);
}

TEST_F(Spool, ClosingAnswersWhatIsUnderWay)
{
    Open();
    reeve_spool_read(spool_, 1, 0, 1);
    reeve_spool_close(spool_);
    spool_ = nullptr;
    ASSERT_EQ(answers_.size(), 1u);
    EXPECT_EQ(answers_[0].status, REEVE_NOT_FOUND);
}

TEST_F(Spool, OneProcessAtATime)
{
    Open();
    reeve_spool *second = nullptr;
    EXPECT_EQ(reeve_spool_open(&options_, &second), REEVE_LOCKED);
    EXPECT_EQ(second, nullptr);
}

TEST_F(Spool, OpeningFailsWhenLeftoversCannotBeRemoved)
{
    reeve_memory_storage_put(&disk_, "0-0.spool", reeve_bytes_cstr("left"));
    reeve_memory_storage_fail(&disk_, REEVE_MEMORY_REMOVE, 0, REEVE_PERMISSION);
    EXPECT_EQ(reeve_spool_open(&options_, &spool_), REEVE_PERMISSION);
    EXPECT_EQ(spool_, nullptr);
    EXPECT_FALSE(disk_.locked);
}

TEST_F(Spool, EveryOperationOfTheDiskFails)
{
    Open();
    ASSERT_EQ(Write(1, 0, "0123456789"), REEVE_OK);
    struct {
        reeve_memory_operation operation;
        reeve_status status;
    } const failures[] = {{REEVE_MEMORY_CREATE, REEVE_DISK_FULL},
                          {REEVE_MEMORY_WRITE, REEVE_DISK_FULL},
                          {REEVE_MEMORY_WRITE, REEVE_IO},
                          {REEVE_MEMORY_READ, REEVE_IO},
                          {REEVE_MEMORY_REMOVE, REEVE_PERMISSION}};
    for (const auto &failure : failures) {
        reeve_memory_storage_fail(&disk_, failure.operation, 0, failure.status);
        if (failure.operation == REEVE_MEMORY_READ) {
            const Answer answer = Read(1, 0, 10);
            EXPECT_EQ(answer.status, failure.status);
            EXPECT_FALSE(answer.has_bytes);
        } else if (failure.operation == REEVE_MEMORY_REMOVE) {
            ASSERT_EQ(Write(2, 1, "x"), REEVE_OK);
            ASSERT_EQ(Write(2, 2, "x"), REEVE_OK);
            const size_t before = Files();
            EXPECT_EQ(Remove(2, 1, 3), failure.status);
            EXPECT_EQ(Files(), before - 1) << "the others were tried";
        } else {
            EXPECT_EQ(Write(3, 0, "torn in the middle"), failure.status);
            EXPECT_NE(Read(3, 0, 18).status, REEVE_OK) << "half of it may be there";
            EXPECT_EQ(Remove(3, 0, 1), REEVE_OK);
        }
        EXPECT_EQ(disk_.open_files, 0u);
    }
    EXPECT_EQ(Read(1, 0, 10).bytes, "0123456789");
}

TEST_F(Spool, EveryAllocationFailsOnce)
{
    SweepAllocations([this](const reeve_allocator *a) {
        options_.allocator = a;
        reeve_memory_storage_put(&disk_, "0-0.spool", reeve_bytes_cstr("left"));
        if (reeve_spool_open(&options_, &spool_) != REEVE_OK) {
            return;
        }
        const reeve_status status = Write(1, 0, "0123456789");
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
        if (status == REEVE_OK) {
            const Answer answer = Read(1, 0, 10);
            EXPECT_TRUE(answer.status == REEVE_OK ? answer.bytes == "0123456789"
                                                  : answer.status == REEVE_NO_MEMORY);
        }
        EXPECT_EQ(Remove(1, 0, 1), REEVE_OK);
        reeve_spool_close(spool_);
        spool_ = nullptr;
    });
    options_.allocator = nullptr;
}
