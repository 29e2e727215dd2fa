// SPDX-License-Identifier: Apache-2.0
//
// P4, P6: what stands between worker and gateway in a company: a proxy that has to be asked for
// every connection, a balancer that closes what is silent.
#include <filesystem>

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/fault.h"
#include "tests/faults/network.h"
#include "tests/integration/support/files.h"

namespace reeve::test
{
namespace
{

constexpr char kPassword[] = "pass@word:of/squid%40";

/* Nobody else is in this namespace: a port that is free stays so. */
int free_port()
{
    struct sockaddr_in any = {};
    socklen_t size = sizeof any;
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(0, bind(fd, reinterpret_cast<struct sockaddr *>(&any), sizeof any));
    EXPECT_EQ(0, getsockname(fd, reinterpret_cast<struct sockaddr *>(&any), &size));
    close(fd);
    return ntohs(any.sin_port);
}

bool listens(int port)
{
    struct sockaddr_in there = {};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(static_cast<uint16_t>(port));
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool yes =
        connect(fd, reinterpret_cast<const struct sockaddr *>(&there), sizeof there) == 0;
    close(fd);
    return yes;
}

class Middle : public Fault
{
  protected:
    void SetUp() override
    {
        if (!why_no_network().empty()) {
            GTEST_SKIP() << why_no_network();
        }
        port = free_port();
    }
    void TearDown() override
    {
        world.agent.reset();
        box.reset();
    }
    void start_box(const std::vector<std::string> &argv)
    {
        const std::string log = world.path("logs/box.log");
        box = std::make_unique<Process>(argv, log, log);
        ASSERT_TRUE(eventually([&] { return listens(port) || !box->running(); }));
        ASSERT_TRUE(box->running()) << read_file(log);
    }
    /* In front of the gateway, for the worker alone. */
    void start_haproxy(const std::string &idle)
    {
        write_file(world.path("haproxy.cfg"),
                   "global\n  maxconn 64\ndefaults\n  mode tcp\n  timeout connect 5s\n"
                   "  timeout client " +
                       idle + "\n  timeout server " + idle +
                       "\n"
                       "frontend workers\n  bind 127.0.0.1:" +
                       std::to_string(port) +
                       "\n"
                       "  default_backend gateway\n"
                       "backend gateway\n  server one 127.0.0.1:" +
                       std::to_string(world.gateway_settings.port) + "\n");
        start_box({"haproxy", "-db", "-f", world.path("haproxy.cfg")});
        world.agent_settings.gateway_port = port;
    }

    /* With basic authentication; the worker has to go through it. */
    void start_squid()
    {
        const std::string folder = world.path("squid");
        const struct passwd *user = getpwnam("proxy"); /* Squid does not stay root */
        ASSERT_NE(nullptr, user);
        std::filesystem::create_directory(folder);
        ASSERT_EQ(0, chmod(world.path("").c_str(), 0711));
        ASSERT_EQ(0, chown(folder.c_str(), user->pw_uid, user->pw_gid));
        const Finished hash = run({"openssl", "passwd", "-apr1", kPassword});
        write_file(folder + "/users", "reeve:" + hash.output, 0644);
        write_file(world.path("squid.conf"),
                   "http_port 127.0.0.1:" + std::to_string(port) +
                       "\n"
                       "auth_param basic program /usr/lib/squid/basic_ncsa_auth " +
                       folder +
                       "/users\n"
                       "acl known proxy_auth REQUIRED\nacl connect method CONNECT\n"
                       "http_access allow connect known\nhttp_access deny all\n"
                       "cache deny all\npid_filename none\nshutdown_lifetime 0 seconds\n"
                       "cache_log " +
                       folder +
                       "/cache.log\n"
                       "access_log stdio:" +
                       folder + "/access.log\n");
        start_box({"squid", "-N", "-f", world.path("squid.conf")});
        world.agent_settings.proxy_port = port;
    }
    std::string squid_log() const
    {
        return read_file(world.path("squid/access.log"));
    }

    int port = 0;
    std::unique_ptr<Process> box;
};

TEST_F(Middle, ProxyWithAuthentication)
{
    /* The environment has no say in it. */
    world.agent_launch.environment = {"no_proxy=127.0.0.1", "https_proxy=http://127.0.0.1:9"};
    start_gateway();
    start_squid();
    write_file(world.path("crm/proxy-password"), "not-the-password\n");
    world.start_agent();
    ASSERT_TRUE(
        eventually([&] { return squid_log().find("TCP_DENIED/407") != std::string::npos; }));
    EXPECT_TRUE(world.status().has("not_connected"));
    saw("a wrong password: not_connected");
    write_file(world.path("crm/proxy-password"), kPassword + std::string("\n"));
    ASSERT_TRUE(world.wait_ready()) << "the secret is read again";
    load->submit(100);
    load->wait_steps(10);
    box->kill(); /* with every tunnel */
    start_squid();
    load->expect_all_ended(0);
    saw("through a restart of the proxy: " + std::to_string(world.status().connects) + " tries");
    saw_load();
    const std::string log = world.log("agent");
    EXPECT_EQ(std::string::npos, log.find(kPassword)) << "P2";
    world.agent.reset(); /* Squid writes a tunnel down when it ends */
    EXPECT_TRUE(eventually([&] {
        return squid_log().find("TCP_TUNNEL/200") != std::string::npos &&
               squid_log().find("CONNECT 127.0.0.1:" +
                                std::to_string(world.gateway_settings.port)) != std::string::npos;
    })) << squid_log();
}

TEST_F(Middle, BalancerWithShortIdleTime)
{
    world.gateway_settings.heartbeat_interval = "0.5s";
    world.gateway_settings.lease = "9s";
    start_gateway();
    start_haproxy("2s");
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
    const Stopwatch idle;
    ASSERT_TRUE(eventually([&] { return idle.seconds() > 5 || world.status().connects != 1; }));
    EXPECT_EQ(1u, world.status().connects) << "heartbeats keep the stream alive";
    saw("one session through " + idle.text() + " without work");
    load->submit(100);
    load->expect_all_ended(0);
    saw_load();
}

TEST_F(Middle, BalancerThatIsTooImpatient)
{
    world.gateway_settings.heartbeat_interval = "3s";
    world.gateway_settings.lease = "9s";
    world.gateway_settings.grace = "15s";
    start_gateway();
    start_haproxy("1s");
    world.start_agent();
    for (uint64_t session = 2; session <= 5; session++) {
        load->submit(50);
        ASSERT_TRUE(eventually([&] { return world.status().connects >= session; }));
    }
    load->expect_all_ended(0);
    saw(std::to_string(world.status().connects) + " sessions");
    saw_load();
}

} // namespace
} // namespace reeve::test
