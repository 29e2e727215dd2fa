// SPDX-License-Identifier: Apache-2.0
//
// Programs under their keepers, and the loop that they belong to.
#ifndef REEVE_TESTS_UNIT_AGENT_IO_PROCESS_CHILD_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_IO_PROCESS_CHILD_FIXTURE_H

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "agent/base/list.h"
#include "agent/io/process/child.h"
#include "agent/io/process/process.h"

namespace reeve_test
{

// One program: /bin/sh -c SCRIPT unless told otherwise.
struct Child {
    reeve_child child{};
    reeve_process_plan plan{};
    std::string path = "/bin/sh";
    std::vector<std::string> arguments;
    std::vector<std::string> environment{"PATH=/usr/bin:/bin"};
    std::vector<reeve_process_secret> secrets;
    std::string directory = "/";
    std::string input;
    std::vector<const char *> argument_pointers;
    std::vector<const char *> environment_pointers;
    std::mutex lock;
    std::condition_variable changed;
    bool done = false;
    int outputs = 0;

    explicit Child(const std::string &script) : arguments{"-c", script}
    {
        child.grace_ms = 2000;
        child.max_output_bytes = 1024 * 1024;
        child.max_problems_bytes = 4096;
        child.on_done = [](reeve_child *c) {
            Child *self = REEVE_OWNER(c, Child, child);
            const std::lock_guard<std::mutex> hold(self->lock);
            self->done = true;
            self->changed.notify_all();
        };
    }
    ~Child()
    {
        reeve_buffer_clear(&child.output);
        reeve_buffer_clear(&child.problems);
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    void start(reeve_child_loop *loop)
    {
        for (const std::string &text : arguments) {
            argument_pointers.push_back(text.c_str());
        }
        for (const std::string &text : environment) {
            environment_pointers.push_back(text.c_str());
        }
        plan.path = path.c_str();
        plan.arguments = argument_pointers.data();
        plan.arguments_count = argument_pointers.size();
        plan.environment = environment_pointers.data();
        plan.environment_count = environment_pointers.size();
        plan.secrets = secrets.data();
        plan.secrets_count = secrets.size();
        plan.directory = directory.c_str();
        child.plan = &plan;
        child.input = reeve_bytes_of(input.data(), input.size());
        reeve_child_start(loop, &child);
    }
    void wait()
    {
        std::unique_lock<std::mutex> hold(lock);
        changed.wait(hold, [this] { return done; });
    }
    std::string output() const
    {
        return {reinterpret_cast<const char *>(child.output.data), child.output.len};
    }
    std::string problems() const
    {
        return {reinterpret_cast<const char *>(child.problems.data), child.problems.len};
    }
};

inline std::string read_file(const std::string &path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void wait_for_file(const std::string &path)
{
    while (read_file(path).empty()) {
        std::this_thread::yield();
    }
}

// "Z" and what is gone count as dead.
inline bool is_alive(pid_t pid)
{
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const size_t end = stat.rfind(") ");
    return end != std::string::npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

class ChildTest : public testing::Test
{
  protected:
    reeve_child_loop *loop = nullptr;
    std::string directory;

    void SetUp() override
    {
        char name[] = "/tmp/reeve-child-XXXXXX";
        directory = mkdtemp(name);
        // Programs under another user write here.
        ASSERT_EQ(chmod(directory.c_str(), 0777), 0);
        ASSERT_EQ(reeve_child_loop_new(nullptr, &loop), REEVE_OK);
    }
    void TearDown() override
    {
        reeve_child_loop_free(loop);
        std::filesystem::remove_all(directory);
    }
    void run(Child &c)
    {
        c.start(loop);
        c.wait();
    }
    std::string file(const std::string &name) const
    {
        return directory + "/" + name;
    }
};

} // namespace reeve_test

#endif
