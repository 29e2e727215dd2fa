// SPDX-License-Identifier: Apache-2.0
// The test's own binary is started again as its programs' keeper.
#include <gtest/gtest.h>

#include "agent/io/process/keeper.h"

int main(int argc, char **argv)
{
    if (reeve_process_is_role(argc, argv)) {
        return reeve_process_role_main();
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
