// SPDX-License-Identifier: Apache-2.0
// The status table: every row is whole, and a number that is no status is harmless.
#include "agent/base/status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace
{

const reeve_status kAll[] = {
#define X(name, class_, grpc, reason, text) REEVE_##name,
    REEVE_STATUS_MAP(X)
#undef X
};

TEST(Status, EveryRowHasANameOfItsOwnAndAText)
{
    std::set<std::string> names;
    for (reeve_status status : kAll) {
        EXPECT_TRUE(names.insert(reeve_status_name(status)).second) << reeve_status_name(status);
        EXPECT_STRNE(reeve_status_text(status), "");
    }
}

TEST(Status, RowsCarryWhatTheMapSays)
{
    EXPECT_STREQ(reeve_status_name(REEVE_FRAME_TOO_LARGE), "FRAME_TOO_LARGE");
    EXPECT_EQ(reeve_status_class(REEVE_FRAME_TOO_LARGE), REEVE_CLASS_PEER);
    EXPECT_EQ(reeve_status_grpc_code(REEVE_FRAME_TOO_LARGE), 8);
    EXPECT_EQ(reeve_status_reason(REEVE_NOT_ALLOWED), 2);
}

TEST(Status, OnlyOkIsOk)
{
    for (reeve_status status : kAll) {
        EXPECT_EQ(reeve_status_class(status) == REEVE_CLASS_OK, status == REEVE_OK);
        EXPECT_EQ(reeve_status_grpc_code(status) == 0, status == REEVE_OK);
    }
}

TEST(Status, ANumberThatIsNoneIsFatalAndNamed)
{
    volatile int number = 12345; // keeps the compiler from judging the enum's range
    auto status = static_cast<reeve_status>(number);
    EXPECT_STREQ(reeve_status_name(status), "INVALID_STATUS");
    EXPECT_EQ(reeve_status_class(status), REEVE_CLASS_FATAL);
    EXPECT_EQ(reeve_status_reason(status), 0);
}

} // namespace
