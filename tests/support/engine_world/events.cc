// SPDX-License-Identifier: Apache-2.0
//
// What happens around the engine: the journal, the clock, the runners, the operator.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/support/bytes.h"

using reeve::test::View;

void EngineWorld::Renew()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_RENEW;
    Fire(event);
}

void EngineWorld::Sync(uint64_t free_bytes)
{
    // What is appended because of this is synced by the next call only, but a test wants quiet.
    while (engine != nullptr && !exited && synced < journal.size()) {
        synced = journal.size();
        Line("SYNC");
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_JOURNAL_SYNCED;
        event.u.synced.lsn = journal.back().lsn;
        event.u.synced.free_bytes = free_bytes;
        Fire(event);
    }
}

void EngineWorld::FailJournal(reeve_status status)
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOURNAL_FAILED;
    event.u.failed.status = status;
    Fire(event);
}

void EngineWorld::Tick()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_TICK;
    Fire(event);
}

void EngineWorld::Advance(uint64_t ms)
{
    uint64_t until = now.boot_ms + ms;
    for (int i = 0; engine != nullptr && !exited; i++) {
        uint64_t next = reeve_engine_next_deadline(engine);
        if (next > until) {
            break;
        }
        if (i > 100000) {
            ADD_FAILURE() << "deadlines do not move on";
            break;
        }
        if (next > now.boot_ms) {
            now.unix_ms += static_cast<int64_t>(next - now.boot_ms);
            now.boot_ms = next;
        }
        Tick();
    }
    now.unix_ms += static_cast<int64_t>(until - now.boot_ms);
    now.boot_ms = until;
}

void EngineWorld::Drain(uint64_t within_ms)
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_DRAIN;
    event.u.drain.deadline_ms = now.boot_ms + within_ms;
    Fire(event);
}

void EngineWorld::Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                         const std::string &output, reeve_reason reason)
{
    ASSERT_EQ(running.count(handle), 1u);
    Line("FINISH " + running[handle].task);
    running.erase(handle);
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    ASSERT_EQ(reeve_buffer_append(&buffer, View(output)), REEVE_OK);
    reeve_engine_result result = {};
    result.status = static_cast<uint8_t>(status);
    result.effect = static_cast<uint8_t>(effect);
    result.reason = static_cast<uint32_t>(reason);
    result.output = &buffer;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_FINISHED;
    event.u.finished.handle = handle;
    event.u.finished.result = &result;
    Fire(event);
    EXPECT_EQ(buffer.data, nullptr) << "the output was not taken";
    reeve_buffer_clear(&buffer);
}

void EngineWorld::FinishAll()
{
    while (!running.empty()) {
        auto [handle, job] = *running.begin();
        Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, "output of " + job.input);
    }
}

void EngineWorld::Emit(reeve_job_handle handle, const std::string &message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    ASSERT_EQ(reeve_buffer_append(&buffer, View(message)), REEVE_OK);
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_RESULT;
    event.u.job_result.handle = handle;
    event.u.job_result.message = &buffer;
    Fire(event);
    EXPECT_EQ(buffer.data, nullptr) << "the message was not taken";
    reeve_buffer_clear(&buffer);
}

void EngineWorld::Configure(bool allow_create)
{
    MakePolicy(allow_create);
    reeve_engine_policy policy = {};
    policy.trust = policy_;
    policy.unconfigured = reinterpret_cast<const bool *>(unconfigured_.data());
    policy.backoff_cap_ms = backoff_cap_ms;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_CONFIGURATION;
    event.u.policy = &policy;
    Fire(event);
}

void EngineWorld::Message(const std::string &bytes)
{
    // A block of exactly this length, so that the sanitizer sees a read behind its end.
    std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_MESSAGE;
    event.u.link.link = link;
    event.u.link.message = reeve_bytes_of(exact.get(), bytes.size());
    Fire(event);
}
