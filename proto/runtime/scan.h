/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a text. */
#ifndef REEVE_PROTO_RUNTIME_SCAN_H
#define REEVE_PROTO_RUNTIME_SCAN_H

#include "agent/base/bytes.h"
#include "agent/base/character.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_scan {
    struct reeve_bytes text;
    size_t at; /* at most text.len */
};

static inline struct reeve_scan reeve_scan_of(struct reeve_bytes text)
{
    const struct reeve_scan s = {text, 0};
    return s;
}

static inline bool reeve_scan_ended(const struct reeve_scan *s)
{
    return s->at == s->text.len;
}

static inline bool reeve_scan_sees(const struct reeve_scan *s, char c)
{
    return s->at < s->text.len && s->text.data[s->at] == (uint8_t)c;
}

static inline bool reeve_scan_take(struct reeve_scan *s, char c)
{
    const bool seen = reeve_scan_sees(s, c);
    s->at += seen ? 1 : 0;
    return seen;
}

static inline bool reeve_scan_sees_digit(const struct reeve_scan *s)
{
    return s->at < s->text.len && reeve_is_digit(s->text.data[s->at]);
}

/* The digit that is seen, as a number. */
static inline uint8_t reeve_scan_digit(struct reeve_scan *s)
{
    return (uint8_t)(s->text.data[s->at++] - '0');
}

/* A decimal number without sign and superfluous zeros, at most `max` (below 10^8). */
static inline bool reeve_scan_number(struct reeve_scan *s, uint32_t max, uint32_t *out)
{
    const size_t from = s->at;
    uint32_t v = 0;
    while (reeve_scan_sees_digit(s)) {
        v = v * 10 + reeve_scan_digit(s);
        if (v > max) {
            return false;
        }
    }
    *out = v;
    return s->at > from && (s->text.data[from] != '0' || s->at == from + 1);
}

/* Where the first of this character stands; text.len when there is none. */
static inline size_t reeve_scan_first(struct reeve_bytes text, char c)
{
    size_t i = 0;
    while (i < text.len && text.data[i] != (uint8_t)c) {
        i++;
    }
    return i;
}

static inline bool reeve_scan_all(struct reeve_bytes text, bool (*is)(int c))
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is(text.data[i])) {
            return false;
        }
    }
    return true;
}

#ifdef __cplusplus
}
#endif
#endif
