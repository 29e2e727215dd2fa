/* SPDX-License-Identifier: Apache-2.0 */
/* Completion scripts for bash, zsh and fish, made from a program's table of commands. */
#ifndef REEVE_AGENT_CLI_COMPLETION_H
#define REEVE_AGENT_CLI_COMPLETION_H

#include "agent/cli/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A row of the table. Everything is borrowed, and is the program's own: nothing in it is quoted for
 * a shell but the texts for people. */
struct reeve_completion_command {
    const char *name;    /* one word or two: "approve", "audit verify" */
    const char *group;   /* for people: what its first word stands for; NULL: `summary` says it */
    const char *summary; /* for people: one line */
    const char *words;   /* what may stand behind it: "FILE", "" or the choices "ls|verify" */
    const struct reeve_option *options;
    size_t options_count;
};

struct reeve_completion {
    const char *program; /* how it is called: [A-Za-z0-9_.-], else INVALID */
    const struct reeve_completion_command *commands;
    size_t commands_count;
    const struct reeve_option *globals; /* what every command takes */
    size_t globals_count;
};

/* The shells that there are scripts for: "bash|zsh|fish". */
#define REEVE_COMPLETION_SHELLS "bash|zsh|fish"

/* Appends the script for `shell`: names of commands and options, an option's or a command's
 * choices, file names everywhere else. NOT_FOUND: no such shell. INVALID, LIMIT, NO_MEMORY. */
enum reeve_status reeve_completion_write(const struct reeve_completion *completion,
                                         const char *shell,
                                         struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
