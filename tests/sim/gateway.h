// SPDX-License-Identifier: Apache-2.0
// A process with reeve_gateway on a Store.
#ifndef REEVE_TESTS_SIM_GATEWAY_H
#define REEVE_TESTS_SIM_GATEWAY_H

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/trust/key.h"
#include "gateway-stub/core/gateway.h"
#include "tests/sim/alarm.h"
#include "tests/sim/rng.h"
#include "tests/sim/store.h"

namespace reeve_sim
{

class Sim;
class Worker;

class GatewayNode
{
  public:
    explicit GatewayNode(Sim &sim);
    ~GatewayNode();
    GatewayNode(const GatewayNode &) = delete;
    GatewayNode &operator=(const GatewayNode &) = delete;

    void Start();
    void Crash();
    void Drain();
    void RollBack();
    void TakeSnapshot();
    void Fire(const reeve_gateway_event &event);
    void Opened(uint64_t session, const Worker &worker);
    void Message(uint64_t session, const std::string &bytes);
    void Sent(uint64_t session);
    void Closed(uint64_t session);
    // `answer` is called once: code -1 when nobody answered.
    using Answer = std::function<void(int code, const std::string &bytes)>;
    void Call(reeve_control_method method, const std::string &request, Answer answer);
    reeve_now Now() const;
    void Tick();

    Sim &sim;
    Store store;
    reeve_gateway *core = nullptr;
    bool up = false;
    uint64_t life = 0;
    int64_t wall_offset_ms = 0;
    uint64_t boot_offset_ms = 0;
    uint64_t fail_until = 0; // transitions fail with `fail_with`
    reeve_status fail_with = REEVE_OK;
    uint64_t slow_until = 0;
    reeve_key key = {};
    reeve_key approver = {};
    struct Snapshot {
        bool taken = false;
        uint64_t at = 0;
        std::string image;
    } snapshot;
    uint64_t restored_to = 0; // the moment of the snapshot that was restored last
    bool restored = false;
    // Sessions that may be sent to: handle, and whether a send is under way.
    std::map<uint64_t, bool> sending;

  private:
    void Act();
    void Carry(reeve_gateway_action &action);
    void PlanStore();
    void CarryOutStore();
    void Done(reeve_store_request *request);
    void PlanTick();
    void Later(uint64_t ms, std::function<void()> what);

    std::unique_ptr<Rng> rng_;
    std::deque<reeve_store_request *> submitted_;
    std::deque<reeve_store_request *> done_; // carried out, not given back
    bool store_planned_ = false;
    std::map<uint64_t, Answer> calls_;
    uint64_t handles_ = 0;
    Alarm alarm_;
    reeve_gateway_approver approvers_[1] = {};
    bool draining_ = false;
};

const std::string &EmptyStore(); // the image of a store where the tasks are registered

} // namespace reeve_sim

#endif
