// SPDX-License-Identifier: Apache-2.0
// A process with reeve_engine, reeve_journal and reeve_spool on disks of its own, and its runners.
#ifndef REEVE_TESTS_SIM_WORKER_H
#define REEVE_TESTS_SIM_WORKER_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/codec/outcome_status.h"
#include "agent/core/engine.h"
#include "agent/journal/journal.h"
#include "agent/spool/spool.h"
#include "agent/trust/key.h"
#include "agent/trust/policy.h"
#include "tests/sim/alarm.h"
#include "tests/sim/rng.h"
#include "tests/sim/tasks.h"
#include "tests/support/memory_storage.h"

namespace reeve_sim
{

class Sim;

constexpr uint64_t kMaxResultsAhead = 6; // of a runner whose results nobody takes
constexpr uint64_t kMaxSpoolBytes = 12 * 4096;
constexpr uint32_t kBackoffCapMs = 1500;
constexpr uint64_t kFailedGraceMs = 1500; // what runs when the journal failed may go on so long

// A job in a runner's hands. The runner may outlive the engine's interest in it, and its effect
// may outlive the process.
struct Run {
    reeve_id job = {};
    int kind = kKinds;
    uint32_t attempt = 0;
    bool aware = false; // of cancels
    bool effect_done = false;
    bool cancelled = false;
    bool ends_well = true;
    uint64_t results = 0;
    uint64_t emitted = 0;
    uint64_t released = 0;
    uint64_t serial = 0; // of the execution, over all workers
};

class Worker
{
  public:
    Worker(Sim &sim, int number, const std::string &identity);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    void Start();
    // Power: what was not synced is lost as `how` says; else the process alone is gone.
    void Crash(reeve_crash how);
    void CrashInsideStorage(reeve_crash how); // at one of the next operations on the disk
    void BreakDisk(uint64_t ms);              // nothing can be written until it is mended
    void Drain(uint64_t within_ms);
    void Reload();
    void Rotate(); // its certificate: a second connection takes over
    void LoseDisk();
    void CopyDiskFrom(Worker &other);
    void Retire(); // for good
    void TakeSnapshot();
    void RollBack();
    void Fire(const reeve_engine_event &event);
    void LinkUp(uint32_t link);
    void LinkMessage(uint32_t link, const std::string &bytes);
    void LinkSent(uint32_t link);
    void LinkDown(uint32_t link, reeve_status status);
    void LinkLeaving(uint32_t link);
    reeve_now Now() const;
    std::string Name() const;
    reeve_engine_status Status() const;
    bool Quiet() const; // nothing runs and nothing waits for the gateway

    // Told to the ledger by whoever sees it first.
    struct Believed {
        uint64_t lease_base_ms = 0;
        uint64_t lease_ms = 0;
        uint64_t hello_ms = 0;
        std::map<uint64_t, uint64_t> beats; // sent, by sequence
        bool told_to_drain = false;         // by the gateway
        bool leaving = false;               // its peer goes away, and said so
    };

    Sim &sim;
    const int number;
    const std::string identity;
    reeve_memory_storage disk = {};
    reeve_memory_storage spool_disk = {};
    reeve_key audit_key = {};
    reeve_engine *engine = nullptr;
    reeve_journal *journal = nullptr;
    reeve_spool *spool = nullptr;
    bool up = false;
    bool exited_well = false;    // drained, and exited OK
    bool drained_before = false; // and so did the process before this one
    Worker *original = nullptr;  // of a copy
    bool retired = false;
    bool last_drain = false; // it is not started again
    uint64_t life = 0;       // counts processes
    int disks = 0;           // lost
    int64_t wall_offset_ms = 0;
    uint64_t boot_offset_ms = 0;
    uint64_t slow_sync_until = 0;
    bool power_cut_next = false;     // soon after the next start
    reeve_status failure = REEVE_OK; // of this process's journal
    std::set<uint32_t> open_links;
    uint32_t session_link = 0;          // where the newest Welcome came; 0: it ended
    bool dialled_since_welcome = false; // that is, another link stands beside it or did
    uint64_t spool_writes = 0;
    reeve_id journal_id = {};
    std::map<uint32_t, Believed> believed; // by link: two may stand side by side
    uint64_t epoch = 0;                    // of the last Welcome that came
    uint64_t durable_epoch = 0;
    bool nonce_pending = false; // a Hello was prepared since that epoch
    std::set<uint32_t> sending; // links with a send under way
    uint64_t synced_lsn = 0;
    uint64_t hello_lsn = 0;
    uint64_t epoch_lsn = 0;
    std::map<std::string, uint64_t> intents; // job and attempt: lsn
    std::map<uint64_t, uint64_t> records;    // audit sequence: lsn
    std::map<reeve_job_handle, Run> runs;
    struct Snapshot {
        bool taken = false;
        uint64_t at = 0;
        uint64_t epoch = 0;
        bool nonce_pending = false;
        reeve_id journal_id = {};
        std::map<std::string, std::string> files;
    } snapshot;

  private:
    friend class Sim;
    void OpenOrWait();
    void CutPowerNext();
    void CheckKept(const reeve_journal_stats &stat);
    bool Boot();
    void MakePolicy();
    reeve_engine_policy Policy() const;
    void Act();
    void Carry(reeve_engine_action &action);
    void OnAppend(uint8_t type, uint64_t lsn, reeve_bytes record);
    void OnStart(const reeve_engine_start_job &start);
    void OnCancel(reeve_job_handle handle);
    void PlanSync();
    void SyncStep();
    reeve_engine_event Failed(reeve_status status);
    void CheckFarewell(uint32_t link, uint32_t code);
    bool OpenSpool();
    void CarrySpool(reeve_engine_action &action);
    static void SpoolDone(void *ctx, reeve_status status, reeve_buffer *bytes);
    void Hear();
    void PlanTick();
    void RunEffect(reeve_job_handle handle);
    void RunEmit(reeve_job_handle handle);
    void RunEnd(reeve_job_handle handle);
    void Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                const std::string &output);
    void Stop(bool silently);
    void Later(uint64_t ms, std::function<void()> what); // void when this process is gone
    static reeve_status Head(void *ctx, const reeve_journal_segment *segment, reeve_buffer *out);
    static void Synced(void *ctx, uint64_t lsn, reeve_status status);
    static reeve_status Replay(void *ctx, const reeve_journal_record_view *record);
    std::map<std::string, std::string> Files();
    void PutFiles(const std::map<std::string, std::string> &files);

    reeve_policy *policy_ = nullptr;
    std::vector<reeve_policy *> old_policies_;
    std::unique_ptr<Rng> rng_;
    bool appended_ = false;
    bool exiting_ = false;
    reeve_status exit_status_ = REEVE_OK;
    reeve_status journal_status_ = REEVE_OK; // to be told
    bool sync_planned_ = false;
    uint64_t heard_lsn_ = 0;
    reeve_status heard_status_ = REEVE_OK;
    bool heard_ = false;
    uint64_t trimmed_ = 0;
    Alarm alarm_;
    bool draining_ = false;
    reeve_crash crash_how_ = REEVE_CRASH_KEEP_ALL;
};

} // namespace reeve_sim

#endif
