// SPDX-License-Identifier: Apache-2.0
// Text is looked at eight bytes at a time: every length, and what is wrong at every place of it.
#include "proto/runtime/text.h"

#include <gtest/gtest.h>

#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

constexpr size_t kLengths = 70;

/* A copy of its own size, so that a sanitizer sees a look beyond it. */
reeve_status Check(const std::string &text)
{
    const std::vector<uint8_t> copy(text.begin(), text.end());
    return reeve_text_check(reeve_bytes_of(copy.data(), copy.size()));
}

TEST(Text, NulIsFoundAtEveryPlace)
{
    for (size_t length = 0; length < kLengths; length++) {
        EXPECT_EQ(Check(std::string(length, 'a')), REEVE_OK);
        EXPECT_EQ(Check(std::string(length, '\x01')), REEVE_OK);
        for (size_t at = 0; at < length; at++) {
            for (const char around : {'a', '\x01', '\x7f'}) {
                std::string text(length, around);
                text[at] = '\0';
                EXPECT_EQ(Check(text), REEVE_EMBEDDED_NUL) << length << ' ' << at;
            }
        }
    }
}

TEST(Text, WhatIsNoUtf8IsFoundAtEveryPlace)
{
    for (size_t length = 1; length < kLengths; length++) {
        for (size_t at = 0; at < length; at++) {
            std::string text(length, 'a');
            text[at] = '\x80';
            EXPECT_EQ(Check(text), REEVE_UTF8) << length << ' ' << at;
            text.replace(at, 1, "\xc3\xa4");
            EXPECT_EQ(Check(text), REEVE_OK) << length << ' ' << at;
            text.replace(at, 2, "\xc3");
            EXPECT_EQ(Check(text), REEVE_UTF8) << length << ' ' << at;
        }
    }
}

TEST(Text, LengthIsInCharacters)
{
    EXPECT_EQ(reeve_text_length(View("")), 0u);
    EXPECT_EQ(reeve_text_length(View("a\xc3\xa4\xf0\x9f\x98\x80")), 3u);
    std::string text;
    for (size_t length = 0; length < kLengths; length++) {
        EXPECT_EQ(reeve_text_length(View(text)), length);
        static const char *const kPieces[] = {"a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
        text += kPieces[length * 7 % 4];
    }
}

} // namespace
