// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets of the message runtime share.
#ifndef REEVE_TESTS_FUZZ_RUNTIME_FUZZ_H
#define REEVE_TESTS_FUZZ_RUNTIME_FUZZ_H

#include <string>

#include "proto/runtime/message.h"
#include "tests/fuzz/input.h"

namespace reeve::fuzz
{

constexpr size_t kMax = size_t{1} << 20;

// One message of a table, read in any of the formats.
class Message
{
  public:
    explicit Message(const reeve_message *table) : table_(table)
    {
        reeve_arena_init(&arena_, nullptr, 32 * kMax, 0);
    }
    ~Message()
    {
        reeve_arena_clear(&arena_);
    }
    Message(const Message &) = delete;
    Message &operator=(const Message &) = delete;

    reeve_status Decode(const std::string &in, reeve_unknown_fields unknown, uint32_t depth = 0)
    {
        reeve_decode_options o = {};
        o.unknown = unknown;
        o.max_depth = depth;
        return reeve_message_decode(table_, View(in), &o, &arena_, &message_, &problem_);
    }
    reeve_status FromJson(const std::string &in, bool ignore_unknown = false)
    {
        reeve_json_options o = {};
        o.ignore_unknown = ignore_unknown;
        return reeve_message_from_json(table_, View(in), &o, &arena_, &message_, &problem_);
    }
    reeve_status FromYaml(const std::string &in)
    {
        return reeve_message_from_yaml(table_, View(in), &arena_, &message_, &problem_);
    }
    // What was read can be written.
    std::string Encode() const
    {
        return Written([this](reeve_buffer *to) {
            Require(reeve_message_encode(table_, message_, to) == REEVE_OK, "encode");
        });
    }
    // False where JSON has no word for it.
    bool ToJson(std::string *out) const
    {
        bool good = true;
        *out = Written([&](reeve_buffer *to) {
            good = reeve_message_to_json(table_, message_, nullptr, to) == REEVE_OK;
        });
        return good;
    }
    const reeve_problem &problem() const
    {
        return problem_;
    }
    const void *get() const
    {
        return message_;
    }

  private:
    template <typename Write>
    static std::string Written(Write write)
    {
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 64 * kMax);
        write(&b);
        std::string out(reinterpret_cast<const char *>(b.data), b.len);
        reeve_buffer_clear(&b);
        return out;
    }

    const reeve_message *table_;
    reeve_arena arena_;
    void *message_ = nullptr;
    reeve_problem problem_ = {};
};

} // namespace reeve::fuzz
#endif
