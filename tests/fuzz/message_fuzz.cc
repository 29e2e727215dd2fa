// SPDX-License-Identifier: Apache-2.0
// libFuzzer over everything that reads a message (P3, P7). The first byte chooses the reader and
// the table; what is accepted has to survive a round trip.
#include <cstdlib>
#include <string>

#include "proto/runtime/message.h"
#include "proto/schema/dynamic.h"
#include "runtime_rules.reeve.h"
#include "runtime_testing.reeve.h"

namespace
{

const reeve_message *const kTables[] = {
    &runtime_testing_everything_message, &runtime_testing_lists_message,
    &runtime_testing_maps_message,       &runtime_testing_choices_message,
    &runtime_testing_well_known_message, &runtime_rules_lists_message,
    &runtime_rules_texts_message,        &runtime_rules_presence_message,
};

constexpr size_t kArenaMax = size_t(16) << 20;

void Require(bool held)
{
    if (!held) {
        std::abort();
    }
}

struct Arena {
    Arena()
    {
        reeve_arena_init(&arena, nullptr, kArenaMax, 0);
    }
    ~Arena()
    {
        reeve_arena_clear(&arena);
    }
    reeve_arena arena;
};

struct Buffer {
    Buffer()
    {
        reeve_buffer_init(&buffer, nullptr, kArenaMax);
    }
    ~Buffer()
    {
        reeve_buffer_clear(&buffer);
    }
    reeve_buffer buffer;
};

bool Same(const Buffer &a, const Buffer &b)
{
    return reeve_bytes_equal(reeve_buffer_view(&a.buffer), reeve_buffer_view(&b.buffer));
}

void Validate(const reeve_message *table, const void *message)
{
    reeve_problem room[4];
    reeve_problems problems = {room, 4, 0, 0};
    const reeve_status status = reeve_message_validate(table, message, &problems);
    Require(status == REEVE_OK || status == REEVE_CONSTRAINT);
    Require((status == REEVE_OK) == (problems.total == 0));
}

// An accepted message: encode, decode, encode gives the same bytes; so does JSON where there is
// one.
void RoundTrip(const reeve_message *table, const void *message)
{
    Arena again;
    Buffer bytes;
    Buffer bytes_again;
    Buffer json;
    void *copy = nullptr;
    reeve_decode_options keep = {};
    keep.unknown = REEVE_UNKNOWN_KEEP;
    keep.max_depth = 100;
    Validate(table, message);
    Require(reeve_message_encode(table, message, &bytes.buffer) == REEVE_OK);
    Require(reeve_message_encoded_size(table, message) == bytes.buffer.len);
    const reeve_status status = reeve_message_decode(table, reeve_buffer_view(&bytes.buffer), &keep,
                                                     &again.arena, &copy, nullptr);
    if (status == REEVE_NO_MEMORY) {
        return;
    }
    Require(status == REEVE_OK);
    Require(reeve_message_encode(table, copy, &bytes_again.buffer) == REEVE_OK);
    Require(Same(bytes, bytes_again));
    if (reeve_message_to_json(table, message, nullptr, &json.buffer) != REEVE_OK) {
        return;
    }
    Arena third;
    Buffer json_again;
    const reeve_json_options deep = {100, false, false, false, false, 0};
    const reeve_status read = reeve_message_from_json(table, reeve_buffer_view(&json.buffer), &deep,
                                                      &third.arena, &copy, nullptr);
    if (read == REEVE_NO_MEMORY) {
        return;
    }
    Require(read == REEVE_OK);
    Require(reeve_message_to_json(table, copy, nullptr, &json_again.buffer) == REEVE_OK);
    Require(Same(json, json_again));
}

void Read(unsigned reader, const reeve_message *table, reeve_bytes input)
{
    Arena arena;
    void *message = nullptr;
    reeve_problem problem = {};
    reeve_status status;
    reeve_decode_options o = {};
    o.unknown = static_cast<reeve_unknown_fields>(reader % 3);
    if (reader < 3) {
        status = reeve_message_decode(table, input, &o, &arena.arena, &message, &problem);
    } else if (reader < 5) {
        const reeve_json_options json = {0, reader == 4, false, false, false, 0};
        status = reeve_message_from_json(table, input, &json, &arena.arena, &message, &problem);
    } else {
        status = reeve_message_from_yaml(table, input, &arena.arena, &message, &problem);
    }
    Require((status == REEVE_OK) == (message != nullptr));
    if (status == REEVE_OK) {
        RoundTrip(table, message);
        return;
    }
    Require(problem.text[0] != '\0' && problem.rule[0] != '\0');
}

void Build(reeve_bytes input)
{
    reeve_dynamic *d = nullptr;
    reeve_problem problem = {};
    if (reeve_dynamic_new(input, nullptr, nullptr, &d, &problem) != REEVE_OK) {
        Require(problem.rule[0] != '\0');
        return;
    }
    Read(0, reeve_dynamic_task(d)->input, reeve_bytes_slice(input, 0, 0));
    reeve_dynamic_free(d);
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    for (const reeve_message *table : kTables) {
        Require(reeve_message_prepare(table, nullptr) == REEVE_OK);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const unsigned reader = data[0] & 7u;
    const reeve_bytes input = reeve_bytes_of(data + 1, size - 1);
    if (reader == 6) {
        Build(input);
        return 0;
    }
    Read(reader % 6, kTables[data[0] >> 3 & 7u], input);
    return 0;
}
