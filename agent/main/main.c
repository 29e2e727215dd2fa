/* SPDX-License-Identifier: Apache-2.0 */
/* reeve-agent with the example tasks of proto/tasks/demo. A worker of your own is this file with
 * your own table. */
#include "reeve/worker.h"
#include "reeve_demo_tasks.reeve.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &reeve_demo_tasks);
}
