// SPDX-License-Identifier: Apache-2.0
// The pool runs every task exactly once, on its own threads, and waits for them (P7: its threads
// are all it has).
#include "agent/io/pool/pool.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "agent/base/list.h"

namespace
{

struct Counted {
    reeve_task_node node;
    std::atomic<int> *runs;
};

void CountRun(reeve_task_node *self)
{
    REEVE_OWNER(self, Counted, node)->runs->fetch_add(1);
}

TEST(Pool, RunsEveryTaskOnceFromManySubmitters)
{
    reeve_pool *pool = nullptr;
    ASSERT_EQ(REEVE_OK, reeve_pool_new(4, &pool));
    std::atomic<int> runs{0};
    std::vector<Counted> tasks(4000);
    std::vector<std::thread> submitters;
    for (int s = 0; s < 4; s++) {
        submitters.emplace_back([&, s] {
            for (int i = s * 1000; i < (s + 1) * 1000; i++) {
                tasks[i].node.run = CountRun;
                tasks[i].runs = &runs;
                reeve_pool_submit(pool, &tasks[i].node);
            }
        });
    }
    for (std::thread &t : submitters) {
        t.join();
    }
    reeve_pool_free(pool); // runs what is queued
    EXPECT_EQ(4000, runs.load());
}

struct Ordered {
    reeve_task_node node;
    int value;
    std::vector<int> *seen;
};

TEST(Pool, OneThreadKeepsTheOrder)
{
    reeve_pool *pool = nullptr;
    ASSERT_EQ(REEVE_OK, reeve_pool_new(1, &pool));
    std::vector<int> seen;
    std::vector<Ordered> tasks(100);
    for (int i = 0; i < 100; i++) {
        tasks[i].value = i;
        tasks[i].seen = &seen;
        tasks[i].node.run = [](reeve_task_node *self) {
            Ordered *task = REEVE_OWNER(self, Ordered, node);
            task->seen->push_back(task->value);
        };
        reeve_pool_submit(pool, &tasks[i].node);
    }
    reeve_pool_free(pool);
    ASSERT_EQ(100u, seen.size());
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(i, seen[i]);
    }
}

struct Mask {
    reeve_task_node node;
    std::atomic<bool> term_blocked{false};
};

TEST(Pool, ThreadsLeaveSignalsToTheMainThread)
{
    reeve_pool *pool = nullptr;
    ASSERT_EQ(REEVE_OK, reeve_pool_new(1, &pool));
    Mask mask;
    mask.node.run = [](reeve_task_node *self) {
        sigset_t now;
        pthread_sigmask(SIG_SETMASK, nullptr, &now);
        REEVE_OWNER(self, Mask, node)->term_blocked = sigismember(&now, SIGTERM) == 1;
    };
    reeve_pool_submit(pool, &mask.node);
    reeve_pool_free(pool);
    EXPECT_TRUE(mask.term_blocked);
    sigset_t ours;
    pthread_sigmask(SIG_SETMASK, nullptr, &ours);
    EXPECT_EQ(0, sigismember(&ours, SIGTERM));
}

TEST(Pool, RefusesTooManyThreads)
{
    reeve_pool *pool = nullptr;
    EXPECT_EQ(REEVE_INVALID, reeve_pool_new(257, &pool));
    EXPECT_EQ(nullptr, pool);
    ASSERT_EQ(REEVE_OK, reeve_pool_new(0, &pool));
    reeve_pool_free(pool);
    reeve_pool_free(nullptr);
}

} // namespace
