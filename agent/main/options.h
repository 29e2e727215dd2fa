/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options from a table: name, value, help. */
#ifndef REEVE_AGENT_MAIN_OPTIONS_H
#define REEVE_AGENT_MAIN_OPTIONS_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_OPTIONS_MAX 8u

struct reeve_option {
    const char *name;  /* "--config" */
    const char *value; /* "FILE"; NULL: a flag */
    const char *help;
};

/* What was given. Views into argv. */
struct reeve_arguments {
    const char
        *values[REEVE_OPTIONS_MAX]; /* by the table's index; "" for a flag, NULL: not given */
    const char *word;               /* the one word that is no option; NULL: none */
    bool help;                      /* --help or -h */
};

/* Reads "--name VALUE", "--name=VALUE" and flags; "--" ends the options. INVALID: `problem` says
 * what is wrong and what was probably meant. */
enum reeve_status reeve_options_parse(const struct reeve_option *options, size_t count,
                                      bool takes_word, int argc, char *const *argv,
                                      struct reeve_arguments *out,
                                      char problem[256]) REEVE_MUST_CHECK;
/* Appends the table for --help. LIMIT, NO_MEMORY. */
enum reeve_status reeve_options_print(const struct reeve_option *options, size_t count,
                                      struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
