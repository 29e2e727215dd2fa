// SPDX-License-Identifier: Apache-2.0
// A program that runs programs is started again in the role of their keeper, as reeve_worker_main()
// does it.
#include <gtest/gtest.h>

#include "agent/io/process/keeper.h"
#include "agent/io/process/process.h"

int main(int argc, char **argv)
{
    if (reeve_process_is_role(argc, argv)) {
        return reeve_process_role_main();
    }
    reeve_process_raise_descriptors();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
