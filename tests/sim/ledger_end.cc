// SPDX-License-Identifier: Apache-2.0
//
// What must hold when all is over.
#include "agent/audit/verifier.h"
#include "agent/base/arena.h"
#include "agent/codec/audit_record.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

// An outcome that says NONE or DONE is true of the world.
void Ledger::CheckHonesty(JobFact &job)
{
    if (!Once(job.kind) || job.forgotten || !job.has_outcome || job.excused) {
        return;
    }
    if (!job.starts.empty() && WasForgotten(job.starts[0], false)) {
        return; // the store forgot that it was ever given out
    }
    if (!job.starts.empty() && Excused(job)) {
        excuses++; // what ran was forgotten, and ended as if it had not
        return;
    }
    for (const SettlementRow &settlement : settlements_) {
        if (settlement.job == job.id) {
            return; // a later word stands beside it
        }
    }
    if (job.outcome.effect == REEVE_EFFECT_NONE && job.effects > 0) {
        sim_.Fail("P4", "%s ended with effect NONE, and it had one", sim_.Short(job.id).c_str());
    }
    if (job.outcome.effect == REEVE_EFFECT_DONE && job.effects == 0) {
        sim_.Fail("P4", "%s ended with effect DONE, and it had none", sim_.Short(job.id).c_str());
    }
}

// P5: each chain is whole, from its first record; a hole is on record, with its exact bounds.
void Ledger::CheckChain(const Store::Chain &chain,
                        const std::set<std::pair<std::string, uint64_t>> &holes)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 26, 1u << 14);
    reeve_audit_chain follow;
    reeve_audit_chain_init(&follow, IdOf(chain.id));
    for (const Store::Chain::Record &r : chain.records) {
        reeve_audit_record record;
        if (reeve_audit_record_decode(View(r.bytes), &arena, &record) != REEVE_OK) {
            sim_.Fail("P5", "a stored record cannot be read");
            break;
        }
        const bool hole = r.sequence != follow.sequence + 1;
        if (hole && holes.count({chain.id, follow.sequence + 1}) != 0) {
            reeve_audit_chain_restore(&follow, IdOf(chain.id), record.sequence - 1,
                                      record.previous_hash, 0);
        }
        if (record.event == REEVE_AUDIT_GAP) {
            follow.last_unix_ms = 0; // a restored journal's clock may be another one
        }
        if (reeve_audit_chain_follow(&follow, View(r.bytes), &arena) != REEVE_OK) {
            sim_.Fail("P5", "the chain of %s breaks at record %llu", sim_.Short(chain.id).c_str(),
                      U(r.sequence));
            break;
        }
    }
    if (follow.sequence != chain.sequence ||
        (chain.sequence > 0 && Text(reeve_digest_view(&follow.head)) != chain.hash)) {
        sim_.Fail("P5", "the chain of %s ends at %llu, its head is %llu",
                  sim_.Short(chain.id).c_str(), U(follow.sequence), U(chain.sequence));
    }
    reeve_arena_clear(&arena);
}

void Ledger::Final()
{
    Store &store = sim_.gateway->store;
    due_ = true;
    AfterWrite();
    const std::map<std::string, int64_t> stored = store.Jobs();
    for (auto &[id, job] : facts_) {
        if (!job.forgotten && stored.count(id) == 0) {
            sim_.Fail("P4", "%s was accepted and is gone", sim_.Short(id).c_str());
        }
        CheckHonesty(job);
    }
    std::set<std::pair<std::string, uint64_t>> holes;
    const std::vector<Store::Chain> chains = store.Chains();
    for (const Store::Chain &chain : chains) {
        for (const Store::Chain::Record &r : chain.records) {
            reeve_arena arena;
            reeve_arena_init(&arena, nullptr, 1u << 20, 0);
            reeve_audit_record record;
            if (chain.own &&
                reeve_audit_record_decode(View(r.bytes), &arena, &record) == REEVE_OK &&
                record.event == REEVE_AUDIT_GAP) {
                holes.insert({Key(record.as.gap.journal_id), record.as.gap.from_sequence});
            }
            reeve_arena_clear(&arena);
        }
    }
    if (!holes.empty() && restores_.empty()) {
        sim_.Fail("P5", "a hole is on record, and no store was rolled back");
    }
    for (const Store::Chain &chain : chains) {
        CheckChain(chain, holes);
    }
    for (const auto &[journal, sequence] : acked_) {
        if (store.AuditSequence(IdOf(journal)) < sequence) {
            sim_.Fail("P4", "record %llu was acknowledged and is gone", U(sequence));
        }
    }
}

} // namespace reeve_sim
