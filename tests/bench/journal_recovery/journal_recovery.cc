// SPDX-License-Identifier: Apache-2.0
//
// How long a worker takes to come up on a journal of some size. The journal is written by the
// engine itself, with tasks that are not idempotent (assignments, intents, outcomes with their
// audit records, acknowledgements), and nothing of it is trimmed. Then it is recovered as a worker
// does it: open, which finds and repairs the end, replay into a new engine, start.
//
//   cold_s      with the kernel's cache of these files dropped (what the device or its host keeps
//               cannot be dropped from here)
//   warm_s      again at once
//   open_s, replay_s   the parts of cold_s
//   cpu_s       processor time of cold_s
//   read_s      reading the same files alone, also behind a dropped cache: the machine's part
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/support/bench.h"
#include "tests/bench/support/disk_log.h"

namespace
{

using namespace reeve::bench;

EngineOptions engine_of(const DiskLog &log)
{
    EngineOptions o;
    o.task = "demo.native.v1.Native/Step";
    o.in_flight = 2048;
    o.journal_id = log.stat().journal_id;
    return o;
}

DiskOptions disk_of(const Arguments &arguments)
{
    DiskOptions o;
    o.directory = arguments["dir"];
    o.max_bytes = 2 * arguments.number("bytes") + (uint64_t{256} << 20);
    o.keep = true;
    return o;
}

// Records of at least so many bytes; how many jobs they are of.
uint64_t write_journal(const Arguments &arguments)
{
    const uint64_t bytes = arguments.number("bytes");
    DiskLog log(disk_of(arguments));
    const EngineOptions options = engine_of(log);
    Handout handout(find_task(options.task), input_of(options.task, 16));
    EngineWorker worker(options, &handout, &log);
    log.follow(&worker);
    worker.connect();
    while (log.stat().bytes < bytes) {
        worker.run(0.01);
    }
    return handout.ended();
}

// Calls `each` with every regular file of the directory.
void for_files(const std::string &directory, const std::function<void(int fd)> &each)
{
    DIR *listing = opendir(directory.c_str());
    if (listing == nullptr) {
        fail("cannot list " + directory);
    }
    while (const struct dirent *entry = readdir(listing)) {
        const std::string path = directory + "/" + entry->d_name;
        const int fd = entry->d_type == DT_REG ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
        if (fd >= 0) {
            each(fd);
            (void)close(fd);
        }
    }
    (void)closedir(listing);
}

void drop_cache(const std::string &directory)
{
    for_files(directory, [](int fd) {
        if (fdatasync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0) {
            fail("cannot drop the cache of a file");
        }
    });
}

double read_alone(const std::string &directory)
{
    std::string buffer(size_t{1} << 20, '\0');
    const Watch watch;
    for_files(directory, [&](int fd) {
        while (read(fd, buffer.data(), buffer.size()) > 0) {
        }
    });
    return watch.seconds();
}

struct Recovery {
    double open_s;
    double replay_s;
    double cpu_s;
    double records;
    double bytes;
};

Recovery recover(const Arguments &arguments)
{
    Recovery r = {};
    const uint64_t before = thread_cpu_ns();
    const Watch opening;
    DiskLog log(disk_of(arguments));
    r.open_s = opening.seconds();
    const Watch replaying;
    const EngineOptions options = engine_of(log);
    Handout handout(find_task(options.task), input_of(options.task, 16));
    EngineWorker worker(options, &handout, &log);
    log.replay([&](const struct reeve_journal_record_view &record) {
        worker.replay(record.type, record.lsn, record.bytes);
        r.records++;
    });
    worker.start(log.stat().next_lsn);
    r.replay_s = replaying.seconds();
    r.cpu_s = static_cast<double>(thread_cpu_ns() - before) / 1e9;
    r.bytes = static_cast<double>(log.stat().bytes);
    return r;
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv, {{"dir", ""}, {"bytes", "1073741824"}});
    const uint64_t jobs = write_journal(arguments);
    drop_cache(arguments["dir"]);
    const double read_s = read_alone(arguments["dir"]);
    drop_cache(arguments["dir"]);
    const Recovery cold = recover(arguments);
    const Recovery warm = recover(arguments);
    Json json;
    json.add("bench", "journal_recovery").add("jobs", static_cast<double>(jobs));
    json.add("bytes", cold.bytes).add("records", cold.records);
    json.add("read_s", read_s).add("open_s", cold.open_s).add("replay_s", cold.replay_s);
    json.add("cpu_s", cold.cpu_s);
    json.add("cold_s", cold.open_s + cold.replay_s).add("warm_s", warm.open_s + warm.replay_s);
    json.print();
    return 0;
}
