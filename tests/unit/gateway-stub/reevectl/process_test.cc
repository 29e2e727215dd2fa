// SPDX-License-Identifier: Apache-2.0
// reevectl as people and scripts use it: a process, against the real gateway over real mTLS.
#include <algorithm>
#include <regex>

#include "tests/support/child.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace
{

using reeve::test::Child;
using reeve::test::Gateway;
using reeve::test::GatewayFiles;
using reeve::test::read_file;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Answer {
    int status;
    std::string text; // stdout and stderr
};

Answer Ctl(std::vector<std::string> words, const std::vector<std::string> &environment = {})
{
    words.insert(words.begin(), REEVE_REEVECTL);
    Child child(words, environment);
    Answer answer;
    answer.text = child.rest();
    answer.status = child.wait();
    return answer;
}

// On a pseudo-terminal that script(1) makes; `environment` is "NAME=value NAME=value".
Answer CtlOnTerminal(const std::string &words, const std::string &environment = "TERM=xterm")
{
    const std::string command = "env " + environment + " " + REEVE_REEVECTL + " " + words;
    Child child({"script", "--quiet", "--return", "--command", command, "/dev/null"});
    Answer answer;
    answer.text = child.rest();
    answer.status = child.wait();
    return answer;
}

// Reads the text as JSON with somebody else's parser; what the Python expression over it gives, or
// "(no JSON) " and the text.
std::string Json(const std::string &text, const std::string &expression = "''")
{
    Child child({"/usr/bin/python3", "-c",
                 "import json, sys\n"
                 "d = json.loads(sys.argv[1])\n"
                 "print((" +
                     expression + "), end='')",
                 text});
    const std::string out = child.rest();
    return child.wait() == 0 ? out : "(no JSON) " + text + out;
}

// The commands that --help lists.
std::vector<std::string> Commands()
{
    std::vector<std::string> commands;
    std::istringstream help(Ctl({"--help"}).text);
    const std::regex row("^  ([a-z]+(?: [a-z]+)?)(?: [A-Z\\[|a-z-]*\\]?)* {2,}[a-z].*$");
    std::smatch match;
    bool in_options = false;
    for (std::string line; std::getline(help, line);) {
        in_options = in_options || line.rfind("Options", 0) == 0;
        if (!in_options && std::regex_match(line, match, row)) {
            commands.push_back(match[1]);
        }
    }
    return commands;
}

std::vector<std::string> Split(const std::string &text)
{
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

// ---- without a gateway ----

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

// ---- with the real gateway ----

class ReevectlGateway : public ::testing::Test
{
  protected:
    ReevectlGateway()
    {
        files.dir.write_credential("stranger", files.pki.worker("spiffe://other.example/x"));
        for (const char *role : {"planner", "approver", "operator", "auditor"}) {
            files.dir.write_credential(role, files.of(role));
        }
        key = files.dir.path() + "/signing.key";
        EXPECT_EQ(Ctl({"key", "new", key}).status, 0);
        std::string text = Ctl({"key", "show", key, "--public"}).text;
        text.pop_back();
        files.write_config("approvers:\n  - { tenant: acme, name: me, public_key: \"" + text +
                           "\" }\n");
        gateway = std::make_unique<Gateway>(files);
        for (const char *role : {"planner", "approver", "operator", "auditor", "stranger"}) {
            Configure(role, gateway->target());
        }
    }
    void Configure(const std::string &role, const std::string &target)
    {
        files.dir.write(role + ".yaml",
                        "gateway: { address: \"" + target +
                            "\", ca_file: ca.pem, server_name: localhost }\n"
                            "identity: { certificate_file: " +
                            role + ".pem, key_file: " + role +
                            ".key }\n"
                            "approver_key_file: signing.key\n",
                        0600);
    }
    Answer As(const std::string &role, std::vector<std::string> words)
    {
        words.insert(words.begin(), {"--config", files.dir.path() + "/" + role + ".yaml"});
        return Ctl(words);
    }
    std::string Plan(const std::string &json)
    {
        return files.dir.write("plan.json", json, 0600);
    }
    void Register()
    {
        ASSERT_EQ(As("planner", {"register", REEVE_TEST_MANIFEST}).status, 0);
    }
    std::string NewestPlan()
    {
        const std::string json = As("planner", {"plans", "--json"}).text;
        std::smatch match;
        const std::regex id("\"planId\": \"([0-9a-f-]{36})\"");
        EXPECT_TRUE(std::regex_search(json, match, id)) << json;
        return match.empty() ? "" : match[1].str();
    }
    GatewayFiles files;
    std::string key;
    std::unique_ptr<Gateway> gateway;
};

constexpr char kTicket[] = R"({ "title": "Refund", "jobs": [
  { "task": "demo.crm.v1.Tickets/CreateTicket",
    "input": { "subject": "Refund", "priority": "PRIORITY_HIGH", "customerId": "C-1",
               "cardNumber": "4111111111111111" } } ] })";

TEST_F(ReevectlGateway, APlanIsSubmittedShownSignedAndCancelled)
{
    Register();
    Answer answer = As("planner", {"submit", Plan(kTicket)});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("pending approval"));
    const std::string plan = NewestPlan();
    answer = As("approver", {"approve", plan}); /* nobody can be asked */
    EXPECT_EQ(answer.status, 2) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("--yes"));
    answer = As("approver", {"approve", plan.substr(0, 20), "--yes"});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("\"subject\": \"Refund\""));
    EXPECT_THAT(answer.text, HasSubstr("\"cardNumber\": \"(sensitive)\""));
    EXPECT_THAT(answer.text, Not(HasSubstr("4111111111111111")));
    EXPECT_THAT(answer.text, HasSubstr("1 of 1 approvals"));
    answer = As("approver", {"approve", plan, "--yes"});
    EXPECT_EQ(answer.status, 3) << answer.text; /* not pending any more */
    answer = As("planner", {"get", "plan", plan});
    EXPECT_THAT(answer.text, HasSubstr("no aligned worker"));
    EXPECT_EQ(As("planner", {"cancel", "plan", plan}).status, 0);
    answer = As("planner", {"watch", plan});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("0 of 1 job succeeded"));
}

TEST_F(ReevectlGateway, SensitiveFieldsAreShownOnlyWhenAskedFor)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string json = As("planner", {"jobs", "--json"}).text;
    std::smatch match;
    ASSERT_TRUE(std::regex_search(json, match, std::regex("\"jobId\": \"([0-9a-f-]{36})\"")));
    const std::string job = match[1];
    for (const char *form : {"--json", "--no-color"}) {
        EXPECT_THAT(As("planner", {"get", "job", job, form}).text,
                    Not(HasSubstr("4111111111111111")));
        EXPECT_THAT(As("planner", {"get", "job", job, form, "--show-sensitive"}).text,
                    HasSubstr("4111111111111111"));
    }
}

// What a program reads of each command that changes something.
TEST_F(ReevectlGateway, EveryChangeAnswersInJson)
{
    const auto expect = [&](const std::string &role, std::vector<std::string> words, int status,
                            const std::string &expression, const std::string &value) {
        words.emplace_back("--json");
        const Answer answer = As(role, words);
        EXPECT_EQ(answer.status, status) << words[0] << ": " << answer.text;
        EXPECT_EQ(Json(answer.text, expression), value) << words[0];
        return answer.text;
    };
    const auto submit = [&] {
        return Json(expect("planner", {"submit", Plan(kTicket)}, 0,
                           "d['plan']['state'], d.get('existing', False), len(d['plan']['jobs'])",
                           "('PENDING_APPROVAL', False, 1)"),
                    "d['plan']['planId'] + ' ' + d['plan']['jobs'][0]['jobId']");
    };
    expect("planner", {"register", REEVE_TEST_MANIFEST}, 0,
           "all(t['added'] and len(t['fingerprint']) == 64 for t in d['tasks'])", "True");
    const std::string rejected = Split(submit())[0];
    expect("approver", {"reject", rejected, "--reason", "no"}, 0,
           "d['state'], d['reason'], d['jobs'][0]['status']",
           "('PLAN_REJECTED', 'no', 'OUTCOME_STATUS_REJECTED')");
    const std::string stopped = Split(submit())[0];
    expect("approver", {"approve", stopped, "--yes"}, 0, "d['state'], len(d['approvals'])",
           "('APPROVED', 1)");
    expect("planner", {"cancel", "plan", stopped}, 0, "d['state']", "PLAN_CANCELLED");
    const std::string job = Split(submit())[1];
    expect("planner", {"cancel", "job", job}, 0, "d['state'], d['status']",
           "('JOB_ENDED', 'OUTCOME_STATUS_CANCELLED')");
    expect("operator", {"requeue", job}, 3, "d['error']['grpc'], d['error']['detail']['code']",
           "('FAILED_PRECONDITION', 'ENDED')");
    expect("operator", {"job", "resolve", job, "--status", "failed", "--effect", "none"}, 3,
           "d['error']['detail']['code']", "STATE");
    expect("operator", {"worker", "readmit", "01234567-89ab-7def-8123-456789abcdef"}, 3,
           "d['error']['grpc']", "NOT_FOUND");
    expect("operator", {"identity", "revoke", "spiffe://test.reeve/worker/gone"}, 0,
           "d['sessionsEnded']", "0");
    expect("auditor", {"audit", "export", files.dir.path() + "/trail"}, 0,
           "d['chains'], d['records'] > 3", "(1, True)");
}

TEST_F(ReevectlGateway, TheTrailIsPagedNewestFirst)
{
    Register();
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    }
    const std::string sequences = "[e['entry']['record']['sequence'] for e in d['entries']]";
    const auto list = [&](std::vector<std::string> more) {
        std::vector<std::string> words = {"audit", "list", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        const Answer answer = As("auditor", words);
        EXPECT_EQ(answer.status, 0) << answer.text;
        return answer.text;
    };
    const std::string chain = Json(list({}), "d['entries'][0]['entry']['record']['journalId']");
    EXPECT_EQ(Json(list({"--limit", "2"}), sequences), "['4', '3']");
    // A gateway's own chain is no worker's: its id is written whole.
    EXPECT_EQ(Json(list({"--journal", chain, "--limit", "2"}), sequences), "['4', '3']");
    EXPECT_EQ(Json(list({"--journal", chain, "--before", "3"}), sequences), "['2', '1']");
    EXPECT_EQ(Json(list({"--journal", chain, "--after", "2"}), sequences), "['3', '4']");
    EXPECT_EQ(Json(list({"--plan", NewestPlan()}), sequences), "['4']");
}

// Dead letters: none here; nothing else can be requeued, and only operators may.
TEST_F(ReevectlGateway, RequeuesDeadLettersOnly)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string json = As("planner", {"jobs", "--json"}).text;
    std::smatch match;
    ASSERT_TRUE(std::regex_search(json, match, std::regex("\"jobId\": \"([0-9a-f-]{36})\"")));
    EXPECT_EQ(As("planner", {"requeue", match[1]}).status, 4);
    const Answer answer = As("operator", {"requeue", match[1]});
    EXPECT_EQ(answer.status, 3) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("no dead letter"));
    const Answer dead = As("planner", {"jobs", "--dead"});
    EXPECT_EQ(dead.status, 0);
    EXPECT_EQ(dead.text, "");
    EXPECT_EQ(As("planner", {"jobs", "--dead", "--state", "queued"}).status, 2);
}

// Lines, columns and fields of a plan file's errors; the gateway's own for what is left to it.
TEST_F(ReevectlGateway, ErrorsInAPlanFileNamePlaceFieldAndRule)
{
    Register();
    const struct {
        const char *json;
        int status;
        const char *says;
    } cases[] = {
        {"{ \"jobs\": [\n { \"task\": \"demo.crm.v1.Tickets/CreateTicket\",\n"
         "   \"input\": { \"subject\": \"\", \"customerId\": \"C-1\" } } ] }",
         3,
         "plan.json:3:26: error: jobs[0].input.subject: must have at least 1 character "
         "(string.min_len)"},
        {"{ \"jobs\": [\n { \"task\": \"demo.crm.v1.Customers/GetCustomer\" },\n"
         "   { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": {\n \"ticketIdd\": \"x\" } "
         "} ] }",
         3, "plan.json:4:"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": {\n "
         "\"ticketIdd\": "
         "\"x\" } } ] }",
         3, "did you mean ticketId?"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTickets\", \"input\": {} } ] }", 3,
         "did you mean demo.crm.v1.Tickets/GetTicket?"},
        {"{ \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/GetTicket\", \"input\": 7 } ] }", 3,
         "jobs[0].input"},
        {"{ \"jobs\": [ ] }", 2, "plan.json:1:"},
        {"{ \"jobbs\": [ ] }", 2, "did you mean jobs?"},
        {"{ \"jobs\": [ { \"task\": ", 2, "is not closed"},
        {"", 2, "plan.json"},
    };
    for (const auto &c : cases) {
        const Answer answer = As("planner", {"submit", Plan(c.json)});
        EXPECT_EQ(answer.status, c.status) << c.json << "\n" << answer.text;
        EXPECT_THAT(answer.text, HasSubstr(c.says)) << c.json;
    }
    EXPECT_EQ(As("planner", {"submit", "/nonexistent"}).status, 2);
    const Answer refused = As("planner", {"submit", "--no-check", Plan(cases[0].json)});
    EXPECT_EQ(refused.status, 3);
    EXPECT_THAT(refused.text, HasSubstr("the gateway refused"));
    EXPECT_THAT(
        refused.text,
        HasSubstr("jobs[0].input.subject: must have at least 1 character (string.min_len)"));
    EXPECT_THAT(As("planner", {"plans"}).text, Not(HasSubstr("pending")));
}

TEST_F(ReevectlGateway, ExitStatusesTellWhy)
{
    Register();
    EXPECT_EQ(As("planner", {"whoami"}).status, 0);
    EXPECT_EQ(As("planner", {"audit", "list"}).status, 4); /* a role is missing */
    EXPECT_EQ(As("stranger", {"whoami"}).status, 4);
    const std::string none = "01234567-89ab-7def-8123-456789abcdef";
    EXPECT_EQ(As("planner", {"get", "plan", none}).status, 3);
    EXPECT_EQ(As("planner", {"get", "plan", "0123"}).status, 3);
    EXPECT_EQ(As("planner", {"get", "plan", "xyz"}).status, 2);
    EXPECT_EQ(As("planner", {"tasks", "no.such/Task"}).status, 3);
    const Answer json = As("planner", {"tasks", "no.such/Task", "--json"});
    EXPECT_THAT(json.text, HasSubstr("{\"error\":{\"grpc\":\"NOT_FOUND\""));
    const std::string target = gateway->target();
    EXPECT_EQ(gateway->stop(), REEVE_OK);
    const Answer gone = As("planner", {"whoami"});
    EXPECT_EQ(gone.status, 5);
    EXPECT_THAT(gone.text, HasSubstr(target));
}

TEST_F(ReevectlGateway, TheTrailIsExportedOnceAndVerifies)
{
    Register();
    ASSERT_EQ(As("planner", {"submit", Plan(kTicket)}).status, 0);
    const std::string file = files.dir.path() + "/trail.reeve";
    Answer answer = As("auditor", {"audit", "export", file});
    ASSERT_EQ(answer.status, 0) << answer.text;
    EXPECT_EQ(As("auditor", {"audit", "export", file}).status, 2);
    EXPECT_EQ(As("auditor", {"audit", "export", file, "--force"}).status, 0);
    answer = Ctl({"audit", "verify", file});
    EXPECT_EQ(answer.status, 0) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("unbroken: 2 records"));
    Child other({"/usr/bin/python3", REEVE_TEST_VERIFY, file}); // shares no code with ours
    EXPECT_THAT(other.rest(), HasSubstr("gateway's chain, 2 records unbroken"));
    EXPECT_EQ(other.wait(), 0);
    std::string bytes = read_file(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    answer = Ctl({"audit", "verify", files.dir.write("forged.reeve", bytes, 0600)});
    EXPECT_EQ(answer.status, 1) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("broken: "));
    EXPECT_THAT(As("auditor", {"audit", "list"}).text, HasSubstr("submitted by"));
    EXPECT_EQ(Ctl({"audit", "verify", "/nonexistent"}).status, 2);
}

// A title that would act on a terminal is shown, not obeyed.
TEST_F(ReevectlGateway, OtherPeoplesTextDoesNotReachTheTerminal)
{
    Register();
    const std::string plan =
        Plan("{ \"title\": \"a\\u001b[2Jb\\u202ec\", \"jobs\": [ { \"task\": "
             "\"demo.crm.v1.Tickets/GetTicket\", \"input\": { \"ticketId\": \"T-1\" } } ] }");
    for (const char *form : {"--no-color", "--json"}) {
        const Answer answer = As("planner", {"submit", plan, form});
        EXPECT_EQ(answer.status, 0) << answer.text;
        EXPECT_THAT(answer.text, Not(HasSubstr("\033")));
        EXPECT_THAT(answer.text, Not(HasSubstr("\xe2\x80\xae")));
        EXPECT_THAT(answer.text, HasSubstr("[2Jb"));
    }
}

} // namespace
