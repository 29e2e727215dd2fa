// SPDX-License-Identifier: Apache-2.0
// A message of either side, as its frames.
#ifndef REEVE_TESTS_SIM_FRAMES_H
#define REEVE_TESTS_SIM_FRAMES_H

#include <string>
#include <vector>

#include "agent/base/arena.h"
#include "agent/codec/frame.h"

namespace reeve_sim
{

// Appends the frames of `bytes`, in order, up to the first that cannot be read; false: there is
// such a one. They borrow from `bytes` and from `arena`.
bool ReadFrames(const std::string &bytes, reeve_arena *arena, std::vector<reeve_worker_frame> *to);
bool ReadFrames(const std::string &bytes, reeve_arena *arena, std::vector<reeve_gateway_frame> *to);

} // namespace reeve_sim

#endif
