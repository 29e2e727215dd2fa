// SPDX-License-Identifier: Apache-2.0
//
// The load: plans of many jobs through a gateway and a worker, several plans under way, each
// followed by WatchPlan to its end. A job counts when the gateway says that it has ended, which it
// does when result and audit record are durable there.
//
//   jobs_per_s                   with --one no: in the measured time, behind a warm-up
//   jobs_in_all                  warm-up and end included
//   one_p50_us, one_p99_us       with --one yes: plans of one job, one at a time, submit to result
//
// --samples FILE: a line for each plan of the measured time, when it was submitted and when it had
// ended, in nanoseconds of the monotonic clock.
// --manifest registers the tasks first, as the operator; --register-only yes does no more.
#include <cinttypes>
#include <cstdio>
#include <unordered_set>

#include "proto/runtime/message.h"
#include "tests/bench/load/control.h"
#include "tests/bench/support/bench.h"
#include "tests/bench/support/handout.h"

namespace
{

using namespace reeve::bench;

constexpr double kPatience = 60;

// What every plan is made of, encoded once.
std::string plan_of(const std::string &task, const std::string &input, size_t jobs)
{
    std::string name = task;
    std::string bytes = input;
    std::vector<struct reeve_v1_planned_job> items(jobs);
    std::vector<struct reeve_v1_planned_job *> pointers;
    for (struct reeve_v1_planned_job &job : items) {
        reeve_v1_planned_job_init(&job);
        job.task = name.data();
        job.input.data = reinterpret_cast<uint8_t *>(bytes.data());
        job.input.len = bytes.size();
        pointers.push_back(&job);
    }
    struct reeve_v1_submit_plan_request request;
    reeve_v1_submit_plan_request_init(&request);
    request.n_jobs = jobs;
    request.jobs = pointers.data();
    return encode(&reeve_v1_submit_plan_request_message, &request);
}

std::string watch_of(const ProtobufCBinaryData &plan_id)
{
    struct reeve_v1_watch_plan_request request;
    reeve_v1_watch_plan_request_init(&request);
    request.plan_id = plan_id;
    return encode(&reeve_v1_watch_plan_request_message, &request);
}

class Load
{
  public:
    Load(Control *control, const std::string &plan, size_t jobs)
        : control_(control), plan_(plan), jobs_(jobs)
    {
    }

    // Keeps `plans` plans under way until stop().
    void start(size_t plans)
    {
        for (size_t i = 0; i < plans; i++) {
            submit();
        }
    }
    void stop()
    {
        stopped_ = true;
    }
    // Ends the program when nothing ends for a long time.
    template <class Done>
    void run_until(Done done)
    {
        while (!done()) {
            control_->poll();
            if (since_last_.seconds() > kPatience) {
                fail("no job ended for a minute; " + std::to_string(ended_) + " had");
            }
        }
    }
    size_t under_way() const
    {
        return under_way_;
    }
    uint64_t ended() const
    {
        return ended_;
    }
    std::vector<uint64_t> one_ns;
    std::vector<std::pair<uint64_t, uint64_t>> samples; // of plans: submitted, ended

  private:
    // One plan on its way.
    struct Plan {
        uint64_t began_ns;
        std::unordered_set<std::string> ended = {}; // job ids: one may be told twice
    };
    void submit();
    void follow(const std::shared_ptr<Plan> &plan, const void *response);
    void look(const std::shared_ptr<Plan> &plan, const void *response);

    Control *control_;
    std::string plan_;
    size_t jobs_;
    size_t under_way_ = 0;
    uint64_t ended_ = 0;
    bool stopped_ = false;
    Watch since_last_;
};

void Load::submit()
{
    const auto plan = std::make_shared<Plan>(Plan{reeve_monotonic_ns()});
    under_way_++;
    control_->call("SubmitPlan", plan_, &reeve_v1_submit_plan_response_message,
                   [this, plan](const void *response) { follow(plan, response); });
}

void Load::follow(const std::shared_ptr<Plan> &plan, const void *response)
{
    const auto *submitted = static_cast<const struct reeve_v1_submit_plan_response *>(response);
    if (submitted->plan == nullptr) {
        fail("SubmitPlan answered without a plan");
    }
    control_->stream(
        "WatchPlan", watch_of(submitted->plan->plan_id), &reeve_v1_watch_plan_response_message,
        [this, plan](const void *message) { look(plan, message); },
        [this, plan] {
            if (plan->ended.size() != jobs_) {
                fail("a watch ended with " + std::to_string(plan->ended.size()) + " jobs ended");
            }
            under_way_--;
            if (!stopped_) {
                submit();
            }
        });
}

void Load::look(const std::shared_ptr<Plan> &plan, const void *response)
{
    const auto *changed = static_cast<const struct reeve_v1_watch_plan_response *>(response);
    for (size_t i = 0; changed->plan != nullptr && i < changed->plan->n_jobs; i++) {
        const struct reeve_v1_job *job = changed->plan->jobs[i];
        if (job->state != REEVE_V1_JOB_STATE_JOB_ENDED) {
            continue;
        }
        if (job->status != REEVE_V1_OUTCOME_STATUS_SUCCEEDED) {
            fail("a job ended with status " + std::to_string(job->status) + ": " +
                 (job->error == nullptr ? "" : job->error->message));
        }
        if (plan->ended.insert(text(reeve_bytes_of(job->job_id.data, job->job_id.len))).second) {
            ended_++;
            since_last_ = Watch();
        }
    }
    if (plan->ended.size() == jobs_) {
        const uint64_t now_ns = reeve_monotonic_ns();
        one_ns.push_back(now_ns - plan->began_ns);
        samples.emplace_back(plan->began_ns, now_ns);
    }
}

void write_samples(const std::string &path,
                   const std::vector<std::pair<uint64_t, uint64_t>> &samples)
{
    std::FILE *file = std::fopen(path.c_str(), "w");
    if (file == nullptr) {
        fail("cannot write " + path);
    }
    for (const auto &[began_ns, ended_ns] : samples) {
        (void)std::fprintf(file, "%" PRIu64 " %" PRIu64 "\n", began_ns, ended_ns);
    }
    if (std::fclose(file) != 0) {
        fail("cannot write " + path);
    }
}

void register_tasks(const Arguments &arguments)
{
    Control control(arguments["target"], arguments["pki"], "operator");
    const std::string manifest = read_file(arguments["manifest"]);
    struct reeve_v1_register_tasks_request request;
    struct reeve_arena arena;
    void *decoded = nullptr;
    reeve_arena_init(&arena, nullptr, size_t{64} << 20, 0);
    must(reeve_message_decode(&reeve_v1_manifest_message, view(manifest), nullptr, &arena, &decoded,
                              nullptr),
         "read the manifest");
    reeve_v1_register_tasks_request_init(&request);
    request.manifest = static_cast<struct reeve_v1_manifest *>(decoded);
    const std::string bytes = encode(&reeve_v1_register_tasks_request_message, &request);
    reeve_arena_clear(&arena);
    bool done = false;
    control.stream(
        "RegisterTasks", bytes, &reeve_v1_register_tasks_response_message, [](const void *) {},
        [&] { done = true; });
    for (const Watch watch; !done;) {
        control.poll();
        if (watch.seconds() > kPatience) {
            fail("the gateway does not answer");
        }
    }
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv,
                              {{"target", ""},
                               {"pki", ""},
                               {"task", "demo.native.v1.Native/Echo"},
                               {"manifest", "no"},
                               {"register-only", "no"},
                               {"one", "no"},
                               {"plans", "12"},
                               {"jobs", "256"},
                               {"payload", "16"},
                               {"warm-up", "0.5"},
                               {"samples", "no"},
                               {"seconds", "2"}});
    const std::string &task = arguments["task"];
    const bool one = arguments["one"] == "yes";
    if (arguments["manifest"] != "no") {
        register_tasks(arguments);
    }
    if (arguments["register-only"] == "yes") {
        Json().add("bench", "load").print();
        return 0;
    }
    const size_t jobs = one ? 1 : arguments.number("jobs");
    const size_t plans = one ? 1 : arguments.number("plans");
    Control control(arguments["target"], arguments["pki"], "planner");
    Load load(&control, plan_of(task, input_of(task, arguments.number("payload")), jobs), jobs);

    load.start(plans);
    load.run_until([&] { return load.ended() >= jobs; });
    const Watch warming;
    load.run_until([&] { return warming.seconds() > arguments.seconds("warm-up"); });
    load.one_ns.clear();
    load.samples.clear();
    const uint64_t before = load.ended();
    const Watch watch;
    load.run_until([&] { return watch.seconds() > arguments.seconds("seconds"); });
    const double per_s = static_cast<double>(load.ended() - before) / watch.seconds();
    load.stop();
    load.run_until([&] { return load.under_way() == 0; });
    if (arguments["samples"] != "no") {
        write_samples(arguments["samples"], load.samples);
    }

    Json json;
    json.add("bench", "load").add("task", task).add("jobs_per_s", per_s);
    json.add("jobs_in_all", static_cast<double>(load.ended()));
    if (one) {
        json.add_percentiles("one", &load.one_ns);
    }
    json.print();
    return 0;
}
