/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's end of worker streams, as raw messages: what the scripted gateway and the recording
 * proxy stand on. Each stream becomes a Side of its own. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_WORKER_SERVER_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_WORKER_SERVER_H

#include <functional>
#include <memory>
#include <vector>

#include "tests/unit/agent/io/rpc/rpc_fixture.h"

namespace reeve::test
{

inline constexpr char kConnect[] = "/reeve.v1.WorkerService/Connect";

class WorkerServer
{
  public:
    /* `prepare` gets each new stream before it is accepted. */
    WorkerServer(Loop &loop, const Credential &credential, const std::string &ca,
                 std::function<void(Side &)> prepare, int port = 0)
        : method_{kConnect, on_call, this}, prepare_(std::move(prepare))
    {
        struct reeve_rpc_server_options options = {};
        const std::string address = "127.0.0.1:" + std::to_string(port);
        options.address = address.c_str();
        options.tls = {bytes_of(ca), bytes_of(credential.chain_pem), bytes_of(credential.key_pem)};
        options.methods = &method_;
        options.method_count = 1;
        options.max_message_bytes = size_t{64} << 20; /* wrong ones must leave here */
        EXPECT_EQ(REEVE_OK, reeve_rpc_server_new(loop.get(), &options, &server_));
    }
    ~WorkerServer()
    {
        calls.clear();
        reeve_rpc_server_release(server_);
    }
    WorkerServer(const WorkerServer &) = delete;
    WorkerServer &operator=(const WorkerServer &) = delete;

    /* GOAWAY on every connection, no new ones; the streams go on. */
    void stop()
    {
        reeve_rpc_server_stop(server_, nullptr, nullptr);
    }
    int port() const
    {
        return reeve_rpc_server_port(server_);
    }

    std::vector<std::unique_ptr<Side>> calls; /* in the order in which they came */

  private:
    static void on_call(void *ctx, struct reeve_rpc_call *call)
    {
        WorkerServer &self = *static_cast<WorkerServer *>(ctx);
        self.calls.push_back(std::make_unique<Side>());
        Side &side = *self.calls.back();
        side.keep_messages = false;
        self.prepare_(side);
        EXPECT_EQ(REEVE_OK, reeve_rpc_call_accept(call, Side::table(), &side));
        side.call = call;
    }

    struct reeve_rpc_method method_;
    std::function<void(Side &)> prepare_;
    struct reeve_rpc_server *server_ = nullptr;
};

} // namespace reeve::test
#endif
