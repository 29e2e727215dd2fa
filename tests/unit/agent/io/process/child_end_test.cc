// SPDX-License-Identifier: Apache-2.0
//
// How programs end, many of them too, and that nothing of them stays behind.
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "agent/base/time.h"
#include "agent/io/process/process.h"
#include "tests/unit/agent/io/process/child_fixture.h"

namespace
{

using reeve_test::Child;
using reeve_test::ChildTest;
using reeve_test::is_alive;
using reeve_test::read_file;
using reeve_test::wait_for_file;

// ---- nothing stays behind ----

TEST_F(ChildTest, GrandchildThatKeepsThePipesOpenHangsNobodyAndDies)
{
    Child c("sleep 1000 & echo $! > " + file("pid") + "; echo done");
    run(c);
    EXPECT_EQ(c.output(), "done\n");
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("pid")))));
}

TEST_F(ChildTest, GrandchildInASessionOfItsOwnDiesToo)
{
    Child c("setsid sh -c 'sleep 1000 & echo $! > " + file("inner") +
            "; setsid sleep 1000 & echo $! > " + file("pid") + "; wait' & while ! test -s " +
            file("pid") + "; do :; done; echo done");
    run(c);
    EXPECT_EQ(c.output(), "done\n");
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("pid")))));
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("inner")))));
}

TEST_F(ChildTest, CancelAsksFirst)
{
    Child c("trap 'echo stopped; exit 3' TERM; echo $$ > " + file("pid") +
            "; while :; do sleep 0.01; done");
    c.start(loop);
    wait_for_file(file("pid"));
    reeve_child_cancel(loop, &c.child);
    reeve_child_cancel(loop, &c.child);
    c.wait();
    EXPECT_EQ(c.child.status, REEVE_CANCELLED);
    EXPECT_EQ(c.child.end, REEVE_CHILD_EXITED);
    EXPECT_EQ(c.child.code, 3);
}

TEST_F(ChildTest, CancelKillsWhoDoesNotListenAndAllOfHis)
{
    Child c("trap '' TERM; (trap '' TERM; echo $$ > " + file("inner") +
            "; while :; do sleep 1; done) & echo $$ > " + file("pid") +
            "; while :; do sleep 1; done");
    c.child.grace_ms = 50;
    c.start(loop);
    wait_for_file(file("pid"));
    wait_for_file(file("inner"));
    reeve_child_cancel(loop, &c.child);
    c.wait();
    EXPECT_EQ(c.child.status, REEVE_CANCELLED);
    EXPECT_EQ(c.child.end, REEVE_CHILD_KILLED);
    EXPECT_EQ(c.child.code, SIGKILL);
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("pid")))));
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("inner")))));
}

TEST_F(ChildTest, CancelRightAfterTheStartEndsToo)
{
    for (int i = 0; i < 20; i++) {
        Child c("sleep 1000");
        c.start(loop);
        reeve_child_cancel(loop, &c.child);
        c.wait();
        EXPECT_EQ(c.child.status, REEVE_CANCELLED);
    }
}

TEST_F(ChildTest, CancelThatMeetsTheEndCompletesOnce)
{
    for (int i = 0; i < 40; i++) {
        Child c("exit 0");
        c.start(loop);
        // The end comes after some milliseconds: the cancels come at different times around it.
        for (const uint64_t from = reeve_monotonic_ns();
             reeve_monotonic_ns() - from < static_cast<uint64_t>(i) * 200000;) {
            std::this_thread::yield();
        }
        reeve_child_cancel(loop, &c.child);
        c.wait();
        EXPECT_TRUE(c.child.status == REEVE_CANCELLED || c.child.status == REEVE_OK);
    }
}

TEST_F(ChildTest, EndIsNoticedWhereSigchldIsIgnored)
{
    struct sigaction ignore = {};
    struct sigaction before = {};
    ignore.sa_handler = SIG_IGN;
    ASSERT_EQ(sigaction(SIGCHLD, &ignore, &before), 0);
    Child c("sleep 1000 & echo done; exit 5");
    run(c);
    EXPECT_EQ(c.output(), "done\n");
    EXPECT_EQ(c.child.code, 5);
    ASSERT_EQ(sigaction(SIGCHLD, &before, nullptr), 0);
}

TEST_F(ChildTest, ProgramDiesWithItsKeeper)
{
    Child c("echo $$ > " + file("pid") + "; echo $PPID > " + file("keeper") +
            "; while :; do sleep 0.01; done");
    c.start(loop);
    wait_for_file(file("keeper"));
    ASSERT_EQ(kill(std::stoi(read_file(file("keeper"))), SIGKILL), 0);
    c.wait();
    EXPECT_EQ(c.child.status, REEVE_UPSTREAM_INTERRUPTED);
    EXPECT_TRUE(c.child.may_have_run);
    while (is_alive(std::stoi(read_file(file("pid"))))) {
        std::this_thread::yield();
    }
}

TEST_F(ChildTest, TheEndOfTheLoopIsTheEndOfItsPrograms)
{
    Child c("trap '' TERM; echo $$ > " + file("pid") + "; while :; do sleep 1; done");
    c.start(loop);
    wait_for_file(file("pid"));
    reeve_child_loop_free(loop);
    loop = nullptr;
    EXPECT_TRUE(c.done);
    EXPECT_EQ(c.child.status, REEVE_CANCELLED);
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("pid")))));
}

// ---- many ----

TEST_F(ChildTest, TwoHundredAtOnceWithoutAThreadEach)
{
    const size_t threads =
        std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < 200; i++) {
        children.push_back(std::make_unique<Child>("read x; echo $x; sleep 1000"));
        children.back()->input = std::to_string(i) + "\n";
        children.back()->start(loop);
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}), threads);
    for (auto &c : children) {
        reeve_child_cancel(loop, &c->child);
    }
    for (auto &c : children) {
        c->wait();
        EXPECT_EQ(c->child.status, REEVE_CANCELLED);
    }
}

// The process's limits are its main's matter, not a library's.
TEST(ChildLoop, LeavesTheProcessesLimitsAsTheyAre)
{
    rlimit before = {};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit few = before;
    few.rlim_cur = 200;
    ASSERT_LT(few.rlim_cur, few.rlim_max);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    reeve_child_loop *loop = nullptr;
    EXPECT_EQ(reeve_child_loop_new(nullptr, &loop), REEVE_OK);
    reeve_child_loop_free(loop);
    rlimit now = {};
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
    EXPECT_EQ(now.rlim_cur, few.rlim_cur);
    reeve_process_raise_descriptors();
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
    EXPECT_EQ(now.rlim_cur, before.rlim_max);
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(ChildTest, DescriptorsAndZombiesDoNotPileUp)
{
    const auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    const auto before = descriptors();
    for (int i = 0; i < 30; i++) {
        Child c("sleep 1000 & exit 0");
        c.input = "x";
        c.secrets = {{nullptr, 3, reeve_bytes_cstr("a-secret-value")}};
        run(c);
    }
    EXPECT_EQ(descriptors(), before);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

} // namespace
