/* SPDX-License-Identifier: Apache-2.0 */
/* The transport over gRPC core, worker and gateway, with real mTLS on loopback. */
#include "agent/transport/grpc.h"
#include "recorder.h"
#include "tests/unit/agent/io/rpc/rpc_fixture.h"

using namespace reeve::test;
using ::testing::ElementsAre;

namespace
{

class GrpcTransportTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        const Credential credential = pki.server();
        const std::string ca = pki.ca_pem();
        method = {REEVE_TRANSPORT_CONNECT_METHOD, on_call, this};
        struct reeve_rpc_server_options o = {};
        o.address = "127.0.0.1:0";
        o.tls = {bytes_of(ca), bytes_of(credential.chain_pem), bytes_of(credential.key_pem)};
        o.methods = &method;
        o.method_count = 1;
        ASSERT_EQ(REEVE_OK, reeve_rpc_server_new(loop.get(), &o, &server));
        dial("127.0.0.1:" + std::to_string(reeve_rpc_server_port(server)));
    }
    void TearDown() override
    {
        worker.free();
        gateway.free();
        reeve_rpc_server_release(server);
    }
    void dial(const std::string &target)
    {
        worker.free();
        const Credential credential = pki.worker();
        const std::string ca = pki.ca_pem();
        struct reeve_rpc_channel_options o = {};
        o.target = target.c_str();
        o.tls = {bytes_of(ca), bytes_of(credential.chain_pem), bytes_of(credential.key_pem)};
        ASSERT_EQ(REEVE_OK, reeve_transport_grpc_dial(loop.get(), &o, &worker.transport));
    }
    void open()
    {
        worker.start();
        ASSERT_TRUE(loop.run_until([&] { return worker.saw("opened") && gateway.saw("opened"); }));
    }
    bool both_closed()
    {
        return loop.run_until([&] { return worker.closed > 0 && gateway.closed > 0; });
    }
    static void on_call(void *ctx, struct reeve_rpc_call *call)
    {
        GrpcTransportTest &self = *static_cast<GrpcTransportTest *>(ctx);
        ASSERT_EQ(REEVE_OK, reeve_transport_grpc_accept(call, nullptr, &self.gateway.transport));
        self.gateway.start();
    }

    TestPki pki;
    Loop loop;
    struct reeve_rpc_method method = {};
    struct reeve_rpc_server *server = nullptr;
    Recorder worker;
    Recorder gateway;
};

TEST_F(GrpcTransportTest, P6_APeerThatGoesAwayIsHeardOfWhileTheStreamGoesOn)
{
    open();
    reeve_rpc_server_stop(server, nullptr, nullptr); // GOAWAY
    ASSERT_TRUE(loop.run_until([&] { return worker.saw("leaving"); }));
    EXPECT_EQ(0, worker.closed);
    for (const char *words : {"one", "two"}) {
        ASSERT_EQ(REEVE_OK, worker.send(words));
        ASSERT_EQ(REEVE_OK, gateway.send(std::string(words) + " back"));
        ASSERT_TRUE(loop.run_until([&] {
            return gateway.saw(words) && worker.saw(std::string(words) + " back") &&
                   worker.count("sent") == gateway.count("sent");
        }));
    }
    reeve_transport_close(gateway.transport, REEVE_OK, nullptr);
    ASSERT_TRUE(both_closed());
    EXPECT_EQ(1u, worker.count("leaving"));
    EXPECT_EQ(0u, gateway.count("leaving"));
}

TEST_F(GrpcTransportTest, AConnectionThatBreaksIsNotAPeerThatGoesAway)
{
    open();
    reeve_transport_close(gateway.transport, REEVE_UNAVAILABLE, "gone");
    reeve_rpc_server_stop(server, nullptr, nullptr);
    ASSERT_TRUE(both_closed());
    loop.run_for(300);
    EXPECT_EQ(0u, worker.count("leaving"));
}

TEST_F(GrpcTransportTest, AConnectionThatIsFreedIsWatchedNoMore)
{
    open();
    worker.free();
    gateway.free();
    reeve_rpc_server_release(server);
    server = nullptr;
    loop.free(); // waits for all that gRPC has
    EXPECT_EQ(0u, worker.count("leaving"));
}

TEST_F(GrpcTransportTest, CarriesMessagesBothWays)
{
    open();
    EXPECT_EQ(REEVE_OK, worker.send("hello"));
    EXPECT_EQ(REEVE_STATE, worker.send("too soon"));
    EXPECT_EQ(REEVE_OK, gateway.send("welcome"));
    ASSERT_TRUE(loop.run_until([&] {
        return worker.saw("welcome") && gateway.saw("hello") && worker.saw("sent") &&
               gateway.saw("sent");
    }));
    struct reeve_transport_peer peer;
    reeve_transport_peer_of(gateway.transport, &peer);
    EXPECT_EQ("spiffe://test.reeve/worker/one", Recorder::str(peer.identity));
    EXPECT_THAT(Recorder::str(peer.certificate_pem), ::testing::HasSubstr("BEGIN CERTIFICATE"));
    reeve_transport_peer_of(worker.transport, &peer);
    EXPECT_EQ("spiffe://test.reeve/gateway", Recorder::str(peer.identity));
}

TEST_F(GrpcTransportTest, AWorkersOrderlyCloseIsOkOnBothEnds)
{
    gateway.when_opened = [&] { EXPECT_EQ(REEVE_OK, gateway.send("unread by the worker")); };
    worker.keep_asking = false;
    open();
    EXPECT_EQ(REEVE_OK, worker.send("last"));
    reeve_transport_close(worker.transport, REEVE_OK, nullptr);
    EXPECT_EQ(0, worker.closed);
    EXPECT_EQ(REEVE_CLOSED, worker.send("more"));
    ASSERT_TRUE(both_closed());
    EXPECT_EQ(REEVE_OK, worker.status) << worker.text;
    EXPECT_EQ(REEVE_OK, gateway.status) << gateway.text;
    EXPECT_TRUE(gateway.saw("last"));
    EXPECT_THAT(worker.events, ElementsAre("opened", "closed"));
}

TEST_F(GrpcTransportTest, AGatewaysReasonReachesTheWorkerBehindItsLastMessage)
{
    open();
    EXPECT_EQ(REEVE_OK, gateway.send("retry"));
    reeve_transport_close(gateway.transport, REEVE_DRAINING, "SESSION_CODE_RESTARTING");
    reeve_transport_close(gateway.transport, REEVE_OK, "again");
    ASSERT_TRUE(both_closed());
    EXPECT_TRUE(worker.saw("retry"));
    EXPECT_EQ(REEVE_UNAVAILABLE, worker.status) << "retry: it may pass";
    EXPECT_EQ("SESSION_CODE_RESTARTING", worker.text);
    EXPECT_EQ(REEVE_DRAINING, gateway.status);
}

TEST_F(GrpcTransportTest, ALongReasonIsCutBehindACharacter)
{
    open();
    std::string text(1023, 'x');
    text += "\xc3\xa9 and more";
    reeve_transport_close(gateway.transport, REEVE_PROTOCOL, text.c_str());
    ASSERT_TRUE(both_closed());
    EXPECT_EQ(std::string(1023, 'x'), worker.text);
    EXPECT_EQ(REEVE_STATE, worker.status) << "FAILED_PRECONDITION";
}

TEST_F(GrpcTransportTest, AWorkerThatGivesUpKnowsWhy)
{
    open();
    reeve_transport_close(worker.transport, REEVE_PROTOCOL, "bad frame");
    ASSERT_TRUE(both_closed());
    EXPECT_EQ(REEVE_PROTOCOL, worker.status);
    EXPECT_EQ("bad frame", worker.text);
    EXPECT_EQ(REEVE_UNAVAILABLE, gateway.status);
}

TEST_F(GrpcTransportTest, AnUnreachableGatewayIsUnavailableWithItsReason)
{
    dial("127.0.0.1:1");
    worker.start();
    ASSERT_TRUE(loop.run_until([&] { return worker.closed > 0; }));
    EXPECT_THAT(worker.events, ElementsAre("closed"));
    EXPECT_EQ(REEVE_UNAVAILABLE, worker.status);
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, worker.code);
    EXPECT_THAT(worker.text, ::testing::HasSubstr("onnect")) << worker.text;
}

TEST_F(GrpcTransportTest, FreeWithinEveryEventIsTheEnd)
{
    for (const char *where : {"opened", "message", "closed"}) {
        Recorder w;
        std::swap(w.transport, worker.transport);
        const std::string at = where;
        if (at == "opened") {
            w.when_opened = [&] { w.free(); };
        }
        if (at == "message") {
            w.keep_asking = true;
            w.when_message = [&](const std::string &) { w.free(); };
            gateway.when_opened = [&] { EXPECT_EQ(REEVE_OK, gateway.send("m")); };
        }
        if (at == "closed") {
            w.when_closed = [&] { w.free(); };
            gateway.when_opened = [&] { reeve_transport_close(gateway.transport, REEVE_OK, ""); };
        }
        w.start();
        ASSERT_TRUE(loop.run_until([&] { return w.transport == nullptr; })) << where;
        ASSERT_TRUE(loop.run_until([&] { return gateway.closed > 0; })) << where;
        gateway.free();
        gateway.events.clear();
        gateway.closed = 0;
        gateway.when_opened = nullptr;
        dial("127.0.0.1:" + std::to_string(reeve_rpc_server_port(server)));
    }
}

TEST_F(GrpcTransportTest, TheLoopsEndClosesOnce)
{
    open();
    reeve_rpc_server_stop(server, nullptr, nullptr);
    loop.free();
    EXPECT_EQ(1, worker.closed);
    EXPECT_EQ(1, gateway.closed);
}

} // namespace
