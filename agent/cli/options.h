/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options from a table: name, value, help. */
#ifndef REEVE_AGENT_CLI_OPTIONS_H
#define REEVE_AGENT_CLI_OPTIONS_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_OPTIONS_MAX 16u
#define REEVE_WORDS_MAX 4u

struct reeve_option {
    const char *name;  /* "--config" */
    const char *value; /* "FILE", or the choices "a|b"; NULL: a flag */
    const char *help;  /* NULL: another name of the option before it */
};

/* What was given. Views into argv. */
struct reeve_arguments {
    const char
        *values[REEVE_OPTIONS_MAX];     /* by the table's index; "" for a flag, NULL: not given */
    const char *words[REEVE_WORDS_MAX]; /* those that are no options; NULL behind the last */
    size_t words_count;
    bool help; /* --help or -h */
};

/* Reads "--name VALUE", "--name=VALUE" and flags; "--" ends the options; "-" alone is a word. At
 * most `words` (up to REEVE_WORDS_MAX) are no options. An option's other name fills the place of
 * the first. INVALID: `problem` says what is wrong and what was probably meant. */
enum reeve_status reeve_options_parse(const struct reeve_option *options, size_t count,
                                      size_t words, int argc, char *const *argv,
                                      struct reeve_arguments *out,
                                      char problem[256]) REEVE_MUST_CHECK;
/* Appends the table for --help, without --help itself. LIMIT, NO_MEMORY. */
enum reeve_status reeve_options_print(const struct reeve_option *options, size_t count,
                                      struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
