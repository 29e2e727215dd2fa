// SPDX-License-Identifier: Apache-2.0
// Names of segments, both ways.
#include "agent/journal/segments.h"

#include <gtest/gtest.h>

namespace
{

TEST(SegmentName, BothWays)
{
    for (uint64_t number : {UINT64_C(1), UINT64_C(9999999999), UINT64_MAX / 10, UINT64_MAX - 5}) {
        for (bool temporary : {false, true}) {
            char name[REEVE_SEGMENT_NAME_SIZE];
            reeve_segment_name(number, temporary, name);
            uint64_t read = 0;
            bool read_temporary = !temporary;
            if (number <= UINT64_MAX / 10) {
                ASSERT_TRUE(reeve_segment_name_parse(name, &read, &read_temporary)) << name;
                EXPECT_EQ(read, number);
                EXPECT_EQ(read_temporary, temporary);
            }
        }
    }
    char name[REEVE_SEGMENT_NAME_SIZE];
    reeve_segment_name(7, true, name);
    EXPECT_STREQ(name, "segment-0000000007.log.tmp");
}

TEST(SegmentName, NothingElseIsOne)
{
    uint64_t number = 0;
    bool temporary = false;
    for (const char *name :
         {"", "lock", "segment-", "segment-.log", "segment-0000000000.log", "segment-1.log",
          "segment-0000000001.log.tmp.tmp", "segment-0000000001.LOG", "segment-00000000x1.log",
          "segment-00000000001.log", "segment-99999999999999999999999.log",
          "segment-0000000001.log ", "xsegment-0000000001.log", "segment--000000001.log"}) {
        EXPECT_FALSE(reeve_segment_name_parse(name, &number, &temporary)) << name;
    }
}

} // namespace
