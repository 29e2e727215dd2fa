/* SPDX-License-Identifier: Apache-2.0 */
/* A subcommand of the program: a row of the table in program.c. */
#ifndef REEVE_GATEWAY_STUB_MAIN_COMMAND_H
#define REEVE_GATEWAY_STUB_MAIN_COMMAND_H

#include "agent/cli/options.h"
#include "agent/cli/output.h"
#include "agent/cli/report.h"
#include "gateway-stub/main/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The same as reeve-agent's. */
enum reeve_gateway_exit {
    REEVE_GATEWAY_EXIT_OK = 0,
    REEVE_GATEWAY_EXIT_NO = 1,
    REEVE_GATEWAY_EXIT_USAGE = 2,
    REEVE_GATEWAY_EXIT_CANNOT_START = 3,
    REEVE_GATEWAY_EXIT_BROKEN_OFF = 4,
};

struct reeve_gateway_command_call {
    struct reeve_arguments arguments;
    struct reeve_buffer *out; /* written to stdout when the command returns */
};

struct reeve_gateway_command {
    const char *name;
    const char *summary; /* one line */
    const char *usage;   /* "reeve-gateway serve --config FILE …" */
    const char *text;    /* what it does, examples, exit statuses */
    const struct reeve_option *options;
    size_t options_count;
    enum reeve_gateway_exit (*run)(struct reeve_gateway_command_call *call);
};

extern const struct reeve_gateway_command reeve_gateway_command_serve;
extern const struct reeve_gateway_command reeve_gateway_command_check_config;
extern const struct reeve_gateway_command reeve_gateway_command_version;

/* Says on stderr what went wrong, behind the program's name. */
void reeve_gateway_complain(const char *format, ...) REEVE_PRINTF(1, 2);
/* Prints a report to stderr. */
void reeve_gateway_print_report(const struct reeve_config_report *report);

/* The whole program; the process's exit status. */
int reeve_gateway_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
