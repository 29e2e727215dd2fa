// SPDX-License-Identifier: Apache-2.0
//
// Streaming tasks of the exec binding: a line of output is a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/agent/bindings/exec_fixture.h"

namespace
{

using reeve::test::COUNT;
using reeve::test::Ended;
using reeve::test::ExecTest;
using reeve::test::IsAlive;
using reeve::test::Read;
using reeve::test::TOKEN;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ExecTest, LinesBecomeResults)
{
    Script("for i in 1 2 3 4 5; do echo \"{\\\"number\\\":$i}\"; done; printf '{\"number\":6}'");
    Ended &e = Run(COUNT, "{}");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message << Log();
    EXPECT_THAT(results_, ElementsAre(R"({"number":1})", R"({"number":2})", R"({"number":3})",
                                      R"({"number":4})", R"({"number":5})", R"({"number":6})"));
}

TEST_F(ExecTest, NoLineIsNoResult)
{
    Script("true");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, Run(COUNT, "{}").status);
    EXPECT_TRUE(results_.empty());
}

TEST_F(ExecTest, LineThatDoesNotFitEndsTheProgram)
{
    const char *const lines[] = {"", "{}{}", "{\\\"number\\\":2000000}", "nonsense", "["};
    for (const char *line : lines) {
        SCOPED_TRACE(line);
        results_.clear();
        Script("echo '{\"number\":1}'; echo \"" + std::string(line) + "\"; echo $$ > " +
               File("pid") + "; while :; do sleep 0.01; done");
        Ended &e = Run(COUNT, "{}");
        EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
        EXPECT_EQ(REEVE_REASON_OUTPUT_INVALID, e.reason);
        EXPECT_EQ(REEVE_EFFECT_MAYBE, e.effect);
        EXPECT_THAT(Log(), HasSubstr("line 2"));
        EXPECT_EQ(1u, results_.size());
        reeve_runner_free(runner_);
        reeve_binding_free(binding_);
        runner_ = nullptr;
        binding_ = nullptr;
    }
}

TEST_F(ExecTest, LineWithoutEndIsBounded)
{
    Script("head -c 10000000 /dev/zero | tr '\\0' ' '; echo");
    Ended &e = Run(COUNT, "{}");
    EXPECT_EQ(REEVE_REASON_OUTPUT_TOO_LARGE, e.reason);
}

TEST_F(ExecTest, ProgramIsNotReadWhileNobodyTakesItsResults)
{
    release_ = false;
    Script("pad=$(head -c 2000 /dev/zero | tr '\\0' x); i=0; while [ $i -lt 400 ]; do "
           "echo \"{\\\"number\\\":$i,\\\"undeclared\\\":\\\"$pad\\\"}\"; i=$((i+1)); echo $i > " +
           File("at") + "; done");
    const reeve_job_handle handle = Begin(COUNT, "{}");
    while (results_.size() < 2) {
        Turn();
    }
    // The pipe and the buffer fill; then the program stands still.
    std::string at;
    for (int same = 0; same < 50;) {
        Turn();
        const std::string now = Read(File("at"));
        same = !now.empty() && now == at ? same + 1 : 0;
        at = now;
    }
    EXPECT_EQ(2u, results_.size());
    EXPECT_LT(std::stoi(at), 400);
    release_ = true;
    reeve_runner_release(runner_, handle, results_.size(), result_bytes_);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, Wait(handle).status);
    EXPECT_EQ(400u, results_.size());
    EXPECT_EQ(R"({"number":399})", results_.back());
}

TEST_F(ExecTest, CancelWhilePausedEndsTheProgram)
{
    release_ = false;
    Script("echo $$ > " + File("pid") + "; i=0; while :; do echo \"{\\\"number\\\":1}\"; done");
    const reeve_job_handle handle = Begin(COUNT, "{}");
    while (results_.size() < 2) {
        Turn();
    }
    reeve_runner_cancel(runner_, handle, REEVE_CANCEL_REQUESTED);
    EXPECT_EQ(REEVE_OUTCOME_CANCELLED, Wait(handle).status);
    EXPECT_FALSE(IsAlive(std::stoi(Read(File("pid")))));
}

TEST_F(ExecTest, P2_LineWithASecretEndsTheStream)
{
    static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}};
    programs_[2].secrets = secrets;
    programs_[2].secrets_count = 1;
    Script("echo '{\"number\":1}'; echo \"{\\\"number\\\":2,\\\"undeclared\\\":\\\"$TOKEN\\\"}\"; "
           "echo $TOKEN >&2; exit 1");
    Ended &e = Run(COUNT, "{}");
    // What is not declared is dropped before anything could leave.
    EXPECT_EQ(REEVE_REASON_UPSTREAM_FAILED, e.reason);
    EXPECT_EQ(2u, results_.size());
    EXPECT_THAT(Log(), Not(HasSubstr(TOKEN)));
}

} // namespace
