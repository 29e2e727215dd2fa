// SPDX-License-Identifier: Apache-2.0
//
// Calls of the control API on agent/io/rpc: see control.h.
#include "tests/bench/load/control.h"

#include "agent/io/rpc/call.h"
#include "proto/runtime/message.h"
#include "tests/bench/support/bench.h"

namespace reeve::bench
{
namespace
{

constexpr size_t kMessageMax = size_t{16} << 20;

// One call; deletes itself when the call has ended.
struct Exchange {
    std::string method;
    const struct reeve_message *response;
    std::function<void(const void *)> each;
    std::function<void()> ended;
    struct reeve_arena arena;
};

void on_message(void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message)
{
    auto *x = static_cast<Exchange *>(ctx);
    const struct reeve_decode_options options = {REEVE_UNKNOWN_DROP, 0, kMessageMax, 0, true};
    struct reeve_problem problem = {};
    void *decoded = nullptr;
    reeve_arena_reset(&x->arena);
    if (reeve_message_decode(x->response, message, &options, &x->arena, &decoded, &problem) !=
        REEVE_OK) {
        fail(x->method + ": an answer does not decode: " + problem.text);
    }
    x->each(decoded);
    (void)!reeve_rpc_call_receive(call); /* CLOSED: the end is on its way */
}

void on_closed(void *ctx, struct reeve_rpc_call *call, const struct reeve_rpc_end *end)
{
    const std::unique_ptr<Exchange> x(static_cast<Exchange *>(ctx));
    if (end->code != REEVE_RPC_OK) {
        fail(x->method + ": " + reeve_rpc_code_name(end->code) + ": " + text(end->text) + " " +
             text(end->error));
    }
    reeve_arena_clear(&x->arena);
    reeve_rpc_call_release(call);
    x->ended();
}

const struct reeve_rpc_call_events events = {
    [](void *, struct reeve_rpc_call *call) { (void)!reeve_rpc_call_receive(call); },
    on_message,
    [](void *, struct reeve_rpc_call *call) { (void)!reeve_rpc_call_half_close(call); },
    nullptr,
    on_closed,
};

} // namespace

Control::Control(const std::string &target, const std::string &pki, const std::string &role)
{
    const std::string ca = read_file(pki + "/ca.pem");
    const std::string chain = read_file(pki + "/" + role + ".pem");
    const std::string key = read_file(pki + "/" + role + ".key");
    struct reeve_rpc_channel_options o = {};
    o.target = target.c_str();
    o.server_name = "localhost";
    o.tls = {view(ca), view(chain), view(key)};
    o.max_message_bytes = kMessageMax;
    must(reeve_rpc_loop_new(nullptr, &loop_), "make a loop");
    must(reeve_rpc_channel_new(loop_, &o, &channel_), "make a channel");
}

Control::~Control()
{
    reeve_rpc_channel_release(channel_);
    reeve_rpc_loop_free(loop_);
}

void Control::stream(const std::string &method, const std::string &request,
                     const struct reeve_message *response,
                     const std::function<void(const void *)> &each,
                     const std::function<void()> &ended)
{
    auto x = std::make_unique<Exchange>();
    struct reeve_rpc_call *call = nullptr;
    struct reeve_buffer message;
    x->method = "/reeve.v1.ControlService/" + method;
    x->response = response;
    x->each = each;
    x->ended = ended;
    reeve_arena_init(&x->arena, nullptr, size_t{256} << 20, size_t{16} << 10);
    reeve_buffer_init(&message, nullptr, kMessageMax);
    must(reeve_buffer_append(&message, view(request)), "make a request");
    Exchange *owned_by_call = x.release();
    must(reeve_rpc_call_start(channel_, owned_by_call->method.c_str(), 0, &events, owned_by_call,
                              &call),
         "start a call");
    must(reeve_rpc_call_send(call, &message), "send a request");
    reeve_buffer_clear(&message);
}

void Control::call(const std::string &method, const std::string &request,
                   const struct reeve_message *response,
                   const std::function<void(const void *)> &done)
{
    stream(method, request, response, done, [] {});
}

void Control::poll()
{
    (void)!reeve_rpc_loop_poll(loop_, reeve_now_read().boot_ms + 100);
}

} // namespace reeve::bench
