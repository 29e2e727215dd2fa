// SPDX-License-Identifier: Apache-2.0
//
// The control API as this generator needs it: submit a plan, follow it to its end, any number at
// once on one connection. Nothing polls.
#ifndef REEVE_TESTS_BENCH_LOAD_CONTROL_H
#define REEVE_TESTS_BENCH_LOAD_CONTROL_H

#include <functional>
#include <memory>
#include <string>

#include "agent/base/arena.h"
#include "agent/io/rpc/channel.h"
#include "agent/io/rpc/loop.h"
#include "proto/runtime/table.h"
#include "reeve/v1/control.reeve.h"

namespace reeve::bench
{

class Control
{
  public:
    Control(const std::string &target, const std::string &pki, const std::string &role);
    ~Control();
    Control(const Control &) = delete;
    Control &operator=(const Control &) = delete;

    // A unary call; `done` gets the decoded response, from poll(). A call that fails ends the
    // program.
    void call(const std::string &method, const std::string &request,
              const struct reeve_message *response, const std::function<void(const void *)> &done);
    // A streaming call: `each` gets every message, `ended` follows the last.
    void stream(const std::string &method, const std::string &request,
                const struct reeve_message *response, const std::function<void(const void *)> &each,
                const std::function<void()> &ended);
    // Waits for something to happen, at most 100 ms.
    void poll();

  private:
    struct reeve_rpc_loop *loop_ = nullptr;
    struct reeve_rpc_channel *channel_ = nullptr;
};

} // namespace reeve::bench
#endif
