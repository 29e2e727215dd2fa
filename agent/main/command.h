/* SPDX-License-Identifier: Apache-2.0 */
/* A subcommand of the program: a row of the table in worker_main.c. */
#ifndef REEVE_AGENT_MAIN_COMMAND_H
#define REEVE_AGENT_MAIN_COMMAND_H

#include "agent/cli/options.h"
#include "agent/cli/output.h"
#include "agent/main/exit_code.h"
#include "agent/main/version.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_command_call {
    const struct reeve_task_table *tasks;
    struct reeve_arguments arguments;
    struct reeve_arena *arena; /* for the command's texts */
    struct reeve_buffer *out;  /* written to stdout when the command returns */
    bool colour;               /* stdout shows it */
};

struct reeve_command {
    const char *name;
    const char *summary; /* one line */
    const char *usage;   /* "reeve-agent status [--config FILE | --socket PATH] …" */
    const char *text;    /* what it does, examples, exit statuses */
    const struct reeve_option *options;
    size_t options_count;
    size_t words; /* how many it takes that are no options */
    enum reeve_exit (*run)(struct reeve_command_call *call);
};

extern const struct reeve_command reeve_command_serve;
extern const struct reeve_command reeve_command_check_config;
extern const struct reeve_command reeve_command_tasks;
extern const struct reeve_command reeve_command_status;
extern const struct reeve_command reeve_command_journal;
extern const struct reeve_command reeve_command_version;

/* Says on stderr what went wrong, behind the program's name. */
void reeve_command_complain(const char *format, ...) REEVE_PRINTF(1, 2);

#ifdef __cplusplus
}
#endif
#endif
