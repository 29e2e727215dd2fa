/* SPDX-License-Identifier: Apache-2.0 */
/* From a command line to an exit status: see program.h. */
#include "agent/cli/program.h"

#include <unistd.h>

#include "agent/cli/completion.h"
#include "agent/cli/suggest.h"

/* ---- help ---- */

static const char *called(const struct reeve_program *program)
{
    return program->called != NULL ? program->called : program->name;
}

/* The text, with the program called what it is called. */
static enum reeve_status append_text(const struct reeve_program *program, const char *text,
                                     struct reeve_buffer *out)
{
    const struct reeve_bytes name = reeve_bytes_cstr(program->name);
    struct reeve_bytes rest = reeve_bytes_cstr(text);
    for (size_t at = reeve_bytes_find(rest, name); at != SIZE_MAX;
         at = reeve_bytes_find(rest, name)) {
        REEVE_TRY(reeve_buffer_append(out, reeve_bytes_slice(rest, 0, at)));
        REEVE_TRY(reeve_buffer_append_cstr(out, called(program)));
        rest = reeve_bytes_slice(rest, at + name.len, rest.len - at - name.len);
    }
    return reeve_buffer_append(out, rest);
}

static enum reeve_status append_about(const struct reeve_program *program, struct reeve_buffer *out)
{
    REEVE_TRY(append_text(program, program->about, out));
    for (size_t i = 0; i < program->commands_count; i++) {
        REEVE_TRY(reeve_buffer_append_format(out, "  %-14s %s\n", program->commands[i]->name,
                                             program->commands[i]->summary));
    }
    return append_text(program, program->examples, out);
}

static enum reeve_status append_help(const struct reeve_program *program,
                                     const struct reeve_command *command, struct reeve_buffer *out)
{
    REEVE_TRY(reeve_buffer_append_cstr(out, "usage: "));
    REEVE_TRY(append_text(program, command->usage, out));
    REEVE_TRY(reeve_buffer_append_cstr(out, "\n\n"));
    REEVE_TRY(append_text(program, command->text, out));
    REEVE_TRY(reeve_buffer_append_cstr(out, "\nOptions:\n"));
    REEVE_TRY(reeve_options_print(command->options, command->options_count, out));
    return reeve_buffer_append_cstr(out, "  --help            this text\n");
}

/* Help for the program, or for `command` where there is one. */
static int show(const struct reeve_program *program, const struct reeve_command *command, int fd,
                enum reeve_exit code)
{
    struct reeve_buffer out;
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    const enum reeve_status status =
        command != NULL ? append_help(program, command, &out) : append_about(program, &out);
    const bool written = status == REEVE_OK && reeve_output_write(fd, reeve_buffer_view(&out));
    reeve_buffer_clear(&out);
    return written ? (int)code : (int)REEVE_EXIT_CANNOT_START;
}

/* ---- one command ---- */

static int run(const struct reeve_program *program, const struct reeve_command *command,
               const struct reeve_arguments *arguments, const void *ctx)
{
    struct reeve_arena arena;
    struct reeve_buffer out;
    reeve_arena_init(&arena, NULL, REEVE_OUTPUT_MAX, 0);
    reeve_buffer_init(&out, NULL, REEVE_OUTPUT_MAX);
    struct reeve_command_call call = {.ctx = ctx,
                                      .program = program,
                                      .arguments = *arguments,
                                      .arena = &arena,
                                      .out = &out,
                                      .colour = reeve_output_colour(STDOUT_FILENO)};
    enum reeve_exit code = command->run(&call);
    if (!reeve_output_write(STDOUT_FILENO, reeve_buffer_view(&out)) && code == REEVE_EXIT_OK) {
        code = REEVE_EXIT_CANNOT_START;
    }
    reeve_buffer_clear(&out);
    reeve_arena_clear(&arena);
    return (int)code;
}

static int parse_and_run(const struct reeve_program *program, const struct reeve_command *command,
                         int argc, char **argv, const void *ctx)
{
    struct reeve_arguments arguments;
    char problem[256];
    if (reeve_options_parse(command->options, command->options_count, command->words, argc, argv,
                            &arguments, problem) != REEVE_OK) {
        reeve_output_complain(called(program), "%s: %s", command->name, problem);
        reeve_output_complain(called(program), "next: %s %s --help", called(program),
                              command->name);
        return REEVE_EXIT_USAGE;
    }
    if (arguments.help) {
        return show(program, command, STDOUT_FILENO, REEVE_EXIT_OK);
    }
    return run(program, command, &arguments, ctx);
}

static int unknown_command(const struct reeve_program *program, const char *name)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(name)};
    for (size_t i = 0; i < program->commands_count; i++) {
        reeve_suggestion_try(&s, program->commands[i]->name);
    }
    reeve_output_complain(called(program), "there is no command \"%s\"", name);
    if (s.best != NULL) {
        reeve_output_complain(called(program), "next: did you mean %s %s?", called(program),
                              s.best);
    } else {
        reeve_output_complain(called(program), "next: %s --help lists the commands",
                              called(program));
    }
    return REEVE_EXIT_USAGE;
}

/* ---- completion ---- */

/* The table of commands, as completion wants it; NULL: memory is short. */
static const struct reeve_completion_command *rows(const struct reeve_program *program,
                                                   struct reeve_arena *arena)
{
    struct reeve_completion_command *out =
        reeve_arena_alloc_array(arena, program->commands_count, sizeof(*out));
    for (size_t i = 0; out != NULL && i < program->commands_count; i++) {
        const struct reeve_command *command = program->commands[i];
        out[i] = (struct reeve_completion_command){
            .name = command->name,
            .summary = command->summary,
            .words = command->choices != NULL ? command->choices : "",
            .options = command->options,
            .options_count = command->options_count,
        };
    }
    return out;
}

static const char *next_of(enum reeve_status status)
{
    if (status == REEVE_NOT_FOUND) {
        return "name one of bash, zsh and fish";
    }
    return status == REEVE_INVALID
               ? "start the program under a name of letters, digits, \".\", \"-\" and \"_\""
               : "make memory free, and try again";
}

enum reeve_exit reeve_program_complete(struct reeve_command_call *call)
{
    const char *name = called(call->program);
    const char *shell = call->arguments.words[0] != NULL ? call->arguments.words[0] : "";
    const struct reeve_completion completion = {
        .program = name,
        .commands = rows(call->program, call->arena),
        .commands_count = call->program->commands_count,
    };
    const enum reeve_status status = completion.commands == NULL
                                         ? REEVE_NO_MEMORY
                                         : reeve_completion_write(&completion, shell, call->out);
    if (status == REEVE_OK) {
        return REEVE_EXIT_OK;
    }
    reeve_output_complain(name, "completion: nothing can be printed for \"%s\"", shell);
    reeve_output_complain(name, "next: %s", next_of(status));
    return REEVE_EXIT_USAGE;
}

static bool is(const char *word, const char *text)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(word), text);
}

int reeve_program_run(const struct reeve_program *program, int argc, char **argv, const void *ctx)
{
    if (argc < 2) {
        return show(program, NULL, STDERR_FILENO, REEVE_EXIT_USAGE);
    }
    if (is(argv[1], "--help") || is(argv[1], "-h") || is(argv[1], "help")) {
        return show(program, NULL, STDOUT_FILENO, REEVE_EXIT_OK);
    }
    if (is(argv[1], "--version")) {
        return parse_and_run(program, program->version, 0, argv, ctx);
    }
    for (size_t i = 0; i < program->commands_count; i++) {
        if (is(argv[1], program->commands[i]->name)) {
            return parse_and_run(program, program->commands[i], argc - 2, argv + 2, ctx);
        }
    }
    return unknown_command(program, argv[1]);
}
