// SPDX-License-Identifier: Apache-2.0
//
// The classes of characters are those of ASCII, for every byte and for what is none.
#include "agent/base/character.h"

#include <cctype>

#include <gtest/gtest.h>

namespace
{

TEST(Character, ClassesAreThoseOfTheCLocale)
{
    for (int c = 0; c <= 255; c++) {
        SCOPED_TRACE(c);
        EXPECT_EQ(reeve_is_digit(c), std::isdigit(c) != 0);
        EXPECT_EQ(reeve_is_lower(c), std::islower(c) != 0);
        EXPECT_EQ(reeve_is_upper(c), std::isupper(c) != 0);
        EXPECT_EQ(reeve_is_letter(c), std::isalpha(c) != 0);
        EXPECT_EQ(reeve_is_alphanumeric(c), std::isalnum(c) != 0);
        EXPECT_EQ(reeve_is_hex(c), std::isxdigit(c) != 0);
        EXPECT_EQ(reeve_lower(c), std::tolower(c));
        EXPECT_EQ(reeve_hex_value(c) >= 0, std::isxdigit(c) != 0);
    }
}

TEST(Character, WhatIsNoByteIsInNone)
{
    for (int c = -128; c < 0;
         c++) { // a char of a machine whose chars have signs; the end of a text
        EXPECT_FALSE(reeve_is_alphanumeric(c) || reeve_is_hex(c)) << c;
        EXPECT_EQ(reeve_lower(c), c);
        EXPECT_EQ(reeve_hex_value(c), -1);
    }
}

TEST(Character, HexDigitsHaveTheirValue)
{
    int value = 0;
    for (const char c :
         {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}) {
        EXPECT_EQ(reeve_hex_value(c), value);
        EXPECT_EQ(reeve_hex_value(std::toupper(c)), value);
        value++;
    }
}

} // namespace
