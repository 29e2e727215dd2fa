// SPDX-License-Identifier: Apache-2.0
//
// P4, P5, P7: a disk that fails under the spool, memory that fails once at each place, and all of
// it at random: no result is lost or comes twice, or the job says that it failed.
#include <gtest/gtest.h>

#include "tests/support/alloc_sweep.h"
#include "tests/support/seed.h"
#include "tests/unit/agent/core/spooling.h"

// ---- a disk that fails ----

// Each write fails once, half written: the task waits, is said so, and goes on later.
TEST(Spool, P4EveryWriteFailsOnce)
{
    for (size_t fail = 0; fail < 12; fail++) {
        for (reeve_status status : {REEVE_DISK_FULL, REEVE_IO, REEVE_NO_MEMORY}) {
            EngineWorld w(Small());
            w.Live();
            WorldJob job = Started(w, kTail);
            w.Down();
            Producer producer(w, job);
            w.auto_spool = false;
            bool failed = false;
            for (int i = 0; i < 200; i++) {
                producer.EmitMany(1);
                while (w.spool_asked) {
                    const bool now = !failed && w.spool_writes == fail + 1 &&
                                     w.spool_work.type == REEVE_ACTION_SPOOL_WRITE;
                    failed = failed || now;
                    w.SpoolDone(now ? status : REEVE_OK);
                    if (now) {
                        EXPECT_EQ(w.Status().spool_status, status);
                        EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_FAILED], 1);
                    }
                }
            }
            w.auto_spool = true;
            if (failed) {
                EXPECT_TRUE(producer.IsPaused()) << "a write is tried again only later";
                EXPECT_LT(producer.emitted(), 200u);
                w.Advance(5000);
                EXPECT_EQ(w.Status().spool_status, REEVE_OK);
                EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_WRITABLE], 1);
            }
            EXPECT_GT(producer.EmitMany(100), 90u);
            EXPECT_LT(producer.most_memory(), kMemory);
            producer.Succeed();
            w.Reconnect();
            Deliver(w, job, producer.emitted());
            ASSERT_FALSE(HasFailure()) << "failing write " << fail;
        }
    }
}

TEST(Spool, P7ADiskThatIsFullForEverIsAsNone)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kStream);
    w.auto_spool = false;
    Producer producer(w, job);
    for (int round = 0; round < 200; round++) {
        producer.EmitMany(5);
        if (w.spool_asked) {
            const bool removes = w.spool_work.type == REEVE_ACTION_SPOOL_REMOVE;
            w.SpoolDone(removes ? REEVE_OK : REEVE_DISK_FULL);
        }
        if (round % 4 == 0) {
            w.AckResults();
        }
        if (round % 50 == 49) {
            w.Advance(900);
            w.Beat();
        }
    }
    EXPECT_GT(producer.emitted(), 100u) << "at the gateway's pace";
    EXPECT_EQ(w.spool_reads, 0u);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_FAILED], 1) << "said once";
    EXPECT_LT(producer.most_memory(), kMemory);
    producer.Succeed();
    w.auto_spool = true;
    Deliver(w, job, producer.emitted());
}

// A read that fails is tried again.
TEST(Spool, P4EveryReadFailsOnce)
{
    for (reeve_status status : {REEVE_IO, REEVE_NO_MEMORY, REEVE_NOT_FOUND}) {
        EngineWorld w(Small());
        w.Live();
        WorldJob job = Started(w, kTail);
        w.Down();
        Producer producer(w, job);
        producer.EmitMany(200);
        producer.Succeed();
        w.Reconnect();
        w.auto_spool = false;
        size_t failed = 0;
        for (int i = 0; i < 10000 && w.OutcomeOf(job) == nullptr; i++) {
            if (w.spool_asked) {
                const bool reads = w.spool_work.type == REEVE_ACTION_SPOOL_READ;
                const bool now = reads && failed < w.spool_reads && w.spool_reads % 2 == 1;
                failed += now ? 1 : 0;
                w.SpoolDone(now ? status : REEVE_OK);
            }
            w.AckResults();
            w.Sync();
            w.Advance(50);
            w.Beat();
        }
        w.auto_spool = true;
        EXPECT_GT(failed, 10u);
        ExpectWhole(w, job, 200);
        if (w.spool_asked) {
            w.SpoolDone();
        }
        ExpectNothingLeft(w);
    }
}

// P5: what cannot be read back is not passed over: the job fails behind what came before it, and
// says so.
TEST(Spool, P5ABlockThatCannotBeReadEndsTheStream)
{
    for (bool runs : {false, true}) {
        for (bool missing : {false, true}) {
            EngineWorld w(Small());
            w.Live();
            WorldJob job = Started(w, kTail);
            w.Down();
            Producer producer(w, job);
            producer.EmitMany(200);
            if (!runs) {
                producer.Succeed();
            }
            ASSERT_GT(w.spool.size(), 6u);
            auto block = std::next(w.spool.begin(), 5);
            if (missing) {
                block->second.clear();
            } else {
                block->second[block->second.size() / 2] ^= 1;
            }
            w.Reconnect();
            for (int i = 0; i < 40; i++) {
                w.AckResults();
                w.Advance(100);
                w.Beat();
            }
            EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LOST], 1);
            if (runs) {
                EXPECT_EQ(w.running[producer.handle()].cancelled, REEVE_CANCEL_REQUESTED);
                w.Finish(producer.handle(), REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_MAYBE);
            }
            w.Sync();
            ASSERT_NE(w.OutcomeOf(job), nullptr);
            EXPECT_EQ(w.OutcomeOf(job)->status, REEVE_OUTCOME_FAILED);
            EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_RESULTS_LOST);
            EXPECT_GT(w.OutcomeOf(job)->results, 10u);
            EXPECT_LT(w.OutcomeOf(job)->results, 60u);
            const WorldStream &stream = w.StreamOf(job);
            for (size_t i = 0; i < stream.messages.size(); i++) {
                EXPECT_EQ(stream.messages[i], NthMessage(i));
            }
            ExpectNothingLeft(w);
        }
    }
}

// A detector that never fails proves nothing: each byte of a block is looked at.
TEST(Spool, EveryByteOfABlockCounts)
{
    EngineWorld probe(Small());
    probe.Live();
    WorldJob first = Started(probe, kTail);
    probe.Down();
    Producer(probe, first).EmitMany(kWindow);
    ASSERT_FALSE(probe.spool.empty());
    const size_t size = probe.spool.begin()->second.size();
    for (size_t at = 0; at < size; at += at < 80 ? 1 : 97) {
        EngineWorld w(Small());
        w.Live();
        WorldJob job = Started(w, kTail);
        w.Down();
        Producer producer(w, job);
        producer.EmitMany(kWindow);
        std::string &block = w.spool.begin()->second;
        ASSERT_EQ(block.size(), size);
        block[at] ^= 0x20;
        producer.Succeed();
        w.Reconnect();
        for (int i = 0; i < 15; i++) {
            w.AckResults();
            w.Advance(100);
            w.Beat();
        }
        ASSERT_EQ(w.notes[REEVE_NOTE_SPOOL_LOST], 1) << "byte " << at;
    }
}

// What could not be removed goes on counting, so that the bound holds, until it is.
TEST(Spool, P7WhatCannotBeRemovedCounts)
{
    EngineWorld w(Small());
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Down();
    Producer producer(w, job);
    producer.EmitMany(50);
    producer.Succeed();
    w.Reconnect();
    w.auto_spool = false;
    size_t kept = 0;
    for (int i = 0; i < 1000 && (w.OutcomeOf(job) == nullptr || w.spool_asked); i++) {
        if (w.spool_asked) {
            const bool removes = w.spool_work.type == REEVE_ACTION_SPOOL_REMOVE;
            kept += removes ? 1 : 0;
            w.SpoolDone(removes ? REEVE_IO : REEVE_OK);
        }
        w.AckResults();
        w.Sync();
    }
    ExpectWhole(w, job, 50);
    EXPECT_GT(kept, 0u);
    EXPECT_EQ(w.Status().spool_bytes, kept * 4096);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LEFT], static_cast<int>(kept));
    EXPECT_EQ(w.Status().spool_results, 0u);
    w.Advance(4999);
    EXPECT_FALSE(w.spool_asked);
    w.Advance(1);
    ASSERT_TRUE(w.spool_asked);
    w.SpoolDone(REEVE_IO);
    EXPECT_EQ(w.Status().spool_bytes, kept * 4096);
    w.auto_spool = true;
    w.Advance(5000);
    EXPECT_EQ(w.notes[REEVE_NOTE_SPOOL_LEFT], static_cast<int>(kept)) << "said once for each";
    EXPECT_TRUE(w.spool.empty());
    EXPECT_EQ(w.Status().spool_bytes, 0u);
}

// A disk that takes no change for a while: writes fail and leave nothing, nor can that be removed.
// The bound is not used up by what is not there (P7), and the spool works again without a restart.
TEST(Spool, P6P7ADiskThatWasReadOnlyIsUsedAgain)
{
    EngineWorld w(Small(40u << 10));
    w.Live();
    WorldJob job = Started(w, kTail);
    w.Down();
    w.auto_spool = false;
    Producer producer(w, job);
    producer.EmitMany(kWindow);
    for (int i = 0; i < 100; i++) {
        while (w.spool_asked) {
            w.SpoolDone(REEVE_IO);
        }
        w.Advance(5000);
    }
    EXPECT_NE(w.Status().spool_status, REEVE_OK);
    w.auto_spool = true;
    if (w.spool_asked) {
        w.SpoolDone();
    }
    w.Advance(10000);
    EXPECT_EQ(w.Status().spool_status, REEVE_OK);
    producer.EmitMany(20);
    EXPECT_GT(w.spool.size(), 0u) << "results are written again";
}

// ---- everything at once ----

// P4, P5, P7: random steps from a seed: several streams, sessions lost, acknowledgements of any
// number, a spool that answers when it likes and fails at writing, reading and removing.
TEST(Spool, P4P5P7RandomSteps)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        Seeded seeded(seed);
        const auto below = [&](uint64_t n) { return reeve_random_below(seeded.random(), n); };
        WorldOptions options = Small(below(3) == 0 ? 40u << 10 : 1u << 20);
        options.seed = seed;
        EngineWorld w(options);
        w.gw_result_window = 1 + below(40);
        w.gw_max_frame = below(2) == 0 ? 65536 : 4u << 20;
        w.Live();
        std::vector<WorldJob> jobs = {Started(w, kTail), Started(w, kStream), Started(w, kTail)};
        std::vector<Producer> producers;
        for (const WorldJob &job : jobs) {
            producers.emplace_back(w, job);
        }
        w.auto_spool = false;
        for (int step = 0; step < 600; step++) {
            const uint64_t dice = below(100);
            Producer &producer = producers[below(producers.size())];
            if (dice < 45) {
                producer.EmitMany(below(6));
            } else if (dice < 70) {
                if (w.spool_asked) {
                    const bool writes = w.spool_work.type == REEVE_ACTION_SPOOL_WRITE;
                    const bool fails =
                        below(12) == 0 && w.spool_work.type != REEVE_ACTION_SPOOL_REMOVE;
                    w.SpoolDone(!fails ? REEVE_OK : writes ? REEVE_DISK_FULL : REEVE_NO_MEMORY);
                }
            } else if (dice < 85) {
                const WorldJob &job = jobs[below(jobs.size())];
                WorldStream &stream = w.StreamOf(job);
                if (w.link_up && !stream.messages.empty()) {
                    w.AckResults(job, below(stream.messages.size() + 1));
                }
            } else if (dice < 88) {
                if (w.link_up) {
                    w.Down();
                }
            } else if (dice < 94) {
                w.Advance(below(700));
                if (w.link_up) {
                    w.Beat();
                }
            } else if (dice < 96) {
                w.auto_sent = !w.auto_sent;
                w.Tick();
            } else if (!w.link_up) {
                w.auto_sent = true;
                w.Reconnect();
            }
            ASSERT_FALSE(HasFailure()) << "seed " << seed << " step " << step;
        }
        w.auto_sent = true;
        w.auto_spool = true;
        if (w.spool_asked) {
            w.SpoolDone();
        }
        for (Producer &producer : producers) {
            producer.Succeed();
        }
        w.Reconnect();
        for (int i = 0; i < 20; i++) {
            w.AckResults();
            w.Sync();
            w.Advance(500);
            w.Beat();
        }
        for (size_t i = 0; i < jobs.size(); i++) {
            ExpectWhole(w, jobs[i], producers[i].emitted());
        }
        ExpectNothingLeft(w);
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
}

// P7: memory is short once, at every place where the engine asks for some.
TEST(Spool, P7EveryAllocationFailsOnce)
{
    uint64_t requests = SweepAllocations([](const reeve_allocator *a) {
        WorldOptions options = Small();
        options.allocator = a;
        options.max_in_flight = 4;
        EngineWorld w(options);
        if (!w.Boot()) {
            return;
        }
        const auto keep_alive = [&] {
            w.Advance(60);
            w.Sync();
            if (w.closed_code != -1) {
                w.closed_code = -1;
                w.Reconnect();
            }
            w.Sync();
        };
        w.Advance(100);
        w.Reconnect();
        keep_alive();
        if (!w.link_up) {
            w.Reconnect();
        }
        WorldJob job = w.Job(kTail);
        for (int i = 0; i < 4 && w.HandleOf(job) == 0 && w.OutcomeOf(job) == nullptr; i++) {
            if (w.Credit() == 0) {
                keep_alive();
            }
            job.sequence = 0;
            w.Dispatch(job);
            keep_alive();
            job.attempt += w.HandleOf(job) == 0 ? 1 : 0;
        }
        size_t emitted = 0;
        if (w.HandleOf(job) != 0) {
            if (w.link_up) {
                w.Down();
            }
            w.closed_code = -1;
            Producer producer(w, job);
            emitted = producer.EmitMany(40);
            w.Advance(60);
            emitted += producer.EmitMany(40 - emitted);
            producer.Succeed();
            w.Reconnect();
        }
        for (int i = 0; i < 8; i++) {
            keep_alive();
            if (w.link_up) {
                w.AckResults();
                w.Beat();
                w.Advance(210);
            }
        }
        keep_alive();
        w.Ack();
        keep_alive();
        ASSERT_NE(w.OutcomeOf(job), nullptr) << "P5: lost";
        const WorldOutcome *outcome = w.OutcomeOf(job);
        if (outcome->status == REEVE_OUTCOME_SUCCEEDED) {
            EXPECT_EQ(outcome->results, emitted);
            for (size_t i = 0; i < emitted; i++) {
                EXPECT_EQ(w.StreamOf(job).messages[i], NthMessage(i));
            }
        } else {
            EXPECT_TRUE(outcome->reason == REEVE_REASON_OUT_OF_MEMORY ||
                        outcome->status == REEVE_OUTCOME_REJECTED)
                << reeve_reason_name(outcome->reason);
        }
    });
    EXPECT_GT(requests, 100u);
}
