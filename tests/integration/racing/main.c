/* SPDX-License-Identifier: Apache-2.0 */
/* A worker whose handlers forget to guard what they share. */
#include "parking_tasks.reeve.h"
#include "reeve/worker.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &parking_tasks);
}
