// SPDX-License-Identifier: Apache-2.0
// The core on a real SQLite store, driven step by step: every action is carried out at once, time
// stands still unless a test moves it. A scripted worker speaks the stream's own bytes.
#ifndef REEVE_TESTS_UNIT_GATEWAY_STUB_CORE_HARNESS_H
#define REEVE_TESTS_UNIT_GATEWAY_STUB_CORE_HARNESS_H

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/audit/verifier.h"
#include "agent/base/random.h"
#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"
#include "agent/trust/key.h"
#include "gateway-stub/core/gateway.h"
#include "gateway-stub/store/sqlite.h"
#include "reeve/v1/control.reeve.h"

namespace reeve_test
{

inline std::string to_string(reeve_bytes b)
{
    return std::string(reinterpret_cast<const char *>(b.data), b.len);
}

inline std::string to_string(const reeve_id &id)
{
    return std::string(reinterpret_cast<const char *>(id.bytes), 16);
}

// A decoded frame with the bytes that it borrows from.
struct Frame {
    std::shared_ptr<std::string> bytes;
    std::shared_ptr<reeve_arena> arena;
    reeve_gateway_frame frame;
};

struct Reply {
    int code = -1;
    std::string bytes;
    std::string text;
    std::vector<std::string> messages; // of a stream
};

struct Closed {
    int grpc_code;
    std::string code;
};

class Gateway
{
  public:
    explicit Gateway(const std::string &directory);
    ~Gateway();
    Gateway(const Gateway &) = delete;
    Gateway &operator=(const Gateway &) = delete;

    void start();              // opens the store, loads, until ready
    void crash();              // drops the core as it is and reopens nothing
    void advance(uint64_t ms); // moves both clocks, then ticks
    void settle();             // carries out everything, store included
    void drain(uint64_t within_ms);

    uint64_t open_session(const char *identity = "spiffe://d/worker", const char *tenant = "t",
                          std::vector<const char *> pools = {});
    void message(uint64_t session, const std::string &bytes);
    void close_session(uint64_t session);
    std::vector<Frame> take(uint64_t session); // frames since the last take

    uint64_t call(enum reeve_control_method method, const std::string &request,
                  const char *identity = "spiffe://d/planner", uint32_t roles = ~0u,
                  const char *tenant = "t");
    Reply reply(uint64_t call); // what there is of it

    reeve_gateway_options options{};
    reeve_gateway *core = nullptr;
    reeve_now now{1000000, 1700000000000};
    std::map<uint64_t, Closed> closed;
    std::vector<std::string> notes;
    bool hold_store = false;                 // completions wait
    bool queries_first = false;              // queries complete before the transitions under way
    bool hold_sends = false;                 // SESSION_SENT waits
    enum reeve_status fail_store = REEVE_OK; // transitions fail with this instead
    reeve_key approver{};

  private:
    void handle(const reeve_gateway_event &event);
    bool complete_one();
    void act(reeve_gateway_action &action);

    std::string path;
    reeve_store *store = nullptr;
    reeve_key key{};
    reeve_gateway_approver approvers[1];
    reeve_random_seeded random{};
    std::map<uint64_t, std::vector<Frame>> frames;
    std::map<uint64_t, Reply> replies;
    uint64_t handles = 0;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<reeve_store_request *> done;
    size_t under_way = 0;
};

// A worker's journal and what it sends.
class Worker
{
  public:
    explicit Worker(Gateway &gateway, uint8_t number = 1);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    struct Offer {
        std::string task;
        reeve_digest fingerprint;
        uint32_t max_in_flight = 100;
        bool allowed = true;
        std::vector<reeve_digest> accepted = {}; // older versions
    };

    // Opens a session, says Hello and, once welcomed, Resume with `running` and a Limit.
    void connect(const std::vector<reeve_resume_entry> &running = {});
    void hello();
    bool take_welcome();
    void resume(const std::vector<reeve_resume_entry> &running = {});
    void limit(uint64_t dispatches);
    void heartbeat();
    void disconnect();
    // Dispatches that came since the last call.
    std::vector<Frame> dispatches();
    void outcome(const reeve_dispatch &dispatch,
                 enum reeve_outcome_status status = REEVE_OUTCOME_SUCCEEDED,
                 const std::string &output = "");
    // One result message, whole or in chunks of at most `size` bytes.
    void result(const reeve_dispatch &dispatch, uint64_t index, const std::string &message,
                size_t size = SIZE_MAX);
    // What the next outcome counts, and commits to (a zero head: to nothing).
    uint64_t results = 0;
    reeve_digest results_head{};
    // What the next outcomes say besides.
    enum reeve_effect effect = REEVE_EFFECT_DONE;
    enum reeve_reason reason = REEVE_REASON_UNSPECIFIED;
    // Committed to, and not in the next outcome: it came as chunks.
    std::string chunked_output;
    void checkpoint();
    void send(const std::vector<reeve_worker_frame> &frames);
    std::string encode(const std::vector<reeve_worker_frame> &frames);

    Gateway &gateway;
    uint64_t session = 0;
    std::vector<Offer> offers;
    std::string identity = "spiffe://d/worker";
    std::string tenant = "t";
    reeve_hello next{}; // what the next Hello says; changed by tests
    reeve_welcome welcome{};
    reeve_audit_chain chain{};
    reeve_key audit_key{};
    uint64_t limit_granted = 1000;
    uint64_t acked = 0;
    std::vector<std::string> cancelled;
    std::vector<uint64_t> recalled;                      // asked back, in order
    std::map<std::string, reeve_result_ack> result_acks; // newest, by job and attempt
    size_t countersigned = 0;

  private:
    void read();
    std::vector<Frame> inbox;
    bool welcomed = false;
    uint64_t heartbeats = 0;
};

// The manifest of the example tasks.
std::string manifest();
std::string register_request();
reeve_digest fingerprint_of(const std::string &task);
// A plan of `count` jobs of one task.
std::string submit_request(const std::string &task, size_t count = 1, const char *key = "",
                           uint64_t expires_in_ms = 0);
// Of this number; to be cleared.
reeve_key key_of(uint8_t number);

std::string encode(const reeve_message &type, const void *message);

// Decoded into memory that lives as long as the test.
void *decode(const reeve_message &type, const std::string &bytes);
template <typename T>
T *as(const reeve_message &type, const std::string &bytes)
{
    return static_cast<T *>(decode(type, bytes));
}

class CoreTest : public ::testing::Test
{
  protected:
    void SetUp() override;
    void TearDown() override;
    void register_tasks(const char *tenant = "t");
    reeve_v1_plan *submit(const std::string &task, size_t count = 1, const char *key = "");
    Reply approve(const reeve_v1_plan *plan, const char *identity = "spiffe://d/boss");
    reeve_v1_job *job(const ProtobufCBinaryData &id, const char *tenant = "t");
    reeve_v1_error_detail *error(const Reply &reply);

    static constexpr const char *counting = "demo.native.v1.Native/Count";
    static constexpr const char *echo = "demo.native.v1.Native/Echo";
    static constexpr const char *step = "demo.native.v1.Native/Step";
    static constexpr const char *ticket = "demo.crm.v1.Tickets/CreateTicket";

    std::string directory;
    std::unique_ptr<Gateway> gateway;
};

} // namespace reeve_test

#endif
