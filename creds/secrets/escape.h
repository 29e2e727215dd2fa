/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a text through an escape, one character at a time. Encoders differ in which characters
 * they escape and in which case; what they make reads back alike, so the redactor compares what a
 * text means instead of listing what it may look like. Internal to this folder. */
#ifndef REEVE_CREDS_SECRETS_ESCAPE_H
#define REEVE_CREDS_SECRETS_ESCAPE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_escape {
    REEVE_ESCAPE_NONE,
    REEVE_ESCAPE_PERCENT, /* %XX (RFC 3986) */
    REEVE_ESCAPE_FORM,    /* the same, and '+' is a space (URL Standard, section 5) */
    REEVE_ESCAPE_JSON,    /* RFC 8259, section 7; and \xXX, which our log writes */
};
#define REEVE_ESCAPES 4

/* What one character of the text stands for. */
struct reeve_unescaped {
    uint8_t bytes[4];
    size_t len;  /* of bytes */
    size_t used; /* of the text */
};

/* `text` is not empty. What is no well-formed escape stands for itself. */
struct reeve_unescaped reeve_unescape(enum reeve_escape escape, struct reeve_bytes text);
/* Whether `c` begins an escape of any kind. */
static inline bool reeve_begins_escape(uint8_t c)
{
    return c == '%' || c == '+' || c == '\\';
}

#ifdef __cplusplus
}
#endif
#endif
