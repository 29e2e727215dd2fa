// SPDX-License-Identifier: Apache-2.0
//
// A stamp differs whenever somebody did something to the file, and only then.
#include "agent/io/watch/file_stamp.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace fs = std::filesystem;

namespace
{

class FileStampTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-stamp-XXXXXX";
        ASSERT_NE(nullptr, mkdtemp(name));
        folder = name;
        path = folder / "file";
        Write(path, "one");
    }
    void TearDown() override
    {
        fs::remove_all(folder);
    }
    static void Write(const fs::path &to, const std::string &text)
    {
        std::ofstream(to) << text;
    }
    reeve_file_stamp Stamp() const
    {
        return reeve_file_stamp_of(path.c_str());
    }
    // Whether the stamp is another one behind `change`.
    template <typename Change>
    bool Differs(Change change)
    {
        const reeve_file_stamp before = Stamp();
        change();
        const reeve_file_stamp after = Stamp();
        EXPECT_EQ(reeve_file_stamp_equal(&before, &after), reeve_file_stamp_equal(&after, &before));
        return !reeve_file_stamp_equal(&before, &after);
    }

    fs::path folder;
    fs::path path;
};

TEST_F(FileStampTest, LookingChangesNothing)
{
    EXPECT_FALSE(Differs([] {}));
    EXPECT_FALSE(Differs([this] {
        std::string text;
        std::ifstream(path) >> text;
    }));
}

TEST_F(FileStampTest, EveryChangeIsSeen)
{
    EXPECT_TRUE(Differs([this] { Write(path, "longer"); }));
    EXPECT_TRUE(Differs([this] { ASSERT_EQ(0, chmod(path.c_str(), 0600)); }));
    EXPECT_TRUE(Differs([this] {
        const timespec times[] = {{1, 0}, {1, 1}};
        ASSERT_EQ(0, utimensat(AT_FDCWD, path.c_str(), times, 0));
    })) << "written at another time, even if by a nanosecond";
    EXPECT_TRUE(Differs([this] {
        fs::copy_file(path, folder / "other");
        fs::rename(folder / "other", path);
    })) << "another file with the same content";
}

TEST_F(FileStampTest, WhatIsMissingHasAStampToo)
{
    EXPECT_TRUE(Differs([this] { fs::remove(path); }));
    EXPECT_EQ(ENOENT, Stamp().problem);
    EXPECT_FALSE(Differs([] {}));
    EXPECT_TRUE(Differs([this] { Write(path, "again"); }));
}

TEST_F(FileStampTest, NoFileIsAlwaysTheSame)
{
    const reeve_file_stamp none = reeve_file_stamp_of(nullptr);
    const reeve_file_stamp again = reeve_file_stamp_of(nullptr);
    const reeve_file_stamp missing = reeve_file_stamp_of((folder / "missing").c_str());
    EXPECT_TRUE(reeve_file_stamp_equal(&none, &again));
    EXPECT_FALSE(reeve_file_stamp_equal(&none, &missing));
}

} // namespace
