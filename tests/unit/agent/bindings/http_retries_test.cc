// SPDX-License-Identifier: Apache-2.0
//
// What the http binding tries again, when, and what never.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/unit/agent/bindings/http_flow.h"

namespace
{

using reeve::test::Answer;
using reeve::test::Answers;
using reeve::test::Flow;
using reeve::test::HttpJob;
using reeve::test::HttpWorld;
using reeve::test::kBook;
using reeve::test::kEnsure;
using reeve::test::kGet;
using reeve::test::kMake;
using reeve::test::Status;
using ::testing::HasSubstr;

struct Retries : Flow {
    void SetUp() override
    {
        system.retries = {3, 1, 4};
    }
};

TEST_F(Retries, IdempotentTasksAreTriedAgain)
{
    for (const char *status : {"429 Many", "502 Bad", "503 Busy", "504 Late"}) {
        Answers server({Status(status), Status(status), Answer("{}")});
        HttpWorld one;
        const std::string to = server.Url();
        system.base_url = to.c_str();
        one.open(system);
        EXPECT_EQ("SUCCEEDED DONE {}", one.run(kEnsure, "{}")) << status;
        EXPECT_EQ(3u, server.Requests().size());
    }
}

TEST_F(Retries, TheLastAnswerCountsAndDoubtStays)
{
    Answers server({Status("503 Busy"), Status("429 Many")});
    Open(server.Url());
    // What 503 left in doubt, 429 does not take back.
    EXPECT_EQ("FAILED MAYBE UPSTREAM_REFUSED", world.run(kEnsure, "{}"));
    EXPECT_EQ(3u, server.Requests().size());
    EXPECT_EQ("FAILED NONE UPSTREAM_REFUSED", world.run(kGet, kBook));
}

TEST_F(Retries, P4OtherTasksAndAnswersAreNot)
{
    Answers server({Status("503 Busy")});
    Open(server.Url());
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED", world.run(kMake, "{}"));
    EXPECT_EQ(1u, server.Requests().size());
    Answers broken({Status("500 Oops"), ""});
    HttpWorld one;
    const std::string to = broken.Url();
    system.base_url = to.c_str();
    one.open(system);
    EXPECT_EQ("FAILED MAYBE UPSTREAM_FAILED", one.run(kEnsure, "{}"));
    EXPECT_EQ(1u, broken.Requests().size());
}

TEST_F(Retries, UnreachableSystemsAreTriedAgain)
{
    Open("http://127.0.0.1:1");
    EXPECT_EQ("FAILED NONE UPSTREAM_UNREACHABLE", world.run(kGet, kBook));
    EXPECT_THAT(world.log(), HasSubstr("attempt=2"));
    EXPECT_THAT(world.log(), HasSubstr("attempt=3"));
    EXPECT_EQ("FAILED NONE UPSTREAM_UNREACHABLE", world.run(kMake, "{}"));
}

TEST_F(Retries, RetryAfterIsHeldUnlessTheJobHasNoTimeLeft)
{
    Answers server({Status("503 Busy", "Retry-After: 3600\r\n")});
    Open(server.Url());
    EXPECT_EQ("FAILED NONE UPSTREAM_FAILED", world.run(kGet, kBook));
    EXPECT_EQ(1u, server.Requests().size());
}

TEST_F(Retries, CancelDuringAPause)
{
    Answers server({Status("503 Busy", "Retry-After: 10\r\n")});
    Open(server.Url());
    std::unique_ptr<HttpJob> job = world.job(kGet, kBook);
    job->start();
    while (world.log().find("asked again") == std::string::npos) {
        std::this_thread::yield();
    }
    job->cancel();
    EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", job->wait().summary());
}

} // namespace
