/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. What the program's process does between its birth and its program: a list of steps. */
#ifndef REEVE_AGENT_IO_PROCESS_ENTER_H
#define REEVE_AGENT_IO_PROCESS_ENTER_H

#include <sys/types.h>

#include "agent/io/process/plan.h"
#include "agent/io/process/report.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_process_entry {
    const struct reeve_process_order *order;
    pid_t keeper;
    int control;          /* where a step that failed is reported; may be moved */
    int first_descriptor; /* of the secrets, in the order of the plan */
};

/* Executes the program; returns only when a step failed, with that step and errno. */
enum reeve_process_step reeve_process_enter(struct reeve_process_entry *entry, int *error);

#ifdef __cplusplus
}
#endif
#endif
