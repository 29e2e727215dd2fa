/* SPDX-License-Identifier: Apache-2.0 */
/* What subcommands print: see output.h. */
#include "agent/cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/runtime/message.h"

#define COMPLAINT_SIZE 4096u

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

static const struct {
    const char *code;
    const char *sequence;
} COLOURS[] = {
    {"1", "\033[1m"}, {"2", "\033[2m"}, {"31", "\033[31m"}, {"32", "\033[32m"}, {"33", "\033[33m"},
};
#define PLAIN "\033[0m"

const char *reeve_output_paint(bool on, const char *code)
{
    for (size_t i = 0; on && i < sizeof(COLOURS) / sizeof(COLOURS[0]); i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(code), COLOURS[i].code)) {
            return COLOURS[i].sequence;
        }
    }
    return "";
}

const char *reeve_output_plain(bool on)
{
    return on ? PLAIN : "";
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

/* ---- what a terminal may be given ---- */

/* The colour that the text begins with; empty when it begins with none. */
static struct reeve_bytes leading_colour(struct reeve_bytes text)
{
    for (size_t i = 0; i < sizeof(COLOURS) / sizeof(COLOURS[0]); i++) {
        const struct reeve_bytes sequence = reeve_bytes_cstr(COLOURS[i].sequence);
        if (reeve_bytes_starts_with(text, sequence)) {
            return sequence;
        }
    }
    const struct reeve_bytes plain = reeve_bytes_cstr(PLAIN);
    return reeve_bytes_starts_with(text, plain) ? plain : reeve_bytes_of(NULL, 0);
}

/* The length of the UTF-8 character that the text begins with, its number in *character; 0 when it
 * begins with none. */
static size_t leading_character(struct reeve_bytes text, uint32_t *character)
{
    const uint8_t first = text.data[0];
    const size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (len > text.len || !reeve_bytes_is_utf8(reeve_bytes_slice(text, 0, len))) {
        return 0;
    }
    *character = len == 1 ? first : first & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        *character = *character << 6 | (text.data[i] & 0x3Fu);
    }
    return len;
}

/* What a terminal would act on: C0, DEL, C1, separators, and what turns the direction of text. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
           c == 0x061C;
}

enum reeve_status reeve_output_printable(struct reeve_bytes text, bool lines, bool colour,
                                         struct reeve_buffer *out)
{
    while (text.len > 0) {
        const struct reeve_bytes sequence = colour ? leading_colour(text) : reeve_bytes_of(NULL, 0);
        uint32_t character = 0;
        size_t len = sequence.len > 0 ? sequence.len : leading_character(text, &character);
        if (len == 0) {
            len = 1;
            REEVE_TRY(reeve_buffer_append_format(out, "\\x%02x", text.data[0]));
        } else if (sequence.len == 0 && is_control(character) && !(lines && character == '\n')) {
            REEVE_TRY(reeve_buffer_append_format(out, "\\u%04x", character));
        } else {
            REEVE_TRY(reeve_buffer_append(out, reeve_bytes_slice(text, 0, len)));
        }
        text = reeve_bytes_slice(text, len, text.len - len);
    }
    return REEVE_OK;
}

bool reeve_output_write_printable(int fd, struct reeve_bytes text, bool colour)
{
    struct reeve_buffer printable;
    reeve_buffer_init(&printable, NULL, SIZE_MAX);
    const bool done = reeve_output_printable(text, true, colour, &printable) == REEVE_OK &&
                      reeve_output_write(fd, reeve_buffer_view(&printable));
    reeve_buffer_clear(&printable);
    return done;
}

void reeve_output_complain(const char *name, const char *format, ...)
{
    char text[COMPLAINT_SIZE];
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(text, sizeof(text), format, args);
    va_end(args);
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(name));
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(": "));
    (void)reeve_output_write_printable(STDERR_FILENO, reeve_bytes_cstr(text), false);
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr("\n"));
}

/* ---- rows ---- */

void reeve_rows_init(struct reeve_rows *rows, struct reeve_arena *arena, size_t columns)
{
    *rows = (struct reeve_rows){.arena = arena};
    rows->columns = columns < REEVE_TABLE_COLUMNS_MAX ? columns : REEVE_TABLE_COLUMNS_MAX;
}

/* Columns that a terminal gives to it, taking one for each character. */
static size_t width_of(struct reeve_bytes text)
{
    size_t width = 0;
    while (text.len > 0) {
        const struct reeve_bytes colour = leading_colour(text);
        const size_t step = colour.len > 0 ? colour.len : 1;
        width += colour.len == 0 && (text.data[0] & 0xC0u) != 0x80u ? 1 : 0;
        text = reeve_bytes_slice(text, step, text.len - step);
    }
    return width;
}

/* A cell as it is printed; one with a colour ends plain. */
static enum reeve_status append_cell(const char *cell, struct reeve_buffer *out)
{
    const struct reeve_bytes text = reeve_bytes_cstr(cell);
    const struct reeve_bytes colour = leading_colour(text);
    const struct reeve_bytes rest = reeve_bytes_slice(text, colour.len, text.len - colour.len);
    const struct reeve_bytes plain = reeve_bytes_cstr(PLAIN);
    const bool ends_plain =
        rest.len >= plain.len &&
        reeve_bytes_equal(reeve_bytes_slice(rest, rest.len - plain.len, plain.len), plain);
    const size_t len = colour.len > 0 && ends_plain ? rest.len - plain.len : rest.len;
    REEVE_TRY(reeve_buffer_append(out, colour));
    REEVE_TRY(reeve_output_printable(reeve_bytes_slice(rest, 0, len), false, false, out));
    return colour.len > 0 ? reeve_buffer_append(out, plain) : REEVE_OK;
}

static const char *printable_cell(struct reeve_arena *arena, const char *cell)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    const char *copy = NULL;
    if (append_cell(cell, &text) == REEVE_OK) {
        copy = reeve_arena_strdup(arena, reeve_buffer_view(&text));
    }
    reeve_buffer_clear(&text);
    return copy;
}

enum reeve_status reeve_rows_add(struct reeve_rows *rows, const char *const *cells)
{
    struct reeve_rows_row *row = reeve_arena_alloc(rows->arena, sizeof(*row));
    if (row == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < rows->columns; i++) {
        row->cells[i] = printable_cell(rows->arena, cells[i]);
        if (row->cells[i] == NULL) {
            return REEVE_NO_MEMORY;
        }
        const size_t width = width_of(reeve_bytes_cstr(row->cells[i]));
        rows->widths[i] = width > rows->widths[i] ? width : rows->widths[i];
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
            const size_t width = width_of(reeve_bytes_cstr(row->cells[i]));
            REEVE_TRY(reeve_buffer_append_format(out, "%s%*s", row->cells[i],
                                                 (int)(rows->widths[i] - width + 2), ""));
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
    reeve_format_list_cut(text, sizeof(text), format, args);
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
