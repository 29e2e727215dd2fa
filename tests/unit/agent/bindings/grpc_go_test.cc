// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding against a service that shares no code with ours: grpc-go
// (tests/interop/grpc/go_service). Built where Debian's grpc-go is installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/base/time.h"
#include "tests/support/test_pki.h"
#include "tests/unit/agent/bindings/grpc_fixture.h"
#include "tests/unit/agent/bindings/grpc_service.h"

namespace
{

using reeve::test::CREATE;
using reeve::test::GrpcBinding;
using reeve::test::GrpcJob;
using reeve::test::GrpcService;
using reeve::test::SECRET;
using reeve::test::TestPki;
using reeve::test::WATCH;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(GrpcBinding, GoUnary)
{
    GrpcService service({}, REEVE_GO_SERVICE);
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
    GrpcService service({}, REEVE_GO_SERVICE);
    Bind(service.target());
    const auto rows = Run("count 300", REEVE_NO_SIDE_EFFECTS, WATCH);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", rows->End());
    EXPECT_EQ(300u, rows->results.size());
    GrpcJob job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep");
    Start(job);
    service.Line("\"sleep\"");
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED MAYBE", job.End());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
    GrpcJob late(CREATE, REEVE_NO_SIDE_EFFECTS, false, "sleep");
    late.work.deadline_ms = reeve_now_read().boot_ms + 300;
    Start(late);
    ASSERT_TRUE(late.Wait());
    EXPECT_EQ("TIMED_OUT DEADLINE NONE", late.End());
}

TEST_F(GrpcBinding, GoUnixSocket)
{
    const std::string path = dir_.path() + "/go.sock";
    GrpcService service({"--unix", path}, REEVE_GO_SERVICE);
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
    GrpcService service({"--tls", ca, server.certificate, server.key}, REEVE_GO_SERVICE);
    Bind(service.target(), [&](reeve_grpc_system &s) {
        s.plaintext = false;
        s.ca_file = ca.c_str();
        s.certificate_file = own.certificate.c_str();
        s.key_file = own.key.c_str();
    });
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("Rain")->End()) << Log();
}

} // namespace
