// SPDX-License-Identifier: Apache-2.0
//
// A real journal under an engine: see disk_log.h.
#include "tests/bench/support/disk_log.h"

#include "agent/codec/journal_record.h"
#include "tests/bench/support/bench.h"

namespace reeve::bench
{

DiskLog::DiskLog(const DiskOptions &options) : options_(options)
{
    struct reeve_journal_options o = {};
    struct reeve_journal_problem problem = {};
    must(reeve_posix_storage_new(nullptr, options_.directory.c_str(), true, &posix_),
         "open the journal's directory");
    storage_ = *reeve_posix_storage_interface(posix_);
    if (!options_.barriers) {
        storage_.sync = [](struct reeve_storage_file *) { return REEVE_OK; };
        storage_.sync_dir = [](void *) { return REEVE_OK; };
    }
    o.storage = &storage_;
    o.max_bytes = options_.max_bytes;
    o.head = head;
    o.on_synced = on_synced;
    o.ctx = this;
    if (reeve_journal_open(&o, &journal_, &problem) != REEVE_OK) {
        fail(problem.text);
    }
    appended_ = stat().next_lsn - 1;
}

DiskLog::~DiskLog()
{
    must(reeve_journal_close(journal_), "close the journal");
    reeve_posix_storage_free(posix_);
}

void DiskLog::on_synced(void *ctx, uint64_t lsn, enum reeve_status status)
{
    auto *self = static_cast<DiskLog *>(ctx);
    const std::lock_guard<std::mutex> lock(self->mutex_);
    self->synced_ = std::max(self->synced_, lsn);
    self->status_ = status;
    self->wake_.notify_one();
}

enum reeve_status DiskLog::head(void *ctx, const struct reeve_journal_segment *segment,
                                struct reeve_buffer *out)
{
    const auto *self = static_cast<DiskLog *>(ctx);
    struct reeve_journal_record record = {};
    struct reeve_journal_opened &opened = record.as.journal_opened;
    record.type = REEVE_JOURNAL_OPENED;
    opened.format = REEVE_JOURNAL_FORMAT;
    opened.journal_id = segment->journal_id;
    opened.segment = segment->number;
    opened.time_unix_ms = reeve_now_read().unix_ms;
    if (self->worker_ != nullptr) {
        const struct reeve_engine_marks marks = self->worker_->marks();
        opened.audit_sequence = marks.audit_sequence;
        opened.audit_hash = marks.audit_hash;
        opened.dispatch_mark = marks.dispatch_mark;
    }
    return reeve_journal_record_encode(&record, out);
}

void DiskLog::append(uint8_t type, uint64_t lsn, struct reeve_bytes record)
{
    must(reeve_journal_append(journal_, type, record, &appended_), "append to the journal");
    if (appended_ != lsn) {
        fail("the journal counts otherwise than the engine");
    }
}

void DiskLog::commit()
{
    must(reeve_journal_commit(journal_, reeve_now_read().boot_ms), "commit");
}

uint64_t DiskLog::synced()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    must(status_, "sync");
    return synced_;
}

void DiskLog::wait_beyond(uint64_t lsn)
{
    std::unique_lock<std::mutex> lock(mutex_);
    if (appended_ > lsn) {
        wake_.wait(lock, [&] { return synced_ > lsn || status_ != REEVE_OK; });
    }
}

void DiskLog::trim(uint64_t lsn)
{
    if (!options_.keep && lsn > trimmed_) {
        trimmed_ = lsn;
        reeve_journal_trim(journal_, lsn);
    }
}

void DiskLog::replay(const std::function<void(const struct reeve_journal_record_view &)> &each)
{
    struct reeve_journal_problem problem = {};
    const auto visit = [](void *ctx, const struct reeve_journal_record_view *record) {
        (*static_cast<const std::function<void(const struct reeve_journal_record_view &)> *>(ctx))(
            *record);
        return REEVE_OK;
    };
    void *ctx = const_cast<void *>(static_cast<const void *>(&each));
    if (reeve_journal_replay(journal_, visit, ctx, &problem) != REEVE_OK) {
        fail(problem.text);
    }
}

} // namespace reeve::bench
