// SPDX-License-Identifier: Apache-2.0
// Connections that delay, cut, swallow and forge.
#ifndef REEVE_TESTS_SIM_NETWORK_H
#define REEVE_TESTS_SIM_NETWORK_H

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/base/status.h"
#include "agent/codec/frame.h"

namespace reeve_sim
{

class Sim;
class Worker;

// One direction of a connection: messages in order, each with the time of its arrival.
struct Pipe {
    struct Item {
        std::string bytes;
        uint64_t at;
        bool close;
        reeve_status status; // of close
    };
    std::deque<Item> items;
    uint64_t last_at = 0;
    bool swallows = false; // nothing that is sent from now on arrives, and nobody is told
    uint64_t version = 0;  // deliveries that were planned before a change are void
};

struct Conn {
    uint64_t id = 0;
    Worker *worker = nullptr;
    uint64_t worker_life = 0; // of the process that dialled
    uint32_t link = 0;
    uint64_t gateway_life = 0;
    bool worker_end = true; // its LINK_DOWN was not given yet
    bool gateway_end = false;
    bool slow_reader = false;
    Pipe up;   // worker to gateway
    Pipe down; // gateway to worker
};

class Network
{
  public:
    explicit Network(Sim &sim) : sim_(sim)
    {
    }
    void Dial(Worker &worker, uint32_t link);
    void WorkerSends(Worker &worker, uint32_t link, std::string bytes);
    void GatewaySends(uint64_t session, std::string bytes);
    void WorkerCloses(Worker &worker, uint32_t link, reeve_status status);
    void GatewayCloses(uint64_t session, reeve_status status);
    void WorkerDied(Worker &worker, bool silently);
    void GatewayDied(bool silently);
    // Faults.
    void Break(Conn &conn, bool cut);
    void HalfOpen(Conn &conn);
    void Slow(Conn &conn);
    void SlowReader(Conn &conn);
    void GoAway(Conn &conn, uint64_t within_ms); // said to the worker, and done after that time
    void Partition(Worker &worker, uint64_t ms);
    void Heal(); // everything from now on; what is half open stays so until it is noticed
    std::vector<Conn *> Open(); // those that both ends believe in
    uint64_t forge = 0;         // dispatches to be replaced
    // The last dispatch of each job, as it left the gateway.
    struct Dispatched {
        std::string spec;
        std::string statement;
        std::string key_id;
        std::string signature;
        uint32_t attempt;
        uint64_t sequence;
    };
    std::map<std::string, Dispatched> dispatched;
    void Note(const reeve_dispatch &dispatch);

  private:
    uint64_t Delay(const Conn &conn);
    uint64_t TimeToSend(const Conn &conn);
    void Later(const Conn &conn, uint64_t ms, std::function<void(Conn &)> what); // if it is known
    void Put(Conn &conn, Pipe &pipe, Pipe::Item item); // at the time that is due
    static void Empty(Pipe &pipe);
    void Abandon(Conn &conn, bool silently, const std::function<void(Conn &)> &tell);
    void Plan(Conn &conn, Pipe &pipe);
    void Deliver(uint64_t id, bool up, uint64_t version);
    void ArriveUp(Conn &conn, Pipe::Item item);
    void ArriveDown(Conn &conn, Pipe::Item item);
    void EndWorker(Conn &conn, reeve_status status);
    void EndGateway(Conn &conn);
    void Accept(uint64_t id);
    Conn *Find(uint64_t id);
    Conn *FindLink(const Worker &worker, uint32_t link);
    void Forget();
    std::string Forge(const Conn &conn, const std::string &message);

    Sim &sim_;
    std::map<uint64_t, Conn> conns_;
    uint64_t ids_ = 0;
    std::map<int, uint64_t> apart_until_;     // by worker
    std::map<uint64_t, uint64_t> slow_until_; // by connection
};

} // namespace reeve_sim

#endif
