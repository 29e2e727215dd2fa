// SPDX-License-Identifier: Apache-2.0
//
// The credentials of the http binding's requests, and their renewal.
#include <poll.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "creds/secrets/redactor.h"
#include "tests/support/holding_server.h"
#include "tests/unit/agent/bindings/http_flow.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Answers;
using reeve::test::Flow;
using reeve::test::HoldingServer;
using reeve::test::HttpJob;
using reeve::test::HttpWorld;
using reeve::test::kBook;
using reeve::test::kGet;
using reeve::test::kMake;
using reeve::test::ReadRequest;
using reeve::test::ScriptedServer;
using reeve::test::Send;
using reeve::test::Status;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(Flow, P2QueryCredentialsAreSentAndNeverLogged)
{
    Answers server({Answer("{}", "HTTP/1.1 500 Oops")});
    world.secret("key", "k3y/with+signs=");
    system.auth = REEVE_HTTP_AUTH_QUERY;
    system.auth_name = "api_key";
    system.auth_secret = "key";
    Open(server.Url());
    world.run(kGet, kBook);
    world.run(kGet, R"({"name":"shelves/1/books/2","flavour":"f"})");
    EXPECT_THAT(server.Requests()[0],
                StartsWith("GET /v1/shelves/1/books/2?api_key=k3y%2Fwith%2Bsigns%3D HTTP/1.1\r\n"));
    EXPECT_THAT(server.Requests()[1], HasSubstr("?flavour=f&api_key=k3y%2Fwith%2Bsigns%3D "));
    EXPECT_THAT(world.log(), HasSubstr("/v1/shelves/1/books/2"));
    EXPECT_THAT(world.log(), Not(HasSubstr("api_key")));
    EXPECT_THAT(world.log(), Not(HasSubstr("k3y")));
}

// A 401 throws away the version that was used, not a newer one; where there is a newer one, the
// request is sent once more, whatever the task: it was not carried out.
TEST_F(Flow, P4A401IsTriedAgainWithANewerCredentialOnly)
{
    Answers server({Status("401 Who"), Answer("{}"), Status("401 Who")});
    world.secret("token", "first-token-of-all");
    system.auth = REEVE_HTTP_AUTH_BEARER;
    system.auth_secret = "token";
    ScriptedServer renewer([&](int fd, int) {
        // Between the two requests the file changes: what the worker reads next is newer.
        ReadRequest(fd);
        world.secret("token", "second-token-of-all");
        Send(fd, Status("401 Who", "Connection: close\r\n"));
    });
    Open(renewer.Url(""));
    EXPECT_EQ("FAILED NONE CREDENTIAL_REFUSED", world.run(kMake, "{}"));
    EXPECT_EQ(2, renewer.connections());
    HttpWorld same;
    same.secret("token", "first-token-of-all");
    const std::string to = server.Url();
    system.base_url = to.c_str();
    same.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_REFUSED", same.run(kMake, "{}"));
    EXPECT_EQ(1u, server.Requests().size()) << "the same credential was tried twice";
}

TEST_F(Flow, ANewerCredentialIsUsedAtOnce)
{
    std::vector<std::string> seen;
    ScriptedServer server([&](int fd, int connection) {
        seen.push_back(ReadRequest(fd));
        world.secret("token", "second-token-of-all");
        Send(fd, connection == 1 ? Status("401 Who", "Connection: close\r\n")
                                 : Answer(R"({"id":"1"})"));
    });
    world.secret("token", "first-token-of-all");
    system.auth = REEVE_HTTP_AUTH_HEADER;
    system.auth_name = "X-Api-Key";
    system.auth_secret = "token";
    Open(server.Url(""));
    EXPECT_EQ(R"(SUCCEEDED DONE {"id":"1"})", world.run(kMake, "{}"));
    ASSERT_EQ(2u, seen.size());
    EXPECT_THAT(seen[0], HasSubstr("X-Api-Key: first-token-of-all\r\n"));
    EXPECT_THAT(seen[1], HasSubstr("X-Api-Key: second-token-of-all\r\n"));
}

TEST_F(Flow, P2ASecretThatCannotStandInAHeaderIsNamedNotShown)
{
    Answers server({Answer("{}")});
    world.secret("broken", "first-line-of-it\nsecond-line-of-it");
    system.auth = REEVE_HTTP_AUTH_BEARER;
    system.auth_secret = "broken";
    Open(server.Url());
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kMake, "{}"));
    EXPECT_TRUE(server.Requests().empty());
    EXPECT_THAT(world.log(), HasSubstr("secret=\"broken\""));
    EXPECT_THAT(world.log(), HasSubstr("it has a line break or NUL in it"));
    EXPECT_THAT(world.log(), Not(HasSubstr("line-of-it")));
}

struct OAuth2 : Flow {
    std::string token_url;

    void Use(const std::string &tokens, const std::string &api)
    {
        token_url = tokens + "/token";
        world.secret("client", "the client's + secret");
        system.auth = REEVE_HTTP_AUTH_OAUTH2;
        system.oauth2.token_url = token_url.c_str();
        system.oauth2.client_id = "worker:1";
        system.oauth2.client_secret = "client";
        Open(api);
    }
    static std::string Token(const std::string &value, int seconds = 3600)
    {
        return Answer(R"({"access_token":")" + value + R"(","token_type":"Bearer","expires_in":)" +
                      std::to_string(seconds) + "}");
    }
};

TEST_F(OAuth2, OneTokenForManyRequests)
{
    Answers tokens({Token("token-number-one")});
    Answers api({Answer("{}")});
    system.oauth2.scope = "read write";
    system.oauth2.audience = "https://api";
    Use(tokens.Url(), api.Url());
    std::vector<std::unique_ptr<HttpJob>> jobs;
    for (int i = 0; i < 50; i++) {
        jobs.push_back(world.job(kGet, kBook));
        jobs.back()->start();
    }
    for (auto &job : jobs) {
        EXPECT_EQ("SUCCEEDED NONE {}", job->wait().summary());
    }
    ASSERT_EQ(1u, tokens.Requests().size()) << "more than one was asked for";
    EXPECT_THAT(tokens.Requests()[0], StartsWith("POST /token HTTP/1.1\r\n"));
    // base64 of "worker%3A1:the%20client%27s%20%2B%20secret"
    EXPECT_THAT(tokens.Requests()[0], HasSubstr("Authorization: Basic d29ya2VyJTNBMTp0aGUlMjBjbGll"
                                                "bnQlMjdzJTIwJTJCJTIwc2VjcmV0\r\n"));
    EXPECT_THAT(tokens.Requests()[0], EndsWith("\r\n\r\ngrant_type=client_credentials&scope=read%20"
                                               "write&audience=https%3A%2F%2Fapi"));
    for (const std::string &request : api.Requests()) {
        EXPECT_THAT(request, HasSubstr("Authorization: Bearer token-number-one\r\n"));
    }
    const std::string token = "token-number-one";
    EXPECT_TRUE(reeve_redactor_finds(world.redactor(), reeve_bytes_of(token.data(), token.size())));
}

TEST_F(OAuth2, P4ARefusedTokenIsReplacedOnceForAll)
{
    Answers tokens({Token("token-number-one"), Token("token-number-two")});
    ScriptedServer api([](int fd, int) {
        for (std::string request = ReadRequest(fd); !request.empty(); request = ReadRequest(fd)) {
            Send(fd, request.find("number-one") != std::string::npos ? Status("401 Who")
                                                                     : Answer(R"({"id":"1"})"));
        }
    });
    Use(tokens.Url(), api.Url(""));
    EXPECT_EQ(R"(SUCCEEDED DONE {"id":"1"})", world.run(kMake, "{}"));
    EXPECT_EQ(R"(SUCCEEDED DONE {"id":"1"})", world.run(kMake, "{}"));
    EXPECT_EQ(2u, tokens.Requests().size());
}

bool Bears(const std::string &request, const std::string &token)
{
    return request.find("Authorization: Bearer " + token + "\r\n") != std::string::npos;
}

// All of them learn at the same time that the token is no good: one of them fetches the next.
TEST_F(OAuth2, P4ATokenRefusedToManyIsReplacedOnce)
{
    constexpr size_t kJobs = 20;
    Answers tokens({Token("token-number-one"), Token("token-number-two"), Token("token-too-many")});
    HoldingServer api([](const std::vector<std::string> &held) {
        const std::string answer =
            Bears(held[0], "token-number-one") ? Status("401 Who") : Answer(R"({"id":"1"})");
        return std::vector<std::string>(held.size(), held.size() == kJobs ? answer : "");
    });
    Use(tokens.Url(), api.Url(""));
    std::vector<std::unique_ptr<HttpJob>> jobs;
    for (size_t i = 0; i < kJobs; i++) {
        jobs.push_back(world.job(kMake, "{}"));
        jobs.back()->start();
    }
    for (auto &job : jobs) {
        EXPECT_EQ(R"(SUCCEEDED DONE {"id":"1"})", job->wait().summary());
    }
    EXPECT_EQ(2u, tokens.Requests().size());
}

// A 401 for the token before comes when the next one is in use already: that one stays.
TEST_F(OAuth2, P4ALateRefusalLeavesTheNewerTokenAlone)
{
    Answers tokens({Token("token-number-one"), Token("token-number-two"), Token("token-too-many")});
    HoldingServer api([](const std::vector<std::string> &held) -> std::vector<std::string> {
        if (held.size() == 2 && Bears(held[1], "token-number-one")) {
            return {Status("401 Who"), ""}; // the first may go on, the second not yet
        }
        if (held.size() == 2) { // the first again: now the second hears of it, too
            return {Status("401 Who"), Answer(R"({"id":"first"})")};
        }
        return {Bears(held[0], "token-number-two") ? Answer(R"({"id":"second"})") : ""};
    });
    Use(tokens.Url(), api.Url(""));
    auto one = world.job(kMake, "{}");
    auto other = world.job(kMake, "{}");
    one->start();
    other->start();
    std::vector<std::string> ends = {one->wait().summary(), other->wait().summary()};
    std::sort(ends.begin(), ends.end());
    EXPECT_THAT(
        ends, ElementsAre(R"(SUCCEEDED DONE {"id":"first"})", R"(SUCCEEDED DONE {"id":"second"})"));
    EXPECT_EQ(2u, tokens.Requests().size());
}

TEST_F(OAuth2, ATokenThatHasEndedServesWhoWaitsForItOnly)
{
    Answers tokens(
        {Token("token-number-one", 0), Token("token-number-two", -5), Token("token-number-three")});
    Answers api({Answer("{}")});
    Use(tokens.Url(), api.Url());
    for (int i = 0; i < 4; i++) {
        EXPECT_EQ("SUCCEEDED NONE {}", world.run(kGet, kBook));
    }
    ASSERT_EQ(4u, api.Requests().size());
    EXPECT_TRUE(Bears(api.Requests()[0], "token-number-one"));
    EXPECT_TRUE(Bears(api.Requests()[1], "token-number-two"));
    EXPECT_TRUE(Bears(api.Requests()[2], "token-number-three"));
    EXPECT_TRUE(Bears(api.Requests()[3], "token-number-three"));
    EXPECT_EQ(3u, tokens.Requests().size());
}

TEST_F(OAuth2, ATokenIsRenewedBeforeItExpires)
{
    // 1 s: renewed after 0.8 s; nobody waits for it.
    Answers tokens({Token("token-number-one", 1), Token("token-number-two", 3600)});
    Answers api({Answer("{}")});
    Use(tokens.Url(), api.Url());
    for (int i = 0; i < 5000 && tokens.Requests().size() < 2; i++) {
        EXPECT_EQ("SUCCEEDED NONE {}", world.run(kGet, kBook));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(2u, tokens.Requests().size());
}

TEST_F(OAuth2, P2NoTokenNoRequest)
{
    Answers tokens({Answer(R"({"error":"invalid_client","hint":"the client's + secret"})",
                           "HTTP/1.1 401 No")});
    Answers api({Answer("{}")});
    system.oauth2.secret_in_body = true;
    Use(tokens.Url(), api.Url());
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kMake, "{}"));
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kMake, "{}"));
    EXPECT_EQ(1u, tokens.Requests().size()) << "an endpoint that refuses is not flooded";
    EXPECT_TRUE(api.Requests().empty());
    EXPECT_THAT(tokens.Requests()[0], EndsWith("client_id=worker%3A1&client_secret=the%20client%27s"
                                               "%20%2B%20secret"));
    EXPECT_THAT(world.log(), HasSubstr("no access token to be had"));
    EXPECT_THAT(world.log(), Not(HasSubstr("client's")));
}

TEST_F(OAuth2, BadTokensAreRefused)
{
    for (const char *answer : {"{}", "[]", R"({"access_token":""})", R"({"access_token":"short"})",
                               R"({"access_token":"long-enough-token","token_type":"mac"})"}) {
        HttpWorld one;
        Answers tokens({Answer(answer)});
        token_url = tokens.Url();
        one.secret("client", "the client's secret");
        system.auth = REEVE_HTTP_AUTH_OAUTH2;
        system.base_url = "http://127.0.0.1:1";
        system.oauth2.token_url = token_url.c_str();
        system.oauth2.client_id = "worker";
        system.oauth2.client_secret = "client";
        one.open(system);
        EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", one.run(kGet, kBook)) << answer;
    }
}

TEST_F(OAuth2, CancelWhileWaitingForAToken)
{
    ScriptedServer silent([](int fd, int) {
        ReadRequest(fd);
        pollfd gone = {fd, POLLRDHUP, 0};
        poll(&gone, 1, 20000);
    });
    Use(silent.Url(""), "http://127.0.0.1:1");
    std::unique_ptr<HttpJob> first = world.job(kGet, kBook);
    std::unique_ptr<HttpJob> second = world.job(kGet, kBook);
    first->start();
    second->start();
    second->cancel(REEVE_REASON_DEADLINE);
    EXPECT_EQ("TIMED_OUT NONE DEADLINE", second->wait().summary());
    first->cancel();
    EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", first->wait().summary());
    // The request for the token is still under way: closing the binding ends it.
}

// A cancel that came before anybody waited is not found out by the token's arrival.
TEST_F(OAuth2, CancelBeforeWaitingAsksForNoToken)
{
    Answers tokens({Token("token-nobody-wants")});
    Use(tokens.Url(), "http://127.0.0.1:1");
    std::unique_ptr<HttpJob> job = world.job(kGet, kBook);
    job->cancel();
    job->start();
    EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", job->wait().summary());
    EXPECT_EQ(0u, tokens.Requests().size());
}

} // namespace
