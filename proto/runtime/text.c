/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of text. */
#include "proto/runtime/text.h"

enum reeve_status reeve_text_check(struct reeve_bytes text)
{
    uint8_t all = 0;
    bool nul = false;
    for (size_t i = 0; i < text.len; i++) {
        all |= text.data[i];
        nul |= text.data[i] == 0;
    }
    /* ASCII, by far the most common, needs no second look. */
    if (all >= 0x80 && !reeve_bytes_is_utf8(text)) {
        return REEVE_UTF8;
    }
    return nul ? REEVE_EMBEDDED_NUL : REEVE_OK;
}

size_t reeve_text_length(struct reeve_bytes text)
{
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        length += (text.data[i] & 0xc0) != 0x80;
    }
    return length;
}
