/* SPDX-License-Identifier: Apache-2.0 */
/* The ceiling under everything else: bare messages over one mTLS stream on loopback, nothing done
 * with them. A client's and a server's loop, a thread each. Prints one JSON object:
 *
 *   ping_pong_p50_us, ping_pong_p99_us   a message of 200 bytes there and back, one at a time
 *   small_per_s                          messages of 200 bytes one way, sent as fast as they leave
 *   large_mb_per_s                       the same with messages of 16 KiB, in 10^6 bytes a second
 *
 * --seconds N: how long each of the last two takes; the first has 10,000 rounds for each second, at
 * most 20,000. */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/time.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/channel.h"
#include "agent/io/rpc/server.h"
#include "tests/bench/support/bench.h"
#include "tests/support/test_pki.h"

namespace
{

using reeve::test::Credential;
using reeve::test::TestPki;

constexpr size_t kSmall = 200;
constexpr size_t kLarge = 16384;

void must(enum reeve_status status, const char *what)
{
    if (status != REEVE_OK) {
        (void)std::fprintf(stderr, "rpc_echo: %s: %s\n", what, reeve_status_name(status));
        std::exit(1);
    }
}

/* Once a call ends, sending and receiving fail; that is fine here. */
void may(enum reeve_status status)
{
    (void)status;
}

struct reeve_bytes view(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

void send(struct reeve_rpc_call *call, size_t size)
{
    static const uint8_t zeros[kLarge] = {};
    struct reeve_buffer b;
    reeve_buffer_init(&b, nullptr, kLarge);
    must(reeve_buffer_append(&b, reeve_bytes_of(zeros, size)), "make a message");
    may(reeve_rpc_call_send(call, &b));
    reeve_buffer_clear(&b);
}

/* ---- the server: echoes small messages of the echo method, swallows those of the sink -----------
 */

const struct reeve_rpc_call_events echo_events = {
    [](void *, struct reeve_rpc_call *c) { may(reeve_rpc_call_receive(c)); },
    [](void *, struct reeve_rpc_call *c, struct reeve_bytes m) { send(c, m.len); },
    [](void *, struct reeve_rpc_call *c) { may(reeve_rpc_call_receive(c)); },
    [](void *, struct reeve_rpc_call *c) {
        may(reeve_rpc_call_finish(c, 0, "", reeve_bytes_of(nullptr, 0)));
    },
    [](void *, struct reeve_rpc_call *c, const struct reeve_rpc_end *) {
        reeve_rpc_call_release(c);
    },
};

const struct reeve_rpc_call_events sink_events = {
    [](void *, struct reeve_rpc_call *c) { may(reeve_rpc_call_receive(c)); },
    [](void *, struct reeve_rpc_call *c, struct reeve_bytes) { may(reeve_rpc_call_receive(c)); },
    nullptr,
    [](void *, struct reeve_rpc_call *c) {
        may(reeve_rpc_call_finish(c, 0, "", reeve_bytes_of(nullptr, 0)));
    },
    [](void *, struct reeve_rpc_call *c, const struct reeve_rpc_end *) {
        reeve_rpc_call_release(c);
    },
};

class Server
{
  public:
    explicit Server(const TestPki &pki)
    {
        const Credential credential = pki.server();
        const std::string ca = pki.ca_pem();
        struct reeve_rpc_server_options o = {};
        must(reeve_rpc_loop_new(nullptr, &loop_), "make a loop");
        o.address = "127.0.0.1:0";
        o.tls = {view(ca), view(credential.chain_pem), view(credential.key_pem)};
        o.methods = methods_;
        o.method_count = 2;
        must(reeve_rpc_server_new(loop_, &o, &server_), "bind a server");
        target = "127.0.0.1:" + std::to_string(reeve_rpc_server_port(server_));
        thread_ = std::thread([this] {
            while (!stop_) {
                may(reeve_rpc_loop_poll(loop_, REEVE_NEVER_MS));
            }
        });
    }
    ~Server()
    {
        task_ = {{stop, nullptr}, this};
        reeve_rpc_loop_post(loop_, &task_.node);
        thread_.join();
        reeve_rpc_server_release(server_);
        reeve_rpc_loop_free(loop_);
    }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    std::string target;

  private:
    struct Stop {
        struct reeve_task_node node;
        Server *server;
    };
    static void stop(struct reeve_task_node *node)
    {
        reinterpret_cast<Stop *>(node)->server->stop_ = true;
    }
    static void on_call(void *ctx, struct reeve_rpc_call *call)
    {
        must(reeve_rpc_call_accept(call, static_cast<const struct reeve_rpc_call_events *>(ctx),
                                   nullptr),
             "accept");
    }
    struct reeve_rpc_method methods_[2] = {
        {"/reeve.bench.Echo/Echo", on_call,
         const_cast<struct reeve_rpc_call_events *>(&echo_events)},
        {"/reeve.bench.Echo/Sink", on_call,
         const_cast<struct reeve_rpc_call_events *>(&sink_events)},
    };
    struct reeve_rpc_loop *loop_ = nullptr;
    struct reeve_rpc_server *server_ = nullptr;
    std::thread thread_;
    bool stop_ = false; /* the loop's thread only, after it started */
    Stop task_ = {};
};

/* ---- the client ---------------------------------------------------------------------------------
 */

struct Client {
    std::function<void(struct reeve_rpc_call *)> on_open = [](struct reeve_rpc_call *) {};
    std::function<void(struct reeve_rpc_call *)> on_message = [](struct reeve_rpc_call *) {};
    std::function<void(struct reeve_rpc_call *)> on_sent = [](struct reeve_rpc_call *) {};
    bool closed = false;
    int code = -1;
};

const struct reeve_rpc_call_events client_events = {
    [](void *ctx, struct reeve_rpc_call *c) { static_cast<Client *>(ctx)->on_open(c); },
    [](void *ctx, struct reeve_rpc_call *c, struct reeve_bytes) {
        static_cast<Client *>(ctx)->on_message(c);
    },
    [](void *ctx, struct reeve_rpc_call *c) { static_cast<Client *>(ctx)->on_sent(c); },
    nullptr,
    [](void *ctx, struct reeve_rpc_call *, const struct reeve_rpc_end *end) {
        static_cast<Client *>(ctx)->closed = true;
        static_cast<Client *>(ctx)->code = end->code;
    },
};

void run(struct reeve_rpc_loop *loop, struct reeve_rpc_channel *channel, const char *method,
         Client &client)
{
    struct reeve_rpc_call *call = nullptr;
    must(reeve_rpc_call_start(channel, method, 0, &client_events, &client, &call), "start a call");
    while (!client.closed) {
        may(reeve_rpc_loop_poll(loop, REEVE_NEVER_MS));
    }
    reeve_rpc_call_release(call);
    if (client.code != 0) {
        (void)std::fprintf(stderr, "rpc_echo: a call ended with %s\n",
                           reeve_rpc_code_name(client.code));
        std::exit(1);
    }
}

/* A round is over when the answer is there and the message left, in whichever order. */
std::vector<uint64_t> ping_pong(struct reeve_rpc_loop *loop, struct reeve_rpc_channel *channel,
                                double seconds)
{
    constexpr size_t warm_up = 1000;
    const size_t rounds = static_cast<size_t>(std::clamp(seconds, 0.05, 2.0) * 10000);
    std::vector<uint64_t> took;
    uint64_t begin = 0;
    size_t round = 0;
    int missing = 0;
    Client client;
    const auto next = [&](struct reeve_rpc_call *c) {
        missing = 2;
        begin = reeve_monotonic_ns();
        send(c, kSmall);
        may(reeve_rpc_call_receive(c));
    };
    const auto part = [&](struct reeve_rpc_call *c) {
        if (--missing > 0) {
            return;
        }
        if (round++ >= warm_up) {
            took.push_back(reeve_monotonic_ns() - begin);
        }
        if (round < warm_up + rounds) {
            next(c);
            return;
        }
        may(reeve_rpc_call_half_close(c));
    };
    client.on_open = next;
    client.on_message = part;
    client.on_sent = part;
    run(loop, channel, "/reeve.bench.Echo/Echo", client);
    std::sort(took.begin(), took.end());
    return took;
}

/* Messages a second, one way; the call's end comes when the server has taken them all. */
double one_way(struct reeve_rpc_loop *loop, struct reeve_rpc_channel *channel, size_t size,
               double seconds)
{
    uint64_t begin = 0;
    size_t sent = 0;
    Client client;
    client.on_open = [&](struct reeve_rpc_call *c) {
        begin = reeve_monotonic_ns();
        send(c, size);
    };
    client.on_sent = [&](struct reeve_rpc_call *c) {
        sent++;
        if (static_cast<double>(reeve_monotonic_ns() - begin) < seconds * 1e9) {
            send(c, size);
            return;
        }
        may(reeve_rpc_call_half_close(c));
    };
    run(loop, channel, "/reeve.bench.Echo/Sink", client);
    return static_cast<double>(sent) * 1e9 / static_cast<double>(reeve_monotonic_ns() - begin);
}

} // namespace

int main(int argc, char **argv)
{
    const reeve::bench::Arguments arguments(argc, argv, {{"seconds", "2"}});
    const double seconds = arguments.seconds("seconds");
    const TestPki pki;
    Server server(pki);
    const Credential credential = pki.worker();
    const std::string ca = pki.ca_pem();
    struct reeve_rpc_loop *loop = nullptr;
    struct reeve_rpc_channel *channel = nullptr;
    struct reeve_rpc_channel_options o = {};
    must(reeve_rpc_loop_new(nullptr, &loop), "make a loop");
    o.target = server.target.c_str();
    o.tls = {view(ca), view(credential.chain_pem), view(credential.key_pem)};
    must(reeve_rpc_channel_new(loop, &o, &channel), "make a channel");

    const std::vector<uint64_t> took = ping_pong(loop, channel, seconds);
    const double small = one_way(loop, channel, kSmall, seconds);
    const double large = one_way(loop, channel, kLarge, seconds);
    std::printf("{\"ping_pong_p50_us\": %.1f, \"ping_pong_p99_us\": %.1f, \"small_per_s\": %.0f, "
                "\"large_mb_per_s\": %.0f}\n",
                static_cast<double>(took[took.size() / 2]) / 1000,
                static_cast<double>(took[took.size() * 99 / 100]) / 1000, small,
                large * static_cast<double>(kLarge) / 1e6);
    reeve_rpc_channel_release(channel);
    reeve_rpc_loop_free(loop);
    return 0;
}
