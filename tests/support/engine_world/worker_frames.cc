// SPDX-License-Identifier: Apache-2.0
//
// What the worker sends, as a gateway reads and checks it.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/audit/commitment.h"
#include "agent/base/hash.h"
#include "tests/support/bytes.h"

using reeve::test::Key;
using reeve::test::Text;
using reeve::test::View;

void EngineWorld::OnSend(reeve_engine_action &action)
{
    EXPECT_TRUE(link_up);
    EXPECT_EQ(action.u.send.link, link);
    EXPECT_FALSE(send_in_flight) << "P7: two sends in flight";
    send_in_flight = true;
    kept_.push_back(Text(reeve_buffer_view(&action.u.send.message)));
    reeve_buffer_clear(&action.u.send.message);
    const std::string &bytes = kept_.back();
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, View(bytes), gw_max_frame);
    size_t frames = 0;
    for (;; frames++) {
        reeve_batch_frame raw;
        ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
        if (raw.number == 0) {
            break;
        }
        reeve_worker_frame frame;
        ASSERT_EQ(reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame), REEVE_OK);
        OnFrame(frame);
    }
    EXPECT_GT(frames, 0u);
    EXPECT_TRUE(frames == 1 || bytes.size() <= REEVE_BATCH_BYTES) << "P7: " << bytes.size();
}

void EngineWorld::OnFrame(const reeve_worker_frame &frame)
{
    Line(std::string("SEND ") + reeve_worker_frame_name(frame.type));
    if (frame.type == REEVE_WORKER_FRAME_HELLO) {
        OnHello(frame.as.hello);
        return;
    }
    if (fenced_) {
        return; // nobody looks at it
    }
    EXPECT_TRUE(welcomed_) << "a frame before Welcome";
    if (!resume_done_) {
        EXPECT_TRUE(frame.type == REEVE_WORKER_FRAME_RESUME ||
                    frame.type == REEVE_WORKER_FRAME_RESUME_DONE)
            << "P4: a frame before ResumeDone: " << reeve_worker_frame_name(frame.type);
        EXPECT_TRUE(IsDurable(REEVE_JOURNAL_EPOCH, [&](const reeve_journal_record &r) {
            return r.as.epoch_entered.epoch == gw_epoch;
        })) << "P4: sent before the epoch was durable";
    }
    switch (frame.type) {
    case REEVE_WORKER_FRAME_RESUME:
        EXPECT_LE(frame.as.resume.entries.count, 512u);
        resumed.insert(resumed.end(), frame.as.resume.entries.items,
                       frame.as.resume.entries.items + frame.as.resume.entries.count);
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        EXPECT_EQ(frame.as.resume_done.entries, resumed.size());
        resume_done_ = true;
        return;
    case REEVE_WORKER_FRAME_LIMIT:
        gw_granted = std::max(gw_granted, frame.as.limit.dispatches);
        EXPECT_LE(gw_granted - gw_given, options_.max_in_flight) << "P7: more than fits";
        return;
    case REEVE_WORKER_FRAME_OUTCOME:
        OnOutcome(frame.as.outcome);
        return;
    case REEVE_WORKER_FRAME_RESULT_CHUNK:
        OnChunk(frame.as.result_chunk);
        return;
    case REEVE_WORKER_FRAME_AUDIT:
        OnAudit(frame.as.audit_batch);
        return;
    case REEVE_WORKER_FRAME_HEARTBEAT:
        heartbeats++;
        EXPECT_EQ(frame.as.heartbeat.sequence, last_beat_ + 1);
        last_beat_ = frame.as.heartbeat.sequence;
        beat_sent_ms_[last_beat_] = now.boot_ms;
        return;
    case REEVE_WORKER_FRAME_RECALLED:
        recalled.insert(recalled.end(), frame.as.recalled.sequences.items,
                        frame.as.recalled.sequences.items + frame.as.recalled.sequences.count);
        return;
    default:
        return;
    }
}

void EngineWorld::OnHello(const reeve_hello &frame)
{
    hello = frame;
    hello_ms_ = now.boot_ms;
    for (size_t i = 0; i < frame.tasks.count; i++) {
        const reeve_task_offer &offer = frame.tasks.items[i];
        std::vector<std::string> &older = accepted[Text(offer.task)];
        older.clear();
        for (size_t j = 0; j < offer.accepted_fingerprints.count; j++) {
            older.push_back(Text(offer.accepted_fingerprints.items[j]));
        }
    }
    EXPECT_FALSE(welcomed_);
    EXPECT_TRUE(IsDurable(REEVE_JOURNAL_HELLO, [&](const reeve_journal_record &r) {
        return reeve_id_equal(r.as.hello_prepared.nonce, frame.nonce);
    })) << "P4: Hello before its nonce was durable";
}

uint64_t EngineWorld::TakeEntry(const reeve_audit_entry &entry)
{
    reeve_audit_record record;
    EXPECT_EQ(reeve_audit_record_decode(entry.record, &arena_, &record), REEVE_OK);
    EXPECT_EQ(reeve_audit_chain_follow(&gw_received, entry.record, &arena_), REEVE_OK)
        << "P5: record " << record.sequence << " does not follow " << gw_received.sequence;
    return record.sequence;
}

void EngineWorld::OnOutcome(const reeve_outcome &outcome)
{
    EXPECT_TRUE(IsDurable(REEVE_JOURNAL_OUTCOME, [&](const reeve_journal_record &r) {
        reeve_outcome stored;
        EXPECT_EQ(reeve_outcome_decode(r.as.job_outcome.frame, &arena_, &stored), REEVE_OK);
        return stored.sequence == outcome.sequence && stored.status == outcome.status;
    })) << "P4: an outcome was sent before it was durable";
    uint64_t audit_sequence = TakeEntry(outcome.audit);
    CheckResults(outcome);
    reeve_audit_record record;
    EXPECT_EQ(reeve_audit_record_decode(outcome.audit.record, &arena_, &record), REEVE_OK);
    std::string job = Key(outcome.job_id);
    std::string output = Text(outcome.output);
    if (output.empty() && unary.count(job) != 0) {
        output = unary[job];
    }
    outcomes.push_back(
        {job, outcome.attempt, outcome.sequence, outcome.status, outcome.effect,
         outcome.error.reason, output, audit_sequence,
         outcome.audit.input_body.data != nullptr && outcome.audit.input_body.len == 0,
         outcome.results, Text(reeve_digest_view(&record.as.job_ended.fingerprint))});
    Line(std::string("  ") + reeve_outcome_status_name(outcome.status) + " " +
         reeve_effect_name(outcome.effect) +
         (outcome.has_error ? std::string(" ") + reeve_reason_name(outcome.error.reason) : ""));
}

// The record counts what the outcome counts, all of it durable, and commits to the results' chain.
void EngineWorld::CheckResults(const reeve_outcome &outcome)
{
    reeve_audit_record record;
    ASSERT_EQ(reeve_audit_record_decode(outcome.audit.record, &arena_, &record), REEVE_OK);
    EXPECT_EQ(record.as.job_ended.results, outcome.results);
    if (outcome.results == 0) {
        return;
    }
    WorldStream &stream = streams[{Key(outcome.job_id), outcome.attempt}];
    ASSERT_LE(outcome.results, stream.durable) << "P4: results that are not durable are promised";
    reeve_digest head = {};
    for (size_t i = 0; i < outcome.results; i++) {
        head = reeve_audit_results_head(head, View(stream.messages[i]));
    }
    ASSERT_TRUE(record.as.job_ended.has_output);
    EXPECT_EQ(reeve_audit_commitment_check_complete(
                  &record.as.job_ended.output, outcome.audit.output_salt, reeve_digest_view(&head)),
              REEVE_OK);
}

void EngineWorld::OnChunk(const reeve_result_chunk &chunk)
{
    std::string job = Key(chunk.job_id);
    WorldStream &stream = streams[{job, chunk.attempt}];
    stream.chunks++;
    if (chunk.index < stream.messages.size()) {
        stream.repeated++;
        return;
    }
    EXPECT_LT(chunk.index, std::max(stream.limit, gw_result_window)) << "P7: over the limit";
    EXPECT_EQ(chunk.index, stream.messages.size()) << "P4: a result is missing";
    if (chunk.offset == 0) {
        stream.partial.clear();
    }
    EXPECT_EQ(chunk.offset, stream.partial.size());
    stream.partial += Text(chunk.data);
    if (!chunk.last) {
        EXPECT_FALSE(chunk.has_digest);
        return;
    }
    EXPECT_EQ(chunk.has_digest, chunk.offset > 0);
    if (chunk.has_digest) {
        EXPECT_TRUE(reeve_digest_equal(chunk.digest, reeve_sha256_of(View(stream.partial))));
    }
    stream.messages.push_back(stream.partial);
    unary[job] = stream.partial;
    stream.partial.clear();
}

void EngineWorld::OnAudit(const reeve_audit_batch &audit)
{
    for (size_t i = 0; i < audit.entries.count; i++) {
        TakeEntry(audit.entries.items[i]);
    }
    if (audit.has_checkpoint) {
        OnCheckpoint(audit.checkpoint);
    }
}

void EngineWorld::OnCheckpoint(const reeve_signed_checkpoint &checkpoint)
{
    reeve_checkpoint decoded;
    ASSERT_EQ(reeve_audit_checkpoint_verify(&checkpoint, &audit_key_.public_key, &decoded),
              REEVE_OK);
    EXPECT_EQ(decoded.sequence, gw_received.sequence) << "P5: not right behind its record";
    EXPECT_TRUE(reeve_digest_equal(decoded.head_hash, gw_received.head)) << "P5";
    gw_checkpoint = decoded.sequence;
}
