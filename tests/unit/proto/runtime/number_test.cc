// SPDX-License-Identifier: Apache-2.0
// Numbers, base64, times and durations as text.
#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "proto/runtime/base64.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/number.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/sort.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

// The value, or the status's name.
std::string Int64(const std::string &text)
{
    int64_t v = 0;
    const reeve_status s = reeve_number_to_int64(View(text), &v);
    return s == REEVE_OK ? std::to_string(v) : reeve_status_name(s);
}

std::string UInt64(const std::string &text)
{
    uint64_t v = 0;
    const reeve_status s = reeve_number_to_uint64(View(text), &v);
    return s == REEVE_OK ? std::to_string(v) : reeve_status_name(s);
}

// Whoever asks for a type's numbers in the wrong way gets zero, whatever stands in the slot.
TEST(Slot, NumbersAreLoadedBySignedness)
{
    const int32_t small = -5;
    const int64_t large = -6;
    const uint32_t natural = 7;
    const protobuf_c_boolean yes = 1;
    for (const uint8_t type :
         {REEVE_TYPE_INT32, REEVE_TYPE_SINT32, REEVE_TYPE_SFIXED32, REEVE_TYPE_ENUM}) {
        EXPECT_EQ(reeve_load_signed(type, &small), -5);
        EXPECT_EQ(reeve_load_unsigned(type, &small), 0u);
        EXPECT_FALSE(reeve_type_is_unsigned(type));
    }
    EXPECT_EQ(reeve_load_signed(REEVE_TYPE_SINT64, &large), -6);
    EXPECT_EQ(reeve_load_unsigned(REEVE_TYPE_UINT32, &natural), 7u);
    EXPECT_EQ(reeve_load_signed(REEVE_TYPE_UINT32, &natural), 0);
    EXPECT_EQ(reeve_load_unsigned(REEVE_TYPE_BOOL, &yes), 1u);
    EXPECT_EQ(reeve_load_signed(REEVE_TYPE_BOOL, &yes), 0);
    EXPECT_TRUE(reeve_type_is_unsigned(REEVE_TYPE_BOOL));
}

TEST(Number, IntegersAreExact)
{
    EXPECT_EQ(Int64("9223372036854775807"), "9223372036854775807");
    EXPECT_EQ(Int64("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(Int64("9223372036854775808"), "RANGE");
    EXPECT_EQ(Int64("-9223372036854775809"), "RANGE");
    EXPECT_EQ(UInt64("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(UInt64("18446744073709551616"), "RANGE");
    EXPECT_EQ(UInt64("-1"), "RANGE");
    EXPECT_EQ(UInt64("-0"), "0");
    EXPECT_EQ(Int64("9007199254740993"), "9007199254740993") << "beyond what a double holds";
}

TEST(Number, IntegersMayHaveFractionAndExponentWhenIntegral)
{
    EXPECT_EQ(Int64("1e3"), "1000");
    EXPECT_EQ(Int64("1.5e1"), "15");
    EXPECT_EQ(Int64("2.000"), "2");
    EXPECT_EQ(Int64("1200e-2"), "12");
    EXPECT_EQ(Int64("0e999999999999"), "0");
    EXPECT_EQ(Int64("1.5"), "TYPE");
    EXPECT_EQ(Int64("1e-1"), "TYPE");
    EXPECT_EQ(Int64("1e19"), "RANGE");
    EXPECT_EQ(Int64("1e99999999999999999999"), "RANGE");
}

TEST(Number, OnlyJsonsGrammar)
{
    for (const char *text : {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", " 1", "1 ",
                             "1_0", "--1", "1e5.0", "NaN", "inf"}) {
        EXPECT_EQ(Int64(text), "TYPE") << text;
        double d;
        EXPECT_EQ(reeve_number_to_double(View(text), &d), REEVE_TYPE) << text;
    }
    EXPECT_EQ(Int64(std::string(2000, '1')), "RANGE");
}

TEST(Number, DoublesRoundTripInShortestForm)
{
    const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {1e21, "1e+21"},
                 {100, "100"},
                 {-0.0, "-0.0"},
                 {1.0 / 3, "0.3333333333333333"},
                 {5e-324, "4.94065645841247e-324"}};
    for (const auto &c : cases) {
        char text[REEVE_NUMBER_TEXT];
        reeve_number_from_double(c.value, text);
        EXPECT_STREQ(text, c.text);
    }
    std::mt19937_64 random(1);
    for (int i = 0; i < 20000; i++) {
        const uint64_t bits = random();
        double value;
        static_assert(sizeof value == sizeof bits);
        std::memcpy(&value, &bits, sizeof value);
        if (!std::isfinite(value)) {
            continue;
        }
        char text[REEVE_NUMBER_TEXT];
        double back;
        reeve_number_from_double(value, text);
        ASSERT_EQ(reeve_number_to_double(reeve_bytes_cstr(text), &back), REEVE_OK) << text;
        ASSERT_EQ(back, value) << text;
    }
}

TEST(Number, FloatsAreRoundedOnce)
{
    char text[REEVE_NUMBER_TEXT];
    float v;
    reeve_number_from_float(0.1F, text);
    EXPECT_STREQ(text, "0.1");
    // Halfway between two floats once it is rounded to double: only direct rounding is right.
    ASSERT_EQ(reeve_number_to_float(View("1.00000017881393432617187499"), &v), REEVE_OK);
    EXPECT_EQ(v, 1.00000011920928955078125F);
    EXPECT_EQ(reeve_number_to_float(View("3.5e38"), &v), REEVE_RANGE);
    double d;
    EXPECT_EQ(reeve_number_to_double(View("1e309"), &d), REEVE_RANGE);
}

TEST(Number, TheLocaleDoesNotMatter)
{
    if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
        GTEST_SKIP() << "no German locale on this machine";
    }
    char text[REEVE_NUMBER_TEXT];
    double v = 0;
    reeve_number_from_double(1.5, text);
    EXPECT_STREQ(text, "1.5");
    EXPECT_EQ(reeve_number_to_double(View("2.25"), &v), REEVE_OK);
    EXPECT_EQ(v, 2.25);
    std::setlocale(LC_NUMERIC, "C");
}

std::string Time(const std::string &text)
{
    reeve_instant t = {};
    char out[REEVE_INSTANT_TEXT];
    const reeve_status s = reeve_timestamp_parse(View(text), &t);
    if (s != REEVE_OK) {
        return reeve_status_name(s);
    }
    return reeve_timestamp_format(t, out) == REEVE_OK ? out : "unprintable";
}

TEST(Instant, Rfc3339)
{
    EXPECT_EQ(Time("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00Z");
    EXPECT_EQ(Time("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
    EXPECT_EQ(Time("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z");
    EXPECT_EQ(Time("2024-02-29T12:00:00.5Z"), "2024-02-29T12:00:00.500Z");
    EXPECT_EQ(Time("2024-02-29T12:00:00.000001Z"), "2024-02-29T12:00:00.000001Z");
    EXPECT_EQ(Time("2024-01-01T01:00:00+02:00"), "2023-12-31T23:00:00Z");
    EXPECT_EQ(Time("2024-01-01T01:00:00-00:30"), "2024-01-01T01:30:00Z");
    EXPECT_EQ(Time("1900-02-28T23:59:59Z"), "1900-02-28T23:59:59Z");
}

TEST(Instant, WhatIsNoTime)
{
    for (const char *text : {"",
                             "2024",
                             "2024-01-01",
                             "2024-01-01 00:00:00Z",
                             "2024-01-01T00:00:00",
                             "2024-01-01t00:00:00z",
                             "2023-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2024-13-01T00:00:00Z",
                             "2024-00-01T00:00:00Z",
                             "2024-01-00T00:00:00Z",
                             "2024-01-01T24:00:00Z",
                             "2024-01-01T00:60:00Z",
                             "2024-01-01T00:00:60Z",
                             "2024-01-01T00:00:00.Z",
                             "2024-01-01T00:00:00.0123456789Z",
                             "2024-01-01T00:00:00Z ",
                             "0000-01-01T00:00:00Z",
                             "-001-01-01T00:00:00Z",
                             "2024-01-01T00:00:00+2:00",
                             "2024-01-01T00:00:00+24:00"}) {
        EXPECT_EQ(Time(text), "TYPE") << text;
    }
    EXPECT_EQ(Time("0001-01-01T00:00:00+01:00"), "RANGE");
    EXPECT_EQ(Time("9999-12-31T23:59:59-01:00"), "RANGE");
}

std::string Span(const std::string &text, bool units = false)
{
    reeve_instant d = {};
    char out[REEVE_INSTANT_TEXT];
    const reeve_status s =
        units ? reeve_duration_parse_units(View(text), &d) : reeve_duration_parse(View(text), &d);
    if (s != REEVE_OK) {
        return reeve_status_name(s);
    }
    return reeve_duration_format(d, out) == REEVE_OK ? out : "unprintable";
}

TEST(Instant, Durations)
{
    EXPECT_EQ(Span("1s"), "1s");
    EXPECT_EQ(Span("1.5s"), "1.500s");
    EXPECT_EQ(Span("-0.000000001s"), "-0.000000001s");
    EXPECT_EQ(Span("-3.25s"), "-3.250s");
    EXPECT_EQ(Span("315576000000s"), "315576000000s");
    EXPECT_EQ(Span("-315576000000.999999999s"), "-315576000000.999999999s");
    EXPECT_EQ(Span("315576000001s"), "RANGE");
    EXPECT_EQ(Span("99999999999999999999999s"), "RANGE");
    for (const char *text :
         {"", "s", "1", "-s", "1.s", ".5s", "1m", "1 s", "+1s", "1s ", "1.0000000001s"}) {
        EXPECT_EQ(Span(text), "TYPE") << text;
    }
}

TEST(Instant, DurationsWithUnits)
{
    EXPECT_EQ(Span("10s", true), "10s");
    EXPECT_EQ(Span("0.5s", true), "0.500s");
    EXPECT_EQ(Span("1m", true), "60s");
    EXPECT_EQ(Span("2h", true), "7200s");
    EXPECT_EQ(Span("7d", true), "604800s");
    EXPECT_EQ(Span("250ms", true), "0.250s");
    EXPECT_EQ(Span("-1m", true), "-60s");
    EXPECT_EQ(Span("1h30m", true), "TYPE");
    EXPECT_EQ(Span("9999999999999d", true), "RANGE");
}

TEST(Instant, OrderSurvivesExtremes)
{
    const reeve_instant far = {INT64_MAX, 999999999};
    const reeve_instant low = {INT64_MIN, -5};
    EXPECT_EQ(reeve_instant_compare(far, low), 1);
    EXPECT_EQ(reeve_instant_compare(low, far), -1);
    EXPECT_EQ(reeve_instant_compare({-1, -500000000}, {-2, 500000000}), 0);
    EXPECT_EQ(reeve_instant_compare(reeve_instant_from_nanos(-1), {-1, 999999999}), 0);
    EXPECT_EQ(reeve_instant_compare(reeve_instant_from_nanos(1500000000), {1, 500000000}), 0);
}

TEST(Base64, BothAlphabetsWithAndWithoutPadding)
{
    Subject s(&runtime_testing_scalars_message);
    const auto read = [&](const std::string &text) -> std::string {
        reeve_bytes out = {};
        const reeve_status status = reeve_base64_decode(View(text), s.arena(), &out);
        return status == REEVE_OK ? std::string(reinterpret_cast<const char *>(out.data), out.len)
                                  : reeve_status_name(status);
    };
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read("Zg=="), "f");
    EXPECT_EQ(read("Zg"), "f");
    EXPECT_EQ(read("Zm8="), "fo");
    EXPECT_EQ(read("Zm8"), "fo");
    EXPECT_EQ(read("Zm9v"), "foo");
    EXPECT_EQ(read("-_8="), "\xfb\xff");
    EXPECT_EQ(read("+/8"), "\xfb\xff");
    /* Bits that no byte holds: the conformance suite wants them taken. */
    EXPECT_EQ(read("-_"), "\xfb");
    EXPECT_EQ(read("Zh=="), "f");
    for (const char *bad : {"Z", "Zg=", "Zm9v=", "Zg===", "=", "Z g", "Zm8==", "Zm9vZ"}) {
        EXPECT_EQ(read(bad), "TYPE") << bad;
    }
}

int CompareTens(const void *a, const void *b, const void *)
{
    return *static_cast<const int *>(a) / 10 - *static_cast<const int *>(b) / 10;
}

TEST(Sort, IsStable)
{
    std::mt19937 random(3);
    for (size_t n = 0; n < 70; n++) {
        std::vector<int> values(n);
        std::vector<const void *> items(n + 1);
        std::vector<const void *> scratch(n + 1);
        for (size_t i = 0; i < n; i++) {
            values[i] = static_cast<int>(random() % 40);
            items[i] = &values[i];
        }
        reeve_sort(items.data(), scratch.data(), n, CompareTens, nullptr);
        for (size_t i = 1; i < n; i++) {
            const int order = CompareTens(items[i - 1], items[i], nullptr);
            ASSERT_TRUE(order < 0 || (order == 0 && items[i - 1] < items[i]));
        }
    }
}

} // namespace
