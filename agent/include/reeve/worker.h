/* SPDX-License-Identifier: Apache-2.0 */
/* The worker as a library: a program that carries out your own tasks is a task table, the handlers
 * of its native tasks, and
 *
 *   #include "my_tasks.reeve.h"
 *   #include "reeve/worker.h"
 *
 *   int main(int argc, char **argv)
 *   {
 *       return reeve_worker_main(argc, argv, &my_tasks);
 *   }
 */
#ifndef REEVE_WORKER_H
#define REEVE_WORKER_H

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_task_table;

/* The whole program: reads argv, runs the subcommand (serve, check-config, tasks, run, status,
 * journal, version, completion), returns the exit status. Call it from main, before any thread
 * exists, and return what it returns.
 *   0  done; `serve`: drained after a signal; `status`: ready
 *   1  the answer is no: not ready, configuration not valid, journal not intact
 *   2  usage
 *   3  cannot start, or no worker is running
 *   4  `serve`: ended by an error, or before all jobs could finish (the log says which); `run`:
 *      cancelled, or out of time
 *   5  `run`: the task failed, and nobody can say whether it had its effect */
int reeve_worker_main(int argc, char **argv, const struct reeve_task_table *tasks);

#ifdef __cplusplus
}
#endif
#endif
