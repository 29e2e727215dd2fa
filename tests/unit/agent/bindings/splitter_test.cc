// SPDX-License-Identifier: Apache-2.0
// The splitter of JSON streams: the same values, whatever pieces the bytes come in.
#include "agent/bindings/http/splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

struct Result {
    std::vector<std::string> values;
    reeve_status status = REEVE_OK;

    bool operator==(const Result &other) const
    {
        return values == other.values && status == other.status;
    }
};

void PrintTo(const Result &result, std::ostream *to)
{
    for (const std::string &value : result.values) {
        *to << value << " | ";
    }
    *to << reeve_status_name(result.status);
}

class Splitter
{
  public:
    Splitter(reeve_json_layout layout, size_t max)
    {
        reeve_json_splitter_init(&splitter_, layout, max);
    }
    ~Splitter()
    {
        reeve_json_splitter_clear(&splitter_);
    }
    bool Feed(const std::string &piece, Result &result)
    {
        reeve_bytes input = reeve_bytes_of(piece.data(), piece.size());
        while (result.status == REEVE_OK) {
            bool ready = false;
            result.status = reeve_json_split(&splitter_, &input, &ready);
            if (result.status != REEVE_OK || !ready) {
                break;
            }
            Take(result);
        }
        return result.status == REEVE_OK;
    }
    void End(Result &result)
    {
        bool ready = false;
        if (result.status == REEVE_OK) {
            result.status = reeve_json_split_end(&splitter_, &ready);
        }
        if (ready) {
            Take(result);
        }
    }

  private:
    void Take(Result &result)
    {
        result.values.emplace_back(reinterpret_cast<const char *>(splitter_.value.data),
                                   splitter_.value.len);
    }
    reeve_json_splitter splitter_;
};

// Whole, cut once after every byte, and byte by byte: always the same.
Result Split(reeve_json_layout layout, const std::string &text, size_t max = 1000)
{
    Result whole;
    Splitter splitter(layout, max);
    splitter.Feed(text, whole);
    splitter.End(whole);
    for (size_t cut = 0; cut <= text.size(); cut++) {
        Result again;
        Splitter other(layout, max);
        other.Feed(text.substr(0, cut), again) && other.Feed(text.substr(cut), again);
        other.End(again);
        EXPECT_EQ(whole, again) << "cut after " << cut << " bytes of " << text;
    }
    Result bytes;
    Splitter slow(layout, max);
    for (char c : text) {
        if (!slow.Feed(std::string(1, c), bytes)) {
            break;
        }
    }
    slow.End(bytes);
    EXPECT_EQ(whole, bytes) << text;
    return whole;
}

using Values = std::vector<std::string>;

TEST(Splitter, LinesAreValues)
{
    EXPECT_EQ(
        (Result{Values{R"({"a":1})", R"([1,{"b":"]}\"\\"}])", "2", "\"x\"", "null"}}),
        Split(REEVE_JSON_LINES, "{\"a\":1}\r\n\n  [1,{\"b\":\"]}\\\"\\\\\"}] \n2\n\"x\"\nnull"));
    EXPECT_EQ(Result{}, Split(REEVE_JSON_LINES, ""));
    EXPECT_EQ(Result{}, Split(REEVE_JSON_LINES, "\n \n"));
    EXPECT_EQ((Result{Values{"[1]", "[]"}}), Split(REEVE_JSON_LINES, "[1]\n[]\n"));
    EXPECT_EQ((Result{Values{"{}"}, REEVE_SYNTAX}), Split(REEVE_JSON_LINES, "{} {}\n"));
    EXPECT_EQ((Result{Values{"1"}, REEVE_SYNTAX}), Split(REEVE_JSON_LINES, "1,2\n"));
    EXPECT_EQ((Result{Values{}, REEVE_SYNTAX}), Split(REEVE_JSON_LINES, "{\n}\n"));
}

TEST(Splitter, AnArraysElementsAreValues)
{
    EXPECT_EQ((Result{Values{"{}", "[1,2]", "3", "\",]\""}}),
              Split(REEVE_JSON_ARRAY, " [ {} ,\n[1,2],3 , \",]\" ] \n"));
    EXPECT_EQ(Result{}, Split(REEVE_JSON_ARRAY, "[]"));
    for (const char *bad : {"{}", "[,1]", "[] x", "[1]]", "[}", "{]", "x"}) {
        EXPECT_EQ(REEVE_SYNTAX, Split(REEVE_JSON_ARRAY, bad).status) << bad;
    }
    EXPECT_EQ((Result{Values{"1"}, REEVE_SYNTAX}), Split(REEVE_JSON_ARRAY, "[1,]"));
    EXPECT_EQ((Result{Values{"1"}, REEVE_SYNTAX}), Split(REEVE_JSON_ARRAY, "[1 2]"));
    EXPECT_EQ((Result{Values{"[1]"}, REEVE_SYNTAX}), Split(REEVE_JSON_ARRAY, "[[1]}"));
}

TEST(Splitter, ValuesFollowOneAnotherOrStandInAnArray)
{
    EXPECT_EQ((Result{Values{"{\n\"a\": [1]}", "{}", "7"}}),
              Split(REEVE_JSON_VALUES, "{\n\"a\": [1]}{} 7"));
    EXPECT_EQ((Result{Values{"{}", "{}"}}), Split(REEVE_JSON_VALUES, " [{},{}] "));
    EXPECT_EQ(Result{}, Split(REEVE_JSON_VALUES, " "));
}

// A stream that is cut is never taken for a whole one.
TEST(Splitter, CutStreamsAreTruncated)
{
    const std::string array = "[{\"a\":\"b\"},[1,2],true]";
    for (size_t n = 0; n < array.size(); n++) {
        EXPECT_EQ(REEVE_TRUNCATED, Split(REEVE_JSON_ARRAY, array.substr(0, n)).status) << n;
    }
    for (const char *cut : {"{", "{\"", "{\"a\":1", "[1", "\"x", "\"x\\", "{}\n{\"a\""}) {
        EXPECT_EQ(REEVE_TRUNCATED, Split(REEVE_JSON_LINES, cut).status) << cut;
    }
}

// P7: one value's size and depth are bounded; the number of values is not its business.
TEST(Splitter, P7ValuesAreBounded)
{
    const std::string big = "{\"a\":\"" + std::string(100, 'x') + "\"}";
    EXPECT_EQ((Result{Values{big}}), Split(REEVE_JSON_LINES, big + "\n", big.size()));
    EXPECT_EQ(REEVE_LIMIT, Split(REEVE_JSON_LINES, big + "\n", big.size() - 1).status);
    EXPECT_EQ(REEVE_LIMIT, Split(REEVE_JSON_LINES, std::string(200, '1'), 100).status);
    const std::string deep = std::string(64, '[') + std::string(64, ']');
    EXPECT_EQ(REEVE_OK, Split(REEVE_JSON_LINES, deep).status);
    EXPECT_EQ(REEVE_DEPTH, Split(REEVE_JSON_LINES, "[" + deep + "]").status);
}

TEST(Splitter, ControlCharactersAreNotJson)
{
    for (const std::string &bad :
         {std::string("\"a\x01\""), std::string("{\x01}"), std::string("1\x02"),
          std::string("\x03"), std::string("{\0}", 3)}) {
        EXPECT_EQ(REEVE_SYNTAX, Split(REEVE_JSON_VALUES, bad).status);
    }
}

} // namespace
