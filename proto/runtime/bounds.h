/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds that hold whatever the options say. */
#ifndef REEVE_PROTO_RUNTIME_BOUNDS_H
#define REEVE_PROTO_RUNTIME_BOUNDS_H

#include <stddef.h>
#include <stdint.h>

/* Messages inside one another; protobuf's own default. Each level costs a few hundred bytes of
 * stack. */
#define REEVE_DEPTH_MAX 100
#define REEVE_DEPTH_DEFAULT 64
#define REEVE_SIZE_DEFAULT ((size_t)64 << 20)
#define REEVE_ELEMENTS_DEFAULT ((size_t)1000000)

/* 0 means the default; nothing passes REEVE_DEPTH_MAX. */
static inline uint32_t reeve_depth_bound(uint32_t asked)
{
    if (asked == 0) {
        return REEVE_DEPTH_DEFAULT;
    }
    return asked < REEVE_DEPTH_MAX ? asked : REEVE_DEPTH_MAX;
}

#endif
