// SPDX-License-Identifier: Apache-2.0
// From input bytes to result, against the example CRM (a real HTTP server of Python's) and native
// handlers.
#include "agent/runner/runner.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/native/native.h"
#include "agent/io/loop/event_loop.h"
#include "clock_tasks.reeve.h"
#include "clocktest/v1/clock.reeve.h"
#include "creds/secrets/file.h"
#include "proto/runtime/message.h"
#include "reeve/handler.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/bytes.h"
#include "tests/support/message_json.h"

extern char **environ;

extern "C" void clocktest_v1_clock_check(reeve_native_call *call,
                                         const clocktest_v1_check_request *)
{
    clocktest_v1_check_response response;
    clocktest_v1_check_response_init(&response);
    reeve_native_succeed(call, &response);
}

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

const char TOKEN[] = "crm-bearer-token-0123456789";

// The example CRM as a process of its own.
class Crm
{
  public:
    explicit Crm(const std::string &dir)
    {
        std::ofstream(dir + "/token") << TOKEN << "\n";
        std::string port_file = dir + "/port";
        const std::vector<std::string> words = {"/usr/bin/python3", REEVE_CRM_API,  "--data",
                                                dir + "/crm.json",  "--token-file", dir + "/token",
                                                "--port-file",      port_file,      "--misbehave"};
        std::vector<char *> argv;
        for (const std::string &word : words) {
            argv.push_back(const_cast<char *>(word.c_str()));
        }
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, (dir + "/crm.log").c_str(),
                                         O_CREAT | O_WRONLY, 0600);
        EXPECT_EQ(0, posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ));
        posix_spawn_file_actions_destroy(&actions);
        for (int i = 0; i < 1000 && port_.empty(); i++) {
            std::ifstream(port_file) >> port_;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        EXPECT_FALSE(port_.empty()) << "the CRM did not start";
    }
    ~Crm()
    {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }
    std::string Url() const
    {
        return "http://127.0.0.1:" + port_ + "/";
    }

  private:
    pid_t pid_ = -1;
    std::string port_;
};

struct Ended {
    bool done = false;
    int status = 0;
    int effect = 0;
    int reason = 0;
    uint32_t upstream_code = 0;
    std::string message, reference, output, redacted_output, redacted_input;
    std::vector<std::string> violations;
    bool has_redacted_output = false, has_redacted_input = false;
};

using reeve::test::Text;

class Runner : public ::testing::Test
{
  protected:
    static void SetUpTestSuite()
    {
        char pattern[] = "/tmp/reeve-runner-XXXXXX";
        dir_ = mkdtemp(pattern);
        crm_ = new Crm(dir_);
        reeve_problem problem = {};
        for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(reeve_demo_tasks.tasks[i]->input, &problem));
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(reeve_demo_tasks.tasks[i]->output, &problem));
        }
    }
    static void TearDownTestSuite()
    {
        delete crm_;
        (void)!system(("rm -rf " + dir_).c_str());
    }

    void SetUp() override
    {
        log_path_ = dir_ + "/log";
        log_fd_ = open(log_path_.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        Start(crm_->Url(), dir_ + "/token");
    }
    void Start(const std::string &url, const std::string &token_file)
    {
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &loop_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        reeve_http_loop_options http_options = {};
        ASSERT_EQ(REEVE_OK, reeve_http_loop_new(&http_options, &http_));
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        reeve_log_set_scrubber(
            [](void *ctx, char *line, size_t *len) {
                reeve_redactor_scrub(static_cast<reeve_redactor *>(ctx), line, *len);
            },
            redactor_);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new(token_file.c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, "crm-token", provider, false));
        reeve_http_system system = {};
        system.base_url = url.c_str();
        system.auth = REEVE_HTTP_AUTH_BEARER;
        system.auth_secret = "crm-token";
        ASSERT_EQ(REEVE_OK, reeve_http_binding_new(&system, http_, pool_, secrets_, &crm_binding_));
        ASSERT_EQ(REEVE_OK, reeve_native_binding_new(&native_));
        for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
            bool is_http = reeve_demo_tasks.tasks[i]->binding == REEVE_BINDING_HTTP;
            bindings_.push_back(is_http ? crm_binding_ : native_);
        }
        reeve_runner_options options = {};
        options.loop = reeve_event_loop_base(loop_);
        options.pool = pool_;
        options.redactor = redactor_;
        options.tasks = &reeve_demo_tasks;
        options.bindings = bindings_.data();
        options.on_finished = OnFinished;
        options.on_progress = OnProgress;
        options.max_job_memory = job_memory_;
        options.max_all_job_memory = all_job_memory_;
        options.ctx = this;
        ASSERT_EQ(REEVE_OK, reeve_runner_new(&options, &runner_));
    }
    void Stop()
    {
        reeve_http_loop_free(http_); // what it cancels still goes to the pool
        reeve_pool_free(pool_);
        reeve_runner_free(runner_);
        reeve_binding_free(crm_binding_);
        reeve_binding_free(native_);
        reeve_secret_registry_free(secrets_);
        reeve_log_set_scrubber(nullptr, nullptr);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
        bindings_.clear();
    }
    void TearDown() override
    {
        Stop();
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
    }

    static void OnFinished(void *ctx, reeve_job_handle handle, const reeve_engine_result *result)
    {
        Runner *self = static_cast<Runner *>(ctx);
        EXPECT_EQ(self->handle_, handle);
        Ended &e = self->ended_;
        EXPECT_FALSE(e.done) << "finished twice";
        e.done = true;
        e.status = result->status;
        e.effect = result->effect;
        e.reason = static_cast<int>(result->reason);
        e.upstream_code = result->upstream_code;
        e.message = Text(result->message);
        e.reference = Text(result->reference);
        for (uint32_t i = 0; i < result->violations_count; i++) {
            e.violations.push_back(Text(result->violations[i].field) + " " +
                                   Text(result->violations[i].rule));
        }
        if (result->output != nullptr) {
            e.output = Text(reeve_buffer_view(result->output));
        }
        if (result->redacted_output != nullptr) {
            e.has_redacted_output = true;
            e.redacted_output = Text(reeve_buffer_view(result->redacted_output));
        }
        if (result->redacted_input != nullptr) {
            e.has_redacted_input = true;
            e.redacted_input = Text(reeve_buffer_view(result->redacted_input));
        }
    }
    static void OnProgress(void *ctx, reeve_job_handle, uint64_t done, uint64_t total)
    {
        static_cast<Runner *>(ctx)->progress_.push_back({done, total});
    }

    void Begin(const std::string &task, const std::string &json, uint64_t time_ms = 10000)
    {
        for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
            if (task == reeve_demo_tasks.tasks[i]->name) {
                index_ = i;
            }
        }
        input_ = reeve::test::EncodeJson(reeve_demo_tasks.tasks[index_]->input, json);
        BeginRaw(time_ms);
    }
    void BeginRaw(uint64_t time_ms = 10000, const reeve_task *task = nullptr)
    {
        reeve_engine_start_job job = {};
        job.handle = ++handle_;
        job.task = task != nullptr ? task : reeve_demo_tasks.tasks[index_];
        job.task_index = index_;
        job.input = reeve_bytes_of(input_.data(), input_.size());
        job.traceparent = "";
        job.attempt = 1;
        job.deadline_ms = reeve_now_read().boot_ms + time_ms;
        job.max_output_bytes = 64 * 1024;
        ended_ = Ended();
        ASSERT_EQ(REEVE_OK, reeve_runner_start(runner_, &job));
    }
    Ended &Wait()
    {
        uint64_t until = reeve_now_read().boot_ms + 20000;
        while (!ended_.done && reeve_now_read().boot_ms < until) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), until);
        }
        EXPECT_TRUE(ended_.done) << "no result";
        EXPECT_EQ(0u, reeve_runner_count(runner_));
        return ended_;
    }
    Ended &Run(const std::string &task, const std::string &json)
    {
        Begin(task, json);
        return Wait();
    }
    std::string OutputJson(const std::string &bytes)
    {
        return reeve::test::DecodeJson(reeve_demo_tasks.tasks[index_]->output,
                                       reeve::test::View(bytes));
    }
    std::string Log()
    {
        std::ifstream file(log_path_);
        return std::string(std::istreambuf_iterator<char>(file), {});
    }

    static std::string dir_;
    static Crm *crm_;
    std::string log_path_;
    int log_fd_ = -1;
    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_http_loop *http_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_binding *crm_binding_ = nullptr, *native_ = nullptr;
    std::vector<reeve_binding *> bindings_;
    reeve_runner *runner_ = nullptr;
    std::string input_;
    uint32_t index_ = 0;
    reeve_job_handle handle_ = 0;
    size_t job_memory_ = 0;
    uint64_t all_job_memory_ = 0;
    Ended ended_;
    std::vector<std::pair<uint64_t, uint64_t>> progress_;
};

std::string Runner::dir_;
Crm *Runner::crm_ = nullptr;

TEST_F(Runner, ReadsACustomerAndDropsWhatIsNotDeclared)
{
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1001"})");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message << Log();
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    std::string json = OutputJson(e.output);
    EXPECT_THAT(json, HasSubstr("\"name\":\"Harbour Bikes\""));
    EXPECT_THAT(json, HasSubstr("office@harbour-bikes.example"));
    EXPECT_THAT(e.output, Not(HasSubstr("sales-7"))) << "accountOwner is not declared (P3)";
}

TEST_F(Runner, SensitiveFieldsAreTakenOutOfTheAuditBody)
{
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1001"})");
    ASSERT_TRUE(e.has_redacted_output);
    std::string json = OutputJson(e.redacted_output);
    EXPECT_THAT(json, HasSubstr("Harbour Bikes"));
    EXPECT_THAT(json, Not(HasSubstr("office@")));
    EXPECT_THAT(json, Not(HasSubstr("+49")));

    Ended &created =
        Run("demo.crm.v1.Tickets/CreateTicket",
            R"({"subject":"s","customerId":"C-1001","cardNumber":"4111111111111111"})");
    ASSERT_TRUE(created.has_redacted_input);
    EXPECT_THAT(created.redacted_input, HasSubstr("C-1001"));
    EXPECT_THAT(created.redacted_input, Not(HasSubstr("4111")));
}

TEST_F(Runner, CreatesATicketAndSaysThatItIsDone)
{
    Ended &e = Run("demo.crm.v1.Tickets/CreateTicket",
                   R"({"subject":"Rain","customerId":"C-1001","priority":"PRIORITY_HIGH"})");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status) << e.message << Log();
    EXPECT_EQ(REEVE_EFFECT_DONE, e.effect);
    EXPECT_THAT(OutputJson(e.output), HasSubstr("TICKET_STATE_OPEN"));
}

TEST_F(Runner, P3ConstraintViolationsAreListedAndNothingIsSent)
{
    Ended &e = Run("demo.crm.v1.Tickets/CreateTicket", R"({"subject":"","labels":{"A B":"x"}})");
    EXPECT_EQ(REEVE_OUTCOME_REJECTED, e.status);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_EQ(REEVE_REASON_CONSTRAINT_VIOLATED, e.reason);
    EXPECT_THAT(e.violations, ::testing::Contains("subject string.min_len"));
    EXPECT_GE(e.violations.size(), 3u);
}

// By the worker's own clock: what was right when the gateway looked may have passed.
TEST_F(Runner, P3NowIsTheWorkers)
{
    google_protobuf_timestamp at = GOOGLE_PROTOBUF_TIMESTAMP_INIT;
    char mail[] = "clerk@example.com";
    clocktest_v1_check_request input;
    clocktest_v1_check_request_init(&input);
    input.due = &at;
    input.mail = mail;
    const reeve_task *native = nullptr;
    for (index_ = 0; native == nullptr; index_++) {
        native = reeve_demo_tasks.tasks[index_]->binding == REEVE_BINDING_NATIVE
                     ? clock_tasks.tasks[0]
                     : nullptr;
    }
    index_--;
    for (const int64_t away : {-60, 60}) {
        at.seconds = reeve_now_read().unix_ms / 1000 + away;
        reeve_buffer bytes;
        reeve_buffer_init(&bytes, nullptr, 1 << 20);
        ASSERT_EQ(REEVE_OK,
                  reeve_message_encode(&clocktest_v1_check_request_message, &input, &bytes));
        input_ = Text(reeve_buffer_view(&bytes));
        reeve_buffer_clear(&bytes);
        BeginRaw(10000, native);
        const Ended &e = Wait();
        EXPECT_EQ(away < 0 ? REEVE_OUTCOME_REJECTED : REEVE_OUTCOME_SUCCEEDED, e.status);
        EXPECT_THAT(e.violations,
                    away < 0 ? ::testing::ElementsAre("due timestamp.gt_now")
                             : ::testing::Matcher<std::vector<std::string>>(::testing::IsEmpty()));
    }
}

TEST_F(Runner, P3UndeclaredAndMalformedInputIsRejected)
{
    Run("demo.native.v1.Native/Echo", R"({"text":"x"})");
    input_ = std::string("\x0a\x01x\xf8\x01\x01", 6); // field 31
    BeginRaw();
    EXPECT_EQ(REEVE_REASON_BAD_INPUT, Wait().reason);
    EXPECT_EQ(REEVE_OUTCOME_REJECTED, ended_.status);
    input_ = std::string("\x0a\x05x", 3);
    BeginRaw();
    EXPECT_EQ(REEVE_REASON_BAD_INPUT, Wait().reason);
    input_ = std::string("\x0a\x01\xff", 3);
    BeginRaw();
    EXPECT_EQ(REEVE_REASON_BAD_INPUT, Wait().reason);
}

// P2: the system's own words stay in the local log, under the reference.
TEST_F(Runner, P2RefusalsLeaveAsTypedCodesOnly)
{
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-404"})");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_UPSTREAM_REFUSED, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_EQ(404u, e.upstream_code);
    EXPECT_THAT(e.message, Not(HasSubstr("crm-db-1")));
    EXPECT_THAT(e.message, Not(HasSubstr("127.0.0.1")));
    EXPECT_FALSE(e.reference.empty());
    EXPECT_THAT(Log(), HasSubstr(e.reference));
    EXPECT_THAT(Log(), HasSubstr("crm-db-1.internal"));
}

// P2: a system that echoes the credential gets its output withheld, whole.
TEST_F(Runner, P2OutputWithACredentialIsWithheld)
{
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-9999"})");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_OUTPUT_WITHHELD, e.reason);
    EXPECT_EQ("", e.output);
    EXPECT_THAT(e.message, Not(HasSubstr(TOKEN)));
    EXPECT_THAT(Log(), Not(HasSubstr(TOKEN)));
}

// P2: nor does it reach the log by way of an error page that hides it: behind escapes, which the
// log escapes once more, or at the place where the excerpt is cut, one byte before its end.
TEST_F(Runner, P2ErrorPageThatHidesTheCredentialIsScrubbed)
{
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-9998"})");
    EXPECT_EQ(REEVE_REASON_UPSTREAM_FAILED, e.reason);
    EXPECT_THAT(Log(), HasSubstr("****"));
    EXPECT_THAT(Log(), Not(HasSubstr("u0063\\\\u0072\\\\u006d"))) << "the escaped form";
    EXPECT_THAT(Log(), Not(HasSubstr(std::string(TOKEN).substr(0, 8)))) << "the form that is cut";
}

// P2: a handler's own words are cut to their bound; a credential at the cut is withheld, too.
TEST_F(Runner, P2MessageThatIsCutWithinACredentialIsWithheld)
{
    const std::string padding(REEVE_ANSWER_MESSAGE_SIZE - 20, 'x');
    ASSERT_EQ(REEVE_OK, reeve_redactor_add(redactor_, reeve_bytes_cstr(TOKEN)));
    Ended &e = Run("demo.native.v1.Native/Echo", "{\"text\":\"fail: " + padding + TOKEN + "\"}");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_THAT(e.message, HasSubstr("withheld"));
    EXPECT_THAT(e.message, Not(HasSubstr(std::string(TOKEN).substr(0, 8))));
}

TEST_F(Runner, RefusedCredentialSaysSo)
{
    Stop();
    std::ofstream(dir_ + "/wrong") << "not-the-right-token";
    Start(crm_->Url(), dir_ + "/wrong");
    Ended &e = Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1001"})");
    EXPECT_EQ(REEVE_REASON_CREDENTIAL_REFUSED, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_EQ(401u, e.upstream_code);
}

TEST_F(Runner, MissingCredentialIsNotSent)
{
    Stop();
    Start(crm_->Url(), dir_ + "/nowhere");
    Ended &e = Run("demo.crm.v1.Tickets/CreateTicket", R"({"subject":"s","customerId":"C-1001"})");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_CREDENTIAL_UNAVAILABLE, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_THAT(Log(), HasSubstr("nowhere"));
}

TEST_F(Runner, UnreachableSystemHasNoEffect)
{
    Stop();
    Start("http://127.0.0.1:1/", dir_ + "/token");
    Ended &e = Run("demo.crm.v1.Tickets/CreateTicket", R"({"subject":"s","customerId":"C-1001"})");
    EXPECT_EQ(REEVE_REASON_UPSTREAM_UNREACHABLE, e.reason);
    EXPECT_EQ(REEVE_EFFECT_NONE, e.effect);
    EXPECT_THAT(e.message, Not(HasSubstr("127.0.0.1")));
}

TEST_F(Runner, NativeTaskAnswers)
{
    Ended &e = Run("demo.native.v1.Native/Echo", R"({"text":"hello"})");
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, e.status);
    EXPECT_EQ(R"({"text":"hello"})", OutputJson(e.output));
}

TEST_F(Runner, NativeTaskFailsWithItsOwnWords)
{
    Ended &e = Run("demo.native.v1.Native/Step", R"({"name":"a"})");
    EXPECT_EQ(REEVE_OUTCOME_FAILED, e.status);
    EXPECT_EQ(REEVE_REASON_HANDLER_FAILED, e.reason);
    EXPECT_EQ(REEVE_EFFECT_MAYBE, e.effect);
    EXPECT_EQ("the counter is jammed", e.message);
}

TEST_F(Runner, NativeTaskReportsProgress)
{
    Run("demo.native.v1.Native/Echo", R"({"text":"report progress"})");
    ASSERT_EQ(1u, progress_.size());
    EXPECT_EQ(1u, progress_[0].first);
    EXPECT_EQ(3u, progress_[0].second);
}

TEST_F(Runner, CancelReachesARunningHandler)
{
    Begin("demo.native.v1.Native/Echo", R"({"text":"wait for the cancel"})");
    reeve_runner_cancel(runner_, handle_, REEVE_CANCEL_REQUESTED);
    reeve_runner_cancel(runner_, handle_, REEVE_CANCEL_DEADLINE); // the first one counts
    EXPECT_EQ(REEVE_OUTCOME_CANCELLED, Wait().status);
    EXPECT_EQ(REEVE_REASON_CANCEL_REQUESTED, ended_.reason);
    reeve_runner_cancel(runner_, handle_, REEVE_CANCEL_REQUESTED); // gone: ignored
}

TEST_F(Runner, DeadlineIsTimedOut)
{
    Begin("demo.native.v1.Native/Echo", R"({"text":"wait for the cancel"})");
    reeve_runner_cancel(runner_, handle_, REEVE_CANCEL_DEADLINE);
    EXPECT_EQ(REEVE_OUTCOME_TIMED_OUT, Wait().status);
    EXPECT_EQ(REEVE_REASON_DEADLINE, ended_.reason);
}

// P7, P8: memory that other jobs have is no fault of this one, which may be tried again.
TEST_F(Runner, MemoryOfAllJobsThatIsUsedUpIsSaidToBe)
{
    for (all_job_memory_ = 64; ended_.status != REEVE_OUTCOME_SUCCEEDED; all_job_memory_ += 512) {
        ASSERT_LT(all_job_memory_, 1u << 20);
        Stop();
        Start(crm_->Url(), dir_ + "/token");
        Run("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1001"})");
        if (ended_.status != REEVE_OUTCOME_SUCCEEDED) {
            EXPECT_EQ(ended_.status, REEVE_OUTCOME_FAILED) << all_job_memory_;
            EXPECT_EQ(ended_.reason, REEVE_REASON_OUT_OF_MEMORY) << all_job_memory_;
        }
    }
    EXPECT_GT(all_job_memory_, 1000u) << "nothing was tested";
}

TEST_F(Runner, AnInputThatNeedsTooMuchIsRejectedForThat)
{
    Stop();
    job_memory_ = 1;
    Start(crm_->Url(), dir_ + "/token");
    Run("demo.native.v1.Native/Echo", R"({"text":"x"})");
    EXPECT_EQ(ended_.status, REEVE_OUTCOME_REJECTED);
    EXPECT_EQ(ended_.reason, REEVE_REASON_TOO_LARGE);
}

// P7
TEST_F(Runner, OutputOverItsLimitIsRefused)
{
    Run("demo.native.v1.Native/Echo", R"({"text":"x"})");
    input_ = "\x12" + std::string("\xa0\x8d\x06", 3) + std::string(100000, 'd');
    BeginRaw();
    EXPECT_EQ(REEVE_REASON_OUTPUT_TOO_LARGE, Wait().reason);
    EXPECT_EQ(REEVE_OUTCOME_FAILED, ended_.status);
}

TEST_F(Runner, CancelRacesWithTheEndOfAnHttpTask)
{
    for (int i = 0; i < 100; i++) {
        Begin("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1001"})");
        std::this_thread::sleep_for(std::chrono::microseconds(i * 30));
        reeve_runner_cancel(runner_, handle_, REEVE_CANCEL_REQUESTED);
        Wait();
        EXPECT_THAT(ended_.status,
                    ::testing::AnyOf(REEVE_OUTCOME_SUCCEEDED, REEVE_OUTCOME_CANCELLED));
        EXPECT_EQ(REEVE_EFFECT_NONE, ended_.effect);
    }
}

} // namespace
