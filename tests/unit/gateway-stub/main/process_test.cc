// SPDX-License-Identifier: Apache-2.0
// The real program: exit statuses, signals, what it prints; and a client that shares no code with
// it.
#include <csignal>
#include <sys/mount.h>

#include "tests/support/child.h"
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace reeve::test
{
namespace
{

struct Ran {
    int status;
    std::string text;
};

Ran run(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), REEVE_GATEWAY);
    Child child(arguments);
    std::string text = child.rest();
    return {child.wait(), text};
}

class ProcessTest : public ::testing::Test
{
  protected:
    GatewayFiles files;

    std::unique_ptr<Child> serve(const std::vector<std::string> &before = {})
    {
        std::vector<std::string> command = before;
        for (const std::string &word :
             {std::string(REEVE_GATEWAY), std::string("serve"), "--config=" + files.config(),
              std::string("--port-file"), files.port_file()}) {
            command.push_back(word);
        }
        auto child = std::make_unique<Child>(command);
        EXPECT_TRUE(wait_until([this] { return !port().empty(); })) << child->line(100);
        return child;
    }
    std::string port() const
    {
        std::string text = read_file(files.port_file());
        return text.substr(0, text.find('\n'));
    }
    Ran client(const std::string &role, const std::string &mode)
    {
        const TempDir::Files who = files.dir.write_credential(role, files.of(role));
        Child child({"/usr/bin/python3", REEVE_TEST_CLIENT, REEVE_TEST_PROTO, REEVE_TEST_MANIFEST,
                     port(), files.dir.path() + "/ca.pem", who.certificate, who.key, mode});
        std::string text = child.rest(100000);
        return {child.wait(), text};
    }
};

TEST_F(ProcessTest, HelpTeachesAndMistakesGetTheNearestWord)
{
    Ran help = run({"--help"});
    EXPECT_EQ(0, help.status);
    EXPECT_NE(std::string::npos, help.text.find("First steps"));
    EXPECT_EQ(0, run({"serve", "--help"}).status);
    EXPECT_EQ(2, run({}).status);
    Ran word = run({"serv"});
    EXPECT_EQ(2, word.status);
    EXPECT_NE(std::string::npos, word.text.find("did you mean reeve-gateway serve?"));
    Ran option = run({"serve", "--confg", "x"});
    EXPECT_EQ(2, option.status);
    EXPECT_NE(std::string::npos, option.text.find("did you mean --config?"));
    for (const char *command : {"serve", "check-config"}) {
        Ran alone = run({command});
        EXPECT_EQ(2, alone.status);
        EXPECT_NE(std::string::npos, alone.text.find("next: reeve-gateway ")) << alone.text;
    }
}

TEST_F(ProcessTest, VersionSaysWhatItIs)
{
    EXPECT_EQ("reeve-gateway 0.1.0 (protocol 1)\n", run({"version"}).text);
    EXPECT_NE(std::string::npos, run({"version", "--json"}).text.find("\"program\": "));
}

TEST_F(ProcessTest, CheckConfigSaysYesOrWhereAndWhy)
{
    Ran good = run({"check-config", "--config", files.config()});
    EXPECT_EQ(0, good.status) << good.text;
    EXPECT_NE(std::string::npos, good.text.find("gateway.yaml: ok"));
    EXPECT_FALSE(std::ifstream(files.dir.path() + "/store").good()) << "it made something";
    Ran document = run({"check-config", "--json", "--config", files.config()});
    EXPECT_EQ(0, document.status) << document.text;
    for (const char *said : {"\"valid\": true", "\"findings\": []", "\"listen\": \"127.0.0.1:0\"",
                             "\"identity\": \"spiffe://test.reeve/gateway\"", "\"grants\": 5"}) {
        EXPECT_NE(std::string::npos, document.text.find(said)) << said << document.text;
    }
    files.write_config("limits: { max_workers: 0x }\n");
    Ran bad = run({"check-config", "--config", files.config()});
    EXPECT_EQ(1, bad.status);
    EXPECT_NE(std::string::npos, bad.text.find("gateway.yaml:10:24: error: limits.max_workers"))
        << bad.text;
    EXPECT_NE(std::string::npos, bad.text.find("next: "));
    Ran json = run({"check-config", "--json", "--config", files.config()});
    EXPECT_EQ(1, json.status);
    EXPECT_NE(std::string::npos, json.text.find("\"valid\": false")) << json.text;
    EXPECT_NE(std::string::npos, json.text.find("\"field\": \"limits.max_workers\""));
    EXPECT_NE(std::string::npos, json.text.find("\"line\": 10"));
    EXPECT_EQ(std::string::npos, json.text.find("error:")) << "nothing but the document";
    EXPECT_EQ(1, run({"check-config", "--config", "/nonexistent"}).status);
    EXPECT_EQ(3, run({"serve", "--config", "/nonexistent"}).status);
}

TEST_F(ProcessTest, CheckConfigLooksAtTheFilesThatAreNamed)
{
    ASSERT_EQ(0, chmod((files.dir.path() + "/gateway.key").c_str(), 0644));
    files.dir.write("ca.pem", "nothing", 0600);
    files.write_config("", "no/such/reeve.db");
    Ran bad = run({"check-config", "--config", files.config()});
    EXPECT_EQ(1, bad.status);
    for (const char *said : {"tls.key_file", "tls.client_ca_file", "store.sqlite.path"}) {
        EXPECT_NE(std::string::npos, bad.text.find(said)) << bad.text;
    }
}

TEST_F(ProcessTest, SigtermStopsItInOrder)
{
    auto child = serve();
    child->kill(SIGTERM);
    EXPECT_NE(std::string::npos, child->rest().find("gateway stopped"));
    EXPECT_EQ(0, child->wait());
}

TEST_F(ProcessTest, SighupReadsTheConfigurationAgain)
{
    auto child = serve();
    files.write_config("log: { level: WARN }\nlimits: { max_workers: 5 }\n");
    child->kill(SIGHUP);
    std::string line;
    do {
        line = child->line();
    } while (!line.empty() && line.find("after a restart") == std::string::npos);
    EXPECT_NE(std::string::npos, line.find("limits"));
    child->kill(SIGINT);
    EXPECT_EQ(std::string::npos, child->rest().find("info")) << "the level was not taken over";
    EXPECT_EQ(0, child->wait());
}

TEST_F(ProcessTest, CannotStartIsThree)
{
    auto child = serve();
    Ran second = run({"serve", "--config", files.config()});
    EXPECT_EQ(3, second.status);
    EXPECT_NE(std::string::npos, second.text.find("another gateway is using it"));
    child->kill(SIGTERM);
    (void)child->rest();
    EXPECT_EQ(0, child->wait());
}

/* P4: what was answered is there after a kill. */
TEST_F(ProcessTest, P4AKilledGatewayStartsAgainWithWhatItHad)
{
    auto child = serve();
    Ran walked = client("planner", "walk");
    EXPECT_EQ(0, walked.status) << walked.text;
    child->kill(SIGKILL);
    (void)child->wait();
    std::remove(files.port_file().c_str());
    child = serve();
    Ran again = client("planner", "again");
    EXPECT_EQ(0, again.status) << again.text;
    child->kill(SIGTERM);
    (void)child->rest();
    EXPECT_EQ(0, child->wait());
}

TEST_F(ProcessTest, AnIndependentClientRegistersSubmitsAndReads)
{
    auto child = serve();
    Ran walked = client("planner", "walk");
    EXPECT_EQ(0, walked.status) << walked.text;
    EXPECT_NE(std::string::npos, walked.text.find("ok\n"));
}

/* P7: a full disk refuses what is new and keeps what is there. A small file system of its own where
 * this user may mount one, else a bound on the size of files. */
TEST_F(ProcessTest, P7AFullDiskRefusesAndKeepsWhatItHas)
{
    const std::string store = files.dir.path() + "/store";
    ASSERT_EQ(0, mkdir(store.c_str(), 0700));
    const bool mounted = mount("tmpfs", store.c_str(), "tmpfs", 0, "size=1500k") == 0;
    const std::vector<std::string> bound = {"prlimit", "--fsize=1500000"};
    auto child = serve(mounted ? std::vector<std::string>() : bound);
    Ran filled = client("planner", "fill");
    EXPECT_EQ(0, filled.status) << filled.text;
    child->kill(SIGTERM);
    (void)child->rest();
    EXPECT_EQ(0, child->wait());
    if (mounted) {
        EXPECT_EQ(0, umount(store.c_str()));
    }
}

} // namespace
} // namespace reeve::test
