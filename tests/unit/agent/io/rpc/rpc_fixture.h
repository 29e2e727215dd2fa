/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of agent/io/rpc share: a loop that runs until something holds, a client's and a
 * server's side that write down what happened, and an echo server with real mTLS on loopback. */
#ifndef REEVE_TESTS_UNIT_AGENT_IO_RPC_RPC_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_IO_RPC_RPC_FIXTURE_H

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/time.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/channel.h"
#include "agent/io/rpc/server.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

inline std::string text_of(struct reeve_bytes b)
{
    return b.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

inline struct reeve_bytes bytes_of(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

class Loop
{
  public:
    Loop()
    {
        EXPECT_EQ(REEVE_OK, reeve_rpc_loop_new(nullptr, &loop_));
    }
    ~Loop()
    {
        reeve_rpc_loop_free(loop_);
    }
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    struct reeve_rpc_loop *get() const
    {
        return loop_;
    }
    /* Frees now; callbacks come from within. */
    void free()
    {
        reeve_rpc_loop_free(loop_);
        loop_ = nullptr;
    }
    /* Polls until `done` holds; false after `timeout_ms`. */
    bool run_until(const std::function<bool()> &done, uint64_t timeout_ms = 20000)
    {
        const uint64_t end = reeve_now_read().boot_ms + timeout_ms;
        while (!done()) {
            if (reeve_now_read().boot_ms >= end) {
                return false;
            }
            const enum reeve_status s = reeve_rpc_loop_poll(loop_, end);
            if (s != REEVE_OK && s != REEVE_TIMEOUT) {
                return false;
            }
        }
        return true;
    }
    void run_for(uint64_t ms)
    {
        (void)run_until([] { return false; }, ms);
    }

  private:
    struct reeve_rpc_loop *loop_ = nullptr;
};

/* One side of a call. It re-arms after each message unless told otherwise, and keeps count of the
 * rules: nothing from within a function, nothing after on_closed. */
class Side
{
  public:
    Side() = default;
    virtual ~Side()
    {
        reeve_rpc_call_release(call);
    }
    Side(const Side &) = delete;
    Side &operator=(const Side &) = delete;

    struct reeve_rpc_call *call = nullptr;
    std::vector<std::string> events; /* "open", "message", "sent", "half", "closed" */
    std::vector<std::string> messages;
    bool rearm = true;
    bool keep_messages = true;
    size_t received = 0;
    size_t received_bytes = 0;
    size_t sent = 0;
    bool opened = false;
    bool half_closed = false;
    int closed = 0;
    int code = -1;
    enum reeve_status status = REEVE_INTERNAL;
    std::string text;
    std::string error;
    std::string peer_id;
    std::string peer_pem;
    std::function<void(Side &)> when_open;
    std::function<void(Side &, const std::string &)> when_message;
    std::function<void(Side &)> when_sent;
    std::function<void(Side &)> when_half_closed;
    std::function<void(Side &)> when_closed;

    enum reeve_status send(const std::string &message)
    {
        struct reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 64u << 20);
        enum reeve_status s = reeve_buffer_append(&b, bytes_of(message));
        if (s == REEVE_OK) {
            in_function_ = true;
            s = reeve_rpc_call_send(call, &b);
            in_function_ = false;
        }
        EXPECT_TRUE(s != REEVE_OK || b.data == nullptr) << "an accepted buffer is moved out";
        reeve_buffer_clear(&b);
        return s;
    }
    /* Sends as soon as nothing is in flight: an answer may overtake the word that a message left.
     */
    void offer(const std::string &message)
    {
        outbox_.push_back(message);
        flush();
    }
    enum reeve_status receive()
    {
        in_function_ = true;
        const enum reeve_status s = reeve_rpc_call_receive(call);
        in_function_ = false;
        return s;
    }
    void release()
    {
        reeve_rpc_call_release(call);
        call = nullptr;
    }

    static const struct reeve_rpc_call_events *table()
    {
        static const struct reeve_rpc_call_events events = {on_open, on_message, on_sent, on_half,
                                                            on_closed};
        return &events;
    }

  private:
    bool in_function_ = false;
    bool offered_ = false; /* what is in flight came from the outbox */
    std::deque<std::string> outbox_;

    void flush()
    {
        if (offered_ || outbox_.empty() || call == nullptr) {
            return;
        }
        const enum reeve_status s = send(outbox_.front());
        EXPECT_TRUE(s == REEVE_OK || s == REEVE_CLOSED) << reeve_status_name(s);
        outbox_.pop_front();
        offered_ = s == REEVE_OK;
    }
    static Side &self(void *ctx, const char *event)
    {
        Side &s = *static_cast<Side *>(ctx);
        EXPECT_FALSE(s.in_function_) << event << " came from within a function";
        EXPECT_EQ(0, s.closed) << event << " came after closed";
        if (s.events.size() < 64) {
            s.events.emplace_back(event);
        }
        return s;
    }
    static void on_open(void *ctx, struct reeve_rpc_call *call)
    {
        Side &s = self(ctx, "open");
        struct reeve_rpc_peer peer;
        reeve_rpc_call_peer(call, &peer);
        s.peer_id = text_of(peer.spiffe_id);
        s.peer_pem = text_of(peer.certificate_pem);
        s.opened = true;
        if (s.rearm) {
            EXPECT_EQ(REEVE_OK, s.receive());
        }
        if (s.when_open) {
            s.when_open(s);
        }
    }
    static void on_message(void *ctx, struct reeve_rpc_call *, struct reeve_bytes message)
    {
        Side &s = self(ctx, "message");
        const std::string text = text_of(message);
        s.received++;
        s.received_bytes += text.size();
        if (s.keep_messages) {
            s.messages.push_back(text);
        }
        if (s.when_message) {
            s.when_message(s, text);
        }
        if (s.rearm && s.call != nullptr) {
            const enum reeve_status st = s.receive();
            EXPECT_TRUE(st == REEVE_OK || st == REEVE_CLOSED) << reeve_status_name(st);
        }
    }
    static void on_sent(void *ctx, struct reeve_rpc_call *)
    {
        Side &s = self(ctx, "sent");
        s.sent++;
        s.offered_ = false;
        s.flush();
        if (s.when_sent) {
            s.when_sent(s);
        }
    }
    static void on_half(void *ctx, struct reeve_rpc_call *)
    {
        Side &s = self(ctx, "half");
        s.half_closed = true;
        if (s.when_half_closed) {
            s.when_half_closed(s);
        }
    }
    static void on_closed(void *ctx, struct reeve_rpc_call *, const struct reeve_rpc_end *end)
    {
        Side &s = self(ctx, "closed");
        s.closed++;
        s.code = end->code;
        s.status = end->status;
        s.text = text_of(end->text);
        s.error = text_of(end->error);
        if (s.when_closed) {
            s.when_closed(s);
        }
    }
};

inline constexpr const char *kEcho = "/reeve.test.Echo/Echo";

/* A server with one method. Every call becomes a Side in `calls`, prepared by `prepare`. */
class Server
{
  public:
    Server(Loop &loop, const Credential &credential, const std::string &ca,
           const std::function<void(struct reeve_rpc_server_options &)> &adjust = {})
    {
        methods_[0] = {kEcho, on_call, this};
        struct reeve_rpc_server_options o = {};
        o.address = "127.0.0.1:0";
        o.tls = {bytes_of(ca), bytes_of(credential.chain_pem), bytes_of(credential.key_pem)};
        o.methods = methods_;
        o.method_count = 1;
        if (adjust) {
            adjust(o);
        }
        status = reeve_rpc_server_new(loop.get(), &o, &server);
    }
    ~Server()
    {
        calls.clear();
        reeve_rpc_server_release(server);
    }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    enum reeve_status status = REEVE_INTERNAL;
    struct reeve_rpc_server *server = nullptr;
    std::vector<std::unique_ptr<Side>> calls;
    std::function<void(Side &)> prepare = echo;
    std::function<bool(struct reeve_rpc_call *)> refuse;

    std::string target(const std::string &host = "127.0.0.1") const
    {
        return host + ":" + std::to_string(reeve_rpc_server_port(server));
    }
    /* Sends each message back, asking for the next one once that left; ends with the client. */
    static void echo(Side &side)
    {
        side.rearm = false;
        side.keep_messages = false;
        side.when_open = [](Side &s) { EXPECT_EQ(REEVE_OK, s.receive()); };
        side.when_message = [](Side &s, const std::string &m) {
            const enum reeve_status st = s.send(m);
            EXPECT_TRUE(st == REEVE_OK || st == REEVE_CLOSED);
        };
        side.when_sent = [](Side &s) {
            const enum reeve_status st = s.receive();
            EXPECT_TRUE(st == REEVE_OK || st == REEVE_CLOSED);
        };
        side.when_half_closed = [](Side &s) {
            const enum reeve_status st =
                reeve_rpc_call_finish(s.call, REEVE_RPC_OK, "bye", reeve_bytes_of(nullptr, 0));
            EXPECT_TRUE(st == REEVE_OK || st == REEVE_CLOSED);
        };
    }

  private:
    struct reeve_rpc_method methods_[1];

    static void on_call(void *ctx, struct reeve_rpc_call *call)
    {
        Server &self = *static_cast<Server *>(ctx);
        if (self.refuse && self.refuse(call)) {
            return;
        }
        self.calls.push_back(std::make_unique<Side>());
        Side &side = *self.calls.back();
        self.prepare(side);
        ASSERT_EQ(REEVE_OK, reeve_rpc_call_accept(call, Side::table(), &side));
        side.call = call;
        EXPECT_EQ(REEVE_STATE, reeve_rpc_call_accept(call, Side::table(), &side));
    }
};

class Channel
{
  public:
    Channel(Loop &loop, const std::string &target, const Credential &credential,
            const std::string &ca,
            const std::function<void(struct reeve_rpc_channel_options &)> &adjust = {})
    {
        struct reeve_rpc_channel_options o = {};
        o.target = target.c_str();
        o.tls = {bytes_of(ca), bytes_of(credential.chain_pem), bytes_of(credential.key_pem)};
        if (adjust) {
            adjust(o);
        }
        status = reeve_rpc_channel_new(loop.get(), &o, &channel);
    }
    ~Channel()
    {
        reeve_rpc_channel_release(channel);
    }
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    void start(Side &side, const char *method = kEcho, uint64_t timeout_ms = 0)
    {
        ASSERT_EQ(REEVE_OK, reeve_rpc_call_start(channel, method, timeout_ms, Side::table(), &side,
                                                 &side.call));
        EXPECT_TRUE(side.events.empty()) << "an event came from within start";
    }

    enum reeve_status status = REEVE_INTERNAL;
    struct reeve_rpc_channel *channel = nullptr;
};

/* A loop, a private CA, an echo server and a worker's channel to it. */
class RpcTest : public ::testing::Test
{
  protected:
    static TestPki &pki()
    {
        static TestPki pki;
        return pki;
    }
    void SetUp() override
    {
        server = std::make_unique<Server>(loop, pki().server(), pki().ca_pem(), server_options);
        ASSERT_EQ(REEVE_OK, server->status);
        channel = std::make_unique<Channel>(loop, server->target(), pki().worker(), pki().ca_pem(),
                                            channel_options);
        ASSERT_EQ(REEVE_OK, channel->status);
    }

    Loop loop; /* goes last */
    std::function<void(struct reeve_rpc_server_options &)> server_options;
    std::function<void(struct reeve_rpc_channel_options &)> channel_options;
    std::unique_ptr<Server> server;
    std::unique_ptr<Channel> channel;
};

} // namespace reeve::test
#endif
