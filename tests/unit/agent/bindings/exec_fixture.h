// SPDX-License-Identifier: Apache-2.0
//
// The exec binding under the runner: one script for every operation.
#ifndef REEVE_TESTS_UNIT_AGENT_BINDINGS_EXEC_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_BINDINGS_EXEC_FIXTURE_H

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/exec/exec_binding.h"
#include "agent/io/loop/event_loop.h"
#include "agent/runner/runner.h"
#include "creds/secrets/file.h"
#include "exec_test_tasks.reeve.h"
#include "proto/runtime/message.h"
#include "tests/support/bytes.h"
#include "tests/support/message_json.h"

namespace reeve::test
{

inline constexpr char TOKEN[] = "script-token-0123456789";
inline constexpr char GREET[] = "exectest.v1.Scripts/Greet";
inline constexpr char LOOK[] = "exectest.v1.Scripts/Look";
inline constexpr char COUNT[] = "exectest.v1.Scripts/Count";

struct Ended {
    bool done = false;
    int status = 0;
    int effect = 0;
    int reason = 0;
    uint32_t upstream_code = 0;
    std::string message, reference, output;
};

inline std::string Read(const std::string &path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline bool IsAlive(pid_t pid)
{
    const std::string stat = Read("/proc/" + std::to_string(pid) + "/stat");
    const size_t end = stat.rfind(") ");
    return end != std::string::npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

class ExecTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        char pattern[] = "/tmp/reeve-exec-XXXXXX";
        dir_ = mkdtemp(pattern);
        std::ofstream(dir_ + "/token") << TOKEN << "\n";
        log_fd_ = open((dir_ + "/log").c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &loop_));
        ASSERT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
        ASSERT_EQ(REEVE_OK, reeve_child_loop_new(nullptr, &children_));
        redactor_ = reeve_redactor_new();
        secrets_ = reeve_secret_registry_new(redactor_);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new((dir_ + "/token").c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, "token", provider, false));
        for (size_t i = 0; i < 3; i++) {
            static const char *const OPERATIONS[] = {"Greet", "look", "count"};
            programs_[i].operation = OPERATIONS[i];
            programs_[i].path = "/bin/sh";
            programs_[i].directory = "/";
            programs_[i].max_output_bytes = 100000;
            programs_[i].max_concurrent = 16;
            programs_[i].grace_ms = 2000;
        }
        system_.programs = programs_;
        system_.programs_count = 3;
    }
    // What every operation runs.
    void Script(const std::string &text)
    {
        script_ = text;
        arguments_[0] = "-c";
        arguments_[1] = script_.c_str();
        for (reeve_exec_program &program : programs_) {
            program.arguments = arguments_;
            program.arguments_count = 2;
        }
        ASSERT_EQ(REEVE_OK,
                  reeve_exec_binding_new(&system_, children_, pool_, secrets_, &binding_));
        bindings_.assign(exec_test_tasks.count, binding_);
        reeve_problem problem = {};
        for (uint32_t i = 0; i < exec_test_tasks.count; i++) {
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(exec_test_tasks.tasks[i]->input, &problem));
            ASSERT_EQ(REEVE_OK, reeve_message_prepare(exec_test_tasks.tasks[i]->output, &problem));
        }
        reeve_runner_options options = {};
        options.loop = reeve_event_loop_base(loop_);
        options.pool = pool_;
        options.redactor = redactor_;
        options.tasks = &exec_test_tasks;
        options.bindings = bindings_.data();
        options.max_results = 2;
        options.max_all_job_memory = all_job_memory_;
        options.on_finished = OnFinished;
        options.on_progress = [](void *, reeve_job_handle, uint64_t, uint64_t) {};
        options.on_result = OnResult;
        options.ctx = this;
        ASSERT_EQ(REEVE_OK, reeve_runner_new(&options, &runner_));
    }
    void TearDown() override
    {
        reeve_child_loop_free(children_);
        reeve_pool_free(pool_);
        reeve_runner_free(runner_);
        if (binding_ != nullptr) {
            reeve_binding_free(binding_);
        }
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
        reeve_event_loop_free(loop_);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
        std::filesystem::remove_all(dir_);
    }

    static void OnFinished(void *ctx, reeve_job_handle handle, const reeve_engine_result *result)
    {
        ExecTest *self = static_cast<ExecTest *>(ctx);
        Ended &e = self->ended_[handle];
        EXPECT_FALSE(e.done) << "finished twice";
        e.done = true;
        self->finished_++;
        e.status = result->status;
        e.effect = result->effect;
        e.reason = static_cast<int>(result->reason);
        e.upstream_code = result->upstream_code;
        e.message = Text(result->message);
        e.reference = Text(result->reference);
        if (result->output != nullptr) {
            e.output = self->Json(handle, Text(reeve_buffer_view(result->output)));
        }
    }
    static void OnResult(void *ctx, reeve_job_handle handle, reeve_buffer *message)
    {
        ExecTest *self = static_cast<ExecTest *>(ctx);
        self->result_bytes_ += message->len;
        self->results_.push_back(self->Json(handle, Text(reeve_buffer_view(message))));
        if (self->release_) {
            reeve_runner_release(self->runner_, handle, self->results_.size(), self->result_bytes_);
        }
    }
    std::string Json(reeve_job_handle handle, const std::string &bytes)
    {
        return DecodeJson(exec_test_tasks.tasks[index_[handle]]->output, View(bytes));
    }

    reeve_job_handle Begin(const std::string &task, const std::string &json)
    {
        const reeve_job_handle handle = ended_.size();
        uint32_t index = 0;
        while (task != exec_test_tasks.tasks[index]->name) {
            index++;
        }
        const reeve_task *t = exec_test_tasks.tasks[index];
        inputs_.push_back(std::make_unique<std::string>(EncodeJson(t->input, json)));
        reeve_engine_start_job job = {};
        job.handle = handle;
        job.task = t;
        job.task_index = index;
        job.input = reeve_bytes_of(inputs_.back()->data(), inputs_.back()->size());
        job.job_id.bytes[15] = 7;
        job.traceparent = "";
        job.attempt = 3;
        job.deadline_ms = reeve_now_read().boot_ms + 60000;
        job.max_output_bytes = 64 * 1024;
        ended_.emplace_back();
        index_.push_back(index);
        EXPECT_EQ(REEVE_OK, reeve_runner_start(runner_, &job));
        return handle;
    }
    void Turn()
    {
        (void)!reeve_loop_poll(reeve_event_loop_base(loop_), reeve_now_read().boot_ms + 5);
    }
    Ended &Wait(reeve_job_handle handle)
    {
        while (!ended_[handle].done) {
            Turn();
        }
        return ended_[handle];
    }
    Ended &Run(const std::string &task, const std::string &json = R"({"name":"Ada"})")
    {
        return Wait(Begin(task, json));
    }
    std::string Log()
    {
        return Read(dir_ + "/log");
    }
    std::string File(const std::string &name)
    {
        return dir_ + "/" + name;
    }

    uint64_t all_job_memory_ = 0;
    std::string dir_, script_;
    const char *arguments_[2] = {};
    int log_fd_ = -1;
    reeve_event_loop *loop_ = nullptr;
    reeve_pool *pool_ = nullptr;
    reeve_child_loop *children_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *secrets_ = nullptr;
    reeve_exec_program programs_[3] = {};
    reeve_exec_system system_ = {};
    reeve_binding *binding_ = nullptr;
    std::vector<reeve_binding *> bindings_;
    reeve_runner *runner_ = nullptr;
    std::vector<std::unique_ptr<std::string>> inputs_;
    std::vector<uint32_t> index_;
    std::vector<Ended> ended_;
    std::vector<std::string> results_;
    size_t result_bytes_ = 0;
    size_t finished_ = 0;
    bool release_ = true;
};

} // namespace reeve::test

#endif
