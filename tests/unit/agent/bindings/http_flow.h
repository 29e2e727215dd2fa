// SPDX-License-Identifier: Apache-2.0
//
// The http binding and a server that answers as a test says.
#ifndef REEVE_TESTS_UNIT_AGENT_BINDINGS_HTTP_FLOW_H
#define REEVE_TESTS_UNIT_AGENT_BINDINGS_HTTP_FLOW_H

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "httptest/v1/http.reeve.h"
#include "tests/support/http_world.h"
#include "tests/support/scripted_server.h"

namespace reeve::test
{

inline const reeve_task &kGet = httptest_v1_things_get_task;
inline const reeve_task &kEnsure = httptest_v1_things_ensure_task; // idempotent
inline const reeve_task &kMake = httptest_v1_things_make_task;     // not idempotent
inline const reeve_task &kWatch = httptest_v1_things_watch_task;   // streams
inline constexpr char kBook[] = R"({"name":"shelves/1/books/2"})";

inline std::string Head(const std::string &status, const std::string &more = "")
{
    return "HTTP/1.1 " + status + "\r\n" + more;
}

inline std::string Status(const std::string &status, const std::string &more = "")
{
    return Head(status, more) + "Content-Length: 0\r\n\r\n";
}

// Answers the n-th request, whatever connection it comes on; the last answer goes on.
class Answers
{
  public:
    explicit Answers(std::vector<std::string> answers) : answers_(std::move(answers))
    {
    }
    ~Answers() = default;

    std::string Url() const
    {
        return server_.Url("");
    }
    std::vector<std::string> Requests()
    {
        std::lock_guard<std::mutex> guard(lock_);
        return requests_;
    }

  private:
    // One request on each connection: the server takes one connection at a time.
    void Serve(int fd)
    {
        const std::string request = ReadRequest(fd);
        if (request.empty()) {
            return;
        }
        std::string answer;
        {
            std::lock_guard<std::mutex> guard(lock_);
            requests_.push_back(request);
            answer = answers_[std::min(requests_.size(), answers_.size()) - 1];
        }
        if (!answer.empty()) {
            Send(fd, answer.insert(answer.find("\r\n") + 2, "Connection: close\r\n"));
        }
    }
    std::vector<std::string> answers_;
    std::mutex lock_;
    std::vector<std::string> requests_;
    ScriptedServer server_{[this](int fd, int) { Serve(fd); }};
};

struct Flow : ::testing::Test {
    HttpWorld world;
    reeve_http_system system = {};
    std::string url;

    void Open(const std::string &to)
    {
        url = to;
        system.base_url = url.c_str();
        world.open(system);
    }
};

} // namespace reeve::test

#endif
