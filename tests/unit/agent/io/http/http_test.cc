// SPDX-License-Identifier: Apache-2.0
// The HTTP loop against scripted servers on loopback that do what bad servers do. The http binding
// is tested against a real HTTP server (tests/integration).
#include "agent/io/http/http.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/list.h"
#include "tests/support/holding_server.h"

namespace
{

// How many registrations at epoll fail from here on.
std::atomic<int> epoll_failures{0};

} // namespace

// Stands in front of the C library's: the loop under test calls this one.
extern "C" int epoll_ctl(int epfd, int op, int fd, epoll_event *event)
{
    if (op == EPOLL_CTL_ADD && epoll_failures > 0) {
        epoll_failures--;
        errno = ENOSPC;
        return -1;
    }
    return static_cast<int>(syscall(SYS_epoll_ctl, epfd, op, fd, event));
}

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using reeve::test::Answer;
using reeve::test::HoldingServer;
using reeve::test::ReadRequest;
using reeve::test::ScriptedServer;
using reeve::test::Send;

// One request and its end.
struct Exchange {
    reeve_http_request request = {};
    std::string url;
    std::vector<reeve_http_header> headers;
    std::mutex lock;
    std::condition_variable changed;
    int ends = 0;
    std::thread::id ended_on;

    reeve_http_peer peer = {};

    explicit Exchange(const std::string &to) : url(to)
    {
        static const uint64_t plain = reeve_http_peer_id();
        peer.id = plain;
        request.peer = &peer;
        request.method = "GET";
        request.url = url.c_str();
        request.timeout_ms = 5000;
        request.max_response_bytes = 1024;
        request.on_done = [](reeve_http_request *r) {
            Exchange *self = REEVE_OWNER(r, Exchange, request);
            std::lock_guard<std::mutex> guard(self->lock);
            self->ends++;
            self->ended_on = std::this_thread::get_id();
            self->changed.notify_all();
        };
    }
    ~Exchange()
    {
        reeve_buffer_clear(&request.response);
        reeve_buffer_clear(&request.redirect);
    }
    void Wait()
    {
        std::unique_lock<std::mutex> guard(lock);
        ASSERT_TRUE(changed.wait_for(guard, std::chrono::seconds(20), [&] { return ends > 0; }));
    }
    std::string Body() const
    {
        return std::string(reinterpret_cast<const char *>(request.response.data),
                           request.response.len);
    }
};

class Http : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        reeve_http_loop_options options = {};
        ASSERT_EQ(REEVE_OK, reeve_http_loop_new(&options, &loop_));
    }
    void TearDown() override
    {
        reeve_http_loop_free(loop_);
    }
    void Run(Exchange &x)
    {
        x.request.headers = x.headers.data();
        x.request.headers_count = x.headers.size();
        reeve_http_start(loop_, &x.request);
        x.Wait();
    }
    reeve_http_loop *loop_ = nullptr;
};

TEST_F(Http, SendsWhatItIsToldAndNothingElse)
{
    std::string seen;
    ScriptedServer server([&](int fd, int) {
        seen = ReadRequest(fd);
        Send(fd, Answer("{\"a\":1}"));
    });
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    Exchange x(server.Url("/a/../b?c=d"));
    x.request.method = "PATCH";
    x.request.body = reeve_bytes_cstr("{}");
    x.headers = {{"Authorization: Bearer t"}, {"Content-Type: application/json"}};
    Run(x);
    unsetenv("http_proxy");
    EXPECT_EQ(REEVE_OK, x.request.status) << x.request.problem;
    EXPECT_EQ(200, x.request.code);
    EXPECT_EQ("{\"a\":1}", x.Body());
    EXPECT_STREQ("application/json", x.request.content_type);
    EXPECT_TRUE(x.request.may_have_arrived);
    EXPECT_THAT(seen, StartsWith("PATCH /a/../b?c=d HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Bearer t\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\n\r\n{}"));
    EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
    EXPECT_THAT(seen, Not(HasSubstr("Cookie")));
    EXPECT_NE(std::this_thread::get_id(), x.ended_on);
}

TEST_F(Http, RedirectsAreAnswersNotFollowed)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    });
    Exchange x(server.Url("/"));
    Run(x);
    EXPECT_EQ(REEVE_OK, x.request.status);
    EXPECT_EQ(302, x.request.code);
    EXPECT_EQ(1, server.connections());
}

TEST_F(Http, NobodyThereMeansNothingWasSent)
{
    Exchange x("http://127.0.0.1:1/");
    Run(x);
    EXPECT_EQ(REEVE_UPSTREAM_UNREACHABLE, x.request.status);
    EXPECT_FALSE(x.request.may_have_arrived);
    EXPECT_THAT(x.request.problem, HasSubstr("connect"));
}

TEST_F(Http, BrokenConnectionMayHaveArrived)
{
    ScriptedServer server([](int fd, int) { ReadRequest(fd); });
    Exchange x(server.Url("/"));
    x.request.method = "POST";
    x.request.has_body = true;
    Run(x);
    EXPECT_EQ(REEVE_UPSTREAM_INTERRUPTED, x.request.status);
    EXPECT_TRUE(x.request.may_have_arrived);
}

TEST_F(Http, AnswerCutAfterEveryByteIsInterruptedNeverAccepted)
{
    const std::string whole = Answer("{\"id\":\"1\"}");
    std::atomic<size_t> length{0};
    ScriptedServer server([&](int fd, int) {
        ReadRequest(fd);
        Send(fd, whole.substr(0, length));
    });
    for (size_t n = 1; n < whole.size(); n++) {
        length = n;
        Exchange x(server.Url("/"));
        Run(x);
        EXPECT_EQ(REEVE_UPSTREAM_INTERRUPTED, x.request.status) << "after " << n << " bytes";
    }
}

// P4: what must not be sent twice is not sent again by libcurl when a kept connection dies at the
// worst moment: the server has read the whole request, and closes without a word.
TEST_F(Http, P4OnceIsNeverSentAgainOnAKeptConnection)
{
    for (const char *method : {"DELETE", "POST", "PUT"}) {
        std::atomic<int> requests{0};
        ScriptedServer server([&](int fd, int) {
            for (int i = 0; i < 2 && !ReadRequest(fd).empty(); i++) {
                if (++requests >= 2) {
                    return;
                }
                Send(fd, Answer("{}"));
            }
        });
        Exchange first(server.Url("/"));
        first.request.once = true;
        Run(first);
        ASSERT_EQ(REEVE_OK, first.request.status);
        Exchange again(server.Url("/"));
        again.request.method = method;
        again.request.has_body = again.request.method[0] == 'P';
        again.request.body = reeve_bytes_cstr(again.request.method[1] == 'U' ? "{}" : "");
        again.request.once = true;
        Run(again);
        EXPECT_EQ(REEVE_UPSTREAM_INTERRUPTED, again.request.status) << method;
        EXPECT_TRUE(again.request.may_have_arrived);
        EXPECT_EQ(2, requests.load()) << method << " was sent again";
        // libcurl makes a new connection for its second try, and the gate stays shut on it.
        EXPECT_LE(server.connections(), 2);
    }
}

// A kept connection that is known to be dead before anything was sent is no reason to give up.
TEST_F(Http, P4OnceGoesOnANewConnectionWhenTheKeptOneIsClosed)
{
    std::atomic<bool> closed{false};
    ScriptedServer server([&](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, Answer("{}"));
        shutdown(fd, SHUT_RDWR);
        closed = connection == 1;
    });
    Exchange first(server.Url("/"));
    Run(first);
    ASSERT_EQ(REEVE_OK, first.request.status);
    while (!closed) {
        std::this_thread::yield();
    }
    Exchange again(server.Url("/"));
    again.request.method = "DELETE";
    again.request.once = true;
    Run(again);
    EXPECT_EQ(REEVE_OK, again.request.status) << again.request.problem;
    EXPECT_EQ(2, server.connections());
}

// The same server without `once` shows that the danger is real: libcurl sends it twice.
TEST_F(Http, KeptConnectionThatDiesIsRetriedByLibcurl)
{
    std::atomic<int> requests{0};
    ScriptedServer server([&](int fd, int) {
        for (int i = 0; i < 2 && !ReadRequest(fd).empty(); i++) {
            requests++;
            if (requests == 2) {
                return;
            }
            Send(fd, Answer("{}"));
        }
    });
    Exchange first(server.Url("/"));
    Run(first);
    Exchange again(server.Url("/"));
    Run(again);
    EXPECT_EQ(REEVE_OK, again.request.status) << again.request.problem;
    EXPECT_EQ(3, requests.load());
}

// P7: an answer over its bound ends the transfer, with or without an announced length.
TEST_F(Http, P7AnswerOverItsBoundIsRefused)
{
    const std::string big(5000, 'x');
    ScriptedServer server([&](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, connection == 1 ? Answer(big) : "HTTP/1.0 200 OK\r\n\r\n" + big);
    });
    for (int i = 0; i < 2; i++) {
        Exchange x(server.Url("/"));
        Run(x);
        EXPECT_EQ(REEVE_OUTPUT_TOO_LARGE, x.request.status);
        EXPECT_LE(x.request.response.len, 1024u);
        EXPECT_EQ(200, x.request.code);
    }
}

// P7: headers without end, in one head, in ever new informational answers, or as trailers, are not
// kept until the time is over.
TEST_F(Http, P7HeadersWithoutEndAreRefused)
{
    const std::string line = "X: " + std::string(3000, 'x') + "\r\n";
    const std::string informational = "HTTP/1.1 103 Early Hints\r\n" + line + "\r\n";
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    std::atomic<size_t> sent{0};
    ScriptedServer server([&](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, connection == 1 ? "HTTP/1.1 200 OK\r\n" : connection == 2 ? "" : chunked);
        const std::string &piece = connection == 2 ? informational : line;
        sent = 0;
        while (sent < 64u * 1024 * 1024 && send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) > 0) {
            sent += piece.size();
        }
    });
    for (int i = 0; i < 3; i++) {
        Exchange x(server.Url("/"));
        Run(x);
        EXPECT_EQ(REEVE_OUTPUT_TOO_LARGE, x.request.status) << i << ": " << x.request.problem;
        EXPECT_LT(sent, 32u * 1024 * 1024) << i; // what socket buffers hold, not all
    }
}

TEST_F(Http, SilentServerRunsIntoTheTimeout)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Exchange x(server.Url("/"));
    x.request.timeout_ms = 50;
    Run(x);
    EXPECT_EQ(REEVE_TIMEOUT, x.request.status);
    EXPECT_TRUE(x.request.may_have_arrived);
}

TEST_F(Http, CancelEndsARequestUnderWay)
{
    std::atomic<bool> arrived{false};
    ScriptedServer server([&](int fd, int) {
        ReadRequest(fd);
        arrived = true;
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Exchange x(server.Url("/"));
    reeve_http_start(loop_, &x.request);
    while (!arrived) {
        std::this_thread::yield();
    }
    reeve_http_cancel(loop_, &x.request);
    reeve_http_cancel(loop_, &x.request);
    x.Wait();
    EXPECT_EQ(REEVE_CANCELLED, x.request.status);
    EXPECT_TRUE(x.request.may_have_arrived);
}

// on_done comes exactly once, however cancel and end meet.
TEST_F(Http, CancelRacesWithTheEnd)
{
    ScriptedServer server([](int fd, int) {
        while (!ReadRequest(fd).empty()) {
            Send(fd, Answer("{}"));
        }
    });
    for (int i = 0; i < 300; i++) {
        Exchange x(server.Url("/"));
        reeve_http_start(loop_, &x.request);
        for (int spin = 0; spin < i * 20; spin++) {
            std::this_thread::yield();
        }
        reeve_http_cancel(loop_, &x.request);
        x.Wait();
        EXPECT_EQ(1, x.ends);
        EXPECT_THAT(x.request.status, ::testing::AnyOf(REEVE_OK, REEVE_CANCELLED));
    }
}

TEST_F(Http, FreeCancelsWhatIsLeft)
{
    ScriptedServer server([](int fd, int) {
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Exchange x(server.Url("/"));
    reeve_http_start(loop_, &x.request);
    reeve_http_loop_free(loop_);
    loop_ = nullptr;
    EXPECT_EQ(1, x.ends);
    EXPECT_EQ(REEVE_CANCELLED, x.request.status);
}

TEST_F(Http, BadUrlsAndHeadersAreInvalid)
{
    for (const char *url : {"ftp://127.0.0.1/", "file:///etc/passwd", "http://", "::"}) {
        Exchange x(url);
        Run(x);
        EXPECT_EQ(REEVE_INVALID, x.request.status) << url;
        EXPECT_FALSE(x.request.may_have_arrived);
    }
    Exchange split("http://127.0.0.1:1/");
    split.headers = {{"X: a\r\nY: b"}};
    Run(split);
    EXPECT_EQ(REEVE_INVALID, split.request.status);
}

TEST_F(Http, SpeaksOverAUnixSocket)
{
    std::string path = "/tmp/reeve-http-" + std::to_string(getpid()) + ".sock";
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(0, bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof(address)));
    ASSERT_EQ(0, listen(listener, 1));
    std::thread server([&] {
        int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        ReadRequest(fd);
        Send(fd, Answer("\"unix\""));
        close(fd);
    });
    Exchange x("http://tickets.internal/");
    x.peer.id = 0;
    x.peer.unix_socket = path.c_str();
    Run(x);
    server.join();
    close(listener);
    unlink(path.c_str());
    EXPECT_EQ("\"unix\"", x.Body()) << x.request.problem;
}

// A socket that epoll does not take costs its own request, not all that come later.
TEST_F(Http, P7ASocketThatCannotBeWatchedEndsItsOwnRequest)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, Answer("{}"));
    });
    Exchange lost(server.Url("/"));
    epoll_failures = 1;
    Run(lost);
    EXPECT_EQ(REEVE_NO_MEMORY, lost.request.status) << lost.request.problem;
    EXPECT_EQ(0, epoll_failures);
    Exchange next(server.Url("/"));
    Run(next);
    EXPECT_EQ(REEVE_OK, next.request.status) << next.request.problem;
}

TEST_F(Http, ATrailerThatLooksLikeAStatusLineIsATrailer)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                 "application/json\r\n\r\n2\r\n{}\r\n0\r\nHTTP/1.1: 500\r\n\r\n");
    });
    Exchange x(server.Url("/"));
    Run(x);
    EXPECT_EQ(REEVE_OK, x.request.status) << x.request.problem;
    EXPECT_EQ(200, x.request.code);
    EXPECT_EQ("{}", x.Body());
}

// More than a thousand held open at once; and the connections are kept for the next thousand.
TEST_F(Http, P7ManyInFlightAtOnceOnConnectionsThatAreUsedAgain)
{
    constexpr size_t kCount = 1200;
    rlimit files = {};
    ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &files));
    files.rlim_cur = files.rlim_max; // both ends are in this process
    ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
    const reeve_http_loop_options options = {kCount};
    reeve_http_loop_free(loop_);
    ASSERT_EQ(REEVE_OK, reeve_http_loop_new(&options, &loop_));
    HoldingServer server(HoldingServer::AllAt(kCount, Answer("{}")));
    for (int turn = 0; turn < 3; turn++) {
        std::vector<std::unique_ptr<Exchange>> all;
        for (size_t i = 0; i < kCount; i++) {
            all.push_back(std::make_unique<Exchange>(server.Url("/")));
            all.back()->request.timeout_ms = 60000;
            reeve_http_start(loop_, &all.back()->request);
        }
        for (auto &x : all) {
            x->Wait();
            ASSERT_EQ(REEVE_OK, x->request.status) << x->request.problem;
        }
    }
    EXPECT_EQ(kCount, server.connections());
}

// ---- streams ----

struct Stream : Exchange {
    std::string got;
    size_t room = 0; // bytes that may still be taken
    std::atomic<int> waits{0};

    explicit Stream(const std::string &to) : Exchange(to)
    {
        request.max_response_bytes = 64;
        request.on_body = [](reeve_http_request *r, reeve_bytes piece) {
            Stream *self = static_cast<Stream *>(REEVE_OWNER(r, Exchange, request));
            std::lock_guard<std::mutex> guard(self->lock);
            if (piece.len > self->room) {
                self->waits++;
                self->changed.notify_all();
                return REEVE_HTTP_WAIT;
            }
            self->room -= piece.len;
            self->got.append(reinterpret_cast<const char *>(piece.data), piece.len);
            self->changed.notify_all();
            return REEVE_HTTP_TAKEN;
        };
    }
    void WaitUntil(const std::function<bool()> &condition)
    {
        std::unique_lock<std::mutex> guard(lock);
        ASSERT_TRUE(changed.wait_for(guard, std::chrono::seconds(20), condition));
    }
};

TEST_F(Http, StreamsComeAsTheyAreSent)
{
    std::atomic<bool> seen{false};
    ScriptedServer server([&](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        while (!seen) {
            std::this_thread::yield();
        }
        Send(fd, "3\r\ntwo\r\n0\r\n\r\n");
    });
    Stream x(server.Url("/"));
    x.room = SIZE_MAX;
    reeve_http_start(loop_, &x.request);
    x.WaitUntil([&] { return x.got == "one"; });
    seen = true;
    x.Wait();
    EXPECT_EQ(REEVE_OK, x.request.status);
    EXPECT_EQ("onetwo", x.got);
}

// P7: whoever takes nothing makes the sender wait; what comes in between is socket buffers.
TEST_F(Http, P7AWaitStopsTheSender)
{
    constexpr size_t kWhole = 48u * 1024 * 1024;
    std::atomic<size_t> sent{0};
    ScriptedServer server([&](int fd, int) {
        const std::string piece(64 * 1024, 'x');
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kWhole) + "\r\n\r\n");
        while (sent < kWhole && send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) > 0) {
            sent += piece.size();
        }
    });
    Stream x(server.Url("/"));
    x.request.timeout_ms = 60000;
    reeve_http_start(loop_, &x.request);
    x.WaitUntil([&] { return x.waits > 0; });
    Exchange other("http://127.0.0.1:1/"); // the loop goes on
    Run(other);
    EXPECT_EQ("", x.got);
    EXPECT_LT(sent, kWhole / 2);
    {
        std::lock_guard<std::mutex> guard(x.lock);
        x.room = SIZE_MAX;
    }
    reeve_http_resume(loop_, &x.request);
    x.Wait();
    EXPECT_EQ(REEVE_OK, x.request.status) << x.request.problem;
    EXPECT_EQ(kWhole, x.got.size());
}

TEST_F(Http, CancelAndResumeWhileAStreamWaits)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'));
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    for (int i = 0; i < 50; i++) {
        Stream x(server.Url("/"));
        reeve_http_start(loop_, &x.request);
        x.WaitUntil([&] { return x.waits > 0; });
        std::thread resume([&] { reeve_http_resume(loop_, &x.request); });
        reeve_http_cancel(loop_, &x.request);
        resume.join();
        x.Wait();
        EXPECT_EQ(1, x.ends);
        EXPECT_EQ(REEVE_CANCELLED, x.request.status);
    }
}

TEST_F(Http, ErrorsOfAStreamAreNotItsBody)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, Answer("no", "HTTP/1.1 404 Not Found"));
    });
    Stream x(server.Url("/"));
    Run(x);
    EXPECT_EQ("no", x.Body());
    EXPECT_EQ("", x.got);
    EXPECT_EQ(404, x.request.code);
}

// ---- what the answer says to whoever may try again ----

TEST_F(Http, RetryAfterAndRedirectsAreReported)
{
    ScriptedServer server([](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, connection == 1
                     ? "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n"
                       "Connection: close\r\n\r\n"
                     : "HTTP/1.1 307 Over there\r\nLocation: ../c?d\r\nContent-Length: 0\r\n\r\n");
    });
    Exchange busy(server.Url("/"));
    Run(busy);
    EXPECT_EQ(7000u, busy.request.retry_after_ms);
    Exchange moved(server.Url("/a/b"));
    Run(moved);
    EXPECT_EQ(307, moved.request.code);
    EXPECT_EQ(server.Url("/c?d"), reinterpret_cast<const char *>(moved.request.redirect.data));
}

TEST_F(Http, DelayedRequestsStartInOrderAndCanBeCancelled)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, Answer("{}"));
    });
    Exchange far(server.Url("/"));
    Exchange near(server.Url("/"));
    far.request.delay_ms = 3600000;
    near.request.delay_ms = 5;
    reeve_http_start(loop_, &far.request);
    Run(near);
    EXPECT_EQ(REEVE_OK, near.request.status);
    EXPECT_EQ(0, far.ends);
    reeve_http_cancel(loop_, &far.request);
    far.Wait();
    EXPECT_EQ(REEVE_CANCELLED, far.request.status);
    EXPECT_FALSE(far.request.may_have_arrived);
    Exchange left(server.Url("/"));
    left.request.delay_ms = 3600000;
    reeve_http_start(loop_, &left.request);
    reeve_http_loop_free(loop_);
    loop_ = nullptr;
    EXPECT_EQ(REEVE_CANCELLED, left.request.status);
}

// ---- bad servers ----

std::string Unhex(const std::string &hex)
{
    std::string bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

// P7: nothing was asked to be compressed; what comes compressed all the same stays as it is, or is
// bounded where HTTP itself unpacks it.
TEST_F(Http, P7CompressedAnswersDoNotGrow)
{
    const std::string bomb =
        Unhex("1f8b08000000000002ffedc101010000008090feafee080a000000000000000000000000000000000000"
              "000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
              "0000006aeb8e97d700000100"); // 64 KiB of zeros
    ScriptedServer server([&](int fd, int connection) {
        ReadRequest(fd);
        Send(fd, connection == 1 ? "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                                       std::to_string(bomb.size()) + "\r\n\r\n" + bomb
                                 : "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + bomb);
    });
    Exchange plain(server.Url("/"));
    Run(plain);
    EXPECT_EQ(bomb, plain.Body());
    Exchange transfer(server.Url("/"));
    Run(transfer);
    EXPECT_NE(REEVE_OK, transfer.request.status);
    EXPECT_LE(transfer.request.response.len, 1024u);
}

TEST_F(Http, GarbageIsNotAnAnswer)
{
    const std::vector<std::string> answers = {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/0.9\r\n\r\n{}",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    };
    for (const std::string &answer : answers) {
        ScriptedServer server([&](int fd, int) {
            ReadRequest(fd);
            Send(fd, answer);
        });
        Exchange x(server.Url("/"));
        Run(x);
        EXPECT_EQ(REEVE_UPSTREAM_INTERRUPTED, x.request.status) << answer;
        EXPECT_TRUE(x.request.may_have_arrived);
    }
}

TEST_F(Http, InformationalAnswersComeBeforeTheRealOne)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                     Answer("{}"));
    });
    Exchange x(server.Url("/"));
    Run(x);
    EXPECT_EQ(REEVE_OK, x.request.status);
    EXPECT_EQ(200, x.request.code);
    EXPECT_EQ("{}", x.Body());
}

// A byte now and then keeps a connection alive, not a request.
TEST_F(Http, SlowAnswersRunIntoTheTimeout)
{
    ScriptedServer server([](int fd, int) {
        ReadRequest(fd);
        Send(fd, "HTTP/1.1 200 OK\r\nX: ");
        pollfd gone = {fd, POLLRDHUP, 0};
        while (poll(&gone, 1, 10) == 0) {
            Send(fd, "x");
        }
    });
    Exchange x(server.Url("/"));
    x.request.timeout_ms = 200;
    Run(x);
    EXPECT_EQ(REEVE_TIMEOUT, x.request.status);
}

} // namespace
