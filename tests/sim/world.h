// SPDX-License-Identifier: Apache-2.0
//
// The simulated world: real cores, real journals, a real store, and everything else made up from
// one seed. docs/simulation.md says what is modelled and what is not.
//
//   Sim sim(options)         one world of one seed
//   sim.Run()                faults for a while, then none until every job has ended
//   sim.failure()            the invariant that broke, or empty
//
// What is in it
//
//   Sim         time, the queue of what happens next, randomness, the trace and its hash
//   Worker      a process with reeve_engine and reeve_journal on a disk of its own, and runners
//   Gateway     a process with reeve_gateway on a Store
//   Store       the SQLite store's own transitions, carried out one batch at a time, in memory
//   Network     connections that delay, cut, swallow and forge
//   Operator    submits, approves, cancels, resolves, readmits; tries again what got no answer
//   Faults      what goes wrong, when
//   Ledger      what really happened, and the invariants P3 to P7 that it must not contradict
//
// Nothing in here reads a clock, an address or the order of a hash table: the same seed gives the
// same trace, bit for bit. A step is one event; each event drives one process until it has nothing
// more to do, as its real driver would, and then the invariants are looked at.
#ifndef REEVE_TESTS_SIM_WORLD_H
#define REEVE_TESTS_SIM_WORLD_H

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/codec/frame.h"
#include "agent/codec/outcome_status.h"
#include "agent/core/engine.h"
#include "agent/journal/journal.h"
#include "agent/spool/spool.h"
#include "agent/trust/key.h"
#include "agent/trust/policy.h"
#include "gateway-stub/core/gateway.h"
#include "gateway-stub/store/store.h"
#include "tests/support/memory_storage.h"

struct reeve_sqlite_context;

namespace reeve_sim
{

// ---- what can go wrong. X(name, text) ----

#define REEVE_SIM_FAULTS(X)                                                                        \
    X(kDisconnect, "disconnect")                                                                   \
    X(kCut, "cut inside a batch")                                                                  \
    X(kHalfOpen, "half-open link")                                                                 \
    X(kPartition, "partition")                                                                     \
    X(kSlowLink, "slow link")                                                                      \
    X(kSlowReader, "slow reader")                                                                  \
    X(kGoaway, "GOAWAY")                                                                           \
    X(kWorkerKilled, "worker killed")                                                              \
    X(kWorkerPower, "worker power cut")                                                            \
    X(kWorkerTorn, "worker power cut, torn writes")                                                \
    X(kWorkerDrains, "worker drains")                                                              \
    X(kGatewayKilled, "gateway killed")                                                            \
    X(kGatewayDrains, "gateway drains")                                                            \
    X(kSyncSlow, "slow fsync")                                                                     \
    X(kSyncFails, "failing write or fsync")                                                        \
    X(kDiskFull, "worker's disk full")                                                             \
    X(kDiskBroken, "worker's disk fails for good")                                                 \
    X(kSpoolFails, "spool full or failing")                                                        \
    X(kStoreFails, "store full or failing")                                                        \
    X(kStoreSlow, "slow store")                                                                    \
    X(kClockJump, "wall clock jumps")                                                              \
    X(kReload, "configuration reloaded")                                                           \
    X(kForge, "forged dispatch")                                                                   \
    X(kDiskLost, "worker's disk lost")                                                             \
    X(kJournalBack, "journal rolled back")                                                         \
    X(kJournalCopied, "journal copied to a second worker")                                         \
    X(kStoreBack, "store rolled back")

enum Fault {
#define X(name, text) name,
    REEVE_SIM_FAULTS(X)
#undef X
        kFaults
};
const char *FaultText(int fault);

// A kind of world: which faults it knows, and what it may therefore not excuse.
struct Profile {
    const char *name;
    uint32_t faults; // bits 1 << Fault
};
const Profile &ProfileOf(uint64_t seed);

struct Options {
    uint64_t seed = 1;
    bool trace = false; // keep the lines, for printing
};

// ---- tasks ----

enum Kind { kApproved, kCreate, kDenied, kGet, kPut, kStream, kTail, kKinds };
struct TaskInfo {
    const char *name;
    reeve_idempotency idempotency;
    bool streams;
    bool approved;
    uint32_t max_in_flight;
};
const TaskInfo &Task(int kind);
bool Once(int kind);          // not idempotent: started once at most
int KindOf(reeve_bytes task); // kKinds: none of them

// ---- time and randomness ----

class Rng
{
  public:
    explicit Rng(uint64_t seed);
    Rng(const Rng &) = delete;
    Rng &operator=(const Rng &) = delete;
    uint64_t Below(uint64_t below); // [0, below)
    uint64_t Between(uint64_t from, uint64_t to);
    bool OneIn(uint64_t n);
    bool Percent(uint64_t p);
    const reeve_random *random() const;

  private:
    reeve_random_seeded state_;
};

class Sim;
class Worker;

constexpr uint64_t kMaxResultsAhead = 6; // of a runner whose results nobody takes
constexpr uint64_t kMaxSpoolBytes = 12 * 4096;
constexpr uint64_t kFailedGraceMs = 1500; // what runs when the journal failed may go on so long

// When a process is to be woken: one moment at a time, and the newest counts.
class Alarm
{
  public:
    // To `deadline_ms` of a clock that shows `boot_ms` now; false: there is nothing to plan.
    bool Move(uint64_t deadline_ms, uint64_t boot_ms, uint64_t now_ms);
    bool Rings(uint64_t version); // false: another moment was set since
    void Clear()
    {
        at = UINT64_MAX;
    }
    uint64_t at = UINT64_MAX;
    uint64_t version = 0;
};

// ---- network ----

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

// ---- worker ----

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
    bool Boot();
    void MakePolicy();
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

// ---- gateway ----

struct OutcomeRow {
    uint8_t status = 0;
    uint8_t effect = 0;
    uint32_t reason = 0;
    uint32_t attempt = 0;
    uint64_t results = 0;
    std::string output;
    bool operator==(const OutcomeRow &o) const
    {
        return status == o.status && effect == o.effect && reason == o.reason &&
               attempt == o.attempt && results == o.results && output == o.output;
    }
};

struct SettlementRow {
    std::string job;
    uint8_t status;
    uint8_t effect;
    std::string source;
};

// The SQLite store's own transitions on a database in memory: no thread, no file.
class Store
{
  public:
    Store();
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;
    void Open(const reeve_store_sealer &sealer, const reeve_random *random);
    void Load(const std::string &image); // instead of what is there; then Open
    std::string Image() const;
    void Write(reeve_list *batch);
    void Read(reeve_list *batch);
    // What is stored, for the ledger.
    std::map<std::string, OutcomeRow> Outcomes();
    std::vector<SettlementRow> Settlements();
    std::map<std::string, int64_t> Jobs(); // id: not_after
    uint64_t MiscountedPlans(); // that count other jobs as open than those without an end
    std::map<uint64_t, std::string> Results(const std::string &job, uint32_t attempt);
    uint64_t AuditSequence(const reeve_id &chain);
    struct Chain {
        std::string id;
        bool own;
        uint64_t sequence;
        std::string hash;
        struct Record {
            uint64_t sequence;
            std::string bytes;
        };
        std::vector<Record> records;
    };
    std::vector<Chain> Chains();

  private:
    std::unique_ptr<reeve_sqlite_context> context_;
    std::string image_; // to be opened
};

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

// ---- operator ----

class Operator
{
  public:
    explicit Operator(Sim &sim) : sim_(sim)
    {
    }
    void Begin();

  private:
    struct Plan {
        std::string request;
        std::string id;
        std::string statement;
        bool approve = false;
    };
    std::string MakeRequest(size_t number, bool *approve);
    void Submit(size_t plan);
    void Submitted(size_t plan, int code, const std::string &bytes);
    void Approve(size_t plan);
    void CancelSome();
    void ResolveSome();
    void Watch();
    void Readmit(const reeve_id &journal_id);

    Sim &sim_;
    std::vector<Plan> plans_;
    std::vector<std::string> jobs_; // confirmed
    std::set<std::string> readmitting_;
};

// ---- faults ----

class Faults
{
  public:
    explicit Faults(Sim &sim) : sim_(sim)
    {
    }
    void Begin();
    void Plan();
    uint64_t counts[kFaults] = {};

  private:
    void One();
    bool Do(int fault);
    bool DoNetwork(int fault);
    bool DoWorker(int fault, Worker &worker);
    bool DoGateway(int fault);
    Sim &sim_;
};

// ---- what really happened ----

struct StartFact {
    uint64_t at;
    uint32_t attempt;
    int worker;
    uint64_t life;
    std::string journal;
    uint64_t epoch;
};

struct JobFact {
    std::string id;
    int kind = kKinds;
    std::string plan;
    int64_t not_after = 0;
    uint64_t stored_at = 0;
    bool confirmed = false;    // the submit was answered
    bool forgotten = false;    // the store was rolled back to before it
    bool cancel_asked = false; // by an operator, or with its plan
    bool forged = false;       // a dispatch of it was replaced on its way
    bool excused = false;      // see Ledger::Excused()
    uint64_t effects = 0;
    std::vector<StartFact> starts;
    // What each execution emitted, by attempt.
    std::map<uint32_t, std::map<uint64_t, std::vector<std::string>>> emitted;
    bool has_outcome = false;
    OutcomeRow outcome;
};

// Invariants. Every check names the promise that it holds (docs/simulation.md lists them).
class Ledger
{
  public:
    explicit Ledger(Sim &sim) : sim_(sim)
    {
    }
    // From the store.
    void Stored(const reeve_store_request &request);
    void AfterWrite();
    void SnapshotTaken();
    void Restored();
    // From the wire. `sent`: leaving; else arriving. `at` is the side's own name of the connection:
    // a worker's link where it leaves or arrives there, else the connection's id.
    void WorkerFrames(Worker &worker, uint64_t at, const std::string &bytes, bool sent);
    void GatewayFrames(Worker *worker, uint64_t at, const std::string &bytes, bool sent);
    void SessionClosed(uint64_t conn, const char *code); // NULL: the transport said so
    void GatewayDied();
    // From a worker.
    void Started(Worker &worker, const reeve_engine_start_job &start);
    void Effect(const Run &run, const std::string &where);
    void Emitted(const Run &run, const std::string &message);
    void Noted(Worker &worker, const reeve_engine_note_fields &note);
    void Step(Worker &worker);
    void Spooled(const Worker &worker);
    void Copied(const reeve_id &journal_id, uint64_t epoch, bool nonce_pending, uint64_t at);
    // From the operator and the forger.
    void Confirmed(const std::vector<std::string> &jobs);
    void CancelAsked(const std::string &job);
    void Never(const std::string &job, uint32_t attempt); // this attempt must not start
    JobFact *Find(const std::string &id);
    // Something of this journal that a forger can repeat; NULL: nothing.
    const JobFact *RanOn(const std::string &journal, bool approved);
    std::vector<std::string> Unknown();
    std::vector<std::string> Open(); // stored, not ended
    bool AllEnded();
    void Final();

    uint64_t jobs = 0, effects = 0, outcomes = 0, excuses = 0, dispatches = 0, sessions = 0;
    uint64_t unknown = 0, settled = 0;

  private:
    struct Session {
        uint64_t granted = 0;
        uint64_t dispatched = 0;
        bool resume_done = false;
        uint64_t epoch = 0;
        uint64_t heard = 0; // anything, at the gateway
        std::string journal;
        std::set<std::string> resumed;
    };
    struct Copy {
        std::string journal;
        uint64_t epoch;
        bool nonce_pending;
        uint64_t at;
        uint64_t used;
    };
    struct Given { // what the gateway gave out last of a job
        std::string journal;
        uint64_t sequence;
        uint64_t life; // of the gateway
    };
    struct Away {
        uint64_t since; // it was last heard; its grace ends later than that
    };
    struct Kept { // with the gateway's snapshot
        std::map<std::string, std::pair<bool, OutcomeRow>> outcomes;
        std::map<std::string, std::string> assigned;
        std::map<std::string, uint64_t> epochs;
        std::map<std::string, uint64_t> sequences;
        std::vector<SettlementRow> settlements;
    };
    bool Excused(const JobFact &job);
    void CheckStartAgain(JobFact &job, const Worker &worker);
    void CheckFrame(Worker &worker, uint32_t link, const reeve_worker_frame &frame);
    void TakeFrame(uint64_t conn, const reeve_worker_frame &frame);
    void ResumeDone(Session &session);
    void Left(const Session &session);
    void CheckEntry(Worker &worker, const reeve_audit_entry &entry, const char *what);
    void CheckFrame(uint64_t conn, const reeve_gateway_frame &frame);
    void OnWelcome(Session &session, const reeve_welcome &welcome);
    void OnDispatch(Session &session, const reeve_dispatch &dispatch);
    void TakeFrame(Worker &worker, uint32_t link, const reeve_gateway_frame &frame);
    void NewOutcome(JobFact &job);
    void CheckResults(const JobFact &job);
    void CheckHonesty(JobFact &job);
    void CheckChain(const Store::Chain &chain,
                    const std::set<std::pair<std::string, uint64_t>> &holes);
    bool HadLosses() const;

    Sim &sim_;
    std::map<std::string, JobFact> facts_;
    std::map<uint64_t, Session> sessions_; // by connection
    std::vector<Copy> copies_;
    std::map<std::string, Given> given_;
    std::map<std::string, Away> away_;            // by journal
    std::set<std::string> approved_;              // plans
    std::map<std::string, std::string> assigned_; // job: journal, as stored
    std::map<std::string, uint64_t> epochs_;      // journal: newest
    std::map<std::string, uint64_t> welcomed_;    // journal: newest that it was told
    std::map<std::string, uint64_t> readmitted_;  // journal: when last
    std::map<std::string, uint64_t> sequences_;   // journal: highest that was given out
    std::set<std::string> welcomed_since_restore_;
    std::map<std::string, std::set<uint32_t>> never_;
    std::map<std::string, uint64_t> acked_; // journal: audit sequence that it knows to be stored
    std::vector<SettlementRow> settlements_;
    Kept kept_;
    bool restored_ = false;
    bool due_ = false;
};

// ---- the world ----

class Sim
{
  public:
    explicit Sim(const Options &options);
    ~Sim();
    Sim(const Sim &) = delete;
    Sim &operator=(const Sim &) = delete;
    void Run();

    void At(uint64_t at, std::function<void()> what);
    void In(uint64_t ms, std::function<void()> what)
    {
        At(now_ms + ms, std::move(what));
    }
    // Writes a line into the trace. The hash takes every line, printed or not.
    void Trace(const char *format, ...) __attribute__((format(printf, 2, 3)));
    // The first one stops the world. `promise` is "P4" or the like.
    void Fail(const char *promise, const char *format, ...) __attribute__((format(printf, 3, 4)));
    bool Knows(int fault) const
    {
        return (profile.faults & (1u << fault)) != 0;
    }
    bool Calm() const // no more faults
    {
        return now_ms >= calm_at;
    }
    const std::string &failure() const
    {
        return failure_;
    }
    const std::string &promise() const
    {
        return promise_;
    }
    uint64_t hash() const
    {
        return hash_;
    }
    const std::vector<std::string> &lines() const
    {
        return lines_;
    }
    std::string Short(const std::string &id); // "job3": a name that people can follow

    const Options options;
    const Profile &profile;
    Rng rng;
    uint64_t now_ms = 0;
    uint64_t steps = 0;
    uint64_t calm_at = 0;
    uint64_t executions = 0;
    bool forced = false; // some drain came to its deadline: what ran then may end UNKNOWN
    Network network;
    Ledger ledger;
    Faults faults;
    Operator operators;
    std::unique_ptr<GatewayNode> gateway;
    std::vector<std::unique_ptr<Worker>> workers;

  private:
    struct Event {
        uint64_t at;
        uint64_t order;
        std::function<void()> what;
    };
    struct Later {
        bool operator()(const Event &a, const Event &b) const
        {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };
    bool Step();
    void CalmDown();
    void DrainAll();

    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    uint64_t order_ = 0;
    uint64_t hash_ = 0xcbf29ce484222325u;
    std::vector<std::string> lines_;
    std::map<std::string, std::string> names_;
    std::string failure_;
    std::string promise_;
};

// Times of every world, in milliseconds.
constexpr uint64_t kHeartbeatMs = 400;
constexpr uint64_t kLeaseMs = 1200;
constexpr uint64_t kGraceMs = 2500;
constexpr uint64_t kLostAfterMs = 12000;
constexpr uint64_t kExpiryMs = 20000;
constexpr int64_t kUnixMs = 1700000000000;

constexpr unsigned long long U(uint64_t n) // for %llu
{
    return n;
}
std::string Text(reeve_bytes bytes);
std::string Key(const reeve_id &id);
reeve_bytes View(const std::string &text);
reeve_id IdOf(const std::string &key);
reeve_digest FingerprintOf(int kind);
const reeve_task_table &Tasks();
const std::string &ManifestBytes();
std::string RegisterRequest();
const std::string &EmptyStore(); // the image of a store where the tasks are registered

} // namespace reeve_sim

#endif
