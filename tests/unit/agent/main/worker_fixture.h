/* SPDX-License-Identifier: Apache-2.0 */
/* A worker with a real journal, real threads and the example's native tasks, on an event loop, with
 * a little gateway in the same process. */
#ifndef REEVE_TESTS_UNIT_AGENT_MAIN_WORKER_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_MAIN_WORKER_FIXTURE_H

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "agent/config/files.h"
#include "agent/io/loop/event_loop.h"
#include "agent/main/worker.h"
#include "little_gateway.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

inline const char *const kWorkerConfig =
    R"(gateway: { address: 'gateway.example.com:8443', ca_file: ca.pem }
identity: { certificate_file: worker.pem, key_file: worker.key }
journal: { directory: journal }
allow:
  - task: demo.native.v1.Native/Echo
  - task: demo.native.v1.Native/Step
pools: [desk]
drain_timeout: 2s
log: { level: ERROR }
)";

class WorkerTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        const Credential worker = pki_.worker();
        directory_.write("ca.pem", pki_.ca_pem(), 0600);
        directory_.write("worker.pem", worker.chain_pem, 0600);
        directory_.write("worker.key", worker.key_pem, 0600);
        configure(kWorkerConfig);
    }
    void TearDown() override
    {
        stop();
        EXPECT_FALSE(ticking_);
    }
    void configure(const std::string &text)
    {
        const std::string written = directory_.write("agent.yaml", text, 0600);
        if (written != config_path_) {
            config_path_ = written; // a worker that runs holds the old one
        }
    }
    std::string path(const std::string &name) const
    {
        return directory_.path() + "/" + name;
    }

    /* Makes the worker; the status, and why_. */
    enum reeve_status start()
    {
        reeve_worker_parts parts = {};
        EXPECT_TRUE(load(&parts));
        EXPECT_EQ(reeve_event_loop_new(nullptr, &loop_), REEVE_OK);
        reeve_worker_options options = {};
        options.tasks = &reeve_demo_tasks;
        options.config_path = config_path_.c_str();
        options.loop = reeve_event_loop_base(loop_);
        options.dialer = {dial, this};
        options.parts = parts;
        const enum reeve_status status = reeve_worker_new(&options, &worker_, why_);
        started_ = status == REEVE_OK;
        return status;
    }
    /* Tries a second worker beside the first; why it does not start. */
    std::string start_second()
    {
        reeve_worker_parts parts = {};
        reeve_worker *second = nullptr;
        reeve_event_loop *loop = nullptr;
        char why[1024] = "";
        EXPECT_TRUE(load(&parts));
        EXPECT_EQ(reeve_event_loop_new(nullptr, &loop), REEVE_OK);
        reeve_worker_options options = {};
        options.tasks = &reeve_demo_tasks;
        options.config_path = config_path_.c_str();
        options.loop = reeve_event_loop_base(loop);
        options.dialer = {dial, this};
        options.parts = parts;
        EXPECT_EQ(reeve_worker_new(&options, &second, why), REEVE_LOCKED);
        reeve_event_loop_free(loop);
        reeve_worker_free(second);
        return why;
    }
    /* Runs until the engine exits. `step` is called on the loop every few milliseconds. */
    enum reeve_status run(const std::function<void()> &step)
    {
        step_ = step;
        ticking_ = true;
        std::thread ticker([this] { tick(); });
        const enum reeve_status status = reeve_worker_run(worker_);
        ticking_ = false;
        ticker.join();
        step_ = nullptr; // a last tick may still be posted; what the step refers to is about to go
        return status;
    }
    void stop()
    {
        if (loop_ == nullptr) {
            return;
        }
        if (started_) {
            EXPECT_TRUE(reeve_worker_stop(worker_));
        }
        reeve_event_loop_free(loop_);
        reeve_worker_free(worker_);
        loop_ = nullptr;
        worker_ = nullptr;
        started_ = false;
    }
    std::string status()
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 20);
        EXPECT_EQ(reeve_worker_write_status(worker_, &out), REEVE_OK);
        std::string text(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return text;
    }
    /* The first wish to stop, however often it is uttered: a second one, half a second later, would
     * break off what the first began. */
    void stop_once()
    {
        if (!asked_to_stop_) {
            asked_to_stop_ = true;
            reeve_worker_signal_stop(worker_);
        }
    }
    /* Milliseconds since the test began. */
    int64_t elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - began_)
            .count();
    }

    TestPki pki_;
    TempDir directory_;
    std::string config_path_;
    LittleGateway gateway_{&reeve_demo_tasks};
    reeve_worker *worker_ = nullptr;
    char why_[1024] = "";

  private:
    struct Tick {
        reeve_task_node node; // first
        WorkerTest *test;
        std::atomic<bool> posted;
    };

    bool load(reeve_worker_parts *parts)
    {
        reeve_config_report report;
        const reeve_now now = reeve_now_read();
        reeve_config_report_init(&report, config_path_.c_str());
        parts->environment = reeve_environment_new();
        parts->redactor = reeve_redactor_new();
        const bool loaded =
            reeve_agent_config_load(config_path_.c_str(), &reeve_demo_tasks, &report,
                                    &parts->config) == REEVE_OK &&
            reeve_config_open_identity(parts->config, &now, &report, &parts->identity) ==
                REEVE_OK &&
            reeve_credentials_open(parts->config, parts->environment, parts->redactor, &report,
                                   &parts->secrets) == REEVE_OK;
        reeve_environment_seal(parts->environment);
        reeve_config_report_clear(&report);
        return loaded;
    }
    static enum reeve_status dial(void *ctx, const reeve_agent_config *, const reeve_identity *,
                                  reeve_secret_registry *, reeve_transport **out)
    {
        *out = static_cast<WorkerTest *>(ctx)->gateway_.connect();
        return *out != nullptr ? REEVE_OK : REEVE_UNAVAILABLE;
    }
    static void on_tick(reeve_task_node *node)
    {
        Tick *tick = reinterpret_cast<Tick *>(node);
        tick->test->gateway_.run();
        if (tick->test->step_) {
            tick->test->step_();
        }
        tick->test->gateway_.run();
        tick->posted = false;
    }
    void tick()
    {
        tick_.test = this;
        tick_.node.run = on_tick;
        tick_.posted = false;
        while (ticking_) {
            if (!tick_.posted.exchange(true)) {
                reeve_loop_post(reeve_event_loop_base(loop_), &tick_.node);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    reeve_event_loop *loop_ = nullptr;
    bool started_ = false;
    std::function<void()> step_;
    std::atomic<bool> ticking_{false};
    Tick tick_ = {};
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    bool asked_to_stop_ = false;
};

} // namespace reeve::test
#endif
