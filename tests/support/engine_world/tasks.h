// SPDX-License-Identifier: Apache-2.0
//
// The tasks that the worker of engine_world.h has: kApproved, kCreate and the others.
#ifndef REEVE_TESTS_SUPPORT_ENGINE_WORLD_TASKS_H
#define REEVE_TESTS_SUPPORT_ENGINE_WORLD_TASKS_H

#include <vector>

#include "proto/runtime/table.h"

// The fingerprint of an older version of kCreate that this one takes jobs of.
inline constexpr char kOlderCreate[] = "an older demo.v1.Desk/Create";

// Sorted by name, as a task table is.
std::vector<reeve_task> WorldTasks();

#endif
