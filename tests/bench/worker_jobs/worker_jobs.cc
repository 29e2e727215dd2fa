// SPDX-License-Identifier: Apache-2.0
//
// A real reeve-agent against a gateway that only hands out jobs: the worker's own ceiling, with
// mTLS and its journal on disk. Binds a free port of loopback, writes it to --port-file, waits for
// the worker, then counts the jobs whose outcome came back.
//
//   jobs_per_s            with the worker's whole limit under way
//   one_p50_us, one_p99_us   with --one yes: a single job at a time, dispatch sent to outcome
//                            received
#include <cstdio>
#include <unistd.h>

#include "agent/io/rpc/call.h"
#include "agent/io/rpc/server.h"
#include "agent/transport/grpc.h"
#include "tests/bench/support/bench.h"
#include "tests/bench/support/handout.h"

namespace
{

using namespace reeve::bench;

// One stream at a time; everything happens on the loop's thread.
struct Session {
    Handout *handout = nullptr;
    struct reeve_rpc_call *call = nullptr;
    bool sending = false;
    bool closed = false;
};

void pump(Session *session)
{
    struct reeve_buffer message;
    if (session->sending || session->closed) {
        return;
    }
    reeve_buffer_init(&message, nullptr, size_t{2} << 20);
    if (session->handout->next(&message)) {
        session->sending = reeve_rpc_call_send(session->call, &message) == REEVE_OK;
    }
    reeve_buffer_clear(&message);
}

void listen(struct reeve_rpc_call *call)
{
    if (reeve_rpc_call_receive(call) != REEVE_OK) {
        fail("the stream cannot be read");
    }
}

const struct reeve_rpc_call_events events = {
    [](void *, struct reeve_rpc_call *call) { listen(call); },
    [](void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message) {
        auto *session = static_cast<Session *>(ctx);
        session->handout->receive(message);
        listen(call);
        pump(session);
    },
    [](void *ctx, struct reeve_rpc_call *) {
        auto *session = static_cast<Session *>(ctx);
        session->sending = false;
        pump(session);
    },
    nullptr,
    [](void *ctx, struct reeve_rpc_call *, const struct reeve_rpc_end *) {
        static_cast<Session *>(ctx)->closed = true;
    },
};

void on_call(void *ctx, struct reeve_rpc_call *call)
{
    auto *session = static_cast<Session *>(ctx);
    if (session->call != nullptr) {
        fail("a second stream came");
    }
    session->call = call;
    must(reeve_rpc_call_accept(call, &events, session), "accept the stream");
}

class Gateway
{
  public:
    Gateway(const Arguments &arguments, Handout *handout);
    ~Gateway();
    Gateway(const Gateway &) = delete;
    Gateway &operator=(const Gateway &) = delete;

    // Serves until `done` says so; ends the program when the worker goes or stands still.
    template <class Done>
    void serve_until(Done done, double patience_s)
    {
        const Watch watch;
        while (!done()) {
            (void)!reeve_rpc_loop_poll(loop_, reeve_now_read().boot_ms + 100);
            if (session_.closed || watch.seconds() > patience_s) {
                fail(session_.closed ? "the worker left" : "the worker stands still");
            }
            if (session_.call != nullptr) {
                pump(&session_);
            }
        }
    }

  private:
    struct reeve_rpc_loop *loop_ = nullptr;
    struct reeve_rpc_server *server_ = nullptr;
    Session session_;
    struct reeve_rpc_method method_;
};

void write_port(const std::string &path, int port)
{
    std::FILE *file = std::fopen((path + ".tmp").c_str(), "w");
    if (file == nullptr || std::fprintf(file, "%d\n", port) < 0 || std::fclose(file) != 0 ||
        std::rename((path + ".tmp").c_str(), path.c_str()) != 0) {
        fail("cannot write " + path);
    }
}

Gateway::Gateway(const Arguments &arguments, Handout *handout)
    : method_{REEVE_TRANSPORT_CONNECT_METHOD, on_call, &session_}
{
    const std::string ca = read_file(arguments["pki"] + "/ca.pem");
    const std::string chain = read_file(arguments["pki"] + "/gateway.pem");
    const std::string key = read_file(arguments["pki"] + "/gateway.key");
    struct reeve_rpc_server_options o = {};
    session_.handout = handout;
    o.address = "127.0.0.1:0";
    o.tls = {view(ca), view(chain), view(key)};
    o.methods = &method_;
    o.method_count = 1;
    must(reeve_rpc_loop_new(nullptr, &loop_), "make a loop");
    must(reeve_rpc_server_new(loop_, &o, &server_), "bind a server");
    write_port(arguments["port-file"], reeve_rpc_server_port(server_));
}

Gateway::~Gateway()
{
    reeve_rpc_call_release(session_.call);
    reeve_rpc_server_release(server_);
    reeve_rpc_loop_free(loop_);
}

constexpr double kPatience = 60;

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv,
                              {{"pki", ""},
                               {"port-file", ""},
                               {"task", "demo.native.v1.Native/Echo"},
                               {"seconds", "2"},
                               {"warm-up", "0.5"},
                               {"one", "no"},
                               {"payload", "16"}});
    const std::string &task = arguments["task"];
    const double warm_up = arguments.seconds("warm-up");
    const double seconds = arguments.seconds("seconds");
    Handout handout(find_task(task), input_of(task, arguments.number("payload")));
    handout.one_at_a_time(arguments["one"] == "yes");
    Gateway gateway(arguments, &handout);

    gateway.serve_until([&] { return handout.ended() > 0; }, kPatience);
    const Watch warming;
    gateway.serve_until([&] { return warming.seconds() > warm_up; }, kPatience);
    const uint64_t before = handout.ended();
    handout.took_ns.clear();
    const Watch watch;
    gateway.serve_until([&] { return watch.seconds() > seconds; }, seconds + kPatience);
    const double per_s = static_cast<double>(handout.ended() - before) / watch.seconds();
    handout.stop();
    gateway.serve_until([&] { return handout.ended() == handout.given(); }, kPatience);

    Json json;
    json.add("bench", "worker_jobs").add("task", task).add("jobs_per_s", per_s);
    if (arguments["one"] == "yes") {
        json.add_percentiles("one", &handout.took_ns);
    }
    json.print();
    return 0;
}
