// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/tasks.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include "agent/base/arena.h"
#include "proto/runtime/message.h"
#include "reeve/v1/control.reeve.h"
#include "reeve/v1/manifest.reeve.h"
#include "tests/sim/events.h"
#include "tests/sim/text.h"

namespace reeve_sim
{

const TaskInfo &Task(int kind)
{
    static const TaskInfo tasks[] = {
        {"simtest.v1.Desk/Approved", REEVE_NOT_IDEMPOTENT, false, true, 0},
        {"simtest.v1.Desk/Create", REEVE_NOT_IDEMPOTENT, false, false, 0},
        {"simtest.v1.Desk/Denied", REEVE_NOT_IDEMPOTENT, false, false, 0},
        {"simtest.v1.Desk/Get", REEVE_NO_SIDE_EFFECTS, false, false, 0},
        {"simtest.v1.Desk/Put", REEVE_IDEMPOTENT, false, false, 2},
        {"simtest.v1.Desk/Stream", REEVE_NO_SIDE_EFFECTS, true, false, 0},
        {"simtest.v1.Desk/Tail", REEVE_NOT_IDEMPOTENT, true, false, 0},
    };
    return tasks[kind];
}

bool Once(int kind)
{
    return Task(kind).idempotency == REEVE_NOT_IDEMPOTENT;
}

int KindOf(reeve_bytes task)
{
    for (int kind = 0; kind < kKinds; kind++) {
        if (reeve_bytes_equal_cstr(task, Task(kind).name)) {
            return kind;
        }
    }
    return kKinds;
}

const std::string &ManifestBytes()
{
    static const std::string bytes = [] {
        std::ifstream file(REEVE_SIM_MANIFEST, std::ios::binary);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    }();
    return bytes;
}

namespace
{

reeve_arena &Forever()
{
    static reeve_arena arena = [] {
        reeve_arena a;
        reeve_arena_init(&a, nullptr, size_t{1} << 28, 1 << 14);
        return a;
    }();
    return arena;
}

void *Decoded(const reeve_message &type, reeve_bytes bytes)
{
    reeve_decode_options options = {};
    options.unknown = REEVE_UNKNOWN_DROP;
    reeve_problem problem = {};
    void *message = nullptr;
    if (reeve_message_decode(&type, bytes, &options, &Forever(), &message, &problem) != REEVE_OK) {
        std::fprintf(stderr, "sim: the manifest %s cannot be read\n", REEVE_SIM_MANIFEST);
        std::terminate();
    }
    return message;
}

struct Table {
    reeve_task tasks[kKinds];
    const reeve_task *pointers[kKinds];
    reeve_task_table table;
};

void Fingerprint(const reeve_v1_manifest &manifest, int kind, uint8_t to[32])
{
    for (size_t i = 0; i < manifest.n_tasks; i++) {
        const ProtobufCBinaryData schema = manifest.tasks[i]->schema;
        const auto *decoded = static_cast<const reeve_v1_task_schema *>(
            Decoded(reeve_v1_task_schema_message, reeve_bytes_of(schema.data, schema.len)));
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(decoded->task), Task(kind).name)) {
            reeve_move(to, manifest.tasks[i]->fingerprint.data, 32);
            return;
        }
    }
}

const Table &BuiltTable()
{
    static const Table *const table = [] {
        static Table t = {};
        const auto *manifest = static_cast<const reeve_v1_manifest *>(
            Decoded(reeve_v1_manifest_message, View(ManifestBytes())));
        for (int kind = 0; kind < kKinds; kind++) {
            reeve_task &task = t.tasks[kind];
            task.name = Task(kind).name;
            task.system = "desk";
            task.idempotency = static_cast<uint8_t>(Task(kind).idempotency);
            task.binding = REEVE_BINDING_NATIVE;
            task.server_streaming = Task(kind).streams;
            task.approvals = Task(kind).approved ? 1 : 0;
            task.max_in_flight = Task(kind).max_in_flight;
            Fingerprint(*manifest, kind, task.fingerprint);
            t.pointers[kind] = &task;
        }
        t.table.version = REEVE_TABLE_VERSION;
        t.table.count = kKinds;
        t.table.tasks = t.pointers;
        return &t;
    }();
    return *table;
}

} // namespace

reeve_digest FingerprintOf(int kind)
{
    reeve_digest digest = {};
    reeve_move(digest.bytes, BuiltTable().tasks[kind].fingerprint, sizeof digest.bytes);
    return digest;
}

const reeve_task_table &Tasks()
{
    return BuiltTable().table;
}

std::string RegisterRequest()
{
    reeve_v1_register_tasks_request request = REEVE_V1_REGISTER_TASKS_REQUEST_INIT;
    request.manifest =
        static_cast<reeve_v1_manifest *>(Decoded(reeve_v1_manifest_message, View(ManifestBytes())));
    return Encoded(reeve_v1_register_tasks_request_message, &request);
}

} // namespace reeve_sim
