/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): one character at a time, and whole strings eight ASCII bytes at a time. */
#include "agent/base/utf8.h"

#include <string.h>

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0u) == 0x80u;
}

/* Length that a lead byte announces, 0 for a byte that cannot lead, and its payload bits. */
static size_t lead_length(uint8_t lead, uint32_t *bits)
{
    if (lead < 0x80u) {
        *bits = lead;
        return 1;
    }
    if (lead >= 0xC2u && lead < 0xE0u) {
        *bits = lead & 0x1Fu;
        return 2;
    }
    if ((lead & 0xF0u) == 0xE0u) {
        *bits = lead & 0x0Fu;
        return 3;
    }
    if (lead >= 0xF0u && lead < 0xF5u) {
        *bits = lead & 0x07u;
        return 4;
    }
    return 0;
}

static bool is_allowed(uint32_t code, size_t length)
{
    static const uint32_t SMALLEST[] = {0, 0, 0x80u, 0x800u, 0x10000u};
    bool surrogate = code >= 0xD800u && code <= 0xDFFFu;
    return code >= SMALLEST[length] && code <= 0x10FFFFu && !surrogate;
}

size_t reeve_utf8_step(struct reeve_bytes b, uint32_t *code)
{
    if (b.len == 0) {
        return 0;
    }
    uint32_t value = 0;
    size_t length = lead_length(b.data[0], &value);
    if (length == 0 || length > b.len) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if (!is_continuation(b.data[i])) {
            return 0;
        }
        value = (value << 6) | (b.data[i] & 0x3Fu);
    }
    if (!is_allowed(value, length)) {
        return 0;
    }
    *code = value;
    return length;
}

/* How many bytes of ASCII `b` starts with; looks at eight at a time. */
static size_t ascii_prefix(struct reeve_bytes b)
{
    size_t i = 0;
    while (b.len - i >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, b.data + i, sizeof(word));
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        i += sizeof(word);
    }
    while (i < b.len && b.data[i] < 0x80u) {
        i++;
    }
    return i;
}

/* Length of the character that `at` starts with, 0 when it is none: the ranges of RFC 3629's table,
 * without putting its code together. Not for ASCII. */
static inline size_t character_length(const uint8_t *at, size_t left)
{
    const uint8_t lead = at[0];
    if (left < 2 || lead < 0xC2u || lead > 0xF4u || !is_continuation(at[1])) {
        return 0;
    }
    if (lead < 0xE0u) {
        return 2;
    }
    if (left < 3 || !is_continuation(at[2])) {
        return 0;
    }
    if (lead < 0xF0u) {
        const bool overlong = lead == 0xE0u && at[1] < 0xA0u;
        const bool surrogate = lead == 0xEDu && at[1] >= 0xA0u;
        return overlong || surrogate ? 0 : 3;
    }
    const bool overlong = lead == 0xF0u && at[1] < 0x90u;
    const bool too_high = lead == 0xF4u && at[1] >= 0x90u;
    return left < 4 || !is_continuation(at[3]) || overlong || too_high ? 0 : 4;
}

bool reeve_bytes_is_utf8(struct reeve_bytes b)
{
    size_t i = 0;
    while (i < b.len) {
        if (b.data[i] < 0x80u) {
            i += ascii_prefix((struct reeve_bytes){b.data + i, b.len - i});
            continue;
        }
        const size_t length = character_length(b.data + i, b.len - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}
