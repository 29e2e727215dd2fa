/* SPDX-License-Identifier: Apache-2.0 */
/* The program: its subcommands and its words. */
#include "gateway-stub/main/command.h"

static const struct reeve_command *const COMMANDS[] = {
    &reeve_gateway_command_serve,
    &reeve_gateway_command_check_config,
    &reeve_gateway_command_version,
};

static const char ABOUT[] =
    "reeve-gateway, the reference control plane: workers dial it; planners submit plans, "
    "approvers\n"
    "sign them, and it hands the jobs out and keeps their results and audit trail.\n"
    "\n"
    "usage: reeve-gateway COMMAND [OPTION …]\n"
    "\n";

static const char EXAMPLES[] =
    "\n"
    "First steps:\n"
    "  reeve-gateway check-config --config gateway.yaml     is the configuration fine?\n"
    "  reeve-gateway serve --config gateway.yaml            run\n"
    "  reevectl --config operator.yaml workers              who is connected? (another program)\n"
    "\n"
    "`reeve-gateway COMMAND --help` explains each. Exit status: 0 done, 1 the answer is no, 2 "
    "usage,\n"
    "3 cannot start, 4 ended by an error.\n";

static const struct reeve_program PROGRAM = {
    .name = REEVE_GATEWAY_PROGRAM,
    .about = ABOUT,
    .examples = EXAMPLES,
    .commands = COMMANDS,
    .commands_count = sizeof(COMMANDS) / sizeof(COMMANDS[0]),
    .version = &reeve_gateway_command_version,
};

int reeve_gateway_main(int argc, char **argv)
{
    return reeve_program_run(&PROGRAM, argc, argv, NULL);
}
