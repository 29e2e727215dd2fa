// SPDX-License-Identifier: Apache-2.0
//
// `reeve-agent run`, with the real program: what it prints, refuses, explains and leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/support/process.h"

namespace reeve::test
{

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGreet[] = "exectest.v1.Scripts/Greet";
constexpr char kCount[] = "exectest.v1.Scripts/Count";
constexpr char kSecret[] = "the-scripts-own-secret";

std::string slurp(const std::string &path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool is_alive(pid_t pid)
{
    const std::string stat = slurp("/proc/" + std::to_string(pid) + "/stat");
    const size_t end = stat.rfind(") ");
    return end != std::string::npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

class Run : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-run-XXXXXX";
        dir = mkdtemp(name);
        write("secret", std::string(kSecret) + "\n");
    }
    void TearDown() override
    {
        std::filesystem::remove_all(dir);
    }
    std::string file(const std::string &name) const
    {
        return dir + "/" + name;
    }
    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(file(name)) << text;
    }
    static std::string head()
    {
        return "gateway: { address: \"127.0.0.1:1\", ca_file: ca.pem }\n"
               "identity: { certificate_file: c.pem, key_file: k.pem }\n"
               "journal: { directory: journal }\n";
    }
    // A configuration of the example tasks, whose CRM is at `port`.
    void configure(int port, const std::string &more = "")
    {
        write("agent.yaml", head() +
                                "systems:\n"
                                "  crm: { http: { base_url: \"http://127.0.0.1:" +
                                std::to_string(port) +
                                "/\", auth: { bearer: { secret: token } } } }\n"
                                "  ticketing: { http: { base_url: \"http://127.0.0.1:" +
                                std::to_string(port) +
                                "/\" } }\n"
                                "secrets: { token: { file: { path: secret } } }\n"
                                "trust: { approvers: [ { name: a, public_key: "
                                "\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\" } ] }\n" +
                                (more.empty() ? "allow: [ { task: demo.crm.v1.Customers/* }, "
                                                "{ task: demo.crm.v1.Tickets/CreateTicket }, "
                                                "{ task: demo.native.v1.Native/Echo } ]\n"
                                              : more));
    }
    // A configuration in which every operation is this script.
    void script(const std::string &text, const std::string &more = "")
    {
        write("script", "#!/bin/sh\n" + text + "\n");
        chmod(file("script").c_str(), 0700);
        std::string programs;
        for (const char *operation : {"Greet", "look", "count", "print"}) {
            programs += "        " + std::string(operation) +
                        ":\n          path: " + file("script") + "\n" + more;
        }
        write("agent.yaml", head() + "systems:\n  scripts:\n    exec:\n      programs:\n" +
                                programs + "secrets: { token: { file: { path: secret } } }\n" +
                                "allow: [ { task: exectest.v1.Scripts/Greet }, "
                                "{ task: exectest.v1.Scripts/Look }, "
                                "{ task: exectest.v1.Scripts/Print }, "
                                "{ task: exectest.v1.Scripts/Count } ]\n");
    }
    std::vector<std::string> words(const std::string &program, const std::string &task,
                                   const std::vector<std::string> &more) const
    {
        std::vector<std::string> argv = {program, "run", task, "--config", file("agent.yaml")};
        argv.insert(argv.end(), more.begin(), more.end());
        return argv;
    }
    Finished agent(const std::string &task, const std::vector<std::string> &more = {})
    {
        return run(words(REEVE_AGENT, task, more));
    }
    Finished worker(const std::string &task, const std::vector<std::string> &more = {})
    {
        return run(words(REEVE_EXEC_WORKER, task, more));
    }
    void wait_for(const std::string &name) const
    {
        while (slurp(file(name)).empty()) {
            std::this_thread::yield();
        }
    }

    std::string dir;
};

// ---- input and output ----

TEST_F(Run, PrintsTheOutputAndSaysThatNothingIsRecorded)
{
    configure(1);
    const Finished f = agent("demo.native.v1.Native/Echo", {"--input", R"({"text":"hello"})"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_EQ(f.output, "{\n  \"text\": \"hello\"\n}\n");
    EXPECT_THAT(f.error, HasSubstr("without gateway and journal"));
    EXPECT_FALSE(std::filesystem::exists(file("journal")));
}

TEST_F(Run, TakesInputFromAFile)
{
    configure(1);
    write("request.json", R"({"text":"from a file"})");
    const Finished f =
        agent("demo.native.v1.Native/Echo", {"--input", "@" + file("request.json"), "--json"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, HasSubstr(R"("status":"SUCCEEDED")"));
    EXPECT_THAT(f.output, HasSubstr(R"("output":{"text":"from a file"})"));
}

TEST_F(Run, AnEmptyOutputIsAnOutputForProgramsToo)
{
    script("echo '{}'");
    EXPECT_EQ(worker(kGreet).output, "{}\n");
    EXPECT_THAT(worker(kGreet, {"--json"}).output, HasSubstr(R"("output":{})"));
    script("exit 65");
    EXPECT_THAT(worker(kGreet, {"--json"}).output, Not(HasSubstr("output")));
}

// Help and complaints go by the name that the program was started under.
TEST_F(Run, AWorkerOfOnesOwnGoesByItsOwnName)
{
    const std::string own = file("acme-worker");
    std::filesystem::create_symlink(REEVE_EXEC_WORKER, own);
    for (const std::vector<std::string> &words :
         std::vector<std::vector<std::string>>{{"--help"},
                                               {"serve", "--help"},
                                               {"check-config", "--help"},
                                               {"tasks", "--help"},
                                               {"run", "--help"},
                                               {"status", "--help"},
                                               {"journal", "--help"},
                                               {"completion", "--help"},
                                               {"completion", "bash"},
                                               {"completion", "tcsh"},
                                               {"tasks", "--what"},
                                               {"task"},
                                               {"nonsense"},
                                               {"serve"},
                                               {"check-config"},
                                               {"run"},
                                               {"status"},
                                               {"journal"},
                                               {"status", "--socket", file("nobody")}}) {
        std::vector<std::string> argv = {own};
        argv.insert(argv.end(), words.begin(), words.end());
        const Finished f = run(argv);
        EXPECT_THAT(f.output + f.error, HasSubstr("acme-worker")) << words[0];
        if (f.status != 0) {
            EXPECT_THAT(f.error, HasSubstr("next: ")) << words[0];
        }
        EXPECT_THAT(f.output + f.error, Not(HasSubstr("reeve-agent"))) << words[0];
    }
    EXPECT_THAT(run({own, "run", "--help"}).output, HasSubstr("usage: acme-worker run TASK"));
    EXPECT_THAT(run({REEVE_AGENT, "run", "--help"}).output, HasSubstr("usage: reeve-agent run"));
    EXPECT_THAT(run({own, "version"}).output, HasSubstr("reeve-agent ")) << "the product";
}

// So do the next steps of whatever is wrong with its files.
TEST_F(Run, TheNextStepsOfAWorkerOfOnesOwnNameItsOwnCommands)
{
    const std::string own = file("acme-worker");
    std::filesystem::create_symlink(REEVE_EXEC_WORKER, own);
    for (const char *wrong :
         {"allow: [ { task: some.thing.Else/* } ]\n", "allow: [ { task: x } ]\n",
          "systems: { nobodys: { native: {} } }\n"}) {
        write("own.yaml", head() + wrong);
        const Finished f = run({own, "check-config", "--config", file("own.yaml")});
        EXPECT_THAT(f.output + f.error, HasSubstr("acme-worker tasks`")) << wrong;
        EXPECT_THAT(f.output + f.error, Not(HasSubstr("reeve-agent"))) << wrong;
    }
    std::filesystem::create_directory(file("damaged"));
    write("damaged/segment-0000000001.log", std::string(100, 'x'));
    const Finished f = run({own, "journal", "verify", "--directory", file("damaged")});
    EXPECT_NE(f.status, 0);
    EXPECT_THAT(f.output + f.error, HasSubstr("'acme-worker journal verify'"));
    EXPECT_THAT(f.output + f.error, Not(HasSubstr("reeve-agent")));
}

TEST_F(Run, TakesInputFromStandardInput)
{
    configure(1);
    const Finished f =
        run({"/bin/sh", "-c",
             "echo '{\"text\":\"piped\"}' | " + std::string(REEVE_AGENT) +
                 " run demo.native.v1.Native/Echo --config " + file("agent.yaml") + " --input -"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, HasSubstr("piped"));
}

TEST_F(Run, SensitiveFieldsAreMaskedUnlessAskedFor)
{
    script("echo '{}'");
    const std::vector<std::string> input = {"--input", R"({"card":"4111-1111"})", "--explain"};
    const Finished f = worker(kGreet, input);
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, Not(HasSubstr("4111-1111")));
}

// ---- refusals ----

TEST_F(Run, NamesTheTaskThatWasProbablyMeant)
{
    configure(1);
    const Finished f = agent("demo.native.v1.Native/Ecco");
    EXPECT_EQ(f.status, 2);
    EXPECT_THAT(f.error, HasSubstr("did you mean demo.native.v1.Native/Echo?"));
    EXPECT_EQ(run({REEVE_AGENT, "run"}).status, 2);
}

TEST_F(Run, InputThatIsNoMessageNamesTheField)
{
    configure(1);
    const Finished f = agent("demo.native.v1.Native/Echo", {"--input", R"({"txt":"x"})"});
    EXPECT_EQ(f.status, 1);
    EXPECT_THAT(f.error, HasSubstr("input:1:"));
    EXPECT_THAT(f.error, HasSubstr("txt"));
    EXPECT_THAT(f.error, HasSubstr("next: "));
    const Finished cut = agent("demo.native.v1.Native/Echo", {"--input", "{"});
    EXPECT_EQ(cut.status, 1);
    EXPECT_THAT(cut.error, HasSubstr("next: write one JSON object"));
    EXPECT_EQ(agent("demo.native.v1.Native/Echo", {"--input", "@/no/such/file"}).status, 2);
}

TEST_F(Run, ConstraintsHoldAndNameFieldAndRule)
{
    configure(1);
    for (const char *how : {"--json", "--explain"}) {
        const Finished f =
            agent("demo.crm.v1.Customers/GetCustomer", {"--input", R"({"customer_id":""})", how});
        EXPECT_EQ(f.status, 1);
        EXPECT_THAT(f.output + f.error, HasSubstr("customer_id"));
        EXPECT_THAT(f.output + f.error, HasSubstr("string."));
    }
}

TEST_F(Run, P3_AllowlistAndApprovalsHold)
{
    configure(1, "allow: [ { task: demo.crm.v1.Tickets/CreateTicket } ]\n");
    const Finished closed = agent("demo.native.v1.Native/Echo", {"--input", R"({"text":"x"})"});
    EXPECT_EQ(closed.status, 1);
    EXPECT_EQ(closed.output, "");
    EXPECT_THAT(closed.error, HasSubstr("is not allowed"));

    const std::vector<std::string> input = {"--input", R"({"customerId":"C-1001","subject":"s"})"};
    const Finished alone = agent("demo.crm.v1.Tickets/CreateTicket", input);
    EXPECT_EQ(alone.status, 1);
    EXPECT_THAT(alone.error, HasSubstr("needs 1 approval"));
    std::vector<std::string> more = input;
    more.push_back("--unapproved");
    EXPECT_THAT(agent("demo.crm.v1.Tickets/CreateTicket", more).error,
                Not(HasSubstr("needs 1 approval")));
}

TEST_F(Run, CredentialThatIsNotThereMeansThatNothingStarts)
{
    script("touch " + file("ran") + "; echo '{}'");
    std::filesystem::remove(file("secret"));
    const Finished f = worker(kGreet);
    EXPECT_EQ(f.status, 3);
    EXPECT_THAT(f.error, HasSubstr("secrets[\"token\"]"));
    EXPECT_FALSE(std::filesystem::exists(file("ran")));
}

// What a job may decode follows from what its output may be.
TEST_F(Run, P7AnOutputNearItsLimitIsCarried)
{
    script("printf '{\"text\":\"'; head -c 2500000 /dev/zero | tr '\\0' x; printf '\"}'",
           "          max_output_bytes: 4000000\n");
    std::ofstream(file("agent.yaml"), std::ios::app) << "limits: { max_output_bytes: 3000000 }\n";
    const Finished f = worker("exectest.v1.Scripts/Print", {"--input", "{}"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_GT(f.output.size(), 2500000u);
}

TEST_F(Run, AnOutputThatIsLostIsNoSuccess)
{
    script("echo '{\"text\":\"hello\"}'");
    std::vector<std::string> argv = words(REEVE_EXEC_WORKER, kGreet, {"--input", "{}"});
    argv.insert(argv.begin(), {"/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh"});
    const Finished f = run(argv);
    EXPECT_EQ(f.status, 5) << f.error;
    EXPECT_THAT(f.error, HasSubstr("the task ended as SUCCEEDED, effect "));
    EXPECT_THAT(f.error, HasSubstr("next: see that standard output can be written to"));
}

// ---- explaining ----

TEST_F(Run, ExplainStartsNothingAndReadsNoCredential)
{
    script("touch " + file("ran"), "          secrets: [ { secret: token, variable: TOKEN } ]\n");
    std::filesystem::remove(file("secret"));
    const Finished f = worker(kGreet, {"--input", R"({"name":"Ada"})", "--explain"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, HasSubstr(file("script")));
    EXPECT_THAT(f.output, HasSubstr("TOKEN=(secret token)"));
    EXPECT_THAT(f.output, HasSubstr(R"({"name":"Ada"})"));
    EXPECT_FALSE(std::filesystem::exists(file("ran")));
    EXPECT_FALSE(std::filesystem::exists(file("journal")));
}

TEST_F(Run, ExplainConnectsToNothing)
{
    sockaddr_in any = {};
    socklen_t size = sizeof(any);
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr *>(&any), sizeof(any)), 0);
    ASSERT_EQ(listen(listener, 8), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr *>(&any), &size), 0);
    configure(ntohs(any.sin_port));
    const std::vector<std::string> input = {"--input", R"({"customer_id":"C-1001"})"};
    std::vector<std::string> explain = input;
    explain.push_back("--explain");
    (void)agent("demo.crm.v1.Customers/GetCustomer", explain);
    pollfd waiting = {listener, POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 0), 0) << "explaining has connected";
    // The detector finds what it is there to find.
    std::vector<std::string> quick = input;
    quick.insert(quick.end(), {"--timeout", "300ms"});
    EXPECT_EQ(agent("demo.crm.v1.Customers/GetCustomer", quick).status, 4);
    EXPECT_EQ(poll(&waiting, 1, 0), 1);
    close(listener);
}

TEST_F(Run, ExplainSaysThatANativeTaskIsAFunction)
{
    configure(1);
    const Finished f =
        agent("demo.native.v1.Native/Echo", {"--input", R"({"text":"x"})", "--explain"});
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, HasSubstr("calls the C function demo_native_v1_native_echo(), which"));
}

// ---- programs ----

TEST_F(Run, ProgramsCarryTasksOut)
{
    script("read line; echo \"{\\\"text\\\":\\\"$REEVE_TASK\\\"}\"");
    const Finished f = worker(kGreet);
    EXPECT_EQ(f.status, 0) << f.error;
    EXPECT_THAT(f.output, HasSubstr(kGreet));
}

TEST_F(Run, ExitStatusTellsWhatIsKnownOfTheEffect)
{
    script("exit 65");
    EXPECT_EQ(worker(kGreet).status, 1);
    script("echo something went wrong >&2; exit 1");
    const Finished f = worker(kGreet);
    EXPECT_EQ(f.status, 5);
    EXPECT_THAT(f.error, HasSubstr("something went wrong"));
    EXPECT_THAT(f.error, HasSubstr("effect MAYBE"));
    EXPECT_EQ(worker("exectest.v1.Scripts/Look").status, 1) << "it has no side effects";
}

TEST_F(Run, LinesArePrintedAsTheyCome)
{
    script("echo '{\"number\":1}'; while [ ! -e " + file("go") +
           " ]; do sleep 0.01; done; echo '{\"number\":2}'");
    Process p(words(REEVE_EXEC_WORKER, kCount, {}), file("out"), file("err"));
    wait_for("out");
    EXPECT_EQ(slurp(file("out")), "{\"number\":1}\n");
    write("go", "go");
    EXPECT_EQ(p.wait(), 0) << slurp(file("err"));
    EXPECT_EQ(slurp(file("out")), "{\"number\":1}\n{\"number\":2}\n");
}

TEST_F(Run, LinesForProgramsSayHowItEnded)
{
    script("echo '{\"number\":1}'; exit 65");
    const Finished f = worker(kCount, {"--json"});
    EXPECT_EQ(f.status, 1);
    EXPECT_THAT(f.output, HasSubstr("{\"result\":{\"number\":1}}\n{\"end\":{"));
    EXPECT_THAT(f.output, HasSubstr("\"reason\":\"UPSTREAM_REFUSED\""));
}

TEST_F(Run, ReaderWhoGoesEndsTheProgram)
{
    script("echo $$ > " + file("pid") + "; while :; do echo '{\"number\":1}'; done");
    const Finished f = run({"/bin/sh", "-c",
                            std::string(REEVE_EXEC_WORKER) + " run " + kCount + " --config " +
                                file("agent.yaml") + " | head -n 3"});
    EXPECT_EQ(f.status, 0);
    while (is_alive(std::stoi(slurp(file("pid"))))) {
        std::this_thread::yield();
    }
}

TEST_F(Run, P2_OutputWithASecretIsWithheld)
{
    script("echo \"{\\\"text\\\":\\\"$TOKEN\\\"}\"; echo $TOKEN >&2",
           "          secrets: [ { secret: token, variable: TOKEN } ]\n");
    const Finished f = worker(kGreet);
    EXPECT_EQ(f.status, 1);
    EXPECT_THAT(f.error, HasSubstr("OUTPUT_WITHHELD"));
    EXPECT_THAT(f.error, HasSubstr("next: "));
    EXPECT_THAT(f.output + f.error, Not(HasSubstr(kSecret)));
}

TEST_F(Run, TimeRunsOut)
{
    script("echo $$ > " + file("pid") + "; exec sleep 1000");
    const Finished f = worker(kGreet, {"--timeout", "300ms", "--json"});
    EXPECT_EQ(f.status, 4);
    EXPECT_THAT(f.output, HasSubstr("TIMED_OUT"));
    EXPECT_FALSE(is_alive(std::stoi(slurp(file("pid")))));
    EXPECT_EQ(worker(kGreet, {"--timeout", "soon"}).status, 2);
}

TEST_F(Run, InterruptCancels)
{
    script("echo $$ > " + file("pid") + "; while :; do sleep 0.01; done");
    Process p(words(REEVE_EXEC_WORKER, kGreet, {}), file("out"), file("err"));
    wait_for("pid");
    p.signal(SIGINT);
    EXPECT_EQ(p.wait(), 4);
    EXPECT_THAT(slurp(file("err")), HasSubstr("CANCELLED"));
    EXPECT_FALSE(is_alive(std::stoi(slurp(file("pid")))));
}

TEST_F(Run, SecondInterruptLeavesAndTheProgramDiesToo)
{
    script("trap '' TERM; echo $$ > " + file("pid") + "; while :; do sleep 1; done",
           "          grace: 600s\n");
    Process p(words(REEVE_EXEC_WORKER, kGreet, {}), file("out"), file("err"));
    wait_for("pid");
    p.signal(SIGINT);
    while (p.running()) {
        p.signal(SIGINT);
        std::this_thread::yield();
    }
    EXPECT_EQ(p.wait(), 4);
    while (is_alive(std::stoi(slurp(file("pid"))))) {
        std::this_thread::yield();
    }
}

TEST_F(Run, NothingOutlivesAWorkerThatIsKilled)
{
    script("trap '' TERM; setsid sh -c \"trap '' TERM; echo \\$\\$ > " + file("inner") +
           "; while :; do sleep 1; done\" & echo $$ > " + file("pid") +
           "; while :; do sleep 1; done");
    Process p(words(REEVE_EXEC_WORKER, kGreet, {}), file("out"), file("err"));
    wait_for("pid");
    wait_for("inner");
    p.kill();
    for (const char *name : {"pid", "inner"}) {
        while (is_alive(std::stoi(slurp(file(name))))) {
            std::this_thread::yield();
        }
    }
}

// ---- configuration ----

TEST_F(Run, ProgramThatOthersMayChangeIsRefused)
{
    script("echo '{}'");
    ASSERT_EQ(chmod(file("script").c_str(), 0777), 0);
    const Finished f = worker(kGreet);
    EXPECT_EQ(f.status, 3);
    EXPECT_THAT(f.error, HasSubstr("program.writable"));
    EXPECT_THAT(f.error, HasSubstr("chmod go-w"));
}

} // namespace reeve::test
