// SPDX-License-Identifier: Apache-2.0
//
// The spool with its thread on a real disk: one operation after the other, modes, and what a killed
// process leaves.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>

#include "agent/journal/posix_storage.h"
#include "agent/spool/spool.h"

namespace
{

class RealSpool : public testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-spool-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        parent_ = name;
        directory_ = parent_ + "/spool";
    }
    void TearDown() override
    {
        Close();
        std::filesystem::remove_all(parent_);
    }
    void Open()
    {
        ASSERT_EQ(reeve_posix_storage_new(nullptr, directory_.c_str(), true, &storage_), REEVE_OK);
        reeve_spool_options options = {};
        options.storage = reeve_posix_storage_interface(storage_);
        options.on_done = OnDone;
        options.ctx = this;
        ASSERT_EQ(reeve_spool_open(&options, &spool_), REEVE_OK);
    }
    void Close()
    {
        reeve_spool_close(spool_);
        spool_ = nullptr;
        reeve_posix_storage_free(storage_);
        storage_ = nullptr;
    }
    static void OnDone(void *ctx, reeve_status status, reeve_buffer *bytes)
    {
        auto *self = static_cast<RealSpool *>(ctx);
        std::lock_guard<std::mutex> guard(self->mutex_);
        EXPECT_FALSE(self->done_);
        self->done_ = true;
        self->status_ = status;
        self->bytes_.clear();
        if (bytes != nullptr) {
            self->bytes_.assign(reinterpret_cast<const char *>(bytes->data), bytes->len);
        }
        self->told_.notify_all();
    }
    reeve_status Wait()
    {
        std::unique_lock<std::mutex> guard(mutex_);
        told_.wait(guard, [this] { return done_; });
        done_ = false;
        return status_;
    }
    reeve_status Write(uint64_t stream, uint64_t number, const std::string &text)
    {
        reeve_buffer bytes;
        reeve_buffer_init(&bytes, nullptr, SIZE_MAX);
        EXPECT_EQ(reeve_buffer_append(&bytes, reeve_bytes_of(text.data(), text.size())), REEVE_OK);
        reeve_spool_write(spool_, stream, number, &bytes);
        return Wait();
    }
    size_t Blocks() const
    {
        size_t count = 0;
        for (const auto &entry : std::filesystem::directory_iterator(directory_)) {
            count += entry.path().extension() == ".spool" ? 1 : 0;
        }
        return count;
    }

    std::string parent_;
    std::string directory_;
    reeve_posix_storage *storage_ = nullptr;
    reeve_spool *spool_ = nullptr;
    std::mutex mutex_;
    std::condition_variable told_;
    bool done_ = false;
    reeve_status status_ = REEVE_OK;
    std::string bytes_;
};

mode_t ModeOf(const std::string &path)
{
    struct stat st = {};
    EXPECT_EQ(stat(path.c_str(), &st), 0) << path;
    return st.st_mode & 07777;
}

} // namespace

TEST_F(RealSpool, WritesReadsAndRemoves)
{
    Open();
    const auto text = [](uint64_t i) { return std::string(1000 + i, static_cast<char>('a' + i)); };
    for (uint64_t i = 0; i < 20; i++) {
        ASSERT_EQ(Write(1u << 20, i, text(i)), REEVE_OK);
    }
    EXPECT_EQ(Blocks(), 20u);
    for (uint64_t i = 0; i < 20; i++) {
        reeve_spool_read(spool_, 1u << 20, i, text(i).size());
        ASSERT_EQ(Wait(), REEVE_OK);
        EXPECT_EQ(bytes_, text(i));
    }
    reeve_spool_remove(spool_, 1u << 20, 0, 20);
    EXPECT_EQ(Wait(), REEVE_OK);
    EXPECT_EQ(Blocks(), 0u);
}

// P2: results are nobody's but the worker's.
TEST_F(RealSpool, P2OnlyItsOwnerMayRead)
{
    Open();
    ASSERT_EQ(Write(1, 0, "a customer's name"), REEVE_OK);
    EXPECT_EQ(ModeOf(directory_), 0700u);
    for (const auto &entry : std::filesystem::directory_iterator(directory_)) {
        EXPECT_EQ(ModeOf(entry.path()), 0600u) << entry.path();
    }
}

TEST_F(RealSpool, ClosingRemovesEverything)
{
    Open();
    for (uint64_t i = 0; i < 600; i++) {
        ASSERT_EQ(Write(2, i, "x"), REEVE_OK);
    }
    Close();
    EXPECT_EQ(Blocks(), 0u);
}

TEST_F(RealSpool, P7WhatAKilledProcessLeftIsRemovedByTheNext)
{
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        Open();
        for (uint64_t i = 0; i < 30; i++) {
            (void)Write(1, i, "secret");
        }
        (void)raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(Blocks(), 30u);
    Open(); // the lock went with the process
    EXPECT_EQ(Blocks(), 0u);
    EXPECT_EQ(Write(1, 0, "again"), REEVE_OK);
}

TEST_F(RealSpool, ADirectoryThatIsGoneIsSaid)
{
    Open();
    std::filesystem::remove_all(directory_);
    EXPECT_EQ(Write(1, 0, "x"), REEVE_NOT_FOUND);
    reeve_spool_read(spool_, 1, 0, 1);
    EXPECT_EQ(Wait(), REEVE_NOT_FOUND);
    reeve_spool_remove(spool_, 1, 0, 2);
    EXPECT_EQ(Wait(), REEVE_OK);
}
