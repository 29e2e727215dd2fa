// SPDX-License-Identifier: Apache-2.0
//
// The real worker without a gateway: what it opens, how it ends, what its subcommands answer.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/support/agent_process.h"
#include "tests/integration/support/sockets.h"

namespace reeve::test
{

/* Nobody listens on port 1. */
constexpr char kNobody[] = "127.0.0.1:1";
constexpr char kTasks[] = "allow: [{ task: demo.native.v1.Native/Echo }]\n"
                          "drain_timeout: 3s\n";

std::string slurp(const std::string &path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// P1: a running worker has no socket that anybody could connect to over IP.
TEST(AgentProcess, P1ListensOnNoIpSocket)
{
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1)) << "it answers, and is not ready";
    for (int i = 0; i < 20; i++) {
        EXPECT_GT(open_descriptors(agent.pid()), 3u) << "/proc could not be read: run as root";
        for (const std::string &socket : listening_ip_sockets(agent.pid())) {
            ADD_FAILURE() << socket;
        }
        usleep(20000); // through several tries to connect
    }
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0) << agent.log();
}

// As many connections, requests and programs as its limits say: what the system lets it have.
TEST(AgentProcess, TakesAllDescriptorsThatItMayHave)
{
    rlimit before = {};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit few = before;
    few.rlim_cur = 128;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    agent.start();
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_TRUE(agent.wait_for_status(1)) << "it answers, and is not ready";
    rlimit its = {};
    EXPECT_EQ(prlimit(agent.pid(), RLIMIT_NOFILE, nullptr, &its), 0);
    EXPECT_EQ(its.rlim_cur, before.rlim_max);
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0) << agent.log();
}

// The detector finds what it is there to find.
TEST(AgentProcess, P1TheDetectorFindsAPlantedSocket)
{
    EXPECT_TRUE(listening_ip_sockets(getpid()).empty());
    sockaddr_in any = {};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int tcp = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(bind(tcp, reinterpret_cast<const sockaddr *>(&any), sizeof(any)), 0);
    ASSERT_EQ(listen(tcp, 1), 0);
    EXPECT_EQ(listening_ip_sockets(getpid()).size(), 1u);
    const int udp = socket(AF_INET, SOCK_DGRAM, 0);
    ASSERT_EQ(bind(udp, reinterpret_cast<const sockaddr *>(&any), sizeof(any)), 0);
    EXPECT_EQ(listening_ip_sockets(getpid()).size(), 2u);
    close(tcp);
    close(udp);
}

// P2: no core dump could hold a credential.
TEST(AgentProcess, P2MakesNoCoreDump)
{
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1));
    std::istringstream limits(slurp("/proc/" + std::to_string(agent.pid()) + "/limits"));
    std::string line;
    while (std::getline(limits, line) && line.find("Max core file size") == std::string::npos) {
    }
    std::istringstream words(line.substr(std::string("Max core file size").size()));
    std::string soft;
    std::string hard;
    words >> soft >> hard;
    EXPECT_EQ(soft, "0");
    EXPECT_EQ(hard, "0");
    agent.kill(SIGINT);
    EXPECT_EQ(agent.wait(), 0) << agent.log();
}

// P8: each subcommand's exit status means what its help says.
TEST(AgentProcess, P8StatusSaysWhetherItRunsAndIsReady)
{
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    CommandResult before = agent.run({"status"});
    EXPECT_EQ(before.code, 3) << before.output;
    EXPECT_NE(before.output.find("next:"), std::string::npos) << before.output;
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1));
    EXPECT_EQ(agent.run({"status", "--alive"}).code, 0);
    CommandResult now = agent.run({"status"});
    EXPECT_NE(now.output.find("not_connected"), std::string::npos) << now.output;
    EXPECT_NE(now.output.find("next: check gateway.address"), std::string::npos) << now.output;
    EXPECT_EQ(now.output.find('\033'), std::string::npos) << "no colour where there is no terminal";
    CommandResult json = agent.run({"status", "--json"});
    EXPECT_NE(json.output.find("\"ready\": false"), std::string::npos) << json.output;
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0) << agent.log();
    EXPECT_EQ(agent.run({"status"}).code, 3);
}

TEST(AgentProcess, AWrongConfigurationIsSaidBeforeAnythingStarts)
{
    AgentProcess agent(REEVE_AGENT, kNobody, "allow: [{ task: demo.native.v1.Native/Ehco }]\n");
    CommandResult check = agent.run({"check-config"});
    EXPECT_EQ(check.code, 1);
    EXPECT_NE(check.output.find("agent.yaml:4:17: error: allow[0].task"), std::string::npos)
        << check.output;
    EXPECT_NE(check.output.find("did you mean demo.native.v1.Native/Echo?"), std::string::npos);
    agent.start();
    EXPECT_EQ(agent.wait(), 3);
    EXPECT_NE(agent.log().find("did you mean"), std::string::npos) << agent.log();
    EXPECT_NE(access(agent.path("journal").c_str(), F_OK), 0) << "nothing was made";
}

TEST(AgentProcess, AJournalIsListedAndVerifiedWhileItIsInUse)
{
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1));
    CommandResult list = agent.run({"journal", "ls"});
    EXPECT_EQ(list.code, 0) << list.output;
    EXPECT_NE(list.output.find("audit_appended"), std::string::npos) << list.output;
    CommandResult verify = agent.run({"journal", "verify"});
    EXPECT_EQ(verify.code, 0) << verify.output;
    agent.kill(SIGKILL);
    EXPECT_EQ(agent.wait(), -SIGKILL);
    EXPECT_EQ(agent.run({"journal", "verify"}).code, 0) << "P4: whole after kill -9";
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1)) << "the socket that was left behind is replaced";
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0) << agent.log();
}

TEST(AgentProcess, AHangupReadsTheConfigurationAgain)
{
    AgentProcess agent(REEVE_AGENT, kNobody, kTasks);
    agent.start();
    ASSERT_TRUE(agent.wait_for_status(1));
    agent.configure(std::string(kTasks) + "log: { level: DEBUG }\n");
    agent.kill(SIGHUP);
    bool reloaded = false;
    for (int i = 0; i < 200 && !reloaded; i++) {
        reloaded = agent.run({"status", "--json"}).output.find("\"config_reloads\": 1") !=
                   std::string::npos;
        usleep(20000);
    }
    EXPECT_TRUE(reloaded);
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0);
    EXPECT_NE(agent.log().find("configuration reloaded"), std::string::npos) << agent.log();
}

/* A worker whose configuration is changed under it, without a signal. */
class ChangedConfiguration : public testing::Test
{
  protected:
    void start()
    {
        agent.start();
        ASSERT_TRUE(agent.wait_for_status(1));
    }
    std::string status() const
    {
        return agent.run({"status", "--json"}).output;
    }
    bool reloaded(int times) const
    {
        return until_status("\"config_reloads\": " + std::to_string(times));
    }
    bool until_status(const std::string &words) const
    {
        for (int i = 0; i < 500; i++) {
            if (status().find(words) != std::string::npos) {
                return true;
            }
            usleep(20000);
        }
        return false;
    }
    std::string changed(const std::string &more) const
    {
        return slurp(agent.config_path()) + more;
    }
    void rename_into_place(const std::string &content) const
    {
        const std::string beside = agent.directory().write("agent.yaml.new", content, 0600);
        ASSERT_EQ(0, rename(beside.c_str(), agent.config_path().c_str()));
    }
    size_t said(const std::string &words) const
    {
        size_t count = 0;
        for (size_t at = agent.log().find(words); at != std::string::npos;
             at = agent.log().find(words, at + 1)) {
            count++;
        }
        return count;
    }
    void stop()
    {
        agent.kill(SIGTERM);
        EXPECT_EQ(agent.wait(), 0) << agent.log();
    }

    AgentProcess agent{REEVE_AGENT, kNobody, kTasks};
};

TEST_F(ChangedConfiguration, IsTakenUpWhenTheFileIsWritten)
{
    start();
    agent.configure(std::string(kTasks) + "log: { level: DEBUG }\n");
    EXPECT_TRUE(reloaded(1));
    stop();
    EXPECT_EQ(1u, said("configuration reloaded")) << agent.log();
}

TEST_F(ChangedConfiguration, IsTakenUpWhenAnotherFileIsRenamedIntoPlace)
{
    start();
    rename_into_place(changed("log: { level: DEBUG }\n"));
    EXPECT_TRUE(reloaded(1));
    rename_into_place(changed("max_backoff: 20s\n"));
    stop();
}

TEST_F(ChangedConfiguration, IsTakenUpFromAConfigMap)
{
    const std::string folder = agent.directory().path();
    const auto publish = [&](const std::string &version, const std::string &content) {
        ASSERT_EQ(0, mkdir((folder + "/" + version).c_str(), 0700));
        agent.directory().write(version + "/agent.yaml", content, 0600);
        ASSERT_EQ(0, symlink(version.c_str(), (folder + "/..data_tmp").c_str()));
        ASSERT_EQ(0, rename((folder + "/..data_tmp").c_str(), (folder + "/..data").c_str()));
    };
    const std::string first = slurp(agent.config_path());
    publish("..one", first);
    ASSERT_EQ(0, unlink(agent.config_path().c_str()));
    ASSERT_EQ(0, symlink("..data/agent.yaml", agent.config_path().c_str()));
    start();
    publish("..two", first + "log: { level: DEBUG }\n");
    EXPECT_TRUE(reloaded(1));
    publish("..three", first + "log: { level: INFO }\n");
    EXPECT_TRUE(reloaded(2));
    stop();
}

TEST_F(ChangedConfiguration, ThatIsWrongChangesNothingAndIsSaidOnce)
{
    start();
    rename_into_place(changed("allow: [{ task: demo.native.v1.Native/Ehco }]\n"));
    // A good one behind it shows that the bad one was looked at, and that it was not the last word.
    ASSERT_TRUE(agent.wait_for_log("configuration not reloaded")) << agent.log();
    EXPECT_EQ(0, chmod(agent.config_path().c_str(), 0644)); // something happened, nothing changed
    agent.configure(std::string(kTasks) + "log: { level: DEBUG }\n");
    EXPECT_TRUE(reloaded(1));
    stop();
    EXPECT_EQ(1u, said("configuration not reloaded")) << agent.log();
    EXPECT_NE(agent.log().find("agent.yaml"), std::string::npos);
    EXPECT_NE(agent.log().find("allow"), std::string::npos) << agent.log();
}

TEST_F(ChangedConfiguration, ThatIsGoneIsSaidAndTheWorkerGoesOn)
{
    start();
    const std::string content = slurp(agent.config_path());
    ASSERT_EQ(0, unlink(agent.config_path().c_str()));
    ASSERT_TRUE(agent.wait_for_log("configuration not reloaded")) << agent.log();
    agent.configure(std::string(kTasks) + "log: { level: DEBUG }\n");
    EXPECT_TRUE(reloaded(1));
    stop();
}

// P2: a credential that is configured appears in no output of any subcommand.
TEST(AgentProcess, P2PrintsNoCredential)
{
    AgentProcess agent(REEVE_AGENT, kNobody,
                       "systems:\n"
                       "  crm: { http: { base_url: 'http://127.0.0.1:9', auth: { bearer: { secret: "
                       "token } } } }\n"
                       "secrets: { token: { environment: { variable: REEVE_TEST_TOKEN } } }\n"
                       "allow: [{ task: 'demo.crm.v1.Customers/*' }]\n"
                       "log: { level: DEBUG }\n");
    const std::string value = "planted-credential-0451";
    agent.start({"REEVE_TEST_TOKEN=" + value});
    ASSERT_TRUE(agent.wait_for_status(1));
    const std::string said = agent.run({"status"}).output + agent.run({"status", "--json"}).output +
                             agent.run({"tasks"}).output + agent.run({"journal", "ls"}).output;
    EXPECT_EQ(said.find(value), std::string::npos);
    const std::string initial = slurp("/proc/" + std::to_string(agent.pid()) + "/environ");
    EXPECT_EQ(initial.find(value), std::string::npos) << "wiped from the environment";
    agent.kill(SIGTERM);
    EXPECT_EQ(agent.wait(), 0);
    EXPECT_EQ(agent.log().find(value), std::string::npos);
}

} // namespace reeve::test
