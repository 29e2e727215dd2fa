// SPDX-License-Identifier: Apache-2.0
// The runtime with std::string at its edges.
#ifndef REEVE_TESTS_UNIT_PROTO_RUNTIME_RUNTIME_FIXTURE_H
#define REEVE_TESTS_UNIT_PROTO_RUNTIME_RUNTIME_FIXTURE_H

#include <gtest/gtest.h>

#include <string>

#include "proto/runtime/message.h"
#include "runtime_testing.reeve.h"
#include "tests/support/bytes.h"

using reeve::test::View;

// An arena that dies with the scope, and what was read into it.
class Subject
{
  public:
    explicit Subject(const reeve_message *table, size_t max = size_t(64) << 20,
                     const reeve_allocator *allocator = nullptr)
        : table_(table)
    {
        reeve_arena_init(&arena_, allocator, max, 0);
    }
    ~Subject()
    {
        reeve_arena_clear(&arena_);
    }
    Subject(const Subject &) = delete;
    Subject &operator=(const Subject &) = delete;

    reeve_status Decode(const std::string &in, const reeve_decode_options &o = {})
    {
        return reeve_message_decode(table_, View(in), &o, &arena_, &message_, &problem_);
    }
    reeve_status Json(const std::string &in, const reeve_json_options &o = {})
    {
        return reeve_message_from_json(table_, View(in), &o, &arena_, &message_, &problem_);
    }
    reeve_status Yaml(const std::string &in)
    {
        return reeve_message_from_yaml(table_, View(in), &arena_, &message_, &problem_);
    }
    std::string Encode()
    {
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, size_t(64) << 20);
        EXPECT_EQ(reeve_message_encode(table_, message_, &b), REEVE_OK);
        std::string out(reinterpret_cast<const char *>(b.data), b.len);
        EXPECT_EQ(reeve_message_encoded_size(table_, message_), b.len);
        reeve_buffer_clear(&b);
        return out;
    }
    std::string ToJson(const reeve_json_options &o = {})
    {
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, size_t(64) << 20);
        EXPECT_EQ(reeve_message_to_json(table_, message_, &o, &b), REEVE_OK);
        std::string out(reinterpret_cast<const char *>(b.data), b.len);
        reeve_buffer_clear(&b);
        return out;
    }
    template <typename T>
    T *As()
    {
        return static_cast<T *>(message_);
    }
    void *message()
    {
        return message_;
    }
    const reeve_problem &problem() const
    {
        return problem_;
    }
    reeve_arena *arena()
    {
        return &arena_;
    }
    // "field rule line:column"
    std::string Where() const
    {
        return std::string(problem_.field) + " " + problem_.rule + " " +
               std::to_string(problem_.line) + ":" + std::to_string(problem_.column);
    }

  private:
    const reeve_message *table_;
    reeve_arena arena_;
    void *message_ = nullptr;
    reeve_problem problem_ = {};
};

#endif
