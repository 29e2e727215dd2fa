/* SPDX-License-Identifier: Apache-2.0 */
/* A worker that has one version of the ledger. */
#include "reeve/worker.h"
#include "upgrade_tasks.reeve.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &upgrade_tasks);
}
