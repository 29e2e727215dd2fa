/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Starts a keeper with posix_spawn and hands back the worker's ends of everything. */
#ifndef REEVE_AGENT_IO_PROCESS_LAUNCH_H
#define REEVE_AGENT_IO_PROCESS_LAUNCH_H

#include <sys/types.h>

#include "agent/io/process/plan.h"
#include "agent/io/process/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The worker's ends: close-on-exec, not blocking; -1 where there is none. */
struct reeve_launch {
    int input;
    int output;
    int problems; /* standard error */
    int control;
    int keeper; /* pidfd */
    pid_t pid;
};

void reeve_launch_init(struct reeve_launch *launch);
/* Closes one end; -1 is fine. */
void reeve_launch_close(int *fd);
void reeve_launch_clear(struct reeve_launch *launch);

/* `executable` is started in the role exec-child. LIMIT: descriptors, processes or memory are short
 * (*error is errno); NO_MEMORY; TOO_LARGE: the plan. Nothing runs unless OK. */
enum reeve_status reeve_launch_start(const char *executable, const struct reeve_process_plan *plan,
                                     struct reeve_launch *launch, int *error) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
