/* SPDX-License-Identifier: Apache-2.0 */
/* A program made of subcommands: finds the one that is named, reads its options, runs it, writes
 * what it says; help and exit statuses are alike everywhere. */
#ifndef REEVE_AGENT_CLI_PROGRAM_H
#define REEVE_AGENT_CLI_PROGRAM_H

#include "agent/cli/options.h"
#include "agent/cli/output.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Exit statuses, as every --help promises them. */
enum reeve_exit {
    REEVE_EXIT_OK = 0,
    REEVE_EXIT_NO = 1,           /* the answer is no: not ready, not valid */
    REEVE_EXIT_USAGE = 2,        /* the command line is wrong */
    REEVE_EXIT_CANNOT_START = 3, /* or is not running */
    REEVE_EXIT_BROKEN_OFF = 4,   /* ended by an error, or by a second signal */
    REEVE_EXIT_IN_DOUBT = 5,     /* it failed, and nobody can say whether it had its effect */
    REEVE_EXIT_DISK = 6,         /* ended by a disk that is full or broken */
};

struct reeve_program;

/* One run of one command. */
struct reeve_command_call {
    const void *ctx; /* as given to reeve_program_run() */
    const struct reeve_program *program;
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
    size_t words;        /* how many it takes that are no options */
    const char *choices; /* what the first of them is: "ls|verify"; NULL: anything */
    enum reeve_exit (*run)(struct reeve_command_call *call);
};

struct reeve_program {
    const char *name;     /* "reeve-agent", as all the texts call it */
    const char *called;   /* what it is called in place of that; NULL: the same */
    const char *about;    /* in front of the list of commands */
    const char *examples; /* behind it */
    const struct reeve_command *const *commands;
    size_t commands_count;
    const struct reeve_command *version; /* what --version runs */
};

/* The process's exit status. */
int reeve_program_run(const struct reeve_program *program, int argc, char **argv, const void *ctx);

/* What a command `completion` does, whose one word is a shell: the script, from the program's own
 * table. */
enum reeve_exit reeve_program_complete(struct reeve_command_call *call);

#ifdef __cplusplus
}
#endif
#endif
