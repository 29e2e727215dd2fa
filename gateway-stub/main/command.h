/* SPDX-License-Identifier: Apache-2.0 */
/* A subcommand of the program: a row of the table in program.c. */
#ifndef REEVE_GATEWAY_STUB_MAIN_COMMAND_H
#define REEVE_GATEWAY_STUB_MAIN_COMMAND_H

#include "agent/cli/program.h"
#include "agent/cli/report.h"
#include "gateway-stub/main/version.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct reeve_command reeve_gateway_command_serve;
extern const struct reeve_command reeve_gateway_command_check_config;
extern const struct reeve_command reeve_gateway_command_version;

/* Says on stderr what went wrong, behind the program's name: printf's arguments. */
#define reeve_gateway_complain(...) reeve_output_complain(REEVE_GATEWAY_PROGRAM, __VA_ARGS__)

/* The whole program; the process's exit status. */
int reeve_gateway_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
