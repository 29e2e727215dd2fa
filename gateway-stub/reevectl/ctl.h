/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the program: what was asked, and what it says. Commands get it, print into it, and
 * return an exit status. One thread. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_CTL_H
#define REEVE_GATEWAY_STUB_REEVECTL_CTL_H

#include "agent/base/arena.h"
#include "agent/base/time.h"
#include "agent/cli/options.h"
#include "agent/cli/output.h"
#include "gateway-stub/reevectl/client.h"
#include "gateway-stub/reevectl/exit_code.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CTL_PROGRAM "reevectl"
#define REEVE_CTL_VERSION "0.1.0"

/* Options that every command takes; they come first in each command's table of arguments. */
enum reeve_ctl_global {
    REEVE_CTL_CONFIG,
    REEVE_CTL_JSON,
    REEVE_CTL_NO_COLOR,
    REEVE_CTL_TIMEOUT,
    REEVE_CTL_GLOBALS,
};

struct reeve_ctl_config;
struct reeve_schemas;

struct reeve_ctl {
    struct reeve_arguments arguments;
    struct reeve_arena *arena; /* lives until the program ends */
    struct reeve_buffer out;   /* what is not written yet */
    struct reeve_now now;      /* when the program started */
    bool json;
    bool colour;                           /* stdout shows it */
    uint64_t timeout_ms;                   /* of one call; 0: the client's default */
    bool print_failed;                     /* memory was short for text, or nobody reads stdout */
    const struct reeve_ctl_config *config; /* NULL: not loaded yet */
    struct reeve_client *client;           /* NULL: not connected yet */
    struct reeve_schemas *schemas;         /* NULL: none fetched yet */
};

void reeve_ctl_init(struct reeve_ctl *c, struct reeve_arena *arena);
void reeve_ctl_clear(struct reeve_ctl *c);

/* A command's own option, by its place in the command's table; NULL: not given. */
const char *reeve_ctl_option(const struct reeve_ctl *c, size_t index);
/* A word of the command line behind the command; NULL: not given. */
const char *reeve_ctl_word(const struct reeve_ctl *c, size_t index);
/* Whole numbers of an option: REEVE_CTL_USAGE with a complaint when it is none or over `max`. Not
 * given: *out stays as it is. */
enum reeve_ctl_exit reeve_ctl_number(const struct reeve_ctl *c, size_t index, const char *name,
                                     uint32_t max, uint32_t *out);
enum reeve_ctl_exit reeve_ctl_whole_number(const struct reeve_ctl *c, size_t index,
                                           const char *name, uint64_t max, uint64_t *out);

/* ---- stdout ---- */

/* Puts text behind what was said before. What cannot be stored or written is remembered and makes
 * the program end with another status than 0. A text is cut at 4 KiB. */
void reeve_ctl_say(struct reeve_ctl *c, const char *format, ...) REEVE_PRINTF(2, 3);
void reeve_ctl_put(struct reeve_ctl *c, struct reeve_bytes text);
/* Adds a row to what reeve_ctl_rows() will print. */
void reeve_ctl_row(struct reeve_ctl *c, struct reeve_rows *rows, const char *const *cells);
/* All rows, two spaces in. */
void reeve_ctl_rows(struct reeve_ctl *c, const struct reeve_rows *rows);
/* Writes what was said, made printable. */
void reeve_ctl_flush(struct reeve_ctl *c);

/* A colour ("31" red, "32" green, "33" yellow, "1" bold, "2" faint) around a text, in the arena. */
const char *reeve_ctl_painted(struct reeve_ctl *c, const char *code, const char *text);
/* Another's text on one line without anything that a terminal acts on; in the arena. */
const char *reeve_ctl_safe(struct reeve_ctl *c, const char *text);

/* ---- stderr ---- */

/* Says what went wrong, behind the program's name: printf's arguments. */
#define reeve_ctl_complain(...) reeve_output_complain(REEVE_CTL_PROGRAM, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
