/* SPDX-License-Identifier: Apache-2.0 */
/* The program: its subcommands and its words. */
#include "reeve/worker.h"

#include "agent/io/process/keeper.h"
#include "agent/main/command.h"

static const struct reeve_command *const COMMANDS[] = {
    &reeve_command_serve,   &reeve_command_check_config, &reeve_command_tasks,
    &reeve_command_run,     &reeve_command_status,       &reeve_command_journal,
    &reeve_command_version, &reeve_command_completion,
};

static const char ABOUT[] =
    "reeve-agent, the private worker: it dials a gateway, receives approved jobs, checks each\n"
    "against its own task tables and allowlist, and carries it out. It never listens on a port.\n"
    "\n"
    "usage: reeve-agent COMMAND [OPTION …]\n"
    "\n";

static const char EXAMPLES[] =
    "\n"
    "First steps:\n"
    "  reeve-agent tasks                                    what this worker could do\n"
    "  reeve-agent run TASK --config agent.yaml --explain   what would a job of it do?\n"
    "  reeve-agent check-config --config agent.yaml         is the configuration fine?\n"
    "  reeve-agent serve --config agent.yaml                run\n"
    "  reeve-agent status --config agent.yaml               is it ready, and if not, why?\n"
    "\n"
    "`reeve-agent COMMAND --help` explains each. Exit status: 0 done, 1 the answer is no, 2 "
    "usage,\n"
    "3 cannot start or not running, 4 ended by an error, 5 (run) failed with its effect in "
    "doubt.\n";

static const struct reeve_program PROGRAM = {
    .name = REEVE_AGENT_PROGRAM,
    .about = ABOUT,
    .examples = EXAMPLES,
    .commands = COMMANDS,
    .commands_count = sizeof(COMMANDS) / sizeof(COMMANDS[0]),
    .version = &reeve_command_version,
};

int reeve_worker_main(int argc, char **argv, const struct reeve_task_table *tasks)
{
    /* This binary again, as the keeper of a program that a job runs. */
    if (reeve_process_is_role(argc, argv)) {
        return reeve_process_role_main();
    }
    reeve_program_name_take(argc, argv);
    struct reeve_program program = PROGRAM;
    program.called = reeve_program_name();
    return reeve_program_run(&program, argc, argv, tasks);
}
