/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP server on loopback with any number of connections, which holds requests until a test says
 * that they are answered. */
#ifndef REEVE_TESTS_SUPPORT_HOLDING_SERVER_H
#define REEVE_TESTS_SUPPORT_HOLDING_SERVER_H

#include <poll.h>

#include <vector>

#include "tests/support/scripted_server.h"

namespace reeve::test
{

class HoldingServer
{
  public:
    // Looks at the requests that are held, the oldest first, whenever one has come; an answer for
    // each, "" to go on holding it.
    using Decide = std::function<std::vector<std::string>(const std::vector<std::string> &held)>;

    explicit HoldingServer(Decide decide) : decide_(std::move(decide))
    {
        sockaddr_in address = {};
        socklen_t length = sizeof(address);
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fds_.push_back({socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), POLLIN, 0});
        EXPECT_EQ(0, bind(fds_[0].fd, reinterpret_cast<sockaddr *>(&address), length));
        EXPECT_EQ(0, listen(fds_[0].fd, 4096));
        EXPECT_EQ(0, getsockname(fds_[0].fd, reinterpret_cast<sockaddr *>(&address), &length));
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { Serve(); });
    }
    ~HoldingServer()
    {
        stopping_ = true;
        thread_.join();
        for (const pollfd &p : fds_) {
            close(p.fd);
        }
    }
    HoldingServer(const HoldingServer &) = delete;
    HoldingServer &operator=(const HoldingServer &) = delete;

    // Holds until `count` are there, then answers all of them with `answer`.
    static Decide AllAt(size_t count, std::string answer)
    {
        return [count, answer = std::move(answer)](const std::vector<std::string> &held) {
            return std::vector<std::string>(held.size(), held.size() == count ? answer : "");
        };
    }

    std::string Url(const std::string &path) const
    {
        return url_ + path;
    }
    size_t connections() const
    {
        return connections_;
    }

  private:
    void Serve()
    {
        while (!stopping_) {
            poll(fds_.data(), fds_.size(), 20);
            for (size_t i = 1; i < fds_.size(); i++) {
                if ((fds_[i].revents & (POLLIN | POLLHUP)) != 0) {
                    Take(fds_[i]);
                }
            }
            if ((fds_[0].revents & POLLIN) != 0) {
                fds_.push_back({accept4(fds_[0].fd, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0});
                connections_++;
            }
        }
    }
    void Take(pollfd &connection)
    {
        const std::string request = ReadRequest(connection.fd);
        if (request.empty()) {
            close(connection.fd);
            connection.fd = -1; // poll leaves it out
            return;
        }
        held_.push_back(request);
        held_fds_.push_back(connection.fd);
        const std::vector<std::string> answers = decide_(held_);
        for (size_t i = answers.size(); i-- > 0;) {
            if (!answers[i].empty()) {
                Send(held_fds_[i], answers[i]);
                held_.erase(held_.begin() + static_cast<long>(i));
                held_fds_.erase(held_fds_.begin() + static_cast<long>(i));
            }
        }
    }

    Decide decide_;
    std::string url_;
    std::vector<pollfd> fds_;
    std::vector<std::string> held_;
    std::vector<int> held_fds_;
    std::atomic<size_t> connections_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace reeve::test
#endif
