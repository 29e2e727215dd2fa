/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of text. */
#include "proto/runtime/text.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS UINT64_C(0x0101010101010101)

/* Eight bytes, or four, as one number in any order: compilers make one load of each. */
static inline uint64_t load4(const uint8_t *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
}

static inline uint64_t load8(const uint8_t *at)
{
    return load4(at) | load4(at + 4) << 32;
}

/* What was seen, in the high bit of any byte. */
struct seen {
    uint64_t not_ascii;
    uint64_t nul;
};

/* A borrow can mark only bytes above one that is zero, so the answer is right for the whole. */
static inline void look_at(struct seen *seen, uint64_t word)
{
    seen->not_ascii |= word & HIGH_BITS;
    seen->nul |= (word - LOW_BITS) & ~word & HIGH_BITS;
}

static struct seen look_at_few(struct reeve_bytes text)
{
    struct seen seen = {0, 0};
    if (text.len >= 4) {
        look_at(&seen, load4(text.data) | load4(text.data + text.len - 4) << 32);
        return seen;
    }
    for (size_t i = 0; i < text.len; i++) {
        look_at(&seen, text.data[i] * LOW_BITS);
    }
    return seen;
}

/* The last step reads again what the one before it read, rather than byte by byte. */
static struct seen look(struct reeve_bytes text)
{
    struct seen seen = {0, 0};
    if (text.len < 8) {
        return look_at_few(text);
    }
    size_t i = 0;
    for (; i + 32 <= text.len; i += 32) {
        look_at(&seen, load8(text.data + i));
        look_at(&seen, load8(text.data + i + 8));
        look_at(&seen, load8(text.data + i + 16));
        look_at(&seen, load8(text.data + i + 24));
    }
    for (; i + 8 <= text.len; i += 8) {
        look_at(&seen, load8(text.data + i));
    }
    look_at(&seen, load8(text.data + text.len - 8));
    return seen;
}

enum reeve_status reeve_text_check(struct reeve_bytes text)
{
    const struct seen seen = look(text);
    /* ASCII, by far the most common, needs no second look. */
    if (seen.not_ascii != 0 && !reeve_bytes_is_utf8(text)) {
        return REEVE_UTF8;
    }
    return seen.nul != 0 ? REEVE_EMBEDDED_NUL : REEVE_OK;
}

size_t reeve_text_length(struct reeve_bytes text)
{
    size_t length = text.len;
    size_t i = 0;
    /* Less the bytes that continue a character: 10xxxxxx. */
    for (; i + 8 <= text.len; i += 8) {
        const uint64_t word = load8(text.data + i);
        const uint64_t continues = (word >> 7) & (~word >> 6) & LOW_BITS;
        length -= (size_t)(continues * LOW_BITS >> 56);
    }
    for (; i < text.len; i++) {
        length -= (text.data[i] & 0xc0) == 0x80;
    }
    return length;
}
