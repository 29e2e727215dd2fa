// SPDX-License-Identifier: Apache-2.0
// Completion scripts: that each shell takes them, and what bash offers where.
#include "agent/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

const reeve_option kGlobals[] = {
    {"--config", "FILE", "which file"},
    {"--json", nullptr, "print JSON"},
};
const reeve_option kJobs[] = {
    {"--state", "open|ended", "only the user's \"own\""},
    {"--limit", "N", "at most so many"},
};
const reeve_completion_command kCommands[] = {
    {"jobs", "Jobs", "list jobs", "", kJobs, 2},
    {"audit list", "Audit", "list records", "", kJobs, 1},
    {"audit verify", "Audit", "verify a trail", "FILE", nullptr, 0},
    {"journal", nullptr, "look at a journal", "ls|verify", nullptr, 0},
};

reeve_completion Table(const char *program = "acme-worker.1")
{
    return {program, kCommands, 4, kGlobals, 2};
}

std::string Script(const char *shell)
{
    reeve_buffer out;
    const reeve_completion table = Table();
    reeve_buffer_init(&out, nullptr, 1 << 16);
    EXPECT_EQ(reeve_completion_write(&table, shell, &out), REEVE_OK) << shell;
    std::string text(reinterpret_cast<const char *>(out.data), out.len);
    reeve_buffer_clear(&out);
    return text;
}

std::string Output(const std::string &command)
{
    FILE *pipe = popen(command.c_str(), "r");
    std::string text;
    char chunk[512];
    for (size_t n; pipe != nullptr && (n = fread(chunk, 1, sizeof(chunk), pipe)) > 0;) {
        text.append(chunk, n);
    }
    return pipe != nullptr && pclose(pipe) == 0 ? text : text + "(failed)";
}

class Bash : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-completion-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        folder = name;
        std::ofstream(folder + "/script") << Script("bash");
        std::ofstream(folder + "/a-file") << "";
    }
    void TearDown() override
    {
        ASSERT_EQ(std::system(("rm -rf " + folder).c_str()), 0);
    }
    // What bash offers for the last of the words; "=" stands as a word of its own, as bash has it.
    std::string Offers(const std::string &words)
    {
        return Output("cd " + folder + " && bash -c 'source ./script; COMP_WORDS=(acme-worker.1 " +
                      words +
                      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _acme_worker_1; "
                      "echo -n ${COMPREPLY[*]}'");
    }
    std::string folder;
};

TEST_F(Bash, OffersCommandsThenTheirSecondWordsAndOptions)
{
    EXPECT_EQ(Offers("\"\""), "jobs audit journal");
    EXPECT_EQ(Offers("au"), "audit");
    EXPECT_EQ(Offers("audit \"\""), "list verify");
    EXPECT_EQ(Offers("journal v"), "verify");
    EXPECT_EQ(Offers("jobs --"), "--state --limit --config --json --help");
    EXPECT_EQ(Offers("audit list --s"), "--state");
    EXPECT_EQ(Offers("audit verify --s"), "");
}

TEST_F(Bash, OffersValuesWhereOneIsDue)
{
    EXPECT_EQ(Offers("jobs --state \"\""), "open ended");
    EXPECT_EQ(Offers("audit list --state e"), "ended");
    EXPECT_EQ(Offers("jobs --limit \"\""), "") << "nobody knows a number";
    EXPECT_EQ(Offers("--config a-"), "a-file");
    EXPECT_EQ(Offers("audit verify a-"), "a-file");
}

TEST_F(Bash, TakesNoValueForACommand)
{
    EXPECT_EQ(Offers("--config audit jo"), "jobs journal");
    EXPECT_EQ(Offers("--config = audit au"), "audit");
    EXPECT_EQ(Offers("--json audit v"), "verify");
    EXPECT_EQ(Offers("jobs --limit 5 --st"), "--state");
}

TEST(Completion, EveryShellTakesItsScript)
{
    char name[] = "/tmp/reeve-completion-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    for (const char *shell : {"bash", "zsh", "fish"}) {
        const std::string file = std::string(name) + "/" + shell;
        std::ofstream(file) << Script(shell);
        if (std::system((std::string("command -v ") + shell + " >/dev/null").c_str()) == 0) {
            EXPECT_EQ(Output(std::string(shell) + " -n " + file + " 2>&1"), "") << shell;
        }
    }
    EXPECT_EQ(std::system((std::string("rm -r ") + name).c_str()), 0);
}

TEST(Completion, FishHasTextsInItsOwnQuotes)
{
    const std::string script = Script("fish");
    EXPECT_THAT(script, HasSubstr("-a audit -d 'Audit'\n"));
    EXPECT_THAT(script, HasSubstr("-a 'ls verify' -d 'look at a journal'\n"));
    EXPECT_THAT(script, HasSubstr("-d 'only the user\\'s \"own\"'\n"));
    EXPECT_THAT(script,
                HasSubstr("-n '__fish_seen_subcommand_from audit; and "
                          "__fish_seen_subcommand_from list' -l state -r -f -a 'open ended'"));
    EXPECT_THAT(script, Not(HasSubstr("acme_worker")));
}

TEST(Completion, SaysWhatItHasNoScriptFor)
{
    reeve_buffer out;
    reeve_buffer_init(&out, nullptr, 1 << 16);
    reeve_completion table = Table();
    EXPECT_EQ(reeve_completion_write(&table, "tcsh", &out), REEVE_NOT_FOUND);
    EXPECT_EQ(reeve_completion_write(&table, "", &out), REEVE_NOT_FOUND);
    // A name goes into the script as it is.
    for (const char *program : {"", "a b", "a;b", "$(x)", "-x", "w\n"}) {
        table = Table(program);
        EXPECT_EQ(reeve_completion_write(&table, "bash", &out), REEVE_INVALID) << program;
    }
    EXPECT_EQ(out.len, 0u);
    reeve_buffer_clear(&out);
    reeve_buffer_init(&out, nullptr, 100);
    table = Table();
    EXPECT_EQ(reeve_completion_write(&table, "bash", &out), REEVE_LIMIT);
    reeve_buffer_clear(&out);
}

} // namespace
