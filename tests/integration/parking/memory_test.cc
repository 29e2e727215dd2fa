// SPDX-License-Identifier: Apache-2.0
//
// P7: 10,000 jobs in flight fit into 16 MiB over what an idle worker has, and when they are done it
// is idle again. What a hostile gateway does meanwhile changes nothing.
//
// Idle is a worker that has done a few jobs: its code's pages are there.
#include <gtest/gtest.h>

#include <chrono>

#include <algorithm>

#include "tests/integration/support/memory.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kPark[] = "acme.parking.v1.Lot/Park"; /* not idempotent */
constexpr char kLook[] = "acme.parking.v1.Lot/Look"; /* no side effects */
constexpr char kLeave[] = "acme.parking.v1.Lot/Leave";
constexpr size_t kJobs = 10000;
constexpr size_t kBatch = 250;
constexpr size_t kInFlightKib = 16u << 10;
constexpr size_t kFrameKib = 16u << 10; /* a frame, in gRPC's memory and in ours */

class P7Memory : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_program = REEVE_PARKING_WORKER;
        world.agent_settings.gateway_port = gateway.port();
        world.agent_settings.allow = {"acme.parking.v1.Lot/*"};
        world.agent_settings.max_in_flight = kJobs + 16;
        world.agent_settings.max_output_bytes = 16384; /* so many fit into the journal */
        world.agent_settings.log_level = "WARN";
        gateway.heartbeat_interval_ms = 1000;
        world.start_agent();
        ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
    }
    /* So many more are under way, half of them with an intent on disk. */
    void park(size_t jobs)
    {
        const size_t before = world.status().running;
        for (size_t given = 0; given < jobs;) {
            std::string batch;
            ASSERT_TRUE(gateway.until([&] { return gateway.granted() > gateway.given(); }));
            size_t count = std::min(kBatch, gateway.granted() - gateway.given());
            for (count = std::min(count, jobs - given); count > 0; count--, given++) {
                batch += gateway.encode_dispatch(gateway.make(
                    given % 2 == 0 ? kPark : kLook, proto_text(1, "B-" + std::to_string(given))));
            }
            gateway.send_raw(batch);
        }
        ASSERT_TRUE(gateway.until([&] { return world.status().running == before + jobs; }));
    }
    void leave(size_t jobs)
    {
        const size_t before = gateway.ended.size();
        gateway.give(gateway.make(kLeave, proto_varint(1, jobs)));
        ASSERT_TRUE(gateway.until([&] { return gateway.ended.size() == before + jobs + 1; }));
        for (size_t i = before; i < gateway.ended.size(); i++) {
            ASSERT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.ended[i].status);
        }
        ASSERT_TRUE(gateway.until([&] { return world.status().unsettled == 0; }));
    }
    /* More than was granted, in one message: the session ends, with one audit record. */
    void flood()
    {
        ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
        const size_t sessions = gateway.sessions();
        const size_t violations = gateway.violations("LIMIT_EXCEEDED");
        const uint64_t granted = gateway.granted();
        std::string flood;
        while (gateway.given() < granted + 2000) { /* a newer grant is at most half of that */
            flood += gateway.encode_dispatch(gateway.make(kLook, proto_text(1, "flood")));
        }
        const size_t running = world.status().running;
        gateway.send_raw(flood);
        ASSERT_TRUE(gateway.until([&] {
            return gateway.sessions() > sessions && gateway.live() &&
                   gateway.violations("LIMIT_EXCEEDED") > violations;
        }));
        EXPECT_EQ(violations + 1, gateway.violations("LIMIT_EXCEEDED"));
        flooded += world.status().running - running;
    }
    void reconnect()
    {
        const size_t sessions = gateway.sessions();
        reeve_rpc_call_cancel(gateway.session().call);
        ASSERT_TRUE(gateway.until([&] { return gateway.sessions() > sessions && gateway.live(); }));
    }
    /* As large as a frame may be. */
    void send_largest()
    {
        Work work = gateway.make(kLook, "");
        work.raw_spec = std::string((4u << 20) - 4096, 'x');
        const size_t ends = gateway.ended.size();
        gateway.give(work);
        ASSERT_TRUE(gateway.until([&] { return gateway.ended.size() > ends; }));
        EXPECT_EQ(REEVE_REASON_TOO_LARGE, gateway.ended.back().reason);
    }
    /* Of a worker that has worked: a tenth of what is to come has touched its code, its threads'
     * stacks and the allocator's arenas, which stay whatever it did last. What it needs no more it
     * gives back a while later: the least of six seconds in which it gave nothing back. */
    size_t idle_kib()
    {
        constexpr size_t kFirst = 1000;
        park(kFirst);
        leave(kFirst);
        size_t least = used();
        for (int still = 0; still < 30; still++) {
            const auto wait = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
            (void)gateway.until([&] { return std::chrono::steady_clock::now() >= wait; });
            if (used() < least) {
                least = used();
                still = 0;
            }
        }
        return least;
    }
    size_t used() const
    {
        return resident_kib(world.agent->pid());
    }
    /* Waits for what is freed when nothing is to be done. */
    bool is_idle_again(size_t idle)
    {
        return gateway.until([&] { return used() <= idle + idle / 20; });
    }

    size_t flooded = 0; /* what came within the grant before the flood went over it, and runs */
    World world;
    ScriptedGateway gateway{world};
};

TEST_F(P7Memory, TenThousandJobsInFlightFitAndLeaveNothingBehind)
{
    const size_t idle = idle_kib();
    for (int round = 0; round < 2; round++) {
        park(kJobs);
        const size_t full = used();
        leave(kJobs);
        const size_t peak = used();
        EXPECT_TRUE(is_idle_again(idle)) << used() << " KiB, was " << idle;
        printf("idle %zu KiB; %zu jobs in flight %zu KiB more; when all had ended at once %zu KiB "
               "more; then %zu KiB\n",
               idle, kJobs, full - idle, peak - idle, used());
        EXPECT_LE(full, idle + kInFlightKib);
    }
    EXPECT_EQ(1u, gateway.sessions());
}

TEST_F(P7Memory, ConnectionsLeaveNothingBehind)
{
    const size_t idle = idle_kib();
    for (int i = 0; i < 20; i++) {
        reconnect();
    }
    EXPECT_TRUE(is_idle_again(idle)) << used() << " KiB, was " << idle;
}

/* Jobs are under way all the time, and none of them notices. */
TEST_F(P7Memory, AFloodAndFramesAtTheLimitChangeNothing)
{
    constexpr size_t kParked = 5000;
    const size_t idle = idle_kib();
    park(kParked);
    const size_t before = used();
    for (int round = 0; round < 5; round++) {
        flood();
        EXPECT_LE(used(), before + kFrameKib) << round;
    }
    for (int i = 0; i < 20; i++) { /* 80 MiB */
        send_largest();
        EXPECT_LE(used(), before + kFrameKib) << i;
    }
    EXPECT_EQ(kParked + flooded, world.status().running);
    leave(kParked + flooded);
    reconnect(); /* gRPC keeps what a connection read large messages into, 2 MiB, as long as it is
                  */
    EXPECT_TRUE(is_idle_again(idle)) << used() << " KiB, was " << idle;
    printf("idle %zu KiB; %zu jobs in flight %zu KiB more; then %zu KiB\n", idle, kParked,
           before - idle, used());
}

} // namespace
} // namespace reeve::test
