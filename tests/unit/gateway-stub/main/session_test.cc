// SPDX-License-Identifier: Apache-2.0
// The worker stream over real mTLS: Hello and Welcome, and what ends it (P7).
#include <cstring>

#include "agent/codec/batch.h"
#include "agent/transport/grpc.h"
#include "agent/trust/key.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace reeve::test
{
namespace
{

/* A worker as far as these tests need one: Hello, and what comes back. */
class Stream
{
  public:
    Stream(Loop &loop, std::unique_ptr<Channel> channel) : loop_(loop), channel_(std::move(channel))
    {
        reeve_key_init(&key_);
        EXPECT_EQ(REEVE_OK, reeve_key_generate(&key_, reeve_random_system()));
        channel_->start(side, REEVE_TRANSPORT_CONNECT_METHOD);
    }
    ~Stream()
    {
        side.release();
        reeve_key_clear(&key_);
    }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    bool opened()
    {
        return loop_.run_until([this] { return side.opened || side.closed > 0; }) && side.opened;
    }
    bool closed()
    {
        return loop_.run_until([this] { return side.closed > 0; });
    }
    std::string hello() const
    {
        struct reeve_worker_frame frame = {};
        frame.type = REEVE_WORKER_FRAME_HELLO;
        frame.as.hello.version_min = 1;
        frame.as.hello.version_max = 1;
        frame.as.hello.build = reeve_bytes_cstr("test/1");
        frame.as.hello.journal_id = reeve_random_id(reeve_random_system());
        frame.as.hello.boot_id = reeve_random_id(reeve_random_system());
        frame.as.hello.nonce = reeve_random_id(reeve_random_system());
        frame.as.hello.max_frame_bytes = 1U << 20;
        frame.as.hello.max_in_flight = 8;
        frame.as.hello.audit_public_key = key_.public_key;
        frame.as.hello.time_unix_ms = reeve_now_read().unix_ms;
        return encode(frame);
    }
    static std::string encode(const struct reeve_worker_frame &frame)
    {
        struct reeve_buffer buffer;
        struct reeve_batch_writer writer;
        reeve_buffer_init(&buffer, nullptr, size_t{1} << 20);
        reeve_batch_writer_init(&writer, &buffer, size_t{1} << 20);
        EXPECT_EQ(REEVE_OK, reeve_batch_writer_add_worker(&writer, &frame));
        std::string bytes = text_of(reeve_buffer_view(&buffer));
        reeve_buffer_clear(&buffer);
        return bytes;
    }
    /* The types of all frames that came so far. */
    std::vector<int> frames() const
    {
        std::vector<int> types;
        for (const std::string &message : side.messages) {
            struct reeve_batch_reader reader;
            reeve_batch_reader_init(&reader, bytes_of(message), size_t{1} << 20);
            struct reeve_batch_frame frame = {};
            while (reeve_batch_reader_next(&reader, &frame) == REEVE_OK && frame.number != 0) {
                types.push_back(static_cast<int>(frame.number));
            }
        }
        return types;
    }
    bool has(int type) const
    {
        for (int t : frames()) {
            if (t == type) {
                return true;
            }
        }
        return false;
    }
    bool wait_for(int type)
    {
        return loop_.run_until([this, type] { return has(type) || side.closed > 0; }) && has(type);
    }
    Side side;

  private:
    Loop &loop_;
    std::unique_ptr<Channel> channel_;
    struct reeve_key key_;
};

class SessionTest : public GatewayTest
{
  protected:
    std::unique_ptr<Stream> connect(const Credential &credential)
    {
        auto stream = std::make_unique<Stream>(loop, dial(credential));
        EXPECT_TRUE(stream->opened());
        return stream;
    }
    std::unique_ptr<Stream> welcomed()
    {
        auto stream = connect(files.of("worker"));
        stream->side.offer(stream->hello());
        EXPECT_TRUE(stream->wait_for(REEVE_GATEWAY_FRAME_WELCOME));
        return stream;
    }
};

TEST_F(SessionTest, AHelloIsAnsweredByAWelcomeOfTheGrant)
{
    files.grants += "  - { identity: spiffe://test.reeve/pooled, tenant: b-2, roles: [WORKER], "
                    "pools: [eu, us] }\n";
    files.write_config("");
    start();
    auto stream = connect(files.pki.worker("spiffe://test.reeve/pooled"));
    stream->side.offer(stream->hello());
    ASSERT_TRUE(stream->wait_for(REEVE_GATEWAY_FRAME_WELCOME));
    struct reeve_batch_reader reader;
    struct reeve_batch_frame raw = {};
    struct reeve_gateway_frame frame = {};
    struct reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 20, 0);
    reeve_batch_reader_init(&reader, bytes_of(stream->side.messages[0]), size_t{1} << 20);
    ASSERT_EQ(REEVE_OK, reeve_batch_reader_next(&reader, &raw));
    ASSERT_EQ(REEVE_OK, reeve_gateway_frame_decode(raw.number, raw.payload, &arena, &frame));
    ASSERT_EQ(REEVE_GATEWAY_FRAME_WELCOME, frame.type);
    EXPECT_EQ(1U, frame.as.welcome.epoch);
    EXPECT_EQ("b-2", text_of(frame.as.welcome.tenant));
    ASSERT_EQ(2U, frame.as.welcome.pools.count);
    EXPECT_EQ("us", text_of(frame.as.welcome.pools.items[1]));
    EXPECT_TRUE(frame.as.welcome.has_countersign_public_key);
    reeve_arena_clear(&arena);
}

TEST_F(SessionTest, P7GarbageEndsTheStreamWithATypedStatus)
{
    start();
    for (const std::string &bytes : {std::string("\xff\xff\xff\xff\xff", 5),
                                     std::string(70000, 'x'), std::string("\x0a\x7f\x01", 3)}) {
        auto stream = connect(files.of("worker"));
        stream->side.offer(bytes);
        ASSERT_TRUE(stream->closed());
        EXPECT_NE(REEVE_RPC_OK, stream->side.code);
        EXPECT_NE(REEVE_RPC_INTERNAL, stream->side.code);
        EXPECT_NE("", stream->side.text);
        EXPECT_TRUE(stream->has(REEVE_GATEWAY_FRAME_RETRY));
    }
    (void)welcomed(); /* the next one is served */
}

/* Cut after every byte: it ends, or waits for more frames; nothing else. */
TEST_F(SessionTest, P7AHelloCutAnywhereEndsTheStreamOrOpensNothing)
{
    start();
    auto whole = connect(files.of("worker"));
    const std::string hello = whole->hello();
    for (size_t length = 1; length < hello.size(); length += 7) {
        auto stream = connect(files.of("worker"));
        stream->side.offer(hello.substr(0, length));
        ASSERT_TRUE(stream->closed()) << length;
        EXPECT_FALSE(stream->has(REEVE_GATEWAY_FRAME_WELCOME)) << length;
        EXPECT_NE(REEVE_RPC_OK, stream->side.code) << length;
    }
}

TEST_F(SessionTest, P7AFrameOverTheLimitEndsTheStream)
{
    files.write_config("limits: { max_frame_bytes: 65536, max_job_spec_bytes: 16384 }\n");
    start();
    auto stream = welcomed();
    std::string frame("\x0a\x84\x80\x08\x0a\x80\x80\x08", 8);
    frame += std::string(131072, '\0');
    stream->side.offer(frame);
    ASSERT_TRUE(stream->closed());
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, stream->side.code) << stream->side.text;
}

TEST_F(SessionTest, P7AMessageOverTheTransportsLimitEndsTheStream)
{
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "9 MiB take gRPC 20 s under ThreadSanitizer; run without it";
#endif
    start();
    auto stream = welcomed();
    stream->side.offer(std::string(size_t{9} << 20, 'x'));
    ASSERT_TRUE(stream->closed());
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, stream->side.code) << stream->side.text;
    (void)welcomed();
}

TEST_F(SessionTest, P7OneWorkerTooManyIsSentAway)
{
    files.write_config("limits: { max_workers: 1 }\n");
    start();
    auto first = welcomed();
    auto second = connect(files.pki.worker("spiffe://test.reeve/worker/two"));
    second->side.offer(second->hello());
    ASSERT_TRUE(second->closed());
    EXPECT_TRUE(second->has(REEVE_GATEWAY_FRAME_RETRY));
    EXPECT_EQ(0, first->side.closed);
}

TEST_F(SessionTest, ASessionEndsWhenItsCertificateDoes)
{
    start();
    LeafOptions brief;
    brief.uris = {"spiffe://test.reeve/worker/one"};
    brief.not_after_s = 3;
    auto stream = connect(files.pki.leaf(brief));
    stream->side.offer(stream->hello());
    EXPECT_TRUE(stream->wait_for(REEVE_GATEWAY_FRAME_WELCOME));
    ASSERT_TRUE(stream->closed());
    EXPECT_NE(REEVE_RPC_OK, stream->side.code);
    EXPECT_EQ("IDENTITY_EXPIRED", stream->side.text);
}

TEST_F(SessionTest, AReloadEndsSessionsWhoseGrantIsGone)
{
    start();
    auto stream = welcomed();
    gateway->reload(); /* nothing has changed */
    loop.run_for(100);
    EXPECT_EQ(0, stream->side.closed);
    files.grants = "  - { identity: spiffe://test.reeve/other, tenant: acme, roles: [WORKER] }\n";
    files.write_config("");
    gateway->reload();
    ASSERT_TRUE(stream->closed());
    EXPECT_EQ(REEVE_RPC_PERMISSION_DENIED, stream->side.code);
    EXPECT_NE(std::string::npos, stream->side.text.find("grant"));
}

TEST_F(SessionTest, P6AStopSendsWorkersAwayAndLeavesNothingBehind)
{
    start();
    auto stream = welcomed();
    auto silent = connect(files.of("worker"));
    gateway->signal_stop();
    ASSERT_TRUE(stream->closed());
    ASSERT_TRUE(silent->closed());
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, stream->side.code) << stream->side.text;
    EXPECT_TRUE(stream->has(REEVE_GATEWAY_FRAME_RETRY));
    EXPECT_EQ(REEVE_OK, gateway->stop());
}

TEST_F(SessionTest, AJournalComesBackWithTheNextEpochAfterARestart)
{
    start();
    auto stream = welcomed();
    const std::string chain_key = read_file(files.dir.path() + "/store/countersign.key");
    EXPECT_NE("", chain_key);
    stream.reset();
    EXPECT_EQ(REEVE_OK, gateway->stop());
    start();
    EXPECT_EQ(chain_key, read_file(files.dir.path() + "/store/countersign.key"));
    (void)welcomed();
}

} // namespace
} // namespace reeve::test
