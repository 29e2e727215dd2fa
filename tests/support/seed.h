// SPDX-License-Identifier: Apache-2.0
// Randomness that a failed test can be run again with: the seed is REEVE_TEST_SEED or fixed, and is
// printed when the test fails.
//
//   Seeded seeded;
//   uint64_t n = reeve_random_below(seeded.random(), 10);
#ifndef REEVE_TESTS_SUPPORT_SEED_H
#define REEVE_TESTS_SUPPORT_SEED_H

#include <gtest/gtest.h>

#include <cstdlib>

#include "agent/base/random.h"

class Seeded
{
  public:
    explicit Seeded(uint64_t otherwise = 1)
    {
        const char *given = std::getenv("REEVE_TEST_SEED");
        seed_ = given != nullptr ? std::strtoull(given, nullptr, 0) : otherwise;
        reeve_random_seed(&state_, seed_);
    }
    ~Seeded()
    {
        if (testing::Test::HasFailure()) {
            std::fprintf(stderr, "run again with REEVE_TEST_SEED=%llu\n",
                         static_cast<unsigned long long>(seed_));
        }
    }
    Seeded(const Seeded &) = delete;
    Seeded &operator=(const Seeded &) = delete;

    const reeve_random *random() const
    {
        return &state_.random;
    }
    uint64_t seed() const
    {
        return seed_;
    }

  private:
    uint64_t seed_;
    reeve_random_seeded state_;
};

#endif
