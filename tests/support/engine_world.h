// SPDX-License-Identifier: Apache-2.0
//
// A world for the engine: a gateway that follows the contract, a journal in memory that can lose
// what is not synced, runners that finish when a test says so, and a clock. It carries out the
// engine's actions, writes down what happened as lines ("APPEND INTENT", "START
// demo.v1.Desk/Create", "SEND OUTCOME" …) and checks after every step what must always hold:
//
//   P4  a task that is not idempotent starts only behind a durable intent, and once a job;
//       an outcome is sent only when it is durable; frames after Welcome only behind a durable
//       epoch
//   P5  the records sent are one chain without holes; a checkpoint is never ahead of the disk
//       results come in order, each once, before the outcome that counts them, and that one only
//       when all of them are durable at the gateway
//   P7  one send in flight, batches within 64 KiB, a lease before each start, no result beyond the
//       limit, one operation of the spool at a time, and no more in it than it may hold
#ifndef REEVE_TESTS_SUPPORT_ENGINE_WORLD_H
#define REEVE_TESTS_SUPPORT_ENGINE_WORLD_H

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/audit/verifier.h"
#include "agent/codec/batch.h"
#include "agent/codec/journal_record.h"
#include "agent/core/engine.h"
#include "agent/trust/dsse.h"
#include "agent/trust/plan_cache.h"

inline constexpr char kApproved[] = "demo.v1.Desk/Approved"; // not idempotent, 1 approval
inline constexpr char kCreate[] = "demo.v1.Desk/Create";     // not idempotent
inline constexpr char kDenied[] = "demo.v1.Desk/Denied";     // not on the allowlist
inline constexpr char kGet[] = "demo.v1.Desk/Get";           // no side effects
inline constexpr char kPut[] = "demo.v1.Desk/Put";           // idempotent, 2 at once
inline constexpr char kStream[] = "demo.v1.Desk/Stream";     // server-streaming
inline constexpr char kTail[] = "demo.v1.Desk/Tail";         // server-streaming, not idempotent
inline constexpr char kUnconfigured[] = "demo.v1.Desk/Unconfigured"; // its system is missing

struct WorldOptions {
    uint64_t seed = 1;
    uint32_t max_in_flight = 16;
    uint32_t max_running = 0;
    uint32_t max_unsettled = 0;
    uint32_t max_replay_entries = 0;
    uint64_t max_memory_bytes = 0;
    uint64_t max_input_bytes = 0;
    uint32_t max_frame_bytes = 0;
    uint64_t max_spool_bytes = 0;
    uint32_t window_results = 0;
    uint64_t window_bytes = 0;
    const reeve_allocator *allocator = nullptr;
};

// One job as a test thinks of it; the fields are those of JobSpec and Dispatch.
struct WorldJob {
    std::string task = kCreate;
    std::string tenant = "acme";
    std::string pool = "desk";
    std::string input = "input";
    reeve_id job_id = {};
    reeve_id plan_id = {};
    reeve_id audience = {}; // not zero: this journal instead of the pool
    int64_t not_before = 0;
    int64_t not_after = 0;
    uint32_t attempt = 1;
    uint64_t sequence = 0; // 0: the gateway's next
    uint32_t priority = 0;
    uint64_t lease_ms = 0;
    uint64_t time_left_ms = 60000;
    bool wrong_fingerprint = false;
    bool older_fingerprint = false; // the one that kCreate accepts
    bool sign = false;
    std::string raw_spec; // instead of all of the above, when not empty

    std::string key() const
    {
        return std::string(reinterpret_cast<const char *>(job_id.bytes), sizeof job_id.bytes);
    }
};

struct WorldOutcome {
    std::string job;
    uint32_t attempt;
    uint64_t sequence;
    reeve_outcome_status status;
    reeve_effect effect;
    reeve_reason reason;
    std::string output;
    uint64_t audit_sequence;
    bool input_withheld; // an empty body stands beside its audit record
    uint64_t results;
    std::string fingerprint; // of its audit record
};

// What the gateway holds of one attempt's results.
struct WorldStream {
    std::vector<std::string> messages; // received, whole
    size_t durable = 0;                // of them
    std::string partial;               // the message that is coming in chunks
    size_t chunks = 0;                 // received in all
    size_t repeated = 0;
    uint64_t limit = 0;
};

struct WorldRecord {
    uint8_t type;
    uint64_t lsn;
    std::string bytes;
};

struct WorldRunning {
    std::string job;
    std::string task;
    std::string input;
    uint64_t deadline_ms;
    int cancelled = 0;     // enum reeve_cancel_why
    uint64_t released = 0; // results
    uint64_t released_bytes = 0;
    uint64_t max_output_bytes = 0;
};

// What the spool was asked for and has not answered.
struct WorldSpoolWork {
    reeve_engine_action_type type = REEVE_ACTION_SPOOL_WRITE;
    uint64_t stream = 0;
    uint64_t from = 0;
    uint64_t until = 0;
    uint64_t size = 0; // of what is to be read
    std::string bytes;
};

// What belongs to one link, while another is looked at: see EngineWorld::Other().
struct WorldSide {
    uint32_t link = 0;
    bool link_up = false;
    bool connect_asked = false;
    bool send_in_flight = false;
    bool welcomed = false;
    bool resume_done = false;
    bool fenced = false; // the gateway opened a newer epoch and looks at nothing here any more
    std::vector<reeve_resume_entry> resumed;
    reeve_audit_chain gw_received = {};
    uint64_t gw_granted = 0;
    uint64_t gw_given = 0;
    uint64_t beat_sequence = 0;
    uint64_t last_beat = 0;
    std::map<uint64_t, uint64_t> beat_sent_ms;
    uint64_t hello_ms = 0;
};

class EngineWorld
{
  public:
    explicit EngineWorld(const WorldOptions &options = {});
    ~EngineWorld();
    EngineWorld(const EngineWorld &) = delete;
    EngineWorld &operator=(const EngineWorld &) = delete;

    // ---- the process ----
    bool Boot(); // makes an engine, replays the journal, starts; false: memory was short
    void Crash(bool lose_unsynced = true); // forgets the engine; its runners die with it
    void Restart(bool lose_unsynced = true)
    {
        Crash(lose_unsynced);
        Boot();
    }

    // ---- events ----
    void Up();
    void Down(reeve_status status = REEVE_UNAVAILABLE);
    void Sync(uint64_t free_bytes = UINT64_MAX); // all that was appended is on disk
    void FailJournal(reeve_status status = REEVE_DISK_FULL);
    void Advance(uint64_t ms); // with a TICK at each deadline
    void Drain(uint64_t within_ms);
    void Tick();
    void Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                const std::string &output = "", reeve_reason reason = REEVE_REASON_UNSPECIFIED);
    void FinishAll();                                               // every running job succeeds
    void Emit(reeve_job_handle handle, const std::string &message); // a result
    void Message(const std::string &bytes);
    // The spool answers what it was asked; what it does when it fails is done in half.
    void SpoolDone(reeve_status status = REEVE_OK);
    void Configure(bool allow_create);
    void Renew();        // a new identity
    void DrainSession(); // the gateway's Drain
    void Leaving();      // the link's peer says GOAWAY

    // ---- two links ----
    // All fields and calls are about one link. Swaps it with the other one.
    void Other();
    bool HasOther() const
    {
        return other_.connect_asked;
    }
    // The link that is to take over gets as far as its Hello; it is the one looked at then.
    void NextSaysHello();
    bool Welcomed() const
    {
        return welcomed_;
    }
    void AnswerResumed(); // what the gateway holds of each running streaming job

    // ---- the gateway ----
    void Send(const reeve_gateway_frame &frame);
    void Welcome(const std::function<void(reeve_welcome &)> &change = nullptr);
    void Live(const std::function<void(reeve_welcome &)> &change = nullptr); // boot to LIVE
    void Reconnect();                                                        // BACKOFF to LIVE
    WorldJob Job(const std::string &task);
    std::string Spec(const WorldJob &job) const;
    void Dispatch(const WorldJob &job);
    WorldJob Give(const std::string &task); // Job() and Dispatch()
    void Ack();                             // everything received is durable at the gateway
    void Beat();                            // answers the worker's last heartbeat
    void AckResults(const WorldJob &job, size_t durable); // so many are durable at the gateway
    void AckResults();                                    // all results received are
    void Cancel(const WorldJob &job);
    void Retry(reeve_session_code code, uint64_t after_ms);
    std::string Encode(const reeve_gateway_frame &frame) const;

    // ---- what happened ----
    std::vector<std::string> Trace(); // since the last call
    reeve_engine_status Status() const;
    const WorldOutcome *OutcomeOf(const WorldJob &job) const;
    reeve_job_handle HandleOf(const WorldJob &job) const; // 0: not running
    size_t StartsOf(const WorldJob &job) const;
    size_t CountRecords(uint8_t type) const;
    std::string IntentFingerprint() const; // of the first intent in the journal
    std::vector<reeve_session_event_kind> SessionEvents() const; // in the journal
    uint64_t Credit() const; // dispatches that the gateway may still send
    WorldStream &StreamOf(const WorldJob &job);

    reeve_now now = {100000, 1700000000000};
    reeve_engine *engine = nullptr;
    uint32_t link = 0;
    bool link_up = false;
    bool connect_asked = false;
    bool exited = false;
    reeve_status exit_status = REEVE_OK;
    uint32_t backoff_cap_ms = 0; // of the configuration
    bool auto_sent = true;       // LINK_SENT follows each SEND at once
    bool send_in_flight = false;
    bool auto_spool = true; // the spool answers at once
    bool spool_asked = false;
    WorldSpoolWork spool_work;
    std::map<std::pair<uint64_t, uint64_t>, std::string> spool; // by stream and number
    size_t spool_writes = 0;
    size_t spool_reads = 0;
    uint64_t spool_most_bytes = 0;
    int closed_code = -1; // of the last CLOSE
    uint32_t closed_link = 0;
    std::vector<WorldRecord> journal;
    size_t synced = 0; // records on disk
    std::map<reeve_job_handle, WorldRunning> running;
    std::vector<WorldOutcome> outcomes;                  // received, in order
    std::map<std::string, std::vector<uint64_t>> starts; // job -> sequences
    std::vector<reeve_resume_entry> resumed;             // of this session
    reeve_hello hello = {};
    std::map<std::string, std::vector<std::string>> accepted; // older fingerprints, by task
    std::vector<uint64_t> recalled;
    uint64_t heartbeats = 0;
    std::map<reeve_engine_note, int> notes;

    // What the gateway holds.
    uint64_t gw_epoch = 0;
    uint64_t gw_sequence = 0;
    uint64_t gw_granted = 0;
    uint64_t gw_given = 0;
    reeve_id gw_id = {{7}};
    uint32_t gw_interval_ms = 1000;
    uint32_t gw_lease_ms = 5000;
    uint32_t gw_max_frame = 4u << 20;
    uint64_t gw_result_window = 4;
    uint64_t gw_max_result = 1u << 20;
    uint64_t gw_max_job_results = 0;
    uint64_t gw_max_job_result_bytes = 0;
    std::map<std::pair<std::string, uint32_t>, WorldStream> streams; // by job and attempt
    std::map<std::string, std::string> unary;                        // outputs that came in chunks
    bool gw_rolled_back = false;
    reeve_audit_chain gw_received = {}; // this session
    reeve_audit_chain gw_durable = {};
    uint64_t gw_checkpoint = 0;

  private:
    void Fire(const reeve_engine_event &event);
    void Drive();
    void Carry(reeve_engine_action &action);
    void OnAppend(const reeve_engine_action &action);
    void OnSpool(reeve_engine_action &action);
    uint64_t SpoolBytes() const;
    void OnStart(const reeve_engine_start_job &start);
    void OnSend(reeve_engine_action &action);
    void OnFrame(const reeve_worker_frame &frame);
    void OnHello(const reeve_hello &frame);
    void OnLink(uint32_t number, const std::function<void()> &run);
    void Supersede();
    void OnOutcome(const reeve_outcome &outcome);
    void OnChunk(const reeve_result_chunk &chunk);
    void CheckResults(const reeve_outcome &outcome);
    void SendResultAck(const std::string &job, uint32_t attempt);
    void OnAudit(const reeve_audit_batch &audit);
    uint64_t TakeEntry(const reeve_audit_entry &entry);
    void OnCheckpoint(const reeve_signed_checkpoint &checkpoint);
    bool IsDurable(uint8_t type, const std::function<bool(const reeve_journal_record &)> &match);
    void Line(const std::string &line);
    void MakePolicy(bool allow_create);
    void FreePolicy();

    WorldOptions options_;
    reeve_random_seeded random_;
    reeve_random_seeded gateway_random_;
    reeve_arena arena_;
    std::deque<std::string> kept_; // bytes that decoded frames point into
    reeve_policy *policy_ = nullptr;
    std::vector<reeve_policy *> old_policies_;
    reeve_key audit_key_;
    reeve_key approver_;
    reeve_key gateway_key_;
    std::vector<reeve_task> tasks_;
    std::vector<const reeve_task *> pointers_;
    reeve_task_table table_ = {};
    std::vector<uint8_t> unconfigured_;
    reeve_id journal_id_ = {{1, 2, 3}};
    std::vector<std::string> trace_;
    WorldSide other_;
    bool welcomed_ = false;
    bool resume_done_ = false;
    bool fenced_ = false;
    bool in_spool_ = false;
    uint64_t beat_sequence_ = 0;
    uint64_t last_beat_ = 0;
    std::map<uint64_t, uint64_t> beat_sent_ms_;
    uint64_t lease_base_ms_ = 0;
    uint64_t hello_ms_ = 0;
};

#endif
