// SPDX-License-Identifier: Apache-2.0
// A worker that does whatever it likes, against the gateway's core on its real store, beside an
// honest worker of the same tenant that must not feel it (P3, P4, P5, P7). Both are real engines
// (engine_driver.h); what the bad one says is changed on its way: fields, bytes, order, repeated,
// left out, made up. The input says how, and what else happens: time, a slow or full store, a
// gateway that restarts, an operator who cancels.
//
//   - the honest worker's session stands, and its jobs end as they ended there
//   - nothing of another pool is dispatched to the bad one
//   - an outcome never changes; every job has its one end in time
//   - the stored chains follow record by record
//   - memory and sends under way have bounds; when all is over it is given back
#include "agent/audit/chain.h"
#include "tests/fuzz/gateway_world.h"

namespace reeve::fuzz
{

namespace
{

constexpr size_t kMaxSteps = 120;

} // namespace

// Somebody with the bad one's certificate, and no engine: one message that may be anything.
void GatewayWorld::Stranger()
{
    const uint64_t session = Open(nullptr, 0);
    for (uint64_t i = 1 + in_.Below(3); i > 0; i--) {
        Deliver(session, in_.Bytes(in_.Below(80)));
    }
    Pump();
    if (sessions_.count(session) != 0) {
        Close(session);
    }
}

void GatewayWorld::Step()
{
    static const uint64_t times[] = {1, 200, 400, 800, 1400, 2000, 3200, 4000};
    const uint64_t kind = in_.Below(20);
    if (kind < 4) { // what is said next is changed
        tampers_ = true;
        tamper_in_ = in_.Below(6);
    } else if (kind < 7) {
        Advance(times[in_.Below(8)]);
    } else if (kind < 10) {
        Runners(bad_, kind == 9);
    } else if (kind == 10) {
        Submit(in_.Below(3) == 2 ? kGoodPool : kBadPool,
               std::vector<int>(1 + in_.Below(3),
                                static_cast<int>(reeve_sim::kCreate + in_.Below(6))));
    } else if (kind == 11) {
        Stranger();
    } else if (kind == 12 && !bad_.sessions.empty()) {
        Close(bad_.sessions.begin()->second);
    } else if (kind == 13) {
        Trace("the bad worker crashes");
        for (const auto &entry : std::map<uint32_t, uint64_t>(bad_.sessions)) {
            Close(entry.second);
        }
        bad_.sent.clear();
        bad_.worker.Crash(in_.Flag() ? bad_.worker.journal.size() : bad_.worker.synced);
        bad_.worker.Boot();
    } else if (kind == 14) {
        hold_store_ = !hold_store_;
        excused_ = true; // who waits for the store may be sent away
    } else if (kind == 15) {
        fail_store_ = 1 + in_.Below(4);
    } else if (kind == 16) {
        Trace("the gateway restarts");
        excused_ = true;
        hold_store_ = false;
        fail_store_ = 0;
        Stop();
        good_.sent.clear();
        bad_.sent.clear();
        Start();
    } else if (kind == 17) {
        Interfere();
    } else if (kind == 18) {
        bad_.worker.Renew();
    } else {
        CheckOutcomes();
    }
    Pump();
}

// ---- what must hold ----

void GatewayWorld::CheckOutcomes()
{
    std::map<std::string, reeve_sim::OutcomeRow> stored = store_.Outcomes();
    for (const auto &[job, row] : outcomes_) {
        Require(stored.count(job) == 1, "P4: an outcome is gone");
        Require(stored[job] == row, "P4: an outcome changed");
    }
    outcomes_ = std::move(stored);
}

void GatewayWorld::CheckChain(const reeve_sim::Store::Chain &chain)
{
    reeve_audit_chain follow;
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 24, 1u << 14);
    reeve_audit_chain_init(&follow, reeve_sim::IdOf(chain.id));
    for (const reeve_sim::Store::Chain::Record &r : chain.records) {
        Require(reeve_audit_chain_follow(&follow, View(r.bytes), &arena) == REEVE_OK,
                "P5: a stored chain breaks", std::to_string(r.sequence));
    }
    Require(follow.sequence == chain.sequence, "P5: a stored chain's length");
    reeve_arena_clear(&arena);
}

// Nobody changes anything any more, and time goes on.
void GatewayWorld::End()
{
    tampers_ = false;
    hold_store_ = false;
    fail_store_ = 0;
    for (uint64_t ms = 0; ms < kExpiryMs + 2 * kLostAfterMs; ms += kSliceMs) {
        Runners(bad_);
        Advance(kSliceMs);
        if (reeve_gateway_count(core_).jobs == 0) {
            break;
        }
    }
    CheckOutcomes();
    for (const auto &[job, pool] : pools_) {
        Require(outcomes_.count(job) == 1, "P5: a job without an end", pool);
        const reeve_sim::OutcomeRow &row = outcomes_[job];
        if (pool == kGoodPool && kinds_[job] != reeve_sim::kDenied && !excused_ && !cancels_ &&
            !WasShort()) {
            Require(row.status == REEVE_OUTCOME_SUCCEEDED && row.attempt == 1,
                    "P4: an honest job's end is not the one it had");
            Require(row.output == OutputOf(kinds_[job]), "P4: an honest job's output");
            Require(row.results == (reeve_sim::Task(kinds_[job]).streams ? 3 : 0), "P4: results");
        }
    }
    for (const reeve_sim::Store::Chain &chain : store_.Chains()) {
        CheckChain(chain);
    }
    const reeve_gateway_counts counts = reeve_gateway_count(core_);
    Require(counts.jobs == 0 && counts.calls == 0, "P5: something is still open");
    Require(memory_.bytes() <= kMaxIdleMemory, "P7: memory, when all is over",
            std::to_string(memory_.bytes()));
    good_.worker.CheckEnds();
}

void GatewayWorld::Run()
{
    Pump();
    Submit(kGoodPool, {reeve_sim::kCreate, reeve_sim::kPut, reeve_sim::kTail});
    Submit(kBadPool, {reeve_sim::kCreate, reeve_sim::kGet, reeve_sim::kStream, reeve_sim::kTail});
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        Step();
    }
    End();
}

} // namespace reeve::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return reeve::fuzz::Play<reeve::fuzz::GatewayWorld>(data, size);
}
