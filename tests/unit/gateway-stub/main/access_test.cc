// SPDX-License-Identifier: Apache-2.0
// Who may do what: the certificate decides, for the control API method by method, and for the
// worker stream.
#include <algorithm>

#include "agent/transport/grpc.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace reeve::test
{
namespace
{

class AccessTest : public GatewayTest
{
  protected:
    void SetUp() override
    {
        start();
    }
    /* Opens the worker stream and waits for its end. */
    std::unique_ptr<Side> connect(const Credential &credential)
    {
        auto channel = dial(credential);
        auto side = std::make_unique<Side>();
        channel->start(*side, REEVE_TRANSPORT_CONNECT_METHOD, 60000);
        EXPECT_TRUE(loop.run_until([&side] { return side->closed > 0; }));
        return side;
    }
};

/* As the comments of ControlService say it, written down a second time. */
const std::map<std::string, std::vector<std::string>> kAllowed = {
    {"RegisterTasks", {"planner", "operator"}},
    {"ListTasks", {"planner", "approver", "operator", "auditor"}},
    {"GetTask", {"planner", "approver", "operator", "auditor"}},
    {"SubmitPlan", {"planner"}},
    {"ApprovePlan", {"approver"}},
    {"RejectPlan", {"approver"}},
    {"CancelPlan", {"planner", "operator"}},
    {"CancelJob", {"planner", "operator"}},
    {"GetPlan", {"planner", "approver", "operator", "auditor"}},
    {"ListPlans", {"planner", "approver", "operator", "auditor"}},
    {"GetJob", {"planner", "approver", "operator", "auditor"}},
    {"ListJobs", {"planner", "approver", "operator", "auditor"}},
    {"ListResults", {"planner", "approver", "operator", "auditor"}},
    {"WatchPlan", {"planner", "approver", "operator", "auditor"}},
    {"ListWorkers", {"operator", "auditor"}},
    {"ListAudit", {"auditor"}},
    {"ExportAudit", {"auditor"}},
    {"ReadmitWorker", {"operator"}},
    {"RevokeIdentity", {"operator"}},
    {"CreateJoinToken", {"operator"}},
    {"ResolveJob", {"operator"}},
    {"RequeueJob", {"operator"}},
    {"WhoAmI", {"worker", "planner", "approver", "operator", "auditor"}},
};

TEST_F(AccessTest, EachRoleMayCallItsMethodsAndNoOther)
{
    ASSERT_EQ(size_t{REEVE_CONTROL_METHODS}, kAllowed.size());
    for (const char *role : {"worker", "planner", "approver", "operator", "auditor"}) {
        auto channel = dial(files.of(role));
        for (const auto &[method, roles] : kAllowed) {
            const bool allowed = std::find(roles.begin(), roles.end(), role) != roles.end();
            auto answer = ask(*channel, method, "");
            EXPECT_EQ(!allowed, answer->code == REEVE_RPC_PERMISSION_DENIED)
                << role << " " << method << ": " << answer->code << " " << answer->text;
            EXPECT_NE(REEVE_RPC_UNIMPLEMENTED, method == "CreateJoinToken" ? 0 : answer->code);
            if (!allowed) {
                EXPECT_NE(std::string::npos, answer->error.find("ROLE_MISSING"))
                    << role << " " << method << ": " << answer->text;
                EXPECT_TRUE(answer->messages.empty());
            }
        }
    }
}

TEST_F(AccessTest, AnIdentityWithoutAGrantIsRefusedWithAClearText)
{
    const Credential stranger = files.pki.worker("spiffe://test.reeve/stranger");
    auto channel = dial(stranger);
    auto answer = ask(*channel, "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, answer->code);
    EXPECT_NE(std::string::npos, answer->text.find("no grant names this identity"));
    auto stream = connect(stranger);
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, stream->code);
    EXPECT_NE(std::string::npos, stream->text.find("no grant names this identity"));
}

TEST_F(AccessTest, ACertificateWithoutASpiffeIdIsRefused)
{
    LeafOptions none;
    none.dns = {"worker.test.reeve"};
    auto stream = connect(files.pki.leaf(none));
    EXPECT_EQ(REEVE_RPC_UNAUTHENTICATED, stream->code);
    EXPECT_NE(std::string::npos, stream->text.find("no SPIFFE ID"));
    LeafOptions two;
    two.uris = {"spiffe://test.reeve/worker/one", "spiffe://test.reeve/operator/one"};
    auto answer = ask(*dial(files.pki.leaf(two)), "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_UNAUTHENTICATED, answer->code);
}

TEST_F(AccessTest, AnotherCasCertificateDoesNotGetThrough)
{
    const TestPki other("another CA");
    auto answer = ask(*dial(other.worker("spiffe://test.reeve/operator/one")), "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, answer->code);
}

TEST_F(AccessTest, TheWorkerStreamNeedsTheRoleWorker)
{
    for (const char *role : {"planner", "approver", "operator", "auditor"}) {
        auto stream = connect(files.of(role));
        EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, stream->code) << role;
        EXPECT_NE(std::string::npos, stream->text.find("WORKER")) << stream->text;
    }
}

TEST_F(AccessTest, AMethodThatDoesNotExistIsUnimplemented)
{
    EXPECT_EQ(REEVE_RPC_UNIMPLEMENTED, ask_as("operator", "Shutdown", "")->code);
}

TEST_F(AccessTest, AReloadGivesAndTakesGrants)
{
    const Credential late = files.pki.worker("spiffe://test.reeve/late");
    auto channel = dial(late);
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, ask(*channel, "WhoAmI", "")->code);
    files.grants += "  - { identity: spiffe://test.reeve/late, tenant: acme, roles: [AUDITOR] }\n";
    files.write_config("");
    gateway->reload();
    EXPECT_EQ(REEVE_RPC_OK, ask(*channel, "WhoAmI", "")->code);
    files.grants = "  - { identity: spiffe://test.reeve/other, tenant: acme, roles: [WORKER] }\n";
    files.write_config("");
    gateway->reload();
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, ask(*channel, "WhoAmI", "")->code);
}

TEST_F(AccessTest, AReloadThatCannotBeUsedChangesNothing)
{
    files.grants = "  - { identity: spiffe://test.reeve/x, tenant: acme, roles: [NOBODY] }\n";
    files.write_config("");
    gateway->reload();
    EXPECT_EQ(REEVE_RPC_OK, ask_as("operator", "WhoAmI", "")->code);
    files.grants = "  - { identity: spiffe://test.reeve/x, tenant: acme, roles: [AUDITOR] }\n";
    files.write_config("");
    files.dir.write("ca.pem", "not a certificate", 0600);
    gateway->reload();
    files.dir.write("ca.pem", files.pki.ca_pem(), 0600);
    EXPECT_EQ(REEVE_RPC_OK, ask_as("operator", "WhoAmI", "")->code);
}

/* P6: new handshakes use the new certificate, connections that stand go on. */
TEST_F(AccessTest, AReloadTakesARenewedCertificateAndKeepsConnections)
{
    auto before = dial(files.of("operator"));
    auto first = ask(*before, "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_OK, first->code);
    files.dir.write_credential("gateway", files.pki.server());
    gateway->reload();
    auto second = ask(*before, "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_OK, second->code);
    EXPECT_EQ(first->peer_pem, second->peer_pem);
    auto third = ask_as("operator", "WhoAmI", "");
    EXPECT_EQ(REEVE_RPC_OK, third->code);
    EXPECT_NE(first->peer_pem, third->peer_pem);
}

} // namespace
} // namespace reeve::test
