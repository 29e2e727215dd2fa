// SPDX-License-Identifier: Apache-2.0
//
// The grpc binding against a peer that breaks off at nasty moments (tests/interop/grpc/nasty.py),
// and a service that is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "agent/base/time.h"
#include "tests/unit/agent/bindings/grpc_fixture.h"
#include "tests/unit/agent/bindings/grpc_service.h"

namespace
{

using reeve::test::CREATE;
using reeve::test::GrpcBinding;
using reeve::test::GrpcJob;
using reeve::test::GrpcService;
using ::testing::Not;

struct Moment {
    const char *mode;
    const char *end;        // of a task that is not idempotent
    const char *idempotent; // of one that is
};

class NastyMoment : public GrpcBinding
{
  protected:
    std::string RunIn(GrpcService &peer, const std::string &mode, uint8_t idempotency)
    {
        const reeve_grpc_header headers[] = {{"x-mode", mode.c_str()}};
        reeve_binding_free(binding_);
        binding_ = nullptr;
        Bind(peer.target(), [&](reeve_grpc_system &s) {
            s.headers = headers;
            s.headers_count = 1;
        });
        GrpcJob job(CREATE, idempotency, false, "x");
        job.work.deadline_ms = reeve_now_read().boot_ms + (mode == "silent" ? 500 : 10000);
        Start(job);
        EXPECT_TRUE(job.Wait()) << mode;
        return job.End();
    }
};

// P4: a task that is not idempotent is sent at most once, and its effect is never understated.
TEST_F(NastyMoment, P4NeverTwiceAndNeverTooSure)
{
    GrpcService peer({}, "nasty.py");
    const Moment moments[] = {
        {"headers-reset", nullptr, nullptr},
        {"headers-cancel", nullptr, nullptr},
        {"headers-internal", nullptr, nullptr},
        {"headers-calm", nullptr, nullptr},
        {"headers-goaway", nullptr, nullptr},
        {"headers-close", nullptr, nullptr},
        {"headers-garbage", nullptr, nullptr},
        {"data-reset", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"data-cancel", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-internal", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-calm", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
        {"data-goaway", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"data-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"data-garbage", nullptr, nullptr},
        {"headers-then-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"message-then-close", "FAILED UPSTREAM_INTERRUPTED MAYBE", nullptr},
        {"gzip", "FAILED OUTPUT_INVALID MAYBE", "FAILED OUTPUT_INVALID MAYBE"},
        {"twice", "FAILED OUTPUT_INVALID MAYBE", "FAILED OUTPUT_INVALID MAYBE"},
        {"none", "FAILED OUTPUT_INVALID DONE", "FAILED OUTPUT_INVALID DONE"},
        {"silent", "TIMED_OUT DEADLINE MAYBE", "TIMED_OUT DEADLINE MAYBE"},
        {"http-503", "FAILED UPSTREAM_INTERRUPTED MAYBE", "FAILED UPSTREAM_INTERRUPTED MAYBE"},
        {"http-500", "FAILED UPSTREAM_FAILED MAYBE", "FAILED UPSTREAM_FAILED MAYBE"},
    };
    for (const Moment &moment : moments) {
        SCOPED_TRACE(moment.mode);
        const std::string end = RunIn(peer, moment.mode, REEVE_NOT_IDEMPOTENT);
        const std::vector<std::string> seen = peer.Lines(100);
        const auto saw = [&](const char *what) {
            return std::count_if(seen.begin(), seen.end(), [&](const std::string &line) {
                return line.find(what) != std::string::npos;
            });
        };
        EXPECT_EQ(1, saw("\"headers\"")) << "one call";
        EXPECT_LE(saw("\"data\""), 1) << "one message";
        EXPECT_EQ(std::string::npos, end.find("SUCCEEDED")) << end;
        if (saw("\"data\"") > 0) {
            EXPECT_THAT(end, Not(::testing::EndsWith(" NONE"))) << "the peer has the request";
        }
        if (moment.end != nullptr) {
            EXPECT_EQ(moment.end, end);
        }
        const std::string again = RunIn(peer, moment.mode, REEVE_IDEMPOTENT);
        EXPECT_LE(peer.Lines(100).size(), 6u) << "attempts are bounded";
        if (moment.idempotent != nullptr) {
            EXPECT_EQ(moment.idempotent, again);
        }
    }
}

TEST_F(GrpcBinding, P4AServiceThatIsKilledLeavesADoubt)
{
    GrpcService service;
    Bind(service.target());
    GrpcJob job(CREATE, REEVE_NOT_IDEMPOTENT, false, "sleep 60");
    Start(job);
    service.Line("call");
    service.Kill();
    ASSERT_TRUE(job.Wait());
    EXPECT_EQ("FAILED UPSTREAM_INTERRUPTED MAYBE", job.End());
    EXPECT_EQ("FAILED UPSTREAM_UNREACHABLE NONE", Run("ok")->End());
}

} // namespace
