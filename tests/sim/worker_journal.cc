// SPDX-License-Identifier: Apache-2.0
//
// A worker's journal, stepped by hand: what is appended, what is durable, what the engine is told.
#include "agent/codec/checkpoint.h"
#include "agent/codec/journal_record.h"
#include "agent/codec/plan.h"
#include "tests/sim/events.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

std::string IntentKey(const reeve_id &job, uint32_t attempt)
{
    return Key(job) + std::to_string(attempt);
}

} // namespace

reeve_status Worker::Head(void *ctx, const reeve_journal_segment *segment, reeve_buffer *out)
{
    Worker &self = *static_cast<Worker *>(ctx);
    reeve_journal_record record = {};
    record.type = REEVE_JOURNAL_OPENED;
    reeve_journal_opened &opened = record.as.journal_opened;
    opened.format = REEVE_JOURNAL_FORMAT;
    opened.journal_id = segment->journal_id;
    opened.segment = segment->number;
    opened.time_unix_ms = self.Now().unix_ms;
    if (self.engine != nullptr) {
        const reeve_engine_marks marks = reeve_engine_read_marks(self.engine);
        opened.audit_sequence = marks.audit_sequence;
        opened.audit_hash = marks.audit_hash;
        opened.dispatch_mark = marks.dispatch_mark;
    }
    return reeve_journal_record_encode(&record, out);
}

void Worker::Synced(void *ctx, uint64_t lsn, reeve_status status)
{
    Worker &self = *static_cast<Worker *>(ctx);
    if (!self.up) {
        return;
    }
    self.heard_lsn_ = lsn > self.heard_lsn_ ? lsn : self.heard_lsn_;
    self.heard_status_ = status != REEVE_OK ? status : self.heard_status_;
    if (!self.heard_) {
        self.heard_ = true;
        self.Later(self.rng_->Below(2), [&self] { self.Hear(); });
    }
}

void Worker::Hear()
{
    heard_ = false;
    const reeve_status status = heard_status_;
    const reeve_journal_stats stat = reeve_journal_stat(journal, Now().boot_ms);
    synced_lsn = heard_lsn_ > synced_lsn ? heard_lsn_ : synced_lsn;
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOURNAL_SYNCED);
    event.u.synced.lsn = heard_lsn_;
    event.u.synced.free_bytes = stat.free_bytes;
    if (heard_lsn_ > 0) {
        const uint64_t then = life;
        Fire(event);
        if (!up || life != then || exiting_) {
            return;
        }
        const uint64_t needed = reeve_engine_read_marks(engine).oldest_needed_lsn;
        if (needed > trimmed_) {
            trimmed_ = needed;
            reeve_journal_trim(journal, needed);
            PlanSync();
        }
    }
    if (status != REEVE_OK) {
        Fire(Failed(status));
    }
}

// P4, P6: from here on nothing starts and nothing leaves, and the process ends in time.
reeve_engine_event Worker::Failed(reeve_status status)
{
    constexpr uint64_t kUntilExitMs = 2000; // for runners that were told to stop
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOURNAL_FAILED);
    event.u.failed.status = status;
    sim.Trace("%s journal failed: %s", Name().c_str(), reeve_status_name(status));
    if (failure == REEVE_OK) {
        failure = status;
        Later(kFailedGraceMs + kUntilExitMs + 10,
              [this] { sim.Fail("P6", "%s goes on when its journal has failed", Name().c_str()); });
    }
    return event;
}

void Worker::PlanSync()
{
    if (sync_planned_) {
        return;
    }
    sync_planned_ = true;
    const bool slow = slow_sync_until > sim.now_ms;
    Later(slow ? rng_->Between(20, 900) : rng_->Below(4), [this] { SyncStep(); });
}

void Worker::SyncStep()
{
    sync_planned_ = false;
    const bool more = reeve_journal_step(journal);
    if (disk.dead) {
        disk.dead = false;
        Crash(crash_how_);
        return;
    }
    if (more) {
        PlanSync();
    }
}

// What the engine says of itself is written down when it is appended, for the ledger to compare
// with what is durable.
void Worker::OnAppend(uint8_t type, uint64_t lsn, reeve_bytes bytes)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 20, 0);
    reeve_journal_record record;
    if (reeve_journal_record_decode(type, bytes, &arena, &record) != REEVE_OK) {
        reeve_arena_clear(&arena);
        return;
    }
    reeve_audit_entry entry = {};
    if (type == REEVE_JOURNAL_INTENT) {
        intents[IntentKey(record.as.job_intent.job_id, record.as.job_intent.attempt)] = lsn;
    } else if (type == REEVE_JOURNAL_OUTCOME) {
        reeve_outcome outcome;
        if (reeve_outcome_decode(record.as.job_outcome.frame, &arena, &outcome) == REEVE_OK) {
            entry = outcome.audit;
        }
    } else if (type == REEVE_JOURNAL_AUDIT) {
        if (reeve_audit_entry_decode(record.as.audit_appended.entry, &entry) != REEVE_OK) {
            entry = {};
        }
    } else if (type == REEVE_JOURNAL_EPOCH) {
        durable_epoch = record.as.epoch_entered.epoch;
        epoch_lsn = lsn;
        nonce_pending = false;
    } else if (type == REEVE_JOURNAL_HELLO) {
        hello_lsn = lsn;
        nonce_pending = true;
    } else if (type == REEVE_JOURNAL_CHECKPOINT) {
        reeve_checkpoint signed_over;
        const reeve_bytes made = record.as.checkpoint_made.checkpoint.checkpoint;
        if (reeve_checkpoint_decode(made, &signed_over) == REEVE_OK) {
            auto at = records.find(signed_over.sequence);
            if (at != records.end() && at->second > synced_lsn) {
                sim.Fail("P5", "%s signs a checkpoint over a record that is not on disk",
                         Name().c_str());
            }
        }
    }
    reeve_audit_record audit;
    if (entry.record.len > 0 &&
        reeve_audit_record_decode(entry.record, &arena, &audit) == REEVE_OK) {
        records[audit.sequence] = lsn;
    }
    reeve_arena_clear(&arena);
}

reeve_status Worker::Replay(void *ctx, const reeve_journal_record_view *record)
{
    Worker &self = *static_cast<Worker *>(ctx);
    self.OnAppend(record->type, record->lsn, record->bytes);
    self.sim.Trace("%s replays lsn %llu: %s", self.Name().c_str(),
                   static_cast<unsigned long long>(record->lsn),
                   reeve_journal_record_name(static_cast<reeve_journal_record_type>(record->type)));
    return reeve_engine_replay(self.engine, record->type, record->lsn, record->bytes);
}

} // namespace reeve_sim
