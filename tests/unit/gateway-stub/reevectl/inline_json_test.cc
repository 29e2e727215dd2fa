// SPDX-License-Identifier: Apache-2.0
// Taking inputs out of a plan file: positions stay, jobs keep their own.
#include "gateway-stub/reevectl/inline_json.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

class InlineTest : public ::testing::Test
{
  protected:
    InlineTest()
    {
        reeve_buffer_init(&rest, nullptr, 1 << 20);
    }
    ~InlineTest() override
    {
        reeve_buffer_clear(&rest);
    }
    enum reeve_status Take(const std::string &json)
    {
        text = json;
        reeve_buffer_reset(&rest);
        return reeve_inline_take(reeve_bytes_of(text.data(), text.size()), "input", 3, &rest,
                                 &values, &line);
    }
    std::string Rest() const
    {
        return std::string(reinterpret_cast<char *>(rest.data), rest.len);
    }
    std::string Value(size_t i) const
    {
        return std::string(reinterpret_cast<const char *>(values.items[i].text.data),
                           values.items[i].text.len);
    }
    std::string text;
    reeve_buffer rest;
    reeve_inline_values values;
    uint32_t line = 0;
};

TEST_F(InlineTest, PositionsStay)
{
    ASSERT_EQ(Take("{\"jobs\":[\n {\"input\": {\"a\":\n [1]}, \"task\":\"t\"}]}"), REEVE_OK);
    EXPECT_EQ(Rest(), "{\"jobs\":[\n {\"input\": \"\"   \n     , \"task\":\"t\"}]}");
    ASSERT_EQ(values.count, 1u);
    EXPECT_EQ(Value(0), "{\"a\":\n [1]}");
    EXPECT_EQ(values.items[0].line, 2u);
    EXPECT_EQ(values.items[0].column, 12u);
}

TEST_F(InlineTest, AJobWithoutInputDoesNotTakeItsNeighbours)
{
    ASSERT_EQ(
        Take(
            "{\"jobs\":[{\"task\":\"a\"},{\"task\":\"b\",\"input\":{}},{},{\"input\":{\"x\":1}}]}"),
        REEVE_OK);
    ASSERT_EQ(values.count, 2u);
    EXPECT_EQ(values.items[0].object, 1u);
    EXPECT_EQ(values.items[1].object, 3u);
}

TEST_F(InlineTest, AnInnerInputStays)
{
    ASSERT_EQ(Take("{\"input\":1,\"jobs\":[{\"input\":{\"input\":{\"b\":\"}\\\"\"}}}]}"), REEVE_OK);
    ASSERT_EQ(values.count, 1u);
    EXPECT_EQ(Value(0), "{\"input\":{\"b\":\"}\\\"\"}}");
}

TEST_F(InlineTest, WhatIsNotClosedIsAnErrorAtEveryLength)
{
    const std::string whole = "{\"jobs\":[{\"task\":\"a\",\"input\":{\"x\":[1,\"y\"]}}]}";
    ASSERT_EQ(Take(whole), REEVE_OK);
    for (size_t len = 1; len < whole.size(); len++) {
        EXPECT_EQ(Take(whole.substr(0, len)), REEVE_SYNTAX) << whole.substr(0, len);
    }
}

TEST_F(InlineTest, TooManyAndTooDeepAreLimits)
{
    std::string jobs = "{\"jobs\":[";
    for (size_t i = 0; i <= REEVE_INLINE_MAX; i++) {
        jobs += std::string(i > 0 ? "," : "") + "{\"input\":{}}";
    }
    EXPECT_EQ(Take(jobs + "]}"), REEVE_LIMIT);
    EXPECT_EQ(Take("{\"jobs\":[{\"input\":" + std::string(200, '[')), REEVE_LIMIT);
    EXPECT_EQ(Take(std::string(200, '[')), REEVE_LIMIT);
}

} // namespace
