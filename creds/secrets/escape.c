/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes of URLs and of JSON: see escape.h. */
#include "creds/secrets/escape.h"

#include "agent/base/character.h"

static struct reeve_unescaped one_byte(uint8_t byte, size_t used)
{
    return (struct reeve_unescaped){.bytes = {byte}, .len = 1, .used = used};
}

/* The value of `count` hex digits from `at` on; -1 when they are not there. */
static int32_t hex_at(struct reeve_bytes text, size_t at, size_t count)
{
    int32_t value = 0;

    if (text.len < at + count) {
        return -1;
    }
    for (size_t i = at; i < at + count; i++) {
        const int digit = reeve_hex_value(text.data[i]);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

static struct reeve_unescaped percent(struct reeve_bytes text)
{
    int32_t byte = hex_at(text, 1, 2);

    return byte < 0 ? one_byte(text.data[0], 1) : one_byte((uint8_t)byte, 3);
}

/* ---- JSON ---- */

static struct reeve_unescaped as_utf8(uint32_t code, size_t used)
{
    struct reeve_unescaped c = {.len = code < 0x80      ? 1
                                       : code < 0x800   ? 2
                                       : code < 0x10000 ? 3
                                                        : 4,
                                .used = used};
    static const uint8_t FIRST[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = c.len; i-- > 1;) {
        c.bytes[i] = (uint8_t)(0x80u | (code & 0x3Fu));
        code >>= 6;
    }
    c.bytes[0] = (uint8_t)(FIRST[c.len] | code);
    return c;
}

/* \uXXXX, or two of them where they are a surrogate pair. */
static struct reeve_unescaped json_unicode(struct reeve_bytes text)
{
    int32_t code = hex_at(text, 2, 4);

    if (code < 0) {
        return one_byte('\\', 1);
    }
    bool is_high = code >= 0xD800 && code < 0xDC00;
    int32_t low = is_high && text.len > 7 && text.data[6] == '\\' && text.data[7] == 'u'
                      ? hex_at(text, 8, 4)
                      : -1;
    if (low < 0xDC00 || low > 0xDFFF) {
        return as_utf8((uint32_t)code, 6);
    }
    return as_utf8(0x10000u + ((uint32_t)(code - 0xD800) << 10) + (uint32_t)(low - 0xDC00), 12);
}

static struct reeve_unescaped json(struct reeve_bytes text)
{
    int32_t byte = -1;

    if (text.len < 2) {
        return one_byte('\\', 1);
    }
    switch (text.data[1]) {
    case 'u':
        return json_unicode(text);
    case 'x':
        byte = hex_at(text, 2, 2);
        return byte < 0 ? one_byte('\\', 1) : one_byte((uint8_t)byte, 4);
    case 'b':
        return one_byte('\b', 2);
    case 'f':
        return one_byte('\f', 2);
    case 'n':
        return one_byte('\n', 2);
    case 'r':
        return one_byte('\r', 2);
    case 't':
        return one_byte('\t', 2);
    case '"':
    case '\\':
    case '/':
        return one_byte(text.data[1], 2);
    default:
        return one_byte('\\', 1);
    }
}

struct reeve_unescaped reeve_unescape(enum reeve_escape escape, struct reeve_bytes text)
{
    uint8_t c = text.data[0];

    if (c == '%' && (escape == REEVE_ESCAPE_PERCENT || escape == REEVE_ESCAPE_FORM)) {
        return percent(text);
    }
    if (c == '+' && escape == REEVE_ESCAPE_FORM) {
        return one_byte(' ', 1);
    }
    if (c == '\\' && escape == REEVE_ESCAPE_JSON) {
        return json(text);
    }
    return one_byte(c, 1);
}
