// SPDX-License-Identifier: Apache-2.0
// A binding that goes on with its work on the loop's thread.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "agent/base/time.h"
#include "agent/io/loop/event_loop.h"
#include "agent/runner/runner.h"
#include "reeve_demo_tasks.reeve.h"

namespace
{

constexpr char kTask[] = "demo.native.v1.Native/Echo";

// Leaves the pool's thread for the loop's, and ends there or on one of its own.
struct Binding {
    reeve_binding base = {}; // first
    bool ends_elsewhere = false;
    std::thread::id went_on;
    std::thread other;

    static Binding *of(reeve_work *work)
    {
        return reinterpret_cast<Binding *>(work->binding);
    }
    static void fail(reeve_work *work)
    {
        reeve_work_fail(work, REEVE_REASON_HANDLER_FAILED, REEVE_EFFECT_NONE, "went on");
    }
    static void go_on(reeve_work *work)
    {
        Binding *self = of(work);
        self->went_on = std::this_thread::get_id();
        if (self->ends_elsewhere) {
            self->other = std::thread([work] { fail(work); });
            return;
        }
        fail(work);
    }
};

const reeve_binding_vtable kVtable = {
    "later", [](reeve_binding *, reeve_work *work) { reeve_work_later(work, Binding::go_on); },
    nullptr, nullptr,
    nullptr, nullptr};

class Later : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &loop_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        redactor_ = reeve_redactor_new();
        binding_.base.vtable = &kVtable;
        bindings_.assign(reeve_demo_tasks.count, &binding_.base);
        reeve_runner_options options = {};
        options.loop = reeve_event_loop_base(loop_);
        options.pool = pool_;
        options.redactor = redactor_;
        options.tasks = &reeve_demo_tasks;
        options.bindings = bindings_.data();
        options.on_finished = [](void *ctx, reeve_job_handle, const reeve_engine_result *result) {
            static_cast<Later *>(ctx)->messages_.push_back(std::string(
                reinterpret_cast<const char *>(result->message.data), result->message.len));
        };
        options.ctx = this;
        ASSERT_EQ(REEVE_OK, reeve_runner_new(&options, &runner_));
    }
    void TearDown() override
    {
        if (binding_.other.joinable()) {
            binding_.other.join();
        }
        reeve_pool_free(pool_);
        reeve_runner_free(runner_);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
    }
    void RunJobs(size_t count)
    {
        for (size_t i = 0; i < count; i++) {
            reeve_engine_start_job start = {};
            start.handle = i + 1;
            while (std::string(reeve_demo_tasks.tasks[start.task_index]->name) != kTask) {
                start.task_index++;
            }
            start.task = reeve_demo_tasks.tasks[start.task_index];
            start.traceparent = "";
            start.attempt = 1;
            start.deadline_ms = reeve_now_read().boot_ms + 60000;
            start.max_output_bytes = 1024;
            ASSERT_EQ(REEVE_OK, reeve_runner_start(runner_, &start));
        }
        const uint64_t deadline = reeve_now_read().boot_ms + 30000;
        while (reeve_runner_count(runner_) > 0 && reeve_now_read().boot_ms < deadline) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), deadline);
        }
    }

    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    Binding binding_;
    std::vector<reeve_binding *> bindings_;
    reeve_runner *runner_ = nullptr;
    std::vector<std::string> messages_;
};

TEST_F(Later, EndsOnTheLoopsThread)
{
    RunJobs(500);
    EXPECT_EQ(messages_, std::vector<std::string>(500, "went on"));
    EXPECT_EQ(binding_.went_on, std::this_thread::get_id());
}

TEST_F(Later, MayEndOnAnotherThread)
{
    binding_.ends_elsewhere = true;
    RunJobs(1);
    EXPECT_EQ(messages_, std::vector<std::string>{"went on"});
    EXPECT_EQ(binding_.went_on, std::this_thread::get_id());
}

} // namespace
