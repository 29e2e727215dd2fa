/* SPDX-License-Identifier: Apache-2.0 */
/* That ThreadSanitizer still finds a race of ours beside gRPC, with the suppressions that the tests
 * run with; and that it is silent where there is none. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child.h"

using reeve::test::Child;
using ::testing::HasSubstr;

namespace
{

std::string run(const char *argument, int *status)
{
    Child child({REEVE_PLANTED_RACE, argument},
                {"TSAN_OPTIONS=exitcode=66:halt_on_error=0:suppressions=" REEVE_SOURCE_DIR
                 "/tests/tsan.supp"});
    const std::string output = child.rest();
    *status = child.wait();
    return output;
}

TEST(TsanTest, FindsAPlantedRace)
{
    int status = 0;
    const std::string output = run("race", &status);
    EXPECT_EQ(66, status) << output;
    EXPECT_THAT(output, HasSubstr("WARNING: ThreadSanitizer: data race"));
    EXPECT_THAT(output, HasSubstr("planted_increment"));
}

TEST(TsanTest, IsSilentWithoutOne)
{
    int status = -1;
    const std::string output = run("clean", &status);
    EXPECT_EQ(0, status) << output;
    EXPECT_THAT(output, ::testing::Not(HasSubstr("WARNING: ThreadSanitizer")));
}

} // namespace
