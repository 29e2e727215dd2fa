// SPDX-License-Identifier: Apache-2.0
// The grpc binding against services that are not ours: grpcio (tests/interop/grpc/service.py) and
// an HTTP/2 peer that breaks off at nasty moments (nasty.py), and grpc-go (go_service).
#include "agent/bindings/grpc/grpc_binding.h"

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "creds/secrets/file.h"
#include "proto/runtime/message.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/child.h"
#include "tests/support/test_pki.h"

namespace
{

using reeve::test::Child;
using reeve::test::Credential;
using reeve::test::TempDir;
using reeve::test::TestPki;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char SECRET[] = "grpc-bearer-token-0123456789";

std::string Text(reeve_bytes b)
{
    return b.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

std::string Script(const std::string &name)
{
    return std::string(REEVE_SOURCE_DIR) + "/tests/interop/grpc/" + name;
}

// A service as a process of its own; what it prints is one JSON object a line.
class Service
{
  public:
    explicit Service(const std::vector<std::string> &options = {},
                     const std::string &script = "service.py")
    {
        std::vector<std::string> words = {"/usr/bin/python3", Script(script)};
        if (script[0] == '/') {
            words = {script};
        }
        words.insert(words.end(), options.begin(), options.end());
        child_ = std::make_unique<Child>(words);
        const std::string first = child_->line();
        EXPECT_THAT(first, HasSubstr("\"port\": "));
        port_ = first.substr(first.find(' ') + 1);
        port_ = port_.substr(0, port_.find('}'));
    }
    std::string target() const
    {
        return "127.0.0.1:" + port_;
    }
    // The next line that has `word` in it.
    std::string Line(const std::string &word, int timeout_ms = 20000)
    {
        for (;;) {
            const std::string line = child_->line(timeout_ms);
            if (line.empty() || line.find(word) != std::string::npos) {
                return line;
            }
        }
    }
    // Everything that comes within `ms` of silence.
    std::vector<std::string> Lines(int ms)
    {
        std::vector<std::string> lines;
        for (std::string line = child_->line(ms); !line.empty(); line = child_->line(ms)) {
            lines.push_back(line);
        }
        return lines;
    }
    void Kill()
    {
        child_->kill(SIGKILL);
        child_->wait();
    }

  private:
    std::unique_ptr<Child> child_;
    std::string port_;
};

reeve_task MakeTask(const char *method, uint8_t idempotency, bool streaming)
{
    for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
        if (strcmp(reeve_demo_tasks.tasks[i]->name, "demo.crm.v1.Tickets/CreateTicket") == 0) {
            reeve_task task = *reeve_demo_tasks.tasks[i];
            task.name = method;
            task.binding = REEVE_BINDING_GRPC;
            task.idempotency = idempotency;
            task.server_streaming = streaming;
            return task;
        }
    }
    return {};
}

const char CREATE[] = "demo.crm.v1.Tickets/CreateTicket";
const char WATCH[] = "demo.crm.v1.Tickets/Watch";

// One work and the owner that it goes back to.
struct Job {
    reeve_work work = {};
    reeve_task task;
    reeve_arena arena;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::vector<std::string> results;
    std::function<reeve_work_flow(size_t count)> flow;

    Job(const char *method, uint8_t idempotency, bool streaming, const std::string &subject)
        : task(MakeTask(method, idempotency, streaming))
    {
        static const reeve_work_owner OWNER = {OnDone, nullptr, OnEmit, nullptr};
        const reeve_json_options options = {};
        reeve_problem problem = {};
        void *request = nullptr;
        const std::string json =
            "{\"subject\":\"" + subject + "\",\"customerId\":\"C-1\",\"cardNumber\":\"\"}";
        reeve_arena_init(&arena, nullptr, 16 << 20, 0);
        EXPECT_EQ(REEVE_OK,
                  reeve_message_from_json(task.input, reeve_bytes_of(json.data(), json.size()),
                                          &options, &arena, &request, &problem))
            << problem.text;
        work.task = &task;
        work.request = request;
        work.arena = &arena;
        work.job_id.bytes[0] = 0x42;
        work.deadline_ms = reeve_now_read().boot_ms + 20000;
        work.max_output_bytes = 1 << 20;
        work.owner = &OWNER;
        reeve_buffer_init(&work.answer.output, nullptr, 1 << 20);
    }
    ~Job()
    {
        reeve_answer_clear(&work.answer);
        reeve_arena_clear(&arena);
    }
    bool Wait(int seconds = 30)
    {
        std::unique_lock<std::mutex> hold(mutex);
        return changed.wait_for(hold, std::chrono::seconds(seconds), [&] { return done; });
    }
    bool WaitResults(size_t count)
    {
        std::unique_lock<std::mutex> hold(mutex);
        return changed.wait_for(hold, std::chrono::seconds(30),
                                [&] { return results.size() >= count; });
    }
    size_t Results()
    {
        std::lock_guard<std::mutex> hold(mutex);
        return results.size();
    }
    std::string Output() const
    {
        return Text(reeve_buffer_view(&work.answer.output));
    }
    // "FAILED NOT_FOUND NONE": status, reason, effect.
    std::string End() const
    {
        return std::string(reeve_outcome_status_name(work.answer.status)) + " " +
               reeve_reason_name(work.answer.reason) + " " + reeve_effect_name(work.answer.effect);
    }

  private:
    static Job *Of(reeve_work *work)
    {
        return reinterpret_cast<Job *>(work); // the first member
    }
    static void OnDone(reeve_work *work)
    {
        Job *job = Of(work);
        std::lock_guard<std::mutex> hold(job->mutex);
        EXPECT_FALSE(job->done) << "answered twice";
        job->done = true;
        job->changed.notify_all();
    }
    static reeve_work_flow OnEmit(reeve_work *work, reeve_buffer *message)
    {
        Job *job = Of(work);
        std::lock_guard<std::mutex> hold(job->mutex);
        job->results.push_back(Text(reeve_buffer_view(message)));
        job->changed.notify_all();
        return job->flow ? job->flow(job->results.size()) : REEVE_WORK_GO_ON;
    }
};

class GrpcBinding : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        log_path_ = dir_.path() + "/log";
        log_fd_ = open(log_path_.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        ASSERT_EQ(REEVE_OK, reeve_rpc_client_new(&client_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        secret_path_ = dir_.write("token", SECRET, 0600);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new(secret_path_.c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, "token", provider, false));
        reeve_log_set_scrubber(
            [](void *ctx, char *line, size_t *len) {
                reeve_redactor_scrub(static_cast<reeve_redactor *>(ctx), line, *len);
            },
            redactor_);
    }
    void TearDown() override
    {
        reeve_pool_free(pool_);
        reeve_binding_free(binding_);
        reeve_rpc_client_free(client_);
        reeve_log_set_scrubber(nullptr, nullptr);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
    }
    void Bind(const std::string &target,
              const std::function<void(reeve_grpc_system &)> &adjust = {})
    {
        reeve_grpc_system system = {};
        system.target = target.c_str();
        system.plaintext = true;
        if (adjust) {
            adjust(system);
        }
        ASSERT_EQ(REEVE_OK, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_));
    }
    void Start(Job &job)
    {
        job.work.binding = binding_;
        binding_->vtable->start(binding_, &job.work);
    }
    void Cancel(Job &job, reeve_reason reason = REEVE_REASON_CANCEL_REQUESTED)
    {
        __atomic_store_n(&job.work.cancel_reason, static_cast<int>(reason), __ATOMIC_RELEASE);
        binding_->vtable->cancel(binding_, &job.work);
    }
    std::unique_ptr<Job> Run(const std::string &subject, uint8_t idempotency = REEVE_NOT_IDEMPOTENT,
                             const char *method = CREATE)
    {
        auto job = std::make_unique<Job>(method, idempotency, strcmp(method, WATCH) == 0, subject);
        Start(*job);
        EXPECT_TRUE(job->Wait());
        return job;
    }
    std::string Log() const
    {
        std::ifstream file(log_path_);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    TempDir dir_;
    std::string log_path_, secret_path_;
    int log_fd_ = -1;
    reeve_rpc_client *client_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_binding *binding_ = nullptr;
};

// ---- the call ----

TEST_F(GrpcBinding, ForwardsTheRequestAndTheAnswer)
{
    Service service;
    const reeve_grpc_header headers[] = {{"x-tenant", "blue"}};
    Bind(service.target(), [&](reeve_grpc_system &s) {
        s.headers = headers;
        s.headers_count = 1;
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    const auto job = Run("Rain");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", job->End()) << reeve_answer_message(&job->work.answer);
    EXPECT_EQ("\n\x03T-1\x12\x04Rain", job->Output());
    const std::string call = service.Line("call");
    EXPECT_THAT(call, AllOf(HasSubstr("/demo.crm.v1.Tickets/CreateTicket"),
                            HasSubstr("\"subject\": \"Rain\""), HasSubstr("\"x-tenant\": \"blue\""),
                            HasSubstr(std::string("\"authorization\": \"Bearer ") + SECRET),
                            HasSubstr("\"idempotency-key\": \"42000000-0000-0000-0000-")));
}

TEST_F(GrpcBinding, SendsAnApiKeyAndNoIdempotencyKeyForReads)
{
    Service service;
    Bind(service.target(), [](reeve_grpc_system &s) {
        s.auth = REEVE_GRPC_AUTH_HEADER;
        s.auth_name = "x-api-key";
        s.auth_secret = "token";
    });
    const auto job = Run("ok", REEVE_NO_SIDE_EFFECTS);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", job->End());
    EXPECT_THAT(service.Line("call"), AllOf(HasSubstr(std::string("\"x-api-key\": \"") + SECRET),
                                            Not(HasSubstr("idempotency-key"))));
}

TEST_F(GrpcBinding, TheDeadlineTravels)
{
    Service service;
    Bind(service.target());
    const auto job = Run("deadline");
    ASSERT_EQ("SUCCEEDED UNSPECIFIED DONE", job->End());
    const double left = std::stod(job->Output().substr(job->Output().find('\x12') + 2));
    EXPECT_GT(left, 10.0);
    EXPECT_LE(left, 20.0);
}

TEST_F(GrpcBinding, AUnixSocketServesTheSidecar)
{
    const std::string path = dir_.path() + "/a sock%et";
    Service service({"--unix", path});
    Bind("", [&](reeve_grpc_system &s) {
        s.target = nullptr;
        s.unix_socket = path.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("Rain")->End());
    EXPECT_THAT(service.Line("call"), HasSubstr("unix:"));
}

TEST_F(GrpcBinding, HundredsAtOnceOnOneThread)
{
    Service service({"--quiet"});
    Bind(service.target());
    std::vector<std::unique_ptr<Job>> jobs;
    for (int i = 0; i < 300; i++) {
        jobs.push_back(
            std::make_unique<Job>(CREATE, REEVE_NOT_IDEMPOTENT, false, "job " + std::to_string(i)));
        Start(*jobs.back());
    }
    for (int i = 0; i < 300; i++) {
        ASSERT_TRUE(jobs[i]->Wait());
        EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", jobs[i]->End())
            << reeve_answer_message(&jobs[i]->work.answer);
        EXPECT_THAT(jobs[i]->Output(), HasSubstr("job " + std::to_string(i)));
    }
}

// ---- answers ----

// P3: what is not declared in the output message does not leave.
TEST_F(GrpcBinding, P3UndeclaredFieldsAreDropped)
{
    Service service;
    Bind(service.target());
    const auto job = Run("unknown");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", job->End());
    EXPECT_EQ("\n\x03T-1\x12\x07unknown", job->Output());
}

TEST_F(GrpcBinding, AnAnswerThatDoesNotFitIsInvalid)
{
    Service service;
    Bind(service.target());
    for (const char *subject : {"garbage", "empty"}) { // "empty" breaks a rule: min_len
        const auto job = Run(subject);
        EXPECT_EQ("FAILED OUTPUT_INVALID DONE", job->End()) << subject;
        EXPECT_EQ("FAILED OUTPUT_INVALID NONE", Run(subject, REEVE_NO_SIDE_EFFECTS)->End());
        EXPECT_THAT(Log(), HasSubstr("ref=\"" + std::string(job->work.answer.reference)));
    }
}

TEST_F(GrpcBinding, P7AnAnswerOverTheLimitIsNotTaken)
{
    Service service;
    Bind(service.target(), [](reeve_grpc_system &s) { s.max_response_bytes = 1000; });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("large 900")->End());
    EXPECT_EQ("FAILED OUTPUT_TOO_LARGE MAYBE", Run("large 5000000")->End());
    EXPECT_EQ("FAILED OUTPUT_TOO_LARGE NONE", Run("large 1100", REEVE_NO_SIDE_EFFECTS)->End());
}

TEST_F(GrpcBinding, P7AFloodOfMetadataIsNotTaken)
{
    Service service;
    Bind(service.target());
    const auto job = Run("metadata 200");
    EXPECT_EQ("FAILED UPSTREAM_FAILED MAYBE", job->End())
        << reeve_answer_message(&job->work.answer);
    // Its connection ends with it. A call that comes at that moment was not sent, or is in doubt;
    // the next one has a new connection.
    std::string next = Run("ok")->End();
    for (int i = 0; i < 1000 && (next == "FAILED UPSTREAM_UNREACHABLE NONE" ||
                                 next == "FAILED UPSTREAM_FAILED MAYBE");
         i++) {
        next = Run("ok")->End();
    }
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", next);
}

TEST_F(GrpcBinding, EveryStatusHasItsMeaning)
{
    Service service;
    Bind(service.target());
    const struct {
        int code;
        const char *end;
    } rows[] = {
        {1, "FAILED UPSTREAM_FAILED MAYBE"},  {2, "FAILED UPSTREAM_FAILED MAYBE"},
        {3, "FAILED UPSTREAM_REFUSED NONE"},  {4, "TIMED_OUT DEADLINE MAYBE"},
        {5, "FAILED UPSTREAM_REFUSED NONE"},  {6, "FAILED UPSTREAM_REFUSED NONE"},
        {7, "FAILED UPSTREAM_REFUSED NONE"},  {8, "FAILED UPSTREAM_FAILED MAYBE"},
        {9, "FAILED UPSTREAM_REFUSED NONE"},  {10, "FAILED UPSTREAM_FAILED MAYBE"},
        {11, "FAILED UPSTREAM_REFUSED NONE"}, {12, "FAILED UPSTREAM_REFUSED NONE"},
        {13, "FAILED UPSTREAM_FAILED MAYBE"}, {14, "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {15, "FAILED UPSTREAM_FAILED MAYBE"}, {16, "FAILED CREDENTIAL_REFUSED NONE"},
    };
    for (const auto &row : rows) {
        const auto job = Run("code " + std::to_string(row.code) + " the service's own words");
        EXPECT_EQ(row.end, job->End()) << row.code;
        EXPECT_EQ(static_cast<uint32_t>(row.code), job->work.answer.upstream_code);
        EXPECT_THAT(reeve_answer_message(&job->work.answer), Not(HasSubstr("own words"))) << "P2";
        EXPECT_THAT(Log(), HasSubstr("the service's own words"));
        EXPECT_THAT(service.Lines(20), ::testing::SizeIs(1)) << "P4: called once";
    }
}

TEST_F(GrpcBinding, AMethodThatIsNotThereIsRefused)
{
    Service service;
    Bind(service.target());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE",
              Run("x", REEVE_NOT_IDEMPOTENT, "demo.crm.v1.Tickets/Missing")->End());
    EXPECT_EQ("FAILED OUTPUT_INVALID MAYBE",
              Run("count 2", REEVE_NOT_IDEMPOTENT, "demo.crm.v1.Tickets/Several")->End());
}

// ---- once more, or not ----

TEST_F(GrpcBinding, OnlyIdempotentTasksAreCalledAgain)
{
    Service service;
    Bind(service.target());
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", Run("again 14")->End());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("again 10", REEVE_IDEMPOTENT)->End());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", Run("again 8", REEVE_NO_SIDE_EFFECTS)->End());
    EXPECT_EQ("FAILED UPSTREAM_FAILED MAYBE", Run("again 13", REEVE_IDEMPOTENT)->End())
        << "nothing that passes by itself";
    EXPECT_EQ(6u, service.Lines(50).size());
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", Run("code 14 x", REEVE_IDEMPOTENT)->End());
    EXPECT_EQ(3u, service.Lines(50).size()) << "attempts are bounded";
}

TEST_F(GrpcBinding, NoAttemptBeginsBehindTheDeadline)
{
    Service service;
    Bind(service.target(), [](reeve_grpc_system &s) { s.max_attempts = 100; });
    Job job(CREATE, REEVE_IDEMPOTENT, false, "code 14 x");
    const uint64_t begin = reeve_now_read().boot_ms;
    job.work.deadline_ms = begin + 400;
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_LT(reeve_now_read().boot_ms, begin + 15000);
    EXPECT_LT(service.Lines(50).size(), 7u);
}

TEST_F(GrpcBinding, ACancelEndsThePauseBeforeAnotherAttempt)
{
    Bind("127.0.0.1:1", [](reeve_grpc_system &s) { s.max_attempts = 1000; });
    Job job(CREATE, REEVE_IDEMPOTENT, false, "x");
    Start(job);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED NONE", job.End());
}

TEST_F(GrpcBinding, NobodyThereIsUnreachable)
{
    Bind("127.0.0.1:1");
    const auto job = Run("x");
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE", job->End());
    EXPECT_THAT(Log(), HasSubstr("127.0.0.1:1"));
    EXPECT_THAT(reeve_answer_message(&job->work.answer), Not(HasSubstr("127.0.0.1"))) << "P2";
}

// ---- credentials ----

TEST_F(GrpcBinding, ARefusedCredentialIsUsedAgainOnlyInANewerVersion)
{
    Service service;
    Bind(service.target(), [](reeve_grpc_system &s) {
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    EXPECT_EQ("FAILED CREDENTIAL_REFUSED NONE", Run("token the-other-token-9876543210")->End());
    EXPECT_EQ(1u, service.Lines(50).size()) << "the same version would be refused again";

    // P6: the file is replaced while the call is under way.
    Job job(CREATE, REEVE_NOT_IDEMPOTENT, false, "late-token the-newer-token-9876543210");
    Start(job);
    service.Line("call");
    dir_.write("token.new", "the-newer-token-9876543210", 0600);
    ASSERT_EQ(0, rename((secret_path_ + ".new").c_str(), secret_path_.c_str()));
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", job.End());
    EXPECT_EQ(1u, service.Lines(50).size()) << "once more, with the newer one";
}

TEST_F(GrpcBinding, ACredentialThatCannotBeLoadedIsSaidSo)
{
    Service service;
    unlink(secret_path_.c_str());
    Bind(service.target(), [](reeve_grpc_system &s) {
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    EXPECT_EQ("FAILED CREDENTIAL_UNAVAILABLE NONE", Run("x")->End());
    dir_.write("token", "a token with\na line break in it", 0600);
    EXPECT_EQ("FAILED CREDENTIAL_UNAVAILABLE NONE", Run("x")->End());
    EXPECT_TRUE(service.Lines(50).empty());
}

// P2: a service that hands the credential back finds it nowhere.
TEST_F(GrpcBinding, P2TheCredentialIsNowhere)
{
    Service service;
    Bind(service.target(), [](reeve_grpc_system &s) {
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    const auto job = Run("echo");
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE", job->End());
    EXPECT_THAT(reeve_answer_message(&job->work.answer), Not(HasSubstr("token")));
    EXPECT_THAT(Log(), AllOf(HasSubstr("you sent Bearer"), Not(HasSubstr(SECRET))));
    const auto mirror = Run("mirror");
    EXPECT_TRUE(reeve_redactor_finds(redactor_, reeve_buffer_view(&mirror->work.answer.output)))
        << "which the runner withholds";
}

// ---- TLS ----

TEST_F(GrpcBinding, MutualTlsAndANewIdentity)
{
    TestPki pki;
    const std::string ca = dir_.write("ca.pem", pki.ca_pem(), 0600);
    const auto server = dir_.write_credential("server", pki.server());
    const auto own = dir_.write_credential("own", pki.worker("spiffe://test.reeve/worker/first"));
    Service service({"--tls", ca, server.certificate, server.key});
    Bind(service.target(), [&](reeve_grpc_system &s) {
        s.plaintext = false;
        s.ca_file = ca.c_str();
        s.certificate_file = own.certificate.c_str();
        s.key_file = own.key.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("ok")->End()) << Log();
    EXPECT_THAT(service.Line("call"), HasSubstr("worker/first"));

    std::ifstream file(own.key);
    std::stringstream shown;
    shown << file.rdbuf();
    const std::string key = shown.str();
    EXPECT_TRUE(reeve_redactor_finds(redactor_, reeve_bytes_of(key.data(), key.size())))
        << "P2: the private key is a credential, too";

    // Half a rotation: the key is not the certificate's. The old identity stays.
    const Credential next = pki.worker("spiffe://test.reeve/worker/second");
    dir_.write("own.pem", next.chain_pem, 0600);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("ok")->End());
    EXPECT_THAT(service.Line("call"), HasSubstr("worker/first"));
    EXPECT_THAT(Log(), HasSubstr("does not belong to certificate"));

    // P6: the other half. A call that is under way ends on the old connection.
    Job slow(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 2");
    Start(slow);
    EXPECT_THAT(service.Line("call"), HasSubstr("worker/first"));
    dir_.write_credential("own", next);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("ok")->End());
    EXPECT_THAT(service.Line("call"), HasSubstr("worker/second"));
    ASSERT_TRUE(slow.Wait());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", slow.End());
}

TEST_F(GrpcBinding, TlsThatDoesNotFitIsUnreachableOrSaysWhich)
{
    TestPki pki;
    TestPki other;
    const std::string ca = dir_.write("ca.pem", pki.ca_pem(), 0600);
    const std::string other_ca = dir_.write("other.pem", other.ca_pem(), 0600);
    const auto server = dir_.write_credential("server", pki.server());
    const auto own = dir_.write_credential("own", pki.worker());
    Service service({"--tls", ca, server.certificate, server.key});
    const auto with = [&](const std::function<void(reeve_grpc_system &)> &adjust) {
        reeve_binding_free(binding_);
        binding_ = nullptr;
        Bind(service.target(), [&](reeve_grpc_system &s) {
            s.plaintext = false;
            s.ca_file = ca.c_str();
            s.certificate_file = own.certificate.c_str();
            s.key_file = own.key.c_str();
            adjust(s);
        });
        return Run("ok")->End();
    };
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", with([](reeve_grpc_system &) {}));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE",
              with([](reeve_grpc_system &s) { s.server_name = "localhost"; }));
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE",
              with([](reeve_grpc_system &s) { s.server_name = "crm.internal"; }));
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE",
              with([&](reeve_grpc_system &s) { s.ca_file = other_ca.c_str(); }));
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE", with([](reeve_grpc_system &s) {
                  s.certificate_file = s.key_file = nullptr; // mTLS is required there
              }));
    EXPECT_EQ("FAILED CREDENTIAL_UNAVAILABLE NONE",
              with([](reeve_grpc_system &s) { s.ca_file = "/nonexistent/ca.pem"; }));
    EXPECT_THAT(Log(), HasSubstr("/nonexistent/ca.pem"));
    EXPECT_EQ("FAILED CREDENTIAL_UNAVAILABLE NONE",
              with([&](reeve_grpc_system &s) { s.key_file = server.key.c_str(); }));
}

// ---- cancel and deadline ----

TEST_F(GrpcBinding, TheServiceLearnsOfACancel)
{
    Service service;
    Bind(service.target());
    Job job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 60");
    Start(job);
    service.Line("call");
    const uint64_t begin = reeve_now_read().boot_ms;
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_LT(reeve_now_read().boot_ms, begin + 5000);
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED MAYBE", job.End());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
}

TEST_F(GrpcBinding, TheDeadlineEndsACall)
{
    Service service;
    Bind(service.target());
    Job job(CREATE, REEVE_NO_SIDE_EFFECTS, false, "sleep 60");
    job.work.deadline_ms = reeve_now_read().boot_ms + 300;
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("TIMED_OUT DEADLINE NONE", job.End());
}

TEST_F(GrpcBinding, CancelsAtEveryMoment)
{
    Service service;
    Bind(service.target());
    for (int i = 0; i < 60; i++) {
        Job job(i % 2 == 0 ? CREATE : WATCH, REEVE_NOT_IDEMPOTENT, i % 2 == 1,
                i % 2 == 0 ? "ok" : "count 3");
        Start(job);
        std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
        Cancel(job);
        ASSERT_TRUE(job.Wait());
        EXPECT_THAT(job.End(), ::testing::AnyOf("CANCELLED CANCEL_REQUESTED NONE",
                                                "CANCELLED CANCEL_REQUESTED MAYBE",
                                                "SUCCEEDED UNSPECIFIED DONE"));
    }
}

// ---- streams ----

TEST_F(GrpcBinding, AStreamOfResults)
{
    Service service;
    Bind(service.target());
    const auto job = Run("count 500", REEVE_NO_SIDE_EFFECTS, WATCH);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", job->End()) << reeve_answer_message(&job->work.answer);
    ASSERT_EQ(500u, job->results.size());
    EXPECT_THAT(job->results[499], HasSubstr("T-499"));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("count 0", REEVE_NOT_IDEMPOTENT, WATCH)->End());
}

TEST_F(GrpcBinding, AStreamThatFailsBehindItsFirstResultIsNotCalledAgain)
{
    Service service;
    Bind(service.target());
    const auto job = Run("count 3 code 14", REEVE_IDEMPOTENT, WATCH);
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", job->End());
    EXPECT_EQ(3u, job->results.size());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED MAYBE",
              Run("count 1 code 5", REEVE_NOT_IDEMPOTENT, WATCH)->End());
    EXPECT_EQ(2u, service.Lines(50).size());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE",
              Run("count 0 code 5", REEVE_NOT_IDEMPOTENT, WATCH)->End());
}

TEST_F(GrpcBinding, AResultThatDoesNotFitEndsTheStream)
{
    Service service;
    Bind(service.target());
    const auto job = Run("count 2 bad hang", REEVE_NOT_IDEMPOTENT, WATCH);
    EXPECT_EQ("FAILED OUTPUT_INVALID MAYBE", job->End());
    EXPECT_NE(std::string(), job->work.answer.reference);
    EXPECT_THAT(Log(), HasSubstr(job->work.answer.reference));
    EXPECT_EQ(2u, job->results.size());
}

// P7: who is not asked for more does not send more.
TEST_F(GrpcBinding, P7APausedStreamHoldsTheServiceBack)
{
    Service service;
    Bind(service.target());
    Job job(WATCH, REEVE_NO_SIDE_EFFECTS, true, "endless");
    job.flow = [](size_t count) { return count % 10 == 0 ? REEVE_WORK_PAUSE : REEVE_WORK_GO_ON; };
    Start(job);
    for (size_t n = 10; n <= 50; n += 10) {
        ASSERT_TRUE(job.WaitResults(n));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_EQ(n, job.Results()) << "nothing comes before there is room";
        binding_->vtable->resume(binding_, &job.work);
    }
    ASSERT_TRUE(job.WaitResults(60));
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED NONE", job.End());
    const std::string line = service.Line("cancelled");
    const size_t sent = std::stoul(line.substr(line.find("\"sent\": ") + 8));
    EXPECT_LT(sent, 2000u) << "the service was let run ahead";
}

TEST_F(GrpcBinding, RoomMayComeBeforeThePauseIsSaid)
{
    Service service;
    Bind(service.target());
    Job job(WATCH, REEVE_NO_SIDE_EFFECTS, true, "count 100");
    job.flow = [&](size_t) {
        binding_->vtable->resume(binding_, &job.work);
        return REEVE_WORK_PAUSE;
    };
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", job.End());
    EXPECT_EQ(100u, job.results.size());
}

// P4: the service was stopped half-way: that its work is done would be a guess.
TEST_F(GrpcBinding, AnOwnerThatTakesNoMoreStopsTheService)
{
    Service service;
    Bind(service.target());
    Job job(WATCH, REEVE_NOT_IDEMPOTENT, true, "endless");
    job.flow = [&](size_t count) {
        if (count < 5) {
            return REEVE_WORK_GO_ON;
        }
        reeve_work_refuse(&job.work, REEVE_REASON_OUTPUT_WITHHELD, "withheld");
        return REEVE_WORK_STOP;
    };
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("FAILED OUTPUT_WITHHELD MAYBE", job.End());
    EXPECT_EQ(5u, job.results.size());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
}

// ---- nasty moments ----

struct Moment {
    const char *mode;
    const char *end;        // of a task that is not idempotent
    const char *idempotent; // of one that is
};

class NastyMoment : public GrpcBinding
{
  protected:
    std::string RunIn(Service &peer, const std::string &mode, uint8_t idempotency)
    {
        const reeve_grpc_header headers[] = {{"x-mode", mode.c_str()}};
        reeve_binding_free(binding_);
        binding_ = nullptr;
        Bind(peer.target(), [&](reeve_grpc_system &s) {
            s.headers = headers;
            s.headers_count = 1;
        });
        Job job(CREATE, idempotency, false, "x");
        job.work.deadline_ms = reeve_now_read().boot_ms + (mode == "silent" ? 500 : 10000);
        Start(job);
        EXPECT_TRUE(job.Wait()) << mode;
        return job.End();
    }
};

// P4: a task that is not idempotent is sent at most once, and its effect is never understated.
TEST_F(NastyMoment, P4NeverTwiceAndNeverTooSure)
{
    Service peer({}, "nasty.py");
    const Moment moments[] = {
        {"headers-reset", nullptr, nullptr},
        {"headers-cancel", nullptr, nullptr},
        {"headers-internal", nullptr, nullptr},
        {"headers-calm", nullptr, nullptr},
        {"headers-goaway", nullptr, nullptr},
        {"headers-close", nullptr, nullptr},
        {"headers-garbage", nullptr, nullptr},
        {"data-reset", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"data-cancel", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-internal", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-calm", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-goaway", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"data-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"data-garbage", nullptr, nullptr},
        {"headers-then-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"message-then-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"gzip", "FAILED OUTPUT_INVALID MAYBE", "FAILED OUTPUT_INVALID MAYBE"},
        {"twice", "FAILED OUTPUT_INVALID MAYBE", "FAILED OUTPUT_INVALID MAYBE"},
        {"none", "FAILED OUTPUT_INVALID DONE", "FAILED OUTPUT_INVALID DONE"},
        {"silent", "TIMED_OUT DEADLINE MAYBE", "TIMED_OUT DEADLINE MAYBE"},
        {"http-503", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"http-500", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
    };
    for (const Moment &moment : moments) {
        SCOPED_TRACE(moment.mode);
        const std::string end = RunIn(peer, moment.mode, REEVE_NOT_IDEMPOTENT);
        const std::vector<std::string> seen = peer.Lines(100);
        const auto saw = [&](const char *what) {
            return std::count_if(seen.begin(), seen.end(), [&](const std::string &line) {
                return line.find(what) != std::string::npos;
            });
        };
        EXPECT_EQ(1, saw("\"headers\"")) << "one call";
        EXPECT_LE(saw("\"data\""), 1) << "one message";
        EXPECT_EQ(std::string::npos, end.find("SUCCEEDED")) << end;
        if (saw("\"data\"") > 0) {
            EXPECT_THAT(end, Not(::testing::EndsWith(" NONE"))) << "the peer has the request";
        }
        if (moment.end != nullptr) {
            EXPECT_EQ(moment.end, end);
        }
        const std::string again = RunIn(peer, moment.mode, REEVE_IDEMPOTENT);
        EXPECT_LE(peer.Lines(100).size(), 6u) << "attempts are bounded";
        if (moment.idempotent != nullptr) {
            EXPECT_EQ(moment.idempotent, again);
        }
    }
}

TEST_F(GrpcBinding, P4AServiceThatIsKilledLeavesADoubt)
{
    Service service;
    Bind(service.target());
    Job job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 60");
    Start(job);
    service.Line("call");
    service.Kill();
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", job.End());
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE", Run("ok")->End());
}

// ---- a service that shares no code with ours ----

#ifdef REEVE_GO_SERVICE
TEST_F(GrpcBinding, GoUnary)
{
    Service service({}, REEVE_GO_SERVICE);
    const reeve_grpc_header headers[] = {{"x-tenant", "blue"}};
    Bind(service.target(), [&](reeve_grpc_system &s) {
        s.headers = headers;
        s.headers_count = 1;
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    const auto job = Run("Rain");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", job->End()) << reeve_answer_message(&job->work.answer);
    EXPECT_EQ("\n\x03T-1\x12\x04Rain", job->Output());
    EXPECT_THAT(service.Line("call"),
                AllOf(HasSubstr("/demo.crm.v1.Tickets/CreateTicket"), HasSubstr("\"blue\""),
                      HasSubstr(std::string("Bearer ") + SECRET)));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("deadline")->End());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE", Run("code 5")->End());
    EXPECT_EQ("FAILED UPSTREAM_FAILED MAYBE", Run("code 13")->End());
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", Run("code 14")->End());
}

TEST_F(GrpcBinding, GoStreamCancelAndDeadline)
{
    Service service({}, REEVE_GO_SERVICE);
    Bind(service.target());
    const auto rows = Run("count 300", REEVE_NO_SIDE_EFFECTS, WATCH);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", rows->End());
    EXPECT_EQ(300u, rows->results.size());
    Job job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep");
    Start(job);
    service.Line("\"sleep\"");
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED MAYBE", job.End());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
    Job late(CREATE, REEVE_NO_SIDE_EFFECTS, false, "sleep");
    late.work.deadline_ms = reeve_now_read().boot_ms + 300;
    Start(late);
    ASSERT_TRUE(late.Wait());
    EXPECT_EQ("TIMED_OUT DEADLINE NONE", late.End());
}

TEST_F(GrpcBinding, GoUnixSocket)
{
    const std::string path = dir_.path() + "/go.sock";
    Service service({"--unix", path}, REEVE_GO_SERVICE);
    Bind("", [&](reeve_grpc_system &s) {
        s.target = nullptr;
        s.unix_socket = path.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("Rain")->End());
}

TEST_F(GrpcBinding, GoMutualTls)
{
    TestPki pki;
    const std::string ca = dir_.write("ca.pem", pki.ca_pem(), 0600);
    const auto server = dir_.write_credential("server", pki.server());
    const auto own = dir_.write_credential("own", pki.worker());
    Service service({"--tls", ca, server.certificate, server.key}, REEVE_GO_SERVICE);
    Bind(service.target(), [&](reeve_grpc_system &s) {
        s.plaintext = false;
        s.ca_file = ca.c_str();
        s.certificate_file = own.certificate.c_str();
        s.key_file = own.key.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("Rain")->End()) << Log();
}
#endif

// ---- what would be ----

TEST_F(GrpcBinding, ExplainsACallWithoutMakingIt)
{
    const reeve_grpc_header headers[] = {{"x-tenant", "blue"}};
    Bind("127.0.0.1:1", [&](reeve_grpc_system &s) {
        s.headers = headers;
        s.headers_count = 1;
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    Job job(CREATE, REEVE_IDEMPOTENT, false, "Rain");
    reeve_buffer text;
    reeve_buffer_init(&text, nullptr, 1 << 16);
    ASSERT_EQ(REEVE_OK,
              binding_->vtable->explain(binding_, &job.task, job.work.request, &job.arena, &text));
    EXPECT_THAT(Text(reeve_buffer_view(&text)),
                AllOf(HasSubstr("call /demo.crm.v1.Tickets/CreateTicket\n"),
                      HasSubstr("target    127.0.0.1:1, no TLS\n"), HasSubstr("x-tenant: blue\n"),
                      HasSubstr("idempotency-key: (the job's id)\n"),
                      HasSubstr("authorization: Bearer (secret token)\n"),
                      HasSubstr("deadline  10000 ms"), HasSubstr("\"subject\": \"Rain\"")));
    reeve_buffer_clear(&text);
}

TEST_F(GrpcBinding, RefusesASystemThatIsNotWhole)
{
    reeve_grpc_system system = {};
    EXPECT_EQ(REEVE_INVALID, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_));
    system.target = "127.0.0.1:1";
    EXPECT_EQ(REEVE_INVALID, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_))
        << "TLS without a CA";
    system.plaintext = true;
    system.certificate_file = "own.pem";
    EXPECT_EQ(REEVE_INVALID, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_));
    system.certificate_file = nullptr;
    system.auth = REEVE_GRPC_AUTH_BEARER;
    EXPECT_EQ(REEVE_INVALID, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_));
}

} // namespace
