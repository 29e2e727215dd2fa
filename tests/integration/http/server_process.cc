/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/http/server_process.h"

#include <arpa/inet.h>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace reeve::test
{

namespace
{

sockaddr_in loopback(int port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
}

bool takes_connections(int port)
{
    const sockaddr_in address = loopback(port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool ok = connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0;
    close(fd);
    return ok;
}

} // namespace

int free_port()
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(0, bind(fd, reinterpret_cast<sockaddr *>(&address), size));
    EXPECT_EQ(0, getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size));
    close(fd);
    return ntohs(address.sin_port);
}

ServerProcess::ServerProcess(const std::vector<std::string> &argv, int port,
                             const std::string &directory)
{
    const std::string log = directory + "/" + std::to_string(port) + ".log";
    std::vector<std::string> words = {"setpriv",
                                      "--pdeathsig",
                                      "KILL",
                                      "--",
                                      "sh",
                                      "-c",
                                      "log=$1; shift; exec \"$@\" >\"$log\" 2>&1",
                                      "sh",
                                      log};
    words.insert(words.end(), argv.begin(), argv.end());
    child_ = std::make_unique<Child>(words);
    for (int i = 0; i < 2000; i++) {
        if (takes_connections(port)) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::stringstream said;
    said << std::ifstream(log).rdbuf();
    ADD_FAILURE() << argv[0] << " does not listen (scripts/setup test installs it): " << said.str();
}

ServerProcess::~ServerProcess()
{
    child_->kill(SIGTERM);
    (void)child_->wait();
}

std::unique_ptr<ServerProcess> start_nginx(const TempDir &directory, const std::string &http,
                                           int port)
{
    const std::string root = directory.path() + "/nginx";
    mkdir(root.c_str(), 0755);
    std::string config = "daemon off;\nmaster_process off;\npid " + root + "/pid;\nerror_log " +
                         root +
                         "/error.log;\nevents { worker_connections 1024; }\nhttp {\n"
                         "access_log off;\ndefault_type application/json;\n";
    for (const char *path : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
        config += std::string(path) + "_temp_path " + root + "/" + path + ";\n";
    }
    const std::string file = directory.write("nginx.conf", config + http + "\n}\n", 0644);
    return std::make_unique<ServerProcess>(std::vector<std::string>{"/usr/sbin/nginx", "-e",
                                                                    root + "/start.log", "-p", root,
                                                                    "-c", file},
                                           port, directory.path());
}

} // namespace reeve::test
