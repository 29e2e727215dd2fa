/* SPDX-License-Identifier: Apache-2.0 */
/* The classes of ASCII characters that grammars are written in, whatever the locale. A byte of a
 * longer character is in none of them, nor is a negative number. */
#ifndef REEVE_AGENT_BASE_CHARACTER_H
#define REEVE_AGENT_BASE_CHARACTER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline bool reeve_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static inline bool reeve_is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool reeve_is_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool reeve_is_letter(int c)
{
    return reeve_is_lower(c) || reeve_is_upper(c);
}

static inline bool reeve_is_alphanumeric(int c)
{
    return reeve_is_letter(c) || reeve_is_digit(c);
}

/* A letter in lower case; anything else as it is. */
static inline int reeve_lower(int c)
{
    return reeve_is_upper(c) ? c - 'A' + 'a' : c;
}

static inline bool reeve_is_hex(int c)
{
    return reeve_is_digit(c) || (reeve_lower(c) >= 'a' && reeve_lower(c) <= 'f');
}

/* 0 to 15; -1: not a hex digit. */
static inline int reeve_hex_value(int c)
{
    if (reeve_is_digit(c)) {
        return c - '0';
    }
    return reeve_is_hex(c) ? reeve_lower(c) - 'a' + 10 : -1;
}

#ifdef __cplusplus
}
#endif
#endif
