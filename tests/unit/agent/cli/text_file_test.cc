// SPDX-License-Identifier: Apache-2.0
// Files that can be read, and every way in which one cannot.
#include "agent/cli/text_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/alloc_sweep.h"

namespace
{

class TextFile : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-text-file-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        folder = name;
    }
    void TearDown() override
    {
        ASSERT_EQ(std::system(("rm -rf " + folder).c_str()), 0);
    }
    std::string Write(const std::string &text) const
    {
        const std::string path = folder + "/file";
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    // What is in the buffer afterwards; it held "before " and takes `most` bytes.
    std::string Read(const std::string &path, enum reeve_status expected, size_t most = 1 << 20)
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, most);
        EXPECT_EQ(reeve_buffer_append_cstr(&out, "before "), REEVE_OK);
        EXPECT_EQ(reeve_text_file_read(path.c_str(), &out), expected) << path;
        std::string text(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return text;
    }
    std::string folder;
};

TEST_F(TextFile, AppendsAllOfIt)
{
    EXPECT_EQ(Read(Write("text\n"), REEVE_OK), "before text\n");
    EXPECT_EQ(Read(Write(""), REEVE_OK), "before ");
    const std::string zeros("a\0b", 3);
    EXPECT_EQ(Read(Write(zeros), REEVE_OK), "before " + zeros);
    const std::string large(100000, 'x'); // several reads
    EXPECT_EQ(Read(Write(large), REEVE_OK), "before " + large);
}

TEST_F(TextFile, ReadsToTheVeryLimitAndNotBehindIt)
{
    const size_t before = 7;
    EXPECT_EQ(Read(Write(std::string(93, 'x')), REEVE_OK, before + 93).size(), 100u);
    Read(Write(std::string(94, 'x')), REEVE_TOO_LARGE, before + 93);
    Read(Write(std::string(100000, 'x')), REEVE_TOO_LARGE, 50000);
}

TEST_F(TextFile, SaysWhyItCannot)
{
    Read(folder + "/none", REEVE_NOT_FOUND);
    Read(Write("x") + "/below", REEVE_NOT_FOUND);
    Read("", REEVE_NOT_FOUND);
    Read(folder, REEVE_IO);
}

// As root everything can be read, so another user tries.
TEST_F(TextFile, SaysThatItIsNotAllowed)
{
    const std::string path = Write("x");
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
    if (geteuid() == 0) {
        ASSERT_EQ(seteuid(65534), 0);
        Read(path, REEVE_PERMISSION);
        ASSERT_EQ(seteuid(0), 0);
        return;
    }
    Read(path, REEVE_PERMISSION);
}

TEST(TextFilePath, IsSeenFromTheFilesDirectory)
{
    const struct {
        const char *file;
        const char *path;
        const char *expected;
    } rows[] = {
        {"/etc/reeve/agent.yaml", "ca.pem", "/etc/reeve/ca.pem"},
        {"/etc/reeve/agent.yaml", "../ca.pem", "/etc/reeve/../ca.pem"},
        {"/etc/reeve/agent.yaml", "/run/ca.pem", "/run/ca.pem"},
        {"conf/agent.yaml", "ca.pem", "conf/ca.pem"},
        {"/agent.yaml", "ca.pem", "/ca.pem"},
        {"agent.yaml", "ca.pem", "ca.pem"},
    };
    uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
        reeve_arena arena;
        reeve_arena_init(&arena, a, 1 << 16, 0);
        for (const auto &row : rows) {
            const char *out = nullptr;
            const reeve_status status = reeve_text_file_resolve(reeve_text_file_directory(row.file),
                                                                row.path, &arena, &out);
            ASSERT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
            if (status == REEVE_OK) {
                EXPECT_STREQ(out, row.expected) << row.file;
            }
        }
        reeve_arena_clear(&arena);
    });
    EXPECT_GT(requests, 0u);
}

TEST(TextFilePath, NoneIsNone)
{
    const char *out = "something";
    ASSERT_EQ(reeve_text_file_resolve(reeve_bytes_cstr("/etc/"), "", nullptr, &out), REEVE_OK);
    EXPECT_EQ(out, nullptr);
}

} // namespace
