// SPDX-License-Identifier: Apache-2.0
// Every message of the worker stream, the audit trail and the journal against C++ protobuf: what it
// writes we read, what we write it reads, and the content is the same (P3, P7).
#include <gtest/gtest.h>

#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/journal_record.h"
#include "agent/codec/plan.h"
#include "tests/unit/agent/codec/contract.h"

namespace pb = google::protobuf;

namespace
{

constexpr size_t kMaxFrame = 1u << 20;

void ExpectSame(const pb::Message &message, const std::string &wire)
{
    std::unique_ptr<pb::Message> back(message.New());
    ASSERT_TRUE(back->ParseFromString(wire)) << message.GetTypeName();
    std::string difference;
    EXPECT_TRUE(Same(message, *back, &difference)) << message.GetTypeName() << "\n" << difference;
    EXPECT_EQ(Wire(message), wire) << message.GetTypeName();
}

// Reads a batch and writes it again.
template <typename Frame, typename Decode, typename Add>
void ThroughBatch(const pb::Message &message, Decode decode, Add add)
{
    Memory memory;
    std::string wire = Wire(message);
    reeve_batch_reader reader;
    reeve_batch_writer writer;
    reeve_batch_reader_init(&reader, View(wire), kMaxFrame);
    reeve_batch_writer_init(&writer, &memory.buffer, kMaxFrame);
    for (;;) {
        reeve_batch_frame raw;
        ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
        if (raw.number == 0) {
            break;
        }
        Frame frame;
        ASSERT_EQ(decode(raw.number, raw.payload, &memory.arena, &frame), REEVE_OK)
            << raw.number << " " << message.DebugString();
        ASSERT_EQ(add(&writer, &frame), REEVE_OK);
    }
    EXPECT_EQ(reader.ignored, 0u);
    ExpectSame(message, memory.Written());
}

template <typename Decode, typename Encode>
void Through(const std::string &type, Decode decode, Encode encode)
{
    std::mt19937 rng(7);
    for (int i = 0; i < 300; i++) {
        auto message = Contract::Get().Random(type, rng);
        std::string wire = Wire(*message);
        Memory memory;
        ASSERT_EQ(decode(View(wire), &memory.arena), REEVE_OK) << message->DebugString();
        ASSERT_EQ(encode(&memory.buffer), REEVE_OK);
        ExpectSame(*message, memory.Written());
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

} // namespace

TEST(Differential, WorkerFrames)
{
    std::mt19937 rng(1);
    for (int i = 0; i < 1000 && !HasFailure(); i++) {
        ThroughBatch<reeve_worker_frame>(*Contract::Get().Random("WorkerMessage", rng),
                                         reeve_worker_frame_decode, reeve_batch_writer_add_worker);
    }
}

TEST(Differential, GatewayFrames)
{
    std::mt19937 rng(2);
    for (int i = 0; i < 1000 && !HasFailure(); i++) {
        ThroughBatch<reeve_gateway_frame>(*Contract::Get().Random("GatewayMessage", rng),
                                          reeve_gateway_frame_decode,
                                          reeve_batch_writer_add_gateway);
    }
}

TEST(Differential, JobSpec)
{
    reeve_job_spec spec;
    Through(
        "JobSpec", [&](reeve_bytes b, reeve_arena *) { return reeve_job_spec_decode(b, &spec); },
        [&](reeve_buffer *out) { return reeve_job_spec_encode(&spec, out); });
}

TEST(Differential, PlanStatement)
{
    reeve_plan_statement statement;
    Through(
        "PlanStatement",
        [&](reeve_bytes b, reeve_arena *a) {
            return reeve_plan_statement_decode(b, a, &statement);
        },
        [&](reeve_buffer *out) { return reeve_plan_statement_encode(&statement, out); });
}

TEST(Differential, SignedPlan)
{
    reeve_signed_plan plan;
    Through(
        "SignedPlan",
        [&](reeve_bytes b, reeve_arena *a) { return reeve_signed_plan_decode(b, a, &plan); },
        [&](reeve_buffer *out) { return reeve_signed_plan_encode(&plan, out); });
}

TEST(Differential, Outcome)
{
    reeve_outcome outcome;
    Through(
        "Outcome",
        [&](reeve_bytes b, reeve_arena *a) { return reeve_outcome_decode(b, a, &outcome); },
        [&](reeve_buffer *out) { return reeve_outcome_encode(&outcome, out); });
}

TEST(Differential, AuditRecord)
{
    reeve_audit_record record;
    Through(
        "AuditRecord",
        [&](reeve_bytes b, reeve_arena *a) { return reeve_audit_record_decode(b, a, &record); },
        [&](reeve_buffer *out) { return reeve_audit_record_encode(&record, out); });
}

TEST(Differential, AuditEntry)
{
    reeve_audit_entry entry;
    Through(
        "AuditEntry",
        [&](reeve_bytes b, reeve_arena *) { return reeve_audit_entry_decode(b, &entry); },
        [&](reeve_buffer *out) { return reeve_audit_entry_encode(&entry, out); });
}

TEST(Differential, Checkpoints)
{
    reeve_checkpoint checkpoint;
    Through(
        "Checkpoint",
        [&](reeve_bytes b, reeve_arena *) { return reeve_checkpoint_decode(b, &checkpoint); },
        [&](reeve_buffer *out) { return reeve_checkpoint_encode(&checkpoint, out); });
    reeve_signed_checkpoint signed_checkpoint;
    Through(
        "SignedCheckpoint",
        [&](reeve_bytes b, reeve_arena *) {
            return reeve_signed_checkpoint_decode(b, &signed_checkpoint);
        },
        [&](reeve_buffer *out) { return reeve_signed_checkpoint_encode(&signed_checkpoint, out); });
    reeve_countersignature countersignature;
    Through(
        "Countersignature",
        [&](reeve_bytes b, reeve_arena *) {
            return reeve_countersignature_decode(b, &countersignature);
        },
        [&](reeve_buffer *out) { return reeve_countersignature_encode(&countersignature, out); });
}

// The record type byte is the field number in JournalRecord, and each body is its message alone.
TEST(Differential, JournalRecords)
{
    const pb::Descriptor *all = Contract::Get().New("JournalRecord")->GetDescriptor();
    ASSERT_GT(all->field_count(), 0);
    for (int i = 0; i < all->field_count(); i++) {
        auto type = static_cast<uint8_t>(all->field(i)->number());
        reeve_journal_record record;
        Through(
            all->field(i)->message_type()->name(),
            [&](reeve_bytes b, reeve_arena *a) {
                return reeve_journal_record_decode(type, b, a, &record);
            },
            [&](reeve_buffer *out) {
                enum reeve_status status = reeve_journal_record_encode(&record, out);
                EXPECT_EQ(reeve_journal_record_size(&record), out->len);
                return status;
            });
    }
}

// Absent and empty are two things for an audit entry's bodies, and one for every other field.
TEST(Differential, EmptyAndAbsentBytes)
{
    Memory memory;
    reeve_audit_entry entry = {};
    entry.record = reeve_bytes_cstr("r");
    ASSERT_EQ(reeve_audit_entry_encode(&entry, &memory.buffer), REEVE_OK);
    EXPECT_EQ(memory.Written(), std::string("\x0a\x01r", 3));
    reeve_buffer_reset(&memory.buffer);
    entry.input_body = reeve_bytes_cstr("");
    ASSERT_EQ(reeve_audit_entry_encode(&entry, &memory.buffer), REEVE_OK);
    EXPECT_EQ(memory.Written(), std::string("\x0a\x01r\x22\x00", 5));
    reeve_audit_entry back;
    ASSERT_EQ(reeve_audit_entry_decode(reeve_buffer_view(&memory.buffer), &back), REEVE_OK);
    EXPECT_NE(back.input_body.data, nullptr);
    EXPECT_EQ(back.output_body.data, nullptr);
    reeve_journal_record record = {};
    record.type = REEVE_JOURNAL_STATE;
    record.as.state_changed.code = reeve_bytes_cstr("");
    EXPECT_EQ(reeve_journal_record_size(&record), 0u);
}

// The detector works: a decoder that lost a field would be noticed.
TEST(Differential, NoticesALostField)
{
    std::mt19937 rng(3);
    auto message = Contract::Get().Random("Checkpoint", rng);
    std::unique_ptr<pb::Message> other(message->New());
    other->CopyFrom(*message);
    other->GetReflection()->ClearField(other.get(),
                                       other->GetDescriptor()->FindFieldByName("sequence"));
    std::string difference;
    EXPECT_FALSE(Same(*message, *other, &difference));
}
