// SPDX-License-Identifier: Apache-2.0
//
// A watched file: each way in which people and programs change one is told once, and nothing else
// is.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <unistd.h>

#include <gtest/gtest.h>

#include "agent/base/time.h"
#include "agent/io/loop/event_loop.h"
#include "agent/io/watch/file_watch.h"

namespace fs = std::filesystem;

namespace
{

class FileWatchTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-watch-XXXXXX";
        ASSERT_NE(nullptr, mkdtemp(name));
        folder = name;
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &event_loop));
        loop = reeve_event_loop_base(event_loop);
    }
    void TearDown() override
    {
        reeve_file_watch_stop(watch);
        reeve_event_loop_free(event_loop);
        reeve_file_watch_free(watch);
        fs::remove_all(folder);
    }
    static void write(const fs::path &path, const std::string &content)
    {
        std::ofstream(path) << content;
    }
    /* As kubelet: a folder with the files, and a link that is renamed over the old one. */
    void publish(const std::string &version, const std::string &content)
    {
        fs::create_directory(folder / version);
        write(folder / version / "agent.yaml", content);
        fs::create_directory_symlink(version, folder / "..data_tmp");
        fs::rename(folder / "..data_tmp", folder / "..data");
    }
    /* Watches from now on; the first word, which always comes, is over. */
    void start(const fs::path &path_)
    {
        path = path_;
        ASSERT_EQ(REEVE_OK,
                  reeve_file_watch_new(
                      loop, path.c_str(),
                      [](void *ctx) { static_cast<FileWatchTest *>(ctx)->told++; }, this, &watch));
        ASSERT_TRUE(told_within(1, 20000));
    }
    bool told_within(int count, uint64_t ms)
    {
        const uint64_t end = reeve_now_read().boot_ms + ms;
        while (told < count && reeve_now_read().boot_ms < end) {
            (void)!reeve_loop_poll(loop, end);
        }
        return told >= count;
    }
    /* Once for what `change` does, and no second time. */
    void expect_told(const std::function<void()> &change)
    {
        told = 0;
        change();
        EXPECT_TRUE(told_within(1, 20000));
        EXPECT_FALSE(told_within(2, 400));
    }

    fs::path folder;
    fs::path path;
    struct reeve_event_loop *event_loop = nullptr;
    struct reeve_loop *loop = nullptr;
    struct reeve_file_watch *watch = nullptr;
    int told = 0;
};

TEST_F(FileWatchTest, TellsOfAFileThatIsWrittenInPlace)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    expect_told([&] { write(path, "two, longer"); });
    expect_told([&] { write(path, "too, longer"); });
}

TEST_F(FileWatchTest, TellsOfAFileThatIsRenamedIntoPlace)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    for (int i = 0; i < 3; i++) {
        expect_told([&] {
            write(folder / "agent.yaml.new", "two");
            fs::rename(folder / "agent.yaml.new", path);
        });
    }
}

TEST_F(FileWatchTest, TellsOnceOfAllThatAnEditorDoes)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    expect_told([&] {
        fs::rename(path, folder / "agent.yaml~");
        write(path, "");
        write(path, "two");
        fs::remove(folder / "agent.yaml~");
    });
}

TEST_F(FileWatchTest, TellsOfAConfigMap)
{
    publish("..2026_one", "one");
    fs::create_symlink("..data/agent.yaml", folder / "agent.yaml");
    start(folder / "agent.yaml");
    expect_told([&] { publish("..2026_two", "two"); });
    fs::remove_all(folder / "..2026_one");
    expect_told([&] { publish("..2026_three", "three"); });
}

TEST_F(FileWatchTest, TellsOfALinkToAnotherFolder)
{
    fs::create_directories(folder / "etc");
    fs::create_directories(folder / "srv/conf");
    write(folder / "srv/conf/agent.yaml", "one");
    fs::create_symlink(folder / "srv/conf/agent.yaml", folder / "etc/agent.yaml");
    start(folder / "etc/agent.yaml");
    expect_told([&] { write(folder / "srv/conf/agent.yaml", "two"); });
    expect_told([&] {
        write(folder / "srv/other.yaml", "three");
        fs::create_symlink("../srv/other.yaml", folder / "etc/new");
        fs::rename(folder / "etc/new", path);
    });
    expect_told([&] { write(folder / "srv/other.yaml", "four"); });
}

TEST_F(FileWatchTest, TellsOfAFileThatGoesAndComes)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    expect_told([&] { fs::remove(path); });
    expect_told([&] { write(path, "one"); });
    expect_told([&] { fs::permissions(path, fs::perms::owner_read); });
}

TEST_F(FileWatchTest, TellsOfAFileWhoseFolderComesLater)
{
    start(folder / "later/agent.yaml");
    expect_told([&] {
        fs::create_directory(folder / "later");
        write(path, "one");
    });
    expect_told([&] { write(path, "three"); });
}

TEST_F(FileWatchTest, TellsOfAFolderThatIsReplaced)
{
    fs::create_directory(folder / "etc");
    write(folder / "etc/agent.yaml", "one");
    start(folder / "etc/agent.yaml");
    expect_told([&] {
        fs::rename(folder / "etc", folder / "old");
        fs::create_directory(folder / "etc");
        write(folder / "etc/agent.yaml", "two");
    });
    expect_told([&] { write(path, "three"); });
}

TEST_F(FileWatchTest, TellsOfAFolderAboveItThatIsReplaced)
{
    fs::create_directories(folder / "app/etc/reeve");
    write(folder / "app/etc/reeve/agent.yaml", "one");
    fs::create_directories(folder / "next/etc/reeve");
    write(folder / "next/etc/reeve/agent.yaml", "two");
    start(folder / "app/etc/reeve/agent.yaml");
    expect_told([&] {
        fs::rename(folder / "app", folder / "old");
        fs::rename(folder / "next", folder / "app");
    });
    expect_told([&] { write(path, "three"); });
}

TEST_F(FileWatchTest, SaysNothingOfItsNeighbours)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    told = 0;
    for (int i = 0; i < 50; i++) {
        write(folder / "other", std::to_string(i));
    }
    fs::remove(folder / "other");
    EXPECT_FALSE(told_within(1, 600));
    expect_told([&] { write(path, "two, longer"); });
}

TEST_F(FileWatchTest, FollowsNoLinkForEver)
{
    fs::create_symlink("agent.yaml", folder / "agent.yaml");
    start(folder / "agent.yaml");
    expect_told([&] {
        write(folder / "real", "one");
        fs::create_symlink("real", folder / "new");
        fs::rename(folder / "new", path);
    });
}

TEST_F(FileWatchTest, StopsAtOnceAlsoWhileItWaitsForQuiet)
{
    write(folder / "agent.yaml", "one");
    start(folder / "agent.yaml");
    write(path, "two, longer");
    reeve_file_watch_stop(watch);
    reeve_file_watch_stop(watch);
}

} // namespace
