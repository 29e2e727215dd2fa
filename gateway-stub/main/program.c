/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the subcommand, reads its options, runs it, writes what it says. */
#include <stdarg.h>
#include <unistd.h>

#include "agent/cli/suggest.h"
#include "gateway-stub/main/command.h"

static const struct reeve_gateway_command *const COMMANDS[] = {
    &reeve_gateway_command_serve,
    &reeve_gateway_command_check_config,
    &reeve_gateway_command_version,
};
enum { COMMANDS_COUNT = sizeof(COMMANDS) / sizeof(COMMANDS[0]) };

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

void reeve_gateway_complain(const char *format, ...)
{
    char text[1200];
    va_list args;
    va_start(args, format);
    if (reeve_format_list(text, sizeof(text), format, args) != REEVE_OK) {
        text[sizeof(text) - 1] = '\0'; /* cut */
    }
    va_end(args);
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(REEVE_GATEWAY_PROGRAM ": "));
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(text));
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr("\n"));
}

void reeve_gateway_print_report(const struct reeve_config_report *report)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    if (reeve_config_report_print(report, &text) == REEVE_OK) {
        (void)reeve_output_write(STDERR_FILENO, reeve_buffer_view(&text));
    }
    reeve_buffer_clear(&text);
}

/* ---- help ---- */

static enum reeve_status append_about(struct reeve_buffer *out)
{
    REEVE_TRY(reeve_buffer_append_cstr(out, ABOUT));
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        REEVE_TRY(reeve_buffer_append_format(out, "  %-14s %s\n", COMMANDS[i]->name,
                                             COMMANDS[i]->summary));
    }
    return reeve_buffer_append_cstr(out, EXAMPLES);
}

static enum reeve_status append_help(const struct reeve_gateway_command *command,
                                     struct reeve_buffer *out)
{
    REEVE_TRY(reeve_buffer_append_format(out, "usage: %s\n\n%s\nOptions:\n", command->usage,
                                         command->text));
    REEVE_TRY(reeve_options_print(command->options, command->options_count, out));
    return reeve_buffer_append_cstr(out, "  --help            this text\n");
}

static int show(int fd, enum reeve_gateway_exit code, const struct reeve_gateway_command *command)
{
    struct reeve_buffer out;
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    const enum reeve_status status =
        command != NULL ? append_help(command, &out) : append_about(&out);
    const bool written = status == REEVE_OK && reeve_output_write(fd, reeve_buffer_view(&out));
    reeve_buffer_clear(&out);
    return written ? (int)code : (int)REEVE_GATEWAY_EXIT_CANNOT_START;
}

/* ---- one command ---- */

static int run(const struct reeve_gateway_command *command, const struct reeve_arguments *arguments)
{
    struct reeve_buffer out;
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    struct reeve_gateway_command_call call = {.arguments = *arguments, .out = &out};
    enum reeve_gateway_exit code = command->run(&call);
    if (!reeve_output_write(STDOUT_FILENO, reeve_buffer_view(&out)) &&
        code == REEVE_GATEWAY_EXIT_OK) {
        code = REEVE_GATEWAY_EXIT_CANNOT_START;
    }
    reeve_buffer_clear(&out);
    return (int)code;
}

static int parse_and_run(const struct reeve_gateway_command *command, int argc, char **argv)
{
    struct reeve_arguments arguments;
    char problem[256];
    if (reeve_options_parse(command->options, command->options_count, 0, argc, argv, &arguments,
                            problem) != REEVE_OK) {
        reeve_gateway_complain("%s: %s", command->name, problem);
        reeve_gateway_complain("next: reeve-gateway %s --help", command->name);
        return REEVE_GATEWAY_EXIT_USAGE;
    }
    if (arguments.help) {
        return show(STDOUT_FILENO, REEVE_GATEWAY_EXIT_OK, command);
    }
    return run(command, &arguments);
}

static int unknown_command(const char *name)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(name)};
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        reeve_suggestion_try(&s, COMMANDS[i]->name);
    }
    reeve_gateway_complain("there is no command \"%s\"", name);
    if (s.best != NULL) {
        reeve_gateway_complain("next: did you mean reeve-gateway %s?", s.best);
    } else {
        reeve_gateway_complain("next: reeve-gateway --help lists the commands");
    }
    return REEVE_GATEWAY_EXIT_USAGE;
}

int reeve_gateway_main(int argc, char **argv)
{
    if (argc < 2) {
        return show(STDERR_FILENO, REEVE_GATEWAY_EXIT_USAGE, NULL);
    }
    const struct reeve_bytes word = reeve_bytes_cstr(argv[1]);
    if (reeve_bytes_equal_cstr(word, "--help") || reeve_bytes_equal_cstr(word, "-h") ||
        reeve_bytes_equal_cstr(word, "help")) {
        return show(STDOUT_FILENO, REEVE_GATEWAY_EXIT_OK, NULL);
    }
    if (reeve_bytes_equal_cstr(word, "--version")) {
        return parse_and_run(&reeve_gateway_command_version, 0, argv);
    }
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        if (reeve_bytes_equal_cstr(word, COMMANDS[i]->name)) {
            return parse_and_run(COMMANDS[i], argc - 2, argv + 2);
        }
    }
    return unknown_command(argv[1]);
}
