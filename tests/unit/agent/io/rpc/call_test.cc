/* SPDX-License-Identifier: Apache-2.0 */
/* Calls over real mTLS on loopback: messages in both directions, every way to end, back-pressure.
 */
#include "rpc_fixture.h"

using namespace reeve::test;

namespace
{

class CallTest : public RpcTest
{
};

TEST_F(CallTest, EchoesTenThousandMessagesInOrder)
{
    const size_t count = 10000;
    size_t next = 0;
    Side client;
    client.when_open = [&](Side &s) { s.offer("message 0"); };
    client.when_message = [&](Side &s, const std::string &m) {
        EXPECT_EQ("message " + std::to_string(next), m);
        if (++next < count) {
            s.offer("message " + std::to_string(next));
            return;
        }
        EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(s.call));
    };
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }, 60000));
    EXPECT_EQ(count, client.received);
    EXPECT_EQ(REEVE_RPC_OK, client.code) << client.text;
    EXPECT_EQ("bye", client.text);
    ASSERT_TRUE(loop.run_until([&] { return server->calls[0]->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_OK, server->calls[0]->code);
}

TEST_F(CallTest, TellsEventsInOrder)
{
    Side client;
    client.when_open = [&](Side &s) { EXPECT_EQ(REEVE_OK, s.send("one")); };
    client.when_message = [](Side &s, const std::string &) {
        EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(s.call));
    };
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    ASSERT_TRUE(loop.run_until([&] { return server->calls[0]->closed > 0; }));
    /* An answer may overtake the word that the message left. */
    EXPECT_THAT(client.events,
                ::testing::UnorderedElementsAre("open", "sent", "message", "closed"));
    EXPECT_THAT(server->calls[0]->events,
                ::testing::UnorderedElementsAre("open", "message", "sent", "half", "closed"));
    for (const Side *side : {&client, server->calls[0].get()}) {
        EXPECT_EQ("open", side->events.front());
        EXPECT_EQ("closed", side->events.back());
    }
}

TEST_F(CallTest, CarriesEmptyAndLargeMessages)
{
    std::vector<std::string> sizes = {"",
                                      std::string(1, 'a'),
                                      std::string(511, 'b'),
                                      std::string(512, 'c'),
                                      std::string(70000, 'd'),
                                      std::string(3u << 20, 'e')};
    size_t next = 0;
    Side client;
    client.when_open = [&](Side &s) { s.offer(sizes[0]); };
    client.when_message = [&](Side &s, const std::string &) {
        if (++next < sizes.size()) {
            s.offer(sizes[next]);
            return;
        }
        EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(s.call));
    };
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_OK, client.code) << client.text;
    EXPECT_EQ(sizes, client.messages);
}

TEST_F(CallTest, KnowsThePeer)
{
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until(
        [&] { return client.opened && !server->calls.empty() && server->calls[0]->opened; }));
    EXPECT_EQ("spiffe://test.reeve/gateway", client.peer_id);
    EXPECT_EQ("spiffe://test.reeve/worker/one", server->calls[0]->peer_id);
    EXPECT_THAT(client.peer_pem, ::testing::StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_THAT(server->calls[0]->peer_pem, ::testing::StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_EQ(REEVE_NEVER_MS, reeve_rpc_call_time_left_ms(server->calls[0]->call));
}

TEST_F(CallTest, RefusesASecondSendAndASecondReceive)
{
    Side client;
    client.rearm = false;
    channel->start(client);
    EXPECT_EQ(REEVE_OK, client.send("one"));
    EXPECT_EQ(REEVE_STATE, client.send("two"));
    EXPECT_EQ(REEVE_OK, client.receive());
    EXPECT_EQ(REEVE_STATE, client.receive());
    ASSERT_TRUE(loop.run_until([&] { return client.received == 1 && client.sent == 1; }));
    EXPECT_EQ(REEVE_OK, client.send("two"));
    EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(client.call)) << "behind the message in flight";
    EXPECT_EQ(REEVE_STATE, reeve_rpc_call_half_close(client.call));
    EXPECT_EQ(REEVE_STATE, client.send("three"));
    EXPECT_EQ(REEVE_STATE, reeve_rpc_call_finish(client.call, 0, "", reeve_bytes_of(nullptr, 0)));
    EXPECT_EQ(REEVE_OK, client.receive());
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_THAT(client.messages, ::testing::ElementsAre("one", "two"));
    EXPECT_EQ(REEVE_CLOSED, client.send("four"));
    EXPECT_EQ(REEVE_CLOSED, client.receive());
    EXPECT_EQ(REEVE_CLOSED, reeve_rpc_call_half_close(client.call));
    reeve_rpc_call_cancel(client.call);
    EXPECT_EQ(1, client.closed);
}

TEST_F(CallTest, RefusesAnUnknownMethod)
{
    Side client;
    channel->start(client, "/reeve.test.Echo/Other");
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_UNIMPLEMENTED, client.code) << client.text;
    EXPECT_EQ(REEVE_UNSUPPORTED, client.status);
    EXPECT_EQ(0u, reeve_rpc_server_calls(server->server));
}

TEST_F(CallTest, RefusesAWrongMethodPath)
{
    Side client;
    for (const char *path : {"", "Echo", "/", "/Echo", "//"}) {
        EXPECT_EQ(REEVE_INVALID, reeve_rpc_call_start(channel->channel, path, 0, Side::table(),
                                                      &client, &client.call))
            << path;
    }
}

TEST_F(CallTest, ARefusedCallEndsWithItsReason)
{
    server->refuse = [](struct reeve_rpc_call *call) {
        reeve_rpc_call_refuse(call, REEVE_RPC_PERMISSION_DENIED, "no grant");
        return true;
    };
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, client.code);
    EXPECT_EQ(REEVE_UNAUTHENTICATED, client.status);
    EXPECT_EQ("no grant", client.text);
}

TEST_F(CallTest, ACallThatNobodyHandlesIsRefused)
{
    server->refuse = [](struct reeve_rpc_call *) { return true; };
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_INTERNAL, client.code);
}

TEST_F(CallTest, FinishCarriesStatusTextAndError)
{
    /* Long enough that gRPC keeps it in memory of its own. */
    const std::string error = std::string("\x08\x01\x00\xff", 4) + std::string(3000, 'e');
    server->prepare = [&](Side &side) {
        side.when_message = [&](Side &s, const std::string &) {
            EXPECT_EQ(REEVE_TOO_LARGE,
                      reeve_rpc_call_finish(s.call, 3, std::string(1025, 'x').c_str(),
                                            reeve_bytes_of(nullptr, 0)));
            EXPECT_EQ(REEVE_TOO_LARGE,
                      reeve_rpc_call_finish(s.call, 3, "", bytes_of(std::string(4097, 'x'))));
            EXPECT_EQ(REEVE_OK, s.send("last words"));
            EXPECT_EQ(REEVE_OK, reeve_rpc_call_finish(s.call, REEVE_RPC_INVALID_ARGUMENT,
                                                      "subject: too long", bytes_of(error)));
            EXPECT_EQ(REEVE_STATE,
                      reeve_rpc_call_finish(s.call, 0, "", reeve_bytes_of(nullptr, 0)));
            EXPECT_EQ(REEVE_STATE, s.send("more"));
        };
    };
    Side client;
    channel->start(client);
    EXPECT_EQ(REEVE_OK, client.send("request"));
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_THAT(client.messages, ::testing::ElementsAre("last words"));
    EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, client.code);
    EXPECT_EQ(REEVE_INVALID, client.status);
    EXPECT_EQ("subject: too long", client.text);
    EXPECT_EQ(error, client.error);
    ASSERT_TRUE(loop.run_until([&] { return server->calls[0]->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_INVALID_ARGUMENT, server->calls[0]->code);
}

TEST_F(CallTest, TheClientCancels)
{
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.opened && !server->calls.empty(); }));
    reeve_rpc_call_cancel(client.call);
    EXPECT_EQ(0, client.closed) << "never from within";
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0 && server->calls[0]->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_CANCELLED, client.code);
    EXPECT_EQ(REEVE_CANCELLED, client.status);
    EXPECT_EQ(REEVE_RPC_CANCELLED, server->calls[0]->code);
    loop.run_for(20);
    EXPECT_EQ(1, client.closed);
    EXPECT_EQ(1, server->calls[0]->closed);
}

TEST_F(CallTest, TheServerCancels)
{
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.opened && !server->calls.empty(); }));
    reeve_rpc_call_cancel(server->calls[0]->call);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0 && server->calls[0]->closed > 0; }));
    EXPECT_EQ(REEVE_RPC_CANCELLED, client.code);
    EXPECT_EQ(REEVE_RPC_CANCELLED, server->calls[0]->code);
}

TEST_F(CallTest, TheDeadlineEndsTheCall)
{
    Side client;
    const uint64_t begin = reeve_now_read().boot_ms;
    channel->start(client, kEcho, 300);
    ASSERT_TRUE(loop.run_until([&] { return !server->calls.empty(); }));
    const uint64_t left = reeve_rpc_call_time_left_ms(server->calls[0]->call);
    EXPECT_GT(left, 0u);
    EXPECT_LE(left, 400u);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_GE(reeve_now_read().boot_ms - begin, 299u);
    EXPECT_EQ(REEVE_RPC_DEADLINE_EXCEEDED, client.code);
    EXPECT_EQ(REEVE_TIMEOUT, client.status);
}

TEST_F(CallTest, AReleasedCallIsCancelledInSilence)
{
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.opened && !server->calls.empty(); }));
    client.release();
    ASSERT_TRUE(loop.run_until([&] { return server->calls[0]->closed > 0; }));
    EXPECT_EQ(0, client.closed);
    ASSERT_TRUE(loop.run_until([&] { return reeve_rpc_server_calls(server->server) == 0; }));
}

TEST_F(CallTest, EveryCallbackMayRelease)
{
    for (const char *where : {"open", "message", "sent", "closed"}) {
        Side client;
        const auto release = [](Side &s) { s.release(); };
        const std::string at = where;
        if (at == "open") {
            client.when_open = release;
        }
        if (at == "message") {
            client.when_message = [](Side &s, const std::string &) { s.release(); };
        }
        if (at == "sent") {
            client.when_sent = release;
        }
        if (at == "closed") {
            client.when_closed = release;
            client.when_message = [](Side &s, const std::string &) {
                EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(s.call));
            };
        }
        channel->start(client);
        EXPECT_EQ(REEVE_OK, client.send("x"));
        ASSERT_TRUE(loop.run_until([&] { return client.call == nullptr; })) << where;
    }
    EXPECT_TRUE(loop.run_until([&] { return reeve_rpc_server_calls(server->server) == 0; }));
}

TEST_F(CallTest, P7AReceiverThatDoesNotAskStopsTheSenderAtTheWindow)
{
    server->prepare = [](Side &side) { side.rearm = false; };
    Side client;
    client.keep_messages = false;
    const std::string message(64 << 10, 'x');
    client.when_open = [&](Side &s) { EXPECT_EQ(REEVE_OK, s.send(message)); };
    client.when_sent = [&](Side &s) { EXPECT_EQ(REEVE_OK, s.send(message)); };
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.sent > 4; }));
    size_t stalled_at = 0;
    while (stalled_at != client.sent) {
        stalled_at = client.sent;
        loop.run_for(300);
    }
    EXPECT_LT(stalled_at * message.size(), 8u << 20) << "about the window of 1 MiB and buffers";
    Side &receiver = *server->calls[0];
    EXPECT_EQ(0u, receiver.received);
    receiver.rearm = true;
    receiver.keep_messages = false;
    EXPECT_EQ(REEVE_OK, receiver.receive());
    EXPECT_TRUE(loop.run_until([&] { return client.sent > stalled_at + 100; }));
}

class LimitedCallTest : public RpcTest
{
  protected:
    void SetUp() override
    {
        server_options = [](struct reeve_rpc_server_options &o) {
            o.max_message_bytes = 10000;
            o.max_calls = 2;
            o.max_memory_bytes = 64u << 20;
        };
        RpcTest::SetUp();
    }
};

TEST_F(LimitedCallTest, P7AMessageOverTheServersLimitEndsTheCall)
{
    Side client;
    channel->start(client);
    EXPECT_EQ(REEVE_OK, client.send(std::string(10001, 'x')));
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, client.code) << client.text;
    EXPECT_EQ(REEVE_LIMIT, client.status);
    ASSERT_TRUE(loop.run_until([&] { return server->calls[0]->closed > 0; }));
    EXPECT_EQ(0u, server->calls[0]->received);
}

TEST_F(LimitedCallTest, AMessageAtTheLimitPasses)
{
    Side client;
    channel->start(client);
    EXPECT_EQ(REEVE_OK, client.send(std::string(10000, 'x')));
    ASSERT_TRUE(loop.run_until([&] { return client.received == 1 || client.closed > 0; }));
    EXPECT_EQ(1u, client.received) << client.text;
}

TEST_F(LimitedCallTest, P7MoreCallsThanAllowedAreRefused)
{
    Side one;
    Side two;
    Side three;
    channel->start(one);
    channel->start(two);
    ASSERT_TRUE(loop.run_until([&] { return server->calls.size() == 2; }));
    channel->start(three);
    ASSERT_TRUE(loop.run_until([&] { return three.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, three.code);
    EXPECT_EQ(0, one.closed + two.closed);
}

class LimitedClientTest : public RpcTest
{
  protected:
    void SetUp() override
    {
        channel_options = [](struct reeve_rpc_channel_options &o) { o.max_message_bytes = 10000; };
        RpcTest::SetUp();
    }
};

TEST_F(LimitedClientTest, P7AMessageOverTheClientsLimitEndsTheCall)
{
    server->prepare = [](Side &side) {
        side.when_open = [](Side &s) { EXPECT_EQ(REEVE_OK, s.send(std::string(10001, 'x'))); };
    };
    Side client;
    channel->start(client);
    ASSERT_TRUE(loop.run_until([&] { return client.closed > 0; }));
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, client.code) << client.text;
    EXPECT_EQ(0u, client.received);
}

TEST(CodeTest, MapsEveryCode)
{
    EXPECT_EQ(REEVE_OK, reeve_rpc_status_of(0));
    EXPECT_EQ(REEVE_UNAVAILABLE, reeve_rpc_status_of(14));
    EXPECT_EQ(REEVE_UNAUTHENTICATED, reeve_rpc_status_of(16));
    EXPECT_EQ(REEVE_UNAVAILABLE, reeve_rpc_status_of(17));
    EXPECT_EQ(REEVE_UNAVAILABLE, reeve_rpc_status_of(-1));
    EXPECT_STREQ("UNAVAILABLE", reeve_rpc_code_name(14));
    EXPECT_STREQ("UNKNOWN", reeve_rpc_code_name(99));
}

} // namespace
