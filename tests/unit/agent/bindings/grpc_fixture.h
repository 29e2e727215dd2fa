// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding by itself: its jobs, its secrets, its log.
#ifndef REEVE_TESTS_UNIT_AGENT_BINDINGS_GRPC_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_BINDINGS_GRPC_FIXTURE_H

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/grpc/grpc_binding.h"
#include "creds/secrets/file.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/bytes.h"
#include "tests/support/message_json.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

inline constexpr char SECRET[] = "grpc-bearer-token-0123456789";

inline reeve_task MakeTask(const char *method, uint8_t idempotency, bool streaming)
{
    for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
        if (strcmp(reeve_demo_tasks.tasks[i]->name, "demo.crm.v1.Tickets/CreateTicket") == 0) {
            reeve_task task = *reeve_demo_tasks.tasks[i];
            task.name = method;
            task.binding = REEVE_BINDING_GRPC;
            task.idempotency = idempotency;
            task.server_streaming = streaming;
            return task;
        }
    }
    return {};
}

inline constexpr char CREATE[] = "demo.crm.v1.Tickets/CreateTicket";
inline constexpr char WATCH[] = "demo.crm.v1.Tickets/Watch";

// One work and the owner that it goes back to.
struct GrpcJob {
    reeve_work work = {};
    reeve_task task;
    reeve_arena arena;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::vector<std::string> results;
    std::function<reeve_work_flow(size_t count)> flow;

    GrpcJob(const char *method, uint8_t idempotency, bool streaming, const std::string &subject)
        : task(MakeTask(method, idempotency, streaming))
    {
        static const reeve_work_owner OWNER = {OnDone, nullptr, OnEmit, nullptr};
        reeve_arena_init(&arena, nullptr, 16 << 20, 0);
        work.task = &task;
        work.request = FromJson(
            task.input,
            "{\"subject\":\"" + subject + "\",\"customerId\":\"C-1\",\"cardNumber\":\"\"}", &arena);
        work.arena = &arena;
        work.job_id.bytes[0] = 0x42;
        work.deadline_ms = reeve_now_read().boot_ms + 20000;
        work.max_output_bytes = 1 << 20;
        work.owner = &OWNER;
        reeve_buffer_init(&work.answer.output, nullptr, 1 << 20);
    }
    ~GrpcJob()
    {
        reeve_answer_clear(&work.answer);
        reeve_arena_clear(&arena);
    }
    bool Wait(int seconds = 30)
    {
        std::unique_lock<std::mutex> hold(mutex);
        return changed.wait_for(hold, std::chrono::seconds(seconds), [&] { return done; });
    }
    bool WaitResults(size_t count)
    {
        std::unique_lock<std::mutex> hold(mutex);
        return changed.wait_for(hold, std::chrono::seconds(30),
                                [&] { return results.size() >= count; });
    }
    size_t Results()
    {
        std::lock_guard<std::mutex> hold(mutex);
        return results.size();
    }
    std::string Output() const
    {
        return Text(reeve_buffer_view(&work.answer.output));
    }
    // "FAILED NOT_FOUND NONE": status, reason, effect.
    std::string End() const
    {
        return std::string(reeve_outcome_status_name(work.answer.status)) + " " +
               reeve_reason_name(work.answer.reason) + " " + reeve_effect_name(work.answer.effect);
    }

  private:
    static GrpcJob *Of(reeve_work *work)
    {
        return reinterpret_cast<GrpcJob *>(work); // the first member
    }
    static void OnDone(reeve_work *work)
    {
        GrpcJob *job = Of(work);
        std::lock_guard<std::mutex> hold(job->mutex);
        EXPECT_FALSE(job->done) << "answered twice";
        job->done = true;
        job->changed.notify_all();
    }
    static reeve_work_flow OnEmit(reeve_work *work, reeve_buffer *message)
    {
        GrpcJob *job = Of(work);
        std::lock_guard<std::mutex> hold(job->mutex);
        job->results.push_back(Text(reeve_buffer_view(message)));
        job->changed.notify_all();
        return job->flow ? job->flow(job->results.size()) : REEVE_WORK_GO_ON;
    }
};

class GrpcBinding : public testing::Test
{
  protected:
    void SetUp() override
    {
        log_path_ = dir_.path() + "/log";
        log_fd_ = open(log_path_.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        ASSERT_EQ(REEVE_OK, reeve_rpc_client_new(&client_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        secret_path_ = dir_.write("token", SECRET, 0600);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new(secret_path_.c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, "token", provider, false));
        reeve_log_set_scrubber(
            [](void *ctx, char *line, size_t *len) {
                reeve_redactor_scrub(static_cast<reeve_redactor *>(ctx), line, *len);
            },
            redactor_);
    }
    void TearDown() override
    {
        reeve_pool_free(pool_);
        reeve_binding_free(binding_);
        reeve_rpc_client_free(client_);
        reeve_log_set_scrubber(nullptr, nullptr);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
    }
    void Bind(const std::string &target,
              const std::function<void(reeve_grpc_system &)> &adjust = {})
    {
        reeve_grpc_system system = {};
        system.target = target.c_str();
        system.plaintext = true;
        if (adjust) {
            adjust(system);
        }
        ASSERT_EQ(REEVE_OK, reeve_grpc_binding_new(&system, client_, pool_, secrets_, &binding_));
    }
    void Start(GrpcJob &job)
    {
        job.work.binding = binding_;
        binding_->vtable->start(binding_, &job.work);
    }
    void Cancel(GrpcJob &job, reeve_reason reason = REEVE_REASON_CANCEL_REQUESTED)
    {
        __atomic_store_n(&job.work.cancel_reason, static_cast<int>(reason), __ATOMIC_RELEASE);
        binding_->vtable->cancel(binding_, &job.work);
    }
    std::unique_ptr<GrpcJob> Run(const std::string &subject,
                                 uint8_t idempotency = REEVE_NOT_IDEMPOTENT,
                                 const char *method = CREATE)
    {
        auto job =
            std::make_unique<GrpcJob>(method, idempotency, strcmp(method, WATCH) == 0, subject);
        Start(*job);
        EXPECT_TRUE(job->Wait());
        return job;
    }
    std::string Log() const
    {
        std::ifstream file(log_path_);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    TempDir dir_;
    std::string log_path_, secret_path_;
    int log_fd_ = -1;
    reeve_rpc_client *client_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_binding *binding_ = nullptr;
};

} // namespace reeve::test

#endif
