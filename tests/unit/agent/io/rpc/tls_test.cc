/* SPDX-License-Identifier: Apache-2.0 */
/* Who may talk to whom: certificates that must not work, TLS versions, rotation, and independent
 * peers (openssl, grpcio). */
#include <csignal>

#include "rpc_fixture.h"
#include "tests/support/child.h"

using namespace reeve::test;
using ::testing::HasSubstr;

namespace
{

class TlsTest : public RpcTest
{
  protected:
    /* One call with `credential`, believing `ca`; how it ended. */
    void attempt(Side &side, const Credential &credential, const std::string &ca,
                 const std::function<void(struct reeve_rpc_channel_options &)> &adjust = {})
    {
        Channel c(loop, server->target(), credential, ca, adjust);
        ASSERT_EQ(REEVE_OK, c.status);
        c.start(side);
        EXPECT_EQ(REEVE_OK, side.send("hello"));
        ASSERT_TRUE(loop.run_until([&] { return side.closed > 0 || side.received > 0; }));
    }
    void expect_refused(const Credential &credential, const std::string &ca)
    {
        Side side;
        attempt(side, credential, ca);
        EXPECT_EQ(1, side.closed);
        EXPECT_EQ(REEVE_RPC_UNAVAILABLE, side.code) << side.text;
        EXPECT_EQ(REEVE_UNAVAILABLE, side.status);
        EXPECT_FALSE(side.text.empty());
        EXPECT_TRUE(server->calls.empty()) << "the server saw a call";
    }
    Credential aged(int64_t not_before_s, int64_t not_after_s)
    {
        LeafOptions o;
        o.uris = {"spiffe://test.reeve/x"};
        o.ips = {"127.0.0.1"};
        o.not_before_s = not_before_s;
        o.not_after_s = not_after_s;
        return pki().leaf(o);
    }
    void replace_server(const Credential &credential)
    {
        channel.reset();
        server = std::make_unique<Server>(loop, credential, pki().ca_pem());
        ASSERT_EQ(REEVE_OK, server->status);
    }
};

TEST_F(TlsTest, AClientOfAnotherCaIsRefused)
{
    const TestPki other("another CA");
    expect_refused(other.worker(), pki().ca_pem());
}

TEST_F(TlsTest, AServerOfAnotherCaIsRefused)
{
    const TestPki other("another CA");
    Side side;
    attempt(side, pki().worker(), other.ca_pem());
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, side.code);
    EXPECT_THAT(side.text, HasSubstr("CERTIFICATE_VERIFY_FAILED"));
    EXPECT_TRUE(server->calls.empty());
}

TEST_F(TlsTest, AClientWithoutCertificateIsRefused)
{
    expect_refused(Credential{}, pki().ca_pem());
}

TEST_F(TlsTest, AnExpiredClientIsRefused)
{
    expect_refused(aged(-7200, -3600), pki().ca_pem());
    expect_refused(aged(3600, 7200), pki().ca_pem());
}

TEST_F(TlsTest, AnExpiredServerIsRefused)
{
    replace_server(aged(-7200, -3600));
    expect_refused(pki().worker(), pki().ca_pem());
}

TEST_F(TlsTest, AServerWithAnotherNameIsRefused)
{
    Side wrong;
    attempt(wrong, pki().worker(), pki().ca_pem(),
            [](struct reeve_rpc_channel_options &o) { o.server_name = "gateway.example.org"; });
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, wrong.code);
    EXPECT_TRUE(server->calls.empty());
    Side right;
    attempt(right, pki().worker(), pki().ca_pem(),
            [](struct reeve_rpc_channel_options &o) { o.server_name = "localhost"; });
    EXPECT_EQ(1u, right.received) << right.text;
}

TEST_F(TlsTest, AChannelWithoutItsPartsIsRefused)
{
    const Credential w = pki().worker();
    EXPECT_EQ(REEVE_INVALID, Channel(loop, "", w, pki().ca_pem()).status);
    EXPECT_EQ(REEVE_INVALID, Channel(loop, "a:1", w, "").status) << "never the public CAs";
    EXPECT_EQ(REEVE_INVALID,
              Channel(loop, "a:1", Credential{w.chain_pem, ""}, pki().ca_pem()).status);
    EXPECT_EQ(REEVE_INVALID,
              Channel(loop, "a:1", Credential{"", w.key_pem}, pki().ca_pem()).status);
    EXPECT_EQ(REEVE_INVALID, Server(loop, Credential{}, pki().ca_pem()).status);
    EXPECT_EQ(REEVE_INVALID, Server(loop, pki().server(), "").status);
}

TEST_F(TlsTest, ABusyAddressIsRefused)
{
    const std::string address = server->target();
    const Server second(loop, pki().server(), pki().ca_pem(),
                        [&](struct reeve_rpc_server_options &o) { o.address = address.c_str(); });
    EXPECT_EQ(REEVE_IO, second.status);
}

TEST_F(TlsTest, P6NewHandshakesUseNewMaterialAndOldConnectionsGoOn)
{
    Side old_call;
    channel->start(old_call);
    ASSERT_TRUE(loop.run_until([&] { return old_call.opened; }));
    EXPECT_EQ("spiffe://test.reeve/gateway", old_call.peer_id);

    const TestPki next_pki("next CA");
    const Credential next = next_pki.server("spiffe://test.reeve/gateway/next");
    const std::string both = pki().ca_pem() + next_pki.ca_pem();
    const struct reeve_rpc_tls tls = {bytes_of(both), bytes_of(next.chain_pem),
                                      bytes_of(next.key_pem)};
    ASSERT_EQ(REEVE_OK, reeve_rpc_server_set_tls(server->server, &tls));
    Channel c(loop, server->target(), pki().worker(), next_pki.ca_pem());
    Side new_call;
    c.start(new_call);
    ASSERT_TRUE(loop.run_until([&] { return new_call.opened || new_call.closed > 0; }));
    EXPECT_EQ("spiffe://test.reeve/gateway/next", new_call.peer_id) << new_call.text;
    EXPECT_EQ(REEVE_OK, old_call.send("still here"));
    EXPECT_TRUE(loop.run_until([&] { return old_call.received == 1; }));
}

TEST_F(TlsTest, P6ASecondChannelHasItsOwnConnectionAndIdentity)
{
    Side one;
    channel->start(one);
    ASSERT_TRUE(loop.run_until([&] { return server->calls.size() == 1 && one.opened; }));
    Channel c(loop, server->target(), pki().worker("spiffe://test.reeve/worker/two"),
              pki().ca_pem());
    Side two;
    c.start(two);
    ASSERT_TRUE(
        loop.run_until([&] { return server->calls.size() == 2 && server->calls[1]->opened; }));
    EXPECT_EQ("spiffe://test.reeve/worker/two", server->calls[1]->peer_id);
}

TEST_F(TlsTest, StoppingLetsCallsEndAndTakesNoNewOnes)
{
    Side client;
    bool stopped = false;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.opened && server->calls.size() == 1; }));
    reeve_rpc_server_stop(
        server->server, [](void *ctx) { *static_cast<bool *>(ctx) = true; }, &stopped);
    loop.run_for(50);
    EXPECT_FALSE(stopped) << "a call is still there";
    EXPECT_EQ(REEVE_OK, client.send("last"));
    ASSERT_TRUE(loop.run_until([&] { return client.received == 1; }));
    Channel c(loop, server->target(), pki().worker(), pki().ca_pem());
    Side late;
    c.start(late);
    ASSERT_TRUE(loop.run_until([&] { return late.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, late.code);
    EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(client.call));
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0 && stopped; }));
    EXPECT_EQ(REEVE_RPC_OK, client.code) << client.text;
}

TEST_F(TlsTest, CancellingTheCallsEndsAStop)
{
    Side client;
    bool stopped = false;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.opened && server->calls.size() == 1; }));
    reeve_rpc_server_stop(
        server->server, [](void *ctx) { *static_cast<bool *>(ctx) = true; }, &stopped);
    reeve_rpc_server_cancel_calls(server->server);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0 && stopped; }));
    EXPECT_EQ(1, server->calls[0]->closed);
    EXPECT_EQ(0u, reeve_rpc_server_calls(server->server));
}

/* ---- independent peers -------------------------------------------------------------------------
 */

class InteropTest : public TlsTest
{
  protected:
    void SetUp() override
    {
        TlsTest::SetUp();
        ca = dir.write("ca.pem", pki().ca_pem(), 0644);
        gateway = dir.write_credential("gateway", pki().server());
        worker = dir.write_credential("worker", pki().worker());
    }
    static std::string script(const char *name)
    {
        return std::string(REEVE_SOURCE_DIR) + "/tests/interop/rpc/" + name;
    }
    /* Runs until `child` has ended. */
    std::string run_beside(Child &child)
    {
        std::string output;
        std::string line;
        uint64_t end = reeve_now_read().boot_ms + 60000;
        while (reeve_now_read().boot_ms < end) {
            line = child.line(1);
            if (!line.empty()) {
                output += line + "\n";
            }
            if (line == "ok" || line.find("wanted") != std::string::npos ||
                line.find("Error") != std::string::npos) {
                break;
            }
            loop.run_for(5);
        }
        return output;
    }

    TempDir dir;
    std::string ca;
    TempDir::Files gateway;
    TempDir::Files worker;
};

TEST_F(InteropTest, AnIndependentClientTalksToOurServer)
{
    const std::string port = std::to_string(reeve_rpc_server_port(server->server));
    Child client(
        {"/usr/bin/python3", script("echo_client.py"), port, ca, worker.certificate, worker.key});
    ASSERT_TRUE(client.started());
    const std::string output = run_beside(client);
    EXPECT_THAT(output, HasSubstr("ok\n")) << client.rest(100);
    EXPECT_EQ("spiffe://test.reeve/worker/one", server->calls.at(0)->peer_id);
}

TEST_F(InteropTest, OurClientTalksToAnIndependentServer)
{
    Child peer(
        {"/usr/bin/python3", script("echo_server.py"), ca, gateway.certificate, gateway.key});
    const std::string port = peer.line();
    ASSERT_FALSE(port.empty());
    Channel c(loop, "127.0.0.1:" + port, pki().worker(), pki().ca_pem());
    Side client;
    /* Opened before the server's headers, which grpcio sends with its first answer. */
    client.when_open = [](Side &s) { s.offer("0"); };
    client.when_message = [](Side &s, const std::string &m) {
        EXPECT_EQ(std::to_string(s.received - 1), m);
        s.offer(s.received < 500 ? std::to_string(s.received) : "fail");
    };
    c.start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }, 60000));
    EXPECT_EQ(500u, client.received);
    EXPECT_EQ(10, client.code) << "ABORTED";
    EXPECT_EQ("asked to", client.text);
    EXPECT_EQ(std::string("\x08\x07\x00", 3), client.error);
    EXPECT_EQ("spiffe://test.reeve/gateway", client.peer_id);
}

TEST_F(InteropTest, AServerKilledMidStreamIsUnavailableOnce)
{
    Child peer(
        {"/usr/bin/python3", script("echo_server.py"), ca, gateway.certificate, gateway.key});
    const std::string port = peer.line();
    ASSERT_FALSE(port.empty());
    Channel c(loop, "127.0.0.1:" + port, pki().worker(), pki().ca_pem());
    Side client;
    client.when_open = [](Side &s) { s.offer("x"); };
    client.when_message = [&](Side &s, const std::string &) {
        if (s.received == 20) {
            peer.kill(SIGKILL);
        }
        s.offer("x");
    };
    c.start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, client.code) << client.text;
    EXPECT_GE(client.received, 20u);
    loop.run_for(100);
    EXPECT_EQ(1, client.closed);
}

TEST_F(InteropTest, AnOldTlsClientIsRefused)
{
    const std::string port = std::to_string(reeve_rpc_server_port(server->server));
    for (const char *version : {"-tls1_2", "-tls1_3"}) {
        Child client({"openssl", "s_client", version, "-connect", "127.0.0.1:" + port, "-alpn",
                      "h2", "-cert", worker.certificate, "-key", worker.key, "-CAfile", ca});
        ASSERT_TRUE(client.started());
        std::string output;
        for (int i = 0; i < 100 && output.find("Verify return code") == std::string::npos; i++) {
            loop.run_for(10);
            std::string line;
            while (!(line = client.line(1)).empty()) {
                output += line + "\n";
            }
        }
        if (std::string(version) == "-tls1_2") {
            EXPECT_THAT(output, HasSubstr("Cipher is (NONE)"));
            EXPECT_THAT(output, HasSubstr("handshake has read 0 bytes"));
        } else {
            EXPECT_THAT(output, HasSubstr("TLSv1.3, Cipher is TLS_")) << "the detector works";
        }
    }
}

TEST_F(InteropTest, AnOldTlsServerIsRefused)
{
    for (const char *version : {"-tls1_2", "-tls1_3"}) {
        Child peer({"openssl", "s_server", version, "-accept", "127.0.0.1:0", "-alpn", "h2",
                    "-cert", gateway.certificate, "-key", gateway.key, "-www", "-naccept", "1"});
        std::string line;
        while (!(line = peer.line()).empty() && line.rfind("ACCEPT", 0) != 0) {
        }
        ASSERT_FALSE(line.empty());
        const std::string port = line.substr(line.rfind(':') + 1);
        Channel c(loop, "127.0.0.1:" + port, pki().worker(), pki().ca_pem(),
                  [](struct reeve_rpc_channel_options &o) { o.connect_timeout_ms = 1000; });
        Side client;
        c.start(client);
        ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
        EXPECT_EQ(REEVE_RPC_UNAVAILABLE, client.code);
        if (std::string(version) == "-tls1_2") {
            EXPECT_THAT(peer.rest(5000), HasSubstr("unsupported protocol"));
        } else {
            EXPECT_THAT(peer.rest(5000), ::testing::Not(HasSubstr("unsupported protocol")))
                << "the detector works";
        }
    }
}

} // namespace
