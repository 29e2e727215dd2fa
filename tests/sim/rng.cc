// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/rng.h"

namespace reeve_sim
{

Rng::Rng(uint64_t seed)
{
    reeve_random_seed(&state_, seed);
}

uint64_t Rng::Below(uint64_t below)
{
    return reeve_random_below(&state_.random, below);
}

uint64_t Rng::Between(uint64_t from, uint64_t to)
{
    return from + Below(to - from + 1);
}

bool Rng::OneIn(uint64_t n)
{
    return Below(n) == 0;
}

bool Rng::Percent(uint64_t p)
{
    return Below(100) < p;
}

const reeve_random *Rng::random() const
{
    return &state_.random;
}

} // namespace reeve_sim
