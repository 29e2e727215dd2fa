// SPDX-License-Identifier: Apache-2.0
//
// The worker's journal alone: records of the size of an outcome with its audit record, a commit
// after each eight (as the engine's events come), at most a window of them not yet durable.
//
//   records_per_s, mb_per_s    durable records
//   records_per_sync           how well group commit gathers
//   one_p50_us, one_p99_us     a single record, append to durable
#include <condition_variable>
#include <mutex>

#include "agent/journal/journal.h"
#include "tests/bench/support/bench.h"

namespace
{

using namespace reeve::bench;

constexpr uint8_t kType = 5;
constexpr uint64_t kEvery = 8;

class Journal
{
  public:
    explicit Journal(const std::string &directory)
    {
        struct reeve_journal_options o = {};
        struct reeve_journal_problem problem = {};
        o.directory = directory.c_str();
        o.max_bytes = uint64_t{1} << 33;
        o.on_synced = on_synced;
        o.ctx = this;
        if (reeve_journal_open(&o, &journal_, &problem) != REEVE_OK) {
            fail(problem.text);
        }
    }
    ~Journal()
    {
        must(reeve_journal_close(journal_), "close the journal");
    }
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    uint64_t append(const std::string &record)
    {
        uint64_t lsn = 0;
        must(reeve_journal_append(journal_, kType, view(record), &lsn), "append");
        return lsn;
    }
    void commit()
    {
        must(reeve_journal_commit(journal_, reeve_now_read().boot_ms), "commit");
    }
    void wait_for(uint64_t lsn)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return synced_ >= lsn || status_ != REEVE_OK; });
        must(status_, "sync");
    }
    // Segments are removed behind the writer, as they are in a worker.
    void trim(uint64_t lsn)
    {
        reeve_journal_trim(journal_, lsn);
    }
    uint64_t syncs()
    {
        return reeve_journal_stat(journal_, 0).syncs;
    }

  private:
    static void on_synced(void *ctx, uint64_t lsn, enum reeve_status status)
    {
        auto *self = static_cast<Journal *>(ctx);
        const std::lock_guard<std::mutex> lock(self->mutex_);
        self->synced_ = lsn;
        self->status_ = status;
        self->wake_.notify_one();
    }
    struct reeve_journal *journal_ = nullptr;
    std::mutex mutex_;
    std::condition_variable wake_;
    uint64_t synced_ = 0;
    enum reeve_status status_ = REEVE_OK;
};

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(
        argc, argv, {{"dir", ""}, {"seconds", "1"}, {"record-bytes", "600"}, {"window", "2048"}});
    const uint64_t window = arguments.number("window");
    const std::string record(arguments.number("record-bytes"), 'r');
    const double seconds = arguments.seconds("seconds") / 2;
    Journal journal(arguments["dir"]);
    std::vector<uint64_t> took;

    for (const Watch all; all.seconds() < seconds;) {
        const Watch one;
        const uint64_t lsn = journal.append(record);
        journal.commit();
        journal.wait_for(lsn);
        took.push_back(one.ns());
    }
    const uint64_t before = journal.syncs();
    const Watch watch;
    uint64_t count = 0;
    uint64_t last = 0;
    while (watch.seconds() < seconds) {
        last = journal.append(record);
        if (++count % kEvery == 0) {
            journal.commit();
            journal.trim(last > window ? last - window : 0);
            journal.wait_for(last > window ? last - window : 0);
        }
    }
    journal.commit();
    journal.wait_for(last);
    const double per_s = static_cast<double>(count) / watch.seconds();

    Json json;
    json.add("bench", "journal_append").add("records_per_s", per_s);
    json.add("mb_per_s", per_s * static_cast<double>(record.size()) / 1e6);
    json.add("records_per_sync",
             static_cast<double>(count) / static_cast<double>(journal.syncs() - before));
    json.add_percentiles("one", &took);
    json.print();
    return 0;
}
