// SPDX-License-Identifier: Apache-2.0
// UTF-8 validation against RFC 3629: every code point, and what only looks like one.
#include "agent/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

// A second, plain encoder, so that the decoder is not judged by itself.
std::string Encode(uint32_t c)
{
    std::string s;
    if (c < 0x80) {
        s += static_cast<char>(c);
    } else if (c < 0x800) {
        s += static_cast<char>(0xC0 | (c >> 6));
        s += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        s += static_cast<char>(0xE0 | (c >> 12));
        s += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        s += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        s += static_cast<char>(0xF0 | (c >> 18));
        s += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        s += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        s += static_cast<char>(0x80 | (c & 0x3F));
    }
    return s;
}

bool Valid(const std::string &s)
{
    return reeve_bytes_is_utf8(reeve_bytes_of(s.data(), s.size()));
}

TEST(Utf8, EveryCodePointIsReadBack)
{
    for (uint32_t c = 0; c < 0x110000; c++) {
        std::string s = Encode(c);
        uint32_t read = 0;
        size_t length = reeve_utf8_step(reeve_bytes_of(s.data(), s.size()), &read);
        if (c >= 0xD800 && c <= 0xDFFF) {
            ASSERT_EQ(length, 0u) << std::hex << c;
            continue;
        }
        ASSERT_EQ(length, s.size()) << std::hex << c;
        ASSERT_EQ(read, c);
    }
}

// The same character by character, which builds the code and judges that.
bool ValidByStep(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        const size_t length = reeve_utf8_step(reeve_bytes_of(at + i, len - i), &code);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

// A whole string is judged by its bytes' ranges: every pair of bytes, with what may stand behind
// it.
TEST(Utf8, StringsAreJudgedAsTheirCharactersAre)
{
    const uint8_t lasts[] = {0x00, 0x7f, 0x80, 0x9f, 0xbf, 0xc0, 0xff};
    uint64_t valid = 0;
    const auto compare = [&](const uint8_t *b, size_t len) {
        const bool expected = ValidByStep(b, len);
        valid += expected;
        return reeve_bytes_is_utf8(reeve_bytes_of(b, len)) == expected;
    };
    for (uint32_t n = 0; n < 0x10000; n++) {
        uint8_t b[4] = {static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n), 0, 0};
        ASSERT_TRUE(compare(b, 1) && compare(b, 2)) << std::hex << n;
        for (size_t i = 0; i < sizeof lasts * sizeof lasts; i++) {
            b[2] = lasts[i % sizeof lasts];
            b[3] = lasts[i / sizeof lasts];
            ASSERT_TRUE(compare(b, 3) && compare(b, 4)) << std::hex << n << ' ' << i;
        }
    }
    EXPECT_GT(valid, 100000u);
}

TEST(Utf8, MalformedFormsAreRefusedAtEveryPlaceInAString)
{
    const std::string bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xE2\x82",
        "\xF0\x9F\x98",
        "\xE2\x28\xA1",
    };
    for (const std::string &b : bad) {
        for (size_t before = 0; before < 20; before++) {
            EXPECT_FALSE(Valid(std::string(before, 'a') + b));
            EXPECT_FALSE(Valid(std::string(before, 'a') + b + std::string(20, 'z')));
        }
    }
}

TEST(Utf8, EmptyAsciiAndMixedAreFine)
{
    EXPECT_TRUE(Valid(""));
    for (size_t n = 0; n < 40; n++) {
        EXPECT_TRUE(Valid(std::string(n, 'a') + Encode(0x20AC) + std::string(n, 'b')));
    }
}

TEST(Utf8, ACharacterCutAnywhereIsRefused)
{
    const std::string whole = Encode(0x1F600);
    for (size_t n = 1; n < whole.size(); n++) {
        EXPECT_FALSE(Valid(whole.substr(0, n)));
    }
}

} // namespace
