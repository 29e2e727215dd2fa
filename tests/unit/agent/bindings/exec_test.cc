// SPDX-License-Identifier: Apache-2.0
// Tasks carried out by real programs, from input bytes to result: what a program is asked, what its
// answer means (P3), and what of it may leave (P2).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/exec/exec_binding.h"
#include "agent/io/loop/event_loop.h"
#include "agent/runner/runner.h"
#include "creds/secrets/file.h"
#include "exec_test_tasks.reeve.h"
#include "proto/runtime/message.h"
#include "tests/support/bytes.h"

namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const char TOKEN[] = "script-token-0123456789";
const char GREET[] = "exectest.v1.Scripts/Greet";
const char LOOK[] = "exectest.v1.Scripts/Look";
const char COUNT[] = "exectest.v1.Scripts/Count";

struct Ended {
    bool done = false;
    int status = 0;
    int effect = 0;
    int reason = 0;
    uint32_t upstream_code = 0;
    std::string message, reference, output;
};

using reeve::test::Text;

std::string Read(const std::string &path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

bool IsAlive(pid_t pid)
{
    const std::string stat = Read("/proc/" + std::to_string(pid) + "/stat");
    const size_t end = stat.rfind(") ");
    return end != std::string::npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

class ExecTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char pattern[] = "/tmp/reeve-exec-XXXXXX";
        dir_ = mkdtemp(pattern);
        std::ofstream(dir_ + "/token") << TOKEN << "\n";
        log_fd_ = open((dir_ + "/log").c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &loop_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        ASSERT_EQ(REEVE_OK, reeve_child_loop_new(nullptr, &children_));
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new((dir_ + "/token").c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, "token", provider, false));
        for (size_t i = 0; i < 3; i++) {
            static const char *const OPERATIONS[] = {"Greet", "look", "count"};
            programs_[i].operation = OPERATIONS[i];
            programs_[i].path = "/bin/sh";
            programs_[i].directory = "/";
            programs_[i].max_output_bytes = 100000;
            programs_[i].max_concurrent = 16;
            programs_[i].grace_ms = 2000;
        }
        system_.programs = programs_;
        system_.programs_count = 3;
    }
    // What every operation runs.
    void Script(const std::string &text)
    {
        script_ = text;
        arguments_[0] = "-c";
        arguments_[1] = script_.c_str();
        for (reeve_exec_program &program : programs_) {
            program.arguments = arguments_;
            program.arguments_count = 2;
        }
        ASSERT_EQ(REEVE_OK,
                  reeve_exec_binding_new(&system_, children_, pool_, secrets_, &binding_));
        bindings_.assign(exec_test_tasks.count, binding_);
        reeve_problem problem = {};
        for (uint32_t i = 0; i < exec_test_tasks.count; i++) {
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(exec_test_tasks.tasks[i]->input, &problem));
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(exec_test_tasks.tasks[i]->output, &problem));
        }
        reeve_runner_options options = {};
        options.loop = reeve_event_loop_base(loop_);
        options.pool = pool_;
        options.redactor = redactor_;
        options.tasks = &exec_test_tasks;
        options.bindings = bindings_.data();
        options.max_results = 2;
        options.max_all_job_memory = all_job_memory_;
        options.on_finished = OnFinished;
        options.on_progress = [](void *, reeve_job_handle, uint64_t, uint64_t) {};
        options.on_result = OnResult;
        options.ctx = this;
        ASSERT_EQ(REEVE_OK, reeve_runner_new(&options, &runner_));
    }
    void TearDown() override
    {
        reeve_child_loop_free(children_);
        reeve_pool_free(pool_);
        reeve_runner_free(runner_);
        if (binding_ != nullptr) {
            reeve_binding_free(binding_);
        }
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
        std::filesystem::remove_all(dir_);
    }

    static void OnFinished(void *ctx, reeve_job_handle handle, const reeve_engine_result *result)
    {
        ExecTest *self = static_cast<ExecTest *>(ctx);
        Ended &e = self->ended_[handle];
        EXPECT_FALSE(e.done) << "finished twice";
        e.done = true;
        self->finished_++;
        e.status = result->status;
        e.effect = result->effect;
        e.reason = static_cast<int>(result->reason);
        e.upstream_code = result->upstream_code;
        e.message = Text(result->message);
        e.reference = Text(result->reference);
        if (result->output != nullptr) {
            e.output = self->Json(handle, Text(reeve_buffer_view(result->output)));
        }
    }
    static void OnResult(void *ctx, reeve_job_handle handle, reeve_buffer *message)
    {
        ExecTest *self = static_cast<ExecTest *>(ctx);
        self->result_bytes_ += message->len;
        self->results_.push_back(self->Json(handle, Text(reeve_buffer_view(message))));
        if (self->release_) {
            reeve_runner_release(self->runner_, handle, self->results_.size(), self->result_bytes_);
        }
    }
    std::string Json(reeve_job_handle handle, const std::string &bytes)
    {
        const reeve_message *type = exec_test_tasks.tasks[index_[handle]]->output;
        reeve_arena arena;
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
        const reeve_decode_options strict = {};
        const reeve_json_options options = {};
        void *message = nullptr;
        EXPECT_EQ(REEVE_OK, reeve_message_decode(type, reeve_bytes_of(bytes.data(), bytes.size()),
                                                 &strict, &arena, &message, nullptr));
        reeve_buffer text;
        reeve_buffer_init(&text, nullptr, 1 << 20);
        EXPECT_EQ(REEVE_OK, reeve_message_to_json(type, message, &options, &text));
        std::string json = Text(reeve_buffer_view(&text));
        reeve_buffer_clear(&text);
        reeve_arena_clear(&arena);
        return json;
    }

    reeve_job_handle Begin(const std::string &task, const std::string &json)
    {
        const reeve_job_handle handle = ended_.size();
        uint32_t index = 0;
        while (task != exec_test_tasks.tasks[index]->name) {
            index++;
        }
        const reeve_task *t = exec_test_tasks.tasks[index];
        reeve_arena arena;
        reeve_arena_init(&arena, nullptr, 16 << 20, 0);
        const reeve_json_options options = {};
        reeve_problem problem = {};
        void *request = nullptr;
        EXPECT_EQ(REEVE_OK,
                  reeve_message_from_json(t->input, reeve_bytes_of(json.data(), json.size()),
                                          &options, &arena, &request, &problem))
            << problem.text;
        reeve_buffer bytes;
        reeve_buffer_init(&bytes, nullptr, 16 << 20);
        EXPECT_EQ(REEVE_OK, reeve_message_encode(t->input, request, &bytes));
        inputs_.push_back(std::make_unique<std::string>(Text(reeve_buffer_view(&bytes))));
        reeve_buffer_clear(&bytes);
        reeve_arena_clear(&arena);
        reeve_engine_start_job job = {};
        job.handle = handle;
        job.task = t;
        job.task_index = index;
        job.input = reeve_bytes_of(inputs_.back()->data(), inputs_.back()->size());
        job.job_id.bytes[15] = 7;
        job.traceparent = "";
        job.attempt = 3;
        job.deadline_ms = reeve_now_read().boot_ms + 60000;
        job.max_output_bytes = 64 * 1024;
        ended_.emplace_back();
        index_.push_back(index);
        EXPECT_EQ(REEVE_OK, reeve_runner_start(runner_, &job));
        return handle;
    }
    void Turn()
    {
        (void)!reeve_loop_poll(reeve_event_loop_base(loop_), reeve_now_read().boot_ms + 5);
    }
    Ended &Wait(reeve_job_handle handle)
    {
        while (!ended_[handle].done) {
            Turn();
        }
        return ended_[handle];
    }
    Ended &Run(const std::string &task, const std::string &json = R"({"name":"Ada"})")
    {
        return Wait(Begin(task, json));
    }
    std::string Log()
    {
        return Read(dir_ + "/log");
    }
    std::string File(const std::string &name)
    {
        return dir_ + "/" + name;
    }

    uint64_t all_job_memory_ = 0;
    std::string dir_, script_;
    const char *arguments_[2] = {};
    int log_fd_ = -1;
    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_child_loop *children_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_exec_program programs_[3] = {};
    reeve_exec_system system_ = {};
    reeve_binding *binding_ = nullptr;
    std::vector<reeve_binding *> bindings_;
    reeve_runner *runner_ = nullptr;
    std::vector<std::unique_ptr<std::string>> inputs_;
    std::vector<uint32_t> index_;
    std::vector<Ended> ended_;
    std::vector<std::string> results_;
    size_t result_bytes_ = 0;
    size_t finished_ = 0;
    bool release_ = true;
};

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

// ---- lines ----

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
