// SPDX-License-Identifier: Apache-2.0
//
// P8: whoever reads that a job did not succeed is told what to do.
#include "gateway-stub/reevectl/advice.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/runtime/table.h"

namespace
{

/* Those where the reason and the worker's log say all there is, or where somebody decided it. */
const std::set<int> kWithout = {
    REEVE_V1_REASON_UNSPECIFIED,     REEVE_V1_REASON_WRONG_AUDIENCE,
    REEVE_V1_REASON_MALFORMED,       REEVE_V1_REASON_UPSTREAM_REFUSED,
    REEVE_V1_REASON_UPSTREAM_FAILED, REEVE_V1_REASON_UPSTREAM_INTERRUPTED,
    REEVE_V1_REASON_OUTPUT_INVALID,  REEVE_V1_REASON_OUTPUT_TOO_LARGE,
    REEVE_V1_REASON_OUTPUT_WITHHELD, REEVE_V1_REASON_HANDLER_FAILED,
    REEVE_V1_REASON_OUT_OF_MEMORY,   REEVE_V1_REASON_CANCEL_REQUESTED,
    REEVE_V1_REASON_DEADLINE,        REEVE_V1_REASON_PLAN_REJECTED,
};

TEST(Advice, P8EachReasonHasANextStepOrIsKnownToHaveNone)
{
    for (size_t i = 0; i < reeve_v1_reason_enum.values_count; i++) {
        const int number = reeve_v1_reason_enum.values[i].number;
        const char *advice = reeve_advice(static_cast<enum reeve_v1_reason>(number));
        EXPECT_EQ(advice == nullptr, kWithout.count(number) == 1)
            << reeve_v1_reason_enum.values[i].name;
    }
}

} // namespace
