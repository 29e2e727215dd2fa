// SPDX-License-Identifier: Apache-2.0
//
// Requests to a local HTTP server that answers GET /api/v1/customers/C-1 with a customer: the http
// binding as a worker uses it (runner, input decoded and checked, request written, answer read,
// checked and encoded), beside a bare libcurl-multi loop that sends the same.
//
//   binding_per_s, bare_per_s   taken in turns; medians
//   ratio                       of the pairs; median
#include <algorithm>
#include <vector>

#include "agent/bindings/http/http_binding.h"
#include "agent/io/loop/event_loop.h"
#include "agent/runner/runner.h"
#include "proto/runtime/message.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/bench/http_requests/bare_loop.h"
#include "tests/bench/support/bench.h"

namespace
{

using namespace reeve::bench;

constexpr char kTask[] = "demo.crm.v1.Customers/GetCustomer";

// Jobs through the runner, `in_flight` at a time.
class Binding
{
  public:
    Binding(const std::string &base_url, size_t in_flight) : in_flight_(in_flight)
    {
        const reeve_http_loop_options options = {};
        must(reeve_event_loop_new(nullptr, &loop_), "loop");
        must(reeve_pool_new(0, &pool_), "pool");
        must(reeve_http_loop_new(&options, &http_), "http loop");
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        reeve_http_system system = {};
        system.base_url = base_url.c_str();
        must(reeve_http_binding_new(&system, http_, pool_, secrets_, &binding_), "binding");
        FindTask();
        bindings_.assign(reeve_demo_tasks.count, binding_);
        reeve_runner_options runner = {};
        runner.loop = reeve_event_loop_base(loop_);
        runner.pool = pool_;
        runner.redactor = redactor_;
        runner.tasks = &reeve_demo_tasks;
        runner.bindings = bindings_.data();
        runner.on_finished = OnFinished;
        runner.ctx = this;
        must(reeve_runner_new(&runner, &runner_), "runner");
    }
    ~Binding()
    {
        reeve_runner_free(runner_);
        reeve_binding_free(binding_);
        reeve_http_loop_free(http_);
        reeve_pool_free(pool_);
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
    }
    Binding(const Binding &) = delete;
    Binding &operator=(const Binding &) = delete;

    double Run(double seconds)
    {
        going_ = true;
        for (size_t i = 0; i < in_flight_; i++) {
            Start();
        }
        Turn(seconds / 5);
        answered_ = 0;
        const Watch watch;
        Turn(seconds);
        const double rate = static_cast<double>(answered_) / watch.seconds();
        going_ = false;
        while (reeve_runner_count(runner_) > 0) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), REEVE_NEVER_MS);
        }
        return rate;
    }

  private:
    void FindTask()
    {
        for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
            if (std::string(kTask) == reeve_demo_tasks.tasks[i]->name) {
                index_ = i;
            }
            reeve_problem problem = {};
            must(reeve_message_prepare(reeve_demo_tasks.tasks[i]->input, &problem), "rules");
            must(reeve_message_prepare(reeve_demo_tasks.tasks[i]->output, &problem), "rules");
        }
    }
    void Start()
    {
        reeve_engine_start_job job = {};
        job.handle = ++handle_;
        job.task = reeve_demo_tasks.tasks[index_];
        job.task_index = index_;
        job.input = view(input_);
        job.attempt = 1;
        job.deadline_ms = reeve_now_read().boot_ms + 10000;
        job.max_output_bytes = 1u << 20;
        must(reeve_runner_start(runner_, &job), "start");
    }
    static void OnFinished(void *ctx, reeve_job_handle, const reeve_engine_result *result)
    {
        auto *self = static_cast<Binding *>(ctx);
        if (result->status != REEVE_OUTCOME_SUCCEEDED) {
            fail("a job did not succeed: " + text(result->message));
        }
        self->answered_++;
        if (self->going_) {
            self->Start();
        }
    }
    void Turn(double seconds)
    {
        const Watch watch;
        while (watch.seconds() < seconds) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), reeve_now_read().boot_ms + 100);
        }
    }

    const size_t in_flight_;
    const std::string input_ = std::string("\x0a\x03") + "C-1";
    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_http_loop *http_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_binding *binding_ = nullptr;
    std::vector<reeve_binding *> bindings_;
    reeve_runner *runner_ = nullptr;
    uint32_t index_ = 0;
    reeve_job_handle handle_ = 0;
    uint64_t answered_ = 0;
    bool going_ = false;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(
        argc, argv,
        {{"port", ""}, {"seconds", "3"}, {"in-flight", "64"}, {"turns", "5"}, {"only", "both"}});
    const std::string base = "http://127.0.0.1:" + arguments["port"];
    const size_t in_flight = arguments.number("in-flight");
    const uint64_t turns = arguments.number("turns");
    const double each = arguments.seconds("seconds") / static_cast<double>(turns);
    std::vector<double> bare;
    std::vector<double> binding;
    std::vector<double> ratio;
    for (uint64_t i = 0; i < turns; i++) {
        bare.push_back(arguments["only"] == "binding"
                           ? 1
                           : bare_requests_per_s(base + "/api/v1/customers/C-1", in_flight, each));
        binding.push_back(arguments["only"] == "bare" ? 1 : Binding(base, in_flight).Run(each));
        ratio.push_back(binding.back() / bare.back());
    }
    Json()
        .add("bare_per_s", median(bare))
        .add("binding_per_s", median(binding))
        .add("ratio", median(ratio))
        .print();
    return 0;
}
