/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P7. What a peer whose certificate is good can do to gRPC core with HTTP/2's header blocks,
 * against our own server and client. Holds scripts/deps.d/grpc/0003-bound-a-header-block.patch
 * (CVE-2023-33953), and that the bytes of CVE-2023-1428, CVE-2023-32732 and CVE-2023-44487 end at
 * most the connection that they came on (SECURITY.md).
 */
#include <algorithm>
#include <atomic>
#include <csignal>
#include <ostream>
#include <thread>

#include "tests/unit/agent/io/rpc/rpc_fixture.h"
#include "tests/unit/deps/http2_peer.h"

namespace reeve::test
{
namespace
{

/* The bound for what both ends take: agent/io/rpc's default. */
constexpr size_t kLimit = 16384;

std::string text(const std::string &value)
{
    return http2::integer(0, 7, static_cast<uint32_t>(value.size())) + value;
}

/* What a call of the echo method begins with: POST, https, then names of HPACK's static table. */
std::string request(const std::string &te = "trailers")
{
    return "\x83\x87" + http2::integer(0, 4, 4) + text(kEcho) + http2::integer(0, 4, 1) +
           text("localhost") + http2::field("te", te) +
           http2::field("content-type", "application/grpc");
}

std::string response()
{
    return "\x88" + http2::field("content-type", "application/grpc"); /* :status 200 */
}

std::string fields(size_t count, size_t bytes)
{
    std::string made;
    for (size_t i = 0; i < count; i++) {
        made += http2::field("x", std::string(bytes, 'a'));
    }
    return made;
}

/* Too much for the limit in one small frame: HPACK counts 32 bytes for each field. */
std::string overflow()
{
    return fields(kLimit / 32, 0);
}

/* An integer that does not end. */
std::string padded(uint8_t first)
{
    return http2::integer(first, 7, 200, 4 * kLimit).substr(0, 4 * kLimit);
}

/* What comes behind a good beginning, and whether the block ends there. */
struct Attack {
    const char *name;
    std::string bytes;
    bool ends = true;
    size_t frame_bytes = kLimit; /* of a frame, at most */
};

void PrintTo(const Attack &attack, std::ostream *out)
{
    *out << attack.name;
}

std::string name_of(const testing::TestParamInfo<Attack> &info)
{
    return info.param.name;
}

/* CVE-2023-33953: each of them has gRPC 1.51.1 read on without an end. */
const Attack kUnbounded[] = {
    {"PaddedInteger", '\0' + padded(0), false},
    {"PaddedIndex", padded(0x80), false},
    {"LongName", '\0' + http2::integer(0, 7, 1u << 30) + std::string(4 * kLimit, 'a'), false},
    {"LongValue", '\0' + text("x") + http2::integer(0, 7, 1u << 30) + std::string(4 * kLimit, 'a'),
     false},
    {"LongCompressedValue",
     '\0' + text("x") + http2::integer(0x80, 7, 1u << 30) + std::string(4 * kLimit, '\x1c'), false},
    {"FieldsOverFrames", fields(20, 4000), true, kLimit / 2},
};

/* CVE-2023-1428: values that gRPC could not write, in a block that is too large. */
const Attack kUnwritable[] = {
    {"Te", http2::field("te", "x") + overflow()},
    {"Scheme", http2::field(":scheme", "x") + overflow()},
    {"Method", http2::field(":method", "x") + overflow()},
    {"BalancerStats", http2::field("grpclb_client_stats", "x") + overflow()},
    {"Encoding", http2::field("grpc-encoding", "x") + overflow()},
};

/* CVE-2023-32732: not base64. */
const Attack kMalformed[] = {{"Base64", http2::field("x-bin", "*")}};

class HeaderBlock : public RpcTest
{
  protected:
    static void SetUpTestSuite()
    {
        (void)signal(SIGPIPE, SIG_IGN); /* a peer writes on when the other side has gone */
    }
    /* gRPC core reads its sockets only while somebody polls: a peer has a thread. */
    void with_peer(const std::function<void()> &talk)
    {
        std::atomic<bool> done{false};
        std::thread peer([&] {
            talk();
            done = true;
        });
        while (!done) {
            loop.run_for(5);
        }
        peer.join();
    }
    std::unique_ptr<Http2Peer> dial()
    {
        return Http2Peer::dial(reeve_rpc_server_port(server->server), pki().worker());
    }
    /* Everybody else's calls. */
    void expect_serves()
    {
        Side side;
        channel->start(side);
        EXPECT_EQ(REEVE_OK, side.send("hello"));
        EXPECT_TRUE(loop.run_until([&] { return side.received == 1 || side.closed > 0; }));
        EXPECT_EQ(1u, side.received) << side.text;
    }
    /* A call whose path was read before its connection ended may have begun: it ends, too. */
    void expect_none_left()
    {
        const auto is_closed = [](const auto &side) { return side->closed > 0; };
        EXPECT_TRUE(loop.run_until(
            [&] { return std::all_of(server->calls.begin(), server->calls.end(), is_closed); }));
    }
    /* Whether our server ends the connection on which a call begins with `block`. */
    bool server_ends(const std::string &frames, bool confirms = true)
    {
        bool ended = false;
        with_peer([&] {
            const std::unique_ptr<Http2Peer> peer = dial();
            if (peer->open() && (!confirms || peer->confirm_settings())) {
                (void)peer->send(frames);
                ended = peer->is_ended();
            }
        });
        return ended;
    }
    /* Whether our client ends the connection on which its call is answered with `frames`. */
    bool client_ends(const std::function<std::string(uint32_t stream)> &frames)
    {
        bool ended = false;
        const Http2Listener listener;
        Channel to(loop, "127.0.0.1:" + std::to_string(listener.port()), pki().worker(),
                   pki().ca_pem());
        Side side;
        to.start(side);
        with_peer([&] {
            const std::unique_ptr<Http2Peer> peer = listener.accept(pki().server());
            if (peer->open() && peer->confirm_settings()) {
                const std::optional<http2::Frame> call = peer->next(http2::kHeaders);
                (void)(call && peer->send(frames(call->stream)));
                ended = peer->is_ended();
            }
        });
        EXPECT_TRUE(loop.run_until([&] { return side.closed > 0; }));
        EXPECT_NE(REEVE_RPC_OK, side.code);
        return ended;
    }
};

class EndsTheConnection : public HeaderBlock, public testing::WithParamInterface<Attack>
{
};

TEST_P(EndsTheConnection, OfAClient)
{
    const Attack &a = GetParam();
    EXPECT_TRUE(server_ends(http2::headers(1, 0, request() + a.bytes, a.ends, a.frame_bytes)));
    expect_serves();
    expect_none_left();
}

TEST_P(EndsTheConnection, OfAServer)
{
    const Attack &a = GetParam();
    EXPECT_TRUE(client_ends([&a](uint32_t stream) {
        return http2::headers(stream, 0, response() + a.bytes, a.ends, a.frame_bytes);
    }));
    expect_serves();
}

INSTANTIATE_TEST_SUITE_P(Unbounded, EndsTheConnection, testing::ValuesIn(kUnbounded), name_of);
INSTANTIATE_TEST_SUITE_P(Unwritable, EndsTheConnection, testing::ValuesIn(kUnwritable), name_of);
INSTANTIATE_TEST_SUITE_P(Malformed, EndsTheConnection, testing::ValuesIn(kMalformed), name_of);

/* A peer that never confirms our SETTINGS is held to them all the same. */
TEST_F(HeaderBlock, LimitsDoNotWaitForThePeersWord)
{
    EXPECT_TRUE(server_ends(http2::headers(1, 0, request() + overflow()), false));
    expect_none_left();
}

TEST_F(HeaderBlock, CallsAreCountedBeforeThePeersWord)
{
    std::string calls;
    for (uint32_t stream = 1; stream < 2 * 130; stream += 2) {
        calls += http2::headers(stream, 0, request());
    }
    EXPECT_TRUE(server_ends(calls, false));
    expect_serves();
    expect_none_left();
}

/* The counter-check: what is allowed passes, cut after every byte, with a little padding. */
TEST_F(HeaderBlock, PassesByteByByte)
{
    const std::string block = request() + '\0' + http2::integer(0, 7, 300, 3) +
                              std::string(300, 'n') + text(std::string(900, 'v'));
    bool answered = false;
    with_peer([&] {
        const std::unique_ptr<Http2Peer> peer = dial();
        if (!peer->open() || !peer->confirm_settings()) {
            return;
        }
        for (const char byte : http2::headers(1, 0, block, true, 1)) {
            (void)peer->send(std::string(1, byte));
        }
        (void)peer->send(http2::headers(3, 0, block));
        answered = peer->next(http2::kHeaders) && peer->next(http2::kHeaders);
    });
    EXPECT_TRUE(answered);
    EXPECT_EQ(2u, server->calls.size());
}

TEST_F(HeaderBlock, PassesByteByByteToAClient)
{
    const std::string block = response() + http2::field("x", std::string(900, 'v'));
    const Http2Listener listener;
    std::unique_ptr<Http2Peer> peer; /* goes after the call */
    Channel to(loop, "127.0.0.1:" + std::to_string(listener.port()), pki().worker(),
               pki().ca_pem());
    Side side;
    to.start(side);
    with_peer([&] {
        peer = listener.accept(pki().server());
        if (peer->open() && peer->confirm_settings()) {
            const std::optional<http2::Frame> call = peer->next(http2::kHeaders);
            const uint32_t stream = call ? call->stream : 1;
            (void)peer->send(http2::headers(stream, 0, block, true, 1));
            (void)peer->send(
                http2::headers(stream, http2::kEndStream, http2::field("grpc-status", "0")));
        }
    });
    EXPECT_TRUE(loop.run_until([&] { return side.closed > 0; }));
    EXPECT_TRUE(side.opened);
    EXPECT_EQ(REEVE_RPC_OK, side.code) << side.text;
}

/* CVE-2023-44487: calls that are reset as soon as they are made hold nothing, and others are served
 * meanwhile. */
TEST_F(HeaderBlock, ResetCallsHoldNothing)
{
    Side other; /* sends what it gets, again and again */
    other.when_message = [](Side &side, const std::string &message) { side.offer(message); };
    channel->start(other);
    other.offer("hello");
    ASSERT_TRUE(loop.run_until([&] { return other.received > 0; }));
    size_t most = 0;
    server->refuse = [&](struct reeve_rpc_call *) {
        most = std::max(most, reeve_rpc_server_calls(server->server));
        return true;
    };
    const size_t before = other.received;
    with_peer([&] {
        const std::unique_ptr<Http2Peer> peer = dial();
        if (!peer->open() || !peer->confirm_settings()) {
            return;
        }
        for (uint32_t stream = 1; stream < 2 * 20000; stream += 2) {
            (void)peer->send(http2::headers(stream, 0, request()) +
                             http2::frame(http2::kReset, 0, stream, std::string("\0\0\0\x08", 4)));
        }
    });
    EXPECT_GT(other.received, before);
    EXPECT_GT(most, 0u);
    EXPECT_LE(most, 128u + 1);
    EXPECT_TRUE(loop.run_until([&] { return reeve_rpc_server_calls(server->server) == 1; }));
}

} // namespace
} // namespace reeve::test
