/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the subcommand, reads its options, runs it, writes what it says. */
#include "reeve/worker.h"

#include <stdarg.h>
#include <unistd.h>

#include "agent/cli/suggest.h"
#include "agent/main/command.h"

static const struct reeve_command *const COMMANDS[] = {
    &reeve_command_serve,  &reeve_command_check_config, &reeve_command_tasks,
    &reeve_command_status, &reeve_command_journal,      &reeve_command_version,
};
enum { COMMANDS_COUNT = sizeof(COMMANDS) / sizeof(COMMANDS[0]) };

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
    "  reeve-agent check-config --config agent.yaml         is the configuration fine?\n"
    "  reeve-agent serve --config agent.yaml                run\n"
    "  reeve-agent status --config agent.yaml               is it ready, and if not, why?\n"
    "\n"
    "`reeve-agent COMMAND --help` explains each. Exit status: 0 done, 1 the answer is no, 2 "
    "usage,\n"
    "3 cannot start or not running, 4 ended by an error.\n";

void reeve_command_complain(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    if (reeve_format_list(text, sizeof(text), format, args) != REEVE_OK) {
        text[sizeof(text) - 1] = '\0'; /* cut */
    }
    va_end(args);
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(REEVE_AGENT_PROGRAM ": "));
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(text));
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr("\n"));
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

static enum reeve_status append_help(const struct reeve_command *command, struct reeve_buffer *out)
{
    REEVE_TRY(reeve_buffer_append_format(out, "usage: %s\n\n%s\nOptions:\n", command->usage,
                                         command->text));
    REEVE_TRY(reeve_options_print(command->options, command->options_count, out));
    return reeve_buffer_append_cstr(out, "  --help            this text\n");
}

static int show(int fd, enum reeve_exit code, const struct reeve_command *command)
{
    struct reeve_buffer out;
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    const enum reeve_status status =
        command != NULL ? append_help(command, &out) : append_about(&out);
    const bool written = status == REEVE_OK && reeve_output_write(fd, reeve_buffer_view(&out));
    reeve_buffer_clear(&out);
    return written ? (int)code : (int)REEVE_EXIT_CANNOT_START;
}

/* ---- one command ---- */

static int run(const struct reeve_command *command, const struct reeve_arguments *arguments,
               const struct reeve_task_table *tasks)
{
    struct reeve_arena arena;
    struct reeve_buffer out;
    reeve_arena_init(&arena, NULL, REEVE_OUTPUT_MAX, 0);
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    struct reeve_command_call call = {.tasks = tasks,
                                      .arguments = *arguments,
                                      .arena = &arena,
                                      .out = &out,
                                      .colour = reeve_output_colour(STDOUT_FILENO)};
    enum reeve_exit code = command->run(&call);
    if (!reeve_output_write(STDOUT_FILENO, reeve_buffer_view(&out))) {
        code = code == REEVE_EXIT_OK ? REEVE_EXIT_CANNOT_START : code;
    }
    reeve_buffer_clear(&out);
    reeve_arena_clear(&arena);
    return (int)code;
}

static int parse_and_run(const struct reeve_command *command, int argc, char **argv,
                         const struct reeve_task_table *tasks)
{
    struct reeve_arguments arguments;
    char problem[256];
    if (reeve_options_parse(command->options, command->options_count, command->words, argc, argv,
                            &arguments, problem) != REEVE_OK) {
        reeve_command_complain("%s: %s", command->name, problem);
        reeve_command_complain("next: reeve-agent %s --help", command->name);
        return REEVE_EXIT_USAGE;
    }
    if (arguments.help) {
        return show(STDOUT_FILENO, REEVE_EXIT_OK, command);
    }
    return run(command, &arguments, tasks);
}

static int unknown_command(const char *name)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(name)};
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        reeve_suggestion_try(&s, COMMANDS[i]->name);
    }
    reeve_command_complain("there is no command \"%s\"", name);
    if (s.best != NULL) {
        reeve_command_complain("next: did you mean reeve-agent %s?", s.best);
    } else {
        reeve_command_complain("next: reeve-agent --help lists the commands");
    }
    return REEVE_EXIT_USAGE;
}

int reeve_worker_main(int argc, char **argv, const struct reeve_task_table *tasks)
{
    if (argc < 2) {
        return show(STDERR_FILENO, REEVE_EXIT_USAGE, NULL);
    }
    const struct reeve_bytes word = reeve_bytes_cstr(argv[1]);
    if (reeve_bytes_equal_cstr(word, "--help") || reeve_bytes_equal_cstr(word, "-h") ||
        reeve_bytes_equal_cstr(word, "help")) {
        return show(STDOUT_FILENO, REEVE_EXIT_OK, NULL);
    }
    if (reeve_bytes_equal_cstr(word, "--version")) {
        return parse_and_run(&reeve_command_version, 0, argv, tasks);
    }
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        if (reeve_bytes_equal_cstr(word, COMMANDS[i]->name)) {
            return parse_and_run(COMMANDS[i], argc - 2, argv + 2, tasks);
        }
    }
    return unknown_command(argv[1]);
}
