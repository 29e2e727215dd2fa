// SPDX-License-Identifier: Apache-2.0
//
// Sessions of workers that do nothing: each with a connection, a journal id and an empty Resume of
// its own. What they cost the gateway is the growth of its resident memory.
//
//   gateway_bytes_per_worker
#include <fstream>
#include <memory>

#include "agent/base/random.h"
#include "agent/codec/batch.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/channel.h"
#include "agent/transport/grpc.h"
#include "tests/bench/support/bench.h"
#include "tests/bench/support/handout.h"

namespace
{

using namespace reeve::bench;

uint64_t resident_bytes(const std::string &pid)
{
    std::ifstream status("/proc/" + pid + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.compare(0, 6, "VmRSS:") == 0) {
            return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
        }
    }
    fail("no process " + pid);
}

class Worker
{
  public:
    Worker(struct reeve_rpc_loop *loop, const struct reeve_rpc_channel_options &options)
    {
        must(reeve_rpc_channel_new(loop, &options, &channel_), "make a channel");
        must(reeve_rpc_call_start(channel_, REEVE_TRANSPORT_CONNECT_METHOD, 0, &events_, this,
                                  &call_),
             "start a stream");
    }
    ~Worker()
    {
        reeve_rpc_call_release(call_);
        reeve_rpc_channel_release(channel_);
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    bool live = false;

  private:
    void send(const struct reeve_worker_frame &frame)
    {
        struct reeve_batch_writer writer;
        struct reeve_buffer buffer;
        reeve_buffer_init(&buffer, nullptr, size_t{1} << 20);
        reeve_batch_writer_init(&writer, &buffer, size_t{1} << 20);
        must(reeve_batch_writer_add_worker(&writer, &frame), "write a frame");
        must(reeve_rpc_call_send(call_, &buffer), "send a frame");
        reeve_buffer_clear(&buffer);
    }
    void say_hello()
    {
        const struct reeve_task *task = find_task("demo.native.v1.Native/Echo");
        struct reeve_task_offer offer = {};
        struct reeve_worker_frame frame = {};
        struct reeve_hello &hello = frame.as.hello;
        offer.task = reeve_bytes_cstr(task->name);
        must(reeve_digest_from_bytes(reeve_bytes_of(task->fingerprint, sizeof task->fingerprint),
                                     &offer.fingerprint),
             "read the fingerprint");
        frame.type = REEVE_WORKER_FRAME_HELLO;
        hello.version_min = hello.version_max = 1;
        hello.build = reeve_bytes_cstr("idle");
        hello.journal_id = reeve_random_id(reeve_random_system());
        hello.boot_id = reeve_random_id(reeve_random_system());
        hello.nonce = reeve_random_id(reeve_random_system());
        hello.tasks = {&offer, 1};
        hello.max_frame_bytes = 1u << 20;
        hello.max_in_flight = 16;
        hello.audit_public_key.bytes[0] = 1;
        hello.time_unix_ms = reeve_now_read().unix_ms;
        send(frame);
    }
    void take(struct reeve_bytes message)
    {
        struct reeve_batch_reader reader;
        struct reeve_batch_frame raw = {};
        reeve_batch_reader_init(&reader, message, size_t{1} << 20);
        must(reeve_batch_reader_next(&reader, &raw), "read a batch");
        if (raw.number == REEVE_GATEWAY_FRAME_RETRY) {
            fail("the gateway sends workers away");
        }
        if (raw.number == REEVE_GATEWAY_FRAME_WELCOME) {
            struct reeve_worker_frame done = {};
            done.type = REEVE_WORKER_FRAME_RESUME_DONE;
            send(done);
            live = true;
        }
    }

    static const struct reeve_rpc_call_events events_;
    struct reeve_rpc_channel *channel_ = nullptr;
    struct reeve_rpc_call *call_ = nullptr;
};

const struct reeve_rpc_call_events Worker::events_ = {
    [](void *ctx, struct reeve_rpc_call *call) {
        must(reeve_rpc_call_receive(call), "receive");
        static_cast<Worker *>(ctx)->say_hello();
    },
    [](void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message) {
        static_cast<Worker *>(ctx)->take(message);
        must(reeve_rpc_call_receive(call), "receive");
    },
    nullptr,
    nullptr,
    [](void *, struct reeve_rpc_call *, const struct reeve_rpc_end *end) {
        fail("a session ended: " + text(end->text));
    },
};

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(
        argc, argv, {{"target", ""}, {"pki", ""}, {"gateway-pid", ""}, {"workers", "200"}});
    const std::string &target = arguments["target"];
    const std::string ca = read_file(arguments["pki"] + "/ca.pem");
    const std::string chain = read_file(arguments["pki"] + "/agent.pem");
    const std::string key = read_file(arguments["pki"] + "/agent.key");
    struct reeve_rpc_loop *loop = nullptr;
    struct reeve_rpc_channel_options o = {};
    o.target = target.c_str();
    o.server_name = "localhost";
    o.tls = {view(ca), view(chain), view(key)};
    must(reeve_rpc_loop_new(nullptr, &loop), "make a loop");

    const uint64_t before = resident_bytes(arguments["gateway-pid"]);
    std::vector<std::unique_ptr<Worker>> workers;
    const Watch watch;
    for (uint64_t i = 0; i < arguments.number("workers"); i++) {
        workers.push_back(std::make_unique<Worker>(loop, o));
        while (!workers.back()->live) {
            (void)!reeve_rpc_loop_poll(loop, reeve_now_read().boot_ms + 100);
            if (watch.seconds() > 120) {
                fail("the gateway does not answer");
            }
        }
    }
    const uint64_t after = resident_bytes(arguments["gateway-pid"]);
    const double count = static_cast<double>(workers.size());

    Json json;
    json.add("bench", "idle_workers").add("workers", count);
    json.add("gateway_bytes_per_worker",
             (static_cast<double>(after) - static_cast<double>(before)) / count);
    json.print();
    workers.clear();
    reeve_rpc_loop_free(loop);
    return 0;
}
