/* SPDX-License-Identifier: Apache-2.0 */
/* What subcommands print: text put together in a buffer, tables with aligned columns, messages as
 * JSON. Colour only where a terminal shows it. */
#ifndef REEVE_AGENT_CLI_OUTPUT_H
#define REEVE_AGENT_CLI_OUTPUT_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_OUTPUT_MAX ((size_t)16 * 1024 * 1024)
#define REEVE_TABLE_COLUMNS_MAX 10u

/* Whether colour makes sense on `fd`: a terminal, NO_COLOR not set. */
bool reeve_output_colour(int fd);
/* The text in a colour ("32" green, "31" red, "33" yellow, "1" bold), plain unless `on`. Whoever
 * shows a word in a table pads it first. */
const char *reeve_output_paint(bool on, const char *code);
const char *reeve_output_plain(bool on);

/* Writes everything; false when the other end is gone. */
bool reeve_output_write(int fd, struct reeve_bytes text);
/* Appends text that came from elsewhere so that a terminal shows it and obeys nothing in it:
 * control characters, bidirectional controls and what is not UTF-8 become escapes. Line feeds stay
 * where `lines` says so, and our own colours where `colour` does. LIMIT, NO_MEMORY. */
enum reeve_status reeve_output_printable(struct reeve_bytes text, bool lines, bool colour,
                                         struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Writes several lines of such text; false when the other end is gone or memory is short. */
bool reeve_output_write_printable(int fd, struct reeve_bytes text, bool colour);
/* Says on stderr what went wrong: "NAME: TEXT" and a line feed, the text printable and cut at 4
 * KiB.
 */
void reeve_output_complain(const char *name, const char *format, ...) REEVE_PRINTF(2, 3);
/* A message as indented JSON with all its fields, and a newline. LIMIT, NO_MEMORY. */
enum reeve_status reeve_output_json(const struct reeve_message *table, const void *message,
                                    struct reeve_buffer *out) REEVE_MUST_CHECK;

/* Rows of short texts. Cells are copied into the arena, made printable; one that begins with a
 * colour is shown in it. */
struct reeve_rows {
    struct reeve_arena *arena;
    size_t columns;
    size_t widths[REEVE_TABLE_COLUMNS_MAX];
    struct reeve_rows_row *first;
    struct reeve_rows_row *last;
};

void reeve_rows_init(struct reeve_rows *rows, struct reeve_arena *arena, size_t columns);
/* NO_MEMORY. `cells` has as many texts as there are columns. */
enum reeve_status reeve_rows_add(struct reeve_rows *rows,
                                 const char *const *cells) REEVE_MUST_CHECK;
/* Appends all rows, columns two spaces apart, each line after `indent` spaces. */
enum reeve_status reeve_rows_print(const struct reeve_rows *rows, unsigned indent,
                                   struct reeve_buffer *out) REEVE_MUST_CHECK;

/* Formatted text in the arena; "" when memory is short. */
char *reeve_output_text(struct reeve_arena *arena, const char *format, ...) REEVE_PRINTF(2, 3);
/* Lower-case hex of the first `len` bytes. */
char *reeve_output_hex(struct reeve_arena *arena, const uint8_t *bytes, size_t len);

#ifdef __cplusplus
}
#endif
#endif
