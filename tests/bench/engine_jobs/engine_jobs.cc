// SPDX-License-Identifier: Apache-2.0
//
// The worker's engine alone: dispatch bytes in, outcome bytes out, in memory, on one thread. The
// journal counts as synced at once and the job is done when it is started, so what is measured is
// what each job costs in decisions, frames, journal records and audit chain.
//
//   jobs_per_s    with the engine's own time only; what the peer's side costs is not counted
//   ns_per_job    the same the other way round
#include "tests/bench/support/bench.h"
#include "tests/bench/support/engine_worker.h"

int main(int argc, char **argv)
{
    using namespace reeve::bench;
    const Arguments arguments(argc, argv,
                              {{"task", "demo.native.v1.Native/Echo"},
                               {"seconds", "1"},
                               {"in-flight", "1024"},
                               {"payload", "16"}});
    EngineOptions options;
    options.task = arguments["task"];
    options.in_flight = static_cast<uint32_t>(arguments.number("in-flight"));
    Handout handout(find_task(options.task), input_of(options.task, arguments.number("payload")));
    NoLog log;
    EngineWorker worker(options, &handout, &log);
    worker.connect();

    const uint64_t before = handout.ended();
    worker.engine_ns = 0;
    worker.run(arguments.seconds("seconds"));
    const double jobs = static_cast<double>(handout.ended() - before);
    if (jobs == 0) {
        fail("the engine stands still");
    }
    const double ns = static_cast<double>(worker.engine_ns) / jobs;
    Json json;
    json.add("bench", "engine_jobs").add("task", options.task).add("jobs", jobs);
    json.add("jobs_per_s", 1e9 / ns).add("ns_per_job", ns);
    json.print();
    return 0;
}
