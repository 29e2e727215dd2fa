/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/http_world.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "agent/base/list.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "creds/secrets/file.h"
#include "proto/runtime/message.h"
#include "tests/support/bytes.h"
#include "tests/support/message_json.h"

namespace reeve::test
{

namespace
{

constexpr auto kLong = std::chrono::seconds(60);

std::string status_name(int status)
{
    switch (status) {
#define X(name, number)                                                                            \
    case number:                                                                                   \
        return #name;
        REEVE_OUTCOME_STATUS_MAP(X)
#undef X
    default:
        return "?";
    }
}

std::string effect_name(int effect)
{
    switch (effect) {
#define X(name, number)                                                                            \
    case number:                                                                                   \
        return #name;
        REEVE_EFFECT_MAP(X)
#undef X
    default:
        return "?";
    }
}

std::string reason_name(int reason)
{
    switch (reason) {
#define X(name, number)                                                                            \
    case number:                                                                                   \
        return #name;
        REEVE_REASON_MAP(X)
#undef X
    default:
        return " ?";
    }
}

} // namespace

/* ---- jobs ---- */

const struct reeve_work_owner HttpJob::kOwner = {HttpJob::on_done, nullptr, HttpJob::on_emit,
                                                 HttpJob::on_later};

HttpJob::HttpJob(struct reeve_binding *binding, const struct reeve_task *task,
                 const std::string &json, uint64_t time_ms)
{
    handle_.job = this;
    reeve_arena_init(&arena_, nullptr, 16u << 20, 0);
    handle_.work.task = task;
    handle_.work.request = FromJson(task->input, json, &arena_);
    handle_.work.arena = &arena_;
    handle_.work.job_id = reeve_random_id(reeve_random_system());
    handle_.work.attempt = 1;
    handle_.work.deadline_ms = reeve_now_read().boot_ms + time_ms;
    handle_.work.max_output_bytes = 8u << 20;
    handle_.work.owner = &kOwner;
    handle_.work.binding = binding;
    reeve_buffer_init(&handle_.work.answer.output, nullptr, handle_.work.max_output_bytes);
}

HttpJob::~HttpJob()
{
    reeve_answer_clear(&handle_.work.answer);
    reeve_arena_clear(&arena_);
}

void HttpJob::start()
{
    handle_.work.binding->vtable->start(handle_.work.binding, &handle_.work);
}

void HttpJob::cancel(enum reeve_reason why)
{
    int none = REEVE_REASON_UNSPECIFIED;
    __atomic_compare_exchange_n(&handle_.work.cancel_reason, &none, static_cast<int>(why), false,
                                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    handle_.work.binding->vtable->cancel(handle_.work.binding, &handle_.work);
}

void HttpJob::resume()
{
    handle_.work.binding->vtable->resume(handle_.work.binding, &handle_.work);
}

void HttpJob::on_done(struct reeve_work *work)
{
    HttpJob *self = reinterpret_cast<Handle *>(work)->job;
    std::lock_guard<std::mutex> guard(self->lock_);
    self->ends_++;
    self->changed_.notify_all();
}

// No loop here: whoever asks goes on.
void HttpJob::on_later(struct reeve_work *work)
{
    work->then(work);
}

enum reeve_work_flow HttpJob::on_emit(struct reeve_work *work, struct reeve_buffer *message)
{
    HttpJob *self = reinterpret_cast<Handle *>(work)->job;
    std::string json = DecodeJson(work->task->output, reeve_buffer_view(message));
    std::lock_guard<std::mutex> guard(self->lock_);
    self->emitted_.push_back(json);
    self->changed_.notify_all();
    const size_t number = self->emitted_.size();
    if (self->pause_always) {
        return REEVE_WORK_PAUSE;
    }
    return number <= self->flows.size() ? self->flows[number - 1] : REEVE_WORK_GO_ON;
}

HttpJob &HttpJob::wait()
{
    std::unique_lock<std::mutex> guard(lock_);
    EXPECT_TRUE(changed_.wait_for(guard, kLong, [this] { return ends_ > 0; })) << "no answer came";
    EXPECT_EQ(1, ends_);
    return *this;
}

void HttpJob::wait_emitted(size_t count)
{
    std::unique_lock<std::mutex> guard(lock_);
    EXPECT_TRUE(changed_.wait_for(guard, kLong, [&] { return emitted_.size() >= count; }))
        << "only " << emitted_.size() << " messages came";
}

std::vector<std::string> HttpJob::emitted()
{
    std::lock_guard<std::mutex> guard(lock_);
    return emitted_;
}

bool HttpJob::done()
{
    std::lock_guard<std::mutex> guard(lock_);
    return ends_ > 0;
}

std::string HttpJob::output() const
{
    return DecodeJson(handle_.work.task->output, reeve_buffer_view(&handle_.work.answer.output));
}

std::string HttpJob::summary() const
{
    const struct reeve_answer &a = handle_.work.answer;
    std::string text = status_name(a.status) + " " + effect_name(a.effect) +
                       (a.reason == REEVE_REASON_UNSPECIFIED ? "" : " " + reason_name(a.reason));
    const bool has_output =
        a.status == REEVE_OUTCOME_SUCCEEDED && !handle_.work.task->server_streaming;
    return has_output ? text + " " + output() : text;
}

/* ---- the world ---- */

HttpWorld::HttpWorld()
{
    log_fd_ =
        ::open((directory_.path() + "/log").c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
    const struct reeve_http_loop_options options = {};
    EXPECT_EQ(REEVE_OK, reeve_pool_new(2, &pool_));
    EXPECT_EQ(REEVE_OK, reeve_http_loop_new(&options, &loop_));
    redactor_ = reeve_redactor_new();
    secrets_ = reeve_secret_registry_new(redactor_);
    reeve_log_set_scrubber(
        [](void *ctx, char *line, size_t *len) {
            reeve_redactor_scrub(static_cast<struct reeve_redactor *>(ctx), line, *len);
        },
        redactor_);
}

HttpWorld::~HttpWorld()
{
    reeve_binding_free(binding_);
    reeve_http_loop_free(loop_);
    reeve_pool_free(pool_);
    reeve_secret_registry_free(secrets_);
    reeve_log_set_scrubber(nullptr, nullptr);
    reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
    reeve_redactor_free(redactor_);
    close(log_fd_);
}

std::string HttpWorld::secret(const std::string &name, const std::string &value)
{
    const std::string path = directory_.path() + "/" + name;
    const bool known = access(path.c_str(), F_OK) == 0;
    const std::string fresh = directory_.write(name + ".new", value, 0600);
    EXPECT_EQ(0, rename(fresh.c_str(), path.c_str()));
    if (!known) {
        struct reeve_secret_provider *provider = nullptr;
        EXPECT_EQ(REEVE_OK, reeve_file_provider_new(path.c_str(), &provider));
        EXPECT_EQ(REEVE_OK, reeve_secret_registry_add(secrets_, name.c_str(), provider, false));
    }
    return path;
}

void HttpWorld::open(const struct reeve_http_system &system)
{
    EXPECT_EQ(nullptr, binding_);
    EXPECT_EQ(REEVE_OK, reeve_http_binding_new(&system, loop_, pool_, secrets_, &binding_));
}

std::unique_ptr<HttpJob> HttpWorld::job(const struct reeve_task &task, const std::string &json,
                                        uint64_t time_ms) const
{
    return std::make_unique<HttpJob>(binding_, &task, json, time_ms);
}

std::string HttpWorld::run(const struct reeve_task &task, const std::string &json,
                           uint64_t time_ms) const
{
    std::unique_ptr<HttpJob> j = job(task, json, time_ms);
    j->start();
    return j->wait().summary();
}

std::string HttpWorld::explain(const struct reeve_task &task, const std::string &json) const
{
    struct reeve_arena arena;
    struct reeve_buffer text;
    reeve_arena_init(&arena, nullptr, 1u << 20, 0);
    reeve_buffer_init(&text, nullptr, 1u << 20);
    const void *request = FromJson(task.input, json, &arena);
    const enum reeve_status status =
        binding_->vtable->explain(binding_, &task, request, &arena, &text);
    std::string result = Text(text);
    if (status != REEVE_OK) {
        result = std::string(reeve_status_name(status)) + " " + result;
    }
    reeve_buffer_clear(&text);
    reeve_arena_clear(&arena);
    return result;
}

std::string HttpWorld::log() const
{
    std::ifstream file(directory_.path() + "/log");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace reeve::test
