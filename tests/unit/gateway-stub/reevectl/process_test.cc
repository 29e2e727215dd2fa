// SPDX-License-Identifier: Apache-2.0
//
// reevectl as people and scripts use it: a process, its help, its words and its exit status. What
// needs a gateway is in gateway_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"
#include "tests/unit/gateway-stub/reevectl/process.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Child;
using reeve::test::Commands;
using reeve::test::Ctl;
using reeve::test::CtlOnTerminal;
using reeve::test::Json;
using reeve::test::read_file;
using reeve::test::Split;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReevectlDiff, TellsWhatChangedBetweenManifests)
{
    Answer answer = Ctl({"tasks", "diff", REEVE_TEST_MANIFEST, REEVE_TEST_MANIFEST});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("demo.crm.v1.Tickets/CreateTicket\n  is the same ("));
    answer = Ctl({"tasks", "diff", REEVE_TEST_MANIFEST, "/nowhere/t.manifest.binpb"});
    EXPECT_EQ(answer.status, 2) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("TASK@FINGERPRINT"));
}

TEST(ReevectlDiff, EndsWithOneWhereTwoVersionsAreNotCompatible)
{
    Answer answer = Ctl({"tasks", "diff", REEVE_TEST_OLDER, REEVE_TEST_NEWER});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("inputs compatible, outputs compatible"));
    EXPECT_THAT(answer.text, HasSubstr("acme.ledger.v1.PostRequest.note "));
    answer = Ctl({"tasks", "diff", REEVE_TEST_NEWER, REEVE_TEST_OLDER});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("inputs NOT compatible, outputs compatible"));
    EXPECT_THAT(answer.text, HasSubstr("an input may carry it"));
    answer = Ctl({"tasks", "diff", "--json", REEVE_TEST_NEWER, REEVE_TEST_OLDER});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("{\"compatible\":false,\"tasks\":["));
    EXPECT_THAT(answer.text, HasSubstr("\"breaks_inputs\":\"an input may carry it\""));
}

TEST(ReevectlHelp, EveryCommandExplainsItselfWithAnExample)
{
    const std::vector<std::string> commands = Commands();
    EXPECT_GE(commands.size(), 25u);
    for (const std::string &command : commands) {
        std::vector<std::string> words = Split(command);
        words.push_back("--help");
        const Answer answer = Ctl(words);
        EXPECT_EQ(answer.status, 0) << command;
        EXPECT_THAT(answer.text, HasSubstr("usage: reevectl " + command));
        // An example is a line of its own; completion's are commands of the shell's.
        EXPECT_THAT(answer.text, AnyOf(HasSubstr("\n  reevectl " + command),
                                       HasSubstr("\n  source <(reevectl " + command)))
            << command;
        words.pop_back();
        words.insert(words.begin(), "help");
        EXPECT_EQ(Ctl(words).text, answer.text) << command;
    }
}

TEST(ReevectlHelp, TheReferenceNamesEveryCommandAndOption)
{
    const std::string reference = read_file(REEVE_TEST_REFERENCE);
    ASSERT_FALSE(reference.empty());
    const std::regex option("^  (?:-[a-z], )?(--[a-z-]+)(?: ([A-Za-z|-]+))?  +(.*)$");
    for (const std::string &command : Commands()) {
        EXPECT_THAT(reference, HasSubstr("reevectl " + command));
        std::vector<std::string> words = Split(command);
        words.push_back("--help");
        std::istringstream help(Ctl(words).text);
        std::smatch match;
        for (std::string line; std::getline(help, line);) {
            if (std::regex_match(line, match, option)) {
                EXPECT_THAT(reference, HasSubstr("`" + match[1].str())) << command;
            }
        }
    }
}

TEST(ReevectlHelp, ExitStatusesAreInHelpAndReference)
{
    const std::string help = Ctl({"--help"}).text;
    const std::string reference = read_file(REEVE_TEST_REFERENCE);
    for (const char *line : {"the command line, a local file or the configuration is wrong",
                             "the gateway cannot be reached"}) {
        EXPECT_THAT(help, HasSubstr(line));
        EXPECT_THAT(reference, HasSubstr(line));
    }
}

TEST(ReevectlUsage, WrongCommandLinesEndWithTwoAndSayWhatWasMeant)
{
    Answer answer = Ctl({"aprove", "x"});
    EXPECT_EQ(answer.status, 2);
    EXPECT_THAT(answer.text, HasSubstr("did you mean reevectl approve?"));
    answer = Ctl({"plans", "--limt", "3"});
    EXPECT_EQ(answer.status, 2);
    EXPECT_THAT(answer.text, HasSubstr("did you mean --limit?"));
    EXPECT_EQ(Ctl({"plans", "--limit", "1001"}).status, 2);
    EXPECT_EQ(Ctl({"plans", "--limit", "-1"}).status, 2);
    EXPECT_EQ(Ctl({"plans", "--state", "done"}).status, 2);
    EXPECT_EQ(Ctl({"plans", "--timeout", "0"}).status, 2);
    EXPECT_EQ(Ctl({"submit"}).status, 2);
    EXPECT_EQ(Ctl({"submit", "a", "b"}).status, 2);
    EXPECT_EQ(Ctl({"audit"}).status, 2);
    EXPECT_EQ(Ctl({"audit", "--help"}).status, 0);
    EXPECT_EQ(Ctl({}).status, 2);
    EXPECT_EQ(Ctl({"--version"}).status, 0);
    EXPECT_THAT(Ctl({"--json", "--version"}).text, HasSubstr("\"program\": \"reevectl\""));
    answer = Ctl({"--jsn"});
    EXPECT_EQ(answer.status, 2);
    EXPECT_THAT(answer.text, HasSubstr("--jsn"));
    EXPECT_THAT(answer.text, HasSubstr("next: reevectl --help"));
    EXPECT_EQ(Ctl({"--timeout", "0"}).status, 2);
    EXPECT_EQ(Ctl({"completion", "tcsh"}).status, 2);
}

// P8: whatever is wrong on this side, people are told what to do about it; programs are, too.
TEST(ReevectlUsage, P8EveryWrongInputHasANextStep)
{
    const reeve::test::TempDir dir;
    const std::string none = dir.path() + "/none";
    const std::string text = dir.write("text", "no manifest, no key, no plan", 0600);
    const std::string config =
        dir.write("good.yaml",
                  "gateway: { address: \"localhost:1\", ca_file: none.pem }\n"
                  "identity: { certificate_file: none.pem, key_file: none.key }\n",
                  0600);
    const std::string id = "01234567-89ab-7def-8123-456789abcdef";
    const std::vector<std::vector<std::string>> wrongs = {
        {"submit", none},
        {"submit", dir.path()},
        {"submit", text},
        {"register", none},
        {"register", text},
        {"tasks", "diff", none, none},
        {"tasks", "--fingerprint", "ab", "t.v1.S/R"},
        {"plans", "--state", "done"},
        {"plans", "--limit", "many"},
        {"jobs", "--state", "done"},
        {"jobs", "--dead", "--state", "ended"},
        {"get", "plan", "xyz"},
        {"reject", id},
        {"job", "resolve", id},
        {"job", "resolve", id, "--status", "good", "--effect", "done"},
        {"audit", "list", "--before", "7"},
        {"audit", "list", "--journal", id, "--job", id, "--after", "7"},
        {"audit", "list", "--journal", id, "--before", "-1"},
        {"audit", "list", "--journal", id, "--after", "0"},
        {"audit", "export", dir.path() + "/no/such/folder/trail"},
        {"audit", "export", text},
        {"audit", "verify", none},
        {"audit", "verify", text, "--gateway-key", "short"},
        {"key", "new", text},
        {"key", "new", dir.path() + "/no/such/folder/key"},
        {"key", "show", none},
        {"key", "show", text},
        {"completion", "tcsh"},
        {"completion"},
        {"whoami"},
        {"whoami", "--timeout", "soon"},
        {"aprove", id},
        {"approve"},
        {"approve", id, "--yess"},
        {"--jsn"},
    };
    std::string objects;
    for (const std::vector<std::string> &wrong : wrongs) {
        std::vector<std::string> words = wrong;
        words.insert(words.end(), {"--config", config});
        std::string line;
        for (const std::string &word : wrong) {
            line += word + " ";
        }
        const Answer people = Ctl(words);
        EXPECT_EQ(people.status, 2) << line;
        EXPECT_THAT(people.text, HasSubstr("next: ")) << line;
        words.emplace_back("--json");
        const Answer program = Ctl(words);
        EXPECT_EQ(program.status, 2) << line;
        EXPECT_EQ(std::count(program.text.begin(), program.text.end(), '\n'), 1) << program.text;
        objects += (objects.empty() ? "[" : ",") + program.text;
    }
    EXPECT_EQ(Json(objects + "]", "[o for o in d if 'grpc' in o['error'] or not "
                                  "o['error']['detail']['message'] or not "
                                  "o['error']['detail']['hint']]"),
              "[]");
}

TEST(ReevectlUsage, AWrongFileIsToldAsJsonFieldByField)
{
    const reeve::test::TempDir dir;
    const std::string config = dir.write("c.yaml", "gateway:\n  adress: localhost:1\n", 0600);
    const Answer answer = Ctl({"whoami", "--json", "--config", config});
    EXPECT_EQ(answer.status, 2);
    EXPECT_EQ(Json(answer.text, "d['error']['detail']['code'], "
                                "d['error']['detail']['problems'][0]['field'], "
                                "'c.yaml:2:3: ' in d['error']['detail']['problems'][0]['message']"),
              "('FILE_INVALID', 'gateway.adress', True)");
}

TEST(ReevectlUsage, AWrongConfigurationNamesLineAndField)
{
    const reeve::test::TempDir dir;
    const std::string config = dir.write("c.yaml", "gateway:\n  adress: localhost:1\n", 0600);
    Answer answer = Ctl({"whoami", "--config", config});
    EXPECT_EQ(answer.status, 2);
    EXPECT_THAT(answer.text, HasSubstr("c.yaml:2:3: error: gateway.adress"));
    EXPECT_THAT(answer.text, HasSubstr("did you mean address?"));
    answer = Ctl({"whoami"}, {"REEVECTL_CONFIG=" + dir.path() + "/none.yaml"});
    EXPECT_EQ(answer.status, 2);
    EXPECT_THAT(answer.text, HasSubstr("none.yaml"));
}

TEST(ReevectlCompletion, ScriptsParse)
{
    const reeve::test::TempDir dir;
    for (const char *shell : {"bash", "zsh", "fish"}) {
        const Answer script = Ctl({"completion", shell});
        ASSERT_EQ(script.status, 0);
        for (const std::string &command : Commands()) {
            EXPECT_THAT(script.text, HasSubstr(Split(command)[0])) << shell;
        }
        const std::string file = dir.write(shell, script.text, 0600);
        if (Child({"sh", "-c", std::string("command -v ") + shell}).wait() == 0) {
            Child check({shell, "-n", file});
            EXPECT_EQ(check.rest(), "") << shell;
            EXPECT_EQ(check.wait(), 0) << shell;
        }
    }
}

TEST(ReevectlCompletion, BashCompletesCommandsOptionsAndChoices)
{
    const reeve::test::TempDir dir;
    const std::string script = dir.write("c.bash", Ctl({"completion", "bash"}).text, 0600);
    const auto complete = [&](const std::string &words, int at) {
        Child child({"bash", "-c",
                     "source " + script + "; COMP_WORDS=(reevectl " + words + "); COMP_CWORD=" +
                         std::to_string(at) + "; _reevectl; echo ${COMPREPLY[*]}"});
        return child.rest();
    };
    EXPECT_EQ(complete("appr", 1), "approve\n");
    EXPECT_EQ(complete("audit ver", 2), "verify\n");
    EXPECT_EQ(complete("--config x.yaml audit ex", 4), "export\n");
    EXPECT_EQ(complete("jobs --sta", 2), "--state\n");
    EXPECT_EQ(complete("jobs --state que", 3), "queued\n");
    EXPECT_EQ(complete("audit verify --gate", 3), "--gateway-key\n");
}

TEST(ReevectlKey, AnswersInJson)
{
    const reeve::test::TempDir dir;
    const std::string file = dir.path() + "/signing.key";
    const Answer made = Ctl({"key", "new", file, "--json"});
    EXPECT_EQ(made.status, 0);
    EXPECT_EQ(Json(made.text, "sorted(d), len(d['keyId']), len(d['publicKey'])"),
              "(['keyId', 'publicKey'], 32, 44)");
    const Answer shown = Ctl({"key", "show", file, "--json"});
    EXPECT_EQ(Json(shown.text, "d"), Json(made.text, "d"));
}

TEST(ReevectlKey, IsMadeOnceAndShowsItsPublicHalfOnly)
{
    const reeve::test::TempDir dir;
    const std::string file = dir.path() + "/signing.key";
    EXPECT_EQ(Ctl({"key", "new", file}).status, 0);
    const std::string seed = Split(read_file(file))[4];
    const Answer again = Ctl({"key", "new", file});
    EXPECT_EQ(again.status, 2);
    EXPECT_THAT(again.text, HasSubstr("exists already"));
    EXPECT_THAT(again.text, HasSubstr("next: "));
    const Answer shown = Ctl({"key", "show", file, "--public"});
    EXPECT_EQ(shown.text.size(), 45u); /* base64 and a line feed */
    EXPECT_THAT(Ctl({"key", "show", file}).text, HasSubstr(shown.text));
    EXPECT_THAT(Ctl({"key", "show", file}).text, Not(HasSubstr(seed)));
    ASSERT_EQ(chmod(file.c_str(), 0644), 0);
    EXPECT_EQ(Ctl({"key", "show", file}).status, 2);
    EXPECT_THAT(Ctl({"key", "show", file}).text, HasSubstr("next: let its owner alone read it"));
    const Answer none = Ctl({"key", "show", file + "s"});
    EXPECT_EQ(none.status, 2);
    EXPECT_THAT(none.text, HasSubstr("next: check the name"));
}

TEST(ReevectlColour, OnlyOnATerminal)
{
    EXPECT_THAT(Ctl({"--help"}).text, Not(HasSubstr("\033[")));
    EXPECT_THAT(CtlOnTerminal("--help").text, HasSubstr("\033[1m"));
    EXPECT_THAT(CtlOnTerminal("help --no-color").text, Not(HasSubstr("\033[")));
    EXPECT_THAT(CtlOnTerminal("--help", "TERM=xterm NO_COLOR=1").text, Not(HasSubstr("\033[")));
    EXPECT_THAT(CtlOnTerminal("--help", "TERM=dumb").text, Not(HasSubstr("\033[")));
}

} // namespace
