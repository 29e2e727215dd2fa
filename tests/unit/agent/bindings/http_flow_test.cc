// SPDX-License-Identifier: Apache-2.0
//
// The http binding against servers that do what a test says: answers and effects, cancels,
// redirects, and what explain says of it.
#include <poll.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "httptest/v1/http.reeve.h"
#include "tests/unit/agent/bindings/http_flow.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Answers;
using reeve::test::Flow;
using reeve::test::Head;
using reeve::test::HttpJob;
using reeve::test::HttpWorld;
using reeve::test::kBook;
using reeve::test::kEnsure;
using reeve::test::kGet;
using reeve::test::kMake;
using reeve::test::kWatch;
using reeve::test::ReadRequest;
using reeve::test::ScriptedServer;
using reeve::test::Status;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// ---- verbs ----

TEST_F(Flow, CustomVerbsAndHead)
{
    Answers server({Answer(R"({"id":"1"})"), Head("200 OK", "Content-Length: 700\r\n\r\n")});
    Open(server.Url());
    EXPECT_EQ(R"(SUCCEEDED NONE {"id":"1"})", world.run(kGet, R"({"name":"neither"})"));
    EXPECT_THAT(server.Requests()[0], StartsWith("LIST /v1/all?name=neither HTTP/1.1\r\n"));
    EXPECT_EQ("SUCCEEDED NONE {}", world.run(httptest_v1_things_probe_task, R"({"name":"x"})"));
    EXPECT_THAT(server.Requests()[1], StartsWith("HEAD /v1/x HTTP/1.1\r\n"));
}

// ---- answers and effects ----

struct Case {
    std::string answer;
    const char *get;    // no side effects
    const char *ensure; // idempotent
    const char *make;   // not idempotent
};

TEST_F(Flow, P4StatusAndEffectOfEveryAnswer)
{
    const std::vector<Case> cases = {
        {Answer(R"({"id":"1","hidden":2})"), R"(SUCCEEDED NONE {"id":"1"})",
         R"(SUCCEEDED DONE {"id":"1"})", R"(SUCCEEDED DONE {"id":"1"})"},
        {Status("204 No Content"), "SUCCEEDED NONE {}", "SUCCEEDED DONE {}", "SUCCEEDED DONE {}"},
        {Answer(R"({"size":"x"})"), "FAILED NONE OUTPUT_INVALID", "FAILED DONE OUTPUT_INVALID",
         "FAILED DONE OUTPUT_INVALID"},
        {Answer("[]"), "FAILED NONE OUTPUT_INVALID", "FAILED DONE OUTPUT_INVALID",
         "FAILED DONE OUTPUT_INVALID"},
        {Head("200 OK", "Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}"),
         "FAILED NONE OUTPUT_INVALID", "FAILED DONE OUTPUT_INVALID", "FAILED DONE OUTPUT_INVALID"},
        {Head("200 OK",
              "Content-Type: application/problem+JSON; x=y\r\nContent-Length: 2\r\n\r\n{}"),
         "SUCCEEDED NONE {}", "SUCCEEDED DONE {}", "SUCCEEDED DONE {}"},
        {Head("200 OK", "Content-Length: 2\r\n\r\n{}"), "SUCCEEDED NONE {}", "SUCCEEDED DONE {}",
         "SUCCEEDED DONE {}"},
        {Status("302 Found", "Location: /other\r\n"), "FAILED NONE UPSTREAM_FAILED",
         "FAILED MAYBE UPSTREAM_FAILED", "FAILED MAYBE UPSTREAM_FAILED"},
        {Status("400 Bad"), "FAILED NONE UPSTREAM_REFUSED", "FAILED NONE UPSTREAM_REFUSED",
         "FAILED NONE UPSTREAM_REFUSED"},
        {Status("401 Who"), "FAILED NONE CREDENTIAL_REFUSED", "FAILED NONE CREDENTIAL_REFUSED",
         "FAILED NONE CREDENTIAL_REFUSED"},
        {Status("408 Slow"), "FAILED NONE UPSTREAM_REFUSED", "FAILED MAYBE UPSTREAM_REFUSED",
         "FAILED MAYBE UPSTREAM_REFUSED"},
        {Status("429 Many"), "FAILED NONE UPSTREAM_REFUSED", "FAILED NONE UPSTREAM_REFUSED",
         "FAILED NONE UPSTREAM_REFUSED"},
        {Status("500 Oops"), "FAILED NONE UPSTREAM_FAILED", "FAILED MAYBE UPSTREAM_FAILED",
         "FAILED MAYBE UPSTREAM_FAILED"},
        {Status("503 Busy"), "FAILED NONE UPSTREAM_FAILED", "FAILED MAYBE UPSTREAM_FAILED",
         "FAILED MAYBE UPSTREAM_FAILED"},
        {"", "FAILED NONE UPSTREAM_INTERRUPTED", "FAILED MAYBE UPSTREAM_INTERRUPTED",
         "FAILED MAYBE UPSTREAM_INTERRUPTED"},
        {Head("200 OK", "Content-Length: 2000000\r\n\r\n" + std::string(2000000, ' ')),
         "FAILED NONE OUTPUT_TOO_LARGE", "FAILED DONE OUTPUT_TOO_LARGE",
         "FAILED DONE OUTPUT_TOO_LARGE"},
    };
    for (const Case &c : cases) {
        Answers server({c.answer});
        HttpWorld one;
        const std::string to = server.Url();
        system.base_url = to.c_str();
        one.open(system);
        EXPECT_EQ(c.get, one.run(kGet, kBook)) << c.answer.substr(0, 80);
        EXPECT_EQ(c.ensure, one.run(kEnsure, "{}")) << c.answer.substr(0, 80);
        EXPECT_EQ(c.make, one.run(kMake, "{}")) << c.answer.substr(0, 80);
    }
}

TEST_F(Flow, NobodyThereHadNoEffect)
{
    Open("http://127.0.0.1:1");
    EXPECT_EQ("FAILED NONE UPSTREAM_UNREACHABLE", world.run(kMake, "{}"));
    EXPECT_EQ("REJECTED NONE BAD_INPUT", world.run(httptest_v1_things_delete_task, "{}"));
}

// P2: what a system said stays in the local log, under a reference.
TEST_F(Flow, P2ErrorBodiesStayLocal)
{
    Answers server({Answer(R"({"error":"table users is missing"})", "HTTP/1.1 500 Oops")});
    Open(server.Url());
    std::unique_ptr<HttpJob> job = world.job(kGet, kBook);
    job->start();
    const reeve_answer &answer = job->wait().answer();
    EXPECT_STREQ("the internal system failed", reeve_answer_message(&answer));
    EXPECT_EQ(500u, answer.upstream_code);
    EXPECT_EQ(12u, std::string(answer.reference).size());
    EXPECT_THAT(world.log(), HasSubstr("table users is missing"));
    EXPECT_THAT(world.log(), HasSubstr(std::string("ref=\"") + answer.reference));
}

// P2: an error may echo a sensitive field of the request, and a success holds those of the output.
TEST_F(Flow, P2BodiesThatMayBeSensitiveAreNotLogged)
{
    const std::string echo = R"({"id":7,"owner":{"mail":"ann@example.com"}})";
    Answers server(
        {Answer(echo, "HTTP/1.1 500 Oops"), Answer(echo), Answer(echo, "HTTP/1.1 500 Oops")});
    Open(server.Url());
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED",
              world.run(kMake, R"({"thing":{"owner":{"mail":"ann@example.com"}}})"));
    EXPECT_EQ("FAILED NONE OUTPUT_INVALID", world.run(kGet, kBook));
    EXPECT_THAT(world.log(), Not(HasSubstr("ann@example.com")));
    EXPECT_THAT(world.log(), HasSubstr("(sensitive)"));
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_THAT(world.log(), HasSubstr("ann@example.com")) << "nothing sensitive was sent";
}

TEST_F(Flow, TheJobsTimeAndTheAttemptsTime)
{
    ScriptedServer silent([](int fd, int) {
        ReadRequest(fd);
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Open(silent.Url(""));
    EXPECT_EQ("TIMED_OUT MAYBE DEADLINE", world.run(kMake, "{}", 100));
    HttpWorld other;
    system.timeout_ms = 100;
    other.open(system);
    EXPECT_EQ("FAILED MAYBE UPSTREAM_INTERRUPTED", other.run(kMake, "{}"));
}

TEST_F(Flow, CancelEndsAtOnce)
{
    std::atomic<bool> arrived{false};
    ScriptedServer silent([&](int fd, int) {
        ReadRequest(fd);
        arrived = true;
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Open(silent.Url(""));
    std::unique_ptr<HttpJob> job = world.job(kMake, "{}");
    job->start();
    while (!arrived) {
        std::this_thread::yield();
    }
    job->cancel();
    EXPECT_EQ("CANCELLED MAYBE CANCEL_REQUESTED", job->wait().summary());
    std::unique_ptr<HttpJob> early = world.job(kMake, "{}");
    early->cancel();
    early->start();
    EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", early->wait().summary());
}

// ---- redirects ----

TEST_F(Flow, RedirectsAreNotFollowedUnlessTheConfigurationSaysSo)
{
    Answers server({Status("307 Found", "Location: /other\r\n"), Answer(R"({"id":"1"})")});
    Open(server.Url());
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_EQ(1u, server.Requests().size());
}

TEST_F(Flow, RedirectsAreFollowedOnTheSameHostOnly)
{
    Answers elsewhere({Answer(R"({"id":"stolen"})")});
    Answers server({Status("302 Found", "Location: /v9/there?x=y\r\n"), Answer(R"({"id":"1"})"),
                    Status("307 Found", "Location: " + elsewhere.Url() + "/\r\n"),
                    Status("308 Moved", "Location: //user@" + elsewhere.Url().substr(7) + "/\r\n"),
                    Status("302 Loop", "Location: /again\r\n")});
    world.secret("token", "first-token-of-all");
    system.auth = REEVE_HTTP_AUTH_BEARER;
    system.auth_secret = "token";
    system.max_redirects = 3;
    Open(server.Url());
    EXPECT_EQ(R"(SUCCEEDED NONE {"id":"1"})", world.run(kGet, kBook));
    EXPECT_THAT(server.Requests()[1], StartsWith("GET /v9/there?x=y HTTP/1.1\r\n"));
    EXPECT_THAT(server.Requests()[1], HasSubstr("Bearer first-token-of-all\r\n"));
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_TRUE(elsewhere.Requests().empty()) << "a credential went to another host";
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_EQ(8u, server.Requests().size()) << "three are followed, not more";
}

TEST_F(Flow, P4RedirectsOfWritesAreFollowedOnlyWhenTheyMustBeSentAgain)
{
    Answers server({Status("302 Found", "Location: /a\r\n"), Status("303 See", "Location: /a\r\n"),
                    Status("307 Found", "Location: /a\r\n"), Answer("{}"),
                    Status("307 Found", "Location: /a\r\n")});
    system.max_redirects = 3;
    Open(server.Url());
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED", world.run(kEnsure, "{}"));
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED", world.run(kEnsure, "{}"));
    EXPECT_EQ("SUCCEEDED DONE {}", world.run(kEnsure, "{}"));
    EXPECT_THAT(server.Requests()[3], StartsWith("POST /a HTTP/1.1\r\n"));
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED", world.run(kMake, "{}"));
    EXPECT_EQ(5u, server.Requests().size());
}

// Whoever redirects may have done the work first, as when the redirect is not followed.
TEST_F(Flow, P4ARedirectThatWasFollowedLeavesDoubt)
{
    const std::vector<std::string> ends = {Status("400 Bad"), Status("401 Who"), Status("429 Many"),
                                           Status("307 Away", "Location: http://127.0.0.1:1/\r\n"),
                                           ""};
    system.max_redirects = 3;
    for (const std::string &end : ends) {
        Answers server({Status("307 Found", "Location: /a\r\n"), end});
        HttpWorld one;
        const std::string to = server.Url();
        system.base_url = to.c_str();
        one.open(system);
        EXPECT_THAT(one.run(kEnsure, "{}"), StartsWith("FAILED MAYBE ")) << end;
        EXPECT_EQ(2u, server.Requests().size());
        EXPECT_THAT(one.run(kGet, kBook), StartsWith("FAILED NONE ")) << end;
    }
}

// ---- explain ----

TEST_F(Flow, P2ExplainShowsTheRequestAndNoCredential)
{
    const char *headers[] = {"X-Tenant: blue"};
    world.secret("token", "first-token-of-all");
    system.headers = headers;
    system.headers_count = 1;
    system.auth = REEVE_HTTP_AUTH_BEARER;
    system.auth_secret = "token";
    Open("https://things.internal:8443/base/");
    EXPECT_EQ("# to https://things.internal:8443/base/\n"
              "POST /base/v1/things HTTP/1.1\n"
              "Host: things.internal:8443\n"
              "User-Agent: reeve-agent\n"
              "Accept: application/json\n"
              "Content-Type: application/json\n"
              "Idempotency-Key: (the job's id)\n"
              "X-Tenant: blue\n"
              "Authorization: Bearer ****** (secret token)\n"
              "Content-Length: 16\n"
              "\n"
              "{\"reason\":\"why\"}\n",
              world.explain(kMake, R"({"reason":"why"})"));
    EXPECT_EQ("INVALID nothing is sent: field name cannot be part of the path: it is empty, has a "
              "segment that is . or .., or does not match its pattern\n",
              world.explain(httptest_v1_things_delete_task, R"({"name":".."})"));
    EXPECT_THAT(world.explain(httptest_v1_things_query_task,
                              R"({"owner":{"mail":"ann@example.com"},"sizes":[1]})"),
                HasSubstr("GET /base/v1/things?owner.mail=~sensitive~&sizes=1 HTTP/1.1\n"));
    EXPECT_THAT(world.explain(httptest_v1_things_put_task,
                              R"({"thing":{"id":"7","owner":{"mail":"ann@example.com"}}})"),
                EndsWith("Content-Length: 36\n\n{\"owner\":{\"mail\":\"(sensitive)\"}}\n"));
    HttpWorld other;
    system.auth = REEVE_HTTP_AUTH_QUERY;
    system.auth_name = "key";
    system.proxy = "http://proxy:3128";
    system.proxy_user = "me";
    system.proxy_secret = "pass";
    other.open(system);
    EXPECT_THAT(other.explain(kGet, kBook),
                StartsWith("# to https://things.internal:8443/base/\n"
                           "# by the proxy http://proxy:3128, as me with secret pass\n"
                           "GET /base/v1/shelves/1/books/2?key=****** HTTP/1.1\n"));
}

// The lines of a header, without those that only one of the two can know.
std::vector<std::string> HeaderLines(const std::string &text, const std::string &line_end)
{
    std::vector<std::string> lines;
    size_t at = 0;
    for (size_t end = text.find(line_end); end != std::string::npos && end > at;
         at = end + line_end.size(), end = text.find(line_end, at)) {
        const std::string line = text.substr(at, end - at);
        if (line[0] != '#') {
            // A value that is masked or made up at the time is compared up to its colon.
            const bool varies =
                line.find("Idempotency-Key:") == 0 || line.find("Authorization:") == 0;
            lines.push_back(varies ? line.substr(0, line.find(':')) : line);
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

TEST_F(Flow, ExplainSaysWhatIsSent)
{
    const char *headers[] = {"X-Tenant: blue"};
    const std::vector<std::pair<const reeve_task *, std::string>> jobs = {
        {&kGet, kBook},
        {&kMake, R"({"reason":"why"})"},
        {&kEnsure, "{}"},
        {&kWatch, R"({"name":"x"})"},
        {&httptest_v1_things_probe_task, R"({"name":"x"})"},
        {&httptest_v1_things_delete_task, R"({"name":"x"})"},
        {&httptest_v1_things_query_task, R"({"sizes":[1,2]})"}};
    Answers server({Status("204 No Content")});
    world.secret("token", "first-token-of-all");
    system.headers = headers;
    system.headers_count = 1;
    system.auth = REEVE_HTTP_AUTH_BEARER;
    system.auth_secret = "token";
    Open(server.Url());
    for (const auto &[task, input] : jobs) {
        world.run(*task, input);
        EXPECT_EQ(HeaderLines(server.Requests().back(), "\r\n"),
                  HeaderLines(world.explain(*task, input), "\n"))
            << task->name;
    }
}

} // namespace
