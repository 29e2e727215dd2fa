// SPDX-License-Identifier: Apache-2.0
// The tasks of every world, as protos/simtest/v1/desk.proto defines them.
#ifndef REEVE_TESTS_SIM_TASKS_H
#define REEVE_TESTS_SIM_TASKS_H

#include <cstdint>
#include <string>

#include "agent/base/bytes.h"
#include "proto/runtime/table.h"

namespace reeve_sim
{

enum Kind { kApproved, kCreate, kDenied, kGet, kPut, kStream, kTail, kKinds };
struct TaskInfo {
    const char *name;
    reeve_idempotency idempotency;
    bool streams;
    bool approved;
    uint32_t max_in_flight;
};
const TaskInfo &Task(int kind);
bool Once(int kind);          // not idempotent: started once at most
int KindOf(reeve_bytes task); // kKinds: none of them

reeve_digest FingerprintOf(int kind);
const reeve_task_table &Tasks();
const std::string &ManifestBytes();
std::string RegisterRequest();

} // namespace reeve_sim

#endif
