// SPDX-License-Identifier: Apache-2.0
//
// The tasks of tasks.h.
#include "tests/support/engine_world/tasks.h"

#include <cstring>

#include "agent/base/hash.h"
#include "tests/support/engine_world.h"

namespace
{

reeve_task Task(const char *name, reeve_idempotency idempotency)
{
    reeve_task task = {};
    task.name = name;
    task.system = "desk";
    task.idempotency = static_cast<uint8_t>(idempotency);
    task.binding = REEVE_BINDING_NATIVE;
    reeve_digest digest = reeve_sha256_of(reeve_bytes_cstr(name));
    std::memcpy(task.fingerprint, digest.bytes, sizeof task.fingerprint);
    return task;
}

// A request with a sensitive field; the engine looks at nothing else of it.
const reeve_message *SensitiveMessage()
{
    static reeve_field field;
    static reeve_message message;
    field.name = "card";
    field.json_name = "card";
    field.number = 1;
    field.type = REEVE_TYPE_STRING;
    field.cardinality = REEVE_IMPLICIT;
    field.flags = REEVE_FIELD_SENSITIVE;
    message.name = "demo.v1.ApprovedRequest";
    message.fields_count = 1;
    message.fields = &field;
    return &message;
}

const uint8_t (*Accepted())[32]
{
    static uint8_t accepted[1][32];
    const reeve_digest digest = reeve_sha256_of(reeve_bytes_cstr(kOlderCreate));
    std::memcpy(accepted[0], digest.bytes, sizeof accepted[0]);
    return accepted;
}

} // namespace

std::vector<reeve_task> WorldTasks()
{
    std::vector<reeve_task> tasks;
    tasks.push_back(Task(kApproved, REEVE_NOT_IDEMPOTENT));
    tasks.back().approvals = 1;
    tasks.back().input = SensitiveMessage();
    tasks.push_back(Task(kCreate, REEVE_NOT_IDEMPOTENT));
    tasks.back().accepted = Accepted();
    tasks.back().accepted_count = 1;
    tasks.push_back(Task(kDenied, REEVE_NOT_IDEMPOTENT));
    tasks.push_back(Task(kGet, REEVE_NO_SIDE_EFFECTS));
    tasks.push_back(Task(kPut, REEVE_IDEMPOTENT));
    tasks.back().max_in_flight = 2;
    tasks.push_back(Task(kStream, REEVE_NO_SIDE_EFFECTS));
    tasks.back().server_streaming = true;
    tasks.push_back(Task(kTail, REEVE_NOT_IDEMPOTENT));
    tasks.back().server_streaming = true;
    tasks.push_back(Task(kUnconfigured, REEVE_NOT_IDEMPOTENT));
    return tasks;
}
