// SPDX-License-Identifier: Apache-2.0
// Server-streaming tasks through the runner: handlers that wait on their thread and handlers with
// threads of their own, and a consumer that takes its time (P2, P7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "agent/base/time.h"
#include "agent/bindings/native/native.h"
#include "agent/io/loop/event_loop.h"
#include "agent/runner/runner.h"
#include "proto/runtime/message.h"
#include "reeve_demo_tasks.reeve.h"

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

struct Job {
    std::string input;
    std::vector<uint32_t> values;
    std::string bytes; // all that came
    uint64_t received_bytes = 0;
    bool done = false;
    int status = 0;
    int effect = 0;
    int reason = 0;
};

// Field 1 is `to`, field 2 `padding_bytes`.
std::string Input(uint32_t to, uint32_t padding)
{
    std::string bytes;
    for (auto [tag, value] : {std::pair<char, uint32_t>{'\x08', to}, {'\x10', padding}}) {
        bytes += tag;
        for (; value >= 128; value >>= 7) {
            bytes += static_cast<char>(value | 128);
        }
        bytes += static_cast<char>(value);
    }
    return bytes;
}

class Stream : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &loop_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(4, &pool_));
        redactor_ = reeve_redactor_new();
        ASSERT_EQ(REEVE_OK, reeve_native_binding_new(&native_));
        bindings_.assign(reeve_demo_tasks.count, native_);
        options_.loop = reeve_event_loop_base(loop_);
        options_.pool = pool_;
        options_.redactor = redactor_;
        options_.tasks = &reeve_demo_tasks;
        options_.bindings = bindings_.data();
        options_.on_finished = OnFinished;
        options_.on_progress = [](void *, reeve_job_handle, uint64_t, uint64_t) {};
        options_.on_result = OnResult;
        options_.ctx = this;
        options_.max_results = 8;
    }
    void TearDown() override
    {
        reeve_pool_free(pool_);
        reeve_runner_free(runner_);
        reeve_binding_free(native_);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
    }
    static void OnFinished(void *ctx, reeve_job_handle handle, const reeve_engine_result *result)
    {
        Job &job = static_cast<Stream *>(ctx)->jobs_.at(handle);
        EXPECT_FALSE(job.done) << "finished twice";
        job.done = true;
        job.status = result->status;
        job.effect = result->effect;
        job.reason = static_cast<int>(result->reason);
    }
    static void OnResult(void *ctx, reeve_job_handle handle, reeve_buffer *message)
    {
        auto *self = static_cast<Stream *>(ctx);
        Job &job = self->jobs_.at(handle);
        EXPECT_FALSE(job.done) << "a result behind the end";
        const std::string bytes(reinterpret_cast<const char *>(message->data), message->len);
        job.bytes += bytes;
        job.received_bytes += message->len;
        uint32_t value = 0;
        for (size_t i = 1; i < bytes.size(); i++) { // field 1 comes first
            value |= static_cast<uint32_t>(bytes[i] & 127) << (7 * (i - 1));
            if ((bytes[i] & 128) == 0) {
                break;
            }
        }
        job.values.push_back(value);
        if (self->release_each_) {
            self->Release(handle);
        }
    }
    void Release(reeve_job_handle handle)
    {
        const Job &job = jobs_.at(handle);
        reeve_runner_release(runner_, handle, job.values.size(), job.received_bytes);
    }
    reeve_job_handle Begin(uint32_t to, uint32_t padding = 0)
    {
        if (runner_ == nullptr) {
            EXPECT_EQ(REEVE_OK, reeve_runner_new(&options_, &runner_));
        }
        uint32_t index = 0;
        while (std::string(reeve_demo_tasks.tasks[index]->name) != "demo.native.v1.Native/Count") {
            index++;
        }
        reeve_engine_start_job start = {};
        start.handle = ++last_;
        jobs_[last_].input = Input(to, padding);
        start.task = reeve_demo_tasks.tasks[index];
        start.task_index = index;
        start.input = reeve_bytes_of(jobs_[last_].input.data(), jobs_[last_].input.size());
        start.traceparent = "";
        start.attempt = 1;
        start.deadline_ms = reeve_now_read().boot_ms + 60000;
        start.max_output_bytes = max_output_bytes_;
        EXPECT_EQ(REEVE_OK, reeve_runner_start(runner_, &start));
        return last_;
    }
    template <typename Until>
    void Poll(Until until)
    {
        const uint64_t deadline = reeve_now_read().boot_ms + 30000;
        while (!until() && reeve_now_read().boot_ms < deadline) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), deadline);
        }
        EXPECT_TRUE(until()) << "nothing happened";
    }
    // Whatever is on its way arrives: threads that go on would have been seen long before.
    void Quiet()
    {
        const uint64_t until = reeve_now_read().boot_ms + 30;
        while (reeve_now_read().boot_ms < until) {
            (void)!reeve_loop_poll(reeve_event_loop_base(loop_), until);
        }
    }
    Job &Wait(reeve_job_handle handle)
    {
        Poll([&] { return jobs_.at(handle).done; });
        return jobs_.at(handle);
    }
    void ExpectCounted(const Job &job, uint32_t to)
    {
        EXPECT_EQ(job.status, REEVE_OUTCOME_SUCCEEDED) << job.reason;
        EXPECT_EQ(job.effect, REEVE_EFFECT_NONE);
        ASSERT_EQ(job.values.size(), to);
        for (uint32_t i = 0; i < to; i++) {
            ASSERT_EQ(job.values[i], i + 1) << "in order, each once";
        }
    }

    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_binding *native_ = nullptr;
    std::vector<reeve_binding *> bindings_;
    reeve_runner_options options_ = {};
    reeve_runner *runner_ = nullptr;
    reeve_job_handle last_ = 0;
    std::map<reeve_job_handle, Job> jobs_;
    uint64_t max_output_bytes_ = 64 * 1024;
    bool release_each_ = true;
};

TEST_F(Stream, WaitsOnItsThread)
{
    ExpectCounted(Wait(Begin(2000)), 2000);
}

TEST_F(Stream, GoesOnWhenResumedFromAThreadOfItsOwn)
{
    ExpectCounted(Wait(Begin(2001)), 2001);
}

TEST_F(Stream, WithoutMessages)
{
    ExpectCounted(Wait(Begin(0)), 0);
}

// P7: a consumer that takes nothing stops the source, not the loop.
TEST_F(Stream, P7IsPausedBeyondItsWindow)
{
    release_each_ = false;
    for (uint32_t to : {100u, 101u}) {
        const reeve_job_handle handle = Begin(to);
        Poll([&] { return jobs_.at(handle).values.size() == 8; });
        Quiet();
        EXPECT_EQ(jobs_.at(handle).values.size(), 8u);
        EXPECT_FALSE(jobs_.at(handle).done);
        release_each_ = true;
        Release(handle);
        ExpectCounted(Wait(handle), to);
        release_each_ = false;
    }
}

TEST_F(Stream, P7BytesCountAndOneMessageAlwaysPasses)
{
    release_each_ = false;
    options_.max_results_bytes = 1000;
    const reeve_job_handle small = Begin(100, 300);
    const reeve_job_handle large = Begin(100, 5000);
    Poll([&] { return jobs_.at(small).values.size() == 4 && jobs_.at(large).values.size() == 1; });
    Quiet();
    EXPECT_EQ(jobs_.at(small).values.size(), 4u);
    EXPECT_EQ(jobs_.at(large).values.size(), 1u);
    release_each_ = true;
    Release(small);
    Release(large);
    ExpectCounted(Wait(small), 100);
    ExpectCounted(Wait(large), 100);
}

TEST_F(Stream, P7AllJobsTogetherHaveABound)
{
    release_each_ = false;
    options_.max_all_results_bytes = 2000;
    const reeve_job_handle first = Begin(100, 500);
    Poll([&] { return jobs_.at(first).values.size() == 4; });
    const reeve_job_handle second = Begin(100, 500);
    Poll([&] { return jobs_.at(second).values.size() == 1; });
    Quiet();
    EXPECT_EQ(jobs_.at(first).values.size(), 4u);
    EXPECT_EQ(jobs_.at(second).values.size(), 1u) << "one that holds none may always go on";
    release_each_ = true;
    Release(second);
    Release(first);
    ExpectCounted(Wait(first), 100);
    ExpectCounted(Wait(second), 100);
}

TEST_F(Stream, CancelEndsAPause)
{
    release_each_ = false;
    for (uint32_t to : {100u, 101u}) {
        const reeve_job_handle handle = Begin(to);
        Poll([&] { return jobs_.at(handle).values.size() == 8; });
        reeve_runner_cancel(runner_, handle, REEVE_CANCEL_REQUESTED);
        EXPECT_EQ(Wait(handle).status, REEVE_OUTCOME_CANCELLED);
        EXPECT_EQ(jobs_.at(handle).reason, REEVE_REASON_CANCEL_REQUESTED);
        EXPECT_EQ(jobs_.at(handle).values.size(), 8u);
    }
}

TEST_F(Stream, CancelAndRoomRace)
{
    for (uint32_t i = 0; i < 200; i++) {
        const reeve_job_handle handle = Begin(50 + i % 2);
        Poll([&] { return jobs_.at(handle).values.size() > i % 23 || jobs_.at(handle).done; });
        reeve_runner_cancel(runner_, handle, REEVE_CANCEL_DEADLINE);
        const Job &job = Wait(handle);
        EXPECT_THAT(job.status, ::testing::AnyOf(REEVE_OUTCOME_SUCCEEDED, REEVE_OUTCOME_TIMED_OUT));
    }
}

TEST_F(Stream, ManyAtOnce)
{
    std::vector<reeve_job_handle> handles;
    for (uint32_t i = 0; i < 16; i++) {
        handles.push_back(Begin(300 + i, i * 10));
    }
    for (uint32_t i = 0; i < 16; i++) {
        ExpectCounted(Wait(handles[i]), 300 + i);
    }
    EXPECT_EQ(reeve_runner_count(runner_), 0u);
}

// P2: nothing of the message that holds a credential leaves, and nothing behind it.
TEST_F(Stream, P2AResultWithACredentialIsWithheld)
{
    const char secret[] = "streamed-token-0123456789";
    ASSERT_EQ(REEVE_OK, reeve_redactor_add(redactor_, reeve_bytes_cstr(secret)));
    const Job &job = Wait(Begin(100, 13));
    EXPECT_EQ(job.status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job.reason, REEVE_REASON_OUTPUT_WITHHELD);
    EXPECT_EQ(job.values, (std::vector<uint32_t>{1, 2}));
    EXPECT_THAT(job.bytes, Not(HasSubstr("streamed")));
}

// P7
TEST_F(Stream, AResultOverItsLimitIsRefused)
{
    max_output_bytes_ = 1000;
    const Job &job = Wait(Begin(100, 2000));
    EXPECT_EQ(job.status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job.reason, REEVE_REASON_OUTPUT_TOO_LARGE);
    EXPECT_TRUE(job.values.empty());
}

} // namespace
