/* SPDX-License-Identifier: Apache-2.0 */
/* A whole worker: your table, reeve's program. */
#include "acme_tasks.reeve.h"
#include "reeve/worker.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &acme_tasks);
}
