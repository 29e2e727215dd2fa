// SPDX-License-Identifier: Apache-2.0
//
// Real programs under their keepers: what they are given, what cannot be started, what they put
// out.
#include <fstream>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/list.h"
#include "tests/unit/agent/io/process/child_fixture.h"

namespace
{

using reeve_test::Child;
using reeve_test::ChildTest;
using reeve_test::is_alive;
using reeve_test::read_file;
using testing::HasSubstr;

// ---- what a program is given ----

TEST_F(ChildTest, InputOutputAndExitStatus)
{
    Child c("cat; echo problem >&2; exit 7");
    c.input = "hello";
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.child.end, REEVE_CHILD_EXITED);
    EXPECT_EQ(c.child.code, 7);
    EXPECT_EQ(c.output(), "hello");
    EXPECT_EQ(c.problems(), "problem\n");
    EXPECT_TRUE(c.child.may_have_run);
}

TEST_F(ChildTest, ArgumentsArriveAsTheyAreAndNothingExpandsThem)
{
    Child c("");
    c.path = "/usr/bin/printf";
    c.arguments = {"%s|", "$HOME", "`id`", "", "two words", "*"};
    run(c);
    EXPECT_EQ(c.output(), "$HOME|`id`||two words|*|");
}

TEST_F(ChildTest, EnvironmentIsWhatThePlanSaysAndNoMore)
{
    ASSERT_EQ(setenv("REEVE_TEST_OF_OURS", "must not be inherited", 1), 0);
    Child c("");
    c.path = "/usr/bin/env";
    c.arguments = {};
    c.environment = {"ONE=1"};
    c.secrets = {{"TOKEN", 0, reeve_bytes_cstr("value-of-the-token")}};
    run(c);
    EXPECT_EQ(c.output(), "ONE=1\nTOKEN=value-of-the-token\n");
}

TEST_F(ChildTest, SecretsByDescriptorCanBeReadTwiceAndStandNowhereElse)
{
    Child c("cat <&5; cat /dev/fd/5; cat <&3; tr '\\0' ' ' </proc/self/cmdline; env");
    c.secrets = {{nullptr, 5, reeve_bytes_cstr("first-secret;")},
                 {nullptr, 3, reeve_bytes_cstr("second-secret;")}};
    run(c);
    EXPECT_EQ(c.output().substr(0, 40), "first-secret;first-secret;second-secret;") << c.problems();
    EXPECT_EQ(c.output().find("secret", 40), std::string::npos);
}

TEST_F(ChildTest, NoDescriptorOfOursIsInherited)
{
    // One that is not close-on-exec, as a library of somebody else's may leave it.
    const int ours = open("/etc/passwd", O_RDONLY);
    ASSERT_GE(ours, 0);
    ASSERT_GE(fcntl(ours, F_DUPFD, 40), 0);
    Child c("");
    c.path = "/bin/ls";
    c.arguments = {"/proc/self/fd"};
    c.secrets = {{nullptr, 9, reeve_bytes_cstr("a-secret-value")}};
    run(c);
    // The last is ls's own, for the directory.
    EXPECT_EQ(c.output(), "0\n1\n2\n3\n9\n") << c.problems();
    close(ours);
}

TEST_F(ChildTest, ProcessIsClean)
{
    Child c("grep -E '^(Sig(Blk|Ign|Cgt)|NoNewPrivs|CapAmb):' /proc/self/status; ulimit -c; umask; "
            "cat /proc/self/coredump_filter; "
            "pwd; test \"$(ps -o sid= -p $$)\" -eq $$ && test \"$(ps -o pgid= -p $$)\" -eq $$ && "
            "echo own session");
    c.directory = directory;
    run(c);
    EXPECT_THAT(c.output(), HasSubstr("SigBlk:\t0000000000000000"));
    EXPECT_THAT(c.output(), HasSubstr("SigIgn:\t0000000000000000"));
    EXPECT_THAT(c.output(), HasSubstr("NoNewPrivs:\t1"));
    EXPECT_THAT(c.output(), HasSubstr("\n0\n0077\n00000000\n" + directory + "\nown session\n"));
}

TEST_F(ChildTest, LimitsHold)
{
    Child c("ulimit -t; ulimit -v; ulimit -n; ulimit -f; ulimit -H -n");
    c.plan.limits = {100, UINT64_C(1) << 30, 50, 0, 1024 * 512};
    run(c);
    EXPECT_EQ(c.output(), "100\n1048576\n50\n1024\n50\n");
}

TEST_F(ChildTest, MemoryLimitStopsAProgramThatWantsMore)
{
    Child c("");
    c.path = "/usr/bin/python3";
    c.arguments = {"-c", "x = bytearray(512 * 1024 * 1024)"};
    c.plan.limits.memory_bytes = 256 * 1024 * 1024;
    run(c);
    EXPECT_EQ(c.child.code, 1);
    EXPECT_THAT(c.problems(), HasSubstr("MemoryError"));
}

TEST_F(ChildTest, ProcessorLimitStopsAProgramThatSpins)
{
    Child c("while :; do :; done");
    c.plan.limits.cpu_seconds = 1;
    run(c);
    EXPECT_EQ(c.child.end, REEVE_CHILD_KILLED);
    EXPECT_TRUE(c.child.code == SIGXCPU || c.child.code == SIGKILL);
}

TEST_F(ChildTest, FileLimitStopsAProgramThatFillsTheDisk)
{
    Child c("head -c 100000 /dev/zero > big; wc -c < big");
    c.directory = directory;
    c.plan.limits.file_bytes = 4096;
    run(c);
    EXPECT_EQ(c.output(), "4096\n");
}

// Everything that needs root; a run without it says so.
class RootTest : public ChildTest
{
  protected:
    void SetUp() override
    {
        ChildTest::SetUp();
        if (geteuid() != 0) {
            GTEST_SKIP() << "changing the user needs root";
        }
    }
    static void as_nobody(Child &c)
    {
        c.plan.has_user = true;
        c.plan.user = 65534;
        c.plan.group = 65534;
    }
};

TEST_F(RootTest, UserGroupAndGroupsAreTheConfiguredOnes)
{
    Child c("id -u; id -g; id -G; echo into the pipe by name > /dev/stdout; cat /dev/fd/3; "
            "cat /etc/shadow");
    c.secrets = {{nullptr, 3, reeve_bytes_cstr("a-secret-value")}};
    as_nobody(c);
    run(c);
    EXPECT_EQ(c.output(), "65534\n65534\n65534\ninto the pipe by name\na-secret-value");
    EXPECT_THAT(c.problems(), HasSubstr("Permission denied"));
}

TEST_F(RootTest, ForkBombStaysWithinItsLimit)
{
    Child c("i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done");
    as_nobody(c);
    c.plan.user = 64999; // nobody else's, so that only its own processes count
    c.plan.limits.processes = 20;
    run(c);
    EXPECT_NE(c.child.code, 0);
    EXPECT_THAT(c.problems(), HasSubstr("fork"));
}

TEST_F(RootTest, DirectoryIsEnteredWithTheProgramsRights)
{
    const std::string closed = file("closed");
    ASSERT_EQ(mkdir(closed.c_str(), 0700), 0);
    Child c("true");
    as_nobody(c);
    c.directory = closed;
    run(c);
    EXPECT_EQ(c.child.status, REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_EQ(c.child.step, REEVE_PROCESS_STEP_DIRECTORY);
    EXPECT_EQ(c.child.error, EACCES);
    EXPECT_FALSE(c.child.may_have_run);
}

// ---- what cannot be started ----

TEST_F(ChildTest, MissingProgramNamesStepAndCause)
{
    Child c("");
    c.path = "/no/such/program";
    run(c);
    EXPECT_EQ(c.child.status, REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_EQ(c.child.step, REEVE_PROCESS_STEP_EXECUTE);
    EXPECT_EQ(c.child.error, ENOENT);
    EXPECT_FALSE(c.child.may_have_run);
}

TEST_F(ChildTest, FileThatIsNoProgramNamesStepAndCause)
{
    std::ofstream(file("text")) << "no program\n";
    Child c("");
    c.path = file("text");
    run(c);
    EXPECT_EQ(c.child.step, REEVE_PROCESS_STEP_EXECUTE);
    EXPECT_EQ(c.child.error, EACCES);
    ASSERT_EQ(chmod(file("text").c_str(), 0755), 0);
    Child again("");
    again.path = file("text");
    run(again);
    EXPECT_EQ(again.child.error, ENOEXEC);
}

TEST_F(ChildTest, KeeperThatCannotBeStartedIsSaidSo)
{
    reeve_child_loop *broken = nullptr;
    ASSERT_EQ(reeve_child_loop_new("/no/such/worker", &broken), REEVE_OK);
    Child c("true");
    c.start(broken);
    c.wait();
    EXPECT_EQ(c.child.status, REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_EQ(c.child.step, REEVE_PROCESS_STEP_SPAWN);
    EXPECT_EQ(c.child.error, ENOENT);
    reeve_child_loop_free(broken);
}

// ---- big, early, late ----

TEST_F(ChildTest, BigInputAndOutputAtOnce)
{
    Child c("cat");
    c.input = std::string(8 * 1024 * 1024, 'x');
    c.child.max_output_bytes = c.input.size();
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.child.output.len, c.input.size());
}

TEST_F(ChildTest, ProgramThatReadsNothingIsNoDeadlock)
{
    Child c("exec <&-; head -c 300000 /dev/zero");
    c.input = std::string(4 * 1024 * 1024, 'x');
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.child.output.len, 300000u);

    Child never("echo done");
    never.input = std::string(4 * 1024 * 1024, 'x');
    run(never);
    EXPECT_EQ(never.output(), "done\n");
}

TEST_F(ChildTest, OutputOverItsBoundEndsTheProgram)
{
    Child c("echo $$ > " + file("pid") + "; yes");
    c.child.max_output_bytes = 100000;
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OUTPUT_TOO_LARGE);
    EXPECT_EQ(c.child.output.len, 100000u);
    EXPECT_FALSE(is_alive(std::stoi(read_file(file("pid")))));
}

TEST_F(ChildTest, OutputOfExactlyItsBoundIsFine)
{
    Child c("printf 0123456789");
    c.child.max_output_bytes = 10;
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.output(), "0123456789");
    Child over("printf 0123456789A");
    over.child.max_output_bytes = 10;
    run(over);
    EXPECT_EQ(over.child.status, REEVE_OUTPUT_TOO_LARGE);
}

TEST_F(ChildTest, ProblemsAreBoundedAndDelayNobody)
{
    Child c("yes problem | head -c 1000000 >&2; echo done");
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.child.problems.len, 4096u);
    EXPECT_TRUE(c.child.problems_cut);
    EXPECT_EQ(c.output(), "done\n");
}

TEST_F(ChildTest, DeathBySignalIsToldAsIt)
{
    Child c("kill -9 $$");
    run(c);
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(c.child.end, REEVE_CHILD_KILLED);
    EXPECT_EQ(c.child.code, SIGKILL);
}

// ---- output as it comes ----

TEST_F(ChildTest, OutputIsLentAndNothingIsReadUntilItIsBack)
{
    Child c("for i in 1 2 3; do echo $i; done; yes | head -c 1000000");
    c.child.max_output_bytes = 1000;
    c.child.on_output = [](reeve_child *child) {
        Child *self = REEVE_OWNER(child, Child, child);
        const std::lock_guard<std::mutex> hold(self->lock);
        self->outputs++;
        self->changed.notify_all();
    };
    c.start(loop);
    size_t total = 0;
    for (int seen = 0;;) {
        std::unique_lock<std::mutex> hold(c.lock);
        c.changed.wait(hold, [&] { return c.done || c.outputs > seen; });
        if (c.outputs == seen) {
            break;
        }
        EXPECT_EQ(c.outputs, seen + 1);
        seen = c.outputs;
        EXPECT_LE(c.child.output.len, 1000u);
        total += c.child.output.len;
        reeve_buffer_reset(&c.child.output);
        hold.unlock();
        reeve_child_resume(loop, &c.child);
    }
    EXPECT_EQ(c.child.status, REEVE_OK);
    EXPECT_EQ(total, 1000006u);
}

TEST_F(ChildTest, CancelWhileOutputIsLent)
{
    Child c("yes");
    c.child.max_output_bytes = 1000;
    c.child.on_output = [](reeve_child *child) {
        Child *self = REEVE_OWNER(child, Child, child);
        const std::lock_guard<std::mutex> hold(self->lock);
        self->outputs++;
        self->changed.notify_all();
    };
    c.start(loop);
    {
        std::unique_lock<std::mutex> hold(c.lock);
        c.changed.wait(hold, [&] { return c.outputs == 1; });
    }
    reeve_child_cancel(loop, &c.child);
    reeve_child_resume(loop, &c.child);
    c.wait();
    EXPECT_EQ(c.child.status, REEVE_CANCELLED);
    EXPECT_EQ(c.outputs, 1);
}

} // namespace
