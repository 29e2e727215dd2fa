/* SPDX-License-Identifier: Apache-2.0 */
/* A worker with the tasks of docs/reference/sql-binding.md: a main such as any user writes. */
#include "reeve/worker.h"
#include "sql_example_tasks.reeve.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &sql_example_tasks);
}
