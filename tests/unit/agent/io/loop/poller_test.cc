// SPDX-License-Identifier: Apache-2.0
//
// What the threads for HTTP, SQL and programs wait on.
#include "agent/io/loop/poller.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "agent/base/time.h"

namespace reeve::test
{
namespace
{

constexpr uint64_t kWake = 77;

/* A thread that runs tasks until one says that it is the last. */
class Runner
{
  public:
    struct Task {
        reeve_task_node node = {}; // first
        Runner *runner = nullptr;
    };

    Runner()
    {
        reeve_poller_init(&poller_);
        EXPECT_EQ(reeve_poller_open(&poller_, kWake), REEVE_OK);
        EXPECT_EQ(reeve_poller_start(&poller_, run, this), REEVE_OK);
    }
    ~Runner()
    {
        reeve_poller_close(&poller_);
    }
    void post(Task *task)
    {
        task->runner = this;
        task->node.run = [](reeve_task_node *node) {
            reinterpret_cast<Task *>(node)->runner->count_++;
        };
        reeve_poller_post(&poller_, &task->node);
    }
    void stop()
    {
        last_.runner = this;
        last_.node.run = [](reeve_task_node *node) {
            reinterpret_cast<Task *>(node)->runner->stopping_ = true;
        };
        reeve_poller_stop(&poller_, &last_.node);
    }
    int count() const
    {
        return count_;
    }

  private:
    static void *run(void *ctx)
    {
        auto *self = static_cast<Runner *>(ctx);
        epoll_event events[4];
        while (!self->stopping_) {
            const int count = reeve_poller_wait(&self->poller_, events, 4, REEVE_NEVER_MS);
            for (int i = 0; i < count; i++) {
                EXPECT_EQ(events[i].data.u64, kWake);
            }
            (void)reeve_task_queue_run(&self->poller_.queue);
        }
        return nullptr;
    }

    reeve_poller poller_ = {};
    Task last_;
    bool stopping_ = false;
    int count_ = 0;
};

TEST(Poller, RunsWhatAnyThreadPosts)
{
    constexpr int kThreads = 4;
    constexpr int kTasks = 500;
    Runner runner;
    std::vector<std::vector<Runner::Task>> tasks(kThreads);
    std::vector<std::thread> threads;
    for (std::vector<Runner::Task> &mine : tasks) {
        mine.resize(kTasks);
        threads.emplace_back([&mine, &runner] {
            for (Runner::Task &task : mine) {
                runner.post(&task);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    runner.stop();
    EXPECT_EQ(runner.count(), kThreads * kTasks) << "what was posted before the last is run";
}

TEST(Poller, WaitsForItsOwnersDescriptorsUntilTheDeadline)
{
    reeve_poller poller;
    int ends[2];
    epoll_event event = {};
    reeve_poller_init(&poller);
    ASSERT_EQ(reeve_poller_open(&poller, kWake), REEVE_OK);
    ASSERT_EQ(pipe(ends), 0);
    event.events = EPOLLIN;
    event.data.u64 = 5;
    ASSERT_EQ(epoll_ctl(poller.epoll_fd, EPOLL_CTL_ADD, ends[0], &event), 0);
    const uint64_t until = reeve_now_read().boot_ms + 20;
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, until), 0);
    EXPECT_GE(reeve_now_read().boot_ms, until);
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, 0), 0) << "one that is over is no wait";
    ASSERT_EQ(write(ends[1], "x", 1), 1);
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, REEVE_NEVER_MS), 1);
    EXPECT_EQ(event.data.u64, 5u);
    close(ends[0]);
    close(ends[1]);
    reeve_poller_close(&poller);
    reeve_poller_close(&poller);
}

/* One event for all that comes while it sleeps; none is left over. */
TEST(Poller, IsWokenOnce)
{
    reeve_poller poller;
    epoll_event event = {};
    reeve_task_node nodes[3] = {};
    static int runs;
    runs = 0;
    reeve_poller_init(&poller);
    ASSERT_EQ(reeve_poller_open(&poller, kWake), REEVE_OK);
    std::thread poster([&] {
        for (reeve_task_node &node : nodes) {
            node.run = [](reeve_task_node *) { runs++; };
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            reeve_poller_post(&poller, &node);
        }
    });
    while (reeve_poller_wait(&poller, &event, 1, REEVE_NEVER_MS) == 0) {
        // the first was there before it could sleep
        ASSERT_EQ(reeve_task_queue_run(&poller.queue), 1u);
    }
    EXPECT_EQ(event.data.u64, kWake);
    poster.join();
    (void)reeve_task_queue_run(&poller.queue);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, 0), 0);
    reeve_poller_close(&poller);
}

/* Nor does it wait while there are tasks. */
TEST(Poller, IsNotWokenWhileItIsAwake)
{
    reeve_poller poller;
    epoll_event event = {};
    reeve_task_node node = {};
    node.run = [](reeve_task_node *) {};
    reeve_poller_init(&poller);
    ASSERT_EQ(reeve_poller_open(&poller, kWake), REEVE_OK);
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, 0), 0);
    reeve_poller_post(&poller, &node);
    EXPECT_EQ(reeve_poller_wait(&poller, &event, 1, REEVE_NEVER_MS), 0);
    EXPECT_EQ(reeve_task_queue_run(&poller.queue), 1u);
    reeve_poller_close(&poller);
}

} // namespace
} // namespace reeve::test
