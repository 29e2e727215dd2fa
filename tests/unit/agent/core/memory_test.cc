// SPDX-License-Identifier: Apache-2.0
//
// P7, P4: memory is short once, at every place where the engine asks for some. A job may be refused
// or a session end, but nothing is lost, nothing runs twice, and nothing leaks.
#include <gtest/gtest.h>

#include "tests/support/alloc_sweep.h"
#include "tests/support/engine_world.h"

namespace
{

// Connected again if the session ended; false: memory was short while the engine was made.
void KeepAlive(EngineWorld &w)
{
    w.Advance(60);
    w.Sync();
    if (w.closed_code != -1) {
        w.closed_code = -1;
        w.Reconnect();
    }
    w.Sync();
}

void GiveUntilTaken(EngineWorld &w, WorldJob job)
{
    for (int i = 0; i < 4; i++) {
        if (w.Credit() == 0) {
            KeepAlive(w);
        }
        job.sequence = 0;
        w.Dispatch(job);
        job.attempt++;
        KeepAlive(w);
        if (w.StartsOf(job) > 0 || w.OutcomeOf(job) != nullptr) {
            break;
        }
    }
    if (w.HandleOf(job) != 0 && job.task == kTail) {
        for (const char *message : {"one", "two", "three"}) {
            w.Emit(w.HandleOf(job), message);
        }
        KeepAlive(w);
    }
    w.FinishAll();
    KeepAlive(w);
    w.AckResults();
    KeepAlive(w);
    w.Ack();
    KeepAlive(w);
    ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5: lost";
    EXPECT_LE(w.StartsOf(job), 1u);
    const WorldOutcome *outcome = w.OutcomeOf(job);
    if (w.StartsOf(job) == 1) {
        bool whole = outcome->status == REEVE_OUTCOME_SUCCEEDED;
        EXPECT_TRUE(whole || outcome->reason == REEVE_REASON_OUT_OF_MEMORY);
        EXPECT_NE(outcome->effect, REEVE_EFFECT_UNSPECIFIED);
        return;
    }
    EXPECT_EQ(outcome->status, REEVE_OUTCOME_REJECTED);
    EXPECT_EQ(outcome->effect, REEVE_EFFECT_NONE);
}

} // namespace

// P4, P7.
TEST(Memory, EveryAllocationFailsOnce)
{
    uint64_t requests = SweepAllocations([](const reeve_allocator *a) {
        WorldOptions options;
        options.allocator = a;
        options.max_in_flight = 4;
        EngineWorld w(options);
        if (!w.Boot()) {
            return;
        }
        w.Advance(100);
        w.Reconnect();
        KeepAlive(w);
        if (!w.link_up) {
            w.Reconnect();
        }
        for (const char *task : {kCreate, kGet, kApproved, kTail}) {
            GiveUntilTaken(w, w.Job(task));
        }
        w.Crash();
        if (!w.Boot()) {
            return;
        }
        w.Advance(100);
        w.Reconnect();
        KeepAlive(w);
    });
    EXPECT_GT(requests, 50u);
}
