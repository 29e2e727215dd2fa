// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding against a service that is not ours, grpcio (tests/interop/grpc/service.py): the
// call, its answers, what is called again, credentials.
#include "agent/bindings/grpc/grpc_binding.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/time.h"
#include "tests/support/bytes.h"
#include "tests/unit/agent/bindings/grpc_fixture.h"
#include "tests/unit/agent/bindings/grpc_service.h"

namespace
{

using reeve::test::CREATE;
using reeve::test::GrpcBinding;
using reeve::test::GrpcJob;
using reeve::test::GrpcService;
using reeve::test::SECRET;
using reeve::test::Text;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// ---- the call ----

TEST_F(GrpcBinding, ForwardsTheRequestAndTheAnswer)
{
    GrpcService service;
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
    GrpcService service;
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
    GrpcService service;
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
    GrpcService service({"--unix", path});
    Bind("", [&](reeve_grpc_system &s) {
        s.target = nullptr;
        s.unix_socket = path.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("Rain")->End());
    EXPECT_THAT(service.Line("call"), HasSubstr("unix:"));
}

TEST_F(GrpcBinding, HundredsAtOnceOnOneThread)
{
    GrpcService service({"--quiet"});
    Bind(service.target());
    std::vector<std::unique_ptr<GrpcJob>> jobs;
    for (int i = 0; i < 300; i++) {
        jobs.push_back(std::make_unique<GrpcJob>(CREATE, REEVE_NOT_IDEMPOTENT, false,
                                                 "job " + std::to_string(i)));
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
    GrpcService service;
    Bind(service.target());
    const auto job = Run("unknown");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", job->End());
    EXPECT_EQ("\n\x03T-1\x12\x07unknown", job->Output());
}

TEST_F(GrpcBinding, AnAnswerThatDoesNotFitIsInvalid)
{
    GrpcService service;
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
    GrpcService service;
    Bind(service.target(), [](reeve_grpc_system &s) { s.max_response_bytes = 1000; });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("large 900")->End());
    EXPECT_EQ("FAILED OUTPUT_TOO_LARGE MAYBE", Run("large 5000000")->End());
    EXPECT_EQ("FAILED OUTPUT_TOO_LARGE NONE", Run("large 1100", REEVE_NO_SIDE_EFFECTS)->End());
}

TEST_F(GrpcBinding, P7AFloodOfMetadataIsNotTaken)
{
    GrpcService service;
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
    GrpcService service;
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
    GrpcService service;
    Bind(service.target());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE",
              Run("x", REEVE_NOT_IDEMPOTENT, "demo.crm.v1.Tickets/Missing")->End());
    EXPECT_EQ("FAILED OUTPUT_INVALID MAYBE",
              Run("count 2", REEVE_NOT_IDEMPOTENT, "demo.crm.v1.Tickets/Several")->End());
}

// ---- once more, or not ----

TEST_F(GrpcBinding, OnlyIdempotentTasksAreCalledAgain)
{
    GrpcService service;
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
    GrpcService service;
    Bind(service.target(), [](reeve_grpc_system &s) { s.max_attempts = 100; });
    GrpcJob job(CREATE, REEVE_IDEMPOTENT, false, "code 14 x");
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
    GrpcJob job(CREATE, REEVE_IDEMPOTENT, false, "x");
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
    GrpcService service;
    Bind(service.target(), [](reeve_grpc_system &s) {
        s.auth = REEVE_GRPC_AUTH_BEARER;
        s.auth_secret = "token";
    });
    EXPECT_EQ("FAILED CREDENTIAL_REFUSED NONE", Run("token the-other-token-9876543210")->End());
    EXPECT_EQ(1u, service.Lines(50).size()) << "the same version would be refused again";

    // P6: the file is replaced while the call is under way.
    GrpcJob job(CREATE, REEVE_NOT_IDEMPOTENT, false, "late-token the-newer-token-9876543210");
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
    GrpcService service;
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
    GrpcService service;
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
    GrpcJob job(CREATE, REEVE_IDEMPOTENT, false, "Rain");
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
