// SPDX-License-Identifier: Apache-2.0
//
// JSON to messages and back: see message_json.h.
#include "tests/support/message_json.h"

#include <gtest/gtest.h>

#include "proto/runtime/message.h"
#include "tests/support/bytes.h"

namespace reeve::test
{

namespace
{

constexpr size_t kMax = 64u << 20;

} // namespace

void *FromJson(const reeve_message *type, const std::string &json, reeve_arena *arena)
{
    const reeve_json_options options = {};
    reeve_problem problem = {};
    void *message = nullptr;
    EXPECT_EQ(REEVE_OK,
              reeve_message_from_json(type, View(json), &options, arena, &message, &problem))
        << problem.text;
    return message;
}

std::string EncodeJson(const reeve_message *type, const std::string &json)
{
    reeve_arena arena;
    reeve_buffer bytes;
    reeve_arena_init(&arena, nullptr, kMax, 0);
    reeve_buffer_init(&bytes, nullptr, kMax);
    EXPECT_EQ(REEVE_OK, reeve_message_encode(type, FromJson(type, json, &arena), &bytes));
    std::string encoded = Text(bytes);
    reeve_buffer_clear(&bytes);
    reeve_arena_clear(&arena);
    return encoded;
}

std::string DecodeJson(const reeve_message *type, reeve_bytes bytes)
{
    const reeve_decode_options strict = {};
    const reeve_json_options options = {};
    reeve_problem problem = {};
    void *message = nullptr;
    reeve_arena arena;
    reeve_buffer json;
    reeve_arena_init(&arena, nullptr, kMax, 0);
    reeve_buffer_init(&json, nullptr, kMax);
    EXPECT_EQ(REEVE_OK, reeve_message_decode(type, bytes, &strict, &arena, &message, &problem))
        << problem.text;
    EXPECT_EQ(REEVE_OK, reeve_message_to_json(type, message, &options, &json));
    std::string text = Text(json);
    reeve_buffer_clear(&json);
    reeve_arena_clear(&arena);
    return text;
}

} // namespace reeve::test
