// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>

#include "tests/support/test_pki.h"
#include "tests/unit/agent/bindings/grpc_fixture.h"
#include "tests/unit/agent/bindings/grpc_service.h"

namespace
{

using reeve::test::CREATE;
using reeve::test::Credential;
using reeve::test::GrpcBinding;
using reeve::test::GrpcJob;
using reeve::test::GrpcService;
using reeve::test::TestPki;
using ::testing::HasSubstr;

TEST_F(GrpcBinding, MutualTlsAndANewIdentity)
{
    TestPki pki;
    const std::string ca = dir_.write("ca.pem", pki.ca_pem(), 0600);
    const auto server = dir_.write_credential("server", pki.server());
    const auto own = dir_.write_credential("own", pki.worker("spiffe://test.reeve/worker/first"));
    GrpcService service({"--tls", ca, server.certificate, server.key});
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
    GrpcJob slow(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 2");
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
    GrpcService service({"--tls", ca, server.certificate, server.key});
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

} // namespace
