// SPDX-License-Identifier: Apache-2.0
//
// What the audit chain costs, in processor time. Three engines take turns: one without the chain
// (no salts from the system's generator, no commitments, no record, no hash, no signature of
// checkpoints), one with it, and one with it whose other end checks each record as the gateway's
// core does (order, hash, commitments). The differences are the worker's and the gateway's part.
// What is left out is left out at link time, in this program only (--wrap, see CMakeLists.txt); no
// library knows of it. The gateway's row for each record is not in it.
//
//   worker_ns      for each job
//   gateway_ns     for each job
//   both_ns        together
//   engine_ns      one job in the engine with the chain, the other end included
#include "agent/audit/chain.h"
#include "agent/audit/commitment.h"
#include "agent/audit/head.h"
#include "agent/audit/verifier.h"
#include "tests/bench/support/bench.h"
#include "tests/bench/support/engine_worker.h"

namespace
{
bool audited = true;
} // namespace

// Names that the linker gives.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
struct reeve_commitment __real_reeve_audit_commit(struct reeve_id salt, struct reeve_bytes complete,
                                                  struct reeve_bytes body);
enum reeve_status __real_reeve_audit_chain_append(struct reeve_audit_chain *chain,
                                                  struct reeve_audit_record *record,
                                                  int64_t now_unix_ms, struct reeve_buffer *out);
enum reeve_status __real_reeve_audit_checkpoint_sign(const struct reeve_key *audit_key,
                                                     struct reeve_bytes checkpoint,
                                                     struct reeve_signed *out);
enum reeve_status
__real_reeve_audit_countersignature_verify(const struct reeve_countersignature *countersignature,
                                           const struct reeve_public_key *gateway_key,
                                           struct reeve_checkpoint *out);

struct reeve_commitment __wrap_reeve_audit_commit(struct reeve_id salt, struct reeve_bytes complete,
                                                  struct reeve_bytes body);
struct reeve_commitment __wrap_reeve_audit_commit(struct reeve_id salt, struct reeve_bytes complete,
                                                  struct reeve_bytes body)
{
    return audited ? __real_reeve_audit_commit(salt, complete, body) : reeve_commitment{};
}

enum reeve_status __wrap_reeve_audit_chain_append(struct reeve_audit_chain *chain,
                                                  struct reeve_audit_record *record,
                                                  int64_t now_unix_ms, struct reeve_buffer *out);
enum reeve_status __wrap_reeve_audit_chain_append(struct reeve_audit_chain *chain,
                                                  struct reeve_audit_record *record,
                                                  int64_t now_unix_ms, struct reeve_buffer *out)
{
    if (audited) {
        return __real_reeve_audit_chain_append(chain, record, now_unix_ms, out);
    }
    chain->sequence++; // places in the chain are how outcomes are acknowledged
    chain->last_unix_ms = now_unix_ms;
    return reeve_buffer_append_cstr(out, "-"); // no outcome is without one
}

enum reeve_status __wrap_reeve_audit_checkpoint_sign(const struct reeve_key *audit_key,
                                                     struct reeve_bytes checkpoint,
                                                     struct reeve_signed *out);
enum reeve_status __wrap_reeve_audit_checkpoint_sign(const struct reeve_key *audit_key,
                                                     struct reeve_bytes checkpoint,
                                                     struct reeve_signed *out)
{
    if (audited) {
        return __real_reeve_audit_checkpoint_sign(audit_key, checkpoint, out);
    }
    *out = {};
    return REEVE_OK;
}

enum reeve_status
__wrap_reeve_audit_countersignature_verify(const struct reeve_countersignature *countersignature,
                                           const struct reeve_public_key *gateway_key,
                                           struct reeve_checkpoint *out);
enum reeve_status
__wrap_reeve_audit_countersignature_verify(const struct reeve_countersignature *countersignature,
                                           const struct reeve_public_key *gateway_key,
                                           struct reeve_checkpoint *out)
{
    return audited ? __real_reeve_audit_countersignature_verify(countersignature, gateway_key, out)
                   : reeve_checkpoint_decode(countersignature->checkpoint, out);
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace
{

using namespace reeve::bench;

constexpr int kTurns = 16;

// One engine, and what a job of it took.
class Side
{
  public:
    Side(const std::string &task, bool with)
        : with_(with), handout_(find_task(task), input_of(task, 16)),
          worker_(options(task), &handout_, &log_)
    {
        audited = with_;
        worker_.connect();
    }
    void run(double seconds)
    {
        audited = with_;
        const uint64_t ended = handout_.ended();
        const uint64_t before = thread_cpu_ns();
        worker_.run(seconds);
        ns_ += thread_cpu_ns() - before;
        jobs_ += handout_.ended() - ended;
    }
    double ns() const
    {
        if (jobs_ == 0) {
            fail("the engine stands still");
        }
        return static_cast<double>(ns_) / static_cast<double>(jobs_);
    }
    Handout &handout()
    {
        return handout_;
    }
    struct reeve_public_key audit_key() const
    {
        return worker_.audit_key();
    }

  private:
    EngineOptions options(const std::string &task)
    {
        EngineOptions o;
        o.task = task;
        reeve_random_seed(&seeded_, 1);
        o.random = with_ ? nullptr : &seeded_.random;
        return o;
    }
    bool with_;
    struct reeve_random_seeded seeded_;
    Handout handout_;
    NoLog log_;
    EngineWorker worker_;
    uint64_t ns_ = 0;
    uint64_t jobs_ = 0;
};

// The gateway's part: checks each record when it comes.
class Checker
{
  public:
    explicit Checker(Side *side) : audit_key_(side->audit_key())
    {
        reeve_arena_init(&arena_, nullptr, size_t{16} << 20, size_t{1} << 16);
        side->handout().on_entry = [this](const struct reeve_audit_entry &entry,
                                          struct reeve_bytes output) { check(entry, output); };
    }
    ~Checker()
    {
        reeve_arena_clear(&arena_);
    }
    Checker(const Checker &) = delete;
    Checker &operator=(const Checker &) = delete;

  private:
    void check(const struct reeve_audit_entry &entry, struct reeve_bytes output)
    {
        const struct reeve_audit_bodies bodies = {{}, output};
        struct reeve_audit_record record;
        reeve_arena_reset(&arena_);
        if (!began_) {
            begin_at(entry);
        }
        must(reeve_audit_verifier_entry(&verifier_, &entry, &bodies, &arena_, &record),
             "check a record");
    }
    // The chain was opened before anybody listened: it is taken up from here.
    void begin_at(const struct reeve_audit_entry &entry)
    {
        struct reeve_audit_record record;
        struct reeve_audit_verifier_options o = {};
        must(reeve_audit_record_decode(entry.record, &arena_, &record), "read a record");
        o.has_audit_key = true;
        o.audit_key = audit_key_;
        reeve_audit_chain_restore(&o.from, record.journal_id, record.sequence - 1,
                                  record.previous_hash, 0);
        reeve_audit_verifier_init(&verifier_, &o);
        began_ = true;
    }
    struct reeve_public_key audit_key_;
    struct reeve_audit_verifier verifier_;
    struct reeve_arena arena_;
    bool began_ = false;
};

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv,
                              {{"task", "demo.native.v1.Native/Echo"}, {"seconds", "2"}});
    const std::string &task = arguments["task"];
    const double slice = arguments.seconds("seconds") / 3 / kTurns;
    Side without(task, false);
    Side with(task, true);
    Side checked(task, true);
    const Checker checker(&checked);
    for (int i = 0; i < kTurns; i++) {
        without.run(slice);
        with.run(slice);
        checked.run(slice);
    }
    const double worker_ns = with.ns() - without.ns();
    const double gateway_ns = checked.ns() - with.ns();
    Json json;
    json.add("bench", "audit_cost").add("task", task).add("engine_ns", with.ns());
    json.add("worker_ns", worker_ns).add("gateway_ns", gateway_ns);
    json.add("both_ns", worker_ns + gateway_ns);
    json.print();
    return 0;
}
