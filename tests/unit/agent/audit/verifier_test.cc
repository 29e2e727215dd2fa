// SPDX-License-Identifier: Apache-2.0
// Reading a chain: whatever is changed, the verifier names the record and the fault (P5).
#include "agent/audit/verifier.h"

#include "tests/support/alloc_sweep.h"
#include "tests/unit/agent/audit/trail.h"

TEST(Verifier, UnbrokenChainWithHeads)
{
    Trail trail, gateway;
    trail.Make(20);
    Reader reader(trail);
    reader.options.has_gateway_key = true;
    reader.options.gateway_key = gateway.key.public_key;
    ASSERT_EQ(reader.Read(trail.entries), REEVE_OK);
    std::string head = trail.Head();
    reeve_signed s;
    ASSERT_EQ(reeve_audit_checkpoint_sign(&trail.key, View(head), &s), REEVE_OK);
    reeve_signed_checkpoint checkpoint = {View(head), true, reeve_signed_view(&s)};
    EXPECT_EQ(reeve_audit_verifier_checkpoint(&reader.v, &checkpoint), REEVE_OK);
    reeve_signed c;
    ASSERT_EQ(reeve_audit_countersign(&gateway.key, View(head), &c), REEVE_OK);
    reeve_countersignature countersignature = {View(head), true, reeve_signed_view(&c)};
    EXPECT_EQ(reeve_audit_verifier_countersignature(&reader.v, &countersignature), REEVE_OK);
    EXPECT_EQ(reader.v.checkpointed, 21u);
    EXPECT_EQ(reader.v.countersigned, 21u);
}

// P5, as `audit verify` keeps it: one changed bit anywhere in a record, and that record is named.
TEST(Verifier, EveryFlippedBitNamesTheExactRecord)
{
    Trail trail;
    trail.Make(6);
    std::string head = trail.Head();
    reeve_signed s;
    ASSERT_EQ(reeve_audit_checkpoint_sign(&trail.key, View(head), &s), REEVE_OK);
    reeve_signed_checkpoint checkpoint = {View(head), true, reeve_signed_view(&s)};
    for (size_t n = 0; n < trail.entries.size(); n++) {
        for (size_t bit = 0; bit < trail.entries[n].record.size() * 8; bit++) {
            std::vector<Stored> changed = trail.entries;
            char &byte = changed[n].record[bit / 8];
            byte = static_cast<char>(byte ^ (1 << (bit % 8)));
            Reader reader(trail);
            reader.options.has_audit_key = true;
            reader.options.audit_key = trail.key.public_key;
            enum reeve_status status = reader.Read(changed, &checkpoint);
            if (status == REEVE_OK) { // the last one: only the signed head can tell
                status = reeve_audit_verifier_checkpoint(&reader.v, &checkpoint);
            }
            ASSERT_EQ(status, REEVE_CHAIN_BROKEN) << "record " << n + 1 << " bit " << bit;
            ASSERT_EQ(reader.v.altered_sequence, n + 1)
                << "bit " << bit << ": " << reeve_audit_fault_name(reader.v.fault);
        }
    }
}

TEST(Verifier, MissingDoubledAndSwappedRecords)
{
    Trail trail;
    trail.Make(6);
    Reader reader(trail);
    std::vector<Stored> entries = trail.entries;
    entries.erase(entries.begin() + 3);
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_SEQUENCE);
    EXPECT_EQ(reader.v.fault_sequence, 4u);
    entries = trail.entries;
    entries.insert(entries.begin() + 3, entries[2]);
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_SEQUENCE);
    entries = trail.entries;
    std::swap(entries[4], entries[5]);
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault_sequence, 5u);
    entries = trail.entries;
    entries.erase(entries.begin());
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault_sequence, 1u);
}

TEST(Verifier, StaysBroken)
{
    Trail trail;
    trail.Make(2);
    Reader reader(trail);
    std::vector<Stored> entries = trail.entries;
    entries[1].record[0] = static_cast<char>(entries[1].record[0] ^ 1);
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    reeve_audit_entry entry = trail.entries[1].Entry();
    EXPECT_EQ(reeve_audit_verifier_entry(&reader.v, &entry, nullptr, &reader.arena, nullptr),
              REEVE_STATE);
}

TEST(Verifier, BodiesMustMatchTheirCommitments)
{
    Trail trail;
    trail.Make(3);
    Reader reader(trail);
    std::vector<Stored> entries = trail.entries;
    entries[2].input[0] = 'X';
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_INPUT_BODY);
    EXPECT_EQ(reader.v.fault_sequence, 3u);
    entries = trail.entries;
    entries[3].output.push_back(' ');
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_OUTPUT_BODY);
    EXPECT_EQ(reader.v.fault_sequence, 4u);
    entries = trail.entries;
    entries[1].input_salt.bytes[3]++;
    EXPECT_EQ(reader.Read(entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_INPUT_BODY);
    for (Stored &stored : entries = trail.entries) {
        stored.bodies = false;
    }
    EXPECT_EQ(reader.Read(entries), REEVE_OK) << "bodies may be erased";
}

TEST(Verifier, BodiesFromElsewhereAreTheCompleteMessages)
{
    Trail trail;
    trail.Make(1);
    for (bool right : {true, false}) {
        Reader reader(trail);
        ASSERT_EQ(reader.Read({trail.entries[0]}), REEVE_OK);
        reeve_audit_entry entry = trail.entries[1].Entry();
        entry.input_body = entry.output_body = reeve_bytes_of(nullptr, 0);
        std::string output = right ? "secretoutput 0" : "output 0";
        reeve_audit_bodies bodies = {View(trail.entries[1].input), View(output)};
        EXPECT_EQ(reeve_audit_verifier_entry(&reader.v, &entry, &bodies, &reader.arena, nullptr),
                  right ? REEVE_OK : REEVE_CHAIN_BROKEN);
        entry.has_input_salt = false;
        Reader other(trail);
        ASSERT_EQ(other.Read({trail.entries[0]}), REEVE_OK);
        EXPECT_EQ(reeve_audit_verifier_entry(&other.v, &entry, &bodies, &other.arena, nullptr),
                  REEVE_CHAIN_BROKEN);
        EXPECT_EQ(other.v.fault, REEVE_AUDIT_FAULT_SALT);
    }
}

TEST(Verifier, OpeningComesFirstAndOnce)
{
    Trail without;
    without.Job("a", "b");
    Reader reader(without);
    EXPECT_EQ(reader.Read(without.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_NOT_OPENED);
    Trail twice;
    twice.Make(1);
    twice.Open();
    Reader second(twice);
    EXPECT_EQ(second.Read(twice.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(second.v.fault, REEVE_AUDIT_FAULT_NOT_OPENED);
    EXPECT_EQ(second.v.fault_sequence, 3u);
}

TEST(Verifier, AnotherJournalKeyOrIntroduction)
{
    Trail trail, other;
    trail.Make(1);
    Reader journal(trail);
    journal.options.from.journal_id.bytes[0] = 8;
    EXPECT_EQ(journal.Read(trail.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(journal.v.fault, REEVE_AUDIT_FAULT_JOURNAL);
    journal.options.any_journal = true;
    EXPECT_EQ(journal.Read(trail.entries), REEVE_OK);
    Reader key(trail);
    key.options.has_audit_key = true;
    key.options.audit_key = other.key.public_key;
    EXPECT_EQ(key.Read(trail.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(key.v.fault, REEVE_AUDIT_FAULT_AUDIT_KEY);
    Reader introduction(trail);
    introduction.options.require_introduction = true;
    EXPECT_EQ(introduction.Read(trail.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(introduction.v.fault, REEVE_AUDIT_FAULT_INTRODUCTION);
}

// P5: every gap is an explicit record.
TEST(Verifier, GapMustMakeSense)
{
    Trail trail;
    trail.Open();
    reeve_audit_record record = {};
    record.event = REEVE_AUDIT_GAP;
    record.as.gap.from_sequence = 5;
    record.as.gap.to_sequence = 9;
    trail.Append(&record, Stored());
    EXPECT_EQ(Reader(trail).Read(trail.entries), REEVE_OK);
    record.as.gap.to_sequence = 4;
    trail.Append(&record, Stored());
    Reader reader(trail);
    EXPECT_EQ(reader.Read(trail.entries), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_GAP);
}

TEST(Verifier, ContinuesBehindAKnownRecord)
{
    Trail trail;
    trail.Make(3);
    reeve_audit_chain known = trail.chain;
    trail.Job("more", "more");
    Reader reader(trail);
    reader.options.from = known;
    EXPECT_EQ(reader.Read({trail.entries.back()}), REEVE_OK);
    EXPECT_EQ(reader.v.chain.sequence, 5u);
}

namespace
{

enum reeve_audit_fault CheckpointFault(Trail &trail, const std::string &head,
                                       const reeve_key &signer)
{
    Reader reader(trail);
    EXPECT_EQ(reader.Read(trail.entries), REEVE_OK);
    reeve_signed s;
    EXPECT_EQ(reeve_audit_checkpoint_sign(&signer, View(head), &s), REEVE_OK);
    reeve_signed_checkpoint checkpoint = {View(head), true, reeve_signed_view(&s)};
    EXPECT_EQ(reeve_audit_verifier_checkpoint(&reader.v, &checkpoint), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault_sequence, trail.chain.sequence);
    return reader.v.fault;
}

} // namespace

TEST(Verifier, BadCheckpoints)
{
    Trail trail, other;
    trail.Make(3);
    std::string old = trail.Head();
    trail.Job("x", "y");
    EXPECT_EQ(CheckpointFault(trail, old, trail.key), REEVE_AUDIT_FAULT_CHECKPOINT_HEAD);
    EXPECT_EQ(CheckpointFault(trail, trail.Head(), other.key), REEVE_AUDIT_FAULT_CHECKPOINT_KEY);
    EXPECT_EQ(CheckpointFault(trail, "xyz", trail.key), REEVE_AUDIT_FAULT_CHECKPOINT_MALFORMED);
}

TEST(Verifier, CheckpointAndCountersignatureAreDifferentWords)
{
    Trail trail;
    trail.Make(1);
    std::string head = trail.Head();
    reeve_signed s;
    ASSERT_EQ(reeve_audit_countersign(&trail.key, View(head), &s), REEVE_OK);
    reeve_signed_checkpoint checkpoint = {View(head), true, reeve_signed_view(&s)};
    Reader reader(trail);
    ASSERT_EQ(reader.Read(trail.entries), REEVE_OK);
    EXPECT_EQ(reeve_audit_verifier_checkpoint(&reader.v, &checkpoint), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_CHECKPOINT_SIGNATURE);
}

TEST(Verifier, CheckpointBehindTheLastRecord)
{
    Trail trail;
    trail.Make(3);
    std::string head = trail.Head();
    reeve_digest hash = trail.chain.head;
    reeve_signed s;
    ASSERT_EQ(reeve_audit_checkpoint_sign(&trail.key, View(head), &s), REEVE_OK);
    reeve_signed_checkpoint checkpoint = {View(head), true, reeve_signed_view(&s)};
    Reader early(trail);
    ASSERT_EQ(early.Read({trail.entries[0], trail.entries[1]}), REEVE_OK);
    EXPECT_EQ(reeve_audit_verifier_checkpoint_behind(&early.v, &checkpoint, hash), REEVE_SEQUENCE);
    trail.Job("x", "y");
    Reader reader(trail);
    ASSERT_EQ(reader.Read(trail.entries), REEVE_OK);
    EXPECT_EQ(reeve_audit_verifier_checkpoint_behind(&reader.v, &checkpoint, hash), REEVE_OK);
    EXPECT_EQ(reader.v.checkpointed, 4u);
    hash.bytes[0]++;
    EXPECT_EQ(reeve_audit_verifier_checkpoint_behind(&reader.v, &checkpoint, hash),
              REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reader.v.fault, REEVE_AUDIT_FAULT_CHECKPOINT_HEAD);
}

TEST(Verifier, CheckpointBeforeTheKeyIsKnown)
{
    Trail trail;
    trail.Make(1);
    std::string head = trail.Head();
    reeve_signed_checkpoint checkpoint = {};
    Reader reader(trail);
    reeve_audit_verifier_init(&reader.v, &reader.options);
    EXPECT_EQ(reeve_audit_verifier_checkpoint(&reader.v, &checkpoint), REEVE_STATE);
    reeve_countersignature countersignature = {};
    EXPECT_EQ(reeve_audit_verifier_countersignature(&reader.v, &countersignature), REEVE_NOT_FOUND);
}
