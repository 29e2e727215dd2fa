/* SPDX-License-Identifier: Apache-2.0 */
/* Both directions of base64. */
#include "proto/runtime/base64.h"

#include "agent/base/character.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* -1 when it is not in either alphabet. */
static int value_of(uint8_t c)
{
    if (reeve_is_upper(c)) {
        return c - 'A';
    }
    if (reeve_is_lower(c)) {
        return c - 'a' + 26;
    }
    if (reeve_is_digit(c)) {
        return c - '0' + 52;
    }
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

/* Takes the padding off: none at all, or up to a multiple of four. */
static enum reeve_status without_padding(struct reeve_bytes text, size_t *len)
{
    size_t n = text.len;
    while (n > 0 && text.len - n < 2 && text.data[n - 1] == '=') {
        n--;
    }
    if ((n != text.len && text.len % 4 != 0) || n % 4 == 1) {
        return REEVE_TYPE;
    }
    *len = n;
    return REEVE_OK;
}

static enum reeve_status decode_into(struct reeve_bytes text, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < text.len; i++) {
        const int v = value_of(text.data[i]);
        if (v < 0) {
            return REEVE_TYPE;
        }
        bits = (bits << 6 | (uint32_t)v) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *out++ = (uint8_t)(bits >> have);
        }
    }
    /* Bits that no byte holds may be anything: protobuf's conformance suite sends "-_". */
    return REEVE_OK;
}

enum reeve_status reeve_base64_decode(struct reeve_bytes text, struct reeve_arena *arena,
                                      struct reeve_bytes *out)
{
    size_t len = 0;
    REEVE_TRY(without_padding(text, &len));
    *out = reeve_bytes_of(NULL, 0);
    if (len == 0) {
        return REEVE_OK;
    }
    const size_t size = len / 4 * 3 + (len % 4 == 0 ? 0 : len % 4 - 1);
    uint8_t *bytes = reeve_arena_alloc(arena, size);
    if (bytes == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(decode_into(reeve_bytes_slice(text, 0, len), bytes));
    *out = reeve_bytes_of(bytes, size);
    return REEVE_OK;
}

enum reeve_status reeve_base64_encode(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    if (bytes.len > SIZE_MAX / 2) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reeve_buffer_reserve(to, (bytes.len + 2) / 3 * 4));
    for (size_t i = 0; i < bytes.len; i += 3) {
        const size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        const uint32_t group = (uint32_t)bytes.data[i] << 16 |
                               (n > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0) |
                               (n > 2 ? (uint32_t)bytes.data[i + 2] : 0);
        uint8_t *out = to->data + to->len;
        out[0] = (uint8_t)alphabet[group >> 18];
        out[1] = (uint8_t)alphabet[group >> 12 & 63];
        out[2] = n > 1 ? (uint8_t)alphabet[group >> 6 & 63] : '=';
        out[3] = n > 2 ? (uint8_t)alphabet[group & 63] : '=';
        to->len += 4;
    }
    return REEVE_OK;
}
