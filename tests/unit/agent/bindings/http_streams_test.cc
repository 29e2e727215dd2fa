// SPDX-License-Identifier: Apache-2.0
//
// Streams of results over the http binding, with back-pressure.
#include <poll.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/agent/bindings/http_flow.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Answers;
using reeve::test::Flow;
using reeve::test::HttpJob;
using reeve::test::HttpWorld;
using reeve::test::kBook;
using reeve::test::kGet;
using reeve::test::kWatch;
using reeve::test::ReadRequest;
using reeve::test::ScriptedServer;
using reeve::test::Send;
using reeve::test::Status;
using ::testing::ElementsAre;

std::string StreamHead(const std::string &type)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n";
}

struct Streams : Flow {
    std::string answer;
    std::vector<std::string> got;

    std::string Watch(const std::string &whole)
    {
        ScriptedServer server([&](int fd, int) {
            ReadRequest(fd);
            Send(fd, whole);
        });
        HttpWorld one;
        const std::string to = server.Url("");
        system.base_url = to.c_str();
        one.open(system);
        std::unique_ptr<HttpJob> job = one.job(kWatch, R"({"name":"x"})");
        job->start();
        std::string summary = job->wait().summary();
        got = job->emitted();
        return summary;
    }
};

TEST_F(Streams, LinesArraysAndValues)
{
    for (const char *type : {"application/x-ndjson", "application/jsonl; charset=utf-8"}) {
        EXPECT_EQ("SUCCEEDED NONE",
                  Watch(StreamHead(type) +
                        "{\"id\":\"1\",\"x\":[{}]}\n{\"id\":\"2\"}\n\n{\"id\":\"3\"}"));
        EXPECT_THAT(got, ElementsAre(R"({"id":"1"})", R"({"id":"2"})", R"({"id":"3"})"));
    }
    EXPECT_EQ("SUCCEEDED NONE", Watch(StreamHead("application/json") + "[{\"id\":\"1\"},\n{}]\n"));
    EXPECT_THAT(got, ElementsAre(R"({"id":"1"})", "{}"));
    EXPECT_EQ("SUCCEEDED NONE", Watch(StreamHead("application/json") + "{\"id\":\"1\"}{}"));
    EXPECT_THAT(got, ElementsAre(R"({"id":"1"})", "{}"));
    EXPECT_EQ("SUCCEEDED NONE", Watch(StreamHead("application/json")));
    EXPECT_THAT(got, ElementsAre());
    EXPECT_EQ("SUCCEEDED NONE", Watch(Status("204 No Content")));
}

TEST_F(Streams, BadStreamsFailAndKeepWhatCameBefore)
{
    EXPECT_EQ("FAILED NONE OUTPUT_INVALID",
              Watch(StreamHead("application/jsonl") + "{\"id\":\"1\"}\n{\"id\":2}\n{}\n"));
    EXPECT_THAT(got, ElementsAre(R"({"id":"1"})"));
    EXPECT_EQ("FAILED NONE OUTPUT_INVALID", Watch(StreamHead("application/json") + "[{},"));
    EXPECT_THAT(got, ElementsAre("{}"));
    EXPECT_EQ("FAILED NONE OUTPUT_INVALID", Watch(StreamHead("text/plain") + "{}"));
    EXPECT_EQ("FAILED NONE OUTPUT_INVALID",
              Watch(StreamHead("application/jsonl") + "{\"id\":\"" + std::string(2 << 20, 'x')));
    EXPECT_EQ("FAILED NONE UPSTREAM_REFUSED", Watch(Status("404 Not Found")));
    EXPECT_EQ("FAILED NONE UPSTREAM_INTERRUPTED",
              Watch("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":\"1\"}"));
    EXPECT_THAT(got, ElementsAre(R"({"id":"1"})"));
}

// Messages arrive as they are sent, not at the end.
TEST_F(Streams, MessagesComeAsTheyAreSent)
{
    std::atomic<int> may_send{0};
    ScriptedServer server([&](int fd, int) {
        ReadRequest(fd);
        Send(fd, StreamHead("application/x-ndjson"));
        for (int i = 1; i <= 3; i++) {
            while (may_send < i) {
                std::this_thread::yield();
            }
            Send(fd, "{\"size\":" + std::to_string(i) + "}\n");
        }
    });
    Open(server.Url(""));
    std::unique_ptr<HttpJob> job = world.job(kWatch, R"({"name":"x"})");
    job->start();
    for (int i = 1; i <= 3; i++) {
        EXPECT_EQ(static_cast<size_t>(i - 1), job->emitted().size());
        may_send = i;
        job->wait_emitted(static_cast<size_t>(i));
    }
    EXPECT_EQ("SUCCEEDED NONE", job->wait().summary());
}

// P7: a reader that pauses makes the sender wait; memory does not grow with what is left.
TEST_F(Streams, P7APauseReachesTheSender)
{
    constexpr size_t kLines = 20000;
    const std::string line = "{\"title\":\"" + std::string(1000, 'x') + "\"}\n";
    std::atomic<size_t> sent{0};
    ScriptedServer server([&](int fd, int) {
        ReadRequest(fd);
        Send(fd, StreamHead("application/x-ndjson"));
        while (sent < kLines && send(fd, line.data(), line.size(), MSG_NOSIGNAL) > 0) {
            sent++;
        }
    });
    Open(server.Url(""));
    std::unique_ptr<HttpJob> job = world.job(kWatch, R"({"name":"x"})", 60000);
    job->flows = {REEVE_WORK_PAUSE};
    job->start();
    job->wait_emitted(1);
    size_t before = 0;
    do { // until the sender is stuck
        before = sent;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    } while (sent != before);
    EXPECT_LT(sent, kLines / 2);
    EXPECT_EQ(1u, job->emitted().size());
    job->resume();
    EXPECT_EQ("SUCCEEDED NONE", job->wait().summary());
    EXPECT_EQ(kLines, job->emitted().size());
}

TEST_F(Streams, PauseAfterEveryMessageAndEarlyResumes)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        std::string whole = StreamHead("application/x-ndjson");
        for (int i = 0; i < 200; i++) {
            whole += "{\"size\":" + std::to_string(i) + "}\n";
        }
        Send(fd, whole);
    });
    Open(server.Url(""));
    std::unique_ptr<HttpJob> job = world.job(kWatch, R"({"name":"x"})");
    job->pause_always = true;
    job->start();
    for (size_t i = 1; i <= 200; i++) {
        job->wait_emitted(i); // emit may not have returned yet
        job->resume();
    }
    EXPECT_EQ("SUCCEEDED NONE", job->wait().summary());
    EXPECT_EQ(200u, job->emitted().size());
}

TEST_F(Streams, CancelWhilePausedOrUnderWay)
{
    for (bool paused : {true, false}) {
        ScriptedServer server([](int fd, int) {
            ReadRequest(fd);
            Send(fd, StreamHead("application/x-ndjson") + "{}\n{}\n");
            pollfd gone = {fd, POLLRDHUP, 0};
            poll(&gone, 1, 20000);
        });
        HttpWorld one;
        const std::string to = server.Url("");
        system.base_url = to.c_str();
        one.open(system);
        std::unique_ptr<HttpJob> job = one.job(kWatch, R"({"name":"x"})");
        job->pause_always = paused;
        job->start();
        job->wait_emitted(paused ? 1 : 2);
        job->cancel();
        EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", job->wait().summary());
    }
}

// P5: what a cancel keeps from being emitted is missing, though the system sent all of it and the
// request ended well.
TEST_F(Streams, P5CancelBehindAWholeAnswerIsNoSuccess)
{
    for (const char *type : {"application/x-ndjson", "application/json"}) {
        ScriptedServer server([&](int fd, int connection) {
            ReadRequest(fd);
            Send(fd, connection == 1
                         ? StreamHead(type) + "{\"size\":1}\n{\"size\":2}\n{\"size\":3}\n"
                         : Answer("{}"));
        });
        HttpWorld one;
        const std::string to = server.Url("");
        system.base_url = to.c_str();
        one.open(system);
        std::unique_ptr<HttpJob> job = one.job(kWatch, R"({"name":"x"})");
        job->pause_always = true;
        job->start();
        job->wait_emitted(1);
        // The server takes the next connection when this one is closed: the request has ended, and
        // what is left of its answer waits in the worker.
        EXPECT_EQ("SUCCEEDED NONE {}", one.run(kGet, kBook));
        job->cancel(REEVE_REASON_DEADLINE);
        EXPECT_EQ("TIMED_OUT NONE DEADLINE", job->wait().summary());
        EXPECT_EQ(1u, job->emitted().size());
    }
}

TEST_F(Streams, AnswersBeforeTheFirstMessageMayBeRetried)
{
    Answers server({Status("503 Busy"), StreamHead("application/jsonl") + "{\"id\":\"1\"}\n"});
    system.retries = {2, 1, 1};
    ScriptedServer once([&](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, connection == 1 ? Status("503 Busy", "Connection: close\r\n")
                                 : StreamHead("application/jsonl") + "{\"id\":\"1\"}\n");
    });
    Open(once.Url(""));
    std::unique_ptr<HttpJob> job = world.job(kWatch, R"({"name":"x"})");
    job->start();
    EXPECT_EQ("SUCCEEDED NONE", job->wait().summary());
    EXPECT_EQ(1u, job->emitted().size());
}

} // namespace
