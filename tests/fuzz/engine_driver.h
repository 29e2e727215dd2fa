// SPDX-License-Identifier: Apache-2.0
// A worker's engine, driven as agent/main drives it: a journal in memory that remembers only what
// was synced, links, runners that end when they are told to, a clock. Nothing is believed of the
// gateway at the other end. What must hold all the same is looked at with every action:
//
//   P3  nothing starts that is not allowed, is over, or lacks its approval
//   P4  a task that is not idempotent starts behind a durable intent, each dispatch once, an
//       approval once; a job has one end; what leaves is in the journal, durably
//   P5  the records of the journal are one row, and what is missing in it is said to be missing
//   P7  memory, jobs, links and sends under way have bounds
//
// The tasks are those of the simulation (tests/sim/world.h).
#ifndef REEVE_TESTS_FUZZ_ENGINE_DRIVER_H
#define REEVE_TESTS_FUZZ_ENGINE_DRIVER_H

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/codec/batch.h"
#include "agent/core/engine.h"
#include "agent/trust/key.h"
#include "tests/fuzz/memory.h"
#include "tests/sim/world.h"

namespace reeve::fuzz
{

constexpr uint32_t kMaxInFlight = 6;
constexpr uint64_t kMaxInput = 4096;
constexpr uint64_t kMaxOutput = 96 * 1024;
constexpr size_t kLargeOutput = 70000; // fits no frame
constexpr uint32_t kMaxWorkerFrame = 128 * 1024;
// Of the engine, all of it: what its limits say, two messages, and its own tables.
constexpr uint64_t kMaxWorkerMemory = 3u << 20;
constexpr int64_t kSkewMs = 60000;

std::string Encode(const std::vector<reeve_gateway_frame> &frames);
std::string Encode(const std::vector<reeve_worker_frame> &frames);

class EngineDriver
{
  public:
    struct Run {
        std::string job;
        int kind = 0;
        uint32_t attempt = 0;
        std::string input;
        uint64_t emitted = 0;
        uint64_t released = 0;
        bool cancelled = false;
    };
    struct Link {
        bool up = false;
        bool sending = false;
        bool closed = false; // by the engine; it still has to be told that it is down
    };
    // A record of the journal, and what it says.
    struct Record {
        uint8_t type = 0;
        std::string bytes;
        std::string job;       // intents and outcomes
        uint64_t sequence = 0; // of the dispatch
        uint8_t status = 0;    // of an outcome
        uint8_t effect = 0;
        uint32_t attempt = 0;
        std::string audit; // an audit record's bytes
        uint64_t audit_sequence = 0;
    };

    EngineDriver(const char *identity, uint8_t number, const reeve_public_key &approver);
    ~EngineDriver();
    EngineDriver(const EngineDriver &) = delete;
    EngineDriver &operator=(const EngineDriver &) = delete;

    // ---- the process ----
    void Boot();
    void Crash(size_t keep); // forgets the engine, and the records behind the first `keep`

    // ---- events ----
    void Up(uint32_t link);
    void Message(uint32_t link, const std::string &bytes);
    void Sent(uint32_t link);
    void Down(uint32_t link, reeve_status status);
    void Leaving(uint32_t link);
    void Sync(uint64_t lsn, uint64_t free_bytes = UINT64_MAX);
    void SyncAll(); // what that brings about, too
    void FailJournal(reeve_status status);
    void Advance(uint64_t ms); // with a tick at each deadline
    void Drain(uint64_t within_ms);
    void Reload(bool allow_create);
    void Renew();
    void Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                uint32_t reason, size_t output);
    void Emit(reeve_job_handle handle, size_t length);
    void Progress(reeve_job_handle handle, uint64_t done, uint64_t total);

    reeve_engine_status Status() const;
    bool Running() const
    {
        return engine_ != nullptr && !exited;
    }
    reeve_id JournalId() const;
    // When nothing runs any more: whatever started behind an intent has its end in the journal.
    void CheckEnds() const;

    // Every message that leaves; may not call the driver.
    std::function<void(uint32_t link, const std::string &bytes)> on_send;
    // Approvals that are good, by job and attempt; NULL: not known here.
    const std::set<std::string> *approved = nullptr;

    reeve_now now = {100000, 1700000000000};
    std::map<uint32_t, Link> links;
    std::map<reeve_job_handle, Run> running;
    std::vector<Record> journal;
    uint64_t synced = 0;
    bool failed = false; // the journal
    bool exited = false;
    bool drains = false;
    bool allow_create = true;
    uint64_t started = 0;
    uint64_t sent_outcomes = 0;

  private:
    bool TryBoot();
    void MakePolicy();
    void Fire(const reeve_engine_event &event);
    void Drive();
    void Carry(reeve_engine_action &action);
    void OnAppend(const reeve_engine_action &action);
    void OnStart(const reeve_engine_start_job &start);
    void CheckBatch(const std::string &bytes);
    void CheckLeaves(reeve_bytes record, const char *what);
    void CheckBounds();
    void CheckJournal() const;

    std::string identity_;
    uint8_t number_;
    Memory memory_;
    reeve_random_seeded random_ = {};
    reeve_key audit_key_ = {};
    reeve_public_key approver_ = {};
    std::vector<reeve_policy *> policies_; // the newest last
    reeve_engine *engine_ = nullptr;
    std::set<reeve_job_handle> handles_; // of this process
    std::set<uint32_t> numbers_;         // links of this process
    // Of tasks that are not idempotent, over all processes: what started, by dispatch and by job.
    std::set<uint64_t> sequences_;
    std::map<std::string, std::vector<uint32_t>> approvals_used_;
    std::map<std::string, uint64_t> lsn_of_; // audit record: where it stands
    reeve_arena arena_;
};

} // namespace reeve::fuzz
#endif
