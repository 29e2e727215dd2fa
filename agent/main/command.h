/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of the program: rows of the table in worker_main.c. */
#ifndef REEVE_AGENT_MAIN_COMMAND_H
#define REEVE_AGENT_MAIN_COMMAND_H

#include "agent/base/program_name.h"
#include "agent/cli/program.h"
#include "agent/main/version.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct reeve_command reeve_command_serve;
extern const struct reeve_command reeve_command_check_config;
extern const struct reeve_command reeve_command_tasks;
extern const struct reeve_command reeve_command_run;
extern const struct reeve_command reeve_command_status;
extern const struct reeve_command reeve_command_journal;
extern const struct reeve_command reeve_command_version;
extern const struct reeve_command reeve_command_completion;

/* What the worker can do: the table that reeve_worker_main() was given. */
static inline const struct reeve_task_table *
reeve_command_tasks_of(const struct reeve_command_call *call)
{
    return (const struct reeve_task_table *)call->ctx;
}

/* Says on stderr what went wrong, behind the program's name: printf's arguments. */
#define reeve_command_complain(...) reeve_output_complain(reeve_program_name(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
