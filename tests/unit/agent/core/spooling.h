// SPDX-License-Identifier: Apache-2.0
//
// Streaming tasks of which memory holds a small part, for the tests of the spool.
#ifndef REEVE_TESTS_UNIT_AGENT_CORE_SPOOLING_H
#define REEVE_TESTS_UNIT_AGENT_CORE_SPOOLING_H

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/engine_world.h"

inline constexpr uint32_t kWindow = 8;
inline constexpr uint64_t kWindowBytes = 8000;
inline constexpr uint64_t kMemory = 6 * kWindowBytes; // with all that is beside the messages

inline WorldOptions Small(uint64_t max_spool_bytes = 1u << 20)
{
    WorldOptions options;
    options.window_results = kWindow;
    options.window_bytes = kWindowBytes;
    options.max_spool_bytes = max_spool_bytes;
    return options;
}

inline std::string NthMessage(size_t i)
{
    return "message " + std::to_string(i) + " " + std::string(i * 37 % 900, 'x');
}

// Emits as the runner lets a binding: not beyond the window, and one message in any case.
class Producer
{
  public:
    Producer(EngineWorld &w, const WorldJob &job) : w_(w), job_(job), handle_(w.HandleOf(job))
    {
        EXPECT_NE(handle_, 0u);
    }
    // As the runner: a task that was paused goes on when half of the window is free again.
    bool IsPaused()
    {
        const WorldRunning &run = w_.running[handle_];
        const uint64_t held = emitted_ - run.released;
        const uint64_t part = paused_ ? 2 : 1;
        paused_ = held > 0 &&
                  (held >= kWindow / part || bytes_ - run.released_bytes >= kWindowBytes / part);
        return paused_;
    }
    bool Emit(const std::string &message)
    {
        if (w_.running.count(handle_) == 0 || IsPaused()) {
            return false;
        }
        emitted_++;
        bytes_ += message.size();
        w_.Emit(handle_, message);
        most_memory_ = std::max(most_memory_, w_.Status().memory_bytes);
        return true;
    }
    // How many of the next messages went through.
    size_t EmitMany(size_t count)
    {
        size_t done = 0;
        while (done < count && Emit(NthMessage(emitted_))) {
            done++;
        }
        return done;
    }
    void Succeed()
    {
        w_.Finish(handle_, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_UNSPECIFIED);
    }
    size_t emitted() const
    {
        return emitted_;
    }
    uint64_t most_memory() const
    {
        return most_memory_;
    }
    reeve_job_handle handle() const
    {
        return handle_;
    }

  private:
    EngineWorld &w_;
    WorldJob job_;
    reeve_job_handle handle_;
    size_t emitted_ = 0;
    uint64_t bytes_ = 0;
    uint64_t most_memory_ = 0;
    bool paused_ = false;
};

inline WorldJob Started(EngineWorld &w, const char *task)
{
    WorldJob job = w.Job(task);
    job.time_left_ms = 3600000;
    w.Dispatch(job);
    w.Sync();
    return job;
}

inline void ExpectWhole(EngineWorld &w, const WorldJob &job, size_t count)
{
    const WorldOutcome *outcome = w.OutcomeOf(job);
    ASSERT_NE(outcome, nullptr) << "P5: no end";
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_SUCCEEDED) << reeve_reason_name(outcome->reason);
    EXPECT_EQ(outcome->results, count);
    const WorldStream &stream = w.StreamOf(job);
    ASSERT_EQ(stream.durable, count);
    for (size_t i = 0; i < count; i++) {
        ASSERT_EQ(stream.messages[i], NthMessage(i)) << "P4: message " << i;
    }
}

inline void ExpectNothingLeft(EngineWorld &w)
{
    w.Ack();
    w.Advance(1100);
    w.Sync();
    EXPECT_TRUE(w.spool.empty()) << w.spool.size() << " blocks are left";
    EXPECT_EQ(w.Status().spool_bytes, 0u);
    EXPECT_EQ(w.Status().spool_results, 0u);
    EXPECT_EQ(w.Status().memory_bytes, 0u);
}

inline void Deliver(EngineWorld &w, const WorldJob &job, size_t count)
{
    w.AckResults();
    w.Sync();
    ExpectWhole(w, job, count);
    ExpectNothingLeft(w);
}

#endif
