/* SPDX-License-Identifier: Apache-2.0 */
/* The loop on an eventfd: posts from many threads, deadlines, the order of tasks. */
#include <chrono>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/time.h"
#include "agent/io/loop/event_loop.h"
#include "agent/io/loop/task_queue.h"

namespace
{

struct Count {
    struct reeve_task_node node;
    std::vector<int> *log;
    int value;
    static void run(struct reeve_task_node *self)
    {
        Count *c = reinterpret_cast<Count *>(self);
        c->log->push_back(c->value);
    }
};

class EventLoopTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_EQ(REEVE_OK, reeve_event_loop_new(nullptr, &event_loop));
        loop = reeve_event_loop_base(event_loop);
    }
    void TearDown() override
    {
        reeve_event_loop_free(event_loop);
    }
    struct reeve_event_loop *event_loop = nullptr;
    struct reeve_loop *loop = nullptr;
};

TEST_F(EventLoopTest, RunsPostsOfFourThreadsInEachThreadsOrder)
{
    const size_t each = 5000;
    std::vector<int> log;
    std::vector<Count> tasks(4 * each);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < 4; t++) {
        threads.emplace_back([&, t] {
            for (size_t i = t * each; i < (t + 1) * each; i++) {
                tasks[i] = {{Count::run, nullptr}, &log, static_cast<int>(i)};
                reeve_loop_post(loop, &tasks[i].node);
            }
        });
    }
    while (log.size() < 4 * each) {
        ASSERT_EQ(REEVE_OK, reeve_loop_poll(loop, reeve_now_read().boot_ms + 20000));
    }
    for (std::thread &t : threads) {
        t.join();
    }
    std::vector<int> last(4, -1);
    for (int v : log) {
        EXPECT_LT(last[static_cast<size_t>(v) / each], v);
        last[static_cast<size_t>(v) / each] = v;
    }
}

TEST_F(EventLoopTest, MeetsADeadlineNeverEarly)
{
    for (uint64_t wait_ms : {0u, 1u, 20u}) {
        const uint64_t begin = reeve_now_read().boot_ms;
        EXPECT_EQ(REEVE_TIMEOUT, reeve_loop_poll(loop, begin + wait_ms));
        EXPECT_GE(reeve_now_read().boot_ms - begin, wait_ms);
    }
}

TEST_F(EventLoopTest, FreeRunsWhatWasPosted)
{
    std::vector<int> log;
    Count one = {{Count::run, nullptr}, &log, 1};
    Count two = {{Count::run, nullptr}, &log, 2};
    reeve_loop_post(loop, &one.node);
    reeve_loop_post(loop, &two.node);
    EXPECT_TRUE(log.empty()) << "never from within post";
    reeve_event_loop_free(event_loop);
    event_loop = nullptr;
    EXPECT_THAT(log, ::testing::ElementsAre(1, 2));
}

TEST_F(EventLoopTest, RunsWhatATaskPostsInTheNextPoll)
{
    std::vector<int> log;
    Count second = {{Count::run, nullptr}, &log, 2};
    struct Poster {
        struct reeve_task_node node;
        struct reeve_loop *loop;
        Count *next;
    } first = {{[](struct reeve_task_node *self) {
                    Poster *p = reinterpret_cast<Poster *>(self);
                    p->next->log->push_back(1);
                    reeve_loop_post(p->loop, &p->next->node);
                },
                nullptr},
               loop,
               &second};
    reeve_loop_post(loop, &first.node);
    EXPECT_EQ(REEVE_OK, reeve_loop_poll(loop, REEVE_NEVER_MS));
    EXPECT_THAT(log, ::testing::ElementsAre(1));
    EXPECT_EQ(REEVE_OK, reeve_loop_poll(loop, REEVE_NEVER_MS));
    EXPECT_THAT(log, ::testing::ElementsAre(1, 2));
}

TEST(TaskQueueTest, OnlyTheFirstPushToASleeperAsksForAWake)
{
    struct reeve_task_queue q;
    std::vector<int> log;
    Count a = {{Count::run, nullptr}, &log, 1};
    Count b = {{Count::run, nullptr}, &log, 2};
    reeve_task_queue_init(&q);
    EXPECT_TRUE(reeve_task_queue_sleep(&q));
    EXPECT_TRUE(reeve_task_queue_push(&q, &a.node));
    EXPECT_FALSE(reeve_task_queue_push(&q, &b.node));
    EXPECT_TRUE(reeve_task_queue_wake(&q)) << "somebody pushed";
    EXPECT_FALSE(reeve_task_queue_sleep(&q)) << "there are tasks";
    EXPECT_EQ(2u, reeve_task_queue_run(&q));
    EXPECT_THAT(log, ::testing::ElementsAre(1, 2));
    EXPECT_EQ(0u, reeve_task_queue_run(&q));
}

TEST(TaskQueueTest, WhoIsAwakeNeedsNoWake)
{
    struct reeve_task_queue q;
    std::vector<int> log;
    Count a = {{Count::run, nullptr}, &log, 1};
    reeve_task_queue_init(&q);
    EXPECT_FALSE(reeve_task_queue_push(&q, &a.node)) << "it never slept";
    EXPECT_EQ(&a.node, reeve_task_queue_take(&q));
    EXPECT_TRUE(reeve_task_queue_sleep(&q));
    EXPECT_FALSE(reeve_task_queue_wake(&q)) << "nobody pushed";
    EXPECT_FALSE(reeve_task_queue_push(&q, &a.node));
    EXPECT_EQ(&a.node, reeve_task_queue_take(&q));
}

} // namespace
