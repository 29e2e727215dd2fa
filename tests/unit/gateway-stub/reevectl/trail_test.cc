// SPDX-License-Identifier: Apache-2.0
// P5: an export that was changed in any byte, or cut anywhere, does not verify, and the record is
// named.
#include "gateway-stub/reevectl/trail.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "agent/audit/chain.h"
#include "agent/audit/commitment.h"
#include "agent/audit/head.h"
#include "agent/audit/introduction.h"
#include "agent/base/time.h"
#include "creds/identity/identity.h"
#include "tests/support/bytes.h"
#include "tests/support/test_pki.h"

namespace
{

using reeve::test::TempDir;
using reeve::test::TestPki;

constexpr char kIdentity[] = "spiffe://test.reeve/worker/one";

using reeve::test::Text;
using reeve::test::View;

std::string Take(reeve_buffer *b)
{
    std::string text = Text(reeve_buffer_view(b));
    reeve_buffer_clear(b);
    return text;
}

ProtobufCBinaryData Binary(const std::string &s)
{
    return {s.size(), reinterpret_cast<uint8_t *>(const_cast<char *>(s.data()))};
}

char *Cstr(const std::string &s)
{
    return const_cast<char *>(s.c_str());
}

// Which item of the file a byte belongs to, and what is to be said of it.
struct Place {
    enum Kind { HEAD, ENTRY, CHECKPOINT, END } kind;
    size_t from; // in the file, with its length
    size_t to;
    std::string journal;
    uint64_t sequence;
};

// Writes chains as an export does.
class Export
{
  public:
    Export()
    {
        char name[] = "/tmp/reevectl-trail-XXXXXX";
        fd_ = mkstemp(name);
        EXPECT_GE(fd_, 0);
        (void)unlink(name);
        reeve_trail_writer_init(&writer_, fd_);
    }
    ~Export()
    {
        reeve_trail_writer_clear(&writer_);
        (void)close(fd_);
    }
    Export(const Export &) = delete;

    void Write(const reeve_v1_export_audit_response &item, Place place)
    {
        place.from = Size();
        ASSERT_EQ(reeve_trail_write(&writer_, &item), REEVE_OK);
        place.to = Size();
        places.push_back(place);
    }
    std::string Finish()
    {
        const size_t from = Size();
        EXPECT_EQ(reeve_trail_finish(&writer_), REEVE_OK);
        places.push_back({Place::END, from, Size(), "", 0});
        std::string all(Size(), '\0');
        EXPECT_EQ(pread(fd_, all.data(), all.size(), 0), static_cast<ssize_t>(all.size()));
        return all;
    }
    std::vector<Place> places;

  private:
    int fd_ = -1;
    reeve_trail_writer writer_;
    size_t Size() const
    {
        return static_cast<size_t>(lseek(fd_, 0, SEEK_END));
    }
};

struct Stored {
    std::string record, hash, input, output, input_salt, output_salt;
    bool bodies = false;
};

class Chain
{
  public:
    Chain(uint8_t id, const std::string &identity) : identity_(identity)
    {
        reeve_id journal = {};
        journal.bytes[0] = id;
        journal_.assign(reinterpret_cast<char *>(journal.bytes), 16);
        reeve_key_init(&key);
        EXPECT_EQ(reeve_key_generate(&key, reeve_random_system()), REEVE_OK);
        reeve_audit_chain_init(&chain, journal);
    }
    ~Chain()
    {
        reeve_key_clear(&key);
    }
    Chain(const Chain &) = delete;

    void Open(const reeve_identity *identity)
    {
        uint8_t bytes[REEVE_AUDIT_INTRODUCTION_BYTES];
        reeve_buffer signature;
        reeve_audit_record record = {};
        record.event = REEVE_AUDIT_CHAIN_OPENED;
        reeve_chain_opened *opened = &record.as.chain_opened;
        opened->audit_public_key = key.public_key;
        opened->build = reeve_bytes_cstr("test");
        reeve_buffer_init(&signature, nullptr, 4096);
        if (identity != nullptr) {
            reeve_audit_introduction_bytes(chain.journal_id, &key.public_key, bytes);
            ASSERT_EQ(
                reeve_identity_sign(identity, reeve_bytes_of(bytes, sizeof(bytes)), &signature),
                REEVE_OK);
            opened->identity = View(identity_);
            opened->identity_signature = reeve_buffer_view(&signature);
            opened->identity_scheme = reeve_bytes_cstr(reeve_identity_scheme(identity));
            opened->identity_certificate = reeve_identity_leaf_der(identity);
        }
        Append(&record, Stored());
        reeve_buffer_clear(&signature);
    }
    void Job(const std::string &input, const std::string &output, bool with_bodies)
    {
        Stored stored;
        const reeve_id in_salt = reeve_random_id(reeve_random_system());
        const reeve_id out_salt = reeve_random_id(reeve_random_system());
        reeve_audit_record record = {};
        record.event = REEVE_AUDIT_JOB_ENDED;
        reeve_job_ended *ended = &record.as.job_ended;
        ended->job_id = reeve_random_id(reeve_random_system());
        ended->plan_id = reeve_random_id(reeve_random_system());
        ended->task = reeve_bytes_cstr("demo.crm.v1.Tickets/CreateTicket");
        ended->has_input = ended->has_output = true;
        ended->input = reeve_audit_commit(in_salt, View(input), View(input));
        ended->output = reeve_audit_commit(out_salt, View("secret" + output), View(output));
        ended->status = REEVE_OUTCOME_SUCCEEDED;
        ended->effect = REEVE_EFFECT_DONE;
        stored.bodies = with_bodies;
        stored.input = input;
        stored.output = output;
        stored.input_salt = Text(reeve_id_view(&in_salt));
        stored.output_salt = Text(reeve_id_view(&out_salt));
        Append(&record, stored);
    }
    void Lost(reeve_id journal, uint64_t from, uint64_t to)
    {
        reeve_audit_record record = {};
        record.event = REEVE_AUDIT_GAP;
        record.as.gap.from_sequence = from;
        record.as.gap.to_sequence = to;
        record.as.gap.code = reeve_bytes_cstr("STORE_ROLLED_BACK");
        record.as.gap.has_journal_id = true;
        record.as.gap.journal_id = journal;
        Append(&record, Stored());
    }
    // `behind`: the checkpoint is over that many records fewer than there are; `left_out`: records
    // that are not written.
    void Write(Export *file, const reeve_key *gateway_key,
               const std::map<uint64_t, bool> &left_out = {})
    {
        WriteHead(file);
        for (size_t i = 0; i < entries.size(); i++) {
            if (left_out.count(i + 1) == 0) {
                WriteEntry(file, i);
            }
        }
        if (!checkpoint_.empty()) {
            WriteCheckpoint(file, gateway_key);
        }
    }
    // Over what there is now.
    void Sign()
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 4096);
        ASSERT_EQ(reeve_audit_checkpoint_make(&chain, now, &out), REEVE_OK);
        checkpoint_ = Take(&out);
    }
    reeve_key key;
    reeve_audit_chain chain;
    std::vector<Stored> entries;
    int64_t now = 1'700'000'000'000;

    // Records are hashed and linked again from `from` on, as a forger without the key would.
    void Reforge(size_t from, const std::string &record)
    {
        entries[from].record = record;
        const reeve_digest hash = reeve_audit_record_hash(View(record));
        entries[from].hash = Text(reeve_digest_view(&hash));
    }

  private:
    std::string identity_, journal_, checkpoint_;

    void Append(reeve_audit_record *record, Stored stored)
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        now += 10;
        ASSERT_EQ(reeve_audit_chain_append(&chain, record, now, &out), REEVE_OK);
        stored.record = Take(&out);
        stored.hash = Text(reeve_digest_view(&chain.head));
        entries.push_back(stored);
    }
    void WriteHead(Export *file)
    {
        reeve_v1_chain_head head;
        reeve_v1_export_audit_response item;
        reeve_v1_chain_head_init(&head);
        reeve_v1_export_audit_response_init(&item);
        const std::string key_bytes(reinterpret_cast<char *>(key.public_key.bytes), 32);
        const std::string hash = Text(reeve_digest_view(&chain.head));
        head.journal_id = Binary(journal_);
        head.identity = Cstr(identity_);
        head.audit_public_key = Binary(key_bytes);
        head.last_sequence = chain.sequence;
        head.last_hash = Binary(hash);
        item.item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN;
        item.chain = &head;
        file->Write(item, {Place::HEAD, 0, 0, journal_, 0});
    }
    void WriteEntry(Export *file, size_t i)
    {
        const Stored &from = entries[i];
        reeve_v1_audit_entry entry;
        reeve_v1_stored_audit stored;
        reeve_v1_export_audit_response item;
        reeve_v1_audit_entry_init(&entry);
        reeve_v1_stored_audit_init(&stored);
        reeve_v1_export_audit_response_init(&item);
        entry.record = Binary(from.record);
        entry.input_salt = Binary(from.input_salt);
        entry.output_salt = Binary(from.output_salt);
        entry.has_input_body = entry.has_output_body = from.bodies;
        entry.input_body = Binary(from.input);
        entry.output_body = Binary(from.output);
        stored.entry = &entry;
        stored.hash = Binary(from.hash);
        stored.received_unix_ms = now;
        stored.identity = Cstr(identity_);
        item.item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY;
        item.entry = &stored;
        file->Write(item, {Place::ENTRY, 0, 0, journal_, i + 1});
    }
    void WriteCheckpoint(Export *file, const reeve_key *gateway_key)
    {
        reeve_signed own, counter;
        reeve_v1_signature own_signature, counter_signature;
        reeve_v1_signed_checkpoint signed_checkpoint;
        reeve_v1_countersignature countersignature;
        reeve_v1_stored_checkpoint stored;
        reeve_v1_export_audit_response item;
        ASSERT_EQ(reeve_audit_checkpoint_sign(&key, View(checkpoint_), &own), REEVE_OK);
        ASSERT_EQ(reeve_audit_countersign(gateway_key, View(checkpoint_), &counter), REEVE_OK);
        reeve_v1_signature_init(&own_signature);
        reeve_v1_signature_init(&counter_signature);
        reeve_v1_signed_checkpoint_init(&signed_checkpoint);
        reeve_v1_countersignature_init(&countersignature);
        reeve_v1_stored_checkpoint_init(&stored);
        reeve_v1_export_audit_response_init(&item);
        own_signature.key_id = own.key_id;
        own_signature.signature = {sizeof(own.signature), own.signature};
        counter_signature.key_id = counter.key_id;
        counter_signature.signature = {sizeof(counter.signature), counter.signature};
        signed_checkpoint.checkpoint = countersignature.checkpoint = Binary(checkpoint_);
        signed_checkpoint.signature = &own_signature;
        countersignature.signature = &counter_signature;
        stored.checkpoint = &signed_checkpoint;
        stored.countersignature = &countersignature;
        item.item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHECKPOINT;
        item.checkpoint = &stored;
        file->Write(item, {Place::CHECKPOINT, 0, 0, journal_, chain.sequence});
    }
};

// A worker's chain and the gateway's own, which comes behind it.
class TrailTest : public ::testing::Test
{
  protected:
    TrailTest() : worker(7, kIdentity), own(9, "")
    {
        reeve_arena_init(&arena, nullptr, size_t{1} << 30, 0);
        const TempDir::Files files = dir.write_credential("worker", pki.worker(kIdentity));
        const reeve_identity_files paths = {files.certificate.c_str(), files.key.c_str()};
        const reeve_now now = reeve_now_read();
        EXPECT_EQ(reeve_identity_new(&paths, &now, &identity, nullptr), REEVE_OK);
        worker.Open(identity);
        own.Open(nullptr);
    }
    ~TrailTest() override
    {
        reeve_identity_free(identity);
        reeve_arena_clear(&arena);
    }
    std::string File()
    {
        worker.Job("input 1", "output 1", true);
        worker.Job("input 2", "output 2", false);
        worker.Sign();
        worker.Job("input 3", "", true); /* behind the checkpoint */
        own.Job("input 4", "output 4", false);
        own.Sign();
        worker.Write(&file, &own.key);
        own.Write(&file, &own.key);
        return file.Finish();
    }
    reeve_trail_verdict Verify(const std::string &bytes)
    {
        reeve_trail_verdict verdict;
        reeve_arena_reset(&arena);
        EXPECT_EQ(reeve_trail_verify(View(bytes), nullptr, &arena, &verdict), REEVE_OK);
        return verdict;
    }
    TestPki pki;
    TempDir dir;
    reeve_identity *identity = nullptr;
    Chain worker, own;
    Export file;
    reeve_arena arena;
};

TEST_F(TrailTest, P5AnUnchangedTrailIsUnbroken)
{
    const std::string bytes = File();
    const reeve_trail_verdict verdict = Verify(bytes);
    ASSERT_TRUE(verdict.unbroken) << verdict.what;
    EXPECT_EQ(verdict.records, 6u);
    ASSERT_NE(verdict.chains, nullptr);
    EXPECT_STREQ(verdict.chains->identity, kIdentity);
    EXPECT_EQ(verdict.chains->records, 4u);
    EXPECT_EQ(verdict.chains->signed_through, 3u);
    EXPECT_EQ(verdict.chains->countersigned_through, 3u);
    EXPECT_STREQ(verdict.chains->next->identity, "");
    EXPECT_EQ(verdict.chains->next->countersigned_through, 2u);
}

// Every bit position is hit in turn; the record named is the one that holds the byte.
TEST_F(TrailTest, P5EveryChangedByteIsLocated)
{
    const std::string bytes = File();
    ASSERT_TRUE(Verify(bytes).unbroken);
    for (size_t p = 0; p < file.places.size(); p++) {
        const Place &place = file.places[p];
        for (size_t i = place.from; i < place.to; i++) {
            std::string forged = bytes;
            forged[i] = static_cast<char>(forged[i] ^ (1 << (i % 8)));
            const reeve_trail_verdict v = Verify(forged);
            const std::string where = "byte " + std::to_string(i) + " of item " +
                                      std::to_string(p) + ": " + v.what + " at " +
                                      std::to_string(v.sequence);
            ASSERT_FALSE(v.unbroken) << where;
            if (place.kind != Place::ENTRY) {
                // The item, or what it is compared with.
                EXPECT_GE(v.item + 1, p) << where;
                continue;
            }
            EXPECT_TRUE(v.in_chain) << where;
            EXPECT_EQ(Text(reeve_id_view(&v.journal_id)), place.journal) << where;
            EXPECT_EQ(v.sequence, place.sequence) << where;
        }
    }
}

TEST_F(TrailTest, P5EveryCutIsLocated)
{
    const std::string bytes = File();
    for (size_t len = 0; len < bytes.size(); len++) {
        const reeve_trail_verdict v = Verify(bytes.substr(0, len));
        ASSERT_FALSE(v.unbroken) << len;
        EXPECT_LE(v.offset, len);
        EXPECT_STRNE(v.what, "") << len;
        size_t item = 0;
        while (item < file.places.size() && file.places[item].to <= len) {
            item++;
        }
        EXPECT_EQ(v.item, item) << len << ": " << v.what;
    }
}

TEST_F(TrailTest, P5WhatFollowsTheEndMarkIsSeen)
{
    const std::string bytes = File();
    EXPECT_FALSE(Verify(bytes + std::string(1, '\0')).unbroken);
    EXPECT_FALSE(Verify(bytes + bytes).unbroken);
}

// A record and its hash are both changed: the link tells that it was that one, not its neighbour.
TEST_F(TrailTest, P5AChangedRecordWithAFittingHashIsNamed)
{
    worker.Job("input 1", "output 1", true);
    worker.Job("input 2", "output 2", true);
    worker.Job("input 3", "output 3", true);
    std::string record = worker.entries[2].record;
    const size_t at = record.find("Tickets");
    ASSERT_NE(at, std::string::npos);
    record[at] = 'X';
    worker.Reforge(2, record);
    worker.Write(&file, &own.key);
    const reeve_trail_verdict v = Verify(file.Finish());
    EXPECT_FALSE(v.unbroken);
    EXPECT_EQ(v.sequence, 3u) << v.what;
}

TEST_F(TrailTest, P5AMissingRecordIsNamed)
{
    worker.Job("input 1", "output 1", true);
    worker.Job("input 2", "output 2", true);
    worker.Write(&file, &own.key, {{2, true}});
    const reeve_trail_verdict v = Verify(file.Finish());
    EXPECT_FALSE(v.unbroken);
    EXPECT_EQ(v.sequence, 2u) << v.what;
}

// What the gateway's own chain names as lost is a hole, not a break; nothing else is.
TEST_F(TrailTest, P5AHoleThatTheGatewayNamesIsCounted)
{
    for (int i = 0; i < 4; i++) {
        worker.Job("input", "output", true);
    }
    worker.Sign();
    own.Lost(worker.chain.journal_id, 2, 3);
    worker.Write(&file, &own.key, {{2, true}, {3, true}});
    own.Write(&file, &own.key);
    const reeve_trail_verdict v = Verify(file.Finish());
    ASSERT_TRUE(v.unbroken) << v.what;
    EXPECT_EQ(v.chains->lost, 2u);
    EXPECT_EQ(v.chains->records, 3u);
    EXPECT_EQ(v.chains->signed_through, 5u);
}

TEST_F(TrailTest, P5AHoleThatNobodyNamesIsABreak)
{
    for (int i = 0; i < 4; i++) {
        worker.Job("input", "output", true);
    }
    own.Lost(worker.chain.journal_id, 2, 2);
    worker.Write(&file, &own.key, {{2, true}, {3, true}});
    own.Write(&file, &own.key);
    const reeve_trail_verdict v = Verify(file.Finish());
    EXPECT_FALSE(v.unbroken);
    EXPECT_EQ(v.sequence, 2u) << v.what;
}

TEST_F(TrailTest, AnotherGatewayKeyDoesNotVerify)
{
    const std::string bytes = File();
    reeve_trail_verdict v;
    EXPECT_EQ(reeve_trail_verify(View(bytes), &worker.key.public_key, &arena, &v), REEVE_OK);
    EXPECT_FALSE(v.unbroken);
    EXPECT_EQ(reeve_trail_verify(View(bytes), &own.key.public_key, &arena, &v), REEVE_OK);
    EXPECT_TRUE(v.unbroken) << v.what;
}

} // namespace
