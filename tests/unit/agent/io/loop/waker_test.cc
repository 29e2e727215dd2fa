// SPDX-License-Identifier: Apache-2.0
// Signals that are on their way when their sleeper is about to be gone.
#include "agent/io/loop/waker.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace
{

bool IsSignalled(const reeve_waker &waker)
{
    pollfd p = {waker.fd, POLLIN, 0};
    return poll(&p, 1, 0) == 1;
}

TEST(Waker, IsHeardOnceHoweverOftenItWasSignalled)
{
    reeve_waker waker;
    reeve_waker_init(&waker);
    ASSERT_EQ(reeve_waker_open(&waker), REEVE_OK);
    EXPECT_FALSE(IsSignalled(waker));
    reeve_waker_signal(&waker);
    reeve_waker_signal(&waker);
    EXPECT_TRUE(IsSignalled(waker));
    reeve_waker_hear(&waker);
    EXPECT_FALSE(IsSignalled(waker));
    reeve_waker_hear(&waker);
    EXPECT_EQ(waker.heard, 2u);
    reeve_waker_close(&waker);
    reeve_waker_close(&waker);
}

TEST(Waker, ClosesBehindWhoeverIsAboutToSignal)
{
    reeve_waker waker;
    std::atomic<bool> signals{false};
    reeve_waker_init(&waker);
    ASSERT_EQ(reeve_waker_open(&waker), REEVE_OK);
    reeve_waker_expect(&waker);
    std::thread late([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        signals = true;
        reeve_waker_signal(&waker);
    });
    reeve_waker_close(&waker);
    EXPECT_TRUE(signals);
    late.join();
}

} // namespace
