/* SPDX-License-Identifier: Apache-2.0 */
/* The transport in memory: the same contract as over gRPC, step by step, and cut at every message.
 */
#include "agent/transport/memory.h"
#include "recorder.h"
#include "tests/support/alloc_sweep.h"

using namespace reeve::test;
using ::testing::ElementsAre;

namespace
{

class MemoryTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_EQ(REEVE_OK, reeve_memory_link_new(nullptr, &link));
        worker.transport = reeve_memory_link_end(link, REEVE_MEMORY_WORKER);
        gateway.transport = reeve_memory_link_end(link, REEVE_MEMORY_GATEWAY);
    }
    void TearDown() override
    {
        worker.free();
        gateway.free();
        reeve_memory_link_free(link);
    }
    void open()
    {
        worker.start();
        gateway.start();
        reeve_memory_link_run(link);
    }
    struct reeve_memory_link *link = nullptr;
    Recorder worker;
    Recorder gateway;
};

TEST_F(MemoryTest, OpensBothEndsOnceBothStarted)
{
    worker.start();
    EXPECT_FALSE(reeve_memory_link_step(link));
    EXPECT_EQ(REEVE_STATE, worker.send("early"));
    gateway.start();
    EXPECT_EQ(2u, reeve_memory_link_run(link));
    EXPECT_THAT(worker.events, ElementsAre("opened"));
    EXPECT_THAT(gateway.events, ElementsAre("opened"));
}

TEST_F(MemoryTest, CarriesOneMessageAtATime)
{
    open();
    EXPECT_EQ(REEVE_OK, worker.send("one"));
    EXPECT_EQ(REEVE_STATE, worker.send("two"));
    EXPECT_THAT(gateway.events, ElementsAre("opened")) << "nothing comes before a step";
    reeve_memory_link_run(link);
    EXPECT_THAT(worker.events, ElementsAre("opened", "sent"));
    EXPECT_THAT(gateway.events, ElementsAre("opened", "one"));
    EXPECT_EQ(REEVE_OK, worker.send("two"));
    reeve_memory_link_run(link);
    EXPECT_THAT(gateway.events, ElementsAre("opened", "one", "two"));
}

TEST_F(MemoryTest, P7DeliversOnlyWhatWasAskedFor)
{
    gateway.keep_asking = false;
    open();
    EXPECT_EQ(REEVE_OK, worker.send("one"));
    reeve_memory_link_run(link);
    EXPECT_THAT(worker.events, ElementsAre("opened")) << "not sent: nobody asked";
    reeve_transport_ready_to_receive(gateway.transport);
    reeve_transport_ready_to_receive(gateway.transport);
    reeve_memory_link_run(link);
    EXPECT_EQ(REEVE_OK, worker.send("two"));
    reeve_memory_link_run(link);
    EXPECT_THAT(gateway.events, ElementsAre("opened", "one"));
}

TEST_F(MemoryTest, AGatewaysReasonReachesTheWorker)
{
    open();
    EXPECT_EQ(REEVE_OK, gateway.send("last"));
    reeve_transport_close(gateway.transport, REEVE_PROTOCOL, "OUT_OF_ORDER");
    reeve_transport_close(gateway.transport, REEVE_OK, "again");
    EXPECT_EQ(REEVE_CLOSED, gateway.send("more"));
    reeve_memory_link_run(link);
    EXPECT_THAT(worker.events, ElementsAre("opened", "last", "closed"));
    EXPECT_EQ(REEVE_PROTOCOL, worker.status);
    EXPECT_EQ("OUT_OF_ORDER", worker.text);
    EXPECT_EQ(REEVE_PROTOCOL, gateway.status);
    EXPECT_EQ(1, gateway.closed);
}

TEST_F(MemoryTest, AWorkersOrderlyCloseIsOkOnBothEnds)
{
    open();
    EXPECT_EQ(REEVE_OK, worker.send("last"));
    reeve_transport_close(worker.transport, REEVE_OK, nullptr);
    reeve_memory_link_run(link);
    EXPECT_THAT(gateway.events, ElementsAre("opened", "last", "closed"));
    EXPECT_EQ(REEVE_OK, gateway.status);
    EXPECT_EQ(REEVE_OK, worker.status);
}

TEST_F(MemoryTest, AWorkerThatGivesUpIsUnavailableToTheGateway)
{
    open();
    reeve_transport_close(worker.transport, REEVE_PROTOCOL, "bad frame");
    reeve_memory_link_run(link);
    EXPECT_EQ(REEVE_PROTOCOL, worker.status);
    EXPECT_EQ(REEVE_UNAVAILABLE, gateway.status);
}

TEST_F(MemoryTest, ACutAtEveryMessageClosesBothEndsOnce)
{
    for (size_t cut = 1; cut <= 5; cut++) {
        for (enum reeve_memory_side side : {REEVE_MEMORY_WORKER, REEVE_MEMORY_GATEWAY}) {
            struct reeve_memory_link *l = nullptr;
            Recorder ends[2];
            ASSERT_EQ(REEVE_OK, reeve_memory_link_new(nullptr, &l));
            for (int i : {0, 1}) {
                ends[i].transport = reeve_memory_link_end(l, static_cast<reeve_memory_side>(i));
                ends[i].start();
            }
            reeve_memory_link_cut_after(l, side, cut);
            reeve_memory_link_run(l);
            for (size_t n = 1; n <= cut; n++) {
                EXPECT_EQ(REEVE_OK, ends[side].send("m"));
                reeve_memory_link_run(l);
            }
            EXPECT_EQ(REEVE_CLOSED, ends[side].send("m"));
            EXPECT_EQ(1, ends[0].closed);
            EXPECT_EQ(1, ends[1].closed);
            EXPECT_EQ(REEVE_UNAVAILABLE, ends[1 - side].status);
            EXPECT_EQ(cut - 1 + 2, ends[1 - side].events.size()) << "the last message is lost";
            ends[0].free();
            ends[1].free();
            reeve_memory_link_free(l);
        }
    }
}

TEST_F(MemoryTest, FreeOfOneEndClosesTheOther)
{
    open();
    worker.free();
    reeve_memory_link_run(link);
    EXPECT_EQ(REEVE_UNAVAILABLE, gateway.status);
    EXPECT_EQ(0, worker.closed) << "no event after free";
}

TEST_F(MemoryTest, AnEndMayBeFreedWithinItsEvents)
{
    worker.when_message = [&](const std::string &) { worker.free(); };
    worker.keep_asking = true;
    open();
    EXPECT_EQ(REEVE_OK, gateway.send("x"));
    reeve_memory_link_run(link);
    EXPECT_EQ(nullptr, worker.transport);
    EXPECT_EQ(1, gateway.closed);
}

TEST_F(MemoryTest, TellsWhoIsAtTheOtherEnd)
{
    EXPECT_EQ(REEVE_OK, reeve_memory_link_set_identity(link, REEVE_MEMORY_WORKER,
                                                       "spiffe://test.reeve/worker/one"));
    EXPECT_EQ(REEVE_TOO_LARGE, reeve_memory_link_set_identity(link, REEVE_MEMORY_WORKER,
                                                              std::string(256, 'x').c_str()));
    open();
    struct reeve_transport_peer peer;
    reeve_transport_peer_of(gateway.transport, &peer);
    EXPECT_EQ("spiffe://test.reeve/worker/one", Recorder::str(peer.identity));
}

TEST(MemoryLinkTest, SurvivesFailingAllocations)
{
    SweepAllocations([](const struct reeve_allocator *a) {
        struct reeve_memory_link *link = nullptr;
        const enum reeve_status status = reeve_memory_link_new(a, &link);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
        reeve_memory_link_free(link);
    });
}

} // namespace
