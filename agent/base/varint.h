/* SPDX-License-Identifier: Apache-2.0 */
/* Writing protobuf's variable-length integers: seven bits a byte, the lowest first. */
#ifndef REEVE_AGENT_BASE_VARINT_H
#define REEVE_AGENT_BASE_VARINT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_VARINT_MAX 10u /* bytes */

static inline size_t reeve_varint_size(uint64_t v)
{
    size_t size = 1;
    while (v >= 0x80) {
        v >>= 7;
        size++;
    }
    return size;
}

/* Writes at `to`, which has room; returns how many bytes. */
static inline size_t reeve_varint_put(uint8_t *to, uint64_t v)
{
    size_t size = 0;
    while (v >= 0x80) {
        to[size++] = (uint8_t)(v | 0x80u);
        v >>= 7;
    }
    to[size++] = (uint8_t)v;
    return size;
}

#ifdef __cplusplus
}
#endif
#endif
