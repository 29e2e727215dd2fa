// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a message, as JSON and as YAML, for tables of every kind of field and for the
// contracts themselves. What is accepted must encode, and read back as the same bytes, by way of
// JSON too; no input may take more memory than the arena has (P3, P7).
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "proto/runtime/message.h"
#include "reeve/v1/config.reeve.h"
#include "reeve/v1/control.reeve.h"
#include "runtime_rules.reeve.h"
#include "runtime_testing.reeve.h"

namespace
{

constexpr size_t kMax = 1u << 20;

const reeve_message *const kTables[] = {
    &runtime_testing_everything_message,
    &runtime_rules_numbers_message,
    &runtime_rules_texts_message,
    &runtime_rules_lists_message,
    &runtime_rules_presence_message,
    &reeve_v1_agent_config_message,
    &reeve_v1_register_tasks_request_message,
    &reeve_v1_submit_plan_request_message,
};
constexpr size_t kTablesCount = sizeof(kTables) / sizeof(kTables[0]);

void Require(bool holds)
{
    if (!holds) {
        std::abort(); // a finding
    }
}

struct Memory {
    reeve_arena arena;
    reeve_buffer first, second;

    Memory()
    {
        reeve_arena_init(&arena, nullptr, 32 * kMax, 0);
        reeve_buffer_init(&first, nullptr, 16 * kMax);
        reeve_buffer_init(&second, nullptr, 16 * kMax);
    }
    ~Memory()
    {
        reeve_buffer_clear(&second);
        reeve_buffer_clear(&first);
        reeve_arena_clear(&arena);
    }
};

// Encoded twice with a decoding in between: the same bytes.
void RoundTrip(const reeve_message *table, const void *message)
{
    Memory m;
    const reeve_decode_options strict = {};
    void *again = nullptr;
    Require(reeve_message_encode(table, message, &m.first) == REEVE_OK);
    enum reeve_status status = reeve_message_decode(table, reeve_buffer_view(&m.first), &strict,
                                                    &m.arena, &again, nullptr);
    Require(status == REEVE_OK);
    Require(reeve_message_encode(table, again, &m.second) == REEVE_OK);
    Require(reeve_bytes_equal(reeve_buffer_view(&m.first), reeve_buffer_view(&m.second)));
}

// What JSON can say at all, it says exactly.
void ThroughJson(const reeve_message *table, const void *message)
{
    Memory m;
    const reeve_json_options options = {};
    reeve_buffer bytes;
    void *again = nullptr;
    if (reeve_message_to_json(table, message, &options, &m.first) != REEVE_OK) {
        return; // a time out of range
    }
    Require(reeve_message_from_json(table, reeve_buffer_view(&m.first), &options, &m.arena, &again,
                                    nullptr) == REEVE_OK);
    reeve_buffer_init(&bytes, nullptr, 16 * kMax);
    Require(reeve_message_to_json(table, again, &options, &bytes) == REEVE_OK);
    Require(reeve_bytes_equal(reeve_buffer_view(&m.first), reeve_buffer_view(&bytes)));
    reeve_buffer_clear(&bytes);
}

enum reeve_status Read(const reeve_message *table, unsigned how, reeve_bytes input,
                       reeve_arena *arena, void **message)
{
    const reeve_decode_options strict = {};
    const reeve_json_options lenient = {0, true};
    const reeve_json_options exact = {};
    reeve_problem problem = {};
    switch (how) {
    case 0:
        return reeve_message_decode(table, input, &strict, arena, message, &problem);
    case 1:
        return reeve_message_from_json(table, input, &exact, arena, message, &problem);
    case 2:
        return reeve_message_from_json(table, input, &lenient, arena, message, &problem);
    default:
        return reeve_message_from_yaml(table, input, arena, message, &problem);
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    reeve_problem problem = {};
    for (const reeve_message *table : kTables) {
        Require(reeve_message_prepare(table, &problem) == REEVE_OK);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const reeve_message *table = kTables[data[0] / 4 % kTablesCount];
    Memory m;
    reeve_problem problems[4];
    reeve_problems list = {problems, 4, 0, 0};
    void *message = nullptr;
    if (Read(table, data[0] % 4u, reeve_bytes_of(data + 1, size - 1), &m.arena, &message) !=
        REEVE_OK) {
        return 0;
    }
    (void)!reeve_message_validate(table, message, 0, &list);
    RoundTrip(table, message);
    ThroughJson(table, message);
    return 0;
}
