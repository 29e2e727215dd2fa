// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding's streams, and calls that a cancel or a deadline ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "agent/base/time.h"
#include "tests/unit/agent/bindings/grpc_fixture.h"
#include "tests/unit/agent/bindings/grpc_service.h"

namespace
{

using reeve::test::CREATE;
using reeve::test::GrpcBinding;
using reeve::test::GrpcJob;
using reeve::test::GrpcService;
using reeve::test::WATCH;
using ::testing::HasSubstr;

// ---- cancel and deadline ----

TEST_F(GrpcBinding, TheServiceLearnsOfACancel)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 60");
    Start(job);
    service.Line("call");
    const uint64_t begin = reeve_now_read().boot_ms;
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_LT(reeve_now_read().boot_ms, begin + 5000);
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED MAYBE", job.End());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
}

TEST_F(GrpcBinding, TheDeadlineEndsACall)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(CREATE, REEVE_NO_SIDE_EFFECTS, false, "sleep 60");
    job.work.deadline_ms = reeve_now_read().boot_ms + 300;
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("TIMED_OUT DEADLINE NONE", job.End());
}

TEST_F(GrpcBinding, CancelsAtEveryMoment)
{
    GrpcService service;
    Bind(service.target());
    for (int i = 0; i < 60; i++) {
        GrpcJob job(i % 2 == 0 ? CREATE : WATCH, REEVE_NOT_IDEMPOTENT, i % 2 == 1,
                    i % 2 == 0 ? "ok" : "count 3");
        Start(job);
        std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
        Cancel(job);
        ASSERT_TRUE(job.Wait());
        EXPECT_THAT(job.End(), ::testing::AnyOf("CANCELLED CANCEL_REQUESTED NONE",
                                                "CANCELLED CANCEL_REQUESTED MAYBE",
                                                "SUCCEEDED UNSPECIFIED DONE"));
    }
}

// ---- streams ----

TEST_F(GrpcBinding, AStreamOfResults)
{
    GrpcService service;
    Bind(service.target());
    const auto job = Run("count 500", REEVE_NO_SIDE_EFFECTS, WATCH);
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", job->End()) << reeve_answer_message(&job->work.answer);
    ASSERT_EQ(500u, job->results.size());
    EXPECT_THAT(job->results[499], HasSubstr("T-499"));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", Run("count 0", REEVE_NOT_IDEMPOTENT, WATCH)->End());
}

TEST_F(GrpcBinding, AStreamThatFailsBehindItsFirstResultIsNotCalledAgain)
{
    GrpcService service;
    Bind(service.target());
    const auto job = Run("count 3 code 14", REEVE_IDEMPOTENT, WATCH);
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", job->End());
    EXPECT_EQ(3u, job->results.size());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED MAYBE",
              Run("count 1 code 5", REEVE_NOT_IDEMPOTENT, WATCH)->End());
    EXPECT_EQ(2u, service.Lines(50).size());
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE",
              Run("count 0 code 5", REEVE_NOT_IDEMPOTENT, WATCH)->End());
}

TEST_F(GrpcBinding, AResultThatDoesNotFitEndsTheStream)
{
    GrpcService service;
    Bind(service.target());
    const auto job = Run("count 2 bad hang", REEVE_NOT_IDEMPOTENT, WATCH);
    EXPECT_EQ("FAILED OUTPUT_INVALID MAYBE", job->End());
    EXPECT_NE(std::string(), job->work.answer.reference);
    EXPECT_THAT(Log(), HasSubstr(job->work.answer.reference));
    EXPECT_EQ(2u, job->results.size());
}

// P7: who is not asked for more does not send more.
TEST_F(GrpcBinding, P7APausedStreamHoldsTheServiceBack)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(WATCH, REEVE_NO_SIDE_EFFECTS, true, "endless");
    job.flow = [](size_t count) { return count % 10 == 0 ? REEVE_WORK_PAUSE : REEVE_WORK_GO_ON; };
    Start(job);
    for (size_t n = 10; n <= 50; n += 10) {
        ASSERT_TRUE(job.WaitResults(n));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_EQ(n, job.Results()) << "nothing comes before there is room";
        binding_->vtable->resume(binding_, &job.work);
    }
    ASSERT_TRUE(job.WaitResults(60));
    Cancel(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("CANCELLED CANCEL_REQUESTED NONE", job.End());
    const std::string line = service.Line("cancelled");
    const size_t sent = std::stoul(line.substr(line.find("\"sent\": ") + 8));
    EXPECT_LT(sent, 2000u) << "the service was let run ahead";
}

TEST_F(GrpcBinding, RoomMayComeBeforeThePauseIsSaid)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(WATCH, REEVE_NO_SIDE_EFFECTS, true, "count 100");
    job.flow = [&](size_t) {
        binding_->vtable->resume(binding_, &job.work);
        return REEVE_WORK_PAUSE;
    };
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("SUCCEEDED UNSPECIFIED NONE", job.End());
    EXPECT_EQ(100u, job.results.size());
}

// P4: the service was stopped half-way: that its work is done would be a guess.
TEST_F(GrpcBinding, AnOwnerThatTakesNoMoreStopsTheService)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(WATCH, REEVE_NOT_IDEMPOTENT, true, "endless");
    job.flow = [&](size_t count) {
        if (count < 5) {
            return REEVE_WORK_GO_ON;
        }
        reeve_work_refuse(&job.work, REEVE_REASON_OUTPUT_WITHHELD, "withheld");
        return REEVE_WORK_STOP;
    };
    Start(job);
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("FAILED OUTPUT_WITHHELD MAYBE", job.End());
    EXPECT_EQ(5u, job.results.size());
    EXPECT_THAT(service.Line("cancelled"), HasSubstr("true"));
}

} // namespace
