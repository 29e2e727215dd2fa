/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP servers on loopback that do exactly what a test says, byte by byte. */
#ifndef REEVE_TESTS_SUPPORT_SCRIPTED_SERVER_H
#define REEVE_TESTS_SUPPORT_SCRIPTED_SERVER_H

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace reeve::test
{

// Accepts one connection after the other and runs a script on each.
class ScriptedServer
{
  public:
    using Script = std::function<void(int fd, int connection)>;

    explicit ScriptedServer(Script script) : script_(std::move(script))
    {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        EXPECT_EQ(0, bind(listener_, reinterpret_cast<sockaddr *>(&address), size));
        EXPECT_EQ(0, listen(listener_, 64));
        EXPECT_EQ(0, getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size));
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { Serve(); });
    }

    ~ScriptedServer()
    {
        shutdown(listener_, SHUT_RDWR);
        shutdown(current_, SHUT_RDWR); // a kept connection
        thread_.join();
        close(listener_);
    }

    std::string Url(const std::string &path) const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    int port() const
    {
        return port_;
    }
    int connections() const
    {
        return connections_;
    }

  private:
    void Serve()
    {
        for (;;) {
            int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) {
                return;
            }
            current_ = fd;
            script_(fd, ++connections_);
            current_ = -1;
            close(fd);
        }
    }

    Script script_;
    int listener_;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<int> current_{-1};
    std::thread thread_;
};

inline std::string ReadRequest(int fd)
{
    std::string text;
    char piece[4096];
    while (text.find("\r\n\r\n") == std::string::npos) {
        ssize_t n = read(fd, piece, sizeof(piece));
        if (n <= 0) {
            return text;
        }
        text.append(piece, static_cast<size_t>(n));
    }
    size_t body = text.find("\r\n\r\n") + 4;
    size_t at = text.find("Content-Length: ");
    size_t length = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    while (text.size() < body + length) {
        ssize_t n = read(fd, piece, sizeof(piece));
        if (n <= 0) {
            break;
        }
        text.append(piece, static_cast<size_t>(n));
    }
    return text;
}

inline void Send(int fd, const std::string &text)
{
    (void)!send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

inline std::string Answer(const std::string &body, const std::string &head = "HTTP/1.1 200 OK")
{
    return head +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

} // namespace reeve::test
#endif
