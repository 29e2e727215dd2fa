/* SPDX-License-Identifier: Apache-2.0 */
/* A client's requests on a thread of its own: many at once, paused, cancelled, refused, cut off.
 * The server's loop is the test's thread. */
#include "agent/io/rpc/client.h"

#include <algorithm>
#include <atomic>

#include "rpc_fixture.h"

using namespace reeve::test;

namespace
{

/* One request and what became of it; read after `done`. */
struct Ask {
    struct reeve_rpc_request request = {};
    std::vector<std::string> messages;
    std::atomic<size_t> seen{0};
    std::atomic<bool> done{false};
    bool go_on = true;

    explicit Ask(const std::string &message)
    {
        reeve_buffer_init(&request.message, nullptr, 64u << 20);
        EXPECT_EQ(REEVE_OK, reeve_buffer_append(&request.message, bytes_of(message)));
        request.method = kEcho;
        request.timeout_ms = 600000; /* nothing here depends on how busy the machine is */
        request.on_message = on_message;
        request.on_done = on_done;
    }
    ~Ask()
    {
        reeve_buffer_clear(&request.message);
        reeve_buffer_clear(&request.text);
    }
    Ask(const Ask &) = delete;
    Ask &operator=(const Ask &) = delete;

    void start(struct reeve_rpc_client *client, struct reeve_rpc_line *line)
    {
        request.line = reeve_rpc_line_hold(line);
        reeve_rpc_request_start(client, &request);
    }
    std::string text() const
    {
        return text_of(reeve_buffer_view(&request.text));
    }

  private:
    static Ask &of(struct reeve_rpc_request *r)
    {
        return *reinterpret_cast<Ask *>(r); /* the first member */
    }
    static bool on_message(struct reeve_rpc_request *r, struct reeve_bytes message)
    {
        Ask &a = of(r);
        EXPECT_FALSE(a.done);
        a.messages.push_back(text_of(message));
        a.seen++;
        return a.go_on;
    }
    static void on_done(struct reeve_rpc_request *r)
    {
        EXPECT_EQ(nullptr, r->line);
        EXPECT_FALSE(of(r).done.exchange(true));
    }
};

class ClientTest : public RpcTest
{
  protected:
    void SetUp() override
    {
        RpcTest::SetUp();
        ASSERT_EQ(REEVE_OK, reeve_rpc_client_new(&client));
        line = make_line(server->target());
    }
    void TearDown() override
    {
        reeve_rpc_line_drop(line);
        reeve_rpc_client_free(client);
    }
    struct reeve_rpc_line *make_line(const std::string &target, size_t max_message_bytes = 0)
    {
        struct reeve_rpc_line *made = nullptr;
        struct reeve_rpc_channel_options o = {};
        o.target = target.c_str();
        o.max_message_bytes = max_message_bytes;
        const std::string ca = pki().ca_pem();
        const Credential worker = pki().worker();
        o.tls = {bytes_of(ca), bytes_of(worker.chain_pem), bytes_of(worker.key_pem)};
        EXPECT_EQ(REEVE_OK, reeve_rpc_line_new(reeve_rpc_client_loop(client), &o, &made));
        return made;
    }
    /* The server's loop has to be polled while the client's thread works. */
    bool until(const std::function<bool()> &holds)
    {
        for (int i = 0; i < 300000 && !holds(); i++) {
            loop.run_for(1);
        }
        return holds();
    }

    struct reeve_rpc_client *client = nullptr;
    struct reeve_rpc_line *line = nullptr;
};

TEST_F(ClientTest, AThousandRequestsAtOnce)
{
    reeve_rpc_line_drop(line);
    server_options = [](struct reeve_rpc_server_options &o) { o.max_calls_per_connection = 4096; };
    server = std::make_unique<Server>(loop, pki().server(), pki().ca_pem(), server_options);
    line = make_line(server->target());
    std::vector<std::unique_ptr<Ask>> asks;
    for (int i = 0; i < 1000; i++) {
        asks.push_back(std::make_unique<Ask>("request " + std::to_string(i)));
        asks.back()->start(client, line);
    }
    ASSERT_TRUE(until([&] {
        return std::all_of(asks.begin(), asks.end(), [](const auto &a) { return a->done.load(); });
    }));
    for (int i = 0; i < 1000; i++) {
        EXPECT_EQ(REEVE_RPC_OK, asks[i]->request.code) << asks[i]->text();
        EXPECT_THAT(asks[i]->messages, ::testing::ElementsAre("request " + std::to_string(i)));
        EXPECT_TRUE(asks[i]->request.may_have_arrived);
    }
    EXPECT_EQ(1000u, server->calls.size()) << "one call each, never a second";
}

TEST_F(ClientTest, APausedStreamWaits)
{
    server->prepare = [](Side &side) {
        side.when_message = [](Side &s, const std::string &) {
            for (int i = 0; i < 20; i++) {
                s.offer(std::to_string(i));
            }
        };
    };
    Ask ask("go");
    ask.go_on = false;
    ask.start(client, line);
    for (size_t i = 1; i <= 5; i++) {
        ASSERT_TRUE(until([&] { return ask.seen == i; }));
        loop.run_for(5);
        EXPECT_EQ(i, ask.seen) << "nothing comes while it is paused";
        reeve_rpc_request_resume(&ask.request);
    }
    reeve_rpc_request_cancel(&ask.request);
    ASSERT_TRUE(until([&] { return ask.done.load(); }));
    EXPECT_EQ(REEVE_RPC_CANCELLED, ask.request.code);
    ASSERT_TRUE(until([&] { return server->calls[0]->closed > 0; })) << "the server learns of it";
}

TEST_F(ClientTest, CancelsFromAnyThreadAtAnyMoment)
{
    server->prepare = [](Side &) {}; /* never answers */
    std::vector<std::unique_ptr<Ask>> asks;
    for (int i = 0; i < 200; i++) {
        asks.push_back(std::make_unique<Ask>("x"));
        asks.back()->start(client, line);
        if (i % 3 == 0) {
            loop.run_for(1);
        }
        reeve_rpc_request_cancel(&asks.back()->request);
        reeve_rpc_request_cancel(&asks.back()->request);
    }
    ASSERT_TRUE(until([&] {
        return std::all_of(asks.begin(), asks.end(), [](const auto &a) { return a->done.load(); });
    }));
    for (const auto &ask : asks) {
        EXPECT_EQ(REEVE_RPC_CANCELLED, ask->request.code) << ask->text();
    }
}

TEST_F(ClientTest, ADeadlineEndsARequestThatNobodyAnswers)
{
    server->prepare = [](Side &) {};
    Ask ask("x");
    ask.request.timeout_ms = 50;
    ask.start(client, line);
    ASSERT_TRUE(until([&] { return ask.done.load(); }));
    EXPECT_EQ(REEVE_RPC_DEADLINE_EXCEEDED, ask.request.code);
}

TEST_F(ClientTest, ADelayedRequestStartsLaterAndCanBeCancelledBefore)
{
    std::vector<std::unique_ptr<Ask>> asks;
    for (uint64_t delay : {60u, 20u, 40u, 60000u, 10u}) {
        asks.push_back(std::make_unique<Ask>(std::to_string(delay)));
        asks.back()->request.delay_ms = delay;
        asks.back()->start(client, line);
    }
    const uint64_t begin = reeve_now_read().boot_ms;
    ASSERT_TRUE(until([&] { return asks[0]->done && asks[1]->done && asks[2]->done; }));
    EXPECT_GE(reeve_now_read().boot_ms, begin + 55);
    EXPECT_TRUE(asks[4]->done) << "the one that was due first";
    EXPECT_FALSE(asks[3]->done);
    reeve_rpc_request_cancel(&asks[3]->request);
    ASSERT_TRUE(until([&] { return asks[3]->done.load(); }));
    EXPECT_EQ(REEVE_RPC_CANCELLED, asks[3]->request.code);
    EXPECT_EQ(4u, server->calls.size()) << "the cancelled one never started";
}

TEST_F(ClientTest, FreeingEndsWhatIsUnderWay)
{
    server->prepare = [](Side &) {};
    Ask ask("x");
    ask.start(client, line);
    ASSERT_TRUE(until([&] { return server->calls.size() == 1 && server->calls[0]->opened; }));
    reeve_rpc_line_drop(line);
    line = nullptr;
    reeve_rpc_client_free(client);
    client = nullptr;
    EXPECT_TRUE(ask.done);
    EXPECT_EQ(REEVE_RPC_CANCELLED, ask.request.code);
}

TEST_F(ClientTest, KnowsThatNothingWasSent)
{
    const std::string target = server->target();
    server.reset();
    loop.run_for(20);
    Ask ask("x");
    ask.start(client, line);
    ASSERT_TRUE(until([&] { return ask.done.load(); }));
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, ask.request.code) << ask.text();
    EXPECT_FALSE(ask.request.may_have_arrived);
}

/* A status that gRPC makes up for an answer that it will not take looks like the service's word. */
TEST_F(ClientTest, TellsAnAnswerThatIsTooLargeFromARefusal)
{
    server->refuse = [](struct reeve_rpc_call *call) {
        reeve_rpc_call_refuse(call, REEVE_RPC_RESOURCE_EXHAUSTED, "no quota left");
        return true;
    };
    Ask refused("x");
    refused.start(client, line);
    ASSERT_TRUE(until([&] { return refused.done.load(); }));
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, refused.request.code);
    EXPECT_EQ(REEVE_RPC_REFUSED_NOTHING, refused.request.refusal);
    EXPECT_EQ("no quota left", refused.text());

    server->refuse = nullptr;
    struct reeve_rpc_line *narrow = make_line(server->target(), 100);
    server->prepare = [](Side &side) {
        side.when_message = [](Side &s, const std::string &) { s.offer(std::string(1000, 'x')); };
    };
    Ask large("x");
    large.start(client, narrow);
    ASSERT_TRUE(until([&] { return large.done.load(); }));
    reeve_rpc_line_drop(narrow);
    EXPECT_EQ(REEVE_RPC_RESOURCE_EXHAUSTED, large.request.code);
    EXPECT_EQ(REEVE_RPC_REFUSED_TOO_LARGE, large.request.refusal) << large.text();
}

TEST_F(ClientTest, RefusesWhatIsNoMetadata)
{
    const struct reeve_rpc_metadata good = {"x-tenant", reeve_bytes_cstr("blue team")};
    const struct reeve_rpc_metadata binary = {"x-tenant-bin", reeve_bytes_of("\0\n", 2)};
    EXPECT_TRUE(reeve_rpc_metadata_is_legal(&good));
    EXPECT_TRUE(reeve_rpc_metadata_is_legal(&binary));
    for (const struct reeve_rpc_metadata &bad :
         {reeve_rpc_metadata{"X-Tenant", reeve_bytes_cstr("a")},
          reeve_rpc_metadata{"", reeve_bytes_cstr("a")},
          reeve_rpc_metadata{"a b", reeve_bytes_cstr("a")},
          reeve_rpc_metadata{":path", reeve_bytes_cstr("/")},
          reeve_rpc_metadata{"x-tenant", reeve_bytes_cstr("a\r\nb: c")}}) {
        EXPECT_FALSE(reeve_rpc_metadata_is_legal(&bad)) << bad.name;
        Ask ask("x");
        ask.request.metadata = &bad;
        ask.request.metadata_count = 1;
        ask.start(client, line);
        ASSERT_TRUE(until([&] { return ask.done.load(); }));
        EXPECT_EQ(REEVE_RPC_INTERNAL, ask.request.code);
        EXPECT_FALSE(ask.request.may_have_arrived);
    }
    EXPECT_TRUE(server->calls.empty());
}

} // namespace
