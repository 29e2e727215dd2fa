/* SPDX-License-Identifier: Apache-2.0 */
/* What subcommands print: see output.h. */
#include "agent/cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/runtime/message.h"

struct reeve_rows_row {
    struct reeve_rows_row *next;
    const char *cells[REEVE_TABLE_COLUMNS_MAX];
};

bool reeve_output_colour(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) == 1 && getenv("NO_COLOR") == NULL && term != NULL &&
           !reeve_bytes_equal_cstr(reeve_bytes_cstr(term), "dumb");
}

const char *reeve_output_paint(bool on, const char *code)
{
    static const struct {
        const char *code;
        const char *sequence;
    } CODES[] = {{"1", "\033[1m"}, {"31", "\033[31m"}, {"32", "\033[32m"}, {"33", "\033[33m"}};
    for (size_t i = 0; on && i < sizeof(CODES) / sizeof(CODES[0]); i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(code), CODES[i].code)) {
            return CODES[i].sequence;
        }
    }
    return "";
}

const char *reeve_output_plain(bool on)
{
    return on ? "\033[0m" : "";
}

bool reeve_output_write(int fd, struct reeve_bytes text)
{
    size_t done = 0;
    while (done < text.len) {
        const ssize_t count = write(fd, text.data + done, text.len - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

enum reeve_status reeve_output_json(const struct reeve_message *table, const void *message,
                                    struct reeve_buffer *out)
{
    const struct reeve_json_options options = {
        .proto_names = true, .emit_defaults = true, .indent = 2};
    REEVE_TRY(reeve_message_to_json(table, message, &options, out));
    return reeve_buffer_append_byte(out, '\n');
}

/* ---- rows ---- */

void reeve_rows_init(struct reeve_rows *rows, struct reeve_arena *arena, size_t columns)
{
    *rows = (struct reeve_rows){.arena = arena};
    rows->columns = columns < REEVE_TABLE_COLUMNS_MAX ? columns : REEVE_TABLE_COLUMNS_MAX;
}

enum reeve_status reeve_rows_add(struct reeve_rows *rows, const char *const *cells)
{
    struct reeve_rows_row *row = reeve_arena_alloc(rows->arena, sizeof(*row));
    if (row == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < rows->columns; i++) {
        const struct reeve_bytes cell = reeve_bytes_cstr(cells[i]);
        row->cells[i] = reeve_arena_strdup(rows->arena, cell);
        if (row->cells[i] == NULL) {
            return REEVE_NO_MEMORY;
        }
        rows->widths[i] = cell.len > rows->widths[i] ? cell.len : rows->widths[i];
    }
    *(rows->last != NULL ? &rows->last->next : &rows->first) = row;
    rows->last = row;
    return REEVE_OK;
}

enum reeve_status reeve_rows_print(const struct reeve_rows *rows, unsigned indent,
                                   struct reeve_buffer *out)
{
    for (const struct reeve_rows_row *row = rows->first; row != NULL; row = row->next) {
        REEVE_TRY(reeve_buffer_append_format(out, "%*s", (int)indent, ""));
        for (size_t i = 0; i + 1 < rows->columns; i++) {
            REEVE_TRY(
                reeve_buffer_append_format(out, "%-*s  ", (int)rows->widths[i], row->cells[i]));
        }
        REEVE_TRY(reeve_buffer_append_format(out, "%s\n", row->cells[rows->columns - 1]));
    }
    return REEVE_OK;
}

/* ---- texts ---- */

char *reeve_output_text(struct reeve_arena *arena, const char *format, ...)
{
    static char nothing[1] = "";
    char text[1024];
    va_list args;
    va_start(args, format);
    if (reeve_format_list(text, sizeof(text), format, args) != REEVE_OK) {
        text[sizeof(text) - 1] = '\0'; /* cut */
    }
    va_end(args);
    char *copy = reeve_arena_strdup(arena, reeve_bytes_cstr(text));
    return copy != NULL ? copy : nothing;
}

char *reeve_output_hex(struct reeve_arena *arena, const uint8_t *bytes, size_t len)
{
    static const char DIGITS[] = "0123456789abcdef";
    static char nothing[1] = "";
    char *text = reeve_arena_alloc(arena, 2 * len + 1);
    if (text == NULL) {
        return nothing;
    }
    for (size_t i = 0; i < len; i++) {
        text[2 * i] = DIGITS[bytes[i] >> 4];
        text[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    return text;
}
