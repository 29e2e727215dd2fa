/* SPDX-License-Identifier: Apache-2.0 */
/* The http binding by itself, with its loop, pool, secrets and log: jobs go in as JSON, answers
 * come out. What the runner does around it is tested with the runner. */
#ifndef REEVE_TESTS_SUPPORT_HTTP_WORLD_H
#define REEVE_TESTS_SUPPORT_HTTP_WORLD_H

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/bindings/http/http_binding.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

/* One job on its way. */
class HttpJob
{
  public:
    HttpJob(struct reeve_binding *binding, const struct reeve_task *task, const std::string &json,
            uint64_t time_ms);
    ~HttpJob();
    HttpJob(const HttpJob &) = delete;
    HttpJob &operator=(const HttpJob &) = delete;

    void start();
    void cancel(enum reeve_reason why = REEVE_REASON_CANCEL_REQUESTED);
    void resume();
    /* Waits for the answer. */
    HttpJob &wait();
    /* Waits until so many messages were emitted. */
    void wait_emitted(size_t count);

    /* After wait(): "SUCCEEDED DONE" or "FAILED NONE UPSTREAM_REFUSED", and then the output. */
    std::string summary() const;
    const struct reeve_answer &answer() const
    {
        return handle_.work.answer;
    }
    /* As JSON. */
    std::string output() const;
    std::vector<std::string> emitted();
    bool done();

    /* What emit answers for the message of that number, from 1; GO_ON when not set. */
    std::vector<enum reeve_work_flow> flows;
    /* PAUSE after every message. */
    bool pause_always = false;

  private:
    static void on_done(struct reeve_work *work);
    static enum reeve_work_flow on_emit(struct reeve_work *work, struct reeve_buffer *message);
    static void on_later(struct reeve_work *work);
    static const struct reeve_work_owner kOwner;

    struct Handle {
        struct reeve_work work; /* first: leads back from a work */
        HttpJob *job;
    };
    Handle handle_ = {};
    struct reeve_arena arena_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<std::string> emitted_;
    int ends_ = 0;
};

class HttpWorld
{
  public:
    HttpWorld();
    ~HttpWorld();
    HttpWorld(const HttpWorld &) = delete;
    HttpWorld &operator=(const HttpWorld &) = delete;

    /* A secret in a file of the world's directory, by name; its path. Writes again: a new value. */
    std::string secret(const std::string &name, const std::string &value);
    /* The binding, as `system` says. */
    void open(const struct reeve_http_system &system);
    /* Not started yet. */
    std::unique_ptr<HttpJob> job(const struct reeve_task &task, const std::string &json,
                                 uint64_t time_ms = 20000) const;
    /* Start, wait, summary. */
    std::string run(const struct reeve_task &task, const std::string &json,
                    uint64_t time_ms = 20000) const;
    std::string explain(const struct reeve_task &task, const std::string &json) const;
    /* All that was logged so far. */
    std::string log() const;
    const TempDir &directory() const
    {
        return directory_;
    }
    struct reeve_redactor *redactor() const
    {
        return redactor_;
    }

  private:
    TempDir directory_;
    int log_fd_ = -1;
    struct reeve_pool *pool_ = nullptr;
    struct reeve_http_loop *loop_ = nullptr;
    struct reeve_redactor *redactor_ = nullptr;
    struct reeve_secret_registry *secrets_ = nullptr;
    struct reeve_binding *binding_ = nullptr;
};

} // namespace reeve::test
#endif
