/* SPDX-License-Identifier: Apache-2.0 */
/* A worker with the exec binding's test tasks: a main such as any user writes. */
#include "exec_test_tasks.reeve.h"
#include "reeve/worker.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &exec_test_tasks);
}
