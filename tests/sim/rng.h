// SPDX-License-Identifier: Apache-2.0
// Chance, from a seed.
#ifndef REEVE_TESTS_SIM_RNG_H
#define REEVE_TESTS_SIM_RNG_H

#include <cstdint>

#include "agent/base/random.h"

namespace reeve_sim
{

class Rng
{
  public:
    explicit Rng(uint64_t seed);
    Rng(const Rng &) = delete;
    Rng &operator=(const Rng &) = delete;
    uint64_t Below(uint64_t below); // [0, below)
    uint64_t Between(uint64_t from, uint64_t to);
    bool OneIn(uint64_t n);
    bool Percent(uint64_t p);
    const reeve_random *random() const;

  private:
    reeve_random_seeded state_;
};

} // namespace reeve_sim

#endif
