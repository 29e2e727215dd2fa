// SPDX-License-Identifier: Apache-2.0
//
// The proxy behind proxy.h.
#include "tests/integration/support/proxy.h"

#include "tests/integration/support/wait.h"

namespace reeve::test
{

/* The gateway's half of one stream. */
struct RecordingProxy::Pair {
    std::unique_ptr<Channel> channel;
    Side gateway;
};

RecordingProxy::RecordingProxy(const World &world) : world_(world), thread_([this] { run(); })
{
    EXPECT_TRUE(eventually([this] { return port_ != 0; }));
}

RecordingProxy::~RecordingProxy()
{
    stop_ = true;
    thread_.join();
}

void RecordingProxy::run()
{
    Loop loop;
    loop_ = &loop;
    const auto listen = [&](int port) {
        return std::make_unique<WorkerServer>(
            loop, world_.credential("gateway"), world_.pki().ca_pem(),
            [this](Side &worker) { join(worker); }, port);
    };
    std::unique_ptr<WorkerServer> server = listen(0);
    std::unique_ptr<WorkerServer> next;
    port_ = server->port();
    while (!stop_) {
        loop.run_for(5);
        if (go_away_ && next == nullptr) {
            server->stop();
            next = listen(port_);
        }
    }
    server->calls.clear();
    if (next != nullptr) {
        next->calls.clear();
    }
    pairs_.clear();
}

void RecordingProxy::join(Side &worker)
{
    pairs_.push_back(std::make_unique<Pair>());
    Pair &pair = *pairs_.back();
    pair.channel = std::make_unique<Channel>(
        *loop_, "127.0.0.1:" + std::to_string(world_.gateway_settings.port),
        world_.credential("agent"), world_.pki().ca_pem());
    pair.gateway.keep_messages = false;
    worker.when_message = [this, &pair](Side &, const std::string &message) {
        const std::lock_guard<std::mutex> hold(lock_);
        from_worker_ += message;
        pair.gateway.offer(message);
    };
    pair.gateway.when_message = [this, &worker](Side &, const std::string &message) {
        const std::lock_guard<std::mutex> hold(lock_);
        from_gateway_ += message;
        worker.offer(message);
    };
    worker.when_closed = [&pair](Side &) { reeve_rpc_call_cancel(pair.gateway.call); };
    pair.gateway.when_closed = [&worker](Side &side) {
        if (worker.closed == 0) {
            const enum reeve_status status = reeve_rpc_call_finish(
                worker.call, side.code, side.text.c_str(), bytes_of(side.error));
            EXPECT_TRUE(status == REEVE_OK || status == REEVE_CLOSED);
        }
    };
    pair.channel->start(pair.gateway, kConnect);
}

std::string RecordingProxy::from_worker() const
{
    const std::lock_guard<std::mutex> hold(lock_);
    return from_worker_;
}

std::string RecordingProxy::from_gateway() const
{
    const std::lock_guard<std::mutex> hold(lock_);
    return from_gateway_;
}

} // namespace reeve::test
