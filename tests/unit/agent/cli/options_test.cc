// SPDX-License-Identifier: Apache-2.0
// Command lines against a table of options: every form that is taken, every one that is not and
// what is said of it; and the table as help.
#include "agent/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum { CONFIG, JSON, STATE, LIMIT, LIMIT_SHORT };
const reeve_option kOptions[] = {
    {"--config", "FILE", "which file"},
    {"--json", nullptr, "print JSON"},
    {"--state", "open|ended", "only these"},
    {"--limit", "N", "at most so many"},
    {"-n", "N", nullptr},
};
const size_t kCount = sizeof(kOptions) / sizeof(kOptions[0]);

struct Parsed {
    enum reeve_status status;
    reeve_arguments arguments;
    std::string problem;

    std::vector<std::string> words() const
    {
        return {arguments.words, arguments.words + arguments.words_count};
    }
    std::string value(size_t i) const
    {
        return arguments.values[i] == nullptr ? "(none)" : arguments.values[i];
    }
};

// The views are into `line`.
Parsed Parse(std::vector<std::string> &line, size_t words = 2)
{
    std::vector<char *> argv;
    for (std::string &word : line) {
        argv.push_back(word.data());
    }
    Parsed parsed{};
    char problem[256] = "";
    parsed.status = reeve_options_parse(kOptions, kCount, words, static_cast<int>(argv.size()),
                                        argv.data(), &parsed.arguments, problem);
    parsed.problem = problem;
    return parsed;
}

TEST(Options, TakesValuesFlagsAndWordsInAnyOrder)
{
    std::vector<std::string> line = {"first", "--config",  "a.yaml",     "--json",
                                     "-",     "--limit=5", "--state=x=y"};
    const Parsed parsed = Parse(line);
    ASSERT_EQ(parsed.status, REEVE_OK) << parsed.problem;
    EXPECT_EQ(parsed.value(CONFIG), "a.yaml");
    EXPECT_EQ(parsed.value(JSON), "");
    EXPECT_EQ(parsed.value(LIMIT), "5");
    EXPECT_EQ(parsed.value(STATE), "x=y") << "only the first = ends the name";
    EXPECT_THAT(parsed.words(), ElementsAre("first", "-"));
    EXPECT_FALSE(parsed.arguments.help);
}

TEST(Options, NothingGivenIsNothingSet)
{
    std::vector<std::string> line;
    const Parsed parsed = Parse(line);
    ASSERT_EQ(parsed.status, REEVE_OK);
    for (size_t i = 0; i < kCount; i++) {
        EXPECT_EQ(parsed.arguments.values[i], nullptr) << i;
    }
    EXPECT_THAT(parsed.words(), IsEmpty());
}

TEST(Options, AnEmptyValueIsAValueAndAnOptionMayBeOne)
{
    std::vector<std::string> line = {"--config=", "--state", "--json"};
    const Parsed parsed = Parse(line);
    ASSERT_EQ(parsed.status, REEVE_OK) << parsed.problem;
    EXPECT_EQ(parsed.value(CONFIG), "");
    EXPECT_EQ(parsed.value(STATE), "--json");
    EXPECT_EQ(parsed.value(JSON), "(none)");
}

TEST(Options, AnotherNameFillsTheFirstOnesPlace)
{
    std::vector<std::string> line = {"-n", "7"};
    const Parsed parsed = Parse(line);
    ASSERT_EQ(parsed.status, REEVE_OK) << parsed.problem;
    EXPECT_EQ(parsed.value(LIMIT), "7");
    EXPECT_EQ(parsed.value(LIMIT_SHORT), "(none)");
}

TEST(Options, BehindTwoDashesEverythingIsAWord)
{
    std::vector<std::string> line = {"--json", "--", "--help", "--config"};
    const Parsed parsed = Parse(line);
    ASSERT_EQ(parsed.status, REEVE_OK) << parsed.problem;
    EXPECT_THAT(parsed.words(), ElementsAre("--help", "--config"));
    EXPECT_FALSE(parsed.arguments.help);
}

TEST(Options, HelpIsSeenAnywhere)
{
    for (const char *word : {"--help", "-h"}) {
        std::vector<std::string> line = {"word", word};
        EXPECT_TRUE(Parse(line).arguments.help) << word;
    }
}

struct Wrong {
    std::vector<std::string> line;
    const char *says;
};

TEST(Options, SaysWhatIsWrongAndWhatWasProbablyMeant)
{
    const Wrong wrongs[] = {
        {{"--confg", "x"}, "unknown option (did you mean --config?): --confg"},
        {{"--warehouse=x"}, "unknown option: --warehouse=x"},
        {{"-x"}, "unknown option"},
        {{"--config"}, "this option needs a value: --config"},
        {{"--json=yes"}, "this option takes no value: --json=yes"},
        {{"--config", "a", "--config=b"}, "given twice: --config=b"},
        {{"--limit", "1", "-n", "2"}, "given twice: -n"},
        {{"a", "b", "c"}, "not expected: c"},
    };
    for (const Wrong &wrong : wrongs) {
        std::vector<std::string> line = wrong.line;
        const Parsed parsed = Parse(line);
        EXPECT_EQ(parsed.status, REEVE_INVALID) << wrong.says;
        EXPECT_THAT(parsed.problem, HasSubstr(wrong.says));
    }
}

// A complaint that does not fit is cut, never written past its end.
TEST(Options, CutsALongComplaint)
{
    std::vector<std::string> line = {"--" + std::string(1000, 'x')};
    const Parsed parsed = Parse(line);
    EXPECT_EQ(parsed.status, REEVE_INVALID);
    EXPECT_EQ(parsed.problem.size(), 255u);
}

std::string Print(const reeve_option *options, size_t count)
{
    reeve_buffer out;
    reeve_buffer_init(&out, nullptr, 4096);
    EXPECT_EQ(reeve_options_print(options, count, &out), REEVE_OK);
    std::string text(reinterpret_cast<const char *>(out.data), out.len);
    reeve_buffer_clear(&out);
    return text;
}

TEST(Options, PrintsTheTableWithBothNamesInOneLine)
{
    EXPECT_EQ(Print(kOptions, kCount), "  --config FILE       which file\n"
                                       "  --json              print JSON\n"
                                       "  --state open|ended  only these\n"
                                       "  -n, --limit N       at most so many\n");
    EXPECT_EQ(Print(nullptr, 0), "");
}

TEST(Options, GivesALongOptionALineOfItsOwn)
{
    const reeve_option options[] = {
        {"--state", "pending|queued|dispatched|ended", "only these"},
        {"--dead", nullptr, "dead letters"},
    };
    EXPECT_EQ(Print(options, 2), "  --state pending|queued|dispatched|ended\n"
                                 "                    only these\n"
                                 "  --dead            dead letters\n");
}

TEST(Options, SaysThatThereIsNoRoom)
{
    reeve_buffer out;
    reeve_buffer_init(&out, nullptr, 10);
    EXPECT_EQ(reeve_options_print(kOptions, kCount, &out), REEVE_LIMIT);
    reeve_buffer_clear(&out);
}

} // namespace
