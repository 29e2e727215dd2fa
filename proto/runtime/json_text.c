/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes. */
#include "proto/runtime/json_text.h"

#include "proto/runtime/text.h"

/* The letter behind the backslash of a short escape, or 0. */
static char short_escape(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

/* The code point that starts at `at` and its size, when it has to be escaped by number; else 0. */
static unsigned must_escape(struct reeve_bytes text, size_t at, size_t *size)
{
    const uint8_t *c = text.data + at;
    *size = 1;
    if (c[0] < ' ' || c[0] == 0x7f) {
        return c[0];
    }
    if (c[0] == 0xc2 && c[1] < 0xa0) {
        *size = 2;
        return c[1];
    }
    if (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9)) {
        *size = 3;
        return 0x2000 | (c[2] & 0x3fu);
    }
    return 0;
}

static bool is_special(uint8_t c)
{
    return c < ' ' || c == '"' || c == '\\' || c == 0x7f || c == 0xc2 || c == 0xe2;
}

/* Writes what stands at `at`, which is special, and returns its size. */
static enum reeve_status write_special(struct reeve_bytes text, size_t at, struct reeve_buffer *to,
                                       size_t *size)
{
    *size = 1;
    const char letter = short_escape(text.data[at]);
    if (letter != 0) {
        return reeve_buffer_append_format(to, "\\%c", letter);
    }
    const unsigned point = must_escape(text, at, size);
    if (point != 0) {
        return reeve_buffer_append_format(to, "\\u%04x", point);
    }
    return reeve_buffer_append_byte(to, text.data[at]);
}

enum reeve_status reeve_json_text_write(struct reeve_bytes text, struct reeve_buffer *to)
{
    REEVE_TRY(reeve_text_check(text));
    REEVE_TRY(reeve_buffer_append_byte(to, '"'));
    for (size_t i = 0; i < text.len;) {
        size_t plain = i;
        while (plain < text.len && !is_special(text.data[plain])) {
            plain++;
        }
        REEVE_TRY(reeve_buffer_append(to, reeve_bytes_slice(text, i, plain - i)));
        size_t size = 0;
        REEVE_TRY(plain == text.len ? REEVE_OK : write_special(text, plain, to, &size));
        i = plain + size;
    }
    return reeve_buffer_append_byte(to, '"');
}
