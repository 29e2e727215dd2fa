// SPDX-License-Identifier: Apache-2.0
// Key files: made once, private, whole, and refused when anybody else may read them (P2).
#include "agent/trust/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace
{

class KeyFile : public testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-key-file-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        folder_ = name;
        path_ = folder_ + "/audit.key";
        reeve_key_init(&key_);
        reeve_key_init(&other_);
    }
    void TearDown() override
    {
        reeve_key_clear(&key_);
        reeve_key_clear(&other_);
        fs::remove_all(folder_);
    }
    static std::string Read(const std::string &path)
    {
        std::ifstream in(path);
        std::stringstream all;
        all << in.rdbuf();
        return all.str();
    }
    void Write(const std::string &content)
    {
        std::ofstream(path_, std::ios::trunc) << content;
        chmod(path_.c_str(), 0600);
    }
    std::string folder_, path_;
    reeve_key key_, other_;
};

} // namespace

TEST_F(KeyFile, CreatedOnceThenLoaded)
{
    bool created = false;
    ASSERT_EQ(reeve_key_load_or_create(path_.c_str(), reeve_random_system(), &key_, &created),
              REEVE_OK);
    EXPECT_TRUE(created);
    struct stat info;
    ASSERT_EQ(stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    ASSERT_EQ(reeve_key_load_or_create(path_.c_str(), reeve_random_system(), &other_, &created),
              REEVE_OK);
    EXPECT_FALSE(created);
    EXPECT_STREQ(key_.id, other_.id);
    EXPECT_EQ(reeve_key_store(path_.c_str(), &key_), REEVE_EXISTS);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 1);
}

TEST_F(KeyFile, RefusesWhatOthersMayRead)
{
    bool created;
    ASSERT_EQ(reeve_key_load_or_create(path_.c_str(), reeve_random_system(), &key_, &created),
              REEVE_OK);
    for (mode_t mode : {0640, 0604, 0660, 0610}) {
        ASSERT_EQ(chmod(path_.c_str(), mode), 0);
        EXPECT_EQ(reeve_key_load(path_.c_str(), &other_), REEVE_PERMISSION);
    }
    ASSERT_EQ(chmod(path_.c_str(), 0400), 0);
    EXPECT_EQ(reeve_key_load(path_.c_str(), &other_), REEVE_OK);
    EXPECT_EQ(reeve_key_load(folder_.c_str(), &other_), REEVE_PERMISSION);
}

TEST_F(KeyFile, EveryCutIsRefused)
{
    bool created;
    ASSERT_EQ(reeve_key_load_or_create(path_.c_str(), reeve_random_system(), &key_, &created),
              REEVE_OK);
    std::string whole = Read(path_);
    for (size_t n = 0; n + 1 < whole.size(); n++) { // the last newline may be missing
        Write(whole.substr(0, n));
        EXPECT_EQ(reeve_key_load(path_.c_str(), &other_), REEVE_SYNTAX) << n;
    }
    Write(whole + std::string(1000, 'x'));
    EXPECT_EQ(reeve_key_load(path_.c_str(), &other_), REEVE_SYNTAX);
}

TEST_F(KeyFile, NamesWhatIsMissing)
{
    EXPECT_EQ(reeve_key_load(path_.c_str(), &key_), REEVE_NOT_FOUND);
    ASSERT_EQ(reeve_key_generate(&key_, reeve_random_system()), REEVE_OK);
    EXPECT_EQ(reeve_key_store((folder_ + "/none/a.key").c_str(), &key_), REEVE_NOT_FOUND);
    EXPECT_EQ(reeve_key_store(path_.c_str(), &other_), REEVE_STATE);
}

TEST_F(KeyFile, PublicKeyIsOneLine)
{
    reeve_public_key back;
    ASSERT_EQ(reeve_key_generate(&key_, reeve_random_system()), REEVE_OK);
    ASSERT_EQ(reeve_public_key_store(path_.c_str(), &key_.public_key), REEVE_OK);
    EXPECT_EQ(Read(path_).size(), 45u);
    ASSERT_EQ(reeve_public_key_load(path_.c_str(), &back), REEVE_OK);
    EXPECT_TRUE(reeve_public_key_equal(&back, &key_.public_key));
    Write("not a key\n");
    EXPECT_EQ(reeve_public_key_load(path_.c_str(), &back), REEVE_SYNTAX);
}
