// SPDX-License-Identifier: Apache-2.0
//
// The worker's engine against a Handout, on one thread, without a wire: dispatch bytes in, outcome
// bytes out. A job is done when it is started. Where records go is the caller's: to nowhere, or to
// a real journal (disk_log.h).
#ifndef REEVE_TESTS_BENCH_SUPPORT_ENGINE_WORKER_H
#define REEVE_TESTS_BENCH_SUPPORT_ENGINE_WORKER_H

#include <deque>

#include "agent/core/engine.h"
#include "tests/bench/support/handout.h"

namespace reeve::bench
{

// Where an engine's records go.
class Log
{
  public:
    virtual ~Log() = default;
    virtual void append(uint8_t type, uint64_t lsn, struct reeve_bytes record) = 0;
    // What was appended is to become durable.
    virtual void commit() = 0;
    // Up to where it is.
    virtual uint64_t synced() = 0;
    // Returns when more than `lsn` is durable.
    virtual void wait_beyond(uint64_t lsn) = 0;
    // The engine asks for nothing below `lsn` any more.
    virtual void trim(uint64_t lsn) = 0;
};

// Everything is durable at once, and forgotten.
class NoLog : public Log
{
  public:
    void append(uint8_t, uint64_t lsn, struct reeve_bytes) override
    {
        synced_ = lsn;
    }
    void commit() override
    {
    }
    uint64_t synced() override
    {
        return synced_;
    }
    void wait_beyond(uint64_t) override
    {
    }
    void trim(uint64_t) override
    {
    }

  private:
    uint64_t synced_ = 0;
};

struct EngineOptions {
    std::string task;
    uint32_t in_flight = 1024;
    struct reeve_id journal_id = {{1, 2, 3}};
    const struct reeve_random *random = nullptr; // the system's
};

class EngineWorker
{
  public:
    EngineWorker(const EngineOptions &options, Handout *handout, Log *log);
    ~EngineWorker();
    EngineWorker(const EngineWorker &) = delete;
    EngineWorker &operator=(const EngineWorker &) = delete;

    // Before connect(): what a journal held.
    void replay(uint8_t type, uint64_t lsn, struct reeve_bytes record);
    void start(uint64_t next_lsn);
    // Starts, links up and goes on until jobs may be handed out.
    void connect();
    // Lets the other side speak, then finishes what runs; false when nothing moved.
    bool turn();
    // Turns until `seconds` have passed; waits for the log where nothing else can move.
    void run(double seconds);
    struct reeve_engine_marks marks() const
    {
        return reeve_engine_read_marks(engine_);
    }
    struct reeve_public_key audit_key() const
    {
        return key_.public_key;
    }

    // Nanoseconds in the engine itself, with what it calls, but for the other side and the log.
    uint64_t engine_ns = 0;

  private:
    void handle(const struct reeve_engine_event &event);
    void carry_out(struct reeve_engine_action *action);
    void sync();
    void finish_all();

    struct reeve_engine *engine_ = nullptr;
    struct reeve_policy *policy_ = nullptr;
    struct reeve_key key_;
    Handout *handout_;
    Log *log_;
    std::deque<reeve_job_handle> running_;
    uint64_t synced_ = 0;
    uint32_t link_ = 0;
    bool sending_ = false;
    bool appended_ = false;
};

} // namespace reeve::bench
#endif
