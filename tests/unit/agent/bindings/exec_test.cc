// SPDX-License-Identifier: Apache-2.0
//
// Tasks carried out by real programs, from input bytes to result: what a program is asked, what its
// answer means (P3), and what of it may leave (P2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/bytes.h"
#include "tests/unit/agent/bindings/exec_fixture.h"

namespace
{

using reeve::test::COUNT;
using reeve::test::Ended;
using reeve::test::ExecTest;
using reeve::test::GREET;
using reeve::test::IsAlive;
using reeve::test::LOOK;
using reeve::test::Read;
using reeve::test::Text;
using reeve::test::TOKEN;
using ::testing::HasSubstr;
using ::testing::Not;

// ---- one value ----

TEST_F(ExecTest, InputIsJsonOnStandardInputAndOutputIsReadBack)
{
    Script("cat > " + File("input") + "; echo '{\"text\":\"hello\",\"undeclared\":\"stays\"}'");
    Ended &e = Run(GREET, R"({"name":"Ada \"$HOME\" `id`","big":"9007199254740993"})");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message << Log();
    EXPECT_EQ(REEVE_EFFECT_DONE, e.effect);
    EXPECT_EQ(R"({"text":"hello"})", e.output);
    EXPECT_EQ("{\"name\":\"Ada \\\"$HOME\\\" `id`\",\"big\":\"9007199254740993\"}\n",
              Read(File("input")));
}

TEST_F(ExecTest, EnvironmentNamesTheJobAndNothingElseOfOurs)
{
    static const char *const environment[] = {"LANG=C.UTF-8"};
    programs_[0].environment = environment;
    programs_[0].environment_count = 1;
    Script("/usr/bin/env | sort > " + File("env") + "; echo '{}'");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << Log();
    EXPECT_EQ("LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\nPWD=/\nREEVE_ATTEMPT=3\n"
              "REEVE_JOB_ID=00000000-0000-0000-0000-000000000007\n"
              "REEVE_TASK=exectest.v1.Scripts/Greet\n",
              Read(File("env")));
}

TEST_F(ExecTest, TasksWithoutSideEffectsHaveNone)
{
    Script("echo '{\"text\":\"seen\"}'");
    EXPECT_EQ(REEVE_EFFECT_NONE, Run(LOOK).effect);
}

TEST_F(ExecTest, ExitStatusesMeanWhatTheTableSays)
{
    struct Row {
        const char *script;
        int status, reason, effect;
        uint32_t code;
    };
    const Row rows[] = {
        {"exit 65", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_REFUSED, REEVE_EFFECT_NONE, 65},
        {"exit 69", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_UNREACHABLE, REEVE_EFFECT_NONE, 69},
        {"exit 77", REEVE_OUTCOME_FAILED, REEVE_REASON_CREDENTIAL_REFUSED, REEVE_EFFECT_NONE, 77},
        {"exit 1", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_FAILED, REEVE_EFFECT_MAYBE, 1},
        {"kill -9 $$", REEVE_OUTCOME_FAILED, REEVE_REASON_UPSTREAM_INTERRUPTED, REEVE_EFFECT_MAYBE,
         137},
        {"echo nonsense", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_INVALID, REEVE_EFFECT_DONE, 0},
        {"true", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_INVALID, REEVE_EFFECT_DONE, 0},
        {"echo '{} {}'", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_INVALID, REEVE_EFFECT_DONE, 0},
        {"printf '{\"text\":\"%0200d\"}' 1", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_INVALID,
         REEVE_EFFECT_DONE, 0},
        {"head -c 200000 /dev/zero", REEVE_OUTCOME_FAILED, REEVE_REASON_OUTPUT_TOO_LARGE,
         REEVE_EFFECT_MAYBE, 0},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.script);
        Script(row.script);
        Ended &e = Run(GREET);
        EXPECT_EQ(row.status, e.status);
        EXPECT_EQ(row.reason, e.reason) << e.message;
        EXPECT_EQ(row.effect, e.effect);
        EXPECT_EQ(row.code, e.upstream_code);
        EXPECT_NE("", e.reference);
        EXPECT_THAT(Log(), HasSubstr(e.reference));
        reeve_runner_free(runner_);
        reeve_binding_free(binding_);
        runner_ = nullptr;
        binding_ = nullptr;
    }
}

TEST_F(ExecTest, ProgramThatCannotBeStartedHadNoEffectAndTheLogSaysWhy)
{
    programs_[0].path = "/no/such/program";
    Script("true");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_REASON_UPSTREAM_UNREACHABLE, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_EQ("the program could not be started", e.message);
    EXPECT_THAT(Log(), HasSubstr("executing the program"));
    EXPECT_THAT(Log(), HasSubstr("No such file or directory"));
    EXPECT_THAT(Log(), HasSubstr(e.reference));
}

TEST_F(ExecTest, OperationWithoutAProgramIsRejected)
{
    Script("true");
    Ended &e = Run("exectest.v1.Scripts/Missing");
    EXPECT_EQ(REEVE_OUTCOME_REJECTED, e.status);
    EXPECT_EQ(REEVE_REASON_NOT_CONFIGURED, e.reason);
}

TEST_F(ExecTest, BigInputToAProgramThatDoesNotRead)
{
    Script("echo '{\"text\":\"done\"}'");
    Ended &e = Run(GREET, "{\"name\":\"" + std::string(1000000, 'x') + "\"}");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message;
}

// ---- secrets (P2) ----

TEST_F(ExecTest, P2_SecretsReachTheProgramAndNothingElse)
{
    static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}, {"token", nullptr, 4}};
    programs_[0].secrets = secrets;
    programs_[0].secrets_count = 2;
    Script("test \"$TOKEN\" = \"$(cat <&4)\" && ! grep -a '[s]cript-token' /proc/$$/cmdline && "
           "echo \"I was given $TOKEN\" >&2 && echo '{\"text\":\"same\"}'");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message << Log();
    EXPECT_THAT(Log(), HasSubstr("I was given ***"));
    EXPECT_THAT(Log(), Not(HasSubstr(TOKEN)));
}

TEST_F(ExecTest, P2_OutputWithASecretIsWithheld)
{
    static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}};
    for (reeve_exec_program &program : programs_) {
        program.secrets = secrets;
        program.secrets_count = 1;
    }
    Script("echo \"{\\\"text\\\":\\\"$(printf %s \"$TOKEN\" | base64)\\\"}\"");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_OUTPUT_WITHHELD, e.reason);
    EXPECT_EQ(REEVE_EFFECT_DONE, e.effect);
    EXPECT_EQ("", e.output);
}

// P4: a program that is ended because a result of it cannot leave, or that fails behind it, may
// have done half of its work.
struct Withheld : ExecTest {
    void ExpectDoubtOf(const std::string &end)
    {
        static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}};
        for (reeve_exec_program &program : programs_) {
            program.secrets = secrets;
            program.secrets_count = 1;
        }
        Script("echo \"{\\\"note\\\":\\\"$TOKEN\\\"}\"; " + end);
        Ended &e = Run(COUNT, "{}");
        EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
        EXPECT_EQ(REEVE_REASON_OUTPUT_WITHHELD, e.reason);
        EXPECT_EQ(REEVE_EFFECT_MAYBE, e.effect);
    }
};

TEST_F(Withheld, P4_OfAProgramThatIsEndedLeavesDoubt)
{
    ExpectDoubtOf("exec sleep 60");
}

TEST_F(Withheld, P4_OfAProgramThatFailsLeavesDoubt)
{
    ExpectDoubtOf("exit 3");
}

TEST_F(ExecTest, P2_StandardErrorStaysLocalScrubbedAndCut)
{
    static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}};
    programs_[0].secrets = secrets;
    programs_[0].secrets_count = 1;
    // The secret stands across every place where an excerpt could be cut.
    Script("i=0; while [ $i -lt 400 ]; do printf '%s %s;' \"$TOKEN\" $i >&2; i=$((i+1)); done; "
           "exit 1");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_REASON_UPSTREAM_FAILED, e.reason);
    EXPECT_EQ("the program failed", e.message);
    const std::string log = Log();
    EXPECT_THAT(log, HasSubstr("399;"));
    EXPECT_LT(log.size(), 6000u);
    for (size_t len = 8; len < sizeof(TOKEN); len++) {
        EXPECT_THAT(log, Not(HasSubstr(std::string(TOKEN, len))));
        EXPECT_THAT(log, Not(HasSubstr(std::string(TOKEN + sizeof(TOKEN) - 1 - len, len))));
    }
}

TEST_F(ExecTest, SecretThatCannotBeLoadedMeansThatNothingStarts)
{
    static const reeve_exec_secret secrets[] = {{"other", "TOKEN", 0}};
    programs_[0].secrets = secrets;
    programs_[0].secrets_count = 1;
    Script("touch " + File("ran") + "; echo '{}'");
    Ended &e = Run(GREET);
    EXPECT_EQ(REEVE_REASON_CREDENTIAL_UNAVAILABLE, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_FALSE(std::filesystem::exists(File("ran")));
}

// ---- cancel, turns ----

TEST_F(ExecTest, CancelEndsTheProgram)
{
    Script("echo $$ > " + File("pid") + "; while :; do sleep 0.01; done");
    const reeve_job_handle handle = Begin(GREET, "{}");
    while (Read(File("pid")).empty()) {
        Turn();
    }
    reeve_runner_cancel(runner_, handle, REEVE_CANCEL_DEADLINE);
    Ended &e = Wait(handle);
    EXPECT_EQ(REEVE_OUTCOME_TIMED_OUT, e.status);
    EXPECT_EQ(REEVE_EFFECT_MAYBE, e.effect);
    EXPECT_FALSE(IsAlive(std::stoi(Read(File("pid")))));
}

TEST_F(ExecTest, CancelBeforeTheStartHadNoEffect)
{
    Script("sleep 100");
    const reeve_job_handle handle = Begin(GREET, "{}");
    reeve_runner_cancel(runner_, handle, REEVE_CANCEL_REQUESTED);
    Ended &e = Wait(handle);
    EXPECT_EQ(REEVE_OUTCOME_CANCELLED, e.status);
}

TEST_F(ExecTest, NoMoreAtOnceThanConfiguredAndEachHasItsTurn)
{
    programs_[0].max_concurrent = 2;
    // Fails when a third one runs beside it.
    Script("n=$(mktemp " + File("on.XXXXXX") + "); set -- " + dir_ +
           "/on.*; [ $# -le 2 ] || exit 1; sleep 0.02; rm $n; echo '{}'");
    std::vector<reeve_job_handle> handles;
    for (int i = 0; i < 12; i++) {
        handles.push_back(Begin(GREET, "{}"));
    }
    for (reeve_job_handle handle : handles) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, Wait(handle).status) << Log();
    }
}

TEST_F(ExecTest, CancelWhileWaitingForATurnNeverStarts)
{
    programs_[0].max_concurrent = 1;
    Script("echo x >> " + File("ran") + "; read line; sleep 100");
    const reeve_job_handle first = Begin(GREET, "{}");
    while (Read(File("ran")).empty()) {
        Turn();
    }
    const reeve_job_handle second = Begin(GREET, "{}");
    const reeve_job_handle third = Begin(GREET, "{}");
    Turn();
    reeve_runner_cancel(runner_, second, REEVE_CANCEL_REQUESTED);
    EXPECT_EQ(REEVE_EFFECT_NONE, Wait(second).effect);
    reeve_runner_cancel(runner_, third, REEVE_CANCEL_REQUESTED);
    EXPECT_EQ(REEVE_OUTCOME_CANCELLED, Wait(third).status);
    reeve_runner_cancel(runner_, first, REEVE_CANCEL_REQUESTED);
    EXPECT_EQ(REEVE_EFFECT_MAYBE, Wait(first).effect);
    EXPECT_EQ("x\n", Read(File("ran")));
}

// P7: what a message of a stream is decoded into counts, as all else that jobs decode.
TEST_F(ExecTest, MessagesOfAStreamAreDecodedWithinTheMemoryOfAllJobs)
{
    all_job_memory_ = 20000;
    Script("printf '{\"number\":1}\\n{\"number\":2,\"note\":\"%040000d\"}\\n' 7");
    Ended &e = Run("exectest.v1.Scripts/Count", "{}");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_OUT_OF_MEMORY, e.reason) << e.message;
    EXPECT_EQ(1u, results_.size());
}

TEST_F(ExecTest, TwoHundredAtOnce)
{
    programs_[0].max_concurrent = 200;
    Script("read line; echo x >> " + File("on") + "; while [ ! -e " + File("go") +
           " ]; do sleep 0.05; done; echo '{\"text\":\"through\"}'");
    for (int i = 0; i < 200; i++) {
        Begin(GREET, "{}");
    }
    while (Read(File("on")).size() < 400) {
        Turn();
    }
    std::ofstream(File("go")) << "go";
    while (finished_ < 200) {
        Turn();
    }
    for (const Ended &e : ended_) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message;
    }
}

// ---- explain ----

TEST_F(ExecTest, ExplainShowsEverythingButSecretsAndRunsNothing)
{
    static const reeve_exec_secret secrets[] = {{"token", "TOKEN", 0}, {"token", nullptr, 4}};
    programs_[0].secrets = secrets;
    programs_[0].secrets_count = 2;
    programs_[0].has_user = true;
    programs_[0].user = 65534;
    programs_[0].group = 65533;
    programs_[0].limits.cpu_seconds = 5;
    Script("touch " + File("ran"));
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    reeve_buffer text;
    reeve_buffer_init(&text, nullptr, 1 << 20);
    const std::string json = R"({"name":"Ada"})";
    const reeve_json_options options = {};
    reeve_problem problem = {};
    void *request = nullptr;
    uint32_t index = 0;
    while (std::string(exec_test_tasks.tasks[index]->name) != GREET) {
        index++;
    }
    const reeve_task *task = exec_test_tasks.tasks[index];
    ASSERT_EQ(REEVE_OK,
              reeve_message_from_json(task->input, reeve_bytes_of(json.data(), json.size()),
                                      &options, &arena, &request, &problem));
    ASSERT_EQ(REEVE_OK, binding_->vtable->explain(binding_, task, request, &arena, &text));
    const std::string said = Text(reeve_buffer_view(&text));
    EXPECT_THAT(said, HasSubstr("program\n  \"/bin/sh\"\narguments\n  \"-c\"\n  \"touch "));
    EXPECT_THAT(said, HasSubstr("65534, group 65533"));
    EXPECT_THAT(said, HasSubstr("TOKEN=(secret token)"));
    EXPECT_THAT(said, HasSubstr("4: (secret token)"));
    EXPECT_THAT(said, HasSubstr("processor seconds 5"));
    EXPECT_THAT(said, HasSubstr("standard input\n{\"name\":\"Ada\"}\n"));
    EXPECT_THAT(said, Not(HasSubstr(TOKEN)));
    EXPECT_FALSE(std::filesystem::exists(File("ran")));
    reeve_buffer_clear(&text);
    reeve_arena_clear(&arena);
}

} // namespace
