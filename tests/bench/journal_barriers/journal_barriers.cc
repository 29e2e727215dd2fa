// SPDX-License-Identifier: Apache-2.0
//
// What waiting for the disk costs a worker: engine and journal, on disk, once as they are and once
// on a storage whose sync returns at once, which exists in this program only. The two take turns,
// so that what else the machine does disturbs both. There is no wire and no task: with those beside
// it, a worker feels less of it.
//
//   jobs_per_s             durable jobs, on the clock
//   no_barriers_per_s      the same without a sync
#include "tests/bench/support/bench.h"
#include "tests/bench/support/disk_log.h"

namespace
{

using namespace reeve::bench;

constexpr int kTurns = 8;

class Side
{
  public:
    Side(const std::string &task, const std::string &directory, bool barriers)
        : handout_(find_task(task), input_of(task, 16)), log_(disk(directory, barriers)),
          worker_(engine(task), &handout_, &log_)
    {
        log_.follow(&worker_);
        worker_.connect();
    }
    void run(double seconds)
    {
        const uint64_t before = handout_.ended();
        const Watch watch;
        worker_.run(seconds);
        seconds_ += watch.seconds();
        jobs_ += handout_.ended() - before;
    }
    double per_s() const
    {
        return static_cast<double>(jobs_) / seconds_;
    }

  private:
    static DiskOptions disk(const std::string &directory, bool barriers)
    {
        DiskOptions o;
        o.directory = directory;
        o.barriers = barriers;
        return o;
    }
    EngineOptions engine(const std::string &task) const
    {
        EngineOptions o;
        o.task = task;
        o.in_flight = 2048;
        o.journal_id = log_.stat().journal_id;
        return o;
    }
    Handout handout_;
    DiskLog log_;
    EngineWorker worker_;
    uint64_t jobs_ = 0;
    double seconds_ = 0;
};

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(
        argc, argv, {{"dir", ""}, {"task", "demo.native.v1.Native/Echo"}, {"seconds", "2"}});
    const double slice = arguments.seconds("seconds") / 2 / kTurns;
    Side with(arguments["task"], arguments["dir"] + "/with", true);
    Side without(arguments["task"], arguments["dir"] + "/without", false);
    for (int i = 0; i < kTurns; i++) {
        with.run(slice);
        without.run(slice);
    }
    Json json;
    json.add("bench", "journal_barriers").add("task", arguments["task"]);
    json.add("jobs_per_s", with.per_s()).add("no_barriers_per_s", without.per_s());
    json.print();
    return 0;
}
