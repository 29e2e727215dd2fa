// SPDX-License-Identifier: Apache-2.0
// The world of gateway_session_fuzz.cc: the gateway's core on its real store, an honest worker and
// a bad one, and what the input does to them.
//
//   gateway_world.cc        the gateway's process and its store
//   gateway_connections.cc  what is sent, arrives and hangs up
//   gateway_tamper.cc       what becomes of the bad worker's messages
//   gateway_calls.cc        the control API
//   gateway_session_fuzz.cc the steps, and what must hold
#ifndef REEVE_TESTS_FUZZ_GATEWAY_WORLD_H
#define REEVE_TESTS_FUZZ_GATEWAY_WORLD_H

#include "reeve/v1/control.reeve.h"
#include "tests/fuzz/engine_driver.h"
#include "tests/fuzz/input.h"
#include "tests/sim/keys.h"

namespace reeve::fuzz
{

constexpr uint64_t kSliceMs = 400;
constexpr uint64_t kGraceMs = 800;
constexpr uint64_t kLostAfterMs = 3000;
constexpr uint64_t kExpiryMs = 8000;
constexpr uint64_t kMaxGatewayMemory = 8u << 20;
constexpr uint64_t kMaxIdleMemory = 1u << 20;
constexpr char kGoodPool[] = "good";
constexpr char kBadPool[] = "bad";

struct Keys {
    reeve_key gateway = reeve_sim::KeyOf(77);
    reeve_key approver = reeve_sim::KeyOf(88);
};
Keys &TheKeys();

// What a job of this kind succeeds with.
std::string OutputOf(int kind);

// A worker and its connections.
struct Peer {
    Peer(const char *who, uint8_t number, const char *in_pool)
        : identity(who), pool(in_pool), worker(who, number, TheKeys().approver.public_key)
    {
    }
    const char *identity;
    const char *pool;
    EngineDriver worker;
    std::map<uint32_t, uint64_t> sessions;              // by link
    std::vector<std::pair<uint32_t, std::string>> sent; // not on its way yet
};

struct Session {
    Peer *peer = nullptr; // NULL: nobody listens at the other end
    uint32_t link = 0;
    bool sending = false;
    bool closed = false; // by the gateway
};

class GatewayWorld
{
  public:
    explicit GatewayWorld(Input &in);
    ~GatewayWorld();
    GatewayWorld(const GatewayWorld &) = delete;
    GatewayWorld &operator=(const GatewayWorld &) = delete;

    void Run();

  private:
    // ---- the gateway's process ----
    bool TryStart();
    void Start();
    void Stop();
    void Fire(const reeve_gateway_event &event);
    void Carry(reeve_gateway_action &action);
    bool StoreStep();
    void Tick();
    // ---- connections ----
    uint64_t Open(Peer *peer, uint32_t link);
    void Deliver(uint64_t session, const std::string &bytes);
    void Receive(uint64_t session, const std::string &bytes);
    void Close(uint64_t session);
    bool Carry(Peer &peer);
    void Runners(Peer &peer, bool fail = false);
    void Pump();
    void Advance(uint64_t ms);
    // ---- the bad one ----
    std::string Tamper(const std::string &bytes);
    void TamperFrame(reeve_worker_frame *frame);
    void Step();
    void Stranger();
    // ---- the control API ----
    void Call(reeve_control_method method, const std::string &request);
    void Submit(const char *pool, std::vector<int> kinds);
    void Interfere();
    // ---- what must hold ----
    void CheckOutcomes();
    void CheckChain(const reeve_sim::Store::Chain &chain);
    void End();

    Input &in_;
    Memory memory_;
    reeve_random_seeded random_ = {};
    reeve_sim::Store store_;
    reeve_gateway *core_ = nullptr;
    reeve_now now_ = {50000, 1700000000000};
    std::deque<reeve_store_request *> requests_;
    std::map<uint64_t, Session> sessions_;
    std::deque<std::pair<uint64_t, std::string>> down_; // to be received
    uint64_t handles_ = 0;
    uint64_t calls_open_ = 0;
    std::string answer_; // of the last call
    int code_ = 0;
    Peer good_;
    Peer bad_;
    std::map<std::string, std::string> pools_; // of each job
    std::map<std::string, int> kinds_;
    std::map<std::string, reeve_sim::OutcomeRow> outcomes_;
    // What the input says.
    bool tampers_ = false;
    uint64_t tamper_in_ = 0; // messages until the next that is changed
    bool hold_store_ = false;
    uint64_t fail_store_ = 0;
    bool excused_ = false; // the honest session may have been sent away for a good reason
    bool cancels_ = false;
    reeve_arena arena_;
};

} // namespace reeve::fuzz

#endif
