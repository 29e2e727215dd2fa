// SPDX-License-Identifier: Apache-2.0
// What every fuzz target needs: a finding, and an input that is read as a program, from its front,
// so that a change at one place leaves what stands before it as it was. Behind its end are zeros.
#ifndef REEVE_TESTS_FUZZ_INPUT_H
#define REEVE_TESTS_FUZZ_INPUT_H

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent/base/bytes.h"

namespace reeve::fuzz
{

inline reeve_bytes View(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

inline std::string Text(reeve_bytes bytes)
{
    return bytes.len == 0 ? std::string()
                          : std::string(reinterpret_cast<const char *>(bytes.data), bytes.len);
}

// A finding, with what tells it apart.
inline void Require(bool holds, const char *what = "", const std::string &detail = "")
{
    if (!holds) {
        std::fprintf(stderr, "finding: %s %s\n", what, detail.c_str());
        std::abort();
    }
}

// REEVE_FUZZ_TRACE=1: what a program of a fuzz target does, line by line.
__attribute__((format(printf, 1, 2))) inline void Trace(const char *format, ...)
{
    static const bool wanted = std::getenv("REEVE_FUZZ_TRACE") != nullptr;
    if (wanted) {
        va_list args;
        va_start(args, format);
        (void)std::vfprintf(stderr, format, args);
        va_end(args);
        (void)std::fputc('\n', stderr);
    }
}

class Input
{
  public:
    Input(const uint8_t *data, size_t size) : data_(data), size_(size)
    {
    }
    bool Empty() const
    {
        return at_ == size_;
    }
    uint8_t Byte()
    {
        return at_ < size_ ? data_[at_++] : 0;
    }
    // [0, below), of one byte where that is enough.
    uint64_t Below(uint64_t below)
    {
        uint64_t value = Byte();
        for (uint64_t reach = 256; reach < below && reach != 0; reach <<= 8) {
            value = value << 8 | Byte();
        }
        return value % below;
    }
    bool Flag()
    {
        return (Byte() & 1) != 0;
    }
    // Any number; small ones take little.
    uint64_t Number()
    {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const uint8_t byte = Byte();
            value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) {
                break;
            }
        }
        return value;
    }
    // `usual` most of the time, else something near it, or anything at all.
    uint64_t Near(uint64_t usual)
    {
        const uint8_t how = Byte();
        if (how < 0xe0) {
            return usual;
        }
        return how < 0xf8 ? usual + how - 0xec : Number();
    }
    // Something near `usual`, or anything at all.
    uint64_t Odd(uint64_t usual)
    {
        const uint8_t how = Byte();
        return how < 0x80 ? usual + how - 0x40 : Number();
    }
    std::string Bytes(size_t length)
    {
        length = std::min(length, size_ - at_);
        std::string bytes(reinterpret_cast<const char *>(data_ + at_), length);
        at_ += length;
        return bytes;
    }

  private:
    const uint8_t *data_;
    size_t size_;
    size_t at_ = 0;
};

// A fuzz target whose input is the program of a world.
template <typename World>
int Play(const uint8_t *data, size_t size)
{
    Input in(data, size);
    World world(in);
    world.Run();
    return 0;
}

} // namespace reeve::fuzz
#endif
