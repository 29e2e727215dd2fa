// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/alarm.h"

#include "agent/base/time.h"

namespace reeve_sim
{

bool Alarm::Move(uint64_t deadline_ms, uint64_t boot_ms, uint64_t now_ms)
{
    if (deadline_ms == REEVE_NEVER_MS) {
        return false;
    }
    const uint64_t to = now_ms + (deadline_ms <= boot_ms ? 1 : deadline_ms - boot_ms);
    if (to == at) {
        return false;
    }
    at = to;
    version++;
    return true;
}

bool Alarm::Rings(uint64_t set)
{
    if (set != version) {
        return false;
    }
    at = UINT64_MAX;
    return true;
}

} // namespace reeve_sim
