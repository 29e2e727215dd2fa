// SPDX-License-Identifier: Apache-2.0
//
// The worker's journal alone: records of the size of an outcome with its audit record, a commit
// after each eight (as the engine's events come), at most a window of them not yet durable.
//
//   records_per_s, mb_per_s    durable records
//   records_per_sync           how well group commit gathers
//   one_p50_us, one_p99_us     a single record, append to durable
#include "tests/bench/support/bench.h"
#include "tests/bench/support/disk_log.h"

namespace
{

using namespace reeve::bench;

constexpr uint8_t kType = 5;
constexpr uint64_t kEvery = 8;

DiskOptions in(const std::string &directory)
{
    DiskOptions o;
    o.directory = directory;
    o.max_bytes = uint64_t{1} << 33;
    return o;
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(
        argc, argv, {{"dir", ""}, {"seconds", "1"}, {"record-bytes", "600"}, {"window", "2048"}});
    const uint64_t window = arguments.number("window");
    const std::string record(arguments.number("record-bytes"), 'r');
    const double seconds = arguments.seconds("seconds") / 2;
    DiskLog journal(in(arguments["dir"]));
    uint64_t last = 0;
    std::vector<uint64_t> took;

    for (const Watch all; all.seconds() < seconds;) {
        const Watch one;
        journal.append(kType, ++last, view(record));
        journal.commit();
        journal.wait_beyond(last - 1);
        took.push_back(one.ns());
    }
    const uint64_t before = journal.stat().syncs;
    const Watch watch;
    uint64_t count = 0;
    while (watch.seconds() < seconds) {
        journal.append(kType, ++last, view(record));
        if (++count % kEvery == 0) {
            journal.commit();
            if (last > window) { // segments are removed behind the writer, as they are in a worker
                journal.trim(last - window);
                journal.wait_beyond(last - window - 1);
            }
        }
    }
    journal.commit();
    journal.wait_beyond(last - 1);
    const double per_s = static_cast<double>(count) / watch.seconds();

    Json json;
    json.add("bench", "journal_append").add("records_per_s", per_s);
    json.add("mb_per_s", per_s * static_cast<double>(record.size()) / 1e6);
    json.add("records_per_sync",
             static_cast<double>(count) / static_cast<double>(journal.stat().syncs - before));
    json.add_percentiles("one", &took);
    json.print();
    return 0;
}
