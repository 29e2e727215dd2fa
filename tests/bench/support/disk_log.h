// SPDX-License-Identifier: Apache-2.0
//
// A real journal under an EngineWorker, on disk, with its thread. Its storage is the operating
// system's, or, for measuring what waiting for the disk costs and for nothing else, the same with a
// sync that returns at once.
#ifndef REEVE_TESTS_BENCH_SUPPORT_DISK_LOG_H
#define REEVE_TESTS_BENCH_SUPPORT_DISK_LOG_H

#include <condition_variable>
#include <functional>
#include <mutex>

#include "agent/journal/journal.h"
#include "agent/journal/posix_storage.h"
#include "tests/bench/support/engine_worker.h"

namespace reeve::bench
{

struct DiskOptions {
    std::string directory;
    uint64_t max_bytes = uint64_t{4} << 30;
    bool barriers = true; // false: sync and sync_dir do nothing
    bool keep = false;    // nothing is trimmed
};

class DiskLog : public Log
{
  public:
    explicit DiskLog(const DiskOptions &options);
    ~DiskLog() override;
    DiskLog(const DiskLog &) = delete;
    DiskLog &operator=(const DiskLog &) = delete;

    // The heads of new segments tell its marks, as a worker's do.
    void follow(const EngineWorker *worker)
    {
        worker_ = worker;
    }
    void append(uint8_t type, uint64_t lsn, struct reeve_bytes record) override;
    void commit() override;
    uint64_t synced() override;
    void wait_beyond(uint64_t lsn) override;
    void trim(uint64_t lsn) override;
    // Hands every record over, oldest first.
    void replay(const std::function<void(const struct reeve_journal_record_view &)> &each);
    struct reeve_journal_stats stat() const
    {
        return reeve_journal_stat(journal_, 0);
    }

  private:
    static void on_synced(void *ctx, uint64_t lsn, enum reeve_status status);
    static enum reeve_status head(void *ctx, const struct reeve_journal_segment *segment,
                                  struct reeve_buffer *out);

    DiskOptions options_;
    struct reeve_posix_storage *posix_ = nullptr;
    struct reeve_storage storage_ = {};
    struct reeve_journal *journal_ = nullptr;
    const EngineWorker *worker_ = nullptr;
    std::mutex mutex_;
    std::condition_variable wake_;
    uint64_t synced_ = 0;
    uint64_t appended_ = 0;
    uint64_t trimmed_ = 0;
    enum reeve_status status_ = REEVE_OK;
};

} // namespace reeve::bench
#endif
