/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: posts from many threads, deadlines, and an end with everything still under way. */
#include <thread>

#include "rpc_fixture.h"

using namespace reeve::test;

namespace
{

struct Post {
    struct reeve_task_node node = {};
    std::vector<int> *log = nullptr; /* the loop's thread only: no lock */
    int value = 0;
    static void run(struct reeve_task_node *self)
    {
        Post *post = reinterpret_cast<Post *>(self);
        post->log->push_back(post->value);
        delete post;
    }
};

void post(struct reeve_rpc_loop *loop, std::vector<int> *log, int value)
{
    Post *p = new Post;
    p->node.run = Post::run;
    p->log = log;
    p->value = value;
    reeve_rpc_loop_post(loop, &p->node);
}

TEST(RpcLoopTest, RunsPostsOfFourThreadsInEachThreadsOrder)
{
    const int each = 5000;
    Loop loop;
    std::vector<int> log;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&loop, &log, t] {
            for (int i = 0; i < each; i++) {
                post(loop.get(), &log, t * each + i);
            }
        });
    }
    EXPECT_TRUE(loop.run_until([&] { return log.size() == 4 * each; }));
    for (std::thread &t : threads) {
        t.join();
    }
    std::vector<int> last(4, -1);
    for (int v : log) {
        EXPECT_LT(last[static_cast<size_t>(v / each)], v);
        last[static_cast<size_t>(v / each)] = v;
    }
}

TEST(RpcLoopTest, ATaskIsNeverRunFromWithinPostAndMayPostAgain)
{
    Loop loop;
    struct Again {
        struct reeve_task_node node;
        struct reeve_rpc_loop *loop;
        int runs;
        static void run(struct reeve_task_node *self)
        {
            Again *a = reinterpret_cast<Again *>(self);
            if (++a->runs < 100) {
                const int before = a->runs;
                reeve_rpc_loop_post(a->loop, self);
                EXPECT_EQ(before, a->runs);
            }
        }
    } again = {{Again::run, nullptr}, loop.get(), 0};
    reeve_rpc_loop_post(loop.get(), &again.node);
    EXPECT_EQ(0, again.runs);
    EXPECT_TRUE(loop.run_until([&] { return again.runs == 100; }));
}

TEST(RpcLoopTest, MeetsADeadlineNeverEarly)
{
    Loop loop;
    for (uint64_t wait_ms : {0u, 1u, 5u, 50u}) {
        const uint64_t begin = reeve_now_read().boot_ms;
        EXPECT_EQ(REEVE_TIMEOUT, reeve_rpc_loop_poll(loop.get(), begin + wait_ms));
        const uint64_t took = reeve_now_read().boot_ms - begin;
        EXPECT_GE(took, wait_ms);
        EXPECT_LT(took, wait_ms + 200);
    }
    EXPECT_EQ(REEVE_TIMEOUT, reeve_rpc_loop_poll(loop.get(), 0));
}

TEST(RpcLoopTest, APostWakesAWaitingLoop)
{
    Loop loop;
    std::vector<int> log;
    std::thread poster([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        post(loop.get(), &log, 7);
    });
    EXPECT_EQ(REEVE_OK, reeve_loop_poll(reeve_rpc_loop_base(loop.get()), REEVE_NEVER_MS));
    EXPECT_THAT(log, ::testing::ElementsAre(7));
    poster.join();
}

TEST(RpcLoopTest, FreeRunsWhatWasPosted)
{
    std::vector<int> log;
    Loop loop;
    post(loop.get(), &log, 1);
    post(loop.get(), &log, 2);
    loop.free();
    EXPECT_THAT(log, ::testing::ElementsAre(1, 2));
}

TEST(RpcLoopTest, FreeEndsCallsInFlightOnce)
{
    TestPki pki;
    Side client;
    Loop loop;
    Server server(loop, pki.server(), pki.ca_pem());
    Channel channel(loop, server.target(), pki.worker(), pki.ca_pem());
    bool refused = false;
    client.when_closed = [&](Side &) {
        Side other;
        refused = reeve_rpc_call_start(channel.channel, kEcho, 0, Side::table(), &other,
                                       &other.call) == REEVE_CLOSED;
    };
    channel.start(client);
    EXPECT_EQ(REEVE_OK, client.send("hello"));
    ASSERT_TRUE(loop.run_until([&] { return client.received == 1 && client.sent == 1; }));
    EXPECT_EQ(REEVE_OK, client.send(std::string(3u << 20, 'x')));
    loop.free();
    EXPECT_EQ(1, client.closed);
    EXPECT_EQ(1, server.calls[0]->closed);
    EXPECT_TRUE(refused) << "a closing loop takes no new calls";
}

TEST(RpcLoopTest, FreeEndsCallsThatNeverConnected)
{
    TestPki pki;
    Side client;
    Loop loop;
    Channel channel(loop, "127.0.0.1:1", pki.worker(), pki.ca_pem());
    channel.start(client);
    loop.free();
    EXPECT_EQ(1, client.closed);
}

TEST(RpcLoopTest, TwoLoopsOnTwoThreadsTalk)
{
    TestPki pki;
    Loop server_loop;
    Server server(server_loop, pki.server(), pki.ca_pem());
    const std::string target = server.target();
    std::vector<int> stopped;
    std::thread client_thread([&] {
        Loop loop;
        Channel channel(loop, target, pki.worker(), pki.ca_pem());
        Side client;
        client.when_open = [](Side &s) { s.offer(std::string(4000, 'x')); };
        client.when_message = [](Side &s, const std::string &) {
            if (s.received < 300) {
                s.offer(std::string(4000, 'x'));
                return;
            }
            EXPECT_EQ(REEVE_OK, reeve_rpc_call_half_close(s.call));
        };
        channel.start(client);
        EXPECT_TRUE(loop.run_until([&] { return client.closed > 0; }, 15000))
            << "received " << client.received << ", sent " << client.sent;
        EXPECT_EQ(REEVE_RPC_OK, client.code) << client.text;
        client.release();
        post(server_loop.get(), &stopped, 1);
    });
    EXPECT_TRUE(server_loop.run_until([&] { return !stopped.empty(); }, 30000))
        << (server.calls.empty() ? 0 : server.calls[0]->received);
    client_thread.join();
}

} // namespace
