// SPDX-License-Identifier: Apache-2.0
// What really happened, and the invariants P3 to P7 that it must not contradict.
#ifndef REEVE_TESTS_SIM_LEDGER_H
#define REEVE_TESTS_SIM_LEDGER_H

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/codec/frame.h"
#include "agent/core/engine.h"
#include "gateway-stub/store/store.h"
#include "tests/sim/store.h"
#include "tests/sim/tasks.h"

namespace reeve_sim
{

class Sim;
class Worker;
struct Run;

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
    bool HadLosses() const; // disks, journals or stores may be lost, rolled back or copied
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
        std::map<uint64_t, uint64_t> beats; // when each came to the gateway
        // What the worker's lease counts from, at the latest: the Hello that was welcomed, or the
        // newest heartbeat that was answered.
        uint64_t leased_from = 0;
        std::string journal;
        int worker = 0;
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
        uint64_t since; // its lease counts from here; its grace is longer
    };
    struct Kept { // with the gateway's snapshot
        std::map<std::string, std::pair<bool, OutcomeRow>> outcomes;
        std::map<std::string, std::string> assigned;
        std::map<std::string, uint64_t> epochs;
        std::map<std::string, uint64_t> sequences;
        std::map<std::string, std::string> nonces;
        std::set<std::string> readmitted;
        std::vector<SettlementRow> settlements;
    };
    bool WasCopied(const StartFact &start);
    bool WasForgotten(const StartFact &start, bool and_away);
    bool Excused(const JobFact &job);
    void CheckStartAgain(JobFact &job, const StartFact &start);
    void CheckFrame(Worker &worker, uint32_t link, const reeve_worker_frame &frame);
    void TakeFrame(const Worker &worker, uint64_t conn, const reeve_worker_frame &frame);
    void ResumeDone(Session &session);
    void Left(const Session &session);
    void CheckEntry(Worker &worker, const reeve_audit_entry &entry, const char *what);
    void CheckFrame(uint64_t conn, const reeve_gateway_frame &frame);
    void OnWelcome(Session &session, const reeve_welcome &welcome);
    void OnDispatch(Session &session, const reeve_dispatch &dispatch);
    void TakeFrame(Worker &worker, uint32_t link, const reeve_gateway_frame &frame);
    void OnSession(const reeve_store_open_session &opened);
    void NewOutcome(JobFact &job);
    void CheckResults(const JobFact &job);
    void CheckHonesty(JobFact &job);
    void CheckChain(const Store::Chain &chain,
                    const std::set<std::pair<std::string, uint64_t>> &holes);

    Sim &sim_;
    std::map<std::string, JobFact> facts_;
    std::map<uint64_t, Session> sessions_; // by connection
    std::vector<Copy> copies_;
    std::map<std::string, Given> given_;
    std::map<std::string, Away> away_;            // by journal
    std::set<std::string> approved_;              // plans
    std::map<std::string, std::string> assigned_; // job: journal, as stored
    std::map<std::string, uint64_t> epochs_;      // journal: newest
    std::map<std::string, std::string> nonces_;   // of the Hello that it was opened for
    std::set<std::string> readmitted_next_;       // journals whose next Hello may quote anything
    std::map<std::string, uint64_t> welcomed_;    // journal: newest that it was told
    std::map<std::string, uint64_t> readmitted_;  // journal: when last
    std::map<std::string, uint64_t> sequences_;   // journal: highest that was given out
    struct Restore {                              // of the store, to the moment of a snapshot
        uint64_t to;
        uint64_t at;
        // Who came since, as far as the store knows, and when: by journal and worker, as a copy of
        // a journal does not know what its original did.
        std::map<std::pair<std::string, int>, uint64_t> welcomed;
    };
    std::vector<Restore> restores_;
    std::map<std::string, std::set<uint32_t>> never_;
    // Journal: audit sequence that this store acknowledged; what was on its way when the store was
    // restored is not its word any more.
    std::map<std::string, uint64_t> promised_;
    std::map<std::string, uint64_t> acked_; // journal: audit sequence that it knows to be stored
    std::vector<SettlementRow> settlements_;
    Kept kept_;
    bool due_ = false;
};

} // namespace reeve_sim

#endif
