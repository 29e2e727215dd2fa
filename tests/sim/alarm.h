// SPDX-License-Identifier: Apache-2.0
// When a process is to be woken.
#ifndef REEVE_TESTS_SIM_ALARM_H
#define REEVE_TESTS_SIM_ALARM_H

#include <cstdint>

namespace reeve_sim
{

// One moment at a time, and the newest counts.
class Alarm
{
  public:
    // To `deadline_ms` of a clock that shows `boot_ms` now; false: there is nothing to plan.
    bool Move(uint64_t deadline_ms, uint64_t boot_ms, uint64_t now_ms);
    bool Rings(uint64_t version); // false: another moment was set since
    void Clear()
    {
        at = UINT64_MAX;
    }
    uint64_t at = UINT64_MAX;
    uint64_t version = 0;
};

} // namespace reeve_sim

#endif
